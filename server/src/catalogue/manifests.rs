//! Which files a local DASH or HLS manifest names, so that they are published with it. This reads
//! names alone; what they mean for playback is `media`'s to say.

use std::fs;
use std::path::Path;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// One name in a manifest.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Reference {
    /// Counted from 1.
    pub(crate) line: usize,
    pub(crate) target: Target,
}

/// Relative to the manifest, or a URL.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Target {
    File(String),
    /// With `*` in place of each `$Number$` and the like.
    Template(String),
}

pub(crate) fn is_manifest(path: &str) -> bool {
    is(path, "mpd") || is(path, "m3u8")
}

fn is(path: &str, extension: &str) -> bool {
    Path::new(path)
        .extension()
        .is_some_and(|found| found.eq_ignore_ascii_case(extension))
}

/// All files that the manifest names, in its order.
pub(crate) fn manifest_references(path: &Path) -> Result<Vec<Reference>, String> {
    let text = fs::read_to_string(path).map_err(|error| error.to_string())?;
    if is(&path.to_string_lossy(), "mpd") {
        dash(&text)
    } else {
        Ok(hls(&text))
    }
}

/// RFC 8216: a line that is neither blank nor starts with `#` is a URI; tags have theirs in `URI`.
fn hls(text: &str) -> Vec<Reference> {
    let mut references = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim().trim_start_matches('\u{feff}');
        let uri = match line.strip_prefix('#') {
            Some(tag) => tag
                .split_once("URI=\"")
                .and_then(|(_, rest)| rest.split_once('"'))
                .map(|(uri, _)| uri),
            None => Some(line),
        };
        // A key may be a `data:` URL, which names no file.
        if let Some(uri) = uri.filter(|uri| !uri.is_empty() && !uri.starts_with("data:")) {
            references.push(Reference {
                line: index + 1,
                target: Target::File(uri.to_owned()),
            });
        }
    }
    references
}

fn dash(text: &str) -> Result<Vec<Reference>, String> {
    let mut reader = Reader::from_str(text);
    // The base of every open element; the last one is that of the innermost.
    let mut bases = vec![String::new()];
    let mut base_url: Option<String> = None;
    let mut references = Vec::new();
    // As far as lines have been counted, and how many.
    let (mut counted, mut line) = (0, 1);
    loop {
        let event = reader.read_event().map_err(|error| error.to_string())?;
        let position = usize::try_from(reader.buffer_position())
            .unwrap_or(text.len())
            .min(text.len());
        let passed = text.as_bytes()[counted..position].iter();
        line += passed.filter(|byte| **byte == b'\n').count();
        counted = position;
        let base = bases.last().cloned().unwrap_or_default();
        match event {
            Event::Start(element) if element.local_name().as_ref() == b"BaseURL" => {
                base_url = Some(String::new())
            }
            Event::Text(part) => {
                if let Some(url) = &mut base_url {
                    url.push_str(&part.decode().map_err(|error| error.to_string())?);
                }
            }
            Event::GeneralRef(name) => {
                if let Some(url) = &mut base_url {
                    let escape = format!("&{};", name.decode().map_err(|error| error.to_string())?);
                    url.push_str(
                        &quick_xml::escape::unescape(&escape).map_err(|error| error.to_string())?,
                    );
                }
            }
            Event::Start(element) => {
                references.extend(names(&element, &base).map(|target| Reference { line, target }));
                bases.push(base);
            }
            Event::Empty(element) => {
                references.extend(names(&element, &base).map(|target| Reference { line, target }));
            }
            Event::End(element) if element.local_name().as_ref() == b"BaseURL" => {
                let url = join(&base, base_url.take().unwrap_or_default().trim());
                // A base that is no folder is the representation's one file.
                if !url.is_empty() && !url.ends_with('/') {
                    references.push(Reference {
                        line,
                        target: Target::File(url.clone()),
                    });
                }
                if let Some(innermost) = bases.last_mut() {
                    *innermost = url;
                }
            }
            Event::End(_) => {
                bases.pop();
            }
            Event::Eof => return Ok(references),
            Event::Comment(_)
            | Event::CData(_)
            | Event::Decl(_)
            | Event::PI(_)
            | Event::DocType(_) => {}
        }
    }
}

/// What the attributes of an element name.
fn names(element: &BytesStart<'_>, base: &str) -> impl Iterator<Item = Target> {
    const NAMING: [&[u8]; 5] = [
        b"media",
        b"initialization",
        b"sourceURL",
        b"index",
        b"bitstreamSwitching",
    ];
    let name = element.local_name();
    // `index` and the like mean files only where segments are described.
    let describes_segments = matches!(
        name.as_ref(),
        b"SegmentTemplate" | b"SegmentURL" | b"Initialization" | b"RepresentationIndex"
    );
    let attributes = element
        .attributes()
        .flatten()
        .filter(|attribute| NAMING.contains(&attribute.key.as_ref()));
    let values =
        attributes.filter_map(|attribute| Some(attribute.unescape_value().ok()?.into_owned()));
    let values: Vec<String> = values.filter(|_| describes_segments).collect();
    values
        .into_iter()
        .map(|value| template(&join(base, &value)))
}

/// ISO/IEC 23009-1, 5.3.9.4.4: identifiers stand between dollar signs, `$$` is one of them.
fn template(text: &str) -> Target {
    let mut parts = text.split('$');
    let mut pattern = parts.next().unwrap_or_default().to_owned();
    let mut variable = false;
    while let Some(identifier) = parts.next() {
        if identifier.is_empty() {
            pattern.push('$');
        } else {
            pattern.push('*');
            variable = true;
        }
        pattern.push_str(parts.next().unwrap_or_default());
    }
    if variable {
        Target::Template(pattern)
    } else {
        Target::File(pattern)
    }
}

/// `path` as seen from `base`, both relative to the manifest or absolute.
fn join(base: &str, path: &str) -> String {
    let absolute = path.starts_with('/') || super::address::scheme(path).is_some();
    let folder = base.rfind('/').map_or("", |end| &base[..=end]);
    if absolute {
        path.to_owned()
    } else {
        format!("{folder}{path}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn targets(references: Vec<Reference>) -> Vec<(usize, String)> {
        let name = |target| match target {
            Target::File(name) => name,
            Target::Template(pattern) => format!("template {pattern}"),
        };
        references
            .into_iter()
            .map(|reference| (reference.line, name(reference.target)))
            .collect()
    }

    #[test]
    fn an_hls_playlist_names_lines_and_uris() {
        let text = "#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,URI=\"a/b.m3u8\",NAME=\"x\"\n#EXT-X-KEY:METHOD=AES-128,URI=\"data:x\"\n\nv/1.m3u8\r\n";
        assert_eq!(
            targets(hls(text)),
            [(2, "a/b.m3u8".to_owned()), (5, "v/1.m3u8".to_owned())]
        );
    }

    #[test]
    fn a_dash_manifest_names_bases_and_templates() {
        let text = r#"<?xml version="1.0"?>
<MPD><BaseURL>dash/</BaseURL><Period><AdaptationSet>
<SegmentTemplate media="$RepresentationID$/s-$Number%05d$.m4s" initialization="$RepresentationID$/init.mp4" duration="2"/>
<Representation id="a"/></AdaptationSet><AdaptationSet><Representation id="b">
<BaseURL>a&amp;b.mp4</BaseURL><SegmentBase indexRange="0-1"><Initialization range="0-1"/></SegmentBase></Representation>
<Representation id="c"><BaseURL>https://cdn.example/c.mp4</BaseURL></Representation>
<Representation id="d"><SegmentList><SegmentURL media="d1.m4s"/></SegmentList></Representation>
</AdaptationSet></Period></MPD>"#;
        let expected = [
            (3, "template dash/*/s-*.m4s"),
            (3, "template dash/*/init.mp4"),
            (5, "dash/a&b.mp4"),
            (6, "https://cdn.example/c.mp4"),
            (7, "dash/d1.m4s"),
        ];
        assert_eq!(
            targets(dash(text).unwrap()),
            expected.map(|(line, name)| (line, name.to_owned()))
        );
    }

    #[test]
    fn a_doubled_dollar_sign_is_a_dollar_sign() {
        assert_eq!(template("a$$b.mp4"), Target::File("a$b.mp4".to_owned()));
    }

    #[test]
    fn a_long_manifest_is_read_in_one_go() {
        let segments = "<SegmentURL media=\"a.m4s\"/>\n".repeat(100_000);
        let start = std::time::Instant::now();
        let references = dash(&format!("<MPD>\n{segments}</MPD>")).unwrap();
        assert_eq!(references.len(), 100_000);
        assert_eq!(references[99_999].line, 100_001);
        assert!(start.elapsed().as_secs() < 10, "{:?}", start.elapsed());
    }

    #[test]
    fn broken_xml_is_an_error() {
        assert!(dash("<MPD><Period></MPD>").is_err());
    }
}
