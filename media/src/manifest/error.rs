//! What is wrong with a manifest, in words for its author.

use std::fmt;

/// Why a manifest cannot be read: which document, where in it, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManifestError {
    address: String,
    line: Option<usize>,
    message: String,
    advice: &'static str,
}

impl ManifestError {
    /// The manifest or playlist that is wrong.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Counted from 1, where one line is to blame.
    #[must_use]
    pub fn line(&self) -> Option<usize> {
        self.line
    }

    /// What is wrong, without a full stop.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What to do about it: whole sentences.
    #[must_use]
    pub fn advice(&self) -> &str {
        self.advice
    }
}

impl fmt::Display for ManifestError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.address)?;
        if let Some(line) = self.line {
            write!(formatter, ":{line}")?;
        }
        write!(formatter, ": {}. {}", self.message, self.advice)
    }
}

impl std::error::Error for ManifestError {}

/// An error before its document is known: the line is counted only when there is one to report.
#[derive(Debug)]
pub(super) struct Fault {
    offset: Option<usize>,
    message: String,
    advice: &'static str,
}

impl Fault {
    /// Messages are cut: names of elements and what the XML reader says have the author's length.
    pub(super) fn new(message: impl Into<String>, advice: &'static str) -> Fault {
        const MOST_CHARACTERS: usize = 300;
        Fault {
            offset: None,
            message: cut(&message.into(), MOST_CHARACTERS),
            advice,
        }
    }

    /// Places the fault at a byte of its document, unless it has a place already.
    pub(super) fn at(mut self, offset: usize) -> Fault {
        self.offset.get_or_insert(offset);
        self
    }

    pub(super) fn in_document(self, address: &str, bytes: &[u8]) -> ManifestError {
        let before = |offset: usize| &bytes[..offset.min(bytes.len())];
        let line = |offset| 1 + before(offset).iter().filter(|byte| **byte == b'\n').count();
        ManifestError {
            address: address.to_owned(),
            line: self.offset.map(line),
            message: self.message,
            advice: self.advice,
        }
    }
}

/// A text of the document as it may stand in a message, whatever its length.
pub(super) fn quote(text: &str) -> String {
    const MOST_CHARACTERS: usize = 60;
    format!("“{}”", cut(text, MOST_CHARACTERS))
}

/// At most so many characters, none of which controls a terminal.
fn cut(text: &str, most: usize) -> String {
    let end = text.char_indices().nth(most).map(|(end, _)| end);
    let shown = text[..end.unwrap_or(text.len())].replace(char::is_control, "\u{fffd}");
    match end {
        Some(_) => shown + "…",
        None => shown,
    }
}
