//! DASH and HLS manifests as one model: which renditions a video has, which files they consist of,
//! which of them to store, and the author's manifest trimmed to those.
//!
//! Policy: what is read is exactly what a player would ask for; what cannot be known for certain is
//! an error that says so, with the line. Whatever the input, reading takes bounded time and memory.

mod address;
mod budget;
mod choice;
mod dash;
mod error;
mod hls;
mod trim;
mod xml;

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};

use crate::range::Span;
use budget::Budget;
use error::Fault;

pub use choice::{ChoiceError, Quality, Wish, choose};
pub use error::ManifestError;
pub use trim::trim;

/// A video in one or more renditions.
#[derive(Clone, Debug, PartialEq)]
pub struct Presentation {
    /// What its manifest is.
    pub format: Format,
    /// In seconds, where the manifest tells.
    pub duration: Option<f64>,
    /// More may be added: a dynamic MPD, or an HLS playlist without its end.
    pub unfinished: bool,
    /// In the order of the manifest.
    pub renditions: Vec<Rendition>,
    /// The addresses of all manifests and playlists, the root first.
    pub documents: Vec<String>,
}

/// The kind of a manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// ISO/IEC 23009-1.
    Dash,
    /// RFC 8216 and its successor.
    Hls,
}

/// One encoding of a part of the presentation.
#[derive(Clone, Debug, PartialEq)]
pub struct Rendition {
    /// What it is.
    pub description: Description,
    /// In the order of playback. A file that is needed again may be listed again.
    pub segments: Vec<Segment>,
}

impl Rendition {
    /// The addresses of its files, each once, in the order of playback.
    #[must_use]
    pub fn urls(&self) -> Vec<&str> {
        let mut seen = HashSet::new();
        let urls = self.segments.iter().map(|segment| segment.url.as_str());
        urls.filter(|url| seen.insert(*url)).collect()
    }
}

/// What a rendition is: all that is needed to choose one. What is unknown is empty or 0.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Description {
    /// Unique within the presentation, and the same after trimming.
    pub id: String,
    /// The period that it belongs to, counted from 0; HLS has only one.
    #[serde(skip_serializing_if = "is_default")]
    pub period: usize,
    /// What it is for.
    pub kind: Kind,
    /// The container's MIME type, without parameters.
    #[serde(skip_serializing_if = "is_default")]
    pub mime: String,
    /// As in RFC 6381.
    #[serde(skip_serializing_if = "is_default")]
    pub codecs: String,
    /// In bits per second.
    #[serde(skip_serializing_if = "is_default")]
    pub bandwidth: u64,
    /// In pixels.
    #[serde(skip_serializing_if = "is_default")]
    pub width: u32,
    /// In pixels.
    #[serde(skip_serializing_if = "is_default")]
    pub height: u32,
    /// In frames per second.
    #[serde(skip_serializing_if = "is_default")]
    pub frame_rate: f64,
    /// Of audio.
    #[serde(skip_serializing_if = "is_default")]
    pub channels: u32,
    /// A BCP 47 language tag, as the author wrote it.
    #[serde(skip_serializing_if = "is_default")]
    pub language: String,
    /// DASH roles as in `urn:mpeg:dash:role:2011`, or HLS characteristics.
    #[serde(skip_serializing_if = "is_default")]
    pub roles: Vec<String>,
    /// What people are shown.
    #[serde(skip_serializing_if = "is_default")]
    pub label: String,
    /// The author's choice where the person has none.
    #[serde(skip_serializing_if = "is_default")]
    pub default: bool,
    /// Whether a key is needed.
    #[serde(skip_serializing_if = "is_default")]
    pub encrypted: bool,
    /// Not for plain playback: trick play, or another camera's view.
    #[serde(skip_serializing_if = "is_default")]
    pub auxiliary: bool,
    /// DASH: ids of renditions that must be there as well.
    #[serde(skip_serializing_if = "is_default")]
    pub dependencies: Vec<String>,
    /// HLS: the media playlist's address.
    #[serde(skip_serializing_if = "is_default")]
    pub playlist: Option<String>,
    /// HLS: whether it is a variant stream rather than a rendition that goes with some.
    #[serde(skip_serializing_if = "is_default")]
    pub variant: bool,
    /// HLS: the group that a variant plays with, or that an audio rendition belongs to.
    #[serde(skip_serializing_if = "is_default")]
    pub audio_group: Option<String>,
}

impl Description {
    /// What a copy of it costs.
    fn text_bytes(&self) -> usize {
        let texts = [
            &self.id,
            &self.mime,
            &self.codecs,
            &self.language,
            &self.label,
        ];
        let group = self.audio_group.as_ref().map_or(0, String::len);
        let lists = self.roles.iter().chain(&self.dependencies);
        let each: usize = lists.map(|text| text.len() + size_of::<String>()).sum();
        texts.map(String::len).iter().sum::<usize>() + group + each
    }
}

/// What a rendition is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Pictures, possibly with sound in the same segments.
    #[default]
    Video,
    /// Sound alone.
    Audio,
    /// Subtitles and captions.
    Text,
    /// Thumbnails.
    Image,
}

/// A file that a rendition needs, or a part of one.
#[derive(Clone, Debug, PartialEq)]
pub struct Segment {
    /// An absolute URL or a path of this site, without a fragment.
    pub url: String,
    /// Which bytes of the file, or all of them.
    pub range: Option<Span>,
    /// What it is for.
    pub use_: Use,
    /// In seconds; 0 for what is not media.
    pub duration: f64,
}

/// What a segment is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Use {
    /// What a decoder needs before any media.
    Init,
    /// Media.
    Media,
    /// Where in a file the media segments are.
    Index,
    /// A key for decryption.
    Key,
}

/// How far the documents at hand lead.
#[derive(Clone, Debug, PartialEq)]
pub enum Reading {
    /// All has been read.
    Whole(Presentation),
    /// The addresses of documents that are still to be fetched.
    Wants(Vec<String>),
}

/// Reads the manifest at `root`, an absolute URL or a path of this site, from `documents`, which has
/// the bytes of everything fetched so far under the addresses that were asked for.
///
/// # Errors
///
/// Where a document is malformed, not supported or too large.
pub fn read(root: &str, documents: &BTreeMap<String, Vec<u8>>) -> Result<Reading, ManifestError> {
    let Some(bytes) = documents.get(root) else {
        return Ok(Reading::Wants(vec![root.to_owned()]));
    };
    let mut budget = Budget::new();
    let located = |fault: Fault| fault.in_document(root, bytes);
    let text = budget.document(bytes).map_err(located)?;
    match format(text).map_err(located)? {
        Format::Dash => dash::read(root, text, &mut budget)
            .map(Reading::Whole)
            .map_err(located),
        Format::Hls => hls::read(root, text, documents, &mut budget),
    }
}

/// Tells the formats apart by their first characters.
fn format(text: &str) -> Result<Format, Fault> {
    let start = text.trim_start_matches('\u{feff}').trim_ascii_start();
    if start.starts_with("#EXTM3U") {
        Ok(Format::Hls)
    } else if start.starts_with('<') {
        Ok(Format::Dash)
    } else {
        let message = "is neither a DASH manifest nor an HLS playlist";
        Err(Fault::new(
            message,
            "Provide an MPD, or a playlist that starts with #EXTM3U.",
        )
        .at(0))
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

#[cfg(test)]
mod tests;
