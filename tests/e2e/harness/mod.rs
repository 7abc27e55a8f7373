//! What the scenarios stand on: a server process, a folder of content, media, a line between
//! browser and server that can be cut, and a browser that is asked as a person would ask.
//!
//! Nothing here sleeps for a fixed time: every wait is for a state, with a generous deadline, and
//! says what it waited for when that does not come.

pub(crate) mod browser;
pub(crate) mod cenc;
pub(crate) mod control;
pub(crate) mod drivers;
pub(crate) mod footage;
pub(crate) mod http;
pub(crate) mod player;
pub(crate) mod processes;
pub(crate) mod random;
pub(crate) mod roles;
pub(crate) mod server;
pub(crate) mod site;
pub(crate) mod storage;
pub(crate) mod stored_streams;
pub(crate) mod streams;
pub(crate) mod wire;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// How long a state may take to come about. Reaching it is a failure, so it can be long.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// How often a state is looked at.
const GLANCE: Duration = Duration::from_millis(40);

/// Cargo's target folder, where the binary under test and what the suite leaves behind are.
pub(crate) fn target() -> Result<PathBuf> {
    let scratch = Path::new(env!("CARGO_TARGET_TMPDIR"));
    Ok(scratch
        .parent()
        .context("cargo's scratch folder has no parent")?
        .to_path_buf())
}

/// A folder of ours below the target folder, made where missing.
pub(crate) fn own_folder(name: &str) -> Result<PathBuf> {
    let folder = target()?.join("e2e").join(name);
    std::fs::create_dir_all(&folder)
        .with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(folder)
}

/// Ports that servers and lines of this run have had. A browser keeps what it stored for an origin, so
/// no scenario gets the origin of an earlier one.
static USED: Mutex<BTreeSet<u16>> = Mutex::new(BTreeSet::new());

/// Whether no server and no line has had a port so far; from now on, one has.
fn is_new_port(port: u16) -> bool {
    let mut used = USED.lock().unwrap_or_else(PoisonError::into_inner);
    used.insert(port)
}

/// Looks until `look` finds something. An error while looking counts as "not yet", because pages
/// come and go under a look; the last one is told when the time is up.
pub(crate) fn wait_until<T>(
    what: &str,
    patience: Duration,
    mut look: impl FnMut() -> Result<Option<T>>,
) -> Result<T> {
    let deadline = Instant::now() + patience;
    loop {
        let obstacle = match look() {
            Ok(Some(found)) => return Ok(found),
            Ok(None) => String::new(),
            Err(error) => format!("; the last look failed: {error:#}"),
        };
        if Instant::now() > deadline {
            bail!("waited {} s for {what}{obstacle}", patience.as_secs());
        }
        thread::sleep(GLANCE);
    }
}
