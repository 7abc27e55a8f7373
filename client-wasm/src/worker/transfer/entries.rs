//! What of a video is in its cache, by the keys of the entries: no body is read.

use std::collections::HashSet;

use media::ledger::{FileRow, Form};
use media::names;
use media::plan::Parts;

use crate::web::cache::Cache;
use crate::web::error::Result;
use crate::web::global;

/// The addresses of all entries of a cache.
#[derive(Debug, Default)]
pub(in crate::worker) struct Entries(HashSet<String>);

impl Entries {
    pub(in crate::worker) async fn of(cache: &Cache) -> Result<Self> {
        Ok(Entries(cache.keys().await?.into_iter().collect()))
    }

    /// The numbers of a file's entries that are there, whatever the ledger says: chunks, or parts.
    pub(super) fn numbers(&self, id: &str, number: usize, file: &FileRow) -> Vec<u64> {
        if file.planned.parts.is_empty() {
            let chunk = |key: &String| {
                let (file, chunk) = names::parse_chunk_key(&global::own_path(key)?, id)?;
                (file == number).then_some(chunk)
            };
            return self.0.iter().filter_map(chunk).collect();
        }
        let parts = (0..).zip(addresses(&file.planned.parts));
        parts
            .filter(|(_, url)| self.0.contains(url))
            .map(|(part, _)| part)
            .collect()
    }

    /// Whether an entry is there.
    pub(in crate::worker) fn contain(&self, url: &str) -> bool {
        self.0.contains(url)
    }

    /// Whether all of a file that counts as stored is there.
    pub(in crate::worker) fn hold(&self, id: &str, number: usize, file: &FileRow) -> bool {
        let expected = match file.form {
            Form::Partial => return false,
            Form::LeftOut => return true,
            Form::Whole => return self.contain(&global::absolute(&file.planned.url)),
            Form::Chunks => names::chunk_count(file.received),
            Form::Parts => file.planned.parts.count() as u64,
        };
        self.numbers(id, number, file).len() as u64 == expected
    }
}

/// The absolute addresses of parts. Each costs a call into the browser only where it must: there may
/// be thousands, and a player waits for the first answer.
pub(crate) fn addresses(parts: &Parts) -> Vec<String> {
    let base = parts.base();
    let absolute = global::absolute(base);
    let is_plain = |name: &str| {
        name.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._~%/".contains(&byte))
    };
    parts
        .names()
        .map(|name| {
            if base.ends_with('/') && is_plain(name) && !name.contains("./") {
                format!("{absolute}{name}")
            } else {
                global::absolute(&format!("{base}{name}"))
            }
        })
        .collect()
}

/// Deletes what is stored of a file.
pub(in crate::worker) async fn forget(
    id: &str,
    number: usize,
    cache: &Cache,
    file: &FileRow,
) -> Result<()> {
    let mut own: HashSet<String> = addresses(&file.planned.parts).into_iter().collect();
    own.insert(global::absolute(&file.planned.url));
    let is_of_file = |key: &str| {
        let chunk = global::own_path(key).and_then(|path| names::parse_chunk_key(&path, id));
        own.contains(key) || chunk.is_some_and(|(file, _)| file == number)
    };
    cache.delete_where(is_of_file).await
}

/// What a whole entry says of itself.
pub(in crate::worker) fn headers(file: &FileRow) -> Vec<(&str, &str)> {
    let fields = [
        ("content-type", &file.content_type),
        ("etag", &file.planned.etag),
        ("last-modified", &file.planned.last_modified),
    ];
    fields
        .into_iter()
        .filter_map(|(name, value)| Some((name, value.as_deref()?)))
        .collect()
}
