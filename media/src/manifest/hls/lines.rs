//! The lines of a playlist, attribute lists, and variables.

use std::borrow::Cow;
use std::ops::Range;

use super::super::address::Base;
use super::super::budget::Budget;
use super::super::error::{Fault, quote};

/// Longer lines are no tags that mean anything here.
const MOST_LINE_BYTES: usize = 64 * 1024;

/// Looking one up takes time that grows with their number.
const MOST_VARIABLES: usize = 100;

/// One line that is not blank and no comment.
pub(super) struct Line<'a> {
    /// Its bytes in the playlist, with the line's end.
    pub(super) span: Range<usize>,
    pub(super) content: Content<'a>,
}

pub(super) enum Content<'a> {
    /// The name without `#`, and what stands behind the colon.
    Tag(&'a str, &'a str),
    Address(&'a str),
}

/// All lines that mean something.
pub(super) fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    let mark = if text.starts_with('\u{feff}') {
        '\u{feff}'.len_utf8()
    } else {
        0
    };
    let mut end = mark;
    let whole = text[mark..].split_inclusive('\n').map(move |line| {
        let start = end;
        end += line.len();
        (start..end, line.trim_ascii())
    });
    whole.filter_map(|(span, line)| {
        let content = match line.strip_prefix('#') {
            None if line.is_empty() => return None,
            None => Content::Address(line),
            Some(tag) if tag.starts_with("EXT") => {
                let (name, value) = tag.split_once(':').unwrap_or((tag, ""));
                Content::Tag(name, value)
            }
            Some(_) => return None,
        };
        Some(Line { span, content })
    })
}

/// The variables that `EXT-X-DEFINE` gives.
#[derive(Default)]
pub(super) struct Variables(Vec<(String, String)>);

impl Variables {
    /// Takes in one `EXT-X-DEFINE`; `imports` are the variables of the multivariant playlist.
    pub(super) fn define(
        &mut self,
        value: &str,
        playlist: &Base,
        imports: Option<&Variables>,
        budget: &mut Budget,
    ) -> Result<(), Fault> {
        let attributes = Attributes::parse(value, self, budget)?;
        let get = |name| attributes.get(name).map(str::to_owned);
        let (name, value) = if let Some(name) = get("NAME") {
            (name, get("VALUE"))
        } else if let Some(name) = get("IMPORT") {
            let value = imports
                .and_then(|imports| imports.get(&name))
                .map(str::to_owned);
            (name, value)
        } else if let Some(name) = get("QUERYPARAM") {
            let value = playlist.query_parameter(&name);
            (name, value)
        } else {
            return Err(Fault::new(
                "has an EXT-X-DEFINE that defines nothing",
                "Write NAME and VALUE, IMPORT or QUERYPARAM.",
            ));
        };
        let Some(value) = value else {
            return Err(Fault::new(
                format!("has a variable {} without a value", quote(&name)),
                "Write its VALUE, define it in the multivariant playlist, or add it to the address.",
            ));
        };
        budget.text(name.len() + value.len())?;
        if self.0.len() >= MOST_VARIABLES {
            let message = format!("defines more than {MOST_VARIABLES} variables");
            return Err(Fault::new(
                message,
                "Write their values where they are used.",
            ));
        }
        self.0.push((name, value));
        Ok(())
    }

    fn get(&self, name: &str) -> Option<&str> {
        let mut values = self.0.iter().filter(|(key, _)| key == name);
        values.next().map(|(_, value)| &**value)
    }

    /// Replaces every `{$name}`.
    pub(super) fn expand<'a>(
        &self,
        text: &'a str,
        budget: &mut Budget,
    ) -> Result<Cow<'a, str>, Fault> {
        let Some((before, mut rest)) = text.split_once("{$") else {
            return Ok(Cow::Borrowed(text));
        };
        let mut expanded = before.to_owned();
        loop {
            let (name, after) = rest.split_once('}').unwrap_or((rest, ""));
            let Some(value) = self.get(name) else {
                return Err(Fault::new(
                    format!(
                        "uses the variable {}, which is not defined before",
                        quote(name)
                    ),
                    "Define it with EXT-X-DEFINE.",
                ));
            };
            let (literal, next) = after
                .split_once("{$")
                .map_or((after, None), |(a, b)| (a, Some(b)));
            budget.text(value.len() + literal.len())?;
            expanded.push_str(value);
            expanded.push_str(literal);
            match next {
                Some(next) => rest = next,
                None => return Ok(Cow::Owned(expanded)),
            }
        }
    }
}

/// An attribute list: RFC 8216, section 4.2.
pub(super) struct Attributes<'a>(Vec<(&'a str, Cow<'a, str>)>);

impl<'a> Attributes<'a> {
    pub(super) fn parse(
        text: &'a str,
        variables: &Variables,
        budget: &mut Budget,
    ) -> Result<Attributes<'a>, Fault> {
        if text.len() > MOST_LINE_BYTES {
            return Err(Fault::new("has a line longer than 64 KiB", "Shorten it."));
        }
        let mut pairs = Vec::new();
        let mut rest = text.trim_ascii();
        while !rest.is_empty() {
            let malformed = || {
                Fault::new(
                    format!("has a malformed attribute list at {}", quote(rest)),
                    "Write NAME=value or NAME=\"value\", with commas between.",
                )
            };
            let (name, value) = rest.split_once('=').ok_or_else(malformed)?;
            let (value, after) = match value.strip_prefix('"') {
                Some(quoted) => quoted.split_once('"').ok_or_else(malformed)?,
                None => value.split_at(value.find(',').unwrap_or(value.len())),
            };
            let after = after.trim_ascii_start();
            rest = match after.strip_prefix(',') {
                Some(next) => next.trim_ascii_start(),
                None if after.is_empty() => after,
                None => return Err(malformed()),
            };
            pairs.push((
                name.trim_ascii(),
                variables.expand(value.trim_ascii(), budget)?,
            ));
        }
        Ok(Attributes(pairs))
    }

    /// The attribute's value without its quotes; an empty one is none.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let mut values = self.0.iter().filter(|(key, _)| *key == name);
        values
            .next()
            .map(|(_, value)| &**value)
            .filter(|value| !value.is_empty())
    }

    pub(super) fn require(&self, name: &str) -> Result<&str, Fault> {
        self.get(name).ok_or_else(|| {
            Fault::new(
                format!("has a tag without {name}"),
                "Add the attribute, which RFC 8216 requires.",
            )
        })
    }

    pub(super) fn is_yes(&self, name: &str) -> bool {
        self.get(name) == Some("YES")
    }
}
