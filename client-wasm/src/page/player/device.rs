//! Playing from this device: the stored source, and no other.

use std::cell::Cell;
use std::rc::Rc;

use media::ledger::State;
use media::names;

use super::Player;
use super::ways::{self, Form, Way};
use crate::command::Command;
use crate::page::state;
use crate::settings::{self, Setting};
use crate::web::dom;
use crate::web::global;

/// Milliseconds before a broken playback is taken up from this device again.
const RECOVER_AGAIN: f64 = 2_000.0;

thread_local! {
    /// When that was done last; 0 if never.
    static RECOVERED: Cell<f64> = const { Cell::new(0.0) };
}

impl Player {
    /// The stored source, if the page's video is on this device.
    pub(super) fn stored_way(&self) -> Option<Way> {
        let stored = state::get(&self.data.id).filter(|stored| stored.state == State::Stored)?;
        let mut way = ways::stored(&self.data, &global::absolute(&stored.source));
        if way.form == Form::File && RECOVERED.get() > 0.0 {
            way.url = names::from_device(&way.url);
        }
        Some(way)
    }

    /// Has the stored source played, unless another one is running already, and says so.
    pub(super) fn show_origin(self: &Rc<Self>) {
        let stored = self.stored_way();
        if let Some(line) = dom::find("[data-from-device]") {
            line.set_hidden(stored.is_none());
        }
        let Some(way) = stored else { return };
        if self.has_failed() {
            self.recover();
        } else if !self.video.is_started() {
            self.prefer(&way);
        }
    }

    /// Removes a stored video that has been watched to its end, where the person wants that.
    pub(super) fn remove_watched(self: &Rc<Self>) {
        if self.stored_way().is_none() {
            return;
        }
        let id = self.data.id.clone();
        global::spawn(async move {
            if settings::is_on(Setting::RemoveWatched).await == Ok(true) {
                state::send(&Command::Remove { ids: vec![id] });
            }
        });
    }

    /// Goes on from this device where a connection broke off under a video that is stored meanwhile.
    /// `false` where nothing is stored, or where that has just been tried.
    pub(super) fn recover(self: &Rc<Self>) -> bool {
        if self.stored_way().is_none() {
            return false;
        }
        let now = global::now();
        if now - RECOVERED.replace(now) < RECOVER_AGAIN {
            return false;
        }
        self.reload();
        true
    }
}
