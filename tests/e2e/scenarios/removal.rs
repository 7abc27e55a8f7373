//! Removing what is stored: never more, never less, and not before Undo has had its chance.

use anyhow::{Result, ensure};

use super::use_own_transport;
use crate::harness::browser::Browser;
use crate::harness::roles::{Name, Role};
use crate::harness::server::Server;
use crate::harness::site::{SHORT, Site, WEBM};

pub(crate) fn a_removed_video_comes_back_with_undo(browser: &Browser) -> Result<()> {
    let site = Site::standard()?;
    let mut server = Server::start(&site)?;
    let control = browser.open_ready(&server.url("/short/"), SHORT)?;
    control.make_available_offline()?;
    control.wait_for("stored")?;
    let stored = browser.caches()?;
    control.press("Remove download")?;
    control.wait_for("removed")?;
    control.shows("Removed")?;
    control.press("Undo")?;
    control.wait_for("stored")?;
    browser.wait_for_caches(&stored)?;
    server.stop()?;
    browser.open(&server.url("/short/"))?;
    browser.play()?;
    browser.same_bytes(
        "/media/01-shorts/short.mp4",
        &site.file("01-shorts/short.mp4"),
    )
}

pub(crate) fn removal_frees_every_byte_and_touches_no_other_video(browser: &Browser) -> Result<()> {
    let site = Site::standard()?;
    let mut server = Server::start(&site)?;
    use_own_transport(browser, &server.url(""))?;
    let control = browser.open_ready(&server.url("/webm/"), WEBM)?;
    control.make_available_offline()?;
    control.wait_for("stored")?;
    let control = browser.open_ready(&server.url("/short/"), SHORT)?;
    let before = browser.caches()?;
    let used_before = browser.usage()?;
    control.make_available_offline()?;
    control.wait_for("stored")?;
    // Not looked into here: a page that holds a cache keeps its space from being freed.
    let size = site.file("01-shorts/short.mp4").metadata()?.len();
    if let (Some(before), Some(now)) = (used_before, browser.usage()?) {
        ensure!(
            now > before + size,
            "a download of {size} bytes adds {now} - {before} to what is used"
        );
    }
    control.press("Remove download")?;
    control.wait_for("none")?;
    if let Some(used_before) = used_before {
        browser.wait_for_usage(used_before + size / 2)?;
    }
    browser.wait_for_caches(&before)?;
    server.stop()?;
    browser.open(&server.url("/webm/"))?;
    browser.play()?;
    browser.same_bytes(
        "/media/01-shorts/clip.webm",
        &site.file("01-shorts/clip.webm"),
    )
}

pub(crate) fn a_removal_survives_leaving_the_page(browser: &Browser) -> Result<()> {
    let server = Server::start(&Site::standard()?)?;
    let control = browser.open_ready(&server.url("/short/"), SHORT)?;
    browser.wait_for_worker()?;
    let before = browser.caches()?;
    control.make_available_offline()?;
    control.wait_for("stored")?;
    control.press("Remove download")?;
    control.wait_for("removed")?;
    browser.open("about:blank")?;
    browser.open(&server.url("/"))?;
    browser.control(SHORT).wait_for("none")?;
    browser.wait_for_caches(&before)
}

pub(crate) fn several_are_removed_at_once_with_undo(browser: &Browser) -> Result<()> {
    let server = Server::start(&Site::standard()?)?;
    let control = browser.open_ready(&server.url("/"), SHORT)?;
    browser.wait_for_worker()?;
    let before = browser.caches()?;
    let other = browser.control(WEBM);
    for control in [&control, &other] {
        control.make_available_offline()?;
        control.wait_for("stored")?;
    }
    browser.open(&server.url("/downloads/"))?;
    let remove_both = || {
        for name in ["Select A short one", "Select A free one"] {
            browser.click(&browser.by_role("", Role::Checkbox, Name::Is(name))?)?;
        }
        browser.press_key("main", Name::Starts("Remove selected (2"))?;
        control.wait_for("removed")?;
        other.wait_for("removed")
    };
    remove_both()?;
    browser.press_key(".download-selection", Name::Is("Undo"))?;
    control.wait_for("stored")?;
    other.wait_for("stored")?;
    remove_both()?;
    browser.wait_for_caches(&before)
}

pub(crate) fn delete_all_asks_first(browser: &Browser) -> Result<()> {
    let server = Server::start(&Site::standard()?)?;
    let control = browser.open_ready(&server.url("/"), SHORT)?;
    browser.wait_for_worker()?;
    let before = browser.caches()?;
    control.make_available_offline()?;
    control.wait_for("stored")?;
    let other = browser.control(WEBM);
    other.make_available_offline()?;
    other.wait_for("stored")?;
    browser.open(&server.url("/downloads/"))?;
    browser.by_role("", Role::Button, Name::Is("Remove download A free one"))?;
    browser.press("main", Name::Is("Delete all"))?;
    browser.press("dialog", Name::Is("Keep"))?;
    browser.by_role("", Role::Button, Name::Is("Remove download A free one"))?;
    browser.press("main", Name::Is("Delete all"))?;
    browser.press("dialog", Name::Is("Delete all"))?;
    browser.wait_for_caches(&before)?;
    browser.wait_for(
        "an empty list",
        "document.querySelectorAll('[data-download-list] > li').length === 0",
    )
}
