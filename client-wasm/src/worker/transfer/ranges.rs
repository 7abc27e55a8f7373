//! Media by range requests, one after the other: each as large, and its answer taken in such a way, as
//! the network bears.

use std::ops::Range;

use media::cut::Cut;
use media::range::Span;

use super::Witness;
use super::ask::{self, Miss};
use super::puts::Puts;
use crate::web::body::Blob;
use crate::web::error::Result as WebResult;
use crate::web::fetch::Response;
use crate::web::global;
use crate::worker::failure::Failure;

/// Bytes of the first request, and of those whose answers are taken as blobs.
pub(super) const LARGE: u64 = 8 * 1024 * 1024;

/// Bytes of a request whose answer is read as it arrives, at most: each has twice as many as the last, so
/// that a change of pace is noticed, and soon the pauses between them do not count.
const VERY_LARGE: u64 = 512 * 1024 * 1024;

/// Bytes of a request where larger ones do not get through.
const SMALL: u64 = 256 * 1024;

/// Milliseconds within which [`LARGE`] bytes come where the network is quick, and after which it is
/// slow again.
const QUICK: f64 = 250.0;
const SLOW: f64 = 1000.0;

/// How a file is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    /// As the network bears.
    InParts,
    /// All that is missing at once: the server does not keep what it says of ranges.
    AtOnce,
}

/// Fetches entries. Where the network is quick, answers go past scripts into blobs: to read hundreds of
/// megabytes in a second would leave more garbage behind than is collected meanwhile. Elsewhere they
/// are read as they arrive, since nothing of a blob counts before its end.
pub(super) async fn fetch(
    puts: &mut Puts<'_, impl Witness>,
    mut entries: Range<u64>,
    cut: &Cut,
    manner: Manner,
) -> Result<(), Miss> {
    let retry = puts.place.row.retry;
    if manner == Manner::AtOnce {
        return as_it_arrives(puts, entries, cut).await.map(drop);
    }
    // Where connections break before they have brought one entry.
    if retry.is_some_and(|retry| retry.attempts > 1)
        && let Some(entry) = entries.next()
    {
        small(puts, entry, cut).await?;
    }
    let (mut most, mut is_quick) = (LARGE, false);
    while !entries.is_empty() {
        let run = cut.run(&entries, most);
        entries.start = run.end;
        let length = cut.bytes(&run).length();
        let (waited, took) = if length == 0 {
            // No range asks for nothing.
            for entry in run {
                puts.start(entry, &Blob::join(&[])?).await?;
            }
            continue;
        } else if is_quick {
            as_a_blob(puts, run, cut).await?
        } else {
            as_it_arrives(puts, run, cut).await?
        };
        let times = u32::try_from(length.div_ceil(LARGE)).unwrap_or(u32::MAX);
        let limit = f64::from(times) * if is_quick { SLOW } else { QUICK };
        // After a failure, and where answers are slow to begin, fewer and safer requests are better.
        is_quick = took < limit && waited < took && retry.is_none();
        most = if is_quick {
            LARGE
        } else {
            VERY_LARGE.min(2 * most)
        };
    }
    Ok(())
}

/// Returns the milliseconds until the answer began, and from then on.
async fn as_it_arrives(
    puts: &mut Puts<'_, impl Witness>,
    run: Range<u64>,
    cut: &Cut,
) -> Result<(f64, f64), Miss> {
    let asked = global::now();
    let response = part(puts, cut.bytes(&run)).await?;
    let began = global::now();
    puts.read(&response, run, cut).await?;
    Ok((began - asked, global::now() - began))
}

/// Returns the milliseconds until the answer began, and from then on.
async fn as_a_blob(
    puts: &mut Puts<'_, impl Witness>,
    run: Range<u64>,
    cut: &Cut,
) -> Result<(f64, f64), Miss> {
    let (asked, span) = (global::now(), cut.bytes(&run));
    let response = part(puts, span).await?;
    let began = global::now();
    let blob = whole(puts, span, response.unseen_blob().await)?;
    for entry in run {
        let own = cut.span(entry);
        let blob = blob.slice(own.start - span.start, own.end - span.start)?;
        puts.start(entry, &blob).await?;
    }
    Ok((began - asked, global::now() - began))
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
    let response = ask::part(puts.file, span, puts.place.stop).await?;
    puts.learn(&response).await?;
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
