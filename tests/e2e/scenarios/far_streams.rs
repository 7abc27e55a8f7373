//! Streams whose files are on another host, and those that cannot be stored, or not as they are.

use std::fs;

use anyhow::{Context, Result, ensure};

use super::trouble::explains;
use super::use_own_transport;
use crate::harness::browser::Browser;
use crate::harness::roles::{Name, Role};
use crate::harness::server::Server;
use crate::harness::site::Site;
use crate::harness::stored_streams::{heights, languages};
use crate::harness::wire::{Fault, Wire};

const DASH: (&str, &str) = ("stream/manifest.mpd", "application/dash+xml");
const HLS: (&str, &str) = ("stream/master.m3u8", "application/vnd.apple.mpegurl");

/// A site whose one page plays a stream of another origin.
struct Far {
    media: Site,
    // The server ends with it.
    _elsewhere: Server,
    line: Wire,
    server: Server,
    manifest: String,
}

impl Far {
    fn start((path, kind): (&str, &str)) -> Result<Self> {
        let media = Site::streams()?;
        let elsewhere = Server::start(&media)?;
        let line = Wire::to(elsewhere.port())?;
        let manifest = line.url(&format!("/media/01-streams/{path}"));
        let site = Site::empty()?;
        site.video("01-far/01-far.md", "A far one", &manifest, kind)?;
        let server = Server::start(&site)?;
        Ok(Far {
            media,
            _elsewhere: elsewhere,
            line,
            server,
            manifest,
        })
    }

    fn page(&self) -> String {
        self.server.url("/far/")
    }

    /// Checks what is stored, and plays it, without a network.
    fn plays(&mut self, browser: &Browser) -> Result<()> {
        self.server.stop()?;
        self.line.cut();
        let origin = self.line.origin();
        let stored = browser.same_stream("far", &self.manifest, &self.media, &origin)?;
        ensure!(
            heights(&stored) == [360] && languages(&stored).len() == 2,
            "{stored:?} is stored"
        );
        browser.open(&self.page())?;
        browser.play()?;
        browser.play_to_the_end()
    }
}

fn is_stored(browser: &Browser, mut far: Far) -> Result<()> {
    let control = browser.open_ready(&far.page(), "far")?;
    control.shows("(about ")?;
    control.make_available_offline()?;
    control.wait_for("stored")?;
    far.plays(browser)
}

pub(crate) fn a_stream_of_another_origin_is_stored(browser: &Browser) -> Result<()> {
    for form in [DASH, HLS] {
        let far = Far::start(form)?;
        use_own_transport(browser, &far.server.url(""))?;
        is_stored(browser, far)?;
    }
    Ok(())
}

pub(crate) fn background_fetch_stores_a_stream_of_another_origin(browser: &Browser) -> Result<()> {
    is_stored(browser, Far::start(DASH)?)
}

/// The manifest is the site's own; in DASH its segments are elsewhere, in HLS its playlists too.
pub(crate) fn what_a_manifest_names_elsewhere_is_stored(browser: &Browser) -> Result<()> {
    let mut far = Far::start(DASH)?;
    let site = Site::streams()?;
    let folder = far.line.url("/media/01-streams/stream/");
    let period = format!("<BaseURL>{folder}</BaseURL><Period ");
    let playlist = format!("{folder}media_");
    for (name, part, now) in [
        ("manifest.mpd", "<Period ", period),
        ("master.m3u8", "media_", playlist),
    ] {
        let file = site.file(&format!("01-streams/stream/{name}"));
        let text = fs::read_to_string(&file)?.replace(part, &now);
        fs::write(&file, text)?;
    }
    far.server = Server::start(&site)?;
    use_own_transport(browser, &far.server.url(""))?;
    for id in ["dash", "hls"] {
        let control = browser.open_ready(&far.server.url(&format!("/{id}/")), id)?;
        control.shows("(about ")?;
        control.make_available_offline()?;
        control.wait_for("stored").context(id)?;
    }
    far.server.stop()?;
    far.line.cut();
    for (id, name) in [("dash", "manifest.mpd"), ("hls", "master.m3u8")] {
        let manifest = format!("/media/01-streams/stream/{name}");
        let stored = browser.same_stream(id, &manifest, &far.media, &far.line.origin())?;
        ensure!(heights(&stored) == [360], "{stored:?} is stored");
        browser.open(&far.server.url(&format!("/{id}/")))?;
        browser.play().context(id)?;
        browser.play_to_the_end().context(id)?;
    }
    Ok(())
}

pub(crate) fn a_stream_of_another_origin_without_cors_is_explained(
    browser: &Browser,
) -> Result<()> {
    let mut far = Far::start(DASH)?;
    far.line.disturb("stream/", Fault::NotShared);
    let control = browser.open_ready(&far.page(), "far")?;
    control.make_available_offline()?;
    explains(&control)?;
    let words = control.alert()?;
    ensure!(words.contains("CORS"), "the alert says only {words:?}");
    // Its owner allows it now.
    far.line.repair();
    control.press("Try again")?;
    control.wait_for("stored")?;
    far.plays(browser)
}

pub(crate) fn a_missing_segment_elsewhere_is_explained(browser: &Browser) -> Result<()> {
    let far = Far::start(DASH)?;
    use_own_transport(browser, &far.server.url(""))?;
    misses_a_segment(browser, far)
}

pub(crate) fn a_missing_segment_in_a_background_fetch_is_explained(
    browser: &Browser,
) -> Result<()> {
    misses_a_segment(browser, Far::start(DASH)?)
}

fn misses_a_segment(browser: &Browser, mut far: Far) -> Result<()> {
    far.line.disturb("0-3.m4s", Fault::Missing);
    let control = browser.open_ready(&far.page(), "far")?;
    control.make_available_offline()?;
    explains(&control)?;
    let words = control.alert()?;
    ensure!(words.contains("0-3.m4s"), "the alert says only {words:?}");
    let stored = browser.stored_segments("far")?;
    far.line.repair();
    far.line.forget();
    control.press("Try again")?;
    control.wait_for("stored")?;
    let again = stored.iter().find(|url| {
        let path = url.strip_prefix(&far.line.origin()).unwrap_or(url);
        !far.line.seen(path).is_empty()
    });
    ensure!(again.is_none(), "{again:?} was stored and is fetched again");
    far.plays(browser)
}

/// Here the server says so, elsewhere the page finds out.
pub(crate) fn a_live_stream_is_refused_in_words(browser: &Browser) -> Result<()> {
    let mut far = Far::start(DASH)?;
    let file = far.media.file("01-streams/stream/manifest.mpd");
    let live = fs::read_to_string(&file)?.replace("type=\"static\"", "type=\"dynamic\"");
    fs::write(file, live)?;
    let control = browser.open_ready(&far.page(), "far")?;
    control.make_available_offline()?;
    let words = control.alert()?;
    ensure!(words.contains("live"), "the alert says only {words:?}");
    far.server.stop()?;
    let server = Server::start(&far.media)?;
    browser.open(&server.url("/dash/"))?;
    browser.wait_for(
        "the page to say why",
        "document.querySelector('.notice')?.innerText.includes('It is live')",
    )?;
    let offered = browser.all_by_role("", Role::Button, Name::Starts("Make available offline"))?;
    ensure!(offered.is_empty(), "the download is offered all the same");
    Ok(())
}

/// What the author wrote for offline takes the place of what plays online.
pub(crate) fn a_manifest_written_for_offline_is_the_one_that_is_stored(
    browser: &Browser,
) -> Result<()> {
    let site = Site::streams()?;
    let manifest = fs::read_to_string(site.file("01-streams/stream/manifest.mpd"))?;
    // Without the 360 lines and without Czech.
    let smaller = without(&manifest, "<Representation id=\"0\"", "</Representation>");
    let smaller = without(&smaller, "<AdaptationSet id=\"2\"", "</AdaptationSet>");
    site.write("01-streams/stream/offline.mpd", &smaller)?;
    let page = fs::read_to_string(site.file("01-streams/dash.md"))?;
    let rewrite = "url-rewrites:\n  - online: stream/manifest.mpd\n    offline: stream/offline.mpd\nvideo-subtitles:";
    site.write(
        "01-streams/dash.md",
        &page.replace("video-subtitles:", rewrite),
    )?;
    let mut server = Server::start(&site)?;
    let control = browser.open_ready(&server.url("/dash/"), "dash")?;
    control.make_available_offline()?;
    control.wait_for("stored")?;
    server.stop()?;
    let offline = "/media/01-streams/stream/offline.mpd";
    let stored = browser.same_stream("dash", offline, &site, "")?;
    ensure!(
        heights(&stored) == [180] && languages(&stored) == ["en"],
        "{stored:?} is stored"
    );
    browser.open(&server.url("/dash/"))?;
    browser.play()?;
    browser.wait_for_video("the height", "video.videoHeight === 180")?;
    browser.play_to_the_end()
}

/// A text without its first part from `start` to the next `end`.
fn without(text: &str, start: &str, end: &str) -> String {
    let found = text.split_once(start).and_then(|(before, rest)| {
        let (_, after) = rest.split_once(end)?;
        Some(format!("{before}{after}"))
    });
    found.unwrap_or_else(|| text.to_owned())
}
