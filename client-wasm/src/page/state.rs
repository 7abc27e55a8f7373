//! What this page knows: every video's summary, and the worker to talk to.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap, HashSet};

use media::ledger::{State, Summary, Transport};
use media::names;

use crate::command::Command;
use crate::ledger;
use crate::web::channel::Channel;
use crate::web::error::Result;
use crate::web::global;
use crate::web::page::Worker;

thread_local! {
    static VIDEOS: RefCell<BTreeMap<String, Summary>> = const { RefCell::new(BTreeMap::new()) };
    static WORKER: RefCell<Option<Worker>> = const { RefCell::new(None) };
    static NEWS: RefCell<Option<Channel>> = const { RefCell::new(None) };
    /// Background fetches whose progress this page hears, and since when that stands still.
    static FOLLOWED: RefCell<HashMap<String, f64>> = RefCell::default();
    static LISTENING: RefCell<HashSet<String>> = RefCell::default();
    static TICKING: Cell<bool> = const { Cell::new(false) };
}

/// Milliseconds without progress after which a background fetch is said to wait.
const STILL: f64 = 2_500.0;

pub(super) fn keep(news: Channel) {
    NEWS.set(Some(news));
}

pub(super) fn set_worker(worker: Worker) {
    WORKER.set(Some(worker));
}

pub(super) fn worker() -> Option<Worker> {
    WORKER.with_borrow(Clone::clone)
}

/// Reads all rows.
pub(super) async fn load() -> Result<()> {
    let now = global::now();
    let rows = ledger::all().await?;
    let mut videos = BTreeMap::new();
    for summary in rows.iter().filter_map(|row| row.summary(now)) {
        videos.insert(summary.id.clone(), summary);
    }
    VIDEOS.set(videos);
    Ok(())
}

pub(super) fn get(id: &str) -> Option<Summary> {
    VIDEOS.with_borrow(|videos| videos.get(id).cloned())
}

/// All videos with a row, the newest first.
pub(super) fn all() -> Vec<Summary> {
    let mut all: Vec<Summary> = Vec::new();
    VIDEOS.with_borrow(|videos| {
        for video in videos.values() {
            let at = all.partition_point(|known| known.added >= video.added);
            all.insert(at, video.clone());
        }
    });
    all
}

/// Takes in a summary. `true` when it is a background fetch that this page does not follow yet.
pub(super) fn put(mut summary: Summary) -> bool {
    let by_browser = summary.transport != Transport::Worker && summary.state.is_active();
    if !by_browser {
        FOLLOWED.with_borrow_mut(|followed| followed.remove(&summary.id));
        LISTENING.with_borrow_mut(|listening| listening.remove(&summary.id));
    }
    let id = summary.id.clone();
    VIDEOS.with_borrow_mut(|videos| {
        if let Some(known) = videos.get(&id).filter(|_| by_browser) {
            // The ledger knows nothing of the browser's progress.
            summary.received = summary.received.max(known.received);
        }
        videos.insert(id.clone(), summary);
    });
    by_browser && LISTENING.with_borrow(|listening| !listening.contains(&id))
}

pub(super) fn forget(id: &str) {
    VIDEOS.with_borrow_mut(|videos| videos.remove(id));
    FOLLOWED.with_borrow_mut(|followed| followed.remove(id));
    LISTENING.with_borrow_mut(|listening| listening.remove(id));
}

/// Sends a command to the worker.
pub(super) fn send(command: &Command) {
    let Ok(text) = serde_json::to_string(command) else {
        return;
    };
    let sent = worker().map(|worker| worker.post(&text));
    if let Some(Err(reason)) = sent {
        global::warn(&reason.to_string());
    }
}

/// Whether some video waits for the worker's doing.
pub(super) fn needs_worker() -> bool {
    VIDEOS.with_borrow(|videos| {
        videos
            .values()
            .any(|video| video.state.is_active() || video.state == State::Removed)
    })
}

/// Whether the browser has put a background fetch on hold, as Chromium does for 30 s after any
/// navigation.
pub(super) fn stands_still(id: &str) -> bool {
    FOLLOWED.with_borrow(|followed| {
        followed
            .get(id)
            .is_some_and(|since| global::now() - since > STILL)
    })
}

/// Listens to the progress of all background fetches, after a reload too.
pub(super) async fn follow_background_fetches() {
    let Some(worker) = worker() else { return };
    for video in all() {
        if video.transport == Transport::Worker || !video.state.is_active() {
            continue;
        }
        let Ok(Some(fetch)) = worker
            .background_fetch(&names::background_fetch_id(&video.id))
            .await
        else {
            continue;
        };
        if !LISTENING.with_borrow_mut(|listening| listening.insert(video.id.clone())) {
            continue;
        }
        moved(&video.id, fetch.downloaded());
        let id = video.id.clone();
        let listening = fetch.on_progress(move |bytes| moved(&id, bytes));
        if let Err(reason) = listening {
            global::warn(&format!("no progress can be shown: {reason}"));
        }
        watch();
    }
}

fn moved(id: &str, bytes: u64) {
    let changed = VIDEOS.with_borrow_mut(|videos| {
        let video = videos.get_mut(id).filter(|video| video.state.is_active());
        video.is_some_and(|video| std::mem::replace(&mut video.received, bytes) != bytes)
    });
    FOLLOWED.with_borrow_mut(|followed| {
        let since = followed.entry(id.to_owned()).or_insert_with(global::now);
        if changed {
            *since = global::now();
        }
    });
    super::control::show(id);
}

/// Looks every second whether a followed fetch stands still, for as long as there is one.
fn watch() {
    if TICKING.replace(true) {
        return;
    }
    global::spawn(async {
        loop {
            global::sleep(1_000.0).await;
            let followed: Vec<String> =
                FOLLOWED.with_borrow(|followed| followed.keys().cloned().collect());
            if followed.is_empty() {
                TICKING.set(false);
                return;
            }
            for id in followed {
                super::control::show(&id);
            }
        }
    });
}
