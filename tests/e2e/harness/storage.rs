//! What a browser holds: compared byte for byte with the disk, and counted over all caches.

use std::fs;
use std::ops::Range;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::browser::Browser;
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

    /// Bytes used as the browser's own quota management counts them, where it does.
    pub(crate) fn usage(&self) -> Result<Option<u64>> {
        self.script("return navigator.storage?.estimate ? (await navigator.storage.estimate()).usage : null;", Vec::new())
    }

    /// Compares what `fetch(path)` gives with the file: whole, and in [`RANGES`] random ranges.
    pub(crate) fn same_bytes(&self, path: &str, file: &Path) -> Result<()> {
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

        let seed = u64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_micros())?;
        self.same_ranges(path, &bytes, random_ranges(seed, bytes.len()))
            .with_context(|| format!("in random ranges from the seed {seed}"))
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

/// Ranges of all sizes: many of some bytes, some of megabytes. The generator is xorshift64.
fn random_ranges(seed: u64, length: usize) -> Vec<Range<usize>> {
    let mut state = seed | 1;
    let mut random = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % below.max(1) as u64).unwrap_or_default()
    };
    let range = |_| {
        let start = random(length);
        let widest = [64, 4096, 65_536, 3 << 20][random(4)];
        let end = start + 1 + random(widest.min(length - start));
        start..end.min(length)
    };
    (0..RANGES).map(range).collect()
}
