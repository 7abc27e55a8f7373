//! The project's commands.

mod sample;

use clap::Parser;

#[derive(Parser)]
enum Command {
    /// Makes the films of the sample site again, or only those that are named.
    Sample {
        /// Ids of films.
        only: Vec<String>,
        /// Measures the committed films and makes nothing.
        #[arg(long)]
        check: bool,
        /// Draws the film's picture at some seconds, as PNG files in this folder, and makes nothing else.
        #[arg(long, value_name = "FOLDER")]
        preview: Option<std::path::PathBuf>,
    },
}

fn main() -> anyhow::Result<()> {
    match Command::parse() {
        Command::Sample { check: true, .. } => sample::check(),
        Command::Sample {
            preview: Some(folder),
            only,
            ..
        } => sample::preview(&only, &folder),
        Command::Sample { only, .. } => sample::run(&only),
    }
}
