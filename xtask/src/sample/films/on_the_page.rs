//! On the page: what a video page can do besides playing.

use crate::sample::emblems;
use crate::sample::film::{BRISK, Film, HD, MP4, POSTERS, Scene, line};
use crate::sample::music::Piece;
use crate::sample::scenes::{autoplay, captions, chapters, picture_in_picture, props};

pub(crate) static CAPTIONS: Film = Film {
    id: "captions",
    folder: "02-on-the-page",
    kicker: "On the page",
    title: &["Words in two", "languages"],
    emblem: emblems::bubbles,
    emblem_on_title: true,
    backdrop: props::motes,
    scenes: &[
        Scene {
            name: "A text file",
            draw: captions::text_file,
            lines: &[
                line("Captions are a text file beside the film.")
                    .czech("Titulky jsou textový soubor vedle filmu."),
                line("Each one has a start, an end, and the words between them.")
                    .czech("Každý má začátek, konec a mezi nimi slova."),
            ],
        },
        Scene {
            name: "On the voice",
            draw: captions::on_the_voice,
            lines: &[
                line("They appear when the voice begins.")
                    .czech("Objeví se, když hlas začne mluvit."),
                line("And they leave when it is done.").czech("A zmizí, když domluví."),
            ],
        },
        Scene {
            name: "A second language",
            draw: captions::second_language,
            lines: &[
                line("A second language is a second file.").czech("Druhý jazyk je druhý soubor."),
                line("Choose it in the player's menu, and the film goes on.")
                    .czech("Vyberete ho v nabídce přehrávače a film běží dál."),
            ],
        },
        Scene {
            name: "They come along",
            draw: captions::come_along,
            lines: &[
                line("And when you take the film with you, all of its captions come along.")
                    .czech("A když si film vezmete s sebou, jedou s ním i všechny titulky."),
            ],
        },
    ],
    pace: BRISK,
    music: Piece::Bed(2),
    picture: HD,
    posters: POSTERS,
    delivery: MP4,
    chapters: false,
};

pub(crate) static CHAPTERS: Film = Film {
    id: "chapters",
    folder: "02-on-the-page",
    kicker: "On the page",
    title: &["Find the", "good part"],
    emblem: emblems::dial,
    emblem_on_title: true,
    backdrop: props::motes,
    scenes: &[
        Scene {
            name: "Why chapters",
            draw: chapters::why,
            lines: &[line("A film is easier to use when it has chapters.")],
        },
        Scene {
            name: "One more text file",
            draw: chapters::text_file,
            lines: &[
                line("They live in a text file of their own, whose kind is chapters."),
                line("Each one has its times and a title, and nothing else."),
            ],
        },
        Scene {
            name: "A list that jumps",
            draw: chapters::jumping,
            lines: &[line(
                "Under the player they become a list: press a line, and the film jumps there.",
            )],
        },
        Scene {
            name: "Quick to land",
            draw: chapters::whole_pictures,
            lines: &[line(
                "The jump is quick, because this file has a whole picture every two seconds.",
            )],
        },
        Scene {
            name: "Offline as well",
            draw: chapters::offline,
            lines: &[line(
                "The chapters are stored with the film, so the list works offline as well.",
            )
            .said("The chapters are stored with the film, so the list works off-line as well.")],
        },
    ],
    pace: BRISK,
    music: Piece::Bed(0),
    picture: HD,
    posters: POSTERS,
    delivery: MP4,
    chapters: true,
};

pub(crate) static AUTOPLAY: Film = Film {
    id: "autoplay",
    folder: "02-on-the-page",
    kicker: "On the page",
    title: &["It starts", "by itself"],
    emblem: emblems::starter,
    emblem_on_title: true,
    backdrop: props::motes,
    scenes: &[
        Scene {
            name: "A question",
            draw: autoplay::asking,
            lines: &[line(
                "This film asked to start by itself, and your browser decided.",
            )],
        },
        Scene {
            name: "Three ways",
            draw: autoplay::three_ways,
            lines: &[
                line("First it tries with sound."),
                line(
                    "If that is refused, it starts in silence, and offers a button: Tap to unmute.",
                ),
                line("If that is refused too, the poster stays, with a button that says Play."),
            ],
        },
        Scene {
            name: "Your turn",
            draw: autoplay::your_turn,
            lines: &[line(
                "Use it rarely: most people like to press Play themselves.",
            )],
        },
    ],
    pace: BRISK,
    music: Piece::Bed(1),
    picture: HD,
    posters: POSTERS,
    delivery: MP4,
    chapters: false,
};

pub(crate) static PICTURE_IN_PICTURE: Film = Film {
    id: "picture-in-picture",
    folder: "02-on-the-page",
    kicker: "On the page",
    title: &["Keep an", "eye on it"],
    emblem: emblems::windows,
    emblem_on_title: true,
    backdrop: props::motes,
    scenes: &[
        Scene {
            name: "A message",
            draw: picture_in_picture::message,
            lines: &[line(
                "You are watching something, and a message needs an answer.",
            )],
        },
        Scene {
            name: "A window of its own",
            draw: picture_in_picture::floats,
            lines: &[
                line("Press Picture in picture, and the film moves to a small window of its own."),
                line("It stays on top while you write, scroll, or look something up."),
            ],
        },
        Scene {
            name: "And back",
            draw: picture_in_picture::returns,
            lines: &[
                line("Close the window, and the film is back in its place, at the same second."),
                line("The button is there wherever the browser can do it."),
            ],
        },
    ],
    pace: BRISK,
    music: Piece::Bed(2),
    picture: HD,
    posters: POSTERS,
    delivery: MP4,
    chapters: false,
};
