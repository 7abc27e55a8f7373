//! The films, a module for each category of the sample site.

mod first_steps;
mod for_the_ride;
mod on_the_page;
mod streams;

use super::film::Film;

/// Every film, in the order of the site.
pub(crate) static ALL: [&Film; 12] = [
    &first_steps::TAKE_IT_WITH_YOU,
    &first_steps::ONE_FILE,
    &first_steps::SEVERAL_SOURCES,
    &on_the_page::CAPTIONS,
    &on_the_page::CHAPTERS,
    &on_the_page::AUTOPLAY,
    &on_the_page::PICTURE_IN_PICTURE,
    &for_the_ride::LISTEN,
    &for_the_ride::THE_LONG_WAY,
    &streams::QUALITY_LADDER,
    &streams::BYTE_RANGES,
    &streams::LOCKED_BOX,
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_two_films_share_an_id() {
        let ids: HashSet<_> = ALL.iter().map(|film| film.id).collect();
        assert_eq!(ids.len(), ALL.len());
    }

    #[test]
    fn every_voice_has_captions() {
        for film in ALL {
            let captions = film.captions();
            assert!(film.voices().iter().all(|voice| captions.contains(voice)));
        }
    }

    #[test]
    fn no_sentence_is_longer_than_two_lines_of_a_caption() {
        for film in ALL {
            for (line, &language) in film
                .lines()
                .flat_map(|line| film.captions().iter().map(move |language| (line, language)))
            {
                let words = line.words(language);
                assert!(words.chars().count() <= 110, "{words}");
            }
        }
    }
}
