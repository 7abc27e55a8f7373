//! The transport that the browser runs: Background Fetch. Its files are checked and stored while its
//! event lasts; whatever it leaves undone, the worker's own engine finishes.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use media::ledger::{FileRow, Form, Row, State, Transport};
use media::{Role, names};

use super::failure::Failure;
use super::{download, engine, plan, playback, shell, transfer};
use crate::ledger;
use crate::web::background_fetch::{self, BackgroundEvent, Registration};
use crate::web::body::Blob;
use crate::web::cache::{self, Cache};
use crate::web::error::Result;
use crate::web::fetch::Response;
use crate::web::{event, global};

/// How long a background fetch may be unknown to the browser before its download is taken over. Its
/// last event may still be on its way.
const GRACE: f64 = 8_000.0;

/// Milliseconds between two looks whether a video's cache is free.
const TURN: f64 = 50.0;

thread_local! {
    /// The videos whose caches are being filled here.
    static TAKING: RefCell<HashSet<String>> = RefCell::default();
    /// Since when wanted background fetches have been missing, by video.
    static MISSING_SINCE: RefCell<Vec<(String, f64)>> = const { RefCell::new(Vec::new()) };
}

/// Works off one event.
pub(super) async fn handle(kind: &str, event: &BackgroundEvent) -> Result<()> {
    let registration = event.fetch();
    let Some(id) = names::video_of_background_fetch(&registration.id()).map(str::to_owned) else {
        return Ok(());
    };
    if kind == "click" {
        return event::show_page(&format!("/{id}/")).await;
    }
    let hold = Hold::of(&id).await;
    let taken = take(kind, event, &registration, &id).await;
    drop(hold);
    taken?;
    // A quit browser ends its fetches with `fail`, and starts with no page open: this event is all
    // the time there is.
    engine::hold().await
}

async fn take(
    kind: &str,
    event: &BackgroundEvent,
    registration: &Registration,
    id: &str,
) -> Result<()> {
    // No row, another one, or one that is being removed: it was cancelled.
    let found = ledger::find(id).await?;
    let ours = |row: &Row| {
        row.transport != Transport::Worker
            && row.state != State::Removed
            && row.background_fetch_id() == registration.id()
    };
    let Some(mut row) = found.filter(ours) else {
        return Ok(());
    };
    let mut failure = store(registration, &mut row).await.err();
    // Noted before anything else: what is stored is not fetched again, whatever comes now.
    keep_files(&row).await?;
    // What changed while it was fetched starts over, at the next start where nobody can tell now.
    let changed = if kind == "success" {
        plan::compare(&row).await
    } else {
        Some(false)
    };
    let unchecked = changed.is_none();
    if changed == Some(true) {
        let cache = cache::open(&names::video_cache(id)).await?;
        match plan::renew(id, &cache).await {
            Ok(renewed) => row = renewed,
            Err(reason) => failure = failure.or(Some(reason)),
        }
    }
    let page = global::absolute(&row.video.page());
    let has_page = cache::find_in(&names::video_cache(id), &page)
        .await?
        .is_some()
        || shell::store_page(id, None).await.is_ok();
    let has_page = has_page && (!row.is_stream() || shell::store_player().await.is_ok());
    let complete = row.is_complete() && has_page;
    if kind == "abort" && row.transport == Transport::Background {
        failure = failure.or(Some(Failure::Stopped));
    }
    if registration.failure_reason() == "quota-exceeded" {
        failure = Some(Failure::Full);
    }
    ledger::update(id, |now| {
        if !now.is_in_work() {
            return;
        }
        now.files.clone_from(&row.files);
        now.unchecked = unchecked;
        if complete {
            now.state = State::Stored;
        } else {
            now.transport = Transport::Worker;
            if now.state != State::Paused {
                now.state = State::Queued;
            }
        }
    })
    .await?;
    if let Some(failure) = failure.filter(|_| !complete) {
        return download::note_failure(id, &failure).await;
    }
    playback::forget();
    if kind != "abort" {
        let title = &row.video.title;
        let said = if complete {
            format!("{title} is available offline")
        } else {
            format!("{title} continues in the site")
        };
        // Only the browser's own display says it differently.
        if let Err(reason) = event.set_title(&said).await {
            global::warn(&format!("the download's title stays: {reason}"));
        }
    }
    Ok(())
}

async fn keep_files(row: &Row) -> Result<()> {
    ledger::update(&row.video.id, |now| {
        if now.is_in_work() {
            now.files.clone_from(&row.files);
        }
    })
    .await
    .map(drop)
}

/// Stores the files that arrived whole. A failed put keeps those before it.
async fn store(registration: &Registration, row: &mut Row) -> Result<(), Failure> {
    let cache = cache::open(&names::video_cache(&row.video.id)).await?;
    // An aborted fetch may refuse to show its records; then nothing arrived.
    let mut arrived: HashMap<String, Response> = registration
        .responses()
        .await
        .unwrap_or_default()
        .into_iter()
        .collect();
    for number in 0..row.files.len() {
        let mut file = row.files[number].clone();
        let outcome = store_file(&cache, row, &mut file, &mut arrived).await;
        row.files[number] = file;
        outcome?;
    }
    Ok(())
}

/// Stores the records of one file.
async fn store_file(
    cache: &Cache,
    row: &Row,
    file: &mut FileRow,
    arrived: &mut HashMap<String, Response>,
) -> Result<(), Failure> {
    if file.is_done() {
        return Ok(());
    }
    let url = global::absolute(&file.planned.url);
    if let Some(response) = arrived.remove(&url) {
        return store_one(cache, row, &url, file, &response).await;
    }
    let mut missing = file.planned.parts.count();
    for url in transfer::addresses(&file.planned.parts) {
        let Some(blob) = whole_body(arrived.remove(&url).as_ref(), None).await else {
            continue;
        };
        cache
            .put(&url, &Response::from_blob(&blob, 200, &[])?)
            .await?;
        file.received += blob.size();
        missing -= 1;
        if missing == 0 {
            file.form = Form::Parts;
        }
    }
    Ok(())
}

/// A record's body, if it is the file: a cut one can be a 200 with the full `Content-Length` and no
/// bytes, so only the body's size counts.
async fn whole_body(response: Option<&Response>, size: Option<u64>) -> Option<Blob> {
    let is_file = |response: &&Response| response.status() == 200 && !transfer::is_html(response);
    let response = response.filter(is_file)?;
    let blob = response.blob().await.ok()?;
    let expected = size.or(response.content_length());
    expected
        .is_none_or(|size| size == blob.size())
        .then_some(blob)
}

async fn store_one(
    cache: &Cache,
    row: &Row,
    url: &str,
    file: &mut FileRow,
    response: &Response,
) -> Result<(), Failure> {
    let Some(mut blob) = whole_body(Some(response), file.planned.size).await else {
        return Ok(());
    };
    if file.planned.parts.are_bundled() {
        return transfer::put_bundle(cache, file, &blob).await;
    }
    if file.planned.role == Role::Manifest {
        blob = transfer::manifest(row, file, blob).await?;
    }
    file.content_type = response.header("content-type");
    let planned = &mut file.planned;
    planned.size = Some(blob.size());
    // The record keeps the first response's headers even when later bytes are another version's; the
    // plan's validators are compared after success.
    planned.etag = planned.etag.take().or_else(|| response.header("etag"));
    planned.last_modified = planned
        .last_modified
        .take()
        .or_else(|| response.header("last-modified"));
    let entry = Response::from_blob(&blob, 200, &transfer::headers(file))?;
    cache.put(url, &entry).await?;
    file.form = Form::Whole;
    file.received = blob.size();
    Ok(())
}

/// Moves a download from the browser to the worker: what is finished there is taken from the abort
/// event, the rest is fetched here.
pub(super) async fn hand_over(id: &str) -> Result<()> {
    let mut begun = false;
    ledger::update(id, |row| {
        if row.transport == Transport::Background && row.state.is_active() {
            row.transport = Transport::Handover;
            begun = true;
        }
    })
    .await?;
    // Pressed twice, or in two tabs: the first press does it.
    if !begun {
        return Ok(());
    }
    end(id).await
}

/// Ends a background fetch whose download is about to be the worker's: its last event brings what is
/// finished.
pub(super) async fn end(id: &str) -> Result<()> {
    if abort(id).await? {
        return Ok(());
    }
    take_over(id).await
}

/// Ends a video's background fetch, and returns once nothing of it touches the video's cache any more.
pub(super) async fn stop(id: &str) -> Result<()> {
    abort(id).await?;
    drop(Hold::of(id).await);
    Ok(())
}

/// `false` where there is none that runs.
async fn abort(id: &str) -> Result<bool> {
    match ledger::find(id).await? {
        Some(row) => abort_fetch(&row.background_fetch_id()).await,
        None => Ok(false),
    }
}

async fn abort_fetch(name: &str) -> Result<bool> {
    match background_fetch::find_in_worker(name).await? {
        Some(registration) => registration.abort().await,
        None => Ok(false),
    }
}

/// A page has begun a background fetch. Nobody may want it any more; otherwise the video's page is stored
/// while the site can be reached. Where that fails, it is done when the files are there.
pub(super) async fn begun(id: &str) -> Result<()> {
    let _hold = Hold::of(id).await;
    // Before the row is read: a row is written before its fetch begins.
    let running = background_fetch::running_in_worker().await?;
    let row = ledger::find(id).await?.filter(Row::is_in_work);
    let wanted = row
        .as_ref()
        .filter(|row| row.transport != Transport::Worker)
        .map(Row::background_fetch_id);
    for name in running {
        if names::video_of_background_fetch(&name) == Some(id) && Some(&name) != wanted.as_ref() {
            abort_fetch(&name).await?;
        }
    }
    if row.is_some() && shell::store_page(id, None).await.is_err() {
        global::warn(&format!("the page of {id} is stored later"));
    }
    Ok(())
}

/// The right to fill a video's cache, until it is dropped.
struct Hold(Option<String>);

impl Hold {
    async fn of(id: &str) -> Self {
        let until = global::now() + GRACE;
        while !TAKING.with_borrow_mut(|taking| taking.insert(id.to_owned())) {
            // A record of an aborted fetch may stay open for ever. Whoever waits for that keeps the right.
            if global::now() > until {
                return Hold(None);
            }
            global::sleep(TURN).await;
        }
        Hold(Some(id.to_owned()))
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        if let Some(id) = self.0.take() {
            TAKING.with_borrow_mut(|taking| taking.remove(&id));
        }
    }
}

async fn take_over(id: &str) -> Result<()> {
    ledger::update(id, |row| {
        if row.is_in_work() && row.transport != Transport::Worker {
            row.transport = Transport::Worker;
            if row.state != State::Paused {
                row.state = State::Queued;
            }
        }
    })
    .await?;
    Ok(())
}

/// Takes over downloads whose background fetch is gone without an event, as after a crash.
pub(super) async fn reconcile(rows: &[Row]) -> Result<()> {
    let wanted = rows
        .iter()
        .filter(|row| row.transport != Transport::Worker && row.is_in_work());
    let wanted: Vec<(String, String)> = wanted
        .map(|row| (row.video.id.clone(), row.background_fetch_id()))
        .collect();
    let running = if wanted.is_empty() {
        Vec::new()
    } else {
        background_fetch::running_in_worker().await?
    };
    let now = global::now();
    let before = MISSING_SINCE.take();
    for (id, name) in wanted {
        let is_known = running.contains(&name) || TAKING.with_borrow(|taking| taking.contains(&id));
        if is_known {
            continue;
        }
        let since = before.iter().find(|(known, _)| *known == id);
        let since = since.map_or(now, |(_, since)| *since);
        if now - since > GRACE {
            take_over(&id).await?;
        }
        MISSING_SINCE.with_borrow_mut(|missing| missing.push((id, since)));
    }
    Ok(())
}
