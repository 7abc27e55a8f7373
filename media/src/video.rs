//! A video as its page describes it: the front matter after checking, with every address resolved.

use serde::{Deserialize, Serialize};

/// The name of ClearKey among key systems, the only one whose keys a page may hold.
pub const CLEAR_KEY: &str = "org.w3.clearkey";

/// One video. Addresses are absolute `http(s)` URLs or paths of this site that start with `/`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Video {
    /// The file name without `NN-` and `.md`; the page is at `/{id}/`.
    pub id: String,
    /// What people read; never empty.
    pub title: String,
    /// The name of the category it belongs to.
    pub category: Option<String>,
    /// Plain text, possibly of several lines.
    pub description: Option<String>,
    /// As the author wrote it.
    pub date: Option<String>,
    /// `m:ss` or `h:mm:ss`, as the author wrote it.
    pub length: Option<String>,
    /// In the author's order of preference; never empty.
    pub video_sources: Vec<Source>,
    /// Captions, subtitles, chapters and the like.
    pub video_subtitles: Vec<Subtitle>,
    /// One picture in several formats, the default one included.
    pub thumbnail: Vec<Thumbnail>,
    /// Pictures for the system's media controls.
    pub media_session_artwork: Vec<Artwork>,
    /// Manifests that replace others when offline, where an author wrote them.
    pub url_rewrites: Vec<UrlRewrite>,
    /// Start by itself where the browser lets it.
    pub autoplay: bool,
    /// Offer picture-in-picture.
    pub pip: bool,
    /// Offer casting.
    pub cast: bool,
    /// Show playback statistics.
    pub stats: bool,
    /// Encrypted media.
    pub encryption: Option<Encryption>,
    /// For the system's media controls.
    pub artist: Option<String>,
    /// For the system's media controls.
    pub album: Option<String>,
    /// Hosts that only a remote manifest names, as origins.
    pub origins: Vec<String>,
}

impl Video {
    /// The picture that stands for the video where only one can.
    #[must_use]
    pub fn poster(&self) -> Option<&str> {
        let default = self.thumbnail.iter().find(|thumbnail| thumbnail.default);
        default
            .or(self.thumbnail.first())
            .map(|thumbnail| thumbnail.src.as_str())
    }

    /// Addresses and types of all sources in the order of preference: an encrypted file comes first.
    pub fn sources(&self) -> impl Iterator<Item = (&str, &str)> {
        let usable =
            |encryption: &&Encryption| encryption.r#type == CLEAR_KEY && encryption.key.is_some();
        let encrypted = self
            .encryption
            .iter()
            .filter(usable)
            .filter_map(|encryption| {
                Some((
                    encryption.src.as_deref()?,
                    encryption.mime_codec.as_deref()?,
                ))
            });
        let plain = self
            .video_sources
            .iter()
            .map(|source| (source.src.as_str(), source.r#type.as_str()));
        encrypted.chain(plain)
    }

    /// The sources that are single files.
    pub fn files(&self) -> impl Iterator<Item = &Source> {
        self.video_sources
            .iter()
            .filter(|source| !source.is_manifest())
    }

    /// The sources that are manifests.
    pub fn manifests(&self) -> impl Iterator<Item = &Source> {
        self.video_sources
            .iter()
            .filter(|source| source.is_manifest())
    }

    /// The manifest that is stored of a source: what the author put in its place for offline, or
    /// itself.
    #[must_use]
    pub fn offline_manifest<'a>(&'a self, source: &'a str) -> &'a str {
        let mut rewrites = self.url_rewrites.iter();
        let rewritten = rewrites.find(|rewrite| rewrite.online == source);
        rewritten.map_or(source, |rewrite| rewrite.offline.as_str())
    }

    /// The path of the video's page.
    #[must_use]
    pub fn page(&self) -> String {
        format!("/{}/", self.id)
    }
}

/// One way to play the video.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Source {
    /// The file or manifest.
    pub src: String,
    /// Its MIME type, with `codecs` where the author gave them.
    pub r#type: String,
    /// Preferred for casting.
    pub cast: bool,
}

impl Source {
    /// Whether this is a DASH or HLS manifest rather than one playable file.
    #[must_use]
    pub fn is_manifest(&self) -> bool {
        let essence = self
            .r#type
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase();
        matches!(
            essence.as_str(),
            "application/dash+xml"
                | "application/x-mpegurl"
                | "application/vnd.apple.mpegurl"
                | "audio/mpegurl"
                | "audio/x-mpegurl"
        )
    }
}

/// A text track.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Subtitle {
    /// Shown unless the person chose otherwise.
    pub default: bool,
    /// `subtitles`, `captions`, `descriptions`, `chapters` or `metadata`.
    pub kind: String,
    /// The name in the menu.
    pub label: Option<String>,
    /// The WebVTT file.
    pub src: String,
    /// A BCP 47 language tag, as the author wrote it.
    pub srclang: Option<String>,
}

/// One format of the thumbnail.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Thumbnail {
    /// The picture.
    pub src: String,
    /// Its MIME type.
    pub r#type: Option<String>,
    /// The one for browsers that know no other.
    pub default: bool,
}

/// One size of the artwork that the system's media controls show.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Artwork {
    /// The picture.
    pub src: String,
    /// As in `512x512`.
    pub sizes: Option<String>,
    /// Its MIME type.
    pub r#type: Option<String>,
}

/// A manifest and what stands in for it offline.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct UrlRewrite {
    /// The address the player asks for.
    pub online: String,
    /// The address that answers when stored.
    pub offline: String,
}

/// Encrypted media, as Encrypted Media Extensions want it described.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Encryption {
    /// The key system, such as `org.w3.clearkey`.
    pub r#type: String,
    /// The encrypted file, in Kino's form.
    pub src: Option<String>,
    /// Its type with codecs.
    pub mime_codec: Option<String>,
    /// A `MediaKeySystemConfiguration`, kept as written.
    pub media_key_system_config: Option<serde_json::Value>,
    /// The key itself.
    pub key: Option<Key>,
}

/// A ClearKey key; both fields in hexadecimal.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Key {
    /// The key's id.
    pub id: String,
    /// The key's value.
    pub value: String,
}
