//! YAML as a tree in which every value knows its line. Scalars keep the author's text, so that
//! `length: 1:04` is not sixty-four and `date: 2022-02-22` is not a timestamp. A key that stands
//! twice is an error, as YAML says, but the rest of the tree is still there to be checked.

use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle};

use super::problems::{Report, quote};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Node {
    /// Counted from 1 in the whole file.
    pub(crate) line: usize,
    pub(crate) value: Value,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Null,
    /// `plain` where it was written without quotes, and so may be a number or a truth value.
    Scalar {
        text: String,
        plain: bool,
    },
    List(Vec<Node>),
    /// In the author's order, each key once.
    Map(Vec<Entry>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) line: usize,
    pub(crate) node: Node,
}

/// Nobody writes front matter this deep; a hostile file would overflow the stack when dropped.
const DEEPEST: usize = 32;
/// Aliases can multiply: ten lines could otherwise become a billion nodes.
const MOST_ALIASED_NODES: usize = 10_000;

const QUOTING_ADVICE: &str = "Mend the front matter; a value with a colon, a hash or a leading symbol needs quotes around it.";

/// Parses one document whose first line is line `first_line` of its file. `None` after an error
/// in the syntax; an empty text is `Null`.
pub(crate) fn parse(text: &str, first_line: usize, report: &mut Report) -> Option<Node> {
    let mut builder = Builder {
        open: Vec::new(),
        anchors: HashMap::new(),
        aliased: 0,
        root: None,
        report,
    };
    for event in Parser::new_from_str(text) {
        let outcome = match event {
            Ok((event, span)) => {
                let line = first_line + span.start.line().saturating_sub(1);
                builder.take(event, line).map_err(|message| (line, message))
            }
            Err(error) => {
                let line = first_line + error.marker().line().saturating_sub(1);
                Err((line, format!("This is not valid YAML: {}", error.info())))
            }
        };
        if let Err((line, message)) = outcome {
            builder.report.error(line, message, QUOTING_ADVICE);
            return None;
        }
    }
    Some(builder.root.unwrap_or(Node {
        line: first_line,
        value: Value::Null,
    }))
}

struct Builder<'a> {
    open: Vec<Open>,
    anchors: HashMap<usize, Node>,
    aliased: usize,
    root: Option<Node>,
    report: &'a mut Report,
}

/// A list or map whose end has not been seen.
struct Open {
    line: usize,
    anchor: usize,
    content: Content,
}

enum Content {
    List(Vec<Node>),
    Map {
        entries: Vec<Entry>,
        key: Option<(String, usize)>,
    },
}

impl Builder<'_> {
    fn take(&mut self, event: Event<'_>, line: usize) -> Result<(), String> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let plain = style == ScalarStyle::Plain && tag.is_none();
                let null = plain && matches!(text.as_ref(), "" | "~" | "null" | "Null" | "NULL");
                let value = if null {
                    Value::Null
                } else {
                    Value::Scalar {
                        text: text.into_owned(),
                        plain,
                    }
                };
                self.insert(Node { line, value }, anchor)
            }
            Event::SequenceStart(anchor, _) => self.begin(line, anchor, Content::List(Vec::new())),
            Event::MappingStart(anchor, _) => self.begin(
                line,
                anchor,
                Content::Map {
                    entries: Vec::new(),
                    key: None,
                },
            ),
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(Open {
                    line,
                    anchor,
                    content: Content::List(nodes),
                }) => self.insert(
                    Node {
                        line,
                        value: Value::List(nodes),
                    },
                    anchor,
                ),
                Some(Open {
                    line,
                    anchor,
                    content: Content::Map { entries, .. },
                }) => self.insert(
                    Node {
                        line,
                        value: Value::Map(entries),
                    },
                    anchor,
                ),
                None => Ok(()),
            },
            Event::Alias(anchor) => {
                let node = self
                    .anchors
                    .get(&anchor)
                    .ok_or("An alias here refers to itself or to nothing")?;
                let node = Node {
                    line,
                    ..node.clone()
                };
                self.aliased += size(&node);
                if self.aliased > MOST_ALIASED_NODES {
                    return Err("The aliases in this front matter multiply too much".to_owned());
                }
                self.insert(node, 0)
            }
            Event::DocumentStart(_) if self.root.is_some() => {
                Err("A second YAML document starts here".to_owned())
            }
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd => Ok(()),
        }
    }

    fn begin(&mut self, line: usize, anchor: usize, content: Content) -> Result<(), String> {
        if self.open.len() == DEEPEST {
            return Err(format!(
                "The front matter is nested more than {DEEPEST} levels deep"
            ));
        }
        self.open.push(Open {
            line,
            anchor,
            content,
        });
        Ok(())
    }

    fn insert(&mut self, node: Node, anchor: usize) -> Result<(), String> {
        if anchor > 0 {
            self.anchors.insert(anchor, node.clone());
        }
        match self.open.last_mut().map(|open| &mut open.content) {
            None => self.root = Some(node),
            Some(Content::List(nodes)) => nodes.push(node),
            Some(Content::Map { entries, key }) => match key.take() {
                None => *key = Some((key_text(&node)?, node.line)),
                Some((key, line)) => match entries.iter().find(|entry| entry.key == key) {
                    Some(first) => {
                        let message = format!(
                            "{} stands here again, after line {}",
                            quote(&key),
                            first.line
                        );
                        self.report.error(line, message, "Keep one of the two.");
                    }
                    None => {
                        // What is left empty has no place of its own; the parser gives that of
                        // the next token, which may be lines below.
                        let line_of_value = if node.value == Value::Null {
                            line
                        } else {
                            node.line
                        };
                        entries.push(Entry {
                            key,
                            line,
                            node: Node {
                                line: line_of_value,
                                ..node
                            },
                        });
                    }
                },
            },
        }
        Ok(())
    }
}

fn key_text(node: &Node) -> Result<String, String> {
    match &node.value {
        Value::Scalar { text, .. } => Ok(text.clone()),
        Value::Null | Value::List(_) | Value::Map(_) => Err("A key here is not a word".to_owned()),
    }
}

fn size(node: &Node) -> usize {
    1 + match &node.value {
        Value::Null | Value::Scalar { .. } => 0,
        Value::List(nodes) => nodes.iter().map(size).sum(),
        Value::Map(entries) => entries.iter().map(|entry| size(&entry.node)).sum(),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;

    use super::*;
    use crate::catalogue::problems::Problem;

    fn read(text: &str) -> (Option<Node>, Vec<Problem>) {
        let mut report = Report::new(Path::new("a.md"));
        let node = parse(text, 2, &mut report);
        (node, report.into_problems())
    }

    fn entries(text: &str) -> Vec<Entry> {
        match read(text).0.unwrap().value {
            Value::Map(entries) => entries,
            other => panic!("not a map: {other:?}"),
        }
    }

    fn scalar(text: &str, plain: bool) -> Value {
        Value::Scalar {
            text: text.to_owned(),
            plain,
        }
    }

    #[test]
    fn scalars_keep_the_authors_text_and_line() {
        let entries = entries("length: 1:04\ndate: 2022-02-22\n\ntitle: '5'\n");
        assert_eq!(
            entries[0].node,
            Node {
                line: 2,
                value: scalar("1:04", true)
            }
        );
        assert_eq!(
            entries[1].node,
            Node {
                line: 3,
                value: scalar("2022-02-22", true)
            }
        );
        assert_eq!(
            entries[2].node,
            Node {
                line: 5,
                value: scalar("5", false)
            }
        );
    }

    #[test]
    fn an_empty_value_has_the_line_of_its_key() {
        let entries = entries("a:\n\n\nb: ~\n");
        assert_eq!(
            entries[0].node,
            Node {
                line: 2,
                value: Value::Null
            }
        );
        assert_eq!(
            entries[1].node,
            Node {
                line: 5,
                value: Value::Null
            }
        );
    }

    #[test]
    fn every_repeated_key_is_an_error_and_the_rest_is_kept() {
        let (node, problems) = read("a: 1\na: 2\nb: 3\nb: 4\n");
        assert_eq!(
            problems
                .iter()
                .map(|problem| problem.line)
                .collect::<Vec<_>>(),
            [3, 5]
        );
        assert!(matches!(node.unwrap().value, Value::Map(entries) if entries.len() == 2));
    }

    #[test]
    fn bad_syntax_is_an_error_with_its_line() {
        let (node, problems) = read("a: 1\nb: [1, 2\nc: 3\n");
        assert!(node.is_none());
        assert_eq!(problems.len(), 1);
        assert!(problems[0].line >= 3, "{problems:?}");
    }

    #[test]
    fn aliases_that_multiply_are_refused() {
        let mut text = "a: &a [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for (before, name) in "abcdefg".chars().zip("bcdefgh".chars()) {
            text.push_str(&format!(
                "{name}: &{name} [{}]\n",
                vec![format!("*{before}"); 10].join(", ")
            ));
        }
        assert!(read(&text).0.is_none());
    }

    #[test]
    fn deep_nesting_is_refused() {
        assert!(read(&"- ".repeat(50_000)).0.is_none());
        assert!(read(&"[".repeat(50_000)).0.is_none());
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "[-a-z:#&*!|>'\"%@`{}\\[\\], \t\n0-9é\u{feff}\0]{0,80}") {
            read(&text);
        }
    }
}
