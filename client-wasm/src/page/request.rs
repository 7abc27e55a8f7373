//! From the press of the button to a row in the ledger: is there room, may this connection be used, and
//! which transport. Errors are sentences for the person.

use media::ledger::{LEDGER_VERSION, Row, State, Transport};
use media::manifest::Quality;
use media::{PlannedFile, Role};

use super::metered::{self, Answer};
use super::offer::{Offer, offer};
use super::{room, state};
use crate::command::Command;
use crate::ledger;
use crate::settings::{self, Setting};
use crate::web::background_fetch::{self, Icon};
use crate::web::error::{Error, Result};
use crate::web::fetch::{self, Options, Response, Stop};
use crate::web::{global, storage};
use crate::worker;

/// How long other origins may take to say how large their files are. Between the press and the start
/// of a background fetch may lie ten seconds.
const SIZES_WITHIN: f64 = 5_000.0;

/// How often a video that is just being removed is looked at again, each time after a tenth of a
/// second.
const REMOVAL_LOOKS: u32 = 100;

/// Why a download does not begin.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    /// Sentences for the person.
    pub(super) words: String,
    /// Whether removing other downloads would help.
    pub(super) is_of_room: bool,
}

impl From<String> for Refusal {
    fn from(words: String) -> Self {
        Refusal {
            words,
            is_of_room: false,
        }
    }
}

/// What there is to download of a video, and how much that is.
#[derive(Debug)]
pub(super) struct Prepared {
    offer: Offer,
    pub(super) total: u64,
    pub(super) is_exact: bool,
}

impl Prepared {
    pub(super) async fn of(id: &str, quality: Option<Quality>) -> Result<Self, String> {
        let mut offer = offer(id, quality).await?;
        ask_sizes(&mut offer).await?;
        let (total, is_exact) = offer.size();
        Ok(Prepared {
            offer,
            total,
            is_exact,
        })
    }

    /// A row for the worker's own transport. Those that are added earlier come first.
    pub(super) fn row(&self, added: f64, metered: bool) -> Row {
        let offer = &self.offer;
        Row {
            version: LEDGER_VERSION,
            video: offer.video.clone(),
            state: State::Queued,
            transport: Transport::Worker,
            source: offer.source.clone(),
            keep: offer.keep.clone(),
            quality: offer.quality.clone(),
            estimate: if self.is_exact { 0 } else { offer.estimate },
            files: offer.rows(),
            added,
            alert: None,
            note: offer.note(),
            removal: None,
            retry: None,
            metered,
            newer: false,
            unchecked: false,
        }
    }
}

/// Begins to download a video.
pub(super) async fn begin(id: &str, quality: Option<Quality>) -> Result<(), Refusal> {
    let prepared = Prepared::of(id, quality).await?;
    let total = prepared.total;
    let title = &prepared.offer.video.title;
    let free = room::check(&format!("“{title}” needs"), total).await?;
    let answer = metered::ask(&format!("“{title}”"), total).await;
    if answer == Answer::Cancel {
        return Ok(());
    }
    // Firefox asks the person; the download does not wait for the answer.
    global::spawn(async {
        storage::persist().await;
    });
    let mut row = prepared.row(global::now(), answer == Answer::Now);
    // The browser keeps its own copy until its last event ends.
    let has_double_room = free.is_none_or(|free| free / 2 > total);
    let wanted = settings::is_on(Setting::Background).await.unwrap_or(false);
    let in_background =
        wanted && answer != Answer::Wait && background_fetch::is_supported() && has_double_room;
    if in_background {
        row.state = State::Downloading;
        row.transport = Transport::Background;
    }
    if !write(&row).await? {
        return Ok(());
    }
    if in_background {
        if start_background_fetch(&row, if prepared.is_exact { total } else { 0 })
            .await
            .is_ok()
        {
            state::follow_background_fetches().await;
            state::send(&Command::Begun { id: id.to_owned() });
            return Ok(());
        }
        // Whatever the browser's reason, the worker's own transport does the same.
        let moved = ledger::update(id, |row| row.transport = Transport::Worker).await;
        if let Ok(Some(row)) = moved
            && let Some(summary) = row.summary(global::now())
        {
            state::put(summary);
        }
    }
    state::send(&Command::Start);
    Ok(())
}

/// Writes a new row; `false` where another tab was quicker.
pub(super) async fn write(row: &Row) -> Result<bool, String> {
    let created = create(row).await.map_err(|reason| {
        format!(
            "This browser could not note the download: {reason}. Reload the page, then try again."
        )
    })?;
    if !created {
        state::load().await.map_err(|reason| reason.to_string())?;
    } else if let Some(summary) = row.summary(global::now()) {
        state::put(summary);
    }
    Ok(created)
}

/// Writes the row, once the video's last removal is complete.
async fn create(row: &Row) -> Result<bool> {
    for _ in 0..REMOVAL_LOOKS {
        if ledger::create(row).await? {
            return Ok(true);
        }
        match ledger::find(&row.video.id).await? {
            Some(old) if old.is_due(global::now()) => {
                state::send(&Command::Beat);
                global::sleep(100.0).await;
            }
            Some(_) => return Ok(false),
            None => {}
        }
    }
    Err(Error::other("its last removal does not end"))
}

async fn start_background_fetch(row: &Row, total: u64) -> Result<()> {
    let worker = state::worker().ok_or_else(|| Error::other("no worker yet"))?;
    let urls: Vec<String> = row
        .files
        .iter()
        .filter(|file| !file.is_done())
        .flat_map(|file| addresses(&file.planned))
        .collect();
    let artwork = row.video.media_session_artwork.iter();
    let icons: Vec<Icon<'_>> = artwork
        .map(|picture| Icon {
            src: &picture.src,
            sizes: picture.sizes.as_deref(),
            r#type: picture.r#type.as_deref(),
        })
        .collect();
    let id = row.background_fetch_id();
    worker
        .start_background_fetch(&id, &urls, &row.video.title, &icons, total)
        .await
}

/// What a browser fetches of a file: its parts where nobody has them as one.
fn addresses(file: &PlannedFile) -> Vec<String> {
    if file.parts.is_empty() || file.parts.are_bundled() {
        vec![global::absolute(&file.url)]
    } else {
        worker::addresses(&file.parts)
    }
}

/// Asks other origins for what the plan cannot know. An origin that does not let us read its media
/// is told at once, before anything is fetched; a picture that cannot be read is left out.
async fn ask_sizes(offer: &mut Offer) -> Result<(), String> {
    let probes: Vec<_> = offer
        .files
        .iter()
        .map(|file| {
            let unknown =
                file.size.is_none() && file.parts.is_empty() && !global::is_own(&file.url);
            unknown.then(|| global::Task::start(probe(file.url.clone())))
        })
        .collect();
    let until = global::now() + SIZES_WITHIN;
    for (file, task) in offer.files.iter_mut().zip(probes) {
        let Some(task) = task else { continue };
        match task.within((until - global::now()).max(0.0)).await {
            Some(Ok(response)) if response.is_ok() => {
                let size = response.content_length();
                file.size = size.filter(|_| file.role == Role::Media);
                file.etag = response.header("etag");
                file.last_modified = response.header("last-modified");
            }
            Some(Err(Error::Network(_))) if !file.role.is_essential() => {
                offer.unreadable.push(file.url.clone());
            }
            Some(Err(Error::Network(_))) if global::is_online() => {
                let failure = worker::closed_or_down(&file.url).await;
                return Err(failure.words_before(&offer.video.title));
            }
            // Slow, or an answer without the file: the download itself will show.
            _ => {}
        }
    }
    Ok(())
}

/// The headers of a file's answer. Not by HEAD: many a server's CORS rules name GET alone.
async fn probe(url: String) -> Result<Response> {
    let stop = Stop::new()?;
    let options = Options {
        stop: Some(&stop),
        ..Options::default()
    };
    let answer = fetch::fetch(&url, options).await;
    stop.now();
    answer
}
