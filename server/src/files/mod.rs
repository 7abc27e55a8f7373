//! Media files: what the catalogue published, byte for byte, to this site and to any other.
//!
//! Policy, from the request's path to the last byte:
//! - A path names a file only by matching a published one exactly ([`resolve`]); no path of a
//!   request ever reaches the file system. What was published may have changed since, so every
//!   request checks again that it is a regular file inside the content folder.
//! - Validators come from the file's metadata, never from its bytes. `no-cache` makes browsers
//!   ask each time, so that a changed file is noticed by the next request.
//! - Files are never compressed: the offline plan's totals are exact.
//! - A file that is rewritten while it is being sent ends the connection; it never mixes versions.
//! - These are an author's files on the site's own origin: none of them gets to run script there.

mod answer;
mod body;
mod open;
mod plan;
mod types;
mod validators;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;
use percent_encoding::percent_decode_str;

use open::{OpenError, Opened};
pub(crate) use plan::{bundle, plan};

/// The file that a request's path below `/media/`, still percent-encoded, names.
///
/// Each segment is decoded once and for itself, and the whole must be a published path to the
/// letter. So `..` in any spelling, an encoded slash, a doubly encoded anything, a backslash and a
/// dotfile need no rule of their own: they are no published path.
pub(crate) fn resolve<'a>(
    published: &'a BTreeMap<String, PathBuf>,
    raw_path: &str,
) -> Option<&'a PathBuf> {
    let decode = |segment| {
        let segment = percent_decode_str(segment).decode_utf8().ok()?;
        (!segment.contains('/')).then_some(segment)
    };
    let segments: Vec<_> = raw_path.split('/').map(decode).collect::<Option<_>>()?;
    published.get(&segments.join("/"))
}

/// Answers a request for `file`, which was published from inside the content folder `root`.
pub(crate) async fn respond(
    file: &Path,
    root: &Path,
    method: &Method,
    headers: &HeaderMap,
) -> Response {
    if method == Method::OPTIONS {
        return answer::preflight();
    }
    if method != Method::GET && method != Method::HEAD {
        return answer::plain(StatusCode::METHOD_NOT_ALLOWED);
    }
    answer(open::open(file, root).await, file, method, headers)
}

/// Answers a request for several files end to end, which were published from inside `root`.
pub(crate) async fn respond_bundle(
    files: Vec<PathBuf>,
    root: &Path,
    method: &Method,
    headers: &HeaderMap,
) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return answer::plain(StatusCode::METHOD_NOT_ALLOWED);
    }
    let first = files.first().cloned().unwrap_or_default();
    answer(
        open::open_bundle(files, root).await,
        &first,
        method,
        headers,
    )
}

fn answer(
    opened: Result<Opened, OpenError>,
    file: &Path,
    method: &Method,
    headers: &HeaderMap,
) -> Response {
    match opened {
        Ok(opened) => {
            let decision = answer::decide(method, headers, &opened);
            answer::render(decision, opened, method)
        }
        Err(error) => {
            tracing::warn!(
                file = %file.display(),
                "a published file cannot be sent: {error}. Put it back, or take it out of the \
                 markdown file or the manifest that names it"
            );
            answer::plain(error.status())
        }
    }
}

/// The answer for a path below `/media/` that names nothing. As readable from other origins as a
/// file would be, so that their scripts see a 404 instead of a network error.
pub(crate) fn not_found() -> Response {
    answer::plain(StatusCode::NOT_FOUND)
}
