//! Streams: played, switched, controlled, and what happens when a part of one does not come.

use anyhow::{Context, Result, ensure};
use serde_json::json;

use crate::harness::browser::Browser;
use crate::harness::footage::STREAM_SECONDS;
use crate::harness::roles::{Name, Role};
use crate::harness::server::Server;
use crate::harness::site::Site;
use crate::harness::wire::{Fault, Wire};

/// The keys that WebDriver has names for instead of letters.
const RIGHT: &str = "\u{e014}";
const ESCAPE: &str = "\u{e00c}";

pub(crate) fn a_stream_plays_and_switches_quality_online(browser: &Browser) -> Result<()> {
    let server = Server::start(&Site::streams()?)?;
    for id in ["dash", "hls"] {
        browser.open(&server.url(&format!("/{id}/")))?;
        note_violations(browser)?;
        browser.play()?;
        for height in [180, 360] {
            browser.choose("Quality", &format!("{height}p"))?;
            browser.wait_for_video("the height", &format!("video.videoHeight === {height}"))?;
        }
        let (_, on) = browser.menu("Quality")?;
        ensure!(on == ["360p"], "{on:?} is on");
        browser.pause()?;
        browser.seek_ten_times(STREAM_SECONDS)?;
        browser.play_to_the_end()?;
        no_violations(browser).context(id)?;
    }
    Ok(())
}

pub(crate) fn a_stream_has_its_languages_captions_and_speeds(browser: &Browser) -> Result<()> {
    let server = Server::start(&Site::streams()?)?;
    let wire = Wire::to(server.port())?;
    browser.open(&wire.url("/dash/"))?;
    browser.play()?;
    let (offered, on) = browser.menu("Audio")?;
    ensure!(
        offered == ["English", "Čeština"] && on == ["English"],
        "{offered:?}, {on:?}"
    );
    ensure!(wire.seen("stream/3-").is_empty(), "Czech is loaded unasked");
    browser.choose("Audio", "Čeština")?;
    browser.explained(crate::harness::wait_until(
        "Czech",
        crate::harness::PATIENCE,
        || Ok((!wire.seen("stream/3-").is_empty()).then_some(())),
    ))?;
    let (_, on) = browser.menu("Audio")?;
    ensure!(on == ["Čeština"], "{on:?} is on");

    let (offered, on) = browser.menu("Captions")?;
    ensure!(
        offered == ["Off", "Page", "Čeština"] && on == ["Off"],
        "{offered:?}, {on:?}"
    );
    browser.choose("Captions", "Page")?;
    browser.wait_for_captions("From the page")?;
    browser.choose("Captions", "Čeština")?;
    browser.wait_for_captions("Z proudu")?;
    browser.choose("Captions", "Off")?;
    browser.wait_for("no captions", "![...document.querySelector('video').textTracks].some((track) => track.mode === 'showing')")?;

    browser.choose("Speed", "1.5×")?;
    browser.wait_for_video("the speed", "video.playbackRate === 1.5")?;
    let (_, on) = browser.menu("Speed")?;
    ensure!(on == ["1.5×"], "{on:?} is on");
    Ok(())
}

/// Files and streams have the same controls.
pub(crate) fn the_keyboard_controls_the_player(browser: &Browser) -> Result<()> {
    let server = Server::start(&Site::streams()?)?;
    browser.open(&server.url("/dash/"))?;
    browser.play()?;
    browser.by_role("[data-player]", Role::Button, Name::Is("Pause playback"))?;
    browser.type_keys("k")?;
    browser.wait_for_video("the pause", "video.paused")?;
    browser.type_keys("0")?;
    browser.wait_for_video("the beginning", "video.currentTime === 0 && !video.seeking")?;
    browser.type_keys(RIGHT)?;
    browser.wait_for_video("five seconds", "Math.abs(video.currentTime - 5) < 0.1")?;
    browser.type_keys("j")?;
    browser.wait_for_video("the beginning", "video.currentTime === 0")?;
    browser.type_keys("5")?;
    browser.wait_for_video(
        "the middle",
        "Math.abs(video.currentTime / video.duration - 0.5) < 0.01",
    )?;
    browser.type_keys("m")?;
    browser.wait_for_video("silence", "video.muted")?;
    browser.type_keys(">")?;
    browser.wait_for_video("the next speed", "video.playbackRate === 1.25")?;
    browser.type_keys("c")?;
    browser.wait_for_captions("From the page")?;
    browser.press("[data-player]", Name::Is("Speed"))?;
    browser.by_role("[data-player]", Role::MenuItemRadio, Name::Is("1.25×"))?;
    browser.type_keys(ESCAPE)?;
    let left = browser.all_by_role("[data-player]", Role::MenuItemRadio, Name::Any)?;
    ensure!(left.is_empty(), "the menu stays open");
    browser.press("[data-player]", Name::Is("Resume playback"))?;
    browser.wait_for_video("playback", "!video.paused")
}

pub(crate) fn a_page_without_a_stream_loads_no_player(browser: &Browser) -> Result<()> {
    let server = Server::start(&Site::standard()?)?;
    let wire = Wire::to(server.port())?;
    browser.open(&wire.url("/short/"))?;
    browser.wait_for_worker()?;
    browser.play()?;
    browser.play_to_the_end()?;
    ensure!(wire.seen("shaka").is_empty(), "Shaka Player is loaded");
    Ok(())
}

/// A page with a stream neither, before somebody wants to see it.
pub(crate) fn a_stream_loads_nothing_before_it_is_played(browser: &Browser) -> Result<()> {
    let server = Server::start(&Site::streams()?)?;
    let wire = Wire::to(server.port())?;
    browser.open(&wire.url("/hls/"))?;
    browser.wait_for_worker()?;
    browser.by_role("", Role::Button, Name::Is("Play"))?;
    for part in ["shaka", "m3u8", "m4s"] {
        ensure!(wire.seen(part).is_empty(), "{part} is loaded before Play");
    }
    browser.play()?;
    ensure!(
        !wire.seen("shaka").is_empty(),
        "it plays without Shaka Player"
    );
    Ok(())
}

pub(crate) fn encrypted_media_play_with_their_key(browser: &Browser) -> Result<()> {
    let server = Server::start(&Site::streams()?)?;
    for (id, length) in [("locked", STREAM_SECONDS), ("kino", 6.0)] {
        browser.open(&server.url(&format!("/{id}/")))?;
        note_violations(browser)?;
        browser.play().context(id)?;
        browser.wait_for_video(
            "the encrypted media",
            &format!("video.mediaKeys && Math.abs(video.duration - {length}) < 0.5"),
        )?;
        browser.pause()?;
        browser.seek(length * 0.7)?;
        browser.play_to_the_end()?;
        no_violations(browser).context(id)?;
    }
    Ok(())
}

pub(crate) fn a_segment_that_fails_twice_is_asked_for_again(browser: &Browser) -> Result<()> {
    let server = Server::start(&Site::streams()?)?;
    let wire = Wire::to(server.port())?;
    for segment in ["stream/0-2.m4s", "stream/1-2.m4s"] {
        wire.disturb_first(2, segment, Fault::Failing);
    }
    browser.open(&wire.url("/dash/"))?;
    browser.play()?;
    browser.wait_for_video("what comes after the segment", "video.currentTime > 4.5")?;
    let note = browser.execute(
        "return document.querySelector('[data-player-note]').textContent;",
        Vec::new(),
    )?;
    ensure!(note == json!(""), "the player says {note}");
    Ok(())
}

pub(crate) fn a_missing_segment_is_explained_and_playback_resumes(browser: &Browser) -> Result<()> {
    let server = Server::start(&Site::streams()?)?;
    let wire = Wire::to(server.port())?;
    for segment in ["stream/0-3.m4s", "stream/1-3.m4s"] {
        wire.disturb(segment, Fault::Missing);
    }
    browser.open(&wire.url("/dash/"))?;
    browser.play()?;
    let words = browser.player_note()?;
    ensure!(words.contains("404"), "the player says only {words:?}");
    wire.repair();
    browser.press("[data-player]", Name::Is("Try again"))?;
    browser.wait_for_video("what comes after the segment", "video.currentTime > 6.5")?;
    browser.play_to_the_end()
}

pub(crate) fn a_missing_manifest_is_explained_and_play_tries_again(
    browser: &Browser,
) -> Result<()> {
    let server = Server::start(&Site::streams()?)?;
    let wire = Wire::to(server.port())?;
    wire.disturb("manifest.mpd", Fault::Missing);
    browser.open(&wire.url("/dash/"))?;
    browser.press("", Name::Is("Play"))?;
    let words = browser.player_note()?;
    ensure!(words.contains("404"), "the player says only {words:?}");
    wire.repair();
    browser.play()
}

/// Listens for what the Content Security Policy forbids.
fn note_violations(browser: &Browser) -> Result<()> {
    let script = "window.e2eViolations = []; document.addEventListener('securitypolicyviolation', (event) => window.e2eViolations.push(`${event.violatedDirective} ${event.blockedURI}`));";
    browser.execute(script, Vec::new()).map(drop)
}

fn no_violations(browser: &Browser) -> Result<()> {
    let violations = browser.execute("return window.e2eViolations;", Vec::new())?;
    ensure!(violations == json!([]), "the policy forbids {violations}");
    Ok(())
}
