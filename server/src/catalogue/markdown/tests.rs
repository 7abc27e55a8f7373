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
    folder
        .pages
        .insert("01-a/02-other.md".to_owned(), "/other/".to_owned());
    folder
        .pages
        .insert("02-b/index.md".to_owned(), "/category/b/".to_owned());
    let mut publication = Publication::default();
    let report = Report::new(Path::new("a.md"));
    let mut context = Context {
        folder: &folder,
        base: "01-a",
        publication: &mut publication,
        report,
    };
    let Body { html, images } = render(body, 5, &mut context);
    let problems = context.report.into_problems();
    Rendered {
        html,
        images: images.into_iter().collect(),
        publication,
        problems,
    }
}

#[test]
fn headings_start_at_the_second_level_and_link_to_themselves() {
    let html = rendered("# Über `code`!\n\n## Über code\n\n###### Six\n").html;
    assert!(
        html.starts_with(
            "<h2 id=\"über-code\">Über <code>code</code>! <a class=\"anchor\" href=\"#über-code\""
        ),
        "{html}"
    );
    assert!(html.contains("<h3 id=\"über-code-1\">"), "{html}");
    assert!(html.contains("<h6 id=\"six\">"), "{html}");
    assert!(
        html.contains("class=\"anchor\"") && html.contains("aria-label=\"Link to this section\""),
        "{html}"
    );
    assert!(rendered("## Two\n").html.starts_with("<h2 id=\"two\">"));
}

#[test]
fn tables_align_by_class() {
    let html = rendered("| a | b | c |\n|---|:-:|--:|\n| 1 | 2 | 3 |\n").html;
    assert!(
        html.contains(
            "<th>a</th><th class=\"align-center\">b</th><th class=\"align-right\">c</th>"
        ),
        "{html}"
    );
    assert!(
        html.contains(
            "<td>1</td><td class=\"align-center\">2</td><td class=\"align-right\">3</td>"
        ),
        "{html}"
    );
    assert!(
        html.contains("<div class=\"table\"><table>") && !html.contains("style"),
        "{html}"
    );
}

#[test]
fn footnotes_are_gathered_at_the_end_and_linked_both_ways() {
    let html =
        rendered("One[^b] two[^a] three[^b].\n\n[^a]: Note *A*.\n\n[^b]: Note B.\n\nAfter.\n").html;
    let (text, notes) = html.split_once("<section").unwrap();
    assert!(
        text.contains("href=\"#note-1\"") && text.contains("id=\"mention-1-2\""),
        "{html}"
    );
    assert!(text.contains("After."), "{html}");
    let (first, second) = notes.split_once("id=\"note-2\"").unwrap();
    assert!(
        first.contains("Note B.") && second.contains("Note <em>A</em>."),
        "{html}"
    );
    assert!(
        first.contains("href=\"#mention-1\"") && first.contains("href=\"#mention-1-2\""),
        "{html}"
    );
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
    let html =
        rendered("```js {1}\nlet a = '<';\n```\n\n```\n<b>\n```\n\n```klingon\n&\n```\n").html;
    assert!(
        html.contains("<code class=\"language-js\"><span class=\"hl-"),
        "{html}"
    );
    assert!(html.contains("<code>&lt;b&gt;\n</code>"), "{html}");
    assert!(
        html.contains("<code class=\"language-klingon\">&amp;\n</code>"),
        "{html}"
    );
}

#[test]
fn links_to_sources_lead_to_pages_and_named_files_are_published() {
    let body = "[a](02-other.md#part) [b](../02-b/index.md) [c](notes.pdf#page=2) [d](/settings/) [e](#x)\n\n<a href=\"02-other.md\">raw</a> <img src=\"pic.png\">";
    let Rendered {
        html,
        images,
        publication,
        problems,
    } = rendered(body);
    for link in [
        "/other/#part",
        "/category/b/",
        "/media/01-a/notes.pdf#page=2",
        "/settings/",
        "#x",
        "/other/",
    ] {
        assert!(html.contains(&format!("href=\"{link}\"")), "{link}: {html}");
    }
    assert!(
        html.contains("src=\"/media/01-a/pic.png\"") && html.contains("loading=\"lazy\""),
        "{html}"
    );
    assert_eq!(images, ["/media/01-a/pic.png"]);
    assert_eq!(
        publication.files.keys().collect::<Vec<_>>(),
        ["01-a/notes.pdf", "01-a/pic.png"]
    );
    assert_eq!(problems, []);
}

#[test]
fn external_links_do_not_open_a_way_back() {
    let html = rendered("[a](https://example.com/?a=1&b=\"2\" \"T\") <me@example.com>").html;
    assert!(
        html.contains("rel=\"noopener\"") && html.contains("title=\"T\""),
        "{html}"
    );
    assert!(html.contains("href=\"mailto:me@example.com\""), "{html}");
}

#[test]
fn remote_pictures_give_their_origins_to_the_policy() {
    let publication = rendered("![x](https://img.example.com/a.png)").publication;
    assert_eq!(
        publication.image_origins.into_iter().collect::<Vec<_>>(),
        ["https://img.example.com"]
    );
    assert!(publication.media_origins.is_empty());
}

#[test]
fn missing_pictures_and_links_warn_with_their_line() {
    let problems =
        rendered("\n![x](none.png)\n\n[y](none.pdf)\n\n<p>\n<img src='raw.png'>\n</p>\n").problems;
    assert_eq!(
        problems
            .iter()
            .map(|problem| problem.line)
            .collect::<Vec<_>>(),
        [6, 8, 10],
        "{problems:?}"
    );
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
        for tag in html
            .split('<')
            .filter_map(|part| part.split_once('>'))
            .map(|(tag, _)| format!("<{tag}"))
        {
            // A quoted value may hold anything; it ends only where its quotes do.
            let names: String = tag.split('"').step_by(2).collect();
            assert!(
                !names.contains(" on") && !tag.starts_with("<script"),
                "{body} became {html}"
            );
            assert!(
                !tag.contains("=\"javascript:") && !tag.contains("=\"data:"),
                "{body} became {html}"
            );
        }
    }
}

#[test]
fn code_that_an_open_attribute_swallows_stays_out_of_it() {
    for quote in ["'", "\""] {
        let html = rendered(&format!(
            "<abbr title={quote}\n\n```js\nlet a = 1;\n```\n\n{quote}>x"
        ))
        .html;
        let attributes = html.split('<').filter_map(|part| part.split_once('>'));
        assert!(
            attributes
                .into_iter()
                .all(|(tag, _)| tag.matches('"').count() % 2 == 0),
            "{html}"
        );
        assert!(!html.contains(";let a"), "{html}");
    }
}

#[test]
fn many_equal_headings_get_different_ids_in_good_time() {
    let start = std::time::Instant::now();
    let html = rendered(&"## H\n".repeat(10_000)).html;
    assert!(html.contains("<h2 id=\"h\">") && html.contains("<h2 id=\"h-9999\">"));
    assert!(start.elapsed().as_secs() < 10, "{:?}", start.elapsed());
}
