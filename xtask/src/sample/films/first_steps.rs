//! First steps: what Kinora is for, and the two ways to give it a film.

use crate::sample::emblems;
use crate::sample::film::{BRISK, Codec, Delivery, File, Film, HD, MP4, POSTERS, Scene, line};
use crate::sample::music::Piece;
use crate::sample::scenes::{one_file, props, several_sources, take_it_with_you};

pub(crate) static TAKE_IT_WITH_YOU: Film = Film {
    id: "take-it-with-you",
    folder: "01-first-steps",
    kicker: "First steps",
    title: &["Take it", "with you"],
    emblem: emblems::device,
    emblem_on_title: true,
    backdrop: props::motes,
    scenes: &[
        Scene {
            name: "The network ends",
            draw: take_it_with_you::network_ends,
            lines: &[
                line("Somewhere on the way, the network always ends."),
                line("Most films end there too."),
            ],
        },
        Scene {
            name: "One button",
            draw: take_it_with_you::one_button,
            lines: &[
                line("Under every film on this site there is one button."),
                line("Make available offline.").said("Make available off-line."),
                line(
                    "Press it, and the film comes to your device, with its picture and its captions.",
                ),
            ],
        },
        Scene {
            name: "In pieces",
            draw: take_it_with_you::pieces,
            lines: &[
                line(
                    "It travels in small pieces, and a piece that was stored is not fetched again.",
                ),
                line("If the line breaks, the rest waits, and goes on later."),
            ],
        },
        Scene {
            name: "Through the tunnel",
            draw: take_it_with_you::through_the_tunnel,
            lines: &[line(
                "Then you play it, seek in it, and watch it to the end, with no network at all.",
            )],
        },
    ],
    pace: BRISK,
    music: Piece::Bed(0),
    picture: HD,
    posters: POSTERS,
    delivery: MP4,
    chapters: false,
};

pub(crate) static ONE_FILE: Film = Film {
    id: "one-file",
    folder: "01-first-steps",
    kicker: "First steps",
    title: &["One file", "is enough"],
    emblem: emblems::file,
    emblem_on_title: true,
    backdrop: props::motes,
    scenes: &[
        Scene {
            name: "A file and some text",
            draw: one_file::file_and_text,
            lines: &[line(
                "All that a page needs is one file, and a few lines of text beside it.",
            )],
        },
        Scene {
            name: "The index first",
            draw: one_file::index_first,
            lines: &[
                line("An MP4 with H.264 inside plays almost everywhere.")
                    .said("An M P four with H two sixty-four inside plays almost everywhere."),
                line(
                    "Put its index at the front, and it starts to play before the rest has arrived.",
                ),
            ],
        },
        Scene {
            name: "Jumping",
            draw: one_file::ranges,
            lines: &[line(
                "When you jump, the browser asks for the bytes it needs, and for no others.",
            )],
        },
    ],
    pace: BRISK,
    music: Piece::Bed(1),
    picture: HD,
    posters: &["poster.jpg"],
    delivery: MP4,
    chapters: false,
};

pub(crate) static SEVERAL_SOURCES: Film = Film {
    id: "several-sources",
    folder: "01-first-steps",
    kicker: "First steps",
    title: &["Best first,", "safe last"],
    emblem: emblems::ladder,
    emblem_on_title: true,
    backdrop: props::motes,
    scenes: &[
        Scene {
            name: "In order",
            draw: several_sources::order,
            lines: &[
                line("One film can come in several files, and their order is yours."),
                line("Put the smallest first: here that is AV1.")
                    .said("Put the smallest first: here that is A V one."),
                line("Then VP9, and at the end H.264, for everyone else.")
                    .said("Then V P nine, and at the end H two sixty-four, for everyone else."),
            ],
        },
        Scene {
            name: "Each to its own",
            draw: several_sources::choice,
            lines: &[
                line("Every browser takes the first one that it can play."),
                line("Make the film available offline, and exactly that one is stored.")
                    .said("Make the film available off-line, and exactly that one is stored."),
            ],
        },
        Scene {
            name: "Say what is inside",
            draw: several_sources::types,
            lines: &[line(
                "The type names the codecs, so that nobody has to download a file to find out.",
            )],
        },
    ],
    pace: BRISK,
    music: Piece::Bed(2),
    picture: HD,
    posters: POSTERS,
    delivery: Delivery::Files(&[
        File {
            name: "film.av1.webm",
            codec: Codec::Av1,
            quality: 40,
            audio: 64_000,
        },
        File {
            name: "film.vp9.webm",
            codec: Codec::Vp9,
            quality: 38,
            audio: 64_000,
        },
        File {
            name: "film.mp4",
            codec: Codec::H264,
            quality: 23,
            audio: 96_000,
        },
    ]),
    chapters: false,
};
