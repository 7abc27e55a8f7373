//! The film that starts by itself.

use super::props;
use crate::sample::canvas::{Canvas, centred};
use crate::sample::ease::{out, pulse, smooth, span, wave};
use crate::sample::fonts::Type;
use crate::sample::palette::{AMBER, EMBER, INK, LILAC, MINT, PANEL, PAPER, RAISED, mix};
use crate::sample::stage::triangle;
use crate::sample::timeline::Beat;

/// A page opens and asks; the browser thinks about it.
pub(crate) fn asking(canvas: &mut Canvas<'_>, beat: &Beat<'_>) {
    let shown = out(span(beat.now, 0.0, 0.9));
    canvas.placed((0.0, (1.0 - shown) * 40.0), 1.0, 0.0, |canvas| {
        props::window(
            canvas,
            (290.0, 106.0, 700.0, 450.0),
            "kinora.example/autoplay/",
        );
        props::player(
            canvas,
            (322.0, 176.0, 636.0, 344.0),
            beat.clock,
            0.05 + beat.now * 0.01,
        );
    });
    let asked = out(span(beat.since(0), 0.6, 0.6));
    canvas.faded(asked, |canvas| {
        props::sheet(
            canvas,
            (820.0, 60.0 + (1.0 - asked) * 20.0, 330.0, 118.0),
            24.0,
            RAISED,
        );
        canvas.text(
            (985.0, 110.0 + (1.0 - asked) * 20.0),
            centred(Type::Strong, 25.0, PAPER),
            1.0,
            "May I start?",
        );
        for dot in 0..3 {
            let lift = wave(beat.clock, 1.2, dot as f32 * -0.15).max(0.0) * 8.0;
            canvas.disc((959.0 + 26.0 * dot as f32, 146.0 - lift), 6.0, AMBER, 1.0);
        }
    });
}

/// With sound, without, or not at all.
pub(crate) fn three_ways(canvas: &mut Canvas<'_>, beat: &Beat<'_>) {
    let steps = [
        ("with sound", MINT),
        ("without sound", AMBER),
        ("when you say so", LILAC),
    ];
    for (index, (label, color)) in steps.into_iter().enumerate() {
        let x = 285.0 + index as f32 * 355.0;
        let here = out(span(beat.since(index), -0.3, 0.8));
        let refused = if index < 2 {
            smooth(span(beat.since(index + 1), 0.0, 0.5))
        } else {
            0.0
        };
        canvas.placed((0.0, (1.0 - here) * 44.0), 1.0, 0.0, |canvas| {
            canvas.faded(0.18 + 0.82 * here * (1.0 - 0.55 * refused), |canvas| {
                props::sheet(canvas, (x - 150.0, 150.0, 300.0, 340.0), 26.0, PANEL);
                canvas.disc((x, 290.0), 84.0, RAISED, 1.0);
                match index {
                    0 => loudspeaker(canvas, (x - 14.0, 290.0), color, beat.clock, true),
                    1 => loudspeaker(canvas, (x - 14.0, 290.0), color, beat.clock, false),
                    _ => triangle(canvas, (x + 2.0, 290.0), 36.0, color),
                }
                canvas.text((x, 424.0), centred(Type::Strong, 24.0, PAPER), 1.0, label);
                let button = ["", "Tap to unmute", "Play"][index];
                canvas.text((x, 458.0), centred(Type::Body, 20.0, color), 1.0, button);
            });
        });
        if index < 2 {
            props::cross(canvas, (x + 178.0, 320.0), 22.0, EMBER, refused);
        }
    }
}

fn loudspeaker(canvas: &mut Canvas<'_>, (x, y): (f32, f32), color: u32, clock: f32, loud: bool) {
    canvas.block((x - 42.0, y - 16.0, 34.0, 32.0), 6.0, color, 1.0);
    canvas.area(
        &[
            (x - 22.0, y - 14.0),
            (x + 10.0, y - 40.0),
            (x + 10.0, y + 40.0),
            (x - 22.0, y + 14.0),
        ],
        color,
        1.0,
    );
    if loud {
        for ring in 0..3 {
            let strength = 0.45 + 0.55 * pulse((clock * 0.8 - ring as f32 * 0.2).rem_euclid(1.0));
            canvas.arc(
                (x + 8.0, y),
                24.0 + 16.0 * ring as f32,
                (0.16, 0.34),
                mix(RAISED, color, strength),
                6.0,
            );
        }
    } else {
        canvas.line(
            &[(x + 24.0, y - 16.0), (x + 54.0, y + 16.0)],
            color,
            1.0,
            6.0,
        );
        canvas.line(
            &[(x + 24.0, y + 16.0), (x + 54.0, y - 16.0)],
            color,
            1.0,
            6.0,
        );
    }
}

/// A finger on the button: the old way is still the best.
pub(crate) fn your_turn(canvas: &mut Canvas<'_>, beat: &Beat<'_>) {
    let cycle = (beat.now / 2.6).fract() * 2.6;
    let press = span(cycle, 1.2, 0.5);
    canvas.glow((640.0, 320.0), 330.0, AMBER, 0.16 + 0.1 * pulse(press));
    for ring in 0..3 {
        let grown = (beat.clock * 0.25 + ring as f32 / 3.0).fract();
        canvas.ring(
            (640.0, 320.0),
            120.0 + 130.0 * grown,
            AMBER,
            (1.0 - grown) * 0.45,
            4.0,
        );
    }
    canvas.placed((640.0, 320.0), 1.0 - 0.06 * pulse(press), 0.0, |canvas| {
        canvas.disc((0.0, 0.0), 116.0, AMBER, 1.0);
        triangle(canvas, (6.0, 0.0), 52.0, INK);
    });
    let place = props::glide(
        (900.0, 600.0),
        (664.0, 344.0),
        span(cycle, 0.1, 1.0) - span(cycle, 1.9, 0.7),
    );
    props::pointer(canvas, place, press);
    canvas.text(
        (640.0, 540.0),
        centred(Type::Code, 23.0, LILAC),
        1.0,
        "autoplay: true",
    );
}
