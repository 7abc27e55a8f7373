//! Everything that must hold before a change is done, cheapest first, ending with the browsers.
//! The first step that fails ends it.

use std::process::Command;

use anyhow::{Context, Result};

use crate::{client, run as run_command, setup};

/// Every crate that builds for the machine itself.
const NATIVE: [&str; 3] = ["--workspace", "--exclude", "client-wasm"];

/// Runs the steps; `arguments` go to the end-to-end tests, such as a part of a scenario's name.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    step("installing what the tests need", setup::run)?;
    step("formatting (`cargo fmt` repairs it)", || {
        cargo(&["fmt", "--all", "--check"], &[])
    })?;
    step("building the client", client::build)?;
    let client = [
        "clippy",
        "--profile",
        "client",
        "--package",
        "client-wasm",
        "--target",
        "wasm32-unknown-unknown",
    ];
    step("clippy on the client", || {
        cargo(&client, &["--", "--deny", "warnings"])
    })?;
    let native = [&["clippy", "--release", "--all-targets"], &NATIVE[..]].concat();
    step("clippy on everything else", || {
        cargo(&native, &["--", "--deny", "warnings"])
    })?;
    let units = [&["test", "--release"], &NATIVE[..], &["--exclude", "tests"]].concat();
    step("unit tests", || cargo(&units, &[]))?;
    step("building the server", || {
        cargo(&["build", "--release", "--package", "kinora"], &[])
    })?;
    step("end-to-end tests", || browsers(arguments))
}

/// Runs the end-to-end suite with these arguments.
pub(crate) fn browsers(arguments: &[String]) -> Result<()> {
    let suite = [
        "test",
        "--release",
        "--package",
        "tests",
        "--test",
        "e2e",
        "--",
    ];
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    cargo(&suite, &arguments)
}

fn cargo(words: &[&str], more: &[&str]) -> Result<()> {
    run_command(Command::new("cargo").args(words).args(more))
}

/// Says what comes, does it, and says what failed.
fn step(what: &str, act: impl FnOnce() -> Result<()>) -> Result<()> {
    println!("\n── {what}");
    act().with_context(|| format!("{what} failed"))
}
