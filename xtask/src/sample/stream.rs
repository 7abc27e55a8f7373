//! Streams: the tracks that ffmpeg encodes, cut into segments, encrypted where the film wants it, and the
//! manifests that name them. DASH and HLS name the same files.

mod boxes;
mod cenc;
mod dash;
mod hls;
mod rendition;
mod track;

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use super::film::{Film, Layout, Stream};
use super::{Production, encode};
use track::Track;

pub(crate) use boxes::boxes;
pub(crate) use rendition::{Kind, Rendition};

/// The length of a segment in seconds, which is a whole number of key frame intervals.
pub(crate) const SEGMENT: u32 = 4;

/// Makes media and manifests of a film in `folder`.
pub(crate) fn make(
    production: &Production<'_>,
    stream: &Stream,
    scratch: &Path,
    folder: &Path,
) -> Result<()> {
    let film = production.film;
    let mut encoded = encode::rungs(&film.picture, stream.rungs, scratch, |sink| {
        production.draw(sink)
    })?;
    for narration in &production.narrations {
        let target = scratch.join(format!("{}.mp4", narration.language.tag()));
        let sound = narration.sound.write(scratch)?;
        encode::voice(&sound, narration.language, &target)?;
        encoded.push(target);
    }
    let mut renditions = Vec::new();
    for (number, ((id, kind), path)) in (1..).zip(described(film, stream).into_iter().zip(encoded))
    {
        let mut track = Track::parse(&read_file(&path)?)?;
        if let Some(key) = &stream.key {
            track = cenc::encrypt(track, key, number)?;
        }
        renditions.push(Rendition::new(id, kind, track)?);
    }
    for rendition in &renditions {
        write_media(rendition, stream.layout, folder)?;
    }
    for (name, text) in manifests(stream, &renditions)? {
        write(&folder.join(name), text.as_bytes())?;
    }
    Ok(())
}

/// The renditions that lie in `folder`.
pub(crate) fn read(film: &Film, stream: &Stream, folder: &Path) -> Result<Vec<Rendition>> {
    let read = |(id, kind): (String, Kind)| {
        let bytes = match stream.layout {
            Layout::OneFile => read_file(&folder.join(rendition::file_name(&id, kind)))?,
            Layout::Segments => read_segments(&folder.join(&id))?,
        };
        Rendition::new(id, kind, Track::parse(&bytes)?)
    };
    described(film, stream).into_iter().map(read).collect()
}

/// The manifests that are the page's `video-sources`, in their order. What browsers play as HLS is
/// encrypted in another way, with keys from a server.
pub(crate) fn sources(stream: &Stream) -> &'static [&'static str] {
    if stream.key.is_none() {
        &["film.mpd", "film.m3u8"]
    } else {
        &["film.mpd"]
    }
}

/// Names and texts of all manifests.
pub(crate) fn manifests(
    stream: &Stream,
    renditions: &[Rendition],
) -> Result<Vec<(String, String)>> {
    let mut pictures = renditions
        .iter()
        .filter(|rendition| rendition.is_picture())
        .map(|rendition| rendition.track.timeline());
    let first = pictures.next();
    ensure!(
        pictures.all(|timeline| Some(timeline) == first),
        "the segments of the qualities do not begin at the same times"
    );
    let dash = dash::manifest(renditions, stream.layout, stream.key.as_ref());
    let mut manifests = vec![("film.mpd".to_owned(), dash)];
    if sources(stream).contains(&"film.m3u8") {
        manifests.push(("film.m3u8".to_owned(), hls::multivariant(renditions)));
        for rendition in renditions {
            let text = hls::media(rendition, stream.layout);
            manifests.push((format!("{}.m3u8", rendition.id), text));
        }
    }
    Ok(manifests)
}

/// Id and kind of every rendition, in the order of the manifests.
fn described(film: &Film, stream: &Stream) -> Vec<(String, Kind)> {
    let pictures = stream.rungs.iter().map(|rung| {
        let kind = Kind::Picture {
            size: rung.size(),
            rate: film.picture.rate,
        };
        (format!("{}p", rung.height), kind)
    });
    let voices = stream.voices.iter().enumerate().map(|(index, &language)| {
        let kind = Kind::Voice {
            language,
            default: index == 0,
        };
        (language.tag().to_owned(), kind)
    });
    pictures.chain(voices).collect()
}

/// Writes the files of a rendition; segments of an earlier, longer film would be published with them.
fn write_media(rendition: &Rendition, layout: Layout, folder: &Path) -> Result<()> {
    let own = folder.join(&rendition.id);
    match fs::remove_dir_all(&own) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            return Err(error).with_context(|| format!("could not remove {}", own.display()));
        }
        _ => {}
    }
    if layout == Layout::Segments {
        fs::create_dir(&own).with_context(|| format!("could not create {}", own.display()))?;
    }
    let files = rendition.files(layout);
    let bytes: usize = files.iter().map(|(_, bytes)| bytes.len()).sum();
    eprintln!("  {} {} KiB", rendition.id, bytes / 1024);
    files
        .iter()
        .try_for_each(|(name, bytes)| write(&folder.join(name), bytes))
}

/// Initialization and segments, one after another.
fn read_segments(folder: &Path) -> Result<Vec<u8>> {
    let mut bytes = read_file(&folder.join("init.mp4"))?;
    let segments = (1..).map(|number| folder.join(format!("{number}.m4s")));
    for path in segments.take_while(|path| path.exists()) {
        bytes.extend(read_file(&path)?);
    }
    Ok(bytes)
}

fn read_file(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("could not read {}", path.display()))
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    fs::write(path, bytes).with_context(|| format!("could not write {}", path.display()))
}
