//! Background Fetch as people have it: the browser holds it for 30 s after every navigation.

use anyhow::Result;

use crate::harness::browser::Browser;
use crate::harness::server::Server;
use crate::harness::site::{LONG, Site};
use crate::harness::wire::Wire;

use super::download::SLOW;

pub(crate) fn a_background_fetch_that_waits_says_why(browser: &Browser) -> Result<()> {
    let site = Site::standard()?;
    let server = Server::start(&site)?;
    let wire = Wire::to(server.port())?;
    let control = browser.open_ready(&wire.url("/"), LONG)?;
    wire.disturb("long.mp4", SLOW);
    control.make_available_offline()?;
    // Left before the browser has the download, the page would leave it to the worker.
    control.wait_for_progress(0.0)?;
    browser.open(&wire.url("/long/"))?;
    control.shows("The browser continues this when you stop browsing")?;
    control.press("Download now")?;
    wire.repair();
    control.wait_for("stored")?;
    wire.cut();
    browser.same_bytes(
        "/media/02-longer/long.mp4",
        &site.file("02-longer/long.mp4"),
    )
}
