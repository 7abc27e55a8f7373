//! The film about streams whose qualities are one file each.

use super::props;
use crate::sample::canvas::{Canvas, centred, ink};
use crate::sample::ease::{between, out, pulse, scatter, smooth, span, wave};
use crate::sample::fonts::Type;
use crate::sample::palette::{
    AMBER, EMBER, INK, LILAC, LINE, MINT, MUTED, PANEL, PAPER, RAISED, mix,
};
use crate::sample::timeline::Beat;

const PIECES: usize = 9;

/// Where the file lies in the scenes about its inside: left edge, width of the index, width of a piece.
const LEFT: f32 = 166.0;
const INDEX: f32 = 112.0;
const PIECE: f32 = 92.0;

/// The left edge of a piece.
fn edge(piece: usize) -> f32 {
    LEFT + INDEX + 8.0 + PIECE * piece as f32
}

/// Scattered files come together as one.
pub(crate) fn few_files(canvas: &mut Canvas<'_>, beat: &Beat<'_>) {
    const FILES: u32 = 54;
    let join = |file: u32| {
        let delay = 0.9 * scatter(file + 7);
        smooth(span(beat.through(0), 0.42 + 0.25 * delay, 0.3))
    };
    let whole = smooth(span(beat.through(0), 0.86, 0.2));
    let bar = (250.0, 300.0, 780.0, 72.0);
    canvas.faded(whole, |canvas| props::sheet(canvas, bar, 18.0, PANEL));
    for file in 0..FILES {
        let (column, row) = (file % 9, file / 9);
        let shown = out(span(beat.now, 0.5 * scatter(file), 0.6));
        let from = (
            250.0 + 97.0 * column as f32 + 20.0 * (scatter(file + 60) - 0.5),
            146.0 + 72.0 * row as f32 + wave(beat.clock, 4.0, scatter(file)) * 5.0,
        );
        let to = (bar.0 + 14.4 * file as f32 + 8.0, bar.1 + bar.3 / 2.0);
        let joined = join(file);
        let (x, y) = (between(from.0, to.0, joined), between(from.1, to.1, joined));
        let (width, height) = (between(38.0, 14.6, joined), between(50.0, bar.3, joined));
        let color = props::piece_color(file as usize, FILES as usize);
        let corner = between(8.0, 0.0, joined);
        canvas.faded(shown, |canvas| {
            let area = (x - width / 2.0, y - height / 2.0, width, height);
            canvas.block(area, corner, color, 1.0)
        });
    }
    let name = centred(Type::Code, 24.0, MUTED);
    canvas.text((640.0, 424.0), name, whole, "720p.mp4");
}

/// The file with its index; `lit` says how bright a piece is.
fn file(canvas: &mut Canvas<'_>, top: f32, index: f32, lit: impl Fn(usize) -> f32) {
    let width = INDEX + 8.0 + PIECE * PIECES as f32;
    let around = (LEFT - 14.0, top - 14.0, width + 28.0, 108.0);
    props::sheet(canvas, around, 22.0, PANEL);
    let color = mix(RAISED, LILAC, 0.35 + 0.65 * index);
    canvas.block((LEFT, top, INDEX - 6.0, 80.0), 12.0, color, 1.0);
    let text = centred(Type::Strong, 21.0, mix(PAPER, INK, index));
    canvas.text((LEFT + INDEX / 2.0 - 3.0, top + 48.0), text, 1.0, "index");
    for piece in 0..PIECES {
        let bright = lit(piece);
        let color = mix(RAISED, props::piece_color(piece, PIECES), bright);
        let area = (edge(piece), top, PIECE - 6.0, 80.0);
        canvas.block(area, 12.0, color, 1.0);
        let number = centred(Type::Code, 24.0, mix(MUTED, INK, bright));
        canvas.text(
            (edge(piece) + PIECE / 2.0 - 3.0, top + 49.0),
            number,
            1.0,
            &format!("{}", piece + 1),
        );
    }
}

/// The index points to every piece; the player reads it and asks for one after another.
pub(crate) fn index(canvas: &mut Canvas<'_>, beat: &Beat<'_>) {
    let top = 350.0;
    let points = span(beat.since(0), 1.6, 1.8) * PIECES as f32;
    let reading = smooth(span(beat.since(1), 0.2, 0.5));
    let asked = span(beat.since(1), 2.2, 3.2) * (PIECES as f32 - 2.0);
    let seen = out(span(beat.since(1), -0.2, 0.8));
    for piece in 0..PIECES {
        let shown = smooth(points - piece as f32) * (1.0 - seen);
        let (from, to) = (LEFT + INDEX / 2.0, edge(piece) + 10.0);
        let arch: Vec<_> = (0..=24)
            .map(|step| {
                let way = step as f32 / 24.0 * shown;
                let height = 40.0 + (to - from) * 0.16;
                (between(from, to, way), top - 20.0 - pulse(way) * height)
            })
            .collect();
        canvas.line(&arch, props::piece_color(piece, PIECES), shown, 3.0);
    }
    canvas.faded(seen, |canvas| {
        let done = asked / PIECES as f32;
        props::player(canvas, (440.0, 92.0, 400.0, 206.0), beat.clock, done);
        let (from, to) = if asked <= 0.0 {
            (0, 877)
        } else {
            range(asked as usize)
        };
        let words = format!("Range: bytes={from}-{to}");
        canvas.text(
            (640.0, 512.0),
            centred(Type::Code, 26.0, EMBER),
            reading,
            &words,
        );
        let x = if asked <= 0.0 {
            LEFT + INDEX / 2.0
        } else {
            edge(asked as usize) + PIECE / 2.0
        };
        let line = [(640.0, 484.0), (x - 3.0, top + 98.0)];
        canvas.line(&line, EMBER, reading, 3.0);
    });
    let first = out(span(beat.now, 0.0, 0.8));
    canvas.placed((0.0, (1.0 - first) * 40.0), 1.0, 0.0, |canvas| {
        let index = reading.max(smooth(span(beat.since(0), 1.2, 0.6)));
        let whole = 1.0 - seen;
        file(canvas, top, index, |piece| {
            let told = smooth(points - piece as f32) * whole;
            told.max(smooth(asked * 1.2 - piece as f32) * seen)
        });
    });
}

/// First and last byte of a piece, as long as the others give or take.
fn range(piece: usize) -> (usize, usize) {
    const LENGTHS: [usize; PIECES] = [
        148_213, 96_420, 120_777, 88_104, 131_950, 104_338, 92_611, 117_025, 61_840,
    ];
    let piece = piece.min(PIECES - 1);
    let from = 878 + LENGTHS[..piece].iter().sum::<usize>();
    (from, from + LENGTHS[piece] - 1)
}

/// What the two manifests say about the same file.
pub(crate) fn manifests(canvas: &mut Canvas<'_>, beat: &Beat<'_>) {
    let (dash, hls) = (
        smooth(span(beat.since(0), 1.2, 0.8)),
        smooth(span(beat.since(1), 0.6, 1.6)),
    );
    let top = 396.0;
    canvas.line(
        &[
            (330.0, 290.0),
            (LEFT + INDEX / 2.0, between(290.0, top - 18.0, dash)),
        ],
        AMBER,
        dash,
        4.0,
    );
    for piece in 0..PIECES {
        let shown = smooth(hls * PIECES as f32 - piece as f32);
        let to = (edge(piece) + PIECE / 2.0, top - 18.0);
        let from = (900.0, 290.0);
        let end = (between(from.0, to.0, shown), between(from.1, to.1, shown));
        canvas.line(&[from, end], MINT, 0.8 * shown, 2.5);
    }
    let mpd = ["<SegmentBase", "  indexRange=\"746-877\">"];
    let m3u8 = [
        "#EXT-X-BYTERANGE:148213@878",
        "#EXT-X-BYTERANGE:96420@149091",
        "#EXT-X-BYTERANGE:120777@245511",
    ];
    props::code(
        canvas,
        (120.0, 156.0, 420.0, 128.0),
        23.0,
        &mpd,
        span(beat.since(0), 0.0, 1.6),
    );
    let shown = out(span(beat.since(1), -0.4, 0.7));
    canvas.faded(shown, |canvas| {
        let area = (640.0, 136.0, 520.0, 160.0);
        props::code(canvas, area, 23.0, &m3u8, span(beat.since(1), 0.0, 2.0));
    });
    canvas.text(
        (330.0, 140.0),
        centred(Type::Strong, 22.0, AMBER),
        1.0,
        "DASH",
    );
    canvas.text(
        (900.0, 120.0),
        centred(Type::Strong, 22.0, MINT),
        shown,
        "HLS",
    );
    file(canvas, top, dash, |piece| {
        smooth(hls * PIECES as f32 - piece as f32)
    });
}

/// Three files go from one folder to another.
pub(crate) fn easy_to_move(canvas: &mut Canvas<'_>, beat: &Beat<'_>) {
    let places = [(180.0, "here"), (740.0, "there")];
    for (x, name) in places {
        props::sheet(canvas, (x, 170.0, 360.0, 330.0), 24.0, PANEL);
        canvas.block((x + 24.0, 148.0, 130.0, 40.0), 12.0, PANEL, 1.0);
        canvas.text(
            (x + 180.0, 544.0),
            centred(Type::Body, 22.0, MUTED),
            1.0,
            name,
        );
    }
    let files = [("360p", LILAC), ("720p", AMBER), ("en", MINT)];
    for (index, (name, color)) in files.into_iter().enumerate() {
        let flight = span(beat.through(0), 0.45 + 0.14 * index as f32, 0.3);
        let x = 244.0 + 116.0 * index as f32;
        let (x, y) = props::glide((x, 332.0), (x + 560.0, 332.0), flight);
        let sway = wave(beat.clock, 5.0, index as f32 * 0.3) * 3.0;
        canvas.placed((x, y + sway), 0.86, 0.0, |canvas| {
            props::file(canvas, (0.0, 0.0), 1.0, name, color)
        });
    }
    for dot in 0..3 {
        let lit = pulse((beat.clock * 0.9 - dot as f32 * 0.2).fract());
        let x = 616.0 + 24.0 * dot as f32;
        canvas.disc((x, 332.0), 6.0, LINE, 1.0);
        canvas.disc((x, 332.0), 6.0, AMBER, lit);
    }
    let done = span(beat.through(0), 0.92, 0.2);
    props::tick(canvas, (1084.0, 178.0), 28.0, MINT, done);
    let count = ink(Type::Title, 30.0, PAPER);
    canvas.text((204.0, 222.0), count, 1.0, "3 files");
}
