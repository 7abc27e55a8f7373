//! What `cargo xtask bench` prints: the project's claims about size, speed and memory, each beside
//! its limit or its floor, measured in the same run. Medians, because machines are noisy.

mod downloads;
mod streams;

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde_json::json;

use crate::harness::browser::Browser;
use crate::harness::drivers::Setup;
use crate::harness::random::noise;
use crate::harness::server::Server;
use crate::harness::site::Site;
use crate::harness::{own_folder, wait_until};
use crate::scenarios;

const MIB: u64 = 1024 * 1024;

/// Downloads and bare puts that the throughput is the median of.
const ROUNDS: usize = 3;

/// How long the largest download may take before the bench gives up.
const LONG: Duration = Duration::from_secs(240);

type Measure = fn() -> Result<()>;

/// What can be measured for itself.
const PARTS: [(&str, Measure); 5] = [
    ("first-visit", first_visit),
    ("reads", reads),
    ("throughput", throughput),
    ("streams", streams::run),
    ("downloads", downloads::run),
];

/// Measures everything, or one part, and prints it.
pub(crate) fn run(only: Option<&str>) -> Result<()> {
    let names = PARTS.map(|(name, _)| name).join(", ");
    ensure!(
        only.is_none_or(|only| PARTS.iter().any(|(name, _)| *name == only)),
        "there is no such figure; there are {names}"
    );
    let chosen = PARTS
        .iter()
        .filter(|(name, _)| only.is_none_or(|only| *name == only));
    chosen
        .map(|(_, measure)| measure)
        .try_for_each(|measure| measure())
}

/// Two large files, `hundred` and `gig` for their MiB.
fn large_files() -> Result<Site> {
    let site = Site::empty()?;
    for (id, size) in [("hundred", 100 * MIB), ("gig", 1024 * MIB)] {
        site.video(
            &format!("01-large/{id}.md"),
            id,
            &format!("{id}.mp4"),
            "video/mp4",
        )?;
        link_noise(&site.file(&format!("01-large/{id}.mp4")), size)?;
    }
    Ok(site)
}

/// How fast stored files are read at random places.
fn reads() -> Result<()> {
    let site = large_files()?;
    random_reads(Setup::Chromium, &site, "gig", true, 4.0)?;
    random_reads(Setup::Chromium, &site, "hundred", false, 4.0)?;
    random_reads(Setup::Firefox, &site, "hundred", false, 20.0)
}

/// A file of bytes that do not compress, made once and linked into the content folder.
fn link_noise(place: &Path, size: u64) -> Result<()> {
    let made = own_folder("bench")?.join(format!("noise-{size}"));
    if fs::metadata(&made).is_ok_and(|found| found.len() == size) {
        return fs::hard_link(&made, place)
            .or_else(|_| fs::copy(&made, place).map(drop))
            .map_err(Into::into);
    }
    let mut out = BufWriter::new(
        File::create(&made).with_context(|| format!("cannot write {}", made.display()))?,
    );
    for part in 0..size / MIB {
        out.write_all(&noise(1024 * 1024, part + 1))?;
    }
    out.into_inner().context("the noise is not written")?;
    link_noise(place, size)
}

#[derive(Deserialize)]
struct Loaded {
    name: String,
    bytes: u64,
    blocking: bool,
}

/// What a first visit of the sample site's home page costs, and what holds its first paint.
fn first_visit() -> Result<()> {
    let browser = Browser::start(Setup::Chromium)?;
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/../content/.");
    let site = Site::empty()?;
    let copied = Command::new("cp")
        .args(["-r", sample])
        .arg(site.folder())
        .status()?;
    ensure!(copied.success(), "cannot copy {sample}");
    let server = Server::start(&site)?;
    browser.open(&server.url("/"))?;
    browser.wait_for_worker()?;
    let script = "
        const [page] = performance.getEntriesByType('navigation');
        const entries = performance.getEntriesByType('resource').map(entry => ({
            name: entry.name, bytes: entry.encodedBodySize, blocking: entry.renderBlockingStatus === 'blocking',
        }));
        performance.clearResourceTimings();
        await (await fetch('/sw.js', { cache: 'reload' })).arrayBuffer();
        const [worker] = performance.getEntriesByName(new URL('/sw.js', location).href);
        return [
            { name: 'page', bytes: page.encodedBodySize, blocking: false },
            { name: 'sw.js', bytes: worker.encodedBodySize, blocking: false },
            ...entries,
        ];";
    let loaded: Vec<Loaded> = browser.script(script, Vec::new())?;
    let bytes_of = |wanted: fn(&str) -> bool| {
        loaded
            .iter()
            .filter(|entry| wanted(&entry.name))
            .map(|entry| entry.bytes)
            .sum::<u64>()
    };
    let code = bytes_of(|name| {
        name == "page" || name == "sw.js" || [".css", ".js"].iter().any(|end| name.ends_with(end))
    });
    let wasm = bytes_of(|name| name.ends_with(".wasm"));
    println!("First visit of the home page, compressed, without pictures:");
    for entry in loaded.iter().filter(|entry| !entry.name.ends_with(".wasm")) {
        if entry.name == "page" || entry.name.ends_with(".css") || entry.name.ends_with(".js") {
            println!(
                "  {:>7} B  {}",
                entry.bytes,
                entry.name.rsplit('/').next().unwrap_or_default()
            );
        }
    }
    println!("  {code:>7} B  HTML + CSS + JavaScript (at most 61440)");
    println!("  {wasm:>7} B  wasm (at most 250000)");
    let blocking: Vec<&str> = loaded
        .iter()
        .filter(|entry| entry.blocking)
        .filter_map(|entry| entry.name.rsplit('/').next())
        .collect();
    println!("  what rendering waits for: {}", blocking.join(", "));
    ensure!(
        code <= 60 * 1024 && wasm <= 250_000,
        "the first visit is too heavy"
    );
    ensure!(
        blocking == ["app.css"],
        "rendering waits for more than the stylesheet"
    );
    Ok(())
}

/// The median time of 64 KiB at random places of a stored file.
fn random_reads(setup: Setup, site: &Site, id: &str, background: bool, limit: f64) -> Result<()> {
    let browser = Browser::start(setup)?;
    let server = Server::start(site)?;
    let origin = server.url("");
    if background {
        scenarios::set_switch(&browser, &origin, "Download videos in the background", true)?;
    } else {
        scenarios::use_own_transport(&browser, &origin)?;
    }
    store(&browser, &server, id)?;
    let script = "
        const [url, count] = given, times = [];
        const size = Number((await fetch(url, { headers: { range: 'bytes=0-0' } })).headers.get('content-range').split('/')[1]);
        for (let read = 0; read < count; read++) {
            const start = Math.floor(Math.random() * (size - 65536));
            const from = performance.now();
            const answer = await fetch(url, { headers: { range: `bytes=${start}-${start + 65535}` } });
            const body = await answer.arrayBuffer();
            times.push(performance.now() - from);
            if (answer.status !== 206 || body.byteLength !== 65536) throw new Error(`${answer.status} ${body.byteLength}`);
        }
        return times.sort((a, b) => a - b)[times.length >> 1];";
    let median: f64 = browser.script(
        script,
        vec![json!(format!("/media/01-large/{id}.mp4")), json!(200)],
    )?;
    let how = if background {
        "Background Fetch"
    } else {
        "own fetch"
    };
    println!(
        "64 KiB at random places of “{id}”, {}, {how}: {median:.1} ms median of 200 (at most {limit} ms)",
        setup.name()
    );
    ensure!(median <= limit, "reads are too slow");
    Ok(())
}

/// Downloads a video and returns the seconds from the press to “stored”.
fn store(browser: &Browser, server: &Server, id: &str) -> Result<f64> {
    let control = browser.open_ready(&server.url(&format!("/{id}/")), id)?;
    // The clock is the page's, and starts with the click.
    let script = "
        const control = document.querySelector(`[data-video='${arguments[0]}']`);
        window.took = null;
        window.notices = 0;
        new BroadcastChannel('kinora').onmessage = () => window.notices++;
        control.addEventListener('click', () => {
            const from = performance.now();
            const watch = new MutationObserver(() => {
                if (['stored', 'failed'].includes(control.dataset.state)) { watch.disconnect(); window.took = performance.now() - from; }
            });
            watch.observe(control, { attributes: true, attributeFilter: ['data-state'] });
        }, { once: true, capture: true });";
    browser.execute(script, vec![json!(id)])?;
    control.make_available_offline()?;
    let look = || Ok(browser.execute("return window.took;", Vec::new())?.as_f64());
    let took = wait_until("the download to end", LONG, look)?;
    ensure!(
        control.state()? == "stored",
        "{id} was not stored: {}",
        control.alert()?
    );
    Ok(took / 1000.0)
}

/// The worker's own download of 1 GiB against a bare put of the same response, in turns, and the
/// memory that it takes.
fn throughput() -> Result<()> {
    let site = large_files()?;
    let browser = Browser::start(Setup::Chromium)?;
    let (mut own, mut bare, mut grown) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        // An origin of its own, where no worker stands between page and network.
        let server = Server::start(&site)?;
        browser.open(&server.url("/robots.txt"))?;
        let put = "
            const cache = await caches.open('bare'), from = performance.now();
            await cache.put(given[0], await fetch(given[0], { cache: 'no-store' }));
            const took = performance.now() - from;
            await cache.delete(given[0]);
            await caches.delete('bare');
            return took;";
        bare.push(browser.script::<f64>(put, vec![json!("/media/01-large/gig.mp4")])? / 1000.0);

        let server = Server::start(&site)?;
        scenarios::use_own_transport(&browser, &server.url(""))?;
        browser.open(&server.url("/gig/"))?;
        browser.wait_for_worker()?;
        let memory = Memory::watch(RENDERERS);
        own.push(store(&browser, &server, "gig")?);
        grown.push(memory.grown());
        let control = browser.control("gig");
        control.press("Remove download")?;
        control.wait_for("none")?;
    }
    let (own, bare) = (median(own), median(bare));
    let speed = |seconds: f64| 1024.0 / seconds;
    println!("1 GiB from localhost into Cache Storage, chromium, medians of {ROUNDS}, in turns:");
    println!("  bare cache.put   {:>5.0} MiB/s", speed(bare));
    println!(
        "  own download     {:>5.0} MiB/s, {:.2} of the bare put (at least 0.65)",
        speed(own),
        bare / own
    );
    #[expect(clippy::cast_precision_loss, reason = "megabytes")]
    let grown = median(
        grown
            .into_iter()
            .map(|bytes| bytes as f64 / MIB as f64)
            .collect(),
    );
    println!("  renderer memory  {grown:>5.0} MiB above idle at its highest");
    ensure!(bare / own >= 0.65, "the own download is too slow");
    Ok(())
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}

/// Processes whose memory is watched, by their command lines.
type Processes = fn(&str) -> bool;

/// Where pages and workers live.
const RENDERERS: Processes = |line| {
    line.contains("--type=renderer") || line.contains("-contentproc") && line.contains("tab")
};

/// The browser's first process, which keeps blobs in Chromium.
const MAIN: Processes = |line| {
    line.contains("--user-data-dir=") && !line.contains("--type=")
        || line.contains("--marionette") && !line.contains("-contentproc")
};

/// Watches the memory of processes of this run.
struct Memory {
    idle: u64,
    highest: Arc<AtomicU64>,
    over: Arc<AtomicBool>,
}

impl Memory {
    fn watch(processes: Processes) -> Self {
        let idle = memory_of(processes);
        let (highest, over) = (
            Arc::new(AtomicU64::new(idle)),
            Arc::new(AtomicBool::new(false)),
        );
        let (seen, ended) = (Arc::clone(&highest), Arc::clone(&over));
        std::thread::spawn(move || {
            while !ended.load(Ordering::Relaxed) {
                seen.fetch_max(memory_of(processes), Ordering::Relaxed);
                std::thread::sleep(Duration::from_millis(50));
            }
        });
        Memory {
            idle,
            highest,
            over,
        }
    }

    /// Bytes above idle at the highest.
    fn grown(self) -> u64 {
        self.over.store(true, Ordering::Relaxed);
        self.highest
            .load(Ordering::Relaxed)
            .saturating_sub(self.idle)
    }
}

/// The resident bytes of such processes below this one, without the programs' files, which they share.
/// A process that ends meanwhile counts as
/// none.
fn memory_of(wanted: Processes) -> u64 {
    let Ok(processes) = fs::read_dir("/proc") else {
        return 0;
    };
    let ours = processes.flatten().filter(|process| {
        let line = fs::read(process.path().join("cmdline"));
        line.is_ok_and(|line| wanted(&String::from_utf8_lossy(&line)))
            && is_below_us(&process.path())
    });
    let kilobytes = ours.filter_map(|process| {
        let status = fs::read_to_string(process.path().join("status")).ok()?;
        let kinds = ["RssAnon:", "RssShmem:"];
        let lines = status
            .lines()
            .filter(|line| kinds.iter().any(|kind| line.starts_with(kind)));
        let sizes = lines.filter_map(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
        Some(sizes.sum::<u64>())
    });
    kilobytes.sum::<u64>() * 1024
}

/// Whether a process's parent, or its parent's, and so on, is this process.
fn is_below_us(process: &Path) -> bool {
    let Ok(status) = fs::read_to_string(process.join("status")) else {
        return false;
    };
    let parent = status.lines().find_map(|line| line.strip_prefix("PPid:"));
    match parent.map(str::trim) {
        None | Some("0" | "1") => false,
        Some(parent) => {
            parent == std::process::id().to_string()
                || is_below_us(&Path::new("/proc").join(parent))
        }
    }
}
