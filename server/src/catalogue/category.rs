//! Name and slug of a category: as its `index.md` says, else as its folder is called.

use super::fields::Fields;
use super::folders::CategoryFolder;
use super::names;
use super::problems::quote;
use super::yaml::{Node, Value};

#[derive(Debug)]
pub(crate) struct Heading {
    pub(crate) name: String,
    pub(crate) slug: String,
}

/// `number` is the category's place on the site, from 1: the last resort for a slug.
pub(crate) fn heading(category: &mut CategoryFolder, number: usize) -> Heading {
    let bare = match category.name.as_str() {
        "" => "videos",
        name => names::without_number(name),
    };
    let fallback = Heading {
        name: names::readable(bare),
        slug: some(names::plain(bare)).unwrap_or_else(|| format!("category-{number}")),
    };
    let Some(index) = &mut category.index else {
        return fallback;
    };
    let report = &mut index.report;
    let empty = Node {
        line: 1,
        value: Value::Null,
    };
    let front = index.document.front.as_ref().unwrap_or(&empty);
    let Some(fields) = Fields::of(front, "The front matter", report) else {
        return fallback;
    };
    fields.expect(&["name", "slug"], report);
    let name = fields.string("name", report).unwrap_or_else(|| {
        let called = quote(&fallback.name);
        let message = format!("The category has no name, so it is called {called}");
        let advice = "Add a line `name: …` to the front matter.";
        report.warn(fields.line_of("name"), message, advice);
        fallback.name
    });
    let slug = match fields.text("slug", report) {
        None => fallback.slug,
        Some(slug) if names::is_plain(&slug.value) => slug.value,
        Some(slug) => {
            let plain = some(names::plain(&slug.value)).unwrap_or(fallback.slug);
            let message = format!(
                "The slug {} cannot be part of an address",
                quote(&slug.value)
            );
            let advice = format!("Write `slug: {plain}`, which is used for now.");
            report.warn(slug.line, message, advice);
            plain
        }
    };
    Heading { name, slug }
}

fn some(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}
