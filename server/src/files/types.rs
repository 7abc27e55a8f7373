//! A file's `Content-Type`, by its extension alone: nobody sniffs, neither this server nor, told
//! by `nosniff`, a browser.

use std::path::Path;

pub(super) fn content_type(path: &Path) -> &'static str {
    let extension = path.extension().unwrap_or_default().to_string_lossy();
    match extension.to_ascii_lowercase().as_str() {
        "mp4" | "m4v" => "video/mp4",
        "webm" => "video/webm",
        "mkv" => "video/x-matroska",
        "mov" => "video/quicktime",
        "ogv" => "video/ogg",
        "ts" => "video/mp2t",
        "m4s" => "video/iso.segment",
        "mp3" => "audio/mpeg",
        "m4a" => "audio/mp4",
        "aac" => "audio/aac",
        "ogg" | "oga" | "opus" => "audio/ogg",
        "wav" => "audio/wav",
        "flac" => "audio/flac",
        "mpd" => "application/dash+xml",
        "m3u8" => "application/vnd.apple.mpegurl",
        "vtt" => "text/vtt; charset=utf-8",
        "srt" => "application/x-subrip; charset=utf-8",
        "jpg" | "jpeg" => "image/jpeg",
        "png" => "image/png",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "gif" => "image/gif",
        "svg" => "image/svg+xml",
        "pdf" => "application/pdf",
        "zip" => "application/zip",
        // A page among the media would run its script with the rights of this site: it is
        // shown as its source.
        "txt" | "html" | "htm" | "xhtml" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// Whether a browser that opens the file by itself makes an XML document of it, which may
/// carry script: SVG by nature, a manifest by way of a namespace.
pub(super) fn may_carry_script(content_type: &str) -> bool {
    content_type.ends_with("+xml")
}
