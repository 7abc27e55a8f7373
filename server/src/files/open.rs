//! Opens a published file, checking at that moment what was true when it was published: it is a
//! regular file, and it lies inside the content folder, whatever symlinks lead to it.

use std::fs::{File, Metadata, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use axum::http::StatusCode;

use super::types::content_type;
use super::validators::Validators;

/// A file at the moment of its opening.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) file: File,
    pub(super) path: PathBuf,
    /// In bytes: what is promised to the client.
    pub(super) size: u64,
    /// To notice that the file is rewritten later.
    pub(super) metadata: Metadata,
    pub(super) content_type: &'static str,
    pub(super) validators: Validators,
}

#[derive(Debug, thiserror::Error)]
pub(super) enum OpenError {
    #[error("it leads out of the content folder, to {}", .0.display())]
    Outside(PathBuf),
    #[error("it is not a regular file any more")]
    NotRegular,
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl OpenError {
    /// What the visitor learns: a file that must not be seen is not there.
    pub(super) fn status(&self) -> StatusCode {
        match self {
            OpenError::Outside(_) | OpenError::NotRegular => StatusCode::NOT_FOUND,
            OpenError::Io(error) => match error.kind() {
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => StatusCode::NOT_FOUND,
                io::ErrorKind::PermissionDenied => StatusCode::FORBIDDEN,
                _ => StatusCode::INTERNAL_SERVER_ERROR,
            },
        }
    }
}

pub(super) async fn open(path: &Path, root: &Path) -> Result<Opened, OpenError> {
    let (path, root) = (path.to_path_buf(), root.to_path_buf());
    let opening = tokio::task::spawn_blocking(move || open_blocking(path, &root));
    opening
        .await
        .unwrap_or_else(|error| Err(io::Error::other(error).into()))
}

fn open_blocking(path: PathBuf, root: &Path) -> Result<Opened, OpenError> {
    let target = path.canonicalize()?;
    if !target.starts_with(root.canonicalize()?) {
        return Err(OpenError::Outside(target));
    }
    if !target.symlink_metadata()?.is_file() {
        return Err(OpenError::NotRegular);
    }
    // The target may be swapped between these lines: not following a symlink keeps it inside, and
    // not waiting keeps a FIFO without a writer from holding this thread for ever.
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK)
        .open(&target)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(OpenError::NotRegular);
    }
    Ok(Opened {
        size: metadata.len(),
        content_type: content_type(&path),
        validators: Validators::of(&metadata),
        file,
        path,
        metadata,
    })
}
