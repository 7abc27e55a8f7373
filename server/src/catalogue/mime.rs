//! Media types as file names tell them.

use std::path::Path;

/// Type by extension, first of all those that authors use.
const TYPES: [(&str, &str); 23] = [
    ("mp4", "video/mp4"),
    ("m4v", "video/mp4"),
    ("webm", "video/webm"),
    ("ogv", "video/ogg"),
    ("mov", "video/quicktime"),
    ("mkv", "video/matroska"),
    ("mpd", "application/dash+xml"),
    ("m3u8", "application/x-mpegURL"),
    ("m4a", "audio/mp4"),
    ("mp3", "audio/mpeg"),
    ("ogg", "audio/ogg"),
    ("oga", "audio/ogg"),
    ("opus", "audio/ogg"),
    ("aac", "audio/aac"),
    ("flac", "audio/flac"),
    ("wav", "audio/wav"),
    ("avif", "image/avif"),
    ("webp", "image/webp"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("png", "image/png"),
    ("gif", "image/gif"),
    ("svg", "image/svg+xml"),
];

/// The other names of HLS.
const HLS: [&str; 4] = [
    "application/x-mpegurl",
    "application/vnd.apple.mpegurl",
    "audio/mpegurl",
    "audio/x-mpegurl",
];

/// The extension of an address's path, in lower case.
pub(crate) fn extension(address: &str) -> Option<String> {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    Some(Path::new(path).extension()?.to_str()?.to_ascii_lowercase())
}

/// The type of what an address names, if its extension tells.
pub(crate) fn of_address(address: &str) -> Option<&'static str> {
    let extension = extension(address)?;
    TYPES
        .iter()
        .find(|(known, _)| *known == extension)
        .map(|(_, r#type)| *r#type)
}

/// A type without its parameters, in lower case.
pub(crate) fn essence(r#type: &str) -> String {
    r#type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase()
}

/// Whether an essence is of something that plays.
pub(crate) fn is_playable(essence: &str) -> bool {
    let subtype = essence
        .strip_prefix("video/")
        .or(essence.strip_prefix("audio/"));
    subtype.is_some_and(|subtype| !subtype.is_empty())
        || essence == "application/dash+xml"
        || HLS.contains(&essence)
}

/// Whether an essence is one of the names for a type that a file name told. The same containers
/// hold sound and pictures, so that only the container counts.
pub(crate) fn agree(by_name: &str, essence: &str) -> bool {
    let container = |r#type: &str| {
        let r#type = r#type.to_ascii_lowercase();
        if HLS.contains(&r#type.as_str()) {
            return "hls".to_owned();
        }
        let subtype = r#type
            .split_once('/')
            .map_or("", |(_, subtype)| subtype)
            .trim_start_matches("x-");
        match subtype {
            "m4v" | "m4a" => "mp4".to_owned(),
            "mp3" => "mpeg".to_owned(),
            "wave" => "wav".to_owned(),
            subtype => subtype.to_owned(),
        }
    };
    container(by_name) == container(essence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_the_type_whatever_follows_it() {
        assert_eq!(
            of_address("https://a.example/v.MP4?x=1.webm"),
            Some("video/mp4")
        );
        assert_eq!(of_address("/media/a.b/c"), None);
    }

    #[test]
    fn one_container_has_several_names() {
        assert!(agree(
            "application/x-mpegURL",
            "application/vnd.apple.mpegurl"
        ));
        assert!(agree("video/mp4", "audio/mp4"));
        assert!(!agree("video/mp4", "video/webm"));
    }

    #[test]
    fn only_media_and_manifests_play() {
        for essence in [
            "video/mp4",
            "audio/ogg",
            "application/dash+xml",
            "application/x-mpegurl",
        ] {
            assert!(is_playable(essence));
        }
        for essence in ["", "mp4", "video/", "text/html", "image/png"] {
            assert!(!is_playable(essence));
        }
    }
}
