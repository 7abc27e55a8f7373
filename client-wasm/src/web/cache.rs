//! Cache Storage.

use js_sys::{Array, Promise};
use wasm_bindgen::{JsCast, prelude::*};
use wasm_bindgen_futures::JsFuture;

use super::error::{Error, Result};
use super::fetch::Response;
use super::global;

fn storage() -> Result<web_sys::CacheStorage> {
    let caches = global::get(&["caches"]);
    if caches.is_undefined() {
        return Err(Error::other(
            "this browser offers no storage for downloads here; open the site over HTTPS",
        ));
    }
    Ok(caches.unchecked_into())
}

/// One open cache.
#[derive(Clone, Debug)]
pub(crate) struct Cache(web_sys::Cache);

/// A put under way; it counts once [`Put::done`] has returned.
#[derive(Debug)]
pub(crate) struct Put(Promise);

/// Opens a cache, making it where it does not exist.
pub(crate) async fn open(name: &str) -> Result<Cache> {
    let cache: JsValue = global::settled(storage()?.open(name)).await?;
    Ok(Cache(cache.unchecked_into()))
}

/// The entry of this address in this cache, in one step: opening the cache first would cost every
/// read of a playing video another round trip to the browser's process.
pub(crate) async fn find_in(name: &str, url: &str) -> Result<Option<Response>> {
    let options = by_address();
    options.set_cache_name(name);
    let found: JsValue =
        global::settled(storage()?.match_with_str_and_options(url, &options)).await?;
    Ok(found.dyn_into().ok().map(Response::new))
}

/// The names of all caches of this origin.
pub(crate) async fn names() -> Result<Vec<String>> {
    let names: JsValue = global::settled(storage()?.keys()).await?;
    Ok(Array::from(&names)
        .iter()
        .filter_map(|name| name.as_string())
        .collect())
}

/// Deletes a cache's entries, then the cache: deleting the cache alone frees no space for as long as
/// any handle to it lives.
pub(crate) async fn delete(name: &str) -> Result<()> {
    if !names().await?.iter().any(|existing| existing == name) {
        return Ok(());
    }
    open(name).await?.delete_where(|_| true).await?;
    JsFuture::from(storage()?.delete(name)).await?;
    Ok(())
}

fn by_address() -> web_sys::CacheQueryOptions {
    let options = web_sys::CacheQueryOptions::new();
    options.set_ignore_vary(true);
    options
}

impl Cache {
    /// The entry of this address.
    pub(crate) async fn find(&self, url: &str) -> Result<Option<Response>> {
        let found: JsValue =
            global::settled(self.0.match_with_str_and_options(url, &by_address())).await?;
        Ok(found.dyn_into().ok().map(Response::new))
    }

    /// Stores a response, reading its body to the end.
    pub(crate) async fn put(&self, url: &str, response: &Response) -> Result<()> {
        self.start_put(url, response).done().await
    }

    /// Begins to store a response.
    pub(crate) fn start_put(&self, url: &str, response: &Response) -> Put {
        Put(self.0.put_with_str(url, response.raw()))
    }

    /// The addresses of all entries.
    pub(crate) async fn keys(&self) -> Result<Vec<String>> {
        let requests: JsValue = global::settled(self.0.keys()).await?;
        Ok(Array::from(&requests)
            .iter()
            .map(|request| request.unchecked_into::<web_sys::Request>().url())
            .collect())
    }

    /// Deletes the entries whose address passes.
    pub(crate) async fn delete_where(&self, wanted: impl Fn(&str) -> bool) -> Result<()> {
        let deletions: Array = self
            .keys()
            .await?
            .iter()
            .filter(|url| wanted(url))
            .map(|url| self.0.delete_with_str_and_options(url, &by_address()))
            .collect();
        JsFuture::from(Promise::all(&deletions)).await?;
        Ok(())
    }
}

impl Put {
    /// Returns once the entry is stored.
    pub(crate) async fn done(self) -> Result<()> {
        JsFuture::from(self.0).await?;
        Ok(())
    }
}
