//! For the ride: one film to hear and one to have time with.

use crate::sample::emblems;
use crate::sample::film::{
    Codec, Delivery, File, Film, HD, POSTERS, Pace, Picture, Scene, line, sound,
};
use crate::sample::music::{BAR, Piece};
use crate::sample::scenes::{listen, long_way, props};

pub(crate) static LISTEN: Film = Film {
    id: "listen",
    folder: "03-for-the-ride",
    kicker: "For the ride",
    title: &["Only", "listen"],
    emblem: emblems::waves,
    emblem_on_title: true,
    backdrop: props::motes,
    // Every part is a whole number of bars.
    scenes: &[
        Scene {
            name: "Chords",
            draw: listen::opening,
            lines: &[sound("[Slow chords]", BAR)],
        },
        Scene {
            name: "Strings",
            draw: listen::circle,
            lines: &[sound("[Plucked strings join the chords]", BAR * 2.0)],
        },
        Scene {
            name: "Bass and bells",
            draw: listen::circle,
            lines: &[sound("[A deep bass and bells]", BAR * 6.0)],
        },
        Scene {
            name: "The last chord",
            draw: listen::circle,
            lines: &[sound("[The last chord fades]", BAR * 1.5)],
        },
    ],
    pace: Pace {
        title: BAR,
        lead: 0.0,
        gap: 0.0,
        tail: 0.0,
        close: BAR / 2.0,
    },
    music: Piece::Nocturne,
    picture: HD,
    posters: POSTERS,
    delivery: Delivery::Files(&[File {
        name: "film.mp4",
        codec: Codec::H264,
        quality: 24,
        audio: 192_000,
    }]),
    chapters: true,
};

pub(crate) static THE_LONG_WAY: Film = Film {
    id: "the-long-way",
    folder: "03-for-the-ride",
    kicker: "For the ride",
    title: &["The", "long way"],
    emblem: emblems::rails,
    emblem_on_title: false,
    backdrop: long_way::journey,
    scenes: &[
        Scene {
            name: "Leaving",
            draw: |canvas, beat| long_way::chapter(canvas, beat, "ONE", "Leaving"),
            lines: &[
                line("This film is longer than the others, and slower."),
                line("It is here so that you have something to take along."),
                line("Nothing in it has to be seen. You may close your eyes."),
                line("It was made small, so that it arrives quickly, even over a thin line."),
            ],
        },
        Scene {
            name: "A promise",
            draw: |canvas, beat| long_way::chapter(canvas, beat, "TWO", "A promise"),
            lines: &[
                line("A network is a promise that somebody will answer."),
                line("Most of the time, somebody does."),
                line("In a tunnel, on a ferry, in a deep valley, nobody does, and that is nobody's fault."),
                line("A page that needs an answer for everything stops there."),
                line("A page that has what it needs goes on."),
            ],
        },
        Scene {
            name: "What is kept",
            draw: |canvas, beat| long_way::chapter(canvas, beat, "THREE", "What is kept"),
            lines: &[
                line("When you keep a film here, a small program in your browser does the work."),
                line("It is called a service worker, and it stands between the page and the network."),
                line("It asks for the film, and writes down what arrives before it counts it."),
                line("It keeps a ledger: what is wanted, and what is stored."),
                line("Only when every byte is there does it say that the film is available offline.")
                    .said("Only when every byte is there does it say that the film is available off-line."),
            ],
        },
        Scene {
            name: "When things break",
            draw: |canvas, beat| long_way::chapter(canvas, beat, "FOUR", "When things break"),
            lines: &[
                line("Lines break. Batteries run out. Someone closes the lid."),
                line("The ledger remembers, and the next attempt begins where the last one ended."),
                line("If a file has changed in the meantime, it starts over, for two halves do not make a whole."),
                line("And if there is no room for it, you are told so in words, before it begins."),
            ],
        },
        Scene {
            name: "Giving back",
            draw: |canvas, beat| long_way::chapter(canvas, beat, "FIVE", "Giving back"),
            lines: &[
                line("What is yours to keep is yours to remove."),
                line("One button frees the space, and for a few seconds another one takes that back."),
                line("A new version of this site does not touch what you have stored."),
            ],
        },
        Scene {
            name: "Arriving",
            draw: |canvas, beat| long_way::chapter(canvas, beat, "SIX", "Arriving"),
            lines: &[
                line("Now the lights of a town come closer."),
                line("Soon there will be a network again, and messages, and news."),
                line("They can wait a little."),
                line("You have seen a whole film, and it asked nobody for anything."),
                line("That is all that offline means.").said("That is all that off-line means."),
                line("Thank you for coming the long way."),
            ],
        },
    ],
    pace: Pace { title: 6.0, lead: 5.0, gap: 6.2, tail: 4.6, close: 6.0 },
    music: Piece::Bed(0),
    picture: Picture { size: (960, 540), rate: 20 },
    posters: POSTERS,
    delivery: Delivery::Files(&[File { name: "film.mp4", codec: Codec::H264, quality: 30, audio: 40_000 }]),
    chapters: true,
};
