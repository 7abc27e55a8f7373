//! `cargo xtask sample --check`: whether the committed files keep what their pages and captions say.
//! It reads and measures, and makes nothing.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

use super::captions;
use super::film::{Codec, Film};
use super::timeline::Cue;
use super::{content, films, tools};

/// How far a caption may be from its sentence, in seconds.
const TOLERANCE: f32 = 0.3;

/// The whole content folder, in bytes.
const BUDGET: u64 = 30 << 20;

/// Measured samples per second; enough to hear where speech begins.
const RATE: f32 = 16_000.0;

/// Reports every problem of every film.
pub(crate) fn check() -> Result<()> {
    tools::require(&["ffmpeg", "ffprobe"])?;
    let mut problems = Vec::new();
    for film in films::ALL {
        match examine(film) {
            Ok(summary) => println!("{summary}"),
            Err(error) => problems.push(format!("{}: {error:#}", film.id)),
        }
    }
    let bytes = weigh(&content())?;
    println!(
        "content/ holds {:.1} MiB of at most {} MiB",
        bytes as f64 / f64::from(1 << 20),
        BUDGET >> 20
    );
    if bytes > BUDGET {
        problems.push(format!(
            "content/ holds {bytes} bytes; choose a higher rate factor in sample/films.rs"
        ));
    }
    ensure!(
        problems.is_empty(),
        "the sample site has problems:\n{}",
        problems.join("\n")
    );
    Ok(())
}

fn weigh(folder: &Path) -> Result<u64> {
    let mut bytes = 0;
    for entry in
        fs::read_dir(folder).with_context(|| format!("could not list {}", folder.display()))?
    {
        let entry = entry?;
        bytes += if entry.file_type()?.is_dir() {
            weigh(&entry.path())?
        } else {
            entry.metadata()?.len()
        };
    }
    Ok(bytes)
}

fn examine(film: &Film) -> Result<String> {
    let folder = content().join(film.media());
    let page = read_page(film)?;
    let mut seconds = 0;
    for file in film.files {
        let path = folder.join(file.name);
        seconds = duration(&path)?.round() as u32;
        let length = format!("length: '{}:{:02}'", seconds / 60, seconds % 60);
        ensure!(
            page.contains(&length),
            "{} takes {seconds} s, so the page should say `{length}`",
            file.name
        );
        ensure!(
            page.contains(&format!("{}/{}", film.id, file.name)),
            "the page does not name {}",
            file.name
        );
        let gap = key_frame_gap(&path)?;
        ensure!(
            gap <= 2.05,
            "{} has {gap:.2} s between two key frames; seeking wants at most 2 s",
            file.name
        );
        if file.codec == Codec::H264 {
            ensure!(
                index_is_first(&fs::read(&path)?),
                "the index of {} is not at its front; encode it with faststart",
                file.name
            );
        }
    }
    let text = fs::read_to_string(folder.join("captions.en.vtt"))
        .context("captions.en.vtt is not readable")?;
    // What stands in brackets is a sound that nobody speaks.
    let cues: Vec<Cue> = captions::parse(&text)
        .into_iter()
        .filter(|(_, words)| !words.starts_with('['))
        .map(|(cue, _)| cue)
        .collect();
    let worst = if cues.is_empty() {
        0.0
    } else {
        compare(&cues, &speech(&folder.join(film.files[0].name))?)?
    };
    Ok(format!(
        "{}: {seconds} s, {} spoken captions, at most {worst:.2} s from the voice",
        film.id,
        cues.len()
    ))
}

/// The page's text; its file name starts with a number that only the folder knows.
fn read_page(film: &Film) -> Result<String> {
    let folder = content().join(film.folder);
    let ending = format!("-{}.md", film.id);
    for entry in
        fs::read_dir(&folder).with_context(|| format!("could not list {}", folder.display()))?
    {
        let path = entry?.path();
        if path
            .file_name()
            .and_then(|name| name.to_str())
            .is_some_and(|name| name.len() == ending.len() + 2 && name.ends_with(&ending))
        {
            return fs::read_to_string(&path)
                .with_context(|| format!("could not read {}", path.display()));
        }
    }
    bail!("there is no page NN{ending} in {}", folder.display())
}

fn probe(path: &Path, arguments: &[&str]) -> Result<String> {
    let path = path.display().to_string();
    let all = ["-v", "error", "-of", "csv=p=0"]
        .iter()
        .chain(arguments)
        .copied()
        .chain([path.as_str()]);
    let output =
        tools::output("ffprobe", all, &[]).with_context(|| format!("could not examine {path}"))?;
    Ok(String::from_utf8_lossy(&output).into_owned())
}

fn duration(path: &Path) -> Result<f32> {
    let text = probe(path, &["-show_entries", "format=duration"])?;
    text.trim()
        .parse()
        .with_context(|| format!("{} has no duration", path.display()))
}

/// The longest time between two key frames, in seconds.
fn key_frame_gap(path: &Path) -> Result<f32> {
    let packets = probe(
        path,
        &[
            "-select_streams",
            "v:0",
            "-show_entries",
            "packet=pts_time,flags",
        ],
    )?;
    let times = packets
        .lines()
        .filter(|line| line.contains('K'))
        .filter_map(|line| line.split(',').next()?.parse::<f32>().ok());
    let times: Vec<f32> = times.collect();
    Ok(times
        .windows(2)
        .map(|pair| pair[1] - pair[0])
        .fold(0.0, f32::max))
}

/// Whether the `moov` box comes before the `mdat` box (ISO/IEC 14496-12, section 4.2).
fn index_is_first(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    while let Some(([a, b, c, d, kind @ ..], _)) = rest.split_first_chunk::<8>() {
        match kind {
            b"moov" => return true,
            b"mdat" => return false,
            _ => {
                rest = rest
                    .get(u32::from_be_bytes([*a, *b, *c, *d]).max(8) as usize..)
                    .unwrap_or_default()
            }
        }
    }
    false
}

/// Where someone speaks. The music under the voice is soft and low; what is loud above 1.2 kHz is the voice.
fn speech(path: &Path) -> Result<Vec<Cue>> {
    let path = path.display().to_string();
    let filter = [
        "-v",
        "error",
        "-i",
        &path,
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
    let raw = tools::output("ffmpeg", filter, &[])
        .with_context(|| format!("could not listen to {path}"))?;
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
    let levels: Vec<f32> = samples
        .chunks(step)
        .map(super::sound::root_mean_square)
        .collect();
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
    fn the_committed_films_keep_what_their_pages_say() {
        check().unwrap();
    }

    #[test]
    fn an_index_behind_the_film_is_noticed() {
        let part = |kind: &[u8; 4]| [&12_u32.to_be_bytes()[..], kind, &[0; 4]].concat();
        assert!(index_is_first(
            &[part(b"ftyp"), part(b"moov"), part(b"mdat")].concat()
        ));
        assert!(!index_is_first(
            &[part(b"ftyp"), part(b"mdat"), part(b"moov")].concat()
        ));
        assert!(!index_is_first(b"short"));
    }

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
