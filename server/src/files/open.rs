//! Opens a published file, checking at that moment what was true when it was published: it is a
//! regular file, and it lies inside the content folder, whatever symlinks lead to it. Many files
//! can be opened as one: a bundle, which has all their bytes end to end.

use std::fs::{File, Metadata, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use axum::http::StatusCode;
use media::range::Span;

use super::types::content_type;
use super::validators::Validators;

/// A file or a bundle at the moment of its opening.
#[derive(Debug)]
pub(super) struct Opened {
    content: Content,
    /// For the log.
    pub(super) path: PathBuf,
    /// In bytes: what is promised to the client.
    pub(super) size: u64,
    pub(super) content_type: &'static str,
    pub(super) validators: Validators,
}

#[derive(Debug)]
enum Content {
    File(OpenFile),
    Bundle { members: Vec<Member>, root: PathBuf },
}

#[derive(Debug)]
struct OpenFile {
    file: File,
    /// To notice that the file is rewritten later.
    metadata: Metadata,
}

/// One file of a bundle. It is opened when its bytes are asked for: a bundle may have thousands.
#[derive(Debug)]
struct Member {
    path: PathBuf,
    start: u64,
    validators: Validators,
    size: u64,
}

impl Opened {
    /// Reads all of `span`, and fails if the file is not what it was when it was opened.
    ///
    /// Any change may have touched the bytes that were promised, whether or not those of this very
    /// span are still there. Growth too: a longer file copied over a shorter one is no appendix.
    pub(super) fn read(&self, span: Span) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; usize::try_from(span.length()).map_err(io::Error::other)?];
        match &self.content {
            Content::File(file) => file.read(&mut bytes, span.start)?,
            Content::Bundle { members, root } => {
                let first =
                    members.partition_point(|member| member.start + member.size <= span.start);
                let (mut at, mut rest) = (span.start, bytes.as_mut_slice());
                for member in &members[first..] {
                    if rest.is_empty() {
                        break;
                    }
                    let length = (member.start + member.size - at).min(rest.len() as u64);
                    let (part, after) =
                        rest.split_at_mut(usize::try_from(length).map_err(io::Error::other)?);
                    member.read(root, part, at - member.start)?;
                    (at, rest) = (at + length, after);
                }
            }
        }
        Ok(bytes)
    }
}

impl OpenFile {
    fn read(&self, bytes: &mut [u8], start: u64) -> io::Result<()> {
        self.file.read_exact_at(bytes, start)?;
        // Asked after reading: a change before this line shows.
        let now = self.file.metadata()?;
        if now.len() != self.metadata.len() || now.modified()? != self.metadata.modified()? {
            return Err(changed());
        }
        Ok(())
    }
}

impl Member {
    fn read(&self, root: &Path, bytes: &mut [u8], start: u64) -> io::Result<()> {
        let file = open_file(&self.path, root).map_err(io::Error::other)?;
        if Validators::of(&file.metadata) != self.validators {
            return Err(changed());
        }
        file.read(bytes, start)
    }
}

fn changed() -> io::Error {
    io::Error::other("the file was changed while it was being sent")
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
    blocking(move || {
        let opened = open_file(&path, &root)?;
        Ok(Opened {
            size: opened.metadata.len(),
            content_type: content_type(&path),
            validators: Validators::of(&opened.metadata),
            content: Content::File(opened),
            path,
        })
    })
    .await
}

/// Opens files as one, in this order.
pub(super) async fn open_bundle(paths: Vec<PathBuf>, root: &Path) -> Result<Opened, OpenError> {
    let root = root.to_path_buf();
    blocking(move || {
        let (mut members, mut size) = (Vec::with_capacity(paths.len()), 0);
        for path in paths {
            let metadata = path.metadata()?;
            members.push(Member {
                start: size,
                size: metadata.len(),
                validators: Validators::of(&metadata),
                path,
            });
            size += metadata.len();
        }
        Ok(Opened {
            path: members
                .first()
                .map(|first| first.path.clone())
                .unwrap_or_default(),
            size,
            content_type: "application/octet-stream",
            validators: Validators::of_bundle(members.iter().map(|member| &member.validators)),
            content: Content::Bundle { members, root },
        })
    })
    .await
}

async fn blocking(
    open: impl FnOnce() -> Result<Opened, OpenError> + Send + 'static,
) -> Result<Opened, OpenError> {
    let opening = tokio::task::spawn_blocking(open).await;
    opening.unwrap_or_else(|error| Err(io::Error::other(error).into()))
}

fn open_file(path: &Path, root: &Path) -> Result<OpenFile, OpenError> {
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
    Ok(OpenFile { file, metadata })
}
