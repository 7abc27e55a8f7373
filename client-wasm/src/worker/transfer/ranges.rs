//! Media by range requests, one after the other: each as large, and its answer taken in such a way, as
//! the network bears.

use std::ops::Range;

use media::cut::Cut;
use media::range::Span;

use super::ask::{self, Miss};
use super::puts::Puts;
use super::{Witness, stream};
use crate::web::body::Blob;
use crate::web::error::Result as WebResult;
use crate::web::fetch::Response;
use crate::web::global;
use crate::worker::failure::Failure;

/// Bytes of the first request and of those on a quick network.
pub(super) const LARGE: u64 = 8 * 1024 * 1024;

/// Bytes of a request on a network that is not quick: few, so that a change of pace is noticed; but so
/// many that the pauses between them do not count.
const VERY_LARGE: u64 = 64 * 1024 * 1024;

/// Bytes of a request where larger ones do not get through.
const SMALL: u64 = 256 * 1024;

/// Milliseconds within which [`LARGE`] bytes come where the network is quick, and after which it is
/// slow again.
const QUICK: f64 = 250.0;
const SLOW: f64 = 1000.0;

/// Fetches entries. Where the network is quick, answers go past scripts into blobs: to read hundreds of
/// megabytes in a second would leave more garbage behind than is collected meanwhile. Elsewhere they
/// are read as they arrive, since nothing of a blob counts before its end. `is_hard` is it where
/// connections break before they have brought one entry.
pub(super) async fn fetch(
    puts: &mut Puts<'_, impl Witness>,
    mut entries: Range<u64>,
    cut: &Cut,
    is_hard: bool,
) -> Result<(), Miss> {
    if is_hard && let Some(entry) = entries.next() {
        small(puts, entry, cut).await?;
    }
    let (mut most, mut is_quick) = (LARGE, false);
    while !entries.is_empty() {
        let began = global::now();
        let run = cut.run(&entries, most);
        let span = cut.bytes(&run);
        entries.start = run.end;
        let response = part(puts, span).await?;
        if is_quick {
            let blob = whole(puts, span, response.unseen_blob().await)?;
            for entry in run {
                let own = cut.span(entry);
                let blob = blob.slice(own.start - span.start, own.end - span.start)?;
                puts.start(entry, &blob).await?;
            }
        } else {
            stream::read(puts, &response, run, cut).await?;
        }
        let times = u32::try_from(span.length().div_ceil(LARGE)).unwrap_or(u32::MAX);
        let pace = (global::now() - began) / f64::from(times);
        is_quick = pace < if is_quick { SLOW } else { QUICK };
        most = if is_quick { LARGE } else { VERY_LARGE };
    }
    Ok(())
}

/// Fetches one entry by requests so small that one of them gets through where a larger one did not.
async fn small(puts: &mut Puts<'_, impl Witness>, entry: u64, cut: &Cut) -> Result<(), Miss> {
    let mut pieces = Vec::new();
    for span in cut.span(entry).pieces(SMALL) {
        let response = part(puts, span).await?;
        pieces.push(whole(puts, span, response.arriving_blob().await)?);
    }
    Ok(puts.start(entry, &Blob::join(&pieces)?).await?)
}

async fn part(puts: &mut Puts<'_, impl Witness>, span: Span) -> Result<Response, Miss> {
    let size = puts.file.planned.size.unwrap_or_default();
    let response = ask::part(puts.file, span, size, puts.place.stop).await?;
    if puts.file.content_type.is_none() {
        puts.file.content_type = response.header("content-type");
    }
    Ok(response)
}

/// A body, if it is as long as it was said to be.
fn whole(puts: &Puts<'_, impl Witness>, span: Span, body: WebResult<Blob>) -> Result<Blob, Miss> {
    let url = global::absolute(&puts.file.planned.url);
    match body {
        Ok(blob) if blob.size() == span.length() => Ok(blob),
        Ok(_) => Err(Failure::Network { url }.into()),
        Err(error) => Err(Failure::of_request(error, &url).into()),
    }
}
