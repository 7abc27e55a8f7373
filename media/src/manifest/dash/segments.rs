//! The segments of a representation: SegmentTemplate, SegmentList, SegmentBase, or one file.
//! ISO/IEC 23009-1, section 5.3.9.

use std::borrow::Cow;
use std::rc::Rc;

use super::super::address::Base;
use super::super::budget::Budget;
use super::super::error::{Fault, quote};
use super::super::xml::Element;
use super::super::{Segment, Use};
use super::template::Template;
use super::timeline::{Slot, Timing, Window};
use crate::range::Span;

/// How segments are named and timed, as far as the levels down to one say.
#[derive(Clone, Default)]
pub(super) struct Addressing<'t, 'a> {
    scheme: Scheme,
    timing: Timing,
    media: Option<Cow<'a, str>>,
    initialization: Option<Cow<'a, str>>,
    index: Option<Cow<'a, str>>,
    index_range: Option<Span>,
    initialization_part: Option<Part<'a>>,
    index_part: Option<Part<'a>>,
    /// Shared, because all representations of a set may have it.
    list: Rc<[Element<'t, 'a>]>,
}

/// An Initialization or RepresentationIndex: a part of its own file, or of the one that the base names.
#[derive(Clone)]
struct Part<'a> {
    url: Cow<'a, str>,
    range: Option<Span>,
}

impl<'a> Part<'a> {
    fn read(element: Element<'_, 'a>) -> Result<Part<'a>, Fault> {
        Ok(Part {
            url: element.attribute("sourceURL")?.unwrap_or_default(),
            range: span(element, "range")?,
        })
    }
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Scheme {
    #[default]
    File,
    Base,
    List,
    Template,
}

/// The representation whose segments are wanted.
pub(super) struct Place<'p> {
    pub(super) id: &'p str,
    pub(super) bandwidth: u64,
    pub(super) base: &'p Base,
    /// Whether any level has a BaseURL: without one, the base is the manifest itself.
    pub(super) has_file: bool,
    pub(super) window: Window,
}

impl<'t, 'a> Addressing<'t, 'a> {
    /// What `level` (a Period, AdaptationSet or Representation) makes of the levels above. Where it
    /// has another scheme than they, nothing of theirs is left.
    pub(super) fn inherit(&self, level: Element<'t, 'a>) -> Result<Addressing<'t, 'a>, Fault> {
        let schemes = [
            (Scheme::Base, "SegmentBase"),
            (Scheme::List, "SegmentList"),
            (Scheme::Template, "SegmentTemplate"),
        ];
        let found = |(scheme, name)| Some((scheme, level.child(name)?));
        let Some((scheme, element)) = schemes.into_iter().find_map(found) else {
            return Ok(self.clone());
        };
        let mut own = if scheme == self.scheme {
            self.clone()
        } else {
            Addressing::default()
        };
        own.scheme = scheme;
        own.timing.inherit(element)?;
        own.media = element.attribute("media")?.or(own.media);
        own.initialization = element.attribute("initialization")?.or(own.initialization);
        own.index = element.attribute("index")?.or(own.index);
        own.index_range = span(element, "indexRange")?.or(own.index_range);
        let part = |name| element.child(name).map(Part::read).transpose();
        own.initialization_part = part("Initialization")?.or(own.initialization_part);
        own.index_part = part("RepresentationIndex")?.or(own.index_part);
        let urls: Rc<[Element<'t, 'a>]> = element.children_named("SegmentURL").collect();
        if !urls.is_empty() {
            own.list = urls;
        }
        Ok(own)
    }

    /// Every segment of a representation, initialization first.
    pub(super) fn segments(
        &self,
        place: &Place<'_>,
        budget: &mut Budget,
    ) -> Result<Vec<Segment>, Fault> {
        let mut output = Output {
            place,
            budget,
            segments: Vec::new(),
            address: String::new(),
        };
        match self.scheme {
            Scheme::File => self.push_file(&mut output)?,
            Scheme::Base => {
                self.push_initialization(&mut output)?;
                self.push_index(&mut output)?;
                self.push_file(&mut output)?;
            }
            Scheme::List => {
                self.push_initialization(&mut output)?;
                self.push_list(&mut output)?;
            }
            Scheme::Template => self.push_template(&mut output)?,
        }
        Ok(output.segments)
    }

    /// The one file that the base names.
    fn push_file(&self, output: &mut Output<'_>) -> Result<(), Fault> {
        if !output.place.has_file {
            return Err(Fault::new(
                "has a Representation that names no file",
                "Write a BaseURL, SegmentTemplate, SegmentList or SegmentBase.",
            ));
        }
        let duration = self.timing.only_slot(&output.place.window).duration;
        output.push("", None, Use::Media, duration)
    }

    fn push_initialization(&self, output: &mut Output<'_>) -> Result<(), Fault> {
        match &self.initialization_part {
            Some(part) => output.push(&part.url, part.range, Use::Init, 0.0),
            None => Ok(()),
        }
    }

    fn push_index(&self, output: &mut Output<'_>) -> Result<(), Fault> {
        let url = self.index_part.as_ref().map_or("", |part| &part.url);
        let range = self
            .index_part
            .as_ref()
            .and_then(|part| part.range)
            .or(self.index_range);
        if url.is_empty() && range.is_none() {
            return Ok(());
        }
        output.push(url, range, Use::Index, 0.0)
    }

    fn push_list(&self, output: &mut Output<'_>) -> Result<(), Fault> {
        let window = &output.place.window;
        let mut durations = Vec::new();
        if self.timing.has_timeline() {
            let slots = self
                .timing
                .slots(window, output.budget)?
                .unwrap_or_default();
            durations.extend(slots.iter().map(|slot| slot.duration));
        }
        let only = self.timing.only_slot(window).duration;
        let each = self.timing.each().unwrap_or(only);
        for (position, element) in self.list.iter().enumerate() {
            let duration = durations.get(position).copied().unwrap_or(each);
            let pushed = push_listed(*element, duration, output);
            pushed.map_err(|fault| fault.at(element.span().start))?;
        }
        Ok(())
    }

    fn push_template(&self, output: &mut Output<'_>) -> Result<(), Fault> {
        let place = output.place;
        let parse = |text: &Option<Cow<'a, str>>| {
            let text = text.as_deref();
            text.map(|text| Template::parse(text, place.id, place.bandwidth))
                .transpose()
        };
        let (initialization, index) = (parse(&self.initialization)?, parse(&self.index)?);
        let only = self.timing.only_slot(&place.window);
        match &initialization {
            Some(template) if template.is_fixed() => {
                output.push_filled(template, &only, Use::Init)?
            }
            Some(_) => {
                return Err(Fault::new(
                    "has an initialization template with $Number$ or $Time$",
                    "Use $RepresentationID$ or $Bandwidth$ there.",
                ));
            }
            None => self.push_initialization(output)?,
        }
        let one_index = index.as_ref().filter(|index| index.is_fixed());
        if let Some(index) = one_index {
            output.push_filled(index, &only, Use::Index)?;
        }
        let Some(media) = parse(&self.media)? else {
            // An index of byte ranges in the one file that the base names.
            return match one_index {
                Some(_) => self.push_file(output),
                None => Err(Fault::new(
                    "has a SegmentTemplate without media",
                    "Write its media attribute.",
                )),
            };
        };
        let slots = self.timing.slots(&place.window, output.budget)?;
        if media.is_fixed() && slots.as_ref().is_some_and(|slots| slots.len() > 1) {
            return Err(Fault::new(
                "has several segments of the same name",
                "Use $Number$ or $Time$ in the media template.",
            ));
        }
        for slot in slots.unwrap_or_else(|| vec![only]) {
            if let Some(index) = index.as_ref().filter(|index| !index.is_fixed()) {
                output.push_filled(index, &slot, Use::Index)?;
            }
            output.push_filled(&media, &slot, Use::Media)?;
        }
        Ok(())
    }
}

/// A SegmentURL: without an address, it is the file that the base names.
fn push_listed(
    element: Element<'_, '_>,
    duration: f64,
    output: &mut Output<'_>,
) -> Result<(), Fault> {
    let (index, index_range) = (element.attribute("index")?, span(element, "indexRange")?);
    if index.is_some() || index_range.is_some() {
        output.push(&index.unwrap_or_default(), index_range, Use::Index, 0.0)?;
    }
    let media = element.attribute("media")?.unwrap_or_default();
    output.push(&media, span(element, "mediaRange")?, Use::Media, duration)
}

/// The segments so far.
struct Output<'o> {
    place: &'o Place<'o>,
    budget: &'o mut Budget,
    segments: Vec<Segment>,
    /// Where addresses are written before they are resolved.
    address: String,
}

impl Output<'_> {
    fn push(
        &mut self,
        url: &str,
        range: Option<Span>,
        use_: Use,
        duration: f64,
    ) -> Result<(), Fault> {
        self.budget.segment()?;
        if let Some(url) = self.budget.address(self.place.base, url)? {
            self.segments.push(Segment {
                url,
                range,
                use_,
                duration,
            });
        }
        Ok(())
    }

    fn push_filled(&mut self, template: &Template, slot: &Slot, use_: Use) -> Result<(), Fault> {
        let duration = if use_ == Use::Media {
            slot.duration
        } else {
            0.0
        };
        let mut address = std::mem::take(&mut self.address);
        template.fill(&mut address, slot.number, slot.time);
        let pushed = self.push(&address, None, use_, duration);
        self.address = address;
        pushed
    }
}

/// A range of bytes as `first-last`.
fn span(element: Element<'_, '_>, name: &str) -> Result<Option<Span>, Fault> {
    let Some(text) = element.attribute(name)? else {
        return Ok(None);
    };
    let parse = || {
        let (first, last) = text.split_once('-')?;
        let (start, last): (u64, u64) = (first.parse().ok()?, last.parse().ok()?);
        let end = last.checked_add(1)?;
        (start < end).then_some(Span { start, end })
    };
    let wrong = || {
        let message = format!("has the byte range {}", quote(&text));
        element.fault(message, "Write the first and the last byte, as in 0-799.")
    };
    parse().map(Some).ok_or_else(wrong)
}
