//! The system's media controls.

use std::rc::Rc;

use super::Player;
use crate::web::global;
use crate::web::media_session::{self, Metadata};

/// Seconds that the system's skip buttons move when they name no number.
const SKIP: f64 = 10.0;

/// What one of the system's buttons does, with the seconds that it names.
type Action = fn(&Rc<Player>, Option<f64>);

const ACTIONS: [(&str, Action); 6] = [
    ("play", |player, _| player.begin()),
    ("pause", |player, _| player.video.pause()),
    ("stop", |player, _| {
        player.video.pause();
        player.video.seek(0.0);
    }),
    ("seekbackward", |player, by| {
        player.skip(-by.unwrap_or(SKIP))
    }),
    ("seekforward", |player, by| player.skip(by.unwrap_or(SKIP))),
    ("seekto", |player, to| {
        player.video.seek(to.unwrap_or_default())
    }),
];

/// Shows the video in the system's media controls and obeys their buttons.
pub(super) fn describe(player: &Rc<Player>) {
    let data = &player.data;
    let described = media_session::describe(&Metadata {
        title: &data.title,
        artist: data.artist.as_deref().unwrap_or_default(),
        album: data.album.as_deref().unwrap_or_default(),
        artwork: &data.media_session_artwork,
    });
    if let Err(reason) = described {
        global::warn(&format!(
            "the system's media controls do not show this video: {reason}"
        ));
    }
    for (name, act) in ACTIONS {
        let player = Rc::clone(player);
        media_session::on_action(name, move |seconds| act(&player, seconds));
    }
    for event in [
        "play",
        "pause",
        "seeked",
        "ratechange",
        "loadedmetadata",
        "ended",
    ] {
        player.hear(event, |player| {
            let video = &player.video;
            media_session::set_position(
                !video.is_paused(),
                video.duration(),
                video.time(),
                video.rate(),
            );
        });
    }
}
