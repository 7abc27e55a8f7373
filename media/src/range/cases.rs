//! The table that every answerer of ranges is held against: [`super::select`] itself, the server
//! over real files, and the service worker in real browsers.

use super::{Selection, Span};

/// A `Range` header, a file's size, and the right answer.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    /// The value of `Range`.
    pub header: &'static str,
    /// 0, 1 or 1000, so that three files are enough to run the whole table.
    pub total: u64,
    /// What the request gets.
    pub expected: Expected,
}

/// A [`Selection`] that fits into a constant.
#[derive(Clone, Copy, Debug)]
pub enum Expected {
    /// [`Selection::Whole`]
    Whole,
    /// [`Selection::Part`] or [`Selection::Parts`]: first byte and the one after the last.
    Bytes(&'static [(u64, u64)]),
    /// [`Selection::Unsatisfiable`]
    Unsatisfiable,
}

impl Case {
    /// What [`super::select`] has to return.
    #[must_use]
    pub fn selection(&self) -> Selection {
        let span = |&(start, end): &(u64, u64)| Span { start, end };
        match self.expected {
            Expected::Whole => Selection::Whole,
            Expected::Unsatisfiable => Selection::Unsatisfiable,
            Expected::Bytes([only]) => Selection::Part(span(only)),
            Expected::Bytes(several) => Selection::Parts(several.iter().map(span).collect()),
        }
    }
}

const fn whole(header: &'static str, total: u64) -> Case {
    let expected = Expected::Whole;
    Case {
        header,
        total,
        expected,
    }
}

const fn bytes(header: &'static str, total: u64, spans: &'static [(u64, u64)]) -> Case {
    let expected = Expected::Bytes(spans);
    Case {
        header,
        total,
        expected,
    }
}

const fn unsatisfiable(header: &'static str, total: u64) -> Case {
    let expected = Expected::Unsatisfiable;
    Case {
        header,
        total,
        expected,
    }
}

/// Every kind of `Range` header that has ever been answered wrongly by someone.
pub const CASES: &[Case] = &[
    // Bounded. Safari opens every video with the second of these.
    bytes("bytes=0-0", 1000, &[(0, 1)]),
    bytes("bytes=0-1", 1000, &[(0, 2)]),
    bytes("bytes=200-299", 1000, &[(200, 300)]),
    bytes("bytes=0-999", 1000, &[(0, 1000)]),
    bytes("bytes=999-999", 1000, &[(999, 1000)]),
    bytes("bytes=0-0", 1, &[(0, 1)]),
    bytes("bytes=0000000000000000000000005-06", 1000, &[(5, 7)]),
    // Clamped to the end.
    bytes("bytes=0-1000", 1000, &[(0, 1000)]),
    bytes("bytes=990-5000", 1000, &[(990, 1000)]),
    bytes("bytes=5-18446744073709551615", 1000, &[(5, 1000)]),
    bytes("bytes=5-99999999999999999999999", 1000, &[(5, 1000)]),
    // Open. Chromium opens every video with the first of these.
    bytes("bytes=0-", 1000, &[(0, 1000)]),
    bytes("bytes=500-", 1000, &[(500, 1000)]),
    bytes("bytes=999-", 1000, &[(999, 1000)]),
    bytes("bytes=0-", 1, &[(0, 1)]),
    // Suffixes.
    bytes("bytes=-1", 1000, &[(999, 1000)]),
    bytes("bytes=-200", 1000, &[(800, 1000)]),
    bytes("bytes=-1000", 1000, &[(0, 1000)]),
    bytes("bytes=-5000", 1000, &[(0, 1000)]),
    bytes("bytes=-99999999999999999999999", 1000, &[(0, 1000)]),
    unsatisfiable("bytes=-0", 1000),
    unsatisfiable("bytes=-00", 1000),
    // Behind the end.
    unsatisfiable("bytes=1000-", 1000),
    unsatisfiable("bytes=1000-1000", 1000),
    unsatisfiable("bytes=5000-6000", 1000),
    unsatisfiable("bytes=1-", 1),
    unsatisfiable("bytes=18446744073709551615-", 1000),
    unsatisfiable("bytes=99999999999999999999999-", 1000),
    unsatisfiable("bytes=18446744073709551615-18446744073709551615", 1000),
    // An empty file has no first byte, and its last bytes are all of it.
    unsatisfiable("bytes=0-", 0),
    unsatisfiable("bytes=0-0", 0),
    unsatisfiable("bytes=-0", 0),
    unsatisfiable("bytes=0-0,5-", 0),
    whole("bytes=-1", 0),
    whole("bytes=0-0,-5", 0),
    // Spellings that count.
    bytes("Bytes=0-1", 1000, &[(0, 2)]),
    bytes("BYTES=-1", 1000, &[(999, 1000)]),
    bytes("bytes= 0-1", 1000, &[(0, 2)]),
    bytes("bytes=,0-1,,", 1000, &[(0, 2)]),
    bytes("bytes= , \t0-1 ,", 1000, &[(0, 2)]),
    // Malformed, or of another unit: as if there were no Range at all.
    whole("", 1000),
    whole("bytes", 1000),
    whole("bytes=", 1000),
    whole("bytes=,", 1000),
    whole("bytes=-", 1000),
    whole("bytes=--1", 1000),
    whole("bytes=5", 1000),
    whole("bytes=5-4", 1000),
    whole("bytes=2000-1999", 1000),
    whole("bytes=99999999999999999999999-5", 1000),
    whole("bytes=0-1-2", 1000),
    whole("bytes=0--1", 1000),
    whole("bytes=a-b", 1000),
    whole("bytes=0x0-0x5", 1000),
    whole("bytes=0-5x", 1000),
    whole("bytes=+0-5", 1000),
    whole("bytes=0-+5", 1000),
    whole("bytes=-+5", 1000),
    whole("bytes=0 - 5", 1000),
    whole("bytes=0.0-5.0", 1000),
    whole("bytes=0-5;", 1000),
    whole("bytes=0-5/1000", 1000),
    whole("bytes:0-5", 1000),
    whole("bytes 0-5", 1000),
    whole("bytes =0-5", 1000),
    whole("0-5", 1000),
    whole("=0-5", 1000),
    whole("seconds=0-5", 1000),
    whole("octets=0-5", 1000),
    whole("bytes=bytes=0-5", 1000),
    whole("none", 1000),
    // Several, in the order asked for; those behind the end are left out.
    bytes("bytes=0-0,2-2", 1000, &[(0, 1), (2, 3)]),
    bytes(
        "bytes=0-9, 500-509, -10",
        1000,
        &[(0, 10), (500, 510), (990, 1000)],
    ),
    bytes("bytes=500-509,0-9", 1000, &[(500, 510), (0, 10)]),
    bytes("bytes=0-9,10-19", 1000, &[(0, 10), (10, 20)]),
    bytes("bytes=0-499,500-", 1000, &[(0, 500), (500, 1000)]),
    bytes("bytes=0-9,2000-2009", 1000, &[(0, 10)]),
    bytes("bytes=2000-,-0,990-2000", 1000, &[(990, 1000)]),
    bytes("bytes=0-9,5000-,20-29", 1000, &[(0, 10), (20, 30)]),
    unsatisfiable("bytes=1000-,2000-2009,-0", 1000),
    bytes(
        "bytes=0-0,2-2,4-4,6-6,8-8,10-10,12-12,14-14,16-16,18-18,20-20,22-22,24-24,26-26,28-28,30-30",
        1000,
        &[
            (0, 1),
            (2, 3),
            (4, 5),
            (6, 7),
            (8, 9),
            (10, 11),
            (12, 13),
            (14, 15),
            (16, 17),
            (18, 19),
            (20, 21),
            (22, 23),
            (24, 25),
            (26, 27),
            (28, 29),
            (30, 31),
        ],
    ),
    // One bad element spoils the list; overlaps and long lists get the whole file.
    whole("bytes=0-9,x", 1000),
    whole("bytes=0-9,20-10", 1000),
    whole("bytes=0-9;20-29", 1000),
    whole("bytes=0-9,9-19", 1000),
    whole("bytes=0-9,0-9", 1000),
    whole("bytes=0-,-1", 1000),
    whole("bytes=100-199,300-399,150-350", 1000),
    whole(
        "bytes=0-0,2-2,4-4,6-6,8-8,10-10,12-12,14-14,16-16,18-18,20-20,22-22,24-24,26-26,28-28,30-30,32-32",
        1000,
    ),
];
