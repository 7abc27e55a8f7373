//! What a film is made of. The films themselves are data, in `films`.

use super::canvas::Canvas;
use super::music::Piece;
use super::timeline::Beat;

/// One film, from its words to its files.
pub(crate) struct Film {
    /// The id of its page.
    pub(crate) id: &'static str,
    /// The category's folder inside `content/`.
    pub(crate) folder: &'static str,
    /// The small line above the title.
    pub(crate) kicker: &'static str,
    /// On the title card, one entry per line.
    pub(crate) title: &'static [&'static str],
    /// The picture that stands for the film: title card, poster and artwork show it.
    /// It is drawn around the origin, within 150 units; the number is the time in seconds.
    pub(crate) emblem: fn(&mut Canvas<'_>, f32),
    /// Whether the title card shows the emblem; a backdrop that is a picture itself leaves no room for it.
    pub(crate) emblem_on_title: bool,
    /// What is behind everything, at a time in seconds out of the film's length.
    pub(crate) backdrop: fn(&mut Canvas<'_>, f32, f32),
    pub(crate) scenes: &'static [Scene],
    pub(crate) pace: Pace,
    pub(crate) music: Piece,
    pub(crate) picture: Picture,
    /// The files of the page's `thumbnail`.
    pub(crate) posters: &'static [&'static str],
    pub(crate) delivery: Delivery,
    /// Whether `chapters.vtt` is written, a chapter for each scene.
    pub(crate) chapters: bool,
}

impl Film {
    /// The folder of its files inside `content/`.
    pub(crate) fn media(&self) -> String {
        format!("{}/{}", self.folder, self.id)
    }

    /// Every sentence, in order.
    pub(crate) fn lines(&self) -> impl Iterator<Item = &'static Line> + use<> {
        self.scenes.iter().flat_map(|scene| scene.lines)
    }

    /// The languages that the film has captions in: Czech where every line is translated.
    pub(crate) fn captions(&self) -> &'static [Language] {
        let mut lines = self.lines().peekable();
        if lines.peek().is_some() && lines.all(|line| line.czech.is_some()) {
            &[Language::English, Language::Czech]
        } else {
            &[Language::English]
        }
    }

    /// The languages that are spoken, the default first.
    pub(crate) fn voices(&self) -> &'static [Language] {
        match &self.delivery {
            Delivery::Files(_) => &[Language::English],
            Delivery::Stream(stream) => stream.voices,
        }
    }
}

/// A language of voice and captions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    English,
    Czech,
}

impl Language {
    /// BCP 47.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Czech => "cs",
        }
    }

    /// ISO 639-2/T, as MP4 has it.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::English => "eng",
            Self::Czech => "ces",
        }
    }

    /// In the language itself, as menus show it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Czech => "Česky",
        }
    }

    /// The name of its caption file.
    pub(crate) fn captions(self) -> String {
        format!("captions.{}.vtt", self.tag())
    }
}

/// A stretch of the film that shows one thing.
pub(crate) struct Scene {
    /// The chapter's title.
    pub(crate) name: &'static str,
    pub(crate) draw: fn(&mut Canvas<'_>, &Beat<'_>),
    pub(crate) lines: &'static [Line],
}

/// One sentence, spoken and captioned.
pub(crate) struct Line {
    pub(crate) text: &'static str,
    /// Where the voice needs another spelling.
    pub(crate) said: Option<&'static str>,
    pub(crate) czech: Option<&'static str>,
    /// Nobody speaks it: the caption tells of a sound, for this many seconds.
    pub(crate) sound: Option<f32>,
}

/// A spoken sentence.
pub(crate) const fn line(text: &'static str) -> Line {
    Line {
        text,
        said: None,
        czech: None,
        sound: None,
    }
}

/// A caption in brackets for a sound that lasts `seconds`.
pub(crate) const fn sound(text: &'static str, seconds: f32) -> Line {
    Line {
        text,
        said: None,
        czech: None,
        sound: Some(seconds),
    }
}

impl Line {
    /// What the caption says.
    pub(crate) fn words(&self, language: Language) -> &'static str {
        match language {
            Language::English => self.text,
            Language::Czech => self.czech.unwrap_or(self.text),
        }
    }

    /// What the voice is given.
    pub(crate) fn speech(&self, language: Language) -> &'static str {
        match language {
            Language::English => self.said.unwrap_or(self.text),
            Language::Czech => self.words(language),
        }
    }

    pub(crate) const fn said(self, said: &'static str) -> Self {
        Self {
            said: Some(said),
            ..self
        }
    }

    pub(crate) const fn czech(self, czech: &'static str) -> Self {
        Self {
            czech: Some(czech),
            ..self
        }
    }
}

/// Silences, in seconds.
pub(crate) struct Pace {
    /// The title card, before anyone speaks.
    pub(crate) title: f32,
    /// From the start of a scene to its first sentence.
    pub(crate) lead: f32,
    /// Between two sentences of a scene.
    pub(crate) gap: f32,
    /// From the last sentence of a scene to its end.
    pub(crate) tail: f32,
    /// The closing card.
    pub(crate) close: f32,
}

/// The pace of a short film.
pub(crate) const BRISK: Pace = Pace {
    title: 2.8,
    lead: 0.5,
    gap: 0.6,
    tail: 0.7,
    close: 2.6,
};

/// Size and speed of the moving picture.
pub(crate) struct Picture {
    pub(crate) size: (u32, u32),
    pub(crate) rate: u32,
}

/// The usual picture.
pub(crate) const HD: Picture = Picture {
    size: (1280, 720),
    rate: 24,
};

/// The picture of a film whose highest quality is worth a large screen.
pub(crate) const FULL_HD: Picture = Picture {
    size: (1920, 1080),
    rate: 24,
};

/// What becomes of pictures and sound.
pub(crate) enum Delivery {
    /// In the order of the page's `video-sources`.
    Files(&'static [File]),
    Stream(Stream),
}

/// One encoded file.
pub(crate) struct File {
    pub(crate) name: &'static str,
    pub(crate) codec: Codec,
    /// Constant rate factor: larger is smaller.
    pub(crate) quality: u32,
    /// Audio bits per second.
    pub(crate) audio: u32,
}

/// Video and audio codec, which also decide the container.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Codec {
    /// With AAC, in MP4.
    H264,
    /// With Opus, in WebM.
    Av1,
    /// With Opus, in WebM.
    Vp9,
}

/// The posters of most films: small for those who can, and one for everybody.
pub(crate) const POSTERS: &[&str] = &["poster.avif", "poster.webp", "poster.jpg"];

/// The one file of most films.
pub(crate) const MP4: Delivery = Delivery::Files(&[File {
    name: "film.mp4",
    codec: Codec::H264,
    quality: 23,
    audio: 96_000,
}]);

/// A film in several qualities, each track by itself.
pub(crate) struct Stream {
    /// From the lowest to the highest.
    pub(crate) rungs: &'static [Rung],
    /// The default first.
    pub(crate) voices: &'static [Language],
    pub(crate) layout: Layout,
    pub(crate) key: Option<ClearKey>,
}

/// One quality of the picture.
pub(crate) struct Rung {
    pub(crate) height: u32,
    /// Constant rate factor: larger is smaller.
    pub(crate) quality: u32,
}

impl Rung {
    pub(crate) fn size(&self) -> (u32, u32) {
        (self.height * 16 / 9, self.height)
    }
}

/// How the segments of a track lie on the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    /// Each in a file of its own.
    Segments,
    /// All in one file, behind an index.
    OneFile,
}

/// The key of an encrypted stream and its id.
pub(crate) struct ClearKey {
    pub(crate) id: [u8; 16],
    pub(crate) value: [u8; 16],
}
