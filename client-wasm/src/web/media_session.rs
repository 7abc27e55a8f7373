//! The system's media controls. `web-sys` keeps its bindings for them behind an unstable flag, so
//! these few are written here. <https://www.w3.org/TR/mediasession/>

use js_sys::{Array, Function, Object, Reflect};
use wasm_bindgen::{JsCast, prelude::*};

use super::error::Result;
use super::global;

#[wasm_bindgen]
extern "C" {
    type MediaMetadata;
    #[wasm_bindgen(constructor, catch)]
    fn new(init: &Object) -> Result<MediaMetadata, JsValue>;

    type MediaSession;
    #[wasm_bindgen(method, setter)]
    fn set_metadata(this: &MediaSession, metadata: &MediaMetadata);
    #[wasm_bindgen(method, setter, js_name = playbackState)]
    fn set_playback_state(this: &MediaSession, state: &str);
    #[wasm_bindgen(method, catch, js_name = setActionHandler)]
    fn set_action_handler(
        this: &MediaSession,
        action: &str,
        handler: &Function,
    ) -> Result<(), JsValue>;
}

/// What the system shows.
#[derive(Debug)]
pub(crate) struct Metadata<'a> {
    pub(crate) title: &'a str,
    pub(crate) artist: &'a str,
    pub(crate) album: &'a str,
    pub(crate) artwork: &'a [media::video::Artwork],
}

fn session() -> Option<MediaSession> {
    let session = global::get(&["navigator", "mediaSession"]);
    (!session.is_undefined()).then(|| session.unchecked_into())
}

/// Tells the system what plays.
pub(crate) fn describe(metadata: &Metadata<'_>) -> Result<()> {
    let Some(session) = session() else {
        return Ok(());
    };
    let init = Object::new();
    Reflect::set(&init, &"title".into(), &metadata.title.into())?;
    Reflect::set(&init, &"artist".into(), &metadata.artist.into())?;
    Reflect::set(&init, &"album".into(), &metadata.album.into())?;
    let artwork = Array::new();
    for picture in metadata.artwork {
        let item = Object::new();
        Reflect::set(&item, &"src".into(), &global::absolute(&picture.src).into())?;
        for (name, value) in [("sizes", &picture.sizes), ("type", &picture.r#type)] {
            if let Some(value) = value {
                Reflect::set(&item, &name.into(), &value.into())?;
            }
        }
        artwork.push(&item);
    }
    Reflect::set(&init, &"artwork".into(), &artwork)?;
    session.set_metadata(&MediaMetadata::new(&init)?);
    Ok(())
}

/// What the system's buttons do. `act` gets the seconds that the action names, if it names any. An
/// action that this browser does not know is left out.
pub(crate) fn on_action(action: &str, mut act: impl FnMut(Option<f64>) + 'static) {
    let Some(session) = session() else { return };
    let handler = Closure::<dyn FnMut(JsValue)>::new(move |details: JsValue| {
        let number = |name: &str| {
            Reflect::get(&details, &name.into())
                .ok()
                .and_then(|value| value.as_f64())
        };
        act(number("seekTime").or_else(|| number("seekOffset")));
    });
    let _ = session.set_action_handler(action, handler.into_js_value().unchecked_ref());
}

/// Tells the system whether it plays, and where.
pub(crate) fn set_position(playing: bool, duration: Option<f64>, position: f64, rate: f64) {
    let Some(session) = session() else { return };
    session.set_playback_state(if playing { "playing" } else { "paused" });
    let Some(duration) = duration else { return };
    let state = Object::new();
    let fields = [
        ("duration", duration),
        ("position", position.clamp(0.0, duration)),
        ("playbackRate", rate),
    ];
    for (name, value) in fields {
        let _ = Reflect::set(&state, &name.into(), &value.into());
    }
    if let Ok(set) = Reflect::get(&session, &"setPositionState".into())
        && let Some(set) = set.dyn_ref::<Function>()
    {
        // Refused where the browser thinks the numbers odd; the next event sends better ones.
        let _ = set.call1(&session, &state);
    }
}
