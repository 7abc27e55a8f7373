//! Numbers in words that people read, the same on the server's pages and in the client.

/// A size in decimal units, as the systems that people compare it with show it: "12.3 MB".
#[must_use]
pub fn bytes(count: u64) -> String {
    const UNITS: [&str; 5] = ["kB", "MB", "GB", "TB", "PB"];
    if count < 1000 {
        return format!("{count} B");
    }
    // In whole numbers, which round exactly.
    let (mut unit, mut thousandth) = (0, 1);
    // 999.5 would be shown as 1000.
    while count / thousandth >= 999_500 && unit + 1 < UNITS.len() {
        thousandth *= 1000;
        unit += 1;
    }
    let tenths = (count / thousandth + 50) / 100;
    if tenths < 100 {
        format!("{}.{} {}", tenths / 10, tenths % 10, UNITS[unit])
    } else {
        let whole = (count / thousandth + 500) / 1000;
        format!("{whole} {}", UNITS[unit])
    }
}

/// How long something still takes, roughly: "about 2 min left".
#[must_use]
pub fn time_left(seconds: u64) -> String {
    match seconds {
        0..8 => "a few seconds left".to_owned(),
        8..55 => format!("about {} s left", seconds.div_ceil(10) * 10),
        55..3570 => format!("about {} min left", (seconds + 30) / 60),
        _ => {
            let tens = (seconds + 300) / 600;
            match (tens / 6, tens % 6) {
                (hours, 0) => format!("about {hours} h left"),
                (hours, tens) => format!("about {hours} h {tens}0 min left"),
            }
        }
    }
}

/// When something happens, roughly: "in about 2 minutes".
#[must_use]
pub fn soon(seconds: u64) -> String {
    match seconds {
        0..20 => "in a few seconds".to_owned(),
        20..90 => "in about a minute".to_owned(),
        _ => format!("in about {} minutes", (seconds + 30) / 60),
    }
}

/// A decimal number of digits and at most one point, to 15 digits. Rust's own parser of floats knows
/// much more, and brings a table of 10 KB that no client needs.
#[must_use]
pub fn parse_decimal(text: &str) -> Option<f64> {
    /// From here on another digit may not fit.
    const FULL: f64 = 1e14;
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let mut digits = whole.bytes().chain(fraction.bytes()).peekable();
    digits.peek()?;
    if !digits.all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let append = |value: f64, digit: u8| value * 10.0 + f64::from(digit - b'0');
    let mut value = whole.bytes().fold(0.0, append);
    let mut scale = 1.0;
    for digit in fraction.bytes() {
        if value >= FULL {
            break;
        }
        value = append(value, digit);
        scale *= 10.0;
    }
    Some(value / scale).filter(|value| value.is_finite())
}

/// A point in time of a video: `m:ss`, or `h:mm:ss` from an hour on. Fractions are cut.
#[must_use]
pub fn clock(seconds: u64) -> String {
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes}:{seconds:02}")
    }
}

/// The seconds of a `m:ss` or `h:mm:ss` text.
#[must_use]
pub fn parse_clock(text: &str) -> Option<u64> {
    let parts: Vec<&str> = text.trim().split(':').collect();
    if !(2..=3).contains(&parts.len()) {
        return None;
    }
    let mut total: u64 = 0;
    for (place, part) in parts.iter().enumerate() {
        let value: u64 = part.parse().ok()?;
        if place > 0 && (part.len() != 2 || value > 59) {
            return None;
        }
        total = total.checked_mul(60)?.checked_add(value)?;
    }
    Some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_keep_two_or_three_digits() {
        assert_eq!(bytes(0), "0 B");
        assert_eq!(bytes(999), "999 B");
        assert_eq!(bytes(1_500), "1.5 kB");
        assert_eq!(bytes(999_960), "1.0 MB");
        assert_eq!(bytes(9_949_999), "9.9 MB");
        assert_eq!(bytes(9_950_000), "10 MB");
        assert_eq!(bytes(12_499_999), "12 MB");
        assert_eq!(bytes(999_499), "999 kB");
        assert_eq!(bytes(999_500), "1.0 MB");
        assert_eq!(bytes(u64::MAX), "18447 PB");
    }

    #[test]
    fn times_to_come_are_rounded_to_what_can_be_known() {
        for (seconds, words) in [
            (0, "a few seconds left"),
            (8, "about 10 s left"),
            (41, "about 50 s left"),
            (55, "about 1 min left"),
            (150, "about 3 min left"),
            (3569, "about 59 min left"),
            (3570, "about 1 h left"),
            (4800, "about 1 h 20 min left"),
            (360_000, "about 100 h left"),
        ] {
            assert_eq!(time_left(seconds), words);
        }
        for (seconds, words) in [
            (0, "in a few seconds"),
            (60, "in about a minute"),
            (300, "in about 5 minutes"),
        ] {
            assert_eq!(soon(seconds), words);
        }
    }

    #[test]
    fn decimals_are_what_rust_reads_of_them() {
        for text in [
            "0",
            "6",
            "6.",
            ".5",
            "6.006",
            "29.97",
            "10.416667",
            "0.1",
            "3600.123456789",
            "007.50",
            "123456789012345",
            "0.333333333333333",
        ] {
            assert_eq!(parse_decimal(text), text.parse().ok(), "{text}");
        }
        for nonsense in [
            "", ".", "-1", "+1", "1e3", "1.2.3", "inf", "NaN", " 1", "1,5", "²",
        ] {
            assert_eq!(parse_decimal(nonsense), None, "{nonsense}");
        }
        assert_eq!(parse_decimal(&"9".repeat(400)), None);
        assert!(
            parse_decimal("6.0060060060060060060060")
                .is_some_and(|six| (six - 6.006_006).abs() < 1e-6)
        );
    }

    #[test]
    fn clocks_are_read_back() {
        for (seconds, text) in [
            (0, "0:00"),
            (64, "1:04"),
            (3599, "59:59"),
            (3600, "1:00:00"),
            (36_061, "10:01:01"),
        ] {
            assert_eq!(clock(seconds), text);
            assert_eq!(parse_clock(text), Some(seconds));
        }
        for nonsense in ["", "12", "1:4", "1:60", "a:00", "1:00:00:00"] {
            assert_eq!(parse_clock(nonsense), None, "{nonsense}");
        }
    }
}
