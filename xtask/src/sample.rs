//! `cargo xtask sample`: the films of the sample site, made from their scripts. The pages in `content/`
//! are written by hand; what stands beside them in a folder of the same name is made here:
//! the films, as files or as streams, their captions and chapters, posters and artwork.
//!
//! Everything about a film is data (`sample/films.rs`) and everything moving is drawn by code
//! (`sample/scenes/`), so a second run makes the same set again.

mod canvas;
mod captions;
mod check;
mod ease;
mod emblems;
mod encode;
mod film;
mod films;
mod fonts;
mod music;
mod narration;
mod palette;
mod scenes;
mod sound;
mod stage;
mod stream;
mod timeline;
mod tools;
mod voice;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use canvas::{Canvas, STAGE};
use film::{Delivery, File, Film};
use fonts::{Faces, Fonts};
use music::Note;
use narration::Narration;
use timeline::{Beat, Cue, Timeline};

pub(crate) use check::check;

/// Everything that takes part in one film.
struct Production<'a> {
    film: &'static Film,
    timeline: Timeline,
    notes: Vec<Note>,
    /// The default language first.
    narrations: Vec<Narration>,
    levels: Vec<f32>,
    faces: &'a Faces<'a>,
}

/// Makes the films whose ids are in `only`, or all of them.
pub(crate) fn run(only: &[String]) -> Result<()> {
    tools::require(&["ffmpeg", "espeak-ng"])?;
    tools::require_encoders(&encode::ENCODERS)?;
    let fonts = Fonts::load()?;
    let faces = fonts.parse()?;
    for film in chosen(only) {
        make(film, &faces).with_context(|| format!("the film “{}” was not made", film.id))?;
    }
    check()
}

/// Draws a picture every second and a half, small, for whoever works on a scene.
pub(crate) fn preview(only: &[String], folder: &Path) -> Result<()> {
    tools::require(&["ffmpeg", "espeak-ng"])?;
    let fonts = Fonts::load()?;
    let faces = fonts.parse()?;
    fs::create_dir_all(folder).with_context(|| format!("could not create {}", folder.display()))?;
    for film in chosen(only) {
        let production = prepare(film, &faces)?;
        let size = (640, 360);
        let mut canvas = Canvas::new(&faces, size, STAGE.0)?;
        let room = stage::room(size);
        for step in 0..(production.timeline.length / 1.5) as u32 {
            canvas.paste(&room);
            production.draw_moment(&mut canvas, step as f32 * 1.5 + 0.75);
            encode::still(
                size,
                canvas.pixels(),
                &folder.join(format!("{}-{step:03}.png", film.id)),
            )?;
        }
    }
    Ok(())
}

fn chosen(only: &[String]) -> impl Iterator<Item = &'static Film> {
    films::ALL
        .iter()
        .copied()
        .filter(|film| only.is_empty() || only.iter().any(|id| id == film.id))
}

/// The repository's `content/`.
fn content() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../content")
}

fn make(film: &'static Film, faces: &Faces<'_>) -> Result<()> {
    let folder = content().join(film.media());
    fs::create_dir_all(&folder)
        .with_context(|| format!("could not create {}", folder.display()))?;
    let production = prepare(film, faces)?;
    eprintln!("{}: {} s", film.id, production.timeline.length);
    write_captions(&production, &folder)?;
    write_stills(&production, &folder)?;

    let scratch = std::env::temp_dir().join(format!("kinora-sample-{}", std::process::id()));
    fs::create_dir_all(&scratch)
        .with_context(|| format!("could not create {}", scratch.display()))?;
    let encoded = match &film.delivery {
        Delivery::Files(files) => write_files(&production, files, &scratch, &folder),
        Delivery::Stream(stream) => stream::make(&production, stream, &scratch, &folder),
    };
    fs::remove_dir_all(&scratch)
        .with_context(|| format!("could not remove {}", scratch.display()))?;
    encoded
}

fn write_files(
    production: &Production<'_>,
    files: &[File],
    scratch: &Path,
    folder: &Path,
) -> Result<()> {
    let sound = production.narrations[0].sound.write(scratch)?;
    for file in files {
        let target = folder.join(file.name);
        encode::film(&production.film.picture, file, &sound, &target, |sink| {
            production.draw(sink)
        })?;
        let bytes = fs::metadata(&target)?.len();
        eprintln!("  {} {} KiB", file.name, bytes / 1024);
    }
    Ok(())
}

/// Speaks, lays out and mixes.
fn prepare<'a>(film: &'static Film, faces: &'a Faces<'a>) -> Result<Production<'a>> {
    let spoken = narration::speak(film)?;
    let timeline = timeline::lay_out(film, &narration::longest(&spoken));
    let notes = music::compose(film.music, timeline.length);
    let narrations = narration::record(film, spoken, &timeline, &notes);
    let levels = narrations[0].sound.levels();
    Ok(Production {
        film,
        timeline,
        notes,
        narrations,
        levels,
        faces,
    })
}

fn write_captions(production: &Production<'_>, folder: &Path) -> Result<()> {
    let Production {
        film,
        timeline,
        narrations,
        ..
    } = production;
    let mut files = Vec::new();
    for &language in film.captions() {
        // A translation that nobody speaks keeps to the voice that there is.
        let heard = narrations
            .iter()
            .find(|narration| narration.language == language)
            .unwrap_or(&narrations[0]);
        let text = captions::captions(film, &heard.timeline, language);
        files.push((language.captions(), text));
    }
    if film.chapters {
        files.push((
            "chapters.vtt".to_owned(),
            captions::chapters(film, timeline),
        ));
    }
    for (name, text) in files {
        fs::write(folder.join(&name), text)
            .with_context(|| format!("could not write {name} of {}", film.id))?;
    }
    Ok(())
}

fn write_stills(production: &Production<'_>, folder: &Path) -> Result<()> {
    let size = (1280, 720);
    let poster = stage::poster(production.faces, production.film, size)?;
    for name in production.film.posters {
        encode::still(size, poster.pixels(), &folder.join(name))?;
    }
    for size in [96, 256, 512] {
        let artwork = stage::artwork(production.faces, production.film, size)?;
        encode::still(
            (size, size),
            artwork.pixels(),
            &folder.join(format!("artwork-{size}.png")),
        )?;
    }
    Ok(())
}

impl Production<'_> {
    /// Writes every frame.
    fn draw(&self, sink: &mut dyn Write) -> Result<()> {
        let picture = &self.film.picture;
        let room = stage::room(picture.size);
        let mut canvas = Canvas::new(self.faces, picture.size, STAGE.0)?;
        let frames = (self.timeline.length * picture.rate as f32) as u32;
        for frame in 0..frames {
            canvas.paste(&room);
            self.draw_moment(&mut canvas, frame as f32 / picture.rate as f32);
            sink.write_all(canvas.pixels())
                .context("the encoder stopped reading")?;
        }
        Ok(())
    }

    fn draw_moment(&self, canvas: &mut Canvas<'_>, clock: f32) {
        stage::frame(canvas, self.film, &self.timeline, clock, |index| {
            self.beat(index, clock)
        });
    }

    fn beat(&self, index: usize, clock: f32) -> Beat<'_> {
        let span = &self.timeline.scenes[index];
        let cues = span.cues.iter().map(|cue| Cue {
            start: cue.start - span.start,
            end: cue.end - span.start,
        });
        Beat {
            now: clock - span.start,
            clock,
            length: span.end - span.start,
            total: self.timeline.length,
            cues: cues.collect(),
            words: self.film.scenes[index]
                .lines
                .iter()
                .map(|line| line.text)
                .collect(),
            levels: &self.levels,
            notes: &self.notes,
        }
    }
}
