//! What adaptation sets and representations say about themselves.

use super::super::error::Fault;
use super::super::xml::Element;
use super::super::{Description, Kind};
use super::period::Period;

const TRICK_MODE: &str = "http://dashif.org/guidelines/trickmode";
const ROLE: &str = "urn:mpeg:dash:role:2011";
const AUDIO_PURPOSE: &str = "urn:tva:metadata:cs:AudioPurposeCS:2007";

/// Properties that do not stand in the way of playing the element they are in.
const KNOWN_ESSENTIALS: [&str; 6] = [
    TRICK_MODE,
    "http://dashif.org/thumbnail_tile",
    "http://dashif.org/guidelines/thumbnail_tile",
    "urn:mpeg:mpegB:cicp:ColourPrimaries",
    "urn:mpeg:mpegB:cicp:MatrixCoefficients",
    "urn:mpeg:mpegB:cicp:TransferCharacteristics",
];

/// More properties with ids than this are taken for unknown ones.
const MOST_ALTERNATIVES: usize = 64;

/// Whether a player must ignore the element. Of properties with one id, one is enough
/// (ISO/IEC 23009-1, section 5.8.4.8).
pub(super) fn has_unknown_essential(element: Element<'_, '_>) -> Result<bool, Fault> {
    let mut known = Vec::new();
    let mut unknown = Vec::new();
    for property in element.children_named("EssentialProperty") {
        let scheme = property.attribute("schemeIdUri")?.unwrap_or_default();
        let id = property.attribute("id")?;
        if KNOWN_ESSENTIALS.contains(&&*scheme) {
            known.extend(id);
        } else if let Some(id) = id {
            unknown.push(id);
        } else {
            return Ok(true);
        }
        if known.len() + unknown.len() > MOST_ALTERNATIVES {
            return Ok(true);
        }
    }
    Ok(!unknown.iter().all(|id| known.contains(id)))
}

/// What an AdaptationSet, or a Representation in it, says beyond what it takes over.
pub(super) fn describe(
    element: Element<'_, '_>,
    inherited: &Description,
    period: &Period<'_, '_>,
) -> Result<Description, Fault> {
    let mut description = inherited.clone();
    description.period = period.index;
    for (key, value) in element.attributes() {
        match key {
            "mimeType" => description.mime = element.unescape(value)?.to_ascii_lowercase(),
            "codecs" => description.codecs = element.unescape(value)?.into_owned(),
            "bandwidth" => description.bandwidth = element.parse_number(key, value)?,
            "width" => description.width = element.parse_number(key, value)?,
            "height" => description.height = element.parse_number(key, value)?,
            "frameRate" => description.frame_rate = frame_rate(value),
            "lang" => description.language = element.unescape(value)?.into_owned(),
            "label" => description.label = element.unescape(value)?.into_owned(),
            "dependencyId" => {
                let ids = element.unescape(value)?;
                let ids = ids.split_ascii_whitespace().map(|id| period.unique(id));
                description.dependencies = ids.collect();
            }
            _ => {}
        }
    }
    let mut labelled = false;
    for child in element.children() {
        match child.name() {
            "Label" if !labelled => {
                description.label = child.text()?;
                labelled = true;
            }
            "ContentProtection" => description.encrypted = true,
            "AudioChannelConfiguration" => {
                description.channels = channels(child)?.unwrap_or(description.channels);
            }
            "Role" | "Accessibility" => description.roles.extend(role(child)?),
            "EssentialProperty" => {
                let scheme = child.attribute("schemeIdUri")?;
                description.auxiliary |= scheme.as_deref() == Some(TRICK_MODE);
            }
            _ => {}
        }
    }
    description.default |= description.roles.iter().any(|role| role == "main");
    Ok(description)
}

/// What a representation is for, `None` where it is nothing that is shown or heard.
pub(super) fn kind(set: Element<'_, '_>, description: &Description) -> Result<Option<Kind>, Fault> {
    let named = set.attribute("contentType")?;
    let major = named.as_deref().unwrap_or_default();
    let by_type = |major| match major {
        "video" => Some(Kind::Video),
        "audio" => Some(Kind::Audio),
        "text" => Some(Kind::Text),
        "image" => Some(Kind::Image),
        _ => None,
    };
    let (mime, _) = description.mime.split_once('/').unwrap_or_default();
    let timed_text = description.mime == "application/ttml+xml"
        || ["stpp", "wvtt"]
            .iter()
            .any(|codec| description.codecs.starts_with(codec));
    let text = timed_text.then_some(Kind::Text);
    Ok(by_type(major).or(by_type(mime)).or(text))
}

/// Frames per second from `25` or `30000/1001`, 0 for anything else.
fn frame_rate(text: &str) -> f64 {
    let (frames, seconds) = text.split_once('/').unwrap_or((text, "1"));
    let number = |text: &str| text.trim_ascii().parse::<u32>().map(f64::from);
    match (number(frames), number(seconds)) {
        (Ok(frames), Ok(seconds)) if seconds > 0.0 => frames / seconds,
        _ => 0.0,
    }
}

/// The role in the words of `urn:mpeg:dash:role:2011`.
fn role(element: Element<'_, '_>) -> Result<Option<String>, Fault> {
    let scheme = element.attribute("schemeIdUri")?.unwrap_or_default();
    let value = element.attribute("value")?.unwrap_or_default();
    Ok(match (&*scheme, &*value) {
        (_, "") => None,
        (ROLE | "", value) => Some(value.to_owned()),
        (AUDIO_PURPOSE, "1") => Some("description".to_owned()),
        (AUDIO_PURPOSE, "2") => Some("enhanced-audio-intelligibility".to_owned()),
        (_, value) if element.name() == "Role" => Some(value.to_owned()),
        _ => None,
    })
}

/// How many channels there are, where the scheme is known.
fn channels(element: Element<'_, '_>) -> Result<Option<u32>, Fault> {
    let scheme = element.attribute("schemeIdUri")?.unwrap_or_default();
    let value = element.attribute("value")?.unwrap_or_default();
    Ok(match &*scheme {
        "urn:mpeg:dash:23003:3:audio_channel_configuration:2011"
        | "urn:dts:dash:audio_channel_configuration:2012" => value.parse().ok(),
        "urn:mpeg:mpegB:cicp:ChannelConfiguration" => {
            // ISO/IEC 23091-3, table 8, from configuration 1 on.
            const COUNTS: [u32; 20] = [
                1, 2, 3, 4, 5, 6, 8, 2, 3, 4, 7, 8, 24, 8, 12, 10, 12, 14, 12, 14,
            ];
            let index = value
                .parse()
                .ok()
                .and_then(|number: usize| number.checked_sub(1));
            index.and_then(|index| COUNTS.get(index)).copied()
        }
        "tag:dolby.com,2014:dash:audio_channel_configuration:2011"
        | "urn:dolby:dash:audio_channel_configuration:2011" => {
            // ETSI TS 102 366, the channel map of annex E: a bit for each place, and some places are pairs.
            const PAIRS: u16 = 0b0000_0110_0111_0100;
            let places = u16::from_str_radix(&value, 16).ok();
            places.map(|places| places.count_ones() + (places & PAIRS).count_ones())
        }
        _ => None,
    })
}
