//! A site as it is served: everything that can be made before the first request is made here, once.
//! A site never changes; an edit of the content makes a new one, and requests that began with the
//! old one end with it.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use axum::http::HeaderValue;

use crate::assets::ASSETS;
use crate::base_url::BaseUrl;
use crate::catalogue::{Catalogue, Entry};
use crate::files;
use crate::pages::{self, ErrorPages};
use crate::respond::{Document, Lifetime};
use crate::{feed, security, web_manifest, worker_script};

#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) catalogue: Catalogue,
    /// The content folder, which no published file may leave.
    pub(crate) content_root: PathBuf,
    pub(crate) errors: ErrorPages,
    pub(crate) policy: HeaderValue,
    /// Pages, feeds and the like, by path.
    documents: HashMap<String, Arc<Document>>,
}

/// What is at a path.
#[derive(Debug)]
pub(crate) enum Found<'a> {
    Document(&'a Arc<Document>),
    /// A page whose path the visitor wrote without its last slash.
    WithoutSlash,
    Nothing,
}

impl Site {
    /// # Errors
    /// If a page cannot be rendered: a fault of the program, not of the content.
    pub(crate) fn new(
        catalogue: Catalogue,
        content_root: PathBuf,
        base: &BaseUrl,
    ) -> anyhow::Result<Self> {
        let mut documents = pages::render(&catalogue, base)?;
        let ok = Document::new("text/plain; charset=utf-8", Lifetime::Revalidate, "ok\n");
        for (path, document) in [
            ("/feed.xml", feed::feed(&catalogue, base)?),
            ("/sitemap.xml", feed::sitemap(&catalogue, base)?),
            ("/robots.txt", feed::robots(base)),
            (
                "/manifest.webmanifest",
                web_manifest::web_manifest(&catalogue.site)?,
            ),
            ("/sw.js", worker_script::worker_script(&catalogue)?),
            ("/healthz", ok),
        ] {
            documents.insert(path.to_owned(), document);
        }
        Ok(Site {
            errors: pages::render_errors(&catalogue)?,
            policy: security::content_security_policy(&catalogue, &ASSETS.theme_script)?,
            catalogue,
            content_root,
            documents,
        })
    }

    /// What is at `path`, which is decoded.
    pub(crate) fn find(&self, path: &str) -> Found<'_> {
        if let Some(document) = self.documents.get(path) {
            Found::Document(document)
        // A request for a host has no path, and home no address without its slash.
        } else if !path.is_empty()
            && !path.ends_with('/')
            && self.documents.contains_key(&format!("{path}/"))
        {
            Found::WithoutSlash
        } else {
            Found::Nothing
        }
    }

    /// The JSON of `/{id}/offline.json`; `None` where there is no such video. Blocks for a `stat`
    /// per file.
    pub(crate) fn offline_plan(&self, id: &str) -> Option<serde_json::Result<Vec<u8>>> {
        Some(serde_json::to_vec(&files::plan(
            self.entry(id)?,
            &self.catalogue,
        )))
    }

    /// The files of a bundle of a video's plan.
    pub(crate) fn bundle(&self, id: &str, stream: usize, rendition: usize) -> Option<Vec<PathBuf>> {
        files::bundle(self.entry(id)?, &self.catalogue, stream, rendition)
    }

    fn entry(&self, id: &str) -> Option<&Entry> {
        let categories = self.catalogue.categories.iter();
        let mut videos = categories.flat_map(|category| &category.videos);
        videos.find(|entry| entry.video.id == id)
    }
}
