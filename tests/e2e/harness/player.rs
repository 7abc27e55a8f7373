//! The page's `<video>`: started by the page's own button, watched to the end, sought in.

use anyhow::{Context, Result, ensure};
use serde_json::json;

use super::browser::Browser;
use super::roles::{Name, Role};
use super::{PATIENCE, wait_until};

/// Finds the video; every script here begins with it.
const VIDEO: &str = "const video = document.querySelector('video'); if (!video) throw new Error('no video on the page');";

/// The player's element.
const PLAYER: &str = "[data-player]";

impl Browser {
    /// Presses **Play** and waits until pictures move.
    pub(crate) fn play(&self) -> Result<()> {
        self.press("", Name::Is("Play"))?;
        self.wait_for_video(
            "the video to play",
            "video.currentTime > 0.2 && !video.paused && video.videoWidth > 0",
        )
    }

    /// Plays on until the end comes by itself, from at most two seconds before it.
    pub(crate) fn play_to_the_end(&self) -> Result<()> {
        self.wait_for_video("the video's length", "video.duration > 0")?;
        let _: () = self.script(&format!("{VIDEO} if (video.currentTime < video.duration - 2) video.currentTime = video.duration - 2; video.play();"), Vec::new())?;
        self.wait_for_video(
            "the video to end",
            "video.ended && video.currentTime >= video.duration - 0.1",
        )
    }

    /// Pauses and waits until it is paused.
    pub(crate) fn pause(&self) -> Result<()> {
        let _: () = self.script(&format!("{VIDEO} video.pause();"), Vec::new())?;
        self.wait_for_video("the video to pause", "video.paused")
    }

    /// Seeks to `seconds` and waits until a frame of there is presented.
    pub(crate) fn seek(&self, seconds: f64) -> Result<()> {
        let script = "
            const target = given[0];
            const sought = new Promise((resolve) => video.addEventListener('seeked', resolve, { once: true }));
            const presented = new Promise((resolve) => {
              if (!video.requestVideoFrameCallback) return resolve(null);
              const look = (_, frame) => frame.mediaTime > target - 0.1 && frame.mediaTime < target + 1 ? resolve(frame.mediaTime) : video.requestVideoFrameCallback(look);
              video.requestVideoFrameCallback(look);
            });
            const late = new Promise((_, reject) => setTimeout(() => reject(new Error(`no frame of ${target} s; at ${video.currentTime} s, readyState ${video.readyState}, error ${video.error?.message}`)), 20000));
            video.currentTime = target;
            await Promise.race([sought, late]);
            await Promise.race([presented, late]);
            return video.currentTime;";
        let reached: f64 = self
            .script(&format!("{VIDEO} {script}"), vec![json!(seconds)])
            .with_context(|| format!("cannot seek to {seconds} s"))?;
        ensure!(
            (reached - seconds).abs() < 1.0,
            "a seek to {seconds} s ends at {reached} s"
        );
        Ok(())
    }

    /// Seeks ten times, forwards and backwards, over a video of `length` seconds.
    pub(crate) fn seek_ten_times(&self, length: f64) -> Result<()> {
        [0.50, 0.90, 0.10, 0.75, 0.25, 0.95, 0.05, 0.60, 0.40, 0.80]
            .into_iter()
            .try_for_each(|part| self.seek(part * length))
    }

    /// The cues that are shown now, of the track that is on.
    pub(crate) fn captions(&self) -> Result<Vec<String>> {
        let script = "return [...video.textTracks].filter((track) => track.mode === 'showing').flatMap((track) => [...(track.activeCues ?? [])].map((cue) => cue.text));";
        self.script(&format!("{VIDEO} {script}"), Vec::new())
    }

    /// Turns the captions of `language` on and all others off, as the browser's menu does.
    pub(crate) fn choose_captions(&self, language: &str) -> Result<()> {
        let script = "for (const track of video.textTracks) track.mode = track.language === given[0] ? 'showing' : 'disabled';";
        self.script(&format!("{VIDEO} {script}"), vec![json!(language)])
    }

    /// Waits until the captions that are on read `text`.
    pub(crate) fn wait_for_captions(&self, text: &str) -> Result<()> {
        let look = || Ok((self.captions()? == [text]).then_some(()));
        self.explained(wait_until(&format!("the caption {text:?}"), PATIENCE, look))
    }

    /// The address of what plays.
    pub(crate) fn plays_from(&self) -> Result<String> {
        self.script(&format!("{VIDEO} return video.currentSrc;"), Vec::new())
    }

    /// Opens one of the player's menus and chooses an item.
    pub(crate) fn choose(&self, menu: &str, item: &str) -> Result<()> {
        self.press(PLAYER, Name::Is(menu))?;
        let found = self.by_role(PLAYER, Role::MenuItemRadio, Name::Is(item))?;
        self.click(&found)
            .with_context(|| format!("cannot choose {item:?}"))
    }

    /// What a menu of the player offers, and which of it is on.
    pub(crate) fn menu(&self, menu: &str) -> Result<(Vec<String>, Vec<String>)> {
        self.press(PLAYER, Name::Is(menu))?;
        let (mut offered, mut on) = (Vec::new(), Vec::new());
        for item in self.all_by_role(PLAYER, Role::MenuItemRadio, Name::Any)? {
            let name = self.text(&item)?;
            if self.attribute(&item, "aria-checked")?.as_deref() == Some("true") {
                on.push(name.clone());
            }
            offered.push(name);
        }
        self.press(PLAYER, Name::Is(menu))?;
        Ok((offered, on))
    }

    /// What the player says over the picture, as soon as it says something.
    pub(crate) fn player_note(&self) -> Result<String> {
        let expression = "document.querySelector('[data-player-note]')?.textContent";
        self.wait_for("the player to say something", expression)?;
        let words = self.execute(&format!("return {expression};"), Vec::new())?;
        Ok(words.as_str().unwrap_or_default().to_owned())
    }

    /// Waits until something is true of `video`.
    pub(crate) fn wait_for_video(&self, what: &str, condition: &str) -> Result<()> {
        let state = "`at ${video.currentTime} of ${video.duration} s, readyState ${video.readyState}, paused ${video.paused}, error ${video.error?.message}, source ${video.currentSrc}`";
        self.wait_for(
            what,
            &format!("(() => {{ {VIDEO} return {condition}; }})()"),
        )
        .with_context(|| {
            let seen: Result<String> = self.script(&format!("{VIDEO} return {state};"), Vec::new());
            seen.unwrap_or_else(|error| format!("{error:#}"))
        })
    }
}
