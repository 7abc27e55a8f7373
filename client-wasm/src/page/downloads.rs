//! The list of downloads, on the Downloads page and on the offline page.

use std::cell::RefCell;

use media::ledger::{State, Summary};
use media::text;

use super::{control, state};
use crate::command::Command;
use crate::web::dom::{self, Element};
use crate::web::{global, storage};

thread_local! {
    /// By the ids of their videos.
    static ROWS: RefCell<Vec<(String, Element)>> = const { RefCell::new(Vec::new()) };
}

/// Makes **Delete all** work.
pub(super) fn start() {
    let (Some(button), Some(dialog)) = (
        dom::find("[data-action=delete-all]"),
        dom::find("[data-confirm-delete]"),
    ) else {
        return;
    };
    let asked = dialog.clone();
    button.on("click", move || {
        // Esc leaves the last answer standing.
        asked.clear_return_value();
        if let Err(reason) = asked.show_modal() {
            global::warn(&reason.to_string());
        }
    });
    let answered = dialog.clone();
    dialog.on("close", move || {
        if answered.return_value() == "delete" {
            state::send(&Command::DeleteAll);
        }
    });
}

/// Shows the list as it is now. A row that stays keeps its elements, and so the focus in it.
pub(super) async fn show() {
    let (Some(list), Some(template)) = (
        dom::find("[data-download-list]"),
        dom::find("[data-download-row]"),
    ) else {
        return;
    };
    let videos = state::all();
    ROWS.with_borrow_mut(|rows| {
        rows.retain(|(id, row)| {
            let stays = videos.iter().any(|video| video.id == *id);
            if !stays {
                row.remove();
            }
            stays
        });
        for video in &videos {
            if !rows.iter().any(|(id, _)| *id == video.id) {
                let Ok(row) = template.instantiate() else {
                    continue;
                };
                introduce(&row, video);
                list.append(&row);
                rows.push((video.id.clone(), row));
            }
            let mut known = rows.iter();
            let row = known.find(|(id, _)| *id == video.id);
            if let Some(size) = row.and_then(|(_, row)| row.find("[data-row-size]")) {
                let bytes = if video.state == State::Stored {
                    video.received
                } else {
                    video.total
                };
                let bytes = text::bytes(bytes);
                size.set_text(&match &video.quality {
                    Some(quality) => format!("{quality} · {bytes}"),
                    None => bytes,
                });
            }
        }
    });
    if let Some(empty) = dom::find("[data-empty]") {
        empty.set_hidden(!videos.is_empty());
    }
    if let Some(button) = dom::find("[data-action=delete-all]") {
        button.set_hidden(videos.is_empty());
    }
    control::show_all();
    show_storage().await;
}

/// Writes into a new row what does not change.
fn introduce(row: &Element, video: &Summary) {
    if let Some(link) = row.find("[data-row-link]") {
        link.set_attribute("href", &format!("/{}/", video.id));
    }
    if let Some(title) = row.find("[data-row-title]") {
        title.set_text(&video.title);
    }
    if let Some(poster) = row.find("[data-row-poster]") {
        match &video.poster {
            Some(src) => poster.set_attribute("src", src),
            None => poster.set_hidden(true),
        }
    }
    if let Some(controls) = row.find("[data-video]") {
        controls.set_attribute("data-video", &video.id);
        controls.set_attribute("data-title", &video.title);
        controls.set_attribute("aria-label", &format!("Offline: {}", video.title));
        for button in controls.find_all("button") {
            let name = button.text();
            button.set_attribute("aria-label", &format!("{} {}", name.trim(), video.title));
        }
        control::wire(&controls);
    }
}

async fn show_storage() {
    let Some(line) = dom::find("[data-storage]") else {
        return;
    };
    let stored: u64 = state::all().iter().map(|video| video.received).sum();
    let words = match storage::estimate().await {
        Some(room) => format!(
            "{} of videos stored. The browser has {} free for this site.",
            text::bytes(stored),
            text::bytes(room.free())
        ),
        None => format!(
            "{} of videos stored. This browser does not say how much space is free.",
            text::bytes(stored)
        ),
    };
    line.set_text(&words);
}
