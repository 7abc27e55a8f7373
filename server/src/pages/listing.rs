//! Cards: how a video appears in a list.

use jiff::civil::Date;
use media::Video;
use media::video::Thumbnail;

use crate::catalogue::{Catalogue, Entry};

/// So many pictures at the top of a page load at once; those below wait until they come near.
const EAGER: usize = 3;

#[derive(Debug)]
pub(super) struct Card<'a> {
    pub(super) video: &'a Video,
    pub(super) date: Option<Date>,
    pub(super) eager: bool,
    /// Why it cannot be made available offline, if so.
    pub(super) refusal: Option<&'a str>,
    /// The formats besides the poster's, for browsers that know them.
    pub(super) alternatives: Vec<(&'a str, &'a str)>,
}

impl<'a> Card<'a> {
    fn new(catalogue: &'a Catalogue, entry: &'a Entry, eager: bool) -> Self {
        let video = &entry.video;
        Card {
            video,
            date: entry.date,
            eager,
            refusal: catalogue.refusal(video),
            alternatives: alternatives(video),
        }
    }
}

/// Cards for `entries`, of which `before` stand above them on the page.
pub(super) fn cards<'a>(
    catalogue: &'a Catalogue,
    entries: impl IntoIterator<Item = &'a Entry>,
    before: usize,
) -> Vec<Card<'a>> {
    let entries = entries.into_iter().enumerate();
    entries
        .map(|(index, entry)| Card::new(catalogue, entry, before + index < EAGER))
        .collect()
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
