//! What the menus offer, read from the video and the stream whenever one is opened.

use super::Player;
use super::menu::{Choice, Item, Kind, SPEEDS};
use crate::web::page;
use crate::web::shaka::Sound;

impl Player {
    /// The items of a menu, in its order.
    pub(super) fn items(&self, kind: Kind) -> Vec<Item> {
        match kind {
            Kind::Captions => self.captions_items(),
            Kind::Audio => self.audio_items(),
            Kind::Quality => self.quality_items(),
            Kind::Speed => self.speed_items(),
        }
    }

    fn captions_items(&self) -> Vec<Item> {
        let tracks = self.video.captions();
        let off = Item {
            label: "Off".to_owned(),
            is_on: !tracks.iter().any(|track| track.is_on),
            choice: Choice::Captions(None),
        };
        let tracks = tracks.iter().enumerate().map(|(at, track)| Item {
            label: named(&track.label, &track.language, at),
            is_on: track.is_on,
            choice: Choice::Captions(Some(at)),
        });
        std::iter::once(off).chain(tracks).collect()
    }

    fn audio_items(&self) -> Vec<Item> {
        let sounds = self.playback.stream().map(|stream| stream.sounds());
        let sounds = sounds.unwrap_or_default();
        let item = |(at, sound): (usize, &Sound)| Item {
            label: named(&sound.label, &sound.language, at),
            is_on: sound.is_on,
            choice: Choice::Audio(at),
        };
        sounds.iter().enumerate().map(item).collect()
    }

    fn quality_items(&self) -> Vec<Item> {
        let Some(stream) = self.playback.stream() else {
            return Vec::new();
        };
        let (heights, now) = stream.heights();
        if heights.len() < 2 {
            return Vec::new();
        }
        let chosen = self.menus.height.get();
        let auto = Item {
            label: match now.filter(|_| chosen.is_none()) {
                Some(now) => format!("Auto ({now}p)"),
                None => "Auto".to_owned(),
            },
            is_on: chosen.is_none(),
            choice: Choice::Quality(None),
        };
        let heights = heights.into_iter().map(|height| Item {
            label: format!("{height}p"),
            is_on: chosen == Some(height),
            choice: Choice::Quality(Some(height)),
        });
        std::iter::once(auto).chain(heights).collect()
    }

    fn speed_items(&self) -> Vec<Item> {
        let now = self.video.chosen_rate();
        let item = |speed: f64| Item {
            label: if speed == 1.0 {
                "Normal".to_owned()
            } else {
                format!("{speed}×")
            },
            is_on: speed == now,
            choice: Choice::Speed(speed),
        };
        SPEEDS.into_iter().map(item).collect()
    }
}

/// What a track is called: as its author said, else its language, else by its place.
fn named(label: &str, language: &str, place: usize) -> String {
    let language = Some(language).filter(|tag| !tag.is_empty() && *tag != "und");
    if label.is_empty() {
        let name = language.and_then(page::language_name);
        name.unwrap_or_else(|| format!("Track {}", place + 1))
    } else {
        label.to_owned()
    }
}
