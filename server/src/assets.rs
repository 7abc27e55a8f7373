//! The files that the binary carries inside: style, scripts, icons and the client's wasm. Each is
//! served under an address with the hash of its content, `/assets/{hash}/{name}`, and so for ever.
//! The worker reads `{name}` from such an address, therefore the form is fixed.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use rust_embed::{Embed, EmbeddedFile};

use crate::respond::{Document, Lifetime};

#[derive(Embed)]
#[folder = "../static"]
struct Static;

/// The client's build; absent until it was built once, and then pages simply have no script.
#[derive(Embed)]
#[folder = "../client-wasm/dist"]
#[allow_missing = true]
struct Client;

/// What is a part of other documents and has no address of its own.
const PARTS: [&str; 2] = ["sw.js", "theme.js"];

/// What plays streams; a page loads it when a stream is about to play.
pub(crate) const STREAM_PLAYER: &str = "shaka-player.js";

/// What no page needs before that, and so no worker stores while it installs.
const ON_DEMAND: [&str; 2] = [STREAM_PLAYER, "shaka-player-license.txt"];

/// Every asset, by name.
#[derive(Debug)]
pub(crate) struct Assets {
    by_name: BTreeMap<String, Asset>,
    /// The script that sets the theme before anything is painted, for the head of each page.
    pub(crate) theme_script: String,
    /// The worker's script, with a placeholder for what it must know of this site.
    pub(crate) worker_script: String,
}

#[derive(Debug)]
struct Asset {
    url: String,
    document: Arc<Document>,
}

/// The assets of this binary.
pub(crate) static ASSETS: LazyLock<Assets> = LazyLock::new(Assets::embedded);

impl Assets {
    fn embedded() -> Self {
        let files = Static::iter().map(|name| (Static::get(&name), name));
        let files = files.chain(Client::iter().map(|name| (Client::get(&name), name)));
        let mut by_name = BTreeMap::new();
        for (file, name) in files {
            let (Some(EmbeddedFile { data, .. }), Some(content_type)) = (file, content_type(&name))
            else {
                continue;
            };
            if PARTS.contains(&name.as_ref()) {
                continue;
            }
            let document = Document::new(content_type, Lifetime::Immutable, data.into_owned());
            let url = format!("/assets/{}/{name}", document.hash());
            by_name.insert(name.into_owned(), Asset { url, document });
        }
        Assets {
            by_name,
            theme_script: text("theme.js"),
            worker_script: text("sw.js"),
        }
    }

    /// The address of a file; empty where this binary has no such file.
    pub(crate) fn url(&self, name: &str) -> &str {
        self.by_name.get(name).map_or("", |asset| &asset.url)
    }

    /// Compresses everything, so that the first visitor does not wait for it.
    pub(crate) fn compress_ahead(&self) {
        for asset in self.by_name.values() {
            asset.document.compress_ahead();
        }
    }

    /// The addresses of what pages load at once, in the order of the names.
    pub(crate) fn urls(&self) -> impl Iterator<Item = &str> {
        let shell = self.by_name.iter();
        let shell = shell.filter(|(name, _)| !ON_DEMAND.contains(&name.as_str()));
        shell.map(|(_, asset)| asset.url.as_str())
    }

    /// The file at `{hash}/{name}`. Another hash is another version's file, which is not here.
    pub(crate) fn at(&self, hash_and_name: &str) -> Option<&Arc<Document>> {
        let (hash, name) = hash_and_name.split_once('/')?;
        let document = self.get(name)?;
        (document.hash() == hash).then_some(document)
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Arc<Document>> {
        self.by_name.get(name).map(|asset| &asset.document)
    }
}

fn text(name: &str) -> String {
    let content = Static::get(name).map(|file| file.data);
    String::from_utf8_lossy(&content.unwrap_or_default())
        .trim_end()
        .to_owned()
}

/// The type of what pages use; other files in the folders are not assets.
fn content_type(name: &str) -> Option<&'static str> {
    let (_, extension) = name.rsplit_once('.')?;
    Some(match extension {
        "css" => "text/css; charset=utf-8",
        "txt" => "text/plain; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_leads_to_its_file_and_no_other_hash_does() {
        let url = ASSETS.url("app.css");
        let path = url.strip_prefix("/assets/").unwrap();
        assert!(ASSETS.at(path).is_some());
        assert!(ASSETS.at("0000000000000000/app.css").is_none());
        assert!(ASSETS.at(&path.replace("app.css", "sw.js")).is_none());
        assert!(ASSETS.at("app.css").is_none());
    }

    #[test]
    fn what_plays_streams_is_not_among_what_a_worker_installs() {
        assert!(ASSETS.urls().any(|url| url.ends_with("/app.css")));
        assert!(!ASSETS.urls().any(|url| url.contains("shaka")));
    }

    #[test]
    fn the_theme_script_stays_small_enough_to_block() {
        assert!(!ASSETS.theme_script.is_empty());
        assert!(ASSETS.theme_script.len() < 500);
        assert!(!ASSETS.theme_script.contains("</"));
    }
}
