//! The offline plan of a video, made at request time: its sizes and validators are those that the
//! files would be sent with now.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use media::plan::PLAN_VERSION;
use media::{OfflinePlan, PlannedFile, Role, Video};

use super::resolve;
use super::validators::Validators;
use crate::catalogue::Entry;

/// Every file of `entry` once, in the order of the video's fields. Manifests are left out: they
/// are no files to keep as they are.
///
/// Blocks for one `stat` per local file.
pub(crate) fn plan(entry: &Entry, published: &BTreeMap<String, PathBuf>) -> OfflinePlan {
    OfflinePlan {
        version: PLAN_VERSION,
        video: entry.video.clone(),
        files: files(&entry.video, &entry.body_images, published),
    }
}

fn files(
    video: &Video,
    body_images: &[String],
    published: &BTreeMap<String, PathBuf>,
) -> Vec<PlannedFile> {
    let mut seen = BTreeSet::new();
    addresses(video, body_images)
        .filter(|(url, _)| seen.insert(*url))
        .map(|(url, role)| planned(url, role, published))
        .collect()
}

/// The essential files come first, so that a file with two roles keeps the one that matters more.
fn addresses<'a>(
    video: &'a Video,
    body_images: &'a [String],
) -> impl Iterator<Item = (&'a str, Role)> {
    let sources = video
        .video_sources
        .iter()
        .filter(|source| !source.is_manifest());
    let media = sources.map(|source| (source.src.as_str(), Role::Media));
    let subtitles = video
        .video_subtitles
        .iter()
        .map(|track| (track.src.as_str(), Role::Subtitles));
    let posters = video
        .thumbnail
        .iter()
        .map(|picture| (picture.src.as_str(), Role::Poster));
    let artwork = video.media_session_artwork.iter();
    let artwork = artwork.map(|picture| (picture.src.as_str(), Role::Artwork));
    let images = body_images.iter().map(|src| (src.as_str(), Role::Image));
    media
        .chain(subtitles)
        .chain(posters)
        .chain(artwork)
        .chain(images)
}

/// A file that has vanished is listed all the same, without a size: leaving it out would call a
/// video complete that is not, while its download says in words what is missing.
fn planned(url: &str, role: Role, published: &BTreeMap<String, PathBuf>) -> PlannedFile {
    let metadata = local_path(url)
        .and_then(|path| resolve(published, path))
        .and_then(|path| std::fs::metadata(path).ok())
        .filter(std::fs::Metadata::is_file);
    let validators = metadata.as_ref().map(Validators::of);
    PlannedFile {
        url: url.to_owned(),
        role,
        size: metadata.map(|metadata| metadata.len()),
        last_modified: validators.as_ref().and_then(Validators::last_modified),
        etag: validators.map(|validators| validators.etag),
    }
}

/// The path below `/media/` of an address on this site, without query and fragment.
fn local_path(url: &str) -> Option<&str> {
    let path = url.strip_prefix("/media/")?;
    path.split(['?', '#']).next()
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, Method};
    use media::video::{Artwork, Source, Subtitle, Thumbnail};

    use super::*;

    fn example() -> (Video, Vec<String>) {
        let source = |src: &str, kind: &str| Source {
            src: src.to_owned(),
            r#type: kind.to_owned(),
            cast: false,
        };
        let video = Video {
            id: "a".to_owned(),
            title: "A".to_owned(),
            video_sources: vec![
                source("/media/a/manifest.mpd", "application/dash+xml"),
                source("/media/a/a%20b.webm", "video/webm"),
                source("https://example.org/a.mp4", "video/mp4"),
            ],
            video_subtitles: vec![Subtitle {
                src: "/media/a/en.vtt".to_owned(),
                ..Subtitle::default()
            }],
            thumbnail: vec![Thumbnail {
                src: "/media/a/a.png".to_owned(),
                ..Thumbnail::default()
            }],
            media_session_artwork: vec![Artwork {
                src: "/media/a/a.png".to_owned(),
                ..Artwork::default()
            }],
            ..Video::default()
        };
        let images = ["/media/a/body.png?v=2#top", "/media/a/a.png"];
        (video, images.map(str::to_owned).to_vec())
    }

    #[tokio::test]
    async fn every_file_stands_once_with_what_its_answer_would_say() {
        let root = tempfile::tempdir().unwrap();
        let mut published = BTreeMap::new();
        for name in ["manifest.mpd", "a b.webm", "en.vtt", "a.png", "body.png"] {
            let path = root.path().join(name);
            std::fs::write(&path, name).unwrap();
            published.insert(format!("a/{name}"), path);
        }
        let (video, images) = example();
        let files = files(&video, &images, &published);
        let listed: Vec<_> = files
            .iter()
            .map(|file| (file.url.as_str(), file.role))
            .collect();
        assert_eq!(
            listed,
            [
                ("/media/a/a%20b.webm", Role::Media),
                ("https://example.org/a.mp4", Role::Media),
                ("/media/a/en.vtt", Role::Subtitles),
                ("/media/a/a.png", Role::Poster),
                ("/media/a/body.png?v=2#top", Role::Image),
            ]
        );
        for file in &files {
            let Some(path) = local_path(&file.url).and_then(|path| resolve(&published, path))
            else {
                assert_eq!(
                    (file.size, &file.etag, &file.last_modified),
                    (None, &None, &None)
                );
                continue;
            };
            let answer =
                super::super::respond(path, root.path(), &Method::HEAD, &HeaderMap::new()).await;
            let header = |name| Some(answer.headers().get(name)?.to_str().unwrap().to_owned());
            assert_eq!(
                file.size.map(|size| size.to_string()),
                header("content-length")
            );
            assert_eq!(file.etag, header("etag"));
            assert_eq!(file.last_modified, header("last-modified"));
        }
    }

    #[test]
    fn a_file_that_vanished_is_listed_without_a_size() {
        let gone = PathBuf::from("/nonexistent/a b.webm");
        let published = BTreeMap::from([("a/a b.webm".to_owned(), gone)]);
        let (video, images) = example();
        let files = files(&video, &images, &published);
        assert_eq!(files.len(), 5);
        assert!(
            files
                .iter()
                .all(|file| file.size.is_none() && file.etag.is_none())
        );
    }
}
