//! What a visitor finds with the network there.

use anyhow::{Result, ensure};
use serde_json::json;

use crate::harness::browser::Browser;
use crate::harness::footage::{LONG_SECONDS, SHORT_SECONDS};
use crate::harness::roles::{Name, Role};
use crate::harness::server::Server;
use crate::harness::site::Site;

pub(crate) fn a_first_visit_finds_every_video(browser: &Browser) -> Result<()> {
    let server = Server::start(&Site::standard()?)?;
    browser.open(&server.url("/"))?;
    for category in ["Shorts", "Longer"] {
        browser.by_role("", Role::Heading, Name::Is(category))?;
    }
    for (id, title) in [
        ("short", "A short one"),
        ("webm", "A free one"),
        ("long", "A long one"),
    ] {
        let cards = browser.all_by_role(
            &format!("[data-card=\"{id}\"]"),
            Role::Link,
            Name::Starts(title),
        )?;
        ensure!(!cards.is_empty(), "no link to {title:?}");
    }
    browser.control("short").wait_for("none")?;
    browser.open(&server.url("/category/longer/"))?;
    browser.by_role("", Role::Heading, Name::Is("Longer"))?;
    browser.open(&server.url("/short/"))?;
    browser.by_role("", Role::Heading, Name::Is("A short one"))?;
    ensure!(
        browser.title()?.contains("A short one"),
        "the window's title is {:?}",
        browser.title()?
    );
    browser.control("short").offers("Make available offline")
}

pub(crate) fn a_video_plays_and_seeks_online(browser: &Browser) -> Result<()> {
    let server = Server::start(&Site::standard()?)?;
    browser.open(&server.url("/short/"))?;
    browser.play()?;
    // A cue lasts a second, and the test is no quicker than its machine.
    browser.pause()?;
    browser.choose_captions("cs")?;
    browser.seek(1.5)?;
    browser.wait_for_captions("Dvě")?;
    browser.play_to_the_end()?;
    browser.open(&server.url("/webm/"))?;
    browser.play()?;
    browser.pause()?;
    browser.seek_ten_times(SHORT_SECONDS)?;
    browser.open(&server.url("/long/"))?;
    browser.play()?;
    browser.pause()?;
    browser.seek_ten_times(LONG_SECONDS)
}

/// A reload that goes past the worker leaves a page without a controller.
pub(crate) fn a_hard_reloaded_page_works(browser: &Browser) -> Result<()> {
    let server = Server::start(&Site::standard()?)?;
    browser.open_ready(&server.url("/short/"), "short")?;
    browser.wait_for_worker()?;
    browser.execute("window.e2eOld = true;", Vec::new())?;
    browser.devtools("Page.reload", json!({ "ignoreCache": true }))?;
    // No worker answered for the page; whether it controls the page by now is a matter of timing.
    browser.wait_for(
        "the reload without a worker",
        "!window.e2eOld && performance.getEntriesByType('navigation')[0]?.workerStart === 0",
    )?;
    let control = browser.control("short");
    control.wait_for("none")?;
    control.make_available_offline()?;
    control.wait_for("stored")?;
    browser.play()
}

pub(crate) fn a_page_plays_without_javascript(browser: &Browser) -> Result<()> {
    let server = Server::start(&Site::standard()?)?;
    browser.open(&server.url("/short/"))?;
    ensure!(
        browser.all_by_role("", Role::Button, Name::Any)?.is_empty(),
        "a button is shown that cannot work"
    );
    // The browser's own controls take a click on the picture.
    let video = browser.execute("return document.querySelector('video');", Vec::new())?;
    browser.click(&browser.element(&video)?)?;
    browser.wait_for(
        "the video to play",
        "document.querySelector('video').currentTime > 0.5",
    )
}
