//! Media by many range requests: large ones where the network is quick, small ones where larger ones
//! do not get through.

use std::ops::Range;

use media::cut::Cut;
use media::range::Span;

use super::Witness;
use super::ask::{self, Miss};
use super::puts::Puts;
use crate::web::body::Blob;
use crate::web::global;
use crate::worker::failure::Failure;

/// Bytes of a request where the network is quick.
pub(super) const LARGE: u64 = 8 * 1024 * 1024;

/// Milliseconds within which so many bytes come where the network is quick, and after which it is
/// slow again.
pub(super) const QUICK: f64 = 250.0;
const SLOW: f64 = 1000.0;

/// Bytes of a request where larger ones do not get through.
const SMALL: u64 = 256 * 1024;

/// Fetches entries for as long as the network is quick, and returns those that are left. Each answer
/// goes past scripts into a blob: reading hundreds of megabytes in a second would leave more garbage
/// behind than is collected meanwhile. Nothing of an answer counts before its end, so this is not for
/// slow networks.
pub(super) async fn large(
    puts: &mut Puts<'_, impl Witness>,
    mut entries: Range<u64>,
    cut: &Cut,
) -> Result<Range<u64>, Miss> {
    let mut took = 0.0;
    while !entries.is_empty() && took < SLOW {
        let began = global::now();
        let run = cut.run(&entries, LARGE);
        let span = cut.bytes(&run);
        let blob = part(puts, span, true).await?;
        took = global::now() - began;
        entries.start = run.end;
        for entry in run {
            let own = cut.span(entry);
            let blob = blob.slice(own.start - span.start, own.end - span.start)?;
            puts.start(entry, &blob).await?;
        }
    }
    Ok(entries)
}

/// Fetches one entry by requests so small that one of them gets through where a larger one did not.
pub(super) async fn small(
    puts: &mut Puts<'_, impl Witness>,
    entry: u64,
    cut: &Cut,
) -> Result<(), Miss> {
    let mut pieces = Vec::new();
    for piece in cut.span(entry).pieces(SMALL) {
        pieces.push(part(puts, piece, false).await?);
    }
    puts.start(entry, &Blob::join(&pieces)?).await?;
    Ok(puts.settle(0).await?)
}

async fn part(puts: &Puts<'_, impl Witness>, span: Span, is_quick: bool) -> Result<Blob, Miss> {
    let size = puts.file.planned.size.unwrap_or_default();
    let response = ask::part(puts.file, span, size, puts.place.stop).await?;
    let blob = if is_quick {
        response.unseen_blob().await
    } else {
        response.arriving_blob().await
    };
    let url = global::absolute(&puts.file.planned.url);
    match blob {
        Ok(blob) if blob.size() == span.length() => Ok(blob),
        Ok(_) => Err(Failure::Network { url }.into()),
        Err(error) => Err(Failure::of_request(error, &url).into()),
    }
}
