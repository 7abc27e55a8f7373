//! Works off what pages ask for.

use media::ledger::{State, Transport};

use super::{background, engine, library, playback, removal, shell};
use crate::command::Command;
use crate::ledger;
use crate::web::error::Result;
use crate::web::{event, global};

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
        Command::Pause { id } => pause(&id).await?,
        Command::Resume { id } => resume(&id).await?,
        Command::PauseAll => {
            for row in ledger::all().await? {
                pause(&row.video.id).await?;
            }
        }
        Command::ResumeAll => {
            for row in ledger::all().await? {
                resume(&row.video.id).await?;
            }
        }
        Command::UseMetered { id } => {
            ledger::update(&id, |row| row.metered = true).await?;
        }
        Command::Check { id } => library::check_version(&id).await?,
        Command::Update { id } => library::update(&id).await?,
        Command::Cancel { id } => removal::now(&id).await?,
        Command::Remove { id } => removal::begin(&id).await?,
        Command::Undo { id } => removal::undo(&id).await?,
        Command::HandOver { id } => background::hand_over(&id).await?,
        Command::DeleteAll => {
            for row in ledger::all().await? {
                let id = row.video.id;
                if let Err(reason) = removal::now(&id).await {
                    global::warn(&format!("{id} is removed later: {reason}"));
                }
            }
        }
    }
    engine::hold().await
}

/// Stops what is to be fetched, and keeps what arrived.
async fn pause(id: &str) -> Result<()> {
    let mut by_browser = false;
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
        by_browser = row.transport == Transport::Handover;
    })
    .await?;
    if by_browser {
        background::end(id).await
    } else {
        engine::stop(id).await;
        Ok(())
    }
}

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
