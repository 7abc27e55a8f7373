//! What we read in a manifest against what Shaka Player would ask for: of the author's manifest, and of
//! the one that a download keeps.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use media::manifest::{self, Presentation, Quality, Reading, Rendition, Use, Wish};
use serde::Deserialize;
use serde_json::json;
use url::Url;

use crate::harness::browser::Browser;
use crate::harness::server::Server;
use crate::harness::site::Site;

/// Where the fixtures are said to be.
const FIXTURES: &str = "https://media.example/fixtures/";

/// Manifests of the sample site, and what they are called once they are trimmed.
const SAMPLES: [(&str, &str); 5] = [
    ("quality-ladder/film.mpd", "quality-ladder/kept.mpd"),
    ("quality-ladder/film.m3u8", "quality-ladder/kept.m3u8"),
    ("byte-ranges/film.mpd", "byte-ranges/kept.mpd"),
    ("byte-ranges/film.m3u8", "byte-ranges/kept.m3u8"),
    ("locked-box/film.mpd", "locked-box/kept.mpd"),
];

/// Valid manifests that Shaka Player refuses, and why.
const REFUSED: [(&str, &str); 1] = [(
    "dash-namespace-prefix.mpd",
    "it reads no element whose name has a prefix",
)];

/// A file, or its bytes from the first to the last.
type Asked = (String, Option<(u64, u64)>);

/// Manifests and playlists by address.
type Documents = BTreeMap<String, Vec<u8>>;

/// What `shaka.js` says of a manifest.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Answer {
    /// Address, first byte and last byte.
    Found(Vec<(String, u64, Option<u64>)>),
    Refused(String),
}

pub(crate) fn what_is_stored_is_what_shaka_player_asks_for(browser: &Browser) -> Result<()> {
    let site = Site::sample_streams()?;
    place_trimmed(&site)?;
    let server = Server::start(&site)?;
    browser.open(&server.url("/settings/"))?;
    let debug = "../xtask/node_modules/shaka-player/dist/shaka-player.compiled-es2021.debug.js";
    let debug = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(debug))?;
    browser.execute(&debug, Vec::new())?;
    let mut differences = Vec::new();
    let mut note = |name: &str, outcome: Result<()>| {
        differences.extend(outcome.err().map(|reason| format!("{name}: {reason:#}")));
    };
    for name in fixtures()? {
        note(&name, same_for_fixture(browser, &name));
    }
    for (name, trimmed) in SAMPLES {
        let address = |name: &str| server.url(&format!("/media/04-streams/{name}"));
        let outcome = same_for_sample(browser, &site, &address(name), &address(trimmed), name);
        note(name, outcome);
    }
    ensure!(differences.is_empty(), "{}", differences.join("\n"));
    Ok(())
}

fn same_for_fixture(browser: &Browser, name: &str) -> Result<()> {
    let root = format!("{FIXTURES}{name}");
    let (presentation, mut documents) = read(&root, |url| {
        let path = url.strip_prefix(FIXTURES)?.split('?').next()?;
        Some(folder().join(path))
    })?;
    let answer = ask(browser, &root, &documents)?;
    if let Some((_, reason)) = REFUSED.iter().find(|(refused, _)| *refused == name) {
        let refused = matches!(answer, Answer::Refused(_));
        ensure!(refused, "Shaka Player takes it now, though {reason}");
        return Ok(());
    }
    same_as_it_is(&presentation, answer)?;
    let (kept, trimmed) = trim(&presentation, &root, &documents[&root])?;
    documents.insert(root.clone(), trimmed);
    same(&kept, &[], ask(browser, &root, &documents)?).context("trimmed")
}

fn same_for_sample(
    browser: &Browser,
    site: &Site,
    root: &str,
    trimmed: &str,
    name: &str,
) -> Result<()> {
    let base = root.strip_suffix(name).unwrap_or_default();
    let file = |url: &str| Some(site.file(&format!("04-streams/{}", url.strip_prefix(base)?)));
    let (presentation, documents) = read(root, file)?;
    let nothing = Documents::new();
    same_as_it_is(&presentation, ask(browser, root, &nothing)?)?;
    let (kept, _) = trim(&presentation, root, &documents[root])?;
    same(&kept, &[], ask(browser, trimmed, &nothing)?).context("trimmed")
}

/// Writes each sample's manifest as a download keeps it, and a page that names them all.
fn place_trimmed(site: &Site) -> Result<()> {
    let mut sources = String::new();
    for (name, trimmed) in SAMPLES {
        let root = format!("/media/04-streams/{name}");
        let file = |url: &str| Some(site.file(url.strip_prefix("/media/")?));
        let (presentation, documents) = read(&root, file)?;
        let (_, bytes) = trim(&presentation, &root, &documents[&root])?;
        fs::write(site.file(&format!("04-streams/{trimmed}")), bytes)?;
        let kind = match trimmed.ends_with("mpd") {
            true => "application/dash+xml",
            false => "application/vnd.apple.mpegurl",
        };
        sources += &format!("  - src: {trimmed}\n    type: {kind}\n");
    }
    let page = format!("---\ntitle: Trimmed\nvideo-sources:\n{sources}---\n");
    site.write("04-streams/04-trimmed.md", &page)
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../media/fixtures/manifests")
}

/// The manifests among the fixtures: files, and `main.m3u8` in folders.
fn fixtures() -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder())? {
        let entry = entry?;
        let is_folder = entry.path().is_dir();
        let inner = if is_folder { "/main.m3u8" } else { "" };
        names.push(format!("{}{inner}", entry.file_name().display()));
    }
    ensure!(names.len() > 30, "{} fixtures", names.len());
    names.sort();
    Ok(names)
}

/// Reads a manifest with everything that it wants; `file` is where an address is on the disk.
fn read(root: &str, file: impl Fn(&str) -> Option<PathBuf>) -> Result<(Presentation, Documents)> {
    let mut documents = Documents::new();
    loop {
        match manifest::read(root, &documents)? {
            Reading::Whole(presentation) => return Ok((presentation, documents)),
            Reading::Wants(addresses) => {
                for url in addresses {
                    let path = file(&url).with_context(|| format!("{url} is elsewhere"))?;
                    documents.insert(url, fs::read(path)?);
                }
            }
        }
    }
}

/// Compares all that plain playback needs. What else there is Shaka Player may list or not.
fn same_as_it_is(presentation: &Presentation, answer: Answer) -> Result<()> {
    let renditions = presentation.renditions.iter();
    let (others, main): (Vec<&Rendition>, _) =
        renditions.partition(|rendition| rendition.description.auxiliary);
    same(&main, &others, answer).context("as it is")
}

/// The renditions that a download in the best quality keeps, and the manifest with these alone.
fn trim<'p>(
    presentation: &'p Presentation,
    root: &str,
    manifest: &[u8],
) -> Result<(Vec<&'p Rendition>, Vec<u8>)> {
    let wish = Wish {
        quality: Quality::Best,
        languages: &[],
    };
    let renditions = &presentation.renditions;
    let descriptions = renditions.iter().map(|rendition| &rendition.description);
    let kept = manifest::choose(descriptions, &wish, &|_| true)?;
    let kept: Vec<&Rendition> = kept.into_iter().map(|index| &renditions[index]).collect();
    let ids: Vec<String> = kept
        .iter()
        .map(|rendition| rendition.description.id.clone())
        .collect();
    Ok((kept, manifest::trim(root, manifest, &ids)?))
}

/// What Shaka Player makes of a manifest. It asks the network for what is not among `documents`.
fn ask(browser: &Browser, root: &str, documents: &Documents) -> Result<Answer> {
    let texts: BTreeMap<&String, String> = documents
        .iter()
        .map(|(url, bytes)| (url, String::from_utf8_lossy(bytes).into_owned()))
        .collect();
    let script = include_str!("../harness/shaka.js");
    browser.script(script, vec![json!(root), json!(texts)])
}

/// Compares what we list with what Shaka Player would ask for, which may be of `others` as well.
fn same(renditions: &[&Rendition], others: &[&Rendition], answer: Answer) -> Result<()> {
    let found = match answer {
        Answer::Found(found) => found,
        Answer::Refused(reason) => bail!("Shaka Player refuses it: {reason}"),
    };
    let theirs = found.into_iter().map(|(url, start, end)| {
        let is_whole = start == 0 && end.is_none();
        (url, (!is_whole).then_some((start, end.unwrap_or(u64::MAX))))
    });
    let (ours, others) = (Listed::of(renditions)?, Listed::of(others)?);
    let (mut theirs, mut in_whole) = (theirs.collect::<BTreeSet<Asked>>(), BTreeSet::new());
    theirs.retain(|asked| {
        let is_in_whole = ours.whole.contains(&asked.0) && !ours.asked.contains(asked);
        if is_in_whole {
            in_whole.insert(asked.0.clone());
        }
        let is_other = others.asked.contains(asked) && !ours.asked.contains(asked);
        !is_in_whole && !is_other
    });
    ensure!(
        ours.asked == theirs && ours.whole == in_whole,
        "we alone list {:?} and {:?}, Shaka Player alone {:?}",
        ours.asked.difference(&theirs).collect::<Vec<_>>(),
        ours.whole.difference(&in_whole).collect::<Vec<_>>(),
        theirs.difference(&ours.asked).collect::<Vec<_>>()
    );
    Ok(())
}

/// What we list of some renditions.
struct Listed {
    asked: BTreeSet<Asked>,
    /// Files with an index of their own: a player asks for the ranges that the index says.
    whole: BTreeSet<String>,
}

impl Listed {
    fn of(renditions: &[&Rendition]) -> Result<Self> {
        let (mut asked, mut whole) = (BTreeSet::new(), BTreeSet::new());
        for rendition in renditions {
            let is_indexed = rendition
                .segments
                .iter()
                .any(|part| part.use_ == Use::Index);
            for segment in &rendition.segments {
                let url = Url::parse(&segment.url)?.to_string();
                let range = segment.range.map(|span| (span.start, span.end - 1));
                match segment.use_ {
                    Use::Media if is_indexed => drop(whole.insert(url)),
                    Use::Init | Use::Media => drop(asked.insert((url, range))),
                    // Asked for besides, and part of no stream.
                    Use::Index | Use::Key => {}
                }
            }
        }
        Ok(Listed { asked, whole })
    }
}
