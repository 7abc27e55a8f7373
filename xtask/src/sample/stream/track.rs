//! A track of a stream: a fragmented MP4, whose fragments are its segments.

use anyhow::{Context, Result, bail, ensure};

use super::boxes::{boxes, find, make, number};

/// What a segment needs before it, and the segments.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Track {
    /// `ftyp` and `moov`.
    pub(crate) init: Vec<u8>,
    /// Units in a second.
    pub(crate) timescale: u32,
    pub(crate) segments: Vec<Segment>,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Segment {
    /// `moof` and `mdat`.
    pub(crate) bytes: Vec<u8>,
    /// In the track's units.
    pub(crate) duration: u64,
}

/// One picture, or one frame of sound.
pub(crate) struct Sample {
    pub(crate) size: usize,
    duration: u32,
}

impl Track {
    /// Reads initialization and segments that lie one after another, with or without an index.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self> {
        let mut init = Vec::new();
        let mut segments: Vec<Segment> = Vec::new();
        for found in boxes(bytes) {
            match &found.kind {
                b"ftyp" | b"moov" => init.extend(found.whole),
                b"moof" => segments.push(Segment {
                    bytes: found.whole.to_owned(),
                    duration: duration(found.body).context("a fragment has no samples")?,
                }),
                b"mdat" => {
                    let segment = segments.last_mut().context("mdat comes before moof")?;
                    segment.bytes.extend(found.whole);
                }
                b"sidx" => {}
                kind => bail!(
                    "{} does not belong into a segment",
                    String::from_utf8_lossy(kind)
                ),
            }
        }
        // `mdhd` of version 0: flags, two dates, and then the timescale.
        let timescale = find(&init, &[b"moov", b"trak", b"mdia", b"mdhd"])
            .and_then(|body| number(body, 12))
            .context("there is no timescale")?;
        ensure!(!segments.is_empty(), "there is no fragment");
        Ok(Self {
            init,
            timescale,
            segments,
        })
    }

    /// The track as one file: initialization, index, segments.
    pub(crate) fn one_file(&self) -> Vec<u8> {
        let mut bytes = [self.init.as_slice(), &self.index()].concat();
        self.segments
            .iter()
            .for_each(|segment| bytes.extend(&segment.bytes));
        bytes
    }

    /// A `sidx` in which every segment begins with a key frame.
    pub(crate) fn index(&self) -> Vec<u8> {
        let mut body = vec![0; 4];
        // Of the only track, which starts at zero, right behind this box.
        for number in [1, self.timescale, 0, 0, self.segments.len() as u32] {
            body.extend(number.to_be_bytes());
        }
        for segment in &self.segments {
            body.extend((segment.bytes.len() as u32).to_be_bytes());
            body.extend((segment.duration as u32).to_be_bytes());
            body.extend(0x9000_0000_u32.to_be_bytes());
        }
        make(b"sidx", &[&body])
    }

    /// In the track's units.
    pub(crate) fn duration(&self) -> u64 {
        self.segments.iter().map(|segment| segment.duration).sum()
    }

    /// How long each segment lasts, in seconds.
    pub(crate) fn timeline(&self) -> Vec<f64> {
        let durations = self.segments.iter().map(|segment| segment.duration);
        durations.map(|duration| self.seconds(duration)).collect()
    }

    /// The `codecs` parameter of RFC 6381.
    pub(crate) fn codecs(&self) -> Result<String> {
        let entries = find(
            &self.init,
            &[b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd"],
        );
        let entries = entries.context("there is no sample description")?;
        let entry = boxes(&entries[8..]).next();
        let entry = entry.context("the sample description is empty")?;
        match &entry.kind {
            b"mp4a" | b"enca" => Ok("mp4a.40.2".to_owned()),
            // The fields of a picture's description take 78 bytes.
            b"avc1" | b"encv" => match find(&entry.body[78..], &[b"avcC"]) {
                Some([_, profile, constraints, level, ..]) => {
                    Ok(format!("avc1.{profile:02X}{constraints:02X}{level:02X}"))
                }
                _ => bail!("the picture has no configuration"),
            },
            kind => bail!("{} is unknown", String::from_utf8_lossy(kind)),
        }
    }

    /// Bits per second of the whole track.
    pub(crate) fn average_bandwidth(&self) -> u64 {
        let bytes: usize = self
            .segments
            .iter()
            .map(|segment| segment.bytes.len())
            .sum();
        self.bandwidth(bytes, self.duration())
    }

    /// Bits per second of the segment that needs most. A short one at the end does not count, because
    /// a player has the time of those before it.
    pub(crate) fn peak_bandwidth(&self) -> u64 {
        let longest = self.longest();
        self.segments
            .iter()
            .filter(|segment| segment.duration * 2 >= longest)
            .map(|segment| self.bandwidth(segment.bytes.len(), segment.duration))
            .fold(0, u64::max)
    }

    /// The duration of the longest segment, in the track's units.
    pub(crate) fn longest(&self) -> u64 {
        let durations = self.segments.iter().map(|segment| segment.duration);
        durations.fold(0, u64::max)
    }

    /// A duration in seconds.
    pub(crate) fn seconds(&self, duration: u64) -> f64 {
        duration as f64 / f64::from(self.timescale)
    }

    fn bandwidth(&self, bytes: usize, duration: u64) -> u64 {
        (bytes as u64 * 8 * u64::from(self.timescale)).div_ceil(duration.max(1))
    }
}

fn duration(moof: &[u8]) -> Option<u64> {
    let samples = samples(moof)?;
    Some(
        samples
            .iter()
            .map(|sample| u64::from(sample.duration))
            .sum(),
    )
}

/// The samples of a fragment, from the body of its `moof`.
pub(crate) fn samples(moof: &[u8]) -> Option<Vec<Sample>> {
    let header = find(moof, &[b"traf", b"tfhd"])?;
    let run = find(moof, &[b"traf", b"trun"])?;
    // Each flag that is set stands for one field, in the order of the flags.
    let flags = number(header, 0)?;
    let mut at = 8 + 8 * usize::from(flags & 0x1 != 0) + 4 * usize::from(flags & 0x2 != 0);
    let mut default = |flag| {
        let present = flags & flag != 0;
        at += 4 * usize::from(present);
        present.then(|| number(header, at - 4)).flatten()
    };
    let (default_duration, default_size) = (default(0x8), default(0x10));

    let flags = number(run, 0)?;
    let mut at = 8 + 4 * (flags & 0x5).count_ones() as usize;
    let mut samples = Vec::new();
    for _ in 0..number(run, 4)? {
        let mut field = |flag| {
            let present = flags & flag != 0;
            at += 4 * usize::from(present);
            present.then(|| number(run, at - 4)).flatten()
        };
        let (duration, size) = (field(0x100), field(0x200));
        field(0x400);
        field(0x800);
        samples.push(Sample {
            size: size.or(default_size)? as usize,
            duration: duration.or(default_duration)?,
        });
    }
    Some(samples)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A track of pictures with two segments, of four seconds and of one.
    pub(crate) fn track() -> Track {
        let timescale = [&[0; 12][..], &1000_u32.to_be_bytes(), &[0; 8]].concat();
        let avcc = make(b"avcC", &[&[1, 0x64, 0, 0x1f]]);
        let entry = make(b"avc1", &[&[0; 78], &avcc]);
        let table = make(b"stbl", &[&make(b"stsd", &[&[0; 8], &entry])]);
        let media = [make(b"mdhd", &[&timescale]), make(b"minf", &[&table])].concat();
        let trak = make(b"trak", &[&make(b"mdia", &[&media])]);
        let mut bytes = [make(b"ftyp", &[b"cmfc"]), make(b"moov", &[&trak])].concat();
        bytes.extend(fragment(4000, &[0, 0, 0, 0]));
        bytes.extend(fragment(1000, &[0, 0, 0, 1, 9]));
        Track::parse(&bytes).unwrap()
    }

    /// A fragment with one sample.
    fn fragment(duration: u32, sample: &[u8]) -> Vec<u8> {
        let header = [0x2_0000_u32, 1].map(u32::to_be_bytes).concat();
        let run = [0x301, 1, 0, duration, sample.len() as u32];
        let run = run.map(u32::to_be_bytes).concat();
        let traf = [make(b"tfhd", &[&header]), make(b"trun", &[&run])].concat();
        [
            make(b"moof", &[&make(b"traf", &[&traf])]),
            make(b"mdat", &[sample]),
        ]
        .concat()
    }

    #[test]
    fn a_track_knows_what_a_manifest_says() {
        let track = track();
        assert_eq!(track.codecs().unwrap(), "avc1.64001F");
        assert_eq!(track.seconds(track.duration()), 5.0);
        let bytes = track.segments[0].bytes.len() as u64;
        assert_eq!(track.peak_bandwidth(), bytes * 2);
    }

    #[test]
    fn one_file_reads_back_as_the_same_track() {
        let track = track();
        assert_eq!(Track::parse(&track.one_file()).unwrap(), track);
        assert_eq!(track.index().len(), 32 + 2 * 12);
    }
}
