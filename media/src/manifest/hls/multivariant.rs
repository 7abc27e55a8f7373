//! Multivariant playlists: RFC 8216, section 4.3.4.

use std::collections::BTreeMap;
use std::ops::Range;

use super::super::address::Base;
use super::super::budget::Budget;
use super::super::error::Fault;
use super::super::{Description, Kind};
use super::codecs;
use super::groups::Groups;
use super::lines::{Attributes, Content, Variables, lines};
use super::media::key_address;
use crate::text;

/// What a multivariant playlist says.
#[derive(Default)]
pub(in super::super) struct Multivariant {
    pub(in super::super) entries: Vec<Entry>,
    /// Lines that no rendition comes from.
    pub(in super::super) others: Vec<Other>,
    /// Addresses of the keys that are announced for all renditions.
    pub(super) keys: Vec<String>,
    pub(super) variables: Variables,
}

/// A variant stream, or a rendition with its own playlist.
pub(in super::super) struct Entry {
    pub(in super::super) description: Description,
    /// Where its lines are.
    pub(in super::super) spans: Vec<Range<usize>>,
    /// Of a variant: the groups that it plays with. Of a rendition: the one that it is in.
    pub(in super::super) groups: Vec<usize>,
}

/// A line that means nothing without a variant.
pub(in super::super) struct Other {
    pub(in super::super) span: Range<usize>,
    /// The group of a rendition whose media is in the variants' own segments.
    pub(in super::super) group: Option<usize>,
}

/// Whether the playlist names playlists rather than segments.
pub(in super::super) fn is_multivariant(text: &str) -> bool {
    let names = lines(text).find_map(|line| match line.content {
        Content::Tag("EXT-X-STREAM-INF" | "EXT-X-MEDIA" | "EXT-X-I-FRAME-STREAM-INF", _) => {
            Some(true)
        }
        Content::Tag("EXTINF" | "EXT-X-TARGETDURATION", _) => Some(false),
        _ => None,
    });
    names.unwrap_or(false)
}

pub(in super::super) fn read(
    address: &str,
    text: &str,
    budget: &mut Budget,
) -> Result<Multivariant, Fault> {
    let mut reader = Reader {
        base: Base::new(address),
        playlist: Multivariant::default(),
        groups: Groups::default(),
        ids: BTreeMap::new(),
    };
    let mut variant: Option<(Range<usize>, Attributes<'_>)> = None;
    for line in lines(text) {
        let start = line.span.start;
        let done = match (line.content, variant.take()) {
            (Content::Tag(_, _), Some((span, _))) => Err(without_address(&span)),
            (Content::Tag("EXT-X-STREAM-INF", value), None) => {
                let attributes = Attributes::parse(value, &reader.playlist.variables, budget);
                attributes.map(|attributes| variant = Some((line.span, attributes)))
            }
            (Content::Tag(name, value), None) => reader.tag(name, value, line.span, budget),
            (Content::Address(address), Some((span, attributes))) => {
                reader.variant(address, &attributes, [span, line.span], budget)
            }
            (Content::Address(_), None) => {
                let message = "has an address without EXT-X-STREAM-INF before it";
                Err(Fault::new(
                    message,
                    "Describe the variant in the line before its address.",
                ))
            }
        };
        done.map_err(|fault| fault.at(start))?;
    }
    if let Some((span, _)) = variant {
        return Err(without_address(&span));
    }
    reader
        .groups
        .share_codecs(&mut reader.playlist.entries, budget)?;
    Ok(reader.playlist)
}

struct Reader {
    base: Base,
    playlist: Multivariant,
    groups: Groups,
    /// Where the entry with an id is.
    ids: BTreeMap<String, usize>,
}

impl Reader {
    fn tag(
        &mut self,
        name: &str,
        value: &str,
        span: Range<usize>,
        budget: &mut Budget,
    ) -> Result<(), Fault> {
        let variables = &mut self.playlist.variables;
        match name {
            "EXT-X-DEFINE" => variables.define(value, &self.base, None, budget),
            "EXT-X-MEDIA" => {
                let attributes = Attributes::parse(value, variables, budget)?;
                self.rendition(&attributes, span, budget)
            }
            "EXT-X-SESSION-KEY" => {
                let attributes = Attributes::parse(value, variables, budget)?;
                let key = key_address(&attributes, &self.base, budget)?;
                self.playlist.keys.extend(key);
                Ok(())
            }
            "EXT-X-I-FRAME-STREAM-INF" | "EXT-X-IMAGE-STREAM-INF" => {
                self.playlist.others.push(Other { span, group: None });
                budget.part()
            }
            "EXTINF" => {
                let message = "has a segment in a multivariant playlist";
                Err(Fault::new(message, "Put segments into a media playlist."))
            }
            _ => Ok(()),
        }
    }

    fn variant(
        &mut self,
        address: &str,
        attributes: &Attributes<'_>,
        spans: [Range<usize>; 2],
        budget: &mut Budget,
    ) -> Result<(), Fault> {
        let address = self
            .playlist
            .variables
            .expand(address, budget)?
            .into_owned();
        let bandwidth = attributes.require("BANDWIDTH");
        let (width, height) = resolution(attributes.get("RESOLUTION").unwrap_or_default());
        let codecs = attributes.get("CODECS").unwrap_or_default();
        let audio_only = !codecs.is_empty() && codecs::only(codecs, &[Kind::Video]).is_empty();
        let audio_group = attributes.get("AUDIO").map(str::to_owned);
        let id = match &audio_group {
            Some(group) => format!("{address}@{group}"),
            None => address.clone(),
        };
        let mut groups = Vec::new();
        for media in ["AUDIO", "VIDEO", "SUBTITLES", "CLOSED-CAPTIONS"] {
            groups.extend(
                attributes
                    .get(media)
                    .map(|group| self.groups.place(media, group)),
            );
        }
        let frame_rate = attributes.get("FRAME-RATE").and_then(text::parse_decimal);
        let description = Description {
            id,
            kind: if audio_only { Kind::Audio } else { Kind::Video },
            codecs: codecs.to_owned(),
            bandwidth: number(bandwidth.map_err(|fault| fault.at(spans[0].start))?),
            width,
            height,
            frame_rate: frame_rate.unwrap_or(0.0),
            variant: true,
            audio_group,
            ..Description::default()
        };
        self.add(&address, description, &spans, groups, budget)
    }

    fn rendition(
        &mut self,
        attributes: &Attributes<'_>,
        span: Range<usize>,
        budget: &mut Budget,
    ) -> Result<(), Fault> {
        let (media, group) = (attributes.require("TYPE")?, attributes.require("GROUP-ID")?);
        budget.text(media.len() + group.len())?;
        let place = self.groups.place(media, group);
        self.groups.note(place, attributes.get("URI").is_some());
        let Some(address) = attributes.get("URI") else {
            self.playlist.others.push(Other {
                span,
                group: Some(place),
            });
            return budget.part();
        };
        let kind = match media {
            "AUDIO" => Kind::Audio,
            "VIDEO" => Kind::Video,
            "SUBTITLES" => Kind::Text,
            _ => return Ok(()),
        };
        let name = attributes.require("NAME")?;
        let mut roles: Vec<String> = Vec::new();
        let characteristics = attributes
            .get("CHARACTERISTICS")
            .unwrap_or_default()
            .split(',');
        roles.extend(
            characteristics
                .map(str::trim)
                .filter(|text| !text.is_empty())
                .map(str::to_owned),
        );
        if attributes.is_yes("FORCED") {
            roles.push("forced-subtitle".to_owned());
        }
        let channels = attributes.get("CHANNELS").unwrap_or_default();
        let channels = channels.split('/').next().unwrap_or_default();
        let description = Description {
            id: format!("{}:{group}:{name}", media.to_ascii_lowercase()),
            kind,
            channels: channels.parse().unwrap_or(0),
            language: attributes.get("LANGUAGE").unwrap_or_default().to_owned(),
            roles,
            label: name.to_owned(),
            default: attributes.is_yes("DEFAULT"),
            auxiliary: kind == Kind::Video,
            audio_group: (kind == Kind::Audio).then(|| group.to_owned()),
            ..Description::default()
        };
        self.add(address, description, &[span], vec![place], budget)
    }

    /// Adds a rendition. One that is there already is named again for the sake of another group, or
    /// as a fallback, and has the same segments.
    fn add(
        &mut self,
        address: &str,
        mut description: Description,
        spans: &[Range<usize>],
        groups: Vec<usize>,
        budget: &mut Budget,
    ) -> Result<(), Fault> {
        budget.part()?;
        budget.text(2 * description.text_bytes())?;
        let address = budget.address(&self.base, address)?;
        let Some(address) = address.filter(|address| !self.base.is(address)) else {
            return Err(Fault::new(
                "names itself as a media playlist",
                "Name the media playlist.",
            ));
        };
        description.playlist = Some(address);
        let entries = &mut self.playlist.entries;
        let index = *self
            .ids
            .entry(description.id.clone())
            .or_insert(entries.len());
        if let Some(entry) = entries.get_mut(index) {
            entry.spans.extend_from_slice(spans);
            entry.groups.extend_from_slice(&groups);
        } else {
            entries.push(Entry {
                description,
                spans: spans.to_vec(),
                groups,
            });
        }
        Ok(())
    }
}

fn without_address(tag: &Range<usize>) -> Fault {
    let message = "has an EXT-X-STREAM-INF that no address follows";
    Fault::new(message, "Write the playlist's address in the next line.").at(tag.start)
}

/// `1280x720`, or zeros.
fn resolution(text: &str) -> (u32, u32) {
    let (width, height) = text.split_once('x').unwrap_or_default();
    (number(width), number(height))
}

fn number<T: std::str::FromStr + Default>(text: &str) -> T {
    text.parse().unwrap_or_default()
}
