//! Loading and playing: the first way that works, and the next one where it fails.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::Player;
use super::ways::{Form, Way};
use crate::web::eme;
use crate::web::error::{Error, Result};
use crate::web::global;
use crate::web::media_source;
use crate::web::shaka::{Failure, Stream};

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// Nothing is loaded before the person asks for it.
    Waiting,
    Loading,
    /// The video has something to play, from us or from its `<source>` elements.
    Loaded,
    /// A part of the stream did not come; what is buffered plays on.
    Broken,
    /// Nothing can be played.
    Failed,
}

/// What is being played.
#[derive(Debug)]
pub(super) struct Playback {
    ways: Vec<Way>,
    /// The place of the current one.
    at: Cell<usize>,
    pub(super) phase: Cell<Phase>,
    /// What plays, if that is a stream.
    stream: RefCell<Option<Stream>>,
    /// Whether the browser still chooses among the page's `<source>` elements itself.
    is_native: Cell<bool>,
    /// Whether the person wants the video to run. `paused` does not tell: Chromium pauses a video
    /// whose connection breaks.
    pub(super) wanted: Cell<bool>,
}

impl Playback {
    pub(super) fn of(ways: Vec<Way>) -> Self {
        let is_native = ways.first().is_none_or(|way| way.form == Form::File);
        let phase = if is_native {
            Phase::Loaded
        } else {
            Phase::Waiting
        };
        Playback {
            ways,
            at: Cell::new(0),
            phase: Cell::new(phase),
            stream: RefCell::default(),
            is_native: Cell::new(is_native),
            wanted: Cell::new(false),
        }
    }

    pub(super) fn stream(&self) -> Option<Stream> {
        self.stream.borrow().clone()
    }
}

impl Player {
    /// Plays, and loads before that what has to be loaded.
    pub(super) fn begin(self: &Rc<Self>) {
        let player = Rc::clone(self);
        global::spawn(async move {
            if let Err(reason) = player.play().await
                && reason != Error::Aborted
            {
                global::warn(&format!("playback did not begin: {reason}"));
            }
        });
    }

    /// The same from a time on, in seconds.
    pub(super) fn begin_at(self: &Rc<Self>, seconds: f64) {
        if matches!(self.playback.phase.get(), Phase::Waiting | Phase::Failed) {
            let player = Rc::clone(self);
            global::spawn(async move { player.load_and_play(seconds).await });
        } else {
            self.video.seek(seconds);
            self.begin();
        }
    }

    /// Fails where the browser wants the person to press something first.
    pub(super) async fn play(self: &Rc<Self>) -> Result<()> {
        self.playback.wanted.set(true);
        let is_loaded = match self.playback.phase.get() {
            // Whoever loads it plays it.
            Phase::Loading => false,
            Phase::Loaded => true,
            Phase::Broken => self.go_on().await,
            Phase::Waiting | Phase::Failed => self.load(self.video.time()).await,
        };
        if is_loaded {
            self.video.play().await?;
        }
        Ok(())
    }

    async fn load_and_play(self: &Rc<Self>, at: f64) {
        self.playback.wanted.set(true);
        if self.load(at).await {
            self.begin();
        }
    }

    /// Loads anew what is the best way now, at the same time, and plays on where it did.
    pub(super) fn reload(self: &Rc<Self>) {
        self.playback.at.set(0);
        let (player, at) = (Rc::clone(self), self.video.time());
        global::spawn(async move {
            if player.load(at).await && player.playback.wanted.get() {
                player.begin();
            }
        });
    }

    /// Has this way played once the person wants something played.
    pub(super) fn prefer(&self, way: &Way) {
        let playback = &self.playback;
        let is_idle = matches!(playback.phase.get(), Phase::Waiting | Phase::Loaded);
        if !is_idle || playback.stream().is_some() {
            return;
        }
        playback.at.set(0);
        if way.form != Form::File {
            self.enter(Phase::Waiting);
        } else if self.video.current_source() != global::absolute(&way.url) {
            playback.is_native.set(false);
            self.video.play_only(&way.url);
            self.enter(Phase::Loaded);
        }
    }

    /// The stored way alone, if the video is on this device, else all.
    fn ways(&self) -> Vec<Way> {
        let stored = self.stored_way().map(|way| vec![way]);
        stored.unwrap_or_else(|| self.playback.ways.clone())
    }

    /// Loads the first way that works, from the current one on. `false` if none does.
    async fn load(self: &Rc<Self>, at: f64) -> bool {
        self.enter(Phase::Loading);
        let playback = &self.playback;
        let mut reasons = Vec::new();
        let ways = self.ways();
        while let Some(way) = ways.get(playback.at.get()) {
            match self.open(way, at).await {
                Ok(()) => {
                    self.say("");
                    self.enter(Phase::Loaded);
                    return true;
                }
                Err(reason) => {
                    global::warn(&format!("{} does not play: {reason}", way.url));
                    reasons.push(reason);
                    playback.at.set(playback.at.get() + 1);
                }
            }
        }
        self.fail(reasons.first().map(String::as_str));
        false
    }

    async fn open(self: &Rc<Self>, way: &Way, at: f64) -> Result<(), String> {
        let before = self.playback.stream.take();
        if let Some(before) = before {
            before.detach().await;
        }
        self.playback.is_native.set(false);
        match way.form {
            Form::File => self.video.play_only(&way.url),
            Form::Encrypted => {
                let opened = self.open_encrypted(way).await;
                opened.map_err(|reason| reason.to_string())?;
            }
            Form::Stream => {
                let opened = self.open_stream(way, at).await;
                return opened.map_err(|reason| reason.to_string());
            }
        }
        if at > 0.0 {
            self.video.seek(at);
        }
        Ok(())
    }

    async fn open_stream(self: &Rc<Self>, way: &Way, at: f64) -> Result<(), Failure> {
        let player = Rc::downgrade(self);
        let failed = move |failure| {
            if let Some(player) = player.upgrade() {
                player.break_off(&failure);
            }
        };
        let encryption = self.data.encryption.as_ref();
        let encryption =
            encryption.filter(|encryption| encryption.r#type == media::video::CLEAR_KEY);
        let key = encryption.and_then(|encryption| encryption.key.as_ref());
        let key = key.map(|key| (key.id.as_str(), key.value.as_str()));
        let script = self.root.attribute("data-stream-player");
        let script = script.unwrap_or_default();
        let stream = Stream::attach(&script, &self.video, key, failed).await?;
        if let Err(failure) = stream.load(&way.url, &way.kind, at).await {
            stream.detach().await;
            return Err(failure);
        }
        self.playback.stream.replace(Some(stream));
        self.keep_quality();
        Ok(())
    }

    async fn open_encrypted(&self, way: &Way) -> Result<()> {
        let encryption = self.data.encryption.as_ref();
        let key = encryption.and_then(|encryption| encryption.key.as_ref());
        let configuration = encryption.and_then(|encryption| {
            let configuration = encryption.media_key_system_config.as_ref();
            configuration.filter(|configuration| configuration.is_object())
        });
        let (Some(key), Some(configuration)) = (key, configuration) else {
            let words = "its encryption lacks a `key` or a `mediaKeySystemConfig`";
            return Err(Error::other(words));
        };
        eme::unlock(&self.video, &key.id, &key.value, configuration).await?;
        media_source::play(&self.video, &way.url, &way.kind).await
    }

    /// Takes the next way when the element itself has failed; a stream's failures come from Shaka
    /// Player.
    pub(super) fn check_failure(self: &Rc<Self>) {
        if self.playback.phase.get() != Phase::Loaded || !self.has_failed() || self.recover() {
            return;
        }
        let playback = &self.playback;
        let ways = self.ways();
        let mut left = playback.at.get() + 1..ways.len();
        // The browser has gone through all files of the page by itself.
        let next = left.find(|at| !playback.is_native.get() || ways[*at].form != Form::File);
        let Some(next) = next else {
            return self.fail(None);
        };
        playback.at.set(next);
        self.enter(Phase::Waiting);
        if playback.wanted.get() {
            self.begin();
        }
    }

    /// Whether playback cannot go on without something new.
    pub(super) fn has_failed(&self) -> bool {
        match self.playback.phase.get() {
            Phase::Waiting | Phase::Loading => false,
            Phase::Loaded => self.playback.stream().is_none() && self.video.has_failed(),
            Phase::Broken | Phase::Failed => true,
        }
    }

    /// Asks again for what did not come; where that is not enough, loads the stream anew.
    pub(super) async fn go_on(self: &Rc<Self>) -> bool {
        let stream = self.playback.stream();
        let stream = stream.filter(|_| !self.video.has_failed());
        let is_going = stream.is_some_and(|stream| stream.retry());
        if !is_going {
            return self.load(self.video.time()).await;
        }
        self.say("");
        self.enter(Phase::Loaded);
        true
    }

    pub(super) fn enter(&self, phase: Phase) {
        if phase == Phase::Failed {
            self.playback.at.set(0);
        }
        self.playback.phase.set(phase);
        self.show_patience();
    }
}
