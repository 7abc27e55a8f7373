//! Media that come in one stream, however large: a file, cut into chunks, or a bundle, cut into the
//! files that it consists of. Each entry counts once its put has resolved.

use std::collections::VecDeque;

use media::PlannedFile;
use media::cut::Cut;
use media::ledger::{FileRow, Form, Row};
use media::names;

use super::ask::{self, Miss, identify, length_of, verify};
use super::{Entries, PUTS_IN_FLIGHT, Place, Witness, addresses, entries};
use crate::web::body::{Blob, Bytes};
use crate::web::cache::Put;
use crate::web::fetch::Response;
use crate::web::global;
use crate::worker::failure::Failure;
use crate::worker::gate;

/// Bytes of a request where larger ones do not get through.
const PIECE: u64 = 256 * 1024;

/// How often a file may turn out to be another one before we give up.
const RESTARTS: u32 = 5;

/// Fetches what is missing of a file or a bundle. Returns what to note in the ledger.
pub(super) async fn fetch(
    place: Place<'_>,
    file: &FileRow,
    stored: &Entries,
    witness: &impl Witness,
) -> Result<FileRow, Failure> {
    let mut file = file.clone();
    let id = &place.row.video.id;
    let mut stored = stored.numbers(id, place.number, &file);
    for _ in 0..RESTARTS {
        match missing(place, &mut file, &stored, witness).await {
            Ok(()) => {
                file.form = if file.planned.parts.is_empty() {
                    Form::Chunks
                } else {
                    Form::Parts
                };
                return Ok(file);
            }
            Err(Miss::Failed(failure)) => return Err(failure),
            Err(Miss::Changed) => {
                entries::forget(id, place.number, place.cache, &file).await?;
                file.received = 0;
                // What is known of a file here is the plan's to say, of one elsewhere its host's.
                if !global::is_own(&file.planned.url) {
                    file.planned = PlannedFile {
                        size: None,
                        etag: None,
                        last_modified: None,
                        ..file.planned
                    };
                }
                witness.identified(place.number, &file).await?;
                if stored.is_empty() {
                    let url = global::absolute(&file.planned.url);
                    return Err(Failure::Wrong { url });
                }
                stored.clear();
            }
        }
    }
    Err(Failure::Unstable {
        url: global::absolute(&file.planned.url),
    })
}

/// One pass over the gaps.
async fn missing(
    place: Place<'_>,
    file: &mut FileRow,
    stored: &[u64],
    witness: &impl Witness,
) -> Result<(), Miss> {
    let is_hard = is_hard(place.row);
    let is_known = !stored.is_empty()
        || file.planned.parts.are_bundled()
        || is_hard && file.planned.etag.is_some();
    let Some(size) = file.planned.size.filter(|_| is_known) else {
        // Nothing is known or nothing is stored: what comes first is the file.
        if !stored.is_empty() {
            return Err(Miss::Changed);
        }
        return first(place, file, witness).await;
    };
    let cut = file.cut(size);
    file.received = cut.stored_bytes(stored);
    witness.stored(place.number, file.received).await?;
    for mut gap in cut.gaps(stored) {
        let _pass = gate::pass().await;
        if is_hard {
            in_pieces(place, file, gap.start, &cut, witness).await?;
            gap.start += 1;
            if gap.is_empty() {
                continue;
            }
        }
        let response = ask::part(file, cut.bytes(&gap), size, place.stop).await?;
        receive(
            place,
            file,
            &response,
            gap.start,
            Some(gap.end),
            &cut,
            witness,
        )
        .await?;
    }
    Ok(())
}

/// Whether connections break before they have brought one entry.
fn is_hard(row: &Row) -> bool {
    row.retry.is_some_and(|retry| retry.attempts > 1)
}

/// Fetches one entry by requests so small that one of them gets through where a larger one did not.
async fn in_pieces(
    place: Place<'_>,
    file: &mut FileRow,
    number: u64,
    cut: &Cut,
    witness: &impl Witness,
) -> Result<(), Miss> {
    let url = global::absolute(&file.planned.url);
    let (span, size) = (cut.span(number), file.planned.size.unwrap_or_default());
    let mut pieces = Vec::new();
    for piece in span.pieces(PIECE) {
        let response = ask::part(file, piece, size, place.stop).await?;
        let blob = response.arriving_blob().await;
        let blob = blob.map_err(|error| Failure::of_request(error, &url))?;
        if blob.size() != piece.length() {
            return Err(Failure::Network { url }.into());
        }
        pieces.push(blob);
    }
    let key = Keys::of(place, file).of_entry(number);
    let whole = Blob::join(&pieces)?;
    place.cache.put(&key, &entry(&whole)?).await?;
    file.received += whole.size();
    witness.stored(place.number, file.received).await?;
    Ok(())
}

/// Asks for the whole file and takes it for what the response says it is.
async fn first(place: Place<'_>, file: &mut FileRow, witness: &impl Witness) -> Result<(), Miss> {
    let url = global::absolute(&file.planned.url);
    let _pass = gate::pass().await;
    let response = ask::whole(&url, place.stop).await?;
    let size = length_of(&response);
    verify(file, &response, size)?;
    *file = identify(file, &response, size);
    file.received = 0;
    witness.identified(place.number, file).await?;
    let cut = Cut::Chunks(size.unwrap_or(u64::MAX));
    let end = size.map(|_| cut.count());
    receive(place, file, &response, 0, end, &cut, witness).await?;
    // Without a length the end of the body is all there is to know.
    file.planned.size = Some(file.received);
    Ok(())
}

/// Reads a body into the entries from `entry` to before `end`, or to the body's end where its length
/// is not known.
async fn receive(
    place: Place<'_>,
    file: &mut FileRow,
    response: &Response,
    mut entry: u64,
    end: Option<u64>,
    cut: &Cut,
    witness: &impl Witness,
) -> Result<(), Miss> {
    let url = global::absolute(&file.planned.url);
    let keys = Keys::of(place, file);
    let mut puts = Puts {
        place,
        file,
        under_way: VecDeque::new(),
        witness,
    };
    let reader = response.reader()?;
    let mut buffer = Bytes::zeroed(cut.largest());
    let broken = loop {
        let is_over = end.is_some_and(|end| entry >= end);
        // Beyond the end, one byte would be too much already.
        let wanted = if is_over { 1 } else { cut.span(entry).length() };
        let filled = match reader.fill(buffer, wanted).await {
            Ok((back, filled)) => {
                buffer = back;
                filled
            }
            Err(error) => break Some(Failure::of_request(error, &url)),
        };
        if is_over && filled > 0 {
            // A put that lands after its file was given up would be an entry of another version.
            puts.settle(0).await?;
            return Err(Miss::Changed);
        }
        let is_last = filled < wanted;
        let ended_early = is_last && !is_over && end.is_some();
        if !is_over && !ended_early && (filled > 0 || wanted == 0) {
            puts.start(&keys.of_entry(entry), &buffer.view(0, filled))
                .await?;
            entry += 1;
        }
        if is_last {
            break ended_early.then_some(Failure::Network { url });
        }
    };
    puts.settle(0).await?;
    broken.map_or(Ok(()), |failure| Err(failure.into()))
}

/// The addresses of a file's entries.
struct Keys {
    id: String,
    number: usize,
    parts: Vec<String>,
}

impl Keys {
    fn of(place: Place<'_>, file: &FileRow) -> Self {
        Keys {
            id: place.row.video.id.clone(),
            number: place.number,
            parts: addresses(&file.planned.parts),
        }
    }

    fn of_entry(&self, entry: u64) -> String {
        let part = usize::try_from(entry)
            .ok()
            .and_then(|part| self.parts.get(part));
        part.cloned()
            .unwrap_or_else(|| global::absolute(&names::chunk_key(&self.id, self.number, entry)))
    }
}

/// Entries on their way into the cache.
struct Puts<'a, W> {
    place: Place<'a>,
    file: &'a mut FileRow,
    under_way: VecDeque<(u64, Put)>,
    witness: &'a W,
}

impl<W: Witness> Puts<'_, W> {
    /// Starts to store an entry, copying the bytes.
    async fn start(&mut self, key: &str, bytes: &Bytes) -> Result<(), Failure> {
        self.settle(PUTS_IN_FLIGHT - 1).await?;
        let entry = entry(&bytes.to_blob()?)?;
        let put = self.place.cache.start_put(key, &entry);
        self.under_way.push_back((bytes.len(), put));
        Ok(())
    }

    /// Waits until no more than so many puts are under way.
    async fn settle(&mut self, most: usize) -> Result<(), Failure> {
        while self.under_way.len() > most {
            let Some((bytes, put)) = self.under_way.pop_front() else {
                break;
            };
            if let Err(error) = put.done().await {
                for (_, put) in self.under_way.drain(..) {
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

fn entry(blob: &Blob) -> Result<Response, Failure> {
    let length = blob.size().to_string();
    Ok(Response::from_blob(
        blob,
        200,
        &[("content-length", &length)],
    )?)
}

/// Stores a bundle that has arrived as a whole, file by file. Nothing of it is read here.
pub(in crate::worker) async fn put_bundle(
    cache: &crate::web::cache::Cache,
    file: &mut FileRow,
    blob: &Blob,
) -> Result<(), Failure> {
    let mut under_way: VecDeque<(u64, Put)> = VecDeque::new();
    let parts = &file.planned.parts;
    for (url, span) in addresses(parts).into_iter().zip(parts.spans()) {
        if under_way.len() == PUTS_IN_FLIGHT
            && let Some((bytes, put)) = under_way.pop_front()
        {
            put.done().await?;
            file.received += bytes;
        }
        let entry = entry(&blob.slice(span.start, span.end)?)?;
        let put = cache.start_put(&url, &entry);
        under_way.push_back((span.length(), put));
    }
    for (bytes, put) in under_way {
        put.done().await?;
        file.received += bytes;
    }
    file.form = Form::Parts;
    Ok(())
}
