//! One markdown file as one video with its body, its chapters and its dates.

use std::fs;
use std::path::Path;
use std::time::SystemTime;

use media::Video;
use percent_encoding::percent_decode_str;

use super::problems::Report;
use super::publish::Context;
use super::yaml::{Node, Value};
use super::{Chapter, Entry, dates, document, markdown, video, webvtt};

/// Reads a video's file; `None` after an error that leaves nothing to show.
pub(crate) fn entry(file: &Path, id: &str, context: &mut Context<'_>) -> Option<Entry> {
    let document = document::read(file, context.folder.root(), &mut context.report)?;
    let missing = Node {
        line: 1,
        value: Value::Null,
    };
    let front = document.front.as_ref().unwrap_or(&missing);
    let video = video::video(id.to_owned(), front, context);
    let body = markdown::render(&document.body, document.body_line, context);
    let modified = fs::metadata(file).and_then(|metadata| metadata.modified());
    Some(Entry {
        body_html: body.html,
        chapters: chapters(&video, context),
        date: video.date.as_deref().and_then(dates::understand),
        body_images: body.images.into_iter().collect(),
        modified: modified.unwrap_or(SystemTime::UNIX_EPOCH),
        video,
    })
}

/// The chapters of the first chapters track that is a file of this site.
fn chapters(video: &Video, context: &mut Context<'_>) -> Vec<Chapter> {
    let tracks = video.video_subtitles.iter();
    let mut tracks = tracks.filter(|subtitle| subtitle.kind == "chapters");
    let file = tracks.find_map(|track| {
        let path = percent_decode_str(track.src.strip_prefix("/media/")?);
        let path = path.decode_utf8().ok()?;
        let file = context.publication.files.get(path.as_ref())?;
        Some((context.folder.shown(&path), file.clone()))
    });
    let Some((shown, file)) = file else {
        return Vec::new();
    };
    let text = fs::read_to_string(&file).unwrap_or_default();
    let chapters = webvtt::chapters(&text).unwrap_or_default();
    if chapters.is_empty() {
        let mut report = Report::new(&shown);
        report.warn(
            1,
            "No chapters can be read from this file",
            "Start it with `WEBVTT`; then come times such as `00:12.000 --> 00:30.000`, each with a title on the next line.",
        );
        context.publication.problems.extend(report.into_problems());
    }
    chapters
}
