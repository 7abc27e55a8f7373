//! Background Fetch (WICG), which Chromium alone has and `web-sys` has no bindings for.
//! <https://wicg.github.io/background-fetch/>

use js_sys::{Array, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, prelude::*};
use wasm_bindgen_futures::JsFuture;

use super::error::{Error, Result};
use super::fetch::Response;
use super::global;

#[wasm_bindgen]
extern "C" {
    type Manager;
    #[wasm_bindgen(method, catch)]
    fn fetch(this: &Manager, id: &str, urls: &Array, options: &Object) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method)]
    fn get(this: &Manager, id: &str) -> Promise;
    #[wasm_bindgen(method, js_name = getIds)]
    fn get_ids(this: &Manager) -> Promise;

    /// A `BackgroundFetchRegistration`.
    #[derive(Clone, Debug)]
    #[wasm_bindgen(extends = web_sys::EventTarget)]
    type RawRegistration;
    #[wasm_bindgen(method, getter)]
    fn id(this: &RawRegistration) -> String;
    #[wasm_bindgen(method, getter)]
    fn downloaded(this: &RawRegistration) -> f64;
    #[wasm_bindgen(method, getter, js_name = failureReason)]
    fn failure_reason(this: &RawRegistration) -> String;
    #[wasm_bindgen(method)]
    fn abort(this: &RawRegistration) -> Promise;
    #[wasm_bindgen(method, js_name = matchAll)]
    fn match_all(this: &RawRegistration) -> Promise;

    type Record;
    #[wasm_bindgen(method, getter)]
    fn request(this: &Record) -> web_sys::Request;
    #[wasm_bindgen(method, getter, js_name = responseReady)]
    fn response_ready(this: &Record) -> Promise;

    /// A `BackgroundFetchEvent` or one of its kinds.
    #[wasm_bindgen(extends = web_sys::ExtendableEvent)]
    #[derive(Clone, Debug)]
    pub(crate) type BackgroundEvent;
    #[wasm_bindgen(method, getter)]
    fn registration(this: &BackgroundEvent) -> RawRegistration;
    #[wasm_bindgen(method, catch, js_name = updateUI)]
    fn update_ui(this: &BackgroundEvent, options: &Object) -> Result<Promise, JsValue>;
}

/// A background fetch, running or just ended.
#[derive(Clone, Debug)]
pub(crate) struct Registration(RawRegistration);

/// A picture that the browser's own display of the download may use.
#[derive(Debug)]
pub(crate) struct Icon<'a> {
    pub(crate) src: &'a str,
    pub(crate) sizes: Option<&'a str>,
    pub(crate) r#type: Option<&'a str>,
}

/// The manager of a `ServiceWorkerRegistration`, where the browser has one.
fn manager(registration: &JsValue) -> Option<Manager> {
    let manager = Reflect::get(registration, &"backgroundFetch".into()).ok()?;
    (!manager.is_undefined() && !manager.is_null()).then(|| manager.unchecked_into())
}

fn manager_of_worker() -> Option<Manager> {
    manager(&global::get(&["registration"]))
}

/// Whether this browser has Background Fetch.
pub(crate) fn is_supported() -> bool {
    !global::get(&["BackgroundFetchManager"]).is_undefined()
}

/// Starts a background fetch; pages only, once per click. `total` is in bytes, 0 when unknown.
pub(crate) async fn start(
    registration: &web_sys::ServiceWorkerRegistration,
    id: &str,
    urls: &[String],
    title: &str,
    icons: &[Icon<'_>],
    total: u64,
) -> Result<Registration> {
    let manager = manager(registration).ok_or_else(|| Error::other("no Background Fetch"))?;
    let list = Array::new();
    for icon in icons {
        let item = Object::new();
        Reflect::set(&item, &"src".into(), &icon.src.into())?;
        if let Some(sizes) = icon.sizes {
            Reflect::set(&item, &"sizes".into(), &sizes.into())?;
        }
        if let Some(kind) = icon.r#type {
            Reflect::set(&item, &"type".into(), &kind.into())?;
        }
        list.push(&item);
    }
    let options = Object::new();
    Reflect::set(&options, &"title".into(), &title.into())?;
    Reflect::set(&options, &"icons".into(), &list)?;
    #[expect(
        clippy::cast_precision_loss,
        reason = "downloads are smaller than 2^53 bytes"
    )]
    Reflect::set(&options, &"downloadTotal".into(), &(total as f64).into())?;
    let urls: Array = urls.iter().map(|url| JsValue::from_str(url)).collect();
    let started = JsFuture::from(manager.fetch(id, &urls, &options)?).await?;
    Ok(Registration(started.unchecked_into()))
}

/// The running background fetch of this id, as a page sees it.
pub(crate) async fn find(
    registration: &web_sys::ServiceWorkerRegistration,
    id: &str,
) -> Result<Option<Registration>> {
    let Some(manager) = manager(registration) else {
        return Ok(None);
    };
    let found: JsValue = global::settled(manager.get(id)).await?;
    Ok((!found.is_undefined()).then(|| Registration(found.unchecked_into())))
}

/// The running background fetch of this id, as the worker sees it.
pub(crate) async fn find_in_worker(id: &str) -> Result<Option<Registration>> {
    let Some(manager) = manager_of_worker() else {
        return Ok(None);
    };
    let found: JsValue = global::settled(manager.get(id)).await?;
    Ok((!found.is_undefined()).then(|| Registration(found.unchecked_into())))
}

/// The ids of all running background fetches of the site, as the worker sees them.
pub(crate) async fn running_in_worker() -> Result<Vec<String>> {
    let Some(manager) = manager_of_worker() else {
        return Ok(Vec::new());
    };
    let ids: JsValue = global::settled(manager.get_ids()).await?;
    Ok(Array::from(&ids)
        .iter()
        .filter_map(|id| id.as_string())
        .collect())
}

impl Registration {
    pub(crate) fn id(&self) -> String {
        self.0.id()
    }

    /// Bytes so far, over all files.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a size is a whole number below 2^53"
    )]
    pub(crate) fn downloaded(&self) -> u64 {
        self.0.downloaded() as u64
    }

    /// The reason's name in the specification, empty while there is none.
    pub(crate) fn failure_reason(&self) -> String {
        self.0.failure_reason()
    }

    /// Ends it; `false` when it had ended already.
    pub(crate) async fn abort(&self) -> Result<bool> {
        let ended: JsValue = global::settled(self.0.abort()).await?;
        Ok(ended.is_truthy())
    }

    /// Calls back with every progress event, for as long as the page lives.
    pub(crate) fn on_progress(&self, mut moved: impl FnMut(u64) + 'static) -> Result<()> {
        let registration = self.clone();
        let listener = Closure::<dyn FnMut()>::new(move || moved(registration.downloaded()));
        let function = listener.into_js_value();
        Ok(self
            .0
            .add_event_listener_with_callback("progress", function.unchecked_ref())?)
    }

    /// The addresses and responses of the files; those that failed are left out. In an ended fetch
    /// this waits for nothing.
    pub(crate) async fn responses(&self) -> Result<Vec<(String, Response)>> {
        let records: JsValue = global::settled(self.0.match_all()).await?;
        let mut arrived = Vec::new();
        for record in Array::from(&records) {
            let record: Record = record.unchecked_into();
            let url = record.request().url();
            match JsFuture::from(record.response_ready()).await {
                Ok(response) => arrived.push((url, Response::new(response.unchecked_into()))),
                Err(reason) => {
                    global::warn(&format!("{url} did not arrive: {}", Error::from(reason)))
                }
            }
        }
        Ok(arrived)
    }
}

impl BackgroundEvent {
    /// What the event is about.
    pub(crate) fn fetch(&self) -> Registration {
        Registration(self.registration())
    }

    /// Changes the title in the browser's own display: once, in success and fail events only.
    pub(crate) async fn set_title(&self, title: &str) -> Result<()> {
        let options = Object::new();
        Reflect::set(&options, &"title".into(), &title.into())?;
        JsFuture::from(self.update_ui(&options)?).await?;
        Ok(())
    }
}
