//! Common encryption with AES in counter mode (ISO/IEC 23001-7, scheme `cenc`). ffmpeg can encrypt, but
//! leaves the initialization vectors of all fragments but the first out.

use aes::Aes128;
use anyhow::{Context, Result, ensure};
use ctr::Ctr128BE;
use ctr::cipher::{KeyIvInit, StreamCipher};

use super::boxes::{boxes, edit, find, make, number};
use super::track::{Segment, Track, samples};
use crate::sample::film::ClearKey;

/// The system that finds keys by their ids alone, <https://www.w3.org/TR/eme-initdata-cenc/#common-system>.
const COMMON_SYSTEM: [u8; 16] = [
    0x10, 0x77, 0xef, 0xec, 0xc0, 0xb2, 0x4d, 0x02, 0xac, 0xe3, 0x3c, 0x1e, 0x52, 0xe2, 0xfb, 0x4b,
];

/// Of a NAL unit, at least its length, its type and the header of its slice stay readable.
const READABLE: usize = 48;

/// Encrypts a track. `number` tells the tracks of one key apart: no initialization vector may come twice.
pub(crate) fn encrypt(track: Track, key: &ClearKey, number: u8) -> Result<Track> {
    let mut vector = u64::from(number) << 56;
    let is_picture = track.codecs()?.starts_with("avc1");
    let segments = track.segments.iter().map(|segment| {
        Ok(Segment {
            bytes: fragment(&segment.bytes, key, is_picture, &mut vector)?,
            duration: segment.duration,
        })
    });
    Ok(Track {
        segments: segments.collect::<Result<_>>()?,
        init: initialization(&track.init, key),
        timescale: track.timescale,
    })
}

/// Says how the samples are encrypted and with which key.
fn initialization(init: &[u8], key: &ClearKey) -> Vec<u8> {
    let stsd: [&[u8; 4]; 6] = [b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd"];
    let described = edit(init, &stsd, &|body| {
        let (counts, entries) = body.split_at(8);
        let entries = boxes(entries).flat_map(|entry| {
            let kind = if entry.kind == *b"avc1" {
                b"encv"
            } else {
                b"enca"
            };
            make(kind, &[entry.body, &scheme(&entry.kind, key)])
        });
        counts.iter().copied().chain(entries).collect()
    });
    let one = 1_u32.to_be_bytes();
    let system = make(
        b"pssh",
        &[&[1, 0, 0, 0], &COMMON_SYSTEM, &one, &key.id, &[0; 4]],
    );
    edit(&described, &[b"moov"], &|body| [body, &system].concat())
}

/// `sinf`: what the samples were, and their encryption, with vectors of eight bytes.
fn scheme(original: &[u8; 4], key: &ClearKey) -> Vec<u8> {
    let tenc = make(b"tenc", &[&[0; 4], &[0, 0, 1, 8], &key.id]);
    make(
        b"sinf",
        &[
            &make(b"frma", &[original]),
            &make(b"schm", &[&[0; 4], b"cenc", &[0, 1, 0, 0]]),
            &make(b"schi", &[&tenc]),
        ],
    )
}

/// Encrypts the samples of a fragment and notes for each its vector and what of it is encrypted.
fn fragment(bytes: &[u8], key: &ClearKey, is_picture: bool, vector: &mut u64) -> Result<Vec<u8>> {
    let moof = boxes(bytes).find(|found| found.kind == *b"moof");
    let moof = moof.context("there is no moof")?;
    let mut data = find(bytes, &[b"mdat"])
        .context("there is no mdat")?
        .to_owned();
    let (mut notes, mut sizes) = (Vec::new(), Vec::new());
    let samples = samples(moof.body).context("a fragment has no samples")?;
    let mut rest = data.as_mut_slice();
    for sample in &samples {
        let (bytes, behind) = rest
            .split_at_mut_checked(sample.size)
            .context("a sample is cut off")?;
        rest = behind;
        let before = notes.len();
        notes.extend(vector.to_be_bytes());
        let parts = if is_picture {
            protected(bytes)?
        } else {
            vec![(0, bytes.len())]
        };
        if is_picture {
            notes.extend(u16::try_from(parts.len())?.to_be_bytes());
            for &(clear, secret) in &parts {
                notes.extend(u16::try_from(clear)?.to_be_bytes());
                notes.extend(u32::try_from(secret)?.to_be_bytes());
            }
        }
        sizes.push(u8::try_from(notes.len() - before)?);
        scramble(bytes, &parts, key, *vector);
        *vector += 1;
    }
    ensure!(rest.is_empty(), "there is more in mdat than samples");

    let count = (samples.len() as u32).to_be_bytes();
    let has_parts = if is_picture { 2 } else { 0 };
    let senc = make(b"senc", &[&[0, 0, 0, has_parts], &count, &notes]);
    let saiz = make(b"saiz", &[&[0; 5], &count, &sizes]);
    Ok([annotate(moof.whole, &saiz, &senc), make(b"mdat", &[&data])].concat())
}

/// The `moof` with its notes at the end, so that everything behind it moves by their length.
fn annotate(moof: &[u8], saiz: &[u8], senc: &[u8]) -> Vec<u8> {
    const SAIO: usize = 20;
    let growth = saiz.len() + SAIO + senc.len();
    // The first vector comes after the header, the flags and the count of `senc`.
    let first = (moof.len() + growth - senc.len() + 16) as u32;
    let one = 1_u32.to_be_bytes();
    let saio = make(b"saio", &[&[0; 4], &one, &first.to_be_bytes()]);
    let moved = edit(moof, &[b"moof", b"traf", b"trun"], &|run| {
        let offset = number(run, 8).unwrap_or_default() + growth as u32;
        [&run[..8], &offset.to_be_bytes(), &run[12..]].concat()
    });
    edit(&moved, &[b"moof", b"traf"], &|body| {
        [body, saiz, &saio, senc].concat()
    })
}

/// How many bytes stay readable and how many follow that do not, again and again. Only slices are
/// encrypted, in blocks of sixteen bytes.
fn protected(sample: &[u8]) -> Result<Vec<(usize, usize)>> {
    let mut parts = Vec::new();
    let (mut clear, mut at) = (0, 0);
    while at < sample.len() {
        let length = number(sample, at).context("a NAL unit has no length")? as usize;
        let unit = sample.get(at..at + 4 + length);
        let unit = unit.context("a NAL unit is cut off")?;
        let is_slice = unit
            .get(4)
            .is_some_and(|first| matches!(first & 0x1f, 1..=5));
        let secret = if is_slice {
            unit.len().saturating_sub(READABLE) / 16 * 16
        } else {
            0
        };
        clear += unit.len() - secret;
        if secret > 0 {
            parts.push((clear, secret));
            clear = 0;
        }
        at += unit.len();
    }
    if clear > 0 {
        parts.push((clear, 0));
    }
    Ok(parts)
}

/// Encrypts the parts as one run of bytes; a second time, it decrypts them.
fn scramble(sample: &mut [u8], parts: &[(usize, usize)], key: &ClearKey, vector: u64) {
    let counter = (u128::from(vector) << 64).to_be_bytes();
    let mut cipher = Ctr128BE::<Aes128>::new(&key.value.into(), &counter.into());
    let mut rest = sample;
    for &(clear, secret) in parts {
        let (part, behind) = rest.split_at_mut(clear + secret);
        cipher.apply_keystream(&mut part[clear..]);
        rest = behind;
    }
}

#[cfg(test)]
mod tests {
    use super::super::track::tests::track;
    use super::*;

    const KEY: ClearKey = ClearKey {
        id: [7; 16],
        value: [0x2b; 16],
    };

    fn unit(kind: u8, length: usize) -> Vec<u8> {
        let mut unit = (length as u32).to_be_bytes().to_vec();
        unit.resize(4 + length, kind);
        unit
    }

    #[test]
    fn only_whole_blocks_of_slices_are_encrypted() {
        let sample = [unit(7, 20), unit(5, 100), unit(1, 30)].concat();
        assert_eq!(protected(&sample).unwrap(), [(24 + 56, 48), (34, 0)]);
        assert!(protected(&sample[..100]).is_err());
    }

    #[test]
    fn what_is_encrypted_twice_is_as_before() {
        let mut sample = [unit(5, 100), unit(1, 90)].concat();
        let before = sample.clone();
        let parts = protected(&sample).unwrap();
        scramble(&mut sample, &parts, &KEY, 5);
        assert_ne!(sample, before);
        assert_eq!(sample[..READABLE], before[..READABLE]);
        scramble(&mut sample, &parts, &KEY, 5);
        assert_eq!(sample, before);
    }

    #[test]
    fn an_encrypted_track_is_described_as_one() {
        let clear = track();
        let track = encrypt(track(), &KEY, 3).unwrap();
        assert_eq!(track.codecs().unwrap(), clear.codecs().unwrap());
        assert_eq!(track.duration(), clear.duration());
        let moof = boxes(&track.segments[1].bytes).next().unwrap();
        let offset = find(moof.body, &[b"traf", b"saio"]).unwrap();
        let first = number(offset, 8).unwrap() as usize;
        // The second sample of the third track.
        assert_eq!(moof.whole[first..first + 8], [3, 0, 0, 0, 0, 0, 0, 1]);
        assert!(find(&track.init, &[b"moov", b"pssh"]).is_some());
    }
}
