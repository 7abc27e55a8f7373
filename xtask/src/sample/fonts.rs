//! Typefaces from the machine and text as outlines, shaped with kerning.

use std::collections::HashMap;
use std::fs;

use anyhow::{Context, Result};
use rustybuzz::ttf_parser::{GlyphId, OutlineBuilder};
use rustybuzz::{Face, UnicodeBuffer};
use tiny_skia::{Path, PathBuilder};

const INTER: &str = "/usr/share/fonts/opentype/inter";
const DEJAVU: &str = "/usr/share/fonts/truetype/dejavu";

/// What a piece of text is for; each has its own face.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Type {
    /// Large titles.
    Title,
    /// Labels and sentences.
    Body,
    /// Labels that carry weight.
    Strong,
    /// Code, addresses and byte counts.
    Code,
}

/// The four faces.
pub(crate) struct Fonts {
    faces: HashMap<Type, Vec<u8>>,
}

impl Fonts {
    pub(crate) fn load() -> Result<Self> {
        let files = [
            (Type::Title, format!("{INTER}/InterDisplay-SemiBold.otf")),
            (Type::Body, format!("{INTER}/Inter-Regular.otf")),
            (Type::Strong, format!("{INTER}/Inter-SemiBold.otf")),
            (Type::Code, format!("{DEJAVU}/DejaVuSansMono.ttf")),
        ];
        let mut faces = HashMap::new();
        for (name, path) in files {
            let bytes = fs::read(&path)
                .with_context(|| format!("the font {path} is not readable; install it with `apt-get install fonts-inter fonts-dejavu`"))?;
            faces.insert(name, bytes);
        }
        Ok(Self { faces })
    }

    /// The faces, parsed, ready for [`Faces::outline`].
    pub(crate) fn parse(&self) -> Result<Faces<'_>> {
        let mut parsed = HashMap::new();
        for (name, bytes) in &self.faces {
            parsed.insert(
                *name,
                Face::from_slice(bytes, 0).with_context(|| {
                    format!("the font for {name:?} is damaged; install it again")
                })?,
            );
        }
        Ok(Faces { parsed })
    }
}

/// Parsed faces, borrowed from [`Fonts`].
pub(crate) struct Faces<'a> {
    parsed: HashMap<Type, Face<'a>>,
}

/// Text as one path whose baseline starts at the origin, and how far it advances.
pub(crate) struct Outline {
    pub(crate) path: Option<Path>,
    pub(crate) width: f32,
}

impl Faces<'_> {
    /// `tracking` is extra space after each glyph, in the unit of `size`.
    pub(crate) fn outline(&self, face: Type, size: f32, tracking: f32, text: &str) -> Outline {
        let Some(face) = self.parsed.get(&face) else {
            return Outline {
                path: None,
                width: 0.0,
            };
        };
        let scale = size / face.units_per_em() as f32;
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        let shaped = rustybuzz::shape(face, &[], buffer);
        let mut pen = Pen {
            builder: PathBuilder::new(),
            x: 0.0,
            y: 0.0,
            scale,
        };
        for (glyph, position) in shaped.glyph_infos().iter().zip(shaped.glyph_positions()) {
            let start = pen.x;
            pen.x += position.x_offset as f32 * scale;
            pen.y = -(position.y_offset as f32) * scale;
            face.outline_glyph(GlyphId(glyph.glyph_id as u16), &mut pen);
            pen.x = start + position.x_advance as f32 * scale + tracking;
        }
        Outline {
            width: (pen.x - tracking).max(0.0),
            path: pen.builder.finish(),
        }
    }
}

/// Font outlines point up, pictures point down.
struct Pen {
    builder: PathBuilder,
    x: f32,
    y: f32,
    scale: f32,
}

impl Pen {
    fn at(&self, x: f32, y: f32) -> (f32, f32) {
        (self.x + x * self.scale, self.y - y * self.scale)
    }
}

impl OutlineBuilder for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.at(x, y);
        self.builder.move_to(x, y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.at(x, y);
        self.builder.line_to(x, y);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let (x1, y1) = self.at(x1, y1);
        let (x, y) = self.at(x, y);
        self.builder.quad_to(x1, y1, x, y);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let (x1, y1) = self.at(x1, y1);
        let (x2, y2) = self.at(x2, y2);
        let (x, y) = self.at(x, y);
        self.builder.cubic_to(x1, y1, x2, y2, x, y);
    }

    fn close(&mut self) {
        self.builder.close();
    }
}
