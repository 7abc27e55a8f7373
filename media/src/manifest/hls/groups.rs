//! Groups of renditions that variants play with, and which codecs belong to whom.

use std::collections::BTreeMap;

use super::super::Kind;
use super::super::budget::Budget;
use super::super::error::Fault;
use super::codecs;
use super::multivariant::Entry;

/// All groups, by the order in which they are named first.
#[derive(Default)]
pub(super) struct Groups {
    groups: Vec<Group>,
    /// Where the group of a type and an id is.
    places: BTreeMap<String, usize>,
}

#[derive(Default)]
struct Group {
    /// What is in it, where codecs tell.
    kind: Option<Kind>,
    /// Some rendition is in the variants' own segments.
    inside: bool,
    /// Some rendition has a playlist.
    outside: bool,
    /// What variants say of the renditions that have a playlist.
    codecs: String,
}

impl Groups {
    /// The place of a group, which is made where it is named first.
    pub(super) fn place(&mut self, media: &str, id: &str) -> usize {
        let place = *self
            .places
            .entry(format!("{media}:{id}"))
            .or_insert(self.groups.len());
        if place == self.groups.len() {
            let kind = match media {
                "AUDIO" => Some(Kind::Audio),
                "SUBTITLES" => Some(Kind::Text),
                _ => None,
            };
            self.groups.push(Group {
                kind,
                ..Group::default()
            });
        }
        place
    }

    /// Notes that a rendition of a group has a playlist, or has none.
    pub(super) fn note(&mut self, place: usize, has_playlist: bool) {
        if let Some(group) = self.groups.get_mut(place) {
            group.outside |= has_playlist;
            group.inside |= !has_playlist;
        }
    }

    /// A variant's CODECS name those of its groups, too. Each goes to the rendition that it is for;
    /// sound stays with the variant where some rendition of the group has it there.
    pub(super) fn share_codecs(
        &mut self,
        entries: &mut [Entry],
        budget: &mut Budget,
    ) -> Result<(), Fault> {
        for entry in entries.iter_mut().filter(|entry| entry.description.variant) {
            let description = &mut entry.description;
            let mut own = vec![Kind::Video, Kind::Audio];
            for place in &entry.groups {
                let Some(Group {
                    kind: Some(kind),
                    inside,
                    outside,
                    codecs,
                }) = self.groups.get_mut(*place)
                else {
                    continue;
                };
                if *outside && !*inside && description.kind != *kind {
                    own.retain(|own| own != kind);
                }
                if codecs.is_empty() {
                    *codecs = codecs::only(&description.codecs, &[*kind]);
                }
            }
            description.codecs = codecs::only(&description.codecs, &own);
        }
        for entry in entries
            .iter_mut()
            .filter(|entry| !entry.description.variant)
        {
            let group = entry
                .groups
                .first()
                .and_then(|place| self.groups.get(*place));
            let codecs = group.map_or("", |group| &group.codecs);
            budget.text(codecs.len())?;
            entry.description.codecs = codecs.to_owned();
        }
        Ok(())
    }
}
