//! `cargo xtask sample --check`: whether the committed files keep what their pages and captions say.
//! It reads and measures, and makes nothing.

mod streams;
mod voice;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

use super::film::{Codec, Delivery, File, Film};
use super::stream::boxes;
use super::{content, films, tools};

/// The whole content folder, in bytes.
const BUDGET: u64 = 36 << 20;

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
    let (seconds, sounds) = match &film.delivery {
        Delivery::Files(files) => examine_files(film, files, &folder, &page)?,
        Delivery::Stream(stream) => streams::examine(film, stream, &folder, &page)?,
    };
    let length = format!("length: '{}:{:02}'", seconds / 60, seconds % 60);
    ensure!(
        page.contains(&length),
        "the film takes {seconds} s, so the page should say `{length}`"
    );
    let mut worst = 0.0_f32;
    let mut captions = 0;
    for (language, sound) in film.voices().iter().zip(&sounds) {
        let name = language.captions();
        let text = fs::read_to_string(folder.join(&name))
            .with_context(|| format!("{name} is not readable"))?;
        let (count, distance) =
            voice::compare_captions(&text, sound).with_context(|| format!("in {name}"))?;
        captions += count;
        worst = worst.max(distance);
    }
    Ok(format!(
        "{}: {seconds} s, {captions} spoken captions, at most {worst:.2} s from the voice",
        film.id
    ))
}

/// Returns the film's seconds and what it sounds like.
fn examine_files(
    film: &Film,
    files: &[File],
    folder: &Path,
    page: &str,
) -> Result<(u32, Vec<Vec<u8>>)> {
    let mut seconds = None;
    let mut sound = Vec::new();
    for file in files {
        let bytes = fs::read(folder.join(file.name))
            .with_context(|| format!("could not read {}", file.name))?;
        let duration = duration(&bytes).with_context(|| format!("in {}", file.name))?;
        ensure!(
            *seconds.get_or_insert(duration) == duration,
            "{} takes {duration} s, another file does not",
            file.name
        );
        ensure!(
            page.contains(&format!("{}/{}", film.id, file.name)),
            "the page does not name {}",
            file.name
        );
        ensure_key_frames(&bytes, &[]).with_context(|| format!("in {}", file.name))?;
        ensure!(
            file.codec != Codec::H264 || index_is_first(&bytes),
            "the index of {} is not at its front; encode it with faststart",
            file.name
        );
        if sound.is_empty() {
            sound = bytes;
        }
    }
    Ok((seconds.context("the film has no file")?, vec![sound]))
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

/// What ffprobe says about a film.
fn probe(bytes: &[u8], arguments: &[&str]) -> Result<String> {
    let all = ["-v", "error", "-of", "csv=p=0"]
        .iter()
        .chain(arguments)
        .copied()
        .chain(["-i", "pipe:0"]);
    let output = tools::output("ffprobe", all, bytes)?;
    Ok(String::from_utf8_lossy(&output).into_owned())
}

/// In seconds, rounded.
fn duration(bytes: &[u8]) -> Result<u32> {
    let text = probe(bytes, &["-show_entries", "format=duration"])?;
    let seconds: f32 = text.trim().parse().context("it has no duration")?;
    Ok(seconds.round() as u32)
}

/// Fails where two key frames are too far apart, or where there is none at one of `places`.
fn ensure_key_frames(bytes: &[u8], places: &[f64]) -> Result<()> {
    let packets = probe(
        bytes,
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
        .filter_map(|line| line.split(',').next()?.parse::<f64>().ok());
    let times: Vec<f64> = times.collect();
    let gap = times
        .windows(2)
        .map(|pair| pair[1] - pair[0])
        .fold(0.0, f64::max);
    ensure!(
        gap <= 2.05,
        "there are {gap:.2} s between two key frames; seeking wants at most 2 s"
    );
    let is_key = |place: &f64| times.iter().any(|time| (time - place).abs() < 0.001);
    ensure!(
        places.iter().all(is_key),
        "a segment does not begin with a key frame"
    );
    Ok(())
}

/// Whether the `moov` box comes before the `mdat` box (ISO/IEC 14496-12, section 4.2).
fn index_is_first(bytes: &[u8]) -> bool {
    let mut kinds = boxes(bytes).map(|found| found.kind);
    kinds.find(|kind| matches!(kind, b"moov" | b"mdat")) == Some(*b"moov")
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
}
