//! The download controls, wherever a page has them: one set of elements for each video, of which a
//! state shows some. On the Downloads page their names end with the video's title.

use std::cell::RefCell;
use std::rc::Rc;

use media::ledger::{State, Summary, Transport};
use media::manifest::Quality;
use media::text;

use super::request::{self, Refusal};
use super::{downloads, pace, qualities, settings, state};
use crate::command::Command;
use crate::web::dom::{self, Element};
use crate::web::{connection, global, page};

/// What the live region says while the browser holds a background fetch back.
const HELD_BACK: &str = "The browser continues this when you stop browsing.";

/// And when that is no explanation any more.
const STUCK: &str =
    "The browser has received nothing for a while. Press Download now to go on without it.";

/// Milliseconds after a failure in which the page may turn out to have been left.
const LEFT: f64 = 1_000.0;

/// Where a tab notes the presses whose rows are not written yet, so that leaving the page loses none.
const PRESSED: &str = "kinora-pressed";

/// The controls of one video in one place.
#[derive(Debug)]
struct Control {
    id: String,
    root: Element,
    parts: Vec<Part>,
}

/// What is shown in some states only.
#[derive(Debug)]
struct Part {
    element: Element,
    /// The names of the states.
    when: String,
    /// What else must be the case.
    needs: Option<String>,
}

thread_local! {
    /// In the order of their videos' ids.
    static CONTROLS: RefCell<Vec<Rc<Control>>> = const { RefCell::new(Vec::new()) };
    /// Why a download could not even begin.
    static REFUSED: RefCell<Vec<(String, Refusal)>> = const { RefCell::new(Vec::new()) };
    /// Videos whose button was pressed and whose row is not written yet.
    static PENDING: RefCell<Vec<(String, Option<Quality>)>> = const { RefCell::new(Vec::new()) };
}

/// Makes the controls of the page work, and shows them.
pub(super) fn start() {
    for control in dom::find_all("[data-video]") {
        take_in(&control);
    }
    // On a page with many cards, a size on each would be a request for each.
    for control in dom::find_all("[data-video]:not(.offline-compact)") {
        // What is on this device asks nothing of the network.
        if state::get(&id_of(&control)).is_none() {
            global::spawn(qualities::show_size(control));
        }
    }
    if let Some(root) = dom::root() {
        root.on_click_within(|target| {
            if let Some(button) = target.closest("[data-action]")
                && let Some(control) = button.closest("[data-video]")
            {
                press(
                    &id_of(&control),
                    &button.attribute("data-action").unwrap_or_default(),
                );
            }
        });
    }
    show_all();
    // What was pressed on the page before, and not noted yet.
    let pressed: Option<Vec<_>> =
        page::recall(PRESSED).and_then(|text| media::json::parse(&text).ok());
    for (id, quality) in pressed.unwrap_or_default() {
        begin(id, quality);
    }
}

/// Takes in one set of controls, and shows it.
pub(super) fn add(root: &Element) {
    take_in(root);
    show(&id_of(root));
}

fn take_in(root: &Element) {
    let id = id_of(root);
    let at = CONTROLS.with_borrow(|controls| {
        let at = controls.partition_point(|known| known.id <= id);
        let is_known = at > 0 && controls[at - 1].root == *root;
        (!is_known).then_some(at)
    });
    // A list may have brought it before the page had its worker.
    let Some(at) = at else { return };
    let part = |element: Element| Part {
        when: element.attribute("data-when").unwrap_or_default(),
        needs: element.attribute("data-needs"),
        element,
    };
    let parts = root.find_all("[data-when]").into_iter().map(part).collect();
    let control = Control {
        id,
        root: root.clone(),
        parts,
    };
    CONTROLS.with_borrow_mut(|controls| controls.insert(at, Rc::new(control)));
}

/// Forgets a video's controls, which the page has no more.
pub(super) fn remove(id: &str) {
    CONTROLS.with_borrow_mut(|controls| {
        let from = controls.partition_point(|known| known.id.as_str() < id);
        let to = controls.partition_point(|known| known.id.as_str() <= id);
        controls.drain(from..to);
    });
}

pub(super) fn id_of(control: &Element) -> String {
    control.attribute("data-video").unwrap_or_default()
}

fn press(id: &str, action: &str) {
    let id = id.to_owned();
    match action {
        "download" => begin(id, None),
        "retry" if state::get(&id).is_none() => begin(id, None),
        "retry" | "resume" | "repair" => state::send(&Command::Resume { id }),
        "pause" => state::send(&Command::Pause { id }),
        "discard" if state::get(&id).is_none() => {
            has_begun(&id);
            show(&id);
        }
        "cancel" | "discard" => state::send(&Command::Cancel { id }),
        "remove" => state::send(&Command::Remove { ids: vec![id] }),
        "undo" => state::send(&Command::Undo { ids: vec![id] }),
        "now" => state::send(&Command::HandOver { id }),
        "use-metered" => state::send(&Command::UseMetered { id }),
        "copy" => downloads::save_copy(id),
        "update" => state::send(&Command::Update { id }),
        _ => {}
    }
}

/// Begins a download, as if its button had been pressed.
pub(super) fn begin(id: String, quality: Option<Quality>) {
    if is_pending(&id) {
        return;
    }
    PENDING.with_borrow_mut(|pending| pending.push((id.clone(), quality)));
    note_pending();
    has_begun(&id);
    show(&id);
    global::spawn(async move {
        let refusal = request::begin(&id, quality).await.err();
        PENDING.with_borrow_mut(|pending| pending.retain(|(known, _)| *known != id));
        let is_refused = refusal.is_some();
        if let Some(refusal) = refusal {
            REFUSED.with_borrow_mut(|refused| refused.push((id.clone(), refusal)));
        }
        show(&id);
        // In Firefox a page that is left fails first, and then is gone.
        if is_refused {
            global::sleep(LEFT).await;
        }
        note_pending();
    });
}

fn is_pending(id: &str) -> bool {
    PENDING.with_borrow(|pending| pending.iter().any(|(known, _)| known == id))
}

fn note_pending() {
    if let Ok(text) = PENDING.with_borrow(serde_json::to_string) {
        page::remember(PRESSED, &text);
    }
}

/// Forgets why a download could not begin.
pub(super) fn has_begun(id: &str) {
    REFUSED.with_borrow_mut(|refused| refused.retain(|(known, _)| known != id));
}

fn refusal_of(id: &str) -> Option<Refusal> {
    REFUSED.with_borrow(|refused| {
        let mut refused = refused.iter();
        let known = refused.find(|(known, _)| known == id);
        known.map(|(_, refusal)| refusal.clone())
    })
}

/// Shows every control of the page as its video is now.
pub(super) fn show_all() {
    for control in CONTROLS.with_borrow(Clone::clone) {
        control.show();
    }
}

/// Shows one video's controls.
pub(super) fn show(id: &str) {
    let controls: Vec<Rc<Control>> = CONTROLS.with_borrow(|controls| {
        let from = controls.partition_point(|known| known.id.as_str() < id);
        let controls = controls[from..].iter();
        controls
            .take_while(|control| control.id == id)
            .cloned()
            .collect()
    });
    for control in controls {
        control.show();
    }
}

impl Control {
    fn show(&self) {
        if state::worker().is_none() {
            return;
        }
        let video = state::get(&self.id);
        let video = video.as_deref();
        let refusal = refusal_of(&self.id).filter(|_| video.is_none());
        let shown = match (video, &refusal) {
            (Some(video), _) => video.state.name(),
            (None, Some(_)) => State::Failed.name(),
            (None, None) => "none",
        };
        let had_focus = self.root.has_focus();
        for part in &self.parts {
            let is_meant = part.when.split(' ').any(|state| state == shown)
                && match part.needs.as_deref() {
                    None => true,
                    Some("background") => {
                        video.is_some_and(|video| video.transport == Transport::Background)
                    }
                    Some("unmetered") => video.is_some_and(waits_for_unmetered),
                    Some("file") => {
                        video.is_some_and(|video| !video.is_stream && !video.is_encrypted)
                    }
                    Some("newer") => video.is_some_and(|video| video.newer),
                    Some("room") => {
                        refusal.as_ref().is_some_and(|refusal| refusal.is_of_room)
                            || video.is_some_and(lacks_room)
                    }
                    _ => part.element.attribute("data-unavailable").is_none(),
                };
            part.element.set_hidden(!is_meant);
        }
        self.root.set_attribute("data-state", shown);
        let pending = is_pending(&self.id);
        if let Some(button) = self.root.find("[data-action=download]") {
            button.set_attribute("aria-busy", if pending { "true" } else { "false" });
        }
        if let Some(video) = video.filter(|video| video.state != State::Stored) {
            self.show_progress(video);
        }
        let alert = match (video, &refusal) {
            (Some(video), _) => video.alert.as_deref(),
            (None, refusal) => refusal.as_ref().map(|refusal| refusal.words.as_str()),
        };
        self.set_text("[data-alert]", alert.unwrap_or_default());
        self.set_text("[data-note]", &note_of(video, pending));
        self.root.set_hidden(false);
        // The pressed button is gone; whoever uses the keyboard goes on with the next one. Browsers take
        // the focus from a hidden element only later.
        if had_focus
            && self
                .root
                .find(":focus")
                .is_none_or(|focus| focus.is_hidden())
        {
            let mut buttons = self.root.find_all("button").into_iter();
            if let Some(next) = buttons.find(|button| !button.is_hidden()) {
                next.focus();
            }
        }
    }

    fn set_text(&self, place: &str, words: &str) {
        if let Some(place) = self.root.find(place) {
            place.set_text(words);
        }
    }

    fn show_progress(&self, video: &Summary) {
        let received = video.received.min(video.total);
        let percent = received
            .saturating_mul(100)
            .checked_div(video.total)
            .unwrap_or(0);
        let figures = format!(
            "{} of {}",
            text::bytes(video.received),
            text::bytes(video.total)
        );
        if let Some(bar) = self.root.find("[role=progressbar]") {
            bar.set_attribute("aria-valuenow", &percent.to_string());
            bar.set_attribute("aria-valuetext", &format!("{percent} %, {figures}"));
        }
        if let Some(bar) = self.root.find(".progress-bar") {
            bar.set_style("--done", &format!("{percent}%"));
        }
        self.set_text("[data-figures]", &figures);
        self.set_text("[data-pace]", &pace::words(video));
    }
}

/// Whether it is held back because bytes are counted here.
fn waits_for_unmetered(video: &Summary) -> bool {
    video.state == State::Queued
        && !video.metered
        && settings::unmetered_only()
        && connection::is_metered() == Some(true)
}

/// Whether the engine stopped it in the middle for want of room.
fn lacks_room(video: &Summary) -> bool {
    video.state == State::Paused && video.alert.is_some()
}

/// What the live region says. It changes with the state, not with every byte.
fn note_of(video: Option<&Summary>, pending: bool) -> String {
    let Some(video) = video else {
        return if pending {
            "Preparing the download.".to_owned()
        } else {
            String::new()
        };
    };
    let still = state::stands_still(&video.id);
    if video.state.is_active() && video.transport == Transport::Background && still > 0.0 {
        let words = if still < state::STUCK {
            HELD_BACK
        } else {
            STUCK
        };
        return words.to_owned();
    }
    match (video.state, video.retry) {
        (State::Downloading, _) => "Downloading.".to_owned(),
        (State::Queued, _) if !global::is_online() => "Waiting for the network.".to_owned(),
        (State::Queued, _) if waits_for_unmetered(video) => {
            "Waiting for an unmetered connection.".to_owned()
        }
        (State::Queued, Some(at)) => format!(
            "The connection was lost. It tries again by itself {}.",
            text::soon(seconds_until(at))
        ),
        (State::Queued, None) => "Waiting for other downloads.".to_owned(),
        (State::Stored, _) => downloads::copy_note(&video.id)
            .or_else(|| video.note.clone())
            .unwrap_or_default(),
        _ => String::new(),
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "casts saturate, and what is past is now"
)]
fn seconds_until(at: f64) -> u64 {
    ((at - global::now()) / 1000.0) as u64
}
