//! Starting by itself, as far as the browser lets it.

use std::rc::Rc;

use super::Player;

/// Starts with sound if the browser lets it, else muted, else leaves **Play** standing.
pub(super) async fn start(player: Rc<Player>) {
    if player.play().await.is_ok() {
        return;
    }
    let video = player.video.clone();
    video.set_muted(true);
    if player.play().await.is_err() {
        video.set_muted(false);
        player.playback.wanted.set(false);
        return;
    }
    let Some(button) = player.root.find("[data-action=unmute]") else {
        return;
    };
    button.set_hidden(false);
    let pressed = Rc::clone(&player);
    button.on("click", move || {
        pressed.video.set_muted(false);
        pressed.begin();
        pressed.video.focus();
    });
    let changed = video.clone();
    video.on("volumechange", move || {
        button.set_hidden(!changed.is_muted());
    });
}
