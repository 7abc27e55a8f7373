//! A markdown body as safe HTML: tables, footnotes, task lists, anchors on headings, highlighted
//! code. A page has its own `<h1>`, so the headings of a body start at `<h2>`.

use std::collections::{BTreeSet, HashMap, HashSet};

use pulldown_cmark::{Alignment, CodeBlockKind, CowStr, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd};

use super::footnotes::Footnotes;
use super::highlight::highlight;
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
        ids: HashSet::new(),
        alignments: Vec::new(),
        column: 0,
        cell: "td",
    };
    let newlines: Vec<usize> = body.match_indices('\n').map(|(offset, _)| offset).collect();
    let line_of = |offset: usize| first_line + newlines.partition_point(|newline| *newline < offset);
    let mut events = Vec::new();
    let mut footnotes = Footnotes::default();
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
                events.push(code_block(&kind, &text_of(&inner)));
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
    Body { html: sanitise::clean(&html, raw_addresses), images }
}

struct Renderer<'a, 'b> {
    context: &'a mut Context<'b>,
    images: BTreeSet<String>,
    /// What becomes of addresses in raw HTML.
    raw_addresses: HashMap<Use, String>,
    /// By how many levels headings go down.
    shift: usize,
    /// Of the headings so far.
    ids: HashSet<String>,
    /// Of the open table.
    alignments: Vec<Alignment>,
    column: usize,
    cell: &'static str,
}

impl Renderer<'_, '_> {
    fn event<'e>(&mut self, event: Event<'e>, line: usize, notes: &mut Footnotes<'e>, events: &mut Vec<Event<'e>>) {
        let event = match event {
            Event::FootnoteReference(name) => Event::InlineHtml(notes.refer(name).into()),
            Event::InlineHtml(html) => {
                self.raw(&html, line);
                Event::InlineHtml(html)
            }
            Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
                // The autolink of an e-mail address gets its scheme from the renderer.
                let address = match link_type {
                    LinkType::Email => dest_url,
                    _ => links::link(self.context, &dest_url, line).into(),
                };
                if is_external(&address) {
                    Event::InlineHtml(external_link(&address, &title).into())
                } else {
                    Event::Start(Tag::Link { link_type, dest_url: address, title, id })
                }
            }
            Event::Start(Tag::Image { link_type, dest_url, title, id }) => {
                let address = links::image(self.context, &dest_url, line, &mut self.images);
                Event::Start(Tag::Image { link_type, dest_url: address.into(), title, id })
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
        let mut copies = 0;
        while !self.ids.insert(id.clone()) {
            copies += 1;
            id = format!("{wanted}-{copies}");
        }
        let link = format!(" <a class=\"anchor\" href=\"#{id}\" aria-label=\"Link to this section\">#</a></h{level}>\n");
        (Event::Html(format!("<h{level} id=\"{id}\">").into()), Event::Html(link.into()))
    }
}

/// The events up to the end of an element, which is taken but not returned.
fn inside<'e>(
    parser: &mut pulldown_cmark::OffsetIter<'e>,
    end: TagEnd,
) -> Vec<(Event<'e>, std::ops::Range<usize>)> {
    parser.take_while(|(event, _)| *event != Event::End(end)).collect()
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
    Parser::new_ext(body, options)
        .any(|event| matches!(event, Event::Start(Tag::Heading { level: HeadingLevel::H1, .. })))
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
    if id.is_empty() { "section".to_owned() } else { id }
}

fn code_block<'e>(kind: &CodeBlockKind<'_>, code: &str) -> Event<'e> {
    let info = match kind {
        CodeBlockKind::Fenced(info) => info.as_ref(),
        CodeBlockKind::Indented => "",
    };
    // As in ```js, ```js {1,3} or ```{.js}.
    let language = info.trim_matches(['{', '.', ' ']).split([' ', ',', '{', '}']).next().unwrap_or_default();
    let language: String = language.chars().filter(|char| char.is_alphanumeric() || "+-#_".contains(*char)).collect();
    let html = highlight(&language, code).unwrap_or_else(|| escape(code));
    let class = if language.is_empty() { String::new() } else { format!(" class=\"language-{language}\"") };
    Event::Html(format!("<pre><code{class}>{html}</code></pre>\n").into())
}

fn is_external(address: &str) -> bool {
    ["http://", "https://", "//"].iter().any(|start| address.starts_with(start))
}

fn external_link(address: &str, title: &CowStr<'_>) -> String {
    let title = if title.is_empty() { String::new() } else { format!(" title=\"{}\"", escape(title)) };
    format!("<a href=\"{}\"{title} rel=\"noopener\">", escape(address))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;
    use crate::catalogue::address::ContentFolder;
    use crate::catalogue::problems::{Problem, Report};
    use crate::catalogue::publish::Publication;

    struct Rendered {
        html: String,
        images: Vec<String>,
        publication: Publication,
        problems: Vec<Problem>,
    }

    /// Renders a body of the folder `01-a`, which starts at line 5 and has a picture and a page.
    fn rendered(body: &str) -> Rendered {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("01-a")).unwrap();
        fs::write(root.path().join("01-a/pic.png"), "x").unwrap();
        fs::write(root.path().join("01-a/notes.pdf"), "x").unwrap();
        let mut folder = ContentFolder::open(root.path()).unwrap();
        folder.pages.insert("01-a/02-other.md".to_owned(), "/other/".to_owned());
        folder.pages.insert("02-b/index.md".to_owned(), "/category/b/".to_owned());
        let mut publication = Publication::default();
        let report = Report::new(Path::new("a.md"));
        let mut context = Context { folder: &folder, base: "01-a", publication: &mut publication, report };
        let Body { html, images } = render(body, 5, &mut context);
        let problems = context.report.into_problems();
        Rendered { html, images: images.into_iter().collect(), publication, problems }
    }

    #[test]
    fn headings_start_at_the_second_level_and_link_to_themselves() {
        let html = rendered("# Über `code`!\n\n## Über code\n\n###### Six\n").html;
        assert!(html.starts_with("<h2 id=\"über-code\">Über <code>code</code>! <a class=\"anchor\" href=\"#über-code\""), "{html}");
        assert!(html.contains("<h3 id=\"über-code-1\">"), "{html}");
        assert!(html.contains("<h6 id=\"six\">"), "{html}");
        assert!(html.contains("class=\"anchor\"") && html.contains("aria-label=\"Link to this section\""), "{html}");
        assert!(rendered("## Two\n").html.starts_with("<h2 id=\"two\">"));
    }

    #[test]
    fn tables_align_by_class() {
        let html = rendered("| a | b | c |\n|---|:-:|--:|\n| 1 | 2 | 3 |\n").html;
        assert!(html.contains("<th>a</th><th class=\"align-center\">b</th><th class=\"align-right\">c</th>"), "{html}");
        assert!(html.contains("<td>1</td><td class=\"align-center\">2</td><td class=\"align-right\">3</td>"), "{html}");
        assert!(html.contains("<div class=\"table\"><table>") && !html.contains("style"), "{html}");
    }

    #[test]
    fn footnotes_are_gathered_at_the_end_and_linked_both_ways() {
        let html = rendered("One[^b] two[^a] three[^b].\n\n[^a]: Note *A*.\n\n[^b]: Note B.\n\nAfter.\n").html;
        let (text, notes) = html.split_once("<section").unwrap();
        assert!(text.contains("href=\"#note-1\"") && text.contains("id=\"mention-1-2\""), "{html}");
        assert!(text.contains("After."), "{html}");
        let (first, second) = notes.split_once("id=\"note-2\"").unwrap();
        assert!(first.contains("Note B.") && second.contains("Note <em>A</em>."), "{html}");
        assert!(first.contains("href=\"#mention-1\"") && first.contains("href=\"#mention-1-2\""), "{html}");
    }

    #[test]
    fn task_lists_and_strikethrough_are_rendered() {
        let html = rendered("- [x] done\n- [ ] open ~~gone~~\n").html;
        assert_eq!(html.matches("<input").count(), 2);
        assert_eq!(html.matches("disabled=\"\"").count(), 2, "{html}");
        assert_eq!(html.matches("checked=\"\"").count(), 1, "{html}");
        assert!(html.contains("<del>gone</del>"), "{html}");
    }

    #[test]
    fn code_is_highlighted_where_its_language_is_known() {
        let html = rendered("```js {1}\nlet a = '<';\n```\n\n```\n<b>\n```\n\n```klingon\n&\n```\n").html;
        assert!(html.contains("<code class=\"language-js\"><span class=\"hl-"), "{html}");
        assert!(html.contains("<code>&lt;b&gt;\n</code>"), "{html}");
        assert!(html.contains("<code class=\"language-klingon\">&amp;\n</code>"), "{html}");
    }

    #[test]
    fn links_to_sources_lead_to_pages_and_named_files_are_published() {
        let body = "[a](02-other.md#part) [b](../02-b/index.md) [c](notes.pdf#page=2) [d](/settings/) [e](#x)\n\n<a href=\"02-other.md\">raw</a> <img src=\"pic.png\">";
        let Rendered { html, images, publication, problems } = rendered(body);
        for link in ["/other/#part", "/category/b/", "/media/01-a/notes.pdf#page=2", "/settings/", "#x", "/other/"] {
            assert!(html.contains(&format!("href=\"{link}\"")), "{link}: {html}");
        }
        assert!(html.contains("src=\"/media/01-a/pic.png\"") && html.contains("loading=\"lazy\""), "{html}");
        assert_eq!(images, ["/media/01-a/pic.png"]);
        assert_eq!(publication.files.keys().collect::<Vec<_>>(), ["01-a/notes.pdf", "01-a/pic.png"]);
        assert_eq!(problems, []);
    }

    #[test]
    fn external_links_do_not_open_a_way_back() {
        let html = rendered("[a](https://example.com/?a=1&b=\"2\" \"T\") <me@example.com>").html;
        assert!(html.contains("rel=\"noopener\"") && html.contains("title=\"T\""), "{html}");
        assert!(html.contains("href=\"mailto:me@example.com\""), "{html}");
    }

    #[test]
    fn remote_pictures_give_their_origins_to_the_policy() {
        let publication = rendered("![x](https://img.example.com/a.png)").publication;
        assert_eq!(publication.image_origins.into_iter().collect::<Vec<_>>(), ["https://img.example.com"]);
        assert!(publication.media_origins.is_empty());
    }

    #[test]
    fn missing_pictures_and_links_warn_with_their_line() {
        let problems = rendered("\n![x](none.png)\n\n[y](none.pdf)\n\n<p>\n<img src='raw.png'>\n</p>\n").problems;
        assert_eq!(problems.iter().map(|problem| problem.line).collect::<Vec<_>>(), [6, 8, 10], "{problems:?}");
    }

    #[test]
    fn malicious_markdown_is_harmless() {
        for body in [
            "[x](javascript:alert(1))",
            "[x](<java\nscript:alert(1)>)",
            "![x](javascript:alert(1))",
            "![x](x\"onerror=\"alert(1))",
            "[x](https://a.example/\"onclick=\"alert(1))",
            "<img src=x onerror=alert(1)>",
            "<details open ontoggle=alert(1)>",
            "<script>alert(1)</script>",
            "```js\" onclick=\"alert(1)\nx\n```",
            "## x <script>alert(1)</script>",
            "<a href=\"data:text/html,<script>alert(1)</script>\">x</a>",
            "[x]: javascript:alert(1)\n\n[x]",
            "<javascript:alert(1)>",
            "| <script>alert(1)</script> |\n|---|\n",
            "[^\" onclick=alert(1)]\n\n[^\" onclick=alert(1)]: x",
        ] {
            let html = rendered(body).html;
            for tag in html.split('<').filter_map(|part| part.split_once('>')).map(|(tag, _)| format!("<{tag}")) {
                // A quoted value may hold anything; it ends only where its quotes do.
                let names: String = tag.split('"').step_by(2).collect();
                assert!(!names.contains(" on") && !tag.starts_with("<script"), "{body} became {html}");
                assert!(!tag.contains("=\"javascript:") && !tag.contains("=\"data:"), "{body} became {html}");
            }
        }
    }
}
