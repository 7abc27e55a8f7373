//! From the press of the button to a row in the ledger: which source, how large, is there room, and
//! which transport. Errors are sentences for the person.

use media::ledger::{FileRow, Form, LEDGER_VERSION, Row, State, Transport};
use media::plan::{self, PLAN_VERSION};
use media::{OfflinePlan, PlannedFile, Role, names, text};

use super::state;
use crate::command::Command;
use crate::ledger;
use crate::settings::{self, Setting};
use crate::web::background_fetch::{self, Icon};
use crate::web::error::{Error, Result};
use crate::web::fetch::{self, Options, Response, Stop};
use crate::web::video::{self, Video};
use crate::web::{dom, global, storage};
use crate::worker;

/// How long other origins may take to say how large their files are. Between the press and the start
/// of a background fetch may lie ten seconds.
const SIZES_WITHIN: f64 = 5_000.0;

/// How often a video that is just being removed is looked at again, each time after a tenth of a
/// second.
const REMOVAL_LOOKS: u32 = 100;

/// What there is to download.
#[derive(Clone, Debug)]
pub(super) struct Offer {
    plan: OfflinePlan,
    source: String,
    files: Vec<PlannedFile>,
    /// Pictures on other origins that do not let us read them.
    unreadable: Vec<String>,
}

impl Offer {
    /// The files as a new row has them.
    fn rows(&self) -> Vec<FileRow> {
        let row = |file: &PlannedFile| {
            let mut row = FileRow::from(file.clone());
            if self.unreadable.contains(&file.url) {
                row.form = Form::LeftOut;
            }
            row
        };
        self.files.iter().map(row).collect()
    }

    /// What is said of the pictures that are left out.
    fn note(&self) -> Option<String> {
        let url = self.unreadable.first()?;
        Some(FileRow::left_out_note(&global::host(url)))
    }

    /// Bytes, and whether that is exact.
    pub(super) fn size(&self) -> (u64, bool) {
        plan::total_size(&self.files)
    }
}

/// Reads a video's plan and chooses the source that this browser can play.
pub(super) async fn offer(id: &str) -> Result<Offer, String> {
    let path = format!("/{id}/offline.json");
    let unreachable = || {
        "This site cannot be reached at the moment. Check the connection, then press Try again."
            .to_owned()
    };
    let response = fetch::fetch(&path, Options::default())
        .await
        .map_err(|_| unreachable())?;
    if !response.is_ok() {
        let status = response.status();
        return Err(format!(
            "This site did not say what to download (status {status} for {path}). Reload the page, then press Try again."
        ));
    }
    let text = response.text().await.map_err(|_| unreachable())?;
    let plan: OfflinePlan = serde_json::from_str(&text)
        .ok()
        .filter(|plan: &OfflinePlan| plan.version <= PLAN_VERSION)
        .ok_or("This page is older than the site. Reload the page, then press the button again.")?;
    let source = playable(&plan).ok_or_else(|| {
        let kinds: Vec<&str> = plan
            .file_sources()
            .map(|source| source.r#type.as_str())
            .collect();
        format!(
            "This browser plays none of this video's formats ({}). Try another browser.",
            kinds.join(", ")
        )
    })?;
    let files = plan.files_for(&source);
    Ok(Offer {
        source,
        files,
        plan,
        unreadable: Vec::new(),
    })
}

/// The first source that this browser can play; the one that the page's own player has proven, if it
/// has proven one.
fn playable(plan: &OfflinePlan) -> Option<String> {
    let own_page = global::own_path(&global::here()).is_some_and(|path| path == plan.video.page());
    let proven = dom::find("[data-player] video")
        .filter(|_| own_page)
        .as_ref()
        .and_then(Video::of)
        .and_then(|video| video.proven_source());
    let proven = proven.and_then(|url| {
        plan.file_sources()
            .find(|source| global::absolute(&source.src) == url)
    });
    proven
        .or_else(|| {
            plan.file_sources()
                .find(|source| video::can_play(&source.r#type))
        })
        .map(|source| source.src.clone())
}

/// Begins to download a video.
pub(super) async fn begin(id: &str) -> Result<(), String> {
    let mut offer = offer(id).await?;
    ask_sizes(&mut offer).await?;
    let (total, exact) = offer.size();
    let room = storage::estimate().await;
    if let Some(room) = room.filter(|room| room.free() < total) {
        return Err(format!(
            "There is not enough room: “{}” needs {}, and {} are free for this site. Remove other downloads or free space on this device, then press Try again.",
            offer.plan.video.title,
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
        video: offer.plan.video.clone(),
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
        files: offer.rows(),
        added: global::now(),
        alert: None,
        note: offer.note(),
        removal: None,
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
        .map(|file| global::absolute(&file.planned.url))
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

/// Asks other origins for what the plan cannot know. An origin that does not let us read its media
/// is told at once, before anything is fetched; a picture that cannot be read is left out.
async fn ask_sizes(offer: &mut Offer) -> Result<(), String> {
    let probes: Vec<_> = offer
        .files
        .iter()
        .map(|file| {
            let unknown = file.size.is_none() && !global::is_own(&file.url);
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
                return Err(failure.words_before(&offer.plan.video.title));
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
