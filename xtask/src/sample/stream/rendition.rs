//! One track of a stream with what the manifests say about it.

use anyhow::Result;

use super::track::Track;
use crate::sample::film::{Language, Layout};

pub(crate) struct Rendition {
    /// Names its files.
    pub(crate) id: String,
    pub(crate) kind: Kind,
    /// The `codecs` parameter of RFC 6381.
    pub(crate) codecs: String,
    pub(crate) track: Track,
}

/// What is in a track.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Picture { size: (u32, u32), rate: u32 },
    Voice { language: Language, default: bool },
}

impl Rendition {
    pub(crate) fn new(id: String, kind: Kind, track: Track) -> Result<Self> {
        let codecs = track.codecs()?;
        Ok(Self {
            id,
            kind,
            codecs,
            track,
        })
    }

    pub(crate) fn is_picture(&self) -> bool {
        matches!(self.kind, Kind::Picture { .. })
    }

    pub(crate) fn seconds(&self) -> f64 {
        self.track.seconds(self.track.duration())
    }

    /// The name of its file where it has only one.
    pub(crate) fn file(&self) -> String {
        file_name(&self.id, self.kind)
    }

    /// Names and contents of its files. Segments are counted from 1.
    pub(crate) fn files(&self, layout: Layout) -> Vec<(String, Vec<u8>)> {
        let Self { id, track, .. } = self;
        if layout == Layout::OneFile {
            return vec![(self.file(), track.one_file())];
        }
        let init = (format!("{id}/init.mp4"), track.init.clone());
        let segments = (1..).zip(&track.segments);
        let segments =
            segments.map(|(number, segment)| (format!("{id}/{number}.m4s"), segment.bytes.clone()));
        std::iter::once(init).chain(segments).collect()
    }
}

/// What the one file of a rendition is called.
pub(crate) fn file_name(id: &str, kind: Kind) -> String {
    match kind {
        Kind::Picture { .. } => format!("{id}.mp4"),
        Kind::Voice { .. } => format!("{id}.m4a"),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::super::track::tests::track;
    use super::*;

    /// One picture and one voice, of the same made-up track.
    pub(crate) fn renditions() -> [Rendition; 2] {
        let picture = Kind::Picture {
            size: (1280, 720),
            rate: 24,
        };
        let voice = Kind::Voice {
            language: Language::English,
            default: true,
        };
        [("720p", picture), ("en", voice)]
            .map(|(id, kind)| Rendition::new(id.to_owned(), kind, track()).unwrap())
    }

    #[test]
    fn segments_are_counted_from_one() {
        let files = renditions()[0].files(Layout::Segments);
        let names: Vec<_> = files.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["720p/init.mp4", "720p/1.m4s", "720p/2.m4s"]);
    }
}
