//! The film about the small window.

use super::props;
use crate::sample::canvas::{Canvas, centred, ink};
use crate::sample::ease::{between, out, smooth, span, wave};
use crate::sample::fonts::Type;
use crate::sample::palette::{
    AMBER, EMBER, INDIGO, LILAC, LINE, MINT, MUTED, PANEL, PAPER, RAISED, mix,
};
use crate::sample::stage::triangle;
use crate::sample::timeline::Beat;

const PLACE: (f32, f32, f32, f32) = (140.0, 176.0, 626.0, 350.0);
const CORNER: (f32, f32, f32, f32) = (850.0, 360.0, 330.0, 186.0);

fn page(canvas: &mut Canvas<'_>) {
    props::window(
        canvas,
        (110.0, 106.0, 936.0, 450.0),
        "kinora.example/picture-in-picture/",
    );
    for row in 0..6 {
        canvas.block(
            (
                800.0,
                190.0 + row as f32 * 34.0,
                [150.0, 120.0, 140.0, 90.0, 150.0, 110.0][row],
                12.0,
            ),
            6.0,
            LINE,
            0.7,
        );
    }
}

fn between_areas(
    a: (f32, f32, f32, f32),
    b: (f32, f32, f32, f32),
    amount: f32,
) -> (f32, f32, f32, f32) {
    (
        between(a.0, b.0, amount),
        between(a.1, b.1, amount),
        between(a.2, b.2, amount),
        between(a.3, b.3, amount),
    )
}

/// A message arrives over the film.
pub(crate) fn message(canvas: &mut Canvas<'_>, beat: &Beat<'_>) {
    page(canvas);
    props::player(canvas, PLACE, beat.clock, 0.2 + beat.now * 0.012);
    let here = out(span(beat.since(0), 1.4, 0.8));
    canvas.faded(here, |canvas| {
        canvas.placed(
            (
                1010.0 + (1.0 - here) * 120.0,
                170.0 + wave(beat.clock, 3.0, 0.0) * 3.0,
            ),
            1.0,
            0.0,
            |canvas| {
                props::sheet(canvas, (-170.0, -54.0, 350.0, 108.0), 22.0, RAISED);
                canvas.disc((-122.0, 0.0), 28.0, EMBER, 1.0);
                canvas.text((-122.0, 9.0), centred(Type::Title, 25.0, INDIGO), 1.0, "M");
                canvas.text(
                    (-78.0, -6.0),
                    ink(Type::Strong, 21.0, PAPER),
                    1.0,
                    "Which platform?",
                );
                canvas.text((-78.0, 24.0), ink(Type::Body, 18.0, MUTED), 1.0, "now");
            },
        );
    });
}

/// The film leaves its place and floats over other work.
pub(crate) fn floats(canvas: &mut Canvas<'_>, beat: &Beat<'_>) {
    let out_of_page = smooth(span(beat.since(0), 1.3, 1.1));
    let work = smooth(span(beat.since(1), -0.5, 0.8));
    canvas.faded(1.0 - work, |canvas| {
        page(canvas);
        canvas.block(PLACE, 12.0, INDIGO, 1.0);
        props::button(
            canvas,
            (906.0, 500.0),
            "Picture in picture",
            smooth(span(beat.since(0), 0.9, 0.2)) * (1.0 - smooth(span(beat.since(0), 1.3, 0.4))),
        );
    });
    canvas.faded(work, |canvas| editor(canvas, beat));
    let float = wave(beat.clock, 6.0, 0.0) * 5.0 * out_of_page;
    let area = between_areas(PLACE, CORNER, out_of_page);
    let area = (area.0, area.1 + float, area.2, area.3);
    canvas.frame(
        (area.0 - 3.0, area.1 - 3.0, area.2 + 6.0, area.3 + 6.0),
        15.0,
        AMBER,
        out_of_page,
        3.0,
    );
    props::player(canvas, area, beat.clock, 0.28 + beat.now * 0.012);
    let place = props::glide(
        (1130.0, 640.0),
        (936.0, 508.0),
        span(beat.since(0), -0.4, 1.2),
    );
    canvas.faded(1.0 - work, |canvas| {
        props::pointer(canvas, place, span(beat.since(0), 0.8, 0.5))
    });
}

fn editor(canvas: &mut Canvas<'_>, beat: &Beat<'_>) {
    props::sheet(canvas, (110.0, 106.0, 936.0, 450.0), 18.0, PANEL);
    canvas.text(
        (150.0, 164.0),
        ink(Type::Title, 30.0, PAPER),
        1.0,
        "Re: Which platform?",
    );
    let widths = [640.0, 560.0, 610.0, 420.0, 500.0, 580.0, 460.0];
    let total: f32 = widths.iter().sum();
    let mut left = total
        * span(
            beat.since(1),
            0.0,
            (beat.length - beat.cues.get(1).map_or(0.0, |cue| cue.start)).max(1.0),
        );
    for (row, width) in widths.into_iter().enumerate() {
        let typed = left.clamp(0.0, width);
        left -= typed;
        let y = 206.0 + row as f32 * 44.0;
        if typed > 8.0 {
            canvas.block((150.0, y, typed, 14.0), 7.0, mix(LINE, LILAC, 0.4), 1.0);
        }
        if typed > 0.0 && typed < width {
            canvas.block((156.0 + typed, y - 6.0, 4.0, 26.0), 2.0, AMBER, 1.0);
        }
    }
}

/// And back.
pub(crate) fn returns(canvas: &mut Canvas<'_>, beat: &Beat<'_>) {
    let back = smooth(span(beat.since(0), 0.8, 1.2));
    page(canvas);
    canvas.block(PLACE, 12.0, INDIGO, 1.0);
    let area = between_areas(CORNER, PLACE, back);
    props::player(canvas, area, beat.clock, 0.5 + beat.now * 0.012);
    canvas.frame(
        (area.0 - 3.0, area.1 - 3.0, area.2 + 6.0, area.3 + 6.0),
        15.0,
        AMBER,
        1.0 - back,
        3.0,
    );
    canvas.faded(smooth(span(beat.since(1), 0.0, 0.6)), |canvas| {
        props::button(canvas, (906.0, 500.0), "Picture in picture", 0.0);
    });
    let seconds = 40 + beat.now as u32;
    let clock = format!("0:{seconds:02}");
    canvas.text((160.0, 598.0), ink(Type::Code, 22.0, AMBER), 1.0, &clock);
    triangle(canvas, (138.0, 591.0), 9.0, AMBER);
    props::tick(
        canvas,
        (1046.0, 106.0),
        26.0,
        MINT,
        span(beat.since(0), 2.0, 0.5),
    );
}
