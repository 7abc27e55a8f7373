//! Entries on their way into a video's cache.

use std::collections::VecDeque;

use media::ledger::{FileRow, Form};
use media::names;

use super::ask::Miss;
use super::{Place, Witness, addresses};
use crate::web::body::Blob;
use crate::web::cache::{Cache, Put};
use crate::web::fetch::Response;
use crate::web::global;
use crate::worker::failure::Failure;

/// Puts under way at a time, and so the most that a kill can cost a file.
const PUTS_IN_FLIGHT: usize = 4;

/// The puts of one file.
pub(super) struct Puts<'a, W> {
    pub(super) place: Place<'a>,
    pub(super) file: &'a mut FileRow,
    witness: &'a W,
    /// The addresses of a bundle's files.
    parts: Vec<String>,
    under_way: VecDeque<(u64, Put)>,
}

impl<'a, W: Witness> Puts<'a, W> {
    pub(super) fn of(place: Place<'a>, file: &'a mut FileRow, witness: &'a W) -> Self {
        Puts {
            parts: addresses(&file.planned.parts),
            place,
            file,
            witness,
            under_way: VecDeque::new(),
        }
    }

    /// Starts to store an entry; it counts once its put has resolved.
    pub(super) async fn start(&mut self, number: u64, blob: &Blob) -> Result<(), Failure> {
        self.settle(PUTS_IN_FLIGHT - 1).await?;
        let put = self.place.cache.start_put(&self.key(number), &entry(blob)?);
        self.under_way.push_back((blob.size(), put));
        Ok(())
    }

    /// Waits for all puts, however it ended: a put that lands after its file was given up would be an
    /// entry of another version.
    pub(super) async fn end(&mut self, outcome: Result<(), Miss>) -> Result<(), Miss> {
        self.settle(0).await?;
        outcome
    }

    /// Waits until no more than so many puts are under way.
    async fn settle(&mut self, most: usize) -> Result<(), Failure> {
        while self.under_way.len() > most {
            let Some((bytes, put)) = self.under_way.pop_front() else {
                break;
            };
            if let Err(error) = put.done().await {
                for (_, put) in self.under_way.drain(..) {
                    drop(put.done().await);
                }
                return Err(error.into());
            }
            self.file.received += bytes;
            self.witness
                .stored(self.place.number, self.file.received)
                .await?;
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

fn entry(blob: &Blob) -> Result<Response, Failure> {
    blob.weigh();
    let length = blob.size().to_string();
    Ok(Response::from_blob(
        blob,
        200,
        &[("content-length", &length)],
    )?)
}

/// Stores a bundle that has arrived as a whole, file by file. Nothing of it is read here.
pub(in crate::worker) async fn put_bundle(
    cache: &Cache,
    file: &mut FileRow,
    blob: &Blob,
) -> Result<(), Failure> {
    let mut under_way: VecDeque<(u64, Put)> = VecDeque::new();
    let parts = &file.planned.parts;
    for (url, span) in addresses(parts).into_iter().zip(parts.spans()) {
        if under_way.len() == PUTS_IN_FLIGHT
            && let Some((bytes, put)) = under_way.pop_front()
        {
            put.done().await?;
            file.received += bytes;
        }
        let entry = entry(&blob.slice(span.start, span.end)?)?;
        let put = cache.start_put(&url, &entry);
        under_way.push_back((span.length(), put));
    }
    for (bytes, put) in under_way {
        put.done().await?;
        file.received += bytes;
    }
    file.form = Form::Parts;
    Ok(())
}
