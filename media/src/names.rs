//! Every name that two sides must agree on: caches, chunk entries, the database, background fetches.

use crate::range::Span;

/// Bytes in one chunk entry. Firefox and WebKit read a whole entry to answer from its middle, so an
/// entry is small: a read of 64 KiB costs Firefox 8 ms from 2 MiB and 27 ms from 8 MiB, while
/// writing is no faster above 2 MiB.
pub const CHUNK_SIZE: u64 = 2 * 1024 * 1024;

/// The database with the ledger and the settings.
pub const DATABASE: &str = "kinora";

/// The channel on which every tab and the worker hear of changes.
pub const CHANNEL: &str = "kinora";

const SHELL: &str = "kinora-shell-";
const VIDEO: &str = "kinora-video-";
const CHUNKS: &str = "/offline/";

/// The cache of one version of the app's pages and assets.
#[must_use]
pub fn shell_cache(version: &str) -> String {
    format!("{SHELL}{version}")
}

/// Whether a cache is some version's shell.
#[must_use]
pub fn is_shell_cache(name: &str) -> bool {
    name.starts_with(SHELL)
}

/// The cache that holds all bytes of one video and nothing else.
#[must_use]
pub fn video_cache(id: &str) -> String {
    format!("{VIDEO}{id}")
}

/// The video whose cache this is.
#[must_use]
pub fn video_of_cache(name: &str) -> Option<&str> {
    name.strip_prefix(VIDEO)
}

/// The name under which the browser knows the background fetch of a video that was asked for at the time
/// `added`, in milliseconds since 1970: the last event of one that was cancelled may come when the next
/// one runs.
#[must_use]
pub fn background_fetch_id(id: &str, added: f64) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a time is a small whole number"
    )]
    let added = added as u64;
    format!("{VIDEO}{added}:{id}")
}

/// The video of a background fetch, unless it is not one of ours.
#[must_use]
pub fn video_of_background_fetch(id: &str) -> Option<&str> {
    let (_, id) = id.strip_prefix(VIDEO)?.split_once(':')?;
    Some(id)
}

/// The key of a chunk entry: a path that the server never serves (`offline` is reserved).
#[must_use]
pub fn chunk_key(id: &str, file: usize, chunk: u64) -> String {
    format!("{CHUNKS}{id}/{file}/{chunk}")
}

/// The file and chunk that a key of this video's cache stands for, or `None` for a whole entry.
/// `path` is the key's path without the origin.
#[must_use]
pub fn parse_chunk_key(path: &str, id: &str) -> Option<(usize, u64)> {
    let rest = path
        .strip_prefix(CHUNKS)?
        .strip_prefix(id)?
        .strip_prefix('/')?;
    let (file, chunk) = rest.split_once('/')?;
    Some((file.parse().ok()?, chunk.parse().ok()?))
}

/// How many chunks a file of `size` bytes has.
#[must_use]
pub fn chunk_count(size: u64) -> u64 {
    size.div_ceil(CHUNK_SIZE)
}

/// The bytes that one chunk of a file holds.
#[must_use]
pub fn chunk_span(chunk: u64, size: u64) -> Span {
    let start = chunk.saturating_mul(CHUNK_SIZE).min(size);
    Span {
        start,
        end: start.saturating_add(CHUNK_SIZE).min(size),
    }
}

/// What tells an address that is to be played from this device from the same one that was played from
/// the network: Chromium keeps one buffer for an address in a page, and gives up a video whose parts
/// come from both.
const FROM_DEVICE: &str = "kinora=device";

/// Another address of a file, for a player that had begun from the network.
#[must_use]
pub fn from_device(url: &str) -> String {
    let mark = if url.contains('?') { '&' } else { '?' };
    format!("{url}{mark}{FROM_DEVICE}")
}

/// The file's own address.
#[must_use]
pub fn without_device(url: &str) -> &str {
    match url.strip_suffix(FROM_DEVICE) {
        Some(marked) => marked.strip_suffix(['?', '&']).unwrap_or(url),
        None => url,
    }
}

/// The name of a file that is saved from a source: the video's title and the source's extension, without
/// what some file system refuses.
#[must_use]
pub fn copy_name(title: &str, source: &str) -> String {
    /// Some file systems take 255 bytes, and browsers add numbers.
    const LONGEST: usize = 200;
    let mut name = String::new();
    for letter in title.chars() {
        if name.len() >= LONGEST {
            break;
        }
        let is_refused = letter.is_control() || "/\\:*?\"<>|".contains(letter);
        name.push(if is_refused { '-' } else { letter });
    }
    // Windows drops dots at the end, and a dot in front hides a file elsewhere.
    let name = name.trim_matches([' ', '.']);
    let name = if name.is_empty() { "video" } else { name };
    let path = source.split(['?', '#']).next().unwrap_or_default();
    let file = path.rsplit('/').next().unwrap_or_default();
    let extension = file.rsplit_once('.').map(|(_, extension)| extension);
    let is_plain = |extension: &&str| {
        (1..=5).contains(&extension.len())
            && extension.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    match extension.filter(is_plain) {
        Some(extension) => format!("{name}.{extension}"),
        None => name.to_owned(),
    }
}

/// The name of an asset whatever its version: `app.css` of `/assets/0123456789abcdef/app.css`.
#[must_use]
pub fn asset_name(path: &str) -> Option<&str> {
    let (_hash, name) = path.strip_prefix("/assets/")?.split_once('/')?;
    Some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunk_keys_are_read_back_for_their_own_video_only() {
        assert_eq!(
            parse_chunk_key(&chunk_key("a-b", 3, 17), "a-b"),
            Some((3, 17))
        );
        assert_eq!(parse_chunk_key(&chunk_key("a-b", 3, 17), "a"), None);
        assert_eq!(parse_chunk_key("/media/a/b.mp4", "a"), None);
    }

    #[test]
    fn the_last_chunk_ends_where_the_file_ends() {
        assert_eq!(chunk_count(0), 0);
        assert_eq!(chunk_count(CHUNK_SIZE), 1);
        assert_eq!(chunk_count(CHUNK_SIZE + 1), 2);
        assert_eq!(
            chunk_span(1, CHUNK_SIZE + 1),
            Span {
                start: CHUNK_SIZE,
                end: CHUNK_SIZE + 1
            }
        );
    }

    #[test]
    fn a_marked_address_leads_to_the_file_itself() {
        for url in ["https://a.example/b.mp4", "https://a.example/b.mp4?c=d"] {
            assert_ne!(from_device(url), url);
            assert_eq!(without_device(&from_device(url)), url);
            assert_eq!(without_device(url), url);
        }
    }

    #[test]
    fn a_copy_has_a_name_that_every_file_system_takes() {
        for (title, source, name) in [
            ("One file", "/media/a/one.mp4", "One file.mp4"),
            (
                "Ça va? 10:30",
                "https://a.example/x.y/b.webm?c=.d#e",
                "Ça va- 10-30.webm",
            ),
            ("../..\n", "/media/film", "-..-"),
            (" . ", "/media/film.m p4", "video"),
            ("<\"a|b*\\>", "/media/film.", "--a-b---"),
        ] {
            assert_eq!(copy_name(title, source), name);
        }
        let long = copy_name(&"é".repeat(300), "/a.mp4");
        assert_eq!(long.len(), 200 + ".mp4".len());
    }

    #[test]
    fn an_asset_keeps_its_name_across_versions() {
        assert_eq!(
            asset_name("/assets/00ff/icons/play.svg"),
            Some("icons/play.svg")
        );
        assert_eq!(asset_name("/media/00ff/x"), None);
    }
}
