//! Works off what pages ask for.

use media::ledger::{Row, State, Transport};

use super::{background, engine, library, playback, removal, shell};
use crate::command::Command;
use crate::ledger;
use crate::web::error::Result;
use crate::web::event;

/// Obeys one command, then goes on with whatever there is to do while the event may be held.
pub(super) async fn obey(command: Command) -> Result<()> {
    match command {
        // A hard-reloaded page has no worker; without one it would not play what is stored.
        Command::Beat => {
            event::claim().await?;
            shell::refresh_pages().await?;
        }
        // The page wrote the row.
        Command::Start => playback::forget(),
        Command::Begun { id } => background::begun(&id).await?,
        Command::Pause { id } => pause(&[id]).await?,
        Command::Resume { id } => resume(&id).await?,
        Command::PauseAll => pause(&ids(Row::is_wanted).await?).await?,
        Command::ResumeAll => {
            for id in ids(|row| !row.state.is_active()).await? {
                resume(&id).await?;
            }
        }
        Command::UseMetered { id } => {
            ledger::update(&id, |row| row.metered = true).await?;
        }
        Command::Update { id } => library::update(&id).await?,
        Command::Cancel { id } => removal::now(&id).await?,
        Command::Remove { ids } => removal::begin(&ids).await?,
        Command::Undo { ids } => removal::undo(&ids).await?,
        Command::HandOver { id } => background::hand_over(&id).await?,
        Command::DeleteAll => removal::all().await?,
    }
    engine::hold().await
}

/// The videos that a command for all means.
async fn ids(are_meant: impl Fn(&Row) -> bool) -> Result<Vec<String>> {
    let rows = ledger::all().await?;
    let meant = rows.into_iter().filter(are_meant);
    Ok(meant.map(|row| row.video.id).collect())
}

/// Stops what is to be fetched, and keeps what arrived. All are noted first, so that none takes the place
/// of another one.
async fn pause(ids: &[String]) -> Result<()> {
    let mut by_browser = Vec::new();
    for id in ids {
        ledger::update(id, |row| {
            if !row.is_wanted() {
                return;
            }
            row.state = State::Paused;
            row.retry = None;
            row.alert = None;
            if row.transport == Transport::Background {
                row.transport = Transport::Handover;
            }
            if row.transport == Transport::Handover {
                by_browser.push(id);
            }
        })
        .await?;
    }
    for id in ids {
        engine::stop(id).await;
    }
    for id in by_browser {
        background::end(id).await?;
    }
    Ok(())
}

/// Puts what stands still back into the queue.
async fn resume(id: &str) -> Result<()> {
    ledger::update(id, |row| {
        if row.retry.is_none()
            && !matches!(row.state, State::Paused | State::Failed | State::Incomplete)
        {
            return;
        }
        row.state = State::Queued;
        row.retry = None;
        row.alert = None;
        // What a background fetch has brought may still be on its way into the cache.
        if row.transport == Transport::Background {
            row.transport = Transport::Worker;
        }
    })
    .await
    .map(drop)
}
