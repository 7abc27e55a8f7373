//! The keyboard. Keys act while the focus is in the player, so that they disturb nobody who reads or
//! types elsewhere.

use std::rc::Rc;

use super::Player;
use crate::web::fullscreen;
use crate::web::input::Key;

/// Seconds that an arrow moves.
const STEP: f64 = 5.0;

/// Seconds that J and L move.
const LEAP: f64 = 10.0;

/// What an arrow adds to the volume or takes off.
const LOUDER: f64 = 0.1;

/// Listens for keys.
pub(super) fn start(player: &Rc<Player>) {
    let heard = Rc::clone(player);
    player.root.on_key(move |key| press(&heard, key));
}

/// Does what a key stands for; `false` leaves it to the browser.
fn press(player: &Rc<Player>, key: &Key) -> bool {
    let on_volume = key.target.is_within("[data-control=volume]");
    match key.name.as_str() {
        // A button's own key.
        " " if key.target.is_within("button") => return false,
        " " | "k" | "K" => player.toggle(),
        "ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown" if on_volume => return false,
        "ArrowLeft" => player.skip(-STEP),
        "ArrowRight" => player.skip(STEP),
        "ArrowUp" => player.set_volume(player.video.volume() + LOUDER),
        "ArrowDown" => player.set_volume(player.video.volume() - LOUDER),
        "j" | "J" => player.skip(-LEAP),
        "l" | "L" => player.skip(LEAP),
        "m" | "M" => player.toggle_mute(),
        "c" | "C" => player.toggle_captions(),
        "f" | "F" => fullscreen::toggle(&player.root, &player.video),
        "i" | "I" if player.offers_picture_in_picture() => player.toggle_picture_in_picture(),
        "<" => player.change_speed(false),
        ">" => player.change_speed(true),
        "Escape" => return player.close_menu(),
        digit => return seek_to_tenth(player, digit),
    }
    true
}

/// `0` to `9`: so many tenths of the video.
fn seek_to_tenth(player: &Player, key: &str) -> bool {
    let Some(tenths) = key.parse::<u8>().ok().filter(|tenths| *tenths < 10) else {
        return false;
    };
    if let Some(length) = player.video.duration() {
        player.video.seek(length * f64::from(tenths) / 10.0);
    }
    true
}
