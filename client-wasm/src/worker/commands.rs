//! Works off what pages ask for.

use media::ledger::{State, Transport};

use super::{background, engine, playback, removal, shell};
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
        Command::Pause { id } => {
            ledger::update(&id, |row| {
                if row.state.is_active() && row.transport == Transport::Worker {
                    row.state = State::Paused;
                }
            })
            .await?;
            engine::stop(&id).await;
        }
        Command::Resume { id } => {
            ledger::update(&id, |row| {
                if matches!(row.state, State::Paused | State::Failed | State::Incomplete) {
                    row.state = State::Queued;
                    row.transport = Transport::Worker;
                    row.alert = None;
                }
            })
            .await?;
        }
        Command::Cancel { id } => removal::now(&id).await?,
        Command::Remove { id } => removal::begin(&id).await?,
        Command::Undo { id } => removal::undo(&id).await?,
        Command::HandOver { id } => background::hand_over(&id).await?,
        Command::PauseAll | Command::ResumeAll => {}
        Command::UseMetered { .. } | Command::Check { .. } | Command::Update { .. } => {}
        Command::DeleteAll => {
            for row in ledger::all().await? {
                let id = row.video.id;
                if let Err(reason) = removal::now(&id).await {
                    global::warn(&format!("{id} is removed later: {reason}"));
                }
            }
        }
    }
    engine::pump().await?;
    engine::hold().await
}
