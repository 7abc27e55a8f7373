//! The player: the browser's own controls with a start button, the system's media controls,
//! autoplay, picture-in-picture and chapters around them.

use std::cell::Cell;

use media::ledger::State;
use media::names;

use super::state;
use crate::web::dom::{self, Element};
use crate::web::error::Error;
use crate::web::media_session::{self, Metadata};
use crate::web::video::Video;
use crate::web::{global, page};

/// Seconds that the system's skip buttons move when they name no number.
const SKIP: f64 = 10.0;

/// Milliseconds before a broken playback is taken up from this device again.
const RECOVER_AGAIN: f64 = 2_000.0;

thread_local! {
    /// When that was done last.
    static RECOVERED: Cell<f64> = const { Cell::new(0.0) };
    /// Whether the person wants the video to run. `paused` does not tell: Chromium pauses a video
    /// whose connection breaks.
    static WANTED: Cell<bool> = const { Cell::new(false) };
}

/// Makes the player of the page work, if there is one.
pub(super) fn start() {
    let Some(player) = dom::find("[data-player]") else {
        return;
    };
    let Some(video) = player.find("video").as_ref().and_then(Video::of) else {
        return;
    };
    let Some(data) = described_video() else {
        return;
    };
    offer_start(&player, &video);
    describe(&video, &data);
    heed_wishes(&video);
    report_failure(&player, &video);
    for chapter in dom::find_all("[data-seek]") {
        let Some(at) = chapter
            .attribute("data-seek")
            .and_then(|at| at.parse::<f64>().ok())
        else {
            continue;
        };
        let video = video.clone();
        chapter.on_click_instead(move || {
            video.seek(at);
            begin(&video);
            video.focus();
        });
    }
    if let Some(button) = player
        .find("[data-action=pip]")
        .filter(|_| data.pip && page::has_picture_in_picture())
    {
        button.set_hidden(false);
        let (player, video) = (player.clone(), video.clone());
        button.on("click", move || {
            let (player, video) = (player.clone(), video.clone());
            global::spawn(async move {
                if let Err(reason) = video.toggle_picture_in_picture().await {
                    say(
                        &player,
                        &format!("Picture-in-picture did not open: {reason}."),
                    );
                }
            });
        });
    }
    if data.autoplay {
        global::spawn(autoplay(player, video));
    }
}

fn say(player: &Element, words: &str) {
    if let Some(note) = player.find("[data-player-note]") {
        note.set_text(words);
    }
}

fn begin(video: &Video) {
    let video = video.clone();
    global::spawn(async move {
        if let Err(reason) = video.play().await
            && reason != Error::Aborted
        {
            global::warn(&format!("playback did not begin: {reason}"));
        }
    });
}

/// Puts a **Play** button over the poster; once the video runs, the browser's own controls take over.
fn offer_start(player: &Element, video: &Video) {
    let Some(button) = player.find("[data-action=play]") else {
        return;
    };
    if !video.is_started() {
        video.set_controls(false);
        button.set_hidden(false);
    }
    let pressed = video.clone();
    button.on("click", move || {
        begin(&pressed);
        pressed.set_controls(true);
        pressed.focus();
    });
    let started = video.clone();
    video.on("play", move || {
        started.set_controls(true);
        button.set_hidden(true);
    });
}

/// Starts with sound if the browser lets it, else muted, else leaves **Play** standing.
async fn autoplay(player: Element, video: Video) {
    if video.play().await.is_ok() {
        return;
    }
    video.set_muted(true);
    if video.play().await.is_err() {
        video.set_muted(false);
        return;
    }
    let Some(button) = player.find("[data-action=unmute]") else {
        return;
    };
    button.set_hidden(false);
    let pressed = video.clone();
    button.on("click", move || {
        pressed.set_muted(false);
        begin(&pressed);
        pressed.focus();
    });
    let changed = video.clone();
    video.on("volumechange", move || {
        button.set_hidden(!changed.is_muted())
    });
}

/// Shows the video in the system's media controls and obeys their buttons.
fn describe(video: &Video, data: &media::Video) {
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
    type Action = fn(&Video, Option<f64>);
    let actions: [(&str, Action); 6] = [
        ("play", |video, _| begin(video)),
        ("pause", |video, _| video.pause()),
        ("stop", |video, _| {
            video.pause();
            video.seek(0.0);
        }),
        ("seekbackward", |video, by| {
            video.seek(video.time() - by.unwrap_or(SKIP))
        }),
        ("seekforward", |video, by| {
            video.seek(video.time() + by.unwrap_or(SKIP))
        }),
        ("seekto", |video, to| video.seek(to.unwrap_or_default())),
    ];
    for (name, act) in actions {
        let video = video.clone();
        media_session::on_action(name, move |seconds| act(&video, seconds));
    }
    for event in [
        "play",
        "pause",
        "seeked",
        "ratechange",
        "loadedmetadata",
        "ended",
    ] {
        let told = video.clone();
        video.on(event, move || {
            media_session::set_position(
                !told.is_paused(),
                told.duration(),
                told.time(),
                told.rate(),
            )
        });
    }
}

/// Remembers whether the person wants the video to run.
fn heed_wishes(video: &Video) {
    WANTED.set(!video.is_paused());
    video.on("play", || WANTED.set(true));
    let paused = video.clone();
    video.on("pause", move || {
        if !paused.has_failed() {
            WANTED.set(false);
        }
    });
}

/// Says it when no source plays: an error of a `<source>` does not bubble, so all of them are heard.
fn report_failure(player: &Element, video: &Video) {
    let (place, failed) = (player.clone(), video.clone());
    let report = move || {
        if failed.has_failed() && !recover(&failed) {
            let why = if global::is_online() {
                "It cannot be loaded, or this browser plays none of its formats. Reload the page to try again."
            } else {
                "You are offline, and this video is not stored on this device."
            };
            say(&place, &format!("This video does not play. {why}"));
        }
    };
    // What failed before the script ran is not heard any more.
    report();
    video.on("error", report.clone());
    for source in player.find_all("source") {
        let report = report.clone();
        source.on("error", move || {
            let report = report.clone();
            // The element gives up only after the last source's error event.
            global::spawn(async move {
                global::sleep(0.0).await;
                report();
            });
        });
    }
    let place = player.clone();
    video.on("playing", move || say(&place, ""));
}

/// Plays exactly the stored source, unless another one is running already.
pub(super) fn show_origin() {
    let Some(video) = dom::find("[data-player] video")
        .as_ref()
        .and_then(Video::of)
    else {
        return;
    };
    if video.has_failed() {
        recover(&video);
    } else if let Some(source) = stored_source()
        && !video.is_started()
        && video.current_source() != source
    {
        video.play_only(&source);
    }
}

/// Goes on from this device where a connection broke off under a video that is stored meanwhile.
/// `false` where nothing is stored, or where that has just been tried.
fn recover(video: &Video) -> bool {
    let Some(source) = stored_source() else {
        return false;
    };
    let now = global::now();
    if now - RECOVERED.replace(now) < RECOVER_AGAIN {
        return false;
    }
    let at = video.time();
    video.play_only(&names::from_device(&source));
    video.seek(at);
    if WANTED.get() {
        begin(video);
    }
    true
}

/// The source that is on this device, if the page's video is.
fn stored_source() -> Option<String> {
    let stored = state::get(&described_video()?.id)?;
    (stored.state == State::Stored).then(|| global::absolute(&stored.source))
}

/// What the server says of the page's video.
fn described_video() -> Option<media::Video> {
    serde_json::from_str(&dom::find("[data-video-json]")?.text()).ok()
}
