//! The head of a request or an answer: its first line and its fields.

use std::io::BufRead;

use anyhow::Result;

/// The lines of a head, without the empty one at its end.
#[derive(Debug)]
pub(super) struct Head(Vec<String>);

impl Head {
    pub(super) fn read(reader: &mut impl BufRead) -> Result<Self> {
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            reader.read_line(&mut line)?;
            match line.trim_end() {
                "" => return Ok(Head(lines)),
                line => lines.push(line.to_owned()),
            }
        }
    }

    /// The second word of the first line: a request's address, or an answer's status.
    pub(super) fn word(&self) -> &str {
        let line = self.0.first().map(String::as_str).unwrap_or_default();
        line.split(' ').nth(1).unwrap_or_default()
    }

    /// The value of a field, named in lower case.
    pub(super) fn field(&self, name: &str) -> Option<&str> {
        let mut fields = self
            .0
            .iter()
            .skip(1)
            .filter_map(|line| line.split_once(':'));
        fields
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
    }

    /// Leaves out all fields whose names begin so.
    pub(super) fn remove(&mut self, name: &str) {
        self.0
            .retain(|line| !line.to_ascii_lowercase().starts_with(name));
    }

    pub(super) fn replace(&mut self, name: &str, value: &str) {
        self.remove(&format!("{name}:"));
        self.0.push(format!("{name}: {value}"));
    }

    /// Where the part of the file that an answer brings begins, and the rest of its `Content-Range`.
    pub(super) fn range(&self) -> Option<(u64, String)> {
        let range = self.field("content-range")?.strip_prefix("bytes ")?;
        let (start, rest) = range.split_once('-')?;
        Some((start.parse().ok()?, rest.to_owned()))
    }

    pub(super) fn text(&self) -> String {
        let lines = self.0.iter().map(|line| format!("{line}\r\n"));
        lines.chain(["\r\n".to_owned()]).collect()
    }
}
