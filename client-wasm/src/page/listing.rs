//! Lists of cards: with **Show offline content only**, just the stored videos.

use media::ledger::State;

use super::{settings, state};
use crate::web::dom;

/// Shows and hides cards.
pub(super) fn show() {
    let only_stored = settings::stored_only();
    let mut shown = 0;
    for card in dom::find_all("[data-card]") {
        let id = card.attribute("data-card").unwrap_or_default();
        let visible = !only_stored
            || state::get(&id)
                .is_some_and(|video| matches!(video.state, State::Stored | State::Removed));
        card.set_hidden(!visible);
        shown += usize::from(visible);
    }
    for section in dom::find_all("[data-card-section]") {
        let any = section
            .find_all("[data-card]")
            .iter()
            .any(|card| !card.is_hidden());
        section.set_hidden(only_stored && !any);
    }
    for line in dom::find_all("[data-none-stored]") {
        line.set_hidden(!only_stored || shown > 0);
    }
}
