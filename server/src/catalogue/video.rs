//! Front matter as a `Video`: every key of the contract, checked, with its addresses resolved.

use media::Video;
use media::video::{Artwork, Encryption, Key, Source, Subtitle, Thumbnail, UrlRewrite};

use super::address as addresses;
use super::dates;
use super::fields::{Fields, Text, kind, text_of};
use super::language;
use super::mime;
use super::problems::{Severity, quote};
use super::publish::Context;
use super::yaml::{Node, Value};

const KEYS: [&str; 17] = [
    "title", "description", "date", "length", "video-sources", "video-subtitles", "thumbnail",
    "media-session-artwork", "url-rewrites", "autoplay", "pip", "cast", "stats", "encryption", "artist", "album",
    "origins",
];
const KINDS: [&str; 5] = ["subtitles", "captions", "descriptions", "chapters", "metadata"];

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
        description: fields.string("description", report),
        date,
        length,
        artist: fields.string("artist", report),
        album: fields.string("album", report),
        autoplay: fields.flag("autoplay", report),
        pip: fields.flag("pip", report),
        cast: fields.flag("cast", report),
        stats: fields.flag("stats", report),
        video_sources: sources(&fields, context),
        video_subtitles: subtitles(&fields, context),
        thumbnail: thumbnails(&fields, context),
        media_session_artwork: artworks(&fields, context),
        url_rewrites: rewrites(&fields, context),
        encryption: encryption(&fields, context),
        origins: origins(&fields, context),
    }
}

fn no_title(line: usize, context: &mut Context<'_>) {
    context.report.error(line, "The video has no title", "Add a line `title: …` to the front matter.");
}

fn no_source(line: usize, context: &mut Context<'_>) {
    let advice = "Add `video-sources:` with at least one `- src: …` below it.";
    context.report.error(line, "The video has no source", advice);
}

fn date(fields: &Fields<'_>, context: &mut Context<'_>) -> Option<String> {
    let text = fields.text("date", &mut context.report)?;
    if dates::understand(&text.value).is_none() {
        let message = format!("The date {} cannot be understood, so the video does not sort by it", quote(&text.value));
        context.report.warn(text.line, message, "Write it as `2022-02-22` or `February 22, 2022`.");
    }
    Some(text.value)
}

fn length(fields: &Fields<'_>, context: &mut Context<'_>) -> Option<String> {
    let text = fields.text("length", &mut context.report)?;
    let parts: Vec<&str> = text.value.split(':').collect();
    let digits = |part: &str| part.len() <= 4 && part.bytes().all(|byte| byte.is_ascii_digit());
    let valid = match parts.as_slice() {
        [first, rest @ ..] if matches!(rest.len(), 1 | 2) => {
            !first.is_empty() && digits(first) && rest.iter().all(|part| part.len() == 2 && digits(part))
        }
        _ => false,
    };
    if !valid {
        let message = format!("The length {} is not minutes and seconds", quote(&text.value));
        context.report.warn(text.line, message, "Write it as `1:04` or `1:02:03`.");
    }
    Some(text.value)
}

/// One part of a list such as `video-sources`.
struct Member<'a> {
    src: Option<Text>,
    /// `None` where the part is a bare text, which is the `src` then.
    fields: Option<Fields<'a>>,
    line: usize,
}

fn members<'a>(
    fields: &Fields<'a>,
    key: &str,
    known: &[&str],
    context: &mut Context<'_>,
) -> Vec<Member<'a>> {
    let mut members = Vec::new();
    for node in fields.list(key) {
        if let Some(text) = text_of(node) {
            members.push(Member { src: Some(text), fields: None, line: node.line });
        } else if let Some(member) = Fields::of(node, &format!("This part of {}", quote(key)), &mut context.report) {
            member.expect(known, &mut context.report);
            let src = member.text("src", &mut context.report);
            members.push(Member { src, fields: Some(member), line: node.line });
        }
    }
    members
}

/// The address in a member of a list, or a complaint that there is none.
fn address(src: Option<Text>, line: usize, what: &str, severity: Severity, context: &mut Context<'_>) -> Option<String> {
    match src {
        Some(src) => context.address(&src, what, severity),
        None => {
            context.report.add(severity, line, format!("This {what} has no `src`"), "Add a line `src: …` to it.");
            None
        }
    }
}

fn sources(fields: &Fields<'_>, context: &mut Context<'_>) -> Vec<Source> {
    let members = members(fields, "video-sources", &["src", "type", "cast"], context);
    if members.is_empty() {
        no_source(fields.line_of("video-sources"), context);
    }
    let mut sources = Vec::new();
    for Member { src, fields: member, line } in members {
        let r#type = member.and_then(|member| member.text("type", &mut context.report));
        let cast = member.is_some_and(|member| member.flag("cast", &mut context.report));
        let Some(src) = address(src, line, "video source", Severity::Error, context) else { continue };
        let r#type = source_type(&src, r#type, line, context);
        sources.push(Source { src, r#type, cast });
    }
    sources
}

/// The type as written, else as the file name says.
fn source_type(src: &str, written: Option<Text>, line: usize, context: &mut Context<'_>) -> String {
    let by_name = mime::of_address(src);
    let Some(written) = written else {
        if by_name.is_none() {
            let message = format!("The type of {} cannot be told from its name", quote(src));
            context.report.warn(line, message, "Add a line such as `type: video/mp4` to it.");
        }
        return by_name.unwrap_or_default().to_owned();
    };
    let essence = mime::essence(&written.value);
    if !mime::is_playable(&essence) {
        let message = format!("Nothing plays the type {}", quote(&written.value));
        let advice = "Write a media type such as `video/mp4`, `video/webm` or `application/dash+xml`.";
        context.report.warn(written.line, message, advice);
    } else if by_name.is_some_and(|by_name| !mime::agree(by_name, &essence)) {
        let message = format!("The type {} does not fit the name of {}", quote(&written.value), quote(src));
        let advice = format!("Write `type: {}`, or rename the file.", by_name.unwrap_or_default());
        context.report.warn(written.line, message, advice);
    }
    written.value
}

fn subtitles(fields: &Fields<'_>, context: &mut Context<'_>) -> Vec<Subtitle> {
    let mut subtitles: Vec<Subtitle> = Vec::new();
    for Member { src, fields: member, line } in
        members(fields, "video-subtitles", &["default", "kind", "label", "src", "srclang"], context)
    {
        let report = &mut context.report;
        let default = member.is_some_and(|member| member.flag("default", report));
        if default && subtitles.iter().any(|subtitle| subtitle.default) {
            let line = member.map_or(line, |member| member.line_of("default"));
            let message = "A second text track is the default, and browsers show only one";
            report.warn(line, message, "Keep `default: true` at one of them.");
        }
        let kind = member.and_then(|member| member.text("kind", report));
        let kind = kind.map_or("subtitles".to_owned(), |kind| {
            if !KINDS.contains(&kind.value.as_str()) {
                let message = format!("{} is no kind of text track", quote(&kind.value));
                report.warn(kind.line, message, format!("Use one of: {}.", KINDS.join(", ")));
            }
            kind.value
        });
        let srclang = member.and_then(|member| member.text("srclang", report));
        if let Some(srclang) = &srclang
            && let Some(advice) = language::doubt(&srclang.value)
        {
            report.warn(srclang.line, format!("The language {} is doubtful", quote(&srclang.value)), advice);
        } else if srclang.is_none() && kind == "subtitles" {
            report.warn(line, "These subtitles do not say their language", "Add a line such as `srclang: en`.");
        }
        let label = member.and_then(|member| member.string("label", report));
        let Some(src) = address(src, line, "subtitle file", Severity::Error, context) else { continue };
        if mime::extension(&src).is_some_and(|extension| extension != "vtt") {
            let message = format!("{} does not look like WebVTT, the only format that browsers show", quote(&src));
            context.report.warn(line, message, "Convert the file to WebVTT and name it `.vtt`.");
        }
        subtitles.push(Subtitle { default, kind, label, src, srclang: srclang.map(|srclang| srclang.value) });
    }
    subtitles
}

fn thumbnails(fields: &Fields<'_>, context: &mut Context<'_>) -> Vec<Thumbnail> {
    let mut thumbnails = Vec::new();
    for Member { src, fields: member, line } in members(fields, "thumbnail", &["src", "type", "default"], context) {
        let r#type = member.and_then(|member| member.string("type", &mut context.report));
        let default = member.is_some_and(|member| member.flag("default", &mut context.report));
        let Some(src) = address(src, line, "thumbnail", Severity::Warning, context) else { continue };
        let r#type = r#type.or_else(|| mime::of_address(&src).map(str::to_owned));
        thumbnails.push(Thumbnail { src, r#type, default });
    }
    thumbnails
}

fn artworks(fields: &Fields<'_>, context: &mut Context<'_>) -> Vec<Artwork> {
    let mut artworks = Vec::new();
    for Member { src, fields: member, line } in members(fields, "media-session-artwork", &["sizes", "src", "type"], context) {
        let sizes = member.and_then(|member| member.text("sizes", &mut context.report));
        if let Some(sizes) = &sizes
            && !sizes.value.split_whitespace().all(is_size)
        {
            let message = format!("{} is not the size of a picture", quote(&sizes.value));
            context.report.warn(sizes.line, message, "Write it as `512x512`.");
        }
        let r#type = member.and_then(|member| member.string("type", &mut context.report));
        let Some(src) = address(src, line, "artwork", Severity::Warning, context) else { continue };
        let r#type = r#type.or_else(|| mime::of_address(&src).map(str::to_owned));
        artworks.push(Artwork { src, sizes: sizes.map(|sizes| sizes.value), r#type });
    }
    artworks
}

fn is_size(text: &str) -> bool {
    let number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    text == "any" || text.split_once(['x', 'X']).is_some_and(|(width, height)| number(width) && number(height))
}

fn rewrites(fields: &Fields<'_>, context: &mut Context<'_>) -> Vec<UrlRewrite> {
    let mut rewrites = Vec::new();
    for node in fields.list("url-rewrites") {
        let Some(member) = Fields::of(node, "This part of `url-rewrites`", &mut context.report) else { continue };
        member.expect(&["online", "offline"], &mut context.report);
        let online = member.text("online", &mut context.report);
        let offline = member.text("offline", &mut context.report);
        let (Some(online), Some(offline)) = (online, offline) else {
            let advice = "Give both `online: …` and `offline: …`.";
            context.report.warn(node.line, "This rewrite is incomplete", advice);
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

fn encryption(fields: &Fields<'_>, context: &mut Context<'_>) -> Option<Encryption> {
    let node = fields.get("encryption")?;
    let fields = Fields::of(node, "`encryption`", &mut context.report)?;
    let report = &mut context.report;
    fields.expect(&["type", "src", "mimeCodec", "mediaKeySystemConfig", "key"], report);
    let r#type = fields.string("type", report);
    if r#type.is_none() {
        report.warn(fields.line, "`encryption` names no key system", "Add a line such as `type: org.w3.clearkey`.");
    }
    let mime_codec = fields.string("mimeCodec", report);
    let key = fields.get("key").and_then(|node| {
        let fields = Fields::of(node, "`key`", &mut context.report)?;
        fields.expect(&["id", "value"], &mut context.report);
        let id = hexadecimal(&fields, "id", context)?;
        let value = hexadecimal(&fields, "value", context)?;
        Some(Key { id, value })
    });
    let src = fields.text("src", &mut context.report);
    Some(Encryption {
        r#type: r#type.unwrap_or_default(),
        src: src.and_then(|src| context.address(&src, "encrypted file", Severity::Error)),
        mime_codec,
        media_key_system_config: fields.get("mediaKeySystemConfig").map(json),
        key,
    })
}

/// A ClearKey key and its id are 16 bytes each.
fn hexadecimal(fields: &Fields<'_>, key: &str, context: &mut Context<'_>) -> Option<String> {
    let text = fields.text(key, &mut context.report);
    let Some(text) = text else {
        context.report.warn(fields.line, format!("The key has no {}", quote(key)), format!("Add a line `{key}: …`."));
        return None;
    };
    if text.value.len() != 32 || !text.value.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        let message = format!("The {} of the key is not 32 hexadecimal digits", quote(key));
        context.report.warn(text.line, message, "Copy it again from where the file was encrypted.");
    }
    Some(text.value)
}

fn json(node: &Node) -> serde_json::Value {
    match &node.value {
        Value::Null => serde_json::Value::Null,
        Value::Scalar { text, plain } => {
            let number = text.parse::<serde_json::Number>().ok();
            match text.as_str() {
                "true" if *plain => true.into(),
                "false" if *plain => false.into(),
                _ => number.filter(|_| *plain).map_or(text.as_str().into(), serde_json::Value::Number),
            }
        }
        Value::List(nodes) => nodes.iter().map(json).collect(),
        Value::Map(entries) => entries.iter().map(|entry| (entry.key.clone(), json(&entry.node))).collect(),
    }
}

fn origins(fields: &Fields<'_>, context: &mut Context<'_>) -> Vec<String> {
    let mut origins = Vec::new();
    for node in fields.list("origins") {
        let shown = text_of(node).map_or(kind(&node.value).to_owned(), |text| quote(&text.value));
        let url = text_of(node).and_then(|text| addresses::remote(&text.value).ok());
        let url = url.filter(|url| matches!(url.scheme(), "http" | "https"));
        let Some(url) = url else {
            let message = format!("{shown} is not the origin of an http(s) address");
            context.report.warn(node.line, message, "Write it as `https://media.example.com`.");
            continue;
        };
        let origin = url.origin().ascii_serialization();
        if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
            let message = format!("{shown} says more than an origin, and the rest is ignored");
            context.report.warn(node.line, message, format!("Write `{origin}`."));
        }
        context.publication.media_origins.insert(origin.clone());
        origins.push(origin);
    }
    origins
}
