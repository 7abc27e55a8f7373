//! Code in colour: spans whose classes start with `hl-`, for the stylesheet to paint.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use syntect::html::{ClassStyle, ClassedHTMLGenerator};
use syntect::parsing::SyntaxSet;
use syntect::util::LinesWithEndings;

static SYNTAXES: LazyLock<SyntaxSet> = LazyLock::new(two_face::syntax::extra_newlines);

/// An edit of one page loads the whole site anew, and colouring is by far the slowest part of it.
static DONE: LazyLock<Mutex<HashMap<(String, String), Option<String>>>> =
    LazyLock::new(Mutex::default);
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
    let style = ClassStyle::SpacedPrefixed { prefix: "hl-" };
    let mut generator = ClassedHTMLGenerator::new_with_class_style(syntax, &SYNTAXES, style);
    for line in LinesWithEndings::from(code) {
        generator
            .parse_html_for_line_which_includes_newline(line)
            .ok()?;
    }
    Some(generator.finalize())
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
        assert!(html.contains("class=\"hl-"), "{html}");
        assert!(html.contains("&lt;b&gt;"), "{html}");
    }

    #[test]
    fn an_unknown_language_stays_plain() {
        assert_eq!(highlight("klingon", "x\n"), None);
        assert_eq!(highlight("text", "x\n"), None);
    }
}
