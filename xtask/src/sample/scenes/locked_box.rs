//! The film about encryption.

use super::props;
use crate::sample::canvas::{Area, Canvas, centred, ink};
use crate::sample::ease::{between, out, pulse, scatter, smooth, span, wave};
use crate::sample::fonts::Type;
use crate::sample::palette::{
    AMBER, EMBER, INDIGO, INK, LILAC, MINT, MUTED, PANEL, PAPER, RAISED, mix,
};
use crate::sample::timeline::Beat;

/// A padlock, 1 wide open and 0 shut, within 150 units at scale 1.
pub(crate) fn padlock(canvas: &mut Canvas<'_>, at: (f32, f32), scale: f32, open: f32) {
    canvas.placed(at, scale, 0.0, |canvas| {
        let (lift, side) = (-34.0 * open, 52.0);
        let bow: Vec<_> = (0..=32)
            .map(|step| {
                let angle = std::f32::consts::PI * (1.0 - step as f32 / 32.0);
                (side * angle.cos(), -52.0 + lift - side * 1.06 * angle.sin())
            })
            .collect();
        let foot = if open > 0.02 {
            -52.0 + lift + 14.0
        } else {
            -16.0
        };
        let mut shackle = vec![(-side, -16.0)];
        shackle.extend(bow);
        shackle.push((side, foot));
        canvas.line(&shackle, LILAC, 1.0, 24.0);
        canvas.block((-94.0, -22.0, 188.0, 146.0), 28.0, AMBER, 1.0);
        canvas.disc((0.0, 40.0), 19.0, INK, 1.0);
        canvas.block((-8.0, 44.0, 16.0, 42.0), 8.0, INK, 1.0);
    });
}

/// A key that points down, with its bow at `at`.
fn key(canvas: &mut Canvas<'_>, at: (f32, f32), scale: f32, turn: f32) {
    canvas.placed(at, scale, turn, |canvas| {
        canvas.ring((0.0, 0.0), 24.0, PAPER, 1.0, 13.0);
        canvas.block((-6.0, 26.0, 12.0, 78.0), 5.0, PAPER, 1.0);
        canvas.block((0.0, 70.0, 28.0, 12.0), 4.0, PAPER, 1.0);
        canvas.block((0.0, 92.0, 22.0, 12.0), 4.0, PAPER, 1.0);
    });
}

/// What an encrypted picture looks like: nothing in particular. `shown` grows from the left.
fn noise(canvas: &mut Canvas<'_>, (x, y, width, height): Area, clock: f32, shown: f32) {
    const ACROSS: u32 = 20;
    let side = width / ACROSS as f32;
    let down = (height / side).ceil() as u32;
    let moment = (clock * 3.0) as u32;
    for row in 0..down {
        for column in 0..ACROSS {
            let place = column as f32 / ACROSS as f32;
            let here = smooth((shown * 1.25 - place) / 0.2);
            let seed = row * ACROSS + column;
            let value = scatter(seed + 977 * (moment + (seed % 3)) / 3);
            let color = match (value * 8.0) as u32 {
                0 => LILAC,
                1 => mix(INDIGO, EMBER, 0.7),
                2 => mix(INDIGO, AMBER, 0.8),
                value => mix(INK, RAISED, value as f32 / 6.0),
            };
            let tall = side.min(height - row as f32 * side);
            let area = (
                x + column as f32 * side,
                y + row as f32 * side,
                side + 0.6,
                tall + 0.6,
            );
            canvas.block(area, 0.0, color, here);
        }
    }
}

/// The film turns into noise; a copy of the files is nothing but that.
pub(crate) fn scrambled(canvas: &mut Canvas<'_>, beat: &Beat<'_>) {
    let locked = span(beat.since(0), 0.9, 1.8);
    let copied = smooth(span(beat.since(1), 0.3, 1.4));
    let area = |x: f32, scale: f32| (x - 210.0 * scale, 190.0, 420.0 * scale, 236.0 * scale);
    let x = between(640.0, 370.0, smooth(span(beat.since(1), -0.6, 0.9)));
    let grown = between(1.4, 1.0, smooth(span(beat.since(1), -0.6, 0.9)));
    let first = area(x, grown);
    if copied > 0.0 {
        let place = area(between(x, 910.0, copied), 1.0);
        canvas.faded(copied, |canvas| {
            props::sheet(canvas, place, 12.0, PANEL);
            noise(canvas, place, beat.clock + 4.0, 1.0);
        });
        let done = span(beat.since(1), 1.8, 0.5);
        props::cross(canvas, (910.0, 426.0), 34.0, EMBER, done);
        let label = centred(Type::Body, 22.0, MUTED);
        canvas.text((910.0, 506.0), label, copied, "a copy of the files");
        canvas.text((370.0, 506.0), label, copied, "the stream");
    }
    props::player(canvas, first, beat.clock, 0.1 + 0.01 * beat.now);
    noise(canvas, first, beat.clock, locked);
    let shut = smooth(span(beat.since(0), 1.6, 0.6));
    canvas.faded(out(span(beat.since(0), 0.7, 0.6)), |canvas| {
        let at = (first.0 + first.2 / 2.0, first.1 + first.3 / 2.0);
        padlock(canvas, at, 0.62 * grown, 1.0 - shut)
    });
}

/// The lines in the page that hold the key, and what they open.
pub(crate) fn key_in_page(canvas: &mut Canvas<'_>, beat: &Beat<'_>) {
    let lines = [
        "encryption:",
        "  type: org.w3.clearkey",
        "  key:",
        "    id: 6b696e6f72612d…",
        "    value: 5b8e11d27c40…",
    ];
    let seen = smooth(span(beat.since(1), 0.4, 0.7));
    let area = (110.0, 172.0, 510.0, 264.0);
    props::code(canvas, area, 27.0, &lines, span(beat.since(0), 0.0, 2.4));
    canvas.frame(
        (126.0, 374.0, 478.0, 50.0),
        12.0,
        EMBER,
        seen * (0.7 + 0.3 * wave(beat.clock, 1.6, 0.0)),
        3.0,
    );
    canvas.text(
        (365.0, 486.0),
        centred(Type::Body, 23.0, EMBER),
        seen,
        "anyone on this page can read this",
    );
    let flight = span(beat.since(0), 2.2, 1.3);
    let turn = smooth(span(beat.since(0), 3.5, 0.5));
    let open = smooth(span(beat.since(0), 3.9, 0.6));
    let film = (740.0, 186.0, 430.0, 242.0);
    props::player(canvas, film, beat.clock, 0.2 + 0.012 * beat.now);
    canvas.faded(1.0 - open, |canvas| {
        noise(canvas, film, beat.clock, 1.0);
        padlock(canvas, (955.0, 300.0), 0.78, open);
    });
    let (x, y) = props::glide((560.0, 396.0), (955.0, 236.0), flight);
    let here = smooth(flight * 6.0) * (1.0 - open);
    canvas.faded(here, |canvas| key(canvas, (x, y), 0.9, 80.0 * turn));
}

/// Files that everyone can reach, pages that not everyone can.
pub(crate) fn two_places(canvas: &mut Canvas<'_>, beat: &Beat<'_>) {
    let files = out(span(beat.through(0), 0.05, 0.25));
    let page = out(span(beat.through(0), 0.5, 0.25));
    canvas.faded(files, |canvas| {
        props::sheet(canvas, (150.0, 150.0, 400.0, 330.0), 24.0, PANEL);
        canvas.text(
            (350.0, 528.0),
            centred(Type::Body, 23.0, MUTED),
            1.0,
            "open to anyone",
        );
        for index in 0..6 {
            let (column, row) = (index % 3, index / 3);
            let at = (230.0 + 120.0 * column as f32, 244.0 + 140.0 * row as f32);
            props::file(canvas, at, 0.74, "", LILAC);
            let lift = wave(beat.clock, 4.0, index as f32 * 0.2) * 2.0;
            padlock(canvas, (at.0 + 28.0, at.1 + 40.0 + lift), 0.2, 0.0);
        }
    });
    canvas.faded(page, |canvas| {
        let area = (730.0, 150.0, 400.0, 330.0);
        props::window(canvas, area, "films.example/locked-box/");
        canvas.text(
            (930.0, 528.0),
            centred(Type::Body, 23.0, MUTED),
            1.0,
            "for some",
        );
        canvas.block((770.0, 232.0, 320.0, 46.0), 12.0, INDIGO, 1.0);
        canvas.text((790.0, 262.0), ink(Type::Body, 20.0, MUTED), 1.0, "member");
        canvas.block((770.0, 290.0, 320.0, 46.0), 12.0, INDIGO, 1.0);
        for dot in 0..7 {
            canvas.disc((798.0 + 20.0 * dot as f32, 313.0), 5.0, MUTED, 1.0);
        }
        key(
            canvas,
            (930.0, 376.0),
            0.62,
            -90.0 + wave(beat.clock, 5.0, 0.0) * 4.0,
        );
    });
    for dot in 0..7 {
        let way = (beat.clock * 0.4 + dot as f32 / 7.0).fract();
        let x = between(718.0, 562.0, way);
        canvas.disc((x, 315.0), 5.0, AMBER, pulse(way) * page);
    }
}

/// The pieces are stored as they are, with the page that opens them.
pub(crate) fn offline(canvas: &mut Canvas<'_>, beat: &Beat<'_>) {
    const PIECES: usize = 28;
    let stored = span(beat.through(0), 0.02, 0.45) * PIECES as f32;
    let (phone, page) = ((420.0, 330.0), span(beat.through(0), 0.55, 0.2));
    props::phone(canvas, phone, PIECES, stored);
    let shut = 1.0 - smooth(span(beat.through(0), 0.84, 0.14));
    padlock(canvas, (phone.0, phone.1 - 6.0), 0.58, 1.0 - shut);
    let arrive = smooth(page);
    canvas.faded(out(page * 1.5), |canvas| {
        let x = between(1000.0, 660.0, arrive);
        props::window(canvas, (x, 196.0, 430.0, 264.0), "locked-box/");
        canvas.placed((x, 0.0), 1.0, 0.0, |canvas| {
            let film = (30.0, 264.0, 370.0, 170.0);
            props::player(canvas, film, beat.clock, 0.3 + 0.01 * beat.now);
            canvas.faded(shut, |canvas| noise(canvas, film, beat.clock, 1.0));
        });
    });
    let flight = span(beat.through(0), 0.7, 0.16);
    let (x, y) = props::glide((820.0, 330.0), (phone.0, phone.1 - 60.0), flight);
    canvas.faded(smooth(flight * 8.0) * shut, |canvas| {
        key(canvas, (x, y), 0.62, 0.0)
    });
    let done = span(beat.through(0), 0.95, 0.2);
    props::tick(canvas, (phone.0, 516.0), 30.0, MINT, done);
}
