//! How much room there is, and whether the browser promises to keep what is stored.

use js_sys::Reflect;
use wasm_bindgen::prelude::*;

use super::error::Result;
use super::global;

/// What the browser says of this origin's storage, in bytes. Estimates: Chromium always says usage
/// and 10 GiB, and the truth comes with the first put that fails.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Estimate {
    pub(crate) used: u64,
    pub(crate) quota: u64,
}

impl Estimate {
    pub(crate) fn free(self) -> u64 {
        self.quota.saturating_sub(self.used)
    }
}

fn manager() -> Option<web_sys::StorageManager> {
    // WebKitGTK has none.
    let manager = global::get(&["navigator", "storage"]);
    (!manager.is_undefined()).then(|| manager.unchecked_into())
}

/// `None` where the browser does not tell.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "sizes are whole numbers below 2^53"
)]
pub(crate) async fn estimate() -> Option<Estimate> {
    let estimate: JsValue = global::settled(manager()?.estimate().ok()?).await.ok()?;
    let number = |name: &str| Some(Reflect::get(&estimate, &name.into()).ok()?.as_f64()? as u64);
    Some(Estimate {
        used: number("usage")?,
        quota: number("quota")?,
    })
}

/// Whether the browser has promised to evict nothing. `None` where it does not tell.
pub(crate) async fn persisted() -> Option<bool> {
    let manager = manager()?;
    let answer: Result<JsValue> = global::settled(manager.persisted().ok()?).await;
    answer.ok()?.as_bool()
}

/// Asks that nothing be evicted; pages only. `None` where the browser does not know the question.
pub(crate) async fn persist() -> Option<bool> {
    let manager = manager()?;
    let answer: Result<JsValue> = global::settled(manager.persist().ok()?).await;
    answer.ok()?.as_bool()
}
