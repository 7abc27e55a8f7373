//! One clock for voice, captions and pictures: the measured length of every spoken sentence decides
//! where it starts, and everything else follows.

use super::film::Film;
use super::music::Note;

/// How long two scenes blend into each other.
pub(crate) const BLEND: f32 = 0.7;

/// A sentence in time, in seconds from the film's start.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Cue {
    pub(crate) start: f32,
    pub(crate) end: f32,
}

/// A scene in time.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Span {
    pub(crate) start: f32,
    pub(crate) end: f32,
    /// One for each line.
    pub(crate) cues: Vec<Cue>,
}

/// The whole film in time.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Timeline {
    pub(crate) scenes: Vec<Span>,
    /// When the closing card begins.
    pub(crate) close: f32,
    pub(crate) length: f32,
}

/// Lays the film out; `lengths` has the seconds that each line takes, in order.
pub(crate) fn lay_out(film: &Film, lengths: &[f32]) -> Timeline {
    let mut lengths = lengths.iter().copied();
    let mut now = film.pace.title;
    let mut scenes = Vec::new();
    for scene in film.scenes {
        let start = now;
        now += film.pace.lead;
        let mut cues = Vec::new();
        for (index, length) in lengths.by_ref().take(scene.lines.len()).enumerate() {
            if index > 0 {
                now += film.pace.gap;
            }
            cues.push(Cue {
                start: now,
                end: now + length,
            });
            now += length;
        }
        now += film.pace.tail;
        scenes.push(Span {
            start,
            end: now,
            cues,
        });
    }
    // Whole seconds, so that `length` on the page is exact.
    let length = (now + film.pace.close).ceil();
    Timeline {
        scenes,
        close: now,
        length,
    }
}

impl Timeline {
    /// The same scenes for a voice whose sentences take `lengths`: each begins where it did.
    pub(crate) fn spoken(&self, lengths: &[f32]) -> Self {
        let mut spoken = self.clone();
        let cues = spoken.scenes.iter_mut().flat_map(|scene| &mut scene.cues);
        for (cue, length) in cues.zip(lengths) {
            cue.end = cue.start + length;
        }
        spoken
    }

    /// Every sentence, in order.
    pub(crate) fn cues(&self) -> impl Iterator<Item = Cue> {
        self.scenes.iter().flat_map(|scene| &scene.cues).copied()
    }
}

/// What a scene knows about the moment that it draws.
pub(crate) struct Beat<'a> {
    /// Seconds since the scene began; slightly negative while it blends in.
    pub(crate) now: f32,
    /// Seconds since the film began.
    pub(crate) clock: f32,
    /// The scene's length.
    pub(crate) length: f32,
    /// The whole film's length.
    pub(crate) total: f32,
    /// The scene's cues, from the scene's start.
    pub(crate) cues: Vec<Cue>,
    /// The scene's sentences.
    pub(crate) words: Vec<&'static str>,
    /// The loudness of voice and music together, 0 to 1, thirty times a second from the film's start.
    pub(crate) levels: &'a [f32],
    /// What the music plays, from the film's start.
    pub(crate) notes: &'a [Note],
}

impl Beat<'_> {
    /// Seconds since sentence `index` began; negative before.
    pub(crate) fn since(&self, index: usize) -> f32 {
        self.now - self.cues.get(index).map_or(self.length, |cue| cue.start)
    }

    /// How much of sentence `index` is over, from 0 to 1.
    pub(crate) fn through(&self, index: usize) -> f32 {
        let length = self.cues.get(index).map_or(1.0, |cue| cue.end - cue.start);
        (self.since(index) / length).clamp(0.0, 1.0)
    }

    /// The loudness `ago` seconds ago.
    pub(crate) fn level(&self, ago: f32) -> f32 {
        let index = ((self.clock - ago).max(0.0) * 30.0) as usize;
        self.levels.get(index).copied().unwrap_or_default()
    }
}
