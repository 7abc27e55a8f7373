//! One request for a file or a part of it, and what its answer is worth.

use media::PlannedFile;
use media::ledger::FileRow;
use media::range::{self, Span};

use crate::web::error::Error;
use crate::web::fetch::{self, Options, Response, Stop};
use crate::web::global;
use crate::worker::failure::Failure;

/// Why a request did not bring the asked part of the known file.
pub(super) enum Miss {
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

/// Asks for all of a file.
pub(super) async fn whole(url: &str, stop: &Stop) -> Result<Response, Failure> {
    let response = ask(url, Vec::new(), stop).await?;
    match response.status() {
        // A server in trouble, or a network that wants a login first, answers with pages of its own.
        200 if is_html(&response) => {
            response.cancel();
            Err(Failure::Wrong {
                url: url.to_owned(),
            })
        }
        200 => Ok(response),
        _ => Err(Failure::of_status(url, &response)),
    }
}

/// Whether it is a page, which no file of a video is.
pub(in crate::worker) fn is_html(response: &Response) -> bool {
    let kind = response.header("content-type");
    kind.is_some_and(|kind| kind.starts_with("text/html"))
}

/// Makes sure that an answer of `size` bytes is the file that the plan speaks of. What another host has
/// now counts, whatever it had before.
pub(super) fn verify(
    file: &FileRow,
    response: &Response,
    size: Option<u64>,
) -> Result<(), Failure> {
    let planned = &file.planned;
    let etags = planned.etag.as_ref().zip(response.header("etag"));
    let sizes = planned.size.zip(size);
    let differs = etags.is_some_and(|(known, now)| *known != now)
        || sizes.is_some_and(|(known, now)| known != now);
    if differs && global::is_own(&planned.url) {
        let url = global::absolute(&planned.url);
        return Err(Failure::Wrong { url });
    }
    Ok(())
}

/// Asks for a part of a file that is known, and makes sure that the answer is that.
pub(super) async fn part(file: &FileRow, gap: Span, stop: &Stop) -> Result<Response, Miss> {
    let url = global::absolute(&file.planned.url);
    let size = file.planned.size.ok_or(Miss::Changed)?;
    let end = if gap.end == size {
        String::new()
    } else {
        (gap.end - 1).to_string()
    };
    let mut headers = vec![("range", format!("bytes={}-{end}", gap.start))];
    // On another origin `If-Range` would need a preflight that most servers refuse.
    if let Some(etag) = &file.planned.etag
        && global::own_path(&url).is_some()
        && !etag.starts_with("W/")
    {
        headers.push(("if-range", etag.clone()));
    }
    let response = ask(&url, headers, stop).await?;
    match response.status() {
        206 => {}
        // A server without ranges: all of it, where all was asked for.
        200 if gap.length() == size
            && length_of(&response) == Some(size)
            && is_same_version(&file.planned, &response) =>
        {
            return Ok(response);
        }
        // A page in place of the file says nothing of the file.
        200 if is_html(&response) => {
            response.cancel();
            return Err(Failure::Wrong { url }.into());
        }
        200 | 412 | 416 => {
            response.cancel();
            return Err(Miss::Changed);
        }
        _ => return Err(Failure::of_status(&url, &response).into()),
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
        response.cancel();
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

/// Asks the network. A rejected request on another origin is looked into: is it down, or closed to us?
async fn ask(url: &str, headers: Vec<(&str, String)>, stop: &Stop) -> Result<Response, Failure> {
    let options = Options {
        headers,
        stop: Some(stop),
        ..Options::default()
    };
    match fetch::fetch(url, options).await {
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
pub(super) fn length_of(response: &Response) -> Option<u64> {
    if response
        .header("content-encoding")
        .is_some_and(|coding| coding != "identity")
    {
        return None;
    }
    response.content_length()
}

/// The file as this response has it.
pub(super) fn identify(file: &FileRow, response: &Response, size: Option<u64>) -> FileRow {
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
