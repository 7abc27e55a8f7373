//! Kinora: a folder of markdown and media as a fast video site.
//!
//! The way of a request: `routes` finds what is at a path; pages were made beforehand (`site`,
//! `pages`) and are sent by `respond`, media files by `files`. The way of an edit: `watch` notices
//! it, `catalogue` reads and checks the folder, and `serve` swaps the whole site.

mod assets;
mod base_url;
mod catalogue;
mod cli;
mod feed;
mod files;
mod pages;
mod respond;
mod routes;
mod security;
mod serve;
mod site;
mod watch;
mod web_manifest;
mod worker_script;

use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;

use clap::Parser;
use tracing_subscriber::EnvFilter;

use crate::cli::{Cli, Command};

/// The parser of raw HTML logs its own shortcomings, which are nobody's to mend here.
const LOGGED: &str = "info,html5ever=error";

fn main() -> ExitCode {
    let command = Cli::parse().command();
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(LOGGED));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_target(false)
        .with_ansi(io::stderr().is_terminal())
        .with_writer(io::stderr)
        // It would complain on stderr, and panic if that is what fails.
        .log_internal_errors(false)
        .init();
    let done = match command {
        Command::Serve(options) => serve::serve(options),
        Command::Check(options) => check(&options.content),
    };
    match done {
        Ok(code) => code,
        Err(error) => {
            say(&format!("kinora: {error:#}\n"));
            ExitCode::FAILURE
        }
    }
}

/// Writes to stderr. Unlike `eprint!`, this does not panic where nobody reads any more.
fn say(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}

/// Reports on the content folder, errors and warnings alike.
fn check(content: &Path) -> anyhow::Result<ExitCode> {
    serve::require_folder(content)?;
    let loaded = catalogue::load(content);
    say(&catalogue::problems::report(&loaded.problems));
    let Some(catalogue) = loaded.catalogue else {
        return Ok(ExitCode::FAILURE);
    };
    say(&format!(
        "{} is ready to serve: {}\n",
        content.display(),
        serve::summary(&catalogue)
    ));
    Ok(ExitCode::SUCCESS)
}
