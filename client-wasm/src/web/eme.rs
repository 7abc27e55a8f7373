//! ClearKey of Encrypted Media Extensions: the key comes with the page, so this hides nothing from
//! whoever can read the page. <https://www.w3.org/TR/encrypted-media/#clear-key>

use js_sys::{Array, JSON, Uint8Array};
use media::video::CLEAR_KEY;
use serde_json::{Value, json};
use wasm_bindgen::{JsCast, prelude::*};

use super::error::{Error, Result};
use super::global;
use super::video::Video;

/// Lets the video play what is encrypted with this key; `id` and `value` are in hexadecimal,
/// `configuration` is a `MediaKeySystemConfiguration`.
pub(crate) async fn unlock(
    video: &Video,
    id: &str,
    value: &str,
    configuration: &Value,
) -> Result<()> {
    let access = access(configuration).await?;
    let keys: web_sys::MediaKeys = global::settled(access.create_media_keys()).await?;
    global::settled::<JsValue>(video.element().set_media_keys(Some(&keys))).await?;

    let session = keys.create_session()?;
    let (id, value) = (base64url(id)?, base64url(value)?);
    let answer = json!({ "keys": [{ "kty": "oct", "kid": id, "k": value }] });
    let asked = session.clone();
    let answer = Closure::<dyn FnMut()>::new(move || give(&asked, &answer));
    session.set_onmessage(Some(answer.into_js_value().unchecked_ref()));
    // The key is known before the file is: no need to wait for the event `encrypted`, which files
    // without a `pssh` box do not cause.
    let request = bytes(&json!({ "kids": [id] }));
    let asked = session.generate_request_with_js_u8_array("keyids", &request);
    global::settled::<JsValue>(asked).await?;
    Ok(())
}

/// Whether this browser has ClearKey for this configuration.
pub(crate) async fn can_unlock(configuration: &Value) -> bool {
    access(configuration).await.is_ok()
}

async fn access(configuration: &Value) -> Result<web_sys::MediaKeySystemAccess> {
    if global::get(&["navigator", "requestMediaKeySystemAccess"]).is_undefined() {
        return Err(Error::other("this browser has no ClearKey here"));
    }
    let navigator: web_sys::Navigator = global::get(&["navigator"]).unchecked_into();
    let configurations = Array::of1(&JSON::parse(&configuration.to_string())?);
    global::settled(navigator.request_media_key_system_access(CLEAR_KEY, &configurations)).await
}

/// Answers a session's message with the key.
fn give(session: &web_sys::MediaKeySession, answer: &Value) {
    let given = session.update_with_js_u8_array(&bytes(answer));
    global::spawn(async move {
        if let Err(reason) = global::settled::<JsValue>(given).await {
            global::warn(&format!("the key is of no use: {reason}"));
        }
    });
}

fn bytes(value: &Value) -> Uint8Array {
    Uint8Array::from(value.to_string().as_bytes())
}

/// Hexadecimal digits as base64url without padding, which JSON Web Keys want.
fn base64url(hexadecimal: &str) -> Result<String> {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let number = u128::from_str_radix(hexadecimal, 16).ok();
    let number = number.filter(|_| hexadecimal.len() == 32);
    let number = number.ok_or_else(|| Error::other("a key that is not 32 hexadecimal digits"))?;
    // 128 bits in 21 digits of six, and the last two with four zeros after them.
    let digit = |place: u32| {
        let six = if place < 21 {
            number >> (122 - 6 * place)
        } else {
            number << 4
        };
        char::from(DIGITS[(six & 63) as usize])
    };
    Ok((0..22).map(digit).collect())
}
