//! One row of the download ledger: what is wanted of a video and what of it is stored.
//!
//! A row is the truth about intentions. About bytes the cache is: after a crash the engine reads
//! which chunks exist from the cache's keys, so that a chunk whose `put` resolved counts even when
//! the row was not written any more.

use serde::{Deserialize, Serialize};

use crate::names::{self, CHUNK_SIZE};
use crate::plan::PlannedFile;
use crate::range::Span;
use crate::video::Video;

/// The rows' format.
pub const LEDGER_VERSION: u32 = 1;

/// Milliseconds during which a removal can be undone.
pub const UNDO_MILLISECONDS: f64 = 7_000.0;

/// What one video's download has come to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// [`LEDGER_VERSION`] of the engine that wrote it.
    pub version: u32,
    /// The video as it was when the download began.
    pub video: Video,
    /// What people see of it.
    pub state: State,
    /// Who fetches.
    pub transport: Transport,
    /// The source that this browser can play, and that plays offline.
    pub source: String,
    /// Every file, in the plan's order; chunk keys count them.
    pub files: Vec<FileRow>,
    /// When the button was pressed, in milliseconds since 1970.
    pub added: f64,
    /// What went wrong and what to do, while `failed`.
    #[serde(default)]
    pub alert: Option<String>,
    /// What was left out, such as a picture that could not be read.
    #[serde(default)]
    pub note: Option<String>,
    /// When a removal becomes final, in milliseconds since 1970, while `removed`.
    #[serde(default)]
    pub removal: Option<f64>,
}

/// What people see of a video; the values of `data-state`, except `none`, which is no row at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Waits for its turn.
    Queued,
    /// Bytes are on their way.
    Downloading,
    /// Stopped by the person.
    Paused,
    /// Every file is here with its exact size.
    Stored,
    /// Was stored, but the browser gave some of it up.
    Incomplete,
    /// Stopped by what `alert` says.
    Failed,
    /// Kept for a few more seconds.
    Removed,
}

impl State {
    /// The value of `data-state`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            State::Queued => "queued",
            State::Downloading => "downloading",
            State::Paused => "paused",
            State::Stored => "stored",
            State::Incomplete => "incomplete",
            State::Failed => "failed",
            State::Removed => "removed",
        }
    }

    /// Whether an engine should be at work.
    #[must_use]
    pub fn is_active(self) -> bool {
        matches!(self, State::Queued | State::Downloading)
    }
}

/// Who fetches the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Transport {
    /// The browser's Background Fetch.
    Background,
    /// Background Fetch, about to end because the person asked for the worker instead.
    Handover,
    /// The worker's own resumable fetch.
    Worker,
}

/// One file of a row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FileRow {
    /// What the plan says; size and validators are replaced by what the response said.
    pub planned: PlannedFile,
    /// How its bytes are kept.
    #[serde(default)]
    pub form: Form,
    /// Bytes stored so far.
    #[serde(default)]
    pub received: u64,
    /// The response's `Content-Type`.
    #[serde(default)]
    pub content_type: Option<String>,
}

/// How a file's bytes are kept in the video's cache.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// Nothing of it, or not all of it yet.
    #[default]
    Partial,
    /// Under its own address.
    Whole,
    /// All of it, as entries of [`CHUNK_SIZE`] bytes.
    Chunks,
    /// A picture that could not be read, and that the video does without.
    LeftOut,
}

impl FileRow {
    /// What is said of a picture that another host does not let us store.
    #[must_use]
    pub fn left_out_note(host: &str) -> String {
        format!("A picture from {host} could not be stored; offline the page does without it.")
    }

    /// Whether nothing more is to be fetched.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.form != Form::Partial
    }
}

impl From<PlannedFile> for FileRow {
    fn from(planned: PlannedFile) -> Self {
        FileRow {
            planned,
            form: Form::Partial,
            received: 0,
            content_type: None,
        }
    }
}

impl Row {
    /// Bytes stored, and bytes in all as far as they are known.
    #[must_use]
    pub fn progress(&self) -> (u64, u64) {
        self.files.iter().fold((0, 0), |(received, total), file| {
            let size = file.planned.size.unwrap_or(0).max(file.received);
            (
                received.saturating_add(file.received),
                total.saturating_add(size),
            )
        })
    }

    /// Whether every file is stored or may be left out.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.files.iter().all(FileRow::is_done)
    }

    /// Whether the files may be served: everything is here, and nobody has asked for its removal.
    #[must_use]
    pub fn is_served(&self) -> bool {
        self.state == State::Stored
    }
}

/// What pages show of a row; small enough to be sent to every tab with every progress.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// The video's id.
    pub id: String,
    /// The video's title.
    pub title: String,
    /// Its picture.
    pub poster: Option<String>,
    /// What people see.
    pub state: State,
    /// Who fetches.
    pub transport: Transport,
    /// Bytes stored.
    pub received: u64,
    /// Bytes in all, as far as they are known.
    pub total: u64,
    /// The source that plays offline.
    pub source: String,
    /// When the button was pressed, in milliseconds since 1970.
    pub added: f64,
    /// What went wrong and what to do.
    pub alert: Option<String>,
    /// What was left out.
    pub note: Option<String>,
}

impl Row {
    /// What pages show of it at the time `now`; `None` for a row whose removal is final.
    #[must_use]
    pub fn summary(&self, now: f64) -> Option<Summary> {
        if self.is_due(now) {
            return None;
        }
        let (received, total) = self.progress();
        Some(Summary {
            id: self.video.id.clone(),
            title: self.video.title.clone(),
            poster: self.video.poster().map(str::to_owned),
            state: self.state,
            transport: self.transport,
            received,
            total,
            source: self.source.clone(),
            added: self.added,
            alert: self.alert.clone(),
            note: self.note.clone(),
        })
    }

    /// Whether the row's bytes are to be deleted now.
    #[must_use]
    pub fn is_due(&self, now: f64) -> bool {
        self.state == State::Removed && self.removal.is_none_or(|due| due <= now)
    }
}

/// The spans of a file of `size` bytes that no stored chunk covers, in order and joined where they
/// touch. `stored` are chunk numbers in any order.
#[must_use]
pub fn missing_spans(size: u64, stored: &[u64]) -> Vec<Span> {
    let mut stored: Vec<u64> = stored
        .iter()
        .copied()
        .filter(|chunk| *chunk < names::chunk_count(size))
        .collect();
    stored.sort_unstable();
    stored.dedup();
    let mut gaps = Vec::new();
    let mut at = 0;
    for chunk in stored {
        let span = names::chunk_span(chunk, size);
        if span.start > at {
            gaps.push(Span {
                start: at,
                end: span.start,
            });
        }
        at = span.end;
    }
    if at < size {
        gaps.push(Span {
            start: at,
            end: size,
        });
    }
    gaps
}

/// The bytes that these chunks of a file of `size` bytes hold together.
#[must_use]
pub fn stored_bytes(size: u64, stored: &[u64]) -> u64 {
    let missing: u64 = missing_spans(size, stored)
        .iter()
        .map(|gap| gap.end - gap.start)
        .sum();
    size - missing
}

/// Whether a span begins where a chunk does, as every gap must.
#[must_use]
pub fn is_aligned(span: Span) -> bool {
    span.start.is_multiple_of(CHUNK_SIZE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_chunk_that_landed_before_an_earlier_one_is_not_asked_for_again() {
        let size = 3 * CHUNK_SIZE + 5;
        assert_eq!(
            missing_spans(size, &[2, 0]),
            [
                Span {
                    start: CHUNK_SIZE,
                    end: 2 * CHUNK_SIZE
                },
                Span {
                    start: 3 * CHUNK_SIZE,
                    end: size
                }
            ]
        );
        assert_eq!(missing_spans(size, &[0, 1, 2, 3]), []);
        assert_eq!(missing_spans(0, &[]), []);
    }

    proptest! {
        #[test]
        fn gaps_and_chunks_together_are_the_file(size in 0..40 * CHUNK_SIZE, stored in prop::collection::vec(0u64..60, 0..60)) {
            let gaps = missing_spans(size, &stored);
            prop_assert!(gaps.iter().all(|gap| gap.start < gap.end && gap.end <= size && is_aligned(*gap)));
            prop_assert!(gaps.windows(2).all(|pair| pair[0].end < pair[1].start));
            let mut unique: Vec<u64> = stored.iter().copied().filter(|chunk| *chunk < names::chunk_count(size)).collect();
            unique.sort_unstable();
            unique.dedup();
            let held: u64 = unique.iter().map(|chunk| { let span = names::chunk_span(*chunk, size); span.end - span.start }).sum();
            prop_assert_eq!(stored_bytes(size, &stored), held);
        }
    }
}
