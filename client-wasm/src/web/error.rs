//! What can go wrong in a browser API, reduced to what the callers tell apart.

use std::fmt;

use wasm_bindgen::{JsCast, JsValue};

/// A failed call into the browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Error {
    /// A request got no answer that the page may read: no network, no server, no CORS.
    Network(String),
    /// The storage is full.
    Quota,
    /// Stopped on purpose.
    Aborted,
    /// Something the browser does not allow here.
    NotAllowed(String),
    /// Anything else, in the browser's words.
    Other(String),
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Quota => out.write_str("the storage is full"),
            Error::Aborted => out.write_str("it was stopped"),
            Error::Network(words) | Error::NotAllowed(words) | Error::Other(words) => {
                out.write_str(words)
            }
        }
    }
}

impl Error {
    pub(crate) fn other(words: impl Into<String>) -> Self {
        Error::Other(words.into())
    }
}

fn text_of(value: &JsValue, field: &str) -> String {
    js_sys::Reflect::get(value, &field.into())
        .ok()
        .and_then(|text| text.as_string())
        .unwrap_or_default()
}

impl From<JsValue> for Error {
    fn from(value: JsValue) -> Self {
        let message = text_of(&value, "message");
        match text_of(&value, "name").as_str() {
            "QuotaExceededError"
            | "NS_ERROR_DOM_QUOTA_REACHED"
            | "NS_ERROR_FILE_NO_DEVICE_SPACE" => Error::Quota,
            "AbortError" => Error::Aborted,
            // What `fetch` and a broken body reject with, in all engines.
            "TypeError" | "NetworkError" => Error::Network(message),
            "NotAllowedError" => Error::NotAllowed(message),
            "" => Error::Other(
                value
                    .as_string()
                    .unwrap_or_else(|| "an unknown error".to_owned()),
            ),
            // Chromium reports a full disk in the middle of a put in these words.
            _ if message.to_ascii_lowercase().contains("quota") => Error::Quota,
            name => Error::Other(format!("{name}: {message}")),
        }
    }
}

impl From<idb::Error> for Error {
    fn from(error: idb::Error) -> Self {
        let words = error.to_string();
        if words.contains("Quota") {
            Error::Quota
        } else {
            Error::Other(words)
        }
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Error::Other(error.to_string())
    }
}

impl From<Error> for JsValue {
    fn from(error: Error) -> Self {
        js_sys::Error::new(&error.to_string()).unchecked_into()
    }
}

/// A call into the browser.
pub(crate) type Result<T, E = Error> = std::result::Result<T, E>;
