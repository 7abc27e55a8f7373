//! Sound as numbers: two channels of 48 kHz samples between -1 and 1.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Samples per second.
pub(crate) const RATE: f32 = 48_000.0;

/// A stretch of stereo sound.
pub(crate) struct Sound {
    pub(crate) left: Vec<f32>,
    pub(crate) right: Vec<f32>,
}

impl Sound {
    pub(crate) fn silence(seconds: f32) -> Self {
        let samples = (seconds * RATE) as usize;
        Self {
            left: vec![0.0; samples],
            right: vec![0.0; samples],
        }
    }

    /// Adds `samples` from `start` seconds on, to both channels.
    pub(crate) fn add(&mut self, samples: &[f32], start: f32) {
        let first = (start * RATE) as usize;
        for channel in [&mut self.left, &mut self.right] {
            for (target, sample) in channel.iter_mut().skip(first).zip(samples) {
                *target += sample;
            }
        }
    }

    /// Adds all of `other`, as loud as `gain` says at each sample.
    pub(crate) fn mix(&mut self, other: &Sound, gain: impl Fn(usize) -> f32) {
        let pairs = [
            (&mut self.left, &other.left),
            (&mut self.right, &other.right),
        ];
        for (target, source) in pairs {
            for (index, (target, sample)) in target.iter_mut().zip(source).enumerate() {
                *target += sample * gain(index);
            }
        }
    }

    /// A little room: a few echoes that cross between the channels.
    pub(crate) fn reverberate(&mut self, amount: f32) {
        // Delays without a common factor, so that no pitch rings.
        for (delay, gain) in [
            (1_103, 0.50),
            (2_027, 0.38),
            (3_701, 0.30),
            (5_519, 0.22),
            (8_209, 0.15),
            (12_007, 0.10),
        ] {
            for index in delay..self.left.len() {
                let (left, right) = (self.left[index - delay], self.right[index - delay]);
                self.left[index] += right * gain * amount;
                self.right[index] += left * gain * amount;
            }
        }
    }

    /// Scales so that the loud parts have this mean level, and rounds off what peaks above.
    pub(crate) fn level(&mut self, target: f32) {
        let gain = target / loudness(&self.left).max(loudness(&self.right)).max(1e-6);
        for sample in self.left.iter_mut().chain(&mut self.right) {
            *sample = soft(*sample * gain);
        }
    }

    /// Rises and falls at both ends.
    pub(crate) fn fade(&mut self, rise: f32, fall: f32) {
        let length = self.left.len();
        let (rise, fall) = ((rise * RATE) as usize, (fall * RATE) as usize);
        for channel in [&mut self.left, &mut self.right] {
            for (index, sample) in channel.iter_mut().enumerate() {
                let up = index as f32 / rise.max(1) as f32;
                let down = (length - index) as f32 / fall.max(1) as f32;
                *sample *= up.min(down).min(1.0);
            }
        }
    }

    /// Writes little-endian floats, left and right in turn, into a file of this folder and returns its path:
    /// ffmpeg takes only one stream from its standard input, and that is the picture.
    pub(crate) fn write(&self, folder: &Path) -> Result<PathBuf> {
        let pairs = self.left.iter().zip(&self.right);
        let bytes: Vec<u8> = pairs
            .flat_map(|(left, right)| [left.to_le_bytes(), right.to_le_bytes()])
            .flatten()
            .collect();
        let path = folder.join("sound.f32");
        fs::write(&path, bytes).with_context(|| format!("could not write {}", path.display()))?;
        Ok(path)
    }

    /// The loudness of each thirtieth of a second, the loudest being 1.
    pub(crate) fn levels(&self) -> Vec<f32> {
        let step = (RATE / 30.0) as usize;
        let mut levels: Vec<f32> = self.left.chunks(step).map(root_mean_square).collect();
        let peak = levels.iter().copied().fold(1e-6, f32::max);
        for level in &mut levels {
            *level /= peak;
        }
        levels
    }
}

/// The mean level of what is not silence, in tenths of a second.
pub(crate) fn loudness(samples: &[f32]) -> f32 {
    let blocks: Vec<f32> = samples
        .chunks((RATE / 10.0) as usize)
        .map(root_mean_square)
        .collect();
    let loudest = blocks.iter().copied().fold(0.0, f32::max);
    let heard: Vec<f32> = blocks
        .into_iter()
        .filter(|block| *block > loudest * 0.2)
        .collect();
    root_mean_square(&heard)
}

pub(crate) fn root_mean_square(samples: &[f32]) -> f32 {
    (samples.iter().map(|sample| sample * sample).sum::<f32>() / samples.len().max(1) as f32).sqrt()
}

/// Leaves what is quiet as it is and never reaches 1.
fn soft(sample: f32) -> f32 {
    const KNEE: f32 = 0.6;
    let over = sample.abs() - KNEE;
    if over <= 0.0 {
        sample
    } else {
        sample.signum() * (KNEE + (1.0 - KNEE) * (over / (1.0 - KNEE)).tanh() * 0.97)
    }
}
