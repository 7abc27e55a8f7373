//! A new version of the app: it takes over, and what people stored stays.

use anyhow::{Context, Result, ensure};

use super::download::begin;
use super::offline::sent_nothing;
use super::rounds::Way;
use crate::harness::browser::Browser;
use crate::harness::drivers::Setup;
use crate::harness::roles::{Name, Role};
use crate::harness::server::Server;
use crate::harness::site::{LONG, SHORT, Site};
use crate::harness::wire::Wire;
use crate::harness::{PATIENCE, http, wait_until};

pub(crate) fn a_new_version_of_the_app_keeps_what_is_stored(browser: &Browser) -> Result<()> {
    let site = Site::standard()?;
    let mut server = Server::start(&site)?;
    let control = browser.open_ready(&server.url("/short/"), SHORT)?;
    control.make_available_offline()?;
    control.wait_for("stored")?;
    upgrade(browser, &site, &server, &server.url(""))?;
    server.stop()?;
    browser.open(&server.url("/category/brand-new/"))?;
    browser.by_role("", Role::Heading, Name::Is("Brand new"))?;
    browser.open(&server.url("/short/"))?;
    browser.control(SHORT).wait_for("stored")?;
    browser.play()?;
    browser.play_to_the_end()?;
    browser.same_bytes(
        "/media/01-shorts/short.mp4",
        &site.file("01-shorts/short.mp4"),
    )
}

/// With it the script that plays it.
pub(crate) fn a_new_version_of_the_app_keeps_a_stored_stream(browser: &Browser) -> Result<()> {
    let site = Site::streams()?;
    let mut server = Server::start(&site)?;
    let control = browser.open_ready(&server.url("/dash/"), "dash")?;
    control.make_available_offline()?;
    control.wait_for("stored")?;
    upgrade(browser, &site, &server, &server.url(""))?;
    server.stop()?;
    let listener = Wire::dead_end(server.port())?;
    browser.open(&server.url("/dash/"))?;
    browser.control("dash").wait_for("stored")?;
    listener.forget();
    browser.play()?;
    browser.play_to_the_end()?;
    sent_nothing(&listener)?;
    let manifest = "/media/01-streams/stream/manifest.mpd";
    browser.same_stream("dash", manifest, &site, "").map(drop)
}

/// The old version ends it, or the new one goes on with it.
pub(crate) fn a_download_goes_on_through_a_new_version(browser: &Browser) -> Result<()> {
    let long = begin(browser, Way::Own, "/long/")?;
    long.control.wait_for_progress(5.0)?;
    upgrade(browser, &long.site, &long.server, &long.wire.url(""))?;
    browser.open(&long.wire.url("/long/"))?;
    browser.control(LONG).wait_for("stored")?;
    long.wire.cut();
    long.same_bytes(browser)
}

/// A new category is a new page of the shell, and new media origins are a new policy: both make
/// another `/sw.js`, as new assets do.
fn upgrade(browser: &Browser, site: &Site, server: &Server, home: &str) -> Result<()> {
    let old = http::get(server.port(), "/sw.js")?.body;

    site.write(
        "03-new/index.md",
        "---\nname: Brand new\nslug: brand-new\n---\n",
    )?;
    let page = "---\ntitle: A far one\nvideo-sources:\n  - src: https://media.example/far.mp4\n    type: video/mp4\n---\n";
    site.write("03-new/01-far.md", page)?;
    let published =
        || Ok((http::get(server.port(), "/category/brand-new/")?.status == 200).then_some(()));
    wait_until("the new category to be published", PATIENCE, published)?;
    ensure!(
        http::get(server.port(), "/sw.js")?.body != old,
        "/sw.js is the same for other origins"
    );

    browser.open(home)?;
    let _: () = browser.script(
        "await (await navigator.serviceWorker.ready).update();",
        Vec::new(),
    )?;
    // Where a new worker waits for old pages to go, they are gone now.
    browser.open("about:blank")?;
    browser.open(home)?;
    let states = "const { installing, waiting, active } = await navigator.serviceWorker.ready; return [installing?.state ?? '', waiting?.state ?? '', active?.state ?? ''];";
    let mut last = Vec::new();
    let look = || {
        last = browser.script::<Vec<String>>(states, Vec::new())?;
        if last[1] == "installed" && browser.setup() == Setup::Chromium {
            // The old worker has to be idle for that, and under chromedriver none ever is.
            browser.stop_workers()?;
        }
        Ok((last == ["", "", "activated"]).then_some(()))
    };
    let waited = wait_until("the new worker to take over", PATIENCE, look);
    waited.with_context(|| format!("installing, waiting and active are {last:?}"))
}
