//! Several videos at once: ticks, **Remove selected**, and its **Undo**.

use std::cell::RefCell;

use media::ledger::State;
use media::text;

use super::super::state;
use super::list;
use crate::command::Command;
use crate::web::dom;

thread_local! {
    /// What was removed last.
    static REMOVED: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Makes ticks and buttons work.
pub(super) fn start() {
    if let Some(list) = dom::find("[data-download-list]") {
        list.on("change", show);
    }
    if let Some(all) = dom::find("[data-select-all]") {
        let chosen = all.clone();
        all.on("change", move || {
            for tick in list::rows().iter().filter_map(|row| row.tick.as_ref()) {
                tick.set_checked(chosen.is_checked());
            }
            show();
        });
    }
    if let Some(button) = dom::find("[data-remove-selected]") {
        button.on("click", remove);
    }
    if let Some(button) = dom::find("[data-undo-selected]") {
        button.on("click", || {
            let ids = REMOVED.take();
            state::send(&Command::Undo { ids });
            show();
        });
    }
}

/// The ids of what is ticked and can be removed.
fn selected() -> Vec<String> {
    let rows = list::rows();
    let ticked = rows
        .iter()
        .filter(|row| row.tick.as_ref().is_some_and(dom::Element::is_checked));
    ticked.map(|row| row.id.clone()).collect()
}

/// Lets all be selected only where all have their rows.
pub(super) fn show_whole(is_whole: bool) {
    if let Some(all) = dom::find("[data-select-all]") {
        all.set_enabled(is_whole);
    }
    show();
}

/// Shows what is selected, and whether the last removal can be taken back.
pub(super) fn show() {
    let (Some(all), Some(button)) = (
        dom::find("[data-select-all]"),
        dom::find("[data-remove-selected]"),
    ) else {
        return;
    };
    let selected = selected();
    let videos = selected.iter().filter_map(|id| state::get(id));
    let bytes = videos.map(|video| list::size(&video)).sum();
    let count = selected.len();
    button.set_text(&format!(
        "Remove selected ({count}, {})",
        text::bytes(bytes)
    ));
    let rows = list::rows().len();
    all.set_checked(count > 0 && count == rows);
    all.set_half_checked(count > 0 && count < rows);
    let had_focus = button.has_focus();
    button.set_hidden(count == 0 || state::worker().is_none());
    if had_focus && count == 0 {
        all.focus();
    }
    let removed = REMOVED.with_borrow(|removed| {
        let removed = removed.iter();
        removed.filter(|id| is_removed(id)).count()
    });
    if let Some(undo) = dom::find("[data-undo-selected]") {
        let had_focus = undo.has_focus();
        undo.set_hidden(removed == 0);
        if had_focus && removed == 0 {
            all.focus();
        }
    }
    if let Some(note) = dom::find("[data-selection-note]") {
        note.set_text(&match removed {
            0 => String::new(),
            1 => "1 video removed.".to_owned(),
            _ => format!("{removed} videos removed."),
        });
    }
}

fn is_removed(id: &str) -> bool {
    state::get(id).is_some_and(|video| video.state == State::Removed)
}

/// Removes what is selected: what is stored so that it can be taken back, all else at once.
fn remove() {
    let mut removed = Vec::new();
    for row in list::rows() {
        let Some(tick) = row.tick.as_ref().filter(|tick| tick.is_checked()) else {
            continue;
        };
        tick.set_checked(false);
        let id = row.id.clone();
        match state::get(&id).map(|video| video.state) {
            Some(State::Stored) => removed.push(id),
            Some(State::Removed) | None => {}
            Some(_) => state::send(&Command::Cancel { id }),
        }
    }
    REMOVED.set(removed.clone());
    state::send(&Command::Remove { ids: removed });
    show();
}
