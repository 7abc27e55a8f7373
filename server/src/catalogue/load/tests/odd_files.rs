//! Files that are not what their names or places say.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::process::Command;

use super::*;

#[test]
fn what_is_no_regular_file_is_an_error_and_is_not_read() {
    let root = site(&[("01-a/01-one.md", VIDEO), ("01-a/one.mp4", "x")]);
    for name in ["01-a/02-pipe.md", "01-a/index.md", "top.md"] {
        let made = Command::new("mkfifo").arg(root.path().join(name)).status();
        assert!(made.unwrap().success());
    }
    symlink("/dev/zero", root.path().join("zero.md")).unwrap();
    let text = report(&load(root.path()).problems);
    for name in ["01-a/02-pipe.md:1", "01-a/index.md:1", "top.md:1"] {
        let expected = format!("{name}: This is not a regular file.");
        assert!(text.contains(&expected), "{name} in {text}");
    }
    assert!(text.contains("zero.md:1: The file is a link"), "{text}");
    assert!(text.ends_with("4 errors, no warnings\n"), "{text}");
}

#[test]
fn a_file_that_looks_like_a_video_but_is_left_out_is_a_warning() {
    let root = site(&[
        ("01-a/01-one.md", VIDEO),
        ("01-a/one.mp4", "x"),
        ("01-a/02-two.MD", VIDEO),
        ("01-a/03-three.markdown", VIDEO),
        ("01-a/deeper/04-four.md", VIDEO),
        ("01-a/deeper/README.md", "Notes"),
    ]);
    let odd = OsString::from_vec(b"01-a/05-\xff.md".to_vec());
    fs::write(root.path().join(odd), VIDEO).unwrap();
    let loaded = load(root.path());
    assert!(loaded.catalogue.is_some());
    let text = report(&loaded.problems);
    for (name, message) in [
        ("02-two.MD", "The name of this file does not end in `.md`"),
        (
            "03-three.markdown",
            "The name of this file does not end in `.md`",
        ),
        (
            "deeper/04-four.md",
            "This file is in a folder inside a category's folder",
        ),
        ("05-\u{fffd}.md", "The name of this file is not UTF-8"),
    ] {
        let expected = format!("{name}:1: {message}, so it is left out.");
        assert!(text.contains(&expected), "{expected} in {text}");
    }
    assert!(text.ends_with("no errors, 4 warnings\n"), "{text}");
}
