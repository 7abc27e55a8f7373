//! Byte ranges as RFC 9110, section 14, has them: one reading of `Range`, `If-Range` and
//! `Content-Range` for the server, for the service worker that answers from storage, and for the
//! download engine. Texts in, plain values out, so that no HTTP library comes along.
//!
//! Policy: a range is answered exactly or not at all. What RFC 9110 lets a server ignore
//! (malformed, of another unit, overlapping, too many) is answered with the whole file, which is
//! always right; nothing is ever guessed or merged.

mod cases;

pub use cases::{CASES, Case, Expected};

/// More ranges than this in one request are an attack or a mistake; players ask for one.
const MOST_RANGES: usize = 16;

/// A non-empty run of bytes of a file, never past its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Span {
    /// The first byte's offset.
    pub start: u64,
    /// The offset after the last byte, always greater than `start`.
    pub end: u64,
}

impl Span {
    /// How many bytes it has.
    #[must_use]
    pub fn length(self) -> u64 {
        self.end - self.start
    }

    /// The `Content-Range` of an answer that carries this span of a file of `total` bytes.
    #[must_use]
    pub fn content_range(self, total: u64) -> String {
        format!("bytes {}-{}/{total}", self.start, self.end - 1)
    }

    /// The same bytes in spans of at most `most` bytes.
    pub fn pieces(self, most: u64) -> impl Iterator<Item = Span> {
        let count = self.length().div_ceil(most);
        (0..count).map(move |number| Span {
            start: self.start + number * most,
            end: self.end.min(self.start + (number + 1) * most),
        })
    }

    fn overlaps(self, other: Span) -> bool {
        self.start < other.end && other.start < self.end
    }
}

/// The `Content-Range` of a 416 answer for a file of `total` bytes.
#[must_use]
pub fn unsatisfied_range(total: u64) -> String {
    format!("bytes */{total}")
}

/// What a request gets of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// Status 200: no range was asked for, or one that is to be ignored.
    Whole,
    /// Status 206 with `Content-Range`.
    Part(Span),
    /// Status 206 as `multipart/byteranges`: at least two spans, none overlapping another, in the
    /// order of the request.
    Parts(Vec<Span>),
    /// Status 416: every range that was asked for lies behind the end.
    Unsatisfiable,
}

/// Chooses what `Range: {range_header}` gets of a file of `total` bytes.
///
/// The caller has already found that the method is GET and that `If-Range`, if any, matches.
#[must_use]
pub fn select(range_header: Option<&str>, total: u64) -> Selection {
    let Some(specs) = range_header.and_then(parse_range) else {
        return Selection::Whole;
    };
    if total == 0 && specs.iter().any(|spec| matches!(spec, Spec::Last(1..))) {
        // The last bytes of an empty file are satisfiable by RFC 9110, section 14.1.2, but no
        // Content-Range can say so. The whole file is what they come to.
        return Selection::Whole;
    }
    let spans: Vec<Span> = specs
        .iter()
        .filter_map(|spec| spec.resolve(total))
        .collect();
    match spans.as_slice() {
        [] => Selection::Unsatisfiable,
        // RFC 9110, section 15.3.7.2: one part that is left of several goes out without multipart.
        [only] => Selection::Part(*only),
        _ if any_overlap(&spans) => Selection::Whole,
        _ => Selection::Parts(spans),
    }
}

/// Whether `If-Range: {if_range}` lets the `Range` beside it count, given the file's validators.
///
/// Entity tags are compared strongly (a weak one never matches), a date matches only if it is the
/// very text of `Last-Modified` (RFC 9110, section 13.1.5).
#[must_use]
pub fn if_range_matches(if_range: &str, etag: Option<&str>, last_modified: Option<&str>) -> bool {
    let if_range = trim(if_range);
    if if_range.is_empty() || if_range.starts_with("W/") {
        false
    } else if if_range.starts_with('"') {
        etag == Some(if_range)
    } else {
        last_modified == Some(if_range)
    }
}

/// What an answer says about the bytes that it carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ContentRange {
    /// The bytes of the file that the answer's body holds.
    pub span: Span,
    /// The whole file's size, `None` where the answer says `*`.
    pub total: Option<u64>,
}

/// Reads a 206 answer's `Content-Range`. `None` for what is no byte range with bytes in it (so
/// for the `bytes */N` of a 416, too) and for one that contradicts itself.
#[must_use]
pub fn parse_content_range(header: &str) -> Option<ContentRange> {
    let (unit, rest) = trim(header).split_once(' ')?;
    let (range, total) = rest.split_once('/')?;
    let (first, last) = range.split_once('-')?;
    let span = Span {
        start: exact_number(first)?,
        end: exact_number(last)?.checked_add(1)?,
    };
    let total = match total {
        "*" => None,
        digits => Some(exact_number(digits)?),
    };
    let consistent = span.start < span.end && total.is_none_or(|total| span.end <= total);
    (unit.eq_ignore_ascii_case("bytes") && consistent).then_some(ContentRange { span, total })
}

/// One element of a `Range` header, before the file's size is known.
enum Spec {
    /// `first-last`, both inclusive, `first` not behind `last`.
    Between(u64, u64),
    /// `first-`
    From(u64),
    /// `-length`
    Last(u64),
}

impl Spec {
    fn parse(text: &str) -> Option<Spec> {
        match text.split_once('-')? {
            ("", length) => Some(Spec::Last(saturating_number(length)?)),
            (first, "") => Some(Spec::From(saturating_number(first)?)),
            (first, last) => {
                let (first, last) = (saturating_number(first)?, saturating_number(last)?);
                (first <= last).then_some(Spec::Between(first, last))
            }
        }
    }

    /// The bytes meant in a file of `total` bytes, `None` where there are none.
    fn resolve(&self, total: u64) -> Option<Span> {
        let last_byte = total.checked_sub(1)?;
        let span = match *self {
            Spec::Between(first, last) => Span {
                start: first,
                end: last.min(last_byte) + 1,
            },
            Spec::From(first) => Span {
                start: first,
                end: total,
            },
            Spec::Last(length) => Span {
                start: total.saturating_sub(length),
                end: total,
            },
        };
        (span.start < span.end).then_some(span)
    }
}

/// The elements of a `Range` header, `None` where the header is to be ignored.
fn parse_range(header: &str) -> Option<Vec<Spec>> {
    let (unit, set) = trim(header).split_once('=')?;
    if !unit.eq_ignore_ascii_case("bytes") {
        return None;
    }
    // RFC 9110, section 5.6.1.2: empty list elements are skipped.
    let elements = set.split(',').map(trim).filter(|text| !text.is_empty());
    let specs: Vec<Spec> = elements
        .take(MOST_RANGES + 1)
        .map(Spec::parse)
        .collect::<Option<_>>()?;
    (1..=MOST_RANGES).contains(&specs.len()).then_some(specs)
}

fn any_overlap(spans: &[Span]) -> bool {
    let pairs = spans.iter().enumerate();
    pairs
        .flat_map(|(index, span)| spans[index + 1..].iter().map(move |other| (*span, *other)))
        .any(|(one, other)| one.overlaps(other))
}

/// Optional whitespace as HTTP has it: spaces and tabs, no other.
fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t'])
}

/// Digits only: `parse` alone would take a leading `+`.
fn exact_number(text: &str) -> Option<u64> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

/// As [`exact_number`], but what is too large for 64 bits lies behind the end of any file, and
/// the largest number says that as well.
fn saturating_number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests;
