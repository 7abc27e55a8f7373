//! Fetches one file into a video's cache: media in entries, resumable at each of them; small files
//! whole.

mod ask;
mod entries;
mod puts;
mod ranges;
mod small;
mod stream;

use media::Role;
use media::ledger::{FileRow, Row};

pub(crate) use ask::closed_or_down;
pub(super) use ask::is_html;
pub(crate) use entries::addresses;
pub(super) use entries::{Entries, forget, headers};
pub(super) use puts::put_bundle;
pub(super) use small::manifest;

use super::failure::Failure;
use crate::web::cache::Cache;
use crate::web::fetch::Stop;

/// Which file of which video is fetched, and where to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    pub(super) row: &'a Row,
    pub(super) number: usize,
    pub(super) cache: &'a Cache,
    pub(super) stop: &'a Stop,
}

/// Hears how a file comes along.
pub(super) trait Witness {
    /// The file is now known to be this one: size and validators of the response. Written to the
    /// ledger before any entry of it is stored.
    fn identified(
        &self,
        number: usize,
        file: &FileRow,
    ) -> impl Future<Output = Result<(), Failure>>;
    /// So many of its bytes are stored.
    fn stored(&self, number: usize, bytes: u64) -> impl Future<Output = Result<(), Failure>>;
}

/// Fetches what is missing of a file. `stored` is what the cache held when the download began.
/// Returns what to note in the ledger.
pub(super) async fn fetch(
    place: Place<'_>,
    file: &FileRow,
    stored: &Entries,
    witness: &impl Witness,
) -> Result<FileRow, Failure> {
    let parts = &file.planned.parts;
    match file.planned.role {
        Role::Media if parts.is_empty() || parts.are_bundled() => {
            stream::fetch(place, file, stored, witness).await
        }
        Role::Media => small::parts(place, file, stored, witness).await,
        _ => small::whole(place, file).await,
    }
}
