//! What the pages, the feed and the sitemap say.

use super::*;
use crate::catalogue::Stream;
use crate::pages::fixture::{self, NASTY};

#[tokio::test]
async fn the_only_inline_script_is_the_one_that_the_policy_names() {
    let policy = get("/")
        .await
        .header(header::CONTENT_SECURITY_POLICY)
        .to_owned();
    for path in [
        "/",
        "/one-file/",
        "/category/first/",
        "/downloads/",
        "/settings/",
        "/offline/",
    ] {
        let html = page(path).await;
        let inline: Vec<&str> = html.split("<script>").skip(1).collect();
        assert_eq!(inline.len(), 1, "{path}");
        assert!(inline[0].starts_with(ASSETS.theme_script.as_str()));
        assert!(!html.contains("style="), "{path}");
        assert!(
            !html.contains(" onclick") && !html.contains("<style"),
            "{path}"
        );
    }
    assert!(policy.contains("'sha256-"));
}

#[tokio::test]
async fn a_title_cannot_leave_its_place() {
    for path in ["/", "/nasty/", "/category/first/", "/one-file/"] {
        let html = page(path).await;
        assert!(!html.contains("<img src=x>"), "{path}");
        assert!(!html.contains("<script>alert"), "{path}");
    }
    let json = page("/nasty/").await;
    let json = between(&json, "data-video-json>", "</script>");
    let video: media::Video = serde_json::from_str(json).unwrap();
    assert_eq!(video.title, NASTY);
}

#[tokio::test]
async fn a_video_page_is_complete_without_script() {
    let html = page("/one-file/").await;
    assert_eq!(html.matches("<h1").count(), 1);
    for part in [
        "<h1>One file</h1>",
        "<video controls playsinline preload=\"metadata\" poster=\"/media/one.jpg\" crossorigin=\"anonymous\"",
        "<source src=\"/media/one.webm\" type=\"video/webm; codecs=&#34;vp9&#34;\">",
        "kind=\"captions\" srclang=\"en\" label=\"English\" default>",
        "<time datetime=\"2024-05-17\">2024-05-17</time>",
        "<time datetime=\"PT1M4S\">1:04</time>",
        "<a href=\"/media/one.webm#t=72.5\" data-seek=\"72.5\"><time>1:12</time> A &#60;b&#62; end</a>",
        "<h2>In the body</h2>",
        "data-control=\"pip\"",
        "More from <a href=\"/category/first/\">First steps</a>",
        "data-card=\"nasty\"",
    ] {
        assert!(html.contains(part), "{part} in {html}");
    }
    let webm = html.find("/media/one.webm\" type").unwrap();
    assert!(webm < html.find("/media/one.mp4\" type").unwrap());
    // Its own card is not among the others.
    assert!(!html.contains("data-card=\"one-file\""));
}

#[tokio::test]
async fn only_pages_of_streams_name_what_plays_streams() {
    let stream = page("/stream/").await;
    assert!(stream.contains("data-stream-player=") && stream.contains("preload=\"none\""));
    let file = page("/one-file/").await;
    assert!(!file.contains("data-stream-player") && file.contains("preload=\"metadata\""));
    assert!(page("/sw.js").await.contains("\"player\":\""));
}

#[tokio::test]
async fn files_and_streams_can_be_made_available_offline() {
    let one_file = page("/one-file/").await;
    assert!(one_file.contains("data-video=\"one-file\" data-state=\"none\""));
    assert!(one_file.contains("<span data-label>Make available offline</span>"));
    assert!(one_file.contains("data-qualities"));
    let stream = page("/stream/").await;
    assert!(stream.contains("data-video=\"stream\" data-state=\"none\""));
    assert!(stream.contains("data-player") && stream.contains("application/dash+xml"));
    assert!(!stream.contains("crossorigin"));
    assert!(page("/").await.contains("data-video=\"stream\""));
    assert!(
        page("/settings/")
            .await
            .contains("<legend>Download quality</legend>")
    );
}

#[tokio::test]
async fn a_stream_that_cannot_be_stored_says_why() {
    let mut catalogue = fixture::catalogue();
    let source = catalogue.categories[1].videos[0].video.video_sources[0]
        .src
        .clone();
    catalogue
        .streams
        .insert(source, Stream::Refused("It is live.".to_owned()));
    let answer = ask(router(current_of(catalogue)), "GET", "/stream/", &[]).await;
    let stream = answer.text();
    assert!(!stream.contains("data-video=\"stream\""));
    assert!(stream.contains("This video cannot be made available offline. It is live."));
}

#[tokio::test]
async fn the_home_page_lists_every_category_with_its_cards_in_order() {
    let html = page("/").await;
    let place = |part: &str| {
        html.find(part)
            .unwrap_or_else(|| panic!("no {part} in {html}"))
    };
    let places = [
        place("<h1>Lantern</h1>"),
        place("<a href=\"/category/first/\">First steps</a>"),
        place("data-card=\"one-file\""),
        place("<source srcset=\"/media/one.avif\" type=\"image/avif\">"),
        place("<img src=\"/media/one.jpg\" alt=\"\""),
        place("<span class=\"card-length\">1:04</span>"),
        place("data-card=\"nasty\""),
        place("picture-none"),
        place("<a href=\"/category/streams/\">Streams</a>"),
    ];
    assert!(places.is_sorted(), "{places:?}");
    assert!(html.contains("<a href=\"/\" aria-current=\"page\">Home</a>"));
    assert!(html.contains("offline-compact"));
    assert!(html.contains("<p class=\"empty\" data-none-stored hidden>"));
}

#[tokio::test]
async fn shared_links_say_the_base_address_and_never_the_host_header() {
    let answer = ask(
        router(current()),
        "GET",
        "/one-file/",
        &[("host", "evil.example")],
    )
    .await;
    let html = answer.text();
    for part in [
        "<title>One file · Lantern</title>",
        "<meta name=\"description\" content=\"What one file can do\">",
        "<link rel=\"canonical\" href=\"https://lantern.example/one-file/\">",
        "<meta property=\"og:image\" content=\"https://lantern.example/media/one.jpg\">",
        "<meta property=\"og:video\" content=\"https://lantern.example/media/one.webm\">",
        "<meta name=\"twitter:card\" content=\"summary_large_image\">",
    ] {
        assert!(html.contains(part), "{part}");
    }
    assert!(!html.contains("evil.example"));
    assert!(
        page("/downloads/")
            .await
            .contains("<meta name=\"robots\" content=\"noindex\">")
    );
}

#[tokio::test]
async fn the_json_ld_of_a_video_is_a_complete_video_object() {
    let html = page("/one-file/").await;
    let json = between(&html, "<script type=\"application/ld+json\">", "</script>");
    let object: serde_json::Value = serde_json::from_str(json).unwrap();
    let expected = serde_json::json!({
        "@context": "https://schema.org",
        "@type": "VideoObject",
        "name": "One file",
        "url": "https://lantern.example/one-file/",
        "description": "What one file\ncan do",
        "thumbnailUrl": ["https://lantern.example/media/one.avif", "https://lantern.example/media/one.jpg"],
        "uploadDate": "2024-05-17",
        "duration": "PT1M4S",
        "contentUrl": "https://lantern.example/media/one.webm",
    });
    assert_eq!(object, expected);
    let nasty = page("/nasty/").await;
    let json = between(&nasty, "<script type=\"application/ld+json\">", "</script>");
    let object: serde_json::Value = serde_json::from_str(json).unwrap();
    assert_eq!(object["name"], NASTY);
    assert!(object.get("uploadDate").is_none());
}

#[tokio::test]
async fn the_feed_lists_the_newest_first_and_escapes_titles() {
    let feed = page("/feed.xml").await;
    assert!(feed.starts_with("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed"));
    assert_eq!(feed.matches("<entry>").count(), 3);
    assert!(feed.contains("<published>2024-05-17T00:00:00Z</published>"));
    assert!(feed.contains("<updated>2023-11-14T22:13:20Z</updated>"));
    assert!(feed.contains("type=\"video/mp4\" href=\"https://lantern.example/media/nasty.mp4\""));
    assert!(!feed.contains("<img"));
    let dated = feed.find("<title>One file</title>").unwrap();
    assert!(dated < feed.find("<title>Stream</title>").unwrap());
    assert!(
        page("/")
            .await
            .contains("type=\"application/atom+xml\" title=\"Lantern\"")
    );
}

#[tokio::test]
async fn the_sitemap_lists_what_is_to_be_found() {
    let sitemap = page("/sitemap.xml").await;
    for path in [
        "/",
        "/category/first/",
        "/one-file/",
        "/nasty/",
        "/stream/",
        "/category/streams/",
    ] {
        assert!(
            sitemap.contains(&format!("<loc>{BASE}{path}</loc>")),
            "{path} in {sitemap}"
        );
    }
    assert_eq!(sitemap.matches("<url>").count(), 6);
    assert!(
        page("/robots.txt")
            .await
            .contains("Sitemap: https://lantern.example/sitemap.xml")
    );
}

#[tokio::test]
async fn the_web_manifest_names_icons_that_exist() {
    let manifest: serde_json::Value =
        serde_json::from_str(&page("/manifest.webmanifest").await).unwrap();
    assert_eq!(manifest["name"], "Lantern");
    let icons = manifest["icons"].as_array().unwrap();
    for icon in icons {
        let path = icon["src"].as_str().unwrap();
        assert_eq!(get(path).await.status, StatusCode::OK, "{path}");
    }
    assert!(icons.iter().any(|icon| icon["purpose"] == "maskable"));
}
