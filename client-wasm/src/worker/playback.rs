//! Answers requests for files of stored videos from the device, exact to the byte.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use media::ledger::{FileRow, Form, Row};
use media::names;
use media::range::{self, Selection, Span};

use super::{library, transfer};

use crate::ledger;
use crate::web::body::{Blob, Bytes};
use crate::web::cache;
use crate::web::error::{Error, Result};
use crate::web::fetch::{Request, Response};
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
            let found = || Found {
                row: Rc::clone(&row),
                file,
            };
            match stored.form {
                Form::Whole | Form::Chunks => {
                    index.insert(global::absolute(&stored.planned.url), found());
                }
                Form::Parts => {
                    let parts = transfer::addresses(&stored.planned.parts);
                    index.extend(parts.into_iter().map(|url| (url, found())));
                }
                Form::Partial | Form::LeftOut => {}
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
    let id = &found.row.video.id;
    let file = &found.row.files[found.file];
    let answer = match file.form {
        Form::Chunks => {
            let answer = Answer::to(request, file.received, file);
            from_chunks(id, found.file, file.received, answer).await?
        }
        _ => from_entry(request, id, &url, file).await?,
    };
    if answer.is_none() {
        library::note_lost(id).await?;
    }
    Ok(answer)
}

/// What a request is answered with, once the bytes are found.
struct Answer {
    /// `None` where there is no such range.
    span: Option<Span>,
    status: u16,
    headers: Vec<(&'static str, String)>,
}

impl Answer {
    /// Follows the request's range in a file of `size` bytes.
    fn to(request: &Request, size: u64, file: &FileRow) -> Self {
        // A bundle's validators are not those of its files.
        let is_part = file.form == Form::Parts;
        let of_file = |validator: &Option<String>| validator.clone().filter(|_| !is_part);
        let etag = of_file(&file.planned.etag);
        let modified = of_file(&file.planned.last_modified);
        let is_same = request.header("if-range").is_none_or(|validator| {
            range::if_range_matches(&validator, etag.as_deref(), modified.as_deref())
        });
        let header = request.header("range").filter(|_| is_same);
        let whole = Span {
            start: 0,
            end: size,
        };
        let (span, status) = match range::select(header.as_deref(), size) {
            Selection::Part(span) => (Some(span), 206),
            // RFC 9110 §14.2 lets a server ignore the header, and media elements never ask for several.
            Selection::Whole | Selection::Parts(_) => (Some(whole), 200),
            Selection::Unsatisfiable => (None, 416),
        };
        let mut headers = vec![("accept-ranges", "bytes".to_owned())];
        match span {
            Some(span) => headers.push(("content-length", span.length().to_string())),
            None => headers.push(("content-range", range::unsatisfied_range(size))),
        }
        if let (Some(span), 206) = (span, status) {
            headers.push(("content-range", span.content_range(size)));
        }
        let known = [
            ("content-type", file.content_type.clone()),
            ("etag", etag),
            ("last-modified", modified),
        ];
        headers.extend(
            known
                .into_iter()
                .filter_map(|(name, value)| Some((name, value?))),
        );
        Answer {
            span,
            status,
            headers,
        }
    }

    fn headers(&self) -> Vec<(&str, &str)> {
        let borrowed = self
            .headers
            .iter()
            .map(|(name, value)| (*name, value.as_str()));
        borrowed.collect()
    }

    fn empty(&self) -> Result<Response> {
        Response::empty(self.status, &self.headers())
    }

    fn with(&self, blob: &Blob) -> Result<Response> {
        Response::from_blob(blob, self.status, &self.headers())
    }
}

/// From an entry that holds all of a file.
async fn from_entry(
    request: &Request,
    id: &str,
    url: &str,
    file: &FileRow,
) -> Result<Option<Response>> {
    let Some(entry) = cache::find_in(&names::video_cache(id), url).await? else {
        return Ok(None);
    };
    let blob = entry.blob().await?;
    let size = blob.size();
    if file.form == Form::Whole && size != file.received {
        return Ok(None);
    }
    let answer = Answer::to(request, size, file);
    let Some(span) = answer.span else {
        return answer.empty().map(Some);
    };
    let part = if span.length() == size {
        blob
    } else {
        blob.slice(span.start, span.end)?
    };
    answer.with(&part).map(Some)
}

async fn from_chunks(
    id: &str,
    number: usize,
    size: u64,
    answer: Answer,
) -> Result<Option<Response>> {
    let Some(span) = answer.span.filter(|span| span.length() > 0) else {
        return answer.empty().map(Some);
    };
    let mut pieces = Chunks {
        id: id.to_owned(),
        number,
        size,
        at: span.start,
        end: span.end,
        first: None,
    };
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
        return answer.with(&part).map(Some);
    }
    pieces.first = Some(first);
    let body = stream::stream(pieces)?;
    Response::from_stream(&body, answer.status, &answer.headers()).map(Some)
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
            library::note_lost(&self.id).await?;
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
