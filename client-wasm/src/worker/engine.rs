//! The worker's own download engine: works off what the ledger wants, two videos at a time, in the
//! order in which they were asked for.
//!
//! It lives from events: pages send a heartbeat while they are open, and each event is held for a
//! few seconds. Nothing but the ledger and the cache says how far a download is, so a worker that
//! dies at any line goes on from there.

use std::cell::RefCell;

use media::ledger::{Row, State, Transport};

use super::{background, download, library, removal};
use crate::ledger;
use crate::settings::{self, Setting};
use crate::web::connection;
use crate::web::error::Result;
use crate::web::fetch::Stop;
use crate::web::global::{self, Task};

/// Videos at a time. How many requests they have in all is [`super::gate`]'s to say.
const AT_ONCE: usize = 2;

/// How long one event is held for work that goes on, a little longer than pages' heartbeats. A new
/// version takes over only when the old one's events are over, so it is not held longer.
const HOLD: f64 = 15_000.0;

/// Milliseconds between two looks at what there is to do.
const SHORTEST_WAIT: f64 = 100.0;

struct Job {
    id: String,
    stop: Stop,
    task: Task<()>,
}

thread_local! {
    /// At most [`AT_ONCE`].
    static JOBS: RefCell<Vec<Job>> = const { RefCell::new(Vec::new()) };
}

/// Does what there is to do: final removals, abandoned background fetches, waiting downloads. What
/// fails for one video does not keep the others from theirs. Returns when there is more to do.
pub(super) async fn pump() -> Result<Option<f64>> {
    warn_of(removal::sweep_orphans().await, "orphaned caches stay");
    let rows = ledger::all().await?;
    warn_of(
        background::reconcile(&rows).await,
        "abandoned background fetches stay",
    );
    warn_of(removal::sweep(&rows).await, "a removal is not complete");
    warn_of(
        library::check_daily(&rows).await,
        "the library is not checked",
    );
    let (now, is_online, only_agreed) = (global::now(), global::is_online(), spares().await);
    let mut next = removal::next_due(&rows);
    for row in rows {
        if row.transport != Transport::Worker || !row.is_wanted() {
            continue;
        }
        let due = row.retry.map_or(now, |retry| retry.at);
        if only_agreed && !row.metered {
            if row.state == State::Downloading {
                warn_of(wait(&row).await, "a download goes on where it should wait");
            }
        } else if !is_online {
            // A request would fail; a page tells when the network is back.
        } else if due <= now {
            start(&row.video.id)?;
        } else {
            next = Some(next.map_or(due, |next| next.min(due)));
        }
    }
    Ok(next)
}

fn warn_of(outcome: Result<()>, what: &str) {
    if let Err(reason) = outcome {
        global::warn(&format!("{what}: {reason}"));
    }
}

/// Whether every byte counts here and the person wants none spent unasked.
async fn spares() -> bool {
    connection::is_metered() == Some(true)
        && settings::is_on(Setting::Unmetered).await.unwrap_or(true)
}

/// Puts a download that runs back into the queue.
async fn wait(row: &Row) -> Result<()> {
    let id = &row.video.id;
    stop(id).await;
    ledger::update(id, |row| {
        if row.state == State::Downloading {
            row.state = State::Queued;
        }
    })
    .await
    .map(drop)
}

/// Does what there is to do, and holds the event for as long as there is work that would end with it.
pub(super) async fn hold() -> Result<()> {
    let until = global::now() + HOLD;
    loop {
        let next = pump().await?;
        let left = until - global::now();
        let job = JOBS.with_borrow(|jobs| jobs.first().map(|job| job.task.clone()));
        let wait = next.map_or(left, |next| next - global::now());
        // What comes later, a later heartbeat brings.
        if left <= 0.0 || job.is_none() && (next.is_none() || wait > left) {
            return Ok(());
        }
        // Never quite nothing: a removal that is due may be under way in another event.
        let wait = wait.clamp(SHORTEST_WAIT, left.max(SHORTEST_WAIT));
        match job {
            Some(job) => drop(job.within(wait).await),
            None => global::sleep(wait).await,
        }
    }
}

/// Starts a video's download unless it runs or has to wait for others.
fn start(id: &str) -> Result<()> {
    JOBS.with_borrow_mut(|jobs| {
        if jobs.iter().any(|job| job.id == id) || jobs.len() >= AT_ONCE {
            return Ok(());
        }
        let stop = Stop::new()?;
        let id = id.to_owned();
        let task = Task::start(run(id.clone(), stop.clone()));
        jobs.push(Job { id, stop, task });
        Ok(())
    })
}

/// Stops a video's download, and returns once it touches nothing any more.
pub(super) async fn stop(id: &str) {
    let task = JOBS.with_borrow(|jobs| {
        jobs.iter().find(|job| job.id == id).map(|job| {
            job.stop.now();
            job.task.clone()
        })
    });
    if let Some(task) = task {
        task.ended().await;
    }
}

async fn run(id: String, stop: Stop) {
    let noted = download::run(&id, &stop).await;
    stop.now();
    JOBS.with_borrow_mut(|jobs| jobs.retain(|job| job.id != id));
    if let Err(reason) = noted {
        // Starting over at once would fail at once; the next heartbeat tries again.
        global::warn(&format!("what became of {id} could not be noted: {reason}"));
        return;
    }
    // The next one in the queue.
    global::spawn(async {
        if let Err(reason) = pump().await {
            global::warn(&format!("the queue stopped: {reason}"));
        }
    });
}
