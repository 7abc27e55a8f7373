//! The author's own manifest with only the renditions that are kept: what goes is cut out of the
//! text, and every other byte stays.

use std::collections::BTreeSet;
use std::ops::Range;

use super::budget::Budget;
use super::error::{Fault, ManifestError, quote};
use super::hls::multivariant::{self, Group, is_multivariant};
use super::xml::Tree;
use super::{Format, dash, format};

/// Cuts the manifest down to the renditions whose ids are in `keep`. A media playlist stays as it is.
///
/// # Errors
///
/// Where the manifest is malformed, or has no rendition of such an id.
pub fn trim(root: &str, text: &[u8], keep: &[String]) -> Result<Vec<u8>, ManifestError> {
    let cuts = cuts(root, text, keep).map_err(|fault| fault.in_document(root, text))?;
    Ok(without(text, cuts))
}

fn cuts(root: &str, text: &[u8], keep: &[String]) -> Result<Vec<Range<usize>>, Fault> {
    let mut budget = Budget::new();
    let text = budget.document(text)?;
    match format(text)? {
        Format::Dash => dash_cuts(root, text, keep, &mut budget),
        Format::Hls if is_multivariant(text) => hls_cuts(root, text, keep, &mut budget),
        Format::Hls => Ok(Vec::new()),
    }
}

/// The Representations that go, and whole AdaptationSets where all of theirs do.
fn dash_cuts(
    address: &str,
    text: &str,
    keep: &[String],
    budget: &mut Budget,
) -> Result<Vec<Range<usize>>, Fault> {
    let tree = Tree::parse(text)?;
    let mut wanted = Wanted::new(keep);
    let mut kept = BTreeSet::new();
    dash::visit(&tree, address, budget, &mut |found, _| {
        if wanted.take(&found.description.id) {
            kept.insert(found.element.span().start);
        }
        Ok(())
    })?;
    wanted.finish()?;
    let mut cuts = Vec::new();
    for set in tree
        .elements()
        .filter(|element| element.name() == "AdaptationSet")
    {
        let representations = || {
            set.children_named("Representation")
                .map(|element| element.span())
        };
        let mut gone = representations()
            .filter(|span| !kept.contains(&span.start))
            .peekable();
        if gone.peek().is_some() && representations().all(|span| !kept.contains(&span.start)) {
            cuts.push(set.span());
        } else {
            cuts.extend(gone);
        }
    }
    Ok(cuts)
}

/// The lines of renditions that go, and those that mean something for these alone.
fn hls_cuts(
    address: &str,
    text: &str,
    keep: &[String],
    budget: &mut Budget,
) -> Result<Vec<Range<usize>>, Fault> {
    let playlist = multivariant::read(address, text, budget)?;
    let mut wanted = Wanted::new(keep);
    let mut used: BTreeSet<&Group> = BTreeSet::new();
    let mut cuts = Vec::new();
    for entry in &playlist.entries {
        if wanted.take(&entry.description.id) {
            used.extend(&entry.groups);
        } else {
            cuts.extend(entry.spans.iter().cloned());
        }
    }
    wanted.finish()?;
    for other in &playlist.others {
        if !other
            .group
            .as_ref()
            .is_some_and(|group| used.contains(group))
        {
            cuts.push(other.span.clone());
        }
    }
    Ok(cuts)
}

/// The ids that are to be found.
struct Wanted<'k> {
    keep: BTreeSet<&'k str>,
    missing: BTreeSet<&'k str>,
}

impl<'k> Wanted<'k> {
    fn new(keep: &'k [String]) -> Wanted<'k> {
        let keep: BTreeSet<&str> = keep.iter().map(String::as_str).collect();
        Wanted {
            missing: keep.clone(),
            keep,
        }
    }

    fn take(&mut self, id: &str) -> bool {
        self.missing.remove(id);
        self.keep.contains(id)
    }

    fn finish(self) -> Result<(), Fault> {
        let missing = self.missing.first().map(|id| {
            let message = format!("has no rendition {}", quote(id));
            Fault::new(
                message,
                "It has changed since the renditions were chosen: choose again.",
            )
        });
        missing.map_or(Ok(()), Err)
    }
}

/// The text without the ranges, none of which overlaps another.
fn without(text: &[u8], mut cuts: Vec<Range<usize>>) -> Vec<u8> {
    cuts.sort_by_key(|cut| cut.start);
    let mut kept = Vec::with_capacity(text.len());
    let mut start = 0;
    for cut in cuts {
        kept.extend_from_slice(text.get(start..cut.start).unwrap_or_default());
        start = cut.end;
    }
    kept.extend_from_slice(text.get(start..).unwrap_or_default());
    kept
}
