//! What tells one version of a file from another, in answers and offline plans alike.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;
use std::time::{Duration, SystemTime};

use sha2::{Digest, Sha256};

/// A file's validators, from its metadata alone: reading gigabytes for a hash would make the first
/// request of each file wait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Validators {
    /// A strong entity tag, quotes included.
    pub(super) etag: String,
    /// In whole seconds, as HTTP dates are. `None` where HTTP must not say it: before 1970, or in
    /// the future (RFC 9110, section 8.8.2.1).
    pub(super) modified: Option<SystemTime>,
}

impl Validators {
    /// A file replaced by another has another inode, a file written in place another time in
    /// nanoseconds, and a file restored with an old time mostly another size.
    pub(super) fn of(metadata: &Metadata) -> Validators {
        let (seconds, nanoseconds) = (metadata.mtime(), metadata.mtime_nsec());
        let (size, inode) = (metadata.len(), metadata.ino());
        let modified = u64::try_from(seconds)
            .ok()
            .and_then(|seconds| SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds)))
            .filter(|modified| *modified <= SystemTime::now());
        Validators {
            etag: format!("\"{size:x}-{seconds:x}.{nanoseconds:x}-{inode:x}\""),
            modified,
        }
    }

    /// Of a bundle: those of its files, in their order.
    pub(super) fn of_bundle<'a>(members: impl Iterator<Item = &'a Validators>) -> Validators {
        let mut digest = Sha256::new();
        let mut modified = None;
        for member in members {
            digest.update(&member.etag);
            modified = modified.max(member.modified);
        }
        let hash: String = digest.finalize()[..12]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        Validators {
            etag: format!("\"{hash}\""),
            modified,
        }
    }

    /// The text of `Last-Modified`.
    pub(super) fn last_modified(&self) -> Option<String> {
        self.modified.map(httpdate::fmt_http_date)
    }
}
