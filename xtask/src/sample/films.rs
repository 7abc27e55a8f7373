//! The films, a module for each category of the sample site.

mod first_steps;
mod for_the_ride;
mod on_the_page;

use super::film::Film;

/// Every film, in the order of the site.
pub(crate) static ALL: [&Film; 9] = [
    &first_steps::TAKE_IT_WITH_YOU,
    &first_steps::ONE_FILE,
    &first_steps::SEVERAL_SOURCES,
    &on_the_page::CAPTIONS,
    &on_the_page::CHAPTERS,
    &on_the_page::AUTOPLAY,
    &on_the_page::PICTURE_IN_PICTURE,
    &for_the_ride::LISTEN,
    &for_the_ride::THE_LONG_WAY,
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
    fn no_sentence_is_longer_than_two_lines_of_a_caption() {
        for line in ALL
            .iter()
            .flat_map(|film| film.scenes)
            .flat_map(|scene| scene.lines)
        {
            assert!(line.text.chars().count() <= 110, "{}", line.text);
        }
    }
}
