//! What a full library costs: how soon the Downloads page is there with a thousand videos, how soon a
//! removal frees its room, and how much memory a very large download takes.

use std::fs::File;

use anyhow::{Result, ensure};
use serde::Deserialize;
use serde_json::json;

use super::{MAIN, MIB, Memory, RENDERERS, large_files, median, store};
use crate::harness::browser::Browser;
use crate::harness::drivers::Setup;
use crate::harness::server::Server;
use crate::harness::site::{SHORT, Site};
use crate::harness::storage::STORE;
use crate::scenarios;

/// Videos in the ledger.
const MANY: usize = 1000;
/// How often the page is opened.
const LOOKS: usize = 5;
/// Milliseconds that the first paint may take.
const PAINT: f64 = 300.0;
/// Milliseconds that a removal may take when it cannot be undone any more.
const REMOVAL: f64 = 2000.0;
/// The large download in MiB.
const HUGE: u64 = 4096;
/// MiB by which the renderers' memory may grow meanwhile.
const GROWTH: u64 = 100;

/// When something was there, in milliseconds since the navigation began.
#[derive(Deserialize)]
struct Opened {
    paint: f64,
    first: f64,
    all: f64,
}

pub(super) fn run() -> Result<()> {
    many()?;
    removal()?;
    huge()
}

fn many() -> Result<()> {
    let browser = Browser::start(Setup::Chromium)?;
    let server = Server::start(&Site::standard()?)?;
    scenarios::use_own_transport(&browser, &server.url(""))?;
    let control = browser.open_ready(&server.url("/"), SHORT)?;
    control.make_available_offline()?;
    control.wait_for("stored")?;
    browser.fill_ledger(SHORT, MANY - 1)?;
    let watch = "
        window.opened = {};
        new MutationObserver(() => {
          const rows = document.querySelectorAll('[data-download-list] > li').length;
          if (rows > 0) opened.first ??= performance.now();
          if (rows === MANY) opened.all ??= performance.now();
        }).observe(document, { subtree: true, childList: true });";
    browser.devtools(
        "Page.addScriptToEvaluateOnNewDocument",
        json!({ "source": watch.replace("MANY", &MANY.to_string()) }),
    )?;
    let (mut paint, mut first, mut all) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..LOOKS {
        browser.open(&server.url("/downloads/"))?;
        browser.wait_for("all rows", "window.opened.all")?;
        let script = "
            const paints = performance.getEntriesByName('first-contentful-paint');
            return { ...window.opened, paint: paints[0].startTime };";
        let opened: Opened = browser.script(script, Vec::new())?;
        paint.push(opened.paint);
        first.push(opened.first);
        all.push(opened.all);
    }
    let (paint, first, all) = (median(paint), median(first), median(all));
    println!("The Downloads page with {MANY} videos, chromium, medians of {LOOKS}:");
    println!("  first paint      {paint:>5.0} ms (at most {PAINT})");
    println!("  first rows       {first:>5.0} ms");
    println!("  all rows         {all:>5.0} ms");
    ensure!(paint <= PAINT, "the first paint is too late");
    Ok(())
}

/// From the moment when Undo has expired until the browser counts the bytes as free.
fn removal() -> Result<()> {
    let site = large_files()?;
    let browser = Browser::start(Setup::Chromium)?;
    let server = Server::start(&site)?;
    scenarios::use_own_transport(&browser, &server.url(""))?;
    store(&browser, &server, "hundred")?;
    let used = browser.usage()?.unwrap_or_default();
    browser.control("hundred").press("Remove download")?;
    browser.control("hundred").wait_for("removed")?;
    let script = "
        const { removal } = JSON.parse(await store('ledger', 'readonly', (rows) => rows.get('hundred')));
        while ((await navigator.storage.estimate()).usage > given[0]) await new Promise((resolve) => setTimeout(resolve, 20));
        return Date.now() - removal;";
    let left = used.saturating_sub(99 * MIB);
    let took: f64 = browser.script(&format!("{STORE} {script}"), vec![json!(left)])?;
    println!("100 MiB are free {took:.0} ms after Undo has expired, chromium (at most {REMOVAL})");
    ensure!(took <= REMOVAL, "the removal is too slow");
    Ok(())
}

/// A file without content: nothing on its way minds.
fn huge() -> Result<()> {
    let site = Site::empty()?;
    site.video("01-large/huge.md", "huge", "huge.mp4", "video/mp4")?;
    File::create(site.file("01-large/huge.mp4"))?.set_len(HUGE * MIB)?;
    for setup in [Setup::Chromium, Setup::Firefox] {
        let browser = Browser::start(setup)?;
        let server = Server::start(&site)?;
        scenarios::use_own_transport(&browser, &server.url(""))?;
        browser.open(&server.url("/huge/"))?;
        browser.wait_for_worker()?;
        let (renderers, main) = (Memory::watch(RENDERERS), Memory::watch(MAIN));
        let took = store(&browser, &server, "huge")?;
        let (grown, main) = (renderers.grown() / MIB, main.grown() / MIB);
        println!(
            "4 GiB by own download, {}, {took:.0} s, memory above idle at its highest:",
            setup.name()
        );
        println!("  page and worker {grown:>5} MiB (at most {GROWTH})");
        println!("  the browser     {main:>5} MiB");
        ensure!(grown <= GROWTH, "a large download takes too much memory");
    }
    Ok(())
}
