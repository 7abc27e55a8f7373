//! Cards: how a video appears in a list.

use jiff::civil::Date;
use media::Video;
use media::video::Thumbnail;

use crate::catalogue::Entry;

/// So many pictures at the top of a page load at once; those below wait until they come near.
const EAGER: usize = 3;

#[derive(Debug)]
pub(super) struct Card<'a> {
    pub(super) video: &'a Video,
    pub(super) date: Option<Date>,
    pub(super) eager: bool,
    /// Whether one file plays the whole video, so that it can be made available offline.
    pub(super) storable: bool,
    /// The formats besides the poster's, for browsers that know them.
    pub(super) alternatives: Vec<(&'a str, &'a str)>,
}

impl<'a> Card<'a> {
    fn new(entry: &'a Entry, eager: bool) -> Self {
        let video = &entry.video;
        Card {
            video,
            date: entry.date,
            eager,
            storable: is_storable(video),
            alternatives: alternatives(video),
        }
    }
}

/// Cards for `entries`, of which `before` stand above them on the page.
pub(super) fn cards<'a>(
    entries: impl IntoIterator<Item = &'a Entry>,
    before: usize,
) -> Vec<Card<'a>> {
    let entries = entries.into_iter().enumerate();
    entries
        .map(|(index, entry)| Card::new(entry, before + index < EAGER))
        .collect()
}

/// Whether any source is one playable file; a stream's segments are not known here.
pub(super) fn is_storable(video: &Video) -> bool {
    video
        .video_sources
        .iter()
        .any(|source| !source.is_manifest())
}

/// Address and type of each thumbnail that is not the poster. One without a type would win over all
/// others in every browser, so it is left out.
fn alternatives(video: &Video) -> Vec<(&str, &str)> {
    let poster = video.poster();
    let others = video
        .thumbnail
        .iter()
        .filter(|other| Some(other.src.as_str()) != poster);
    others
        .filter_map(|Thumbnail { src, r#type, .. }| Some((src.as_str(), r#type.as_deref()?)))
        .collect()
}
