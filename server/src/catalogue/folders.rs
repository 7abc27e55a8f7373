//! Which folders are categories and which files are videos: a folder inside the content folder
//! that has an `index.md` or any other markdown file, and all of these but `index.md`. Names that
//! start with a dot are ignored.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use super::address::is_markdown;
use super::document::{self, Document};
use super::names;
use super::problems::{Problem, Report};

/// A folder that is a category.
#[derive(Debug)]
pub(crate) struct CategoryFolder {
    /// Its name; empty for the content folder itself.
    pub(crate) name: String,
    pub(crate) index: Option<Index>,
    /// The videos' files without `.md`, in order.
    pub(crate) stems: Vec<String>,
}

/// A readable `index.md` and its problems so far.
#[derive(Debug)]
pub(crate) struct Index {
    pub(crate) document: Document,
    pub(crate) report: Report,
}

/// All categories in order. Videos in the content folder itself come first, as one of their own.
/// `canonical` is `root` with all symbolic links followed.
pub(crate) fn find(
    root: &Path,
    canonical: &Path,
    problems: &mut Vec<Problem>,
) -> io::Result<Vec<CategoryFolder>> {
    let (mut names, top) = list(root, problems)?;
    names.sort_by(|a, b| names::order(a).cmp(&names::order(b)));
    let mut folders = Vec::new();
    let stems = top_level_videos(root, top, problems);
    if !stems.is_empty() {
        folders.push(CategoryFolder {
            name: String::new(),
            index: None,
            stems,
        });
    }
    for name in names {
        let path = root.join(&name);
        match list(&path, problems) {
            Ok((inner, mut stems)) => {
                stems.sort_by(|a, b| names::order(a).cmp(&names::order(b)));
                let inner = inner.iter();
                inner.for_each(|inner| too_deep(&path.join(inner), problems));
                let has_index = path.join("index.md").exists();
                if has_index || !stems.is_empty() {
                    let index = index(root, &name, canonical, problems);
                    folders.push(CategoryFolder { name, index, stems });
                }
            }
            Err(error) => {
                let mut report = Report::new(&path);
                let message = format!("The folder cannot be read: {error}");
                report.error(1, message, "Check its permissions.");
                problems.extend(report.into_problems());
            }
        }
    }
    Ok(folders)
}

/// The `index.md` of a folder, if it has a readable one.
pub(crate) fn index(
    root: &Path,
    folder: &str,
    canonical: &Path,
    problems: &mut Vec<Problem>,
) -> Option<Index> {
    let path = root.join(folder).join("index.md");
    fs::symlink_metadata(&path).ok()?;
    let mut report = Report::new(&path);
    match document::read(&path, canonical, &mut report) {
        Some(document) => Some(Index { document, report }),
        None => {
            problems.extend(report.into_problems());
            None
        }
    }
}

/// The markdown files beside the categories that start as a video does: a README is none.
fn top_level_videos(root: &Path, stems: Vec<String>, problems: &mut Vec<Problem>) -> Vec<String> {
    // What cannot be read goes on to where that is reported.
    let is_video =
        |stem: &String| starts_as_video(&root.join(format!("{stem}.md"))).unwrap_or(true);
    let (mut videos, others): (Vec<String>, Vec<String>) = stems.into_iter().partition(is_video);
    for stem in others {
        let mut report = Report::new(&root.join(format!("{stem}.md")));
        report.warn(
            1,
            "This file has no front matter and is in no category's folder, so it is left out",
            "Move it out of the content folder, or make it a video.",
        );
        problems.extend(report.into_problems());
    }
    videos.sort_by(|a, b| names::order(a).cmp(&names::order(b)));
    videos
}

/// Whether a file starts with front matter.
fn starts_as_video(path: &Path) -> io::Result<bool> {
    if !path.metadata()?.is_file() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    let mut start = Vec::new();
    File::open(path)?.take(6).read_to_end(&mut start)?;
    Ok(start.starts_with(b"---") || start.starts_with("\u{feff}---".as_bytes()))
}

/// The folders in a folder, and its markdown files but `index.md`, without `.md`.
fn list(path: &Path, problems: &mut Vec<Problem>) -> io::Result<(Vec<String>, Vec<String>)> {
    let (mut folders, mut stems) = (Vec::new(), Vec::new());
    for entry in fs::read_dir(path)? {
        let path = entry?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
            if is_markdown(&path) {
                left_out(&path, "The name of this file is not UTF-8", problems);
            }
            continue;
        };
        if name.starts_with('.') {
            continue;
        }
        if path.is_dir() {
            folders.push(name.to_owned());
        } else if is_markdown(&path) {
            match name.strip_suffix(".md") {
                Some("index") => {}
                Some(stem) => stems.push(stem.to_owned()),
                None => {
                    let message = "The name of this file does not end in `.md`";
                    left_out(&path, message, problems);
                }
            }
        }
    }
    Ok((folders, stems))
}

/// Reports the files in a folder inside a category's that look like videos.
fn too_deep(path: &Path, problems: &mut Vec<Problem>) {
    for entry in fs::read_dir(path).into_iter().flatten().flatten() {
        let path = entry.path();
        if is_markdown(&path) && starts_as_video(&path).unwrap_or(false) {
            let message = "This file is in a folder inside a category's folder";
            left_out(&path, message, problems);
        }
    }
}

/// Warns of a file that its author may well miss on the site.
fn left_out(path: &Path, why: &str, problems: &mut Vec<Problem>) {
    let mut report = Report::new(path);
    let advice = "Name it as in `01-first-steps/01-welcome.md` to make it a video.";
    report.warn(1, format!("{why}, so it is left out"), advice);
    problems.extend(report.into_problems());
}
