//! WebVTT, written from the timeline and read back by the check.

use std::fmt::Write;

use super::film::{Film, Language};
use super::timeline::{Cue, Timeline};

/// Characters in a caption's line; two lines of this length fit under a small player.
const WIDTH: usize = 44;

/// How long a caption stays after its sentence, in seconds.
const LINGER: f32 = 0.05;

/// Every sentence at its time.
pub(crate) fn captions(film: &Film, timeline: &Timeline, language: Language) -> String {
    let mut text = String::from("WEBVTT\n");
    for (scene, span) in film.scenes.iter().zip(&timeline.scenes) {
        for (line, cue) in scene.lines.iter().zip(&span.cues) {
            let linger = if line.sound.is_some() { 0.0 } else { LINGER };
            cue_text(
                &mut text,
                cue.start,
                cue.end + linger,
                &wrap(line.words(language)),
            );
        }
    }
    text
}

/// Each scene from its start to the next; the title card belongs to the first and the closing card to the last.
pub(crate) fn chapters(film: &Film, timeline: &Timeline) -> String {
    let mut text = String::from("WEBVTT\n");
    for (index, scene) in film.scenes.iter().enumerate() {
        let start = if index == 0 {
            0.0
        } else {
            timeline.scenes[index].start
        };
        let end = timeline
            .scenes
            .get(index + 1)
            .map_or(timeline.length, |next| next.start);
        cue_text(&mut text, start, end, scene.name);
    }
    text
}

fn cue_text(text: &mut String, start: f32, end: f32, words: &str) {
    // Writing to a string does not fail.
    let _ = write!(text, "\n{} --> {}\n{words}\n", stamp(start), stamp(end));
}

fn stamp(seconds: f32) -> String {
    let millis = (f64::from(seconds) * 1000.0).round() as u64;
    format!(
        "{:02}:{:02}.{:03}",
        millis / 60_000,
        millis / 1000 % 60,
        millis % 1000
    )
}

/// One line, or two of about the same length.
fn wrap(words: &str) -> String {
    if words.chars().count() <= WIDTH {
        return words.to_owned();
    }
    let middle = words.len() / 2;
    let space = words
        .match_indices(' ')
        .map(|(at, _)| at)
        .min_by_key(|at| at.abs_diff(middle));
    match space {
        Some(at) => format!("{}\n{}", &words[..at], &words[at + 1..]),
        None => words.to_owned(),
    }
}

/// The cues of a file that this module wrote, with their words.
pub(crate) fn parse(text: &str) -> Vec<(Cue, String)> {
    let mut cues = Vec::new();
    for block in text.split("\n\n").skip(1) {
        let Some((times, words)) = block.split_once('\n') else {
            continue;
        };
        let Some((start, end)) = times.split_once(" --> ") else {
            continue;
        };
        if let (Some(start), Some(end)) = (seconds(start), seconds(end)) {
            cues.push((Cue { start, end }, words.trim().to_owned()));
        }
    }
    cues
}

fn seconds(stamp: &str) -> Option<f32> {
    let (minutes, seconds) = stamp.trim().split_once(':')?;
    Some(minutes.parse::<f32>().ok()? * 60.0 + seconds.parse::<f32>().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_written_cue_reads_back() {
        let mut text = String::from("WEBVTT\n");
        cue_text(&mut text, 62.5, 65.125, "Two\nlines");
        assert_eq!(
            parse(&text),
            [(
                Cue {
                    start: 62.5,
                    end: 65.125
                },
                "Two\nlines".to_owned()
            )]
        );
    }

    #[test]
    fn long_sentences_break_near_the_middle() {
        let wrapped = wrap("This sentence is long enough that it has to be broken in two");
        assert_eq!(
            wrapped,
            "This sentence is long enough\nthat it has to be broken in two"
        );
    }
}
