//! Which folders are categories and which files are videos: a folder inside the content folder
//! that has an `index.md` or any other markdown file, and all of these but `index.md`. Names that
//! start with a dot are ignored.

use std::fs;
use std::io;
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
    let (mut names, top) = list(root)?;
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
        match list(&root.join(&name)) {
            Ok((_, mut stems)) => {
                stems.sort_by(|a, b| names::order(a).cmp(&names::order(b)));
                let has_index = root.join(&name).join("index.md").exists();
                if has_index || !stems.is_empty() {
                    let index = index(root, &name, canonical, problems);
                    folders.push(CategoryFolder { name, index, stems });
                }
            }
            Err(error) => {
                let mut report = Report::new(&root.join(&name));
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
    let is_video = |stem: &String| {
        let text = fs::read(root.join(format!("{stem}.md"))).unwrap_or_default();
        text.starts_with(b"---") || text.starts_with("\u{feff}---".as_bytes())
    };
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

/// The folders in a folder, and its markdown files but `index.md`, without `.md`.
fn list(path: &Path) -> io::Result<(Vec<String>, Vec<String>)> {
    let (mut folders, mut stems) = (Vec::new(), Vec::new());
    for entry in fs::read_dir(path)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        let Some(name) = name.filter(|name| !name.starts_with('.')) else {
            continue;
        };
        if path.is_dir() {
            folders.push(name.to_owned());
        } else if is_markdown(&path)
            && let Some(stem) = name.strip_suffix(".md")
            && stem != "index"
        {
            stems.push(stem.to_owned());
        }
    }
    Ok((folders, stems))
}
