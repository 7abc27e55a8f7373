//! What the site serves below `/media/` and which other hosts its pages may use. Only what passes
//! through here is published.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use url::Url;

use super::address::{self, Address, ContentFolder, LocalFile, Unresolved};
use super::fields::Text;
use super::manifests::{self, Target};
use super::problems::{Problem, Report, Severity, quote};

#[derive(Debug, Default)]
pub(crate) struct Publication {
    /// From the decoded path below `/media/` to the file behind it.
    pub(crate) files: BTreeMap<String, PathBuf>,
    pub(crate) media_origins: BTreeSet<String>,
    pub(crate) image_origins: BTreeSet<String>,
    /// Of published manifests, which are files of their own.
    pub(crate) problems: Vec<Problem>,
}

/// One markdown file while it is read: where it is, what it publishes, what is wrong with it.
#[derive(Debug)]
pub(crate) struct Context<'a> {
    pub(crate) folder: &'a ContentFolder,
    /// The folder of the markdown file, inside the content folder.
    pub(crate) base: &'a str,
    pub(crate) publication: &'a mut Publication,
    pub(crate) report: Report,
}

impl Context<'_> {
    /// The address of the file or URL that the front matter names as `what`. What is not there is
    /// a problem of the given severity.
    pub(crate) fn address(
        &mut self,
        text: &Text,
        what: &str,
        severity: Severity,
    ) -> Option<String> {
        let resolved = match self.folder.resolve(self.base, &text.value) {
            Ok(Address::Remote(url)) => {
                self.publication
                    .media_origins
                    .insert(url.origin().ascii_serialization());
                return Some(url.to_string());
            }
            Ok(Address::File(file)) => {
                let address = file.address();
                self.publication.publish(self.folder, file);
                return Some(address);
            }
            Ok(Address::Page(_)) => Unresolved::Markdown,
            Err(unresolved) => unresolved,
        };
        let message = format!("The {what} {} {resolved}", quote(&text.value));
        self.report
            .add(severity, text.line, message, resolved.advice());
        None
    }
}

impl Publication {
    /// Publishes a file, and if it is a manifest, what that names.
    pub(crate) fn publish(&mut self, folder: &ContentFolder, file: LocalFile) {
        let is_new = self
            .files
            .insert(file.path.clone(), file.file.clone())
            .is_none();
        if is_new && manifests::is_manifest(&file.path) {
            self.publish_references(folder, &file);
        }
    }

    fn publish_references(&mut self, folder: &ContentFolder, manifest: &LocalFile) {
        let mut report = Report::new(&folder.shown(&manifest.path));
        let references = match manifests::manifest_references(&manifest.file) {
            Ok(references) => references,
            Err(message) => {
                report.error(
                    1,
                    format!("The manifest cannot be understood: {message}"),
                    "Make it again.",
                );
                Vec::new()
            }
        };
        let base = address::folder_of(&manifest.path);
        for reference in references {
            let (name, files) = match &reference.target {
                Target::File(name) => match folder.resolve(base, name) {
                    Ok(Address::File(file)) => (name, Ok(vec![file])),
                    Ok(Address::Remote(url)) => {
                        self.allow(&url);
                        continue;
                    }
                    Ok(Address::Page(_)) => (name, Err(Unresolved::Markdown)),
                    Err(unresolved) => (name, Err(unresolved)),
                },
                Target::Template(pattern) => match address::scheme(pattern) {
                    Some(_) => {
                        // Only the origin is wanted, which has no variable part.
                        Url::parse(pattern).iter().for_each(|url| self.allow(url));
                        continue;
                    }
                    None => (pattern, matching(folder, base, pattern)),
                },
            };
            match files {
                Ok(files) => files
                    .into_iter()
                    .for_each(|file| self.publish(folder, file)),
                Err(unresolved) => {
                    let message = format!("{} in this manifest {unresolved}", quote(name));
                    report.error(
                        reference.line,
                        message,
                        "Add the file, or make the manifest again.",
                    );
                }
            }
        }
        self.problems.extend(report.into_problems());
    }

    fn allow(&mut self, url: &Url) {
        if matches!(url.scheme(), "http" | "https") {
            self.media_origins
                .insert(url.origin().ascii_serialization());
        }
    }
}

/// All files whose paths match a pattern in which `*` stands for any part of a name.
fn matching(
    folder: &ContentFolder,
    base: &str,
    pattern: &str,
) -> Result<Vec<LocalFile>, Unresolved> {
    let pattern = address::join(base, pattern)?;
    let mut paths = vec![String::new()];
    for part in pattern.split('/') {
        let step = |path: &String| -> Vec<String> {
            let child = |name: &str| {
                if path.is_empty() {
                    name.to_owned()
                } else {
                    format!("{path}/{name}")
                }
            };
            if !part.contains('*') {
                return vec![child(part)];
            }
            let names = fs::read_dir(folder.root().join(path))
                .into_iter()
                .flatten()
                .flatten();
            let names = names.filter_map(|entry| entry.file_name().into_string().ok());
            names
                .filter(|name| !name.starts_with('.') && fits(name, part))
                .map(|name| child(&name))
                .collect()
        };
        paths = paths.iter().flat_map(step).collect();
    }
    let resolve = |path: &String| {
        let name = path.rsplit('/').next().unwrap_or_default();
        match folder.resolve(address::folder_of(path), name) {
            Ok(Address::File(file)) => Some(file),
            Ok(Address::Remote(_) | Address::Page(_)) | Err(_) => None,
        }
    };
    let files: Vec<LocalFile> = paths.iter().filter_map(resolve).collect();
    if files.is_empty() {
        Err(Unresolved::Missing)
    } else {
        Ok(files)
    }
}

/// Whether `name` is `pattern` with something in place of each `*`.
fn fits(name: &str, pattern: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = name.strip_prefix(parts.next().unwrap_or_default()) else {
        return false;
    };
    let mut parts = parts.peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(start) => rest = &rest[start + part.len()..],
            None => return false,
        }
    }
    rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_fits_whole_names_only() {
        assert!(fits("a-00012.m4s", "a-*.m4s"));
        assert!(fits("v1-a-2.m4s", "*-a-*.m4s"));
        assert!(fits("a.m4s", "a.m4s"));
        assert!(!fits("a-1.m4s.part", "a-*.m4s"));
        assert!(!fits("b-1.m4s", "a-*.m4s"));
        assert!(!fits("a.m4s", "a.m4"));
    }
}
