//! Requests and responses.

use std::cell::{Cell, RefCell};

use js_sys::{ArrayBuffer, Function, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, prelude::*};

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

/// Milliseconds that a body may be silent.
const SILENCE: f64 = 30_000.0;

/// Bytes that a read waits for at least: so few that a slow network still counts as one that answers, and
/// up to so many where they come quickly.
const LEAST_READ: u32 = 32 * 1024;
const LEAST_QUICK_READ: u32 = 256 * 1024;

/// Milliseconds within which a read is quick.
const QUICK: f64 = 100.0;

/// Bytes that a body of any length is read by.
const PIECE: u64 = 256 * 1024;

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

/// Bytes that stay in the browser's memory, out of wasm's.
#[derive(Clone, Debug)]
pub(crate) struct Bytes(pub(super) Uint8Array);

/// A body that the browser holds, possibly on disk.
#[derive(Clone, Debug)]
pub(crate) struct Blob(web_sys::Blob);

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
        let reader = self.reader()?;
        let pieces = js_sys::Array::new();
        loop {
            let (piece, filled) = reader.fill(Bytes::zeroed(PIECE), PIECE).await?;
            pieces.push(&piece.view(0, filled).0);
            if filled < PIECE {
                return Ok(Blob(web_sys::Blob::new_with_u8_array_sequence(&pieces)?));
            }
        }
    }

    /// The body as it arrives.
    pub(crate) fn reader(&self) -> Result<Reader> {
        let body = self
            .0
            .body()
            .ok_or_else(|| Error::other("a response without a body"))?;
        let get_reader: Function = Reflect::get(&body, &"getReader".into())?.unchecked_into();
        let options = Object::new();
        Reflect::set(&options, &"mode".into(), &"byob".into())?;
        // Not every engine's bodies are byte streams.
        let filling = get_reader.call1(&body, &options).ok();
        let fills_buffers = filling.is_some();
        let reader = match filling {
            Some(reader) => reader,
            None => get_reader.call0(&body)?,
        };
        let read = Reflect::get(&reader, &"read".into())?.unchecked_into();
        Ok(Reader {
            reader,
            read,
            fills_buffers,
            left: RefCell::new(None),
            least: Cell::new(LEAST_READ),
        })
    }

    /// Whether the response may be kept as this address's page: a 200 of our own, not redirected.
    pub(crate) fn is_page(&self) -> bool {
        self.status() == 200
            && !self.is_redirected()
            && self.0.type_() == web_sys::ResponseType::Basic
    }
}

impl Blob {
    /// One after another.
    pub(crate) fn join(parts: &[Blob]) -> Result<Self> {
        let parts: js_sys::Array = parts.iter().map(|part| &part.0).collect();
        Ok(Blob(web_sys::Blob::new_with_blob_sequence(&parts)?))
    }

    /// Its bytes, read into memory.
    pub(crate) async fn bytes(&self) -> Result<Bytes> {
        let buffer: JsValue = global::settled(self.0.array_buffer()).await?;
        Ok(Bytes(Uint8Array::new(&buffer)))
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a size is a whole number below 2^53"
    )]
    pub(crate) fn size(&self) -> u64 {
        self.0.size() as u64
    }

    /// The bytes from `start` to before `end`, without reading them.
    #[expect(
        clippy::cast_precision_loss,
        reason = "files are smaller than 2^53 bytes"
    )]
    pub(crate) fn slice(&self, start: u64, end: u64) -> Result<Self> {
        Ok(Blob(
            self.0.slice_with_f64_and_f64(start as f64, end as f64)?,
        ))
    }
}

impl Bytes {
    /// A buffer of zeros; at most 4 GiB.
    pub(crate) fn zeroed(length: u64) -> Self {
        Bytes(Uint8Array::new_with_length(
            u32::try_from(length).unwrap_or(u32::MAX),
        ))
    }

    /// A copy of bytes in wasm's memory.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        Bytes(Uint8Array::from(bytes))
    }

    /// A copy in wasm's memory.
    pub(crate) fn to_vec(&self) -> Vec<u8> {
        self.0.to_vec()
    }

    /// A copy that the browser holds outside this process: a sixth faster to store than a body of bytes.
    pub(crate) fn to_blob(&self) -> Result<Blob> {
        let parts = js_sys::Array::of1(&self.0);
        Ok(Blob(web_sys::Blob::new_with_u8_array_sequence(&parts)?))
    }

    pub(crate) fn len(&self) -> u64 {
        u64::from(self.0.length())
    }

    /// Copies `from` to the place `at`; it must fit.
    pub(crate) fn copy_in(&self, from: &Bytes, at: u64) {
        self.0.set(&from.0, u32::try_from(at).unwrap_or(u32::MAX));
    }

    /// A view of the bytes from `start` to before `end`.
    pub(crate) fn view(&self, start: u64, end: u64) -> Self {
        let cut = |at: u64| u32::try_from(at).unwrap_or(u32::MAX);
        Bytes(self.0.subarray(cut(start), cut(end)))
    }
}

/// Reads a body. Dropping it leaves the request running; stop that by its [`Stop`].
#[derive(Debug)]
pub(crate) struct Reader {
    reader: JsValue,
    read: Function,
    /// Whether the browser writes into our buffer, so that nothing is copied and nothing is left for
    /// the garbage collector.
    fills_buffers: bool,
    /// What a piece had too much for the last buffer.
    left: RefCell<Option<Bytes>>,
    /// What the next read waits for at least.
    least: Cell<u32>,
}

impl Reader {
    /// Reads so many bytes into the buffer, which must hold them, or all until the body ends. Returns
    /// the buffer, which may be another object, and how many of its bytes are now the body's.
    pub(crate) async fn fill(&self, mut buffer: Bytes, size: u64) -> Result<(Bytes, u64)> {
        let mut filled = 0;
        let mut ended = false;
        while filled < size && !ended {
            let more;
            if self.fills_buffers {
                (buffer, more, ended) = self.read_into(buffer, filled, size).await?;
            } else {
                (more, ended) = self.copy_piece(&buffer, filled, size).await?;
            }
            filled += more;
        }
        Ok((buffer, filled))
    }

    async fn settled_read(&self, promise: JsValue) -> Result<(JsValue, bool)> {
        let result = global::settled_within(promise.unchecked_ref(), SILENCE).await?;
        let done = Reflect::get(&result, &"done".into())?.is_truthy();
        Ok((Reflect::get(&result, &"value".into())?, done))
    }

    /// Lends the buffer's free part to the browser and takes it back. The last answer may hold bytes
    /// and be the end at once: the body had fewer left than were asked for.
    async fn read_into(&self, buffer: Bytes, filled: u64, size: u64) -> Result<(Bytes, u64, bool)> {
        let free = buffer.view(filled, size);
        // A few large answers rather than many small ones, where the browser knows `min`.
        let (least, began) = (self.least.get(), global::now());
        let options = Object::new();
        let min = free.0.length().min(least);
        Reflect::set(&options, &"min".into(), &min.into())?;
        let promise = self.read.call2(&self.reader, &free.0, &options)?;
        let (value, done) = self.settled_read(promise).await?;
        self.least.set(if global::now() - began < QUICK {
            LEAST_QUICK_READ.min(least * 2)
        } else {
            LEAST_READ
        });
        let written: Uint8Array = value.dyn_into().map_err(|_| Error::Aborted)?;
        let more = u64::from(written.length());
        Ok((Bytes(Uint8Array::new(&written.buffer())), more, done))
    }

    /// Copies what the next piece has to the buffer's free part.
    async fn copy_piece(&self, buffer: &Bytes, filled: u64, size: u64) -> Result<(u64, bool)> {
        let left = self.left.borrow_mut().take();
        let piece = match left {
            Some(left) => left,
            None => {
                let (value, done) = self.settled_read(self.read.call0(&self.reader)?).await?;
                if done {
                    return Ok((0, true));
                }
                Bytes(value.unchecked_into())
            }
        };
        let room = (size - filled).min(piece.len());
        buffer.copy_in(&piece.view(0, room), filled);
        if room < piece.len() {
            *self.left.borrow_mut() = Some(piece.view(room, piece.len()));
        }
        Ok((room, false))
    }
}
