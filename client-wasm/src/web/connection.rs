//! What the connection costs, where the browser tells: the Network Information API.

use js_sys::Reflect;
use wasm_bindgen::{JsCast, prelude::*};

use super::global;

/// Calls back whenever the connection is another one, where the browser tells.
pub(crate) fn on_change(heard: impl FnMut() + 'static) {
    let connection = global::get(&["navigator", "connection"]);
    if let Some(target) = connection.dyn_ref::<web_sys::EventTarget>() {
        let listener = Closure::<dyn FnMut()>::new(heard).into_js_value();
        // Adding a listener fails for no event.
        let _ = target.add_event_listener_with_callback("change", listener.unchecked_ref());
    }
}

/// Whether bytes are counted here: a mobile network, or a person who asked to save data. `None` where
/// the browser does not tell.
pub(crate) fn is_metered() -> Option<bool> {
    let connection = global::get(&["navigator", "connection"]);
    if connection.is_undefined() {
        return None;
    }
    let told = |name: &str| Reflect::get(&connection, &name.into()).unwrap_or(JsValue::UNDEFINED);
    let kind = told("type").as_string();
    Some(told("saveData").is_truthy() || kind.as_deref() == Some("cellular"))
}
