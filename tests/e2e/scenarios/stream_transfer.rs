//! Downloads of streams that are interrupted: what is stored is not fetched again, and versions never
//! mix.

use std::fs;

use anyhow::{Context, Result, ensure};

use super::use_own_transport;
use crate::harness::browser::Browser;
use crate::harness::control::Control;
use crate::harness::server::Server;
use crate::harness::site::Site;
use crate::harness::stored_streams::heights;
use crate::harness::wire::{Fault, Wire};
use crate::harness::{PATIENCE, http, wait_until};

/// The folder of the stream, and its manifest.
const FOLDER: &str = "01-streams/stream";
const MANIFEST: &str = "/media/01-streams/stream/manifest.mpd";
/// The bundle of the 360 lines: the first one that is fetched.
const BUNDLE: &str = "/dash/offline/0/0";
/// What the bundle consists of.
const SEGMENTS: [&str; 7] = [
    "init-0.m4s",
    "0-1.m4s",
    "0-2.m4s",
    "0-3.m4s",
    "0-4.m4s",
    "0-5.m4s",
    "0-6.m4s",
];
/// A rate at which the bundle takes some five seconds.
const SLOW: Fault = Fault::Slow(150 << 10);

/// A download that is caught in the middle of its first bundle.
struct Caught<'a> {
    browser: &'a Browser,
    site: Site,
    server: Server,
    wire: Wire,
}

impl<'a> Caught<'a> {
    /// Begins the download on the home page, where no player asks for segments as well.
    fn begin(browser: &'a Browser) -> Result<(Self, Control<'a>)> {
        let site = Site::streams()?;
        let server = Server::start(&site)?;
        let wire = Wire::to(server.port())?;
        use_own_transport(browser, &wire.origin())?;
        let control = browser.open_ready(&wire.url("/"), "dash")?;
        wire.disturb(BUNDLE, SLOW);
        let caught = Caught {
            browser,
            site,
            server,
            wire,
        };
        control.make_available_offline()?;
        caught.stored(3)?;
        Ok((caught, control))
    }

    /// Waits until so many segments of the bundle are stored, and tells how many are.
    fn stored(&self, least: usize) -> Result<usize> {
        wait_until("segments to be stored", PATIENCE, || {
            let stored = self.browser.stored_segments("dash")?.len();
            ensure!(stored <= SEGMENTS.len(), "the bundle is over");
            Ok((stored >= least).then_some(stored))
        })
    }

    /// Checks that the bundle was asked for again from where its first `stored` segments end, on the
    /// condition that it is still the same, and that no byte came twice.
    fn resumed_after(&self, stored: usize) -> Result<()> {
        let asked = self.wire.seen(BUNDLE);
        let first = asked
            .first()
            .context("the bundle was not asked for again")?;
        ensure!(first.if_range.is_some(), "resuming asks without If-Range");
        let range = first
            .range
            .as_deref()
            .context("resuming asks without a Range")?;
        let start = range.trim_start_matches("bytes=").trim_end_matches('-');
        let start: u64 = start.parse().with_context(|| range.to_owned())?;
        let held = self.bytes(&SEGMENTS[..stored])?;
        ensure!(
            start >= held,
            "{stored} segments with {held} bytes were there, yet resuming asks for {range}"
        );
        let carried: usize = asked.iter().map(|seen| seen.carried).sum();
        let missing = self.bytes(&SEGMENTS)? - start;
        ensure!(
            u64::try_from(carried)? <= missing,
            "{carried} bytes came, {missing} were missing"
        );
        Ok(())
    }

    fn bytes(&self, segments: &[&str]) -> Result<u64> {
        segments.iter().try_fold(0, |sum, segment| {
            let file = self.site.file(&format!("{FOLDER}/{segment}"));
            Ok(sum + file.metadata()?.len())
        })
    }

    /// Checks what is stored, without a network.
    fn is_whole(&self) -> Result<()> {
        self.wire.cut();
        let stored = self.browser.same_stream("dash", MANIFEST, &self.site, "")?;
        ensure!(
            heights(&stored) == [360],
            "{:?} is stored",
            heights(&stored)
        );
        Ok(())
    }
}

pub(crate) fn a_paused_stream_resumes_where_it_was(browser: &Browser) -> Result<()> {
    let (caught, control) = Caught::begin(browser)?;
    control.press("Pause")?;
    control.wait_for("paused")?;
    let stored = caught.stored(3)?;
    browser.reload()?;
    control.wait_for("paused")?;
    caught.wire.repair();
    caught.wire.forget();
    control.press("Resume")?;
    control.wait_for("stored")?;
    caught.resumed_after(stored)?;
    caught.is_whole()
}

pub(crate) fn a_killed_worker_goes_on_with_a_stream(browser: &Browser) -> Result<()> {
    let (caught, control) = Caught::begin(browser)?;
    let stored = caught.stored(3)?;
    caught.wire.forget();
    browser.stop_workers()?;
    caught.wire.repair();
    control.wait_for("stored")?;
    caught.resumed_after(stored)?;
    caught.is_whole()
}

pub(crate) fn a_reload_does_not_disturb_a_stream(browser: &Browser) -> Result<()> {
    let (caught, control) = Caught::begin(browser)?;
    browser.reload()?;
    control.wait_for("downloading")?;
    caught.wire.repair();
    control.wait_for("stored")?;
    let asked = caught.wire.seen(BUNDLE).len();
    ensure!(asked == 1, "the bundle was asked for {asked} times");
    caught.is_whole()
}

/// The second version has fewer segments, and other bytes in each.
pub(crate) fn a_stream_that_changed_while_paused_starts_over(browser: &Browser) -> Result<()> {
    let (caught, control) = Caught::begin(browser)?;
    control.press("Pause")?;
    control.wait_for("paused")?;
    for segment in SEGMENTS {
        let file = caught.site.file(&format!("{FOLDER}/{segment}"));
        let mut bytes = fs::read(&file)?;
        bytes
            .iter_mut()
            .rev()
            .take(99)
            .for_each(|byte| *byte ^= 0xff);
        fs::write(file, bytes)?;
    }
    let manifest = caught.site.file(&format!("{FOLDER}/manifest.mpd"));
    let shorter = fs::read_to_string(&manifest)?.replace("PT12.0S", "PT10.0S");
    fs::write(manifest, shorter)?;
    let port = caught.server.port();
    wait_until("the new plan", PATIENCE, || {
        let plan = http::get(port, "/dash/offline.json")?.text();
        Ok((!plan.contains("0-6.m4s")).then_some(()))
    })?;
    caught.wire.repair();
    control.press("Resume")?;
    control.wait_for("stored")?;
    let stored = browser.stored_segments("dash")?;
    ensure!(
        !stored.iter().any(|path| path.ends_with("0-6.m4s")),
        "a segment of the first version stays: {stored:?}"
    );
    caught.is_whole()
}

/// The first stream stays, and with it the script that plays streams.
pub(crate) fn cancelling_and_removing_a_stream_leave_nothing(browser: &Browser) -> Result<()> {
    let site = Site::streams()?;
    let mut server = Server::start(&site)?;
    let wire = Wire::to(server.port())?;
    use_own_transport(browser, &wire.origin())?;
    let first = browser.open_ready(&wire.url("/"), "hls")?;
    first.make_available_offline()?;
    first.wait_for("stored")?;
    let before = browser.caches()?;
    let used_before = browser.usage()?;
    let control = browser.control("dash");
    wire.disturb(BUNDLE, SLOW);
    control.make_available_offline()?;
    control.wait_for("downloading")?;
    control.press("Cancel")?;
    control.wait_for("none")?;
    browser.wait_for_caches(&before)?;
    wire.repair();
    control.make_available_offline()?;
    control.wait_for("stored")?;
    control.press("Remove download")?;
    control.wait_for("none")?;
    if let Some(used_before) = used_before {
        // Less than the half of what the removed stream had.
        browser.wait_for_usage(used_before + 400_000)?;
    }
    browser.wait_for_caches(&before)?;
    server.stop()?;
    wire.cut();
    browser.same_stream("hls", "/media/01-streams/stream/master.m3u8", &site, "")?;
    browser.open(&wire.url("/hls/"))?;
    browser.play()
}
