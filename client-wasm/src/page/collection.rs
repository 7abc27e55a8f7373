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

/// Videos whose plans are asked for at a time.
const AT_ONCE: usize = 2;

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
    /// Bytes, and whether that is exact; `None` until it is known.
    size: Cell<Option<(u64, bool)>>,
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
                size: Cell::new(None),
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
            collection.prepare().await;
            collection.show();
        });
    }
    collection.show();
    COLLECTION.set(Some(collection));
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
        let sizes: Option<Vec<_>> = self.missing().map(|(video, _)| video.size.get()).collect();
        let size = sizes.filter(|sizes| !sizes.is_empty()).map(|sizes| {
            let bytes = sizes.iter().map(|(bytes, _)| bytes).sum();
            let about = if sizes.iter().all(|(_, is_exact)| *is_exact) {
                ""
            } else {
                "about "
            };
            format!(", {about}{}", text::bytes(bytes))
        });
        format!(" ({missing} {videos}{})", size.unwrap_or_default())
    }

    fn say(&self, place: &str, words: &str) {
        if let Some(place) = self.root.find(place) {
            place.set_text(words);
        }
    }

    /// Asks for what there is to download of those that have no row yet, in the order of the page.
    async fn prepare(&self) -> Vec<Result<Prepared, String>> {
        let new: Vec<&Member> = self
            .missing()
            .filter(|(_, state)| state.is_none())
            .map(|(video, _)| video)
            .collect();
        let mut prepared = Vec::new();
        for some in new.chunks(AT_ONCE) {
            let asked = some.iter().map(|video| Prepared::of(&video.id, None));
            let answers = futures_util::future::join_all(asked).await;
            for (video, answer) in some.iter().zip(answers) {
                if let Ok(known) = &answer {
                    video.size.set(Some((known.total, known.is_exact)));
                }
                prepared.push(answer);
            }
        }
        prepared
    }

    /// Writes a row for each video that has none, and goes on with those that were stopped. Returns why
    /// some were left out.
    async fn begin(&self) -> Result<Vec<String>, Refusal> {
        let (mut prepared, mut left_out) = (Vec::new(), self.refused.clone());
        for answer in self.prepare().await {
            match answer {
                Ok(known) => prepared.push(known),
                // Without a network they all say the same.
                Err(reason) if left_out.contains(&reason) => {}
                Err(reason) => left_out.push(reason),
            }
        }
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
                Some(State::Removed) => state::send(&Command::Undo { id }),
                Some(_) => state::send(&Command::Resume { id }),
                None => {}
            }
        }
        let mut added = global::now();
        for known in &prepared {
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
