//! Points in time of a DASH manifest, exact to the nanosecond: a rounded one would add a segment
//! that does not exist, or lose the last one.

use std::time::Duration;

/// An ISO 8601 duration as `xs:duration` has it. A year has 365 days and a month 30.
/// `None` for what is malformed, negative or longer than 500 years.
pub(super) fn parse_duration(text: &str) -> Option<Duration> {
    const DAY: u64 = 24 * 3600;
    let rest = text.trim_ascii().strip_prefix('P')?;
    let (date, time) = rest.split_once('T').unwrap_or((rest, ""));
    if rest.is_empty() || rest.ends_with('T') {
        return None;
    }
    let units = [
        ('Y', 365 * DAY),
        ('M', 30 * DAY),
        ('W', 7 * DAY),
        ('D', DAY),
    ];
    let date = parse_parts(date, &units)?;
    let time = parse_parts(time, &[('H', 3600), ('M', 60), ('S', 1)])?;
    let total = date.checked_add(time)?;
    (total.as_secs() <= 500 * 365 * DAY).then_some(total)
}

/// Numbers with a unit each, in the order of `units`; the last unit may have a fraction.
fn parse_parts(mut text: &str, units: &[(char, u64)]) -> Option<Duration> {
    let mut total = Duration::ZERO;
    for (unit, seconds) in units {
        let Some((number, rest)) = text.split_once(*unit) else {
            continue;
        };
        text = rest;
        let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
        let digits =
            |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let fractional = number.contains('.') && *unit != 'S';
        if !digits(whole) || !digits(fraction) || fractional {
            return None;
        }
        let whole = whole.parse::<u64>().ok()?.checked_mul(*seconds)?;
        let nanoseconds = format!("{:0<9.9}", fraction).parse().ok()?;
        total = total.checked_add(Duration::new(whole, nanoseconds))?;
    }
    text.is_empty().then_some(total)
}

/// How many segments of `length` ticks from `start` on it takes to reach `end`, where a second has
/// `timescale` ticks.
pub(super) fn segments_until(end: Duration, start: i128, length: u64, timescale: u32) -> u64 {
    const NANOSECONDS: i128 = 1_000_000_000;
    let end = i128::try_from(end.as_nanos()).unwrap_or(i128::MAX >> 40) * i128::from(timescale);
    let (left, each) = (end - start * NANOSECONDS, i128::from(length) * NANOSECONDS);
    if left <= 0 || each == 0 {
        return 0;
    }
    u64::try_from((left + each - 1) / each).unwrap_or(u64::MAX)
}

/// Ticks in seconds.
pub(super) fn seconds(ticks: i128, timescale: u32) -> f64 {
    #[expect(
        clippy::cast_precision_loss,
        reason = "shown and summed, never compared"
    )]
    let ticks = ticks as f64;
    ticks / f64::from(timescale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_exact() {
        for (text, seconds, nanoseconds) in [
            ("PT0S", 0, 0),
            ("PT1H2M3.5S", 3723, 500_000_000),
            ("PT634.566S", 634, 566_000_000),
            ("P1DT1S", 86_401, 0),
            ("P1Y1M", 395 * 86_400, 0),
            ("P2W", 14 * 86_400, 0),
            ("PT0.1234567899S", 0, 123_456_789),
            (" PT90M ", 5400, 0),
        ] {
            let expected = Duration::new(seconds, nanoseconds);
            assert_eq!(parse_duration(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn nonsense_is_no_duration() {
        for text in [
            "",
            "P",
            "PT",
            "1S",
            "-PT1S",
            "PT-1S",
            "PT1",
            "PT1M1H",
            "PT1.5H",
            "PT.S",
            "PT1.S",
            "PTNaNS",
            "PTinfS",
            "PT1e9S",
            "P501Y",
            "PT99999999999999999999S",
            "PT18446744073709551615H",
            "PT1S1S",
            "P1DT",
            "PT1SX",
            "PT1é",
        ] {
            assert_eq!(parse_duration(text), None, "{text}");
        }
    }

    #[test]
    fn the_last_segment_may_be_short_but_not_empty() {
        let end = Duration::from_millis(10_010);
        assert_eq!(segments_until(end, 0, 2002, 1000), 5);
        assert_eq!(segments_until(end, 0, 2000, 1000), 6);
        assert_eq!(segments_until(end, 8008, 2002, 1000), 1);
        assert_eq!(segments_until(end, 10_010, 2002, 1000), 0);
        let huge = segments_until(Duration::MAX, i128::from(u64::MAX), 1, u32::MAX);
        assert!(huge > 0);
    }
}
