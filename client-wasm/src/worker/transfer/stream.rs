//! Media that come in one stream, however large: a file, cut into chunks, or a bundle, cut into the
//! files that it consists of. Each entry counts once its put has resolved.

use std::ops::Range;

use media::PlannedFile;
use media::cut::Cut;
use media::ledger::{FileRow, Form, Row};

use super::ask::{self, Miss, identify, length_of, verify};
use super::puts::Puts;
use super::{Entries, Place, Witness, entries, ranges};
use crate::web::body::Bytes;
use crate::web::fetch::Response;
use crate::web::global;
use crate::worker::failure::Failure;
use crate::worker::gate;

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
    for restarts in 0..RESTARTS {
        // A server that does not keep what it says of ranges is not asked for them once more.
        let has_ranges = restarts == 0;
        match missing(place, &mut file, &stored, has_ranges, witness).await {
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
                let was_asked_for_in_parts = has_ranges && file.planned.parts.is_empty();
                if stored.is_empty() && !was_asked_for_in_parts {
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
    has_ranges: bool,
    witness: &impl Witness,
) -> Result<(), Miss> {
    let is_hard = is_hard(place.row);
    let is_large = file.planned.size.is_some_and(|size| size > ranges::LARGE);
    let is_known = !stored.is_empty()
        || file.planned.parts.are_bundled()
        || has_ranges && (is_hard || is_large) && file.planned.etag.is_some();
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
    let mut puts = Puts::of(place, file, witness);
    for gap in cut.gaps(stored) {
        let _pass = gate::pass().await;
        let outcome = ranges::fetch(&mut puts, gap, &cut, is_hard).await;
        puts.end(outcome).await?;
    }
    Ok(())
}

/// Whether connections break before they have brought one entry.
fn is_hard(row: &Row) -> bool {
    row.retry.is_some_and(|retry| retry.attempts > 1)
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
    let mut puts = Puts::of(place, file, witness);
    let outcome = read(&mut puts, &response, 0..cut.count(), &cut).await;
    puts.end(outcome).await?;
    // Without a length the end of the body is all there is to know.
    file.planned.size = Some(file.received);
    Ok(())
}

/// Reads a body into entries, to its end.
pub(super) async fn read(
    puts: &mut Puts<'_, impl Witness>,
    response: &Response,
    mut entries: Range<u64>,
    cut: &Cut,
) -> Result<(), Miss> {
    let url = global::absolute(&puts.file.planned.url);
    // Without a length the end of the body is the end.
    let is_open = puts.file.planned.size.is_none();
    let reader = response.reader()?;
    let mut buffer = Bytes::zeroed(cut.largest());
    loop {
        let is_over = entries.is_empty();
        // Beyond the end, one byte would be too much already.
        let wanted = if is_over {
            1
        } else {
            cut.span(entries.start).length()
        };
        let filled = reader.fill(buffer, wanted).await;
        let filled = filled.map_err(|error| Failure::of_request(error, &url))?;
        let length = filled.1;
        buffer = filled.0;
        if is_over && length > 0 {
            return Err(Miss::Changed);
        }
        let is_last = length < wanted;
        if is_last && !is_over && !is_open {
            return Err(Failure::Network { url }.into());
        }
        if !is_over && (length > 0 || wanted == 0) {
            let blob = buffer.view(0, length).to_blob()?;
            puts.start(entries.start, &blob).await?;
            entries.start += 1;
        }
        if is_last {
            return Ok(());
        }
    }
}
