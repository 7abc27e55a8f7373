//! One video's download: its page, its files, and what becomes of it.

use std::cell::{Cell, RefCell};

use media::ledger::{FileRow, Form, Row, State};
use media::retry::Retry;
use media::{Role, names};

use super::failure::Failure;
use super::transfer::{self, Entries, Place, Witness};
use super::{plan, playback, shell};
use crate::ledger;
use crate::web::cache::{self, Cache};
use crate::web::error::Result;
use crate::web::fetch::Stop;
use crate::web::global;

/// Milliseconds between two writes of a download's progress to the ledger.
const WRITE_EVERY: f64 = 1_000.0;

/// How often a video may turn out to have changed while it is fetched before we give up.
const RENEWALS: u32 = 5;

/// Milliseconds between two notices of a download's progress to the pages.
const TELL_EVERY: f64 = 200.0;

/// Fetches what a video lacks, and notes what came of it.
pub(super) async fn run(id: &str, stop: &Stop) -> Result<()> {
    match download(id, stop).await {
        Err(Failure::Stopped) => Ok(()),
        Err(failure) => note_failure(id, &failure).await,
        Ok(()) => {
            ledger::update(id, |row| {
                if row.is_wanted() && row.is_complete() {
                    row.state = State::Stored;
                    row.alert = None;
                    row.retry = None;
                    row.newer = false;
                }
            })
            .await?;
            playback::forget();
            Ok(())
        }
    }
}

/// Notes a failure, unless the person has decided otherwise meanwhile. What may pass is tried again; the
/// person hears of it when that has not helped for a while.
pub(super) async fn note_failure(id: &str, failure: &Failure) -> Result<()> {
    let Some(row) = ledger::find(id).await? else {
        return Ok(());
    };
    // Without a network there is nothing to try.
    let waits_for_network = matches!(failure, Failure::Network { .. }) && !global::is_online();
    let retry = failure
        .passes()
        .filter(|_| !waits_for_network)
        .map(|least| Retry::after(row.retry, global::now(), global::random(), least));
    let is_quiet = waits_for_network || retry.is_some_and(|retry| !retry.is_stubborn());
    let words = failure.words(&row, retry.is_some()).await;
    ledger::update(id, |row| {
        if !row.is_wanted() {
            return;
        }
        row.retry = retry;
        (row.state, row.alert) = if *failure == Failure::Full {
            (State::Paused, Some(words))
        } else if is_quiet {
            (State::Queued, None)
        } else {
            (State::Failed, Some(words))
        };
    })
    .await
    .map(drop)
}

async fn download(id: &str, stop: &Stop) -> Result<(), Failure> {
    let begun = ledger::update(id, |row| {
        // What is tried again shows its trouble until there is something better to show.
        if row.state.is_active() && row.retry.is_none() {
            row.state = State::Downloading;
            row.alert = None;
        }
    });
    let Some(mut row) = begun.await?.filter(Row::is_wanted) else {
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
            // The file is not what the plan says: is the plan an old one?
            Err(Failure::Wrong { url }) => {
                let now = ledger::find(id).await?.ok_or(Failure::Stopped)?;
                if !plan::has_changed(&now).await {
                    return Err(Failure::Wrong { url });
                }
            }
            // What changed on the site while it was fetched shows in the plan: a manifest and what it names
            // are one, and a file may have been written while it was sent.
            Ok(()) => {
                let now = ledger::find(id).await?.ok_or(Failure::Stopped)?;
                let has_changed = plan::compare(&now).await;
                if has_changed.is_none() {
                    // The site does not answer any more: the next start compares.
                    ledger::update(id, |row| row.unchecked = true).await?;
                }
                if has_changed != Some(true) {
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
    progress.audit(&stored);
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
            Err(
                Failure::Network { .. }
                | Failure::Blocked { .. }
                | Failure::Status { .. }
                | Failure::Wrong { .. },
            ) if !file.planned.role.is_essential() && !global::is_own(&file.planned.url) => {
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
    fn audit(&self, stored: &Entries) {
        let mut row = self.row.borrow_mut();
        let id = row.video.id.clone();
        let mut has_left_out = false;
        for (number, file) in row.files.iter_mut().enumerate() {
            has_left_out |= file.form == Form::LeftOut;
            let is_wanted = file.form == Form::LeftOut
                || file.form != Form::Partial && !stored.hold(&id, number, file);
            if is_wanted {
                file.form = Form::Partial;
                file.received = 0;
            }
        }
        if has_left_out {
            row.note = None;
        }
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

    /// Something arrived: the trouble is over.
    async fn recovered(&self) -> Result<(), Failure> {
        let id = {
            let mut row = self.row.borrow_mut();
            if row.retry.take().is_none() {
                return Ok(());
            }
            row.state = State::Downloading;
            row.alert = None;
            row.video.id.clone()
        };
        ledger::update(&id, |row| {
            if row.is_wanted() {
                row.retry = None;
                row.state = State::Downloading;
                row.alert = None;
            }
        })
        .await?;
        Ok(())
    }

    async fn finished(&self, number: usize, file: FileRow) -> Result<(), Failure> {
        self.recovered().await?;
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
        let before = {
            let mut row = self.row.borrow_mut();
            std::mem::replace(&mut row.files[number].received, bytes)
        };
        if bytes > before {
            self.recovered().await?;
        }
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
