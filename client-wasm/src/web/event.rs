//! The worker's events and its own scope.

use js_sys::{Array, Promise, Reflect};
use wasm_bindgen::{JsCast, prelude::*};
use wasm_bindgen_futures::JsFuture;

use super::error::Result;
use super::fetch::{Request, Response};
use super::global;

/// A request that the worker answers.
#[derive(Clone, Debug)]
pub(crate) struct Fetch(web_sys::FetchEvent);

impl Fetch {
    pub(crate) fn new(raw: web_sys::FetchEvent) -> Self {
        Fetch(raw)
    }

    pub(crate) fn request(&self) -> Request {
        Request::new(self.0.request())
    }

    /// What navigation preload has already asked for, if it is on.
    pub(crate) async fn preloaded(&self) -> Result<Option<Response>> {
        let promise = Reflect::get(&self.0, &"preloadResponse".into())?;
        let Ok(promise) = promise.dyn_into::<Promise>() else {
            return Ok(None);
        };
        Ok(JsFuture::from(promise)
            .await?
            .dyn_into()
            .ok()
            .map(Response::new))
    }

    /// Lets work go on after the answer. Errors end nothing but that work.
    pub(crate) fn keep_alive(&self, work: impl Future<Output = ()> + 'static) {
        let promise = global::promise(async move {
            work.await;
            Ok(JsValue::UNDEFINED)
        });
        // It only fails when the event is over; the work then still runs for as long as it may.
        let _ = self.0.wait_until(&promise);
    }
}

fn scope() -> web_sys::ServiceWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

/// Lets this version take over from the one before without waiting for its pages to close.
pub(crate) async fn skip_waiting() -> Result<()> {
    global::settled::<JsValue>(scope().skip_waiting()?).await?;
    Ok(())
}

/// Becomes the worker of pages that have none, such as a hard-reloaded one.
pub(crate) async fn claim() -> Result<()> {
    global::settled::<JsValue>(scope().clients().claim()).await?;
    Ok(())
}

/// Lets navigations start their request while the worker still starts. Not in Firefox: there (measured in 153) a navigation whose preload failed shows the browser's error page whatever the worker
/// answers once it has looked at `preloadResponse`, and so nothing would open offline.
pub(crate) async fn enable_navigation_preload() -> Result<()> {
    if global::is_firefox() {
        return Ok(());
    }
    let preload = Reflect::get(&scope().registration(), &"navigationPreload".into())?;
    if preload.is_undefined() {
        return Ok(());
    }
    let enable: js_sys::Function = Reflect::get(&preload, &"enable".into())?.unchecked_into();
    let enabled: Promise = enable.call0(&preload)?.unchecked_into();
    JsFuture::from(enabled).await?;
    Ok(())
}

/// Shows a page of this site: the tab that has it open, else a new one.
pub(crate) async fn show_page(path: &str) -> Result<()> {
    let clients = scope().clients();
    let options = web_sys::ClientQueryOptions::new();
    options.set_include_uncontrolled(true);
    let open: JsValue = global::settled(clients.match_all_with_options(&options)).await?;
    let url = global::absolute(path);
    for client in Array::from(&open) {
        let client: web_sys::WindowClient = client.unchecked_into();
        if client.url() == url {
            global::settled::<JsValue>(client.focus()?).await?;
            return Ok(());
        }
    }
    global::settled::<JsValue>(clients.open_window(&url)).await?;
    Ok(())
}

/// The raw types in the signatures of what the shims call.
pub(crate) mod raw {
    pub(crate) use js_sys::Promise;
    pub(crate) use web_sys::FetchEvent;
}
