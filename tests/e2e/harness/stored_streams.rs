//! What a browser holds of a stream, read as a player reads it and compared with the disk.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use anyhow::{Context, Result, ensure};
use media::manifest::{self, Kind, Presentation, Reading};
use media::names;
use serde_json::json;

use super::browser::Browser;
use super::site::Site;
use super::storage::{DIGEST, hash};

/// The files that a stream is cut into end so; whatever else it has is stored in another form.
const SEGMENT: &str = ".m4s";

impl Browser {
    /// What the entries of a video's cache hash to, by path; by address on another origin.
    pub(crate) fn stored(&self, id: &str) -> Result<BTreeMap<String, String>> {
        let script = "
            if (!(await caches.has(given[0]))) return {};
            const cache = await caches.open(given[0]);
            const found = {};
            for (const request of await cache.keys()) {
              const { origin, pathname, href } = new URL(request.url);
              const { hash } = await digest(await cache.match(request));
              found[origin === location.origin ? pathname : href] = hash;
            }
            return found;";
        let name = names::video_cache(id);
        self.script(&format!("{DIGEST} {script}"), vec![json!(name)])
    }

    /// The segments that are stored of a video, sorted.
    pub(crate) fn stored_segments(&self, id: &str) -> Result<Vec<String>> {
        let stored = self.stored(id)?.into_keys();
        Ok(stored.filter(|path| path.ends_with(SEGMENT)).collect())
    }

    /// The presentation that a player makes of the manifest at `root` in this page.
    pub(crate) fn presentation(&self, root: &str) -> Result<Presentation> {
        let mut documents = BTreeMap::new();
        let mut wanted = vec![root.to_owned()];
        loop {
            for url in wanted {
                let script = "return (await fetch(given[0])).text();";
                let text: String = self.script(script, vec![json!(url)])?;
                documents.insert(url, text.into_bytes());
            }
            match manifest::read(root, &documents)? {
                Reading::Whole(presentation) => return Ok(presentation),
                Reading::Wants(more) => wanted = more,
            }
        }
    }

    /// Checks that the stored manifest names exactly the segments that are stored, and that each of
    /// them equals the file on `site`'s disk. `origin` is where that site is seen, if not here.
    pub(crate) fn same_stream(
        &self,
        id: &str,
        manifest: &str,
        site: &Site,
        origin: &str,
    ) -> Result<Presentation> {
        let stored = self.stored(id)?;
        let presentation = self.presentation(manifest)?;
        let is_segment = |url: &&str| url.ends_with(SEGMENT);
        let renditions = presentation.renditions.iter();
        let named: BTreeSet<&str> = renditions
            .flat_map(|rendition| rendition.urls())
            .filter(is_segment)
            .collect();
        let held: BTreeSet<&str> = stored.keys().map(String::as_str).collect();
        let held: BTreeSet<&str> = held.into_iter().filter(is_segment).collect();
        ensure!(
            !named.is_empty() && named == held,
            "{named:?} are named, {held:?} are stored"
        );
        for url in held {
            let path = url.strip_prefix(origin).unwrap_or(url);
            let path = path
                .strip_prefix("/media/")
                .context("no file of the site")?;
            let bytes = fs::read(site.file(path)).with_context(|| format!("cannot read {path}"))?;
            ensure!(stored[url] == hash(&bytes), "{url} is not what is on disk");
        }
        Ok(presentation)
    }
}

/// The lines of the pictures that a presentation has.
pub(crate) fn heights(presentation: &Presentation) -> Vec<u32> {
    let renditions = presentation.renditions.iter();
    renditions
        .filter(|rendition| rendition.description.kind == Kind::Video)
        .map(|rendition| rendition.description.height)
        .collect()
}

/// The languages of a presentation's sound.
pub(crate) fn languages(presentation: &Presentation) -> Vec<&str> {
    let renditions = presentation.renditions.iter();
    renditions
        .filter(|rendition| rendition.description.kind == Kind::Audio)
        .map(|rendition| rendition.description.language.as_str())
        .collect()
}
