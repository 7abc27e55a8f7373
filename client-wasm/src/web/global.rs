//! What page and worker both have in their global scope.

use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;

use js_sys::{Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::error::{Error, Result};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(callback: &js_sys::Function, milliseconds: f64) -> JsValue;
    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(timer: &JsValue);
    #[wasm_bindgen(js_namespace = console, js_name = warn)]
    fn console_warn(text: &str);
    #[wasm_bindgen(js_namespace = console, js_name = error)]
    fn console_error(text: &str);
}

/// A property of the global object, or of what it leads to: `get(&["location", "origin"])`.
pub(super) fn get(path: &[&str]) -> JsValue {
    let mut value: JsValue = js_sys::global().into();
    for name in path {
        value = Reflect::get(&value, &(*name).into()).unwrap_or(JsValue::UNDEFINED);
        if value.is_null() || value.is_undefined() {
            return JsValue::UNDEFINED;
        }
    }
    value
}

/// `https://example.com`, without a slash.
pub(crate) fn origin() -> String {
    get(&["location", "origin"]).as_string().unwrap_or_default()
}

/// The address of the page.
pub(crate) fn here() -> String {
    get(&["location", "href"]).as_string().unwrap_or_default()
}

/// A site path as the absolute URL that requests show; absolute URLs stay. Fragments are cut.
pub(crate) fn absolute(url: &str) -> String {
    match web_sys::Url::new_with_base(url, &origin()) {
        Ok(parsed) => {
            parsed.set_hash("");
            parsed.href()
        }
        Err(_) => url.to_owned(),
    }
}

/// The path of an absolute URL on this site's origin, without its query.
pub(crate) fn own_path(url: &str) -> Option<String> {
    let rest = url.strip_prefix(&origin())?;
    let path = rest.split(['?', '#']).next().unwrap_or_default();
    path.starts_with('/').then(|| path.to_owned())
}

/// Whether a URL or site path is on this site's origin.
pub(crate) fn is_own(url: &str) -> bool {
    own_path(&absolute(url)).is_some()
}

/// The host of a URL, for sentences.
pub(crate) fn host(url: &str) -> String {
    web_sys::Url::new_with_base(url, &origin())
        .map_or_else(|_| url.to_owned(), |parsed| parsed.host())
}

/// Whether the browser believes that it has a network. `true` says little; `false` is certain.
pub(crate) fn is_online() -> bool {
    get(&["navigator", "onLine"]).as_bool().unwrap_or(true)
}

/// Whether this is Firefox, for what it does differently and no feature test finds.
pub(super) fn is_firefox() -> bool {
    let agent = get(&["navigator", "userAgent"]);
    agent
        .as_string()
        .is_some_and(|agent| agent.contains("Firefox/"))
}

/// Milliseconds since 1970.
pub(crate) fn now() -> f64 {
    js_sys::Date::now()
}

/// A date in a header, in milliseconds since 1970.
pub(crate) fn parse_date(date: &str) -> Option<f64> {
    Some(js_sys::Date::parse(date)).filter(|date| !date.is_nan())
}

/// From 0 to 1.
pub(crate) fn random() -> f64 {
    js_sys::Math::random()
}

/// Resolves after so many milliseconds.
pub(crate) async fn sleep(milliseconds: f64) {
    let promise = Promise::new(&mut |resolve, _| {
        set_timeout(&resolve, milliseconds);
    });
    // The promise has no way to fail.
    let _ = JsFuture::from(promise).await;
}

/// Awaits a promise that an API of the browser returned.
pub(super) async fn settled<T: From<JsValue>>(promise: Promise) -> Result<T> {
    Ok(JsFuture::from(promise).await?.into())
}

/// Awaits a promise of some object, but not for ever: silence counts as a broken connection.
pub(super) async fn settled_within(promise: &Promise, milliseconds: f64) -> Result<JsValue> {
    let mut timer = JsValue::UNDEFINED;
    let silence = Promise::new(&mut |resolve, _| timer = set_timeout(&resolve, milliseconds));
    let first = JsFuture::from(Promise::race(&js_sys::Array::of2(promise, &silence))).await;
    clear_timeout(&timer);
    let value = first?;
    if value.is_undefined() {
        return Err(Error::Network(format!(
            "no answer for {} s",
            milliseconds / 1000.0
        )));
    }
    Ok(value)
}

/// Runs a task beside the current one.
pub(crate) fn spawn(task: impl Future<Output = ()> + 'static) {
    // Boxed, so that what runs tasks is compiled once and not for each of them.
    let task: Pin<Box<dyn Future<Output = ()>>> = Box::pin(task);
    wasm_bindgen_futures::spawn_local(task);
}

/// Runs a task beside the current one, for whoever waits in JavaScript.
pub(crate) fn promise(task: impl Future<Output = Result<JsValue>> + 'static) -> Promise {
    let task: Pin<Box<dyn Future<Output = Result<JsValue>>>> = Box::pin(task);
    wasm_bindgen_futures::future_to_promise(async move { Ok(task.await?) })
}

/// For whoever opens the developer tools.
pub(crate) fn warn(text: &str) {
    console_warn(&format!("Kinora: {text}"));
}

/// Puts a panic's words where they can be read, before the instance ends.
pub(crate) fn report_panics() {
    std::panic::set_hook(Box::new(|panic| console_error(&format!("Kinora: {panic}"))));
}

/// Work under way whose result several may wait for, with or without patience.
#[derive(Clone, Debug)]
pub(crate) struct Task<T> {
    result: Rc<RefCell<Option<T>>>,
    ended: Promise,
}

impl<T: 'static> Task<T> {
    /// Starts it.
    pub(crate) fn start(work: impl Future<Output = T> + 'static) -> Self {
        let result = Rc::new(RefCell::new(None));
        let slot = Rc::clone(&result);
        let ended = promise(async move {
            let value = work.await;
            *slot.borrow_mut() = Some(value);
            Ok(JsValue::UNDEFINED)
        });
        Task { result, ended }
    }

    /// Returns once it has ended.
    pub(crate) async fn ended(&self) {
        // The promise has no way to fail.
        let _ = JsFuture::from(self.ended.clone()).await;
    }

    /// Its result, if it ends within so many milliseconds. A result is handed out once.
    pub(crate) async fn within(&self, milliseconds: f64) -> Option<T> {
        let timer = Promise::new(&mut |resolve, _| {
            set_timeout(&resolve, milliseconds);
        });
        let _ = JsFuture::from(Promise::race(&js_sys::Array::of2(&self.ended, &timer))).await;
        self.result.borrow_mut().take()
    }

    /// Its result, however long it takes. A result is handed out once, so this takes the task.
    pub(crate) async fn result(self) -> T {
        loop {
            self.ended().await;
            if let Some(value) = self.result.borrow_mut().take() {
                return value;
            }
        }
    }
}
