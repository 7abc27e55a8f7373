//! Address templates: ISO/IEC 23009-1, section 5.3.9.4.4.

use std::fmt::Write;

use super::super::error::{Fault, quote};

/// More digits than any number has.
const MOST_WIDTH: usize = 40;
/// What the identifiers of one representation may grow a template to.
const MOST_TEMPLATE_BYTES: usize = 8 * 1024;

/// A template of one representation: only number and time of a segment are still open.
pub(super) struct Template {
    parts: Vec<Part>,
}

enum Part {
    Text(String),
    /// With its least width.
    Number(usize),
    Time(usize),
}

impl Template {
    pub(super) fn parse(text: &str, id: &str, bandwidth: u64) -> Result<Template, Fault> {
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut pieces = text.split('$');
        literal.push_str(pieces.next().unwrap_or_default());
        while let Some(identifier) = pieces.next() {
            let Some(after) = pieces.next() else {
                return Err(unresolvable(text, "a single dollar sign"));
            };
            let (name, width) =
                split_width(identifier).ok_or_else(|| unresolvable(text, identifier))?;
            match (name, width) {
                ("", None) => literal.push('$'),
                ("RepresentationID", None) => literal.push_str(id),
                ("Bandwidth", _) => {
                    literal.push_str(&format!("{bandwidth:0width$}", width = width.unwrap_or(1)));
                }
                ("Number" | "Time", _) => {
                    parts.push(Part::Text(std::mem::take(&mut literal)));
                    let width = width.unwrap_or(1);
                    parts.push(if name == "Time" {
                        Part::Time(width)
                    } else {
                        Part::Number(width)
                    });
                }
                _ => return Err(unresolvable(text, identifier)),
            }
            literal.push_str(after);
            if literal.len() > MOST_TEMPLATE_BYTES {
                return Err(Fault::new(
                    "has an address longer than 8 KiB",
                    "Use shorter addresses.",
                ));
            }
        }
        parts.push(Part::Text(literal));
        Ok(Template { parts })
    }

    /// Whether all segments have the same address.
    pub(super) fn is_fixed(&self) -> bool {
        self.parts.len() == 1
    }

    /// Writes the address of one segment in place of what `address` held.
    pub(super) fn fill(&self, address: &mut String, number: u64, time: u64) {
        address.clear();
        for part in &self.parts {
            // Writing to a string does not fail.
            let _ = match part {
                Part::Text(text) => address.write_str(text),
                Part::Number(width) => write!(address, "{number:0width$}"),
                Part::Time(width) => write!(address, "{time:0width$}"),
            };
        }
    }
}

/// `Number%05d` into its name and width.
fn split_width(identifier: &str) -> Option<(&str, Option<usize>)> {
    let Some((name, format)) = identifier.split_once('%') else {
        return Some((identifier, None));
    };
    let width = format.strip_prefix('0')?.strip_suffix('d')?;
    let digits = !width.is_empty() && width.bytes().all(|byte| byte.is_ascii_digit());
    let width = width
        .parse()
        .ok()
        .filter(|width| digits && *width <= MOST_WIDTH)?;
    Some((name, Some(width)))
}

fn unresolvable(text: &str, identifier: &str) -> Fault {
    Fault::new(
        format!(
            "has the template {}, of which {} cannot be resolved",
            quote(text),
            quote(identifier)
        ),
        "Use $RepresentationID$, $Bandwidth$, $Number$ or $Time$, with a width such as %05d, and $$ for a dollar sign.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fill(text: &str) -> Option<String> {
        let template = Template::parse(text, "v$1", 900).ok()?;
        let mut address = "old".to_owned();
        template.fill(&mut address, 7, 90_000);
        Some(address)
    }

    #[test]
    fn identifiers_are_replaced() {
        for (text, expected) in [
            ("a.mp4", "a.mp4"),
            ("$RepresentationID$/$Number$.m4s", "v$1/7.m4s"),
            ("$Number%05d$-$Time%03d$", "00007-90000"),
            ("$Bandwidth%06d$$$$Bandwidth$", "000900$900"),
            ("$$", "$"),
            ("", ""),
        ] {
            assert_eq!(fill(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_resolved_is_an_error() {
        for text in [
            "$",
            "a$Number",
            "$Foo$",
            "$Number%5d$",
            "$Number%0d$",
            "$Number%05x$",
            "$SubNumber$",
            "$RepresentationID%05d$",
            "$Number%099999999999999999999d$",
            "$Number%041d$",
            "$number$",
            "$%05d$",
        ] {
            assert_eq!(fill(text), None, "{text}");
        }
    }
}
