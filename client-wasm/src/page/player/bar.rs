//! The bar of controls: it appears with the first picture, and gives way while nobody uses it.

use std::cell::Cell;
use std::rc::Rc;

use super::Player;
use crate::web::dom::Element;
use crate::web::fullscreen;
use crate::web::global;

/// Milliseconds without a sign of the person after which the bar gives way.
const PATIENCE: f64 = 3_000.0;

/// Milliseconds between two looks whether that is over.
const GLANCE: f64 = 500.0;

/// Makes the bar work.
pub(super) fn start(player: &Rc<Player>) {
    buttons(player);
    sliders(player);
    picture(player);
    activity(player);
    for event in ["play", "pause", "ended", "seeking"] {
        player.hear(event, |player| show_running(player));
    }
    for event in [
        "timeupdate",
        "seeking",
        "durationchange",
        "progress",
        "emptied",
    ] {
        player.hear(event, |player| show_time(player));
    }
    player.hear("timeupdate", |player| player.place_captions());
    player.hear("volumechange", |player| show_volume(player));
    show_volume(player);
}

fn buttons(player: &Rc<Player>) {
    type Act = fn(&Rc<Player>);
    let actions: [(&str, bool, Act); 4] = [
        ("toggle", true, |player| player.toggle()),
        ("mute", true, |player| player.toggle_mute()),
        ("pip", player.offers_picture_in_picture(), |player| {
            player.toggle_picture_in_picture();
        }),
        (
            "fullscreen",
            fullscreen::is_supported(&player.video),
            |player| fullscreen::toggle(&player.root, &player.video),
        ),
    ];
    for (name, is_offered, act) in actions {
        if let Some(button) = player.control(name) {
            button.set_hidden(!is_offered);
            let player = Rc::clone(player);
            button.on("click", move || act(&player));
        }
    }
    if let Some(button) = player.control("fullscreen") {
        fullscreen::on_change(move || button.set_pressed(fullscreen::is_on()));
    }
}

fn sliders(player: &Rc<Player>) {
    if let Some(seek) = player.control("seek") {
        let player = Rc::clone(player);
        let slider = seek.clone();
        seek.on("input", move || player.video.seek(slider.value()));
    }
    if let Some(volume) = player.control("volume") {
        let player = Rc::clone(player);
        let slider = volume.clone();
        volume.on("input", move || player.set_volume(slider.value()));
    }
}

/// A click on the picture plays or pauses, a finger's tap shows or hides the bar, a double click fills
/// the screen.
fn picture(player: &Rc<Player>) {
    let video = player.video.as_element();
    // The press itself brings the bar, because it brings the focus.
    let was_idle = Rc::new(Cell::new(false));
    let (pressed, is_idle) = (Rc::clone(player), Rc::clone(&was_idle));
    video.on("pointerdown", move || is_idle.set(pressed.is_idle()));
    let clicked = Rc::clone(player);
    video.on_pointer("click", move |is_finger| {
        if !is_finger || !clicked.has_run.get() {
            clicked.toggle();
        } else if was_idle.get() {
            clicked.stay_awake();
        } else {
            clicked.set_idle();
        }
    });
    let clicked = Rc::clone(player);
    video.on("dblclick", move || {
        fullscreen::toggle(&clicked.root, &clicked.video);
    });
}

/// Keeps the bar while there is a sign of the person.
fn activity(player: &Rc<Player>) {
    for event in ["keydown", "focusin", "input"] {
        let player_ = Rc::clone(player);
        player.root.on(event, move || player_.stay_awake());
    }
    let moved = Rc::clone(player);
    player.root.on_pointer("pointermove", move |is_finger| {
        if !is_finger {
            moved.stay_awake();
        }
    });
    player.hear("play", show_bar);
    if player.has_run.get() {
        show_bar(player);
    }
    player.hear("pause", |player| player.stay_awake());
}

/// The bar takes over from **Play**.
fn show_bar(player: &Rc<Player>) {
    player.has_run.set(true);
    player.show_patience();
    if let Some(bar) = player.control("bar") {
        bar.set_hidden(false);
    }
    player.stay_awake();
}

impl Player {
    /// A part of the bar, or the bar.
    pub(super) fn control(&self, name: &str) -> Option<Element> {
        self.root.find(&format!("[data-control={name}]"))
    }

    pub(super) fn toggle(self: &Rc<Self>) {
        if self.video.is_paused() || self.has_failed() {
            self.begin();
        } else {
            self.video.pause();
        }
    }

    pub(super) fn toggle_mute(&self) {
        let is_silent = self.video.is_muted() || self.video.volume() == 0.0;
        self.video.set_muted(!is_silent);
        if is_silent && self.video.volume() == 0.0 {
            self.video.set_volume(1.0);
        }
    }

    pub(super) fn set_volume(&self, volume: f64) {
        self.video.set_volume(volume);
        self.video.set_muted(volume <= 0.0);
    }

    /// Moves by some seconds.
    pub(super) fn skip(&self, seconds: f64) {
        self.video.seek(self.video.time() + seconds);
    }

    fn is_idle(&self) -> bool {
        self.root.attribute("data-idle").is_some()
    }

    fn set_idle(&self) {
        self.root.set_flag("data-idle", true);
        self.place_captions();
    }

    /// Keeps the captions above the bar while that is shown.
    fn place_captions(&self) {
        let bar = self.control("bar").filter(|bar| !bar.is_hidden());
        let (Some(bar), Some(seek)) = (bar, self.control("seek")) else {
            return;
        };
        // Above the slider the bar is but a shade.
        let height = if self.is_idle() {
            0.0
        } else {
            bar.height() - seek.top()
        };
        self.video
            .lift_captions(height / self.root.height().max(1.0));
    }

    /// Shows the bar, for a while.
    pub(super) fn stay_awake(self: &Rc<Self>) {
        self.root.set_flag("data-idle", false);
        self.place_captions();
        if self.seen.replace(global::now()) > 0.0 {
            return;
        }
        let player = Rc::clone(self);
        global::spawn(async move {
            while global::now() - player.seen.get() < PATIENCE || player.holds_bar() {
                global::sleep(GLANCE).await;
            }
            player.seen.set(0.0);
            if !player.video.is_paused() {
                player.set_idle();
            }
        });
    }

    /// Whether the bar is in use: a menu is open, or the keyboard is on it.
    fn holds_bar(&self) -> bool {
        !self.video.is_paused()
            && (self.is_menu_open()
                || self
                    .root
                    .find("[data-control=bar] :focus-visible")
                    .is_some())
    }
}

fn show_running(player: &Player) {
    let is_running = !player.video.is_paused();
    player.root.set_flag("data-running", is_running);
    let name = if is_running {
        "Pause playback"
    } else if player.video.has_ended() {
        "Play again"
    } else {
        "Resume playback"
    };
    if let Some(button) = player.control("toggle") {
        button.set_attribute("aria-label", name);
        button.set_attribute("title", name);
    }
}

fn show_time(player: &Player) {
    let video = &player.video;
    let (now, length) = (video.time(), video.duration().unwrap_or_default());
    if let Some(clock_face) = player.control("clock") {
        clock_face.set_text(&format!("{} / {}", clock(now), clock(length)));
    }
    let Some(seek) = player.control("seek") else {
        return;
    };
    seek.set_attribute("max", &length.to_string());
    seek.set_value(now);
    seek.set_attribute(
        "aria-valuetext",
        &format!("{} of {}", clock(now), clock(length)),
    );
    let whole = length.max(f64::EPSILON);
    seek.set_style("--played", &percent(now / whole));
    seek.set_style("--buffered", &percent(video.buffered_until() / whole));
}

fn show_volume(player: &Player) {
    let video = &player.video;
    let is_silent = video.is_muted() || video.volume() == 0.0;
    let volume = if is_silent { 0.0 } else { video.volume() };
    player.root.set_flag("data-silent", is_silent);
    if let Some(button) = player.control("mute") {
        button.set_pressed(is_silent);
    }
    if let Some(slider) = player.control("volume") {
        slider.set_value(volume);
        slider.set_attribute("aria-valuetext", &percent(volume));
        slider.set_style("--played", &percent(volume));
    }
}

/// `37.5%`.
fn percent(share: f64) -> String {
    format!("{}%", (share * 1000.0).round() / 10.0)
}

/// `0:07` or `1:02:03`.
fn clock(seconds: f64) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a time in a video is small and never negative"
    )]
    let seconds = seconds.max(0.0) as u64;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes}:{seconds:02}")
    }
}
