//! The page's behaviour. The server's HTML is complete without it; this adds what needs a script.

mod control;
mod downloads;
mod listing;
mod offer;
mod player;
mod request;
mod settings;
mod state;

/// What `static/page.js` calls.
pub mod exports {
    use wasm_bindgen::prelude::*;

    use crate::web::global;

    /// Makes the page work.
    #[wasm_bindgen(js_name = startPage)]
    pub async fn start_page() {
        global::report_panics();
        super::start().await;
    }
}

use crate::command::{Command, Notice};
use crate::web::channel::Channel;
use crate::web::dom;
use crate::web::error::Result;
use crate::web::global;
use crate::web::page;

/// Milliseconds between two heartbeats to the worker; it holds each a little longer.
const HEARTBEAT: i32 = 10_000;

async fn start() {
    connection();
    dom::on_window("online", connection);
    dom::on_window("offline", connection);
    player::start();
    if let Err(reason) = with_worker().await {
        global::warn(&format!(
            "nothing can be made available offline here: {reason}"
        ));
        settings::explain_missing(&reason.to_string());
    }
}

async fn with_worker() -> Result<()> {
    // Settings and states are read without waiting for the worker.
    let news = Channel::listen(media::names::CHANNEL, |text| {
        if let Ok(notice) = serde_json::from_str(&text) {
            global::spawn(heard(notice));
        }
    })?;
    state::keep(news);
    state::load().await?;
    settings::start().await?;
    downloads::start();
    refresh().await;
    state::set_worker(page::Worker::register().await?);
    control::start();
    state::send(&Command::Beat);
    page::every(HEARTBEAT, || {
        if state::needs_worker() {
            state::send(&Command::Beat);
            global::spawn(state::follow_background_fetches());
        }
    });
    // A page that comes back from the browser's memory has missed what happened meanwhile.
    dom::on_window("pageshow", || {
        global::spawn(async {
            if state::load().await.is_ok() {
                refresh().await;
                state::send(&Command::Beat);
                state::follow_background_fetches().await;
            }
        });
    });
    state::follow_background_fetches().await;
    Ok(())
}

/// Takes in what the worker or another tab says.
async fn heard(notice: Notice) {
    match notice {
        Notice::Changed(summary) => {
            let (id, state) = (summary.id.clone(), summary.state);
            let is_progress = state::get(&id).is_some_and(|known| known.state == state);
            control::has_begun(&id);
            if state::put(summary) {
                state::follow_background_fetches().await;
            }
            if is_progress {
                control::show(&id);
                return;
            }
        }
        Notice::Gone { id } => state::forget(&id),
        Notice::Settings => settings::apply().await,
    }
    refresh().await;
}

/// Shows everything as it is now.
async fn refresh() {
    downloads::show().await;
    control::show_all();
    listing::show();
    player::show_origin();
}

/// Says in the header that there is no network.
fn connection() {
    if let Some(line) = dom::find("[data-connection]") {
        line.set_text(if global::is_online() {
            ""
        } else {
            "You are offline. Videos on this device play."
        });
        line.set_hidden(global::is_online());
    }
}
