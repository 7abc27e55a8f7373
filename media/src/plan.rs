//! The offline plan: every file that a video needs without a network, as `/{id}/offline.json`
//! lists them and as the download engine works them off.

use serde::{Deserialize, Serialize};

use crate::manifest::Description;
use crate::range::Span;
use crate::video::Video;

/// The plan's format; an engine refuses a plan of a later one.
pub const PLAN_VERSION: u32 = 2;

/// A part of a bundle is one entry of the cache, put from memory; larger ones stay files of their own.
pub const LARGEST_PART: u64 = 16 * 1024 * 1024;

/// A rendition of more files than these is one entry of the plan, its files being the parts.
pub const FEW_FILES: usize = 4;

/// All renditions of a video, and everything that its page shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OfflinePlan {
    /// [`PLAN_VERSION`] of the server that wrote it.
    pub version: u32,
    /// The video itself: what the page and the Downloads list say of it.
    pub video: Video,
    /// Every file once, in the order of the video's fields; what belongs to a stream is in `streams`.
    pub files: Vec<PlannedFile>,
    /// The sources that are manifests, in the author's order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub streams: Vec<PlannedStream>,
}

/// A source that is a DASH or HLS manifest, with all of its renditions.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PlannedStream {
    /// The source's address, as the video has it.
    pub source: String,
    /// The manifest to store: the source itself, or what the author put in its place for offline.
    pub manifest: String,
    /// In seconds; 0 where it is not known.
    #[serde(default)]
    pub duration: f64,
    /// The manifest and the playlists that it names.
    #[serde(default)]
    pub documents: Vec<PlannedFile>,
    /// None where the manifest is on another origin: whoever wants to store it reads it there.
    #[serde(default)]
    pub renditions: Vec<PlannedRendition>,
    /// Why this stream cannot be stored, in a sentence for the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
}

/// One rendition with the files that it consists of.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PlannedRendition {
    /// What it is.
    pub description: Description,
    /// Its files; many small ones stand together as [`Parts`].
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
    /// The files that this one stands for, such as the segments of a rendition.
    #[serde(default, skip_serializing_if = "Parts::is_empty")]
    pub parts: Parts,
}

impl PlannedFile {
    /// A file of which nothing but its address and its role is known.
    #[must_use]
    pub fn new(url: &str, role: Role) -> Self {
        PlannedFile {
            url: url.to_owned(),
            role,
            size: None,
            etag: None,
            last_modified: None,
            parts: Parts::default(),
        }
    }
}

/// Many small files that are one in plan and ledger. With sizes they are a bundle: the address of the
/// planned file answers with all of them end to end, so that hundreds of segments are one request.
/// Without, each is fetched from its own address, and the planned file's address is only a name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parts {
    /// What all addresses begin with.
    base: String,
    /// What each address ends with.
    names: Vec<String>,
    /// In bytes; as many as names, or none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    sizes: Vec<u64>,
}

impl Parts {
    /// The files at these addresses, in their order.
    #[must_use]
    pub fn new(urls: &[&str], sizes: Vec<u64>) -> Self {
        let first = urls.first().copied().unwrap_or_default();
        let shared = urls.iter().fold(first.len(), |shared, url| {
            let same = first.bytes().zip(url.bytes()).take_while(|(a, b)| a == b);
            shared.min(same.count())
        });
        // At a slash no address is cut inside a character.
        let shared = first[..floor_boundary(first, shared)]
            .rfind('/')
            .map_or(0, |end| end + 1);
        Parts {
            base: first[..shared].to_owned(),
            names: urls.iter().map(|url| url[shared..].to_owned()).collect(),
            sizes,
        }
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.names.len()
    }

    /// Whether the planned file is just a file.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Whether one request brings them all.
    #[must_use]
    pub fn are_bundled(&self) -> bool {
        !self.is_empty() && self.sizes.len() == self.names.len()
    }

    /// What all addresses begin with: nothing, or all up to a slash.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }

    /// What each address ends with.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// Where each lies in the bundle.
    #[must_use]
    pub fn spans(&self) -> Vec<Span> {
        let mut start = 0_u64;
        let span = |size: &u64| {
            let end = start.saturating_add(*size);
            Span {
                start: std::mem::replace(&mut start, end),
                end,
            }
        };
        self.sizes.iter().map(span).collect()
    }
}

/// The last place at or before `at` where the text can be cut.
fn floor_boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len()))
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(0)
}

/// What a file is for, which decides whether the video can do without it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// A single-file source, or the segments of a rendition.
    Media,
    /// A DASH or HLS manifest or playlist, stored as far as it names what is stored.
    Manifest,
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
    /// Media, manifests and subtitles are never left out; a picture that cannot be read is, with a note.
    #[must_use]
    pub fn is_essential(self) -> bool {
        matches!(self, Role::Media | Role::Manifest | Role::Subtitles)
    }
}

impl OfflinePlan {
    /// The stream of a source, by the address that plays online or the one that plays offline.
    #[must_use]
    pub fn stream(&self, source: &str) -> Option<&PlannedStream> {
        let mut streams = self.streams.iter();
        streams.find(|stream| stream.source == source || stream.manifest == source)
    }

    /// The files to store when `source` is the one to play and, if it is a stream, `keep` are the
    /// ids of its renditions: that source and everything that is not a source. `None` where the
    /// plan has no such source or rendition (any more).
    #[must_use]
    pub fn files_for(&self, source: &str, keep: &[String]) -> Option<Vec<PlannedFile>> {
        let mut files: Vec<PlannedFile> = self
            .files
            .iter()
            .filter(|file| file.role != Role::Media || file.url == source)
            .cloned()
            .collect();
        if let Some(stream) = self.stream(source) {
            stream.collect(keep, &mut files)?;
        } else if !files.iter().any(|file| file.role == Role::Media) {
            return None;
        }
        Some(files)
    }
}

impl PlannedStream {
    /// Whether the manifest is on another host, where whoever wants to store it has to read it.
    #[must_use]
    pub fn is_elsewhere(&self) -> bool {
        self.renditions.is_empty() && self.refused.is_none()
    }

    /// Adds the files of the kept renditions, each once, and the manifests that name them.
    fn collect(&self, keep: &[String], files: &mut Vec<PlannedFile>) -> Option<()> {
        let mut kept = Vec::new();
        for id in keep {
            let mut renditions = self.renditions.iter();
            kept.push(renditions.find(|rendition| rendition.description.id == *id)?);
        }
        let is_wanted = |document: &&PlannedFile| {
            let mut playlists = kept
                .iter()
                .filter_map(|rendition| rendition.description.playlist.as_ref());
            document.url == self.manifest || playlists.any(|playlist| *playlist == document.url)
        };
        let documents = self.documents.iter().filter(is_wanted);
        for file in documents.chain(kept.iter().flat_map(|rendition| &rendition.files)) {
            if !files.iter().any(|known| known.url == file.url) {
                files.push(file.clone());
            }
        }
        Some(())
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

#[cfg(test)]
mod tests {
    use super::*;

    fn file(url: &str, role: Role) -> PlannedFile {
        PlannedFile {
            size: Some(1),
            ..PlannedFile::new(url, role)
        }
    }

    fn rendition(id: &str, playlist: Option<&str>, files: &[&str]) -> PlannedRendition {
        PlannedRendition {
            description: Description {
                id: id.to_owned(),
                playlist: playlist.map(str::to_owned),
                ..Description::default()
            },
            files: files.iter().map(|url| file(url, Role::Media)).collect(),
        }
    }

    fn plan() -> OfflinePlan {
        let stream = PlannedStream {
            source: "/media/m.m3u8".to_owned(),
            manifest: "/media/offline.m3u8".to_owned(),
            documents: ["/media/offline.m3u8", "/media/1.m3u8", "/media/2.m3u8"]
                .map(|url| file(url, Role::Manifest))
                .into(),
            renditions: vec![
                rendition("1", Some("/media/1.m3u8"), &["/media/key", "/media/1.ts"]),
                rendition("2", Some("/media/2.m3u8"), &["/media/key", "/media/2.ts"]),
                rendition("3", None, &["/media/key", "/media/3.ts"]),
            ],
            ..PlannedStream::default()
        };
        OfflinePlan {
            version: PLAN_VERSION,
            video: Video::default(),
            files: vec![
                file("/media/a.mp4", Role::Media),
                file("/media/a.vtt", Role::Subtitles),
            ],
            streams: vec![stream],
        }
    }

    fn urls(files: Option<Vec<PlannedFile>>) -> Vec<String> {
        files.unwrap().into_iter().map(|file| file.url).collect()
    }

    #[test]
    fn a_stream_is_its_manifest_the_kept_renditions_and_each_file_once() {
        let keep = ["1", "3"].map(str::to_owned);
        for source in ["/media/m.m3u8", "/media/offline.m3u8"] {
            assert_eq!(
                urls(plan().files_for(source, &keep)),
                [
                    "/media/a.vtt",
                    "/media/offline.m3u8",
                    "/media/1.m3u8",
                    "/media/key",
                    "/media/1.ts",
                    "/media/3.ts"
                ]
            );
        }
        assert_eq!(
            urls(plan().files_for("/media/a.mp4", &[])),
            ["/media/a.mp4", "/media/a.vtt"]
        );
    }

    #[test]
    fn what_is_not_there_any_more_is_no_plan() {
        assert_eq!(plan().files_for("/media/b.mp4", &[]), None);
        assert_eq!(plan().files_for("/media/m.m3u8", &["4".to_owned()]), None);
    }

    #[test]
    fn parts_lie_end_to_end_and_keep_their_addresses() {
        let urls = ["/media/a/1-ä.m4s", "/media/a/1-č.m4s", "/media/a/b/2.m4s"];
        let parts = Parts::new(&urls, vec![5, 0, 7]);
        assert_eq!(parts.base(), "/media/a/");
        let back: Vec<String> = parts
            .names()
            .map(|name| format!("{}{name}", parts.base()))
            .collect();
        assert_eq!(back, urls);
        let spans = [(0, 5), (5, 5), (5, 12)].map(|(start, end)| Span { start, end });
        assert_eq!(parts.spans(), spans);
        assert!(parts.are_bundled());
        assert!(!Parts::new(&urls, Vec::new()).are_bundled());
        assert_eq!(
            Parts::new(&["https://a.example/1", "/media/1"], Vec::new()).base(),
            ""
        );
    }
}
