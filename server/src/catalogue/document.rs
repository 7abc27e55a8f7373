//! A markdown file, cut into its front matter and its body with the lines of both kept. Windows'
//! line ends and byte order mark are fine; a file that is not UTF-8, or whose front matter never
//! ends, is an error and is never taken for a body.

use std::fs;
use std::path::Path;

use super::problems::Report;
use super::yaml::{self, Node};

#[derive(Debug)]
pub(crate) struct Document {
    /// `None` where the file does not start with front matter.
    pub(crate) front: Option<Node>,
    pub(crate) body: String,
    /// The line on which the body starts, counted from 1.
    pub(crate) body_line: usize,
}

/// Reads and cuts a file; `None` after an error that leaves nothing to look at. `root` is the
/// content folder with all symbolic links followed: a link that leads out of it is not followed.
pub(crate) fn read(path: &Path, root: &Path, report: &mut Report) -> Option<Document> {
    if fs::canonicalize(path).is_ok_and(|file| !file.starts_with(root)) {
        report.error(
            1,
            "The file is a link that leads out of the content folder",
            "Put the file itself here.",
        );
        return None;
    }
    // A pipe without a writer would be waited for without end, and nothing else read.
    if fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
        report.error(
            1,
            "This is not a regular file",
            "Put a markdown file here, or remove it.",
        );
        return None;
    }
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) => {
            report.error(
                1,
                format!("The file cannot be read: {error}"),
                "Check its permissions.",
            );
            return None;
        }
    };
    match String::from_utf8(bytes) {
        Ok(text) => split(&text, report),
        Err(error) => {
            let valid = error.utf8_error().valid_up_to();
            let line = 1 + error.as_bytes()[..valid]
                .iter()
                .filter(|byte| **byte == b'\n')
                .count();
            report.error(
                line,
                "The file is not UTF-8",
                "Save it with the encoding UTF-8.",
            );
            None
        }
    }
}

/// Cuts a text at the lines `---`, of which the first must be the very first line.
pub(crate) fn split(text: &str, report: &mut Report) -> Option<Document> {
    let text = text
        .strip_prefix('\u{feff}')
        .unwrap_or(text)
        .replace("\r\n", "\n");
    let mut lines = text.split_inclusive('\n').enumerate();
    if !lines.next().is_some_and(|(_, line)| is_fence(line)) {
        return Some(Document {
            front: None,
            body: text,
            body_line: 1,
        });
    }
    let start = text.find('\n').map_or(text.len(), |end| end + 1);
    let mut end = start;
    for (index, line) in lines {
        if is_fence(line) {
            let front = yaml::parse(&text[start..end], 2, report)?;
            let body = text[end + line.len()..].to_owned();
            return Some(Document {
                front: Some(front),
                body,
                body_line: index + 2,
            });
        }
        end += line.len();
    }
    report.error(
        1,
        "The front matter that starts here has no end",
        "Close it with a line that is only `---`, before the text of the page.",
    );
    None
}

fn is_fence(line: &str) -> bool {
    line.trim_end() == "---"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::problems::Problem;

    fn cut(text: &str) -> (Option<Document>, Vec<Problem>) {
        let mut report = Report::new(Path::new("a.md"));
        let document = split(text, &mut report);
        (document, report.into_problems())
    }

    #[test]
    fn the_body_knows_its_line() {
        let document = cut("---\ntitle: A\n---\n\nText\n").0.unwrap();
        assert_eq!(
            (document.body.as_str(), document.body_line),
            ("\nText\n", 4)
        );
    }

    #[test]
    fn windows_line_ends_and_a_byte_order_mark_change_nothing() {
        let document = cut("\u{feff}---\r\ntitle: A\r\n---\r\nText\r\n").0.unwrap();
        assert!(document.front.is_some());
        assert_eq!((document.body.as_str(), document.body_line), ("Text\n", 4));
    }

    #[test]
    fn front_matter_without_an_end_is_an_error_and_no_body() {
        let (document, problems) = cut("---\ntitle: A\n\nText\n");
        assert!(document.is_none());
        assert_eq!(problems[0].line, 1);
    }

    #[test]
    fn a_file_without_front_matter_is_all_body() {
        let document = cut("Text\n---\n").0.unwrap();
        assert!(document.front.is_none());
        assert_eq!(document.body_line, 1);
    }

    #[test]
    fn front_matter_may_end_the_file() {
        let document = cut("---\ntitle: A\n---").0.unwrap();
        assert!(document.front.is_some());
        assert_eq!(document.body, "");
    }

    #[test]
    fn a_file_that_is_not_utf_8_is_an_error_with_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.md");
        fs::write(&path, b"---\ntitle: caf\xe9\n---\n").unwrap();
        let mut report = Report::new(&path);
        assert!(read(&path, &folder.path().canonicalize().unwrap(), &mut report).is_none());
        assert_eq!(report.into_problems()[0].line, 2);
    }
}
