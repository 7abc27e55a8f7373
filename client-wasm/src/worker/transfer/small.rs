//! Small files, each fetched in one piece: pictures, captions, manifests, and the segments of a
//! stream on a host that does not bundle them.

use std::cell::{Cell, RefCell};

use futures_util::future::try_join_all;
use media::ledger::{FileRow, Form, Row};
use media::{Role, manifest as manifests};

use super::ask::{self, identify, length_of, verify};
use super::{Entries, Place, Witness, addresses, headers};
use crate::web::body::{Blob, Bytes};
use crate::web::fetch::Response;
use crate::web::global;
use crate::worker::failure::Failure;
use crate::worker::gate;

/// Fetches a small file. Returns what to note in the ledger.
pub(super) async fn whole(place: Place<'_>, file: &FileRow) -> Result<FileRow, Failure> {
    let url = global::absolute(&file.planned.url);
    let (response, blob) = body(place, &url).await?;
    verify(file, &response, Some(blob.size()))?;
    let mut stored = identify(file, &response, Some(blob.size()));
    let blob = if file.planned.role == Role::Manifest {
        manifest(place.row, &stored, blob).await?
    } else {
        blob
    };
    let copy = Response::from_blob(&blob, 200, &headers(&stored))?;
    place.cache.put(&url, &copy).await?;
    stored.form = Form::Whole;
    stored.received = blob.size();
    stored.planned.size = Some(blob.size());
    Ok(stored)
}

/// Fetches the parts that are missing, a few at a time.
pub(super) async fn parts(
    place: Place<'_>,
    file: &FileRow,
    stored: &Entries,
    witness: &impl Witness,
) -> Result<FileRow, Failure> {
    let held = stored.numbers(&place.row.video.id, place.number, file);
    let missing = (0..).zip(addresses(&file.planned.parts));
    let missing: Vec<String> = missing
        .filter(|(part, _)| !held.contains(part))
        .map(|(_, url)| url)
        .collect();
    let received = Cell::new(if held.is_empty() { 0 } else { file.received });
    let queue = RefCell::new(missing.into_iter());
    let next = || queue.borrow_mut().next();
    let fetch_some = || async {
        while let Some(url) = next() {
            let (response, blob) = body(place, &url).await?;
            let kind = response.header("content-type").unwrap_or_default();
            let entry = Response::from_blob(&blob, 200, &[("content-type", &kind)])?;
            place.cache.put(&url, &entry).await?;
            received.set(received.get() + blob.size());
            witness.stored(place.number, received.get()).await?;
        }
        Ok::<(), Failure>(())
    };
    try_join_all((0..gate::WIDTH).map(|_| fetch_some())).await?;
    let mut stored = file.clone();
    stored.form = Form::Parts;
    stored.received = received.get();
    Ok(stored)
}

/// All of a file, certainly.
async fn body(place: Place<'_>, url: &str) -> Result<(Response, Blob), Failure> {
    let _pass = gate::pass().await;
    if place.stop.is_asked() {
        return Err(Failure::Stopped);
    }
    let response = ask::whole(url, place.stop).await?;
    let blob = response
        .arriving_blob()
        .await
        .map_err(|error| Failure::of_request(error, url))?;
    // A body that is longer than it said was compressed by a server that does not expose the fact.
    if length_of(&response).is_some_and(|said| said > blob.size()) {
        return Err(Failure::Network {
            url: url.to_owned(),
        });
    }
    Ok((response, blob))
}

/// The manifest as it is stored: the author's own, as far as it names what is kept.
pub(in crate::worker) async fn manifest(
    row: &Row,
    file: &FileRow,
    blob: Blob,
) -> Result<Blob, Failure> {
    // Playlists below it name the segments of one rendition, which are kept all.
    if file.planned.url != row.source {
        return Ok(blob);
    }
    let url = global::absolute(&file.planned.url);
    let bytes = blob.bytes().await?;
    let trimmed =
        manifests::trim(&url, &bytes.to_vec(), &row.keep).map_err(|reason| Failure::Manifest {
            url: url.clone(),
            reason: reason.to_string(),
        })?;
    Ok(Bytes::of(&trimmed).to_blob()?)
}
