//! What only pages have: their worker, the mirror of the theme, scripts, names for people.

use std::cmp::Ordering;

use js_sys::Reflect;
use wasm_bindgen::{JsCast, prelude::*};
use wasm_bindgen_futures::JsFuture;

use super::dom::Element;
use super::error::{Error, Result};
use super::fetch::Response;
use super::global;

/// Where the theme is mirrored for the script that sets it before the first paint.
const THEME_MIRROR: &str = "kinora-theme";

fn window() -> web_sys::Window {
    js_sys::global().unchecked_into()
}

/// The languages that the person reads, the best first, as BCP 47 tags.
pub(crate) fn languages() -> Vec<String> {
    let languages = window().navigator().languages();
    languages.iter().filter_map(|tag| tag.as_string()).collect()
}

/// The page's registration of the worker.
#[derive(Clone, Debug)]
pub(crate) struct Worker(pub(super) web_sys::ServiceWorkerRegistration);

impl Worker {
    /// Registers the worker; returns once it is active.
    pub(crate) async fn register() -> Result<Self> {
        let container = global::get(&["navigator", "serviceWorker"]);
        if container.is_undefined() {
            return Err(Error::other(
                "this browser has no service workers here; they need HTTPS, and no private window in some browsers",
            ));
        }
        let container: web_sys::ServiceWorkerContainer = container.unchecked_into();
        global::settled::<JsValue>(container.register("/sw.js")).await?;
        let ready: JsValue = global::settled(container.ready()?).await?;
        Ok(Worker(ready.unchecked_into()))
    }

    /// Posts to the active worker, whether or not it controls this page.
    pub(crate) fn post(&self, text: &str) -> Result<()> {
        let worker = self
            .0
            .active()
            .ok_or_else(|| Error::other("the worker is being replaced; try again"))?;
        Ok(worker.post_message(&text.into())?)
    }

    pub(crate) async fn start_background_fetch(
        &self,
        id: &str,
        urls: &[String],
        title: &str,
        icons: &[super::background_fetch::Icon<'_>],
        total: u64,
    ) -> Result<()> {
        super::background_fetch::start(&self.0, id, urls, title, icons, total)
            .await
            .map(drop)
    }

    pub(crate) async fn background_fetch(
        &self,
        id: &str,
    ) -> Result<Option<super::background_fetch::Registration>> {
        super::background_fetch::find(&self.0, id).await
    }
}

/// Mirrors the theme; where the browser refuses, the page shows the system's first.
pub(crate) fn mirror_theme(theme: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        let _ = if theme == "system" {
            storage.remove_item(THEME_MIRROR)
        } else {
            storage.set_item(THEME_MIRROR, theme)
        };
    }
}

/// What this tab remembers until it is closed.
pub(crate) fn recall(name: &str) -> Option<String> {
    window().session_storage().ok()??.get_item(name).ok()?
}

/// Remembers something until this tab is closed; where the browser refuses, it is forgotten.
pub(crate) fn remember(name: &str, value: &str) {
    if let Ok(Some(storage)) = window().session_storage() {
        let _ = storage.set_item(name, value);
    }
}

/// The order of two titles, as people sort them: "Part 2" before "Part 10".
pub(crate) fn compare(a: &str, b: &str) -> Ordering {
    let a: js_sys::JsString = a.into();
    let options = js_sys::Object::new();
    // Setting a property of a fresh object does not fail.
    let _ = Reflect::set(&options, &"numeric".into(), &true.into());
    // No list of locales: the browser's own.
    a.locale_compare(b, &js_sys::Array::new(), &options).cmp(&0)
}

/// Returns when the browser has nothing better to do.
pub(crate) async fn idle() {
    let Ok(idle) = global::get(&["requestIdleCallback"]).dyn_into::<js_sys::Function>() else {
        // Safari has no such thing.
        return global::sleep(20.0).await;
    };
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        let _ = idle.call1(&JsValue::UNDEFINED, &resolve);
    });
    // The promise has no way to fail.
    let _ = JsFuture::from(promise).await;
}

/// Returns once some of the element is on the screen.
pub(crate) async fn seen(element: &Element) {
    let mut observer = None;
    let seen = js_sys::Promise::new(&mut |resolve, _| {
        let look = Closure::<dyn FnMut(js_sys::Array)>::new(move |entries: js_sys::Array| {
            let is_seen = |entry: JsValue| {
                Reflect::get(&entry, &"isIntersecting".into()).is_ok_and(|seen| seen.is_truthy())
            };
            if entries.iter().any(is_seen) {
                let _ = resolve.call0(&JsValue::UNDEFINED);
            }
        });
        let look = look.into_js_value();
        observer = web_sys::IntersectionObserver::new(look.unchecked_ref()).ok();
        if let Some(observer) = &observer {
            observer.observe(&element.0);
        }
    });
    // The promise has no way to fail.
    let _ = JsFuture::from(seen).await;
    if let Some(observer) = observer {
        observer.disconnect();
    }
}

/// How long a saved file stays readable, in milliseconds: browsers read it after the click.
const SAVING: f64 = 60_000.0;

/// Lets the browser save a body as a file of the person's own.
pub(crate) async fn save(response: &Response, name: &str) -> Result<()> {
    let blob: JsValue = global::settled(response.raw().blob()?).await?;
    let url = web_sys::Url::create_object_url_with_blob(blob.unchecked_ref())?;
    let document: web_sys::Document = global::get(&["document"]).unchecked_into();
    let link: web_sys::HtmlElement = document.create_element("a")?.unchecked_into();
    link.set_attribute("href", &url)?;
    link.set_attribute("download", name)?;
    link.click();
    global::spawn(async move {
        global::sleep(SAVING).await;
        let _ = web_sys::Url::revoke_object_url(&url);
    });
    Ok(())
}

/// Calls back again and again while the page is open.
pub(crate) fn every(milliseconds: i32, beat: impl FnMut() + 'static) {
    let callback = Closure::<dyn FnMut()>::new(beat).into_js_value();
    let _ = window().set_interval_with_callback_and_timeout_and_arguments_0(
        callback.unchecked_ref(),
        milliseconds,
    );
}

/// Whether the browser lets pages open a picture-in-picture window.
pub(crate) fn has_picture_in_picture() -> bool {
    let document = global::get(&["document"]);
    Reflect::get(&document, &"pictureInPictureEnabled".into())
        .is_ok_and(|enabled| enabled.is_truthy())
}

/// Runs a script of this site; returns once it has run.
pub(crate) async fn load_script(url: &str) -> Result<()> {
    let document: web_sys::Document = global::get(&["document"]).unchecked_into();
    let script: web_sys::HtmlScriptElement = document.create_element("script")?.unchecked_into();
    script.set_src(url);
    let ended = js_sys::Promise::new(&mut |resolve, reject| {
        script.set_onload(Some(&resolve));
        script.set_onerror(Some(&reject));
    });
    if let Some(head) = document.head() {
        head.append_child(&script)?;
    }
    let loaded = JsFuture::from(ended).await.map(drop);
    loaded.map_err(|_| Error::Network("its script could not be loaded".to_owned()))
}

/// A language's own name, in that language: `Deutsch` for `de`.
pub(crate) fn language_name(tag: &str) -> Option<String> {
    let options = js_sys::Object::new();
    Reflect::set(&options, &"type".into(), &"language".into()).ok()?;
    let names: js_sys::Function = global::get(&["Intl", "DisplayNames"]).dyn_into().ok()?;
    let names = Reflect::construct(&names, &js_sys::Array::of2(&tag.into(), &options)).ok()?;
    let of: js_sys::Function = Reflect::get(&names, &"of".into()).ok()?.dyn_into().ok()?;
    let name = of.call1(&names, &tag.into()).ok()?.as_string()?;
    // The browser knows the cases of all letters; in the wasm their table would be 16 KB.
    let mut letters = name.chars();
    let first = js_sys::JsString::from(letters.next()?.to_string());
    let first = first.to_locale_upper_case(Some(tag));
    Some(String::from(first) + letters.as_str())
}
