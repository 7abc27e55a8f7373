//! What there is to download of a video: which source, which of its renditions, how large. Errors
//! are sentences for the person.

use std::collections::BTreeMap;

use media::ledger::{FileRow, Form};
use media::manifest::{self, Description, Kind, Presentation, Quality, Reading, Wish};
use media::plan::{self, FEW_FILES, PLAN_VERSION, Parts, PlannedRendition, PlannedStream};
use media::{OfflinePlan, PlannedFile, Role};

use crate::settings;
use crate::web::fetch::{self, Options};
use crate::web::video::{self, Video};
use crate::web::{dom, eme, global, media_source, page};
use crate::worker;

/// What there is to download, in one quality.
#[derive(Clone, Debug)]
pub(super) struct Offer {
    pub(super) video: media::Video,
    pub(super) source: String,
    /// The renditions of a stream, by id.
    pub(super) keep: Vec<String>,
    /// Such as `720p`, where there is a choice.
    pub(super) quality: Option<String>,
    pub(super) files: Vec<PlannedFile>,
    /// What the bit rates say of the size.
    pub(super) estimate: u64,
    /// Pictures on other origins that do not let us read them.
    pub(super) unreadable: Vec<String>,
}

impl Offer {
    /// The files as a new row has them.
    pub(super) fn rows(&self) -> Vec<FileRow> {
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
    pub(super) fn note(&self) -> Option<String> {
        let url = self.unreadable.first()?;
        Some(FileRow::left_out_note(&global::host(url)))
    }

    /// Bytes, and whether that is exact.
    pub(super) fn size(&self) -> (u64, bool) {
        let (known, exact) = plan::total_size(&self.files);
        (
            if exact {
                known
            } else {
                known.max(self.estimate)
            },
            exact,
        )
    }
}

/// What there is to download in the quality that is asked for, or else in the one that is set.
pub(super) async fn offer(id: &str, quality: Option<Quality>) -> Result<Offer, String> {
    let plan = read_plan(id).await?;
    let quality = match quality {
        Some(quality) => quality,
        None => settings::quality().await,
    };
    of_plan(&plan, quality)
}

/// The offers of all qualities that differ, from the smallest to the largest, and the one that is set.
pub(super) async fn offers(id: &str) -> Result<(Offer, Vec<(Quality, Offer)>), String> {
    let plan = read_plan(id).await?;
    let set = of_plan(&plan, settings::quality().await)?;
    let mut all: Vec<(Quality, Offer)> = Vec::new();
    for quality in [Quality::DataSaver, Quality::Standard, Quality::Best] {
        let offer = of_plan(&plan, quality)?;
        if all.iter().all(|(_, known)| known.keep != offer.keep) {
            all.push((quality, offer));
        }
    }
    Ok((set, all))
}

async fn read_plan(id: &str) -> Result<OfflinePlan, String> {
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
    let mut plan: OfflinePlan = media::json::parse(&text)
        .ok()
        .filter(|plan: &OfflinePlan| plan.version <= PLAN_VERSION)
        .ok_or("This page is older than the site. Reload the page, then press the button again.")?;
    // An encrypted file is a source only where its key can be used.
    let encryption = plan.video.encryption.as_mut();
    if let Some(encryption) = encryption.filter(|encryption| encryption.src.is_some()) {
        let configuration = encryption.media_key_system_config.as_ref();
        if !eme::can_unlock(configuration.unwrap_or(&serde_json::Value::Null)).await {
            encryption.src = None;
        }
    }
    for stream in &mut plan.streams {
        if stream.is_elsewhere() {
            read_stream(stream).await;
        }
    }
    Ok(plan)
}

/// The first source that this browser can play, with everything that belongs to it.
fn of_plan(plan: &OfflinePlan, quality: Quality) -> Result<Offer, String> {
    let proven = proven_file(plan);
    let mut reasons = Vec::new();
    for (source, kind) in plan.video.sources() {
        let mut offer = Offer {
            source: source.to_owned(),
            keep: Vec::new(),
            quality: None,
            files: Vec::new(),
            estimate: 0,
            unreadable: Vec::new(),
            video: plan.video.clone(),
        };
        if let Some(stream) = plan.stream(source) {
            match choose(stream, quality) {
                Ok(kept) => offer.keep_renditions(stream, &kept),
                Err(reason) => {
                    reasons.push(reason);
                    continue;
                }
            }
        } else if !proven
            .as_ref()
            .map_or_else(|| can_play(plan, source, kind), |proven| proven == source)
        {
            reasons.push(format!("This browser does not play {kind}."));
            continue;
        }
        offer.files = plan
            .files_for(&offer.source, &offer.keep)
            .unwrap_or_default();
        return Ok(offer);
    }
    Err(format!(
        "“{}” cannot be made available offline in this browser. {}",
        plan.video.title,
        reasons.join(" ")
    ))
}

/// Whether this browser plays a single file, which may be an encrypted one.
fn can_play(plan: &OfflinePlan, source: &str, kind: &str) -> bool {
    let encryption = plan.video.encryption.as_ref();
    let is_encrypted = encryption.is_some_and(|known| known.src.as_deref() == Some(source));
    if is_encrypted {
        media_source::takes(kind)
    } else {
        video::can_play(kind)
    }
}

impl Offer {
    fn keep_renditions(&mut self, stream: &PlannedStream, kept: &[&PlannedRendition]) {
        self.source.clone_from(&stream.manifest);
        self.keep = kept
            .iter()
            .map(|rendition| rendition.description.id.clone())
            .collect();
        let bits: u64 = kept
            .iter()
            .map(|rendition| rendition.description.bandwidth)
            .sum();
        self.estimate = estimated_bytes(bits, stream.duration);
        let pictures = stream
            .renditions
            .iter()
            .filter(|rendition| rendition.description.kind == Kind::Video);
        let heights = pictures.map(|rendition| lines(&rendition.description));
        let has_choice = heights.clone().max() != heights.min();
        let picture = kept
            .iter()
            .find(|rendition| rendition.description.kind == Kind::Video);
        self.quality = picture
            .map(|rendition| lines(&rendition.description))
            .filter(|lines| has_choice && *lines > 0)
            .map(|lines| format!("{lines}p"));
    }
}

/// The number that a picture's quality is called by: its height, or its width where it stands upright.
fn lines(description: &Description) -> u32 {
    if description.width == 0 {
        description.height
    } else {
        description.height.min(description.width)
    }
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "an estimate, and casts saturate"
)]
fn estimated_bytes(bits_per_second: u64, seconds: f64) -> u64 {
    (bits_per_second as f64 * seconds / 8.0) as u64
}

/// The renditions to keep of a stream.
fn choose(stream: &PlannedStream, quality: Quality) -> Result<Vec<&PlannedRendition>, String> {
    if let Some(reason) = &stream.refused {
        return Err(reason.clone());
    }
    if !media_source::is_supported() {
        return Err("This browser does not play streams.".to_owned());
    }
    let languages = page::languages();
    let wish = Wish {
        quality,
        languages: &languages,
    };
    let renditions = stream.renditions.iter();
    let kept = manifest::choose(
        renditions.map(|rendition| &rendition.description),
        &wish,
        &plays,
    )
    .map_err(|reason| reason.to_string())?;
    Ok(kept
        .into_iter()
        .filter_map(|number| stream.renditions.get(number))
        .collect())
}

fn plays(description: &Description) -> bool {
    // MPEG-2 transport streams and bare audio are put into MP4 by the player.
    let container = match description.kind {
        Kind::Audio => "audio/mp4",
        _ => "video/mp4",
    };
    let kind = if description.mime.ends_with("/mp4") || description.mime.ends_with("/webm") {
        description.mime.as_str()
    } else {
        container
    };
    description.codecs.is_empty()
        || media_source::takes(&format!("{kind}; codecs=\"{}\"", description.codecs))
}

/// The single file that the page's own player has proven to play, if it has.
fn proven_file(plan: &OfflinePlan) -> Option<String> {
    let own_page = global::own_path(&global::here()).is_some_and(|path| path == plan.video.page());
    let proven = dom::find("[data-player] video")
        .filter(|_| own_page)
        .as_ref()
        .and_then(Video::of)
        .and_then(|video| video.proven_source())?;
    let mut sources = plan.video.files();
    let source = sources.find(|source| global::absolute(&source.src) == proven)?;
    Some(source.src.clone())
}

/// Reads a manifest of another host, and what it names. A reason not to store it takes the place of
/// its renditions.
async fn read_stream(stream: &mut PlannedStream) {
    let root = stream.manifest.clone();
    match presentation(&root).await {
        Ok(presentation) if presentation.unfinished => {
            stream.refused = Some("It is live, or not finished yet.".to_owned());
        }
        Ok(presentation) => {
            stream.duration = presentation.duration.unwrap_or_default();
            stream.documents = presentation
                .documents
                .iter()
                .map(|url| PlannedFile::new(url, Role::Manifest))
                .collect();
            stream.renditions = presentation
                .renditions
                .iter()
                .map(|found| planned(&root, found))
                .collect();
        }
        Err(reason) => stream.refused = Some(reason),
    }
}

async fn presentation(root: &str) -> Result<Presentation, String> {
    let mut documents = BTreeMap::new();
    let mut wanted = vec![root.to_owned()];
    loop {
        for url in wanted {
            let answer = fetch::fetch(&url, Options::default()).await;
            let Ok(response) = answer else {
                let failure = worker::closed_or_down(&url).await;
                return Err(failure.words_of_host());
            };
            if !response.is_ok() {
                let (host, status) = (global::host(&url), response.status());
                return Err(format!(
                    "{host} does not give its manifest (status {status})."
                ));
            }
            let bytes = response
                .bytes()
                .await
                .map_err(|reason| reason.to_string())?;
            documents.insert(url, bytes.to_vec());
        }
        match manifest::read(root, &documents).map_err(|error| error.to_string())? {
            Reading::Whole(presentation) => return Ok(presentation),
            Reading::Wants(more) => wanted = more,
        }
    }
}

fn planned(root: &str, rendition: &manifest::Rendition) -> PlannedRendition {
    let urls = rendition.urls();
    let files = if urls.len() > FEW_FILES {
        let mut name =
            PlannedFile::new(&format!("{root}#{}", rendition.description.id), Role::Media);
        name.parts = Parts::new(&urls, Vec::new());
        vec![name]
    } else {
        urls.iter()
            .map(|url| PlannedFile::new(url, Role::Media))
            .collect()
    };
    PlannedRendition {
        description: rendition.description.clone(),
        files,
    }
}
