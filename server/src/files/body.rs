//! Bodies read from a file while they are sent, one chunk ahead of the connection.
//!
//! Two chunks at a time are all the memory that a download takes. Nothing is mapped: a mapping of
//! a file that someone truncates kills the process.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum::body::Bytes;
use http_body::{Body, Frame, SizeHint};
use media::range::Span;
use tokio::task::{JoinHandle, spawn_blocking};

use super::open::Opened;

/// Small enough that a thousand downloads fit into memory, large enough that handing a read to
/// another thread costs next to nothing.
const CHUNK: u64 = 256 * 1024;

/// What a body consists of, in order.
#[derive(Debug)]
pub(super) enum Piece {
    /// What stands between the parts of a multipart answer.
    Text(Bytes),
    File(Span),
}

impl Piece {
    pub(super) fn length(&self) -> u64 {
        match self {
            Piece::Text(text) => text.len() as u64,
            Piece::File(span) => span.length(),
        }
    }
}

/// A body of exactly the length that its pieces add up to, or one that fails before its end.
pub(super) struct FileBody {
    opened: Arc<Opened>,
    pieces: VecDeque<Piece>,
    next: Option<Next>,
    /// Bytes not yet handed on.
    left: u64,
}

enum Next {
    Text(Bytes),
    Read(JoinHandle<io::Result<Bytes>>),
}

impl FileBody {
    pub(super) fn new(opened: Opened, pieces: impl Into<VecDeque<Piece>>) -> FileBody {
        let pieces = pieces.into();
        FileBody {
            opened: Arc::new(opened),
            left: pieces.iter().map(Piece::length).sum(),
            pieces,
            next: None,
        }
    }

    /// Takes the next chunk off the pieces and starts to read it.
    fn start(&mut self) -> Option<Next> {
        match self.pieces.pop_front()? {
            Piece::Text(text) => Some(Next::Text(text)),
            Piece::File(span) => {
                let end = span.end.min(span.start + CHUNK);
                if end < span.end {
                    let rest = Span {
                        start: end,
                        end: span.end,
                    };
                    self.pieces.push_front(Piece::File(rest));
                }
                let opened = Arc::clone(&self.opened);
                let start = span.start;
                Some(Next::Read(spawn_blocking(move || {
                    opened.read(Span { start, end }).map(Bytes::from)
                })))
            }
        }
    }
}

impl Body for FileBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let this = self.get_mut();
        if this.next.is_none() {
            this.next = this.start();
        }
        let chunk = match &mut this.next {
            None => return Poll::Ready(None),
            Some(Next::Text(text)) => Ok(std::mem::take(text)),
            Some(Next::Read(reading)) => ready!(Pin::new(reading).poll(context))
                .unwrap_or_else(|error| Err(io::Error::other(error))),
        };
        match chunk {
            Ok(chunk) => {
                this.left = this.left.saturating_sub(chunk.len() as u64);
                this.next = this.start();
                Poll::Ready(Some(Ok(Frame::data(chunk))))
            }
            Err(error) => {
                let file = this.opened.path.display();
                tracing::warn!(%file, "sending was broken off: {error}");
                this.pieces.clear();
                this.next = None;
                Poll::Ready(Some(Err(error)))
            }
        }
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
