//! Reading one YAML map: values of the expected kind, complaints about the others, and about keys
//! that nobody knows, with the one that was probably meant.

use super::problems::{Report, quote};
use super::yaml::{Entry, Node, Value};

/// A text with its place in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Text {
    pub(crate) value: String,
    pub(crate) line: usize,
}

/// A map whose values are asked for by key.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fields<'a> {
    entries: &'a [Entry],
    /// Where the map starts.
    pub(crate) line: usize,
}

impl<'a> Fields<'a> {
    /// `node` as a map; nothing at all counts as an empty one. Warns otherwise, naming it `what`.
    pub(crate) fn of(node: &'a Node, what: &str, report: &mut Report) -> Option<Fields<'a>> {
        match &node.value {
            Value::Map(entries) => Some(Fields {
                entries,
                line: node.line,
            }),
            Value::Null => Some(Fields {
                entries: &[],
                line: node.line,
            }),
            Value::Scalar { .. } | Value::List(_) => {
                report.warn(
                    node.line,
                    format!("{what} is {}, not keys with values", kind(&node.value)),
                    "Write it as lines of `key: value`.",
                );
                None
            }
        }
    }

    /// The value of a key that is there and not empty.
    pub(crate) fn get(&self, key: &str) -> Option<&'a Node> {
        let entry = self.entries.iter().find(|entry| entry.key == key)?;
        (entry.node.value != Value::Null).then_some(&entry.node)
    }

    /// Where a key stands, even if its value is empty; else where the map starts.
    pub(crate) fn line_of(&self, key: &str) -> usize {
        self.entries
            .iter()
            .find(|entry| entry.key == key)
            .map_or(self.line, |entry| entry.line)
    }

    /// A text, without the space around it; numbers and truth values are texts as well. What is
    /// blank counts as absent.
    pub(crate) fn text(&self, key: &str, report: &mut Report) -> Option<Text> {
        let node = self.get(key)?;
        let text = text_of(node);
        if text.is_none() {
            report.warn(
                node.line,
                format!("{} is {}, not a text", quote(key), kind(&node.value)),
                format!("Write it as `{key}: …` on one line."),
            );
        }
        text.filter(|text| !text.value.is_empty())
    }

    /// A text that needs no place.
    pub(crate) fn string(&self, key: &str, report: &mut Report) -> Option<String> {
        self.text(key, report).map(|text| text.value)
    }

    /// A truth value; `false` where it is absent or cannot be understood.
    pub(crate) fn flag(&self, key: &str, report: &mut Report) -> bool {
        let Some(node) = self.get(key) else {
            return false;
        };
        let text = text_of(node).map(|text| text.value.to_ascii_lowercase());
        match text.as_deref() {
            Some("true") => true,
            Some("false" | "") => false,
            other => {
                let shown = other.map_or(kind(&node.value).to_owned(), quote);
                report.warn(
                    node.line,
                    format!("{} is {shown}, which is neither true nor false", quote(key)),
                    format!("Write `{key}: true` or `{key}: false`."),
                );
                false
            }
        }
    }

    /// The members of a list; a single value counts as a list of one.
    pub(crate) fn list(&self, key: &str) -> &'a [Node] {
        match self.get(key) {
            None => &[],
            Some(Node {
                value: Value::List(nodes),
                ..
            }) => nodes,
            Some(node) => std::slice::from_ref(node),
        }
    }

    /// Warns of every key that is not in `known`.
    pub(crate) fn expect(&self, known: &[&str], report: &mut Report) {
        for entry in self
            .entries
            .iter()
            .filter(|entry| !known.contains(&entry.key.as_str()))
        {
            let advice = match nearest(&entry.key, known) {
                Some(nearest) => format!("Did you mean `{nearest}`?"),
                None => format!("Remove it, or use one of: {}.", known.join(", ")),
            };
            report.warn(
                entry.line,
                format!("Nothing knows the key {}", quote(&entry.key)),
                advice,
            );
        }
    }
}

/// A scalar's text, without the space around it.
pub(crate) fn text_of(node: &Node) -> Option<Text> {
    match &node.value {
        Value::Scalar { text, .. } => Some(Text {
            value: text.trim().to_owned(),
            line: node.line,
        }),
        Value::Null | Value::List(_) | Value::Map(_) => None,
    }
}

/// What a value is, in an author's words.
pub(crate) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "empty",
        Value::Scalar { .. } => "a single value",
        Value::List(_) => "a list",
        Value::Map(_) => "a set of keys",
    }
}

/// Other names that people give to the same things.
const SYNONYMS: [(&str, &str); 14] = [
    ("artwork", "media-session-artwork"),
    ("captions", "video-subtitles"),
    ("duration", "length"),
    ("image", "thumbnail"),
    ("lang", "srclang"),
    ("language", "srclang"),
    ("name", "title"),
    ("picture-in-picture", "pip"),
    ("poster", "thumbnail"),
    ("sources", "video-sources"),
    ("subtitles", "video-subtitles"),
    ("title", "name"),
    ("tracks", "video-subtitles"),
    ("url", "src"),
];

fn nearest<'a>(key: &str, known: &[&'a str]) -> Option<&'a str> {
    let bare = |name: &str| name.replace(['-', '_', ' '], "").to_lowercase();
    let synonym = SYNONYMS
        .iter()
        .find(|(other, _)| bare(other) == bare(key))
        .map(|(_, name)| *name);
    if let Some(name) = known.iter().find(|name| Some(**name) == synonym) {
        return Some(name);
    }
    let distances = known
        .iter()
        .map(|name| (strsim::damerau_levenshtein(&bare(name), &bare(key)), *name));
    // A third of the letters may differ: more would propose unrelated words.
    let near = distances.filter(|(distance, name)| *distance <= (bare(name).len() / 3).max(1));
    near.min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::catalogue::problems::Problem;
    use crate::catalogue::yaml;

    fn with<T>(text: &str, read: impl FnOnce(Fields<'_>, &mut Report) -> T) -> (T, Vec<Problem>) {
        let mut report = Report::new(Path::new("a.md"));
        let node = yaml::parse(text, 2, &mut report).unwrap();
        let fields = Fields::of(&node, "The front matter", &mut report).unwrap();
        let value = read(fields, &mut report);
        (value, report.into_problems())
    }

    #[test]
    fn numbers_and_truth_values_are_texts_as_they_are_written() {
        let (title, problems) = with("title: 1_000\n", |fields, report| {
            fields.string("title", report)
        });
        assert_eq!(title.as_deref(), Some("1_000"));
        assert!(problems.is_empty());
    }

    #[test]
    fn a_list_in_place_of_a_text_is_reported_on_its_line() {
        let (title, problems) = with("a: 1\ntitle: [x]\n", |fields, report| {
            fields.text("title", report)
        });
        assert_eq!(title, None);
        assert_eq!(problems[0].line, 3);
        assert_eq!(problems[0].message, "`title` is a list, not a text");
    }

    #[test]
    fn a_truth_value_in_other_words_is_reported() {
        let (flags, problems) = with("pip: yes\ncast: 'true'\n", |fields, report| {
            (
                fields.flag("pip", report),
                fields.flag("cast", report),
                fields.flag("stats", report),
            )
        });
        assert_eq!(flags, (false, true, false));
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].advice, "Write `pip: true` or `pip: false`.");
    }

    #[test]
    fn an_unknown_key_proposes_the_nearest_known_one() {
        const KNOWN: [&str; 5] = ["title", "length", "video-sources", "thumbnail", "pip"];
        for (written, meant) in [
            ("titel", "`title`"),
            ("videoSources", "`video-sources`"),
            ("video_source", "`video-sources`"),
            ("sources", "`video-sources`"),
            ("poster", "`thumbnail`"),
            ("duration", "`length`"),
        ] {
            let ((), problems) = with(&format!("{written}: 1\n"), |fields, report| {
                fields.expect(&KNOWN, report)
            });
            assert_eq!(problems[0].advice, format!("Did you mean {meant}?"));
        }
        let ((), problems) = with("zebra: 1\n", |fields, report| fields.expect(&KNOWN, report));
        assert_eq!(
            problems[0].advice,
            "Remove it, or use one of: title, length, video-sources, thumbnail, pip."
        );
    }
}
