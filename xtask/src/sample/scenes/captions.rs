//! The film about captions.

use super::props;
use crate::sample::canvas::{Canvas, centred, ink};
use crate::sample::ease::{between, out, smooth, span, wave};
use crate::sample::fonts::Type;
use crate::sample::palette::{
    AMBER, INDIGO, INK, LILAC, LINE, MINT, MUTED, PANEL, PAPER, RAISED, mix,
};
use crate::sample::timeline::Beat;

/// A file beside the film, and what is in it.
pub(crate) fn text_file(canvas: &mut Canvas<'_>, beat: &Beat<'_>) {
    let aside = smooth(span(beat.since(1), -0.3, 0.9));
    props::file(
        canvas,
        (between(500.0, 270.0, aside), 320.0),
        1.35,
        "MP4",
        AMBER,
    );
    props::file(
        canvas,
        (
            between(780.0, 470.0, aside),
            320.0 + wave(beat.clock, 4.0, 0.2) * 4.0,
        ),
        1.35,
        "VTT",
        LILAC,
    );
    canvas.faded(aside, |canvas| {
        let lines = [
            "WEBVTT",
            "",
            "00:03.300 --> 00:06.452",
            "Captions are a text file",
            "beside the film.",
        ];
        canvas.placed(((1.0 - aside) * 90.0, 0.0), 1.0, 0.0, |canvas| {
            props::code(
                canvas,
                (610.0, 190.0, 500.0, 268.0),
                25.0,
                &lines,
                span(beat.since(1), 0.0, 2.4),
            );
        });
    });
}

/// The voice as it sounds now, and the words on it.
pub(crate) fn on_the_voice(canvas: &mut Canvas<'_>, beat: &Beat<'_>) {
    let (left, width, middle) = (150.0, 980.0, 262.0);
    props::sheet(
        canvas,
        (left - 20.0, 130.0, width + 40.0, 380.0),
        26.0,
        PANEL,
    );
    let seconds = 5.0;
    let head = left + width * 0.62;
    for bar in 0..98 {
        let x = left + 12.0 + bar as f32 * 10.0;
        let ago = (head - x) / width * seconds;
        let height = 8.0 + 150.0 * beat.level(ago);
        let color = if ago >= 0.0 {
            mix(AMBER, LILAC, (ago / 3.0).min(1.0))
        } else {
            LINE
        };
        canvas.block(
            (x - 3.0, middle - height / 2.0, 6.0, height),
            3.0,
            color,
            1.0,
        );
    }
    for (cue, words) in beat.cues.iter().zip(&beat.words) {
        let place = |time: f32| head + (time - beat.now) / seconds * width;
        let (from, to) = (
            place(cue.start).clamp(left, left + width),
            place(cue.end).clamp(left, left + width),
        );
        if to - from > 20.0 {
            let lit = smooth(span(beat.now, cue.start - 0.05, 0.15))
                * (1.0 - smooth(span(beat.now, cue.end, 0.3)));
            canvas.block(
                (from, 400.0, to - from, 62.0),
                14.0,
                mix(RAISED, AMBER, lit),
                1.0,
            );
            let start = words.split(' ').take(5).collect::<Vec<_>>().join(" ");
            let text = ink(Type::Strong, 21.0, mix(MUTED, INK, lit));
            if to - from > canvas.measure(text, &start) + 60.0 {
                canvas.text((from + 20.0, 438.0), text, 1.0, &format!("{start} …"));
            }
        }
    }
    canvas.line(&[(head, 150.0), (head, 490.0)], PAPER, 1.0, 3.0);
    canvas.disc((head, 150.0), 8.0, PAPER, 1.0);
}

/// The menu in the player; the words change, the film goes on.
pub(crate) fn second_language(canvas: &mut Canvas<'_>, beat: &Beat<'_>) {
    let shown = out(span(beat.now, 0.0, 0.9));
    let czech = smooth(span(beat.since(1), 0.9, 0.3));
    canvas.placed((0.0, (1.0 - shown) * 40.0), 1.0, 0.0, |canvas| {
        props::player(
            canvas,
            (230.0, 110.0, 820.0, 430.0),
            beat.clock,
            0.3 + beat.now * 0.012,
        );
        let words = if czech > 0.5 {
            "Druhý jazyk je druhý soubor."
        } else {
            "A second language is a second file."
        };
        let text = centred(Type::Strong, 27.0, PAPER);
        let half = canvas.measure(text, words) / 2.0 + 24.0;
        canvas.block((560.0 - half, 436.0, half * 2.0, 54.0), 12.0, INK, 0.9);
        canvas.text((560.0, 472.0), text, 1.0, words);
    });
    canvas.faded(out(span(beat.since(1), -0.4, 0.6)), |canvas| {
        props::sheet(canvas, (840.0, 250.0, 250.0, 172.0), 18.0, INDIGO);
        for (row, name) in ["English", "Česky", "Off"].into_iter().enumerate() {
            let lit = match row {
                0 => 1.0 - czech,
                1 => czech,
                _ => 0.0,
            };
            let y = 284.0 + row as f32 * 50.0;
            canvas.block((852.0, y - 22.0, 226.0, 44.0), 12.0, RAISED, lit);
            canvas.disc((878.0, y), 7.0, AMBER, lit);
            canvas.text(
                (902.0, y + 8.0),
                ink(Type::Strong, 22.0, mix(MUTED, PAPER, lit)),
                1.0,
                name,
            );
        }
    });
    let place = props::glide(
        (1180.0, 620.0),
        (980.0, 334.0),
        span(beat.since(1), -0.6, 1.3),
    );
    props::pointer(canvas, place, span(beat.since(1), 0.8, 0.5));
}

/// Film and words go into the phone together.
pub(crate) fn come_along(canvas: &mut Canvas<'_>, beat: &Beat<'_>) {
    let phone = (640.0, 330.0);
    props::phone(
        canvas,
        phone,
        28,
        28.0 * smooth(span(beat.now, 1.2, beat.length * 0.5)),
    );
    let files = [
        ("MP4", AMBER, (240.0, 230.0)),
        ("VTT", LILAC, (240.0, 440.0)),
        ("VTT", MINT, (1040.0, 230.0)),
    ];
    for (index, (ending, color, from)) in files.into_iter().enumerate() {
        let flight = smooth(span(beat.now, 0.9 + index as f32 * 0.7, 1.5));
        let (x, y) = props::glide(from, phone, flight);
        let sway = wave(beat.clock, 4.0, index as f32 * 0.3) * 5.0 * (1.0 - flight);
        canvas.faded(1.0 - span(flight, 0.82, 0.16), |canvas| {
            props::file(
                canvas,
                (x, y + sway),
                between(1.05, 0.4, flight),
                ending,
                color,
            )
        });
    }
    props::tick(
        canvas,
        (phone.0, 506.0),
        30.0,
        MINT,
        span(beat.now, beat.length * 0.62, 0.6),
    );
}
