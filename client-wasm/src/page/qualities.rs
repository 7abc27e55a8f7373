//! What a video's own page offers: the size of the download, and its other qualities.

use media::manifest::Quality;
use media::text;

use super::control;
use super::offer::{self, Offer};
use crate::web::dom::Element;

/// Puts the download's size on the button of a video's own page, and the other qualities into its
/// menu.
pub(super) async fn show_size(control: Element) {
    let Ok((set, all)) = offer::offers(&control::id_of(&control)).await else {
        return;
    };
    if let Some(place) = control.find("[data-size]")
        && let Some(size) = size_of(&set)
    {
        place.set_text(&format!(" ({size})"));
    }
    if all.len() > 1 {
        offer_qualities(&control, &set, &all);
    }
}

fn size_of(offer: &Offer) -> Option<String> {
    let (bytes, exact) = offer.size();
    let about = if exact { "" } else { "about " };
    (bytes > 0).then(|| format!("{about}{}", text::bytes(bytes)))
}

/// Fills the menu: each item starts the download in its quality.
fn offer_qualities(control: &Element, set: &Offer, all: &[(Quality, Offer)]) {
    let Some(menu) = control.find("[data-qualities]") else {
        return;
    };
    for (quality, offer) in all.iter().filter(|(_, offer)| offer.keep != set.keep) {
        let Some(item) = menu.find(&format!("[data-quality={}]", name(*quality))) else {
            continue;
        };
        let figures = [offer.quality.clone(), size_of(offer)]
            .into_iter()
            .flatten();
        let figures: Vec<String> = figures.collect();
        if let Some(place) = item.find("[data-quality-figures]") {
            place.set_text(&figures.join(", "));
        }
        item.set_hidden(false);
        let (id, quality) = (control::id_of(control), *quality);
        item.on("click", move || control::begin(id.clone(), Some(quality)));
    }
    menu.remove_attribute("data-unavailable");
    control::show(&control::id_of(control));
}

fn name(quality: Quality) -> &'static str {
    match quality {
        Quality::DataSaver => "data-saver",
        Quality::Standard => "standard",
        Quality::Best => "best",
    }
}
