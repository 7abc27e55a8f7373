//! What a line can do to requests and answers: everything that servers, proxies and networks do.

use super::{Head, Request};

/// What happens to the answers for addresses that contain a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// They come at so many bytes a second.
    Slow(usize),
    /// They break off after so many bytes of the body.
    Drops(usize),
    /// They stop after so many bytes of the body, and the connection stays open.
    Stalls(usize),
    /// Their `Content-Length` says more than there is.
    SaysMore,
    /// Their `Content-Length` says less than there is.
    SaysLess,
    /// Nothing is there: 404, for other origins too, and what is on its way breaks off.
    Missing,
    /// The server fails: 500.
    Failing,
    /// The server has too much to do: 429, and it asks for a second's pause.
    Busy,
    /// A page comes in place of the file, as in a hotel that wants its form filled in.
    Page,
    /// All of the file comes, whatever part was asked for.
    IgnoresRange,
    /// The part that comes is said to be another one.
    WrongRange,
    /// The file is said to be elsewhere, and there to be here.
    Detour,
    /// Other origins may not read it: its CORS headers are left out.
    NotShared,
}

/// By how many bytes a length is wrong.
const WRONG_BY: u64 = 4096;

/// What the address elsewhere ends in.
const ELSEWHERE: &str = "?elsewhere";

const PAGE: &str = "<!doctype html><title>Welcome</title><p>Please sign in to use this network.";

impl Fault {
    /// The answer that comes in place of the server's.
    pub(super) fn answer(self, request: &Request) -> Option<String> {
        let answer = |status: &str, fields: &str, body: &str| {
            format!(
                "HTTP/1.1 {status}\r\n{fields}Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
                body.len()
            )
        };
        match self {
            Fault::Missing => Some(answer(
                "404 Not Found",
                "Access-Control-Allow-Origin: *\r\n",
                "",
            )),
            Fault::Failing => Some(answer("500 Internal Server Error", "", "")),
            Fault::Busy => Some(answer("429 Too Many Requests", "Retry-After: 1\r\n", "")),
            Fault::Page => Some(answer("200 OK", "Content-Type: text/html\r\n", PAGE)),
            Fault::Detour => {
                let path = &request.path;
                let to = match path.strip_suffix(ELSEWHERE) {
                    Some(here) => here.to_owned(),
                    None => format!("{path}{ELSEWHERE}"),
                };
                Some(answer("302 Found", &format!("Location: {to}\r\n"), ""))
            }
            _ => None,
        }
    }

    /// Changes what the server is asked.
    pub(super) fn change_request(self, head: &mut Head) {
        if self == Fault::IgnoresRange {
            head.remove("range");
            head.remove("if-range");
        }
    }

    /// Changes what the server says of its answer.
    pub(super) fn change_answer(self, head: &mut Head) {
        let length = head
            .field("content-length")
            .and_then(|length| length.parse::<u64>().ok());
        match (self, length) {
            (Fault::SaysMore, Some(length)) => {
                head.replace("content-length", &(length + WRONG_BY).to_string());
            }
            (Fault::SaysLess, Some(length)) => {
                head.replace(
                    "content-length",
                    &length.saturating_sub(WRONG_BY).to_string(),
                );
            }
            (Fault::WrongRange, _) => {
                if let Some((start, rest)) = head.range() {
                    head.replace("content-range", &format!("bytes {}-{rest}", start + 1));
                }
            }
            (Fault::NotShared, _) => head.remove("access-control-"),
            _ => {}
        }
    }
}
