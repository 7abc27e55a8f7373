//! What the site serves below `/media/` and which other hosts its pages may use. Only what passes
//! through here is published.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use super::address::{Address, ContentFolder, LocalFile, Unresolved};
use super::fields::Text;
use super::problems::{Problem, Report, Severity, quote};
use super::streams::{self, Stream};

#[derive(Debug, Default)]
pub(crate) struct Publication {
    /// From the decoded path below `/media/` to the file behind it.
    pub(crate) files: BTreeMap<String, PathBuf>,
    pub(crate) media_origins: BTreeSet<String>,
    pub(crate) image_origins: BTreeSet<String>,
    /// The local manifests, by address.
    pub(crate) streams: BTreeMap<String, Stream>,
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
        if is_new && streams::is_manifest(&file.path) {
            self.publish_stream(folder, &file);
        }
    }
}
