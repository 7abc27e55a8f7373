//! Answers navigations: the network's page while there is a network that answers, else the stored
//! one, else the offline page.

use media::names;

use super::{library, shell};
use crate::ledger;
use crate::web::cache;
use crate::web::error::Result;
use crate::web::event::Fetch;
use crate::web::fetch::Response;
use crate::web::global;

/// How long a network may be silent before a stored copy is shown instead. Behind a dead cell on a
/// train a request neither fails nor ends for a minute.
const PATIENCE: f64 = 3_000.0;

/// Answers one navigation.
pub(super) async fn respond(event: &Fetch) -> Result<Response> {
    let path = global::own_path(&event.request().url()).unwrap_or_default();
    let network = global::Task::start({
        let event = event.clone();
        async move {
            match event.preloaded().await? {
                Some(response) => Ok(response),
                None => event.request().ask_network().await,
            }
        }
    });
    let answer = match network.within(PATIENCE).await {
        Some(answer) => answer,
        None => match stored(&path).await? {
            Some(copy) => {
                // Late is still newer: the next visit shows it.
                event.keep_alive(async move {
                    if let Ok(response) = network.result().await {
                        keep(path, &response).await;
                    }
                });
                return Ok(copy);
            }
            None => network.result().await,
        },
    };
    match answer {
        Ok(response) if !is_gateway_error(response.status()) => {
            if let Ok(copy) = response.duplicate() {
                event.keep_alive(async move { keep(path, &copy).await });
            }
            Ok(response)
        }
        answer => match stored(&path).await? {
            Some(copy) => Ok(copy),
            // A proxy's own words about its server beat ours about the network.
            None => match (answer, shell::page(shell::OFFLINE_PAGE).await?) {
                (Err(_), Some(offline)) => Ok(offline),
                (answer, _) => answer,
            },
        },
    }
}

/// What a proxy says while the server behind it is gone.
fn is_gateway_error(status: u16) -> bool {
    matches!(status, 502..=504)
}

/// The id in a video page's path.
fn video_id(path: &str) -> Option<&str> {
    let id = path.strip_prefix('/')?.strip_suffix('/')?;
    (!id.is_empty() && !id.contains('/')).then_some(id)
}

/// The copy of a page on this device.
async fn stored(path: &str) -> Result<Option<Response>> {
    if !path.ends_with('/') {
        let slashed = format!("{path}/");
        return if Box::pin(stored(&slashed)).await?.is_some() {
            Ok(Some(Response::redirect(&slashed)?))
        } else {
            Ok(None)
        };
    }
    // Whatever the download's state: the page says it, and may know more by the time it is read.
    if let Some(id) = video_id(path) {
        let own = cache::find_in(&names::video_cache(id), &global::absolute(path)).await?;
        if own.is_some() {
            return Ok(own);
        }
    }
    shell::page(path).await
}

/// Keeps what the network answered, where a copy is wanted.
async fn keep(path: String, response: &Response) {
    if !response.is_page() {
        return;
    }
    let kept = async {
        if let Some(id) = video_id(&path)
            && ledger::find(id).await?.is_some_and(|row| row.is_served())
        {
            let cache = cache::open(&names::video_cache(id)).await?;
            cache.put(&global::absolute(&path), response).await?;
            // The site can be reached, and somebody looks at this video.
            return library::check_version(id).await;
        }
        shell::keep_page(&path, response).await
    };
    if let Err(reason) = kept.await {
        global::warn(&format!(
            "{path} could not be kept for offline use: {reason}"
        ));
    }
}
