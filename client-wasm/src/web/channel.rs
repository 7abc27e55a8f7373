//! The channel between all tabs and the worker.

use wasm_bindgen::prelude::*;

use super::error::Result;

/// One end of the channel. What it posts, it does not hear itself.
#[derive(Debug)]
pub(crate) struct Channel {
    raw: web_sys::BroadcastChannel,
    _listener: Option<Closure<dyn FnMut(web_sys::MessageEvent)>>,
}

impl Channel {
    pub(crate) fn open(name: &str) -> Result<Self> {
        Ok(Channel {
            raw: web_sys::BroadcastChannel::new(name)?,
            _listener: None,
        })
    }

    pub(crate) fn listen(name: &str, mut heard: impl FnMut(String) + 'static) -> Result<Self> {
        let raw = web_sys::BroadcastChannel::new(name)?;
        let listener = Closure::new(move |event: web_sys::MessageEvent| {
            if let Some(text) = event.data().as_string() {
                heard(text);
            }
        });
        raw.set_onmessage(Some(listener.as_ref().unchecked_ref()));
        Ok(Channel {
            raw,
            _listener: Some(listener),
        })
    }

    pub(crate) fn post(&self, text: &str) -> Result<()> {
        Ok(self.raw.post_message(&text.into())?)
    }
}
