//! Removals: undoable for some seconds, then the bytes go, then the row. A removal that a dead
//! worker left half done is completed at the next event.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;

use media::ledger::{Row, State, UNDO_MILLISECONDS};
use media::names;

use super::{background, engine, playback};
use crate::ledger;
use crate::web::error::Result;
use crate::web::{cache, global};

thread_local! {
    static SWEPT: Cell<bool> = const { Cell::new(false) };
    static PURGING: RefCell<HashSet<String>> = RefCell::default();
}

/// Removes videos in a few seconds.
pub(super) async fn begin(ids: &[String]) -> Result<()> {
    for id in ids {
        mark(id, global::now() + UNDO_MILLISECONDS).await?;
    }
    Ok(())
}

/// Takes removals back.
pub(super) async fn undo(ids: &[String]) -> Result<()> {
    for id in ids {
        ledger::update(id, |row| {
            if row.state == State::Removed && !row.is_due(global::now()) {
                row.state = State::Stored;
                row.removal = None;
            }
        })
        .await?;
    }
    playback::forget();
    Ok(())
}

/// Removes a video, running or not, at once.
pub(super) async fn now(id: &str) -> Result<()> {
    mark(id, 0.0).await?;
    purge(id).await?;
    use_room().await
}

/// Removes all videos: first from everybody's sight, then from the device.
pub(super) async fn all() -> Result<()> {
    let rows = ledger::all().await?;
    for row in &rows {
        mark(&row.video.id, 0.0).await?;
    }
    for row in &rows {
        let id = &row.video.id;
        if let Err(reason) = purge(id).await {
            global::warn(&format!("{id} is removed later: {reason}"));
        }
    }
    Ok(())
}

async fn mark(id: &str, due: f64) -> Result<()> {
    ledger::update(id, |row| {
        row.state = State::Removed;
        row.removal = Some(due);
        row.alert = None;
    })
    .await?;
    playback::forget();
    Ok(())
}

/// Completes the removals that are due.
pub(super) async fn sweep(rows: &[Row]) -> Result<()> {
    let now = global::now();
    let mut due = rows.iter().filter(|row| row.is_due(now)).peekable();
    if due.peek().is_none() {
        return Ok(());
    }
    for row in due {
        purge(&row.video.id).await?;
    }
    use_room().await
}

/// Deletes caches of videos that have no row, once in a worker's life: a put that landed after its
/// video's removal made one. A row is always written before its cache.
pub(super) async fn sweep_orphans() -> Result<()> {
    if SWEPT.replace(true) {
        return Ok(());
    }
    for name in cache::names().await? {
        if let Some(id) = names::video_of_cache(&name)
            && !ledger::has_row(id).await?
        {
            cache::delete(&name).await?;
        }
    }
    Ok(())
}

/// When the next removal is due.
pub(super) fn next_due(rows: &[Row]) -> Option<f64> {
    let due = rows
        .iter()
        .filter(|row| row.state == State::Removed)
        .map(|row| row.removal.unwrap_or_default());
    due.min_by(f64::total_cmp)
}

/// Lets those downloads go on for which there was no room.
async fn use_room() -> Result<()> {
    for row in ledger::all().await? {
        if row.state == State::Paused && row.is_wanted() {
            ledger::update(&row.video.id, |row| {
                if row.state == State::Paused && row.is_wanted() {
                    row.state = State::Queued;
                    row.retry = None;
                    row.alert = None;
                }
            })
            .await?;
        }
    }
    Ok(())
}

async fn purge(id: &str) -> Result<()> {
    if !PURGING.with_borrow_mut(|purging| purging.insert(id.to_owned())) {
        return Ok(());
    }
    let purged = async {
        engine::stop(id).await;
        background::stop(id).await?;
        cache::delete(&names::video_cache(id)).await?;
        ledger::delete(id).await
    }
    .await;
    PURGING.with_borrow_mut(|purging| purging.remove(id));
    purged
}
