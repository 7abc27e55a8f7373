//! What every page has around its main part, and what it says of itself in its head.

use crate::assets::ASSETS;
use crate::base_url::BaseUrl;
use crate::catalogue::{Catalogue, SiteInfo};

/// Search engines and social cards cut what is longer.
const LONGEST_DESCRIPTION: usize = 200;

/// The part of the navigation that a page belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Section {
    Home,
    Downloads,
    Settings,
    /// A video, a category, an error: below all of them.
    Other,
}

/// The frame of one page.
#[derive(Debug)]
pub(super) struct Frame<'a> {
    pub(super) site: &'a SiteInfo,
    pub(super) section: Section,
    /// What the tab says.
    pub(super) title: String,
    /// What a link to the page is called elsewhere.
    pub(super) heading: String,
    pub(super) description: String,
    /// `None` keeps the page out of search engines: it says nothing to anybody else.
    pub(super) canonical: Option<String>,
    pub(super) image: Option<String>,
    pub(super) video: Option<SocialVideo>,
    /// A JSON-LD object, ready to stand in a script element.
    pub(super) structured: Option<String>,
}

/// The file that a social card may play.
#[derive(Debug)]
pub(super) struct SocialVideo {
    pub(super) url: String,
    pub(super) kind: String,
}

impl<'a> Frame<'a> {
    /// The frame of a page that only makes sense to the person in front of it.
    pub(super) fn private(catalogue: &'a Catalogue, section: Section, heading: &str) -> Self {
        let site = &catalogue.site;
        let title = if heading == site.name {
            heading.to_owned()
        } else {
            format!("{heading} · {}", site.name)
        };
        Frame {
            site,
            section,
            title,
            heading: heading.to_owned(),
            description: String::new(),
            canonical: None,
            image: None,
            video: None,
            structured: None,
        }
    }

    /// The frame of a page that is to be found and shared.
    pub(super) fn public(
        catalogue: &'a Catalogue,
        base: &BaseUrl,
        section: Section,
        heading: &str,
        path: &str,
        description: &str,
    ) -> Self {
        Frame {
            canonical: Some(base.absolute(path)),
            description: shorten(description),
            ..Frame::private(catalogue, section, heading)
        }
    }

    pub(super) fn asset(&self, name: &str) -> &'static str {
        ASSETS.url(name)
    }

    pub(super) fn theme_script(&self) -> &'static str {
        &ASSETS.theme_script
    }

    pub(super) fn is_in(&self, section: Section) -> bool {
        self.section == section
    }
}

/// One line of at most [`LONGEST_DESCRIPTION`] characters, cut between words.
fn shorten(text: &str) -> String {
    let mut short = String::new();
    for word in text.split_whitespace() {
        if short.chars().count() + word.chars().count() >= LONGEST_DESCRIPTION {
            short.push('…');
            break;
        }
        if !short.is_empty() {
            short.push(' ');
        }
        short.push_str(word);
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_becomes_one_line_cut_between_words() {
        assert_eq!(shorten(" one\n two  "), "one two");
        let long = shorten(&"word ".repeat(100));
        assert!(long.ends_with("word…"));
        assert!(long.chars().count() <= LONGEST_DESCRIPTION);
    }
}
