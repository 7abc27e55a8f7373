//! What every film shares: the dark room, the reel of the hand-cranked viewer that Kinora is named
//! after, title and closing card, poster and artwork.

use anyhow::Result;

use super::canvas::{Canvas, Ink, STAGE, centred, ink};
use super::ease::{out, scatter, smooth, span, spring, wave};
use super::film::Film;
use super::fonts::{Faces, Type};
use super::palette::{AMBER, EMBER, INDIGO, INK, LILAC, MUTED, PAPER, mix};
use super::timeline::{BLEND, Beat, Timeline};

/// The room: dark at the edges, a breath of light where the picture is. The grain hides the steps
/// that eight bits leave in a dark gradient; it stands still, so it costs the encoders nothing.
pub(crate) fn room((width, height): (u32, u32)) -> Vec<u8> {
    let mut pixels = Vec::with_capacity(width as usize * height as usize * 4);
    for y in 0..height {
        for x in 0..width {
            let (u, v) = (
                x as f32 / width as f32 - 0.56,
                y as f32 / height as f32 - 0.42,
            );
            let light = 1.0 - (u * u * 1.5 + v * v * 2.2).sqrt() * 1.35;
            let color = f32x3(mix(INK, INDIGO, 0.0), mix(INK, INDIGO, 1.0), light);
            let grain = scatter(x ^ y.wrapping_mul(7919)) - 0.5;
            pixels.extend(color.map(|channel| (channel + grain).round().clamp(0.0, 255.0) as u8));
            pixels.push(255);
        }
    }
    pixels
}

fn f32x3(from: u32, to: u32, amount: f32) -> [f32; 3] {
    let amount = smooth(amount);
    [16, 8, 0].map(|shift| {
        let (from, to) = (
            ((from >> shift) & 0xff) as f32,
            ((to >> shift) & 0xff) as f32,
        );
        from + (to - from) * amount
    })
}

/// The reel: cards on a hub, as in the viewer. One after another catches the light as it passes the top.
pub(crate) fn reel(canvas: &mut Canvas<'_>, radius: f32, clock: f32, opened: f32) {
    let cards = if radius < 40.0 { 14 } else { 36 };
    for card in 0..cards {
        let place = card as f32 / cards as f32;
        let turn = place + clock * 0.025;
        let shown = smooth(opened * 1.6 - place * 0.6);
        let angle = turn * std::f32::consts::TAU;
        let lit = (angle.cos() * 0.5 + 0.5).powi(14);
        let (sin, cos) = angle.sin_cos();
        let (inner, outer) = (
            radius,
            radius * (1.0 + (0.16 + 0.06 * lit) * shown + if radius < 40.0 { 0.16 } else { 0.0 }),
        );
        let color = mix(mix(INDIGO, LILAC, 0.55), AMBER, lit);
        canvas.line(
            &[(sin * inner, -cos * inner), (sin * outer, -cos * outer)],
            color,
            shown * (0.5 + 0.5 * lit),
            (radius * 0.032).max(1.8),
        );
    }
}

/// The emblem inside its reel.
fn mark(canvas: &mut Canvas<'_>, film: &Film, clock: f32, opened: f32) {
    canvas.glow((0.0, 0.0), 300.0, mix(LILAC, AMBER, 0.25), 0.16 * opened);
    reel(canvas, 208.0, clock, opened);
    canvas.placed(
        (0.0, 0.0),
        0.92 * spring(opened * 1.2).max(0.001),
        0.0,
        |canvas| (film.emblem)(canvas, clock),
    );
}

/// Draws the moment at `clock` seconds.
pub(crate) fn frame<'b>(
    canvas: &mut Canvas<'_>,
    film: &Film,
    timeline: &Timeline,
    clock: f32,
    beat: impl Fn(usize) -> Beat<'b>,
) {
    (film.backdrop)(canvas, clock, timeline.length);
    let title = 1.0 - smooth(span(clock, film.pace.title - 0.3, 0.5));
    canvas.faded(title, |canvas| title_card(canvas, film, clock));
    for (index, scene) in timeline.scenes.iter().enumerate() {
        let shown = smooth(span(clock, scene.start, BLEND))
            * (1.0 - smooth(span(clock, scene.end - 0.35, 0.5)));
        if shown > 0.0 {
            let drift = (1.0 - out(span(clock, scene.start, 1.2))) * 26.0
                - smooth(span(clock, scene.end - 0.35, 0.5)) * 18.0;
            canvas.faded(shown, |canvas| {
                canvas.placed((drift, 0.0), 1.0, 0.0, |canvas| {
                    (film.scenes[index].draw)(canvas, &beat(index))
                });
            });
        }
    }
    let close = smooth(span(clock, timeline.close, 0.6))
        * (1.0 - smooth(span(clock, timeline.length - 0.5, 0.45)));
    canvas.faded(close, |canvas| {
        closing_card(canvas, clock, clock - timeline.close)
    });
    let within = (1.0 - title) * (1.0 - smooth(span(clock, timeline.close - 0.3, 0.5)));
    signature(canvas, film, clock, within * 0.75);
}

fn title_card(canvas: &mut Canvas<'_>, film: &Film, clock: f32) {
    if film.emblem_on_title {
        let sway = wave(clock, 9.0, 0.0) * 0.6;
        canvas.placed((948.0, 352.0), 0.98, sway, |canvas| {
            mark(canvas, film, clock, out(span(clock, 0.0, 1.6)));
        });
    }
    words(canvas, film, clock);
}

fn words(canvas: &mut Canvas<'_>, film: &Film, clock: f32) {
    let lines = film.title.len() as f32;
    let top = 372.0 - lines * 39.0;
    let rise = |delay: f32| {
        (
            out(span(clock, delay, 0.9)),
            (1.0 - out(span(clock, delay, 0.9))) * 34.0,
        )
    };
    let (shown, below) = rise(0.1);
    let kicker = Ink {
        tracking: 2.6,
        ..ink(Type::Strong, 19.0, AMBER)
    };
    canvas.text(
        (98.0, top - 34.0 + below),
        kicker,
        shown,
        &film.kicker.to_uppercase(),
    );
    for (index, line) in film.title.iter().enumerate() {
        let (shown, below) = rise(0.25 + index as f32 * 0.14);
        let title = Ink {
            tracking: -1.4,
            ..ink(Type::Title, 80.0, PAPER)
        };
        canvas.text(
            (94.0, top + 48.0 + index as f32 * 86.0 + below),
            title,
            shown,
            line,
        );
    }
    let grown = out(span(clock, 0.6, 1.1));
    let under = top + 48.0 + (lines - 1.0) * 86.0 + 44.0;
    canvas.block((98.0, under, 92.0 * grown, 5.0), 2.5, AMBER, 1.0);
    canvas.block(
        (98.0 + 100.0 * grown, under, 22.0 * grown, 5.0),
        2.5,
        EMBER,
        1.0,
    );
}

fn closing_card(canvas: &mut Canvas<'_>, clock: f32, now: f32) {
    let (middle, above) = (STAGE.0 / 2.0, STAGE.1 / 2.0 - 40.0);
    canvas.glow((middle, above), 300.0, AMBER, 0.1);
    canvas.placed((middle, above), 1.0, 0.0, |canvas| {
        reel(canvas, 84.0, clock * 3.0, out(span(now, 0.0, 1.2)));
        canvas.placed((0.0, 0.0), 0.95, 0.0, |canvas| {
            triangle(canvas, (0.0, 0.0), 34.0, AMBER)
        });
    });
    let name = Ink {
        tracking: 1.0,
        ..centred(Type::Title, 52.0, PAPER)
    };
    canvas.text(
        (middle, above + 176.0),
        name,
        out(span(now, 0.2, 0.8)),
        "kinora",
    );
    canvas.text(
        (middle, above + 216.0),
        centred(Type::Body, 21.0, MUTED),
        out(span(now, 0.45, 0.8)),
        "films that stay with you",
    );
}

fn signature(canvas: &mut Canvas<'_>, film: &Film, clock: f32, shown: f32) {
    canvas.faded(shown, |canvas| {
        canvas.placed((70.0, 62.0), 1.0, 0.0, |canvas| {
            reel(canvas, 13.0, clock * 2.0, 1.0)
        });
        canvas.placed((70.0, 62.0), 1.0, 0.0, |canvas| {
            triangle(canvas, (0.0, 0.0), 6.0, AMBER)
        });
        canvas.text(
            (98.0, 68.0),
            ink(Type::Body, 18.0, MUTED),
            1.0,
            &film.title.join(" "),
        );
    });
}

/// The sign for playing, `size` from its middle to its tip.
pub(crate) fn triangle(canvas: &mut Canvas<'_>, (x, y): (f32, f32), size: f32, color: u32) {
    let points = [
        (x + size, y),
        (x - size * 0.62, y - size * 0.92),
        (x - size * 0.62, y + size * 0.92),
        (x + size, y),
    ];
    canvas.area(&points, color, 1.0);
    canvas.line(&points, color, 1.0, size * 0.22);
}

/// The poster: the title card when everything has arrived.
pub(crate) fn poster<'a>(
    faces: &'a Faces<'a>,
    film: &Film,
    size: (u32, u32),
) -> Result<Canvas<'a>> {
    let mut canvas = Canvas::new(faces, size, STAGE.0)?;
    canvas.paste(&room(size));
    // Somewhere in the middle of the film, with everything on the card in its place.
    (film.backdrop)(&mut canvas, 50.0, 100.0);
    title_card(&mut canvas, film, 6.0);
    Ok(canvas)
}

/// The square picture for the system's media controls.
pub(crate) fn artwork<'a>(faces: &'a Faces<'a>, film: &Film, size: u32) -> Result<Canvas<'a>> {
    let mut canvas = Canvas::new(faces, (size, size), 560.0)?;
    canvas.block((0.0, 0.0, 560.0, 560.0), 0.0, mix(INK, INDIGO, 0.9), 1.0);
    canvas.placed((280.0, 280.0), 1.0, 0.0, |canvas| {
        mark(canvas, film, 6.0, 1.0)
    });
    Ok(canvas)
}
