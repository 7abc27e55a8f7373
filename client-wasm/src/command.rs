//! What pages ask of the worker, and what everybody hears of changes.

use media::ledger::Summary;
use serde::{Deserialize, Serialize};

/// A page's message to the worker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Command {
    /// A page is open: go on with whatever there is to do, and become its worker if it has none.
    Beat,
    /// Fetch what the ledger newly wants.
    Start,
    /// The browser's background fetch of this video has begun.
    Begun { id: String },
    /// Stop fetching, keep what arrived.
    Pause { id: String },
    /// Go on after a pause or a failure.
    Resume { id: String },
    /// Give up and delete what arrived.
    Cancel { id: String },
    /// Delete in a few seconds.
    Remove { ids: Vec<String> },
    /// Do not delete after all.
    Undo { ids: Vec<String> },
    /// Take a download from the browser's Background Fetch into the worker.
    HandOver { id: String },
    /// Stop fetching all videos.
    PauseAll,
    /// Go on with all that are paused or have failed.
    ResumeAll,
    /// Do not wait for an unmetered connection with this one.
    UseMetered { id: String },
    /// Fetch what is newer on the site.
    Update { id: String },
    /// Delete all videos.
    DeleteAll,
}

/// What tabs and worker tell each other on the channel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Notice {
    /// A video's row changed.
    Changed(Summary),
    /// A video's removal is final, and under way.
    Leaving { id: String },
    /// A video has no row any more.
    Gone { id: String },
    /// A setting changed.
    Settings,
}
