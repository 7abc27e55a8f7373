//! The author's own manifest with only the renditions that are kept: what goes is cut out of the
//! text, and every other byte stays.

use std::collections::BTreeMap;
use std::ops::Range;

use super::budget::Budget;
use super::error::{Fault, ManifestError, quote};
use super::hls::multivariant::{self, is_multivariant};
use super::xml::{Element, Tree};
use super::{Format, dash, format};
use crate::order::in_order;

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
    // In the order of the document, so that one can be looked up.
    let mut kept: Vec<usize> = Vec::new();
    dash::visit(&tree, address, budget, &mut |found, _| {
        if wanted.take(&found.description.id) {
            kept.push(found.element.span().start);
        }
        Ok(())
    })?;
    wanted.finish()?;
    let mut cuts = Vec::new();
    let is_gone = |span: &Range<usize>| kept.binary_search(&span.start).is_err();
    let periods = tree.root().children_named("Period");
    for set in periods.flat_map(|period| period.children_named("AdaptationSet")) {
        let representations = set.children_named("Representation").map(Element::span);
        let all: Vec<Range<usize>> = representations.collect();
        if !all.is_empty() && all.iter().all(is_gone) {
            cuts.push(set.span());
        } else {
            cuts.extend(all.into_iter().filter(is_gone));
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
    let mut used: Vec<(usize, usize)> = Vec::new();
    let mut cuts = Vec::new();
    for entry in &playlist.entries {
        if wanted.take(&entry.description.id) {
            used.extend(entry.groups.iter().map(|group| (*group, *group)));
        } else {
            cuts.extend(entry.spans.iter().cloned());
        }
    }
    wanted.finish()?;
    let used = in_order(used);
    for other in &playlist.others {
        if other
            .group
            .is_none_or(|group| used.binary_search(&group).is_err())
        {
            cuts.push(other.span.clone());
        }
    }
    let places = cuts.iter().enumerate();
    let sorted = in_order(places.map(|(place, cut)| (cut.start, place)).collect());
    let cut = |place: usize| cuts.get(place).cloned();
    Ok(sorted.into_iter().filter_map(cut).collect())
}

/// The ids that are to be kept, and how often each has been found.
struct Wanted(BTreeMap<String, usize>);

impl Wanted {
    fn new(keep: &[String]) -> Wanted {
        let mut wanted = BTreeMap::new();
        for id in keep {
            wanted.insert(id.clone(), 0);
        }
        Wanted(wanted)
    }

    fn take(&mut self, id: &str) -> bool {
        self.0.get_mut(id).map(|found| *found += 1).is_some()
    }

    fn finish(self) -> Result<(), Fault> {
        match self.0.into_iter().find(|(_, found)| *found == 0) {
            Some((id, _)) => Err(Fault::new(
                format!("has no rendition {}", quote(&id)),
                "It has changed since the renditions were chosen: choose again.",
            )),
            None => Ok(()),
        }
    }
}

/// The text without the ranges, which are in order and of which none overlaps another.
fn without(text: &[u8], cuts: Vec<Range<usize>>) -> Vec<u8> {
    let mut kept = Vec::with_capacity(text.len());
    let mut start = 0;
    for cut in cuts {
        kept.extend_from_slice(text.get(start..cut.start).unwrap_or_default());
        start = cut.end;
    }
    kept.extend_from_slice(text.get(start..).unwrap_or_default());
    kept
}
