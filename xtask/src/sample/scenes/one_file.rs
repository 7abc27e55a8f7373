//! The film about the simplest page.

use super::props;
use crate::sample::canvas::{Canvas, centred, ink};
use crate::sample::ease::{between, out, pulse, smooth, span};
use crate::sample::fonts::Type;
use crate::sample::palette::{AMBER, EMBER, INK, LILAC, LINE, MUTED, PANEL, PAPER, RAISED, mix};
use crate::sample::timeline::Beat;

/// A file and a few lines of text become a page.
pub(crate) fn file_and_text(canvas: &mut Canvas<'_>, beat: &Beat<'_>) {
    let join = smooth(span(beat.through(0), 0.62, 0.3));
    let shown = out(span(beat.now, 0.1, 0.9));
    canvas.faded(shown * (1.0 - join), |canvas| {
        canvas.placed((between(0.0, 180.0, join), 0.0), 1.0, 0.0, |canvas| {
            props::file(canvas, (360.0, 330.0), 1.5, "MP4", AMBER);
            canvas.text(
                (360.0, 494.0),
                centred(Type::Code, 21.0, MUTED),
                1.0,
                "film.mp4",
            );
        });
        canvas.placed((between(0.0, -160.0, join), 0.0), 1.0, 0.0, |canvas| {
            canvas.text((536.0, 346.0), centred(Type::Title, 56.0, LILAC), 1.0, "+");
            let lines = [
                "---",
                "title: One file is enough",
                "length: '0:31'",
                "video-sources:",
                "  - src: one-file/film.mp4",
                "    type: video/mp4",
                "---",
            ];
            props::code(
                canvas,
                (600.0, 186.0, 500.0, 300.0),
                21.0,
                &lines,
                span(beat.now, 0.4, 3.0),
            );
        });
    });
    canvas.faded(join, |canvas| {
        canvas.placed((640.0, 330.0), between(0.8, 1.0, join), 0.0, |canvas| {
            props::window(
                canvas,
                (-330.0, -230.0, 660.0, 450.0),
                "kinora.example/one-file/",
            );
            props::player(
                canvas,
                (-300.0, -164.0, 600.0, 300.0),
                beat.clock,
                0.1 + 0.012 * beat.now,
            );
            canvas.text(
                (-300.0, 184.0),
                ink(Type::Title, 30.0, PAPER),
                1.0,
                "One file is enough",
            );
        });
    });
}

/// The boxes of an MP4; the index moves to the front.
pub(crate) fn index_first(canvas: &mut Canvas<'_>, beat: &Beat<'_>) {
    let moved = smooth(span(beat.since(1), 0.5, 1.5));
    let (left, top, width, height) = (150.0, 300.0, 980.0, 104.0);
    props::sheet(
        canvas,
        (left - 18.0, top - 18.0, width + 36.0, height + 36.0),
        24.0,
        PANEL,
    );
    part(canvas, (left, top, 110.0, height), "ftyp", LILAC);
    let film_left = between(left + 118.0, left + 288.0, moved);
    part(canvas, (film_left, top, 692.0, height), "mdat", RAISED);
    let frames = 22;
    for frame in 0..frames {
        let x = film_left + 14.0 + frame as f32 * 30.4;
        let lit = pulse(span(
            (beat.clock * 0.35).fract() * 1.4,
            frame as f32 / frames as f32,
            0.3,
        ));
        canvas.block(
            (x, top + height - 26.0, 24.0, 12.0),
            4.0,
            mix(LINE, AMBER, lit),
            1.0,
        );
    }
    let index_left = between(left + 818.0, left + 118.0, moved);
    let lift = pulse(moved) * -140.0;
    part(
        canvas,
        (index_left, top + lift, 162.0, height),
        "moov",
        AMBER,
    );
    canvas.text(
        (index_left + 81.0, top + lift + height - 16.0),
        centred(Type::Body, 17.0, INK),
        1.0,
        "the index",
    );
    let play = smooth(span(beat.since(1), 2.2, 0.7));
    canvas.faded(play, |canvas| {
        canvas.line(
            &[(left + 288.0, top + 150.0), (left + 288.0, top + 182.0)],
            AMBER,
            1.0,
            4.0,
        );
        canvas.text(
            (left + 288.0, top + 216.0),
            centred(Type::Strong, 23.0, AMBER),
            1.0,
            "playing starts here",
        );
    });
    canvas.text(
        (640.0, 224.0 - 0.4 * lift.abs() * 0.5),
        centred(Type::Code, 24.0, MUTED),
        1.0 - pulse(moved),
        "film.mp4",
    );
}

fn part(canvas: &mut Canvas<'_>, area: (f32, f32, f32, f32), name: &str, color: u32) {
    canvas.block(area, 14.0, color, 1.0);
    let dark = color == AMBER || color == LILAC;
    let text = centred(Type::Code, 25.0, if dark { INK } else { PAPER });
    canvas.text((area.0 + area.2 / 2.0, area.1 + 50.0), text, 1.0, name);
}

/// A jump in the player, and the range of bytes that it asks for.
pub(crate) fn ranges(canvas: &mut Canvas<'_>, beat: &Beat<'_>) {
    let jump = smooth(span(beat.since(0), 0.9, 0.5));
    let rest = span(beat.since(0), 1.7, beat.length);
    let place = between(0.16, 0.64, jump) + rest * 0.08;
    props::player(
        canvas,
        (300.0, 106.0, 680.0, 290.0),
        beat.clock + jump * 7.0,
        place,
    );
    let knob = 318.0 + 644.0 * place;
    let arrive = props::glide(
        (900.0, 560.0),
        (318.0 + 644.0 * 0.64, 386.0),
        span(beat.since(0), -0.6, 1.4),
    );
    let (left, width, top) = (300.0, 680.0, 470.0);
    canvas.text(
        (left, top - 16.0),
        ink(Type::Code, 19.0, MUTED),
        1.0,
        "film.mp4",
    );
    canvas.block((left, top, width, 34.0), 10.0, RAISED, 1.0);
    canvas.block(
        (left, top, width * (0.22 + 0.02 * beat.now.min(3.0)), 34.0),
        10.0,
        mix(RAISED, LILAC, 0.6),
        1.0,
    );
    let start = left + width * 0.62;
    canvas.faded(jump, |canvas| {
        canvas.line(&[(knob, 400.0), (start + 3.0, top - 6.0)], AMBER, 0.8, 2.5);
        canvas.block(
            (
                start,
                top,
                18.0 + (width * 0.38 - 18.0) * smooth(rest * 2.2),
                34.0,
            ),
            8.0,
            AMBER,
            1.0,
        );
        canvas.text(
            (start, top + 72.0),
            ink(Type::Code, 22.0, EMBER),
            1.0,
            "Range: bytes=786432-",
        );
    });
    props::pointer(canvas, arrive, span(beat.since(0), 0.8, 0.5));
}
