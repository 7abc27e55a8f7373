//! The service worker. Invariants: it may die at any line and goes on at the next event; a request
//! that it cannot answer gets the network's answer; bytes of a video are deleted by that video's
//! removal alone.

mod background;
mod commands;
mod download;
mod engine;
mod failure;
mod gate;
mod library;
mod navigation;
mod plan;
mod playback;
mod removal;
pub(crate) use shell::store_page;
pub(crate) use transfer::{addresses, closed_or_down};

mod shell;
mod transfer;

/// What `static/sw.js` calls.
pub mod exports {
    use std::cell::RefCell;

    use media::names::CHANNEL;
    use wasm_bindgen::prelude::*;

    use super::shell::Shell;
    use super::{background, commands, navigation, playback, shell};
    use crate::web::background_fetch::BackgroundEvent;
    use crate::web::channel::Channel;
    use crate::web::error::Result;
    use crate::web::event::Fetch;
    use crate::web::event::raw::{FetchEvent, Promise};
    use crate::web::global;

    thread_local! {
        static NEWS: RefCell<Option<Channel>> = const { RefCell::new(None) };
    }

    /// Prepares a fresh instance. `shell` is the JSON that the server wrote into `sw.js`.
    #[wasm_bindgen(js_name = startWorker)]
    pub fn start_worker(shell: &str) -> std::result::Result<(), JsError> {
        global::report_panics();
        shell::set(media::json::parse::<Shell>(shell)?);
        // What another context changed may be what this one remembers.
        let channel = Channel::listen(CHANNEL, |_| playback::forget());
        NEWS.set(channel.ok());
        Ok(())
    }

    /// Stores this version's pages and assets.
    #[wasm_bindgen]
    pub fn install() -> Promise {
        done(shell::install())
    }

    /// Replaces the version before.
    #[wasm_bindgen]
    pub fn activate() -> Promise {
        done(shell::activate())
    }

    /// Answers a request that the shim has found to be ours.
    #[wasm_bindgen]
    pub fn fetch(event: FetchEvent) -> Promise {
        let event = Fetch::new(event);
        global::promise(async move {
            let response = if event.request().is_navigation() {
                navigation::respond(&event).await?
            } else {
                match playback::respond(&event.request()).await? {
                    Some(response) => response,
                    None => shell::respond(&event.request()).await?,
                }
            };
            Ok(response.into_raw().into())
        })
    }

    /// Works off a page's message: JSON of `Command`.
    #[wasm_bindgen]
    pub fn message(data: JsValue) -> Promise {
        done(async move {
            let Some(text) = data.as_string() else {
                return Ok(());
            };
            match media::json::parse(&text) {
                Ok(command) => commands::obey(command).await,
                Err(reason) => {
                    global::warn(&format!("a message that is no command: {reason}"));
                    Ok(())
                }
            }
        })
    }

    /// A Background Fetch event: `success`, `fail`, `abort` or `click`.
    #[wasm_bindgen]
    pub fn background(kind: String, event: JsValue) -> Promise {
        done(async move { background::handle(&kind, &BackgroundEvent::from(event)).await })
    }

    /// A promise for work that answers nothing. An `async fn` would be one, too, but each is compiled
    /// with a runner of its own.
    fn done(work: impl Future<Output = Result<()>> + 'static) -> Promise {
        global::promise(async move {
            work.await?;
            Ok(JsValue::UNDEFINED)
        })
    }
}
