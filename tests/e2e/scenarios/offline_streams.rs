//! Streams that are on this device: stored as they should be, and played with the server gone.

use anyhow::{Context, Result, ensure};
use media::manifest::Kind;
use media::text;

use super::offline::sent_nothing;
use super::use_own_transport;
use crate::harness::browser::Browser;
use crate::harness::footage::STREAM_SECONDS;
use crate::harness::roles::{Name, Role};
use crate::harness::server::Server;
use crate::harness::site::Site;
use crate::harness::stored_streams::{heights, languages};
use crate::harness::wire::Wire;

/// One form of the same stream.
struct Form {
    id: &'static str,
    manifest: &'static str,
    /// The captions of the page and of the manifest: what they are called, and a cue.
    captions: &'static [(&'static str, &'static str)],
    /// What its manifest calls the second sound.
    sound: &'static str,
}

const DASH: Form = Form {
    id: "dash",
    manifest: "/media/01-streams/stream/manifest.mpd",
    captions: &[("Page", "From the page"), ("Čeština", "Z proudu")],
    sound: "Čeština",
};

const HLS: Form = Form {
    id: "hls",
    manifest: "/media/01-streams/stream/master.m3u8",
    captions: &[("Page", "From the page")],
    sound: "audio_3",
};

pub(crate) fn a_stored_dash_stream_plays_with_the_server_gone(browser: &Browser) -> Result<()> {
    stored_by_the_worker(browser, &DASH)
}

pub(crate) fn a_stored_hls_stream_plays_with_the_server_gone(browser: &Browser) -> Result<()> {
    stored_by_the_worker(browser, &HLS)
}

pub(crate) fn background_fetch_stores_a_dash_stream(browser: &Browser) -> Result<()> {
    let site = Site::streams()?;
    stored_and_played(browser, &site, Server::start(&site)?, &DASH)
}

pub(crate) fn background_fetch_stores_an_hls_stream(browser: &Browser) -> Result<()> {
    let site = Site::streams()?;
    stored_and_played(browser, &site, Server::start(&site)?, &HLS)
}

fn stored_by_the_worker(browser: &Browser, form: &Form) -> Result<()> {
    let site = Site::streams()?;
    let server = Server::start(&site)?;
    use_own_transport(browser, &server.url(""))?;
    stored_and_played(browser, &site, server, form)
}

fn stored_and_played(
    browser: &Browser,
    site: &Site,
    mut server: Server,
    form: &Form,
) -> Result<()> {
    let page = server.url(&format!("/{}/", form.id));
    let control = browser.open_ready(&page, form.id)?;
    control.shows(&format!("({})", text::bytes(size(browser, site, form)?)))?;
    control.make_available_offline()?;
    control.wait_for("stored")?;
    server.stop()?;
    let listener = Wire::dead_end(server.port())?;
    browser.open(&page)?;
    browser.control(form.id).wait_for("stored")?;
    plays_from_here(browser)?;
    // The navigation itself may have tried the network first.
    listener.forget();
    browser.play()?;
    for (name, cue) in form.captions {
        browser.choose("Captions", name)?;
        browser.wait_for_captions(cue)?;
    }
    browser.choose("Audio", form.sound)?;
    let (_, on) = browser.menu("Audio")?;
    ensure!(on == [form.sound], "{on:?} is on");
    let qualities = browser.all_by_role("[data-player]", Role::Button, Name::Is("Quality"))?;
    ensure!(
        qualities.is_empty(),
        "there is nothing to choose, yet a menu"
    );
    browser.pause()?;
    browser.seek_ten_times(STREAM_SECONDS)?;
    browser.play_to_the_end()?;
    sent_nothing(&listener)?;
    let stored = browser.same_stream(form.id, form.manifest, site, "")?;
    ensure!(
        heights(&stored) == [360] && languages(&stored).len() == 2,
        "{stored:?} is stored"
    );
    Ok(())
}

/// The bytes of all that is kept when the pictures have 360 lines, and of the page's captions.
fn size(browser: &Browser, site: &Site, form: &Form) -> Result<u64> {
    let presentation = browser.presentation(form.manifest)?;
    let mut kept = vec![form.manifest, "/media/01-streams/en.vtt"];
    for rendition in &presentation.renditions {
        let description = &rendition.description;
        if description.kind != Kind::Video || description.height == 360 {
            kept.extend(rendition.urls());
            kept.extend(description.playlist.as_deref());
        }
    }
    kept.into_iter().try_fold(0, |sum, url| {
        let path = url.trim_start_matches("/media/");
        Ok(sum + site.file(path).metadata()?.len())
    })
}

/// Waits until the page says that the video plays from this device.
fn plays_from_here(browser: &Browser) -> Result<()> {
    let line = "document.querySelector('[data-from-device]')";
    let says = format!("{line}.checkVisibility() && {line}.innerText === 'Plays from this device'");
    browser.wait_for("the page to say that it plays from this device", &says)
}

pub(crate) fn another_quality_is_one_press_away(browser: &Browser) -> Result<()> {
    let site = Site::sample_streams()?;
    let mut server = Server::start(&site)?;
    let id = "quality-ladder";
    let control = browser.open_ready(&server.url("/quality-ladder/"), id)?;
    control.shows("Other qualities")?;
    let summary = browser.execute(
        "return document.querySelector('[data-video=quality-ladder] summary');",
        Vec::new(),
    )?;
    browser.click(&browser.element(&summary)?)?;
    control.shows("1080p")?;
    ensure!(!control.offers_now("Standard")?, "Standard is no other one");
    control.press("Data saver")?;
    control.wait_for("stored")?;
    let manifest = "/media/04-streams/quality-ladder/film.mpd";
    server.stop()?;
    let stored = browser.same_stream(id, manifest, &site, "")?;
    ensure!(
        heights(&stored) == [360],
        "{:?} is stored",
        heights(&stored)
    );
    browser.open(&server.url("/quality-ladder/"))?;
    browser.play()?;
    browser.wait_for_video("the height", "video.videoHeight === 360")
}

pub(crate) fn the_download_quality_is_a_setting(browser: &Browser) -> Result<()> {
    let site = Site::sample_streams()?;
    let server = Server::start(&site)?;
    let id = "quality-ladder";
    let page = server.url("/quality-ladder/");
    browser.open(&server.url("/settings/"))?;
    browser.wait_for(
        "the qualities to be usable",
        "!document.querySelector('[data-setting=quality]').disabled",
    )?;
    browser.click(&browser.by_role("", Role::Radio, Name::Is("Best"))?)?;
    let control = browser.open_ready(&page, id)?;
    control.make_available_offline()?;
    control.wait_for("stored")?;
    let manifest = "/media/04-streams/quality-ladder/film.mpd";
    let stored = browser.same_stream(id, manifest, &site, "")?;
    ensure!(
        heights(&stored) == [1080] && languages(&stored).len() == 2,
        "{:?} is stored",
        heights(&stored)
    );
    Ok(())
}

pub(crate) fn a_stream_of_one_file_per_rendition_is_stored(browser: &Browser) -> Result<()> {
    let site = Site::sample_streams()?;
    let mut server = Server::start(&site)?;
    let control = browser.open_ready(&server.url("/byte-ranges/"), "byte-ranges")?;
    control.make_available_offline()?;
    control.wait_for("stored")?;
    server.stop()?;
    browser.open(&server.url("/byte-ranges/"))?;
    plays_from_here(browser)?;
    browser.play()?;
    browser.wait_for_video("the height", "video.videoHeight === 720")?;
    browser.pause()?;
    browser.seek_ten_times(37.0)?;
    browser.play_to_the_end()?;
    for file in ["720p.mp4", "en.m4a"] {
        let path = format!("04-streams/byte-ranges/{file}");
        browser.same_bytes(&format!("/media/{path}"), &site.file(&path))?;
    }
    Ok(())
}

/// An encrypted stream, and an encrypted file in Kino's form.
pub(crate) fn encrypted_media_are_stored_and_play(browser: &Browser) -> Result<()> {
    let site = Site::streams()?;
    let mut server = Server::start(&site)?;
    for id in ["locked", "kino"] {
        let control = browser.open_ready(&server.url(&format!("/{id}/")), id)?;
        control.make_available_offline()?;
        control.wait_for("stored")?;
    }
    server.stop()?;
    browser.same_bytes(
        "/media/01-streams/kino.mp4",
        &site.file("01-streams/kino.mp4"),
    )?;
    for (id, length) in [("locked", STREAM_SECONDS), ("kino", 6.0)] {
        browser.open(&server.url(&format!("/{id}/")))?;
        plays_from_here(browser).context(id)?;
        browser.play().context(id)?;
        browser.wait_for_video("the encrypted media", "video.mediaKeys")?;
        browser.pause()?;
        browser.seek(length * 0.7)?;
        browser.play_to_the_end().context(id)?;
    }
    Ok(())
}
