//! What a browser holds: compared byte for byte with the disk, and counted over all caches.

use std::collections::BTreeSet;
use std::fs;
use std::ops::Range;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use media::names;
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::browser::Browser;
use super::random::{self, Random};
use super::{PATIENCE, wait_until};

/// How many random ranges of a file are compared.
const RANGES: usize = 200;

/// Every byte that Cache Storage holds for the current origin.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub(crate) struct Caches {
    /// Names of caches.
    pub(crate) names: Vec<String>,
    /// Of all entries together.
    pub(crate) entries: usize,
    /// Of all bodies together.
    pub(crate) bytes: u64,
}

impl Browser {
    /// What all caches of the current page's origin hold.
    pub(crate) fn caches(&self) -> Result<Caches> {
        let script = "
            const names = (await caches.keys()).sort();
            let entries = 0, bytes = 0;
            for (const name of names) {
              const cache = await caches.open(name);
              for (const request of await cache.keys()) {
                const response = await cache.match(request);
                entries += 1;
                bytes += response ? (await response.blob()).size : 0;
              }
            }
            return { names, entries, bytes };";
        self.script(script, Vec::new())
    }

    /// Waits until all caches hold exactly what they held once.
    pub(crate) fn wait_for_caches(&self, wanted: &Caches) -> Result<()> {
        // By their names first: to look into a cache that goes away at that moment makes it anew.
        let names = || {
            let names: Vec<String> =
                self.script("return (await caches.keys()).sort();", Vec::new())?;
            Ok((names == wanted.names).then_some(()))
        };
        let waited = wait_until(
            &format!("no caches but {:?}", wanted.names),
            PATIENCE,
            names,
        );
        self.explained(waited)?;
        let mut last = None;
        let look = || {
            let now = self.caches()?;
            Ok((last.insert(now) == wanted).then_some(()))
        };
        let waited = wait_until("the caches to hold what they held", PATIENCE, look);
        waited.with_context(|| format!("wanted {wanted:?}, there is {last:?}"))
    }

    /// Waits until no more than `most` bytes are used, as the browser counts.
    pub(crate) fn wait_for_usage(&self, most: u64) -> Result<()> {
        let mut last = None;
        let look = || {
            last = self.usage()?;
            Ok(last.is_none_or(|used| used <= most).then_some(()))
        };
        wait_until("the space to be free", PATIENCE, look)
            .with_context(|| format!("{last:?} bytes are used, {most} would do"))
    }

    /// The paths of all entries of a video's cache. No body is read.
    pub(crate) fn entries(&self, id: &str) -> Result<BTreeSet<String>> {
        let script = "
            if (!(await caches.has(given[0]))) return [];
            const keys = await (await caches.open(given[0])).keys();
            return keys.map((request) => new URL(request.url).pathname);";
        self.script(script, vec![json!(names::video_cache(id))])
    }

    /// The ids of all videos that the ledger knows.
    pub(crate) fn rows(&self) -> Result<BTreeSet<String>> {
        self.script(
            &format!("{STORE} return store('ledger', 'readonly', (rows) => rows.getAllKeys());"),
            Vec::new(),
        )
    }

    /// Adds so many copies of a video's row to the ledger.
    pub(crate) fn fill_ledger(&self, id: &str, copies: usize) -> Result<()> {
        let script = "
            const row = JSON.parse(await store('ledger', 'readonly', (rows) => rows.get(given[0])));
            await store('ledger', 'readwrite', (rows) => {
              for (let copy = 1; copy <= given[1]; copy++) {
                row.video.id = `${given[0]}-${copy}`;
                row.video.title = `Copy ${copy}`;
                rows.put(JSON.stringify(row), row.video.id);
              }
            });";
        self.script(&format!("{STORE} {script}"), vec![json!(id), json!(copies)])
    }

    /// Gives an origin so many bytes of room, or again what it had; Chromium only.
    pub(crate) fn set_quota(&self, origin: &str, bytes: Option<u64>) -> Result<()> {
        let mut quota = json!({ "origin": origin });
        if let Some(bytes) = bytes {
            quota["quotaSize"] = json!(bytes);
        }
        self.devtools("Storage.overrideQuotaForOrigin", quota)
            .map(drop)
    }

    /// Bytes used as the browser's own quota management counts them, where it does.
    pub(crate) fn usage(&self) -> Result<Option<u64>> {
        self.script("return navigator.storage?.estimate ? (await navigator.storage.estimate()).usage : null;", Vec::new())
    }

    /// Compares what `fetch(path)` gives with the file: whole, and in [`RANGES`] random ranges.
    pub(crate) fn same_bytes(&self, path: &str, file: &Path) -> Result<()> {
        let bytes = self.same_whole(path, file)?;
        let seed = random::seed()?;
        self.same_ranges(path, &bytes, random_ranges(seed, bytes.len()))
            .with_context(|| format!("in random ranges from the seed {seed}"))
    }

    /// Compares what `fetch(path)` gives as a whole with the file, and returns that.
    pub(crate) fn same_whole(&self, path: &str, file: &Path) -> Result<Vec<u8>> {
        let bytes = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
        let whole: Value = self.script(
            &format!("{DIGEST} return digest(await fetch(given[0]));"),
            vec![json!(path)],
        )?;
        ensure!(
            whole["status"] == 200,
            "{path} as a whole is answered with {}",
            whole["status"]
        );
        ensure!(
            whole["hash"] == hash(&bytes),
            "{path} as a whole: {} bytes of {}, or others",
            whole["length"],
            bytes.len()
        );
        Ok(bytes)
    }

    fn same_ranges(&self, path: &str, bytes: &[u8], ranges: Vec<Range<usize>>) -> Result<()> {
        let given: Vec<_> = ranges
            .iter()
            .map(|range| format!("bytes={}-{}", range.start, range.end - 1))
            .collect();
        let script = "
            const answers = [];
            for (const range of given[1]) answers.push(await digest(await fetch(given[0], { headers: { range } })));
            return answers;";
        let answers: Vec<Value> = self.script(
            &format!("{DIGEST} {script}"),
            vec![json!(path), json!(given)],
        )?;
        ensure!(
            answers.len() == ranges.len(),
            "{} answers to {} ranges",
            answers.len(),
            ranges.len()
        );
        for (range, answer) in ranges.into_iter().zip(answers) {
            let asked = format!("{path} {}-{}", range.start, range.end - 1);
            ensure!(
                answer["status"] == 206,
                "{asked} is answered with {}",
                answer["status"]
            );
            let says = format!("bytes {}-{}/{}", range.start, range.end - 1, bytes.len());
            ensure!(
                answer["range"] == says,
                "{asked} says Content-Range {}",
                answer["range"]
            );
            ensure!(
                answer["hash"] == hash(&bytes[range.clone()]),
                "{asked}: {} bytes of {}, or others",
                answer["length"],
                range.len()
            );
        }
        Ok(())
    }
}

/// A function for the page: does something with a store of the app's database.
pub(crate) const STORE: &str = "
    const store = async (name, mode, act) => {
      const database = await new Promise((resolve, reject) => {
        const request = indexedDB.open('kinora');
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
      try {
        const transaction = database.transaction(name, mode);
        const done = new Promise((resolve, reject) => {
          transaction.oncomplete = resolve;
          transaction.onerror = () => reject(transaction.error);
        });
        const request = act(transaction.objectStore(name));
        await done;
        return request?.result;
      } finally {
        database.close();
      }
    };";

/// A function for the page: what an answer says and what its body hashes to.
pub(super) const DIGEST: &str = "
    const digest = async (response) => {
      const body = await response.arrayBuffer();
      const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', body));
      return {
        status: response.status,
        range: response.headers.get('content-range'),
        length: body.byteLength,
        hash: [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join(''),
      };
    };";

pub(super) fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Ranges of all sizes: many of some bytes, some of megabytes.
fn random_ranges(seed: u64, length: usize) -> Vec<Range<usize>> {
    let mut random = Random::from(seed);
    let range = |_| {
        let start = random.below(length);
        let widest = [64, 4096, 65_536, 3 << 20][random.below(4)];
        let end = start + 1 + random.below(widest.min(length - start));
        start..end.min(length)
    };
    (0..RANGES).map(range).collect()
}
