//! A small catalogue made by hand, for tests of what is made from catalogues.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, SystemTime};

use media::Video;
use media::video::{Source, Subtitle, Thumbnail};

use crate::catalogue::{Catalogue, Category, Chapter, Entry, SiteInfo};

/// A title that breaks out of whatever does not escape it.
pub(crate) const NASTY: &str = "\"><img src=x> & </script><script>alert('x')</script>";

/// Two categories; in the first a video with everything and one with a nasty title, in the second a
/// stream.
pub(crate) fn catalogue() -> Catalogue {
    let category = |slug: &str, name: &str, videos| Category {
        slug: slug.into(),
        name: name.into(),
        body_html: "<p>About them.</p>".into(),
        videos,
    };
    Catalogue {
        site: SiteInfo {
            name: "Lantern".into(),
            description: Some("Moving pictures".into()),
            body_html: String::new(),
        },
        categories: vec![
            category("first", "First steps", vec![entry(full()), entry(nasty())]),
            category("streams", "Streams", vec![entry(stream())]),
        ],
        published: BTreeMap::new(),
        media_origins: BTreeSet::from(["https://cdn.example".into()]),
        image_origins: BTreeSet::new(),
        streams: BTreeMap::new(),
    }
}

fn entry(video: Video) -> Entry {
    Entry {
        date: video.date.as_deref().and_then(|date| date.parse().ok()),
        video,
        body_html: "<h2>In the body</h2>".into(),
        chapters: vec![
            Chapter {
                start: 0.0,
                title: "Start".into(),
            },
            Chapter {
                start: 72.5,
                title: "A <b> end".into(),
            },
        ],
        body_images: Vec::new(),
        modified: SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000),
    }
}

/// A picture in two formats, two sources, captions of another origin.
fn full() -> Video {
    Video {
        id: "one-file".into(),
        title: "One file".into(),
        description: Some("What one file\ncan do".into()),
        date: Some("2024-05-17".into()),
        length: Some("1:04".into()),
        video_sources: vec![
            source("/media/one.webm", "video/webm; codecs=\"vp9\""),
            source("/media/one.mp4", "video/mp4"),
        ],
        video_subtitles: vec![Subtitle {
            default: true,
            kind: "captions".into(),
            label: Some("English".into()),
            src: "https://cdn.example/one.vtt".into(),
            srclang: Some("en".into()),
        }],
        thumbnail: vec![
            Thumbnail {
                src: "/media/one.avif".into(),
                r#type: Some("image/avif".into()),
                default: false,
            },
            Thumbnail {
                src: "/media/one.jpg".into(),
                r#type: Some("image/jpeg".into()),
                default: true,
            },
        ],
        pip: true,
        ..Video::default()
    }
}

/// No picture, no date that can be understood.
fn nasty() -> Video {
    Video {
        id: "nasty".into(),
        title: NASTY.into(),
        date: Some("last spring".into()),
        video_sources: vec![source("/media/nasty.mp4", "video/mp4")],
        ..Video::default()
    }
}

fn stream() -> Video {
    Video {
        id: "stream".into(),
        title: "Stream".into(),
        video_sources: vec![source("https://cdn.example/a.mpd", "application/dash+xml")],
        ..Video::default()
    }
}

fn source(src: &str, kind: &str) -> Source {
    Source {
        src: src.into(),
        r#type: kind.into(),
        cast: false,
    }
}
