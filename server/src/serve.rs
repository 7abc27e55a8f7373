//! Start, reload, stop. A content folder with an error does not start; once the site runs, an edit
//! with an error changes nothing but the log.

use std::future::IntoFuture;
use std::io::{self, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, anyhow, ensure};
use arc_swap::ArcSwap;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::assets::ASSETS;
use crate::base_url::BaseUrl;
use crate::catalogue::{self, Catalogue, Loaded};
use crate::cli::ServeOptions;
use crate::routes::{self, Current};
use crate::say;
use crate::site::Site;
use crate::watch;

/// How long requests may go on after a signal to stop. A film takes longer than anybody waits.
const GRACE: Duration = Duration::from_secs(2);

/// Runs until a signal to stop.
///
/// # Errors
/// If the folder or the port cannot be used, with what to do about it.
#[tokio::main]
pub(crate) async fn serve(options: ServeOptions) -> anyhow::Result<ExitCode> {
    let content = options.content.content;
    require_folder(&content)?;
    let Loaded {
        catalogue,
        problems,
    } = catalogue::load(&content);
    if !problems.is_empty() {
        say(&catalogue::problems::report(&problems));
    }
    let Some(catalogue) = catalogue else {
        return Ok(ExitCode::FAILURE);
    };
    tracing::info!("read {}: {}", content.display(), summary(&catalogue));

    let listener = listen(&options.listen).await?;
    let address = reachable(listener.local_addr()?);
    let here = format!("http://{address}/");
    let base = options.base_url.map_or_else(|| here.parse(), Ok)?;

    let site = Site::new(catalogue, content.clone(), &base)?;
    let current: Current = Arc::new(ArcSwap::from_pointee(site));
    let reloaded = Arc::clone(&current);
    let root = content.clone();
    let watcher = watch::watch(content, move || reload(&reloaded, &root, &base));
    if let Err(error) = &watcher {
        tracing::warn!("{error:#}");
    }

    // From here on, whoever has read the address can stop the server in order.
    let signals = (
        signal(SignalKind::interrupt())?,
        signal(SignalKind::terminate())?,
    );

    // The largest file takes a second; the site answers meanwhile.
    tokio::task::spawn_blocking(|| ASSETS.compress_ahead());

    // A closed stdout is no reason not to serve.
    let _ = writeln!(io::stdout(), "Kinora is at {here}").and_then(|()| io::stdout().flush());
    run(listener, current, signals).await?;
    Ok(ExitCode::SUCCESS)
}

/// # Errors
/// If there is no folder at `content`.
pub(crate) fn require_folder(content: &Path) -> anyhow::Result<()> {
    let folder = content.display();
    let found = content.metadata().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => anyhow!(
            "there is no content folder at {folder}; create it, or name another with --content DIR"
        ),
        _ => anyhow!("cannot read the content folder {folder}: {error}"),
    })?;
    ensure!(
        found.is_dir(),
        "{folder} is not a folder; name the content folder with --content DIR"
    );
    Ok(())
}

/// `8 videos in 3 categories`.
pub(crate) fn summary(catalogue: &Catalogue) -> String {
    let count = |number: usize, one: &str, many: &str| {
        format!("{number} {}", if number == 1 { one } else { many })
    };
    let videos = catalogue
        .categories
        .iter()
        .map(|category| category.videos.len())
        .sum();
    let categories = catalogue.categories.len();
    format!(
        "{} in {}",
        count(videos, "video", "videos"),
        count(categories, "category", "categories")
    )
}

/// Swaps the site for one made from the folder as it is now, if that has no error.
fn reload(current: &Current, content: &Path, base: &BaseUrl) {
    let Loaded {
        catalogue,
        problems,
    } = catalogue::load(content);
    let report = catalogue::problems::report(&problems);
    let report = report.trim_end();
    let Some(catalogue) = catalogue else {
        tracing::error!("the content has errors, so the site stays as it was:\n{report}");
        return;
    };
    if !problems.is_empty() {
        tracing::warn!("the content has problems:\n{report}");
    }
    let summary = summary(&catalogue);
    match Site::new(catalogue, content.to_owned(), base) {
        Ok(site) => {
            current.store(Arc::new(site));
            tracing::info!("the content has changed: {summary}");
        }
        Err(error) => {
            tracing::error!("cannot make the pages, so the site stays as it was: {error:#}")
        }
    }
}

async fn listen(address: &str) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| {
        let advice = match error.kind() {
            io::ErrorKind::AddrInUse => {
                "another program is already listening there; stop it, or choose another port with \
                 --listen ADDR:PORT (port 0 takes a free one)"
            }
            io::ErrorKind::PermissionDenied => {
                "this user may not use that port; choose one above 1023 with --listen ADDR:PORT"
            }
            io::ErrorKind::AddrNotAvailable => {
                "this machine does not have that address; use 127.0.0.1 or 0.0.0.0, or one of its own"
            }
            _ => "write the address as in --listen 127.0.0.1:8080",
        };
        anyhow!("cannot listen on {address}: {advice} ({error})")
    })
}

/// An address that a browser on this machine can open: "all addresses" is none.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        address.set_ip(match address {
            SocketAddr::V4(_) => IpAddr::V4(Ipv4Addr::LOCALHOST),
            SocketAddr::V6(_) => IpAddr::V6(Ipv6Addr::LOCALHOST),
        });
    }
    address
}

/// Answers until a signal; then idle connections close at once and busy ones within [`GRACE`].
async fn run(
    listener: TcpListener,
    current: Current,
    (mut interrupt, mut terminate): (Signal, Signal),
) -> anyhow::Result<()> {
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let server =
        axum::serve(listener, routes::router(current)).with_graceful_shutdown(async move {
            // Also when the other end is gone: then nothing is left that could stop the server.
            let _ = stopped.await;
        });
    let deadline = async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        tracing::info!("stopping");
        let _ = stop.send(());
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        served = server.into_future() => served.context("the server stopped")?,
        () = deadline => {}
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_taken_port_is_named_with_what_to_do() {
        let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = taken.local_addr().unwrap().to_string();
        let message = listen(&address).await.unwrap_err().to_string();
        for part in [address.as_str(), "already listening", "--listen"] {
            assert!(message.contains(part), "{message}");
        }
    }

    #[tokio::test]
    async fn an_address_that_is_none_is_answered_with_an_example() {
        let message = listen("nonsense").await.unwrap_err().to_string();
        assert!(message.contains("127.0.0.1:8080"), "{message}");
    }

    #[test]
    fn a_missing_folder_is_named_with_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("nowhere");
        let message = require_folder(&missing).unwrap_err().to_string();
        assert!(
            message.contains("nowhere") && message.contains("--content"),
            "{message}"
        );
    }

    #[test]
    fn all_addresses_are_announced_as_this_machine() {
        let announced = |address: &str| reachable(address.parse().unwrap()).to_string();
        assert_eq!(announced("0.0.0.0:80"), "127.0.0.1:80");
        assert_eq!(announced("[::]:80"), "[::1]:80");
        assert_eq!(announced("192.168.1.2:80"), "192.168.1.2:80");
    }
}
