//! The person's settings, in IndexedDB: the worker can read them there, and they outlive a browser
//! that is killed soon after the write, which `localStorage` does not.

use media::manifest::Quality;

use crate::command::Notice;
use crate::ledger;
use crate::web::database::{self, Change, Store};
use crate::web::error::Result;

/// What can be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Setting {
    /// Use Background Fetch: `on` unless `off`.
    Background,
    /// List stored videos only: `off` unless `on`.
    StoredOnly,
    /// `system`, `light` or `dark`.
    Theme,
    /// `data-saver`, `standard` or `best`.
    Quality,
    /// Download on unmetered connections only: `on` unless `off`.
    Unmetered,
    /// Remove videos once they were watched to the end: `off` unless `on`.
    RemoveWatched,
}

impl Setting {
    pub(crate) const ALL: [Setting; 6] = [
        Setting::Background,
        Setting::StoredOnly,
        Setting::Theme,
        Setting::Quality,
        Setting::Unmetered,
        Setting::RemoveWatched,
    ];

    /// Its name in the database and in `data-setting`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Setting::Background => "background",
            Setting::StoredOnly => "stored-only",
            Setting::Theme => "theme",
            Setting::Quality => "quality",
            Setting::Unmetered => "unmetered",
            Setting::RemoveWatched => "remove-watched",
        }
    }

    fn default(self) -> &'static str {
        match self {
            Setting::Background | Setting::Unmetered => "on",
            Setting::StoredOnly | Setting::RemoveWatched => "off",
            Setting::Theme => "system",
            Setting::Quality => "standard",
        }
    }

    /// Whether it is one of several values rather than a switch.
    pub(crate) fn is_choice(self) -> bool {
        matches!(self, Setting::Theme | Setting::Quality)
    }
}

/// The value in force.
pub(crate) async fn read(setting: Setting) -> Result<String> {
    Ok(database::read(Store::Settings, setting.name())
        .await?
        .unwrap_or_else(|| setting.default().to_owned()))
}

/// Whether a switch is on.
pub(crate) async fn is_on(setting: Setting) -> Result<bool> {
    Ok(read(setting).await? == "on")
}

/// Sets a value and tells all tabs.
pub(crate) async fn write(setting: Setting, value: &str) -> Result<()> {
    database::change(Store::Settings, setting.name(), &mut |_| {
        Change::Write(value.to_owned())
    })
    .await?;
    ledger::announce(&Notice::Settings);
    Ok(())
}

/// The quality in which streams are downloaded.
pub(crate) async fn quality() -> Quality {
    match read(Setting::Quality).await.as_deref() {
        Ok("data-saver") => Quality::DataSaver,
        Ok("best") => Quality::Best,
        _ => Quality::Standard,
    }
}
