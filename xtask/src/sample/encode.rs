//! From frames and sound to files, by ffmpeg. Nothing in a file tells when or with which build it was
//! made, every key frame is at most two seconds from the next, and an MP4 begins with its index.

use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};

use super::film::{Codec, File, Picture};
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

/// Encodes one file; `frames` writes all frames as RGBA.
pub(crate) fn film(
    picture: &Picture,
    file: &File,
    sound: &Path,
    target: &Path,
    frames: impl FnOnce(&mut dyn Write) -> Result<()>,
) -> Result<()> {
    let (width, height) = picture.size;
    let mut arguments = words("-v error -y -f rawvideo -pix_fmt rgba");
    arguments.extend(words(&format!(
        "-s {width}x{height} -r {} -i pipe:0 -f f32le -ar 48000 -ac 2 -i",
        picture.rate
    )));
    arguments.push(sound.display().to_string());
    arguments.extend(words(
        "-vf scale=out_color_matrix=bt709:out_range=tv,format=yuv420p",
    ));
    arguments.extend(words(
        "-colorspace bt709 -color_primaries bt709 -color_trc bt709 -map_metadata -1",
    ));
    arguments.extend(words(
        "-fflags +bitexact -flags:v +bitexact -flags:a +bitexact",
    ));
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

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}
