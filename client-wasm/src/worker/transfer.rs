//! Fetches one file into a video's cache: media as chunk entries, resumable at every chunk, small
//! files whole.

use std::collections::VecDeque;

use media::PlannedFile;
use media::ledger::{self, FileRow, Form};
use media::names::{self, CHUNK_SIZE};
use media::range::{self, Span};

use super::failure::Failure;
use crate::web::cache::{Cache, Put};
use crate::web::error::Error;
use crate::web::fetch::{self, Bytes, Options, Response, Stop};
use crate::web::global;

/// Puts under way at a time, and so the most that a kill can cost a file.
const PUTS_IN_FLIGHT: usize = 4;

/// How often a file may turn out to be another one before we give up.
const RESTARTS: u32 = 5;

/// Which file of which video is fetched, and where to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    pub(super) id: &'a str,
    pub(super) number: usize,
    pub(super) cache: &'a Cache,
    pub(super) stop: &'a Stop,
}

/// Hears how a file comes along.
pub(super) trait Witness {
    /// The file is now known to be this one: size and validators of the response. Written to the
    /// ledger before any chunk of it is stored.
    fn identified(
        &self,
        number: usize,
        file: &FileRow,
    ) -> impl Future<Output = Result<(), Failure>>;
    /// So many of its bytes are stored.
    fn stored(&self, number: usize, bytes: u64) -> impl Future<Output = Result<(), Failure>>;
}

/// Why a request did not bring the asked part of the known file.
enum Miss {
    /// The file is another one now, or the server cannot say that it is not.
    Changed,
    Failed(Failure),
}

impl From<Failure> for Miss {
    fn from(failure: Failure) -> Self {
        Miss::Failed(failure)
    }
}

impl From<Error> for Miss {
    fn from(error: Error) -> Self {
        Miss::Failed(error.into())
    }
}

/// Fetches a small file in one piece. Returns what to note in the ledger.
pub(super) async fn whole(place: Place<'_>, file: &FileRow) -> Result<FileRow, Failure> {
    let url = global::absolute(&file.planned.url);
    let response = ask(&url, None, place.stop).await?;
    if response.status() != 200 {
        return Err(Failure::Status {
            url,
            status: response.status(),
        });
    }
    let blob = response
        .blob()
        .await
        .map_err(|error| Failure::of_request(error, &url))?;
    // A body that is longer than it said was compressed by a server that does not expose the fact.
    if length_of(&response).is_some_and(|said| said > blob.size()) {
        return Err(Failure::Network { url });
    }
    let mut stored = identify(file, &response, Some(blob.size()));
    let copy = Response::from_blob(&blob, 200, &entry_headers(&stored))?;
    place.cache.put(&url, &copy).await?;
    stored.form = Form::Whole;
    stored.received = blob.size();
    Ok(stored)
}

/// Fetches what is missing of a media file. Returns what to note in the ledger.
pub(super) async fn chunked(
    place: Place<'_>,
    file: &FileRow,
    witness: &impl Witness,
) -> Result<FileRow, Failure> {
    let mut file = file.clone();
    let mut stored = stored_chunks(place.id, place.number, place.cache).await?;
    for _ in 0..RESTARTS {
        match missing(place, &mut file, &stored, witness).await {
            Ok(()) => {
                file.form = Form::Chunks;
                return Ok(file);
            }
            Err(Miss::Failed(failure)) => return Err(failure),
            Err(Miss::Changed) => {
                forget_chunks(place).await?;
                stored.clear();
                file.planned = PlannedFile {
                    size: None,
                    etag: None,
                    last_modified: None,
                    ..file.planned
                };
                file.received = 0;
                witness.identified(place.number, &file).await?;
            }
        }
    }
    Err(Failure::Unstable {
        url: global::absolute(&file.planned.url),
    })
}

/// Whether all of a file that counts as stored is there: by the size of a whole entry, by the keys of
/// chunk entries, of which no body is read.
pub(super) async fn is_stored(
    id: &str,
    number: usize,
    cache: &Cache,
    file: &FileRow,
) -> Result<bool, Failure> {
    if file.form == Form::Chunks {
        let stored = stored_chunks(id, number, cache).await?;
        return Ok(ledger::missing_spans(file.received, &stored).is_empty());
    }
    match cache.find(&global::absolute(&file.planned.url)).await? {
        Some(entry) => Ok(entry.blob().await?.size() == file.received),
        None => Ok(false),
    }
}

/// The numbers of the chunks that are stored, whatever the ledger says.
async fn stored_chunks(id: &str, number: usize, cache: &Cache) -> Result<Vec<u64>, Failure> {
    let of_this_file = |key: &String| {
        let (file, chunk) = names::parse_chunk_key(&global::own_path(key)?, id)?;
        (file == number).then_some(chunk)
    };
    Ok(cache
        .keys()
        .await?
        .iter()
        .filter_map(of_this_file)
        .collect())
}

async fn forget_chunks(place: Place<'_>) -> Result<(), Failure> {
    let is_chunk = |key: &str| {
        let chunk = global::own_path(key).and_then(|path| names::parse_chunk_key(&path, place.id));
        chunk.is_some_and(|(file, _)| file == place.number)
    };
    Ok(place.cache.delete_where(is_chunk).await?)
}

/// One pass over the gaps.
async fn missing(
    place: Place<'_>,
    file: &mut FileRow,
    stored: &[u64],
    witness: &impl Witness,
) -> Result<(), Miss> {
    let Some(size) = file.planned.size.filter(|_| !stored.is_empty()) else {
        // Nothing is known or nothing is stored: what comes first is the file.
        if !stored.is_empty() {
            return Err(Miss::Changed);
        }
        return first(place, file, witness).await;
    };
    let held = ledger::stored_bytes(size, stored);
    file.received = held;
    witness.stored(place.number, held).await?;
    for gap in ledger::missing_spans(size, stored) {
        let response = part(place, file, gap, size).await?;
        receive(place, file, &response, gap, Some(size), witness).await?;
    }
    Ok(())
}

/// Asks for the whole file and takes it for what the response says it is.
async fn first(place: Place<'_>, file: &mut FileRow, witness: &impl Witness) -> Result<(), Miss> {
    let url = global::absolute(&file.planned.url);
    let response = ask(&url, None, place.stop).await?;
    if response.status() != 200 {
        return Err(Failure::Status {
            url,
            status: response.status(),
        }
        .into());
    }
    let size = length_of(&response);
    *file = identify(file, &response, size);
    file.received = 0;
    witness.identified(place.number, file).await?;
    let span = Span {
        start: 0,
        end: size.unwrap_or(u64::MAX),
    };
    receive(place, file, &response, span, size, witness).await?;
    // Without a length the end of the body is all there is to know.
    file.planned.size = Some(file.received);
    Ok(())
}

/// Asks for one gap of a file that is known, and makes sure that the answer is a part of it.
async fn part(place: Place<'_>, file: &FileRow, gap: Span, size: u64) -> Result<Response, Miss> {
    let url = global::absolute(&file.planned.url);
    // On another origin `If-Range` would need a preflight that most servers refuse.
    let own = global::own_path(&url).is_some();
    let validator = file
        .planned
        .etag
        .as_ref()
        .filter(|etag| own && !etag.starts_with("W/"));
    let response = ask(&url, Some((gap, size, validator)), place.stop).await?;
    match response.status() {
        206 => {}
        200 | 412 | 416 => return Err(Miss::Changed),
        status => return Err(Failure::Status { url, status }.into()),
    }
    let fits = match response.header("content-range") {
        Some(header) => range::parse_content_range(&header).is_some_and(|range| {
            range.span == gap && range.total.is_none_or(|total| total == size)
        }),
        // Not exposed by another origin; a part of another length is certainly a wrong one.
        None => response.content_length() == Some(gap.length()),
    };
    if fits && is_same_version(&file.planned, &response) {
        Ok(response)
    } else {
        Err(Miss::Changed)
    }
}

/// Whether a validator of the response is the known one. None to compare is a no.
fn is_same_version(known: &PlannedFile, response: &Response) -> bool {
    if let (Some(known), Some(now)) = (&known.etag, response.header("etag")) {
        return *known == now;
    }
    match (&known.last_modified, response.header("last-modified")) {
        (Some(known), Some(now)) => *known == now,
        _ => false,
    }
}

/// Reads a body into chunk entries. `span` is what the body holds; its end may be unknown.
async fn receive(
    place: Place<'_>,
    file: &mut FileRow,
    response: &Response,
    span: Span,
    size: Option<u64>,
    witness: &impl Witness,
) -> Result<(), Miss> {
    let url = global::absolute(&file.planned.url);
    let mut chunks = Chunks {
        place,
        file,
        puts: VecDeque::new(),
        witness,
    };
    let reader = response.reader()?;
    let mut buffer = Bytes::zeroed(CHUNK_SIZE);
    let mut at = span.start;
    let broken = loop {
        let filled = match reader.fill(buffer).await {
            Ok((back, filled)) => {
                buffer = back;
                filled
            }
            Err(error) => break Some(Failure::of_request(error, &url)),
        };
        if at + filled > span.end {
            // A put that lands after its file was given up would be a chunk of another version.
            chunks.settle(0).await?;
            return Err(Miss::Changed);
        }
        let is_last = filled < CHUNK_SIZE;
        let ended_early = is_last && size.is_some() && at + filled < span.end;
        if filled > 0 && !ended_early {
            chunks.put(at, &buffer.view(0, filled)).await?;
            at += filled;
        }
        if is_last {
            break ended_early.then_some(Failure::Network { url });
        }
    };
    chunks.settle(0).await?;
    broken.map_or(Ok(()), |failure| Err(failure.into()))
}

/// Chunk entries on their way into the cache.
struct Chunks<'a, W> {
    place: Place<'a>,
    file: &'a mut FileRow,
    puts: VecDeque<(u64, Put)>,
    witness: &'a W,
}

impl<W: Witness> Chunks<'_, W> {
    /// Starts to store the chunk that begins at `at`, copying the bytes.
    async fn put(&mut self, at: u64, bytes: &Bytes) -> Result<(), Failure> {
        self.settle(PUTS_IN_FLIGHT - 1).await?;
        let key = names::chunk_key(self.place.id, self.place.number, at / CHUNK_SIZE);
        let length = bytes.len().to_string();
        let entry = Response::from_blob(&bytes.to_blob()?, 200, &[("content-length", &length)])?;
        self.puts.push_back((
            bytes.len(),
            self.place.cache.start_put(&global::absolute(&key), &entry),
        ));
        Ok(())
    }

    /// Waits until no more than so many puts are under way.
    async fn settle(&mut self, most: usize) -> Result<(), Failure> {
        while self.puts.len() > most {
            let Some((bytes, put)) = self.puts.pop_front() else {
                break;
            };
            if let Err(error) = put.done().await {
                for (_, put) in self.puts.drain(..) {
                    drop(put.done().await);
                }
                return Err(error.into());
            }
            self.file.received += bytes;
            self.witness
                .stored(self.place.number, self.file.received)
                .await?;
        }
        Ok(())
    }
}

/// Asks the network. A rejected request on another origin is looked into: is it down, or closed to us?
async fn ask(
    url: &str,
    part: Option<(Span, u64, Option<&String>)>,
    stop: &Stop,
) -> Result<Response, Failure> {
    let mut headers = Vec::new();
    if let Some((gap, size, validator)) = part {
        let end = if gap.end == size {
            String::new()
        } else {
            (gap.end - 1).to_string()
        };
        headers.push(("range", format!("bytes={}-{end}", gap.start)));
        headers.extend(validator.map(|etag| ("if-range", etag.clone())));
    }
    match fetch::fetch(
        url,
        Options {
            headers,
            stop: Some(stop),
            ..Options::default()
        },
    )
    .await
    {
        Ok(response) => Ok(response),
        Err(Error::Aborted) => Err(Failure::Stopped),
        Err(error) if global::own_path(url).is_some() || !global::is_online() => {
            Err(Failure::of_request(error, url))
        }
        Err(_) => Err(closed_or_down(url).await),
    }
}

/// Why a request to another origin was rejected: a server that answers is closed to us, one that
/// does not is down.
pub(crate) async fn closed_or_down(url: &str) -> Failure {
    let url = url.to_owned();
    if answers_opaquely(&url).await {
        Failure::Blocked { url }
    } else {
        Failure::Network { url }
    }
}

/// Whether a server answers at all, readable or not.
async fn answers_opaquely(url: &str) -> bool {
    let Ok(stop) = Stop::new() else { return false };
    let options = Options {
        stop: Some(&stop),
        no_cors: true,
        ..Options::default()
    };
    let answered = fetch::fetch(url, options).await.is_ok();
    stop.now();
    answered
}

/// The body's length, unless a content coding makes the header say another one.
fn length_of(response: &Response) -> Option<u64> {
    if response
        .header("content-encoding")
        .is_some_and(|coding| coding != "identity")
    {
        return None;
    }
    response.content_length()
}

/// The file as this response has it.
fn identify(file: &FileRow, response: &Response, size: Option<u64>) -> FileRow {
    FileRow {
        planned: PlannedFile {
            size,
            etag: response.header("etag"),
            last_modified: response.header("last-modified"),
            ..file.planned.clone()
        },
        content_type: response.header("content-type"),
        ..file.clone()
    }
}

/// What a whole entry says of itself.
pub(super) fn entry_headers(file: &FileRow) -> Vec<(&str, &str)> {
    let fields = [
        ("content-type", &file.content_type),
        ("etag", &file.planned.etag),
        ("last-modified", &file.planned.last_modified),
    ];
    fields
        .into_iter()
        .filter_map(|(name, value)| Some((name, value.as_deref()?)))
        .collect()
}
