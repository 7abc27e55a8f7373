//! The menus: captions, audio, quality, speed. One list serves them all, filled as one is opened.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::Player;
use crate::web::dom::Element;
use crate::web::input::{self, Key};

/// The speeds that can be chosen.
pub(super) const SPEEDS: [f64; 7] = [0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0];

/// Which menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Captions,
    Audio,
    Quality,
    Speed,
}

const KINDS: [Kind; 4] = [Kind::Captions, Kind::Audio, Kind::Quality, Kind::Speed];

/// What choosing an item does.
#[derive(Clone, Copy, Debug)]
pub(super) enum Choice {
    /// Shows the captions at this place, or none.
    Captions(Option<usize>),
    /// Plays the sound at this place.
    Audio(usize),
    /// Plays this height, or what the network allows.
    Quality(Option<u32>),
    Speed(f64),
}

#[derive(Debug)]
pub(super) struct Item {
    pub(super) label: String,
    pub(super) is_on: bool,
    pub(super) choice: Choice,
}

/// What the menus remember.
#[derive(Debug, Default)]
pub(super) struct Menus {
    open: Cell<Option<Kind>>,
    /// What the open one offers.
    choices: RefCell<Vec<Choice>>,
    /// The place of the captions that were on last.
    captions: Cell<usize>,
    /// The chosen height.
    pub(super) height: Cell<Option<u32>>,
}

impl Kind {
    /// Its button among the controls.
    fn button(self) -> &'static str {
        match self {
            Kind::Captions => "captions",
            Kind::Audio => "audio",
            Kind::Quality => "quality",
            Kind::Speed => "speed",
        }
    }
}

/// Makes the menus work.
pub(super) fn start(player: &Rc<Player>) {
    for kind in KINDS {
        if let Some(button) = player.control(kind.button()) {
            let player = Rc::clone(player);
            button.on("click", move || {
                if player.menus.open.get() == Some(kind) {
                    player.close_menu();
                } else {
                    player.open_menu(kind);
                }
            });
        }
    }
    if let Some(menu) = player.control("menu") {
        let clicked = Rc::clone(player);
        menu.on_click_within(move |target| clicked.choose_clicked(target));
        let pressed = Rc::clone(player);
        menu.on_key(move |key| pressed.move_in_menu(key));
        let elsewhere = Rc::clone(player);
        input::on_press_anywhere(move |target| {
            if !menu.contains(target) && !target.is_within("[aria-haspopup=menu]") {
                elsewhere.hide_menu();
            }
        });
    }
    let changed = Rc::clone(player);
    player
        .video
        .on_captions_change(move || changed.offer_menus());
    for event in ["loadedmetadata", "canplay", "ratechange"] {
        player.hear(event, |player| player.offer_menus());
    }
    player.offer_menus();
}

impl Player {
    /// Shows the buttons of those menus in which there is something to choose.
    fn offer_menus(&self) {
        for kind in KINDS {
            let Some(button) = self.control(kind.button()) else {
                continue;
            };
            button.set_hidden(self.items(kind).len() < 2);
        }
        if let Some(button) = self.control("captions") {
            let captions = self.video.captions();
            button.set_flag("data-on", captions.iter().any(|track| track.is_on));
        }
        if let Some(button) = self.control("speed") {
            button.set_flag("data-on", (self.video.chosen_rate() - 1.0).abs() > 0.01);
        }
    }

    fn open_menu(&self, kind: Kind) {
        self.hide_menu();
        let (Some(menu), Some(button)) = (self.control("menu"), self.control(kind.button())) else {
            return;
        };
        let Some(template) = self.root.find("template") else {
            return;
        };
        menu.clear();
        let items = self.items(kind);
        let mut current = None;
        for item in &items {
            let Ok(element) = template.instantiate() else {
                return;
            };
            element.set_text(&item.label);
            element.set_attribute("aria-checked", if item.is_on { "true" } else { "false" });
            menu.append(&element);
            if item.is_on || current.is_none() {
                current = Some(element);
            }
        }
        let choices = items.iter().map(|item| item.choice).collect();
        self.menus.choices.replace(choices);
        self.menus.open.set(Some(kind));
        let label = button.attribute("aria-label").unwrap_or_default();
        menu.set_attribute("aria-label", &label);
        menu.set_hidden(false);
        button.set_attribute("aria-expanded", "true");
        if let Some(current) = current {
            current.focus();
        }
    }

    pub(super) fn is_menu_open(&self) -> bool {
        self.menus.open.get().is_some()
    }

    /// Closes the open menu and gives the focus back to its button; `false` if none is open.
    pub(super) fn close_menu(&self) -> bool {
        let open = self.hide_menu();
        if let Some(button) = open.and_then(|kind| self.control(kind.button())) {
            button.focus();
        }
        open.is_some()
    }

    fn hide_menu(&self) -> Option<Kind> {
        let open = self.menus.open.take()?;
        if let Some(menu) = self.control("menu") {
            menu.set_hidden(true);
        }
        if let Some(button) = self.control(open.button()) {
            button.set_attribute("aria-expanded", "false");
        }
        Some(open)
    }

    fn elements(&self) -> Vec<Element> {
        let menu = self.control("menu");
        menu.map_or_else(Vec::new, |menu| menu.find_all("[role=menuitemradio]"))
    }

    fn choose_clicked(&self, target: &Element) {
        let place = self
            .elements()
            .iter()
            .position(|item| item.contains(target));
        let choice = place.and_then(|place| self.menus.choices.borrow().get(place).copied());
        if let Some(choice) = choice {
            self.choose(choice);
            self.close_menu();
        }
    }

    fn choose(&self, choice: Choice) {
        let stream = self.playback.stream();
        match choice {
            Choice::Captions(place) => self.show_captions(place),
            Choice::Speed(speed) => self.video.set_rate(speed),
            Choice::Audio(place) => {
                if let Some(stream) = stream {
                    stream.choose_sound(place);
                }
            }
            Choice::Quality(height) => {
                self.menus.height.set(height);
                self.keep_quality();
            }
        }
    }

    /// Has the stream play in the chosen height, after it was loaded anew too.
    pub(super) fn keep_quality(&self) {
        if let Some(stream) = self.playback.stream() {
            stream.choose_height(self.menus.height.get());
        }
    }

    fn show_captions(&self, place: Option<usize>) {
        if let Some(place) = place {
            self.menus.captions.set(place);
        }
        self.video.show_captions(place);
    }

    /// Turns the captions off, or those on again that were on last.
    pub(super) fn toggle_captions(&self) {
        let tracks = self.video.captions();
        let on = tracks.iter().position(|track| track.is_on);
        if let Some(on) = on {
            self.menus.captions.set(on);
        }
        let last = self.menus.captions.get();
        self.show_captions(if on.is_some() { None } else { Some(last) });
    }

    /// Takes the next speed of the menu, or the one before.
    pub(super) fn change_speed(&self, is_faster: bool) {
        let now = self.video.chosen_rate();
        let next = if is_faster {
            SPEEDS.into_iter().find(|speed| *speed > now)
        } else {
            SPEEDS.into_iter().rfind(|speed| *speed < now)
        };
        if let Some(next) = next {
            self.video.set_rate(next);
        }
    }

    /// Moves the focus among the items; `false` for keys that do not.
    fn move_in_menu(&self, key: &Key) -> bool {
        let items = self.elements();
        let place = items.iter().position(|item| item.contains(&key.target));
        let (Some(place), count) = (place, items.len()) else {
            return false;
        };
        let next = match key.name.as_str() {
            "ArrowDown" => (place + 1) % count,
            "ArrowUp" => (place + count - 1) % count,
            "Home" => 0,
            "End" => count - 1,
            "Tab" => {
                self.close_menu();
                return false;
            }
            _ => return false,
        };
        items[next].focus();
        true
    }
}
