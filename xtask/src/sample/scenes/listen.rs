//! The film that is there to be heard: every note is seen where and when it sounds.

use crate::sample::canvas::{Canvas, Ink, centred, ink};
use crate::sample::ease::{out, pulse, smooth, span, wave};
use crate::sample::fonts::Type;
use crate::sample::music::{BAR, NOCTURNE, Note, Part};
use crate::sample::palette::{AMBER, Color, EMBER, LILAC, LINE, MINT, MUTED, PAPER, mix};
use crate::sample::timeline::Beat;

/// The circle of pitches, the notes on it, the loudness around it and the chord's name beside it.
pub(crate) fn circle(canvas: &mut Canvas<'_>, beat: &Beat<'_>) {
    let middle = (820.0, 340.0);
    halo(canvas, middle, beat);
    canvas.placed(middle, 1.0, beat.clock * 1.5, |canvas| {
        for step in 0..12 {
            let (x, y) = place(step, 150.0);
            canvas.disc((x, y), 4.0, LINE, 1.0);
        }
        polygon(canvas, beat);
        for note in beat.notes {
            let age = beat.clock - note.start;
            if (0.0..note.length).contains(&age) {
                sounding(canvas, note, age);
            }
        }
    });
    let bar = (beat.clock / BAR) as usize;
    let within = beat.clock - bar as f32 * BAR;
    let name = NOCTURNE[bar % NOCTURNE.len()].0;
    let shown = out(span(within, 0.0, 0.5)) * (1.0 - smooth(span(within, BAR - 0.35, 0.35)));
    let (root, rest) = name.split_once(' ').unwrap_or((name, ""));
    canvas.text(
        (126.0, 366.0 + (1.0 - shown) * 16.0),
        Ink {
            tracking: -4.0,
            ..ink(Type::Title, 150.0, PAPER)
        },
        shown,
        root,
    );
    canvas.text(
        (132.0, 420.0 + (1.0 - shown) * 16.0),
        ink(Type::Body, 34.0, AMBER),
        shown,
        rest,
    );
    let width = 240.0;
    canvas.block((132.0, 458.0, width, 4.0), 2.0, LINE, 1.0);
    canvas.block(
        (132.0, 458.0, (width * within / BAR).max(4.0), 4.0),
        2.0,
        AMBER,
        1.0,
    );
    legend(canvas, beat);
}

fn legend(canvas: &mut Canvas<'_>, beat: &Beat<'_>) {
    let parts = [
        (Part::Pad, "chords"),
        (Part::Pluck, "strings"),
        (Part::Bass, "bass"),
        (Part::Bell, "bells"),
    ];
    for (index, (part, name)) in parts.into_iter().enumerate() {
        let playing = beat.notes.iter().any(|note| {
            note.part == part && (0.0..note.length).contains(&(beat.clock - note.start))
        });
        let struck = beat
            .notes
            .iter()
            .filter(|note| note.part == part)
            .map(|note| beat.clock - note.start)
            .filter(|age| *age >= 0.0)
            .fold(9.0, f32::min);
        let y = 124.0 + index as f32 * 29.0;
        canvas.disc(
            (140.0, y),
            6.0 + 4.0 * pulse(span(struck, -0.1, 0.5)),
            color(part),
            if playing { 1.0 } else { 0.25 },
        );
        canvas.text(
            (162.0, y + 6.5),
            ink(Type::Body, 19.0, MUTED),
            if playing { 1.0 } else { 0.4 },
            name,
        );
    }
}

/// Where a pitch class is on the circle: neighbours are a fifth apart, so that chords make calm shapes.
fn place(pitch: i32, radius: f32) -> (f32, f32) {
    let angle = (pitch * 7).rem_euclid(12) as f32 / 12.0 * std::f32::consts::TAU;
    (radius * angle.sin(), -radius * angle.cos())
}

fn distance(pitch: i32) -> f32 {
    78.0 + (pitch - 40) as f32 * 2.9
}

fn color(part: Part) -> Color {
    match part {
        Part::Pad => LILAC,
        Part::Bass => EMBER,
        Part::Pluck => AMBER,
        Part::Bell => MINT,
    }
}

/// The chord as a shape between its notes.
fn polygon(canvas: &mut Canvas<'_>, beat: &Beat<'_>) {
    for bar in 0..(beat.total / BAR) as usize + 1 {
        let age = beat.clock - bar as f32 * BAR;
        let strength = smooth(span(age, 0.0, 1.2)) * (1.0 - smooth(span(age, BAR - 0.2, 1.4)));
        if strength > 0.01
            && beat
                .notes
                .iter()
                .any(|note| (note.start - bar as f32 * BAR).abs() < 0.1)
        {
            let (_, chord) = NOCTURNE[bar % NOCTURNE.len()];
            let mut steps: Vec<i32> = chord
                .iter()
                .map(|pitch| (pitch * 7).rem_euclid(12))
                .collect();
            steps.sort_unstable();
            // Multiplying by seven again leads from the place on the circle back to the pitch.
            let points: Vec<_> = steps
                .iter()
                .map(|step| place(step * 7, 150.0 + 10.0 * beat.level(0.0)))
                .collect();
            canvas.area(&points, LILAC, 0.16 * strength);
            let closed: Vec<_> = points.iter().chain(points.first()).copied().collect();
            canvas.line(&closed, LILAC, 0.55 * strength, 2.5);
        }
    }
}

fn sounding(canvas: &mut Canvas<'_>, note: &Note, age: f32) {
    let at = place(note.pitch, distance(note.pitch));
    let shade = color(note.part);
    match note.part {
        Part::Pad => {
            let swell = pulse(age / note.length).sqrt();
            canvas.disc(at, 7.0 + 6.0 * swell, shade, swell);
        }
        Part::Bass => {
            canvas.ring(
                (0.0, 0.0),
                40.0 + 30.0 * (age / note.length),
                shade,
                (1.0 - age / note.length) * 0.9,
                6.0,
            );
        }
        Part::Pluck | Part::Bell => {
            let fall = (1.0 - age / note.length).powi(2);
            canvas.ring(
                at,
                8.0 + 34.0 * out(age / note.length),
                shade,
                fall * 0.8,
                3.0,
            );
            canvas.disc(
                at,
                4.0 + 9.0 * fall,
                mix(shade, PAPER, fall * 0.5),
                fall.sqrt(),
            );
        }
    }
}

/// The last seconds of loudness as rays around the circle, the newest at the top.
fn halo(canvas: &mut Canvas<'_>, (x, y): (f32, f32), beat: &Beat<'_>) {
    canvas.glow(
        (x, y),
        330.0,
        mix(LILAC, AMBER, beat.level(0.0)),
        0.1 + 0.12 * beat.level(0.0),
    );
    for ray in 0..120 {
        let ago = ray as f32 / 120.0 * 4.0;
        let angle = ray as f32 / 120.0 * std::f32::consts::TAU;
        let level = beat.level(ago);
        let inner = 232.0 + 2.0 * wave(beat.clock, 7.0, ray as f32 / 60.0);
        let outer = inner + 3.0 + 44.0 * level;
        let (sin, cos) = angle.sin_cos();
        let shade = mix(AMBER, LILAC, (ago / 2.0).min(1.0));
        canvas.line(
            &[
                (x + sin * inner, y - cos * inner),
                (x + sin * outer, y - cos * outer),
            ],
            shade,
            1.0 - ago / 5.0,
            4.0,
        );
    }
}

/// A word about what is heard, for the first moments of a part.
pub(crate) fn opening(canvas: &mut Canvas<'_>, beat: &Beat<'_>) {
    circle(canvas, beat);
    let shown = pulse(span(beat.now, 0.4, beat.length - 0.8)).sqrt();
    canvas.text(
        (820.0, 652.0),
        centred(Type::Body, 22.0, MUTED),
        shown,
        "a nocturne for one small computer",
    );
}
