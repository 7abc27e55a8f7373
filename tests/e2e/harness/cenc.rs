//! Common Encryption (ISO/IEC 23001-7, scheme `cenc`) of fragmented MP4 files, because the ffmpeg of
//! Debian 12 encrypts whole files only. It knows what ffmpeg writes, and no more.

use aes::Aes128;
use anyhow::{Context, Result, ensure};
use ctr::Ctr128BE;
use ctr::cipher::{KeyIvInit, StreamCipher};

/// The id of the key, in hexadecimal.
pub(crate) const KEY_ID: &str = "5ca1ab1e0ddba11c0ffee15900d5eed5";
/// The key, in hexadecimal.
pub(crate) const KEY: &str = "1d9a6e0f4b7c2538f0e1d2c3b4a59687";

/// Bytes at the start of each unit of pictures that stay readable: the decoder's front end wants its
/// headers.
const CLEAR: usize = 48;

/// Boxes that hold the entry of a track's samples, outermost first.
const TO_ENTRY: [&[u8]; 5] = [b"trak", b"mdia", b"minf", b"stbl", b"stsd"];

/// Encrypts a file, an initialisation or a media segment. `pictures` are the tracks of H.264.
pub(crate) fn encrypt(file: &[u8], pictures: &[u32]) -> Result<Vec<u8>> {
    let mut out = Vec::with_capacity(file.len() * 11 / 10);
    let mut fragment = None;
    for (kind, whole) in boxes(file)? {
        match kind {
            b"moov" => out.extend(with_protection(whole, &TO_ENTRY)?),
            b"moof" => fragment = Some(whole),
            b"mdat" => {
                let moof = fragment.take().context("media without a fragment")?;
                out.extend(Fragment::read(moof, whole, pictures)?.encrypt()?);
            }
            // Their offsets would be wrong now, and nobody needs them.
            b"sidx" | b"mfra" => {}
            _ => out.extend(whole),
        }
    }
    Ok(out)
}

/// The boxes side by side, each with its header.
fn boxes(mut bytes: &[u8]) -> Result<Vec<(&[u8; 4], &[u8])>> {
    let mut found = Vec::new();
    while !bytes.is_empty() {
        let size = number(bytes, 0)? as usize;
        ensure!(size >= 8 && size <= bytes.len(), "a box of {size} bytes");
        let kind = bytes[4..8].try_into()?;
        let (whole, rest) = bytes.split_at(size);
        found.push((kind, whole));
        bytes = rest;
    }
    Ok(found)
}

fn number(bytes: &[u8], at: usize) -> Result<u32> {
    let four = bytes.get(at..at + 4).context("a box that is cut")?;
    Ok(u32::from_be_bytes(four.try_into()?))
}

fn boxed(kind: &[u8; 4], content: &[u8]) -> Result<Vec<u8>> {
    let size = u32::try_from(content.len() + 8)?;
    Ok([&size.to_be_bytes()[..], kind, content].concat())
}

/// Rewrites every sample entry below `whole`, on the way that `path` names.
fn with_protection(whole: &[u8], path: &[&[u8]]) -> Result<Vec<u8>> {
    let kind = whole[4..8].try_into()?;
    // `stsd` has flags and a count before its entries.
    let start = if kind == b"stsd" { 16 } else { 8 };
    let mut content = whole[8..start].to_vec();
    for (inner, bytes) in boxes(&whole[start..])? {
        match path.split_first() {
            None => content.extend(protected_entry(inner, bytes)?),
            Some((next, rest)) if *next == inner => content.extend(with_protection(bytes, rest)?),
            Some(_) => content.extend(bytes),
        }
    }
    boxed(kind, &content)
}

/// `avc1` as `encv` and `mp4a` as `enca`, with what says how it is encrypted.
fn protected_entry(kind: &[u8; 4], whole: &[u8]) -> Result<Vec<u8>> {
    let encrypted = if kind == b"avc1" { b"encv" } else { b"enca" };
    let scheme = boxed(b"schm", b"\0\0\0\0cenc\0\x01\0\0")?;
    // Protected, with initialisation vectors of 8 bytes.
    let defaults = [&[0, 0, 0, 0, 0, 0, 1, 8][..], &bytes_of(KEY_ID)?].concat();
    let defaults = boxed(b"schi", &boxed(b"tenc", &defaults)?)?;
    let information = [boxed(b"frma", kind)?, scheme, defaults].concat();
    let information = boxed(b"sinf", &information)?;
    boxed(encrypted, &[&whole[8..], &information].concat())
}

/// The bytes of a key or an id.
fn bytes_of(hexadecimal: &str) -> Result<[u8; 16]> {
    Ok(u128::from_str_radix(hexadecimal, 16)?.to_be_bytes())
}

/// A `moof` and its `mdat`.
struct Fragment<'a> {
    moof: &'a [u8],
    /// Counted from the beginning of the file.
    number: u32,
    media: Vec<u8>,
    runs: Vec<Run>,
}

/// The samples of one track in a fragment.
struct Run {
    has_pictures: bool,
    /// Where the samples begin in the media.
    start: usize,
    sizes: Vec<usize>,
}

impl<'a> Fragment<'a> {
    fn read(moof: &'a [u8], mdat: &[u8], pictures: &[u32]) -> Result<Self> {
        let mut runs = Vec::new();
        let mut sequence = 0;
        for (kind, whole) in boxes(&moof[8..])? {
            match kind {
                b"mfhd" => sequence = number(whole, 12)?,
                b"traf" => runs.push(Run::read(&whole[8..], moof.len(), pictures)?),
                _ => {}
            }
        }
        Ok(Fragment {
            moof,
            number: sequence,
            media: mdat.to_vec(),
            runs,
        })
    }

    fn encrypt(mut self) -> Result<Vec<u8>> {
        let mut notes = Vec::new();
        for (track, run) in self.runs.iter().enumerate() {
            let place = [
                &self.number.to_be_bytes()[..],
                &u16::try_from(track)?.to_be_bytes(),
            ];
            notes.push(run.encrypt(&mut self.media, &place.concat())?);
        }
        let growth = notes.iter().map(Notes::size).sum();
        let mut notes = notes.iter();
        let mut moof = Vec::new();
        for (kind, whole) in boxes(&self.moof[8..])? {
            if kind == b"traf" {
                let notes = notes.next().context("a track without notes")?;
                moof.extend(notes.add_to(whole, moof.len() + 8, growth)?);
            } else {
                moof.extend(whole);
            }
        }
        Ok([boxed(b"moof", &moof)?, self.media].concat())
    }
}

impl Run {
    /// Reads a `traf`'s content; the data offset of its one run counts from the start of the `moof`.
    fn read(traf: &[u8], moof: usize, pictures: &[u32]) -> Result<Self> {
        let parts = boxes(traf)?;
        let part = |kind: &[u8; 4]| {
            let found = parts.iter().find(|(found, _)| *found == kind);
            found
                .map(|(_, whole)| *whole)
                .context("a `traf` lacks a box")
        };
        let (head, run) = (part(b"tfhd")?, part(b"trun")?);
        let head_flags = number(head, 8)?;
        // Defaults: description, duration, size, in this order, where they are.
        let before = usize::from(head_flags & 2 != 0) + usize::from(head_flags & 8 != 0);
        let default = if head_flags & 0x10 == 0 {
            0
        } else {
            number(head, 16 + 4 * before)?
        };
        let flags = number(run, 8)?;
        ensure!(
            head_flags & 1 == 0 && flags & 1 != 0,
            "offsets are not as ffmpeg writes them"
        );
        let fields = [0x100, 0x200, 0x400, 0x800].map(|flag| usize::from(flags & flag != 0));
        let width = 4 * fields.iter().sum::<usize>();
        let first = 20 + 4 * usize::from(flags & 4 != 0);
        let size = |sample: usize| {
            let at = first + sample * width + 4 * fields[0];
            let size = if fields[1] == 1 {
                number(run, at)?
            } else {
                default
            };
            Ok(size as usize)
        };
        let count = number(run, 12)? as usize;
        Ok(Run {
            has_pictures: pictures.contains(&number(head, 12)?),
            start: (number(run, 16)? as usize)
                .checked_sub(moof)
                .context("media before its box")?,
            sizes: (0..count).map(size).collect::<Result<_>>()?,
        })
    }

    /// Encrypts the samples where they are and notes how. `place` is unlike any other run's.
    fn encrypt(&self, media: &mut [u8], place: &[u8]) -> Result<Notes> {
        let mut entries = Vec::new();
        let mut at = self.start;
        for (index, size) in self.sizes.iter().enumerate() {
            let sample = media
                .get_mut(at..at + size)
                .context("a sample outside its box")?;
            let vector = [place, &u16::try_from(index)?.to_be_bytes()].concat();
            let mut counter = [0; 16];
            counter[..8].copy_from_slice(&vector);
            let mut cipher = Ctr128BE::<Aes128>::new(&bytes_of(KEY)?.into(), &counter.into());
            let mut entry = vector;
            if self.has_pictures {
                let parts = subsamples(sample)?;
                entry.extend(u16::try_from(parts.len())?.to_be_bytes());
                let mut rest = sample;
                for (clear, hidden) in parts {
                    entry.extend(u16::try_from(clear)?.to_be_bytes());
                    entry.extend(u32::try_from(hidden)?.to_be_bytes());
                    let (part, after) = rest.split_at_mut(clear + hidden);
                    cipher.apply_keystream(&mut part[clear..]);
                    rest = after;
                }
            } else {
                cipher.apply_keystream(sample);
            }
            entries.push(entry);
            at += size;
        }
        Ok(Notes {
            has_subsamples: self.has_pictures,
            entries,
        })
    }
}

/// How many bytes of each unit of a picture stay readable, and how many do not.
fn subsamples(sample: &[u8]) -> Result<Vec<(usize, usize)>> {
    let mut parts = Vec::new();
    let mut at = 0;
    while at < sample.len() {
        let unit = 4 + number(sample, at)? as usize;
        let hidden = unit.saturating_sub(CLEAR) / 16 * 16;
        parts.push((unit - hidden, hidden));
        at += unit;
    }
    Ok(parts)
}

/// What a decryptor has to know of a track's samples.
struct Notes {
    has_subsamples: bool,
    entries: Vec<Vec<u8>>,
}

impl Notes {
    /// Bytes of the three boxes.
    fn size(&self) -> usize {
        let entries: usize = self.entries.iter().map(Vec::len).sum();
        (16 + entries) + (17 + self.entries.len()) + 20
    }

    /// A `traf` at the place `at` of its `moof`, with the notes, and its run moved by `growth`.
    fn add_to(&self, traf: &[u8], at: usize, growth: usize) -> Result<Vec<u8>> {
        let mut content = Vec::new();
        for (kind, whole) in boxes(&traf[8..])? {
            let start = content.len();
            content.extend(whole);
            if kind == b"trun" {
                let moved = number(whole, 16)? + u32::try_from(growth)?;
                content[start + 16..start + 20].copy_from_slice(&moved.to_be_bytes());
            }
        }
        let count = u32::try_from(self.entries.len())?.to_be_bytes();
        let flags = [0, 0, 0, 2 * u8::from(self.has_subsamples)];
        let first_entry = u32::try_from(at + 8 + content.len() + 16)?;
        let samples = [&flags[..], &count, &self.entries.concat()].concat();
        content.extend(boxed(b"senc", &samples)?);
        let lengths = self.entries.iter().map(|entry| u8::try_from(entry.len()));
        let lengths = lengths.collect::<Result<Vec<u8>, _>>()?;
        content.extend(boxed(b"saiz", &[&[0; 5][..], &count, &lengths].concat())?);
        let offset = [&[0, 0, 0, 0, 0, 0, 0, 1][..], &first_entry.to_be_bytes()].concat();
        content.extend(boxed(b"saio", &offset)?);
        boxed(b"traf", &content)
    }
}
