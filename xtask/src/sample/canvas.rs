//! A small drawing vocabulary over tiny-skia. Everything is placed on a stage of 1280 by 720 units,
//! whatever the size of the picture that comes out.

use anyhow::{Context, Result};
use tiny_skia::{
    FillRule, GradientStop, LineCap, LineJoin, Paint, Path, PathBuilder, Pixmap, PixmapPaint,
    Point, RadialGradient, Rect, Shader, SpreadMode, Stroke, Transform,
};

use super::fonts::{Faces, Type};
use super::palette::Color;

/// The stage that every scene is laid out on.
pub(crate) const STAGE: (f32, f32) = (1280.0, 720.0);

/// Where a text's position is on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

/// How text looks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ink {
    pub(crate) face: Type,
    pub(crate) size: f32,
    pub(crate) color: Color,
    pub(crate) anchor: Anchor,
    pub(crate) tracking: f32,
}

/// Text that starts at its position.
pub(crate) fn ink(face: Type, size: f32, color: Color) -> Ink {
    Ink {
        face,
        size,
        color,
        anchor: Anchor::Start,
        tracking: 0.0,
    }
}

/// Text that is centred on its position.
pub(crate) fn centred(face: Type, size: f32, color: Color) -> Ink {
    Ink {
        anchor: Anchor::Middle,
        ..ink(face, size, color)
    }
}

/// A picture being drawn.
pub(crate) struct Canvas<'a> {
    pixmap: Pixmap,
    faces: &'a Faces<'a>,
    transform: Transform,
}

impl<'a> Canvas<'a> {
    /// A transparent picture that shows `width` units of the stage from its left edge.
    pub(crate) fn new(
        faces: &'a Faces<'a>,
        (width, height): (u32, u32),
        stage_width: f32,
    ) -> Result<Self> {
        let pixmap = Pixmap::new(width, height).context("a picture needs a width and a height")?;
        let scale = width as f32 / stage_width;
        Ok(Self {
            pixmap,
            faces,
            transform: Transform::from_scale(scale, scale),
        })
    }

    /// RGBA, row after row.
    pub(crate) fn pixels(&self) -> &[u8] {
        self.pixmap.data()
    }

    /// Starts from the picture in `pixels`, which has this one's size.
    pub(crate) fn paste(&mut self, pixels: &[u8]) {
        self.pixmap.data_mut().copy_from_slice(pixels);
    }

    /// Draws with everything moved, scaled and turned (degrees) about the new origin.
    pub(crate) fn placed(
        &mut self,
        (x, y): (f32, f32),
        scale: f32,
        turn: f32,
        draw: impl FnOnce(&mut Self),
    ) {
        let before = self.transform;
        self.transform = before
            .pre_translate(x, y)
            .pre_scale(scale, scale)
            .pre_concat(Transform::from_rotate(turn));
        draw(self);
        self.transform = before;
    }

    /// Draws as one layer that is `alpha` opaque, so that overlapping shapes do not shine through.
    pub(crate) fn faded(&mut self, alpha: f32, draw: impl FnOnce(&mut Self)) {
        if alpha <= 0.004 {
            return;
        }
        if alpha >= 0.996 {
            return draw(self);
        }
        let Some(layer) = Pixmap::new(self.pixmap.width(), self.pixmap.height()) else {
            return;
        };
        let below = std::mem::replace(&mut self.pixmap, layer);
        draw(self);
        let layer = std::mem::replace(&mut self.pixmap, below);
        let paint = PixmapPaint {
            opacity: alpha,
            ..PixmapPaint::default()
        };
        self.pixmap
            .draw_pixmap(0, 0, layer.as_ref(), &paint, Transform::identity(), None);
    }

    /// A filled shape; `alpha` from 0 to 1.
    pub(crate) fn fill(&mut self, path: &Path, color: Color, alpha: f32) {
        let paint = plain(color, alpha);
        self.pixmap
            .fill_path(path, &paint, FillRule::Winding, self.transform, None);
    }

    /// An outline with round ends.
    pub(crate) fn stroke(&mut self, path: &Path, color: Color, alpha: f32, width: f32) {
        let stroke = Stroke {
            width,
            line_cap: LineCap::Round,
            line_join: LineJoin::Round,
            ..Stroke::default()
        };
        self.pixmap
            .stroke_path(path, &plain(color, alpha), &stroke, self.transform, None);
    }

    /// A soft light.
    pub(crate) fn glow(&mut self, (x, y): (f32, f32), radius: f32, color: Color, alpha: f32) {
        let stops = [
            (0.0, alpha),
            (0.35, alpha * 0.45),
            (0.7, alpha * 0.1),
            (1.0, 0.0),
        ];
        let stops = stops
            .map(|(at, alpha)| GradientStop::new(at, skia(color, alpha)))
            .to_vec();
        let centre = Point::from_xy(x, y);
        let gradient = RadialGradient::new(
            centre,
            0.0,
            centre,
            radius,
            stops,
            SpreadMode::Pad,
            Transform::identity(),
        );
        if let (Some(shader), Some(path)) = (gradient, circle(x, y, radius)) {
            let paint = Paint {
                shader,
                ..Paint::default()
            };
            self.pixmap
                .fill_path(&path, &paint, FillRule::Winding, self.transform, None);
        }
    }

    pub(crate) fn disc(&mut self, (x, y): (f32, f32), radius: f32, color: Color, alpha: f32) {
        if let Some(path) = circle(x, y, radius) {
            self.fill(&path, color, alpha);
        }
    }

    pub(crate) fn ring(
        &mut self,
        (x, y): (f32, f32),
        radius: f32,
        color: Color,
        alpha: f32,
        width: f32,
    ) {
        if let Some(path) = circle(x, y, radius) {
            self.stroke(&path, color, alpha, width);
        }
    }

    /// A filled rectangle with round corners.
    pub(crate) fn block(&mut self, area: Area, radius: f32, color: Color, alpha: f32) {
        if let Some(path) = rounded(area, radius) {
            self.fill(&path, color, alpha);
        }
    }

    /// Its outline.
    pub(crate) fn frame(&mut self, area: Area, radius: f32, color: Color, alpha: f32, width: f32) {
        if let Some(path) = rounded(area, radius) {
            self.stroke(&path, color, alpha, width);
        }
    }

    /// A line through all of `points`.
    pub(crate) fn line(&mut self, points: &[(f32, f32)], color: Color, alpha: f32, width: f32) {
        if let Some(path) = polygon(points, false) {
            self.stroke(&path, color, alpha, width);
        }
    }

    /// The area inside `points`.
    pub(crate) fn area(&mut self, points: &[(f32, f32)], color: Color, alpha: f32) {
        if let Some(path) = polygon(points, true) {
            self.fill(&path, color, alpha);
        }
    }

    /// A part of a circle as a line, angles in turns clockwise from the top.
    pub(crate) fn arc(
        &mut self,
        (x, y): (f32, f32),
        radius: f32,
        (from, to): (f32, f32),
        color: Color,
        width: f32,
    ) {
        let steps = ((to - from).abs() * 96.0).ceil().max(1.0) as usize;
        let points: Vec<_> = (0..=steps)
            .map(|step| {
                let angle =
                    (from + (to - from) * step as f32 / steps as f32) * std::f32::consts::TAU;
                (x + radius * angle.sin(), y - radius * angle.cos())
            })
            .collect();
        self.line(&points, color, 1.0, width);
    }

    /// Returns the width of the text.
    pub(crate) fn text(&mut self, (x, y): (f32, f32), ink: Ink, alpha: f32, text: &str) -> f32 {
        let outline = self.faces.outline(ink.face, ink.size, ink.tracking, text);
        let x = match ink.anchor {
            Anchor::Start => x,
            Anchor::Middle => x - outline.width / 2.0,
            Anchor::End => x - outline.width,
        };
        if let Some(path) = outline
            .path
            .and_then(|path| path.transform(Transform::from_translate(x, y)))
        {
            self.fill(&path, ink.color, alpha);
        }
        outline.width
    }

    /// How wide the text would be.
    pub(crate) fn measure(&self, ink: Ink, text: &str) -> f32 {
        self.faces
            .outline(ink.face, ink.size, ink.tracking, text)
            .width
    }
}

/// A rectangle: x, y, width, height.
pub(crate) type Area = (f32, f32, f32, f32);

fn skia(color: Color, alpha: f32) -> tiny_skia::Color {
    let [_, red, green, blue] = color.to_be_bytes();
    tiny_skia::Color::from_rgba8(
        red,
        green,
        blue,
        (alpha.clamp(0.0, 1.0) * 255.0).round() as u8,
    )
}

fn plain(color: Color, alpha: f32) -> Paint<'static> {
    Paint {
        shader: Shader::SolidColor(skia(color, alpha)),
        ..Paint::default()
    }
}

fn circle(x: f32, y: f32, radius: f32) -> Option<Path> {
    PathBuilder::from_circle(x, y, radius)
}

fn polygon(points: &[(f32, f32)], closed: bool) -> Option<Path> {
    let mut builder = PathBuilder::new();
    let (&(x, y), rest) = points.split_first()?;
    builder.move_to(x, y);
    for &(x, y) in rest {
        builder.line_to(x, y);
    }
    if closed {
        builder.close();
    }
    builder.finish()
}

fn rounded((x, y, width, height): Area, radius: f32) -> Option<Path> {
    let radius = radius.min(width / 2.0).min(height / 2.0);
    if radius < 0.5 {
        return Some(PathBuilder::from_rect(Rect::from_xywh(
            x, y, width, height,
        )?));
    }
    // The distance of a cubic's handles that comes nearest to a quarter circle.
    let handle = radius * 0.552_285;
    let (right, bottom) = (x + width, y + height);
    let mut path = PathBuilder::new();
    path.move_to(x + radius, y);
    path.line_to(right - radius, y);
    path.cubic_to(
        right - radius + handle,
        y,
        right,
        y + radius - handle,
        right,
        y + radius,
    );
    path.line_to(right, bottom - radius);
    path.cubic_to(
        right,
        bottom - radius + handle,
        right - radius + handle,
        bottom,
        right - radius,
        bottom,
    );
    path.line_to(x + radius, bottom);
    path.cubic_to(
        x + radius - handle,
        bottom,
        x,
        bottom - radius + handle,
        x,
        bottom - radius,
    );
    path.line_to(x, y + radius);
    path.cubic_to(
        x,
        y + radius - handle,
        x + radius - handle,
        y,
        x + radius,
        y,
    );
    path.close();
    path.finish()
}
