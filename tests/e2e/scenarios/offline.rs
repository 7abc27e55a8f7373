//! What is left when the server is gone.

use anyhow::{Result, ensure};

use super::use_own_transport;
use crate::harness::browser::Browser;
use crate::harness::footage::{LONG_SECONDS, SHORT_SECONDS};
use crate::harness::roles::{Name, Role};
use crate::harness::server::Server;
use crate::harness::site::{LONG, SHORT, Site};
use crate::harness::wire::Wire;

pub(crate) fn a_downloaded_video_plays_with_the_server_gone(browser: &Browser) -> Result<()> {
    let site = Site::standard()?;
    let mut server = Server::start(&site)?;
    browser.keep_storage_of(&server.url("/settings/"))?;
    let control = browser.open_ready(&server.url("/short/"), SHORT)?;
    browser.play()?;
    control.make_available_offline()?;
    control.wait_for("stored")?;
    control.shows("Available offline")?;
    server.stop()?;

    browser.open(&server.url("/"))?;
    browser.by_role("", Role::Heading, Name::Is("Shorts"))?;
    browser.control(SHORT).wait_for("stored")?;
    browser.open(&server.url("/downloads/"))?;
    browser.by_role("", Role::Heading, Name::Is("Downloads"))?;
    browser.by_role("", Role::Button, Name::Is("Remove download A short one"))?;
    browser.open(&server.url("/short/"))?;
    browser.by_role("", Role::Heading, Name::Is("A short one"))?;
    browser.control(SHORT).wait_for("stored")?;
    browser.play()?;
    browser.pause()?;
    browser.seek_ten_times(SHORT_SECONDS)?;
    browser.choose_captions("en")?;
    browser.seek(1.5)?;
    browser.wait_for_captions("Two")?;
    browser.choose_captions("cs")?;
    browser.wait_for_captions("Dvě")?;
    // Last, because WebKitGTK 2.50 finishes no seek after the end, wherever the bytes come from.
    browser.play_to_the_end()?;
    browser.wait_for("the poster", "(() => { const image = new Image(); image.src = document.querySelector('video').poster; return (window.e2ePoster ??= image).naturalWidth > 0; })()")?;
    browser.same_bytes(
        "/media/01-shorts/short.mp4",
        &site.file("01-shorts/short.mp4"),
    )
}

/// What a player has from the network goes together with what it gets from storage.
pub(crate) fn a_video_that_plays_goes_on_from_storage(browser: &Browser) -> Result<()> {
    let mut server = Server::start(&Site::standard()?)?;
    let control = browser.open_ready(&server.url("/long/"), LONG)?;
    browser.wait_for_worker()?;
    browser.play()?;
    browser.pause()?;
    control.make_available_offline()?;
    control.wait_for("stored")?;
    server.stop()?;
    browser.seek_ten_times(LONG_SECONDS)?;
    browser.play_to_the_end()
}

pub(crate) fn the_shell_works_after_one_visit(browser: &Browser) -> Result<()> {
    let mut server = Server::start(&Site::standard()?)?;
    browser.open(&server.url("/"))?;
    browser.wait_for_worker()?;
    server.stop()?;
    for (path, heading) in [
        ("/downloads/", "Downloads"),
        ("/settings/", "Settings"),
        ("/category/longer/", "Longer"),
        ("/", "Shorts"),
    ] {
        browser.open(&server.url(path))?;
        browser.by_role("", Role::Heading, Name::Is(heading))?;
        let styled =
            "[...document.styleSheets].some((sheet) => sheet.href && sheet.cssRules.length > 0)";
        browser.wait_for(&format!("{path} to have its style"), styled)?;
    }
    browser.control("short").wait_for("none")
}

pub(crate) fn an_unknown_page_shows_the_offline_page(browser: &Browser) -> Result<()> {
    let mut server = Server::start(&Site::standard()?)?;
    let control = browser.open_ready(&server.url("/short/"), SHORT)?;
    control.make_available_offline()?;
    control.wait_for("stored")?;
    server.stop()?;
    browser.open(&server.url("/long/"))?;
    browser.by_role("", Role::Heading, Name::Is("You are offline"))?;
    // What is stored is one click away.
    let link = browser.by_role("", Role::Link, Name::Starts("A short one"))?;
    browser.click(&link)?;
    browser.by_role("", Role::Heading, Name::Is("A short one"))?;
    browser.play()
}

pub(crate) fn offline_playback_sends_nothing_to_the_network(browser: &Browser) -> Result<()> {
    let mut server = Server::start(&Site::standard()?)?;
    use_own_transport(browser, &server.url(""))?;
    let control = browser.open_ready(&server.url("/short/"), SHORT)?;
    control.make_available_offline()?;
    control.wait_for("stored")?;
    server.stop()?;
    let listener = Wire::dead_end(server.port())?;
    browser.open(&server.url("/short/"))?;
    browser.control(SHORT).wait_for("stored")?;
    // The navigation itself may have tried the network first.
    listener.forget();
    browser.play()?;
    browser.play_to_the_end()?;
    browser.seek_ten_times(SHORT_SECONDS)?;
    sent_nothing(&listener)
}

/// Checks that playback asked for nothing where the server has been.
pub(crate) fn sent_nothing(listener: &Wire) -> Result<()> {
    // Browsers look for a new worker and for an icon by themselves after a navigation.
    let by_itself = ["/sw.js", "/favicon.ico"];
    let sent = listener.seen("").into_iter().map(|seen| seen.path);
    let asked: Vec<_> = sent
        .filter(|path| !by_itself.contains(&path.as_str()))
        .collect();
    ensure!(
        asked.is_empty(),
        "offline playback asks the network for {asked:?}"
    );
    Ok(())
}
