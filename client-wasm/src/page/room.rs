//! Whether there is room for a download, and what could make some.

use media::ledger::State;
use media::text;

use super::request::Refusal;
use super::state;
use crate::web::storage;

/// So many videos are named as what could be removed.
const MOST_NAMED: usize = 3;

/// Holds what is needed against the free space, which it returns where the browser tells. `who` goes
/// before the figure: "“Opening” needs".
pub(super) async fn check(who: &str, need: u64) -> Result<Option<u64>, Refusal> {
    let free = storage::estimate().await.map(storage::Estimate::free);
    match free.filter(|free| *free < need) {
        None => Ok(free),
        Some(free) => Err(Refusal {
            words: format!(
                "There is not enough room: {who} {}, and {} are free for this site. {}",
                text::bytes(need),
                text::bytes(free),
                advice(need - free)
            ),
            is_of_room: true,
        }),
    }
}

/// What to remove to get so many bytes more.
fn advice(missing: u64) -> String {
    let mut videos = state::all();
    videos.retain(|video| video.state == State::Stored);
    let (mut freed, mut names) = (0, String::new());
    for number in 0..MOST_NAMED {
        let largest = (0..videos.len()).max_by_key(|at| videos[*at].received);
        let Some(largest) = largest.filter(|_| freed < missing) else {
            break;
        };
        let video = videos.swap_remove(largest);
        freed += video.received;
        let comma = if number == 0 { "" } else { ", " };
        names += &format!("{comma}“{}” ({})", video.title, text::bytes(video.received));
    }
    if names.is_empty() {
        "Free space on this device, then try again.".to_owned()
    } else if freed >= missing {
        format!("You could remove {names}, then try again.")
    } else {
        format!(
            "Removing {names} alone would not make enough: free more space on this device, then try again."
        )
    }
}
