//! The film about one film in several files.

use super::props;
use crate::sample::canvas::{Anchor, Canvas, Ink, centred, ink};
use crate::sample::ease::{between, out, smooth, span, wave};
use crate::sample::fonts::Type;
use crate::sample::palette::{
    AMBER, Color, EMBER, INK, LILAC, LINE, MINT, MUTED, PANEL, PAPER, RAISED, mix,
};
use crate::sample::timeline::Beat;

const SOURCES: [(&str, &str, Color); 3] = [
    ("AV1", "film.av1.webm", AMBER),
    ("VP9", "film.vp9.webm", EMBER),
    ("H.264", "film.mp4", LILAC),
];

/// The files take their places, best first.
pub(crate) fn order(canvas: &mut Canvas<'_>, beat: &Beat<'_>) {
    for (index, (codec, name, color)) in SOURCES.into_iter().enumerate() {
        // AV1 is named by the second sentence, the others by the third.
        let arrive = match index {
            0 => out(span(beat.since(1), 0.2, 1.0)),
            1 => out(span(beat.since(2), 0.0, 1.0)),
            _ => out(span(beat.since(2), 1.5, 1.0)),
        };
        let start = (
            260.0 + 300.0 * index as f32,
            330.0 + wave(beat.clock, 4.0, index as f32 * 0.3) * 10.0,
        );
        let place = (640.0, 186.0 + 128.0 * index as f32);
        let x = between(start.0 + 40.0, place.0, arrive);
        let y = between(start.1, place.1, arrive);
        let half = between(118.0, 330.0, arrive);
        props::sheet(canvas, (x - half, y - 50.0, half * 2.0, 100.0), 22.0, PANEL);
        canvas.block(
            (x - half, y - 50.0, 118.0 + (1.0 - arrive) * 118.0, 100.0),
            22.0,
            color,
            1.0,
        );
        canvas.text(
            (x - half + 59.0 + (1.0 - arrive) * 59.0, y + 10.0),
            centred(Type::Title, 29.0, INK),
            1.0,
            codec,
        );
        canvas.text(
            (x - half + 152.0, y + 9.0),
            ink(Type::Code, 25.0, PAPER),
            smooth(arrive * 2.0 - 1.0),
            name,
        );
        let ordinal = ["first", "then", "last"][index];
        canvas.text(
            (x - half - 26.0, y + 8.0),
            Ink {
                anchor: Anchor::End,
                ..ink(Type::Body, 22.0, MUTED)
            },
            smooth(arrive * 2.0 - 1.0),
            ordinal,
        );
    }
}

/// Three browsers go down the list; each stops at the first file that it can play.
pub(crate) fn choice(canvas: &mut Canvas<'_>, beat: &Beat<'_>) {
    let keep = smooth(span(beat.since(1), 0.3, 0.9));
    for (browser, (_, _, color)) in SOURCES.into_iter().enumerate() {
        let x = 330.0 + 310.0 * browser as f32;
        let shown = out(span(beat.now, 0.15 * browser as f32, 0.8));
        canvas.placed((0.0, (1.0 - shown) * 50.0), 1.0, 0.0, |canvas| {
            props::sheet(canvas, (x - 124.0, 120.0, 248.0, 420.0), 22.0, PANEL);
            for (row, color) in [EMBER, AMBER, LILAC].into_iter().enumerate() {
                canvas.disc((x - 100.0 + 20.0 * row as f32, 144.0), 5.0, color, 0.85);
            }
            for (row, (codec, _, color)) in SOURCES.into_iter().enumerate() {
                let asked = span(beat.since(0), 0.5 + row as f32 * 0.75, 0.4);
                let reached = row <= browser;
                let chosen = row == browser;
                let asked = if reached { asked } else { 0.0 };
                let y = 212.0 + row as f32 * 84.0;
                let lit = if chosen { smooth(asked) } else { 0.0 };
                canvas.block(
                    (x - 98.0, y - 31.0, 196.0, 62.0),
                    16.0,
                    mix(RAISED, color, lit),
                    1.0,
                );
                canvas.text(
                    (x - 74.0, y + 8.0),
                    ink(Type::Strong, 23.0, mix(MUTED, INK, lit)),
                    1.0,
                    codec,
                );
                if chosen {
                    props::tick(canvas, (x + 66.0, y), 17.0, MINT, asked);
                } else if reached {
                    props::cross(canvas, (x + 66.0, y), 17.0, LINE, asked);
                }
            }
            let from = 212.0 + browser as f32 * 84.0;
            canvas.faded(keep, |canvas| {
                canvas.block(
                    (x - 98.0, between(from, 470.0, keep) - 25.0, 196.0, 50.0),
                    14.0,
                    color,
                    1.0,
                )
            });
            canvas.text(
                (x, 477.0),
                centred(Type::Strong, 19.0, INK),
                smooth(keep * 2.0 - 1.0),
                "stored",
            );
        });
    }
}

/// The type of each source, letter by letter.
pub(crate) fn types(canvas: &mut Canvas<'_>, beat: &Beat<'_>) {
    let lines = [
        "video-sources:",
        "  - src: film.av1.webm",
        "    type: video/webm; codecs=\"av01.0.05M.08, opus\"",
        "  - src: film.vp9.webm",
        "    type: video/webm; codecs=\"vp09.00.31.08, opus\"",
        "  - src: film.mp4",
        "    type: video/mp4; codecs=\"avc1.64001F, mp4a.40.2\"",
    ];
    props::code(
        canvas,
        (230.0, 160.0, 820.0, 344.0),
        24.0,
        &lines,
        span(beat.now, 0.3, 4.6),
    );
}
