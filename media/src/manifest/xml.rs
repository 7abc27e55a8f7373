//! An XML document as a flat list of elements that borrow from its text: enough of a tree to
//! inherit from, with the place of every element, so that one can be cut out.

use std::borrow::Cow;
use std::ops::Range;

use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::Event;
use quick_xml::events::attributes::Attributes;

use super::error::{Fault, quote};

/// With 64 bytes for each, their list stays small beside the largest document.
const MOST_ELEMENTS: usize = 250_000;
const MOST_DEPTH: usize = 32;
/// Templates and descriptors take a few hundred bytes.
const MOST_TAG_BYTES: usize = 16 * 1024;

const MEND: &str = "Mend the XML, for example with xmllint.";

/// All elements in document order.
pub(super) struct Tree<'a> {
    text: &'a str,
    nodes: Vec<Node<'a>>,
}

struct Node<'a> {
    /// Without the namespace prefix that the root has.
    name: &'a str,
    /// Between the name and the end of the start tag.
    attributes: &'a str,
    /// Where the element starts, its content starts, its content ends and the element ends.
    start: usize,
    content: usize,
    content_end: usize,
    end: usize,
    /// The index after its last descendant.
    next: usize,
}

/// One element of a tree.
#[derive(Clone, Copy)]
pub(super) struct Element<'t, 'a> {
    tree: &'t Tree<'a>,
    index: usize,
}

impl<'a> Tree<'a> {
    pub(super) fn parse(text: &'a str) -> Result<Tree<'a>, Fault> {
        let mut reader = Reader::from_str(text);
        let mut nodes: Vec<Node<'a>> = Vec::new();
        let mut open: Vec<usize> = Vec::new();
        loop {
            let start = position(&reader);
            let event = reader.read_event().map_err(|error| {
                let place = usize::try_from(reader.error_position()).unwrap_or(start);
                Fault::new(format!("is not well-formed XML: {error}"), MEND).at(place)
            })?;
            let end = position(&reader);
            match event {
                Event::Start(_) | Event::Empty(_) => {
                    let empty = matches!(event, Event::Empty(_));
                    check_size(nodes.len(), open.len(), end - start)
                        .map_err(|fault| fault.at(start))?;
                    let tag = text.get(start..end).unwrap_or_default();
                    let node = Node::new(tag, start, end, nodes.len());
                    check_attributes(&node).map_err(|fault| fault.at(start))?;
                    if open.is_empty() && !nodes.is_empty() {
                        return Err(Fault::new("has a second root element", MEND).at(start));
                    }
                    if !empty {
                        open.push(nodes.len());
                    }
                    nodes.push(node);
                }
                Event::End(_) => {
                    let next = nodes.len();
                    if let Some(node) = open.pop().and_then(|index| nodes.get_mut(index)) {
                        (node.content_end, node.end, node.next) = (start, end, next);
                    }
                }
                Event::DocType(_) => {
                    let message = "has a document type declaration, which may define entities";
                    return Err(Fault::new(message, "Remove the DOCTYPE.").at(start));
                }
                Event::Eof => break,
                _ => {}
            }
        }
        strip_prefix(&mut nodes);
        match (nodes.is_empty(), open.is_empty()) {
            (false, true) => Ok(Tree { text, nodes }),
            _ => Err(
                Fault::new("ends before its XML does", "Provide the whole file.").at(text.len()),
            ),
        }
    }

    pub(super) fn root(&self) -> Element<'_, 'a> {
        Element {
            tree: self,
            index: 0,
        }
    }

    /// Every element in document order.
    pub(super) fn elements(&self) -> impl Iterator<Item = Element<'_, 'a>> {
        (0..self.nodes.len()).map(|index| Element { tree: self, index })
    }
}

impl<'a> Node<'a> {
    fn new(tag: &'a str, start: usize, end: usize, index: usize) -> Node<'a> {
        let inner = tag.strip_prefix('<').unwrap_or(tag);
        let inner = inner.strip_suffix('>').unwrap_or(inner);
        let inner = inner.strip_suffix('/').unwrap_or(inner);
        let name_end = inner.find(|char: char| char.is_ascii_whitespace());
        let (name, attributes) = inner.split_at(name_end.unwrap_or(inner.len()));
        Node {
            name,
            attributes,
            start,
            content: end,
            content_end: end,
            end,
            next: index + 1,
        }
    }
}

/// Takes the root's namespace prefix off all names. Elements of other namespaces keep theirs, and so
/// are taken for nothing that they are not.
fn strip_prefix(nodes: &mut [Node<'_>]) {
    let root = nodes.first().map_or("", |root| root.name);
    let Some((prefix, _)) = root.split_once(':') else {
        return;
    };
    for node in nodes {
        let local = node.name.strip_prefix(prefix);
        node.name = local
            .and_then(|rest| rest.strip_prefix(':'))
            .unwrap_or(node.name);
    }
}

fn position(reader: &Reader<&[u8]>) -> usize {
    usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX)
}

fn check_size(elements: usize, depth: usize, tag: usize) -> Result<(), Fault> {
    const LESS: &str = "Use SegmentTemplate with a duration, or split the video.";
    if elements >= MOST_ELEMENTS {
        Err(Fault::new(
            format!("has more than {MOST_ELEMENTS} elements"),
            LESS,
        ))
    } else if depth >= MOST_DEPTH {
        let message = format!("has elements nested more than {MOST_DEPTH} deep");
        Err(Fault::new(message, "Provide a DASH manifest."))
    } else if tag > MOST_TAG_BYTES {
        Err(Fault::new(
            "has a tag longer than 16 KiB",
            "Shorten its attributes.",
        ))
    } else {
        Ok(())
    }
}

/// Elements that lie elsewhere would have to be fetched before anything else is known.
fn check_attributes(node: &Node<'_>) -> Result<(), Fault> {
    for attribute in raw_attributes(node.attributes) {
        let (key, _) = attribute?;
        if key.ends_with(":href") {
            let message = format!("has a remote {}, which is not supported", node.name);
            return Err(Fault::new(
                message,
                "Put the element itself here, without xlink:href.",
            ));
        }
    }
    Ok(())
}

fn raw_attributes(text: &str) -> impl Iterator<Item = Result<(&str, &str), Fault>> {
    let mut attributes = Attributes::new(text, 0);
    // Checking for duplicates takes quadratic time; the first one counts.
    attributes.with_checks(false);
    attributes.map(move |attribute| {
        let wrong = |error| Fault::new(format!("has a malformed attribute: {error}"), MEND);
        let attribute = attribute.map_err(|error| wrong(error.to_string()))?;
        let Cow::Borrowed(value) = attribute.value else {
            return Err(wrong("it is not text".to_owned()));
        };
        match (
            std::str::from_utf8(attribute.key.0),
            std::str::from_utf8(value),
        ) {
            (Ok(key), Ok(value)) => Ok((key, value)),
            _ => Err(wrong("it is not text".to_owned())),
        }
    })
}

impl<'t, 'a> Element<'t, 'a> {
    fn node(self) -> &'t Node<'a> {
        &self.tree.nodes[self.index]
    }

    pub(super) fn name(self) -> &'a str {
        self.node().name
    }

    /// The element's bytes in the document, tags included.
    pub(super) fn span(self) -> Range<usize> {
        self.node().start..self.node().end
    }

    pub(super) fn children(self) -> impl Iterator<Item = Element<'t, 'a>> {
        let end = self.node().next;
        let mut index = self.index + 1;
        std::iter::from_fn(move || {
            let child = Element { index, ..self };
            (index < end).then(|| {
                index = child.node().next;
                child
            })
        })
    }

    pub(super) fn children_named(self, name: &str) -> impl Iterator<Item = Element<'t, 'a>> {
        self.children().filter(move |child| child.name() == name)
    }

    pub(super) fn child(self, name: &str) -> Option<Element<'t, 'a>> {
        self.children_named(name).next()
    }

    /// Names and values as they are written, in the order of the document.
    pub(super) fn attributes(self) -> impl Iterator<Item = (&'a str, &'a str)> {
        raw_attributes(self.node().attributes).flatten()
    }

    /// The attribute's value; an empty one is none.
    pub(super) fn attribute(self, name: &str) -> Result<Option<Cow<'a, str>>, Fault> {
        let mut values = self.attributes().filter(|(key, _)| *key == name);
        let value = values
            .next()
            .map(|(_, value)| self.unescape(value))
            .transpose()?;
        Ok(value.filter(|value| !value.is_empty()))
    }

    /// A value with its references replaced.
    pub(super) fn unescape(self, value: &'a str) -> Result<Cow<'a, str>, Fault> {
        unescape(value.trim_ascii()).map_err(|error| {
            let message = format!("has an unknown entity in {}: {error}", self.name());
            self.fault(message, "Write &amp; for an ampersand.")
        })
    }

    /// A whole number, `None` where the attribute is missing.
    pub(super) fn number<T: std::str::FromStr>(self, name: &str) -> Result<Option<T>, Fault> {
        let value = self.attribute(name)?;
        value
            .map(|value| self.parse_number(name, &value))
            .transpose()
    }

    pub(super) fn parse_number<T: std::str::FromStr>(
        self,
        name: &str,
        value: &str,
    ) -> Result<T, Fault> {
        value.trim_start_matches('+').parse().map_err(|_| {
            let message = format!("has {}@{name} {}", self.name(), quote(value));
            self.fault(
                message,
                "Write a whole number within the bounds of ISO/IEC 23009-1.",
            )
        })
    }

    /// The text between the tags, without that of elements inside.
    pub(super) fn text(self) -> Result<String, Fault> {
        let node = self.node();
        let content = self
            .tree
            .text
            .get(node.content..node.content_end)
            .unwrap_or_default();
        if !content.contains(['&', '<']) {
            return Ok(content.trim_ascii().to_owned());
        }
        let mut reader = Reader::from_str(content);
        let mut text = String::new();
        let mut depth = 0_usize;
        loop {
            let wrong = |error: &dyn std::fmt::Display| {
                self.fault(format!("has a malformed {}: {error}", self.name()), MEND)
            };
            match reader.read_event().map_err(|error| wrong(&error))? {
                Event::Start(_) => depth += 1,
                Event::End(_) => depth = depth.saturating_sub(1),
                Event::Text(part) if depth == 0 => {
                    text += &part.decode().map_err(|error| wrong(&error))?
                }
                Event::CData(part) if depth == 0 => {
                    text += &part.decode().map_err(|error| wrong(&error))?
                }
                Event::GeneralRef(name) if depth == 0 => {
                    let name = name.decode().map_err(|error| wrong(&error))?;
                    text += &unescape(&format!("&{name};")).map_err(|error| wrong(&error))?;
                }
                Event::Eof => return Ok(text.trim_ascii().to_owned()),
                _ => {}
            }
        }
    }

    pub(super) fn fault(self, message: impl Into<String>, advice: &'static str) -> Fault {
        Fault::new(message, advice).at(self.node().start)
    }
}
