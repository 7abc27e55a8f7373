//! How fast a download goes, from what has arrived by when.

use crate::text;

/// Milliseconds over which the speed is smoothed.
const SMOOTHING: f64 = 6_000.0;

/// Milliseconds between two looks: bytes arrive in gusts.
const LOOK_EVERY: f64 = 900.0;

/// Milliseconds without a byte after which there is no speed to speak of.
const STILL: f64 = 4_000.0;

/// The pace of one download. Times are milliseconds of any one clock.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// When the last byte arrived.
    moved: f64,
    looked: f64,
    received: u64,
    /// What had arrived at the last look.
    counted: u64,
    /// Bytes a second; 0 until it is known.
    speed: f64,
}

impl Pace {
    /// The pace of a download of which so much is here.
    #[must_use]
    pub fn begin(now: f64, received: u64) -> Self {
        Pace {
            moved: now,
            looked: now,
            received,
            counted: received,
            speed: 0.0,
        }
    }

    /// Takes in what has arrived by now. What starts over or stood still has no speed at first.
    pub fn note(&mut self, now: f64, received: u64) {
        if received == self.received {
            return;
        }
        if received < self.received || self.stands_still(now) {
            *self = Pace::begin(now, received);
            return;
        }
        (self.received, self.moved) = (received, now);
        let elapsed = now - self.looked;
        if elapsed < LOOK_EVERY {
            return;
        }
        #[expect(clippy::cast_precision_loss, reason = "two digits are shown")]
        let latest = (received - self.counted) as f64 * 1000.0 / elapsed;
        let weight = if self.speed > 0.0 {
            elapsed / (elapsed + SMOOTHING)
        } else {
            1.0
        };
        self.speed += (latest - self.speed) * weight;
        (self.looked, self.counted) = (now, received);
    }

    fn stands_still(&self, now: f64) -> bool {
        now - self.moved > STILL
    }

    /// Such as "3.1 MB/s, about 2 min left" with so many bytes to come, as far as they are known.
    /// `None` while there is no speed.
    #[must_use]
    pub fn words(&self, now: f64, left: u64) -> Option<String> {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "casts saturate"
        )]
        let speed = self.speed as u64;
        if speed == 0 || self.stands_still(now) {
            return None;
        }
        let speed_words = text::bytes(speed);
        Some(match left {
            0 => format!("{speed_words}/s"),
            left => format!("{speed_words}/s, {}", text::time_left(left / speed)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is said after so many seconds, in each of which the same number of bytes arrived.
    fn after(pace: &mut Pace, from: u32, seconds: u32, bytes: u64, left: u64) -> Option<String> {
        let mut now = f64::from(from) * 1000.0;
        for _ in 0..seconds * 5 {
            now += 200.0;
            pace.note(now, pace.received + bytes / 5);
        }
        pace.words(now, left)
    }

    #[test]
    fn a_steady_download_has_its_speed_and_its_time() {
        let mut pace = Pace::begin(0.0, 7_000_000);
        assert_eq!(pace.words(0.0, 1), None);
        let said = after(&mut pace, 0, 5, 3_000_000, 360_000_000);
        assert_eq!(said.as_deref(), Some("3.0 MB/s, about 2 min left"));
        assert_eq!(
            pace.words(5_000.0, 0).as_deref(),
            Some("3.0 MB/s"),
            "without a size there is no time"
        );
    }

    #[test]
    fn a_gust_does_not_count_as_the_speed() {
        let mut pace = Pace::begin(0.0, 0);
        after(&mut pace, 0, 20, 1_000_000, 1);
        pace.note(21_000.0, pace.received + 8_000_000);
        assert_eq!(pace.words(21_000.0, 0).as_deref(), Some("2.0 MB/s"));
    }

    #[test]
    fn what_stands_still_or_starts_over_has_no_speed() {
        let mut pace = Pace::begin(0.0, 0);
        assert!(after(&mut pace, 0, 5, 1_000_000, 1).is_some());
        assert_eq!(pace.words(5_000.0 + STILL + 1.0, 1), None);
        pace.note(60_000.0, pace.received + 1);
        assert_eq!(pace.words(60_000.0, 1), None);
        assert!(after(&mut pace, 60, 5, 1_000_000, 1).is_some());
        pace.note(65_100.0, 0);
        assert_eq!(pace.words(65_100.0, 1), None);
    }
}
