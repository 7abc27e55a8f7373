//! What a request for a file gets: first decided from the request's headers, then rendered once.

use std::collections::VecDeque;
use std::hash::{BuildHasher, RandomState};

use axum::body::{Body, Bytes};
use axum::http::header::{
    ACCEPT_RANGES, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ALLOW,
    CACHE_CONTROL, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG,
    HeaderName, IF_NONE_MATCH, IF_RANGE, LAST_MODIFIED, RANGE, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, response::Builder};
use axum::response::Response;
use headers::{HeaderMapExt, IfMatch, IfModifiedSince, IfNoneMatch, IfUnmodifiedSince};
use media::range::{self, Selection, Span};

use super::body::{FileBody, Piece};
use super::open::Opened;
use super::types::may_carry_script;
use super::validators::Validators;

const METHODS: &str = "GET, HEAD, OPTIONS";

/// An answer about a file that could be opened.
#[derive(Debug)]
pub(super) enum Decision {
    PreconditionFailed,
    NotModified,
    Send(Selection),
}

/// Follows RFC 9110, section 13.2.2, from its first step to its last.
pub(super) fn decide(method: &Method, headers: &HeaderMap, opened: &Opened) -> Decision {
    let Validators { etag, modified } = &opened.validators;
    let Ok(tag) = etag.parse::<headers::ETag>() else {
        return Decision::Send(Selection::Whole);
    };
    if let Some(condition) = headers.typed_get::<IfMatch>() {
        if !condition.precondition_passes(&tag) {
            return Decision::PreconditionFailed;
        }
    } else if let (Some(condition), Some(modified)) =
        (headers.typed_get::<IfUnmodifiedSince>(), modified)
        && !condition.precondition_passes(*modified)
    {
        return Decision::PreconditionFailed;
    }
    if headers.contains_key(IF_NONE_MATCH) {
        let condition = headers.typed_get::<IfNoneMatch>();
        if condition.is_some_and(|condition| !condition.precondition_passes(&tag)) {
            return Decision::NotModified;
        }
    } else if let (Some(condition), Some(modified)) =
        (headers.typed_get::<IfModifiedSince>(), modified)
        && !condition.is_modified(*modified)
    {
        return Decision::NotModified;
    }
    Decision::Send(select(method, headers, opened))
}

/// The bytes asked for. `Range` has a meaning for GET alone (RFC 9110, section 14.2).
fn select(method: &Method, headers: &HeaderMap, opened: &Opened) -> Selection {
    let last_modified = opened.validators.last_modified();
    let same_version = headers.get(IF_RANGE).is_none_or(|if_range| {
        let (etag, last_modified) = (&opened.validators.etag, last_modified.as_deref());
        let text = if_range.to_str();
        text.is_ok_and(|text| range::if_range_matches(text, Some(etag), last_modified))
    });
    let mut ranges = headers.get_all(RANGE).iter();
    match (ranges.next(), ranges.next()) {
        (Some(header), None) if same_version && method == Method::GET => {
            range::select(header.to_str().ok(), opened.size)
        }
        _ => Selection::Whole,
    }
}

pub(super) fn render(decision: Decision, opened: Opened, method: &Method) -> Response {
    let (size, content_type) = (opened.size, opened.content_type);
    let mut answer = shared()
        .header(ACCEPT_RANGES, "bytes")
        .header(ETAG, &opened.validators.etag);
    if let Some(date) = opened.validators.last_modified() {
        answer = answer.header(LAST_MODIFIED, date);
    }
    if may_carry_script(content_type) {
        let policy = "default-src 'none'; style-src 'unsafe-inline'; sandbox";
        answer = answer.header(CONTENT_SECURITY_POLICY, policy);
    }
    let response = match decision {
        Decision::PreconditionFailed => text(answer, StatusCode::PRECONDITION_FAILED),
        // What the length of the 200 answer would be is all that may stand here (RFC 9110, 8.6).
        Decision::NotModified => answer
            .status(StatusCode::NOT_MODIFIED)
            .header(CONTENT_LENGTH, size)
            .body(Body::empty()),
        Decision::Send(Selection::Unsatisfiable) => {
            let answer = answer.header(CONTENT_RANGE, range::unsatisfied_range(size));
            text(answer, StatusCode::RANGE_NOT_SATISFIABLE)
        }
        Decision::Send(Selection::Whole) => {
            let all = (size > 0).then_some(Piece::File(Span {
                start: 0,
                end: size,
            }));
            let answer = answer
                .status(StatusCode::OK)
                .header(CONTENT_TYPE, content_type);
            stream(answer, opened, all.into_iter().collect())
        }
        Decision::Send(Selection::Part(span)) => {
            let answer = answer
                .status(StatusCode::PARTIAL_CONTENT)
                .header(CONTENT_TYPE, content_type)
                .header(CONTENT_RANGE, span.content_range(size));
            stream(answer, opened, [Piece::File(span)].into())
        }
        Decision::Send(Selection::Parts(spans)) => {
            let boundary = boundary();
            let multipart = format!("multipart/byteranges; boundary={boundary}");
            let answer = answer
                .status(StatusCode::PARTIAL_CONTENT)
                .header(CONTENT_TYPE, multipart);
            stream(answer, opened, parts(&spans, size, content_type, &boundary))
        }
    };
    let mut response = finish(response);
    if method == Method::HEAD {
        // The length has been written already, and nothing read.
        *response.body_mut() = Body::empty();
    }
    response
}

/// Lets scripts of other origins ask as precisely as this site's own. Without this, `If-Range`
/// fails there before it is sent.
pub(super) fn preflight() -> Response {
    let allowed = "Range, If-Range, If-None-Match, If-Modified-Since";
    let answer = shared()
        .status(StatusCode::NO_CONTENT)
        .header(ALLOW, METHODS)
        .header(ACCESS_CONTROL_ALLOW_METHODS, METHODS)
        .header(ACCESS_CONTROL_ALLOW_HEADERS, allowed)
        .header(ACCESS_CONTROL_MAX_AGE, "86400");
    finish(answer.body(Body::empty()))
}

/// An answer that says nothing but its status.
pub(super) fn plain(status: StatusCode) -> Response {
    let mut answer = shared();
    if status == StatusCode::METHOD_NOT_ALLOWED {
        answer = answer.header(ALLOW, METHODS);
    }
    finish(text(answer, status))
}

type Built = Result<Response, axum::http::Error>;

/// The headers of every answer.
fn shared() -> Builder {
    const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
    let exposed = "ETag, Content-Range, Content-Length, Accept-Ranges, Last-Modified";
    Response::builder()
        .header(CACHE_CONTROL, "no-cache")
        .header(X_CONTENT_TYPE_OPTIONS, "nosniff")
        .header(ACCESS_CONTROL_ALLOW_ORIGIN, "*")
        .header(ACCESS_CONTROL_EXPOSE_HEADERS, exposed)
        .header(RESOURCE_POLICY, "cross-origin")
}

fn text(answer: Builder, status: StatusCode) -> Built {
    let reason = status.canonical_reason().unwrap_or_default();
    answer
        .status(status)
        .header(CONTENT_TYPE, "text/plain; charset=utf-8")
        .header(CONTENT_LENGTH, reason.len() + 1)
        .body(Body::from(format!("{reason}\n")))
}

fn stream(answer: Builder, opened: Opened, pieces: VecDeque<Piece>) -> Built {
    let length: u64 = pieces.iter().map(Piece::length).sum();
    answer
        .header(CONTENT_LENGTH, length)
        .body(Body::new(FileBody::new(opened, pieces)))
}

/// The body of a `multipart/byteranges` answer (RFC 9110, section 14.6).
fn parts(spans: &[Span], size: u64, content_type: &str, boundary: &str) -> VecDeque<Piece> {
    let mut pieces = VecDeque::with_capacity(2 * spans.len() + 1);
    let mut line_break = "";
    for span in spans {
        let range = span.content_range(size);
        let head = format!(
            "{line_break}--{boundary}\r\nContent-Type: {content_type}\r\nContent-Range: {range}\r\n\r\n"
        );
        pieces.push_back(Piece::Text(Bytes::from(head)));
        pieces.push_back(Piece::File(*span));
        line_break = "\r\n";
    }
    pieces.push_back(Piece::Text(Bytes::from(format!("\r\n--{boundary}--\r\n"))));
    pieces
}

/// 128 bits that no file can have been made to contain. The standard library's hasher is seeded
/// by the system, which is all the randomness that this needs.
fn boundary() -> String {
    let random = || RandomState::new().hash_one(());
    format!("{:016x}{:016x}", random(), random())
}

/// Every header above is made of visible ASCII, so that building cannot fail; should it ever, one
/// answer is lost and not the process.
fn finish(built: Built) -> Response {
    built.unwrap_or_else(|error| {
        tracing::error!("an answer could not be put together: {error}");
        let mut response = Response::new(Body::from("Internal Server Error\n"));
        *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        let any = HeaderValue::from_static("*");
        response
            .headers_mut()
            .insert(ACCESS_CONTROL_ALLOW_ORIGIN, any);
        response
    })
}
