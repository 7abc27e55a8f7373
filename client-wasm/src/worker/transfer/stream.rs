//! Files that are stored in entries, however large: a file, cut into chunks, or a bundle, cut into the
//! files that it consists of.

use media::PlannedFile;
use media::cut::Cut;
use media::ledger::{FileRow, Form};

use super::ask::{self, Miss, identify, length_of, verify};
use super::puts::Puts;
use super::ranges::{self, Manner};
use super::{Entries, Place, Witness, entries};
use crate::web::global;
use crate::worker::failure::Failure;
use crate::worker::gate;

/// Fetches what is missing of a file or a bundle. Returns what to note in the ledger.
pub(super) async fn fetch(
    place: Place<'_>,
    file: &FileRow,
    stored: &Entries,
    witness: &impl Witness,
) -> Result<FileRow, Failure> {
    let mut file = file.clone();
    let stored = stored.numbers(&place.row.video.id, place.number, &file);
    let was_in_parts = is_in_parts(place, &file, &stored);
    let mut outcome = missing(place, &mut file, &stored, Manner::InParts, witness).await;
    if let Err(Miss::Changed) = outcome {
        start_over(place, &mut file, witness).await?;
        if was_in_parts {
            outcome = missing(place, &mut file, &[], Manner::AtOnce, witness).await;
        }
    }
    match outcome {
        Ok(()) => {
            file.form = if file.planned.parts.is_empty() {
                Form::Chunks
            } else {
                Form::Parts
            };
            Ok(file)
        }
        Err(Miss::Failed(failure)) => Err(failure),
        Err(Miss::Changed) => {
            start_over(place, &mut file, witness).await?;
            let url = global::absolute(&file.planned.url);
            Err(Failure::Wrong { url })
        }
    }
}

/// Forgets what is stored of a file that is another one now.
async fn start_over(
    place: Place<'_>,
    file: &mut FileRow,
    witness: &impl Witness,
) -> Result<(), Failure> {
    entries::forget(&place.row.video.id, place.number, place.cache, file).await?;
    file.received = 0;
    // What is known of a file here is the plan's to say, of one elsewhere its host's.
    if !global::is_own(&file.planned.url) {
        file.planned = PlannedFile {
            size: None,
            etag: None,
            last_modified: None,
            ..file.planned.clone()
        };
    }
    witness.identified(place.number, file).await
}

/// Whether enough is known of a file to ask for parts of it, and there is a reason to: some is stored,
/// or it is large, or does not get through.
fn is_in_parts(place: Place<'_>, file: &FileRow, stored: &[u64]) -> bool {
    let is_large = file.planned.size.is_some_and(|size| size > ranges::LARGE);
    let does_break = place.row.retry.is_some_and(|retry| retry.attempts > 1);
    !stored.is_empty()
        || file.planned.parts.are_bundled()
        || file.planned.etag.is_some() && (is_large || does_break)
}

/// One pass over the gaps.
async fn missing(
    place: Place<'_>,
    file: &mut FileRow,
    stored: &[u64],
    manner: Manner,
    witness: &impl Witness,
) -> Result<(), Miss> {
    let is_known = match manner {
        Manner::InParts => is_in_parts(place, file, stored),
        Manner::AtOnce => file.planned.parts.are_bundled(),
    };
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
        let outcome = ranges::fetch(&mut puts, gap, &cut, manner).await;
        puts.end(outcome).await?;
    }
    Ok(())
}

/// Asks for the whole file and takes it for what the response says it is.
async fn first(place: Place<'_>, file: &mut FileRow, witness: &impl Witness) -> Result<(), Miss> {
    let url = global::absolute(&file.planned.url);
    let _pass = gate::pass().await;
    let response = ask::whole(&url, place.stop).await?;
    let size = length_of(&response);
    if let Err(failure) = verify(file, &response, size) {
        response.cancel();
        return Err(failure.into());
    }
    *file = identify(file, &response, size);
    file.received = 0;
    witness.identified(place.number, file).await?;
    let cut = Cut::Chunks(size.unwrap_or(u64::MAX));
    let mut puts = Puts::of(place, file, witness);
    let outcome = puts.read(&response, 0..cut.count(), &cut).await;
    puts.end(outcome).await?;
    // Without a length the end of the body is all there is to know.
    file.planned.size = Some(file.received);
    Ok(())
}
