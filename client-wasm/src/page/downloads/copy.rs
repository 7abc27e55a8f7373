//! **Save a copy**: a stored file as one of the person's own files.

use std::cell::RefCell;

use media::ledger::State;
use media::names;

use super::super::{control, state};
use crate::web::fetch::{self, Options};
use crate::web::{global, page};

thread_local! {
    /// What is to be said of the copies, by the ids of their videos.
    static SAID: RefCell<Vec<(String, String)>> = const { RefCell::new(Vec::new()) };
}

/// What is to be said of a video's copy.
pub(in crate::page) fn note(id: &str) -> Option<String> {
    SAID.with_borrow(|said| {
        let mut said = said.iter();
        said.find(|(known, _)| known == id)
            .map(|(_, words)| words.clone())
    })
}

fn say(id: &str, words: String) {
    SAID.with_borrow_mut(|said| {
        said.retain(|(known, _)| known != id);
        said.push((id.to_owned(), words));
    });
    control::show(id);
}

/// Hands a stored file to the browser as a download of its own.
pub(in crate::page) fn save(id: String) {
    global::spawn(async move {
        say(&id, "Preparing the copy.".to_owned());
        let words = match copy(&id).await {
            Ok(name) => format!("The browser saves the copy as “{name}”."),
            Err(reason) => format!("The copy could not be made: {reason}."),
        };
        say(&id, words);
    });
}

/// Returns the file's name.
async fn copy(id: &str) -> Result<String, String> {
    let video = state::get(id).filter(|video| video.state == State::Stored);
    let video = video.ok_or("the video is not on this device any more")?;
    // The worker answers; nothing of it comes from the network.
    let url = names::from_device(&global::absolute(&video.source));
    let response = fetch::fetch(&url, Options::default())
        .await
        .map_err(|reason| reason.to_string())?;
    if !response.is_ok() {
        return Err(format!(
            "its file answers with status {}",
            response.status()
        ));
    }
    let name = names::copy_name(&video.title, &video.source);
    page::save(&response, &name)
        .await
        .map_err(|reason| reason.to_string())?;
    Ok(name)
}
