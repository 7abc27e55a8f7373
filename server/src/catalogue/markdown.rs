//! A markdown body as safe HTML: tables, footnotes, task lists, anchors on headings, highlighted
//! code. A page has its own `<h1>`, so the headings of a body start at `<h2>`.

use std::collections::{BTreeSet, HashMap};

use pulldown_cmark::{
    Alignment, CowStr, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd,
};

use super::code::{Code, escape};
use super::footnotes::Footnotes;
use super::links;
use super::publish::Context;
use super::sanitise::{self, Use};

#[derive(Debug, Default)]
pub(crate) struct Body {
    pub(crate) html: String,
    /// Addresses of the pictures of this site in it.
    pub(crate) images: BTreeSet<String>,
}

/// Renders a body whose first line is line `first_line` of its file.
pub(crate) fn render(body: &str, first_line: usize, context: &mut Context<'_>) -> Body {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS;
    let mut renderer = Renderer {
        context,
        images: BTreeSet::new(),
        raw_addresses: HashMap::new(),
        shift: usize::from(has_first_level_heading(body, options)),
        ids: HashMap::new(),
        alignments: Vec::new(),
        column: 0,
        cell: "td",
    };
    let newlines: Vec<usize> = body.match_indices('\n').map(|(offset, _)| offset).collect();
    let line_of =
        |offset: usize| first_line + newlines.partition_point(|newline| *newline < offset);
    let mut events = Vec::new();
    let mut footnotes = Footnotes::default();
    let mut code = Code::default();
    let mut parser = Parser::new_ext(body, options).into_offset_iter();
    while let Some((event, range)) = parser.next() {
        let line = line_of(range.start);
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                let inner = inside(&mut parser, TagEnd::Heading(level));
                let (start, end) = renderer.heading(level, &inner);
                events.push(start);
                for (event, range) in inner {
                    renderer.event(event, line_of(range.start), &mut footnotes, &mut events);
                }
                events.push(end);
            }
            Event::Start(Tag::CodeBlock(kind)) => {
                let inner = inside(&mut parser, TagEnd::CodeBlock);
                events.push(code.block(&kind, &text_of(&inner)));
            }
            Event::Start(Tag::HtmlBlock) => {
                let html = text_of(&inside(&mut parser, TagEnd::HtmlBlock));
                renderer.raw(&html, line);
                events.push(Event::Html(html.into()));
            }
            Event::Start(Tag::FootnoteDefinition(name)) => footnotes.begin(name, &mut events),
            Event::End(TagEnd::FootnoteDefinition) => footnotes.end(&mut events),
            event => renderer.event(event, line, &mut footnotes, &mut events),
        }
    }
    let (images, raw_addresses) = (renderer.images, renderer.raw_addresses);
    footnotes.append_to(&mut events);
    let mut html = String::new();
    pulldown_cmark::html::push_html(&mut html, events.into_iter());
    Body {
        html: code.insert_into(&sanitise::clean(&html, raw_addresses)),
        images,
    }
}

struct Renderer<'a, 'b> {
    context: &'a mut Context<'b>,
    images: BTreeSet<String>,
    /// What becomes of addresses in raw HTML.
    raw_addresses: HashMap<Use, String>,
    /// By how many levels headings go down.
    shift: usize,
    /// Of the headings so far, with how often each was wanted again.
    ids: HashMap<String, usize>,
    /// Of the open table.
    alignments: Vec<Alignment>,
    column: usize,
    cell: &'static str,
}

impl Renderer<'_, '_> {
    fn event<'e>(
        &mut self,
        event: Event<'e>,
        line: usize,
        notes: &mut Footnotes<'e>,
        events: &mut Vec<Event<'e>>,
    ) {
        let event = match event {
            Event::FootnoteReference(name) => Event::InlineHtml(notes.refer(name).into()),
            Event::InlineHtml(html) => {
                self.raw(&html, line);
                Event::InlineHtml(html)
            }
            Event::Start(Tag::Link {
                link_type,
                dest_url,
                title,
                id,
            }) => {
                // The autolink of an e-mail address gets its scheme from the renderer.
                let address = match link_type {
                    LinkType::Email => dest_url,
                    _ => links::link(self.context, &dest_url, line).into(),
                };
                if is_external(&address) {
                    Event::InlineHtml(external_link(&address, &title).into())
                } else {
                    Event::Start(Tag::Link {
                        link_type,
                        dest_url: address,
                        title,
                        id,
                    })
                }
            }
            Event::Start(Tag::Image {
                link_type,
                dest_url,
                title,
                id,
            }) => {
                let address = links::image(self.context, &dest_url, line, &mut self.images);
                Event::Start(Tag::Image {
                    link_type,
                    dest_url: address.into(),
                    title,
                    id,
                })
            }
            Event::Start(Tag::Table(alignments)) => {
                self.alignments.clone_from(&alignments);
                // A wide table scrolls inside this, not the page.
                events.push(Event::Html("<div class=\"table\">".into()));
                Event::Start(Tag::Table(alignments))
            }
            Event::End(TagEnd::Table) => {
                events.push(Event::End(TagEnd::Table));
                Event::Html("</div>\n".into())
            }
            Event::Start(Tag::TableHead) => {
                (self.cell, self.column) = ("th", 0);
                Event::Start(Tag::TableHead)
            }
            Event::Start(Tag::TableRow) => {
                (self.cell, self.column) = ("td", 0);
                Event::Start(Tag::TableRow)
            }
            Event::Start(Tag::TableCell) => {
                let class = match self.alignments.get(self.column) {
                    Some(Alignment::Left) => " class=\"align-left\"",
                    Some(Alignment::Center) => " class=\"align-center\"",
                    Some(Alignment::Right) => " class=\"align-right\"",
                    Some(Alignment::None) | None => "",
                };
                self.column += 1;
                Event::InlineHtml(format!("<{}{class}>", self.cell).into())
            }
            Event::End(TagEnd::TableCell) => Event::InlineHtml(format!("</{}>", self.cell).into()),
            event => event,
        };
        events.push(event);
    }

    /// Resolves the addresses in raw HTML.
    fn raw(&mut self, html: &str, line: usize) {
        for usage in sanitise::uses(html) {
            let address = match &usage {
                Use::Link(target) => links::link(self.context, target, line),
                Use::Image(target) => links::image(self.context, target, line, &mut self.images),
            };
            self.raw_addresses.insert(usage, address);
        }
    }

    /// What goes around the inside of a heading: the element with its id, and a link to itself.
    fn heading<'e>(
        &mut self,
        level: HeadingLevel,
        inner: &[(Event<'e>, std::ops::Range<usize>)],
    ) -> (Event<'e>, Event<'e>) {
        let level = (level as usize + self.shift).min(6);
        let wanted = anchor(&text_of(inner));
        let mut id = wanted.clone();
        while self.ids.contains_key(&id) {
            let copies = self.ids.entry(wanted.clone()).or_default();
            *copies += 1;
            id = format!("{wanted}-{copies}");
        }
        self.ids.insert(id.clone(), 0);
        let link = format!(
            " <a class=\"anchor\" href=\"#{id}\" aria-label=\"Link to this section\">#</a></h{level}>\n"
        );
        (
            Event::Html(format!("<h{level} id=\"{id}\">").into()),
            Event::Html(link.into()),
        )
    }
}

/// The events up to the end of an element, which is taken but not returned.
fn inside<'e>(
    parser: &mut pulldown_cmark::OffsetIter<'e>,
    end: TagEnd,
) -> Vec<(Event<'e>, std::ops::Range<usize>)> {
    parser
        .take_while(|(event, _)| *event != Event::End(end))
        .collect()
}

fn text_of(events: &[(Event<'_>, std::ops::Range<usize>)]) -> String {
    let mut text = String::new();
    for (event, _) in events {
        match event {
            Event::Text(part) | Event::Code(part) | Event::Html(part) => text.push_str(part),
            Event::SoftBreak | Event::HardBreak => text.push(' '),
            _ => {}
        }
    }
    text
}

fn has_first_level_heading(body: &str, options: Options) -> bool {
    Parser::new_ext(body, options).any(|event| {
        matches!(
            event,
            Event::Start(Tag::Heading {
                level: HeadingLevel::H1,
                ..
            })
        )
    })
}

/// An id as GitHub makes them: letters and digits of any script in lower case, dashes for spaces.
fn anchor(text: &str) -> String {
    let text = text.trim().to_lowercase();
    let kept = text.chars().filter_map(|char| match char {
        char if char.is_alphanumeric() || char == '-' || char == '_' => Some(char),
        char if char.is_whitespace() => Some('-'),
        _ => None,
    });
    let id: String = kept.collect();
    if id.is_empty() {
        "section".to_owned()
    } else {
        id
    }
}

fn is_external(address: &str) -> bool {
    ["http://", "https://", "//"]
        .iter()
        .any(|start| address.starts_with(start))
}

fn external_link(address: &str, title: &CowStr<'_>) -> String {
    let title = if title.is_empty() {
        String::new()
    } else {
        format!(" title=\"{}\"", escape(title))
    };
    format!("<a href=\"{}\"{title} rel=\"noopener\">", escape(address))
}

#[cfg(test)]
mod tests;
