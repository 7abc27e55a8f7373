//! Local DASH and HLS manifests: what they name is published with them, and what `media` makes of
//! them is kept for pages and offline plans.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use media::manifest::{self, Presentation, Reading};
use url::Url;

use super::address::{Address, ContentFolder, LocalFile};
use super::problems::{Report, quote};
use super::publish::Publication;

/// A larger document is no manifest; `media` refuses it too.
const LARGEST: u64 = 16 * 1024 * 1024;

/// What is known of a local manifest.
#[derive(Debug)]
pub(crate) enum Stream {
    /// All of it.
    Local(Arc<Presentation>),
    /// Some of its playlists are on other hosts: whoever wants to store it reads it there.
    Elsewhere,
    /// It cannot be stored, for this reason.
    Refused(String),
}

pub(super) fn is_manifest(path: &str) -> bool {
    let extension = Path::new(path).extension();
    extension.is_some_and(|found| {
        found.eq_ignore_ascii_case("mpd") || found.eq_ignore_ascii_case("m3u8")
    })
}

impl Publication {
    /// Publishes what a manifest names, and reports what of it is missing.
    pub(super) fn publish_stream(&mut self, folder: &ContentFolder, manifest: &LocalFile) {
        let mut report = Report::new(&folder.shown(&manifest.path));
        let root = manifest.address();
        let stream = match self.read(folder, manifest, &mut report) {
            Some(Reading::Whole(presentation)) => {
                self.publish_segments(folder, &presentation, &mut report);
                if presentation.unfinished {
                    let message =
                        "This stream is live or not finished, and cannot be made available offline";
                    report.warn(
                        1,
                        message,
                        "Make the manifest again once all segments are there.",
                    );
                    Stream::Refused("It is live, or not finished yet.".to_owned())
                } else {
                    Stream::Local(Arc::new(presentation))
                }
            }
            Some(Reading::Wants(_)) => Stream::Elsewhere,
            None => Stream::Refused("Its manifest cannot be read.".to_owned()),
        };
        self.streams.insert(root, stream);
        self.problems.extend(report.into_problems());
    }

    /// Reads a manifest and the playlists that it names; `None` after an error.
    fn read(
        &mut self,
        folder: &ContentFolder,
        manifest: &LocalFile,
        report: &mut Report,
    ) -> Option<Reading> {
        let root = manifest.address();
        let mut documents = BTreeMap::from([(root.clone(), content(manifest, report)?)]);
        loop {
            let wanted = match manifest::read(&root, &documents) {
                Ok(Reading::Wants(wanted)) => wanted,
                Ok(whole) => return Some(whole),
                Err(error) => {
                    let message = format!("The manifest cannot be understood: {error}");
                    report.error(error.line().unwrap_or(1), message, "Make it again.");
                    return None;
                }
            };
            let mut elsewhere = Vec::new();
            for url in wanted {
                match folder.resolve("", &url) {
                    Ok(Address::File(file)) => {
                        documents.insert(url, content(&file, report)?);
                        self.files.insert(file.path, file.file);
                    }
                    Ok(Address::Remote(remote)) => {
                        self.allow(&remote);
                        elsewhere.push(url);
                    }
                    Ok(Address::Page(_)) | Err(_) => {
                        let message =
                            format!("The playlist {} in this manifest is not there", quote(&url));
                        report.error(1, message, "Add the file, or make the manifest again.");
                        return None;
                    }
                }
            }
            if !elsewhere.is_empty() {
                return Some(Reading::Wants(elsewhere));
            }
        }
    }

    fn publish_segments(
        &mut self,
        folder: &ContentFolder,
        presentation: &Presentation,
        report: &mut Report,
    ) {
        let segments = presentation
            .renditions
            .iter()
            .flat_map(|rendition| &rendition.segments);
        let urls: BTreeSet<&str> = segments.map(|segment| segment.url.as_str()).collect();
        let (mut missing, mut origin) = (Vec::new(), None);
        for url in &urls {
            match folder.resolve("", url) {
                Ok(Address::File(file)) => {
                    self.files.insert(file.path, file.file);
                }
                // Thousands of one host stand one after another.
                Ok(Address::Remote(url)) if origin.as_ref() != Some(&url.origin()) => {
                    self.allow(&url);
                    origin = Some(url.origin());
                }
                Ok(Address::Remote(_)) => {}
                Ok(Address::Page(_)) | Err(_) => missing.push(*url),
            }
        }
        if let Some(first) = missing.first() {
            let name = first.strip_prefix("/media/").unwrap_or(first);
            let message = match missing.len() {
                1 => format!("The file {} in this manifest is not there", quote(name)),
                count => format!(
                    "{count} of the {} files in this manifest are not there, such as {}",
                    urls.len(),
                    quote(name)
                ),
            };
            report.error(
                1,
                message,
                "Add what is missing, or make the manifest again.",
            );
        }
    }

    fn allow(&mut self, url: &Url) {
        if matches!(url.scheme(), "http" | "https") {
            self.media_origins
                .insert(url.origin().ascii_serialization());
        }
    }
}

/// The bytes of a manifest, of a too large one only so many that it is seen to be too large.
fn content(file: &LocalFile, report: &mut Report) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let read =
        fs::File::open(&file.file).and_then(|open| open.take(LARGEST + 1).read_to_end(&mut bytes));
    match read {
        Ok(_) => Some(bytes),
        Err(error) => {
            let message = format!("The manifest {} cannot be read: {error}", quote(&file.path));
            report.error(1, message, "Let the user that runs Kinora read it.");
            None
        }
    }
}
