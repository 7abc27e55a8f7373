//! The offline plan of a video, made at request time: its sizes and validators are those that the
//! files would be sent with now.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::Metadata;
use std::path::PathBuf;

use media::manifest::Rendition;
use media::plan::{FEW_FILES, LARGEST_PART, PLAN_VERSION, Parts, PlannedRendition, PlannedStream};
use media::{OfflinePlan, PlannedFile, Role, Video};

use super::resolve;
use super::validators::Validators;
use crate::catalogue::{Catalogue, Entry, Stream};

/// Every file of `entry` once, in the order of the video's fields, and of each stream all that its
/// manifest names.
///
/// Blocks for one `stat` per local file.
pub(crate) fn plan(entry: &Entry, catalogue: &Catalogue) -> OfflinePlan {
    let published = &catalogue.published;
    let streams = entry.video.manifests().enumerate().map(|(number, source)| {
        let manifest = entry.video.offline_manifest(&source.src);
        stream(&entry.video, number, &source.src, manifest, catalogue)
    });
    OfflinePlan {
        version: PLAN_VERSION,
        video: entry.video.clone(),
        files: files(&entry.video, &entry.body_images, published),
        streams: streams.collect(),
    }
}

fn stream(
    video: &Video,
    number: usize,
    source: &str,
    manifest: &str,
    catalogue: &Catalogue,
) -> PlannedStream {
    let mut planned_stream = PlannedStream {
        source: source.to_owned(),
        manifest: manifest.to_owned(),
        ..PlannedStream::default()
    };
    let published = &catalogue.published;
    match catalogue.streams.get(manifest) {
        Some(Stream::Local(presentation)) => {
            planned_stream.duration = presentation.duration.unwrap_or_default();
            let documents = presentation.documents.iter();
            planned_stream.documents = documents
                .map(|url| planned(url, Role::Manifest, published))
                .collect();
            let renditions = presentation.renditions.iter().enumerate();
            planned_stream.renditions = renditions
                .map(|(rendition, found)| PlannedRendition {
                    description: found.description.clone(),
                    files: segments(
                        found,
                        || format!("/{}/offline/{number}/{rendition}", video.id),
                        published,
                    ),
                })
                .collect();
        }
        Some(Stream::Refused(reason)) => planned_stream.refused = Some(reason.clone()),
        Some(Stream::Elsewhere) | None => {}
    }
    planned_stream
}

/// A rendition's files: as one bundle where they are many small ones of this site, and under one name
/// where they are many on other hosts.
fn segments(
    rendition: &Rendition,
    bundle_address: impl FnOnce() -> String,
    published: &BTreeMap<String, PathBuf>,
) -> Vec<PlannedFile> {
    let urls = rendition.urls();
    if urls.len() <= FEW_FILES {
        return urls
            .iter()
            .map(|url| planned(url, Role::Media, published))
            .collect();
    }
    let known: Vec<_> = urls
        .iter()
        .map_while(|url| metadata(url, published))
        .collect();
    let is_small = |metadata: &Metadata| metadata.len() <= LARGEST_PART;
    let is_bundle = known.len() == urls.len() && known.iter().all(is_small);
    let is_elsewhere = urls.iter().all(|url| local_path(url).is_none());
    if !is_bundle && !is_elsewhere {
        return urls
            .iter()
            .map(|url| planned(url, Role::Media, published))
            .collect();
    }
    let sizes: Vec<u64> = known.iter().map(Metadata::len).collect();
    let validators: Vec<_> = known.iter().map(Validators::of).collect();
    vec![PlannedFile {
        url: bundle_address(),
        role: Role::Media,
        size: is_bundle.then(|| sizes.iter().sum()),
        etag: is_bundle.then(|| Validators::of_bundle(validators.iter()).etag),
        last_modified: None,
        parts: Parts::new(&urls, sizes),
    }]
}

/// The files of a bundle, by the numbers of stream and rendition in the plan.
pub(crate) fn bundle(
    entry: &Entry,
    catalogue: &Catalogue,
    number: usize,
    rendition: usize,
) -> Option<Vec<PathBuf>> {
    let source = entry.video.manifests().nth(number)?;
    let manifest = entry.video.offline_manifest(&source.src);
    let Some(Stream::Local(presentation)) = catalogue.streams.get(manifest) else {
        return None;
    };
    let urls = presentation.renditions.get(rendition)?.urls();
    let path = |url: &&str| Some(resolve(&catalogue.published, local_path(url)?)?.clone());
    urls.iter().map(path).collect()
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
    let encrypted = video
        .encryption
        .iter()
        .filter_map(|encryption| encryption.src.as_deref());
    let media = encrypted
        .chain(video.files().map(|source| source.src.as_str()))
        .map(|src| (src, Role::Media));
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
    let metadata = metadata(url, published);
    let validators = metadata.as_ref().map(Validators::of);
    PlannedFile {
        size: metadata.map(|metadata| metadata.len()),
        last_modified: validators.as_ref().and_then(Validators::last_modified),
        etag: validators.map(|validators| validators.etag),
        ..PlannedFile::new(url, role)
    }
}

fn metadata(url: &str, published: &BTreeMap<String, PathBuf>) -> Option<Metadata> {
    let path = resolve(published, local_path(url)?)?;
    std::fs::metadata(path).ok().filter(Metadata::is_file)
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

    const MPD: &str = r#"<MPD type="static" mediaPresentationDuration="PT12S"><Period>
<AdaptationSet mimeType="video/mp4"><SegmentTemplate media="$RepresentationID$/$Number$.m4s" initialization="$RepresentationID$/init.mp4" duration="2"/>
<Representation id="low" bandwidth="1000" height="360"/><Representation id="high" bandwidth="2000" height="720"/></AdaptationSet>
<AdaptationSet mimeType="audio/mp4"><Representation id="sound" bandwidth="100"><BaseURL>sound.mp4</BaseURL></Representation></AdaptationSet>
</Period></MPD>"#;

    /// A content folder with the stream above, whose segments hold their own names.
    fn folder() -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("01-a");
        for rendition in ["low", "high"] {
            std::fs::create_dir_all(folder.join(rendition)).unwrap();
            for name in [
                "init.mp4", "1.m4s", "2.m4s", "3.m4s", "4.m4s", "5.m4s", "6.m4s",
            ] {
                let name = format!("{rendition}/{name}");
                std::fs::write(folder.join(&name), &name).unwrap();
            }
        }
        std::fs::write(folder.join("sound.mp4"), "sound").unwrap();
        std::fs::write(folder.join("film.mpd"), MPD).unwrap();
        let page = "---\ntitle: A\nvideo-sources: film.mpd\n---\n";
        std::fs::write(folder.join("01-film.md"), page).unwrap();
        root
    }

    #[test]
    fn many_segments_are_one_bundle_and_one_file_is_itself() {
        let root = folder();
        let catalogue = crate::catalogue::load(root.path()).catalogue.unwrap();
        let entry = &catalogue.categories[0].videos[0];
        let plan = plan(entry, &catalogue);
        assert!(plan.files.is_empty());
        let stream = &plan.streams[0];
        assert_eq!(stream.manifest, "/media/01-a/film.mpd");
        assert_eq!(stream.documents.len(), 1);
        let files: Vec<_> = stream
            .renditions
            .iter()
            .map(|rendition| &rendition.files[..])
            .collect();
        let [[low], [high], [sound]] = files[..] else {
            panic!("{files:?}")
        };
        assert_eq!(
            (low.url.as_str(), high.url.as_str()),
            ("/film/offline/0/0", "/film/offline/0/1")
        );
        let names: Vec<&str> = high.parts.names().collect();
        assert_eq!(
            names,
            [
                "init.mp4", "1.m4s", "2.m4s", "3.m4s", "4.m4s", "5.m4s", "6.m4s"
            ]
        );
        assert_eq!(high.parts.base(), "/media/01-a/high/");
        assert_eq!(
            high.size,
            Some("high/init.mp4".len() as u64 + 6 * "high/1.m4s".len() as u64)
        );
        assert_eq!(
            (sound.url.as_str(), sound.size),
            ("/media/01-a/sound.mp4", Some(5))
        );
        assert_eq!(bundle(entry, &catalogue, 0, 1).unwrap().len(), 7);
        assert_eq!(bundle(entry, &catalogue, 0, 3), None);
        assert_eq!(bundle(entry, &catalogue, 1, 0), None);
    }

    #[tokio::test]
    async fn a_bundles_answer_is_what_the_plan_says() {
        let root = folder();
        let catalogue = crate::catalogue::load(root.path()).catalogue.unwrap();
        let entry = &catalogue.categories[0].videos[0];
        let planned = &plan(entry, &catalogue).streams[0].renditions[0].files[0];
        let paths = bundle(entry, &catalogue, 0, 0).unwrap();
        let headers = HeaderMap::new();
        let answer = crate::files::respond_bundle(paths, root.path(), &Method::GET, &headers).await;
        let header = |name: &str| {
            answer
                .headers()
                .get(name)
                .map(|value| value.to_str().unwrap().to_owned())
        };
        assert_eq!(header("etag"), planned.etag);
        assert_eq!(
            header("content-length"),
            planned.size.map(|size| size.to_string())
        );
    }
}
