//! The long film: one train, one night, from dusk to morning, without a cut.

use crate::sample::canvas::{Canvas, Ink, ink};
use crate::sample::ease::{between, out, pulse, scatter, smooth, span, wave};
use crate::sample::fonts::Type;
use crate::sample::palette::{AMBER, Color, EMBER, INDIGO, INK, LILAC, MUTED, PAPER, mix};
use crate::sample::timeline::Beat;

const HORIZON: f32 = 470.0;
const SKY: [(f32, Color, Color); 5] = [
    (0.0, 0x3b_27_5e, 0xc8_6a_5a),
    (0.18, 0x1d_18_48, 0x5a_3a_78),
    (0.45, 0x0e_0c_26, 0x22_1c_50),
    (0.8, 0x14_12_38, 0x3a_30_70),
    (1.0, 0x2c_2a_66, 0xd8_8a_66),
];

/// The landscape at `clock` of `total` seconds.
pub(crate) fn journey(canvas: &mut Canvas<'_>, clock: f32, total: f32) {
    let way = (clock / total).clamp(0.0, 1.0);
    let (high, low) = sky(way);
    const BANDS: usize = 36;
    for band in 0..BANDS {
        let top = HORIZON * band as f32 / BANDS as f32;
        let amount = (band as f32 / (BANDS - 1) as f32).powi(2);
        canvas.block(
            (0.0, top, 1280.0, HORIZON / BANDS as f32 + 1.0),
            0.0,
            mix(high, low, amount),
            1.0,
        );
    }
    stars(canvas, clock, way);
    let rise = pulse(span(way, 0.12, 0.78));
    let moon = (
        between(1120.0, 240.0, span(way, 0.1, 0.8)),
        420.0 - 290.0 * rise,
    );
    canvas.glow(moon, 120.0, PAPER, 0.14);
    canvas.disc(moon, 38.0, mix(PAPER, AMBER, 0.25), 1.0);
    for (x, y, size) in [(-12.0, -8.0, 8.0), (10.0, 10.0, 6.0), (14.0, -14.0, 4.0)] {
        canvas.disc((moon.0 + x, moon.1 + y), size, mix(PAPER, LILAC, 0.4), 0.7);
    }
    for layer in 0..4 {
        ridge(
            canvas,
            clock,
            layer,
            mix(low, INK, 0.34 + 0.2 * layer as f32),
        );
    }
    town(canvas, clock, way);
    ground(canvas, clock, mix(low, INK, 0.9));
    carriage(canvas, clock, way);
}

fn sky(way: f32) -> (Color, Color) {
    let index = SKY
        .iter()
        .rposition(|(at, _, _)| *at <= way)
        .unwrap_or(0)
        .min(SKY.len() - 2);
    let ((from, high, low), (to, next_high, next_low)) = (SKY[index], SKY[index + 1]);
    let amount = smooth(span(way, from, to - from));
    (mix(high, next_high, amount), mix(low, next_low, amount))
}

fn stars(canvas: &mut Canvas<'_>, clock: f32, way: f32) {
    let night = smooth(span(way, 0.08, 0.2)) * (1.0 - smooth(span(way, 0.82, 0.15)));
    for star in 0..70 {
        let (x, y) = (
            scatter(star) * 1280.0,
            scatter(star + 500).powf(1.4) * 380.0,
        );
        // Few of them twinkle: a change costs bits, and this film has few.
        let light = if star % 9 == 0 {
            0.6 + 0.4 * wave(clock, 6.0 + scatter(star + 900) * 5.0, scatter(star))
        } else {
            0.75
        };
        canvas.disc(
            (x, y),
            1.2 + scatter(star + 300) * 1.3,
            PAPER,
            light * night * 0.8,
        );
    }
}

/// Hills; the nearer, the faster they pass.
fn ridge(canvas: &mut Canvas<'_>, clock: f32, layer: u32, color: Color) {
    let depth = layer as f32;
    let shift = clock * [2.0, 5.0, 11.0, 24.0][layer as usize];
    let (base, swell) = (HORIZON - 66.0 + depth * 30.0, 46.0 - depth * 8.0);
    let mut points: Vec<_> = (0..=80)
        .map(|step| {
            let x = step as f32 * 16.0;
            let far = x + shift + depth * 977.0;
            let height = wave(far, 610.0 - 70.0 * depth, 0.1)
                + 0.5 * wave(far, 271.0, 0.4)
                + 0.22 * wave(far, 97.0, 0.7);
            (x, base - height * swell)
        })
        .collect();
    points.extend([(1280.0, 720.0), (0.0, 720.0)]);
    canvas.area(&points, color, 1.0);
}

/// The lights of a place where people live; it comes into sight near the end.
fn town(canvas: &mut Canvas<'_>, clock: f32, way: f32) {
    let near = smooth(span(way, 0.8, 0.15));
    for light in 0..26 {
        let x = (scatter(light + 40) * 1500.0 + 900.0 - clock * 11.0).rem_euclid(1500.0) - 100.0;
        let y = HORIZON - 2.0 + scatter(light + 80) * 40.0;
        canvas.disc((x, y), 2.0 + scatter(light), AMBER, near * 0.9);
    }
}

fn ground(canvas: &mut Canvas<'_>, clock: f32, color: Color) {
    canvas.block((0.0, 566.0, 1280.0, 154.0), 0.0, color, 1.0);
    canvas.block((0.0, 588.0, 1280.0, 3.0), 0.0, mix(color, LILAC, 0.45), 1.0);
    for pole in 0..3 {
        let x = 1380.0 - (clock * 60.0 + pole as f32 * 520.0).rem_euclid(1560.0);
        canvas.block((x, 430.0, 6.0, 160.0), 2.0, mix(color, INK, 0.4), 1.0);
        canvas.block((x - 22.0, 444.0, 50.0, 5.0), 2.0, mix(color, INK, 0.4), 1.0);
    }
}

/// The train keeps its place in the picture; the land passes.
fn carriage(canvas: &mut Canvas<'_>, clock: f32, way: f32) {
    let night = 1.0 - (pulse(way) - 1.0).abs();
    for car in 0..4 {
        let x = 640.0 - car as f32 * 168.0 + wave(clock, 9.0, 0.0) * 4.0;
        let y = 584.0 + wave(clock, 1.4, car as f32 * 0.3) * 0.5;
        let body = if car == 0 {
            mix(AMBER, INDIGO, 0.3)
        } else {
            mix(EMBER, INDIGO, 0.45)
        };
        canvas.block(
            (x, y - 58.0, 160.0, 52.0),
            if car == 0 { 20.0 } else { 10.0 },
            body,
            1.0,
        );
        for pane in 0..5 {
            canvas.block(
                (x + 14.0 + pane as f32 * 28.0, y - 47.0, 20.0, 17.0),
                4.0,
                mix(INDIGO, 0xff_d8_98, 0.35 + 0.6 * night),
                1.0,
            );
        }
        for wheel in [30.0, 130.0] {
            canvas.disc((x + wheel, y - 2.0), 8.0, INK, 1.0);
        }
    }
}

/// The chapter's name stands in the sky for a while.
pub(crate) fn chapter(canvas: &mut Canvas<'_>, beat: &Beat<'_>, number: &str, name: &str) {
    let shown = out(span(beat.now, 0.4, 1.6)) * (1.0 - smooth(span(beat.now, 9.0, 2.0)));
    canvas.text(
        (100.0, 196.0),
        Ink {
            tracking: 2.0,
            ..ink(Type::Strong, 19.0, AMBER)
        },
        shown,
        number,
    );
    canvas.text((98.0, 250.0), ink(Type::Title, 48.0, PAPER), shown, name);
    let way = beat.clock / beat.total;
    canvas.block((100.0, 656.0, 1080.0, 3.0), 1.5, MUTED, 0.3);
    canvas.disc((100.0 + 1080.0 * way, 657.5), 6.0, AMBER, 1.0);
}
