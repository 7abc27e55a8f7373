//! Whether what counts as stored is still there, and still what the site has.

use std::cell::Cell;

use media::ledger::{Row, State};
use media::names;

use super::transfer::Entries;
use super::{plan, playback};
use crate::ledger;
use crate::web::cache;
use crate::web::database::{self, Change, Store};
use crate::web::error::Result;
use crate::web::global;

/// Milliseconds between two looks at everything.
const DAY: u64 = 86_400_000;

/// When that was done last, in milliseconds since 1970.
const CHECKED: &str = "library-checked";

thread_local! {
    static LOOKED: Cell<bool> = const { Cell::new(false) };
}

/// Checks the library once a day, when a worker starts; before that what is still unchecked.
pub(super) async fn check_daily(rows: &[Row]) -> Result<()> {
    if LOOKED.replace(true) {
        return Ok(());
    }
    for row in rows.iter().filter(|row| row.unchecked && row.is_served()) {
        match plan::compare(row).await {
            Some(true) => update(&row.video.id).await?,
            Some(false) => {
                ledger::update(&row.video.id, |row| row.unchecked = false).await?;
            }
            None => {}
        }
    }
    let last = database::read(Store::Settings, CHECKED).await?;
    let last = last.and_then(|text| text.parse::<u64>().ok());
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "milliseconds since 1970 are a small whole number"
    )]
    let now = global::now() as u64;
    if last.is_some_and(|last| now.saturating_sub(last) < DAY) {
        return Ok(());
    }
    database::change(Store::Settings, CHECKED, &mut |_| {
        Change::Write(now.to_string())
    })
    .await?;
    let stored: Vec<Row> = rows.iter().filter(|row| row.is_served()).cloned().collect();
    // Beside everything else: it can take long.
    global::spawn(async move {
        if let Err(reason) = check(&stored).await {
            global::warn(&format!("the check of the library ended early: {reason}"));
        }
    });
    Ok(())
}

async fn check(stored: &[Row]) -> Result<()> {
    for row in stored {
        check_presence(row).await?;
    }
    for row in stored {
        if global::is_online() {
            check_version(&row.video.id).await?;
        }
    }
    Ok(())
}

/// Finds out by the keys of a video's cache whether the browser gave some of it up. No body is read.
async fn check_presence(row: &Row) -> Result<()> {
    let id = &row.video.id;
    let entries = Entries::of(&cache::open(&names::video_cache(id)).await?).await?;
    let files = row.files.iter().enumerate();
    let lost = files
        .filter(|(number, file)| !entries.hold(id, *number, file))
        .count();
    let has_page = entries.contain(&global::absolute(&row.video.page()));
    if lost > 0 || !has_page {
        note_lost(id).await?;
    }
    Ok(())
}

/// Notes that the browser gave up some of a video's bytes.
pub(super) async fn note_lost(id: &str) -> Result<()> {
    playback::forget();
    ledger::update(id, |row| {
        if row.state == State::Stored {
            row.state = State::Incomplete;
            row.alert = Some(format!(
                "The browser has deleted a part of “{}” from this device. Connect to the network, then press Repair: \
                 only the missing part is fetched.",
                row.video.title
            ));
        }
    })
    .await?;
    Ok(())
}

/// Looks whether the site has a newer version of a stored video.
pub(super) async fn check_version(id: &str) -> Result<()> {
    let Some(row) = ledger::find(id).await?.filter(Row::is_served) else {
        return Ok(());
    };
    let newer = plan::has_changed(&row).await;
    if newer != row.newer {
        ledger::update(id, |row| row.newer = newer && row.is_served()).await?;
    }
    Ok(())
}

/// Puts a stored video back into the queue for what is newer on the site. Without the site's answer it
/// stays as it is, and plays.
pub(super) async fn update(id: &str) -> Result<()> {
    let cache = cache::open(&names::video_cache(id)).await?;
    let Some(row) = ledger::find(id).await?.filter(Row::is_served) else {
        return Ok(());
    };
    let renewed = plan::renew(id, &cache).await;
    playback::forget();
    let words = match renewed {
        Ok(_) => None,
        Err(failure) => Some(failure.words(&row, false).await),
    };
    ledger::update(id, |row| row.note = words).await.map(drop)
}
