//! The code blocks of a body. Their spans are many and made here from escaped text, so they go
//! around the sanitiser, which would take most of the time of loading a site to look at them.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::LazyLock;

use pulldown_cmark::{CodeBlockKind, Event};

use super::highlight::highlight;

/// Stands for code while the sanitiser works. No author can write it, because it is another one
/// each time the server starts.
static MARK: LazyLock<String> =
    LazyLock::new(|| format!("code-{:016x}-", RandomState::new().build_hasher().finish()));

/// The code blocks so far.
#[derive(Debug, Default)]
pub(crate) struct Code {
    blocks: Vec<String>,
}

impl Code {
    /// The element of a block, with a mark inside.
    pub(crate) fn block<'e>(&mut self, kind: &CodeBlockKind<'_>, code: &str) -> Event<'e> {
        let info = match kind {
            CodeBlockKind::Fenced(info) => info.as_ref(),
            CodeBlockKind::Indented => "",
        };
        let language = language(info);
        let class = if language.is_empty() {
            String::new()
        } else {
            format!(" class=\"language-{language}\"")
        };
        let number = self.blocks.len();
        self.blocks
            .push(highlight(&language, code).unwrap_or_else(|| escape(code)));
        Event::Html(format!("<pre><code{class}>{}{number};</code></pre>\n", *MARK).into())
    }

    /// Puts the code in place of the marks. An attribute that an author left open may have swallowed
    /// an element with its mark; quotes are escaped there, which tells it from the element itself.
    pub(crate) fn insert_into(self, html: &str) -> String {
        let mut parts = html.split(MARK.as_str());
        let mut whole = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let is_element = whole.ends_with("\">") || whole.ends_with("<code>");
            if let Some((number, rest)) = part.split_once(';') {
                let number = number.parse().ok().filter(|_| is_element);
                let block = number.and_then(|number: usize| self.blocks.get(number));
                whole.push_str(block.map_or("", String::as_str));
                whole.push_str(rest);
            }
        }
        whole
    }
}

/// The language of ```` ```js ````, ```` ```js {1,3} ```` or ```` ```{.js} ````.
fn language(info: &str) -> String {
    let first = info
        .trim_matches(['{', '.', ' '])
        .split([' ', ',', '{', '}'])
        .next()
        .unwrap_or_default();
    first
        .chars()
        .filter(|char| char.is_alphanumeric() || "+-#_".contains(*char))
        .collect()
}

/// Text as it may stand in an element or in a quoted attribute.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
