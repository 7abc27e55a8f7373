//! Requests and responses.

use js_sys::{ArrayBuffer, Promise, Uint8Array};
use wasm_bindgen::{JsCast, prelude::*};

use super::body::{Blob, Bytes, Reader, SILENCE};
use super::error::{Error, Result};
use super::global;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = fetch)]
    fn fetch_request(request: &web_sys::Request) -> Promise;
}

/// What stops requests that are under way.
#[derive(Clone, Debug)]
pub(crate) struct Stop(web_sys::AbortController);

impl Stop {
    pub(crate) fn new() -> Result<Self> {
        Ok(Stop(web_sys::AbortController::new()?))
    }

    /// Ends the requests; whoever waits for them gets [`Error::Aborted`].
    pub(crate) fn now(&self) {
        self.0.abort();
    }

    pub(crate) fn is_asked(&self) -> bool {
        self.0.signal().aborted()
    }
}

/// Milliseconds that an answer's headers may take.
const PATIENCE: f64 = 30_000.0;

/// How a request is made.
#[derive(Debug, Default)]
pub(crate) struct Options<'a> {
    pub(crate) method: Option<&'a str>,
    pub(crate) headers: Vec<(&'a str, String)>,
    pub(crate) stop: Option<&'a Stop>,
    /// Only whether there is an answer at all: the response is opaque.
    pub(crate) no_cors: bool,
    /// How many milliseconds the answer's headers may take; [`PATIENCE`] unless told otherwise.
    pub(crate) patience: Option<f64>,
    /// The browser's HTTP cache may answer: for addresses that name their content.
    pub(crate) immutable: bool,
}

/// Asks the network, past the browser's HTTP cache unless told otherwise.
pub(crate) async fn fetch(url: &str, options: Options<'_>) -> Result<Response> {
    let init = web_sys::RequestInit::new();
    init.set_method(options.method.unwrap_or("GET"));
    init.set_mode(if options.no_cors {
        web_sys::RequestMode::NoCors
    } else {
        web_sys::RequestMode::Cors
    });
    if !options.immutable {
        // Media are large and come with validators of their own; a second copy helps nobody.
        init.set_cache(web_sys::RequestCache::NoStore);
    }
    if let Some(stop) = options.stop {
        init.set_signal(Some(&stop.0.signal()));
    }
    let headers = web_sys::Headers::new()?;
    for (name, value) in &options.headers {
        headers.set(name, value)?;
    }
    init.set_headers(&headers);
    let request = web_sys::Request::new_with_str_and_init(url, &init)?;
    let patience = options.patience.unwrap_or(PATIENCE);
    let answer = global::settled_within(&fetch_request(&request), patience).await?;
    Ok(Response::new(answer.unchecked_into()))
}

/// A request that a page made.
#[derive(Clone, Debug)]
pub(crate) struct Request(web_sys::Request);

impl Request {
    pub(super) fn new(raw: web_sys::Request) -> Self {
        Request(raw)
    }

    /// Without the fragment.
    pub(crate) fn url(&self) -> String {
        let url = self.0.url();
        url.split('#').next().unwrap_or_default().to_owned()
    }

    pub(crate) fn header(&self, name: &str) -> Option<String> {
        self.0.headers().get(name).ok().flatten()
    }

    pub(crate) fn is_navigation(&self) -> bool {
        self.0.mode() == web_sys::RequestMode::Navigate
    }

    /// Lets the browser answer it as if there were no worker.
    pub(crate) async fn ask_network(&self) -> Result<Response> {
        Ok(Response::new(
            global::settled::<JsValue>(fetch_request(&self.0))
                .await?
                .unchecked_into(),
        ))
    }
}

/// A response, from wherever.
#[derive(Clone, Debug)]
pub(crate) struct Response(web_sys::Response);

fn response_init(status: u16, headers: &[(&str, &str)]) -> Result<web_sys::ResponseInit> {
    let init = web_sys::ResponseInit::new();
    init.set_status(status);
    let map = web_sys::Headers::new()?;
    for (name, value) in headers {
        map.set(name, value)?;
    }
    init.set_headers(&map);
    Ok(init)
}

impl Response {
    pub(super) fn new(raw: web_sys::Response) -> Self {
        Response(raw)
    }

    /// For the browser.
    pub(crate) fn into_raw(self) -> web_sys::Response {
        self.0
    }

    pub(super) fn raw(&self) -> &web_sys::Response {
        &self.0
    }

    /// A response without a body.
    pub(crate) fn empty(status: u16, headers: &[(&str, &str)]) -> Result<Self> {
        Ok(Response(web_sys::Response::new_with_opt_str_and_init(
            None,
            &response_init(status, headers)?,
        )?))
    }

    /// A response from a stored body.
    pub(crate) fn from_blob(blob: &Blob, status: u16, headers: &[(&str, &str)]) -> Result<Self> {
        Ok(Response(web_sys::Response::new_with_opt_blob_and_init(
            Some(&blob.0),
            &response_init(status, headers)?,
        )?))
    }

    /// The same answer with this body.
    pub(crate) fn with_body(&self, body: &Blob) -> Result<Self> {
        let init = web_sys::ResponseInit::new();
        init.set_status(self.status());
        init.set_headers(&self.0.headers());
        Ok(Response(web_sys::Response::new_with_opt_blob_and_init(
            Some(&body.0),
            &init,
        )?))
    }

    /// A response whose body is written as it is read.
    pub(crate) fn from_stream(
        stream: &web_sys::ReadableStream,
        status: u16,
        headers: &[(&str, &str)],
    ) -> Result<Self> {
        let init = response_init(status, headers)?;
        Ok(Response(
            web_sys::Response::new_with_opt_readable_stream_and_init(Some(stream), &init)?,
        ))
    }

    /// A page that sends the browser elsewhere on this site.
    pub(crate) fn redirect(to: &str) -> Result<Self> {
        Ok(Response(web_sys::Response::redirect_with_status(to, 302)?))
    }

    pub(crate) fn status(&self) -> u16 {
        self.0.status()
    }

    pub(crate) fn is_ok(&self) -> bool {
        self.0.ok()
    }

    pub(crate) fn is_redirected(&self) -> bool {
        self.0.redirected()
    }

    /// `None` also where another origin does not expose it.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        self.0.headers().get(name).ok().flatten()
    }

    pub(crate) fn content_length(&self) -> Option<u64> {
        self.header("content-length")?.trim().parse().ok()
    }

    pub(crate) fn duplicate(&self) -> Result<Self> {
        Ok(Response(self.0.clone()?))
    }

    pub(crate) async fn blob(&self) -> Result<Blob> {
        let blob: JsValue = global::settled(self.0.blob()?).await?;
        Ok(Blob(blob.unchecked_into()))
    }

    pub(crate) async fn bytes(&self) -> Result<Bytes> {
        let buffer: JsValue = global::settled(self.0.array_buffer()?).await?;
        Ok(Bytes(Uint8Array::new(
            &buffer.unchecked_into::<ArrayBuffer>(),
        )))
    }

    pub(crate) async fn text(&self) -> Result<String> {
        let text: JsValue = global::settled(self.0.text()?).await?;
        text.as_string()
            .ok_or_else(|| Error::other("a body that is no text"))
    }

    /// The body from the network: a silence ends it, which nothing else does where a connection hangs.
    pub(crate) async fn arriving_blob(&self) -> Result<Blob> {
        self.reader()?.rest().await
    }

    /// Gives up the body, and the request with it.
    pub(crate) fn cancel(&self) {
        if let Some(body) = self.0.body() {
            // Its failure, where the body has failed already, is nobody's concern.
            let _: Promise = body.cancel();
        }
    }

    /// The body from a network that is quick: the browser takes it without showing it to scripts. All of
    /// it must come within the time that a body may be silent.
    pub(crate) async fn unseen_blob(&self) -> Result<Blob> {
        let blob = global::settled_within(&self.0.blob()?, SILENCE).await?;
        Ok(Blob(blob.unchecked_into()))
    }

    /// The body as it arrives.
    pub(crate) fn reader(&self) -> Result<Reader> {
        let body = self.0.body();
        Reader::of(&body.ok_or_else(|| Error::other("a response without a body"))?)
    }

    /// Whether the response may be kept as this address's page: a 200 of our own, not redirected.
    pub(crate) fn is_page(&self) -> bool {
        self.status() == 200
            && !self.is_redirected()
            && self.0.type_() == web_sys::ResponseType::Basic
    }
}
