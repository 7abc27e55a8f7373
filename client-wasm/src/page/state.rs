//! What this page knows: every video's summary, and the worker to talk to.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::rc::Rc;

use media::ledger::{State, Summary, Transport};
use media::names;

use super::{control, pace};
use crate::command::Command;
use crate::ledger;
use crate::web::channel::Channel;
use crate::web::error::Result;
use crate::web::global;
use crate::web::page::Worker;

thread_local! {
    /// In the order of their ids.
    static VIDEOS: RefCell<Vec<Rc<Summary>>> = const { RefCell::new(Vec::new()) };
    static WORKER: RefCell<Option<Worker>> = const { RefCell::new(None) };
    static NEWS: RefCell<Option<Channel>> = const { RefCell::new(None) };
    /// Background fetches whose progress this page hears, and since when that stands still.
    static FOLLOWED: RefCell<Vec<(String, f64)>> = const { RefCell::new(Vec::new()) };
    static LISTENING: RefCell<HashSet<String>> = RefCell::default();
    /// Videos whose removal is under way.
    static LEAVING: RefCell<HashSet<String>> = RefCell::default();
    static TICKING: Cell<bool> = const { Cell::new(false) };
}

/// Milliseconds without progress after which a background fetch is said to wait.
const STILL: f64 = 2_500.0;

/// Milliseconds without progress that no navigation explains any more: Chromium holds background fetches
/// back for 30 s after each.
pub(super) const STUCK: f64 = 40_000.0;

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
    let mut videos: Vec<Rc<Summary>> = Vec::new();
    let leaving = rows.iter().filter(|row| row.is_due(now));
    LEAVING.set(leaving.map(|row| row.video.id.clone()).collect());
    for video in rows.iter().filter_map(|row| row.summary(now)) {
        pace::note(&video);
        if let Err(at) = place(&videos, &video.id) {
            videos.insert(at, Rc::new(video));
        }
    }
    VIDEOS.set(videos);
    watch();
    Ok(())
}

/// Where a video stands, or would stand.
fn place(videos: &[Rc<Summary>], id: &str) -> Result<usize, usize> {
    videos.binary_search_by(|video| video.id.as_str().cmp(id))
}

pub(super) fn get(id: &str) -> Option<Rc<Summary>> {
    VIDEOS.with_borrow(|videos| Some(Rc::clone(&videos[place(videos, id).ok()?])))
}

/// All videos with a row.
pub(super) fn all() -> Vec<Rc<Summary>> {
    VIDEOS.with_borrow(Clone::clone)
}

/// Whether no video has a row.
pub(super) fn is_empty() -> bool {
    VIDEOS.with_borrow(Vec::is_empty)
}

/// Takes in a summary. `true` when it is a background fetch that this page does not follow yet.
pub(super) fn put(mut summary: Summary) -> bool {
    let by_browser = summary.transport != Transport::Worker && summary.state.is_active();
    if !by_browser {
        unfollow(&summary.id);
        LISTENING.with_borrow_mut(|listening| listening.remove(&summary.id));
    }
    let id = summary.id.clone();
    VIDEOS.with_borrow_mut(|videos| {
        let known = place(videos, &id);
        if let Ok(at) = known
            && by_browser
        {
            // The ledger knows nothing of the browser's progress.
            summary.received = summary.received.max(videos[at].received);
        }
        pace::note(&summary);
        match known {
            Ok(at) => videos[at] = Rc::new(summary),
            Err(at) => videos.insert(at, Rc::new(summary)),
        }
    });
    watch();
    by_browser && LISTENING.with_borrow(|listening| !listening.contains(&id))
}

/// Shows a video no more whose removal is under way.
pub(super) fn leave(id: &str) {
    forget(id);
    LEAVING.with_borrow_mut(|leaving| leaving.insert(id.to_owned()));
}

pub(super) fn forget(id: &str) {
    LEAVING.with_borrow_mut(|leaving| leaving.remove(id));
    VIDEOS.with_borrow_mut(|videos| {
        if let Ok(at) = place(videos, id) {
            videos.remove(at);
        }
    });
    pace::forget(id);
    unfollow(id);
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
        videos.iter().any(|video| {
            video.state.is_active() || video.state == State::Removed || video.retry.is_some()
        })
    }) || LEAVING.with_borrow(|leaving| !leaving.is_empty())
}

/// For how many milliseconds a background fetch has brought nothing; 0 for a moment that means nothing.
pub(super) fn stands_still(id: &str) -> f64 {
    FOLLOWED.with_borrow(|followed| {
        let mut followed = followed.iter();
        let since = followed.find_map(|(known, since)| (known == id).then_some(*since));
        let still = since.map(|since| global::now() - since);
        still.filter(|still| *still > STILL).unwrap_or_default()
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
            .background_fetch(&names::background_fetch_id(&video.id, video.added))
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
    }
}

fn unfollow(id: &str) {
    FOLLOWED.with_borrow_mut(|followed| followed.retain(|(known, _)| known != id));
}

fn moved(id: &str, bytes: u64) {
    let changed = VIDEOS.with_borrow_mut(|videos| {
        let Ok(at) = place(videos, id) else {
            return false;
        };
        let video = Rc::make_mut(&mut videos[at]);
        if !video.state.is_active() || video.received == bytes {
            return false;
        }
        video.received = bytes;
        pace::note(video);
        true
    });
    FOLLOWED.with_borrow_mut(
        |followed| match followed.iter_mut().find(|(known, _)| known == id) {
            Some((_, since)) if changed => *since = global::now(),
            Some(_) => {}
            None => followed.push((id.to_owned(), global::now())),
        },
    );
    control::show(id);
}

/// Looks every second whether a download stands still, for as long as one runs. A background fetch that
/// does not even begin goes on without the browser.
fn watch() {
    if pace::running().is_empty() || TICKING.replace(true) {
        return;
    }
    global::spawn(async {
        loop {
            global::sleep(1_000.0).await;
            let running = pace::running();
            if running.is_empty() {
                TICKING.set(false);
                return;
            }
            for id in running {
                // Where nothing has come, nothing is lost.
                if stands_still(&id) > STUCK
                    && global::is_online()
                    && get(&id).is_some_and(|video| video.received == 0)
                {
                    send(&Command::HandOver { id: id.clone() });
                }
                control::show(&id);
            }
        }
    });
}
