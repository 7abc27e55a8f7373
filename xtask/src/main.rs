//! `cargo xtask …`: the project's commands. Each works on a fresh machine and from any folder of the
//! project.

mod client;
mod sample;
mod setup;
mod test;

use std::path::{Path, PathBuf};
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
    /// Install what is missing, then run every check: formatting, lints, unit and end-to-end tests.
    Test {
        /// Arguments for the end-to-end tests, such as a part of a scenario's name.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Measure the project's claims: size, speed and memory, each beside its limit or floor.
    Bench {
        /// Only this: first-visit, reads, throughput, downloads or streams.
        part: Option<String>,
    },
    /// Interrupt downloads at random moments, by faults and by kills, again and again: 100 rounds take hours.
    Soak {
        /// Rounds of each kind, in each browser and with each transport.
        #[arg(long, default_value_t = 100)]
        rounds: u32,
        /// Where chance begins: the seed of a round that failed repeats it.
        #[arg(long)]
        seed: Option<u64>,
        /// Only this, such as "firefox own killed-browser" or a part of it.
        #[arg(long)]
        only: Option<String>,
    },
    /// Make the films of the sample site again, or only those that are named.
    Sample {
        /// Ids of films.
        only: Vec<String>,
        /// Measure the committed films and make nothing.
        #[arg(long)]
        check: bool,
        /// Draw the films' pictures as PNG files in this folder, and make nothing else.
        #[arg(long, value_name = "FOLDER")]
        preview: Option<PathBuf>,
    },
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
        Xtask::Test { arguments } => test::run(&arguments),
        Xtask::Sample { check: true, .. } => sample::check(),
        Xtask::Sample {
            preview: Some(folder),
            only,
            ..
        } => sample::preview(&only, &folder),
        Xtask::Sample { only, .. } => sample::run(&only),
        Xtask::Soak { rounds, seed, only } => {
            setup::run()?;
            build()?;
            let words = ["soak".to_owned(), format!("rounds={rounds}")].into_iter();
            let words = words.chain(seed.map(|seed| format!("seed={seed}")));
            let words = words.chain(only.map(|only| format!("only={only}")));
            test::browsers(&words.collect::<Vec<_>>())
        }
        Xtask::Bench { part } => {
            setup::run()?;
            build()?;
            client::compile("planner")?;
            let figures = ["figures".to_owned()].into_iter().chain(part);
            test::browsers(&figures.collect::<Vec<_>>())
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
