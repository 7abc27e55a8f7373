//! Processes that end with the test, whatever happens to it: each one leads a group of its own,
//! and the group and everything that was started below it ends on drop, on a panic and on a
//! signal to the suite.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result};
use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::Pid;

use super::wait_until;

/// The leaders of all groups that run now, for the signal handler.
static RUNNING: Mutex<BTreeSet<i32>> = Mutex::new(BTreeSet::new());

/// A process with everything it starts.
#[derive(Debug)]
pub(crate) struct Group {
    child: Child,
}

impl Group {
    /// Starts `command` as the leader of a new process group.
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        let child = command.process_group(0).spawn().with_context(|| {
            format!(
                "cannot start {}: is it installed? `cargo xtask test` installs it",
                command.get_program().display()
            )
        })?;
        running().insert(pid(&child).as_raw());
        Ok(Self { child })
    }

    /// The process that leads the group, for its pipes.
    pub(crate) fn leader(&mut self) -> &mut Child {
        &mut self.child
    }

    /// Asks the leader to end, as an administrator would, and waits until it has.
    pub(crate) fn terminate(&mut self) -> Result<ExitStatus> {
        kill(pid(&self.child), Signal::SIGTERM).context("cannot send SIGTERM")?;
        wait_until(
            "the process to end after SIGTERM",
            Duration::from_secs(10),
            || Ok(self.child.try_wait()?),
        )
    }

    /// Waits until the leader ends by itself.
    pub(crate) fn wait(&mut self) -> Result<ExitStatus> {
        wait_until("the process to end", Duration::from_secs(10), || {
            Ok(self.child.try_wait()?)
        })
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        let leader = pid(&self.child);
        end(leader);
        // Reaping cannot fail in a way that matters: the process has been killed.
        let _ = self.child.wait();
        running().remove(&leader.as_raw());
    }
}

/// Ends every group when the suite itself is asked to end, because groups of their own do not
/// hear of a Ctrl-C on the terminal.
pub(crate) fn end_with_the_suite() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    std::thread::spawn(move || {
        runtime.block_on(async {
            use tokio::signal::unix::{SignalKind, signal};
            let (Ok(mut interrupt), Ok(mut terminate)) = (
                signal(SignalKind::interrupt()),
                signal(SignalKind::terminate()),
            ) else {
                return;
            };
            tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
            for leader in running().iter() {
                end(Pid::from_raw(*leader));
            }
            std::process::exit(130);
        });
    });
    Ok(())
}

/// Kills a group and all descendants of its leader: browsers put some of theirs into other groups.
fn end(leader: Pid) {
    let descendants = descendants(leader);
    // A group that is already gone is what we want.
    let _ = killpg(leader, Signal::SIGKILL);
    for descendant in descendants {
        let _ = kill(descendant, Signal::SIGKILL);
    }
}

/// Every process below `ancestor`, as `/proc` has them now.
fn descendants(ancestor: Pid) -> Vec<Pid> {
    let parents: Vec<(i32, i32)> = fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let process: i32 = entry.file_name().to_str()?.parse().ok()?;
            let status = fs::read_to_string(entry.path().join("stat")).ok()?;
            // The name in parentheses may hold anything; the parent is the second field after it.
            let parent = status
                .rsplit_once(')')?
                .1
                .split_whitespace()
                .nth(1)?
                .parse()
                .ok()?;
            Some((process, parent))
        })
        .collect();
    let mut found = vec![ancestor.as_raw()];
    let mut next = 0;
    while let Some(&parent) = found.get(next) {
        found.extend(
            parents
                .iter()
                .filter(|(_, of)| *of == parent)
                .map(|(process, _)| *process),
        );
        next += 1;
    }
    found.into_iter().skip(1).map(Pid::from_raw).collect()
}

fn pid(child: &Child) -> Pid {
    Pid::from_raw(child.id().cast_signed())
}

fn running() -> std::sync::MutexGuard<'static, BTreeSet<i32>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}
