//! What an author writes after `src:` or in a link, turned into an address: an absolute URL, a file
//! of the content folder, or a page of this site. Nothing outside the content folder is a file of
//! it, whether by `..`, by an absolute path or by a symbolic link; nor is a markdown source or
//! anything whose name starts with a dot.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io;
use std::path::{Component, Path, PathBuf};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use thiserror::Error;
use url::Url;

/// The unreserved characters of RFC 3986 and the slash stay as they are. Browsers never change
/// this form, so that HTML, plan and cache name a file by the same bytes.
const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/');

#[derive(Debug)]
pub(crate) enum Address {
    Remote(Url),
    File(LocalFile),
    /// A path of this site that is a page, with the fragment that was asked for.
    Page(String),
}

/// A file that may be published.
#[derive(Debug)]
pub(crate) struct LocalFile {
    /// Inside the content folder, with `/` between its parts.
    pub(crate) path: String,
    /// With all symbolic links followed, so that a link changed later leads nowhere new.
    pub(crate) file: PathBuf,
}

impl LocalFile {
    /// Where the site serves it.
    pub(crate) fn address(&self) -> String {
        format!("/media/{}", utf8_percent_encode(&self.path, PATH))
    }
}

/// Why a text is no address.
#[derive(Debug, Error)]
pub(crate) enum Unresolved {
    #[error("is empty")]
    Empty,
    #[error("is not a valid URL")]
    Malformed,
    #[error("is neither a file nor an http(s) URL")]
    Scheme,
    #[error("names a file that does not exist")]
    Missing,
    #[error("leads out of the content folder")]
    Outside,
    #[error("has a name that starts with a dot, and such files are never published")]
    Hidden,
    #[error("is a markdown source, which is never published")]
    Markdown,
    #[error("is not a file")]
    NotAFile,
    #[error("names a file that cannot be read: {0}")]
    Unreadable(io::Error),
}

impl Unresolved {
    pub(crate) fn advice(&self) -> &'static str {
        match self {
            Unresolved::Empty => "Write a path relative to this markdown file, or an http(s) URL.",
            Unresolved::Malformed => "Write a whole http(s) URL without a user name.",
            Unresolved::Scheme => "Use a path relative to this markdown file, or an http(s) URL.",
            Unresolved::Missing => {
                "Add the file, or mend the path: it is relative to this file, or to the content folder if it starts with a slash."
            }
            Unresolved::Outside => "Move the file into the content folder and name it from there.",
            Unresolved::Hidden => "Rename the file.",
            Unresolved::Markdown => "Name a media file.",
            Unresolved::NotAFile => "Name a file.",
            Unresolved::Unreadable(_) => "Let the user that runs Kinora read it.",
        }
    }
}

/// The content folder and the pages that its markdown files become.
#[derive(Debug, Default)]
pub(crate) struct ContentFolder {
    /// As the owner named it, for messages.
    given: PathBuf,
    /// With all symbolic links followed.
    root: PathBuf,
    /// From the path of a markdown file inside the folder to the address of its page.
    pub(crate) pages: HashMap<String, String>,
}

impl ContentFolder {
    pub(crate) fn open(root: &Path) -> io::Result<ContentFolder> {
        Ok(ContentFolder {
            given: root.to_owned(),
            root: fs::canonicalize(root)?,
            pages: HashMap::new(),
        })
    }

    /// Where the owner finds the file at a path inside the folder.
    pub(crate) fn shown(&self, path: &str) -> PathBuf {
        self.given.join(path)
    }

    /// The folder itself, with all symbolic links followed.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Resolves `text` as written in a file of the folder `base`, which is a path inside the
    /// content folder (empty for the content folder itself).
    pub(crate) fn resolve(&self, base: &str, text: &str) -> Result<Address, Unresolved> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Unresolved::Empty);
        }
        if text.starts_with("//") {
            return Err(Unresolved::Malformed);
        }
        match scheme(text) {
            Some(scheme) if scheme == "http" || scheme == "https" => {
                remote(text).map(Address::Remote)
            }
            Some(_) => Err(Unresolved::Scheme),
            None => self.local(base, text),
        }
    }

    /// A name is tried as it is first, because files may have `%`, `#` and `?` in theirs.
    fn local(&self, base: &str, text: &str) -> Result<Address, Unresolved> {
        let path = text.split(['?', '#']).next().unwrap_or_default();
        let decoded = percent_decode_str(path).decode_utf8().ok();
        let mut outcome = Err(Unresolved::Missing);
        for candidate in [Some(text), Some(path), decoded.as_deref()]
            .into_iter()
            .flatten()
        {
            // `/media/x` is where the site serves `x`, even where the folder has a `media` inside.
            let served = candidate
                .strip_prefix("/media")
                .filter(|rest| rest.starts_with('/'));
            for candidate in [served, Some(candidate)].into_iter().flatten() {
                outcome = self.file(base, candidate, &text[path.len()..]);
                if !matches!(outcome, Err(Unresolved::Missing)) {
                    return outcome;
                }
            }
        }
        outcome
    }

    fn file(&self, base: &str, path: &str, suffix: &str) -> Result<Address, Unresolved> {
        let path = join(base, path)?;
        if let Some(page) = self.pages.get(&path) {
            return Ok(Address::Page(format!("{page}{suffix}")));
        }
        let file = fs::canonicalize(self.root.join(&path)).map_err(|error| match error.kind() {
            io::ErrorKind::PermissionDenied => Unresolved::Unreadable(error),
            _ => Unresolved::Missing,
        })?;
        let inside = file
            .strip_prefix(&self.root)
            .map_err(|_| Unresolved::Outside)?;
        let hidden = |part: Component<'_>| part.as_os_str().as_encoded_bytes().starts_with(b".");
        if inside.components().any(hidden) {
            return Err(Unresolved::Hidden);
        }
        if is_markdown(&file) || is_markdown(Path::new(&path)) {
            return Err(Unresolved::Markdown);
        }
        if !file.is_file() {
            return Err(Unresolved::NotAFile);
        }
        // Opening tells whether it can be read; nothing is read.
        File::open(&file).map_err(Unresolved::Unreadable)?;
        Ok(Address::File(LocalFile { path, file }))
    }
}

/// Whether a file is a source of pages rather than media.
pub(crate) fn is_markdown(path: &Path) -> bool {
    path.extension().is_some_and(|extension| {
        extension.eq_ignore_ascii_case("md") || extension.eq_ignore_ascii_case("markdown")
    })
}

/// Follows a relative path, or one that starts at the content folder with a slash.
pub(crate) fn join(base: &str, path: &str) -> Result<String, Unresolved> {
    let base = if path.starts_with('/') { "" } else { base };
    let mut parts: Vec<&str> = Vec::new();
    for part in base.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop().ok_or(Unresolved::Outside)?;
            }
            part if part.starts_with('.') => return Err(Unresolved::Hidden),
            part => parts.push(part),
        }
    }
    Ok(parts.join("/"))
}

/// The scheme of a URL, in lower case; `None` for a path. RFC 3986, section 3.1.
pub(crate) fn scheme(text: &str) -> Option<String> {
    let (scheme, _) = text.split_once(':')?;
    let mut chars = scheme.chars();
    let valid = chars.next()?.is_ascii_alphabetic()
        && chars.all(|char| char.is_ascii_alphanumeric() || matches!(char, '+' | '-' | '.'));
    valid.then(|| scheme.to_ascii_lowercase())
}

/// A URL that browsers fetch and whose origin may stand in a Content Security Policy: the URL
/// standard lets `;` and `'` into host names, which would end one directive and start another.
pub(crate) fn remote(text: &str) -> Result<Url, Unresolved> {
    let url = Url::parse(text).map_err(|_| Unresolved::Malformed)?;
    let host = url.host_str().unwrap_or_default();
    let plain = host
        .chars()
        .all(|char| char.is_ascii_alphanumeric() || "-._[]:".contains(char));
    let anonymous = url.username().is_empty() && url.password().is_none();
    if host.is_empty() || !plain || !anonymous {
        Err(Unresolved::Malformed)
    } else {
        Ok(url)
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn folder() -> (tempfile::TempDir, ContentFolder) {
        let outer = tempfile::tempdir().unwrap();
        let root = outer.path().join("content");
        fs::create_dir_all(root.join("01-a/.hidden")).unwrap();
        for name in [
            "01-a/clip.mp4",
            "01-a/a b#1%.mp4",
            "01-a/čas.vtt",
            "01-a/notes.md",
            "01-a/.hidden/x.mp4",
        ] {
            fs::write(root.join(name), "x").unwrap();
        }
        fs::write(outer.path().join("secret.mp4"), "x").unwrap();
        symlink(outer.path().join("secret.mp4"), root.join("01-a/out.mp4")).unwrap();
        symlink(root.join("01-a/clip.mp4"), root.join("01-a/in.mp4")).unwrap();
        symlink(root.join("01-a/notes.md"), root.join("01-a/notes.mp4")).unwrap();
        symlink(root.join("01-a/.hidden/x.mp4"), root.join("01-a/shown.mp4")).unwrap();
        let folder = ContentFolder::open(&root).unwrap();
        (outer, folder)
    }

    fn local(text: &str) -> Result<String, Unresolved> {
        let (_outer, folder) = folder();
        folder.resolve("01-a", text).map(|address| match address {
            Address::File(file) => file.address(),
            Address::Remote(url) => url.to_string(),
            Address::Page(page) => page,
        })
    }

    #[test]
    fn relative_and_site_absolute_paths_lead_to_the_same_address() {
        for text in [
            "clip.mp4",
            "./clip.mp4",
            "../01-a/clip.mp4",
            "/01-a/clip.mp4",
            "/media/01-a/clip.mp4",
        ] {
            assert_eq!(local(text).unwrap(), "/media/01-a/clip.mp4", "{text}");
        }
    }

    #[test]
    fn names_are_percent_encoded_and_may_be_written_so() {
        assert_eq!(local("a b#1%.mp4").unwrap(), "/media/01-a/a%20b%231%25.mp4");
        assert_eq!(
            local("a%20b%231%25.mp4").unwrap(),
            "/media/01-a/a%20b%231%25.mp4"
        );
        assert_eq!(local("čas.vtt").unwrap(), "/media/01-a/%C4%8Das.vtt");
    }

    #[test]
    fn nothing_leads_out_of_the_content_folder() {
        for text in [
            "../../secret.mp4",
            "%2e%2e/%2E%2E/secret.mp4",
            "/../secret.mp4",
            "out.mp4",
            "/media/../../secret.mp4",
        ] {
            assert!(matches!(local(text), Err(Unresolved::Outside)), "{text}");
        }
        assert!(matches!(local("/etc/passwd"), Err(Unresolved::Missing)));
    }

    #[test]
    fn hidden_files_and_markdown_are_not_published_even_through_links() {
        assert!(matches!(local(".hidden/x.mp4"), Err(Unresolved::Hidden)));
        assert!(matches!(local("shown.mp4"), Err(Unresolved::Hidden)));
        assert!(matches!(local("notes.md"), Err(Unresolved::Markdown)));
        assert!(matches!(local("notes.mp4"), Err(Unresolved::Markdown)));
    }

    #[test]
    fn a_link_inside_the_folder_is_followed() {
        assert_eq!(local("in.mp4").unwrap(), "/media/01-a/in.mp4");
    }

    #[test]
    fn only_http_urls_are_remote() {
        assert_eq!(
            local("HTTPS://Example.com/a b.mp4").unwrap(),
            "https://example.com/a%20b.mp4"
        );
        for text in [
            "javascript:alert(1)",
            "file:///etc/passwd",
            "data:video/mp4,x",
            "C:\\clip.mp4",
        ] {
            assert!(matches!(local(text), Err(Unresolved::Scheme)), "{text}");
        }
        for text in [
            "https://",
            "//example.com/a.mp4",
            "https://user:word@example.com/",
            "https://a;b.example/",
        ] {
            assert!(matches!(local(text), Err(Unresolved::Malformed)), "{text}");
        }
    }

    #[test]
    fn a_folder_or_a_missing_file_is_no_address() {
        assert!(matches!(local("/01-a"), Err(Unresolved::NotAFile)));
        assert!(matches!(local("none.mp4"), Err(Unresolved::Missing)));
        assert!(matches!(local("nul\0.mp4"), Err(Unresolved::Missing)));
        assert!(matches!(local("  "), Err(Unresolved::Empty)));
    }
}
