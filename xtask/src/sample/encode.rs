//! From frames and sound to files, by ffmpeg. Nothing in a file tells when or with which build it was
//! made, every key frame is at most two seconds from the next, and an MP4 begins with its index.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::film::{Codec, File, Language, Picture, Rung};
use super::stream::SEGMENT;
use super::tools;

/// The encoders that [`film`] and [`still`] use.
pub(crate) const ENCODERS: [&str; 7] = [
    "libx264",
    "libsvtav1",
    "libvpx-vp9",
    "aac",
    "libopus",
    "libaom-av1",
    "libwebp",
];

/// Raw sound, as [`Sound::write`](super::sound::Sound::write) leaves it; its path follows.
const SOUND_INPUT: &str = "-f f32le -ar 48000 -ac 2 -i";

const COLORS: &str = "out_color_matrix=bt709:out_range=tv,format=yuv420p";

const TAGS: &str = "-colorspace bt709 -color_primaries bt709 -color_trc bt709";

const ANONYMOUS: &str = "-map_metadata -1 -fflags +bitexact -flags:v +bitexact -flags:a +bitexact";

/// Encodes one file; `frames` writes all frames as RGBA.
pub(crate) fn film(
    picture: &Picture,
    file: &File,
    sound: &Path,
    target: &Path,
    frames: impl FnOnce(&mut dyn Write) -> Result<()>,
) -> Result<()> {
    let mut arguments = frames_input(picture);
    arguments.extend(words(SOUND_INPUT));
    arguments.push(sound.display().to_string());
    arguments.extend(words(&format!("-vf scale={COLORS} {TAGS} {ANONYMOUS}")));
    let (quality, keys) = (file.quality, picture.rate * 2);
    arguments.extend(words(&match file.codec {
        // Unit 6 is the message in which x264 signs its work.
        Codec::H264 => format!(
            "-c:v libx264 -preset slow -tune animation -profile:v high -level 3.1 -crf {quality} -g {keys} -sc_threshold 0 \
             -bsf:v filter_units=remove_types=6 -c:a aac -movflags +faststart"
        ),
        Codec::Av1 => format!("-c:v libsvtav1 -preset 6 -crf {quality} -g {keys} -c:a libopus"),
        Codec::Vp9 => format!("-c:v libvpx-vp9 -b:v 0 -crf {quality} -g {keys} -deadline good -cpu-used 3 -row-mt 1 -c:a libopus"),
    }));
    arguments.extend(words(&format!("-b:a {}", file.audio)));
    arguments.push(target.display().to_string());
    tools::feed("ffmpeg", &arguments, frames)
        .with_context(|| format!("could not encode {}", target.display()))
}

/// Encodes every quality of a stream from the same frames, each into a fragmented MP4 in `folder`, and
/// returns the paths. All have their key frames at the same places.
pub(crate) fn rungs(
    picture: &Picture,
    rungs: &[Rung],
    folder: &Path,
    frames: impl FnOnce(&mut dyn Write) -> Result<()>,
) -> Result<Vec<PathBuf>> {
    let mut graph = format!("split={}", rungs.len());
    (0..rungs.len()).for_each(|index| graph += &format!("[frames{index}]"));
    for (index, rung) in rungs.iter().enumerate() {
        let (width, height) = rung.size();
        graph += &format!(
            ";[frames{index}]scale={width}:{height}:flags=lanczos:{COLORS}[picture{index}]"
        );
    }
    let mut arguments = frames_input(picture);
    arguments.extend(["-filter_complex".to_owned(), graph]);
    // A little less than a segment, because a fragment ends at the first key frame that is late enough.
    let fragment = SEGMENT * 1_000_000 - 100_000;
    let mut targets = Vec::new();
    for (index, Rung { quality, height }) in rungs.iter().enumerate() {
        let target = folder.join(format!("{height}.mp4"));
        // Without B-frames the order of decoding is that of showing, and no track needs an edit list. More
        // references would ask for a decoder of a higher level than the size does.
        arguments.extend(words(&format!(
            "-map [picture{index}] -c:v libx264 -preset slow -tune animation -profile:v high -refs 4 -bf 0 -crf {quality} \
             -g {} -sc_threshold 0 -bsf:v filter_units=remove_types=6 {TAGS} {ANONYMOUS} \
             -movflags +cmaf+frag_keyframe+skip_trailer -min_frag_duration {fragment}",
            picture.rate * 2
        )));
        arguments.push(target.display().to_string());
        targets.push(target);
    }
    tools::feed("ffmpeg", &arguments, frames)
        .with_context(|| format!("could not encode into {}", folder.display()))?;
    Ok(targets)
}

/// Encodes one voice of a stream into a fragmented MP4.
pub(crate) fn voice(sound: &Path, language: Language, target: &Path) -> Result<()> {
    let mut arguments = words("-v error -y");
    arguments.extend(words(SOUND_INPUT));
    arguments.push(sound.display().to_string());
    // AAC begins with 1024 samples of its own. The film begins with silence, which makes room for them.
    arguments.extend(words(&format!(
        "-af atrim=start_sample=1024,asetpts=PTS-STARTPTS {ANONYMOUS} -metadata:s:a:0 language={} -c:a aac -b:a 96k \
         -movflags +cmaf+skip_trailer -frag_duration {}",
        language.code(),
        SEGMENT * 1_000_000
    )));
    arguments.push(target.display().to_string());
    tools::output("ffmpeg", &arguments, &[])
        .with_context(|| format!("could not encode {}", target.display()))?;
    Ok(())
}

/// Encodes one picture; the target's ending decides the format.
pub(crate) fn still((width, height): (u32, u32), pixels: &[u8], target: &Path) -> Result<()> {
    let mut arguments = words(&format!(
        "-v error -y -f rawvideo -pix_fmt rgba -s {width}x{height} -i pipe:0 -frames:v 1"
    ));
    arguments.extend(words(
        match target.extension().and_then(|ending| ending.to_str()) {
            Some("avif") => "-pix_fmt yuv420p -c:v libaom-av1 -still-picture 1 -crf 24 -cpu-used 4",
            Some("webp") => "-pix_fmt yuv420p -c:v libwebp -quality 84",
            Some("jpg") => "-pix_fmt yuvj420p -c:v mjpeg -q:v 3",
            _ => "-pix_fmt rgb24 -c:v png",
        },
    ));
    arguments.extend(words(
        "-map_metadata -1 -fflags +bitexact -flags:v +bitexact",
    ));
    arguments.push(target.display().to_string());
    tools::output("ffmpeg", &arguments, pixels)
        .with_context(|| format!("could not write {}", target.display()))?;
    Ok(())
}

/// Frames as RGBA from the standard input.
fn frames_input(picture: &Picture) -> Vec<String> {
    let ((width, height), rate) = (picture.size, picture.rate);
    words(&format!(
        "-v error -y -f rawvideo -pix_fmt rgba -s {width}x{height} -r {rate} -i pipe:0"
    ))
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}
