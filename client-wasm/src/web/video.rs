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

/// One track of captions or subtitles.
#[derive(Debug)]
pub(crate) struct Captions {
    pub(crate) label: String,
    pub(crate) language: String,
    pub(crate) is_on: bool,
}

/// Sets a cue's line, counted from the last one up, so that all its lines stand above `share` of the
/// picture. A mark tells our own lines from the author's. `false` where nothing changes.
fn lift(cue: &JsValue, share: f64) -> bool {
    /// What a browser's line of captions takes of the picture's height, with some room.
    const LINE: f64 = 0.058;
    let (line, mark): (JsValue, JsValue) = ("line".into(), "kinora".into());
    let place = Reflect::get(cue, &line).unwrap_or_default();
    let is_ours = Reflect::get(cue, &mark).is_ok_and(|mark| mark.is_truthy());
    if !is_ours && place.as_string().as_deref() != Some("auto") {
        return false;
    }
    let text = Reflect::get(cue, &"text".into()).ok();
    let text = text.and_then(|text| text.as_string()).unwrap_or_default();
    let wanted: JsValue = if share > 0.0 {
        let lines = u16::try_from(text.lines().count()).unwrap_or(1);
        (-f64::from(lines) - (share / LINE).ceil()).into()
    } else {
        "auto".into()
    };
    place != wanted
        && Reflect::set(cue, &line, &wanted).is_ok()
        && Reflect::set(cue, &mark, &(share > 0.0).into()).is_ok()
}

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

impl Video {
    pub(crate) fn of(element: &Element) -> Option<Self> {
        element.0.dyn_ref().cloned().map(Video)
    }

    pub(crate) fn as_element(&self) -> Element {
        Element(self.0.clone().unchecked_into())
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
        for source in self.as_element().find_all("source") {
            source.remove();
        }
        self.0.set_src(url);
        self.0.load();
    }

    /// Plays this address, whatever the `<source>` elements say.
    pub(super) fn set_source(&self, url: &str) {
        self.0.set_src(url);
    }

    pub(super) fn element(&self) -> &web_sys::HtmlVideoElement {
        &self.0
    }

    pub(super) fn raw(&self) -> JsValue {
        self.0.clone().into()
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

    /// The speed that the person chose; the current one may differ for a moment.
    pub(crate) fn chosen_rate(&self) -> f64 {
        self.0.default_playback_rate()
    }

    /// Sets the speed, for what is loaded later too.
    pub(crate) fn set_rate(&self, rate: f64) {
        self.0.set_default_playback_rate(rate);
        self.0.set_playback_rate(rate);
    }

    pub(crate) fn volume(&self) -> f64 {
        self.0.volume()
    }

    pub(crate) fn set_volume(&self, volume: f64) {
        self.0.set_volume(volume.clamp(0.0, 1.0));
    }

    pub(crate) fn has_ended(&self) -> bool {
        self.0.ended()
    }

    /// Whether what comes next is there.
    pub(crate) fn can_go_on(&self) -> bool {
        self.0.ready_state() >= web_sys::HtmlMediaElement::HAVE_FUTURE_DATA
    }

    /// Until when it can be played from the current time on, in seconds.
    pub(crate) fn buffered_until(&self) -> f64 {
        let (ranges, now) = (self.0.buffered(), self.time());
        (0..ranges.length())
            .filter_map(|at| Some((ranges.start(at).ok()?, ranges.end(at).ok()?)))
            .find(|(start, end)| *start <= now && now <= *end)
            .map_or(now, |(_, end)| end)
    }

    /// Captions and subtitles, in the browser's order.
    fn text_tracks(&self) -> Vec<web_sys::TextTrack> {
        let Some(tracks) = self.0.text_tracks() else {
            return Vec::new();
        };
        let kind = |track: &web_sys::TextTrack| Reflect::get(track, &"kind".into());
        (0..tracks.length())
            .filter_map(|at| Reflect::get_u32(&tracks, at).ok()?.dyn_into().ok())
            .filter(|track| {
                kind(track)
                    .ok()
                    .and_then(|kind| kind.as_string())
                    .is_some_and(|kind| kind == "captions" || kind == "subtitles")
            })
            .collect()
    }

    pub(crate) fn captions(&self) -> Vec<Captions> {
        let captions = |track: &web_sys::TextTrack| Captions {
            label: track.label(),
            language: track.language(),
            is_on: track.mode() == web_sys::TextTrackMode::Showing,
        };
        self.text_tracks().iter().map(captions).collect()
    }

    /// Shows the captions at this place of [`Self::captions`] and no others.
    pub(crate) fn show_captions(&self, index: Option<usize>) {
        for (at, track) in self.text_tracks().iter().enumerate() {
            track.set_mode(if Some(at) == index {
                web_sys::TextTrackMode::Showing
            } else {
                web_sys::TextTrackMode::Disabled
            });
        }
    }

    /// Moves the captions that are shown now up by a share of the picture, or back. Only those whose place
    /// the author left open.
    pub(crate) fn lift_captions(&self, share: f64) {
        for track in self.text_tracks() {
            let cues = track.active_cues();
            let is_shown = track.mode() == web_sys::TextTrackMode::Showing;
            let Some(cues) = cues.filter(|_| is_shown) else {
                continue;
            };
            let cues = (0..cues.length()).filter_map(|at| Reflect::get_u32(&cues, at).ok());
            if cues.filter(|cue| lift(cue, share)).count() > 0 {
                // Chromium draws a cue that is shown already in its new place only then.
                track.set_mode(web_sys::TextTrackMode::Hidden);
                track.set_mode(web_sys::TextTrackMode::Showing);
            }
        }
    }

    /// Listens for captions that come, go, or are turned on or off.
    pub(crate) fn on_captions_change(&self, heard: impl FnMut() + 'static) {
        let Some(tracks) = self.0.text_tracks() else {
            return;
        };
        let listener = Closure::<dyn FnMut()>::new(heard).into_js_value();
        for event in ["addtrack", "removetrack", "change"] {
            // Adding a listener fails for no event.
            let _ = tracks.add_event_listener_with_callback(event, listener.unchecked_ref());
        }
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
        self.as_element().on(event, heard);
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
