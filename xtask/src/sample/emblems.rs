//! The sign of each film, drawn around the origin within 150 units.

use super::canvas::{Canvas, centred};
use super::ease::{pulse, smooth, wave};
use super::fonts::Type;
use super::palette::{AMBER, EMBER, INDIGO, INK, LILAC, LINE, MINT, PANEL, PAPER, RAISED, mix};
use super::scenes::{locked_box, props};
use super::stage::triangle;

pub(crate) fn device(canvas: &mut Canvas<'_>, clock: f32) {
    canvas.placed((0.0, 0.0), 0.72, 0.0, |canvas| {
        props::phone(canvas, (0.0, 0.0), 28, 28.0 * smooth(clock / 2.6))
    });
    canvas.placed((0.0, 128.0), 1.0, 0.0, |canvas| {
        props::tick(canvas, (0.0, -14.0), 34.0, MINT, (clock - 1.6) / 0.6)
    });
}

pub(crate) fn file(canvas: &mut Canvas<'_>, clock: f32) {
    canvas.placed((0.0, wave(clock, 5.0, 0.0) * 4.0), 1.0, 0.0, |canvas| {
        props::file(canvas, (0.0, 0.0), 1.65, "MP4", AMBER)
    });
}

pub(crate) fn ladder(canvas: &mut Canvas<'_>, clock: f32) {
    for (index, (name, color, width)) in [
        ("AV1", AMBER, 150.0),
        ("VP9", EMBER, 200.0),
        ("H.264", LILAC, 250.0),
    ]
    .into_iter()
    .enumerate()
    {
        let y = -76.0 + index as f32 * 76.0;
        let sway = wave(clock, 6.0, index as f32 * 0.2) * 5.0;
        canvas.block(
            (-width / 2.0 + sway, y - 29.0, width, 58.0),
            16.0,
            color,
            1.0,
        );
        canvas.text((sway, y + 9.0), centred(Type::Title, 27.0, INK), 1.0, name);
    }
}

pub(crate) fn bubbles(canvas: &mut Canvas<'_>, clock: f32) {
    let lift = wave(clock, 5.0, 0.0) * 4.0;
    bubble(canvas, (-22.0, -58.0 + lift), "hello", AMBER, -1.0);
    bubble(canvas, (22.0, 62.0 - lift), "ahoj", LILAC, 1.0);
}

fn bubble(canvas: &mut Canvas<'_>, (x, y): (f32, f32), word: &str, color: u32, side: f32) {
    canvas.block((x - 104.0, y - 42.0, 208.0, 84.0), 26.0, color, 1.0);
    canvas.area(
        &[
            (x + 40.0 * side, y + 30.0),
            (x + 84.0 * side, y + 68.0),
            (x + 86.0 * side, y + 20.0),
        ],
        color,
        1.0,
    );
    canvas.text((x, y + 13.0), centred(Type::Title, 40.0, INK), 1.0, word);
}

pub(crate) fn dial(canvas: &mut Canvas<'_>, clock: f32) {
    let parts = [
        (0.0, 0.18, AMBER),
        (0.2, 0.42, LILAC),
        (0.44, 0.56, EMBER),
        (0.58, 0.8, LINE),
        (0.82, 0.98, MINT),
    ];
    for (from, to, color) in parts {
        canvas.arc((0.0, 0.0), 116.0, (from + 0.012, to - 0.012), color, 30.0);
    }
    let turn = (clock * 0.07).fract() * std::f32::consts::TAU;
    canvas.line(
        &[(0.0, 0.0), (turn.sin() * 84.0, -turn.cos() * 84.0)],
        PAPER,
        1.0,
        7.0,
    );
    canvas.disc((0.0, 0.0), 14.0, PAPER, 1.0);
}

pub(crate) fn starter(canvas: &mut Canvas<'_>, clock: f32) {
    for ring in 0..3 {
        let grown = (clock * 0.32 + ring as f32 / 3.0).fract();
        canvas.ring(
            (0.0, 0.0),
            78.0 + 72.0 * grown,
            AMBER,
            (1.0 - grown) * 0.7,
            4.0,
        );
    }
    canvas.disc((0.0, 0.0), 88.0, AMBER, 1.0);
    triangle(canvas, (4.0, 0.0), 40.0, INK);
}

pub(crate) fn windows(canvas: &mut Canvas<'_>, clock: f32) {
    canvas.placed((-12.0, -12.0), 0.86, 0.0, |canvas| {
        canvas.block((-150.0, -112.0, 300.0, 214.0), 20.0, PANEL, 1.0);
        canvas.frame((-150.0, -112.0, 300.0, 214.0), 20.0, LILAC, 1.0, 4.0);
        for row in 0..4 {
            canvas.block(
                (
                    -120.0,
                    -74.0 + row as f32 * 34.0,
                    [180.0, 220.0, 130.0, 90.0][row],
                    11.0,
                ),
                5.5,
                LINE,
                1.0,
            );
        }
    });
    canvas.placed(
        (62.0, 54.0 + wave(clock, 4.6, 0.0) * 4.0),
        1.0,
        0.0,
        |canvas| {
            canvas.block((-82.0, -54.0, 164.0, 108.0), 16.0, AMBER, 1.0);
            triangle(canvas, (2.0, 0.0), 25.0, INK);
        },
    );
}

pub(crate) fn waves(canvas: &mut Canvas<'_>, clock: f32) {
    for bar in 0..9 {
        let x = (bar as f32 - 4.0) * 30.0;
        let envelope = pulse((bar as f32 + 1.0) / 10.0);
        let height = 34.0 + 176.0 * envelope * (0.6 + 0.4 * wave(clock, 2.6, bar as f32 * 0.23));
        canvas.block(
            (x - 9.0, -height / 2.0, 18.0, height),
            9.0,
            mix(AMBER, LILAC, (bar as f32 - 4.0).abs() / 4.0),
            1.0,
        );
    }
}

pub(crate) fn rails(canvas: &mut Canvas<'_>, clock: f32) {
    canvas.disc((46.0, -52.0), 46.0, AMBER, 1.0);
    canvas.disc(
        (28.0 + wave(clock, 12.0, 0.0) * 2.0, -62.0),
        38.0,
        INDIGO,
        1.0,
    );
    canvas.area(
        &[
            (-146.0, 66.0),
            (-66.0, -40.0),
            (-6.0, 30.0),
            (40.0, -8.0),
            (146.0, 66.0),
        ],
        mix(INDIGO, LILAC, 0.5),
        1.0,
    );
    canvas.area(
        &[(-66.0, -40.0), (-88.0, -10.0), (-66.0, 0.0), (-44.0, -14.0)],
        PAPER,
        0.9,
    );
    canvas.block((-146.0, 66.0, 292.0, 6.0), 3.0, LILAC, 1.0);
    for tie in 0..9 {
        let x = (tie as f32 * 34.0 - clock * 20.0).rem_euclid(292.0) - 146.0;
        canvas.block((x, 78.0, 14.0, 7.0), 3.0, LINE, 1.0);
    }
    canvas.block((-70.0, 30.0, 86.0, 32.0), 9.0, EMBER, 1.0);
    canvas.block((22.0, 30.0, 54.0, 32.0), 12.0, AMBER, 1.0);
    for pane in 0..3 {
        canvas.block(
            (-60.0 + pane as f32 * 25.0, 37.0, 16.0, 11.0),
            3.0,
            RAISED,
            1.0,
        );
    }
}

pub(crate) fn screens(canvas: &mut Canvas<'_>, clock: f32) {
    let sizes = [(278.0, LILAC), (194.0, EMBER), (110.0, AMBER)];
    for (index, (width, color)) in sizes.into_iter().enumerate() {
        let breath = 1.0 + 0.02 * wave(clock, 5.0, index as f32 * 0.25);
        let (width, height) = (width * breath, width * breath * 9.0 / 16.0);
        let area = (-width / 2.0, -height / 2.0, width, height);
        canvas.block(area, 18.0, mix(INDIGO, color, 0.24), 1.0);
        canvas.frame(area, 18.0, color, 1.0, 9.0);
    }
    canvas.block((-55.0, -31.0, 110.0, 62.0), 16.0, AMBER, 1.0);
    triangle(canvas, (-2.0, 0.0), 18.0, INK);
}

pub(crate) fn ranges(canvas: &mut Canvas<'_>, clock: f32) {
    const PIECES: usize = 6;
    let asked = clock * 0.7;
    for piece in 0..PIECES {
        let angle = piece as f32 / PIECES as f32;
        let near = ((asked - piece as f32).rem_euclid(PIECES as f32) - 0.5).abs();
        let lit = 1.0 - smooth(near / 0.9);
        let reach = 104.0 + 10.0 * lit;
        let color = mix(props::piece_color(piece, PIECES), PAPER, 0.5 * lit);
        let ends = (angle + 0.022, angle + 1.0 / PIECES as f32 - 0.022);
        canvas.arc((0.0, 0.0), reach, ends, color, 44.0);
    }
    canvas.block((-44.0, -30.0, 88.0, 60.0), 14.0, LILAC, 1.0);
    for row in 0..3 {
        let width = [52.0, 36.0, 46.0][row];
        canvas.block(
            (-28.0, -17.0 + 14.0 * row as f32, width, 6.0),
            3.0,
            INK,
            0.8,
        );
    }
}

pub(crate) fn padlock(canvas: &mut Canvas<'_>, clock: f32) {
    let lift = wave(clock, 5.0, 0.0) * 3.0;
    canvas.placed((0.0, 8.0 + lift), 1.0, 0.0, |canvas| {
        locked_box::padlock(canvas, (0.0, 0.0), 1.0, 0.0)
    });
}
