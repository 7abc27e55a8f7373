//! Making videos available offline, by each transport.

use std::fs;

use anyhow::{Context, Result, ensure};

use super::rounds::Way;
use super::use_own_transport;
use crate::harness::browser::Browser;
use crate::harness::control::Control;
use crate::harness::footage::Footage;
use crate::harness::roles::{Name, Role};
use crate::harness::server::Server;
use crate::harness::site::{LONG, SHORT, Site};
use crate::harness::wire::{Fault, Wire};
use crate::harness::{PATIENCE, wait_until};

/// A rate at which the long video takes some six seconds.
pub(crate) const SLOW: Fault = Fault::Slow(4 << 20);

/// The long video on its slow way to the browser.
pub(crate) struct Long<'a> {
    pub(crate) site: Site,
    pub(crate) server: Server,
    pub(crate) wire: Wire,
    pub(crate) control: Control<'a>,
}

/// Makes the long video available offline by its button on this page.
pub(crate) fn begin<'a>(browser: &'a Browser, way: Way, page: &str) -> Result<Long<'a>> {
    let site = Site::standard()?;
    let server = Server::start(&site)?;
    let wire = Wire::to(server.port())?;
    if way == Way::Own {
        use_own_transport(browser, &wire.origin())?;
    }
    let control = browser.open_ready(&wire.url(page), LONG)?;
    wire.disturb("long.mp4", SLOW);
    control.make_available_offline()?;
    Ok(Long {
        site,
        server,
        wire,
        control,
    })
}

impl Long<'_> {
    /// Checks that what is stored is what is on the disk.
    pub(crate) fn same_bytes(&self, browser: &Browser) -> Result<()> {
        let path = "02-longer/long.mp4";
        browser.same_bytes(&format!("/media/{path}"), &self.site.file(path))
    }
}

/// What the worker stores as one entry.
const CHUNK: usize = 2 << 20;
/// Chunks of a file that may be fetched again after an interruption.
const IN_FLIGHT: usize = 4;

pub(crate) fn progress_is_told_and_the_bytes_are_those_on_disk(browser: &Browser) -> Result<()> {
    let mut long = begin(browser, Way::Own, "/long/")?;
    let some = long.control.wait_for_progress(0.0)?;
    let more = long.control.wait_for_progress(some)?;
    ensure!(more <= 100.0, "progress says {more} %");
    long.control.offers("Pause")?;
    long.control.offers("Cancel")?;
    long.wire.repair();
    long.control.wait_for("stored")?;
    long.control.shows("Available offline")?;
    long.control.offers("Remove download")?;
    long.server.stop()?;
    long.wire.cut();
    long.same_bytes(browser)
}

/// On the home page, where no `<video>` asks for the file as well.
pub(crate) fn a_paused_download_resumes_where_it_was(browser: &Browser) -> Result<()> {
    let long = begin(browser, Way::Own, "/")?;
    long.control.wait_for_progress(30.0)?;
    long.control.press("Pause")?;
    long.control.wait_for("paused")?;
    let progress = long
        .control
        .progress()?
        .context("a paused download has no progress bar")?;
    browser.reload()?;
    long.control.wait_for("paused")?;
    long.wire.repair();
    long.wire.forget();
    long.control.press("Resume")?;
    long.control.wait_for("stored")?;
    resumed_near(&long.wire, progress, &long.site)?;
    long.wire.cut();
    long.same_bytes(browser)
}

pub(crate) fn a_reload_does_not_disturb_a_download(browser: &Browser) -> Result<()> {
    let long = begin(browser, Way::Own, "/")?;
    let progress = long.control.wait_for_progress(10.0)?;
    browser.reload()?;
    long.control.wait_for("downloading")?;
    long.control.wait_for_progress(progress)?;
    long.wire.repair();
    long.control.wait_for("stored")?;
    let size = long.site.file("02-longer/long.mp4").metadata()?.len();
    let carried = long.wire.carried("long.mp4");
    ensure!(carried == size, "{carried} bytes came of {size}");
    Ok(())
}

pub(crate) fn a_cancelled_download_leaves_nothing(browser: &Browser) -> Result<()> {
    let server = Server::start(&Site::standard()?)?;
    let wire = Wire::to(server.port())?;
    use_own_transport(browser, &wire.origin())?;
    let control = browser.open_ready(&wire.url("/"), LONG)?;
    browser.wait_for_worker()?;
    let before = browser.caches()?;
    wire.disturb("long.mp4", SLOW);
    control.make_available_offline()?;
    control.wait_for_progress(20.0)?;
    control.press("Cancel")?;
    control.wait_for("none")?;
    browser.wait_for_caches(&before)
}

pub(crate) fn a_card_downloads_too(browser: &Browser) -> Result<()> {
    let server = Server::start(&Site::standard()?)?;
    let control = browser.open_ready(&server.url("/category/shorts/"), SHORT)?;
    control.make_available_offline()?;
    control.wait_for("stored")?;
    browser.open(&server.url("/downloads/"))?;
    browser.by_role("", Role::Heading, Name::Is("Downloads"))?;
    browser.by_role("", Role::Button, Name::Is("Remove download A short one"))?;
    browser.by_role("", Role::Link, Name::Starts("A short one"))?;
    Ok(())
}

pub(crate) fn the_first_playable_source_is_the_one_that_plays_offline(
    browser: &Browser,
) -> Result<()> {
    let site = Site::standard()?;
    let sources = "  - src: clip.webm\n    type: video/webm; codecs=\"nonsense\"\n  - src: short.mp4\n    type: video/mp4\n  - src: clip.webm\n    type: video/webm\n";
    site.write(
        "01-shorts/03-choice.md",
        &format!("---\ntitle: A choice\nvideo-sources:\n{sources}---\n"),
    )?;
    let mut server = Server::start(&site)?;
    let control = browser.open_ready(&server.url("/choice/"), "choice")?;
    control.make_available_offline()?;
    control.wait_for("stored")?;
    server.stop()?;
    browser.open(&server.url("/choice/"))?;
    browser.play()?;
    ensure!(
        browser.plays_from()?.ends_with("/short.mp4"),
        "{} plays",
        browser.plays_from()?
    );
    Ok(())
}

pub(crate) fn a_file_that_changed_while_paused_starts_over(browser: &Browser) -> Result<()> {
    let long = begin(browser, Way::Own, "/")?;
    long.control.wait_for_progress(30.0)?;
    long.control.press("Pause")?;
    long.control.wait_for("paused")?;
    // The same length, so that nothing but the validator tells the versions apart.
    let file = long.site.file("02-longer/long.mp4");
    let mut bytes = fs::read(&file)?;
    let tenth = bytes.len() / 10;
    bytes
        .iter_mut()
        .skip(tenth)
        .step_by(4099)
        .for_each(|byte| *byte ^= 0xff);
    fs::write(&file, &bytes)?;
    long.wire.repair();
    long.control.press("Resume")?;
    long.control.wait_for("stored")?;
    long.wire.cut();
    browser.same_bytes("/media/02-longer/long.mp4", &file)
}

pub(crate) fn background_fetch_stores_the_bytes_on_disk(browser: &Browser) -> Result<()> {
    let mut long = begin(browser, Way::Background, "/long/")?;
    long.control.wait_for_progress(0.0)?;
    long.control.offers("Cancel")?;
    long.control.offers("Pause")?;
    ensure!(
        background_fetches(browser)? == 1,
        "the download does not run as a background fetch"
    );
    long.wire.repair();
    long.control.wait_for("stored")?;
    long.server.stop()?;
    long.wire.cut();
    long.same_bytes(browser)
}

pub(crate) fn background_fetch_goes_on_after_the_tab_is_closed(browser: &Browser) -> Result<()> {
    let server = Server::start(&Site::standard()?)?;
    let wire = Wire::to(server.port())?;
    let elsewhere = browser.tab()?;
    browser.open_tab("about:blank")?;
    let control = browser.open_ready(&wire.url("/"), LONG)?;
    wire.disturb("long.mp4", SLOW);
    control.make_available_offline()?;
    control.wait_for_progress(5.0)?;
    browser.close_tab(&elsewhere)?;
    wire.repair();
    let size = usize::try_from(Footage::Long.file()?.metadata()?.len())?;
    let arrived = || {
        Ok(wire
            .seen("long.mp4")
            .iter()
            .any(|seen| seen.carried == size)
            .then_some(()))
    };
    wait_until(
        "the browser to fetch the file without a page",
        PATIENCE,
        arrived,
    )?;
    // From here on nothing can be fetched: what a page shows now, the worker has stored before.
    wire.cut();
    browser.open(&wire.url("/"))?;
    browser.control(LONG).wait_for("stored")?;
    browser.open(&wire.url("/long/"))?;
    browser.play()
}

pub(crate) fn background_fetch_shows_again_after_a_reload(browser: &Browser) -> Result<()> {
    let long = begin(browser, Way::Background, "/")?;
    let progress = long.control.wait_for_progress(5.0)?;
    browser.reload()?;
    long.control.wait_for("downloading")?;
    long.control.wait_for_progress(progress)?;
    long.wire.repair();
    long.control.wait_for("stored")
}

pub(crate) fn background_fetch_hands_over_to_download_now(browser: &Browser) -> Result<()> {
    let long = begin(browser, Way::Background, "/")?;
    long.control.wait_for_progress(5.0)?;
    long.control.press("Download now")?;
    wait_until("the background fetch to end", PATIENCE, || {
        Ok((background_fetches(browser)? == 0).then_some(()))
    })?;
    long.wire.repair();
    long.control.wait_for("stored")?;
    long.wire.cut();
    long.same_bytes(browser)
}

/// Background fetches of the current page's origin that run now.
fn background_fetches(browser: &Browser) -> Result<usize> {
    browser.script(
        "return (await (await navigator.serviceWorker.ready).backgroundFetch.getIds()).length;",
        Vec::new(),
    )
}

/// Checks that the long file was asked for again from where its progress had been, less what may
/// have been in flight, and on the condition that it is still the same.
pub(crate) fn resumed_near(wire: &Wire, progress: f64, site: &Site) -> Result<()> {
    let size = usize::try_from(site.file("02-longer/long.mp4").metadata()?.len())?;
    let asked = wire.seen("long.mp4");
    let first = asked
        .first()
        .context("nothing was asked for after Resume")?;
    let range = first
        .range
        .as_deref()
        .context("resuming asks without a Range")?;
    ensure!(first.if_range.is_some(), "resuming asks without If-Range");
    let start: usize = range
        .trim_start_matches("bytes=")
        .split('-')
        .next()
        .unwrap_or_default()
        .parse()
        .with_context(|| format!("resuming asks for {range}"))?;
    let stored = progress / 100.0 * size as f64;
    ensure!(
        (start + (IN_FLIGHT + 1) * CHUNK) as f64 >= stored,
        "{stored} bytes were there, yet resuming starts at {start}"
    );
    let carried: usize = asked.iter().map(|seen| seen.carried).sum();
    ensure!(
        carried <= size - start,
        "{carried} bytes came after resuming at {start} of {size}"
    );
    Ok(())
}
