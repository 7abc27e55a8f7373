//! A folder of content that a scenario writes as an author would.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use tempfile::TempDir;

use super::footage::{CZECH, ENGLISH, Footage};

/// The short video: captions in two languages, a poster, artwork.
pub(crate) const SHORT: &str = "short";
/// The video of about 24 MiB.
pub(crate) const LONG: &str = "long";
/// The same in VP9.
pub(crate) const WEBM: &str = "webm";

/// The front matter of [`SHORT`].
const SHORT_PAGE: &str = "---
title: A short one
description: Three seconds with captions.
date: 2024-05-01
length: '0:03'
video-sources:
  - src: short.mp4
    type: video/mp4
video-subtitles:
  - default: true
    kind: captions
    label: English
    src: short-en.vtt
    srclang: en
  - default: false
    kind: captions
    label: Česky
    src: short-cs.vtt
    srclang: cs
thumbnail: poster.png
media-session-artwork:
  - sizes: 96x96
    src: artwork-96.png
    type: image/png
  - sizes: 512x512
    src: artwork-512.png
    type: image/png
---

## What it shows

A picture that moves.
";

/// A content folder that goes away with its scenario and its server.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    folder: Arc<TempDir>,
}

impl Site {
    /// An empty folder.
    pub(crate) fn empty() -> Result<Self> {
        let folder =
            TempDir::with_prefix("kinora-content-").context("cannot make a temporary folder")?;
        Ok(Self {
            folder: Arc::new(folder),
        })
    }

    /// Two categories; [`SHORT`] and [`WEBM`] in the first, [`LONG`] in the second.
    pub(crate) fn standard() -> Result<Self> {
        let site = Self::empty()?;
        site.write(
            "01-shorts/index.md",
            "---\nname: Shorts\nslug: shorts\n---\n\nSoon over.\n",
        )?;
        site.write("01-shorts/01-short.md", SHORT_PAGE)?;
        site.write("01-shorts/short-en.vtt", ENGLISH)?;
        site.write("01-shorts/short-cs.vtt", CZECH)?;
        site.place("01-shorts/short.mp4", Footage::Short)?;
        site.place("01-shorts/poster.png", Footage::Poster)?;
        site.place("01-shorts/artwork-96.png", Footage::SmallArtwork)?;
        site.place("01-shorts/artwork-512.png", Footage::LargeArtwork)?;
        site.video(
            "01-shorts/02-webm.md",
            "A free one",
            "clip.webm",
            "video/webm",
        )?;
        site.place("01-shorts/clip.webm", Footage::WebM)?;
        site.write(
            "02-longer/index.md",
            "---\nname: Longer\nslug: longer\n---\n",
        )?;
        site.video(
            "02-longer/01-long.md",
            "A long one",
            "long.mp4",
            "video/mp4",
        )?;
        site.place("02-longer/long.mp4", Footage::Long)?;
        Ok(site)
    }

    /// The streams of the sample site: `quality-ladder`, `byte-ranges` and `locked-box`.
    pub(crate) fn sample_streams() -> Result<Self> {
        let site = Self::empty()?;
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../content/04-streams");
        copy_folder(&from, &site.file("04-streams"))?;
        Ok(site)
    }

    /// Writes the page of a video that has nothing but a title and one source.
    pub(crate) fn video(&self, path: &str, title: &str, src: &str, kind: &str) -> Result<()> {
        self.write(
            path,
            &format!(
                "---\ntitle: {title}\nvideo-sources:\n  - src: {src}\n    type: {kind}\n---\n"
            ),
        )
    }

    /// Writes a text file; folders come by themselves.
    pub(crate) fn write(&self, path: &str, text: &str) -> Result<()> {
        let file = self.file(path);
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))
    }

    /// Copies media in.
    pub(crate) fn place(&self, path: &str, footage: Footage) -> Result<()> {
        let file = self.file(path);
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::copy(footage.file()?, &file)
            .with_context(|| format!("cannot write {}", file.display()))?;
        Ok(())
    }

    /// Where `path` is on the disk.
    pub(crate) fn file(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }
}

/// Copies a folder with all that is in it.
fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| format!("no {}", from.display()))? {
        let (path, name) = entry.map(|entry| (entry.path(), entry.file_name()))?;
        if path.is_dir() {
            copy_folder(&path, &to.join(name))?;
        } else {
            fs::copy(&path, to.join(name))?;
        }
    }
    Ok(())
}
