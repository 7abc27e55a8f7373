//! Notices edits of the content folder. Editors write in bursts (a temporary file, a rename, a
//! touch), so a change is reported once the burst has ended, or while it goes on, often enough for
//! an edit to show within a second.

use std::ffi::OsStr;
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};

/// A burst has ended when nothing happened for this long.
const QUIET: Duration = Duration::from_millis(150);
/// A change is reported this long after it at the latest.
const LONGEST_BURST: Duration = Duration::from_millis(600);

/// Watches until it is dropped.
#[derive(Debug)]
pub(crate) struct Watcher {
    sender: Sender<Message>,
}

impl Drop for Watcher {
    fn drop(&mut self) {
        // If the thread has ended already, there is nothing to stop.
        let _ = self.sender.send(Message::Stop);
    }
}

#[derive(Debug)]
enum Message {
    Changed,
    /// The content folder itself was replaced: what is watched is the old one.
    Replaced,
    Stop,
}

/// Calls `on_change`, on a thread of its own, after every change in `root` or below. `root` may be
/// a symbolic link, and may be made to lead elsewhere.
pub(crate) fn watch(
    root: PathBuf,
    on_change: impl Fn() + Send + 'static,
) -> anyhow::Result<Watcher> {
    let (sender, receiver) = mpsc::channel();
    let mut watched = Watched {
        root,
        sender: sender.clone(),
        watchers: Vec::new(),
    };
    watched.start().with_context(|| {
        let root = watched.root.display();
        format!("{root} cannot be watched for edits. Restart Kinora after edits, or raise the system's limit of watched files")
    })?;
    thread::Builder::new()
        .name("watch".to_owned())
        .spawn(move || report(&receiver, &mut watched, &on_change))?;
    Ok(Watcher { sender })
}

fn report(receiver: &Receiver<Message>, watched: &mut Watched, on_change: &dyn Fn()) {
    while let Ok(first) = receiver.recv() {
        let latest = Instant::now() + LONGEST_BURST;
        let mut message = Ok(first);
        let mut replaced = false;
        loop {
            match message {
                Ok(Message::Changed) => {}
                Ok(Message::Replaced) => replaced = true,
                Ok(Message::Stop) | Err(RecvTimeoutError::Disconnected) => return,
                Err(RecvTimeoutError::Timeout) => break,
            }
            let left = latest.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            message = receiver.recv_timeout(QUIET.min(left));
        }
        if replaced && let Err(error) = watched.start() {
            tracing::warn!(
                "{} cannot be watched for edits any more: {error}",
                watched.root.display()
            );
        }
        // The hook has logged the cause of a panic by then. The next edit may mend it.
        if panic::catch_unwind(AssertUnwindSafe(on_change)).is_err() {
            tracing::error!(
                "reading this edit failed by a fault of Kinora; the site stays as it was"
            );
        }
    }
}

struct Watched {
    root: PathBuf,
    sender: Sender<Message>,
    /// One for the folder, one for the place where it stands. Dropped, they stop.
    watchers: Vec<RecommendedWatcher>,
}

impl Watched {
    /// Watches what `root` leads to now.
    fn start(&mut self) -> anyhow::Result<()> {
        let mut watchers = Vec::new();
        let root = std::path::absolute(&self.root)?;
        if let (Some(parent), Some(name)) = (root.parent(), root.file_name()) {
            let (sender, name) = (self.sender.clone(), name.to_owned());
            watchers.push(watcher(
                parent,
                RecursiveMode::NonRecursive,
                move |event| {
                    if names(event, &name) {
                        let _ = sender.send(Message::Replaced);
                    }
                },
            )?);
        }
        // While the folder is away, its return is noticed from above.
        if let Ok(folder) = root.canonicalize() {
            let sender = self.sender.clone();
            watchers.push(watcher(&folder, RecursiveMode::Recursive, move |_| {
                let _ = sender.send(Message::Changed);
            })?);
        }
        self.watchers = watchers;
        Ok(())
    }
}

fn watcher(
    path: &Path,
    mode: RecursiveMode,
    on_event: impl Fn(&Event) + Send + 'static,
) -> notify::Result<RecommendedWatcher> {
    let mut watcher =
        notify::recommended_watcher(move |event: notify::Result<Event>| match event {
            // Reading, which serving does all the time, changes nothing.
            Ok(Event {
                kind: EventKind::Access(_),
                ..
            }) => {}
            Ok(event) => on_event(&event),
            Err(error) => tracing::warn!("An edit may have gone unnoticed: {error}"),
        })?;
    watcher.watch(path, mode)?;
    Ok(watcher)
}

/// Whether the entry `name` of a folder was made, removed or renamed.
fn names(event: &Event, name: &OsStr) -> bool {
    let entry_changed = matches!(
        event.kind,
        EventKind::Create(_)
            | EventKind::Remove(_)
            | EventKind::Modify(notify::event::ModifyKind::Name(_))
    );
    entry_changed
        && event
            .paths
            .iter()
            .any(|path| path.file_name() == Some(name))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    struct Edited {
        folder: tempfile::TempDir,
        changes: Receiver<Instant>,
        _watcher: Watcher,
    }

    /// Watches `content` in a new folder, once `prepare` has filled that.
    fn watching(prepare: impl FnOnce(&Path)) -> Edited {
        let folder = tempfile::tempdir().unwrap();
        prepare(folder.path());
        let (sender, changes) = mpsc::channel();
        let on_change = move || sender.send(Instant::now()).unwrap_or_default();
        let watcher = watch(folder.path().join("content"), on_change).unwrap();
        Edited {
            folder,
            changes,
            _watcher: watcher,
        }
    }

    fn plain(folder: &Path) {
        fs::create_dir_all(folder.join("content/a")).unwrap();
        fs::write(folder.join("content/a/one.md"), "x").unwrap();
    }

    impl Edited {
        fn is_noticed_within_a_second(&self) -> bool {
            self.changes.recv_timeout(Duration::from_secs(1)).is_ok()
        }

        fn path(&self, name: &str) -> PathBuf {
            self.folder.path().join(name)
        }
    }

    #[test]
    fn an_edit_below_is_noticed_and_reading_is_not() {
        let edited = watching(plain);
        fs::read(edited.path("content/a/one.md")).unwrap();
        assert!(
            edited
                .changes
                .recv_timeout(Duration::from_millis(400))
                .is_err()
        );
        fs::write(edited.path("content/a/one.md"), "y").unwrap();
        assert!(edited.is_noticed_within_a_second());
    }

    #[test]
    fn a_file_replaced_by_renaming_and_a_file_in_a_new_folder_are_noticed() {
        let edited = watching(plain);
        fs::write(edited.path("content/a/.one.md.swp"), "y").unwrap();
        fs::rename(
            edited.path("content/a/.one.md.swp"),
            edited.path("content/a/one.md"),
        )
        .unwrap();
        assert!(edited.is_noticed_within_a_second());
        fs::create_dir(edited.path("content/b")).unwrap();
        assert!(edited.is_noticed_within_a_second());
        fs::write(edited.path("content/b/two.md"), "x").unwrap();
        assert!(edited.is_noticed_within_a_second());
    }

    #[test]
    fn a_burst_is_reported_while_it_goes_on_and_few_times() {
        let edited = watching(plain);
        let start = Instant::now();
        while start.elapsed() < Duration::from_millis(1500) {
            fs::write(edited.path("content/a/one.md"), "y").unwrap();
            thread::sleep(Duration::from_millis(20));
        }
        let first = edited.changes.recv_timeout(Duration::from_secs(1)).unwrap();
        assert!(first - start < Duration::from_millis(900));
        thread::sleep(Duration::from_millis(300));
        assert!(edited.changes.try_iter().count() <= 3);
    }

    #[test]
    fn a_content_folder_that_is_a_link_is_followed_and_may_be_switched() {
        let edited = watching(|folder| {
            for name in ["first", "second"] {
                fs::create_dir(folder.join(name)).unwrap();
                fs::write(folder.join(name).join("one.md"), "x").unwrap();
            }
            symlink(folder.join("first"), folder.join("content")).unwrap();
        });
        fs::write(edited.path("first/one.md"), "y").unwrap();
        assert!(edited.is_noticed_within_a_second());
        symlink(edited.path("second"), edited.path("next")).unwrap();
        fs::rename(edited.path("next"), edited.path("content")).unwrap();
        assert!(edited.is_noticed_within_a_second());
        fs::write(edited.path("second/one.md"), "y").unwrap();
        assert!(edited.is_noticed_within_a_second());
    }

    #[test]
    fn a_fault_while_reading_an_edit_does_not_end_the_watch() {
        let folder = tempfile::tempdir().unwrap();
        plain(folder.path());
        let (sender, changes) = mpsc::channel();
        let on_change = move || {
            sender.send(()).unwrap_or_default();
            panic!("a fault");
        };
        let _watcher = watch(folder.path().join("content"), on_change).unwrap();
        for text in ["y", "z"] {
            fs::write(folder.path().join("content/a/one.md"), text).unwrap();
            changes.recv_timeout(Duration::from_secs(1)).unwrap();
        }
    }

    #[test]
    fn a_dropped_watcher_reports_nothing() {
        let Edited {
            folder,
            changes,
            _watcher: watcher,
        } = watching(plain);
        drop(watcher);
        fs::write(folder.path().join("content/a/one.md"), "y").unwrap();
        assert!(changes.recv_timeout(Duration::from_millis(500)).is_err());
    }
}
