//! The download controls, wherever a page has them: one set of elements for each video, of which a
//! state shows some. On the Downloads page their names end with the video's title.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use media::ledger::{State, Summary, Transport};
use media::manifest::Quality;
use media::text;

use super::offer::{self, Offer};
use super::{request, state};
use crate::command::Command;
use crate::web::dom::{self, Element};
use crate::web::global;

/// What the live region says while the browser holds a background fetch back.
const HELD_BACK: &str = "The browser continues this when you stop browsing.";

thread_local! {
    /// Why a download could not even begin.
    static REFUSED: RefCell<HashMap<String, String>> = RefCell::default();
    /// Videos whose button was pressed and whose row is not written yet.
    static PENDING: RefCell<HashSet<String>> = RefCell::default();
}

/// Makes the controls of the page work, and shows them.
pub(super) fn start() {
    for control in dom::find_all("[data-video]") {
        wire(&control);
    }
    // On a page with many cards, a size on each would be a request for each.
    for control in dom::find_all("[data-video]:not(.offline-compact)") {
        global::spawn(show_size(control));
    }
    show_all();
}

/// Makes one set of controls work.
pub(super) fn wire(control: &Element) {
    if control.attribute("data-wired").is_some() {
        return;
    }
    control.set_attribute("data-wired", "");
    for button in control.find_all("[data-action]") {
        let (control, action) = (
            control.clone(),
            button.attribute("data-action").unwrap_or_default(),
        );
        button.on("click", move || press(&id_of(&control), &action));
    }
}

fn id_of(control: &Element) -> String {
    control.attribute("data-video").unwrap_or_default()
}

fn press(id: &str, action: &str) {
    let id = id.to_owned();
    match action {
        "download" => begin(id, None),
        "retry" if state::get(&id).is_none() => begin(id, None),
        "retry" | "resume" => state::send(&Command::Resume { id }),
        "pause" => state::send(&Command::Pause { id }),
        "discard" if state::get(&id).is_none() => {
            REFUSED.with_borrow_mut(|refused| refused.remove(&id));
            show(&id);
        }
        "cancel" | "discard" => state::send(&Command::Cancel { id }),
        "remove" => state::send(&Command::Remove { id }),
        "undo" => state::send(&Command::Undo { id }),
        "now" => state::send(&Command::HandOver { id }),
        _ => {}
    }
}

fn begin(id: String, quality: Option<Quality>) {
    if !PENDING.with_borrow_mut(|pending| pending.insert(id.clone())) {
        return;
    }
    REFUSED.with_borrow_mut(|refused| refused.remove(&id));
    show(&id);
    global::spawn(async move {
        let outcome = request::begin(&id, quality).await;
        PENDING.with_borrow_mut(|pending| pending.remove(&id));
        if let Err(words) = outcome {
            REFUSED.with_borrow_mut(|refused| refused.insert(id.clone(), words));
        }
        show(&id);
    });
}

/// Shows every control of the page as its video is now.
pub(super) fn show_all() {
    if state::worker().is_none() {
        return;
    }
    for control in dom::find_all("[data-video]") {
        render(&control);
    }
}

/// Forgets why a download could not begin, because one has.
pub(super) fn has_begun(id: &str) {
    REFUSED.with_borrow_mut(|refused| refused.remove(id));
}

/// Shows one video's controls.
pub(super) fn show(id: &str) {
    for control in dom::find_all("[data-video]") {
        if id_of(&control) == id {
            render(&control);
        }
    }
}

fn render(control: &Element) {
    let id = id_of(control);
    let summary = state::get(&id);
    let refused = REFUSED
        .with_borrow(|refused| refused.get(&id).cloned())
        .filter(|_| summary.is_none());
    let shown = match (&summary, &refused) {
        (Some(summary), _) => summary.state.name(),
        (None, Some(_)) => State::Failed.name(),
        (None, None) => "none",
    };
    let had_focus = control.has_focus();
    for part in control.find_all("[data-when]") {
        let listed = part
            .attribute("data-when")
            .unwrap_or_default()
            .split(' ')
            .any(|state| state == shown);
        let fits = match part.attribute("data-action").as_deref() {
            Some("pause") => summary
                .as_ref()
                .is_some_and(|summary| summary.transport == Transport::Worker),
            Some("now") => summary
                .as_ref()
                .is_some_and(|summary| summary.transport == Transport::Background),
            _ => part.attribute("data-unavailable").is_none(),
        };
        part.set_hidden(!(listed && fits));
    }
    control.set_attribute("data-state", shown);
    let pending = PENDING.with_borrow(|pending| pending.contains(&id));
    if let Some(button) = control.find("[data-action=download]") {
        button.set_attribute("aria-busy", if pending { "true" } else { "false" });
    }
    if let Some(summary) = &summary {
        show_progress(control, summary);
    }
    if let Some(alert) = control.find("[data-alert]") {
        let words = summary
            .as_ref()
            .and_then(|summary| summary.alert.clone())
            .or(refused);
        alert.set_text(words.as_deref().unwrap_or_default());
    }
    if let Some(note) = control.find("[data-note]") {
        note.set_text(&note_of(&id, summary.as_ref(), pending));
    }
    control.set_hidden(false);
    // The pressed button is gone; whoever uses the keyboard goes on with the next one. Browsers take
    // the focus from a hidden element only later.
    if had_focus && control.find(":focus").is_none_or(|focus| focus.is_hidden()) {
        let mut buttons = control.find_all("button").into_iter();
        if let Some(next) = buttons.find(|button| !button.is_hidden()) {
            next.focus();
        }
    }
}

fn show_progress(control: &Element, summary: &Summary) {
    let received = summary.received.min(summary.total);
    let percent = received
        .saturating_mul(100)
        .checked_div(summary.total)
        .unwrap_or(0);
    let figures = format!(
        "{} of {}",
        text::bytes(summary.received),
        text::bytes(summary.total)
    );
    if let Some(bar) = control.find("[role=progressbar]") {
        bar.set_attribute("aria-valuenow", &percent.to_string());
        bar.set_attribute("aria-valuetext", &format!("{percent} %, {figures}"));
    }
    if let Some(bar) = control.find(".progress-bar") {
        bar.set_style("inline-size", &format!("{percent}%"));
    }
    if let Some(line) = control.find("[data-figures]") {
        line.set_text(&figures);
    }
}

/// What the live region says. It changes with the state, not with every byte.
fn note_of(id: &str, summary: Option<&Summary>, pending: bool) -> String {
    let Some(summary) = summary else {
        return if pending {
            "Preparing the download.".to_owned()
        } else {
            String::new()
        };
    };
    match summary.state {
        State::Queued | State::Downloading
            if summary.transport == Transport::Background && state::stands_still(id) =>
        {
            HELD_BACK.to_owned()
        }
        State::Downloading => "Downloading.".to_owned(),
        State::Queued => "Waiting for other downloads.".to_owned(),
        State::Stored => summary.note.clone().unwrap_or_default(),
        _ => String::new(),
    }
}

/// Puts the download's size on the button of a video's own page, and the other qualities into its
/// menu.
async fn show_size(control: Element) {
    // What is on this device asks nothing of the network.
    if state::get(&id_of(&control)).is_some() {
        return;
    }
    let Ok((set, all)) = offer::offers(&id_of(&control)).await else {
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
        let (id, quality) = (id_of(control), *quality);
        item.on("click", move || begin(id.clone(), Some(quality)));
    }
    menu.remove_attribute("data-unavailable");
    render(control);
}

fn name(quality: Quality) -> &'static str {
    match quality {
        Quality::DataSaver => "data-saver",
        Quality::Standard => "standard",
        Quality::Best => "best",
    }
}
