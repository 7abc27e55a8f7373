//! The pages about this device: what is stored on it, how it behaves, and what to do without a
//! network. The server knows nothing of any of it; the client fills them in.

use askama::Template;
use media::Video;

use super::frame::{Frame, Section};
use crate::catalogue::Catalogue;

#[derive(Template)]
#[template(path = "downloads.html")]
pub(super) struct Downloads<'a> {
    frame: Frame<'a>,
    /// Without id and title, for the template of a row.
    blank: Video,
}

impl<'a> Downloads<'a> {
    pub(super) fn new(catalogue: &'a Catalogue) -> Self {
        let frame = Frame::private(catalogue, Section::Downloads, "Downloads");
        Downloads {
            frame,
            blank: Video::default(),
        }
    }
}

#[derive(Template)]
#[template(path = "settings.html")]
pub(super) struct Settings<'a> {
    frame: Frame<'a>,
    /// Without a stream there is no quality to choose.
    has_streams: bool,
}

impl<'a> Settings<'a> {
    pub(super) fn new(catalogue: &'a Catalogue) -> Self {
        Settings {
            frame: Frame::private(catalogue, Section::Settings, "Settings"),
            has_streams: catalogue.has_streams(),
        }
    }
}

/// What the worker shows instead of a page that is neither stored nor reachable.
#[derive(Template)]
#[template(path = "offline.html")]
pub(super) struct Offline<'a> {
    frame: Frame<'a>,
    blank: Video,
}

impl<'a> Offline<'a> {
    pub(super) fn new(catalogue: &'a Catalogue) -> Self {
        let frame = Frame::private(catalogue, Section::Other, "You are offline");
        Offline {
            frame,
            blank: Video::default(),
        }
    }
}
