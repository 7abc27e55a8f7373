//! Which renditions to store: one video of the wished quality, every language that can be heard, and
//! all subtitles, so that everything but the quality can still be switched offline.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Description, Kind};
use crate::order::in_order;

/// The "Download quality" of the settings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Quality {
    /// At most 480 lines, and the smallest sound.
    DataSaver,
    /// At most 720 lines.
    #[default]
    Standard,
    /// The most that there is.
    Best,
}

/// What the person wants.
#[derive(Clone, Copy, Debug)]
pub struct Wish<'a> {
    /// Of pictures and sound.
    pub quality: Quality,
    /// BCP 47 tags, the best first.
    pub languages: &'a [String],
}

/// Why nothing can be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChoiceError {
    /// There is nothing to see or hear.
    #[error("The video has neither pictures nor sound.")]
    Empty,
    /// No video rendition plays here.
    #[error("This browser plays none of the formats that the video comes in.")]
    Video,
    /// No audio rendition plays here.
    #[error("This browser plays none of the formats that the video's sound comes in.")]
    Audio,
}

/// Chooses what to store, as indices of `descriptions`. Of each period: one video with what it depends
/// on; one audio for each language, role and label, the person's languages first; and all text.
///
/// `plays` tells whether the device plays a rendition.
///
/// # Errors
///
/// Where a period has pictures or sound and none of them plays.
pub fn choose<'d>(
    descriptions: impl IntoIterator<Item = &'d Description>,
    wish: &Wish<'_>,
    plays: &dyn Fn(&Description) -> bool,
) -> Result<Vec<usize>, ChoiceError> {
    let all: Vec<&Description> = descriptions.into_iter().collect();
    let plain = (0..all.len()).filter(|index| !all[*index].auxiliary);
    let plain = in_order(plain.map(|index| (all[index].period, index)).collect());
    if plain.is_empty() {
        return Err(ChoiceError::Empty);
    }
    let choice = Choice { all, wish, plays };
    let mut chosen = Vec::new();
    for members in plain.chunk_by(|one, next| choice.all[*one].period == choice.all[*next].period) {
        choice.period(members, &mut chosen)?;
    }
    Ok(chosen)
}

struct Choice<'c, 'd> {
    all: Vec<&'d Description>,
    wish: &'c Wish<'c>,
    plays: &'c dyn Fn(&Description) -> bool,
}

impl Choice<'_, '_> {
    fn period(&self, members: &[usize], chosen: &mut Vec<usize>) -> Result<(), ChoiceError> {
        let of_kind = |kind| {
            let members = members.iter().copied();
            members.filter(move |index| self.all[*index].kind == kind)
        };
        let videos: Vec<usize> = of_kind(Kind::Video).collect();
        let audios: Vec<usize> = of_kind(Kind::Audio).collect();
        let main = match (videos.is_empty(), audios.is_empty()) {
            (true, true) => return Err(ChoiceError::Empty),
            (true, false) => {
                let variants = audios
                    .iter()
                    .copied()
                    .filter(|index| self.all[*index].variant);
                self.main(
                    &variants.collect::<Vec<usize>>(),
                    &audios,
                    ChoiceError::Audio,
                )?
            }
            (false, _) => self.main(&videos, &audios, ChoiceError::Video)?,
        };
        let kept = main
            .into_iter()
            .chain(self.audios(main, &audios)?)
            .chain(of_kind(Kind::Text));
        chosen.extend(self.with_dependencies(kept, members));
        Ok(())
    }

    /// The one video, or the one variant of an HLS presentation that is all sound.
    fn main(
        &self,
        mains: &[usize],
        audios: &[usize],
        none: ChoiceError,
    ) -> Result<Option<usize>, ChoiceError> {
        if mains.is_empty() {
            return Ok(None);
        }
        let playable = mains
            .iter()
            .copied()
            .filter(|index| (self.plays)(self.all[*index]));
        let playable: Vec<usize> = playable.collect();
        if playable.is_empty() {
            return Err(none);
        }
        let audible = playable
            .into_iter()
            .filter(|index| self.is_audible(*index, audios));
        let best = audible.min_by_key(|index| self.rank(self.all[*index]));
        best.map(Some).ok_or(ChoiceError::Audio)
    }

    /// Whether a variant comes with sound that plays, or with none of its own.
    fn is_audible(&self, main: usize, audios: &[usize]) -> bool {
        let mut group = self.group(main, audios).peekable();
        group.peek().is_none() || group.any(|index| (self.plays)(self.all[index]))
    }

    /// The audio renditions that a variant plays with.
    fn group<'s>(&'s self, main: usize, audios: &'s [usize]) -> impl Iterator<Item = usize> + 's {
        let group = self.all[main].audio_group.as_ref();
        let belongs = move |audio: &Description| {
            !audio.variant && group.is_some() && audio.audio_group.as_ref() == group
        };
        audios
            .iter()
            .copied()
            .filter(move |index| belongs(self.all[*index]))
    }

    /// The least is the best video: the plain one rather than one with signs, with the lines that the
    /// quality asks for, in the person's language.
    fn rank(&self, description: &Description) -> impl Ord + use<> {
        let special = description
            .roles
            .iter()
            .any(|role| role == "alternate" || role == "sign");
        let lines = lines(description);
        let most = match self.wish.quality {
            Quality::DataSaver => 480,
            Quality::Standard => 720,
            Quality::Best => u32::MAX,
        };
        // Of too many lines the fewest, of few enough the most.
        let excess = lines.saturating_sub(most);
        let bandwidth = match self.wish.quality {
            Quality::Best => u64::MAX - description.bandwidth,
            _ => description.bandwidth,
        };
        (
            special,
            excess,
            Reverse(lines),
            self.language_rank(description),
            bandwidth,
        )
    }

    /// One audio for each language, role and label.
    fn audios(&self, main: Option<usize>, audios: &[usize]) -> Result<Vec<usize>, ChoiceError> {
        let offered: Vec<usize> = match main {
            Some(main) if self.all[main].variant => self.group(main, audios).collect(),
            _ => audios.to_vec(),
        };
        let mut best: Vec<(String, usize)> = Vec::new();
        for index in offered
            .iter()
            .copied()
            .filter(|index| (self.plays)(self.all[*index]))
        {
            let audio = self.all[index];
            let better = |other: usize| match self.wish.quality {
                Quality::DataSaver => audio.bandwidth < self.all[other].bandwidth,
                _ => audio.bandwidth > self.all[other].bandwidth,
            };
            let same = |other: &Description| {
                audio.language == other.language && audio.roles == other.roles
            };
            let words = without_channels(&audio.label);
            let mut known = best.iter_mut();
            match known.find(|(other, kept)| *other == words && same(self.all[*kept])) {
                Some((_, kept)) if better(*kept) => *kept = index,
                Some(_) => {}
                None => best.push((words, index)),
            }
        }
        if best.is_empty() && !offered.is_empty() {
            return Err(ChoiceError::Audio);
        }
        let chosen = best.into_iter().map(|(_, index)| index);
        let ranked = chosen.map(|index| (self.language_rank(self.all[index]), index));
        Ok(in_order(ranked.collect()))
    }

    /// 0 for the person's best language; the same for all that are none of theirs.
    fn language_rank(&self, description: &Description) -> usize {
        let primary = |tag: &str| {
            tag.split('-')
                .next()
                .unwrap_or_default()
                .to_ascii_lowercase()
        };
        let languages = self.wish.languages;
        let exact = languages
            .iter()
            .position(|tag| tag.eq_ignore_ascii_case(&description.language));
        let near = || {
            languages
                .iter()
                .position(|tag| primary(tag) == primary(&description.language))
        };
        exact
            .map(|place| 2 * place)
            .or_else(|| near().map(|place| 2 * place + 1))
            .unwrap_or(usize::MAX)
    }

    /// What is kept and whatever that depends on, each once.
    fn with_dependencies(
        &self,
        kept: impl Iterator<Item = usize>,
        members: &[usize],
    ) -> Vec<usize> {
        let mut chosen: Vec<usize> = kept.collect();
        if chosen
            .iter()
            .all(|index| self.all[*index].dependencies.is_empty())
        {
            return chosen;
        }
        let mut ids = BTreeMap::new();
        for index in members {
            ids.insert(self.all[*index].id.clone(), *index);
        }
        let mut next = 0;
        while let Some(index) = chosen.get(next) {
            next += 1;
            for id in &self.all[*index].dependencies {
                // Taken out, so that none comes twice.
                let named = ids.remove(id);
                chosen.extend(named.filter(|named| !chosen.contains(named)));
            }
        }
        chosen
    }
}

/// The lines that people name a quality by: of an upright picture, those across.
fn lines(description: &Description) -> u32 {
    match (description.width, description.height) {
        (0, lines) | (lines, 0) => lines,
        (width, height) => width.min(height),
    }
}

/// "English" for "English 5.1" and "English (Stereo)": the same words in other channels.
fn without_channels(label: &str) -> String {
    const LAYOUTS: [&str; 4] = ["atmos", "mono", "stereo", "surround"];
    let is_layout = |word: &&str| {
        let word = word.to_ascii_lowercase();
        let mut digits = word.split('.');
        let number =
            |part: Option<&str>| part.is_some_and(|part| matches!(part.as_bytes(), [b'0'..=b'9']));
        let counted = number(digits.next()) && number(digits.next());
        counted || LAYOUTS.contains(&&*word)
    };
    let words = label.split(|char: char| char.is_whitespace() || "()[],".contains(char));
    let words = words.filter(|word| !word.is_empty() && !is_layout(word));
    words.collect::<Vec<&str>>().join(" ")
}
