//! Whether captions stand where someone speaks.

use anyhow::{Context, Result, ensure};

use crate::sample::timeline::Cue;
use crate::sample::{captions, sound, tools};

/// How far a caption may be from its sentence, in seconds.
const TOLERANCE: f32 = 0.3;

/// Measured samples per second; enough to hear where speech begins.
const RATE: f32 = 16_000.0;

/// Returns how many captions have a sentence, and how far they are from it at most, in seconds.
pub(super) fn compare_captions(text: &str, film: &[u8]) -> Result<(usize, f32)> {
    // What stands in brackets is a sound that nobody speaks.
    let cues: Vec<Cue> = captions::parse(text)
        .into_iter()
        .filter(|(_, words)| !words.starts_with('['))
        .map(|(cue, _)| cue)
        .collect();
    if cues.is_empty() {
        return Ok((0, 0.0));
    }
    Ok((cues.len(), compare(&cues, &speech(film)?)?))
}

/// Where someone speaks. The music under the voice is soft and low; what is loud above 1.2 kHz is the voice.
fn speech(film: &[u8]) -> Result<Vec<Cue>> {
    let filter = [
        "-v",
        "error",
        "-i",
        "pipe:0",
        "-af",
        "highpass=f=1200,highpass=f=1200",
        "-ac",
        "1",
        "-ar",
        "16000",
        "-f",
        "f32le",
        "pipe:1",
    ];
    let raw = tools::output("ffmpeg", filter, film).context("could not listen")?;
    let samples: Vec<f32> = raw
        .chunks_exact(4)
        .map(|bytes| f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
        .collect();
    Ok(voiced(&samples))
}

/// The stretches between pauses of at least 0.45 s; a comma's pause is shorter.
fn voiced(samples: &[f32]) -> Vec<Cue> {
    const PAUSE: f32 = 0.45;
    let step = (RATE * 0.01) as usize;
    let levels: Vec<f32> = samples.chunks(step).map(sound::root_mean_square).collect();
    let mut sorted = levels.clone();
    sorted.sort_by(f32::total_cmp);
    let loud = sorted
        .get(sorted.len() * 97 / 100)
        .copied()
        .unwrap_or_default();
    let mut stretches: Vec<Cue> = Vec::new();
    for (index, _) in levels
        .iter()
        .enumerate()
        .filter(|(_, level)| **level > loud * 0.05)
    {
        let (start, end) = (index as f32 * 0.01, (index + 1) as f32 * 0.01);
        match stretches.last_mut() {
            Some(last) if start - last.end < PAUSE => last.end = end,
            _ => stretches.push(Cue { start, end }),
        }
    }
    // A single note of the music is not a sentence; the shortest of those takes a second.
    stretches.retain(|stretch| stretch.end - stretch.start > 0.5);
    stretches
}

/// The largest distance between a caption and its sentence, at either end.
fn compare(cues: &[Cue], spoken: &[Cue]) -> Result<f32> {
    let mut worst = 0.0_f32;
    for cue in cues {
        let nearest = spoken
            .iter()
            .map(|stretch| {
                (stretch.start - cue.start)
                    .abs()
                    .max((stretch.end - cue.end).abs())
            })
            .fold(f32::MAX, f32::min);
        ensure!(
            nearest <= TOLERANCE,
            "the caption at {:.2} s to {:.2} s has no sentence within {TOLERANCE} s",
            cue.start,
            cue.end
        );
        worst = worst.max(nearest);
    }
    ensure!(
        cues.len() == spoken.len(),
        "{} captions stand for {} spoken sentences",
        cues.len(),
        spoken.len()
    );
    Ok(worst)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caption_that_comes_late_is_noticed() {
        let spoken = [Cue {
            start: 1.0,
            end: 2.0,
        }];
        assert!(
            compare(
                &[Cue {
                    start: 1.1,
                    end: 2.1
                }],
                &spoken
            )
            .is_ok()
        );
        assert!(
            compare(
                &[Cue {
                    start: 1.4,
                    end: 2.1
                }],
                &spoken
            )
            .is_err()
        );
    }
}
