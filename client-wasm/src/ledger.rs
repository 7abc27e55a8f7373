//! The ledger as page and worker use it. Every write is announced to all tabs.

use std::cell::RefCell;

use media::ledger::{LEDGER_VERSION, Row};
use media::names::CHANNEL;

use crate::command::Notice;
use crate::web::channel::Channel;
use crate::web::database::{self, Change, Store};
use crate::web::error::Result;
use crate::web::global;

thread_local! {
    static OUT: RefCell<Option<Channel>> = const { RefCell::new(None) };
}

/// Tells every other tab, and the worker.
pub(crate) fn announce(notice: &Notice) {
    let Ok(text) = serde_json::to_string(notice) else {
        return;
    };
    OUT.with_borrow_mut(|channel| {
        if channel.is_none() {
            *channel = Channel::open(CHANNEL).ok();
        }
        // Whoever misses a notice sees the state at its next load.
        if let Some(channel) = channel {
            let _ = channel.post(&text);
        }
    });
}

/// Tells what has become of a row.
pub(crate) fn announce_row(row: &Row) {
    announce(&match row.summary(global::now()) {
        Some(summary) => Notice::Changed(summary),
        None => Notice::Leaving {
            id: row.video.id.clone(),
        },
    });
}

/// A row of a later version belongs to an app that this one must not disturb: it is not shown.
fn parse(text: &str) -> Option<Row> {
    match media::json::parse::<Row>(text) {
        Ok(row) if row.version <= LEDGER_VERSION => Some(row),
        Ok(_) => None,
        Err(reason) => {
            global::warn(&format!("a row of the ledger cannot be read: {reason}"));
            None
        }
    }
}

/// All rows, the oldest first.
pub(crate) async fn all() -> Result<Vec<Row>> {
    let texts = database::read_all(Store::Ledger).await?;
    let mut rows: Vec<Row> = Vec::new();
    for row in texts.iter().filter_map(|text| parse(text)) {
        let at = rows.partition_point(|known| known.added <= row.added);
        rows.insert(at, row);
    }
    Ok(rows)
}

/// One video's row.
pub(crate) async fn find(id: &str) -> Result<Option<Row>> {
    Ok(database::read(Store::Ledger, id)
        .await?
        .as_deref()
        .and_then(parse))
}

/// Whether a video has a row, be it one of a later version.
pub(crate) async fn has_row(id: &str) -> Result<bool> {
    Ok(database::read(Store::Ledger, id).await?.is_some())
}

/// Adds a row; `false` where the video has one.
pub(crate) async fn create(row: &Row) -> Result<bool> {
    let text = serde_json::to_string(row)?;
    let mut created = false;
    database::change(Store::Ledger, &row.video.id, &mut |old| {
        created = old.is_none();
        if created {
            Change::Write(text.clone())
        } else {
            Change::Keep
        }
    })
    .await?;
    if created {
        announce_row(row);
    }
    Ok(created)
}

/// Changes a row in one transaction. Returns it as it is now, `None` where there is none.
pub(crate) async fn update(id: &str, edit: impl FnOnce(&mut Row)) -> Result<Option<Row>> {
    let mut edit = Some(edit);
    update_once(id, &mut |row| {
        if let Some(edit) = edit.take() {
            edit(row);
        }
    })
    .await
}

/// The one copy of what every `update` does.
async fn update_once(id: &str, edit: &mut dyn FnMut(&mut Row)) -> Result<Option<Row>> {
    let (mut current, mut changed) = (None, false);
    database::change(Store::Ledger, id, &mut |old| {
        let Some(mut row) = old.as_deref().and_then(parse) else {
            return Change::Keep;
        };
        edit(&mut row);
        // A row holds nothing that JSON cannot.
        let text = serde_json::to_string(&row).ok();
        let new = text.filter(|text| Some(text) != old.as_ref());
        changed = new.is_some();
        current = Some(row);
        new.map_or(Change::Keep, Change::Write)
    })
    .await?;
    if let Some(row) = current.as_ref().filter(|_| changed) {
        announce_row(row);
    }
    Ok(current)
}

/// Deletes a row.
pub(crate) async fn delete(id: &str) -> Result<()> {
    database::change(Store::Ledger, id, &mut |_| Change::Delete).await?;
    announce(&Notice::Gone { id: id.to_owned() });
    Ok(())
}
