//! The content folder as typed, checked data. Everything that a page says comes from here.

mod address;
mod category;
mod code;
mod dates;
mod document;
mod encryption;
mod entry;
mod fields;
mod folders;
mod footnotes;
mod highlight;
mod language;
mod links;
mod load;
mod markdown;
mod mime;
mod names;
mod parts;
pub(crate) mod problems;
mod publish;
mod sanitise;
mod streams;
mod video;
mod webvtt;
mod yaml;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use jiff::civil::Date;
use media::Video;

pub(crate) use load::{Loaded, load};
pub(crate) use streams::Stream;

/// A whole site, immutable; an edit makes a new one.
#[derive(Debug)]
pub(crate) struct Catalogue {
    /// The site itself, from the root `index.md` where there is one.
    pub(crate) site: SiteInfo,
    /// In the order of their folders' names.
    pub(crate) categories: Vec<Category>,
    /// What `/media/` serves: the decoded path below it, and the file behind it.
    pub(crate) published: BTreeMap<String, PathBuf>,
    /// Origins of remote sources, subtitles, pictures and `origins`: the CSP's `media-src`,
    /// `connect-src` and `img-src`, and what the worker may answer for.
    pub(crate) media_origins: BTreeSet<String>,
    /// Origins of remote pictures in bodies, for `img-src` alone.
    pub(crate) image_origins: BTreeSet<String>,
    /// The local manifests, by address.
    pub(crate) streams: BTreeMap<String, Stream>,
}

impl Catalogue {
    /// Whether any video comes in several qualities.
    pub(crate) fn has_streams(&self) -> bool {
        let mut videos = self.categories.iter().flat_map(|category| &category.videos);
        videos.any(|entry| entry.video.manifests().next().is_some())
    }

    /// Why a video can never be made available offline, if so: all of its sources are streams that
    /// cannot be stored.
    pub(crate) fn refusal(&self, video: &Video) -> Option<&str> {
        let refusals = video.sources().map(|(source, _)| {
            match self.streams.get(video.offline_manifest(source)) {
                Some(Stream::Refused(reason)) => Some(reason.as_str()),
                Some(Stream::Local(_) | Stream::Elsewhere) | None => None,
            }
        });
        refusals.collect::<Option<Vec<_>>>()?.first().copied()
    }
}

/// What the site calls itself.
#[derive(Debug)]
pub(crate) struct SiteInfo {
    /// `name` in the root `index.md`, else "Kinora".
    pub(crate) name: String,
    /// `description` there.
    pub(crate) description: Option<String>,
    /// Its body.
    pub(crate) body_html: String,
}

/// One folder of videos.
#[derive(Debug)]
pub(crate) struct Category {
    pub(crate) slug: String,
    pub(crate) name: String,
    pub(crate) body_html: String,
    /// In the order of their files' names.
    pub(crate) videos: Vec<Entry>,
}

/// A video with what only its page needs.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) video: Video,
    pub(crate) body_html: String,
    /// Read from a local chapters track; empty where there is none.
    pub(crate) chapters: Vec<Chapter>,
    /// `date` where it can be understood (ISO, or as in "February 22, 2022").
    pub(crate) date: Option<Date>,
    /// Addresses of the local pictures in the body, for the offline plan.
    pub(crate) body_images: Vec<String>,
    /// When the markdown file was last changed.
    pub(crate) modified: std::time::SystemTime,
}

/// One mark on the time line.
#[derive(Debug)]
pub(crate) struct Chapter {
    /// Seconds from the start.
    pub(crate) start: f64,
    pub(crate) title: String,
}
