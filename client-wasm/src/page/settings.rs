//! The settings page, and the settings' effect on every page. A change is in force at once, in all
//! tabs.

use std::cell::Cell;

use super::listing;
use crate::settings::{self, Setting};
use crate::web::background_fetch;
use crate::web::dom::{self, Element};
use crate::web::error::Result;
use crate::web::{connection, global, page};

thread_local! {
    static STORED_ONLY: Cell<bool> = const { Cell::new(false) };
    static UNMETERED_ONLY: Cell<bool> = const { Cell::new(false) };
}

/// Whether lists show stored videos only.
pub(super) fn stored_only() -> bool {
    STORED_ONLY.get()
}

/// Whether metered connections are to be spared.
pub(super) fn unmetered_only() -> bool {
    UNMETERED_ONLY.get()
}

/// Why a setting has no effect in this browser, if so.
fn obstacle(setting: Setting) -> Option<&'static str> {
    match setting {
        Setting::Background if !background_fetch::is_supported() => Some(
            "This browser has no Background Fetch, so downloads go on while a page of this site is open.",
        ),
        Setting::Unmetered if connection::is_metered().is_none() => {
            Some("This browser does not tell whether a connection is metered.")
        }
        _ => None,
    }
}

fn inputs(setting: Setting) -> Vec<Element> {
    dom::find_all(&format!("[data-setting={}]", setting.name()))
}

/// Makes the settings page work, and applies what is set.
pub(super) async fn start() -> Result<()> {
    for setting in Setting::ALL {
        for input in inputs(setting) {
            let control = input.clone();
            input.on("change", move || {
                let value = match (setting.is_choice(), control.is_checked()) {
                    (true, _) => control.attribute("value").unwrap_or_default(),
                    (_, true) => "on".to_owned(),
                    (_, false) => "off".to_owned(),
                };
                global::spawn(change(setting, value));
            });
        }
    }
    apply().await;
    // Not before they show what is set: a press would be taken for the opposite.
    for setting in Setting::ALL {
        let obstacle = obstacle(setting);
        if let Some(words) = obstacle {
            note(setting, words);
        }
        for input in inputs(setting) {
            input.set_enabled(obstacle.is_none());
        }
    }
    Ok(())
}

async fn change(setting: Setting, value: String) {
    if let Err(reason) = settings::write(setting, &value).await {
        note(
            setting,
            &format!("The setting could not be kept: {reason}. Reload the page, then try again."),
        );
    }
    apply().await;
    listing::show();
}

fn note(setting: Setting, words: &str) {
    if let Some(line) = dom::find(&format!("[data-setting-note={}]", setting.name())) {
        line.set_text(words);
    }
}

/// Says on the settings page why downloads are not to be had here.
pub(super) fn explain_missing(reason: &str) {
    note(
        Setting::Background,
        &format!("Videos cannot be made available offline here: {reason}."),
    );
}

/// Puts the settings in force on this page.
pub(super) async fn apply() {
    for setting in Setting::ALL {
        let Ok(value) = settings::read(setting).await else {
            continue;
        };
        match setting {
            Setting::StoredOnly => STORED_ONLY.set(value == "on"),
            Setting::Theme => apply_theme(&value),
            Setting::Unmetered => UNMETERED_ONLY.set(value == "on"),
            Setting::Background | Setting::Quality | Setting::RemoveWatched => {}
        }
        let off_for_good = obstacle(setting).is_some();
        for input in inputs(setting) {
            let named = input.attribute("value").is_some_and(|own| own == value);
            input.set_checked(if setting.is_choice() {
                named
            } else {
                value == "on" && !off_for_good
            });
        }
    }
}

fn apply_theme(theme: &str) {
    page::mirror_theme(theme);
    let Some(root) = dom::root() else { return };
    if theme == "system" {
        root.remove_attribute("data-theme")
    } else {
        root.set_attribute("data-theme", theme)
    }
}
