//! The command line. Every option of `serve` is also an environment variable, for services that
//! are set up that way.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::base_url::BaseUrl;

/// A folder of markdown and media as a fast video site whose videos go offline.
#[derive(Debug, Parser)]
#[command(name = "kinora", version, args_conflicts_with_subcommands = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: ServeOptions,
}

impl Cli {
    /// `kinora` alone serves.
    pub(crate) fn command(self) -> Command {
        self.command.unwrap_or(Command::Serve(self.serve))
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve the content folder (the default command)
    Serve(ServeOptions),
    /// Report every problem of the content folder; exit with 1 if there is an error
    Check(ContentOptions),
}

#[derive(Debug, Args)]
pub(crate) struct ServeOptions {
    #[command(flatten)]
    pub(crate) content: ContentOptions,
    /// Address and port to listen on; port 0 takes a free one
    #[arg(
        long,
        env = "KINORA_LISTEN",
        value_name = "ADDR:PORT",
        default_value = "127.0.0.1:8080"
    )]
    pub(crate) listen: String,
    /// What canonical links, feeds and social cards say [default: the listen address]
    #[arg(long, env = "KINORA_BASE_URL", value_name = "URL")]
    pub(crate) base_url: Option<BaseUrl>,
}

#[derive(Debug, Args)]
pub(crate) struct ContentOptions {
    /// The folder with the site's markdown and media
    #[arg(
        long,
        env = "KINORA_CONTENT",
        value_name = "DIR",
        default_value = "./content"
    )]
    pub(crate) content: PathBuf,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str]) -> Result<Command, clap::Error> {
        let arguments = std::iter::once("kinora").chain(arguments.iter().copied());
        Cli::try_parse_from(arguments).map(Cli::command)
    }

    #[test]
    fn serve_is_the_default_command_and_takes_the_same_options() {
        for arguments in [
            &["--content", "x", "--listen", "[::1]:0"][..],
            &["serve", "--content", "x", "--listen", "[::1]:0"],
        ] {
            let Ok(Command::Serve(options)) = parse(arguments) else {
                panic!("{arguments:?} should serve");
            };
            assert_eq!(options.content.content, PathBuf::from("x"));
            assert_eq!(options.listen, "[::1]:0");
            assert_eq!(options.base_url, None);
        }
    }

    #[test]
    fn check_takes_a_content_folder_and_nothing_to_serve_with() {
        assert!(matches!(
            parse(&["check", "--content", "x"]),
            Ok(Command::Check(_))
        ));
        assert!(parse(&["check", "--listen", "127.0.0.1:1"]).is_err());
    }

    #[test]
    fn a_bad_base_url_is_refused_with_the_reason() {
        let error = parse(&["--base-url", "video.example"])
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("write it as in https://video.example"),
            "{error}"
        );
    }
}
