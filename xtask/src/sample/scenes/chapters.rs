//! The film about chapters.

use super::props;
use crate::sample::canvas::{Canvas, centred, ink};
use crate::sample::ease::{between, out, pulse, smooth, span, wave};
use crate::sample::fonts::Type;
use crate::sample::palette::{
    AMBER, Color, EMBER, INDIGO, INK, LILAC, LINE, MINT, MUTED, PANEL, PAPER, RAISED, mix,
};
use crate::sample::timeline::Beat;

const PARTS: [(&str, f32, f32, Color); 5] = [
    ("Why chapters", 0.0, 0.177, AMBER),
    ("One more text file", 0.177, 0.435, LILAC),
    ("A list that jumps", 0.435, 0.602, EMBER),
    ("Quick to land", 0.602, 0.765, MINT),
    ("Offline as well", 0.765, 1.0, LILAC),
];

/// A long bar falls into parts.
pub(crate) fn why(canvas: &mut Canvas<'_>, beat: &Beat<'_>) {
    let split = smooth(span(beat.through(0), 0.35, 0.5));
    let (left, width) = (140.0, 1000.0);
    for (index, (name, from, to, color)) in PARTS.into_iter().enumerate() {
        let gap = (index as f32 - 2.0) * 18.0 * split;
        let area = (
            left + width * from + gap,
            300.0 + wave(beat.clock, 5.0, index as f32 * 0.2) * 5.0 * split,
            width * (to - from) + 1.0 - split,
            70.0,
        );
        canvas.block(area, 16.0 * split, mix(LINE, color, split), 1.0);
        let shown = smooth(span(beat.through(0), 0.6 + index as f32 * 0.06, 0.2));
        let high = index % 2 == 0;
        let y = if high { 262.0 } else { 420.0 };
        canvas.text(
            (area.0 + area.2 / 2.0, y),
            centred(Type::Strong, 22.0, PAPER),
            shown,
            name,
        );
        canvas.disc(
            (area.0 + area.2 / 2.0, if high { 280.0 } else { 390.0 }),
            4.0,
            color,
            shown,
        );
    }
    let head = left + width * span(beat.now, 0.0, beat.length);
    canvas.line(&[(head, 286.0), (head, 384.0)], PAPER, 1.0, 4.0);
}

/// The chapter file, typed.
pub(crate) fn text_file(canvas: &mut Canvas<'_>, beat: &Beat<'_>) {
    let second = smooth(span(beat.since(1), -0.3, 0.8));
    canvas.faded(1.0 - second, |canvas| {
        let lines = [
            "video-subtitles:",
            "  - kind: chapters",
            "    src: chapters/chapters.vtt",
            "    srclang: en",
        ];
        props::code(
            canvas,
            (320.0 - 80.0 * second, 206.0, 640.0, 248.0),
            27.0,
            &lines,
            span(beat.now, 0.3, 3.0),
        );
    });
    canvas.faded(second, |canvas| {
        let lines = [
            "WEBVTT",
            "",
            "00:00.000 --> 00:07.068",
            "Why chapters",
            "",
            "00:07.068 --> 00:17.405",
            "One more text file",
        ];
        canvas.placed(((1.0 - second) * 80.0, 0.0), 1.0, 0.0, |canvas| {
            props::code(
                canvas,
                (360.0, 140.0, 560.0, 372.0),
                27.0,
                &lines,
                span(beat.since(1), 0.0, 3.0),
            );
        });
    });
}

/// Which line of the list is pressed, and where the film stands then.
pub(crate) fn jumping(canvas: &mut Canvas<'_>, beat: &Beat<'_>) {
    let press = beat.through(0);
    let jumps = [(0.46, 1usize), (0.68, 3), (0.88, 2)];
    let current = jumps
        .iter()
        .rev()
        .find(|(at, _)| press >= *at)
        .map_or(0, |(_, row)| *row);
    let latest = jumps
        .iter()
        .rev()
        .find(|(at, _)| press >= *at)
        .map_or(9.0, |(at, _)| press - at);
    let from = PARTS[current].1;
    props::player(
        canvas,
        (110.0, 130.0, 640.0, 380.0),
        beat.clock + current as f32 * 9.0,
        from + 0.02 + latest.min(0.2) * 0.1,
    );
    canvas.faded(pulse(span(latest, 0.0, 0.06)) * 0.4, |canvas| {
        canvas.block((110.0, 130.0, 640.0, 380.0), 12.0, PAPER, 0.6)
    });
    props::sheet(canvas, (790.0, 130.0, 380.0, 380.0), 22.0, PANEL);
    for (row, (name, _, _, color)) in PARTS.into_iter().enumerate() {
        let y = 178.0 + row as f32 * 71.0;
        let lit = if row == current { 1.0 } else { 0.0 };
        canvas.block((806.0, y - 30.0, 348.0, 60.0), 15.0, RAISED, lit);
        canvas.disc((836.0, y), 8.0, color, 1.0);
        canvas.text(
            (862.0, y + 8.0),
            ink(Type::Strong, 22.0, mix(MUTED, PAPER, lit)),
            1.0,
            name,
        );
    }
    let row_place = |row: usize| (1090.0, 178.0 + row as f32 * 71.0);
    let stops = [
        (0.3, (1200.0, 600.0)),
        (0.46, row_place(1)),
        (0.68, row_place(3)),
        (0.88, row_place(2)),
    ];
    let mut place = stops[0].1;
    for pair in stops.windows(2) {
        place = props::glide(place, pair[1].1, span(press, pair[1].0 - 0.14, 0.13));
    }
    props::pointer(canvas, place, span(latest, 0.0, 0.1));
}

/// Frames in a row; whole pictures among them, and a jump that lands on one.
pub(crate) fn whole_pictures(canvas: &mut Canvas<'_>, beat: &Beat<'_>) {
    let drift = beat.clock * 22.0;
    canvas.text(
        (640.0, 196.0),
        centred(Type::Body, 22.0, MUTED),
        1.0,
        "whole pictures, and the changes between them",
    );
    for frame in -1..26 {
        let number = frame + (drift / 52.0).floor() as i32;
        let x = frame as f32 * 52.0 - drift.rem_euclid(52.0) + 20.0;
        let whole = number.rem_euclid(6) == 0;
        let (height, color) = if whole {
            (170.0, AMBER)
        } else {
            (74.0 + 14.0 * wave(number as f32, 5.0, 0.0), RAISED)
        };
        canvas.block((x, 330.0 - height / 2.0, 42.0, height), 10.0, color, 1.0);
        if whole {
            canvas.disc((x + 21.0, 316.0), 8.0, INK, 0.8);
            canvas.area(
                &[(x + 6.0, 350.0), (x + 20.0, 330.0), (x + 36.0, 350.0)],
                INDIGO,
                0.9,
            );
        }
    }
    let land = span((beat.now / 2.4).fract() * 2.4, 0.2, 0.9);
    let first = 6.0 * 52.0;
    let target = 640.0 - (640.0 + drift - 41.0).rem_euclid(first) + first;
    let x = between(300.0, target.min(1130.0), smooth(land));
    canvas.placed(
        (x, 216.0 + 24.0 * smooth(land) - pulse(land) * 46.0),
        1.0,
        0.0,
        |canvas| {
            canvas.area(
                &[(-17.0, -14.0), (17.0, -14.0), (0.0, 14.0)],
                PAPER,
                pulse(span((beat.now / 2.4).fract(), 0.02, 0.96)).sqrt(),
            );
        },
    );
    canvas.text(
        (640.0, 486.0),
        centred(Type::Code, 22.0, AMBER),
        1.0,
        "one every 2 s",
    );
}

/// The list on a phone without a network.
pub(crate) fn offline(canvas: &mut Canvas<'_>, beat: &Beat<'_>) {
    let shown = out(span(beat.now, 0.0, 1.0));
    canvas.placed((640.0, 330.0), between(0.9, 1.0, shown), 0.0, |canvas| {
        props::sheet(canvas, (-210.0, -216.0, 420.0, 420.0), 34.0, PANEL);
        let playing = (beat.now * 0.5).floor() as usize % 5;
        props::player(
            canvas,
            (-186.0, -190.0, 372.0, 170.0),
            beat.clock,
            PARTS[playing].1 + (beat.now * 0.5).fract() * 0.16,
        );
        for (row, (name, _, _, color)) in PARTS.into_iter().enumerate() {
            let y = 10.0 + row as f32 * 39.0;
            let lit = if row == playing { 1.0 } else { 0.0 };
            canvas.block((-186.0, y - 18.0, 372.0, 36.0), 10.0, RAISED, lit);
            canvas.disc((-164.0, y), 6.0, color, 1.0);
            canvas.text(
                (-144.0, y + 6.5),
                ink(Type::Strong, 18.0, mix(MUTED, PAPER, lit)),
                1.0,
                name,
            );
        }
    });
    props::tick(canvas, (850.0, 126.0), 30.0, MINT, span(beat.now, 1.2, 0.6));
}
