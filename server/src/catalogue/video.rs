//! Front matter as a `Video`: every key of the contract, checked, with its addresses resolved.

use media::Video;
use media::video::UrlRewrite;

use super::address;
use super::dates;
use super::encryption::encryption;
use super::fields::{Fields, kind, text_of};
use super::parts;
use super::problems::{Severity, quote};
use super::publish::Context;
use super::yaml::Node;

const KEYS: [&str; 17] = [
    "title",
    "description",
    "date",
    "length",
    "video-sources",
    "video-subtitles",
    "thumbnail",
    "media-session-artwork",
    "url-rewrites",
    "autoplay",
    "pip",
    "cast",
    "stats",
    "encryption",
    "artist",
    "album",
    "origins",
];

/// Reads a video's front matter. What is wrong is in the context's report; after an error the
/// result is incomplete, and the site is not built from it.
pub(crate) fn video(id: String, front: &Node, context: &mut Context<'_>) -> Video {
    let Some(fields) = Fields::of(front, "The front matter", &mut context.report) else {
        no_title(front.line, context);
        no_source(front.line, context);
        return Video::default();
    };
    let report = &mut context.report;
    fields.expect(&KEYS, report);
    let title = fields.string("title", report);
    if title.is_none() {
        no_title(fields.line_of("title"), context);
    }
    let date = date(&fields, context);
    let length = length(&fields, context);
    let report = &mut context.report;
    Video {
        id,
        title: title.unwrap_or_default(),
        // Which folder it lies in, the file does not say.
        category: None,
        description: fields.string("description", report),
        date,
        length,
        artist: fields.string("artist", report),
        album: fields.string("album", report),
        autoplay: fields.flag("autoplay", report),
        pip: fields.flag("pip", report),
        cast: fields.flag("cast", report),
        stats: fields.flag("stats", report),
        video_sources: parts::sources(&fields, context),
        video_subtitles: parts::subtitles(&fields, context),
        thumbnail: parts::thumbnails(&fields, context),
        media_session_artwork: parts::artworks(&fields, context),
        url_rewrites: rewrites(&fields, context),
        encryption: encryption(&fields, context),
        origins: origins(&fields, context),
    }
}

fn no_title(line: usize, context: &mut Context<'_>) {
    context.report.error(
        line,
        "The video has no title",
        "Add a line `title: …` to the front matter.",
    );
}

pub(crate) fn no_source(line: usize, context: &mut Context<'_>) {
    let advice = "Add `video-sources:` with at least one `- src: …` below it.";
    context
        .report
        .error(line, "The video has no source", advice);
}

fn date(fields: &Fields<'_>, context: &mut Context<'_>) -> Option<String> {
    let text = fields.text("date", &mut context.report)?;
    if dates::understand(&text.value).is_none() {
        let message = format!(
            "The date {} cannot be understood, so the video does not sort by it",
            quote(&text.value)
        );
        context.report.warn(
            text.line,
            message,
            "Write it as `2022-02-22` or `February 22, 2022`.",
        );
    }
    Some(text.value)
}

fn length(fields: &Fields<'_>, context: &mut Context<'_>) -> Option<String> {
    let text = fields.text("length", &mut context.report)?;
    let parts: Vec<&str> = text.value.split(':').collect();
    let digits = |part: &str| part.len() <= 4 && part.bytes().all(|byte| byte.is_ascii_digit());
    let valid = match parts.as_slice() {
        [first, rest @ ..] if matches!(rest.len(), 1 | 2) => {
            !first.is_empty()
                && digits(first)
                && rest.iter().all(|part| part.len() == 2 && digits(part))
        }
        _ => false,
    };
    if !valid {
        let message = format!(
            "The length {} is not minutes and seconds",
            quote(&text.value)
        );
        context
            .report
            .warn(text.line, message, "Write it as `1:04` or `1:02:03`.");
    }
    Some(text.value)
}

fn rewrites(fields: &Fields<'_>, context: &mut Context<'_>) -> Vec<UrlRewrite> {
    let mut rewrites = Vec::new();
    for node in fields.list("url-rewrites") {
        let Some(member) = Fields::of(node, "This part of `url-rewrites`", &mut context.report)
        else {
            continue;
        };
        member.expect(&["online", "offline"], &mut context.report);
        let online = member.text("online", &mut context.report);
        let offline = member.text("offline", &mut context.report);
        let (Some(online), Some(offline)) = (online, offline) else {
            let advice = "Give both `online: …` and `offline: …`.";
            context
                .report
                .warn(node.line, "This rewrite is incomplete", advice);
            continue;
        };
        let online = context.address(&online, "manifest", Severity::Error);
        let offline = context.address(&offline, "offline manifest", Severity::Error);
        if let (Some(online), Some(offline)) = (online, offline) {
            rewrites.push(UrlRewrite { online, offline });
        }
    }
    rewrites
}

fn origins(fields: &Fields<'_>, context: &mut Context<'_>) -> Vec<String> {
    let mut origins = Vec::new();
    for node in fields.list("origins") {
        let shown = text_of(node).map_or(kind(&node.value).to_owned(), |text| quote(&text.value));
        let url = text_of(node).and_then(|text| address::remote(&text.value).ok());
        let url = url.filter(|url| matches!(url.scheme(), "http" | "https"));
        let Some(url) = url else {
            let message = format!("{shown} is not the origin of an http(s) address");
            context.report.warn(
                node.line,
                message,
                "Write it as `https://media.example.com`.",
            );
            continue;
        };
        let origin = url.origin().ascii_serialization();
        if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
            let message = format!("{shown} says more than an origin, and the rest is ignored");
            context
                .report
                .warn(node.line, message, format!("Write `{origin}`."));
        }
        context.publication.media_origins.insert(origin.clone());
        origins.push(origin);
    }
    origins
}
