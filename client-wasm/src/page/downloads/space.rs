//! How much room there is, who uses it, and whether the browser keeps what is stored.

use std::cell::Cell;

use media::text;

use super::super::state;
use crate::web::dom::{self, Element};
use crate::web::{global, storage};

/// Milliseconds between two questions to the browser, which costs it some work.
const ASK_EVERY: f64 = 4_000.0;

thread_local! {
    static ASKED: Cell<f64> = const { Cell::new(0.0) };
    static IS_DUE: Cell<bool> = const { Cell::new(false) };
}

/// Makes **Ask to keep them** work, and says what the browser has promised so far.
pub(super) fn start() {
    let Some(button) = dom::find("[data-persist]") else {
        return;
    };
    let asking = button.clone();
    button.on("click", move || {
        let button = asking.clone();
        global::spawn(async move {
            let promised = storage::persist().await == Some(true);
            say_promise(
                &button,
                promised,
                "The browser does not promise it now. Many do so once you visit this site often, or install it or add it to the bookmarks.",
            );
        });
    });
    global::spawn(async move {
        if let Some(promised) = storage::persisted().await {
            say_promise(
                &button,
                promised,
                "The browser may delete these videos when space runs short.",
            );
        }
    });
}

fn say_promise(button: &Element, promised: bool, otherwise: &str) {
    let Some(line) = dom::find("[data-persisted]") else {
        return;
    };
    line.set_text(if promised {
        "The browser has promised to keep these videos."
    } else {
        otherwise
    });
    let had_focus = button.has_focus();
    button.set_hidden(promised);
    if had_focus && promised {
        line.focus();
    }
}

/// Shows it within some seconds, and at once where that was not done just before.
pub(super) fn show_soon() {
    let Some(section) = dom::find("[data-space]") else {
        return;
    };
    if IS_DUE.replace(true) {
        return;
    }
    global::spawn(async move {
        global::sleep((ASKED.get() + ASK_EVERY - global::now()).max(0.0)).await;
        ASKED.set(global::now());
        IS_DUE.set(false);
        show(&section).await;
    });
}

async fn show(section: &Element) {
    let videos: u64 = state::all().iter().map(|video| video.received).sum();
    let estimate = storage::estimate().await;
    let set_text = |place: &str, words: &str| {
        if let Some(place) = section.find(place) {
            place.set_text(words);
        }
    };
    section.set_hidden(false);
    let Some(estimate) = estimate else {
        set_text(
            "[data-space-words]",
            &format!(
                "{} of videos stored. This browser does not say how much space is free.",
                text::bytes(videos)
            ),
        );
        return;
    };
    let (other, free) = (estimate.used.saturating_sub(videos), estimate.free());
    let words = [
        ("videos", format!("Videos: {}", text::bytes(videos)), videos),
        (
            "other",
            format!("Other data of this site: {}", text::bytes(other)),
            other,
        ),
        ("free", format!("Free: about {}", text::bytes(free)), free),
    ];
    let whole = (videos + other + free).max(1);
    let mut name = "Storage.".to_owned();
    for (part, words, bytes) in words {
        set_text(&format!("[data-space-{part}-words]"), &words);
        name += &format!(" {words}.");
        if let Some(bar) = section.find(&format!("[data-space-{part}]")) {
            // In thousandths, without fractions.
            bar.set_style(
                "flex-grow",
                &(bytes.saturating_mul(1000) / whole).to_string(),
            );
            bar.set_hidden(bytes == 0);
        }
    }
    if let Some(bar) = section.find("[data-space-bar]") {
        bar.set_attribute("aria-label", &name);
        bar.set_hidden(false);
    }
    if let Some(legend) = section.find("[data-space-legend]") {
        legend.set_hidden(false);
    }
}
