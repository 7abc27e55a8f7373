//! What concerns all downloads: **Pause all**, **Resume all**, **Delete all**, and sums by category.

use std::rc::Rc;

use media::ledger::{State, Summary};
use media::text;

use super::super::state;
use crate::command::Command;
use crate::web::dom::{self, Element};
use crate::web::global;

/// Makes the buttons work.
pub(super) fn start() {
    for (name, command) in [
        ("pause-all", Command::PauseAll),
        ("resume-all", Command::ResumeAll),
    ] {
        if let Some(button) = button(name) {
            button.on("click", move || state::send(&command));
        }
    }
    let (Some(button), Some(dialog)) = (button("delete-all"), dom::find("[data-confirm-delete]"))
    else {
        return;
    };
    button.on("click", move || {
        let dialog = dialog.clone();
        global::spawn(async move {
            match dialog.ask().await.as_deref() {
                Ok("delete") => state::send(&Command::DeleteAll),
                Ok(_) => {}
                Err(reason) => global::warn(&reason.to_string()),
            }
        });
    });
}

fn button(name: &str) -> Option<Element> {
    dom::find(&format!("[data-action={name}]"))
}

/// Shows the buttons that would do something, and the sums.
pub(super) fn show() {
    // Without one a press would be lost.
    let has_worker = state::worker().is_some();
    let videos = state::all();
    let any = |is: fn(&Summary) -> bool| videos.iter().any(|video| is(video));
    for (name, is_shown) in [
        ("pause-all", any(|video| video.state.is_active())),
        (
            "resume-all",
            any(|video| {
                matches!(
                    video.state,
                    State::Paused | State::Failed | State::Incomplete
                )
            }),
        ),
        ("delete-all", !videos.is_empty()),
    ] {
        if let Some(button) = button(name) {
            button.set_hidden(!is_shown || !has_worker);
        }
    }
    for part in dom::find_all("[data-not-empty]") {
        part.set_hidden(videos.is_empty());
    }
    show_categories(sums(&videos));
}

/// In the order of the names: a category's name, how many videos of it are here, and their bytes.
type Sum = (String, u64, u64);

fn sums(videos: &[Rc<Summary>]) -> Vec<Sum> {
    let mut sums: Vec<Sum> = Vec::new();
    for video in videos.iter().filter(|video| video.state != State::Removed) {
        let name = video.category.as_deref().unwrap_or("Other videos");
        let known = sums.binary_search_by(|(known, ..)| known.as_str().cmp(name));
        let at = known.unwrap_or_else(|at| {
            sums.insert(at, (name.to_owned(), 0, 0));
            at
        });
        sums[at].1 += 1;
        sums[at].2 += video.received;
    }
    sums
}

fn show_categories(sums: Vec<Sum>) {
    let (Some(body), Some(template)) = (
        dom::find("[data-categories]"),
        dom::find("[data-category-row]"),
    ) else {
        return;
    };
    let mut rows = body.find_all("tr");
    while rows.len() < sums.len() {
        let Ok(row) = template.instantiate() else {
            return;
        };
        body.append(&row);
        rows.push(row);
    }
    for row in rows.drain(sums.len()..) {
        row.remove();
    }
    for (row, (name, count, bytes)) in rows.iter().zip(sums) {
        let cells = row.find_all("th, td");
        for (cell, words) in cells
            .iter()
            .zip([name, count.to_string(), text::bytes(bytes)])
        {
            cell.set_text(&words);
        }
    }
}
