//! What one presentation may cost, so that a hostile manifest ends in an error and not in an
//! exhausted browser. Everything is counted before it is allocated.

use super::address::{self, Base};
use super::error::{Fault, quote};

/// Longer documents are refused unread.
const MOST_DOCUMENT_BYTES: usize = 16 * 1024 * 1024;
/// All documents of a presentation together.
const MOST_READ_BYTES: usize = 32 * 1024 * 1024;
/// Of all renditions together: five renditions of ten hours in segments of two seconds.
const MOST_SEGMENTS: usize = 100_000;
/// Renditions, and what they are grouped in, together.
const MOST_PARTS: usize = 10_000;
/// All addresses, names and expanded variables together.
const MOST_TEXT_BYTES: usize = 16 * 1024 * 1024;
/// Servers refuse longer addresses as well.
const MOST_ADDRESS_BYTES: usize = 8 * 1024;

const TOO_MUCH: &str = "Split the video into shorter ones, or use longer segments.";

/// What is left to spend.
pub(super) struct Budget {
    read: usize,
    segments: usize,
    parts: usize,
    text: usize,
}

impl Budget {
    pub(super) fn new() -> Budget {
        Budget {
            read: MOST_READ_BYTES,
            segments: MOST_SEGMENTS,
            parts: MOST_PARTS,
            text: MOST_TEXT_BYTES,
        }
    }

    /// The document as text, without a byte order mark's effect on offsets.
    pub(super) fn document<'a>(&mut self, bytes: &'a [u8]) -> Result<&'a str, Fault> {
        if bytes.len() > MOST_DOCUMENT_BYTES {
            return Err(Fault::new("is larger than 16 MiB", TOO_MUCH));
        }
        let spent = spend(&mut self.read, bytes.len());
        spent.ok_or_else(|| {
            Fault::new(
                "and the playlists before it are larger than 32 MiB",
                TOO_MUCH,
            )
        })?;
        std::str::from_utf8(bytes).map_err(|error| {
            Fault::new("is not UTF-8 text", "Save it in UTF-8.").at(error.valid_up_to())
        })
    }

    /// As many as there are to be, if there may be so many: for allocating room.
    pub(super) fn room_for(&self, segments: u64) -> Result<usize, Fault> {
        let segments = usize::try_from(segments).ok();
        segments
            .filter(|segments| *segments <= self.segments)
            .ok_or_else(too_many_segments)
    }

    pub(super) fn segment(&mut self) -> Result<(), Fault> {
        spend(&mut self.segments, 1).ok_or_else(too_many_segments)
    }

    /// A rendition, or a group of some.
    pub(super) fn part(&mut self) -> Result<(), Fault> {
        spend(&mut self.parts, 1)
            .ok_or_else(|| Fault::new(format!("has more than {MOST_PARTS} renditions"), TOO_MUCH))
    }

    pub(super) fn text(&mut self, bytes: usize) -> Result<(), Fault> {
        spend(&mut self.text, bytes)
            .ok_or_else(|| Fault::new("has more than 16 MiB of addresses and names", TOO_MUCH))
    }

    /// Resolves an address that is to be fetched; `None` where its bytes are in the address itself.
    pub(super) fn address(
        &mut self,
        base: &Base,
        reference: &str,
    ) -> Result<Option<String>, Fault> {
        let shortest = reference.len();
        let address = (shortest <= MOST_ADDRESS_BYTES).then(|| base.resolve(reference));
        let Some(address) = address.filter(|address| address.len() <= MOST_ADDRESS_BYTES) else {
            return Err(Fault::new(
                "has an address longer than 8 KiB",
                "Use shorter addresses.",
            ));
        };
        self.text(address.len())?;
        if address::is_fetchable(&address) {
            Ok(Some(address))
        } else if address.starts_with("data:") {
            Ok(None)
        } else {
            Err(Fault::new(
                format!(
                    "names {}, which is neither a file nor an http(s) URL",
                    quote(reference)
                ),
                "Name a file relative to the manifest, or a whole http(s) URL.",
            ))
        }
    }

    /// The base that `reference` makes of `base`.
    pub(super) fn base(&mut self, base: &Base, reference: &str) -> Result<Base, Fault> {
        let address = self.address(base, reference)?;
        Ok(Base::new(address.as_deref().unwrap_or_default()))
    }
}

fn too_many_segments() -> Fault {
    Fault::new(format!("has more than {MOST_SEGMENTS} segments"), TOO_MUCH)
}

fn spend(left: &mut usize, cost: usize) -> Option<()> {
    *left = left.checked_sub(cost)?;
    Some(())
}
