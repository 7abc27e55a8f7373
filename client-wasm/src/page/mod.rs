//! The page's behaviour. The server's HTML is complete without it; this adds what needs a script.

mod collection;
mod control;
mod downloads;
mod listing;
mod metered;
mod offer;
mod pace;
mod player;
mod qualities;
mod request;
mod room;
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

use std::cell::Cell;

use crate::command::{Command, Notice};
use crate::web::channel::Channel;
use crate::web::dom;
use crate::web::error::Result;
use crate::web::global;
use crate::web::{connection, page};

/// Milliseconds between two heartbeats to the worker; it holds each a little longer.
const HEARTBEAT: i32 = 10_000;

/// Milliseconds in which changes are gathered before what sums them up is shown.
const GATHER: f64 = 50.0;

thread_local! {
    static IS_STALE: Cell<bool> = const { Cell::new(false) };
}

async fn start() {
    show_network();
    dom::on_window("online", network_changed);
    dom::on_window("offline", network_changed);
    connection::on_change(network_changed);
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
        if let Ok(notice) = media::json::parse(&text) {
            global::spawn(heard(notice));
        }
    })?;
    state::keep(news);
    state::load().await?;
    downloads::start();
    downloads::show();
    settings::start().await?;
    refresh();
    state::set_worker(page::Worker::register().await?);
    control::start();
    downloads::show_sums();
    collection::start();
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
                refresh();
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
            let is_new_fetch = state::put(summary);
            show_one(&id, is_progress);
            if is_new_fetch {
                state::follow_background_fetches().await;
            }
        }
        Notice::Leaving { id } => {
            state::leave(&id);
            show_one(&id, false);
        }
        Notice::Gone { id } => {
            state::forget(&id);
            show_one(&id, false);
        }
        Notice::Settings => {
            settings::apply().await;
            collection::forget();
            refresh();
        }
    }
}

/// Shows everything as it is now.
fn refresh() {
    downloads::show();
    control::show_all();
    listing::show();
    player::show_origin();
}

/// Shows one video as it is now. Where more has changed than its bytes, what stands for many videos
/// follows, once for all changes that come together.
fn show_one(id: &str, is_progress: bool) {
    control::show(id);
    downloads::show_one(id);
    if is_progress {
        return;
    }
    player::show_origin();
    if !IS_STALE.replace(true) {
        global::spawn(async {
            global::sleep(GATHER).await;
            IS_STALE.set(false);
            downloads::show_sums();
            collection::show();
            listing::show();
        });
    }
}

/// Another network, or none: what waits for one says so, or goes on.
fn network_changed() {
    show_network();
    control::show_all();
    if state::needs_worker() {
        state::send(&Command::Beat);
    }
}

/// Says in the header that there is no network.
fn show_network() {
    if let Some(line) = dom::find("[data-connection]") {
        line.set_text(if global::is_online() {
            ""
        } else {
            "You are offline. Videos on this device play."
        });
        line.set_hidden(global::is_online());
    }
}
