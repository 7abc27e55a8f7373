//! Music from sines: a slow pad, plucked notes over it, and where music is the point, bells and bass.

use std::f32::consts::TAU;

use super::ease::scatter;
use super::sound::{RATE, Sound};

/// What plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// A quiet bed under a voice; the number picks the progression and the pattern.
    Bed(u32),
    /// The piece that is listened to for its own sake.
    Nocturne,
}

/// A chord as MIDI pitches, lowest first, and its name.
pub(crate) type Chord = (&'static str, [i32; 5]);

/// The nocturne's progression, one chord for each bar.
pub(crate) const NOCTURNE: [Chord; 8] = [
    ("A minor 9", [45, 60, 64, 67, 71]),
    ("F major 7", [41, 57, 60, 64, 69]),
    ("C major 9", [48, 59, 62, 64, 67]),
    ("G 6", [43, 59, 62, 64, 67]),
    ("D minor 9", [50, 60, 64, 65, 69]),
    ("A minor 7", [45, 60, 64, 67, 72]),
    ("F major 9", [41, 57, 60, 64, 67]),
    ("E 7 sus 4", [40, 57, 59, 62, 69]),
];

const BEDS: [[Chord; 4]; 3] = [
    [
        ("", [45, 57, 60, 64, 67]),
        ("", [41, 57, 60, 64, 65]),
        ("", [48, 55, 60, 64, 67]),
        ("", [43, 55, 59, 62, 67]),
    ],
    [
        ("", [50, 57, 60, 65, 69]),
        ("", [46, 58, 62, 65, 69]),
        ("", [41, 57, 60, 65, 67]),
        ("", [48, 55, 58, 64, 67]),
    ],
    [
        ("", [40, 55, 59, 64, 66]),
        ("", [48, 55, 59, 64, 67]),
        ("", [43, 55, 59, 62, 66]),
        ("", [50, 57, 62, 64, 66]),
    ],
];

/// How long a chord sounds, in seconds.
pub(crate) const BAR: f32 = 4.8;

/// Which voice of the music a note belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Pad,
    Bass,
    Pluck,
    Bell,
}

/// One note.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Note {
    pub(crate) part: Part,
    pub(crate) start: f32,
    pub(crate) length: f32,
    /// MIDI number.
    pub(crate) pitch: i32,
    pub(crate) gain: f32,
    /// -1 left to 1 right.
    pub(crate) pan: f32,
}

/// The notes that fill `length` seconds.
pub(crate) fn compose(piece: Piece, length: f32) -> Vec<Note> {
    let bars = (length / BAR).ceil() as u32;
    let mut notes = Vec::new();
    for bar in 0..bars {
        let start = bar as f32 * BAR;
        match piece {
            Piece::Bed(number) => {
                let (_, chord) = BEDS[number as usize % BEDS.len()][bar as usize % 4];
                pad(&mut notes, start, &chord, 0.5);
                pluck(&mut notes, start, &chord, 0.22, number * 1000 + bar, 8);
            }
            Piece::Nocturne => {
                let (_, chord) = NOCTURNE[bar as usize % NOCTURNE.len()];
                let last = bar + 2 >= bars;
                pad(&mut notes, start, &chord, 0.5);
                if bar >= 2 && !last {
                    pluck(&mut notes, start, &chord, 0.32, bar, 16);
                }
                if bar >= 4 {
                    notes.push(Note {
                        part: Part::Bass,
                        start,
                        length: BAR,
                        pitch: chord[0] - 12,
                        gain: 0.55,
                        pan: 0.0,
                    });
                }
                if bar >= 4 && !last {
                    bells(&mut notes, start, &chord, bar);
                }
            }
        }
    }
    notes.retain(|note| note.start < length - 1.0);
    notes
}

fn pad(notes: &mut Vec<Note>, start: f32, chord: &[i32; 5], gain: f32) {
    for (index, &pitch) in chord.iter().enumerate() {
        let pan = index as f32 / 2.0 - 1.0;
        notes.push(Note {
            part: Part::Pad,
            start,
            length: BAR + 1.6,
            pitch,
            gain: gain * 0.3,
            pan: pan * 0.6,
        });
    }
}

fn pluck(notes: &mut Vec<Note>, start: f32, chord: &[i32; 5], gain: f32, seed: u32, steps: u32) {
    const WAY: [usize; 8] = [1, 3, 2, 4, 3, 2, 4, 1];
    for step in 0..steps {
        let chance = scatter(seed * 31 + step);
        if chance < 0.2 && step > 0 {
            continue;
        }
        let octave = if step % 8 == 4 { 12 } else { 0 };
        let pitch = chord[WAY[(step as usize + seed as usize) % WAY.len()]] + octave;
        let at = start + step as f32 * BAR / steps as f32;
        notes.push(Note {
            part: Part::Pluck,
            start: at,
            length: 1.8,
            pitch,
            gain: gain * (0.6 + 0.4 * chance),
            pan: chance * 1.4 - 0.7,
        });
    }
}

fn bells(notes: &mut Vec<Note>, start: f32, chord: &[i32; 5], bar: u32) {
    const RHYTHM: [(f32, usize); 4] = [(0.0, 4), (0.375, 3), (0.5, 4), (0.75, 2)];
    for (index, &(at, voice)) in RHYTHM.iter().enumerate() {
        if index == 2 && bar.is_multiple_of(2) {
            continue;
        }
        let pan = if index % 2 == 0 { -0.35 } else { 0.35 };
        notes.push(Note {
            part: Part::Bell,
            start: start + at * BAR,
            length: 3.2,
            pitch: chord[voice] + 12,
            gain: 0.26,
            pan,
        });
    }
}

/// The notes as sound.
pub(crate) fn play(notes: &[Note], length: f32) -> Sound {
    let mut sound = Sound::silence(length);
    for note in notes {
        let frequency = 440.0 * 2.0_f32.powf((note.pitch - 69) as f32 / 12.0);
        let first = (note.start * RATE) as usize;
        let count = ((note.length * RATE) as usize).min(sound.left.len().saturating_sub(first));
        let (left, right) = ((1.0 - note.pan) / 2.0, (1.0 + note.pan) / 2.0);
        for index in 0..count {
            let time = index as f32 / RATE;
            let sample = voice(note, frequency, time) * note.gain;
            sound.left[first + index] += sample * left.sqrt();
            sound.right[first + index] += sample * right.sqrt();
        }
    }
    sound.reverberate(0.55);
    sound
}

/// One part's tone at `time` seconds after its start.
fn voice(note: &Note, frequency: f32, time: f32) -> f32 {
    let tone = |ratio: f32| (TAU * (frequency * ratio * time).fract()).sin();
    let end = ((note.length - time) / 0.05).clamp(0.0, 1.0);
    match note.part {
        Part::Pad => {
            let rise = (time / 1.4).min(1.0);
            let fall = ((note.length - time) / 1.6).clamp(0.0, 1.0);
            (tone(0.9985) + tone(1.0015) + 0.25 * tone(2.0)) * rise * fall * 0.5
        }
        Part::Bass => {
            (tone(1.0) + 0.2 * tone(2.0)) * (time / 0.03).min(1.0) * (-time * 0.5).exp() * end
        }
        Part::Pluck => {
            (tone(1.0) + 0.3 * tone(2.0) * (-time * 6.0).exp())
                * (time / 0.006).min(1.0)
                * (-time * 3.2).exp()
                * end
        }
        Part::Bell => {
            let shimmer =
                0.45 * (-time * 4.0).exp() * (TAU * (frequency * 3.01 * time).fract()).sin();
            (TAU * (frequency * time).fract() + shimmer).sin()
                * (time / 0.004).min(1.0)
                * (-time * 1.5).exp()
                * end
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_piece_has_the_same_notes_every_time() {
        assert_eq!(compose(Piece::Bed(2), 30.0), compose(Piece::Bed(2), 30.0));
    }

    #[test]
    fn no_note_starts_in_the_last_second() {
        assert!(
            compose(Piece::Nocturne, 60.0)
                .iter()
                .all(|note| note.start < 59.0)
        );
    }
}
