//! A worker that dies, or comes back without its wasm, must not be noticed.

use anyhow::{Result, ensure};
use serde_json::json;

use super::download::{begin, resumed_near};
use super::rounds::Way;
use crate::harness::browser::Browser;
use crate::harness::roles::{Name, Role};
use crate::harness::server::Server;
use crate::harness::site::{SHORT, Site};

pub(crate) fn a_killed_worker_serves_the_next_page(browser: &Browser) -> Result<()> {
    let site = Site::standard()?;
    let mut server = Server::start(&site)?;
    let control = browser.open_ready(&server.url("/short/"), SHORT)?;
    control.make_available_offline()?;
    control.wait_for("stored")?;
    browser.stop_workers()?;
    browser.open(&server.url("/"))?;
    browser.control(SHORT).wait_for("stored")?;
    server.stop()?;
    browser.stop_workers()?;
    browser.open(&server.url("/short/"))?;
    browser.play()?;
    // And in the middle of playing.
    browser.stop_workers()?;
    browser.seek(2.5)?;
    browser.same_bytes(
        "/media/01-shorts/short.mp4",
        &site.file("01-shorts/short.mp4"),
    )
}

pub(crate) fn a_killed_worker_goes_on_downloading(browser: &Browser) -> Result<()> {
    let long = begin(browser, Way::Own, "/")?;
    let progress = long.control.wait_for_progress(40.0)?;
    long.wire.forget();
    browser.stop_workers()?;
    long.wire.repair();
    long.control.wait_for("stored")?;
    resumed_near(&long.wire, progress, &long.site)?;
    long.wire.cut();
    long.same_bytes(browser)
}

pub(crate) fn a_worker_without_its_wasm_lets_pages_through(browser: &Browser) -> Result<()> {
    let server = Server::start(&Site::standard()?)?;
    browser.open(&server.url("/"))?;
    browser.wait_for_worker()?;
    let lose = "
        let lost = 0;
        for (const name of await caches.keys()) {
          const cache = await caches.open(name);
          for (const request of await cache.keys()) {
            if (new URL(request.url).pathname.endsWith('.wasm') && (await cache.delete(request))) lost += 1;
          }
        }
        return lost;";
    let lost: u32 = browser.script(lose, Vec::new())?;
    ensure!(lost > 0, "no cache holds the worker's wasm");
    browser.stop_workers()?;
    browser.open(&server.url("/short/"))?;
    browser.by_role("", Role::Heading, Name::Is("A short one"))?;
    browser.reload()?;
    let control = browser.control(SHORT);
    control.make_available_offline()?;
    control.wait_for("stored")
}

/// A trap leaves an instance of the wasm unusable, and the worker goes on with a fresh one.
pub(crate) fn a_trapped_worker_serves_the_next_page(browser: &Browser) -> Result<()> {
    let site = Site::standard()?;
    let mut server = Server::start(&site)?;
    let control = browser.open_ready(&server.url("/short/"), SHORT)?;
    control.make_available_offline()?;
    control.wait_for("stored")?;
    let replace = "
        for (const name of await caches.keys()) {
          const cache = await caches.open(name);
          for (const request of await cache.keys()) {
            if (!new URL(request.url).pathname.endsWith('.wasm')) continue;
            const headers = { 'content-type': 'application/wasm' };
            const code = given[0] ? new Response(new Uint8Array(given[0]), { headers }) : await fetch(request.url);
            await cache.put(request, code);
          }
        }";
    let _: () = browser.script(replace, vec![json!(TRAP)])?;
    browser.stop_workers()?;
    browser.open(&server.url("/webm/"))?;
    browser.by_role("", Role::Heading, Name::Is("A free one"))?;
    browser.play()?;
    let _: () = browser.script(replace, vec![json!(null)])?;
    server.stop()?;
    browser.open(&server.url("/short/"))?;
    browser.control(SHORT).wait_for("stored")?;
    browser.play()?;
    browser.same_bytes(
        "/media/01-shorts/short.mp4",
        &site.file("01-shorts/short.mp4"),
    )
}

/// A module whose start function, named as wasm-bindgen names it, is one `unreachable`.
const TRAP: &[u8] = b"\0asm\x01\0\0\0\
    \x01\x04\x01\x60\0\0\
    \x03\x02\x01\0\
    \x07\x14\x01\x10__wbindgen_start\0\0\
    \x0a\x05\x01\x03\0\0\x0b";
