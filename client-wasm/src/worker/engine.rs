//! The worker's own download engine: works off what the ledger wants, two videos at a time.
//!
//! It lives from events: pages send a heartbeat while they are open, and each event is held for a
//! few seconds. Nothing but the ledger and the cache says how far a download is, so a worker that
//! dies at any line goes on from there.

use std::cell::{Cell, RefCell};

use media::ledger::{FileRow, Form, Row, State, Transport};
use media::{Role, names};

use super::failure::Failure;
use super::transfer::{self, Entries, Place, Witness};
use super::{background, plan, removal, shell};
use crate::ledger;
use crate::web::cache::{self, Cache};
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

/// Milliseconds between two writes of a download's progress to the ledger.
const WRITE_EVERY: f64 = 1_000.0;

/// How often a video may turn out to have changed while it is fetched before we give up.
const RENEWALS: u32 = 5;

/// Milliseconds between two notices of a download's progress to the pages.
const TELL_EVERY: f64 = 200.0;

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
/// fails for one video does not keep the others from theirs.
pub(super) async fn pump() -> Result<()> {
    warn_of(removal::sweep_orphans().await, "orphaned caches stay");
    warn_of(
        background::reconcile().await,
        "abandoned background fetches stay",
    );
    let rows = ledger::all().await?;
    warn_of(removal::sweep(&rows).await, "a removal is not complete");
    for row in rows {
        if row.transport == Transport::Worker && row.state.is_active() {
            start(&row.video.id)?;
        }
    }
    Ok(())
}

fn warn_of(outcome: Result<()>, what: &str) {
    if let Err(reason) = outcome {
        global::warn(&format!("{what}: {reason}"));
    }
}

/// Holds the event for as long as there is work that would end with it.
pub(super) async fn hold() -> Result<()> {
    let until = global::now() + HOLD;
    while global::now() < until {
        let due = removal::next_due().await?;
        let job = JOBS.with_borrow(|jobs| jobs.first().map(|job| job.task.clone()));
        if job.is_none() && due.is_none() {
            return Ok(());
        }
        let left = until - global::now();
        // Never quite nothing: a removal that is due may be under way in another event.
        let wait = due
            .map_or(left, |due| due - global::now())
            .clamp(SHORTEST_WAIT, left.max(SHORTEST_WAIT));
        match job {
            Some(job) => drop(job.within(wait).await),
            None => global::sleep(wait).await,
        }
        pump().await?;
    }
    Ok(())
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
    let outcome = download(&id, &stop).await;
    stop.now();
    let noted = note(&id, outcome).await;
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

/// Notes the outcome, unless the person has decided otherwise meanwhile.
async fn note(id: &str, outcome: Result<(), Failure>) -> Result<()> {
    match outcome {
        Err(Failure::Stopped) => {}
        Ok(()) => {
            ledger::update(id, |row| {
                if row.state.is_active() && row.is_complete() {
                    row.state = State::Stored;
                    row.alert = None;
                }
            })
            .await?;
            super::playback::forget();
        }
        Err(failure) => {
            let Some(row) = ledger::find(id).await? else {
                return Ok(());
            };
            let words = failure.words(&row).await;
            ledger::update(id, |row| {
                if row.state.is_active() {
                    row.state = State::Failed;
                    row.alert = Some(words);
                }
            })
            .await?;
        }
    }
    Ok(())
}

async fn download(id: &str, stop: &Stop) -> Result<(), Failure> {
    let begun = ledger::update(id, |row| {
        if row.state.is_active() {
            row.state = State::Downloading;
            row.alert = None;
        }
    });
    let Some(mut row) = begun.await?.filter(|row| row.state.is_active()) else {
        return Err(Failure::Stopped);
    };
    shell::store_page(id, Some(stop)).await?;
    if row.is_stream() {
        shell::store_player().await?;
    }
    let cache = cache::open(&names::video_cache(id)).await?;
    for _ in 0..RENEWALS {
        match files(&row, &cache, stop).await {
            Err(Failure::Outdated) => {}
            // A manifest and what it names are one: a change of either while the other was fetched shows
            // in the plan.
            Ok(()) if row.is_stream() => {
                let now = ledger::find(id).await?.ok_or(Failure::Stopped)?;
                if !plan::has_changed(&now).await {
                    return Ok(());
                }
            }
            outcome => return outcome,
        }
        row = plan::renew(id, &cache).await?;
    }
    Err(Failure::Unstable {
        url: global::absolute(&row.source),
    })
}

/// Fetches what a row's files lack.
async fn files(row: &Row, cache: &Cache, stop: &Stop) -> Result<(), Failure> {
    let progress = Progress::new(row.clone(), stop.clone());
    let stored = Entries::of(cache).await?;
    progress.audit(cache, &stored).await?;
    // Small files first: when the network goes, what is missing is a part of the media.
    let (media, small): (Vec<_>, Vec<_>) = progress
        .files()
        .into_iter()
        .enumerate()
        .filter(|(_, file)| !file.is_done())
        .partition(|(_, file)| file.planned.role == Role::Media);
    for (number, file) in small.into_iter().chain(media) {
        if stop.is_asked() {
            return Err(Failure::Stopped);
        }
        let place = Place {
            row,
            number,
            cache,
            stop,
        };
        match transfer::fetch(place, &file, &stored, &progress).await {
            Ok(file) => progress.finished(number, file).await?,
            Err(Failure::Network { .. } | Failure::Blocked { .. } | Failure::Status { .. })
                if !file.planned.role.is_essential() && !global::is_own(&file.planned.url) =>
            {
                progress.left_out(number).await?;
            }
            Err(failure) => return Err(failure),
        }
    }
    Ok(())
}

/// A row while its files arrive. The ledger follows it at most once a second, the pages a little
/// more often.
struct Progress {
    row: RefCell<Row>,
    stop: Stop,
    written: Cell<f64>,
    told: Cell<f64>,
}

impl Progress {
    fn new(row: Row, stop: Stop) -> Self {
        Progress {
            row: RefCell::new(row),
            stop,
            written: Cell::new(0.0),
            told: Cell::new(0.0),
        }
    }

    fn files(&self) -> Vec<FileRow> {
        self.row.borrow().files.clone()
    }

    /// Looks whether what counts as stored is there, and wants the rest anew: the browser may have
    /// given some of it up. A picture that was left out gets another chance.
    async fn audit(&self, cache: &Cache, stored: &Entries) -> Result<(), Failure> {
        let id = self.row.borrow().video.id.clone();
        for (number, file) in self.files().into_iter().enumerate() {
            let is_wanted = file.form == Form::LeftOut
                || file.form != Form::Partial && !stored.hold(&id, number, cache, &file).await?;
            if is_wanted {
                let mut row = self.row.borrow_mut();
                row.files[number] = FileRow {
                    form: Form::Partial,
                    received: 0,
                    ..file
                };
                row.note = None;
            }
        }
        Ok(())
    }

    /// Writes the files, and nothing that the person may have changed meanwhile.
    async fn write(&self) -> Result<(), Failure> {
        self.written.set(global::now());
        self.told.set(global::now());
        let (id, files, note) = {
            let row = self.row.borrow();
            (row.video.id.clone(), row.files.clone(), row.note.clone())
        };
        let written = ledger::update(&id, |row| {
            row.files = files;
            row.note = note;
        });
        written.await?.map(drop).ok_or(Failure::Stopped)
    }

    async fn finished(&self, number: usize, file: FileRow) -> Result<(), Failure> {
        self.row.borrow_mut().files[number] = file;
        self.write().await
    }

    async fn left_out(&self, number: usize) -> Result<(), Failure> {
        {
            let mut row = self.row.borrow_mut();
            let host = global::host(&row.files[number].planned.url);
            row.files[number].form = Form::LeftOut;
            row.note = Some(FileRow::left_out_note(&host));
        }
        self.write().await
    }
}

impl Witness for Progress {
    async fn identified(&self, number: usize, file: &FileRow) -> Result<(), Failure> {
        self.row.borrow_mut().files[number] = file.clone();
        self.write().await
    }

    async fn stored(&self, number: usize, bytes: u64) -> Result<(), Failure> {
        self.row.borrow_mut().files[number].received = bytes;
        let now = global::now();
        if now - self.written.get() > WRITE_EVERY {
            return self.write().await;
        }
        // A stopped job's row is behind what the person has decided since.
        if now - self.told.get() > TELL_EVERY && !self.stop.is_asked() {
            self.told.set(now);
            ledger::announce_row(&self.row.borrow());
        }
        Ok(())
    }
}
