//! The list: one row for each video on this device. A row keeps its elements, and so the focus in it, for as
//! long as its video is there.

use std::cell::{Cell, RefCell};
use std::cmp::Ordering;
use std::rc::Rc;

use media::ledger::{State, Summary};
use media::text;

use super::{
    super::{control, state},
    selection,
};
use crate::web::dom::{self, Element};
use crate::web::{global, page};

/// Rows that are made at once; the others follow while the browser is idle.
const BATCH: usize = 30;

/// Where the order is remembered for the visit.
const ORDER: &str = "kinora-order";

/// The row of one video.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) id: String,
    element: Element,
    size: Option<Element>,
    /// Not on the offline page.
    pub(super) tick: Option<Element>,
}

thread_local! {
    /// In the order of their videos' ids.
    static ROWS: RefCell<Vec<Rc<Row>>> = const { RefCell::new(Vec::new()) };
    /// Counts the calls of [`show`]: the latest one makes the missing rows.
    static LATEST: Cell<u32> = const { Cell::new(0) };
}

fn list() -> Option<Element> {
    dom::find("[data-download-list]")
}

/// Makes the choice of the order work.
pub(super) fn start() {
    let Some(choice) = dom::find("[data-order]") else {
        return;
    };
    if let Some(order) = page::recall(ORDER) {
        choice.choose(&order);
    }
    let chosen = choice.clone();
    choice.on("change", move || {
        page::remember(ORDER, &chosen.chosen());
        show();
    });
}

/// All rows that there are so far.
pub(super) fn rows() -> Vec<Rc<Row>> {
    ROWS.with_borrow(Clone::clone)
}

fn place(rows: &[Rc<Row>], id: &str) -> Result<usize, usize> {
    rows.binary_search_by(|row| row.id.as_str().cmp(id))
}

fn find(id: &str) -> Option<Rc<Row>> {
    ROWS.with_borrow(|rows| Some(Rc::clone(&rows[place(rows, id).ok()?])))
}

/// Shows one video's row as it is now.
pub(in crate::page) fn show_one(id: &str) {
    match (find(id), state::get(id)) {
        (Some(row), Some(video)) => row.show(&video),
        (Some(row), None) => row.remove(),
        (None, Some(_)) => show(),
        (None, None) => {}
    }
    show_empty();
}

/// Shows the list as it is now: the first rows at once.
pub(super) fn show() {
    let (Some(list), Some(template)) = (list(), dom::find("[data-download-row]")) else {
        return;
    };
    for row in rows() {
        match state::get(&row.id) {
            Some(video) => row.show(&video),
            None => row.remove(),
        }
    }
    show_empty();
    let turn = LATEST.get() + 1;
    LATEST.set(turn);
    let is_whole = make_missing(&list, &template);
    selection::show_whole(is_whole);
    if is_whole {
        return;
    }
    global::spawn(async move {
        loop {
            page::idle().await;
            if LATEST.get() != turn {
                return;
            }
            if make_missing(&list, &template) {
                selection::show_whole(true);
                return;
            }
        }
    });
}

fn show_empty() {
    if let Some(empty) = dom::find("[data-empty]") {
        empty.set_hidden(!state::is_empty());
    }
}

/// Makes some of the missing rows and puts all in order; `true` once none is missing.
fn make_missing(list: &Element, template: &Element) -> bool {
    let videos = ordered();
    let missing = videos.iter().filter(|video| find(&video.id).is_none());
    for video in missing.take(BATCH) {
        let Ok(element) = template.instantiate() else {
            return true;
        };
        list.append(&element);
        let row = Rc::new(Row::new(element, video));
        row.show(video);
        ROWS.with_borrow_mut(|rows| {
            if let Err(at) = place(rows, &row.id) {
                rows.insert(at, row);
            }
        });
    }
    let rows: Vec<Rc<Row>> = videos.iter().filter_map(|video| find(&video.id)).collect();
    list.arrange(rows.iter().map(|row| &row.element));
    rows.len() == videos.len()
}

/// All videos in the order that the person chose.
fn ordered() -> Vec<Rc<Summary>> {
    let order = dom::find("[data-order]").map(|choice| choice.chosen());
    let compare: fn(&Summary, &Summary) -> Ordering = match order.as_deref() {
        Some("size") => |a, b| size(b).cmp(&size(a)),
        Some("title") => |a, b| page::compare(&a.title, &b.title),
        _ => |_, _| Ordering::Equal,
    };
    let mut videos: Vec<Rc<Summary>> = Vec::new();
    for video in state::all() {
        // The newest first among those that are alike.
        let at = videos.partition_point(|known| {
            let order = compare(known, &video);
            order.then(video.added.total_cmp(&known.added)).is_lt()
        });
        videos.insert(at, video);
    }
    videos
}

/// What a video takes, or will take.
pub(super) fn size(video: &Summary) -> u64 {
    if video.state == State::Stored {
        video.received
    } else {
        video.total
    }
}

impl Row {
    /// Writes into a new row what does not change.
    fn new(element: Element, video: &Summary) -> Self {
        for link in element.find_all("[data-row-link]") {
            link.set_attribute("href", &format!("/{}/", video.id));
        }
        if let Some(title) = element.find("[data-row-title]") {
            title.set_text(&video.title);
        }
        if let Some(poster) = element.find("[data-row-poster]") {
            match &video.poster {
                Some(src) => poster.set_attribute("src", src),
                None => poster.set_hidden(true),
            }
        }
        let tick = element.find("[data-row-tick]");
        if let Some(tick) = &tick {
            tick.set_attribute("aria-label", &format!("Select {}", video.title));
        }
        if let Some(controls) = element.find("[data-video]") {
            controls.set_attribute("data-video", &video.id);
            controls.set_attribute("data-title", &video.title);
            controls.set_attribute("aria-label", &format!("Offline: {}", video.title));
            for button in controls.find_all("button") {
                let name = button.text();
                button.set_attribute("aria-label", &format!("{} {}", name.trim(), video.title));
            }
            control::add(&controls);
        }
        Row {
            id: video.id.clone(),
            size: element.find("[data-row-size]"),
            tick,
            element,
        }
    }

    fn show(&self, video: &Summary) {
        if let Some(place) = &self.size {
            let bytes = text::bytes(size(video));
            place.set_text(&match &video.quality {
                Some(quality) => format!("{quality} · {bytes}"),
                None => bytes,
            });
        }
    }

    /// Takes the row away. Whoever uses the keyboard goes on with a neighbour.
    fn remove(&self) {
        let neighbour = self.element.neighbour();
        let had_focus = self.element.has_focus();
        self.element.remove();
        control::remove(&self.id);
        ROWS.with_borrow_mut(|rows| {
            if let Ok(at) = place(rows, &self.id) {
                rows.remove(at);
            }
        });
        if had_focus && let Some(link) = neighbour.and_then(|row| row.find("[data-row-title]")) {
            link.focus();
        }
    }
}
