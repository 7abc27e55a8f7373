//! Media playlists: RFC 8216, sections 4.3.2 and 4.3.3.

use super::super::address::Base;
use super::super::budget::Budget;
use super::super::error::{Fault, quote};
use super::super::{Segment, Use};
use super::lines::{Attributes, Content, Variables, lines};
use crate::range::Span;
use crate::text;

/// There are not so many DRM systems.
const MOST_KEY_FORMATS: usize = 16;

/// What a media playlist says.
#[derive(Clone, Default)]
pub(super) struct MediaPlaylist {
    pub(super) segments: Vec<Segment>,
    /// In seconds.
    pub(super) duration: f64,
    pub(super) unfinished: bool,
    pub(super) encrypted: bool,
}

/// Reads the playlist at `address`; `imports` are the variables of the multivariant playlist.
pub(super) fn read(
    address: &str,
    text: &str,
    imports: Option<&Variables>,
    budget: &mut Budget,
) -> Result<MediaPlaylist, Fault> {
    let mut reader = Reader {
        base: Base::new(address),
        imports,
        variables: Variables::default(),
        playlist: MediaPlaylist {
            unfinished: true,
            ..MediaPlaylist::default()
        },
        next: Next::default(),
        previous: None,
        pending: Vec::new(),
        keys: Vec::new(),
        map: None,
    };
    for line in lines(text) {
        let done = match line.content {
            Content::Tag(name, value) => reader.tag(name, value, budget),
            Content::Address(address) => reader.address(address, budget),
        };
        done.map_err(|fault| fault.at(line.span.start))?;
    }
    // Parts of a segment that has not been finished.
    reader.playlist.unfinished |= reader.next.has_parts;
    Ok(reader.playlist)
}

struct Reader<'a> {
    base: Base,
    imports: Option<&'a Variables>,
    variables: Variables,
    playlist: MediaPlaylist,
    next: Next,
    /// The last segment's file as written, and where its bytes end.
    previous: Option<(&'a str, u64)>,
    /// Keys and initialization that the next segment needs and none before did.
    pending: Vec<Segment>,
    /// The key's address for each format in force.
    keys: Vec<(String, Option<String>)>,
    map: Option<(String, Option<Span>)>,
}

/// What is known of the next segment.
#[derive(Default)]
struct Next {
    duration: Option<f64>,
    range: Option<(u64, Option<u64>)>,
    gap: bool,
    has_parts: bool,
}

impl<'a> Reader<'a> {
    fn tag(&mut self, name: &str, value: &'a str, budget: &mut Budget) -> Result<(), Fault> {
        match name {
            "EXTINF" => self.next.duration = Some(duration(value)?),
            "EXT-X-BYTERANGE" => self.next.range = Some(byte_range(value)?),
            "EXT-X-GAP" => self.next.gap = true,
            "EXT-X-PART" => self.next.has_parts = true,
            "EXT-X-ENDLIST" => self.playlist.unfinished = false,
            "EXT-X-MAP" => return self.map(value, budget),
            "EXT-X-KEY" => return self.key(value, budget),
            "EXT-X-DEFINE" => {
                return self
                    .variables
                    .define(value, &self.base, self.imports, budget);
            }
            "EXT-X-SKIP" => {
                let advice = "Provide the whole playlist, without EXT-X-SKIP.";
                return Err(Fault::new(
                    "leaves out segments that an earlier version had",
                    advice,
                ));
            }
            "EXT-X-STREAM-INF" | "EXT-X-MEDIA" | "EXT-X-I-FRAME-STREAM-INF" => {
                let message = "is a multivariant playlist where a media playlist is expected";
                return Err(Fault::new(message, "Name the media playlist itself."));
            }
            _ => {}
        }
        Ok(())
    }

    fn map(&mut self, value: &'a str, budget: &mut Budget) -> Result<(), Fault> {
        let attributes = Attributes::parse(value, &self.variables, budget)?;
        let range = attributes.get("BYTERANGE").map(byte_range).transpose()?;
        let range = range
            .map(|(length, start)| span(start.unwrap_or(0), length))
            .transpose()?;
        let url = budget.address(&self.base, attributes.require("URI")?)?;
        let map = url.map(|url| (url, range));
        if map != self.map {
            self.map.clone_from(&map);
            if let Some((url, range)) = map {
                self.require(url, range, Use::Init, budget)?;
            }
        }
        Ok(())
    }

    fn key(&mut self, value: &'a str, budget: &mut Budget) -> Result<(), Fault> {
        let attributes = Attributes::parse(value, &self.variables, budget)?;
        if attributes.require("METHOD")? == "NONE" {
            self.keys.clear();
            return Ok(());
        }
        self.playlist.encrypted = true;
        let url = key_address(&attributes, &self.base, budget)?;
        let format = attributes.get("KEYFORMAT").unwrap_or("identity");
        let same = self.keys.iter().position(|(other, _)| other == format);
        let before = same.map(|position| self.keys.swap_remove(position).1);
        if let Some(url) = url.clone().filter(|_| before.as_ref() != Some(&url)) {
            self.require(url, None, Use::Key, budget)?;
        }
        if self.keys.len() >= MOST_KEY_FORMATS {
            let message = format!("has keys of more than {MOST_KEY_FORMATS} formats at once");
            return Err(Fault::new(message, "Write METHOD=NONE before other keys."));
        }
        self.keys.push((format.to_owned(), url));
        Ok(())
    }

    fn require(
        &mut self,
        url: String,
        range: Option<Span>,
        use_: Use,
        budget: &mut Budget,
    ) -> Result<(), Fault> {
        budget.segment()?;
        self.pending.push(Segment {
            url,
            range,
            use_,
            duration: 0.0,
        });
        Ok(())
    }

    fn address(&mut self, address: &'a str, budget: &mut Budget) -> Result<(), Fault> {
        let next = std::mem::take(&mut self.next);
        let Some(duration) = next.duration else {
            return Err(Fault::new(
                format!("names {} without a duration", quote(address)),
                "Write EXTINF before each segment.",
            ));
        };
        self.playlist.duration += duration;
        let range = next
            .range
            .map(|range| self.span(address, range))
            .transpose()?;
        self.previous = range.map(|span| (address, span.end));
        // Players load nothing for a gap: RFC 8216bis, section 4.4.4.7.
        if next.gap {
            return Ok(());
        }
        let expanded = self.variables.expand(address, budget)?;
        budget.segment()?;
        let Some(url) = budget.address(&self.base, &expanded)? else {
            return Ok(());
        };
        if self.base.is(&url) {
            return Err(Fault::new(
                "names itself as a segment",
                "Name the media file.",
            ));
        }
        self.playlist.segments.append(&mut self.pending);
        self.playlist.segments.push(Segment {
            url,
            range,
            use_: Use::Media,
            duration,
        });
        Ok(())
    }

    /// A range without an offset starts where the one before ended, in the same file.
    fn span(&self, address: &str, (length, start): (u64, Option<u64>)) -> Result<Span, Fault> {
        let follows = || {
            let (_, end) = self.previous.filter(|(previous, _)| *previous == address)?;
            Some(end)
        };
        let start = start.or_else(follows).ok_or_else(|| {
            Fault::new(
                "has a byte range without an offset that follows no other of the same file",
                "Write EXT-X-BYTERANGE:length@offset.",
            )
        })?;
        span(start, length)
    }
}

/// The key's address, where it is a file: of other formats than plain keys only their own DRM knows.
pub(super) fn key_address(
    attributes: &Attributes<'_>,
    base: &Base,
    budget: &mut Budget,
) -> Result<Option<String>, Fault> {
    let url = attributes.require("URI")?;
    match attributes.get("KEYFORMAT") {
        None | Some("identity") => budget.address(base, url),
        Some(_) => Ok(None),
    }
}

fn duration(value: &str) -> Result<f64, Fault> {
    /// A year: no segment is longer.
    const MOST_SECONDS: f64 = 366.0 * 86_400.0;
    let number = value.split(',').next().unwrap_or_default().trim_ascii();
    let seconds = text::parse_decimal(number).filter(|seconds| *seconds <= MOST_SECONDS);
    seconds.ok_or_else(|| {
        let message = format!("has the segment duration {}", quote(number));
        Fault::new(message, "Write seconds, as in #EXTINF:6.006,")
    })
}

/// `length` or `length@offset`.
fn byte_range(value: &str) -> Result<(u64, Option<u64>), Fault> {
    let (length, start) = value
        .split_once('@')
        .map_or((value, None), |(length, start)| (length, Some(start)));
    let number = |text: &str| {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse()
            .ok()
            .filter(|_| digits)
            .ok_or_else(|| wrong_range(value))
    };
    Ok((
        number(length.trim_ascii())?,
        start.map(|start| number(start.trim_ascii())).transpose()?,
    ))
}

fn span(start: u64, length: u64) -> Result<Span, Fault> {
    let end = start.checked_add(length).filter(|end| *end > start);
    let end = end.ok_or_else(|| wrong_range(&format!("{length}@{start}")))?;
    Ok(Span { start, end })
}

fn wrong_range(value: &str) -> Fault {
    Fault::new(
        format!("has the byte range {}", quote(value)),
        "Write length@offset, with a length above 0.",
    )
}
