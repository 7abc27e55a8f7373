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

use std::io::{self, IsTerminal};
use std::path::Path;
use std::process::ExitCode;

use clap::Parser;
use tracing_subscriber::EnvFilter;

use crate::cli::{Cli, Command};

fn main() -> ExitCode {
    let command = Cli::parse().command();
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_target(false)
        .with_ansi(io::stderr().is_terminal())
        .with_writer(io::stderr)
        .init();
    let done = match command {
        Command::Serve(options) => serve::serve(options),
        Command::Check(options) => check(&options.content),
    };
    match done {
        Ok(code) => code,
        Err(error) => {
            eprintln!("kinora: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Reports on the content folder, errors and warnings alike.
fn check(content: &Path) -> anyhow::Result<ExitCode> {
    serve::require_folder(content)?;
    let loaded = catalogue::load(content);
    eprint!("{}", catalogue::problems::report(&loaded.problems));
    let Some(catalogue) = loaded.catalogue else {
        return Ok(ExitCode::FAILURE);
    };
    eprintln!(
        "{} is ready to serve: {}",
        content.display(),
        serve::summary(&catalogue)
    );
    Ok(ExitCode::SUCCESS)
}
