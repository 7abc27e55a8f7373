//! Code in colour: spans whose classes start with `hl-`, for the stylesheet to paint. They follow
//! the scope names of TextMate grammars, such as `hl-keyword hl-control` or `hl-string hl-quoted`,
//! and stand side by side, never inside each other.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use syntect::easy::ScopeRegionIterator;
use syntect::parsing::{ParseState, ScopeStack, SyntaxSet};
use syntect::util::LinesWithEndings;

use super::code::escape;

static SYNTAXES: LazyLock<SyntaxSet> = LazyLock::new(two_face::syntax::extra_newlines);

/// An edit of one page loads the whole site anew, and colouring is by far the slowest part of it.
static DONE: LazyLock<Mutex<Done>> = LazyLock::new(Mutex::default);
/// From language and code to HTML, or to `None` where it stays plain.
type Done = HashMap<(String, String), Option<String>>;
const MOST_DONE: usize = 10_000;
/// Beyond this nobody reads code on a video's page, and colouring takes seconds.
const LONGEST: usize = 100_000;

/// Names that authors use and the syntaxes do not know.
const ALIASES: [(&str, &str); 11] = [
    ("console", "bash"),
    ("golang", "go"),
    ("javascriptreact", "tsx"),
    ("jsx", "tsx"),
    ("jsonc", "json"),
    ("mjs", "js"),
    ("shell", "bash"),
    ("shell-session", "bash"),
    ("terminal", "bash"),
    ("typescriptreact", "tsx"),
    ("vue-html", "html"),
];

/// The inside of a `<code>` element; `None` where the language is unknown or plain.
pub(crate) fn highlight(language: &str, code: &str) -> Option<String> {
    let language = language.to_lowercase();
    if code.len() > LONGEST {
        return None;
    }
    let key = (language, code.to_owned());
    if let Some(html) = DONE
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .get(&key)
    {
        return html.clone();
    }
    let html = colour(&key.0, code);
    let mut done = DONE.lock().unwrap_or_else(PoisonError::into_inner);
    if done.len() >= MOST_DONE {
        done.clear();
    }
    done.insert(key, html.clone());
    html
}

fn colour(language: &str, code: &str) -> Option<String> {
    let alias = ALIASES
        .iter()
        .find(|(alias, _)| *alias == language)
        .map(|(_, name)| *name);
    let syntax = SYNTAXES.find_syntax_by_token(alias.unwrap_or(language))?;
    if syntax.name == SYNTAXES.find_syntax_plain_text().name {
        return None;
    }
    let mut parser = ParseState::new(syntax);
    let mut scopes = ScopeStack::new();
    let mut html = String::new();
    let mut open = String::new();
    for line in LinesWithEndings::from(code) {
        let changes = parser.parse_line(line, &SYNTAXES).ok()?;
        for (text, change) in ScopeRegionIterator::new(&changes, line) {
            scopes.apply(change).ok()?;
            if text.is_empty() {
                continue;
            }
            let classes = classes(&scopes);
            if classes != open {
                html.push_str(if open.is_empty() { "" } else { "</span>" });
                if !classes.is_empty() {
                    html.push_str(&format!("<span class=\"{classes}\">"));
                }
                open = classes;
            }
            html.push_str(&escape(text));
        }
    }
    html.push_str(if open.is_empty() { "" } else { "</span>" });
    Some(html)
}

/// The classes of the innermost scope that says what a piece of code is; the others say where it
/// stands. Two parts of a scope's name are enough, but `entity.name` has a third that matters.
fn classes(scopes: &ScopeStack) -> String {
    const TELLING: [&str; 10] = [
        "comment", "constant", "entity", "invalid", "keyword", "markup", "storage", "string",
        "support", "variable",
    ];
    for scope in scopes.as_slice().iter().rev() {
        let name = scope.build_string();
        let parts: Vec<&str> = name.split('.').collect();
        // Most names in most code are such variables: what everything is, nothing needs to show.
        let ordinary = name.starts_with("variable.other") || name.starts_with("string.unquoted");
        if !ordinary && parts.first().is_some_and(|first| TELLING.contains(first)) {
            let depth = if name.starts_with("entity.") { 3 } else { 2 };
            let classes = parts.iter().take(depth).map(|part| format!("hl-{part}"));
            return classes.collect::<Vec<_>>().join(" ");
        }
    }
    String::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_languages_are_known() {
        for language in [
            "js",
            "javascript",
            "ts",
            "typescript",
            "tsx",
            "jsx",
            "html",
            "css",
            "rust",
            "rs",
            "json",
            "yaml",
            "toml",
            "bash",
            "sh",
            "shell",
            "console",
            "python",
            "go",
            "java",
            "kotlin",
            "swift",
            "c",
            "cpp",
            "diff",
            "sql",
            "xml",
            "markdown",
            "dockerfile",
            "nginx",
            "ruby",
            "php",
            "scss",
            "vue",
            "graphql",
        ] {
            assert!(highlight(language, "let a = 1;\n").is_some(), "{language}");
        }
    }

    #[test]
    fn spans_have_prefixed_classes_and_escaped_text() {
        let html = highlight("js", "const a = '<b>';\n").unwrap();
        assert_eq!(
            html,
            "<span class=\"hl-storage hl-type\">const</span> a <span class=\"hl-keyword hl-operator\">=</span> \
             <span class=\"hl-string hl-quoted\">'&lt;b&gt;'</span>;\n"
        );
    }

    #[test]
    fn an_unknown_language_stays_plain() {
        assert_eq!(highlight("klingon", "x\n"), None);
        assert_eq!(highlight("text", "x\n"), None);
    }
}
