//! Where each Period starts and how long it is: ISO/IEC 23009-1, section 5.3.2.

use std::time::Duration;

use super::super::budget::Budget;
use super::super::error::{Fault, quote};
use super::super::xml::Element;
use super::time::parse_duration;
use super::timeline::Window;

pub(super) struct Period<'t, 'a> {
    pub(super) element: Element<'t, 'a>,
    /// Counted from 0.
    pub(super) index: usize,
    /// Ids of representations repeat from one period to the next.
    several: bool,
    start: Option<Duration>,
    pub(super) window: Window,
}

impl Period<'_, '_> {
    pub(super) fn end(&self) -> Option<Duration> {
        Some(self.start?.saturating_add(self.window.length?))
    }

    /// The id of a representation in the whole presentation.
    pub(super) fn unique(&self, id: &str) -> String {
        if self.several {
            format!("{}:{id}", self.index)
        } else {
            id.to_owned()
        }
    }
}

/// All Periods. One lasts until the next starts, whatever its own duration says.
pub(super) fn periods<'t, 'a>(
    root: Element<'t, 'a>,
    budget: &mut Budget,
) -> Result<Vec<Period<'t, 'a>>, Fault> {
    let total = duration(root, "mediaPresentationDuration")?;
    let unfinished = is_dynamic(root)?;
    let mut periods: Vec<Period<'t, 'a>> = Vec::new();
    let mut elements = root.children_named("Period").peekable();
    while let Some(element) = elements.next() {
        budget
            .part()
            .map_err(|fault| fault.at(element.span().start))?;
        let previous_end = periods.last().map_or(Some(Duration::ZERO), Period::end);
        let start = duration(element, "start")?.or(previous_end);
        let end = match elements.peek() {
            Some(next) => duration(*next, "start")?,
            None => total,
        };
        let until_end = start.zip(end).map(|(start, end)| end.saturating_sub(start));
        let length = until_end.or(duration(element, "duration")?);
        periods.push(Period {
            element,
            index: periods.len(),
            several: !periods.is_empty() || elements.peek().is_some(),
            start,
            window: Window { length, unfinished },
        });
    }
    if periods.is_empty() {
        return Err(root.fault("has no Period", "Provide a whole DASH manifest."));
    }
    Ok(periods)
}

pub(super) fn is_dynamic(root: Element<'_, '_>) -> Result<bool, Fault> {
    Ok(root.attribute("type")?.as_deref() == Some("dynamic"))
}

pub(super) fn duration(element: Element<'_, '_>, name: &str) -> Result<Option<Duration>, Fault> {
    let Some(text) = element.attribute(name)? else {
        return Ok(None);
    };
    parse_duration(&text).map(Some).ok_or_else(|| {
        let message = format!("has {}@{name} {}", element.name(), quote(&text));
        element.fault(message, "Write a duration such as PT1H2M3.5S.")
    })
}
