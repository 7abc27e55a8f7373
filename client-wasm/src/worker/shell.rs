//! The app shell: the pages and assets of one version, in one cache.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use media::ledger::Row;
use media::names;
use serde::Deserialize;

use super::failure::Failure;
use super::gate;
use crate::ledger;
use crate::web::cache::{self, Cache};
use crate::web::error::{Error, Result};
use crate::web::fetch::{self, Options, Request, Response, Stop};
use crate::web::{event, global};

/// The page for whatever is neither stored nor reachable.
pub(super) const OFFLINE_PAGE: &str = "/offline/";

/// What the server wrote into `sw.js`.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Shell {
    version: String,
    /// Paths of pages that work offline after one visit.
    shell: Vec<String>,
    /// Paths of everything that those pages load.
    assets: Vec<String>,
    /// The path of the script that plays streams: kept from the first stored stream on.
    player: String,
}

thread_local! {
    static SHELL: RefCell<Rc<Shell>> = RefCell::default();
    /// Whether this instance has just replaced another version.
    static STALE_PAGES: Cell<bool> = const { Cell::new(false) };
}

pub(super) fn set(shell: Shell) {
    SHELL.set(Rc::new(shell));
}

fn get() -> Rc<Shell> {
    SHELL.with_borrow(Rc::clone)
}

async fn open() -> Result<Cache> {
    cache::open(&names::shell_cache(&get().version)).await
}

/// Stores everything; a version is whole or not installed.
pub(super) async fn install() -> Result<()> {
    let cache = open().await?;
    for path in &get().assets {
        store_asset(&cache, path).await?;
    }
    // Streams of the version before play on in this one.
    if ledger::all().await?.iter().any(Row::is_stream) {
        store_asset(&cache, &get().player).await?;
    }
    for path in &get().shell {
        let response = fetch::fetch(path, Options::default()).await?;
        if response.is_page() {
            cache.put(&global::absolute(path), &response).await?;
        } else if path == OFFLINE_PAGE {
            return Err(Error::other(format!(
                "{path} answered {}",
                response.status()
            )));
        }
    }
    event::skip_waiting().await
}

async fn store_asset(cache: &Cache, path: &str) -> Result<()> {
    let options = Options {
        immutable: true,
        ..Options::default()
    };
    let response = fetch::fetch(path, options).await?;
    if !response.is_ok() {
        let status = response.status();
        return Err(Error::other(format!("{path} answered {status}")));
    }
    cache.put(&global::absolute(path), &response).await
}

/// Stores the script that plays streams, unless it is there.
pub(super) async fn store_player() -> Result<(), Failure> {
    let shell = get();
    let (cache, url) = (open().await?, global::absolute(&shell.player));
    if cache.find(&url).await?.is_none() {
        let stored = store_asset(&cache, &shell.player).await;
        stored.map_err(|error| Failure::of_request(error, &url))?;
    }
    Ok(())
}

/// Takes over from the version before. Videos stay as they are.
pub(super) async fn activate() -> Result<()> {
    let current = names::shell_cache(&get().version);
    for name in cache::names().await? {
        if names::is_shell_cache(&name) && name != current {
            STALE_PAGES.set(true);
            cache::delete(&name).await?;
        }
    }
    if let Err(reason) = event::enable_navigation_preload().await {
        global::warn(&format!(
            "navigations wait for the worker's start: {reason}"
        ));
    }
    event::claim().await
}

/// Fetches the pages of stored videos anew after a new version has taken over, because they name
/// its assets. Not while it takes over: every request of the site waits for that. Without a network
/// the page of the version before stays, with its assets found by name.
pub(super) async fn refresh_pages() -> Result<()> {
    if !STALE_PAGES.replace(false) {
        return Ok(());
    }
    for row in ledger::all().await? {
        if row.is_served() && store_page(&row.video.id, None).await.is_err() {
            break;
        }
    }
    Ok(())
}

/// Stores a video's own page with its bytes.
pub(super) async fn store_page(id: &str, stop: Option<&Stop>) -> Result<(), Failure> {
    let _pass = gate::pass().await;
    let path = format!("/{id}/");
    let url = global::absolute(&path);
    let options = Options {
        stop,
        ..Options::default()
    };
    let lost = |error| Failure::of_request(error, &url);
    let response = fetch::fetch(&path, options).await.map_err(lost)?;
    if !response.is_page() {
        return Err(Failure::of_status(&url, &response));
    }
    let body = response.arriving_blob().await.map_err(lost)?;
    let cache = cache::open(&names::video_cache(id)).await?;
    Ok(cache.put(&url, &response.with_body(&body)?).await?)
}

/// The stored copy of a shell page.
pub(super) async fn page(path: &str) -> Result<Option<Response>> {
    open().await?.find(&global::absolute(path)).await
}

/// Keeps a newer copy of a shell page.
pub(super) async fn keep_page(path: &str, response: &Response) -> Result<()> {
    if get().shell.iter().any(|page| page == path) {
        open().await?.put(&global::absolute(path), response).await?;
    }
    Ok(())
}

/// Answers a request for an asset: this version's from the cache, others from the network, and where
/// there is none, this version's asset of the same name for a page that is older.
pub(super) async fn respond(request: &Request) -> Result<Response> {
    let Some(path) = global::own_path(&request.url()) else {
        return request.ask_network().await;
    };
    let shell = get();
    let stored = shell.assets.contains(&path);
    if (stored || path == shell.player)
        && let Some(found) = open().await?.find(&global::absolute(&path)).await?
    {
        return Ok(found);
    }
    let answer = request.ask_network().await;
    if let Ok(response) = &answer
        && response.is_ok()
    {
        if stored {
            // The browser gave it up; the next start without a network needs it.
            open()
                .await?
                .put(&global::absolute(&path), &response.duplicate()?)
                .await?;
        }
        return answer;
    }
    let name = names::asset_name(&path);
    let twin = name.and_then(|name| {
        let mut assets = shell.assets.iter().chain([&shell.player]);
        assets.find(|asset| names::asset_name(asset) == Some(name))
    });
    match twin {
        Some(twin) => match open().await?.find(&global::absolute(twin)).await? {
            Some(found) => Ok(found),
            None => answer,
        },
        None => answer,
    }
}
