//! A response body made on demand: the browser pulls, we look up the next piece.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Object, Promise, Reflect};
use wasm_bindgen::prelude::*;

use super::body::Bytes;
use super::error::{Error, Result};
use super::global;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = ReadableStream, extends = Object)]
    type PullStream;
    #[wasm_bindgen(constructor, js_class = "ReadableStream")]
    fn new(source: &Object) -> PullStream;
}

/// Where the pieces come from. A piece is asked for only when the reader wants it.
pub(crate) trait Pieces: 'static {
    /// The next piece, or `None` at the end.
    fn next(&mut self) -> impl Future<Output = Result<Option<Bytes>>>;
}

/// The closures that the browser may call for as long as the stream lives; emptied at its end.
type Keep = Rc<RefCell<Option<(Closure<dyn FnMut(JsValue) -> Promise>, Closure<dyn FnMut()>)>>>;

/// A stream of these pieces. Cancelling it, as every seek does, drops them.
pub(crate) fn stream(pieces: impl Pieces) -> Result<web_sys::ReadableStream> {
    let source = Object::new();
    let pieces = Rc::new(RefCell::new(Some(pieces)));
    let keep: Keep = Rc::new(RefCell::new(None));

    let (pulled, kept) = (Rc::clone(&pieces), Rc::clone(&keep));
    let pull = Closure::new(move |controller: JsValue| {
        let (pulled, kept) = (Rc::clone(&pulled), Rc::clone(&kept));
        global::promise(async move {
            let controller: web_sys::ReadableStreamDefaultController = controller.unchecked_into();
            // The browser never pulls again before the last pull's promise has settled; what is
            // taken out here is put back below unless a cancel came in between.
            let Some(mut source) = pulled.borrow_mut().take() else {
                return Ok(JsValue::UNDEFINED);
            };
            match source.next().await {
                Ok(Some(bytes)) => {
                    if kept.borrow().is_some() {
                        controller.enqueue_with_chunk(&bytes.0)?;
                        *pulled.borrow_mut() = Some(source);
                    }
                    Ok(JsValue::UNDEFINED)
                }
                Ok(None) => {
                    controller.close()?;
                    release(&kept);
                    Ok(JsValue::UNDEFINED)
                }
                Err(error) => {
                    release(&kept);
                    Err(error)
                }
            }
        })
    });
    let (cancelled, kept) = (pieces, Rc::clone(&keep));
    let cancel = Closure::new(move || {
        cancelled.borrow_mut().take();
        release(&kept);
    });
    Reflect::set(&source, &"pull".into(), pull.as_ref())?;
    Reflect::set(&source, &"cancel".into(), cancel.as_ref())?;
    *keep.borrow_mut() = Some((pull, cancel));
    let stream = PullStream::new(&source);
    stream
        .dyn_into()
        .map_err(|_| Error::other("this browser has no streams"))
}

/// Drops the closures, but not while one of them is on the stack.
fn release(keep: &Keep) {
    if let Some(closures) = keep.borrow_mut().take() {
        wasm_bindgen_futures::spawn_local(async move { drop(closures) });
    }
}
