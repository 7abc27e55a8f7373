//! HLS: RFC 8216 and draft-pantos-hls-rfc8216bis. A multivariant playlist names media playlists, and
//! these name the segments.

mod codecs;
mod groups;
mod lines;
mod media;
pub(super) mod multivariant;

use std::collections::BTreeMap;

use super::budget::Budget;
use super::error::{Fault, ManifestError};
use super::{Description, Format, Kind, Presentation, Reading, Rendition, Segment, Use};
use media::MediaPlaylist;
use multivariant::{Multivariant, is_multivariant};

/// The id of the one rendition where the root is a media playlist.
const ONLY: &str = "media";

/// Reads the playlist at `root` and all that it names.
pub(super) fn read(
    root: &str,
    text: &str,
    documents: &BTreeMap<String, Vec<u8>>,
    budget: &mut Budget,
) -> Result<Reading, ManifestError> {
    let located = |fault: Fault| fault.in_document(root, text.as_bytes());
    if !is_multivariant(text) {
        let playlist = media::read(root, text, None, budget).map_err(located)?;
        return Ok(Reading::Whole(alone(root, playlist)));
    }
    let multivariant = multivariant::read(root, text, budget).map_err(located)?;
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut missing = Vec::new();
    for address in multivariant
        .entries
        .iter()
        .filter_map(|entry| entry.description.playlist.as_ref())
    {
        if !documents.contains_key(address) && seen.insert(address.clone(), 0).is_none() {
            missing.push(address.clone());
        }
    }
    if missing.is_empty() {
        assemble(root, text, multivariant, documents, budget).map(Reading::Whole)
    } else {
        Ok(Reading::Wants(missing))
    }
}

/// The presentation of a root that is a media playlist itself.
fn alone(root: &str, playlist: MediaPlaylist) -> Presentation {
    let description = Description {
        id: ONLY.to_owned(),
        variant: true,
        playlist: Some(root.to_owned()),
        ..Description::default()
    };
    Presentation {
        format: Format::Hls,
        duration: Some(playlist.duration),
        unfinished: playlist.unfinished,
        renditions: vec![rendition(description, playlist)],
        documents: vec![root.to_owned()],
    }
}

/// Reads every media playlist once, in the order of the multivariant playlist.
fn assemble(
    root: &str,
    text: &str,
    multivariant: Multivariant,
    documents: &BTreeMap<String, Vec<u8>>,
    budget: &mut Budget,
) -> Result<Presentation, ManifestError> {
    let Multivariant {
        entries,
        keys,
        variables,
        ..
    } = multivariant;
    let mut presentation = Presentation {
        format: Format::Hls,
        duration: None,
        unfinished: false,
        renditions: Vec::new(),
        documents: vec![root.to_owned()],
    };
    // Which rendition has the segments of a playlist that was read before.
    let mut read: BTreeMap<String, usize> = BTreeMap::new();
    for entry in entries {
        let address = entry.description.playlist.clone().unwrap_or_default();
        if let Some(other) = read
            .get(&address)
            .and_then(|index| presentation.renditions.get(*index))
        {
            let copied = copy(other, entry.description, budget);
            presentation
                .renditions
                .push(copied.map_err(|fault| fault.in_document(root, text.as_bytes()))?);
            continue;
        }
        let bytes = documents
            .get(&address)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let playlist = budget.document(bytes);
        let playlist =
            playlist.and_then(|text| media::read(&address, text, Some(&variables), budget));
        let mut playlist = playlist.map_err(|fault| fault.in_document(&address, bytes))?;
        announce(&keys, &mut playlist, budget)
            .map_err(|fault| fault.in_document(root, text.as_bytes()))?;
        let longest = presentation.duration.unwrap_or(0.0).max(playlist.duration);
        presentation.duration = Some(longest);
        presentation.unfinished |= playlist.unfinished;
        presentation
            .renditions
            .push(rendition(entry.description, playlist));
        presentation.documents.push(address.clone());
        read.insert(address, presentation.renditions.len() - 1);
    }
    Ok(presentation)
}

/// Players fetch the keys of EXT-X-SESSION-KEY before anything else.
fn announce(
    keys: &[String],
    playlist: &mut MediaPlaylist,
    budget: &mut Budget,
) -> Result<(), Fault> {
    let mut segments = Vec::with_capacity(playlist.segments.len() + keys.len());
    for url in keys {
        budget.segment()?;
        budget.text(url.len())?;
        segments.push(Segment {
            url: url.clone(),
            range: None,
            use_: Use::Key,
            duration: 0.0,
        });
    }
    segments.append(&mut playlist.segments);
    playlist.segments = segments;
    Ok(())
}

/// Another rendition with the playlist of `other`.
fn copy(
    other: &Rendition,
    mut description: Description,
    budget: &mut Budget,
) -> Result<Rendition, Fault> {
    for segment in &other.segments {
        budget.segment()?;
        budget.text(segment.url.len())?;
    }
    description.encrypted = other.description.encrypted;
    description.mime = mime(description.kind, &other.segments);
    Ok(Rendition {
        description,
        segments: other.segments.clone(),
    })
}

fn rendition(mut description: Description, playlist: MediaPlaylist) -> Rendition {
    description.encrypted = playlist.encrypted;
    description.mime = mime(description.kind, &playlist.segments);
    Rendition {
        description,
        segments: playlist.segments,
    }
}

/// HLS does not say what its segments are; their names do, and an initialization does.
fn mime(kind: Kind, segments: &[Segment]) -> String {
    let media = segments.iter().find(|segment| segment.use_ == Use::Media);
    let named = media.and_then(|segment| codecs::container(&segment.url));
    let initialized = segments.iter().any(|segment| segment.use_ == Use::Init);
    let mime = match (named, kind) {
        (Some(mime), _) if !initialized => mime,
        (_, Kind::Audio) => "audio/mp4",
        (None, Kind::Text) if !initialized => "text/vtt",
        (_, Kind::Text) => "application/mp4",
        _ => "video/mp4",
    };
    mime.to_owned()
}
