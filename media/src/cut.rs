//! How a file lies in the cache: as chunks of one size, or as the files that a bundle consists of.

use std::ops::Range;

use crate::names::{self, CHUNK_SIZE};
use crate::order::in_order;
use crate::range::Span;

/// How a file that is fetched in one stream is cut into entries of the cache.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cut {
    /// Entries of [`CHUNK_SIZE`] bytes, for a file of this size.
    Chunks(u64),
    /// The files that a bundle consists of.
    Parts(Vec<Span>),
}

impl Cut {
    /// How many entries there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        match self {
            Cut::Chunks(size) => names::chunk_count(*size),
            Cut::Parts(spans) => spans.len() as u64,
        }
    }

    /// The bytes of the largest entry, and never none.
    #[must_use]
    pub fn largest(&self) -> u64 {
        match self {
            Cut::Chunks(_) => CHUNK_SIZE,
            Cut::Parts(spans) => spans
                .iter()
                .map(|span| span.length())
                .max()
                .unwrap_or(0)
                .max(1),
        }
    }

    /// The bytes of one entry; none beyond the last.
    #[must_use]
    pub fn span(&self, entry: u64) -> Span {
        match self {
            Cut::Chunks(size) => names::chunk_span(entry, *size),
            Cut::Parts(spans) => {
                let end = spans.last().map_or(0, |last| last.end);
                let found = usize::try_from(entry)
                    .ok()
                    .and_then(|entry| spans.get(entry));
                found.copied().unwrap_or(Span { start: end, end })
            }
        }
    }

    /// The runs of entries that are not stored, in order. `stored` are entries' numbers in any order.
    #[must_use]
    pub fn gaps(&self, stored: &[u64]) -> Vec<Range<u64>> {
        let known = stored.iter().filter(|entry| **entry < self.count());
        let numbers = known.filter_map(|entry| usize::try_from(*entry).ok());
        let stored = in_order(numbers.map(|number| (number, number)).collect());
        let mut gaps = Vec::new();
        let mut at = 0;
        for entry in stored.into_iter().map(|number| number as u64) {
            if entry > at {
                gaps.push(at..entry);
            }
            at = entry + 1;
        }
        if self.count() > at {
            gaps.push(at..self.count());
        }
        gaps
    }

    /// The bytes of a run of entries.
    #[must_use]
    pub fn bytes(&self, entries: &Range<u64>) -> Span {
        Span {
            start: self.span(entries.start).start,
            end: self.span(entries.end.saturating_sub(1)).end,
        }
    }

    /// The first of these entries: as many as `most` bytes hold, and at least one that is not empty, where
    /// there is one.
    #[must_use]
    pub fn run(&self, entries: &Range<u64>, most: u64) -> Range<u64> {
        let until = |entry: u64| self.bytes(&(entries.start..entry)).length();
        let fits = |entry: &u64| until(entry + 1) <= most || until(*entry) == 0;
        let more = entries.clone().skip(1).take_while(fits).count() as u64;
        entries.start..entries.end.min(entries.start + 1 + more)
    }

    /// The bytes that the stored entries hold together.
    #[must_use]
    pub fn stored_bytes(&self, stored: &[u64]) -> u64 {
        let all = self.bytes(&(0..self.count())).length();
        let missing: u64 = self
            .gaps(stored)
            .iter()
            .map(|gap| self.bytes(gap).length())
            .sum();
        all - missing
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Parts;
    use proptest::prelude::*;

    #[test]
    fn an_entry_that_landed_before_an_earlier_one_is_not_asked_for_again() {
        let size = 3 * CHUNK_SIZE + 5;
        let cut = Cut::Chunks(size);
        assert_eq!(cut.gaps(&[2, 0]), [1..2, 3..4]);
        assert_eq!(
            cut.bytes(&(3..4)),
            Span {
                start: 3 * CHUNK_SIZE,
                end: size
            }
        );
        assert!(cut.gaps(&[0, 1, 2, 3]).is_empty());
        assert!(Cut::Chunks(0).gaps(&[]).is_empty());
    }

    fn cuts() -> impl Strategy<Value = Cut> {
        let bundle = |sizes: Vec<u64>| {
            let names: Vec<String> = (0..sizes.len()).map(|number| number.to_string()).collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            Cut::Parts(Parts::new(&names, sizes).spans())
        };
        prop_oneof![
            (0..40 * CHUNK_SIZE).prop_map(Cut::Chunks),
            prop::collection::vec(prop_oneof![Just(0), 0..5_000_000_u64], 0..40).prop_map(bundle),
        ]
    }

    proptest! {
        #[test]
        fn gaps_and_entries_together_are_the_file(cut in cuts(), stored in prop::collection::vec(0u64..60, 0..60), most in 0..20_000_000_u64) {
            let gaps = cut.gaps(&stored);
            prop_assert!(gaps.iter().all(|gap| gap.start < gap.end && gap.end <= cut.count()));
            prop_assert!(gaps.windows(2).all(|pair| pair[0].end < pair[1].start));
            let mut all: Vec<u64> = gaps.into_iter().flatten().chain(stored.iter().copied().filter(|entry| *entry < cut.count())).collect();
            all.sort_unstable();
            all.dedup();
            prop_assert!(all.into_iter().eq(0..cut.count()));
            for entry in 1..cut.count() {
                prop_assert_eq!(cut.span(entry - 1).end, cut.span(entry).start);
            }
            let mut entries = 0..cut.count();
            while !entries.is_empty() {
                let run = cut.run(&entries, most);
                prop_assert!(run.start == entries.start && run.start < run.end && run.end <= entries.end);
                let filled = run.clone().filter(|entry| cut.span(*entry).length() > 0).count();
                prop_assert!(cut.bytes(&run).length() <= most || filled == 1);
                prop_assert!(filled > 0 || run.end == entries.end);
                prop_assert!(run.end == entries.end || cut.bytes(&(run.start..run.end + 1)).length() > most);
                entries.start = run.end;
            }
            let held: u64 = (0..cut.count()).filter(|entry| stored.contains(entry)).map(|entry| cut.span(entry).length()).sum();
            prop_assert_eq!(cut.stored_bytes(&stored), held);
        }
    }
}
