//! The lists of a video's front matter: sources, text tracks, thumbnails, artwork.

use media::video::{Artwork, Source, Subtitle, Thumbnail};

use super::fields::{Fields, Text, text_of};
use super::language;
use super::mime;
use super::problems::{Severity, quote};
use super::publish::Context;
use super::video::no_source;

const KINDS: [&str; 5] = [
    "subtitles",
    "captions",
    "descriptions",
    "chapters",
    "metadata",
];

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
            members.push(Member {
                src: Some(text),
                fields: None,
                line: node.line,
            });
        } else if let Some(member) = Fields::of(
            node,
            &format!("This part of {}", quote(key)),
            &mut context.report,
        ) {
            member.expect(known, &mut context.report);
            let src = member.text("src", &mut context.report);
            members.push(Member {
                src,
                fields: Some(member),
                line: node.line,
            });
        }
    }
    members
}

/// The address in a member of a list, or a complaint that there is none.
fn address(
    src: Option<Text>,
    line: usize,
    what: &str,
    severity: Severity,
    context: &mut Context<'_>,
) -> Option<String> {
    match src {
        Some(src) => context.address(&src, what, severity),
        None => {
            context.report.add(
                severity,
                line,
                format!("This {what} has no `src`"),
                "Add a line `src: …` to it.",
            );
            None
        }
    }
}

pub(crate) fn sources(fields: &Fields<'_>, context: &mut Context<'_>) -> Vec<Source> {
    let members = members(fields, "video-sources", &["src", "type", "cast"], context);
    if members.is_empty() {
        no_source(fields.line_of("video-sources"), context);
    }
    let mut sources = Vec::new();
    for Member {
        src,
        fields: member,
        line,
    } in members
    {
        let r#type = member.and_then(|member| member.text("type", &mut context.report));
        let cast = member.is_some_and(|member| member.flag("cast", &mut context.report));
        let Some(src) = address(src, line, "video source", Severity::Error, context) else {
            continue;
        };
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
            context
                .report
                .warn(line, message, "Add a line such as `type: video/mp4` to it.");
        }
        return by_name.unwrap_or_default().to_owned();
    };
    let essence = mime::essence(&written.value);
    if !mime::is_playable(&essence) {
        let message = format!("Nothing plays the type {}", quote(&written.value));
        let advice =
            "Write a media type such as `video/mp4`, `video/webm` or `application/dash+xml`.";
        context.report.warn(written.line, message, advice);
    } else if by_name.is_some_and(|by_name| !mime::agree(by_name, &essence)) {
        let message = format!(
            "The type {} does not fit the name of {}",
            quote(&written.value),
            quote(src)
        );
        let advice = format!(
            "Write `type: {}`, or rename the file.",
            by_name.unwrap_or_default()
        );
        context.report.warn(written.line, message, advice);
    }
    written.value
}

pub(crate) fn subtitles(fields: &Fields<'_>, context: &mut Context<'_>) -> Vec<Subtitle> {
    let mut subtitles: Vec<Subtitle> = Vec::new();
    for Member {
        src,
        fields: member,
        line,
    } in members(
        fields,
        "video-subtitles",
        &["default", "kind", "label", "src", "srclang"],
        context,
    ) {
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
                report.warn(
                    kind.line,
                    message,
                    format!("Use one of: {}.", KINDS.join(", ")),
                );
            }
            kind.value
        });
        let srclang = member.and_then(|member| member.text("srclang", report));
        if let Some(srclang) = &srclang
            && let Some(advice) = language::doubt(&srclang.value)
        {
            report.warn(
                srclang.line,
                format!("The language {} is doubtful", quote(&srclang.value)),
                advice,
            );
        } else if srclang.is_none() && kind == "subtitles" {
            report.warn(
                line,
                "These subtitles do not say their language",
                "Add a line such as `srclang: en`.",
            );
        }
        let label = member.and_then(|member| member.string("label", report));
        let Some(src) = address(src, line, "subtitle file", Severity::Error, context) else {
            continue;
        };
        if mime::extension(&src).is_some_and(|extension| extension != "vtt") {
            let message = format!(
                "{} does not look like WebVTT, the only format that browsers show",
                quote(&src)
            );
            context.report.warn(
                line,
                message,
                "Convert the file to WebVTT and name it `.vtt`.",
            );
        }
        subtitles.push(Subtitle {
            default,
            kind,
            label,
            src,
            srclang: srclang.map(|srclang| srclang.value),
        });
    }
    subtitles
}

pub(crate) fn thumbnails(fields: &Fields<'_>, context: &mut Context<'_>) -> Vec<Thumbnail> {
    let mut thumbnails = Vec::new();
    for Member {
        src,
        fields: member,
        line,
    } in members(fields, "thumbnail", &["src", "type", "default"], context)
    {
        let r#type = member.and_then(|member| member.string("type", &mut context.report));
        let default = member.is_some_and(|member| member.flag("default", &mut context.report));
        let Some(src) = address(src, line, "thumbnail", Severity::Warning, context) else {
            continue;
        };
        let r#type = r#type.or_else(|| mime::of_address(&src).map(str::to_owned));
        thumbnails.push(Thumbnail {
            src,
            r#type,
            default,
        });
    }
    thumbnails
}

pub(crate) fn artworks(fields: &Fields<'_>, context: &mut Context<'_>) -> Vec<Artwork> {
    let mut artworks = Vec::new();
    for Member {
        src,
        fields: member,
        line,
    } in members(
        fields,
        "media-session-artwork",
        &["sizes", "src", "type"],
        context,
    ) {
        let sizes = member.and_then(|member| member.text("sizes", &mut context.report));
        if let Some(sizes) = &sizes
            && !sizes.value.split_whitespace().all(is_size)
        {
            let message = format!("{} is not the size of a picture", quote(&sizes.value));
            context
                .report
                .warn(sizes.line, message, "Write it as `512x512`.");
        }
        let r#type = member.and_then(|member| member.string("type", &mut context.report));
        let Some(src) = address(src, line, "artwork", Severity::Warning, context) else {
            continue;
        };
        let r#type = r#type.or_else(|| mime::of_address(&src).map(str::to_owned));
        artworks.push(Artwork {
            src,
            sizes: sizes.map(|sizes| sizes.value),
            r#type,
        });
    }
    artworks
}

fn is_size(text: &str) -> bool {
    let number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    text == "any"
        || text
            .split_once(['x', 'X'])
            .is_some_and(|(width, height)| number(width) && number(height))
}
