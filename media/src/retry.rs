//! When a download tries again by itself: soon at first, then less and less often, and never all
//! visitors of a site at the same moment.

use serde::{Deserialize, Serialize};

/// Milliseconds before the first new attempt, at most.
const FIRST: f64 = 1_000.0;

/// Milliseconds between two attempts, at most, unless the server asks for more.
const LONGEST: f64 = 300_000.0;

/// The longest wait that a server is granted, in milliseconds.
const GRANTED: f64 = 86_400_000.0;

/// Attempts in a row that bring nothing before the person is told.
const PATIENCE: u32 = 3;

/// The next attempt after one that failed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Retry {
    /// When, in milliseconds since 1970.
    pub at: f64,
    /// How many attempts in a row have brought nothing.
    pub attempts: u32,
}

impl Retry {
    /// The attempt after one that failed at the time `now`: exponential backoff with jitter. `last` is
    /// what this one was the retry of, unless it brought something. `random` is from 0 to 1, and
    /// `least` the milliseconds that the server asks for.
    #[must_use]
    pub fn after(last: Option<Retry>, now: f64, random: f64, least: f64) -> Self {
        let attempts = last.map_or(0, |last| last.attempts).saturating_add(1);
        let doublings = (attempts - 1).min(30);
        let longest = (FIRST * f64::from(1_u32 << doublings)).min(LONGEST);
        let pause = longest * (0.5 + random / 2.0);
        Retry {
            at: now + pause.max(least.min(GRANTED)),
            attempts,
        }
    }

    /// Whether this has gone on for so long that the person is to know.
    #[must_use]
    pub fn is_stubborn(self) -> bool {
        self.attempts >= PATIENCE
    }
}

/// The milliseconds of a `Retry-After` header (RFC 9110 §10.2.3) that gives seconds; for one that
/// gives a date, `until` finds out.
#[must_use]
pub fn retry_after(header: &str, until: impl FnOnce(&str) -> Option<f64>) -> Option<f64> {
    let header = header.trim();
    match header.parse::<u32>() {
        Ok(seconds) => Some(f64::from(seconds) * 1000.0),
        Err(_) => until(header).map(|milliseconds| milliseconds.max(0.0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pauses(random: f64, count: usize) -> Vec<f64> {
        let mut last = None;
        let mut pauses = Vec::new();
        for _ in 0..count {
            let next = Retry::after(last, 0.0, random, 0.0);
            pauses.push(next.at);
            last = Some(next);
        }
        pauses
    }

    #[test]
    fn pauses_double_up_to_a_limit() {
        assert_eq!(pauses(1.0, 4), [1e3, 2e3, 4e3, 8e3]);
        assert_eq!(pauses(0.0, 4), [5e2, 1e3, 2e3, 4e3]);
        assert_eq!(pauses(1.0, 60)[59], LONGEST);
    }

    #[test]
    fn the_third_failure_in_a_row_is_told() {
        let once = Retry::after(None, 0.0, 0.5, 0.0);
        let twice = Retry::after(Some(once), 0.0, 0.5, 0.0);
        let thrice = Retry::after(Some(twice), 0.0, 0.5, 0.0);
        assert_eq!(
            [once, twice, thrice].map(Retry::is_stubborn),
            [false, false, true]
        );
    }

    #[test]
    fn a_server_may_ask_for_more_but_not_for_ever() {
        assert_eq!(Retry::after(None, 5.0, 0.5, 60_000.0).at, 60_005.0);
        assert_eq!(Retry::after(None, 0.0, 0.5, f64::MAX).at, GRANTED);
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let never = |_: &str| None;
        assert_eq!(retry_after("120", never), Some(120_000.0));
        assert_eq!(retry_after(" 0 ", never), Some(0.0));
        assert_eq!(retry_after("soon", never), None);
        let date = "Wed, 21 Oct 2026 07:28:00 GMT";
        assert_eq!(retry_after(date, |_| Some(-5.0)), Some(0.0));
    }
}
