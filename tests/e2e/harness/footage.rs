//! The media that the scenarios play: made once with ffmpeg, kept below `target/e2e/media`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use super::own_folder;

/// Pictures and videos of known content.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Footage {
    /// 3 s of H.264 and AAC, some 100 KiB.
    Short,
    /// 7 s of H.264 and AAC, about 7 MiB: some chunks.
    Middle,
    /// 24 s of H.264 and AAC, about 24 MiB: long enough to be caught in the middle.
    Long,
    /// 3 s of VP9 and Opus.
    WebM,
    /// 6 s of H.264 and AAC, in fragments.
    Fragmented,
    /// A poster, 320 × 180.
    Poster,
    /// Artwork, 96 × 96.
    SmallArtwork,
    /// Artwork, 512 × 512.
    LargeArtwork,
}

/// How long [`Footage::Short`] and [`Footage::WebM`] play, in seconds.
pub(crate) const SHORT_SECONDS: f64 = 3.0;
/// How long [`Footage::Long`] plays, in seconds.
pub(crate) const LONG_SECONDS: f64 = 24.0;

/// English captions of the short clip, a cue per second.
pub(crate) const ENGLISH: &str = "WEBVTT\n\n00:00.000 --> 00:01.000\nOne\n\n00:01.000 --> 00:02.000\nTwo\n\n00:02.000 --> 00:03.000\nThree\n";
/// The same in Czech.
pub(crate) const CZECH: &str = "WEBVTT\n\n00:00.000 --> 00:01.000\nJedna\n\n00:01.000 --> 00:02.000\nDvě\n\n00:02.000 --> 00:03.000\nTři\n";

/// Moving pictures, and noise on top of them so that they do not compress away.
const PICTURES: [&str; 4] = ["-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25"];
const NOISE: [&str; 4] = [
    "-f",
    "lavfi",
    "-i",
    "testsrc2=size=640x360:rate=25,noise=alls=60:allf=t",
];
const TONE: [&str; 4] = ["-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000"];
/// A key frame per second, so that a seek decodes at most 25 frames.
const H264: [&str; 12] = [
    "-c:v",
    "libx264",
    "-preset",
    "ultrafast",
    "-pix_fmt",
    "yuv420p",
    "-g",
    "25",
    "-c:a",
    "aac",
    "-movflags",
    "+faststart",
];

/// How noise of so many seconds is made.
fn noisy(seconds: &'static str) -> Vec<&'static str> {
    let rate = [
        "-t", seconds, "-b:v", "8250k", "-minrate", "8250k", "-maxrate", "8250k", "-bufsize", "4M",
    ];
    [&NOISE[..], &TONE, &rate, &H264].concat()
}

/// A fragment per key frame, with offsets that count from its own start.
const FRAGMENTS: &str = "frag_keyframe+empty_moov+default_base_moof";

/// How long the stream plays, in seconds.
pub(crate) const STREAM_SECONDS: f64 = 12.0;

/// Segments of two seconds, for DASH and HLS alike: 360 and 180 lines, sound in English and Czech.
const STREAM: &str = "-hide_banner -loglevel error -nostdin -y
    -f lavfi -i testsrc2=size=640x360:rate=25
    -f lavfi -i sine=frequency=440:sample_rate=48000 -f lavfi -i sine=frequency=880:sample_rate=48000
    -t 12 -map 0:v -map 0:v -map 1:a -map 2:a
    -c:v libx264 -preset ultrafast -pix_fmt yuv420p -g 50 -keyint_min 50 -sc_threshold 0
    -b:v:0 500k -b:v:1 150k -filter:v:1 scale=320:180 -c:a aac
    -metadata:s:a:0 language=en -metadata:s:a:1 language=cs
    -seg_duration 2 -use_timeline 0 -hls_playlist 1
    -init_seg_name init-$RepresentationID$.m4s -media_seg_name $RepresentationID$-$Number$.m4s
    -f dash manifest.mpd";

/// The folder with the stream's files, made where it is missing.
pub(crate) fn stream() -> Result<PathBuf> {
    let folder = own_folder("media")?.join("stream");
    if !folder.exists() {
        let draft = own_folder("media/draft-stream")?;
        let mut words: Vec<&str> = STREAM.split_whitespace().collect();
        let languages = "id=0,streams=0,1 id=1,streams=2 id=2,streams=3";
        words.splice(
            words.len() - 3..words.len() - 3,
            ["-adaptation_sets", languages],
        );
        let status = Command::new("ffmpeg")
            .args(words)
            .current_dir(&draft)
            .status();
        let status = status.context("cannot start ffmpeg")?;
        ensure!(status.success(), "ffmpeg ended with {status}");
        fs::rename(draft, &folder)?;
    }
    Ok(folder)
}

impl Footage {
    /// The finished file, made where it is missing.
    pub(crate) fn file(self) -> Result<PathBuf> {
        let (name, recipe) = self.recipe();
        let file = own_folder("media")?.join(name);
        if !file.exists() {
            make(&file, &recipe)
                .with_context(|| format!("cannot make the test media {name} with ffmpeg"))?;
        }
        Ok(file)
    }

    fn recipe(self) -> (&'static str, Vec<&'static str>) {
        match self {
            Self::Short => (
                "short.mp4",
                [&PICTURES[..], &TONE, &["-t", "3"], &H264].concat(),
            ),
            Self::Middle => ("middle.mp4", noisy("7")),
            Self::Long => ("long.mp4", noisy("24")),
            Self::WebM => {
                let vp9 = [
                    "-t",
                    "3",
                    "-c:v",
                    "libvpx-vp9",
                    "-deadline",
                    "realtime",
                    "-cpu-used",
                    "8",
                    "-g",
                    "25",
                    "-c:a",
                    "libopus",
                ];
                ("clip.webm", [&PICTURES[..], &TONE, &vp9].concat())
            }
            Self::Fragmented => {
                let fragments = ["-t", "6", "-level", "3", "-movflags", FRAGMENTS];
                (
                    "fragmented.mp4",
                    [&PICTURES[..], &TONE, &H264, &fragments].concat(),
                )
            }
            Self::Poster => ("poster.png", [&PICTURES[..], &["-frames:v", "1"]].concat()),
            Self::SmallArtwork => (
                "artwork-96.png",
                [&PICTURES[..], &["-frames:v", "1", "-vf", "scale=96:96"]].concat(),
            ),
            Self::LargeArtwork => (
                "artwork-512.png",
                [&PICTURES[..], &["-frames:v", "1", "-vf", "scale=512:512"]].concat(),
            ),
        }
    }
}

/// Makes `file` under another name first, so that an interrupted run leaves no half of one.
fn make(file: &Path, recipe: &[&str]) -> Result<()> {
    let name = file.file_name().context("a recipe names its file")?;
    let draft = file.with_file_name(format!("draft-{}", name.display()));
    let status = Command::new("ffmpeg")
        .args(["-hide_banner", "-loglevel", "error", "-nostdin", "-y"])
        .args(recipe)
        .arg(&draft)
        .stdin(Stdio::null())
        .status()
        .context("cannot start ffmpeg")?;
    ensure!(status.success(), "ffmpeg ended with {status}");
    Ok(fs::rename(draft, file)?)
}
