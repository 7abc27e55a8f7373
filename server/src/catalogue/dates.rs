//! Dates as people write them: `2022-02-22`, `2022-02`, `February 22, 2022`, `April 2nd, 2021`,
//! `22 Feb 2022`, `Tue, 22 Feb 2022 10:00:00 GMT`. What cannot be understood is still shown; it
//! only does not sort.

use jiff::civil::Date;

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// The day that a text names; the first one where it names only a month or a year.
pub(crate) fn understand(text: &str) -> Option<Date> {
    iso(text).or_else(|| worded(text))
}

fn iso(text: &str) -> Option<Date> {
    // The time of day does not matter for the order of videos.
    let day = text.split(['T', 't', ' ']).next()?;
    let parts: Vec<&str> = day.split('-').collect();
    let number = |part: &str, digits: usize| {
        let valid = part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
        valid.then(|| part.parse::<i16>().ok()).flatten()
    };
    match parts.as_slice() {
        [year, month, day] => date(number(year, 4)?, number(month, 2)?, number(day, 2)?),
        [year, month] if day == text => date(number(year, 4)?, number(month, 2)?, 1),
        [year] if day == text => date(number(year, 4)?, 1, 1),
        _ => None,
    }
}

fn worded(text: &str) -> Option<Date> {
    let (mut year, mut month, mut day) = (None, None, None);
    for word in text.split([' ', ',', '\t']).filter(|word| !word.is_empty()) {
        let word = word.trim_end_matches('.').to_lowercase();
        let is_beside_the_point = if month.is_none() && day.is_none() {
            is_weekday(&word)
        } else {
            year.is_some() && is_time(&word)
        };
        if is_beside_the_point {
            continue;
        }
        let slot = if let Some(number) = month_number(&word) {
            (&mut month, number)
        } else if let Some(number) = day_number(&word) {
            (&mut day, number)
        } else if word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit()) {
            (&mut year, word.parse().ok()?)
        } else {
            return None;
        };
        if slot.0.replace(slot.1).is_some() {
            return None;
        }
    }
    date(year?, month?, day.unwrap_or(1))
}

fn date(year: i16, month: i16, day: i16) -> Option<Date> {
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// A month's whole name, or its first three letters or more.
fn month_number(word: &str) -> Option<i16> {
    let position = MONTHS
        .iter()
        .position(|month| word.len() >= 3 && month.starts_with(word))?;
    i16::try_from(position + 1).ok()
}

/// `2`, `02`, `2nd`.
fn day_number(word: &str) -> Option<i16> {
    let bare = ["st", "nd", "rd", "th"]
        .iter()
        .find_map(|ending| word.strip_suffix(ending))
        .unwrap_or(word);
    (bare.len() <= 2)
        .then(|| bare.parse().ok())
        .flatten()
        .filter(|day| (1..=31).contains(day))
}

fn is_weekday(word: &str) -> bool {
    const DAYS: [&str; 7] = [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    ];
    DAYS.iter()
        .any(|day| word.len() >= 3 && day.starts_with(word))
}

/// What follows the day in RFC 2822: `10:00:00`, `+0100`, `GMT`.
fn is_time(word: &str) -> bool {
    let digits = |text: &str| {
        !text.is_empty()
            && text
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b':')
    };
    digits(word)
        || word.strip_prefix(['+', '-']).is_some_and(digits)
        || matches!(word, "gmt" | "utc" | "ut" | "z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_understood_in_the_forms_that_people_use() {
        for (text, expected) in [
            ("2022-02-22", "2022-02-22"),
            ("2022-02-22T10:00:00Z", "2022-02-22"),
            ("2022-02-22 10:00", "2022-02-22"),
            ("2022-02", "2022-02-01"),
            ("2022", "2022-01-01"),
            ("February 22, 2022", "2022-02-22"),
            ("Feb. 22, 2022", "2022-02-22"),
            ("April 2nd, 2021", "2021-04-02"),
            ("January 31st, 2022", "2022-01-31"),
            ("22 February 2022", "2022-02-22"),
            ("2 Sept 2022", "2022-09-02"),
            ("May 2022", "2022-05-01"),
            ("Tue, 22 Feb 2022 10:00:00 +0100", "2022-02-22"),
            ("Tuesday, 22 Feb 2022 10:00:00 GMT", "2022-02-22"),
        ] {
            assert_eq!(
                understand(text).map(|date| date.to_string()).as_deref(),
                Some(expected),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_date_is_not_guessed() {
        for text in [
            "",
            "Septembed 22nd, 2021",
            "2022-13-01",
            "2022-02-30",
            "February 30, 2022",
            "22/02/2022",
            "soon",
            "May",
            "1 2 May 2022",
            "é",
        ] {
            assert_eq!(understand(text), None, "{text}");
        }
    }
}
