//! Why a download stopped, and how that is said: what happened, to what, what to do.

use media::ledger::Row;
use media::retry::retry_after;
use media::text;

use crate::web::error::Error;
use crate::web::fetch::Response;
use crate::web::{global, storage};

/// Why a download stopped.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Failure {
    /// On purpose: paused, cancelled, removed.
    Stopped,
    /// No answer, or one that broke off.
    Network { url: String },
    /// An answer that this site may not read.
    Blocked { url: String },
    /// An answer without the file, and the milliseconds to wait that came with it.
    Status {
        url: String,
        status: u16,
        least: Option<f64>,
    },
    /// An answer that is not the file that the plan speaks of.
    Wrong { url: String },
    /// A file that is not the plan's: the plan is to be read again.
    Outdated,
    /// A manifest that cannot be stored.
    Manifest { url: String, reason: String },
    /// A file that is another one at each request.
    Unstable { url: String },
    /// No room.
    Full,
    /// The browser's own storage failed.
    Storage(String),
}

impl From<Error> for Failure {
    /// For calls into the browser's storage; requests name their address themselves.
    fn from(error: Error) -> Self {
        match error {
            Error::Aborted => Failure::Stopped,
            Error::Quota => Failure::Full,
            other => Failure::Storage(other.to_string()),
        }
    }
}

impl Failure {
    /// The failure of a request or of its body.
    pub(crate) fn of_request(error: Error, url: &str) -> Self {
        match error {
            Error::Aborted => Failure::Stopped,
            Error::Quota => Failure::Full,
            _ => Failure::Network {
                url: url.to_owned(),
            },
        }
    }

    /// An answer with another status than was hoped for.
    pub(crate) fn of_status(url: &str, response: &Response) -> Self {
        let header = response.header("retry-after");
        let until = |date: &str| global::parse_date(date).map(|date| date - global::now());
        Failure::Status {
            url: url.to_owned(),
            status: response.status(),
            least: header.and_then(|header| retry_after(&header, until)),
        }
    }

    /// How many milliseconds to wait at least before another attempt; `None` where none would help.
    pub(crate) fn passes(&self) -> Option<f64> {
        match self {
            Failure::Status {
                status: 408 | 425 | 429 | 500..,
                least,
                ..
            } => Some(least.unwrap_or_default()),
            Failure::Network { .. }
            | Failure::Wrong { .. }
            | Failure::Unstable { .. }
            | Failure::Full
            | Failure::Storage(_) => Some(0.0),
            Failure::Stopped
            | Failure::Blocked { .. }
            | Failure::Status { .. }
            | Failure::Outdated
            | Failure::Manifest { .. } => None,
        }
    }

    /// The sentences for a download that could not even begin.
    pub(crate) fn words_before(&self, title: &str) -> String {
        match self {
            Failure::Blocked { url } => format!(
                "“{title}” cannot be made available offline: {} does not let other sites store its files (it sends no CORS headers). \
                 The owner of this site can change that; the video still plays online.",
                global::host(url)
            ),
            Failure::Network { url } => format!(
                "{} cannot be reached, and “{title}” is stored there. Check the connection, then press Try again.",
                global::host(url)
            ),
            _ => format!("“{title}” cannot be downloaded at the moment. Press Try again later."),
        }
    }

    /// A sentence about the host of a file that a video cannot do without.
    pub(crate) fn words_of_host(&self) -> String {
        match self {
            Failure::Blocked { url } => format!(
                "{} does not let other sites store its files (it sends no CORS headers).",
                global::host(url)
            ),
            Failure::Network { url } => format!("{} cannot be reached.", global::host(url)),
            _ => "Its host does not answer.".to_owned(),
        }
    }

    /// The sentences for the person. `goes_on` is whether it is tried again without them.
    pub(crate) async fn words(&self, row: &Row, goes_on: bool) -> String {
        let title = &row.video.title;
        let again = if goes_on {
            "It is tried again by itself from time to time; Try again does so at once."
        } else {
            "Press Try again later."
        };
        let (received, total) = row.progress();
        let kept = if received > 0 {
            format!(" The {} that arrived are kept.", text::bytes(received))
        } else {
            String::new()
        };
        match self {
            Failure::Stopped => {
                format!("The download of “{title}” was stopped.{kept} Press Try again to go on.")
            }
            Failure::Network { url } => {
                let host = global::host(url);
                let what = if global::is_online() {
                    format!("The connection to {host} was lost while “{title}” was downloading.")
                } else {
                    format!("The network went away while “{title}” was downloading.")
                };
                format!("{what}{kept} {again}")
            }
            Failure::Blocked { .. } => self.words_before(title),
            Failure::Status { url, status, .. } => {
                let name = url.rsplit('/').next().unwrap_or(url);
                let host = global::host(url);
                let what = match status {
                    404 | 410 => format!("{host} does not have the file {name} (status {status})."),
                    401 | 403 => format!(
                        "{host} does not give the file {name} to this browser (status {status})."
                    ),
                    500.. => format!("{host} could not deliver the file {name} (status {status})."),
                    _ => format!("{host} answered for the file {name} with status {status}."),
                };
                format!(
                    "“{title}” could not be downloaded: {what}{kept} {again} If it lasts, tell the site's owner."
                )
            }
            Failure::Wrong { url } => format!(
                "“{title}” could not be downloaded: {} answers for the file {} with something else.{kept} {again} If it lasts, tell the site's owner.",
                global::host(url),
                url.rsplit('/').next().unwrap_or(url)
            ),
            Failure::Outdated => format!(
                "“{title}” has changed on this site since its download began, and what was chosen is not there any more. \
                 Press Discard, reload the page, then make it available offline again."
            ),
            Failure::Manifest { url, reason } => format!(
                "“{title}” could not be stored: its manifest at {} cannot be read. {reason} Tell the site's owner.",
                global::host(url)
            ),
            Failure::Unstable { url } => format!(
                "“{title}” could not be downloaded: the file at {} changed again and again meanwhile. {again}",
                global::host(url)
            ),
            Failure::Full => {
                let missing = text::bytes(total.saturating_sub(received));
                let free = match storage::estimate().await {
                    Some(estimate) if estimate.free() < total.saturating_sub(received) => {
                        format!(" and {} are free", text::bytes(estimate.free()))
                    }
                    _ => String::new(),
                };
                format!(
                    "The storage for this site is full: “{title}” needs another {missing}{free}.{kept} \
                     It goes on when other downloads are removed; where the space comes from elsewhere, press Resume."
                )
            }
            Failure::Storage(reason) => {
                format!(
                    "“{title}” could not be stored: {reason}.{kept} {again} If it lasts, restart the browser."
                )
            }
        }
    }
}
