//! A stream of an hour in 1,800 segments: how long its plan and its download take, how often the ledger
//! is written, and how soon the Downloads page shows it.

use std::collections::BTreeMap;
use std::fs;
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use media::manifest::{self, Quality, Reading, Wish};
use serde_json::json;

use super::{ROUNDS, median, noise, store};
use crate::harness::browser::Browser;
use crate::harness::drivers::Setup;
use crate::harness::server::Server;
use crate::harness::site::Site;
use crate::harness::{target, wait_until};
use crate::scenarios;

/// Segments of four seconds: one of pictures and one of sound for each.
const EACH: usize = 900;
const PICTURES: usize = 160 * 1024;
const SOUND: usize = 32 * 1024;

/// How often the plan is made and the page opened.
const LOOKS: usize = 21;

pub(super) fn run() -> Result<()> {
    let site = Site::empty()?;
    let manifest = manifest();
    site.write("01-a/film.mpd", &manifest)?;
    site.video("01-a/film.md", "film", "film.mpd", "application/dash+xml")?;
    for (kind, size) in [("v", PICTURES), ("a", SOUND)] {
        fs::create_dir_all(site.file(&format!("01-a/{kind}")))?;
        for segment in 0..=EACH {
            let bytes = noise(size, segment as u64 + 1);
            fs::write(site.file(&format!("01-a/{kind}/{segment}.m4s")), bytes)?;
        }
    }
    planning(&site, &manifest)?;
    downloads(&site)
}

/// An hour in three qualities, of which only the smallest has files: the others are never asked for.
fn manifest() -> String {
    let timeline = format!(
        "<SegmentTimeline><S t=\"0\" d=\"4\" r=\"{}\"/></SegmentTimeline>",
        EACH - 1
    );
    format!(
        r#"<?xml version="1.0"?>
<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT1H" minBufferTime="PT4S" profiles="urn:mpeg:dash:profile:isoff-live:2011"><Period>
<AdaptationSet mimeType="video/mp4" codecs="avc1.42C01E"><SegmentTemplate media="$RepresentationID$/$Number$.m4s" initialization="$RepresentationID$/0.m4s">{timeline}</SegmentTemplate>
<Representation id="v" bandwidth="330000" width="640" height="360"/></AdaptationSet>
<AdaptationSet mimeType="audio/mp4" codecs="mp4a.40.2" lang="en"><SegmentTemplate media="$RepresentationID$/$Number$.m4s" initialization="$RepresentationID$/0.m4s">{timeline}</SegmentTemplate>
<Representation id="a" bandwidth="65000"/></AdaptationSet>
</Period></MPD>
"#
    )
}

/// Reads the manifest and chooses its renditions, natively and as wasm.
fn planning(site: &Site, text: &str) -> Result<()> {
    let documents = BTreeMap::from([("/film.mpd".to_owned(), text.as_bytes().to_vec())]);
    let wish = Wish {
        quality: Quality::Best,
        languages: &[],
    };
    let mut native = Vec::new();
    for _ in 0..LOOKS {
        let from = Instant::now();
        let Reading::Whole(read) = manifest::read("/film.mpd", &documents)? else {
            bail!("the manifest wants more");
        };
        let descriptions = read
            .renditions
            .iter()
            .map(|rendition| &rendition.description);
        let chosen = manifest::choose(descriptions, &wish, &|_| true)?;
        let files: usize = chosen
            .iter()
            .map(|number| read.renditions[*number].urls().len())
            .sum();
        native.push(from.elapsed().as_secs_f64() * 1000.0);
        ensure!(files == 2 * EACH + 2, "{files} files are planned");
    }
    let module = target()?.join("wasm32-unknown-unknown/client/planner.wasm");
    let module = fs::read(&module).with_context(|| format!("cannot read {}", module.display()))?;
    let browser = Browser::start(Setup::Chromium)?;
    let server = Server::start(site)?;
    browser.open(&server.url("/"))?;
    let script = "
        const bytes = text => Uint8Array.from(atob(text), char => char.charCodeAt(0));
        const { instance: { exports } } = await WebAssembly.instantiate(bytes(given[0]));
        const manifest = bytes(given[1]), times = [];
        for (let look = 0; look < given[2]; look++) {
            const from = performance.now();
            const at = exports.room(manifest.length);
            new Uint8Array(exports.memory.buffer, at, manifest.length).set(manifest);
            const files = exports.plan();
            times.push(performance.now() - from);
            if (files !== given[3]) throw new Error(`${files} files are planned`);
        }
        return times;";
    let given = vec![
        json!(STANDARD.encode(module)),
        json!(STANDARD.encode(text)),
        json!(LOOKS),
        json!(2 * EACH + 2),
    ];
    let times: Vec<f64> = browser.script(script, given)?;
    let (first, wasm) = (times[0], median(times));
    let native = median(native);
    println!(
        "An hour in {} segments, parsing and planning, medians of {LOOKS}:",
        2 * EACH
    );
    println!("  natively {native:>6.2} ms (at most 5)");
    println!("  as wasm  {wasm:>6.2} ms in chromium (at most 20), {first:.1} ms the first time");
    ensure!(native <= 5.0 && wasm <= 20.0, "planning is too slow");
    Ok(())
}

/// Both transports against a bare parallel `fetch` and `cache.put` of the same files, in turns.
fn downloads(site: &Site) -> Result<()> {
    let browser = Browser::start(Setup::Chromium)?;
    let (mut bare, mut own, mut background, mut notices) = (Vec::new(), Vec::new(), Vec::new(), 0);
    let mut shown = Vec::new();
    for _ in 0..ROUNDS {
        // An origin of its own, where no worker stands between page and network.
        let server = Server::start(site)?;
        browser.open(&server.url("/robots.txt"))?;
        bare.push(bare_puts(&browser)?);

        let server = Server::start(site)?;
        scenarios::use_own_transport(&browser, &server.url(""))?;
        own.push(store(&browser, &server, "film")?);
        let heard = browser.execute("return window.notices;", Vec::new())?;
        notices = notices.max(heard.as_u64().context("no count of notices")?);
        shown.extend(downloads_page(&browser, &server)?);
        browser.open(&server.url("/film/"))?;
        forget(&browser)?;

        let server = Server::start(site)?;
        scenarios::set_switch(
            &browser,
            &server.url(""),
            "Download videos in the background",
            true,
        )?;
        background.push(store(&browser, &server, "film")?);
        forget(&browser)?;
    }
    let (bare, own, background, shown) =
        (median(bare), median(own), median(background), median(shown));
    let segments = 2 * EACH;
    println!(
        "The same from localhost into Cache Storage, chromium, medians of {ROUNDS}, in turns:"
    );
    println!("  bare, four at a time {bare:>6.2} s");
    println!(
        "  own download         {own:>6.2} s, {:.2} of the bare time (at most 1.5)",
        own / bare
    );
    println!(
        "  Background Fetch     {background:>6.2} s, {:.2} of the bare time (at most 1.5)",
        background / bare
    );
    #[expect(clippy::cast_precision_loss, reason = "some hundreds")]
    let writes = notices as f64 / segments as f64;
    println!(
        "  ledger writes        {writes:>6.3} per segment at most (under 0.1): every write is told, and {notices} notices were heard"
    );
    println!("  Downloads page       {shown:>6.0} ms until the stream is listed (under 200)");
    ensure!(
        own / bare <= 1.5 && background / bare <= 1.5,
        "a stream's download is too slow"
    );
    ensure!(writes < 0.1, "the ledger is written too often");
    ensure!(shown < 200.0, "the Downloads page is too slow");
    Ok(())
}

fn bare_puts(browser: &Browser) -> Result<f64> {
    let script = "
        const urls = ['v', 'a'].flatMap(kind => Array.from({ length: given[0] + 1 }, (_, at) => `/media/01-a/${kind}/${at}.m4s`));
        const cache = await caches.open('bare'), from = performance.now();
        await Promise.all(Array.from({ length: 4 }, async () => {
            for (let url; url = urls.pop();) await cache.put(url, await fetch(url, { cache: 'no-store' }));
        }));
        const took = performance.now() - from;
        await caches.delete('bare');
        return took / 1000;";
    browser.script(script, vec![json!(EACH)])
}

/// Milliseconds from the navigation to the row of the stored stream.
fn downloads_page(browser: &Browser, server: &Server) -> Result<Vec<f64>> {
    let watch = "new MutationObserver(() => {
            if (window.shown === undefined && document.querySelector('[data-download-list] [data-state=stored]')) window.shown = performance.now();
        }).observe(document, { childList: true, subtree: true, attributes: true });";
    let added = browser.devtools(
        "Page.addScriptToEvaluateOnNewDocument",
        json!({ "source": watch }),
    )?;
    let mut times = Vec::new();
    for _ in 0..5 {
        browser.open(&server.url("/downloads/"))?;
        let look = || {
            Ok(browser
                .execute("return window.shown ?? null;", Vec::new())?
                .as_f64())
        };
        times.push(wait_until("the stream's row", super::LONG, look)?);
    }
    browser.devtools(
        "Page.removeScriptToEvaluateOnNewDocument",
        json!({ "identifier": added["identifier"] }),
    )?;
    Ok(times)
}

fn forget(browser: &Browser) -> Result<()> {
    let control = browser.control("film");
    control.press("Remove download")?;
    control.wait_for("none")
}
