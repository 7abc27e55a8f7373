//! The first film: what "available offline" means.

use super::props;
use crate::sample::canvas::{Canvas, centred, ink};
use crate::sample::ease::{between, out, pulse, smooth, span, wave};
use crate::sample::fonts::Type;
use crate::sample::palette::{
    AMBER, EMBER, INDIGO, INK, LILAC, LINE, MINT, MUTED, PANEL, PAPER, RAISED, mix,
};
use crate::sample::timeline::Beat;

/// A train on its way to a tunnel; the film it carries stops with the network.
pub(crate) fn network_ends(canvas: &mut Canvas<'_>, beat: &Beat<'_>) {
    let way = smooth(span(beat.now, 0.0, beat.length));
    let inside = smooth(span(beat.now, beat.length * 0.5, 1.4));
    railway(canvas, beat.clock, between(-120.0, 860.0, way));
    signal(canvas, (640.0, 150.0), 1.0 - inside);
    let stuck = between(0.0, 0.46, smooth(span(beat.now, 0.3, beat.length * 0.58)));
    film_bar(
        canvas,
        stuck,
        if inside > 0.6 {
            "waiting for the network"
        } else {
            "playing"
        },
        inside,
        beat.clock,
    );
}

/// The same train, the same tunnel; now the film is on board.
pub(crate) fn through_the_tunnel(canvas: &mut Canvas<'_>, beat: &Beat<'_>) {
    let way = span(beat.now, 0.0, beat.length + 0.6);
    let inside = smooth(span(beat.now, beat.length * 0.42, 1.2));
    railway(canvas, beat.clock, between(-60.0, 1080.0, way));
    signal(canvas, (640.0, 150.0), 1.0 - inside);
    film_bar(
        canvas,
        between(0.3, 1.0, way),
        "playing from this device",
        0.0,
        beat.clock,
    );
    props::tick(
        canvas,
        (1040.0, 246.0),
        20.0,
        MINT,
        span(beat.now, 1.0, 0.6),
    );
}

fn railway(canvas: &mut Canvas<'_>, clock: f32, head: f32) {
    let ground = 520.0;
    for (layer, color) in [mix(INDIGO, LILAC, 0.2), mix(INDIGO, LILAC, 0.12)]
        .into_iter()
        .enumerate()
    {
        let depth = layer as f32 + 1.0;
        let mut points: Vec<_> = (0..=40)
            .map(|step| {
                let x = step as f32 * 33.0 - 20.0;
                (
                    x,
                    430.0 + 34.0 * depth
                        - wave(x + clock * 8.0 * depth, 420.0 - 90.0 * depth, depth * 0.3) * 38.0,
                )
            })
            .collect();
        points.extend([(1310.0, ground), (-20.0, ground)]);
        canvas.area(&points, color, 1.0);
    }
    train(canvas, (head, ground - 6.0), clock);
    // The mountain stands in front, so the train goes into it.
    let mountain = [
        (690.0, ground),
        (770.0, 400.0),
        (850.0, 352.0),
        (930.0, 292.0),
        (1030.0, 338.0),
        (1120.0, 300.0),
        (1310.0, 420.0),
        (1310.0, ground),
    ];
    canvas.area(&mountain, PANEL, 1.0);
    canvas.line(&mountain[..7], LINE, 1.0, 3.0);
    canvas.area(
        &[
            (930.0, 292.0),
            (898.0, 316.0),
            (930.0, 330.0),
            (962.0, 308.0),
        ],
        PAPER,
        0.85,
    );
    canvas.block((690.0, 428.0, 96.0, 100.0), 46.0, RAISED, 1.0);
    canvas.block((702.0, 440.0, 80.0, 88.0), 38.0, INK, 1.0);
    canvas.block((0.0, ground, 1280.0, 5.0), 2.5, LILAC, 0.9);
    for tie in 0..34 {
        canvas.block(
            (tie as f32 * 39.0, ground + 11.0, 17.0, 6.0),
            3.0,
            LINE,
            1.0,
        );
    }
}

fn train(canvas: &mut Canvas<'_>, (head, ground): (f32, f32), clock: f32) {
    if head > 980.0 {
        return;
    }
    for (car, color) in [AMBER, EMBER, EMBER].into_iter().enumerate() {
        let x = head - 128.0 - car as f32 * 136.0;
        // What is inside the mountain is not seen; its foot begins at 700.
        let visible = (704.0 - x).clamp(0.0, 128.0);
        if visible < 24.0 {
            continue;
        }
        let shake = wave(clock, 0.5, car as f32 * 0.4) * 0.8;
        canvas.block(
            (x, ground - 62.0 + shake, visible, 54.0),
            if car == 0 { 20.0 } else { 11.0 },
            color,
            1.0,
        );
        for pane in 0..4 {
            let at = 12.0 + pane as f32 * 28.0;
            if at + 20.0 < visible {
                canvas.block(
                    (x + at, ground - 50.0 + shake, 19.0, 17.0),
                    5.0,
                    INDIGO,
                    1.0,
                );
            }
        }
        for wheel in [24.0, 104.0] {
            if wheel + 9.0 < visible {
                canvas.disc((x + wheel, ground - 4.0), 9.0, PAPER, 1.0);
                canvas.disc((x + wheel, ground - 4.0), 4.0, INDIGO, 1.0);
            }
        }
    }
}

/// Four bars of reception, as many as `strength` says.
fn signal(canvas: &mut Canvas<'_>, (x, y): (f32, f32), strength: f32) {
    for step in 0..4 {
        let height = 14.0 + step as f32 * 12.0;
        let lit = (strength * 4.0 - step as f32).clamp(0.0, 1.0);
        canvas.block(
            (
                x - 44.0 + step as f32 * 24.0,
                y + 26.0 - height,
                15.0,
                height,
            ),
            5.0,
            mix(LINE, MINT, lit),
            1.0,
        );
    }
    if strength < 0.2 {
        canvas.line(
            &[(x - 56.0, y - 32.0), (x + 58.0, y + 36.0)],
            EMBER,
            1.0 - strength * 5.0,
            6.0,
        );
    }
}

fn film_bar(canvas: &mut Canvas<'_>, progress: f32, label: &str, stalled: f32, clock: f32) {
    props::sheet(canvas, (240.0, 206.0, 800.0, 80.0), 22.0, PANEL);
    props::bar(canvas, (276.0, 256.0, 728.0, 8.0), progress);
    canvas.text(
        (276.0, 240.0),
        ink(Type::Body, 19.0, mix(MUTED, EMBER, stalled)),
        1.0,
        label,
    );
    if stalled > 0.1 {
        let turn = clock * 0.9;
        canvas.arc((992.0, 234.0), 11.0, (turn, turn + 0.7), EMBER, 4.0);
    }
}

/// The page with its one button.
pub(crate) fn one_button(canvas: &mut Canvas<'_>, beat: &Beat<'_>) {
    let (shown, press) = (out(span(beat.now, 0.0, 1.0)), beat.since(1) + 0.15);
    canvas.placed((640.0, 340.0), between(0.94, 1.0, shown), 0.0, |canvas| {
        canvas.placed((-640.0, -340.0), 1.0, 0.0, |canvas| {
            props::window(
                canvas,
                (290.0, 96.0, 700.0, 470.0),
                "kinora.example/take-it-with-you/",
            );
            props::player(
                canvas,
                (322.0, 166.0, 636.0, 290.0),
                beat.clock,
                0.18 + beat.now * 0.01,
            );
            let pressed = smooth(span(press, 0.0, 0.25));
            if press < 0.8 {
                props::button(canvas, (482.0, 510.0), "Make available offline", pressed);
            } else {
                downloading(canvas, span(press, 0.9, 3.4));
            }
        });
    });
    let place = props::glide((1080.0, 610.0), (560.0, 516.0), span(press, -2.2, 2.0));
    let leave = props::glide(place, (1040.0, 640.0), span(press, 0.9, 1.4));
    props::pointer(canvas, leave, span(press, 0.0, 0.5));
}

fn downloading(canvas: &mut Canvas<'_>, done: f32) {
    let (left, width) = (322.0, 636.0);
    if done < 1.0 {
        canvas.block((left, 500.0, width, 16.0), 8.0, INDIGO, 1.0);
        canvas.block(
            (left, 500.0, (width * smooth(done)).max(16.0), 16.0),
            8.0,
            AMBER,
            1.0,
        );
        return;
    }
    props::tick(canvas, (344.0, 509.0), 19.0, MINT, 1.0);
    canvas.text(
        (378.0, 516.0),
        ink(Type::Strong, 21.0, MINT),
        1.0,
        "Available offline",
    );
}

/// Pieces fly from the server to the phone; halfway the line breaks, and goes on.
pub(crate) fn pieces(canvas: &mut Canvas<'_>, beat: &Beat<'_>) {
    const PIECES: usize = 28;
    let (server, phone) = ((350.0, 330.0), (940.0, 330.0));
    let broken =
        smooth(span(beat.since(1), 0.2, 0.4)) * (1.0 - smooth(span(beat.since(1), 2.1, 0.4)));
    let first = span(
        beat.now,
        0.8,
        beat.cues.get(1).map_or(4.0, |cue| cue.start - 0.4),
    ) * 17.0;
    let stored = first
        + span(
            beat.since(1),
            2.3,
            (beat.length - beat.cues.get(1).map_or(0.0, |cue| cue.start) - 2.6).max(1.0),
        ) * 13.0;
    rack(canvas, server, PIECES, stored);
    let gap = 46.0 * broken;
    for dot in 0..19 {
        let x = between(470.0, 820.0, dot as f32 / 18.0);
        if (x - 645.0).abs() > gap {
            canvas.disc((x, 330.0), 3.0, mix(LINE, EMBER, broken), 1.0);
        }
    }
    for piece in 0..PIECES {
        let flight = stored - piece as f32 + 1.4;
        if (0.0..1.4).contains(&flight) && broken < 0.05 {
            let way = flight / 1.4;
            let (x, y) = (
                between(400.0, 870.0, smooth(way)),
                330.0 - pulse(way) * (70.0 - 30.0 * (piece % 3) as f32),
            );
            canvas.block(
                (x - 19.0, y - 19.0, 38.0, 38.0),
                8.0,
                props::piece_color(piece, PIECES),
                1.0,
            );
        }
    }
    props::phone(canvas, phone, PIECES, stored);
    if broken > 0.0 {
        props::cross(canvas, (645.0, 330.0), 24.0, EMBER, broken);
    }
    canvas.text(
        (server.0, 556.0),
        centred(Type::Body, 21.0, MUTED),
        1.0,
        "the server",
    );
    canvas.text(
        (phone.0, 556.0),
        centred(Type::Body, 21.0, MUTED),
        1.0,
        "your device",
    );
    canvas.text(
        (645.0, 430.0),
        centred(Type::Code, 20.0, LILAC),
        1.0,
        "2 MiB at a time",
    );
}

fn rack(canvas: &mut Canvas<'_>, (x, y): (f32, f32), pieces: usize, sent: f32) {
    props::sheet(canvas, (x - 104.0, y - 186.0, 208.0, 372.0), 20.0, PANEL);
    for piece in 0..pieces {
        let (column, row) = (piece % 4, piece / 4);
        let area = (
            x - 82.0 + column as f32 * 42.0,
            y - 150.0 + row as f32 * 42.0,
            38.0,
            38.0,
        );
        let gone = (sent + 1.0 - piece as f32).clamp(0.0, 1.0);
        canvas.block(
            area,
            7.0,
            mix(props::piece_color(piece, pieces), INDIGO, 0.72 * gone),
            1.0,
        );
    }
}
