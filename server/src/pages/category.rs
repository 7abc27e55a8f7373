//! `/category/{slug}/`: what the category is about, and its videos.

use askama::Template;

use super::category_path;
use super::frame::{Frame, Section};
use super::listing::{Card, cards};
use crate::base_url::BaseUrl;
use crate::catalogue::{Catalogue, Category};

#[derive(Template)]
#[template(path = "category.html")]
pub(super) struct CategoryPage<'a> {
    frame: Frame<'a>,
    category: &'a Category,
    cards: Vec<Card<'a>>,
}

impl<'a> CategoryPage<'a> {
    pub(super) fn new(catalogue: &'a Catalogue, category: &'a Category, base: &BaseUrl) -> Self {
        let titles: Vec<&str> = category
            .videos
            .iter()
            .map(|entry| entry.video.title.as_str())
            .collect();
        let description = format!("{}: {}", category.name, titles.join(" · "));
        let path = category_path(category);
        let mut frame = Frame::public(
            catalogue,
            base,
            Section::Other,
            &category.name,
            &path,
            &description,
        );
        let poster = category
            .videos
            .iter()
            .find_map(|entry| entry.video.poster());
        frame.image = poster.map(|poster| base.absolute(poster));
        CategoryPage {
            frame,
            category,
            cards: cards(catalogue, &category.videos, 0),
        }
    }
}
