//! `/`: the site's introduction, then every category with its videos.

use askama::Template;

use super::category_path;
use super::frame::{Frame, Section};
use super::listing::{Card, cards};
use crate::base_url::BaseUrl;
use crate::catalogue::{Catalogue, Category};

#[derive(Template)]
#[template(path = "home.html")]
pub(super) struct Home<'a> {
    frame: Frame<'a>,
    shelves: Vec<Shelf<'a>>,
}

/// A category on the home page.
struct Shelf<'a> {
    category: &'a Category,
    path: String,
    cards: Vec<Card<'a>>,
}

impl<'a> Home<'a> {
    pub(super) fn new(catalogue: &'a Catalogue, base: &BaseUrl) -> Self {
        let site = &catalogue.site;
        let description = site
            .description
            .as_deref()
            .unwrap_or("Videos to watch, online and offline.");
        let mut frame = Frame::public(catalogue, base, Section::Home, &site.name, "/", description);
        let mut shelves = Vec::new();
        let mut before = 0;
        for category in catalogue
            .categories
            .iter()
            .filter(|category| !category.videos.is_empty())
        {
            let cards = cards(catalogue, &category.videos, before);
            before += cards.len();
            shelves.push(Shelf {
                category,
                path: category_path(category),
                cards,
            });
        }
        let mut videos = shelves.iter().flat_map(|shelf| &shelf.cards);
        frame.image = videos
            .find_map(|card| card.video.poster())
            .map(|poster| base.absolute(poster));
        Home { frame, shelves }
    }
}
