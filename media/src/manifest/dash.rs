//! DASH: ISO/IEC 23009-1. Periods hold adaptation sets, these hold representations, and each level
//! takes over what the levels above say.

mod describe;
mod period;
mod segments;
mod template;
mod time;
mod timeline;

use std::collections::BTreeMap;
use std::time::Duration;

use super::address::Base;
use super::budget::Budget;
use super::error::{Fault, quote};
use super::xml::{Element, Tree};
use super::{Description, Format, Presentation, Rendition};
use describe::{describe, has_unknown_essential, kind};
use period::{Period, duration, is_dynamic, periods};
use segments::{Addressing, Place};

/// Reads a whole MPD.
pub(super) fn read(address: &str, text: &str, budget: &mut Budget) -> Result<Presentation, Fault> {
    let tree = Tree::parse(text)?;
    let root = root(&tree)?;
    let mut renditions = Vec::new();
    let last_end = visit(&tree, address, budget, &mut |found, budget| {
        let segments = found.level.addressing.segments(&found.place(), budget)?;
        renditions.push(Rendition {
            description: found.description,
            segments,
        });
        Ok(())
    })?;
    let end = duration(root, "mediaPresentationDuration")?.or(last_end);
    Ok(Presentation {
        format: Format::Dash,
        duration: end.map(|end| end.as_secs_f64()),
        unfinished: is_dynamic(root)?,
        renditions,
        documents: vec![address.to_owned()],
    })
}

/// A Representation that a player may use, with what it takes over.
pub(super) struct Found<'f, 't, 'a> {
    pub(super) description: Description,
    pub(super) element: Element<'t, 'a>,
    /// As `$RepresentationID$` has it: unique in its period only.
    id: &'f str,
    level: &'f Level<'t, 'a>,
    period: &'f Period<'t, 'a>,
}

impl Found<'_, '_, '_> {
    fn place(&self) -> Place<'_> {
        Place {
            id: self.id,
            bandwidth: self.description.bandwidth,
            base: &self.level.base,
            has_file: self.level.has_file,
            window: self.period.window,
        }
    }
}

/// What an element has or takes over for naming segments.
#[derive(Clone)]
struct Level<'t, 'a> {
    base: Base,
    /// Whether any level has a BaseURL: without one, the base is the manifest itself.
    has_file: bool,
    addressing: Addressing<'t, 'a>,
}

impl<'t, 'a> Level<'t, 'a> {
    fn inherit(
        &self,
        element: Element<'t, 'a>,
        budget: &mut Budget,
    ) -> Result<Level<'t, 'a>, Fault> {
        let mut level = self.clone();
        level.addressing = self.addressing.inherit(element)?;
        // Of several alternatives the first counts: they hold the same bytes.
        if let Some(url) = element.child("BaseURL") {
            let base = budget.base(&self.base, &url.text()?);
            level.base = base.map_err(|fault| fault.at(url.span().start))?;
            level.has_file = true;
        }
        Ok(level)
    }
}

fn root<'t, 'a>(tree: &'t Tree<'a>) -> Result<Element<'t, 'a>, Fault> {
    let root = tree.root();
    if root.name() != "MPD" {
        let message = format!("is XML, but its root is {} and not MPD", quote(root.name()));
        return Err(root.fault(message, "Provide a DASH manifest."));
    }
    // These add parameters to the addresses of segments.
    let parameters = ["UrlQueryInfo", "ExtUrlQueryInfo", "RequestParam"];
    if let Some(element) = tree
        .elements()
        .find(|element| parameters.contains(&element.name()))
    {
        let message = format!("has {}, which is not supported", element.name());
        return Err(element.fault(
            message,
            "Write the parameters into the addresses themselves.",
        ));
    }
    if has_unknown_essential(root)? {
        let message = "has an EssentialProperty for the whole presentation that is not supported";
        return Err(root.fault(message, "Provide a manifest that does without it."));
    }
    Ok(root)
}

/// What is done with every Representation.
type Visitor<'v> = dyn FnMut(Found<'_, '_, '_>, &mut Budget) -> Result<(), Fault> + 'v;

/// Calls `each` with every Representation that a player may use, in document order, and returns when
/// the last Period ends.
pub(super) fn visit(
    tree: &Tree<'_>,
    address: &str,
    budget: &mut Budget,
    each: &mut Visitor<'_>,
) -> Result<Option<Duration>, Fault> {
    let root = root(tree)?;
    let top = Level {
        base: Base::new(address),
        has_file: false,
        addressing: Addressing::default(),
    };
    let top = top.inherit(root, budget)?;
    let periods = periods(root, budget)?;
    for period in &periods {
        let level = top.inherit(period.element, budget)?;
        let mut ids = BTreeMap::new();
        for set in period.element.children_named("AdaptationSet") {
            visit_set(set, period, &level, &mut ids, budget, each)?;
        }
    }
    Ok(periods.iter().filter_map(Period::end).max())
}

fn visit_set<'t, 'a>(
    set: Element<'t, 'a>,
    period: &Period<'t, 'a>,
    level: &Level<'t, 'a>,
    ids: &mut BTreeMap<String, usize>,
    budget: &mut Budget,
    each: &mut Visitor<'_>,
) -> Result<(), Fault> {
    budget.part().map_err(|fault| fault.at(set.span().start))?;
    // Section 5.8.4.8: who does not understand the property ignores the element.
    if has_unknown_essential(set)? {
        return Ok(());
    }
    let level = level.inherit(set, budget)?;
    let inherited = describe(set, &Description::default(), period)?;
    for element in set.children_named("Representation") {
        if has_unknown_essential(element)? {
            continue;
        }
        budget
            .part()
            .map_err(|fault| fault.at(element.span().start))?;
        budget.text(inherited.text_bytes())?;
        let mut description = describe(element, &inherited, period)?;
        let Some(id) = element.attribute("id")? else {
            return Err(element.fault(
                "has a Representation without id",
                "Give every Representation an id.",
            ));
        };
        if ids.insert(id.clone().into_owned(), ids.len()).is_some() {
            let message = format!(
                "has two Representations with the id {} in one Period",
                quote(&id)
            );
            return Err(element.fault(message, "Give every Representation its own id."));
        }
        description.id = period.unique(&id);
        let Some(kind) = kind(set, &description)? else {
            continue;
        };
        description.kind = kind;
        let level = level.inherit(element, budget)?;
        let found = Found {
            description,
            element,
            id: &id,
            level: &level,
            period,
        };
        each(found, budget).map_err(|fault| fault.at(element.span().start))?;
    }
    Ok(())
}
