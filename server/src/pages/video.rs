//! `/{id}/`: a video, what it is about, and what else its category holds.

use askama::Template;
use jiff::civil::Date;
use media::Video;

use super::category_path;
use super::frame::{Frame, Section, SocialVideo};
use super::listing::{Card, cards};
use super::structured::{iso_duration, script_json, video_object};
use crate::assets::{ASSETS, STREAM_PLAYER};
use crate::base_url::BaseUrl;
use crate::catalogue::{Catalogue, Category, Chapter, Entry};

/// Every page of a category that lists all of it would make the site as large as the square of its
/// videos: 2 GiB for a thousand. The heading leads to the whole list.
const MOST_OTHERS: usize = 12;

#[derive(Template)]
#[template(path = "video.html")]
pub(super) struct VideoPage<'a> {
    frame: Frame<'a>,
    video: &'a Video,
    body_html: &'a str,
    date: Option<Date>,
    duration: Option<String>,
    chapters: &'a [Chapter],
    /// What a chapter leads to where no script takes the click: the file, at that time. A stream plays
    /// with a script alone.
    chapter_source: &'a str,
    /// Why it cannot be made available offline, if so.
    refusal: Option<&'a str>,
    /// Tracks of another origin load only if the whole player asks with CORS; asking so needlessly
    /// would keep media of hosts without CORS from playing.
    cross_origin: bool,
    /// The script that plays streams, on pages that have one.
    stream_player: Option<&'static str>,
    /// How much the browser may load of its own accord: nothing where a script chooses what plays.
    preload: &'static str,
    video_json: String,
    category: &'a Category,
    category_path: String,
    more: Vec<Card<'a>>,
}

impl<'a> VideoPage<'a> {
    pub(super) fn new(
        catalogue: &'a Catalogue,
        category: &'a Category,
        entry: &'a Entry,
        base: &BaseUrl,
    ) -> serde_json::Result<Self> {
        let video = &entry.video;
        let description = video.description.as_deref().unwrap_or_default();
        let mut frame = Frame::public(
            catalogue,
            base,
            Section::Other,
            &video.title,
            &video.page(),
            description,
        );
        frame.image = video.poster().map(|poster| base.absolute(poster));
        let file = video.files().next();
        frame.video = file.map(|source| SocialVideo {
            url: base.absolute(&source.src),
            kind: source.r#type.clone(),
        });
        frame.structured = Some(video_object(entry, base)?);
        let has_stream = video.manifests().next().is_some();
        let is_chosen = has_stream || video.encryption.is_some();
        let position = category
            .videos
            .iter()
            .position(|other| other.video.id == video.id);
        let others = others(&category.videos, position.unwrap_or_default());
        Ok(VideoPage {
            frame,
            video,
            body_html: &entry.body_html,
            date: entry.date,
            duration: video.length.as_deref().and_then(iso_duration),
            chapters: &entry.chapters,
            chapter_source: file.map_or("", |source| &source.src),
            refusal: catalogue.refusal(video),
            cross_origin: video
                .video_subtitles
                .iter()
                .any(|track| !base.is_own(&track.src)),
            stream_player: has_stream.then(|| ASSETS.url(STREAM_PLAYER)),
            preload: if is_chosen { "none" } else { "metadata" },
            video_json: script_json(video)?,
            category,
            category_path: category_path(category),
            // All of them start below the player.
            more: cards(catalogue, others, usize::MAX / 2),
        })
    }

    /// `0:12` or `1:02:03`.
    fn clock(&self, chapter: &&Chapter) -> String {
        let seconds = chapter.start.max(0.0) as u64;
        let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        if hours > 0 {
            format!("{hours}:{minutes:02}:{seconds:02}")
        } else {
            format!("{minutes}:{seconds:02}")
        }
    }
}

/// What to watch after the member at `position`: the next ones, then those from the start.
fn others<T>(all: &[T], position: usize) -> impl Iterator<Item = &T> {
    let after = all.iter().cycle().skip(position + 1);
    after.take(all.len().saturating_sub(1).min(MOST_OTHERS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_videos_come_first_and_no_page_lists_them_all() {
        let of = |count: usize, position| -> Vec<usize> {
            let all: Vec<usize> = (0..count).collect();
            others(&all, position).copied().collect()
        };
        assert_eq!(of(4, 1), [2, 3, 0]);
        assert!(of(1, 0).is_empty());
        assert_eq!(of(1000, 998)[..3], [999, 0, 1]);
        assert_eq!(of(1000, 998).len(), MOST_OTHERS);
    }
}
