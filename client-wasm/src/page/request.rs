//! From the press of the button to a row in the ledger: is there room, and which transport. Errors
//! are sentences for the person.

use media::ledger::{LEDGER_VERSION, Row, State, Transport};
use media::manifest::Quality;
use media::{PlannedFile, Role, names, text};

use super::offer::{Offer, offer};
use super::state;
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

/// Begins to download a video.
pub(super) async fn begin(id: &str, quality: Option<Quality>) -> Result<(), String> {
    let mut offer = offer(id, quality).await?;
    ask_sizes(&mut offer).await?;
    let (total, exact) = offer.size();
    let room = storage::estimate().await;
    if let Some(room) = room.filter(|room| room.free() < total) {
        return Err(format!(
            "There is not enough room: “{}” needs {}, and {} are free for this site. Remove other downloads or free space on this device, then press Try again.",
            offer.video.title,
            text::bytes(total),
            text::bytes(room.free())
        ));
    }
    // Firefox asks the person; the download does not wait for the answer.
    global::spawn(async {
        storage::persist().await;
    });
    // The browser keeps its own copy until its last event ends.
    let has_double_room = room.is_none_or(|room| room.free() / 2 > total);
    let wanted = settings::is_on(Setting::Background).await.unwrap_or(false);
    let in_background = wanted && background_fetch::is_supported() && has_double_room;
    let row = Row {
        version: LEDGER_VERSION,
        video: offer.video.clone(),
        state: if in_background {
            State::Downloading
        } else {
            State::Queued
        },
        transport: if in_background {
            Transport::Background
        } else {
            Transport::Worker
        },
        source: offer.source.clone(),
        keep: offer.keep.clone(),
        quality: offer.quality.clone(),
        estimate: if exact { 0 } else { offer.estimate },
        files: offer.rows(),
        added: global::now(),
        alert: None,
        note: offer.note(),
        removal: None,
        retry: None,
        metered: false,
        newer: false,
        unchecked: false,
    };
    if !create(&row).await.map_err(|reason| {
        format!(
            "This browser could not note the download: {reason}. Reload the page, then try again."
        )
    })? {
        // Another tab was quicker.
        return state::load().await.map_err(|reason| reason.to_string());
    }
    if let Some(summary) = row.summary(global::now()) {
        state::put(summary);
    }
    if in_background {
        if start_background_fetch(&row, if exact { total } else { 0 })
            .await
            .is_ok()
        {
            state::follow_background_fetches().await;
            // Where this fails, the worker does it when the files are there.
            let _ = worker::store_page(id, None).await;
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
    let id = names::background_fetch_id(&row.video.id);
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
