//! Entries on their way into a video's cache: each counts once its put has resolved.

use std::collections::VecDeque;
use std::ops::Range;

use media::cut::Cut;
use media::ledger::{FileRow, Form};
use media::names;

use super::ask::Miss;
use super::{Place, Witness, addresses};
use crate::web::body::{Blob, Bytes};
use crate::web::cache::{Cache, Put};
use crate::web::fetch::Response;
use crate::web::global;
use crate::worker::failure::Failure;

/// Puts under way at a time.
const IN_FLIGHT: usize = 4;

/// Puts under way, in order, and the bytes of each.
#[derive(Default)]
struct UnderWay(VecDeque<(u64, Put)>);

impl UnderWay {
    fn start(&mut self, cache: &Cache, key: &str, blob: &Blob) -> Result<(), Failure> {
        blob.weigh();
        let length = blob.size().to_string();
        let entry = Response::from_blob(blob, 200, &[("content-length", &length)])?;
        self.0
            .push_back((blob.size(), cache.start_put(key, &entry)));
        Ok(())
    }

    /// Waits until no more than so many are under way, and returns the bytes that were stored
    /// meanwhile. After a failure none is.
    async fn settle(&mut self, most: usize) -> Result<u64, Failure> {
        let (mut stored, mut outcome) = (0, Ok(()));
        while self.0.len() > most || outcome.is_err() {
            let Some((bytes, put)) = self.0.pop_front() else {
                break;
            };
            match put.done().await {
                Ok(()) => stored += bytes,
                Err(error) => outcome = outcome.and(Err(error)),
            }
        }
        outcome?;
        Ok(stored)
    }
}

/// The entries of one file.
pub(super) struct Puts<'a, W> {
    pub(super) place: Place<'a>,
    pub(super) file: &'a mut FileRow,
    witness: &'a W,
    /// The addresses of a bundle's files.
    parts: Vec<String>,
    under_way: UnderWay,
}

impl<'a, W: Witness> Puts<'a, W> {
    pub(super) fn of(place: Place<'a>, file: &'a mut FileRow, witness: &'a W) -> Self {
        Puts {
            parts: addresses(&file.planned.parts),
            place,
            file,
            witness,
            under_way: UnderWay::default(),
        }
    }

    /// Notes what a response says of the file, where that is not known yet.
    pub(super) async fn learn(&mut self, response: &Response) -> Result<(), Failure> {
        if self.file.content_type.is_none() && self.parts.is_empty() {
            self.file.content_type = response.header("content-type");
            self.witness
                .identified(self.place.number, self.file)
                .await?;
        }
        Ok(())
    }

    /// Starts to store an entry.
    pub(super) async fn start(&mut self, number: u64, blob: &Blob) -> Result<(), Failure> {
        self.settle(IN_FLIGHT - 1).await?;
        let key = self.key(number);
        self.under_way.start(self.place.cache, &key, blob)
    }

    /// Reads a body into entries as it arrives, to its end.
    pub(super) async fn read(
        &mut self,
        response: &Response,
        mut entries: Range<u64>,
        cut: &Cut,
    ) -> Result<(), Miss> {
        let url = global::absolute(&self.file.planned.url);
        // Without a length the end of the body is the end.
        let is_open = self.file.planned.size.is_none();
        let reader = response.reader()?;
        let mut buffer = Bytes::zeroed(cut.largest());
        loop {
            let is_over = entries.is_empty();
            // Beyond the end, one byte would be too much already.
            let wanted = if is_over {
                1
            } else {
                cut.span(entries.start).length()
            };
            let filled = reader.fill(buffer, wanted).await;
            let filled = filled.map_err(|error| Failure::of_request(error, &url))?;
            let length = filled.1;
            buffer = filled.0;
            if is_over && length > 0 {
                return Err(Miss::Changed);
            }
            let is_last = length < wanted;
            if is_last && !is_over && !is_open {
                return Err(Failure::Network { url }.into());
            }
            if !is_over && (length > 0 || wanted == 0) {
                let blob = buffer.view(0, length).to_blob()?;
                self.start(entries.start, &blob).await?;
                entries.start += 1;
            }
            if is_last {
                return Ok(());
            }
        }
    }

    /// Waits for all puts, however it ended: a put that lands after its file was given up would be an
    /// entry of another version.
    pub(super) async fn end(&mut self, outcome: Result<(), Miss>) -> Result<(), Miss> {
        let settled = self.settle(0).await;
        outcome?;
        Ok(settled?)
    }

    async fn settle(&mut self, most: usize) -> Result<(), Failure> {
        let stored = self.under_way.settle(most).await?;
        if stored > 0 {
            self.file.received += stored;
            let received = self.file.received;
            self.witness.stored(self.place.number, received).await?;
        }
        Ok(())
    }

    fn key(&self, entry: u64) -> String {
        let part = usize::try_from(entry)
            .ok()
            .and_then(|part| self.parts.get(part));
        part.cloned().unwrap_or_else(|| {
            let id = &self.place.row.video.id;
            global::absolute(&names::chunk_key(id, self.place.number, entry))
        })
    }
}

/// Stores a bundle that has arrived as a whole, file by file. Nothing of it is read here.
pub(in crate::worker) async fn put_bundle(
    cache: &Cache,
    file: &mut FileRow,
    blob: &Blob,
) -> Result<(), Failure> {
    let mut under_way = UnderWay::default();
    let parts = &file.planned.parts;
    for (url, span) in addresses(parts).into_iter().zip(parts.spans()) {
        file.received += under_way.settle(IN_FLIGHT - 1).await?;
        under_way.start(cache, &url, &blob.slice(span.start, span.end)?)?;
    }
    file.received += under_way.settle(0).await?;
    file.form = Form::Parts;
    Ok(())
}
