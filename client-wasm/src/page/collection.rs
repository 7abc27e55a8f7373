//! **Make all available offline** on a category's page.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use media::ledger::State;
use media::text;

use super::metered::{self, Answer};
use super::request::{self, Prepared, Refusal};
use super::{control, room, state};
use crate::command::Command;
use crate::web::dom::{self, Element};
use crate::web::{global, page, storage};

/// The videos of the page, and the place where they are offered.
#[derive(Debug)]
struct Collection {
    root: Element,
    /// In the order of the page; those that the site cannot give are not among them.
    videos: Vec<Member>,
    /// Why the site cannot give the others.
    refused: Vec<String>,
    is_busy: Cell<bool>,
}

#[derive(Debug)]
struct Member {
    id: String,
    /// `None` until it was asked for.
    prepared: RefCell<Option<Rc<Prepared>>>,
}

thread_local! {
    static COLLECTION: RefCell<Option<Rc<Collection>>> = const { RefCell::new(None) };
}

/// Makes the button work, if the page has it.
pub(super) fn start() {
    let Some(root) = dom::find("[data-collection]") else {
        return;
    };
    let (mut videos, mut refused) = (Vec::new(), Vec::new());
    for card in dom::find_all("[data-card]") {
        match card.attribute("data-refusal") {
            None => videos.push(Member {
                id: card.attribute("data-card").unwrap_or_default(),
                prepared: RefCell::default(),
            }),
            Some(reason) => {
                let title = card.find(".card-link").map(|link| link.text());
                refused.push(format!(
                    "“{}” cannot be made available offline. {reason}",
                    title.unwrap_or_default()
                ));
            }
        }
    }
    if videos.is_empty() {
        return;
    }
    let collection = Rc::new(Collection {
        root,
        videos,
        refused,
        is_busy: Cell::new(false),
    });
    if let Some(button) = collection.root.find("[data-collect]") {
        let pressed = Rc::clone(&collection);
        button.on("click", move || {
            let collection = Rc::clone(&pressed);
            if !collection.is_busy.replace(true) {
                global::spawn(async move {
                    collection.show();
                    let outcome = collection.begin().await;
                    collection.is_busy.set(false);
                    collection.show();
                    collection.explain(outcome);
                });
            }
        });
        let collection = Rc::clone(&collection);
        global::spawn(async move {
            page::seen(&button).await;
            page::idle().await;
            // What goes wrong is said when the button is pressed.
            let _ = collection.prepare().await;
            collection.show();
        });
    }
    collection.show();
    COLLECTION.set(Some(collection));
}

/// Forgets what there is to download, because it is to be in another quality.
pub(super) fn forget() {
    if let Some(collection) = COLLECTION.with_borrow(Clone::clone) {
        for video in &collection.videos {
            video.prepared.take();
        }
        collection.show();
    }
}

/// Shows how far the page's collection is.
pub(super) fn show() {
    if let Some(collection) = COLLECTION.with_borrow(Clone::clone) {
        collection.show();
    }
}

impl Collection {
    fn states(&self) -> impl Iterator<Item = (&Member, Option<State>)> {
        let videos = self.videos.iter();
        videos.map(|video| (video, state::get(&video.id).map(|known| known.state)))
    }

    /// Those that the button would do something for.
    fn missing(&self) -> impl Iterator<Item = (&Member, Option<State>)> {
        self.states().filter(|(_, state)| {
            state.is_none_or(|state| state != State::Stored && !state.is_active())
        })
    }

    fn show(&self) {
        let of_state = |is: fn(State) -> bool| {
            let states = self.states();
            states.filter(|(_, state)| state.is_some_and(is)).count()
        };
        let stored = of_state(|state| state == State::Stored);
        let missing = self.missing().count();
        if let Some(button) = self.root.find("[data-collect]") {
            let had_focus = button.has_focus();
            button.set_hidden(missing == 0);
            button.set_attribute(
                "aria-busy",
                if self.is_busy.get() { "true" } else { "false" },
            );
            if had_focus && missing == 0 {
                self.root.focus();
            }
        }
        self.say("[data-collect-figures]", &self.figures(missing));
        if let Some(done) = self.root.find("[data-collected]") {
            done.set_hidden(stored < self.videos.len());
        }
        let is_partly =
            (stored > 0 || of_state(State::is_active) > 0) && stored < self.videos.len();
        self.say(
            "[data-collect-note]",
            &if self.is_busy.get() {
                "Preparing the downloads.".to_owned()
            } else if is_partly {
                format!("{stored} of {} available offline", self.videos.len())
            } else {
                String::new()
            },
        );
        self.root.set_hidden(false);
    }

    /// Such as "(12 videos, about 340 MB)".
    fn figures(&self, missing: usize) -> String {
        let videos = if missing == 1 { "video" } else { "videos" };
        let (mut bytes, mut about) = (0, "");
        for (video, _) in self.missing() {
            match &*video.prepared.borrow() {
                Some(known) => {
                    bytes += known.total;
                    if !known.is_exact {
                        about = "about ";
                    }
                }
                None => return format!(" ({missing} {videos})"),
            }
        }
        format!(" ({missing} {videos}, {about}{})", text::bytes(bytes))
    }

    fn say(&self, place: &str, words: &str) {
        if let Some(place) = self.root.find(place) {
            place.set_text(words);
        }
    }

    /// Asks for what there is to download of those that have no row yet, one after the other. Returns why
    /// some cannot be stored. The same reason twice is not about the videos: nothing more is asked then.
    async fn prepare(&self) -> Result<Vec<String>, String> {
        let mut left_out = self.refused.clone();
        for (video, state) in self.states() {
            if state.is_some() || video.prepared.borrow().is_some() {
                continue;
            }
            match Prepared::of(&video.id, None).await {
                Ok(prepared) => drop(video.prepared.replace(Some(Rc::new(prepared)))),
                Err(reason) if left_out.contains(&reason) => return Err(reason),
                Err(reason) => left_out.push(reason),
            }
        }
        Ok(left_out)
    }

    /// Writes a row for each video that has none, and goes on with those that were stopped. Returns why
    /// some were left out.
    async fn begin(&self) -> Result<Vec<String>, Refusal> {
        let left_out = self.prepare().await?;
        let new = self.missing().filter(|(_, state)| state.is_none());
        let prepared: Vec<Rc<Prepared>> = new
            .filter_map(|(video, _)| video.prepared.borrow().clone())
            .collect();
        let need = prepared.iter().map(|known| known.total).sum();
        let count = prepared.len();
        let what = if count == 1 {
            "this video".to_owned()
        } else {
            format!("these {count} videos")
        };
        let needs = if count == 1 { "needs" } else { "need" };
        room::check(&format!("{what} {needs}"), need).await?;
        let answer = if count > 0 {
            metered::ask(&what, need).await
        } else {
            Answer::Free
        };
        if answer == Answer::Cancel {
            return Ok(Vec::new());
        }
        global::spawn(async {
            storage::persist().await;
        });
        for (video, state) in self.missing() {
            let id = video.id.clone();
            match state {
                Some(State::Removed) => state::send(&Command::Undo { ids: vec![id] }),
                Some(_) => state::send(&Command::Resume { id }),
                None => {}
            }
        }
        let mut added = global::now();
        for known in prepared {
            let row = known.row(added, answer == Answer::Now);
            request::write(&row).await?;
            control::has_begun(&row.video.id);
            control::show(&row.video.id);
            added += 1.0;
        }
        state::send(&Command::Start);
        Ok(left_out)
    }

    /// Says why all or some were left out.
    fn explain(&self, outcome: Result<Vec<String>, Refusal>) {
        let (alert, is_of_room, left_out) = match outcome {
            Ok(left_out) => (String::new(), false, left_out),
            Err(refusal) => (refusal.words, refusal.is_of_room, Vec::new()),
        };
        self.say("[data-collect-alert]", &alert);
        if let Some(link) = self.root.find("[data-collect-room]") {
            link.set_hidden(!is_of_room);
        }
        self.say("[data-collect-left-out]", &left_out.join(" "));
    }
}
