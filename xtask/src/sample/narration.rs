//! The voices of a film: what each says, when, and how that sounds over the music.

use anyhow::Result;

use super::film::{Film, Language};
use super::music::{self, Note, Piece};
use super::sound::{self, Sound};
use super::timeline::{Cue, Timeline};
use super::{ease, voice};

/// What a film sounds like in one language.
pub(crate) struct Narration {
    pub(crate) language: Language,
    /// With this language's ends of sentences.
    pub(crate) timeline: Timeline,
    pub(crate) sound: Sound,
}

/// The sentences of one language, each with its samples and seconds.
pub(crate) struct Spoken {
    language: Language,
    samples: Vec<Vec<f32>>,
    lengths: Vec<f32>,
}

/// Speaks every sentence in every language of the film.
pub(crate) fn speak(film: &Film) -> Result<Vec<Spoken>> {
    let speak = |&language: &Language| {
        let mut samples = Vec::new();
        let mut lengths = Vec::new();
        for line in film.lines() {
            let sentence = match line.sound {
                Some(_) => Vec::new(),
                None => voice::speak(language, line.speech(language))?,
            };
            lengths.push(line.sound.unwrap_or(sentence.len() as f32 / sound::RATE));
            samples.push(sentence);
        }
        Ok(Spoken {
            language,
            samples,
            lengths,
        })
    };
    film.voices().iter().map(speak).collect()
}

/// The seconds of each sentence in the language that takes longest, so that one picture fits all.
pub(crate) fn longest(spoken: &[Spoken]) -> Vec<f32> {
    let sentences = spoken.first().map_or(0, |spoken| spoken.lengths.len());
    let longest = |index: usize| {
        let lengths = spoken.iter().map(|spoken| spoken.lengths[index]);
        lengths.fold(0.0, f32::max)
    };
    (0..sentences).map(longest).collect()
}

/// Puts every voice on the timeline, over the music.
pub(crate) fn record(
    film: &Film,
    spoken: Vec<Spoken>,
    timeline: &Timeline,
    notes: &[Note],
) -> Vec<Narration> {
    let record = |spoken: Spoken| {
        let timeline = timeline.spoken(&spoken.lengths);
        let mut music = music::play(notes, timeline.length);
        let sound = match film.music {
            Piece::Nocturne => {
                music.level(0.16);
                music.fade(0.5, 4.0);
                music
            }
            Piece::Bed(_) => {
                let cues: Vec<Cue> = timeline.cues().collect();
                mix(&spoken.samples, &cues, music, timeline.length)
            }
        };
        Narration {
            language: spoken.language,
            timeline,
            sound,
        }
    };
    spoken.into_iter().map(record).collect()
}

/// The voice over its bed, which steps back while someone speaks.
fn mix(spoken: &[Vec<f32>], cues: &[Cue], mut bed: Sound, length: f32) -> Sound {
    bed.level(0.045);
    bed.fade(0.8, 2.2);
    let mut sound = Sound::silence(length);
    for (samples, cue) in spoken.iter().zip(cues) {
        sound.add(samples, cue.start);
    }
    sound.reverberate(0.05);
    let away = |now: f32| {
        cues.iter()
            .map(|cue| (cue.start - now).max(now - cue.end))
            .fold(9.0, f32::min)
    };
    let gains: Vec<f32> = (0..=(length * 30.0) as usize)
        .map(|step| {
            ease::between(
                0.38,
                1.0,
                ease::smooth((away(step as f32 / 30.0) - 0.2) / 1.4),
            )
        })
        .collect();
    sound.mix(&bed, |index| {
        let at = index as f32 / sound::RATE * 30.0;
        let step = (at as usize).min(gains.len() - 2);
        ease::between(gains[step], gains[step + 1], at - step as f32)
    });
    sound
}
