//! `cargo xtask …`: the project's commands. Each works on a fresh machine and from any folder of the
//! project.

mod client;

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use clap::Parser;

/// The project's commands.
#[derive(Parser)]
enum Xtask {
    /// Build client and server, then serve ./content (arguments go to `kinora serve`).
    Serve {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Build the self-contained release binary at target/release/kinora.
    Build,
    /// Measure the project's claims: size, speed and memory, each beside its limit or floor.
    Bench,
}

fn main() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .context("the project's folder is gone")?;
    std::env::set_current_dir(root)
        .with_context(|| format!("{} cannot be entered", root.display()))?;
    match Xtask::parse() {
        Xtask::Serve { arguments } => {
            build()?;
            run(Command::new("target/release/kinora")
                .arg("serve")
                .args(arguments))
        }
        Xtask::Build => build(),
        Xtask::Bench => {
            build()?;
            run(Command::new("cargo").args([
                "test",
                "--release",
                "--package",
                "tests",
                "--test",
                "e2e",
                "--",
                "figures",
            ]))
        }
    }
}

/// Builds the client, then the server that embeds it.
fn build() -> Result<()> {
    client::build()?;
    run(Command::new("cargo").args(["build", "--release", "--package", "kinora"]))
}

/// Runs a command to its end, which must be a good one.
fn run(command: &mut Command) -> Result<()> {
    let words = format!("{command:?}").replace('"', "");
    let status = command
        .status()
        .with_context(|| format!("{words} could not be started"))?;
    if !status.success() {
        bail!("{words} ended with {status}");
    }
    Ok(())
}
