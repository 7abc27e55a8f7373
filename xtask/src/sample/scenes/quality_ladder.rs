//! The film about a stream in several qualities.

use super::props;
use crate::sample::canvas::{Area, Canvas, centred, ink};
use crate::sample::ease::{between, out, pulse, smooth, span, wave};
use crate::sample::fonts::Type;
use crate::sample::palette::{
    AMBER, Color, EMBER, INDIGO, INK, LILAC, LINE, MINT, MUTED, PANEL, PAPER, RAISED, mix,
};
use crate::sample::timeline::Beat;

/// From the largest to the smallest, as they stand on the ladder.
const RUNGS: [(&str, Color); 3] = [("1080", AMBER), ("720", EMBER), ("360", LILAC)];

/// Three screens with the same film, each on a line of its own width.
pub(crate) fn sizes(canvas: &mut Canvas<'_>, beat: &Beat<'_>) {
    let ground = 430.0;
    let screens = [(1050.0, 176.0, 2), (760.0, 300.0, 1), (330.0, 480.0, 0)];
    for (index, (x, width, rung)) in screens.into_iter().enumerate() {
        let (name, color) = RUNGS[rung];
        let shown = out(span(beat.now, 0.2 + 0.35 * index as f32, 0.9));
        let height = width * 9.0 / 16.0;
        let line = smooth(span(beat.since(1), 0.2 + 0.3 * index as f32, 0.8));
        let thick = 7.0 * 2.2_f32.powi(2 - rung as i32);
        wire(canvas, (x, ground + 66.0), thick, line, beat.clock, color);
        canvas.faded(shown, |canvas| {
            canvas.placed((0.0, (1.0 - shown) * 40.0), 1.0, 0.0, |canvas| {
                let area = (x - width / 2.0, ground - height, width, height);
                props::player(canvas, area, beat.clock, 0.1 + 0.012 * beat.now);
                canvas.text(
                    (x, ground + 40.0),
                    centred(Type::Title, 28.0, color),
                    1.0,
                    name,
                );
            });
        });
    }
}

/// A line from below, and what flows in it.
fn wire(
    canvas: &mut Canvas<'_>,
    (x, top): (f32, f32),
    thick: f32,
    shown: f32,
    clock: f32,
    color: Color,
) {
    let bottom = 640.0;
    let reach = between(bottom, top, shown);
    canvas.faded(shown, |canvas| {
        canvas.line(&[(x, bottom), (x, reach)], RAISED, 1.0, thick);
        for drop in 0..4 {
            let way = (clock * 0.55 + drop as f32 / 4.0).fract();
            let y = between(bottom, top, way);
            if y > reach {
                canvas.disc((x, y), thick * 0.34, color, pulse(way));
            }
        }
    });
}

/// The pieces of every rung, and the way that a player takes through them.
pub(crate) fn pieces(canvas: &mut Canvas<'_>, beat: &Beat<'_>) {
    const PIECES: usize = 10;
    const WAY: [usize; PIECES] = [2, 1, 0, 0, 2, 2, 1, 0, 0, 0];
    let (left, width, top) = (210.0, 930.0, 170.0);
    let step = width / PIECES as f32;
    let cut = smooth(span(beat.since(0), 0.9, 1.2));
    let played = (beat.since(1) * 2.4).clamp(0.0, PIECES as f32);
    let place = |piece: usize| top + 118.0 * WAY[piece] as f32;
    for (row, (name, color)) in RUNGS.into_iter().enumerate() {
        let (y, height) = (top + 118.0 * row as f32, 84.0 - 20.0 * row as f32);
        canvas.text(
            (left - 46.0, y + 10.0),
            centred(Type::Title, 27.0, color),
            1.0,
            name,
        );
        for (piece, &chosen) in WAY.iter().enumerate() {
            let gap = 4.0 * cut;
            let lit = if chosen == row {
                smooth(played - piece as f32)
            } else {
                0.0
            };
            let area = (
                left + piece as f32 * step + gap,
                y - height / 2.0,
                step - 2.0 * gap,
                height,
            );
            canvas.block(area, 12.0 * cut, mix(RAISED, color, lit), 1.0);
            canvas.frame(area, 12.0 * cut, mix(LINE, color, lit), cut, 2.0);
        }
    }
    let whole = (played.max(0.0) as usize).min(PIECES - 1);
    let mut way: Vec<_> = (0..=whole)
        .map(|piece| (left + (piece as f32 + 0.5) * step, place(piece)))
        .collect();
    let part = smooth(played - whole as f32 - 0.5);
    if whole + 1 < PIECES {
        let (from, to) = (place(whole), place(whole + 1));
        let x = left + (whole as f32 + 0.5 + part) * step;
        way.push((x, between(from, to, part)));
    }
    canvas.faded(smooth(played), |canvas| {
        canvas.line(&way, PAPER, 1.0, 5.0);
        if let Some(&head) = way.last() {
            canvas.disc(head, 13.0, INK, 1.0);
            canvas.disc(head, 9.0, PAPER, 1.0);
        }
    });
}

/// Two manifests name the same pieces.
pub(crate) fn manifests(canvas: &mut Canvas<'_>, beat: &Beat<'_>) {
    let (left, top) = (486.0, 178.0);
    let sides = [
        (
            "DASH",
            "film.mpd",
            250.0,
            AMBER,
            span(beat.since(0), 1.0, 0.8),
        ),
        (
            "HLS",
            "film.m3u8",
            1030.0,
            MINT,
            span(beat.since(1), 0.1, 0.8),
        ),
    ];
    for (_, _, x, color, shown) in sides {
        let side = if x < 640.0 { 1.0 } else { -1.0 };
        for row in 0..4 {
            let y = top + 28.0 + 76.0 * row as f32;
            let end = between(
                x + 90.0 * side,
                640.0 - 168.0 * side,
                smooth(shown * 1.4 - 0.4),
            );
            canvas.line(
                &[(x + 90.0 * side, 300.0), (end, y)],
                color,
                0.75 * shown,
                3.0,
            );
        }
    }
    for row in 0..4 {
        for piece in 0..4 {
            let here = out(span(beat.now, 0.1 + 0.05 * (row + piece) as f32, 0.6));
            let area = (
                left + 78.0 * piece as f32,
                top + 76.0 * row as f32,
                70.0,
                56.0,
            );
            let color = mix(props::piece_color(row * 4 + piece, 16), LILAC, 0.15);
            canvas.faded(here, |canvas| canvas.block(area, 10.0, color, 1.0));
        }
    }
    for (name, file, x, color, shown) in sides {
        canvas.faded(out(shown * 2.0), |canvas| {
            props::sheet(canvas, (x - 90.0, 200.0, 180.0, 200.0), 18.0, INDIGO);
            canvas.text((x, 256.0), centred(Type::Title, 36.0, color), 1.0, name);
            for row in 0..4 {
                let width = [110.0, 84.0, 120.0, 96.0][row];
                let y = 284.0 + 22.0 * row as f32;
                canvas.block((x - 60.0, y, width, 8.0), 4.0, mix(LINE, color, 0.4), 1.0);
            }
            canvas.text((x, 440.0), centred(Type::Code, 21.0, MUTED), 1.0, file);
        });
    }
}

/// One track of pictures and two of sound; the menu changes between those.
pub(crate) fn voices(canvas: &mut Canvas<'_>, beat: &Beat<'_>) {
    let menu = out(span(beat.since(1), -0.3, 0.6));
    let czech = smooth(span(beat.since(1), 1.0, 0.3));
    let (left, width) = (190.0, 900.0);
    for piece in 0..9 {
        let area = (left + 100.0 * piece as f32 + 3.0, 130.0, 94.0, 104.0);
        frame(canvas, area, beat.clock + piece as f32 * 9.0);
    }
    let rows = [
        (300.0, "English", AMBER, 1.0 - czech),
        (430.0, "Česky", MINT, czech),
    ];
    for (index, (y, name, color, chosen)) in rows.into_iter().enumerate() {
        let apart = out(span(beat.since(0), 0.4 + 1.9 * index as f32, 0.9));
        canvas.faded(apart, |canvas| {
            canvas.placed((0.0, (1.0 - apart) * -60.0), 1.0, 0.0, |canvas| {
                props::sheet(canvas, (left, y - 44.0, width, 100.0), 18.0, PANEL);
                let heard = 0.25 + 0.75 * chosen;
                sound(
                    canvas,
                    (left + 150.0, y + 6.0, width - 170.0),
                    mix(LINE, color, heard),
                    1.3 * index as f32,
                    beat,
                );
                let label = ink(Type::Strong, 22.0, mix(MUTED, color, chosen));
                canvas.text((left + 28.0, y + 14.0), label, 1.0, name);
            });
        });
    }
    canvas.faded(menu, |canvas| {
        props::sheet(canvas, (880.0, 330.0, 240.0, 122.0), 18.0, INDIGO);
        for (row, (_, name, color, lit)) in rows.into_iter().enumerate() {
            let y = 366.0 + row as f32 * 50.0;
            canvas.block((892.0, y - 22.0, 216.0, 44.0), 12.0, RAISED, lit);
            canvas.disc((918.0, y), 7.0, color, lit);
            let text = ink(Type::Strong, 22.0, mix(MUTED, PAPER, lit));
            canvas.text((942.0, y + 8.0), text, 1.0, name);
        }
    });
    let place = props::glide(
        (1180.0, 620.0),
        (1010.0, 420.0),
        span(beat.since(1), -0.5, 1.3),
    );
    canvas.faded(menu, |canvas| {
        props::pointer(canvas, place, span(beat.since(1), 0.9, 0.5))
    });
}

/// A picture of the film, without the player's bar.
fn frame(canvas: &mut Canvas<'_>, (x, y, width, height): Area, clock: f32) {
    canvas.block((x, y, width, height), 10.0, mix(INDIGO, LILAC, 0.3), 1.0);
    let sun = (
        x + width * (0.5 + 0.28 * wave(clock, 40.0, 0.0)),
        y + height * 0.38,
    );
    canvas.disc(sun, height * 0.16, AMBER, 1.0);
    let hill = height * (0.28 + 0.06 * wave(clock, 23.0, 0.3));
    canvas.block(
        (x, y + height - hill, width, hill),
        10.0,
        mix(INDIGO, EMBER, 0.55),
        1.0,
    );
}

/// What sounded `ago` seconds ago at the right end, and what sounded before to the left of it.
fn sound(
    canvas: &mut Canvas<'_>,
    (x, y, width): (f32, f32, f32),
    color: Color,
    ago: f32,
    beat: &Beat<'_>,
) {
    let bars = (width / 10.0) as usize;
    for bar in 0..bars {
        let passed = (bars - bar) as f32 * 0.05;
        let height = 6.0 + 64.0 * beat.level(ago + passed);
        let area = (x + 10.0 * bar as f32, y - height / 2.0, 6.0, height);
        canvas.block(area, 3.0, color, 1.0);
    }
}

/// One rung and both voices go into the phone; the other rungs stay.
pub(crate) fn comes_along(canvas: &mut Canvas<'_>, beat: &Beat<'_>) {
    let phone = (960.0, 322.0);
    props::sheet(
        canvas,
        (phone.0 - 100.0, phone.1 - 186.0, 200.0, 372.0),
        30.0,
        PANEL,
    );
    canvas.block((phone.0 - 24.0, phone.1 - 174.0, 48.0, 7.0), 3.5, LINE, 1.0);
    let said = beat.cues.first().map_or(3.0, |cue| cue.end - cue.start);
    let rows = [
        ("1080", AMBER, None),
        ("720", EMBER, Some(0.45)),
        ("360", LILAC, None),
        ("English", AMBER, Some(0.68)),
        ("Česky", MINT, Some(0.8)),
    ];
    let mut slot = 0;
    for (row, (name, color, leaves)) in rows.into_iter().enumerate() {
        let shown = out(span(beat.now, 0.08 * row as f32, 0.7));
        let home = (330.0, 150.0 + 84.0 * row as f32);
        let flight = leaves.map_or(0.0, |part| smooth(span(beat.since(0), part * said, 1.3)));
        let target = (phone.0, 236.0 + 76.0 * slot as f32);
        slot += usize::from(leaves.is_some());
        track(canvas, home, 300.0, (name, color), shown * 0.28);
        let (x, y) = props::glide(home, target, flight);
        let alpha = if leaves.is_some() {
            shown
        } else {
            shown * 0.35
        };
        let sway = wave(beat.clock, 5.0, row as f32 * 0.2) * 2.0 * (1.0 - flight);
        let width = between(300.0, 164.0, flight);
        track(canvas, (x, y + sway), width, (name, color), alpha);
    }
    let done = span(beat.since(0), 0.8 * said + 1.4, 0.6);
    props::tick(canvas, (phone.0, 506.0), 30.0, MINT, done);
}

fn track(
    canvas: &mut Canvas<'_>,
    (x, y): (f32, f32),
    width: f32,
    (name, color): (&str, Color),
    alpha: f32,
) {
    canvas.faded(alpha, |canvas| {
        canvas.block((x - width / 2.0, y - 30.0, width, 60.0), 16.0, color, 1.0);
        canvas.text((x, y + 9.0), centred(Type::Title, 26.0, INK), 1.0, name);
    });
}
