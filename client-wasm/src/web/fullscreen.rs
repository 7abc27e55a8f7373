//! Full screen: of the whole player, or, on iPhones, of the video alone.

use js_sys::{Function, Reflect};
use wasm_bindgen::prelude::*;

use super::dom::Element;
use super::global;
use super::video::Video;

/// The video's own full screen, which iPhones have instead.
const OF_VIDEO: &str = "webkitEnterFullscreen";

fn method(of: &JsValue, name: &str) -> Option<Function> {
    Reflect::get(of, &name.into()).ok()?.dyn_into().ok()
}

/// Whether the browser lets this page fill the screen.
pub(crate) fn is_supported(video: &Video) -> bool {
    global::get(&["document", "fullscreenEnabled"]).is_truthy()
        || method(&video.raw(), OF_VIDEO).is_some()
}

/// Whether something fills the screen.
pub(crate) fn is_on() -> bool {
    !global::get(&["document", "fullscreenElement"]).is_undefined()
}

/// Fills the screen with the player, or ends that. A refusal leaves things as they are.
pub(crate) fn toggle(player: &Element, video: &Video) {
    let document = global::get(&["document"]);
    let calls = if is_on() {
        [(document, "exitFullscreen"), (video.raw(), OF_VIDEO)]
    } else {
        [
            (JsValue::from(&player.0), "requestFullscreen"),
            (video.raw(), OF_VIDEO),
        ]
    };
    let call = calls
        .iter()
        .find_map(|(on, name)| Some((on, method(on, name)?)));
    if let Some((on, call)) = call
        && let Ok(promise) = call.call0(on)
        && let Ok(promise) = promise.dyn_into::<js_sys::Promise>()
    {
        global::spawn(async move {
            if let Err(reason) = global::settled::<JsValue>(promise).await {
                global::warn(&format!("no full screen: {reason}"));
            }
        });
    }
}

/// Listens for the beginning and the end of full screen.
pub(crate) fn on_change(heard: impl FnMut() + 'static) {
    let listener = Closure::<dyn FnMut()>::new(heard).into_js_value();
    let document: web_sys::EventTarget = global::get(&["document"]).unchecked_into();
    let _ = document.add_event_listener_with_callback("fullscreenchange", listener.unchecked_ref());
}
