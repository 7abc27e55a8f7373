//! Answers requests for files of stored videos from the device, exact to the byte.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use media::ledger::{FileRow, Form, Row, State};
use media::names;
use media::range::{self, Selection, Span};

use crate::ledger;
use crate::web::cache;
use crate::web::error::{Error, Result};
use crate::web::fetch::{Bytes, Request, Response};
use crate::web::global;
use crate::web::stream::{self, Pieces};

/// The files of all stored videos by absolute address.
type Index = HashMap<String, Found>;

/// Where an address leads.
#[derive(Clone, Debug)]
struct Found {
    row: Rc<Row>,
    file: usize,
}

thread_local! {
    /// Made at the first request and after every change of the ledger.
    static INDEX: RefCell<Option<Rc<Index>>> = const { RefCell::new(None) };
}

/// Forgets what was read from the ledger, because it has changed.
pub(crate) fn forget() {
    INDEX.set(None);
}

async fn index() -> Result<Rc<Index>> {
    if let Some(index) = INDEX.with_borrow(Clone::clone) {
        return Ok(index);
    }
    let mut index = Index::new();
    for row in ledger::all().await?.into_iter().filter(Row::is_served) {
        let row = Rc::new(row);
        for (file, stored) in row.files.iter().enumerate() {
            if matches!(stored.form, Form::Whole | Form::Chunks) {
                index.insert(
                    global::absolute(&stored.planned.url),
                    Found {
                        row: Rc::clone(&row),
                        file,
                    },
                );
            }
        }
    }
    let index = Rc::new(index);
    INDEX.set(Some(Rc::clone(&index)));
    Ok(index)
}

/// The stored file's answer; `None` where the file is not on this device.
pub(super) async fn respond(request: &Request) -> Result<Option<Response>> {
    let asked = request.url();
    let url = names::without_device(&asked).to_owned();
    let Some(found) = index().await?.get(&url).cloned() else {
        return Ok(None);
    };
    let file = &found.row.files[found.file];
    let id = &found.row.video.id;
    match answer(request, id, found.file, file).await? {
        Some(response) => Ok(Some(response)),
        None => {
            lost(id).await?;
            Ok(None)
        }
    }
}

/// Notes that the browser gave up some of a video's bytes.
async fn lost(id: &str) -> Result<()> {
    forget();
    ledger::update(id, |row| {
        if row.state == State::Stored {
            row.state = State::Incomplete;
            row.alert = Some("The browser has deleted a part of this download. Connect to the network, then press Try again.".to_owned());
        }
    })
    .await?;
    Ok(())
}

async fn answer(
    request: &Request,
    id: &str,
    number: usize,
    file: &FileRow,
) -> Result<Option<Response>> {
    let size = file.received;
    let (etag, modified) = (
        file.planned.etag.as_deref(),
        file.planned.last_modified.as_deref(),
    );
    let unchanged = request
        .header("if-range")
        .is_none_or(|validator| range::if_range_matches(&validator, etag, modified));
    let header = request.header("range").filter(|_| unchanged);
    let (span, status) = match range::select(header.as_deref(), size) {
        Selection::Part(span) => (span, 206),
        // RFC 9110 §14.2 lets a server ignore the header, and media elements never ask for several.
        Selection::Whole | Selection::Parts(_) => (
            Span {
                start: 0,
                end: size,
            },
            200,
        ),
        Selection::Unsatisfiable => {
            let total = range::unsatisfied_range(size);
            return Ok(Some(Response::empty(
                416,
                &[("content-range", &total), ("accept-ranges", "bytes")],
            )?));
        }
    };
    let (length, content_range) = (span.length().to_string(), span.content_range(size));
    let mut headers = vec![
        ("content-length", length.as_str()),
        ("accept-ranges", "bytes"),
    ];
    headers.extend(
        file.content_type
            .as_deref()
            .map(|kind| ("content-type", kind)),
    );
    headers.extend(etag.map(|etag| ("etag", etag)));
    headers.extend(modified.map(|date| ("last-modified", date)));
    if status == 206 {
        headers.push(("content-range", &content_range));
    }
    match file.form {
        Form::Chunks => from_chunks(id, number, size, span, status, &headers).await,
        _ => {
            let Some(whole) = cache::find_in(
                &names::video_cache(id),
                &global::absolute(&file.planned.url),
            )
            .await?
            else {
                return Ok(None);
            };
            let blob = whole.blob().await?;
            if blob.size() != size {
                return Ok(None);
            }
            let part = if span.length() == size {
                blob
            } else {
                blob.slice(span.start, span.end)?
            };
            Ok(Some(Response::from_blob(&part, status, &headers)?))
        }
    }
}

async fn from_chunks(
    id: &str,
    number: usize,
    size: u64,
    span: Span,
    status: u16,
    headers: &[(&str, &str)],
) -> Result<Option<Response>> {
    let mut pieces = Chunks {
        id: id.to_owned(),
        number,
        size,
        at: span.start,
        end: span.end,
        first: None,
    };
    if span.length() == 0 {
        return Ok(Some(Response::empty(status, headers)?));
    }
    // The first chunk is looked up before the headers go out, so that a lost one means the network
    // rather than a broken body.
    let Some(first) = pieces.find_next().await? else {
        return Ok(None);
    };
    let chunk = names::chunk_span(span.start / names::CHUNK_SIZE, size);
    if span.end <= chunk.end {
        let whole = first.blob().await?;
        if whole.size() != chunk.length() {
            return Ok(None);
        }
        let part = whole.slice(span.start - chunk.start, span.end - chunk.start)?;
        return Ok(Some(Response::from_blob(&part, status, headers)?));
    }
    pieces.first = Some(first);
    Ok(Some(Response::from_stream(
        &stream::stream(pieces)?,
        status,
        headers,
    )?))
}

/// The chunks of a span, one after another.
struct Chunks {
    id: String,
    number: usize,
    size: u64,
    at: u64,
    end: u64,
    first: Option<Response>,
}

impl Chunks {
    async fn find_next(&self) -> Result<Option<Response>> {
        let key = names::chunk_key(&self.id, self.number, self.at / names::CHUNK_SIZE);
        cache::find_in(&names::video_cache(&self.id), &global::absolute(&key)).await
    }
}

impl Pieces for Chunks {
    async fn next(&mut self) -> Result<Option<Bytes>> {
        if self.at >= self.end {
            return Ok(None);
        }
        let found = match self.first.take() {
            Some(first) => Some(first),
            None => self.find_next().await?,
        };
        let chunk = names::chunk_span(self.at / names::CHUNK_SIZE, self.size);
        let bytes = match found {
            Some(found) => found.bytes().await?,
            None => Bytes::zeroed(0),
        };
        if bytes.len() != chunk.length() {
            lost(&self.id).await?;
            return Err(Error::other(
                "a part of this download is gone from the browser's storage",
            ));
        }
        let end = self.end.min(chunk.end);
        let part = bytes.view(self.at - chunk.start, end - chunk.start);
        self.at = end;
        Ok(Some(part))
    }
}
