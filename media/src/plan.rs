//! The offline plan: every file that a video needs without a network, as `/{id}/offline.json`
//! lists them and as the download engine works them off.

use serde::{Deserialize, Serialize};

use crate::video::{Source, Video};

/// The plan's format; an engine refuses a plan of a later one.
pub const PLAN_VERSION: u32 = 1;

/// All renditions of a video, and everything that its page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfflinePlan {
    /// [`PLAN_VERSION`] of the server that wrote it.
    pub version: u32,
    /// The video itself: what the page and the Downloads list say of it.
    pub video: Video,
    /// Every file once, in the order of the video's fields.
    pub files: Vec<PlannedFile>,
}

/// One file of a plan. `size`, `etag` and `last_modified` are known where this server holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedFile {
    /// An absolute URL or a path of this site.
    pub url: String,
    /// What it is for.
    pub role: Role,
    /// In bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// The strong validator, quotes included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// An HTTP date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_modified: Option<String>,
}

/// What a file is for, which decides whether the video can do without it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// A single-file source.
    Media,
    /// A text track.
    Subtitles,
    /// One format of the thumbnail.
    Poster,
    /// A picture for the system's media controls.
    Artwork,
    /// A picture in the page's body.
    Image,
}

impl Role {
    /// Media and subtitles are never left out; a picture that cannot be read is, with a note.
    #[must_use]
    pub fn is_essential(self) -> bool {
        matches!(self, Role::Media | Role::Subtitles)
    }
}

impl OfflinePlan {
    /// The single-file sources in the author's order.
    pub fn file_sources(&self) -> impl Iterator<Item = &Source> {
        self.video
            .video_sources
            .iter()
            .filter(|source| !source.is_manifest())
    }

    /// The files to store when `source` is the one to play: that source and everything that is
    /// not a source.
    #[must_use]
    pub fn files_for(&self, source: &str) -> Vec<PlannedFile> {
        let wanted = |file: &&PlannedFile| file.role != Role::Media || file.url == source;
        self.files.iter().filter(wanted).cloned().collect()
    }
}

/// The bytes of `files` together, and whether that is all: a file of unknown size makes it "about".
#[must_use]
pub fn total_size(files: &[PlannedFile]) -> (u64, bool) {
    let known = files
        .iter()
        .filter_map(|file| file.size)
        .fold(0, u64::saturating_add);
    (known, files.iter().all(|file| file.size.is_some()))
}
