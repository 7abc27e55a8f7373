//! Things on the stage that more than one film uses.

use crate::sample::canvas::{Area, Canvas, centred, ink};
use crate::sample::ease::{between, out, pulse, scatter, smooth, wave};
use crate::sample::fonts::Type;
use crate::sample::palette::{
    AMBER, Color, EMBER, INDIGO, INK, LILAC, LINE, MUTED, PANEL, PAPER, RAISED, mix,
};
use crate::sample::stage::triangle;

/// Dust in the light of a projector, the backdrop of most films.
pub(crate) fn motes(canvas: &mut Canvas<'_>, clock: f32, _total: f32) {
    for mote in 0..14 {
        let (x, y, depth) = (
            scatter(mote),
            scatter(mote + 100),
            0.4 + 0.6 * scatter(mote + 200),
        );
        let x = (x * 1400.0 + clock * 9.0 * depth).rem_euclid(1400.0) - 60.0;
        let y = y * 720.0 + wave(clock, 11.0 + 6.0 * depth, depth) * 26.0;
        canvas.disc((x, y), 2.0 + 2.6 * depth, LILAC, 0.1 + 0.1 * depth);
    }
}

/// A raised sheet with a shadow under it.
pub(crate) fn sheet(
    canvas: &mut Canvas<'_>,
    (x, y, width, height): Area,
    radius: f32,
    color: Color,
) {
    for spread in 1..4 {
        let grow = spread as f32 * 5.0;
        canvas.block(
            (
                x - grow,
                y - grow + 12.0,
                width + 2.0 * grow,
                height + 2.0 * grow,
            ),
            radius + grow,
            INK,
            0.16,
        );
    }
    canvas.block((x, y, width, height), radius, color, 1.0);
    canvas.frame(
        (x + 0.75, y + 0.75, width - 1.5, height - 1.5),
        radius,
        LINE,
        0.8,
        1.5,
    );
}

/// A browser's window; what is inside begins 52 units below its top.
pub(crate) fn window(canvas: &mut Canvas<'_>, (x, y, width, height): Area, address: &str) {
    sheet(canvas, (x, y, width, height), 18.0, PANEL);
    for (index, color) in [EMBER, AMBER, LILAC].into_iter().enumerate() {
        canvas.disc((x + 26.0 + 22.0 * index as f32, y + 26.0), 6.0, color, 0.85);
    }
    canvas.block(
        (x + 104.0, y + 12.0, width - 130.0, 28.0),
        14.0,
        INDIGO,
        1.0,
    );
    canvas.text(
        (x + 122.0, y + 32.0),
        ink(Type::Body, 15.0, MUTED),
        1.0,
        address,
    );
}

/// A film that plays: hills that pass by, and the bar that shows how far it is (0 to 1).
pub(crate) fn player(canvas: &mut Canvas<'_>, area: Area, clock: f32, progress: f32) {
    let (x, y, width, height) = area;
    canvas.block(area, 12.0, INK, 1.0);
    canvas.block(
        (x + 2.0, y + 2.0, width - 4.0, height - 4.0),
        11.0,
        mix(INDIGO, 0x3a_2a_6e, 0.6),
        1.0,
    );
    canvas.disc(
        (x + width * 0.72, y + height * 0.34),
        height * 0.13,
        AMBER,
        0.95,
    );
    for (layer, color) in [mix(INDIGO, LILAC, 0.42), mix(INDIGO, LILAC, 0.24), INDIGO]
        .into_iter()
        .enumerate()
    {
        let depth = layer as f32 + 1.0;
        let base = y + height * (0.5 + 0.13 * depth);
        let mut points: Vec<_> = (0..=72)
            .map(|step| {
                let at = step as f32 / 72.0;
                let hill = wave(
                    at * width + clock * 16.0 * depth,
                    190.0 + 60.0 * depth,
                    depth * 0.37,
                ) * 0.6
                    + wave(at * width + clock * 16.0 * depth, 83.0, depth * 0.71) * 0.25;
                (x + 2.0 + at * (width - 4.0), base - hill * height * 0.1)
            })
            .collect();
        points.extend([
            (x + width - 2.0, y + height - 12.0),
            (x + 2.0, y + height - 12.0),
        ]);
        canvas.area(&points, color, 1.0);
    }
    canvas.block(
        (x + 2.0, y + height - 24.0, width - 4.0, 22.0),
        10.0,
        INDIGO,
        1.0,
    );
    bar(
        canvas,
        (x + 18.0, y + height - 16.0, width - 36.0, 5.0),
        progress,
    );
}

/// A progress bar with its knob.
pub(crate) fn bar(canvas: &mut Canvas<'_>, (x, y, width, height): Area, progress: f32) {
    let progress = progress.clamp(0.0, 1.0);
    canvas.block((x, y, width, height), height / 2.0, LINE, 1.0);
    canvas.block(
        (x, y, (width * progress).max(height), height),
        height / 2.0,
        AMBER,
        1.0,
    );
    canvas.disc(
        (x + width * progress, y + height / 2.0),
        height * 1.4,
        PAPER,
        1.0,
    );
}

/// A button around its label; `pressed` from 0 to 1 lights it up.
pub(crate) fn button(canvas: &mut Canvas<'_>, (x, y): (f32, f32), label: &str, pressed: f32) {
    let text = centred(Type::Strong, 21.0, mix(PAPER, INK, pressed));
    let width = canvas.measure(text, label) + 56.0;
    canvas.placed((x, y), 1.0 - 0.05 * pulse(pressed), 0.0, |canvas| {
        canvas.block(
            (-width / 2.0, -26.0, width, 52.0),
            26.0,
            mix(RAISED, AMBER, pressed),
            1.0,
        );
        canvas.frame(
            (-width / 2.0, -26.0, width, 52.0),
            26.0,
            mix(LILAC, AMBER, pressed),
            0.9,
            2.0,
        );
        canvas.text((0.0, 7.5), text, 1.0, label);
    });
}

/// The pointer of a mouse.
pub(crate) fn pointer(canvas: &mut Canvas<'_>, at: (f32, f32), pressed: f32) {
    canvas.ring(
        at,
        8.0 + 34.0 * pressed,
        AMBER,
        (1.0 - pressed) * if pressed > 0.0 { 0.9 } else { 0.0 },
        3.0,
    );
    canvas.placed(at, 1.0 - 0.1 * pulse(pressed), 0.0, |canvas| {
        let shape = [
            (0.0, 0.0),
            (0.0, 30.0),
            (7.4, 23.6),
            (12.6, 35.0),
            (18.0, 32.6),
            (12.8, 21.4),
            (22.0, 21.0),
            (0.0, 0.0),
        ];
        canvas.line(&shape, INK, 1.0, 5.0);
        canvas.area(&shape, PAPER, 1.0);
    });
}

/// A place on the way from `a` to `b`, on a gentle bow.
pub(crate) fn glide(a: (f32, f32), b: (f32, f32), amount: f32) -> (f32, f32) {
    let amount = smooth(amount);
    (
        between(a.0, b.0, amount),
        between(a.1, b.1, amount) - pulse(amount) * 40.0,
    )
}

/// A file: a sheet of paper with a folded corner, its ending and its name below.
pub(crate) fn file(
    canvas: &mut Canvas<'_>,
    (x, y): (f32, f32),
    scale: f32,
    ending: &str,
    color: Color,
) {
    canvas.placed((x, y), scale, 0.0, |canvas| {
        let outline = [
            (-56.0, -74.0),
            (24.0, -74.0),
            (56.0, -42.0),
            (56.0, 74.0),
            (-56.0, 74.0),
            (-56.0, -74.0),
        ];
        let shadow: Vec<_> = outline
            .iter()
            .map(|(x, y)| (x * 1.06, y * 1.06 + 10.0))
            .collect();
        canvas.area(&shadow, INK, 0.35);
        canvas.area(&outline, RAISED, 1.0);
        canvas.line(&outline, color, 1.0, 3.0);
        canvas.area(&[(24.0, -74.0), (24.0, -42.0), (56.0, -42.0)], color, 1.0);
        canvas.text((0.0, 52.0), centred(Type::Strong, 22.0, PAPER), 1.0, ending);
        if ending == "VTT" || ending == "MD" {
            for row in 0..4 {
                let width = [64.0, 46.0, 70.0, 34.0][row];
                canvas.block(
                    (-36.0, -32.0 + row as f32 * 14.0, width, 5.0),
                    2.5,
                    color,
                    0.75,
                );
            }
        } else {
            triangle(canvas, (-2.0, -8.0), 20.0, color);
        }
    });
}

/// Lines of front matter or captions, typed in: `shown` is how much of them stands there (0 to 1).
pub(crate) fn code(
    canvas: &mut Canvas<'_>,
    (x, y, width, height): Area,
    size: f32,
    lines: &[&str],
    shown: f32,
) {
    sheet(canvas, (x, y, width, height), 16.0, INDIGO);
    let letters: usize = lines.iter().map(|line| line.chars().count()).sum();
    let mut left = (letters as f32 * shown.clamp(0.0, 1.0)).round() as usize;
    let mut baseline = y + 28.0 + size;
    for line in lines {
        let visible: String = line.chars().take(left).collect();
        let complete = visible.len() == line.len();
        // A key keeps its colour while its value is still being typed.
        let split = line
            .find(": ")
            .map_or(if line.ends_with(':') { line.len() } else { 0 }, |at| {
                at + 1
            })
            .min(visible.len());
        let (key, value) = visible.split_at(split);
        let start = x + 28.0;
        let width = if key.is_empty() {
            0.0
        } else {
            advance(canvas, size, key)
        };
        canvas.text((start, baseline), ink(Type::Code, size, LILAC), 1.0, key);
        let value_color = if value.contains("-->") { AMBER } else { PAPER };
        canvas.text(
            (start + width, baseline),
            ink(Type::Code, size, value_color),
            1.0,
            value,
        );
        if !complete {
            let end = start + advance(canvas, size, &visible);
            canvas.block(
                (end + 2.0, baseline - size * 0.86, size * 0.55, size * 1.1),
                2.0,
                AMBER,
                0.9,
            );
            return;
        }
        left -= line.chars().count();
        baseline += size * 1.62;
    }
}

/// The width of code with all its spaces; every letter is as wide as the next.
fn advance(canvas: &Canvas<'_>, size: f32, text: &str) -> f32 {
    canvas.measure(ink(Type::Code, size, PAPER), "0") * text.chars().count() as f32
}

/// A phone that holds a film in `pieces`, of which the first `stored` have arrived.
pub(crate) fn phone(canvas: &mut Canvas<'_>, (x, y): (f32, f32), pieces: usize, stored: f32) {
    sheet(canvas, (x - 100.0, y - 186.0, 200.0, 372.0), 30.0, PANEL);
    canvas.block((x - 24.0, y - 174.0, 48.0, 7.0), 3.5, LINE, 1.0);
    for piece in 0..pieces {
        let (column, row) = (piece % 4, piece / 4);
        let area = (
            x - 82.0 + column as f32 * 42.0,
            y - 150.0 + row as f32 * 42.0,
            38.0,
            38.0,
        );
        let here = (stored - piece as f32).clamp(0.0, 1.0);
        canvas.block(area, 7.0, INDIGO, 1.0);
        canvas.faded(out(here), |canvas| {
            canvas.block(area, 7.0, piece_color(piece, pieces), 1.0)
        });
    }
}

/// Pieces shade from amber to ember, so that their order shows.
pub(crate) fn piece_color(piece: usize, pieces: usize) -> Color {
    mix(AMBER, EMBER, piece as f32 / pieces.max(1) as f32)
}

/// A tick in a circle.
pub(crate) fn tick(
    canvas: &mut Canvas<'_>,
    (x, y): (f32, f32),
    radius: f32,
    color: Color,
    shown: f32,
) {
    let grown = out(shown);
    canvas.disc((x, y), radius * grown, color, 1.0);
    let place = |u: f32, v: f32| (x + u * radius * grown, y + v * radius * grown);
    canvas.line(
        &[place(-0.4, 0.02), place(-0.1, 0.32), place(0.44, -0.3)],
        INK,
        grown,
        radius * 0.19,
    );
}

/// A cross in a circle.
pub(crate) fn cross(
    canvas: &mut Canvas<'_>,
    (x, y): (f32, f32),
    radius: f32,
    color: Color,
    shown: f32,
) {
    let grown = out(shown);
    canvas.disc((x, y), radius * grown, color, 1.0);
    let arm = radius * 0.34 * grown;
    canvas.line(
        &[(x - arm, y - arm), (x + arm, y + arm)],
        INK,
        grown,
        radius * 0.19,
    );
    canvas.line(
        &[(x - arm, y + arm), (x + arm, y - arm)],
        INK,
        grown,
        radius * 0.19,
    );
}
