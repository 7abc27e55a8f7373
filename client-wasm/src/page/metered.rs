//! Whether bytes may be spent on a connection that counts them: the person decides, once per press.

use media::text;

use super::settings;
use crate::web::{connection, dom, global};

/// How often a question that another one keeps waiting looks whether it is its turn, in milliseconds.
const LOOK_EVERY: f64 = 200.0;

/// What the person decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// There was nothing to decide.
    Free,
    /// Download here and now.
    Now,
    /// Download on the next unmetered connection.
    Wait,
    /// Do not download.
    Cancel,
}

/// Asks whether so many bytes of `what` may be downloaded, where that is to be asked at all.
pub(super) async fn ask(what: &str, bytes: u64) -> Answer {
    if !settings::unmetered_only() || connection::is_metered() != Some(true) {
        return Answer::Free;
    }
    let Some(dialog) = dom::find("[data-metered]") else {
        return Answer::Wait;
    };
    while dialog.attribute("open").is_some() {
        global::sleep(LOOK_EVERY).await;
    }
    let size = match bytes {
        0 => String::new(),
        bytes => format!(" ({})", text::bytes(bytes)),
    };
    if let Some(question) = dialog.find("[data-metered-question]") {
        question.set_text(&format!(
            "Download {what}{size} now, or wait for an unmetered one?"
        ));
    }
    match dialog.ask().await.as_deref() {
        Ok("now") => Answer::Now,
        Ok("wait") => Answer::Wait,
        _ => Answer::Cancel,
    }
}
