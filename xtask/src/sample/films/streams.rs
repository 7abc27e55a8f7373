//! Streams: films in several qualities, and how they lie on the disk.

use crate::sample::emblems;
use crate::sample::film::{
    BRISK, ClearKey, Delivery, FULL_HD, Film, HD, Language, Layout, POSTERS, Rung, Scene, Stream,
    line,
};
use crate::sample::music::Piece;
use crate::sample::scenes::{byte_ranges, locked_box, props, quality_ladder};

pub(crate) static QUALITY_LADDER: Film = Film {
    id: "quality-ladder",
    folder: "04-streams",
    kicker: "Streams",
    title: &["A ladder of", "qualities"],
    emblem: emblems::screens,
    emblem_on_title: true,
    backdrop: props::motes,
    scenes: &[
        Scene {
            name: "Three sizes",
            draw: quality_ladder::sizes,
            lines: &[
                line("The same film can come in several sizes.")
                    .czech("Stejný film může mít několik velikostí."),
                line("A small one suits a thin line, and a large one suits a large screen.")
                    .czech("Malá se hodí pro slabé připojení, velká pro velkou obrazovku."),
            ],
        },
        Scene {
            name: "Short pieces",
            draw: quality_ladder::pieces,
            lines: &[
                line("Each of them is cut into pieces of four seconds.")
                    .czech("Každá je rozřezaná na kousky po čtyřech sekundách."),
                line("After every piece, the player may climb up or down.")
                    .czech("Po každém kousku může přehrávač vystoupat nebo sestoupit."),
            ],
        },
        Scene {
            name: "Two manifests",
            draw: quality_ladder::manifests,
            lines: &[
                line("Which pieces there are is written in a manifest.")
                    .czech("Které kousky existují, to říká manifest."),
                line("Here are two kinds of it, and both name the same files.")
                    .czech("Tady jsou dva různé a oba jmenují tytéž soubory."),
            ],
        },
        Scene {
            name: "Two voices",
            draw: quality_ladder::voices,
            lines: &[
                line("The sound is apart from the picture, so a second voice is one more track.")
                    .czech("Zvuk je oddělený od obrazu, takže druhý hlas je jen další stopa."),
                line("Choose it in the player's menu.").czech("Vyberete ho v nabídce přehrávače."),
            ],
        },
        Scene {
            name: "One size comes along",
            draw: quality_ladder::comes_along,
            lines: &[line(
                "When you take the film with you, one size comes along, and every voice.",
            )
            .czech("Když si film vezmete s sebou, jede s ním jedna velikost a oba hlasy.")],
        },
    ],
    pace: BRISK,
    music: Piece::Bed(1),
    picture: FULL_HD,
    posters: POSTERS,
    delivery: Delivery::Stream(Stream {
        rungs: &[
            Rung {
                height: 360,
                quality: 25,
            },
            Rung {
                height: 720,
                quality: 25,
            },
            Rung {
                height: 1080,
                quality: 25,
            },
        ],
        voices: &[Language::English, Language::Czech],
        layout: Layout::Segments,
        key: None,
    }),
    chapters: true,
};

pub(crate) static BYTE_RANGES: Film = Film {
    id: "byte-ranges",
    folder: "04-streams",
    kicker: "Streams",
    title: &["One file,", "many ranges"],
    emblem: emblems::ranges,
    emblem_on_title: true,
    backdrop: props::motes,
    scenes: &[
        Scene {
            name: "Few files",
            draw: byte_ranges::few_files,
            lines: &[line(
                "A stream does not have to be a folder full of small files.",
            )],
        },
        Scene {
            name: "An index",
            draw: byte_ranges::index,
            lines: &[
                line("Each quality can be one file, with an index of its pieces at the front."),
                line("The player reads the index, and then asks for one range after another."),
            ],
        },
        Scene {
            name: "Both manifests",
            draw: byte_ranges::manifests,
            lines: &[
                line("One manifest says where the index is."),
                line("The other one lists all of the ranges itself."),
            ],
        },
        Scene {
            name: "Easy to move",
            draw: byte_ranges::easy_to_move,
            lines: &[line(
                "What plays is the same, but three files are easier to move than thirty.",
            )],
        },
    ],
    pace: BRISK,
    music: Piece::Bed(2),
    picture: HD,
    posters: POSTERS,
    delivery: Delivery::Stream(Stream {
        rungs: &[
            Rung {
                height: 360,
                quality: 25,
            },
            Rung {
                height: 720,
                quality: 25,
            },
        ],
        voices: &[Language::English],
        layout: Layout::OneFile,
        key: None,
    }),
    chapters: false,
};

pub(crate) static LOCKED_BOX: Film = Film {
    id: "locked-box",
    folder: "04-streams",
    kicker: "Streams",
    title: &["A locked", "box"],
    emblem: emblems::padlock,
    emblem_on_title: true,
    backdrop: props::motes,
    scenes: &[
        Scene {
            name: "Locked",
            draw: locked_box::scrambled,
            lines: &[
                line("The pictures and the sound of this film are encrypted."),
                line("Who copies the files alone has a box without a key."),
            ],
        },
        Scene {
            name: "The key",
            draw: locked_box::key_in_page,
            lines: &[
                line("The browser finds the key in the page."),
                line("It hides nothing from those who can open the page."),
            ],
        },
        Scene {
            name: "Two places",
            draw: locked_box::two_places,
            lines: &[line(
                "It helps where anyone can reach the files, but not everyone can reach the page.",
            )],
        },
        Scene {
            name: "Offline as well",
            draw: locked_box::offline,
            lines: &[line(
                "On your device the files stay encrypted, and the stored page opens them.",
            )],
        },
    ],
    pace: BRISK,
    music: Piece::Bed(0),
    picture: HD,
    posters: POSTERS,
    delivery: Delivery::Stream(Stream {
        rungs: &[
            Rung {
                height: 360,
                quality: 25,
            },
            Rung {
                height: 720,
                quality: 25,
            },
        ],
        voices: &[Language::English],
        layout: Layout::Segments,
        key: Some(ClearKey {
            id: *b"kinora-locked-01",
            value: [
                0x5b, 0x8e, 0x11, 0xd2, 0x7c, 0x40, 0x93, 0xea, 0x36, 0xf9, 0x0a, 0x61, 0xc8, 0x25,
                0xb7, 0x4d,
            ],
        }),
    }),
    chapters: false,
};
