//! The last step of every body: an allowlist of elements, attributes, classes and URL schemes.
//! Whatever an author pasted, no script, style, frame, form or handler comes out of here.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::mpsc;

use ammonia::Builder;

/// `video`, `audio` and `form` parts are missing on purpose: the player is the page's own.
const TAGS: [&str; 58] = [
    "a",
    "abbr",
    "b",
    "bdi",
    "bdo",
    "blockquote",
    "br",
    "caption",
    "cite",
    "code",
    "dd",
    "del",
    "details",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "input",
    "ins",
    "kbd",
    "li",
    "mark",
    "ol",
    "p",
    "pre",
    "q",
    "rp",
    "rt",
    "ruby",
    "s",
    "samp",
    "section",
    "small",
    "span",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "u",
    "ul",
];
const CLASSES: [&str; 7] = [
    "anchor",
    "align-left",
    "align-center",
    "align-right",
    "footnotes",
    "footnote-back",
    "table",
];

/// Where an element of raw HTML leads or what it shows.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Use {
    Link(String),
    Image(String),
}

/// Makes HTML safe. `addresses` says what becomes of those of raw HTML; others stay.
pub(crate) fn clean(html: &str, addresses: HashMap<Use, String>) -> String {
    let mut builder = builder();
    builder.attribute_filter(move |element, attribute, value| {
        let replaced =
            usage(element, attribute, value).and_then(|usage| addresses.get(&usage).cloned());
        match (attribute, replaced) {
            (_, Some(address)) => Some(Cow::Owned(address)),
            ("class", None) => classes(value),
            (_, None) => Some(Cow::Borrowed(value)),
        }
    });
    builder.clean(html).to_string()
}

/// The addresses that raw HTML uses in what would be left of it.
pub(crate) fn uses(html: &str) -> Vec<Use> {
    let (sender, receiver) = mpsc::channel();
    let mut builder = builder();
    builder.attribute_filter(move |element, attribute, value| {
        // The receiver outlives the builder, so that nothing is lost here.
        usage(element, attribute, value).map(|usage| sender.send(usage));
        Some(Cow::Borrowed(value))
    });
    builder.clean(html);
    drop(builder);
    receiver.into_iter().collect()
}

fn usage(element: &str, attribute: &str, value: &str) -> Option<Use> {
    match (element, attribute) {
        ("a", "href") => Some(Use::Link(value.to_owned())),
        ("img", "src") => Some(Use::Image(value.to_owned())),
        _ => None,
    }
}

fn classes(value: &str) -> Option<Cow<'_, str>> {
    let ours = |class: &&str| {
        CLASSES.contains(class) || class.starts_with("hl-") || class.starts_with("language-")
    };
    let kept: Vec<&str> = value.split_ascii_whitespace().filter(ours).collect();
    (!kept.is_empty()).then(|| Cow::Owned(kept.join(" ")))
}

fn builder() -> Builder<'static> {
    let attributes: HashMap<&str, HashSet<&str>> = [
        (
            "a",
            &["href", "title", "class", "id", "aria-label", "rel"][..],
        ),
        ("abbr", &["title"]),
        ("code", &["class"]),
        ("details", &["open"]),
        ("div", &["class"]),
        ("h2", &["id"]),
        ("h3", &["id"]),
        ("h4", &["id"]),
        ("h5", &["id"]),
        ("h6", &["id"]),
        ("img", &["src", "alt", "title", "width", "height"]),
        ("input", &["checked"]),
        ("li", &["id"]),
        ("ol", &["start", "reversed"]),
        ("section", &["class", "aria-label"]),
        ("span", &["class"]),
        ("td", &["class", "colspan", "rowspan"]),
        ("th", &["class", "colspan", "rowspan", "scope"]),
    ]
    .into_iter()
    .map(|(tag, names)| (tag, names.iter().copied().collect()))
    .collect();
    let mut builder = Builder::empty();
    builder
        .tags(TAGS.into_iter().collect())
        .clean_content_tags(HashSet::from([
            "script", "style", "iframe", "object", "template", "svg", "math",
        ]))
        .tag_attributes(attributes)
        .generic_attributes(HashSet::from(["lang", "dir"]))
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel"]))
        .url_relative(ammonia::UrlRelative::PassThrough)
        .link_rel(None)
        .strip_comments(true)
        // The boxes of task lists say something but do nothing.
        .set_tag_attribute_value("input", "type", "checkbox")
        .set_tag_attribute_value("input", "disabled", "")
        .set_tag_attribute_value("img", "loading", "lazy")
        .set_tag_attribute_value("img", "decoding", "async")
        // Code that is wider than the page scrolls, also by keyboard.
        .set_tag_attribute_value("pre", "tabindex", "0");
    builder
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned(html: &str) -> String {
        clean(html, HashMap::new())
    }

    #[test]
    fn nothing_that_runs_is_left() {
        for html in [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "<a href=\"javascript:alert(1)\">x</a>",
            "<a href=\" java\nscript:alert(1)\">x</a>",
            "<iframe src=//evil.example></iframe>",
            "<svg onload=alert(1)><a xlink:href='javascript:alert(1)'>x</a></svg>",
            "<math><mtext><script>alert(1)</script></mtext></math>",
            "<form action=/x><button formaction=javascript:alert(1)>x</button></form>",
            "<p style=\"background:url(javascript:alert(1))\">x</p>",
            "<img src=\"data:text/html,<script>alert(1)</script>\">",
            "<div data-video='x' data-state='stored'>x</div>",
            "<base href=//evil.example><meta http-equiv=refresh content=0>",
            "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
        ] {
            let left = cleaned(html).replace("&lt;", "").to_lowercase();
            for bad in [
                "alert",
                "javascript",
                "evil",
                "onerror",
                "style",
                "data-",
                "<meta",
                "<base",
                "<form",
            ] {
                // Text between tags may say anything; an attribute or an element may not.
                let as_code = left.contains(bad) && !left.contains("title=\"");
                assert!(!as_code, "{html} left {left}");
            }
        }
    }

    #[test]
    fn unclosed_elements_are_closed() {
        assert_eq!(cleaned("<b>x<i>y"), "<b>x<i>y</i></b>");
        assert_eq!(cleaned("</div></main>x"), "x");
    }

    #[test]
    fn only_our_classes_stay() {
        assert_eq!(
            cleaned("<span class=\"hl-keyword button\">x</span><span class=\"player\">y</span>"),
            "<span class=\"hl-keyword\">x</span><span>y</span>"
        );
    }

    #[test]
    fn addresses_of_raw_html_are_found_and_replaced() {
        let html = "<a href=\"a.md\">x</a><img src=\"b.png\"><script src=c.js></script>";
        let link = Use::Link("a.md".to_owned());
        assert_eq!(uses(html), [link.clone(), Use::Image("b.png".to_owned())]);
        let left = clean(html, HashMap::from([(link, "/a/".to_owned())]));
        assert!(left.starts_with("<a href=\"/a/\">x</a>"), "{left}");
    }
}
