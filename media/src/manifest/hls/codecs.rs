//! Which codec of a variant's list belongs to which rendition: RFC 6381 names them, and HLS mixes
//! those of the variant itself with those of its groups.

use super::super::Kind;

/// What a codec is for; what is unknown is a video codec.
fn kind(codec: &str) -> Kind {
    const AUDIO: [&str; 16] = [
        "ac-3", "ac-4", "alac", "dts", "ec-3", "ec+3", "flac", "fpcm", "iamf", "ipcm", "mha1",
        "mhm1", "mp3", "mp4a", "opus", "vorbis",
    ];
    const TEXT: [&str; 3] = ["stpp", "tx3g", "wvtt"];
    let codec = codec.to_ascii_lowercase();
    let starts = |name: &&str| codec.starts_with(*name);
    if AUDIO.iter().any(starts) {
        Kind::Audio
    } else if TEXT.iter().any(starts) {
        Kind::Text
    } else {
        Kind::Video
    }
}

/// The codecs of a list that are for one of `kinds`, as a list.
pub(super) fn only(codecs: &str, kinds: &[Kind]) -> String {
    let codecs = codecs
        .split(',')
        .map(str::trim)
        .filter(|codec| !codec.is_empty());
    let kept: Vec<&str> = codecs
        .filter(|codec| kinds.contains(&kind(codec)))
        .collect();
    kept.join(",")
}

/// The container that the name of a segment tells; `None` for MPEG-4 with its many names.
pub(super) fn container(url: &str) -> Option<&'static str> {
    let path = url.split('?').next().unwrap_or_default();
    let (_, extension) = path.rsplit_once('.')?;
    Some(match &*extension.to_ascii_lowercase() {
        "ts" | "m2ts" | "mts" => "video/mp2t",
        "aac" => "audio/aac",
        "mp3" => "audio/mpeg",
        "ac3" => "audio/ac3",
        "ec3" => "audio/eac3",
        "vtt" | "webvtt" => "text/vtt",
        "ttml" | "dfxp" => "application/ttml+xml",
        _ => return None,
    })
}
