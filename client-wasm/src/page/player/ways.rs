//! The ways in which a video can be played in this browser, best first.

use media::video::{CLEAR_KEY, Encryption, Source};

use crate::web::shaka;
use crate::web::video::can_play;

/// What it takes to play an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// The video element alone.
    File,
    /// Shaka Player.
    Stream,
    /// A key, and Media Source Extensions.
    Encrypted,
}

/// One way to play the video.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Way {
    pub(super) url: String,
    /// Its MIME type; empty where the author gave none.
    pub(super) kind: String,
    pub(super) form: Form,
}

/// The encrypted file, where there is one, then the sources in the author's order.
pub(super) fn online(video: &media::Video) -> Vec<Way> {
    let encrypted = video.encryption.as_ref().and_then(encrypted);
    let sources = video.video_sources.iter().filter_map(of_source);
    encrypted.into_iter().chain(sources).collect()
}

/// The way to play what is stored under this address, and no other.
pub(super) fn stored(video: &media::Video, url: &str) -> Way {
    let named = |way: &Way| crate::web::global::absolute(&way.url) == url;
    if let Some(way) = online(video).into_iter().find(named) {
        return way;
    }
    // A manifest that stands in for another one offline is among no sources.
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let (kind, form) = match path.rsplit('.').next() {
        Some("mpd") => ("application/dash+xml", Form::Stream),
        Some("m3u8") => ("application/x-mpegurl", Form::Stream),
        _ => ("", Form::File),
    };
    Way {
        url: url.to_owned(),
        kind: kind.to_owned(),
        form,
    }
}

fn encrypted(encryption: &Encryption) -> Option<Way> {
    encryption.key.as_ref()?;
    (encryption.r#type == CLEAR_KEY).then_some(())?;
    Some(Way {
        url: encryption.src.clone()?,
        kind: encryption.mime_codec.clone()?,
        form: Form::Encrypted,
    })
}

/// `None` for what this browser cannot play.
fn of_source(source: &Source) -> Option<Way> {
    let form = if source.is_manifest() && shaka::is_supported() {
        Form::Stream
    } else if can_play(&source.r#type) {
        Form::File
    } else {
        return None;
    };
    Some(Way {
        url: source.src.clone(),
        kind: source.r#type.clone(),
        form,
    })
}
