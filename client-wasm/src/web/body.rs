//! Bodies: bytes, blobs, and what reads them as they arrive.

use std::cell::{Cell, RefCell};

use js_sys::{Function, Object, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, prelude::*};

use super::error::{Error, Result};
use super::global;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = ArrayBuffer)]
    type Weight;

    #[wasm_bindgen(constructor, js_class = "ArrayBuffer", catch)]
    fn new(length: f64) -> std::result::Result<Weight, JsValue>;
}

/// Milliseconds that a body may be silent.
pub(super) const SILENCE: f64 = 30_000.0;

/// Bytes that a read waits for at least: so few that a slow network still counts as one that answers, and
/// up to so many where they come quickly.
const LEAST_READ: u32 = 32 * 1024;
const LEAST_QUICK_READ: u32 = 256 * 1024;

/// Milliseconds within which a read is quick.
const QUICK: f64 = 100.0;

/// Bytes that a body of any length is read by.
const PIECE: u64 = 256 * 1024;

/// Bytes that stay in the browser's memory, out of wasm's.
#[derive(Clone, Debug)]
pub(crate) struct Bytes(pub(super) Uint8Array);

/// A body that the browser holds, possibly on disk.
#[derive(Clone, Debug)]
pub(crate) struct Blob(pub(super) web_sys::Blob);

impl Blob {
    /// One after another.
    pub(crate) fn join(parts: &[Blob]) -> Result<Self> {
        let parts: js_sys::Array = parts.iter().map(|part| &part.0).collect();
        Ok(Blob(web_sys::Blob::new_with_blob_sequence(&parts)?))
    }

    /// Lets the garbage collector feel the bytes, which the browser holds in another process until the
    /// blob is collected: without this, hundreds of dropped blobs keep gigabytes. A buffer that nobody
    /// touches takes no memory, but counts; four times the size keeps what waits near 100 MiB.
    pub(crate) fn weigh(&self) {
        // Where there is no room for the buffer, the next collection is due anyway.
        drop(Weight::new(4.0 * self.0.size()));
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
    pub(super) fn of(body: &web_sys::ReadableStream) -> Result<Self> {
        let get_reader: Function = Reflect::get(body, &"getReader".into())?.unchecked_into();
        let options = Object::new();
        Reflect::set(&options, &"mode".into(), &"byob".into())?;
        // Not every engine's bodies are byte streams.
        let filling = get_reader.call1(body, &options).ok();
        let fills_buffers = filling.is_some();
        let reader = match filling {
            Some(reader) => reader,
            None => get_reader.call0(body)?,
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

    /// All that is left of the body.
    pub(super) async fn rest(&self) -> Result<Blob> {
        let pieces = js_sys::Array::new();
        loop {
            let (piece, filled) = self.fill(Bytes::zeroed(PIECE), PIECE).await?;
            pieces.push(&piece.view(0, filled).0);
            if filled < PIECE {
                return Ok(Blob(web_sys::Blob::new_with_u8_array_sequence(&pieces)?));
            }
        }
    }

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
