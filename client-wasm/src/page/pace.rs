//! How fast the running downloads go.

use std::cell::RefCell;

use media::ledger::{State, Summary};
use media::pace::Pace;

use crate::web::global;

thread_local! {
    /// By the ids of their videos; a few at most.
    static PACES: RefCell<Vec<(String, Pace)>> = const { RefCell::new(Vec::new()) };
}

/// Takes in how far a video is.
pub(super) fn note(video: &Summary) {
    let now = global::now();
    PACES.with_borrow_mut(|paces| {
        let known = paces.iter().position(|(id, _)| *id == video.id);
        match (known, video.state == State::Downloading) {
            (Some(at), true) => paces[at].1.note(now, video.received),
            (Some(at), false) => drop(paces.swap_remove(at)),
            (None, true) => paces.push((video.id.clone(), Pace::begin(now, video.received))),
            (None, false) => {}
        }
    });
}

/// Forgets a video that is gone.
pub(super) fn forget(id: &str) {
    PACES.with_borrow_mut(|paces| paces.retain(|(known, _)| known != id));
}

/// The videos that are being downloaded.
pub(super) fn running() -> Vec<String> {
    PACES.with_borrow(|paces| paces.iter().map(|(id, _)| id.clone()).collect())
}

/// Speed and time left, as far as they are known.
pub(super) fn words(video: &Summary) -> String {
    let left = video.total.saturating_sub(video.received);
    PACES.with_borrow(|paces| {
        let known = paces.iter().find(|(id, _)| *id == video.id);
        known
            .and_then(|(_, pace)| pace.words(global::now(), left))
            .unwrap_or_default()
    })
}
