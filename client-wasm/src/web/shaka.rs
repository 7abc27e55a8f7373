//! Shaka Player, which plays DASH and HLS through Media Source Extensions. Its script is fetched when
//! the first stream is opened.

use std::fmt;

use js_sys::{Array, JSON, Object, Promise, Reflect};
use serde_json::{Map, json};
use wasm_bindgen::{JsCast, prelude::*};
use wasm_bindgen_futures::JsFuture;

use super::error::{Error, Result};
use super::global;
use super::video::Video;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["shaka", "polyfill"], js_name = installAll)]
    fn install_polyfills();

    #[wasm_bindgen(js_namespace = shaka, js_name = Player, extends = Object)]
    #[derive(Clone, Debug)]
    type Player;
    #[wasm_bindgen(constructor, js_namespace = shaka, js_class = "Player")]
    fn new() -> Player;
    #[wasm_bindgen(method)]
    fn attach(this: &Player, video: &JsValue) -> Promise;
    #[wasm_bindgen(method)]
    fn configure(this: &Player, configuration: &JsValue) -> bool;
    #[wasm_bindgen(method)]
    fn load(this: &Player, url: &str, start: Option<f64>, kind: &str) -> Promise;
    #[wasm_bindgen(method)]
    fn destroy(this: &Player) -> Promise;
    #[wasm_bindgen(method, js_name = retryStreaming)]
    fn retry_streaming(this: &Player) -> bool;
    #[wasm_bindgen(method, js_name = getVideoTracks)]
    fn video_tracks(this: &Player) -> Array;
    #[wasm_bindgen(method, js_name = selectVideoTrack)]
    fn select_video_track(this: &Player, track: &JsValue, clear_buffer: bool, margin: f64);
    #[wasm_bindgen(method, js_name = getAudioTracks)]
    fn audio_tracks(this: &Player) -> Array;
    #[wasm_bindgen(method, js_name = selectAudioTrack)]
    fn select_audio_track(this: &Player, track: &JsValue);
    #[wasm_bindgen(method, js_name = addEventListener)]
    fn add_listener(this: &Player, event: &str, listener: &JsValue);
}

/// Seconds of what is buffered that a change of quality keeps, so that it does not interrupt.
const MARGIN: f64 = 2.0;

/// The severity of an error after which nothing more arrives.
const CRITICAL: f64 = 2.0;

/// A stream that is attached to the page's video.
#[derive(Clone, Debug)]
pub(crate) struct Stream(Player);

/// One of the languages, or versions, that the sound comes in.
#[derive(Debug)]
pub(crate) struct Sound {
    pub(crate) label: String,
    pub(crate) language: String,
    pub(crate) is_on: bool,
}

/// Why a stream does not load or does not go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The server answered with this status.
    Status(u16),
    /// A request got no answer in time, or none at all.
    Network,
    /// Anything else, by Shaka Player's number.
    Other(u32),
    /// Shaka Player itself did not load.
    Script(Error),
}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Status(status) => write!(out, "the server answered {status}"),
            Failure::Network => out.write_str("the server did not answer"),
            Failure::Other(code) => write!(out, "Shaka Player reports error {code}"),
            Failure::Script(reason) => write!(out, "Shaka Player did not load: {reason}"),
        }
    }
}

impl Failure {
    /// From a `shaka.util.Error`.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "codes and statuses are small whole numbers"
    )]
    fn of(error: &JsValue) -> Self {
        let data = Reflect::get(error, &"data".into()).unwrap_or_default();
        match number(error, "code") as u32 {
            1001 => Failure::Status(number_at(&data, 1) as u16),
            1002 | 1003 | 1010 => Failure::Network,
            code => Failure::Other(code),
        }
    }
}

/// Whether this browser has what Shaka Player plays through.
pub(crate) fn is_supported() -> bool {
    ["MediaSource", "ManagedMediaSource"]
        .iter()
        .any(|name| !global::get(&[name]).is_undefined())
}

impl Stream {
    /// Attaches a new player to the video; `script` is where Shaka Player is. `key` are a
    /// ClearKey key's id and value in hexadecimal. What `failed` hears ends the stream until a retry.
    pub(crate) async fn attach(
        script: &str,
        video: &Video,
        key: Option<(&str, &str)>,
        mut failed: impl FnMut(Failure) + 'static,
    ) -> Result<Self, Failure> {
        if global::get(&["shaka", "Player"]).is_undefined() {
            super::page::load_script(script)
                .await
                .map_err(Failure::Script)?;
            install_polyfills();
        }
        let player = Player::new();
        let configuration = JSON::parse(&configuration(key)).unwrap_or_default();
        player.configure(&configuration);
        let listener = Closure::<dyn FnMut(JsValue)>::new(move |event: JsValue| {
            let error = Reflect::get(&event, &"detail".into()).unwrap_or_default();
            if number(&error, "severity") >= CRITICAL {
                failed(Failure::of(&error));
            }
        });
        player.add_listener("error", &listener.into_js_value());
        let attached = JsFuture::from(player.attach(&video.raw())).await;
        attached.map_err(|error| Failure::of(&error))?;
        Ok(Stream(player))
    }

    /// Loads a manifest; `kind` is its MIME type.
    pub(crate) async fn load(&self, url: &str, kind: &str, at: f64) -> Result<(), Failure> {
        let start = (at > 0.0).then_some(at);
        let loaded = JsFuture::from(self.0.load(url, start, kind)).await;
        loaded.map(drop).map_err(|error| Failure::of(&error))
    }

    /// Lets go of the video.
    pub(crate) async fn detach(self) {
        // What cannot be ended orderly is replaced by the next source anyway.
        let _ = JsFuture::from(self.0.destroy()).await;
    }

    /// Asks again for what failed last; `false` where the stream cannot go on by itself.
    pub(crate) fn retry(&self) -> bool {
        self.0.retry_streaming()
    }

    /// The heights that can be chosen, the largest first, and the one that plays now.
    pub(crate) fn heights(&self) -> (Vec<u32>, Option<u32>) {
        let tracks = self.0.video_tracks();
        let mut heights: Vec<u32> = Vec::new();
        for height in tracks.iter().map(|track| height(&track)) {
            let at = heights.partition_point(|known| *known > height);
            if height > 0 && heights.get(at) != Some(&height) {
                heights.insert(at, height);
            }
        }
        let now = tracks.iter().find(is_active);
        (heights, now.map(|track| height(&track)))
    }

    /// Plays this height from now on; `None` leaves it to the network's speed. To be called after each
    /// load too: only configuring ends the prefetching that a load begins whatever was configured.
    pub(crate) fn choose_height(&self, wanted: Option<u32>) {
        let adapts = json!({ "abr": { "enabled": wanted.is_none() } });
        self.0
            .configure(&JSON::parse(&adapts.to_string()).unwrap_or_default());
        let Some(wanted) = wanted else { return };
        let tracks = self.0.video_tracks();
        let of_height = tracks.iter().filter(|track| height(track) == wanted);
        let best =
            of_height.max_by(|a, b| number(a, "bandwidth").total_cmp(&number(b, "bandwidth")));
        if let Some(track) = best.filter(|track| !is_active(track)) {
            self.0.select_video_track(&track, true, MARGIN);
        }
    }

    /// What the sound can be.
    pub(crate) fn sounds(&self) -> Vec<Sound> {
        let tracks = self.0.audio_tracks();
        let sound = |track: JsValue| Sound {
            label: text(&track, "label"),
            language: text(&track, "language"),
            is_on: is_active(&track),
        };
        tracks.iter().map(sound).collect()
    }

    /// Plays the sound at this place of [`Self::sounds`].
    pub(crate) fn choose_sound(&self, index: usize) {
        let tracks = self.0.audio_tracks();
        if let Some(track) = tracks.iter().nth(index) {
            self.0.select_audio_track(&track);
        }
    }
}

/// Retries grow from half a second to four, with jitter, before a failure is told.
fn configuration(key: Option<(&str, &str)>) -> String {
    let retries = json!({
        "maxAttempts": 5, "baseDelay": 500, "backoffFactor": 2, "fuzzFactor": 0.5,
    });
    let mut keys = Map::new();
    if let Some((id, value)) = key {
        keys.insert(id.to_owned(), value.into());
    }
    json!({
        // Without prefetching: a seek while it fetches an initialisation segment aborts that, and Shaka
        // Player 5.2 then waits for the aborted one for ever.
        "streaming": { "retryParameters": retries, "bufferingGoal": 30, "segmentPrefetchLimit": 0 },
        "manifest": { "retryParameters": retries },
        "drm": { "clearKeys": keys },
    })
    .to_string()
}

/// How many lines a track has; of one that stands upright, how many columns.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "pictures are smaller than 2^32"
)]
fn height(track: &JsValue) -> u32 {
    number(track, "height").min(number(track, "width")) as u32
}

fn is_active(track: &JsValue) -> bool {
    Reflect::get(track, &"active".into()).is_ok_and(|active| active.is_truthy())
}

fn number(value: &JsValue, field: &str) -> f64 {
    let field = Reflect::get(value, &field.into()).ok();
    field.and_then(|field| field.as_f64()).unwrap_or_default()
}

fn number_at(list: &JsValue, index: u32) -> f64 {
    let item = list.dyn_ref::<Array>().map(|list| list.get(index));
    item.and_then(|item| item.as_f64()).unwrap_or_default()
}

fn text(value: &JsValue, field: &str) -> String {
    let field = Reflect::get(value, &field.into()).ok();
    field
        .and_then(|field| field.as_string())
        .unwrap_or_default()
}
