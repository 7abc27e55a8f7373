//! The page's `<video>`.

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast, prelude::*};
use wasm_bindgen_futures::JsFuture;

use super::dom::Element;
use super::error::{Error, Result};
use super::global;

/// A video element.
#[derive(Clone, Debug)]
pub(crate) struct Video(web_sys::HtmlVideoElement);

/// Whether this browser believes that it can play a MIME type, without an element.
pub(crate) fn can_play(kind: &str) -> bool {
    let document: web_sys::Document = global::get(&["document"]).unchecked_into();
    let probe = document
        .create_element("video")
        .ok()
        .and_then(|probe| probe.dyn_into::<web_sys::HtmlVideoElement>().ok());
    // A source without a type may be anything; the browser finds out by trying.
    kind.is_empty() || probe.is_some_and(|probe| !probe.can_play_type(kind).is_empty())
}

/// Whether this browser takes media piece by piece: Media Source Extensions.
pub(crate) fn can_stream() -> bool {
    global::get(&["MediaSource"]).is_function()
}

/// Whether it takes pieces of this MIME type.
pub(crate) fn can_append(kind: &str) -> bool {
    can_stream() && web_sys::MediaSource::is_type_supported(kind)
}

impl Video {
    pub(crate) fn of(element: &Element) -> Option<Self> {
        element.0.dyn_ref().cloned().map(Video)
    }

    /// The source that the browser chose and has read the beginning of.
    pub(crate) fn proven_source(&self) -> Option<String> {
        (self.0.ready_state() >= web_sys::HtmlMediaElement::HAVE_METADATA)
            .then(|| self.current_source())
    }

    /// The source that the browser is at, proven or not, without a place in it.
    pub(crate) fn current_source(&self) -> String {
        global::absolute(&self.0.current_src())
    }

    /// Whether playback has begun or is about to.
    pub(crate) fn is_started(&self) -> bool {
        !self.0.paused() || self.0.current_time() > 0.0
    }

    pub(crate) fn is_paused(&self) -> bool {
        self.0.paused()
    }

    /// Plays nothing but this source, from the beginning.
    pub(crate) fn play_only(&self, url: &str) {
        for source in Element(self.0.clone().unchecked_into()).find_all("source") {
            source.remove();
        }
        self.0.set_src(url);
        self.0.load();
    }

    /// Starts to play; fails where the browser wants the person to press something first.
    pub(crate) async fn play(&self) -> Result<()> {
        JsFuture::from(self.0.play()?).await?;
        Ok(())
    }

    pub(crate) fn pause(&self) {
        let _ = self.0.pause();
    }

    pub(crate) fn set_muted(&self, muted: bool) {
        self.0.set_muted(muted);
    }

    pub(crate) fn is_muted(&self) -> bool {
        self.0.muted()
    }

    pub(crate) fn set_controls(&self, shown: bool) {
        self.0.set_controls(shown);
    }

    pub(crate) fn time(&self) -> f64 {
        self.0.current_time()
    }

    pub(crate) fn seek(&self, seconds: f64) {
        let duration = self.0.duration();
        let end = if duration.is_finite() {
            duration
        } else {
            f64::MAX
        };
        self.0.set_current_time(seconds.clamp(0.0, end));
    }

    /// In seconds; `None` until it is known.
    pub(crate) fn duration(&self) -> Option<f64> {
        Some(self.0.duration()).filter(|duration| duration.is_finite())
    }

    pub(crate) fn rate(&self) -> f64 {
        self.0.playback_rate()
    }

    pub(crate) fn focus(&self) {
        let _ = self.0.focus();
    }

    /// Why nothing can be played, if so.
    pub(crate) fn has_failed(&self) -> bool {
        self.0.error().is_some()
            || self.0.network_state() == web_sys::HtmlMediaElement::NETWORK_NO_SOURCE
    }

    pub(crate) fn on(&self, event: &str, heard: impl FnMut() + 'static) {
        Element(self.0.clone().unchecked_into()).on(event, heard);
    }

    /// Opens the picture-in-picture window, or closes it.
    pub(crate) async fn toggle_picture_in_picture(&self) -> Result<()> {
        let document = global::get(&["document"]);
        let open = Reflect::get(&document, &"pictureInPictureElement".into())?;
        let (target, method) = if open.is_null() || open.is_undefined() {
            (JsValue::from(&self.0), "requestPictureInPicture")
        } else {
            (document, "exitPictureInPicture")
        };
        let call: Function = Reflect::get(&target, &method.into())?
            .dyn_into()
            .map_err(|_| Error::other("no picture-in-picture"))?;
        let promise: Promise = call.call0(&target)?.unchecked_into();
        JsFuture::from(promise).await?;
        Ok(())
    }
}
