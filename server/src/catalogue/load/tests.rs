use std::fs;
use std::os::unix::fs::symlink;

use proptest::prelude::*;

use super::*;
use crate::catalogue::problems::report;

mod odd_files;

/// A content folder of the given files.
fn site(files: &[(&str, &str)]) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = root.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    root
}

const VIDEO: &str = "---\ntitle: One\nvideo-sources:\n  - src: one.mp4\n---\n";

fn loaded(files: &[(&str, &str)]) -> Loaded {
    load(site(files).path())
}

/// Severity, file inside the folder, line and message of each problem, in order.
fn problems(files: &[(&str, &str)]) -> Vec<String> {
    let root = site(files);
    let text = report(&load(root.path()).problems);
    let folder = format!("{}/", root.path().display());
    let mut lines: Vec<String> = text
        .replace(&folder, "")
        .lines()
        .map(str::to_owned)
        .collect();
    lines.pop();
    lines
}

#[test]
fn a_folder_of_markdown_and_media_becomes_a_catalogue() {
    let Loaded {
        catalogue,
        problems,
    } = loaded(&[
        (
            "index.md",
            "---\nname: My site\ndescription: Films\n---\nHello\n",
        ),
        (
            "02-later/index.md",
            "---\nname: Later on\nslug: later-on\n---\n*Text*\n",
        ),
        (
            "02-later/10-ten.md",
            "---\ntitle: Ten\nvideo-sources: [{src: https://cdn.example/ten.mp4}]\n---\n",
        ),
        (
            "02-later/2-two.md",
            "---\ntitle: Two\nvideo-sources: ../01-first-steps/one.mp4\nlength: 1:04\n---\n![x](../pic.png)\n",
        ),
        ("01-first-steps/01-one.md", VIDEO),
        ("01-first-steps/one.mp4", "x"),
        ("01-first-steps/unpublished.mp4", "x"),
        ("01-first-steps/.hidden.md", "x"),
        (".git/config.md", "x"),
        ("pic.png", "x"),
        ("pictures/other.png", "x"),
    ]);
    assert_eq!(problems, []);
    let catalogue = catalogue.unwrap();
    assert_eq!(catalogue.site.name, "My site");
    assert_eq!(catalogue.site.description.as_deref(), Some("Films"));
    assert_eq!(catalogue.site.body_html, "<p>Hello</p>\n");
    let categories: Vec<_> = catalogue
        .categories
        .iter()
        .map(|one| (one.slug.as_str(), one.name.as_str()))
        .collect();
    assert_eq!(
        categories,
        [("first-steps", "First steps"), ("later-on", "Later on")]
    );
    let later = &catalogue.categories[1];
    assert_eq!(later.body_html, "<p><em>Text</em></p>\n");
    assert_eq!(
        later
            .videos
            .iter()
            .map(|entry| entry.video.id.as_str())
            .collect::<Vec<_>>(),
        ["two", "ten"]
    );
    let two = &later.videos[0];
    assert_eq!(two.video.length.as_deref(), Some("1:04"));
    assert_eq!(two.video.category.as_deref(), Some("Later on"));
    assert_eq!(
        two.video.video_sources[0].src,
        "/media/01-first-steps/one.mp4"
    );
    assert_eq!(two.video.video_sources[0].r#type, "video/mp4");
    assert_eq!(two.body_images, ["/media/pic.png"]);
    assert_eq!(
        catalogue.published.keys().collect::<Vec<_>>(),
        ["01-first-steps/one.mp4", "pic.png"]
    );
    assert_eq!(
        catalogue.media_origins.iter().collect::<Vec<_>>(),
        ["https://cdn.example"]
    );
}

#[test]
fn every_problem_is_reported_at_once_with_its_line() {
    let found = problems(&[
        (
            "01-a/01-one.md",
            "---\ntitel: One\nvideo-sources:\n  - src: none.mp4\nvideo-subtitles:\n  - src: none.vtt\n    srclang: cz\n---\n\n![x](none.png)\n",
        ),
        ("01-a/02-two.md", "---\ntitle: Two\n"),
        ("01-a/03-three.md", "---\ntitle: [\n---\n"),
        ("01-a/04-search.md", VIDEO),
        ("01-a/one.mp4", "x"),
        (
            "02-b/05-one.md",
            "---\ntitle: One\nthumbnail: none.png\ndate: soon\n---\n",
        ),
    ]);
    let expected = [
        "error: 01-a/01-one.md:2: The video has no title",
        "warning: 01-a/01-one.md:2: Nothing knows the key `titel`. Did you mean `title`?",
        "error: 01-a/01-one.md:4: The video source `none.mp4` names a file that does not exist",
        "error: 01-a/01-one.md:6: The subtitle file `none.vtt` names a file that does not exist",
        "warning: 01-a/01-one.md:7: The language `cz` is doubtful. Did you mean `cs`?",
        "warning: 01-a/01-one.md:10: The image `none.png` names a file that does not exist",
        "error: 01-a/02-two.md:1: The front matter that starts here has no end",
        "error: 01-a/03-three.md:",
        "error: 01-a/04-search.md:1: The id `search` is reserved",
        "error: 02-b/05-one.md:1: The id `one` is also that of",
        "error: 02-b/05-one.md:2: The video has no source",
        "warning: 02-b/05-one.md:3: The thumbnail `none.png` names a file that does not exist",
        "warning: 02-b/05-one.md:4: The date `soon` cannot be understood",
    ];
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (found, expected) in found.iter().zip(expected) {
        assert!(found.starts_with(expected), "{found}\n{expected}");
    }
}

#[test]
fn an_error_leaves_no_catalogue_and_a_warning_does() {
    assert!(loaded(&[("a/one.md", VIDEO)]).catalogue.is_none());
    let Loaded {
        catalogue,
        problems,
    } = loaded(&[
        ("a/one.md", &VIDEO.replace("title:", "x: 1\ntitle:")),
        ("a/one.mp4", "x"),
    ]);
    assert!(catalogue.is_some());
    assert_eq!(problems.len(), 1);
}

#[test]
fn a_folder_that_is_not_there_is_an_error() {
    let Loaded {
        catalogue,
        problems,
    } = load(Path::new("/nowhere/at/all"));
    assert!(catalogue.is_none());
    assert_eq!(problems.len(), 1);
}

#[test]
fn two_categories_cannot_share_a_slug() {
    let found = problems(&[
        ("01-a/index.md", "---\nname: A\n---\n"),
        ("02-a/index.md", "---\nname: B\n---\n"),
    ]);
    assert!(
        found
            .iter()
            .any(|line| line.starts_with("error: 02-a/index.md:1: The slug `a` is also that of")),
        "{found:?}"
    );
}

#[test]
fn a_slug_that_is_no_part_of_an_address_is_mended_with_a_warning() {
    let Loaded {
        catalogue,
        problems,
    } = loaded(&[
        ("01-a/index.md", "---\nname: A\nslug: My/Talks\n---\n"),
        ("01-a/one.md", VIDEO),
        ("01-a/one.mp4", "x"),
    ]);
    assert_eq!(catalogue.unwrap().categories[0].slug, "my-talks");
    assert_eq!(problems[0].line, 3);
}

#[test]
fn videos_beside_the_categories_come_first_and_a_readme_is_no_video() {
    let Loaded {
        catalogue,
        problems,
    } = loaded(&[
        ("one.md", VIDEO),
        ("one.mp4", "x"),
        ("README.md", "# Hello\n"),
    ]);
    let catalogue = catalogue.unwrap();
    assert_eq!(catalogue.categories[0].slug, "videos");
    assert_eq!(
        catalogue.categories[0].videos[0].video.video_sources[0].src,
        "/media/one.mp4"
    );
    assert_eq!(problems.len(), 1);
}

#[test]
fn chapters_are_read_from_a_local_track() {
    let text = "---\ntitle: One\nvideo-sources: one.mp4\nvideo-subtitles:\n  - {src: ch.vtt, kind: chapters, srclang: en}\n---\n";
    let vtt = "WEBVTT\n\n00:00.000 --> 00:12.000\nStart\n\n00:12.000 --> 00:20.000\nEnd\n";
    let catalogue = loaded(&[("a/one.md", text), ("a/one.mp4", "x"), ("a/ch.vtt", vtt)])
        .catalogue
        .unwrap();
    let chapters = &catalogue.categories[0].videos[0].chapters;
    assert_eq!(chapters.len(), 2);
    assert_eq!(
        (chapters[1].start, chapters[1].title.as_str()),
        (12.0, "End")
    );
}

const MPD: &str = r#"<MPD type="static" mediaPresentationDuration="PT4S"><Period><AdaptationSet mimeType="video/mp4">
<SegmentTemplate media="s-$Number$.m4s" initialization="init.mp4" duration="2"/><Representation id="1" bandwidth="1000"/>
</AdaptationSet></Period></MPD>"#;
const PLAYLIST: &str = "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n1.ts\n#EXTINF:2,\nhttps://cdn.example/2.ts\n#EXT-X-ENDLIST\n";

#[test]
fn what_a_published_manifest_names_is_published_and_nothing_beside_it() {
    let text = "---\ntitle: One\nvideo-sources:\n  - src: d/m.mpd\n  - src: h/master.m3u8\n---\n";
    let catalogue = loaded(&[
        ("a/one.md", text),
        ("a/d/m.mpd", MPD),
        ("a/d/init.mp4", "x"),
        ("a/d/s-1.m4s", "x"),
        ("a/d/s-2.m4s", "x"),
        ("a/d/other.m4s", "x"),
        (
            "a/h/master.m3u8",
            "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1000\nv/1.m3u8\n",
        ),
        ("a/h/v/1.m3u8", PLAYLIST),
        ("a/h/v/1.ts", "x"),
    ])
    .catalogue
    .unwrap();
    let expected = [
        "a/d/init.mp4",
        "a/d/m.mpd",
        "a/d/s-1.m4s",
        "a/d/s-2.m4s",
        "a/h/master.m3u8",
        "a/h/v/1.m3u8",
        "a/h/v/1.ts",
    ];
    assert_eq!(catalogue.published.keys().collect::<Vec<_>>(), expected);
    assert!(catalogue.media_origins.contains("https://cdn.example"));
}

#[test]
fn segments_that_are_missing_are_one_error_in_the_manifest() {
    let text = "---\ntitle: One\nvideo-sources: m.mpd\n---\n";
    let found = problems(&[("a/one.md", text), ("a/m.mpd", MPD), ("a/init.mp4", "x")]);
    assert_eq!(found.len(), 1);
    assert!(
        found[0].starts_with(
            "error: a/m.mpd:1: 2 of the 3 files in this manifest are not there, such as `a/s-1.m4s`"
        ),
        "{found:?}"
    );
}

#[test]
fn a_live_stream_is_a_warning_and_a_manifest_that_is_none_an_error() {
    let text = "---\ntitle: One\nvideo-sources: m.m3u8\n---\n";
    let live = PLAYLIST.replace("#EXT-X-ENDLIST", "");
    let found = problems(&[("a/one.md", text), ("a/m.m3u8", &live), ("a/1.ts", "x")]);
    assert_eq!(found.len(), 1);
    assert!(
        found[0].starts_with("warning: a/m.m3u8:1: This stream is live"),
        "{found:?}"
    );
    let found = problems(&[("a/one.md", text), ("a/m.m3u8", "<html>")]);
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with("error: a/m.m3u8:1: "), "{found:?}");
}

#[test]
fn sources_that_lead_out_of_the_folder_are_errors() {
    for src in [
        "../../secret.mp4",
        "/etc/passwd",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "data:video/mp4,x",
        "one.md",
    ] {
        let text = VIDEO.replace("one.mp4", src);
        assert!(
            loaded(&[("a/one.md", &text), ("a/one.mp4", "x")])
                .catalogue
                .is_none(),
            "{src}"
        );
    }
}

#[test]
fn a_video_file_that_is_a_link_out_of_the_folder_is_refused() {
    let outside = site(&[("secret.md", VIDEO)]);
    let root = site(&[("a/one.mp4", "x")]);
    symlink(
        outside.path().join("secret.md"),
        root.path().join("a/one.md"),
    )
    .unwrap();
    assert!(load(root.path()).catalogue.is_none());
}

#[test]
fn the_content_folder_may_be_a_link() {
    let root = site(&[("a/one.md", VIDEO), ("a/one.mp4", "x")]);
    let link = tempfile::tempdir().unwrap();
    let link = link.path().join("content");
    symlink(root.path(), &link).unwrap();
    assert!(load(&link).catalogue.is_some());
}

#[test]
fn doubtful_values_are_only_warnings() {
    let text = "---\ntitle: 5\nlength: 64\nautoplay: yes\nvideo-sources:\n  - src: one.mp4\n    type: video/webm\n    codec: x\n\
                video-subtitles:\n  - {src: a.vtt, srclang: en, default: true}\n  - {src: a.vtt, srclang: en, kind: caption, default: true}\n\
                origins: [ftp://x.example, https://cdn.example/path, https://ok.example]\nthumbnail: {src: [x]}\n---\n";
    let Loaded {
        catalogue,
        problems,
    } = loaded(&[("a/one.md", text), ("a/one.mp4", "x"), ("a/a.vtt", "x")]);
    let catalogue = catalogue.unwrap();
    let video = &catalogue.categories[0].videos[0].video;
    assert_eq!(video.title, "5");
    assert_eq!(video.origins, ["https://cdn.example", "https://ok.example"]);
    assert!(catalogue.media_origins.contains("https://ok.example"));
    let mut lines: Vec<usize> = problems.iter().map(|problem| problem.line).collect();
    lines.sort_unstable();
    assert_eq!(lines, [3, 4, 7, 8, 11, 11, 12, 12, 13, 13], "{problems:#?}");
}

#[test]
fn encryption_and_rewrites_are_kept() {
    let text = "---\ntitle: One\nvideo-sources: https://cdn.example/m.mpd\nurl-rewrites:\n  - online: https://cdn.example/m.mpd\n    offline: https://cdn.example/o.mpd\n\
                encryption:\n  type: org.w3.clearkey\n  src: https://keys.example/e.mp4\n  mimeCodec: video/mp4; codecs=\"avc1\"\n  mediaKeySystemConfig:\n    initDataTypes: [cenc]\n    persistentState: optional\n    n: 5\n\
                \n  key:\n    id: 279926496a7f5d25da69f2b3b216bfa6\n    value: ccc0f2b3b279926496a7f5d25da692f6\n---\n";
    let Loaded {
        catalogue,
        problems,
    } = loaded(&[("a/one.md", text)]);
    assert_eq!(problems, []);
    let catalogue = catalogue.unwrap();
    let video = &catalogue.categories[0].videos[0].video;
    assert_eq!(video.url_rewrites[0].offline, "https://cdn.example/o.mpd");
    let encryption = video.encryption.as_ref().unwrap();
    let config =
        serde_json::json!({"initDataTypes": ["cenc"], "persistentState": "optional", "n": 5});
    assert_eq!(encryption.media_key_system_config, Some(config));
    assert_eq!(
        encryption.key.as_ref().unwrap().id,
        "279926496a7f5d25da69f2b3b216bfa6"
    );
    assert!(catalogue.media_origins.contains("https://keys.example"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_front_matter_makes_it_panic(
        lines in prop::collection::vec(
            ("(title|video-sources|video-subtitles|thumbnail|encryption|date|length|origins|x| +- src|- )", ":? ?", "[^\n]{0,20}"),
            0..8,
        ),
        body in "[^\r]{0,60}",
    ) {
        let front: String = lines.into_iter().map(|(key, colon, value)| format!("{key}{colon}{value}\n")).collect();
        loaded(&[("a/one.md", &format!("---\n{front}---\n{body}"))]);
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let root = site(&[("a/one.mp4", "x")]);
        fs::write(root.path().join("a/one.md"), &bytes).unwrap();
        fs::write(root.path().join("a/index.md"), [b"---\n".as_slice(), &bytes].concat()).unwrap();
        load(root.path());
    }
}
