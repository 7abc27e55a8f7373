//! The programs that the sample site is made with, and how they are called.

use std::ffi::OsStr;
use std::io::Write;
use std::process::{Command, Stdio};
use std::thread;

use anyhow::{Context, Result, bail};

/// Each program with the Debian package that has it.
const TOOLS: [(&str, &str, &str); 3] = [
    ("ffmpeg", "-version", "ffmpeg"),
    ("ffprobe", "-version", "ffmpeg"),
    ("espeak-ng", "--version", "espeak-ng"),
];

/// Fails with everything that is missing, before any work is done.
pub(crate) fn require(names: &[&str]) -> Result<()> {
    let missing: Vec<_> = TOOLS
        .iter()
        .filter(|(name, flag, _)| names.contains(name) && !answers(name, flag))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names: Vec<_> = missing.iter().map(|(name, _, _)| *name).collect();
    let mut packages: Vec<_> = missing.iter().map(|(_, _, package)| *package).collect();
    packages.dedup();
    bail!(
        "the sample site needs {}; install with `apt-get install {}`",
        names.join(" and "),
        packages.join(" ")
    );
}

/// Fails when this ffmpeg was built without an encoder that the films use.
pub(crate) fn require_encoders(names: &[&str]) -> Result<()> {
    let list = output("ffmpeg", ["-hide_banner", "-encoders"], &[])?;
    let list = String::from_utf8_lossy(&list);
    let has = |name: &&str| {
        list.lines()
            .any(|line| line.split_whitespace().nth(1) == Some(*name))
    };
    let missing: Vec<_> = names.iter().copied().filter(|name| !has(name)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    bail!(
        "this ffmpeg lacks the encoders {}; Debian's `ffmpeg` package has them",
        missing.join(", ")
    );
}

fn answers(name: &str, flag: &str) -> bool {
    Command::new(name)
        .arg(flag)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Runs a program with `input` on its standard input and returns its standard output.
pub(crate) fn output<A: AsRef<OsStr>>(
    name: &str,
    arguments: impl IntoIterator<Item = A>,
    input: &[u8],
) -> Result<Vec<u8>> {
    let mut child = Command::new(name)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("{name} does not start"))?;
    let stdin = child.stdin.take();
    let result = thread::scope(|scope| {
        // From its own thread: a program that answers before it has read everything would block us both.
        scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(input)));
        child.wait_with_output()
    });
    let result = result.with_context(|| format!("{name} went away"))?;
    if !result.status.success() {
        bail!(
            "{name} failed ({}): {}",
            result.status,
            String::from_utf8_lossy(&result.stderr).trim()
        );
    }
    Ok(result.stdout)
}

/// Runs a program that `write` feeds piece by piece.
pub(crate) fn feed(
    name: &str,
    arguments: &[String],
    write: impl FnOnce(&mut dyn Write) -> Result<()>,
) -> Result<()> {
    let mut child = Command::new(name)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        // SVT-AV1 greets at length otherwise.
        .env("SVT_LOG", "1")
        .spawn()
        .with_context(|| format!("{name} does not start"))?;
    let mut stdin = child
        .stdin
        .take()
        .with_context(|| format!("{name} has no standard input"))?;
    let written = write(&mut stdin);
    drop(stdin);
    let status = child.wait().with_context(|| format!("{name} went away"))?;
    if !status.success() {
        bail!("{name} failed ({status}); its own message is above");
    }
    written
}
