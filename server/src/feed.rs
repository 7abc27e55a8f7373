//! What machines ask a site for: the Atom feed (RFC 4287), the sitemap and robots.txt.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::SystemTime;

use askama::Template;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::assets::ASSETS;
use crate::base_url::BaseUrl;
use crate::catalogue::{Catalogue, Category, Entry};
use crate::pages::category_path;
use crate::respond::{Document, Lifetime};

/// A feed says what is new; readers keep the rest.
const LONGEST_FEED: usize = 50;

#[derive(Template)]
#[template(path = "feed.xml")]
struct Feed<'a> {
    home: String,
    address: String,
    icon: String,
    title: Cow<'a, str>,
    subtitle: Option<Cow<'a, str>>,
    updated: Timestamp,
    items: Vec<Item<'a>>,
}

struct Item<'a> {
    address: String,
    title: Cow<'a, str>,
    summary: Option<Cow<'a, str>>,
    category: Cow<'a, str>,
    /// Address and type of the first source that is one file; the type may be empty.
    enclosure: Option<(String, Cow<'a, str>)>,
    date: Option<Date>,
    updated: Timestamp,
}

/// The newest videos first; those without a date that can be understood come last.
///
/// # Errors
/// If the template cannot be rendered.
pub(crate) fn feed(catalogue: &Catalogue, base: &BaseUrl) -> askama::Result<Arc<Document>> {
    let categories = catalogue.categories.iter();
    let mut videos: Vec<(&Category, &Entry)> = categories
        .flat_map(|category| category.videos.iter().map(move |entry| (category, entry)))
        .collect();
    videos.sort_by_key(|(_, entry)| std::cmp::Reverse(entry.date));
    let items: Vec<Item<'_>> = videos
        .into_iter()
        .take(LONGEST_FEED)
        .map(|(category, entry)| item(category, entry, base))
        .collect();
    let feed = Feed {
        home: base.absolute("/"),
        address: base.absolute("/feed.xml"),
        icon: base.absolute(ASSETS.url("icons/icon-192.png")),
        title: xml_text(&catalogue.site.name),
        subtitle: catalogue.site.description.as_deref().map(xml_text),
        updated: items
            .iter()
            .map(|item| item.updated)
            .max()
            .unwrap_or_default(),
        items,
    };
    Ok(Document::new(
        "application/atom+xml; charset=utf-8",
        Lifetime::Revalidate,
        feed.render()?,
    ))
}

fn item<'a>(category: &'a Category, entry: &'a Entry, base: &BaseUrl) -> Item<'a> {
    let video = &entry.video;
    let source = video.files().next();
    Item {
        address: base.absolute(&video.page()),
        title: xml_text(&video.title),
        summary: video.description.as_deref().map(str::trim).map(xml_text),
        category: xml_text(&category.name),
        enclosure: source.map(|source| (base.absolute(&source.src), xml_text(&source.r#type))),
        date: entry.date,
        updated: timestamp(entry.modified),
    }
}

/// To the second, which is all that a reader needs.
fn timestamp(time: SystemTime) -> Timestamp {
    let exact = Timestamp::try_from(time).unwrap_or_default();
    Timestamp::from_second(exact.as_second()).unwrap_or_default()
}

/// XML 1.0 has no way to write most control characters, not even escaped.
fn xml_text(text: &str) -> Cow<'_, str> {
    let is_writable = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..);
    if text.chars().all(is_writable) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.chars().filter(|c| is_writable(*c)).collect())
    }
}

#[derive(Template)]
#[template(path = "sitemap.xml")]
struct Sitemap {
    pages: Vec<(String, Option<Timestamp>)>,
}

/// Home, categories and videos; nothing else is for others to find.
///
/// # Errors
/// If the template cannot be rendered.
pub(crate) fn sitemap(catalogue: &Catalogue, base: &BaseUrl) -> askama::Result<Arc<Document>> {
    let mut pages = vec![(base.absolute("/"), None)];
    for category in &catalogue.categories {
        pages.push((base.absolute(&category_path(category)), None));
        for entry in &category.videos {
            pages.push((
                base.absolute(&entry.video.page()),
                Some(timestamp(entry.modified)),
            ));
        }
    }
    let sitemap = Sitemap { pages }.render()?;
    Ok(Document::new(
        "application/xml; charset=utf-8",
        Lifetime::Revalidate,
        sitemap,
    ))
}

/// Everything may be read; the pages that should not be found say so themselves.
pub(crate) fn robots(base: &BaseUrl) -> Arc<Document> {
    let text = format!(
        "User-agent: *\nAllow: /\n\nSitemap: {}\n",
        base.absolute("/sitemap.xml")
    );
    Document::new("text/plain; charset=utf-8", Lifetime::Revalidate, text)
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;
    use http_body_util::BodyExt;

    use super::*;

    #[tokio::test]
    async fn an_enclosure_says_only_what_xml_can_hold_and_no_type_that_is_not_known() {
        let mut catalogue = crate::pages::fixture::catalogue();
        let base = "https://lantern.example".parse().unwrap();
        let mut enclosure = async |r#type: &str| {
            catalogue.categories[0].videos[0].video.video_sources[0].r#type = r#type.into();
            let answer = feed(&catalogue, &base).unwrap();
            let body = answer.instead(StatusCode::OK).into_body();
            let text = body.collect().await.unwrap().to_bytes();
            let text = std::str::from_utf8(&text).unwrap().to_owned();
            let lines = text.lines().filter(|line| line.contains("enclosure"));
            lines.map(str::trim).next().unwrap_or_default().to_owned()
        };
        let (start, end) = ("<link rel=\"enclosure\"", " href=\"https://");
        let typed = format!("{start} type=\"video/mp4\"{end}");
        assert!(enclosure("video/\u{7}mp4").await.starts_with(&typed));
        let untyped = format!("{start}{end}");
        assert!(enclosure("").await.starts_with(&untyped));
    }

    #[test]
    fn what_xml_cannot_hold_is_left_out() {
        assert_eq!(xml_text("a\u{7}b\u{fffe}c\nd 🎬"), "abc\nd 🎬");
        assert!(matches!(xml_text("plain"), Cow::Borrowed(_)));
    }
}
