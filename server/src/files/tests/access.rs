use std::collections::BTreeMap;
use std::os::unix::fs::symlink;
use std::time::Instant;

use super::*;
use crate::files::open::OpenError;
use crate::files::{not_found, resolve};

fn published(paths: &[&str]) -> BTreeMap<String, PathBuf> {
    let entry = |path: &&str| ((*path).to_owned(), PathBuf::from("/content").join(path));
    paths.iter().map(entry).collect()
}

#[test]
fn a_published_path_is_found_however_its_letters_are_encoded() {
    let published = published(&["01-a/b.mp4", "a b+ü%.mp4"]);
    let found = |raw| resolve(&published, raw).is_some();
    assert!(found("01-a/b.mp4"));
    assert!(found("01%2Da/%62.mp4"));
    assert!(found("a%20b+%C3%BC%25.mp4"));
    assert!(!found("a+b+%C3%BC%25.mp4"));
}

#[test]
fn no_spelling_of_another_path_finds_anything() {
    let published = published(&["01-a/b.mp4", "b.mp4"]);
    for raw in [
        "",
        "/",
        "/b.mp4",
        "//b.mp4",
        "b.mp4/",
        "./b.mp4",
        "x/../b.mp4",
        "../content/b.mp4",
        "%2e%2e/b.mp4",
        "01-a/%2E%2E/b.mp4",
        "01-a/..%2fb.mp4",
        "01-a%2fb.mp4",
        "01-a%2Fb.mp4",
        "01-a%252fb.mp4",
        "%62%2emp4%00",
        "b.mp4%00.png",
        "b%252emp4",
        "01-a\\b.mp4",
        "01-a%5cb.mp4",
        "..%5cb.mp4",
        "01-a//b.mp4",
        "01-a/./b.mp4",
        "01-a/b.md",
        ".git/config",
        "%2egit/config",
        "B.mp4",
        "b.mp4%20",
        "b.mp4.",
        "%ff",
        "%c0%ae%c0%ae/b.mp4",
        "%",
        "b.mp4%",
        "file:///etc/passwd",
        "/etc/passwd",
        "%2fetc%2fpasswd",
    ] {
        assert_eq!(resolve(&published, raw), None, "{raw}");
    }
}

#[tokio::test]
async fn a_symlink_out_of_the_content_folder_is_not_followed() {
    let (folder, elsewhere) = (Folder::new(), Folder::new());
    let secret = elsewhere.file("secret.mp4", b"secret");
    let path = folder.root().join("a.mp4");
    symlink(&secret, &path).unwrap();
    assert_eq!(folder.get(&path, &[]).await.status, StatusCode::NOT_FOUND);

    let directory = folder.root().join("directory");
    symlink(elsewhere.root(), &directory).unwrap();
    let answer = folder.get(&directory.join("secret.mp4"), &[]).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert_eq!(answer.body(), b"Not Found\n");
}

#[tokio::test]
async fn a_symlink_within_the_content_folder_is_followed() {
    let folder = Folder::new();
    let path = folder.root().join("link.mp4");
    symlink(folder.file("a.mp4", b"inside"), &path).unwrap();
    assert_eq!(folder.get(&path, &[]).await.body(), b"inside");
}

#[tokio::test]
async fn a_content_folder_reached_through_a_symlink_works() {
    let (folder, elsewhere) = (Folder::new(), Folder::new());
    folder.file("a.mp4", b"inside");
    let root = elsewhere.root().join("content");
    symlink(folder.root(), &root).unwrap();
    let response = respond(&root.join("a.mp4"), &root, &Method::GET, &HeaderMap::new()).await;
    assert_eq!(response.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_sibling_folder_with_a_longer_name_is_outside() {
    let folder = Folder::new();
    fs::create_dir(folder.root().join("site")).unwrap();
    fs::create_dir(folder.root().join("site-private")).unwrap();
    let path = folder.file("site-private/a.mp4", b"secret");
    let root = folder.root().join("site");
    let response = respond(&path, &root, &Method::GET, &HeaderMap::new()).await;
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_is_no_regular_file_is_not_found_and_not_waited_for() {
    let folder = Folder::new();
    assert_eq!(
        folder.get(folder.root(), &[]).await.status,
        StatusCode::NOT_FOUND
    );

    let fifo = folder.root().join("a.mp4");
    let made = std::process::Command::new("mkfifo")
        .arg(&fifo)
        .status()
        .unwrap();
    assert!(made.success());
    let before = Instant::now();
    assert_eq!(folder.get(&fifo, &[]).await.status, StatusCode::NOT_FOUND);
    assert!(before.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_file_that_was_deleted_after_publication_is_not_found() {
    let folder = Folder::new();
    let path = folder.file("a.mp4", b"0123456789");
    fs::remove_file(&path).unwrap();
    let answer = folder.get(&path, &[]).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    assert_eq!(answer.header("etag"), None);
}

#[test]
fn a_file_that_may_not_be_read_is_forbidden_and_a_failing_disk_is_our_fault() {
    let status = |kind: io::ErrorKind| OpenError::from(io::Error::from(kind)).status();
    assert_eq!(
        status(io::ErrorKind::PermissionDenied),
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        status(io::ErrorKind::Other),
        StatusCode::INTERNAL_SERVER_ERROR
    );
}

#[tokio::test]
async fn other_methods_are_told_which_ones_there_are() {
    let folder = Folder::new();
    let path = folder.file("a.mp4", b"0123456789");
    for method in [Method::POST, Method::PUT, Method::DELETE, Method::PATCH] {
        let answer = folder.ask(&path, method, &[]).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(answer.header("allow"), Some("GET, HEAD, OPTIONS"));
    }
}

#[tokio::test]
async fn every_answer_can_be_read_from_other_origins() {
    let folder = Folder::new();
    let path = folder.file("a.mp4", b"0123456789");
    let missing = folder.root().join("missing.mp4");
    let answers = [
        folder.get(&path, &[]).await.headers,
        folder.get(&path, &[("range", "bytes=0-1")]).await.headers,
        folder.get(&path, &[("range", "bytes=99-")]).await.headers,
        folder.get(&path, &[("if-none-match", "*")]).await.headers,
        folder
            .get(&path, &[("if-match", "\"other\"")])
            .await
            .headers,
        folder.get(&missing, &[]).await.headers,
        folder.ask(&path, Method::OPTIONS, &[]).await.headers,
        folder.ask(&path, Method::POST, &[]).await.headers,
        not_found().headers().clone(),
    ];
    for headers in answers {
        assert_eq!(headers["access-control-allow-origin"], "*");
        let exposed = headers["access-control-expose-headers"].to_str().unwrap();
        for name in [
            "ETag",
            "Content-Range",
            "Content-Length",
            "Accept-Ranges",
            "Last-Modified",
        ] {
            assert!(exposed.split(", ").any(|exposed| exposed == name), "{name}");
        }
        assert_eq!(headers["cross-origin-resource-policy"], "cross-origin");
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert_eq!(headers["cache-control"], "no-cache");
    }
}

#[tokio::test]
async fn a_preflight_allows_what_resuming_from_elsewhere_needs() {
    let folder = Folder::new();
    let path = folder.file("a.mp4", b"0123456789");
    let answer = folder.ask(&path, Method::OPTIONS, &[]).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    let methods = answer.header("access-control-allow-methods");
    assert_eq!(methods, Some("GET, HEAD, OPTIONS"));
    let allowed = answer.header("access-control-allow-headers");
    assert_eq!(
        allowed,
        Some("Range, If-Range, If-None-Match, If-Modified-Since")
    );
    assert_eq!(answer.header("access-control-max-age"), Some("86400"));
}

#[tokio::test]
async fn files_are_labelled_by_their_extension_alone() {
    let folder = Folder::new();
    for (name, label) in [
        ("a.mp4", "video/mp4"),
        ("a.MP4", "video/mp4"),
        ("a.vtt", "text/vtt; charset=utf-8"),
        ("a.mpd", "application/dash+xml"),
        ("a.m3u8", "application/vnd.apple.mpegurl"),
        ("a.m4s", "video/iso.segment"),
        ("a.html", "text/plain; charset=utf-8"),
        ("a.js", "application/octet-stream"),
        ("a", "application/octet-stream"),
    ] {
        let path = folder.file(name, b"<!doctype html><script>alert(1)</script>");
        let answer = folder.get(&path, &[]).await;
        assert_eq!(answer.header("content-type"), Some(label), "{name}");
    }
}

#[tokio::test]
async fn documents_that_may_carry_script_are_sandboxed_and_videos_are_not() {
    let folder = Folder::new();
    for (name, sandboxed) in [("a.svg", true), ("a.mpd", true), ("a.mp4", false)] {
        let path = folder.file(name, b"<svg/>");
        let answer = folder.get(&path, &[]).await;
        let policy = answer.header("content-security-policy").unwrap_or_default();
        assert_eq!(policy.contains("sandbox"), sandboxed, "{name}");
        assert_eq!(policy.contains("default-src 'none'"), sandboxed, "{name}");
    }
}
