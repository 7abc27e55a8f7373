//! What rounds of faults and kills share: videos to download, and what must be true of them
//! afterwards, whatever happened.

use std::collections::BTreeSet;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use media::cut::Cut;
use media::{OfflinePlan, PlannedFile, Role, names};

use super::use_own_transport;
use crate::harness::browser::Browser;
use crate::harness::footage::Footage;
use crate::harness::server::Server;
use crate::harness::site::Site;
use crate::harness::wire::Wire;
use crate::harness::{PATIENCE, http, wait_until};

/// Bytes that a connection loss may cost: what may be under way.
const IN_FLIGHT: u64 = 4 * names::CHUNK_SIZE;

/// How long many downloads may take of which some get over a silence.
pub(crate) const LONG: Duration = Duration::from_secs(240);

/// What the page says when the browser does not go on, and asks to press **Download now**.
const STUCK: &str = "The browser has received nothing for a while";

/// Who fetches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// The worker.
    Own,
    /// Background Fetch.
    Background,
}

impl Way {
    /// As the soak's table has it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Way::Own => "own",
            Way::Background => "background",
        }
    }
}

/// A site with a video file and a stream for each thing that happens, behind one line.
pub(crate) struct Round {
    pub(crate) wire: Wire,
    pub(crate) server: Server,
    site: Site,
}

/// One of those videos.
#[derive(Clone, Debug)]
pub(crate) struct Subject {
    pub(crate) id: String,
    /// What the addresses of its largest file contain.
    pub(crate) part: String,
    /// The bytes of that file.
    pub(crate) size: usize,
    /// The files on the disk that it consists of.
    pub(crate) files: Vec<PathBuf>,
    /// Where it is below `/media/`: the file or the manifest.
    source: String,
}

/// A file that is fetched in one piece, and the entries that it becomes.
struct Medium {
    address: String,
    /// Paths of keys, and where their bytes are in the file.
    entries: Vec<(String, Range<u64>)>,
}

impl Round {
    /// Begins on the home page, where no player asks for media as well. `names` are of what happens.
    pub(crate) fn begin(browser: &Browser, way: Way, names: &[&str]) -> Result<Self> {
        let site = Site::empty()?;
        site.write("01-round/index.md", "---\nname: Round\nslug: round\n---\n")?;
        for name in names {
            let source = format!("{name}/film.mp4");
            site.place(&format!("01-round/{source}"), Footage::Middle)?;
            site.video(
                &format!("01-round/{name}-file.md"),
                &format!("{name}, a file"),
                &source,
                "video/mp4",
            )?;
            let source = format!("{name}/stream/manifest.mpd");
            site.place_stream(&format!("01-round/{name}/stream"), false)?;
            site.video(
                &format!("01-round/{name}-stream.md"),
                &format!("{name}, a stream"),
                &source,
                "application/dash+xml",
            )?;
        }
        Self::over(browser, way, site)
    }

    /// Begins with the videos of a site.
    pub(crate) fn over(browser: &Browser, way: Way, site: Site) -> Result<Self> {
        let server = Server::start(&site)?;
        let wire = Wire::to(server.port())?;
        if way == Way::Own {
            use_own_transport(browser, &wire.origin())?;
        }
        browser.open(&wire.url("/"))?;
        browser.wait_for_worker()?;
        Ok(Self { wire, site, server })
    }

    /// The two videos of a name.
    pub(crate) fn subjects(&self, name: &str) -> Result<[Subject; 2]> {
        let below = |path: &str| format!("01-round/{name}/{path}");
        let segments = (1..=6).map(|number| below(&format!("stream/0-{number}.m4s")));
        let segments = [below("stream/init-0.m4s")].into_iter().chain(segments);
        Ok([
            self.subject(
                format!("{name}-file"),
                format!("/{name}/film.mp4"),
                [below("film.mp4")],
                below("film.mp4"),
            )?,
            self.subject(
                format!("{name}-stream"),
                format!("/{name}-stream/offline/0/0"),
                segments,
                below("stream/manifest.mpd"),
            )?,
        ])
    }

    /// A video by its id, what the addresses of its largest file contain, the files that it consists of,
    /// and where it is below `/media/`.
    pub(crate) fn subject(
        &self,
        id: String,
        part: String,
        files: impl IntoIterator<Item = String>,
        source: String,
    ) -> Result<Subject> {
        let files: Vec<PathBuf> = files
            .into_iter()
            .map(|file| self.site.file(&file))
            .collect();
        let mut size = 0;
        for file in &files {
            size += usize::try_from(file.metadata()?.len())?;
        }
        Ok(Subject {
            id,
            part,
            size,
            files,
            source,
        })
    }

    /// Makes a video available offline, and waits until that is noted.
    pub(crate) fn start(&self, browser: &Browser, subject: &Subject) -> Result<()> {
        self.press(browser, subject)?;
        let noted = ["queued", "downloading", "paused", "failed", "stored"];
        browser.control(&subject.id).wait_for_any(&noted).map(drop)
    }

    /// Presses the button for that.
    pub(crate) fn press(&self, browser: &Browser, subject: &Subject) -> Result<()> {
        let control = browser.control(&subject.id);
        control.wait_for("none")?;
        control.enter("Make available offline")
    }

    /// What must be true of a video in the end: it is stored, without anybody's help, and what is
    /// stored is what is on the disk. It leaves the line cut.
    pub(crate) fn trusted(&self, browser: &Browser, subject: &Subject) -> Result<()> {
        self.wire.cut();
        let media = format!("/media/{}", subject.source);
        if subject.source.ends_with(".mpd") {
            browser
                .same_stream(&subject.id, &media, &self.site, "")
                .map(drop)
        } else {
            browser.same_whole(&media, &subject.files[0]).map(drop)
        }
        .with_context(|| format!("of {}", subject.id))
    }

    /// Waits until a video is stored; until `deadline` at the latest.
    pub(crate) fn arrives(
        &self,
        browser: &Browser,
        subject: &Subject,
        deadline: Instant,
    ) -> Result<()> {
        let control = browser.control(&subject.id);
        let mut last = String::new();
        let look = || {
            // A background fetch waits for a silent connection as long as the browser likes.
            if control.says(STUCK)? {
                control.enter_now("Download now")?;
            }
            last = control.state()?;
            Ok((last == "stored").then_some(()))
        };
        let what = format!("{} to be stored", subject.id);
        let left = deadline.saturating_duration_since(Instant::now());
        browser
            .explained(wait_until(&what, left, look))
            .with_context(|| format!("{} is {last}", subject.id))
    }

    /// Removes the videos, and waits until nothing of them is left.
    pub(crate) fn leaves_nothing(&self, browser: &Browser, subjects: &[Subject]) -> Result<()> {
        for subject in subjects {
            browser.control(&subject.id).enter("Remove download")?;
        }
        nothing_is_left(browser, subjects)
    }

    /// The plan of a video as the server has it now.
    pub(crate) fn plan(&self, subject: &Subject) -> Result<OfflinePlan> {
        let plan = http::get(self.server.port(), &format!("/{}/offline.json", subject.id))?;
        Ok(serde_json::from_slice(&plan.body)?)
    }

    /// The files of a video that are fetched in one piece, as its plan has them.
    fn media(&self, subject: &Subject) -> Result<Vec<Medium>> {
        let plan = self.plan(subject)?;
        let streams = plan.streams.iter().flat_map(|stream| &stream.renditions);
        let streamed = streams.flat_map(|rendition| &rendition.files);
        let files = plan.files.iter().chain(streamed).enumerate();
        let media = files.filter(|(_, file)| file.role == Role::Media);
        media
            .map(|(number, file)| Medium::of(&subject.id, number, file))
            .collect()
    }

    /// Bytes of a video's media that were carried twice.
    pub(crate) fn carried_twice(&self, subject: &Subject) -> Result<u64> {
        let media = self.media(subject)?;
        let twice = media.iter().map(|medium| {
            self.wire
                .carried(&medium.address)
                .saturating_sub(medium.size())
        });
        Ok(twice.sum())
    }

    /// Checks that no more was carried twice than may be under way when a connection breaks.
    pub(crate) fn is_thrifty(&self, subject: &Subject) -> Result<()> {
        for medium in self.media(subject)? {
            let asked = self.wire.seen(&medium.address).len() as u64;
            let twice = self
                .wire
                .carried(&medium.address)
                .saturating_sub(medium.size());
            ensure!(
                twice <= asked.saturating_sub(1) * IN_FLIGHT,
                "{twice} bytes of {} came twice in {asked} answers",
                medium.address
            );
        }
        Ok(())
    }

    /// Checks that of the entries whose keys' paths are `held` no byte was carried since.
    pub(crate) fn spares(
        &self,
        subject: &Subject,
        held: &BTreeSet<String>,
        since: Instant,
    ) -> Result<()> {
        for medium in self.media(subject)? {
            let asked = self.wire.seen(&medium.address);
            let asked = asked.iter().filter(|seen| seen.began >= since);
            for seen in asked {
                let carried = seen.span();
                let again = medium.entries.iter().find(|(key, span)| {
                    held.contains(key) && carried.start < span.end && carried.end > span.start
                });
                ensure!(
                    again.is_none() || carried.is_empty(),
                    "{again:?} was stored, yet {carried:?} of {} came: it was asked for {:?}",
                    medium.address,
                    seen.range
                );
            }
        }
        Ok(())
    }
}

/// Waits until no cache, no row and no control knows of these videos.
pub(crate) fn nothing_is_left(browser: &Browser, subjects: &[Subject]) -> Result<()> {
    for subject in subjects {
        browser.control(&subject.id).wait_for("none")?;
    }
    let mut last = (Vec::new(), BTreeSet::new());
    let held = || {
        last = (
            browser.script("return caches.keys();", Vec::new())?,
            browser.rows()?,
        );
        let (caches, rows) = &last;
        let left = subjects.iter().filter(|Subject { id, .. }| {
            caches.contains(&names::video_cache(id)) || rows.contains(id)
        });
        Ok((left.count() == 0).then_some(()))
    };
    wait_until("caches and rows of what was removed to go", PATIENCE, held)
        .with_context(|| format!("caches and rows are {last:?}"))
}

impl Medium {
    fn of(id: &str, number: usize, file: &PlannedFile) -> Result<Self> {
        let size = file.size.context("the plan does not know a size")?;
        let cut = if file.parts.are_bundled() {
            Cut::Parts(file.parts.spans())
        } else {
            Cut::Chunks(size)
        };
        let names: Vec<String> = if file.parts.are_bundled() {
            let base = file.parts.base();
            file.parts
                .names()
                .map(|name| format!("{base}{name}"))
                .collect()
        } else {
            (0..cut.count())
                .map(|chunk| names::chunk_key(id, number, chunk))
                .collect()
        };
        let span = |entry: u64| cut.span(entry).start..cut.span(entry).end;
        Ok(Self {
            address: file.url.clone(),
            entries: names.into_iter().zip((0..).map(span)).collect(),
        })
    }

    fn size(&self) -> u64 {
        self.entries.last().map_or(0, |(_, span)| span.end)
    }
}

/// Changes bytes everywhere in a file, in place: whoever reads it gets some of each version. The length
/// stays, so that nothing but the validator tells.
pub(crate) fn overwrite(file: &Path) -> Result<()> {
    let mut bytes = fs::read(file)?;
    bytes
        .iter_mut()
        .step_by(4099)
        .for_each(|byte| *byte ^= 0xff);
    OpenOptions::new()
        .write(true)
        .open(file)
        .and_then(|mut out| out.write_all(&bytes))
        .with_context(|| format!("cannot change {}", file.display()))
}
