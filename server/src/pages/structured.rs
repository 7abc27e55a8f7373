//! A video as data for machines: the JSON that the page's own script reads, and the JSON-LD that
//! search engines read.

use media::Video;
use serde::Serialize;

use crate::base_url::BaseUrl;
use crate::catalogue::Entry;

/// `value` as JSON that can stand in a `<script>` element, where `</script` and `<!--` would end or
/// change it: within JSON, `<` occurs in strings only, and there its escape means the same.
///
/// # Errors
/// If `value` cannot be JSON.
pub(super) fn script_json(value: &impl Serialize) -> serde_json::Result<String> {
    Ok(serde_json::to_string(value)?.replace('<', "\\u003c"))
}

/// <https://schema.org/VideoObject>
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct VideoObject<'a> {
    #[serde(rename = "@context")]
    context: &'static str,
    #[serde(rename = "@type")]
    kind: &'static str,
    name: &'a str,
    url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    thumbnail_url: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    upload_date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_url: Option<String>,
}

/// The JSON-LD of a video's page.
///
/// # Errors
/// If it cannot be JSON, which its strings always can.
pub(super) fn video_object(entry: &Entry, base: &BaseUrl) -> serde_json::Result<String> {
    let video = &entry.video;
    script_json(&VideoObject {
        context: "https://schema.org",
        kind: "VideoObject",
        name: &video.title,
        url: base.absolute(&video.page()),
        description: video.description.as_deref().map(str::trim),
        thumbnail_url: video
            .thumbnail
            .iter()
            .map(|picture| base.absolute(&picture.src))
            .collect(),
        upload_date: entry.date.map(|date| date.to_string()),
        duration: video.length.as_deref().and_then(iso_duration),
        content_url: content_url(video, base),
    })
}

/// The first source that is the video itself rather than a manifest of it.
fn content_url(video: &Video, base: &BaseUrl) -> Option<String> {
    Some(base.absolute(&video.files().next()?.src))
}

/// `m:ss` or `h:mm:ss` as an ISO 8601 duration; `None` for anything else.
pub(super) fn iso_duration(length: &str) -> Option<String> {
    let parts: Option<Vec<u32>> = length
        .trim()
        .split(':')
        .map(|part| part.parse().ok())
        .collect();
    match parts?[..] {
        [minutes, seconds] if seconds < 60 => Some(format!("PT{minutes}M{seconds}S")),
        [hours, minutes, seconds] if minutes < 60 && seconds < 60 => {
            Some(format!("PT{hours}H{minutes}M{seconds}S"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_become_durations() {
        for (length, duration) in [
            ("1:04", Some("PT1M4S")),
            ("75:00", Some("PT75M0S")),
            ("1:02:03", Some("PT1H2M3S")),
            ("1:75", None),
            ("soon", None),
            ("", None),
        ] {
            assert_eq!(iso_duration(length).as_deref(), duration, "{length}");
        }
    }

    #[test]
    fn json_in_a_page_cannot_leave_its_element() {
        let text = "</script><!-- <b>";
        let json = script_json(&text).unwrap();
        assert!(!json.contains('<'));
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
    }
}
