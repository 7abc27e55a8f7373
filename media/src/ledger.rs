//! One row of the download ledger: what is wanted of a video and what of it is stored.
//!
//! A row is the truth about intentions. About bytes the cache is: after a crash the engine reads
//! which chunks exist from the cache's keys, so that a chunk whose `put` resolved counts even when
//! the row was not written any more.

use serde::{Deserialize, Serialize};

use crate::cut::Cut;
use crate::names;
use crate::plan::{OfflinePlan, PlannedFile, PlannedStream};
use crate::retry::Retry;
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
    /// The source that this browser can play, and that plays offline: a file or a manifest.
    pub source: String,
    /// The renditions that are kept of a manifest, by their ids in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keep: Vec<String>,
    /// The chosen quality in a word or two, such as `720p`, where there was a choice.
    #[serde(default)]
    pub quality: Option<String>,
    /// What the renditions' bit rates say of the size, where other hosts do not tell sizes.
    #[serde(default)]
    pub estimate: u64,
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
    /// When the engine tries again by itself, after something that may pass.
    #[serde(default)]
    pub retry: Option<Retry>,
    /// Whether a metered connection may be used for it.
    #[serde(default)]
    pub metered: bool,
    /// Whether the site has a newer version of what is stored.
    #[serde(default)]
    pub newer: bool,
    /// Whether what is stored has not been compared with the site yet, for want of a network.
    #[serde(default)]
    pub unchecked: bool,
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
    /// All of it, as entries of [`CHUNK_SIZE`](crate::names::CHUNK_SIZE) bytes.
    Chunks,
    /// All of its [`Parts`](crate::plan::Parts), each under its own address.
    Parts,
    /// A picture that could not be read, and that the video does without.
    LeftOut,
}

impl FileRow {
    /// What is said of a picture that another host does not let us store.
    #[must_use]
    pub fn left_out_note(host: &str) -> String {
        format!("A picture from {host} could not be stored; offline the page does without it.")
    }

    /// How the bytes lie in the cache, for a file of this size.
    #[must_use]
    pub fn cut(&self, size: u64) -> Cut {
        if self.planned.parts.are_bundled() {
            Cut::Parts(self.planned.parts.spans())
        } else {
            Cut::Chunks(size)
        }
    }

    /// Whether the plan's file is the one that this row is about, in the same version as far as both say.
    fn is_still(&self, now: &PlannedFile) -> bool {
        let known = &self.planned;
        let versions = known.etag.as_ref().zip(now.etag.as_ref());
        known.url == now.url
            && known.parts == now.parts
            && versions.is_none_or(|(known, now)| known == now)
    }

    /// Whether entries of it may be stored under its number in the row.
    fn has_chunks(&self) -> bool {
        self.planned.parts.is_empty()
            && matches!(self.form, Form::Partial | Form::Chunks)
            && self.received > 0
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
        let (received, total) = self.files.iter().fold((0, 0), |(received, total), file| {
            let size = file.planned.size.unwrap_or(0).max(file.received);
            (
                file.received.saturating_add(received),
                size.saturating_add(total),
            )
        });
        let expected = if self.is_complete() { 0 } else { self.estimate };
        (received, total.max(expected))
    }

    /// Takes over a newer plan: files that are still the same keep what is stored of them, all others
    /// start over, and a row that was complete waits for them. Returns those whose entries are of no use any more, with their old numbers; `None`
    /// where the plan does not have what the row wants.
    pub fn renew(&mut self, plan: &OfflinePlan) -> Option<Vec<(usize, FileRow)>> {
        let stream = plan.stream(&self.source);
        if stream.is_some_and(PlannedStream::is_elsewhere) {
            return Some(Vec::new());
        }
        let planned = plan.files_for(&self.source, &self.keep)?;
        let mut old: Vec<Option<FileRow>> = self.files.drain(..).map(Some).collect();
        for (number, now) in planned.into_iter().enumerate() {
            let same = old.iter_mut().enumerate().find_map(|(at, file)| {
                file.take_if(|file| file.is_still(&now) && (at == number || !file.has_chunks()))
            });
            self.files.push(same.unwrap_or_else(|| FileRow::from(now)));
        }
        self.video.clone_from(&plan.video);
        self.newer = false;
        self.unchecked = false;
        if self.state == State::Stored && !self.is_complete() {
            self.state = State::Queued;
            self.transport = Transport::Worker;
        }
        Some(
            old.into_iter()
                .enumerate()
                .filter_map(|(at, file)| Some((at, file?)))
                .collect(),
        )
    }

    /// Whether the engine is to work on it, now or later. What failed, or was paused for want of room,
    /// goes on by itself while it has a [`Retry`].
    #[must_use]
    pub fn is_wanted(&self) -> bool {
        self.state.is_active()
            || matches!(self.state, State::Failed | State::Paused) && self.retry.is_some()
    }

    /// Whether what is on its way may still be stored: it runs, waits, or pauses.
    #[must_use]
    pub fn is_in_work(&self) -> bool {
        self.is_wanted() || self.state == State::Paused
    }

    /// Whether every file is stored or may be left out.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.files.iter().all(FileRow::is_done)
    }

    /// Whether what plays is a manifest.
    #[must_use]
    pub fn is_stream(&self) -> bool {
        !self.keep.is_empty()
    }

    /// Whether what plays is one encrypted file.
    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        let encryption = self.video.encryption.as_ref();
        encryption.is_some_and(|known| known.src.as_ref() == Some(&self.source))
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
    /// The chosen quality, such as `720p`.
    pub quality: Option<String>,
    /// The name of the video's category.
    pub category: Option<String>,
    /// Whether what plays is a manifest, so that there is no file to save a copy of.
    pub is_stream: bool,
    /// Whether what plays is a file that is of no use without its page's key.
    pub is_encrypted: bool,
    /// When the engine tries again by itself, in milliseconds since 1970.
    pub retry: Option<f64>,
    /// Whether a metered connection may be used for it.
    pub metered: bool,
    /// Whether the site has a newer version of what is stored.
    pub newer: bool,
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
            quality: self.quality.clone(),
            category: self.video.category.clone(),
            is_stream: self.is_stream(),
            is_encrypted: self.is_encrypted(),
            retry: self.retry.map(|retry| retry.at),
            metered: self.metered,
            newer: self.newer,
        })
    }

    /// The id of its background fetch, which no other press of the button has.
    #[must_use]
    pub fn background_fetch_id(&self) -> String {
        names::background_fetch_id(&self.video.id, self.added)
    }

    /// Whether the row's bytes are to be deleted now.
    #[must_use]
    pub fn is_due(&self, now: f64) -> bool {
        self.state == State::Removed && self.removal.is_none_or(|due| due <= now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Parts, PlannedRendition, Role};

    fn planned(url: &str, etag: &str, parts: &[&str]) -> PlannedFile {
        PlannedFile {
            size: Some(3),
            etag: Some(etag.to_owned()),
            parts: Parts::new(parts, vec![1; parts.len()]),
            ..PlannedFile::new(url, Role::Media)
        }
    }

    /// A row and a plan of a stream with these files.
    fn begun(files: &[PlannedFile]) -> (Row, OfflinePlan) {
        let stream = PlannedStream {
            source: "/media/m.mpd".to_owned(),
            manifest: "/media/m.mpd".to_owned(),
            renditions: vec![PlannedRendition {
                files: files.to_vec(),
                ..PlannedRendition::default()
            }],
            ..PlannedStream::default()
        };
        let plan = OfflinePlan {
            version: 2,
            video: Video::default(),
            files: Vec::new(),
            streams: vec![stream],
        };
        let row = Row {
            version: LEDGER_VERSION,
            video: Video::default(),
            state: State::Downloading,
            transport: Transport::Worker,
            source: "/media/m.mpd".to_owned(),
            keep: vec![String::new()],
            quality: None,
            estimate: 0,
            files: files.iter().cloned().map(FileRow::from).collect(),
            added: 0.0,
            alert: None,
            note: None,
            removal: None,
            retry: None,
            metered: false,
            newer: false,
            unchecked: false,
        };
        (row, plan)
    }

    #[test]
    fn a_newer_plan_starts_over_what_changed_and_keeps_the_rest() {
        let old = [
            planned("/a", "1", &[]),
            planned("/b", "1", &["/b1", "/b2"]),
            planned("/c", "1", &["/c1"]),
        ];
        let (mut row, _) = begun(&old);
        for file in &mut row.files {
            file.received = 3;
        }
        let now = [
            planned("/a", "2", &[]),
            planned("/b", "1", &["/b1", "/b2"]),
            planned("/c", "1", &["/c1", "/c2"]),
        ];
        let stale = row.renew(&begun(&now).1).unwrap();
        let stale: Vec<usize> = stale.into_iter().map(|(number, _)| number).collect();
        assert_eq!(stale, [0, 2]);
        let received: Vec<u64> = row.files.iter().map(|file| file.received).collect();
        assert_eq!(received, [0, 3, 0]);
        assert_eq!(row.renew(&begun(&now).1), Some(Vec::new()));
        // What was complete waits for what is new.
        for file in &mut row.files {
            file.form = Form::Parts;
        }
        row.state = State::Stored;
        row.newer = true;
        assert!(row.renew(&begun(&old).1).is_some());
        assert_eq!((row.state, row.newer), (State::Queued, false));
        row.keep = vec!["gone".to_owned()];
        assert_eq!(row.renew(&begun(&now).1), None);
        // Of a manifest on another host this site's plan knows nothing.
        let mut elsewhere = begun(&now).1;
        elsewhere.streams[0].renditions.clear();
        assert_eq!(row.renew(&elsewhere), Some(Vec::new()));
    }

    #[test]
    fn chunks_are_stored_under_their_files_number_and_do_not_move() {
        let (mut row, _) = begun(&[planned("/a", "1", &[]), planned("/b", "1", &["/b1"])]);
        row.files[0].received = 3;
        row.files[1].received = 3;
        let moved = [
            planned("/new", "1", &[]),
            planned("/a", "1", &[]),
            planned("/b", "1", &["/b1"]),
        ];
        let stale = row.renew(&begun(&moved).1).unwrap();
        assert_eq!(stale.len(), 1);
        assert_eq!((stale[0].0, stale[0].1.planned.url.as_str()), (0, "/a"));
        assert_eq!(row.files[2].received, 3);
    }
}
