//! What cannot be read, and the words for it, which stand beside each fixture.

use std::time::Instant;

use super::*;

#[test]
fn every_refusal_says_what_is_wrong_and_where() {
    let folder = folder("manifests-refused");
    let mut wrong = String::new();
    for (name, root) in roots(&folder) {
        let start = Instant::now();
        let error = read_fixture(&folder, &root).expect_err(&name).to_string();
        assert!(start.elapsed().as_secs() < 1, "{name}");
        let expected = fs::read_to_string(folder.join(format!("{name}.txt"))).unwrap_or_default();
        let error = error.replace(SITE, "");
        if expected.trim_end() != error {
            wrong += &format!("{name}\n  expected: {expected}\n  is: {error}\n");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn an_error_tells_its_parts() {
    let error = read_one("/a.m3u8", b"#EXTM3U\n#EXTINF:4,\n{$x}.ts\n").unwrap_err();
    assert_eq!((error.address(), error.line()), ("/a.m3u8", Some(3)));
    assert_eq!(
        error.message(),
        "uses the variable “x”, which is not defined before"
    );
    assert_eq!(error.advice(), "Define it with EXT-X-DEFINE.");
}

#[test]
fn an_error_is_short_whatever_it_quotes() {
    let name = "\u{1b}".repeat(6_000);
    let error = read_one("/a.mpd", format!("<MPD><{name}></MPD>").as_bytes()).unwrap_err();
    assert!(error.message().ends_with('…') && error.message().chars().count() <= 301);
    assert!(!error.message().contains(char::is_control));
}

#[test]
fn long_documents_are_refused_unread() {
    let error = read_one("/a.m3u8", &vec![b'\n'; 16 * 1024 * 1024 + 1]).unwrap_err();
    assert_eq!(error.message(), "is larger than 16 MiB");
}
