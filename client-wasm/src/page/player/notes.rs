//! What the player says over the picture, and when.

use std::rc::Rc;

use super::Player;
use super::playback::Phase;
use crate::web::dom;
use crate::web::global;
use crate::web::shaka::Failure;

impl Player {
    /// Hears what the video and the network report.
    pub(super) fn watch_playback(self: &Rc<Self>) {
        self.playback.wanted.set(!self.video.is_paused());
        self.hear("play", |player| player.playback.wanted.set(true));
        self.hear("pause", |player| {
            if !player.video.has_failed() {
                player.playback.wanted.set(false);
            }
        });
        self.hear("playing", |player| {
            if player.playback.phase.get() == Phase::Loaded {
                player.say("");
            }
        });
        self.hear("waiting", |player| player.say_broken());
        self.hear("seeking", Player::try_again_quietly);
        self.hear("error", Player::check_failure);
        self.hear("ended", Player::remove_watched);
        for event in [
            "waiting", "playing", "canplay", "pause", "seeking", "seeked",
        ] {
            self.hear(event, |player| player.show_patience());
        }
        self.hear_sources();
        let player = Rc::clone(self);
        dom::on_window("online", move || player.try_again_quietly());
        if let Some(button) = self.root.find("[data-action=again]") {
            let player = Rc::clone(self);
            button.on("click", move || {
                player.begin();
                player.video.focus();
            });
        }
    }

    /// An error of a `<source>` does not bubble, so all of them are heard.
    fn hear_sources(self: &Rc<Self>) {
        // What failed before the script ran is not heard any more.
        self.check_failure();
        for source in self.root.find_all("source") {
            let player = Rc::clone(self);
            source.on("error", move || {
                let player = Rc::clone(&player);
                // The element gives up only after the last source's error event.
                global::spawn(async move {
                    global::sleep(0.0).await;
                    player.check_failure();
                });
            });
        }
    }

    /// Says that nothing plays. The next attempt begins with the best way again.
    pub(super) fn fail(&self, reason: Option<&str>) {
        self.enter(Phase::Failed);
        let why = match reason {
            _ if !global::is_online() => {
                "You are offline, and this video is not stored on this device.".to_owned()
            }
            Some(reason) => format!("It cannot be loaded: {reason}."),
            None => "It cannot be loaded, or this browser plays none of its formats.".to_owned(),
        };
        self.say(&format!("This video does not play. {why}"));
        self.offer_again();
    }

    /// A part of the stream did not come, after all retries.
    pub(super) fn break_off(self: &Rc<Self>, failure: &Failure) {
        if self.playback.phase.get() != Phase::Loaded || self.recover() {
            return;
        }
        global::warn(&format!("the stream breaks off: {failure}"));
        self.failure.replace(failure.to_string());
        self.enter(Phase::Broken);
        if !self.video.can_go_on() {
            self.say_broken();
        }
    }

    /// Says so once what is buffered has been played.
    fn say_broken(&self) {
        if self.playback.phase.get() != Phase::Broken {
            return;
        }
        let why = if global::is_online() {
            self.failure.borrow().clone()
        } else {
            "you are offline".to_owned()
        };
        self.say(&format!("The rest of this video does not arrive: {why}."));
        self.offer_again();
    }

    /// Goes on with a stream that broke off, where something has changed that may help.
    fn try_again_quietly(self: &Rc<Self>) {
        if self.playback.phase.get() == Phase::Broken {
            let player = Rc::clone(self);
            global::spawn(async move {
                player.go_on().await;
            });
        }
    }

    /// Shows that something is being waited for, and **Play** while nothing has run or begun.
    pub(super) fn show_patience(&self) {
        let phase = self.playback.phase.get();
        let is_loading = phase == Phase::Loading && self.playback.wanted.get();
        let is_stalled =
            phase == Phase::Loaded && !self.video.is_paused() && !self.video.can_go_on();
        self.root.set_flag("data-busy", is_loading || is_stalled);
        if let Some(button) = self.root.find("[data-action=play]") {
            button.set_hidden(is_loading || self.has_run.get());
        }
    }

    /// Says something; no words take the last ones away.
    pub(super) fn say(&self, words: &str) {
        if let Some(note) = self.root.find("[data-player-note]") {
            note.set_text(words);
        }
        self.set_again(false);
    }

    /// Puts **Try again** beside what was said.
    fn offer_again(&self) {
        self.set_again(true);
    }

    fn set_again(&self, offered: bool) {
        if let Some(button) = self.root.find("[data-action=again]") {
            button.set_hidden(!offered);
        }
    }
}
