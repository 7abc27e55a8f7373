//! Whether a stream is what its manifests say, and what its page says about it.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use super::ensure_key_frames;
use crate::sample::film::{ClearKey, Film, Stream};
use crate::sample::stream::{self, Kind, Rendition};
use crate::sample::tools;

/// Returns the film's seconds and what each voice sounds like.
pub(super) fn examine(
    film: &Film,
    stream: &Stream,
    folder: &Path,
    page: &str,
) -> Result<(u32, Vec<Vec<u8>>)> {
    let renditions = stream::read(film, stream, folder)?;
    // Index and manifests follow from the segments: what is there must be what would be written now.
    for rendition in &renditions {
        for (name, bytes) in rendition.files(stream.layout) {
            ensure_same(&folder.join(name), &bytes)?;
        }
    }
    for (name, text) in stream::manifests(stream, &renditions)? {
        ensure_same(&folder.join(&name), text.as_bytes())?;
    }
    ensure_page(film, stream, page)?;

    let seconds = renditions[0].seconds();
    let mut frames = 0;
    let mut sounds = Vec::new();
    for rendition in &renditions {
        ensure!(
            (rendition.seconds() - seconds).abs() <= 1.0 / f64::from(film.picture.rate),
            "{} takes {} s, another rendition {seconds} s",
            rendition.id,
            rendition.seconds()
        );
        let bytes = clear(rendition, stream.key.as_ref())?;
        frames +=
            examine_rendition(rendition, &bytes).with_context(|| format!("in {}", rendition.id))?;
        if !rendition.is_picture() {
            sounds.push(bytes);
        }
    }
    for name in stream::sources(stream) {
        let path = folder.join(name).display().to_string();
        let key = stream.key.as_ref().map(|key| hexadecimal(key.value));
        let mut input = vec!["-i", path.as_str()];
        if let Some(key) = &key {
            input.splice(0..0, ["-cenc_decryption_key", key]);
        }
        let found = decode(&input, &[]).with_context(|| format!("could not play {name}"))?;
        // ffmpeg's reader of DASH may leave out the last frame of a track.
        ensure!(
            found.frames <= frames && found.frames + renditions.len() >= frames,
            "{name} plays {} frames of {frames}",
            found.frames
        );
    }
    Ok((seconds.round() as u32, sounds))
}

fn ensure_same(path: &Path, expected: &[u8]) -> Result<()> {
    let bytes = fs::read(path).with_context(|| format!("could not read {}", path.display()))?;
    ensure!(
        bytes == expected,
        "{} does not describe the segments; make the film again",
        path.display()
    );
    Ok(())
}

/// Fails unless the page names the manifests in their order, and the key.
fn ensure_page(film: &Film, stream: &Stream, page: &str) -> Result<()> {
    let mut rest = page;
    for name in stream::sources(stream) {
        let line = format!("src: {}/{name}\n", film.id);
        rest = rest
            .split_once(&line)
            .with_context(|| format!("the page does not name {name} in its place"))?
            .1;
    }
    if let Some(key) = &stream.key {
        for (name, bytes) in [("id", &key.id), ("value", &key.value)] {
            let line = format!("    {name}: '{}'\n", hexadecimal(*bytes));
            ensure!(
                page.contains(&line),
                "the page should have the line `{line}`"
            );
        }
    }
    Ok(())
}

/// Decodes every frame and returns how many there are.
fn examine_rendition(rendition: &Rendition, bytes: &[u8]) -> Result<usize> {
    let decoded = decode(&["-i", "pipe:0"], bytes)?;
    if let Kind::Picture { size, rate } = rendition.kind {
        ensure!(
            decoded.sizes == [size],
            "the pictures are {:?}",
            decoded.sizes
        );
        let expected = (rendition.seconds() * f64::from(rate)).round() as usize;
        ensure!(
            decoded.frames == expected,
            "there are {} frames of {expected}",
            decoded.frames
        );
        let places = rendition.track.timeline();
        let starts: Vec<f64> = places
            .iter()
            .scan(0.0, |start, length| {
                *start += length;
                Some(*start - length)
            })
            .collect();
        ensure_key_frames(bytes, &starts)?;
    }
    Ok(decoded.frames)
}

/// What came out of a decoder.
struct Decoded {
    frames: usize,
    sizes: Vec<(u32, u32)>,
}

/// Decodes all streams of an input; the first damage is an error.
fn decode(input: &[&str], bytes: &[u8]) -> Result<Decoded> {
    let arguments = ["-v", "error", "-xerror", "-err_detect", "explode"]
        .iter()
        .chain(input)
        .chain(&["-map", "0", "-f", "framecrc", "pipe:1"]);
    let text = tools::output("ffmpeg", arguments, bytes)?;
    let text = String::from_utf8_lossy(&text);
    let sizes = text
        .lines()
        .filter_map(|line| {
            let (width, height) = line
                .strip_prefix("#dimensions ")?
                .split_once(": ")?
                .1
                .split_once('x')?;
            Some((width.parse().ok()?, height.parse().ok()?))
        })
        .collect();
    Ok(Decoded {
        frames: text.lines().filter(|line| !line.starts_with('#')).count(),
        sizes,
    })
}

/// The rendition as it is without encryption.
fn clear(rendition: &Rendition, key: Option<&ClearKey>) -> Result<Vec<u8>> {
    let bytes = rendition.track.one_file();
    let Some(key) = key else { return Ok(bytes) };
    ensure!(
        decode(&["-i", "pipe:0"], &bytes).is_err(),
        "{} decodes without the key",
        rendition.id
    );
    let key = hexadecimal(key.value);
    let arguments = [
        "-v",
        "error",
        "-decryption_key",
        &key,
        "-i",
        "pipe:0",
        "-c",
        "copy",
        "-f",
        "nut",
        "pipe:1",
    ];
    tools::output("ffmpeg", arguments, &bytes)
        .with_context(|| format!("could not decrypt {}", rendition.id))
}

fn hexadecimal(bytes: [u8; 16]) -> String {
    bytes.map(|byte| format!("{byte:02x}")).concat()
}
