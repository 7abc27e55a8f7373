//! Media Source Extensions for one fragmented file, read from its start: what is encrypted plays no
//! other way in Firefox. <https://www.w3.org/TR/media-source-2/>

use js_sys::Promise;
use wasm_bindgen_futures::JsFuture;

use super::body::{Bytes, Reader};
use super::error::{Error, Result};
use super::fetch::{self, Options};
use super::global;
use super::video::Video;

/// Bytes that are read and appended at once.
const PIECE: u64 = 512 * 1024;

/// Seconds ahead of the playhead that are kept; the rest of the file waits.
const AHEAD: f64 = 60.0;

/// Seconds behind the playhead that stay when the browser wants memory back.
const BEHIND: f64 = 20.0;

/// Milliseconds between two looks whether more is wanted.
const GLANCE: f64 = 250.0;

/// One file on its way into the video.
#[derive(Debug)]
struct Feed {
    video: Video,
    /// What the video shows while this feed is the one it plays.
    address: String,
    source: web_sys::MediaSource,
    buffer: web_sys::SourceBuffer,
    reader: Reader,
}

/// Whether this browser takes media piece by piece.
pub(crate) fn is_supported() -> bool {
    global::get(&["MediaSource"]).is_function()
}

/// Whether it takes pieces of this MIME type.
pub(crate) fn takes(kind: &str) -> bool {
    is_supported() && web_sys::MediaSource::is_type_supported(kind)
}

/// Plays a fragmented file of the type `kind`. Returns once its first part is there; what fails after
/// that ends the video with an error.
pub(crate) async fn play(video: &Video, url: &str, kind: &str) -> Result<()> {
    if !takes(kind) {
        return Err(Error::other(format!("this browser does not play {kind}")));
    }
    let response = fetch::fetch(url, Options::default()).await?;
    if !response.is_ok() {
        let status = response.status();
        return Err(Error::other(format!("{url} answered {status}")));
    }
    let source = web_sys::MediaSource::new()?;
    let address = web_sys::Url::create_object_url_with_source(&source)?;
    video.set_source(&address);
    event(&source, "sourceopen").await;
    let buffer = source.add_source_buffer(kind)?;
    let mut feed = Feed {
        video: video.clone(),
        address,
        source,
        buffer,
        reader: response.reader()?,
    };
    if feed.append_piece().await? {
        global::spawn(async move {
            if let Err(reason) = feed.finish().await {
                global::warn(&format!("the encrypted file breaks off: {reason}"));
                let network = web_sys::MediaSourceEndOfStreamError::Network;
                let _ = feed.source.end_of_stream_with_error(network);
            }
        });
    } else {
        feed.source.end_of_stream()?;
    }
    Ok(())
}

impl Feed {
    /// Appends the rest as the playhead comes near, for as long as the video plays this.
    async fn finish(&mut self) -> Result<()> {
        loop {
            while self.video.buffered_until() - self.video.time() > AHEAD {
                global::sleep(GLANCE).await;
                if !self.is_playing() {
                    return Ok(());
                }
            }
            if !self.append_piece().await? {
                return Ok(self.source.end_of_stream()?);
            }
            if !self.is_playing() {
                return Ok(());
            }
        }
    }

    fn is_playing(&self) -> bool {
        self.video.current_source() == self.address
    }

    /// Appends the next bytes; `false` at the end of the file.
    async fn append_piece(&mut self) -> Result<bool> {
        let (piece, length) = self.reader.fill(Bytes::zeroed(PIECE), PIECE).await?;
        if length > 0 {
            self.append(&piece.view(0, length)).await?;
        }
        Ok(length == PIECE)
    }

    async fn append(&self, piece: &Bytes) -> Result<()> {
        loop {
            let begun = self.buffer.append_buffer_with_js_u8_array(&piece.0);
            match begun.map_err(Error::from) {
                Err(Error::Quota) => self.make_room().await?,
                begun => {
                    begun?;
                    event(&self.buffer, "updateend").await;
                    return Ok(());
                }
            }
        }
    }

    /// Gives up what was played, and waits until there is some.
    async fn make_room(&self) -> Result<()> {
        let end = self.video.time() - BEHIND;
        if end > 0.0 {
            self.buffer.remove(0.0, end)?;
            event(&self.buffer, "updateend").await;
        }
        global::sleep(GLANCE).await;
        if self.is_playing() {
            Ok(())
        } else {
            Err(Error::Aborted)
        }
    }
}

/// Resolves when the event comes.
async fn event(target: &web_sys::EventTarget, name: &str) {
    let promise = Promise::new(&mut |resolve, _| {
        // Adding a listener fails for no event.
        let _ = target.add_event_listener_with_callback(name, &resolve);
    });
    let _ = JsFuture::from(promise).await;
}
