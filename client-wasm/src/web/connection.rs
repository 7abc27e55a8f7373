//! What the connection costs, where the browser tells: the Network Information API.

use js_sys::Reflect;
use wasm_bindgen::prelude::*;

use super::global;

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
