//! When a download cannot go on: said in words, with a way out that works.

use std::time::Instant;

use anyhow::{Result, ensure};

use super::download::{begin, resumed_near};
use super::rounds::{Round, Way};
use super::use_own_transport;
use crate::harness::browser::Browser;
use crate::harness::control::Control;
use crate::harness::server::Server;
use crate::harness::site::{SHORT, Site};
use crate::harness::wire::{Fault, Wire};
use crate::harness::{PATIENCE, wait_until};

pub(crate) fn another_origin_without_cors_is_explained(browser: &Browser) -> Result<()> {
    let media = Site::standard()?;
    let elsewhere = Server::start(&media)?;
    let line = Wire::to(elsewhere.port())?;
    let site = Site::empty()?;
    let address = line.url("/media/01-shorts/short.mp4");
    site.video("01-far/01-far.md", "A far one", &address, "video/mp4")?;
    let mut server = Server::start(&site)?;
    use_own_transport(browser, &server.url(""))?;
    line.disturb("short.mp4", Fault::NotShared);
    let control = browser.open_ready(&server.url("/far/"), "far")?;
    control.make_available_offline()?;
    explains(&control)?;
    // Its owner allows it now.
    line.repair();
    control.press("Try again")?;
    control.wait_for("stored")?;
    server.stop()?;
    line.cut();
    browser.open(&server.url("/far/"))?;
    browser.play()?;
    browser.same_bytes(&address, &media.file("01-shorts/short.mp4"))
}

pub(crate) fn a_file_that_vanishes_in_the_middle_is_explained(browser: &Browser) -> Result<()> {
    let long = begin(browser, Way::Own, "/")?;
    long.control.wait_for_progress(20.0)?;
    long.wire.disturb("long.mp4", Fault::Missing);
    explains(&long.control)?;
    long.wire.repair();
    long.control.press("Try again")?;
    long.control.wait_for("stored")?;
    long.wire.cut();
    long.same_bytes(browser)
}

pub(crate) fn a_dead_network_is_explained_and_what_arrived_is_kept(
    browser: &Browser,
) -> Result<()> {
    let long = begin(browser, Way::Own, "/")?;
    let progress = long.control.wait_for_progress(50.0)?;
    long.wire.cut();
    explains(&long.control)?;
    long.wire.forget();
    long.wire.repair();
    again(&long.control)?;
    long.control.wait_for("stored")?;
    resumed_near(&long.wire, progress, &long.site)?;
    long.wire.cut();
    long.same_bytes(browser)
}

/// And nothing is lost: it goes on from there.
pub(crate) fn a_full_disk_is_explained(browser: &Browser) -> Result<()> {
    let round = Round::begin(browser, Way::Own, &["full"])?;
    let [file, _] = round.subjects("full")?;
    // What there is, and two chunks.
    let quota = browser.usage()?.unwrap_or_default() + (5 << 20);
    browser.set_quota(&round.wire.origin(), Some(quota))?;
    round.start(browser, &file)?;
    let control = browser.control(&file.id);
    control.wait_for("paused")?;
    in_words(&control)?;
    control.offers("Resume")?;
    let held = browser.entries(&file.id)?;
    ensure!(
        held.iter().any(|key| key.starts_with("/offline/")),
        "nothing was kept: {held:?}"
    );
    let since = Instant::now();
    browser.set_quota(&round.wire.origin(), None)?;
    control.press("Resume")?;
    control.wait_for("stored")?;
    round.spares(&file, &held, since)?;
    round.trusted(browser, &file)
}

pub(crate) fn a_missing_file_in_a_background_fetch_is_explained(browser: &Browser) -> Result<()> {
    let site = Site::standard()?;
    let server = Server::start(&site)?;
    let wire = Wire::to(server.port())?;
    let control = browser.open_ready(&wire.url("/short/"), SHORT)?;
    wire.disturb("short-cs.vtt", Fault::Missing);
    control.make_available_offline()?;
    explains(&control)?;
    wire.repair();
    control.press("Try again")?;
    control.wait_for("stored")?;
    wire.cut();
    browser.open(&wire.url("/short/"))?;
    browser.play()?;
    browser.same_bytes(
        "/media/01-shorts/short-cs.vtt",
        &site.file("01-shorts/short-cs.vtt"),
    )
}

/// Presses **Try again**, unless the download has gone on by itself meanwhile.
pub(crate) fn again(control: &Control<'_>) -> Result<()> {
    let look = || {
        if control.state()? == "failed" {
            control.enter_now("Try again")?;
        }
        Ok((control.state()? != "failed").then_some(()))
    };
    wait_until("the download to go on", PATIENCE, look)
}

/// Waits for a failure in words, with a way out.
pub(crate) fn explains(control: &Control<'_>) -> Result<()> {
    control.wait_for("failed")?;
    in_words(control)?;
    control.offers("Try again")
}

/// Waits for an alert, in words.
pub(crate) fn in_words(control: &Control<'_>) -> Result<()> {
    let words = control.alert()?;
    ensure!(
        words.split_whitespace().count() >= 5,
        "the alert says only {words:?}"
    );
    Ok(())
}
