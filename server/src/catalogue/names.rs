//! What the names of files and folders say: `NN-` orders and is left out, the rest is the id of a
//! video or the slug of a category. Both are parts of addresses, so they must need no encoding.

use super::problems::{Report, quote};

/// First parts of paths that the site itself answers, or may one day. A dot ends the part that
/// counts, as in `sw.js`.
const RESERVED: [&str; 28] = [
    "admin",
    "api",
    "apple-touch-icon",
    "assets",
    "browserconfig",
    "category",
    "downloads",
    "favicon",
    "feed",
    "healthz",
    "home",
    "index",
    "login",
    "manifest",
    "media",
    "metrics",
    "offline",
    "player",
    "readyz",
    "robots",
    "search",
    "service-worker",
    "settings",
    "sitemap",
    "static",
    "sw",
    "well-known",
    "worker",
];

/// A name without its leading `NN-`.
pub(crate) fn without_number(name: &str) -> &str {
    match name
        .trim_start_matches(|char: char| char.is_ascii_digit())
        .strip_prefix('-')
    {
        Some(rest) if !name.starts_with('-') => rest,
        _ => name,
    }
}

/// Sorts `2-b` before `10-a`, and both before names without a number.
pub(crate) fn order(name: &str) -> (u64, &str) {
    let digits = name.len()
        - name
            .trim_start_matches(|char: char| char.is_ascii_digit())
            .len();
    (name[..digits].parse().unwrap_or(u64::MAX), name)
}

/// The id of a video from its file's name without `.md`; `None` after an error.
pub(crate) fn id(stem: &str, report: &mut Report) -> Option<String> {
    let id = without_number(stem);
    if !is_plain(id) {
        report.error(
            1,
            format!(
                "The file name {} cannot be the address of a page",
                quote(stem)
            ),
            "Rename the file: letters a to z, digits, `-`, `_` and `.` may follow the number.",
        );
        return None;
    }
    if RESERVED.contains(
        &id.split('.')
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase()
            .as_str(),
    ) {
        report.error(
            1,
            format!(
                "The id {} is reserved, because the site uses `/{id}/` itself",
                quote(id)
            ),
            "Rename the file.",
        );
        return None;
    }
    Some(id.to_owned())
}

/// Whether a name is a part of an address as it stands: unreserved characters of RFC 3986, and no
/// dot in front.
pub(crate) fn is_plain(name: &str) -> bool {
    let valid = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    !name.is_empty() && !name.starts_with('.') && name.bytes().all(valid)
}

/// The nearest plain name; empty where nothing of it can stay.
pub(crate) fn plain(name: &str) -> String {
    let dashed = name
        .to_lowercase()
        .replace(|char: char| !char.is_ascii_alphanumeric(), "-");
    dashed
        .split('-')
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("-")
}

/// A name for people: `user-experience` is "User experience".
pub(crate) fn readable(name: &str) -> String {
    let spaced = name.replace(['-', '_'], " ");
    let mut chars = spaced.trim().chars();
    chars
        .next()
        .map(|first| first.to_uppercase().chain(chars).collect())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn a_leading_number_is_left_out() {
        for (name, rest) in [
            ("01-a", "a"),
            ("2001-a-b", "a-b"),
            ("a-1", "a-1"),
            ("-a", "-a"),
            ("12", "12"),
            ("01-02-a", "02-a"),
        ] {
            assert_eq!(without_number(name), rest, "{name}");
        }
    }

    #[test]
    fn names_are_ordered_by_number_then_letters() {
        let mut names = ["b", "10-a", "2-b", "02-a", "a"];
        names.sort_by(|a, b| order(a).cmp(&order(b)));
        assert_eq!(names, ["02-a", "2-b", "10-a", "a", "b"]);
    }

    #[test]
    fn ids_that_the_site_needs_or_that_need_encoding_are_errors() {
        let mut report = Report::new(Path::new("a.md"));
        for stem in [
            "01-search",
            "feed",
            "02-Sw",
            "robots.txt",
            "manifest.webmanifest",
            "01-",
            "#",
            "a b",
            "a/b",
            "..",
            "é",
            "a%20b",
            "a?b",
        ] {
            assert_eq!(id(stem, &mut report), None, "{stem}");
        }
        for (stem, expected) in [
            ("01-searching", "searching"),
            ("Intro_2.0", "Intro_2.0"),
            ("12", "12"),
        ] {
            assert_eq!(id(stem, &mut report).as_deref(), Some(expected));
        }
    }

    #[test]
    fn a_folders_name_becomes_a_slug_and_a_heading() {
        assert_eq!(plain("My Talks & More"), "my-talks-more");
        assert_eq!(plain("映画"), "");
        assert_eq!(readable("user-experience"), "User experience");
    }
}
