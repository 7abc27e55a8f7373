//! The player: what plays and from where, the controls, the system's media controls, autoplay.

mod autoplay;
mod bar;
mod device;
mod items;
mod keys;
mod menu;
mod notes;
mod playback;
mod system;
mod ways;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use crate::web::dom::{self, Element};
use crate::web::video::Video;
use crate::web::{global, page};
use menu::Menus;
use playback::Playback;

thread_local! {
    /// The player of this page.
    static PLAYER: RefCell<Option<Rc<Player>>> = const { RefCell::new(None) };
}

/// The page's player.
#[derive(Debug)]
struct Player {
    /// The element around the video and all controls.
    root: Element,
    video: Video,
    /// What the server says of the video.
    data: media::Video,
    playback: Playback,
    /// Why the stream broke off last.
    failure: RefCell<String>,
    menus: Menus,
    /// Whether the video has run at all.
    has_run: Cell<bool>,
    /// When there was a sign of the person last; 0 while nobody waits for the next one to be missed.
    seen: Cell<f64>,
}

/// Makes the player of the page work, if there is one.
pub(super) fn start() {
    let Some(player) = Player::of_page().map(Rc::new) else {
        return;
    };
    PLAYER.set(Some(Rc::clone(&player)));
    player.offer_start();
    player.watch_playback();
    player.follow_chapters();
    system::describe(&player);
    bar::start(&player);
    menu::start(&player);
    keys::start(&player);
    if player.data.autoplay {
        global::spawn(autoplay::start(player));
    }
}

/// Plays exactly the stored source, unless another one is running already.
pub(super) fn show_origin() {
    if let Some(player) = PLAYER.with_borrow(Clone::clone) {
        player.show_origin();
    }
}

impl Player {
    fn of_page() -> Option<Self> {
        let root = dom::find("[data-player]")?;
        let video = Video::of(&root.find("video")?)?;
        let data = dom::find("[data-video-json]")?.text();
        let data: media::Video = media::json::parse(&data).ok()?;
        let playback = Playback::of(ways::online(&data));
        Some(Player {
            has_run: Cell::new(video.is_started()),
            root,
            video,
            data,
            playback,
            failure: RefCell::default(),
            menus: Menus::default(),
            seen: Cell::new(0.0),
        })
    }

    /// Listens for an event of the video.
    fn hear(self: &Rc<Self>, event: &str, act: fn(&Rc<Player>)) {
        let player = Rc::clone(self);
        self.video.on(event, move || act(&player));
    }

    /// Puts a **Play** button over the poster until the video runs for the first time.
    fn offer_start(self: &Rc<Self>) {
        self.video.set_controls(false);
        // Keys act on the focused player; the browser's own controls, where no script runs, are to be
        // reached by Tab.
        self.video.as_element().set_attribute("tabindex", "-1");
        let Some(button) = self.root.find("[data-action=play]") else {
            return;
        };
        let player = Rc::clone(self);
        button.on("click", move || {
            player.begin();
            player.video.focus();
        });
        self.show_patience();
    }

    /// A chapter of the page's list counts as **Play**, at its beginning.
    fn follow_chapters(self: &Rc<Self>) {
        for chapter in dom::find_all("[data-seek]") {
            let at = chapter.attribute("data-seek").unwrap_or_default();
            let Some(at) = media::text::parse_decimal(&at) else {
                continue;
            };
            let player = Rc::clone(self);
            chapter.on_click_instead(move || {
                player.begin_at(at);
                player.video.focus();
            });
        }
    }

    /// Whether the controls offer picture-in-picture.
    fn offers_picture_in_picture(&self) -> bool {
        self.data.pip && page::has_picture_in_picture()
    }

    fn toggle_picture_in_picture(self: &Rc<Self>) {
        let player = Rc::clone(self);
        global::spawn(async move {
            if let Err(reason) = player.video.toggle_picture_in_picture().await {
                player.say(&format!("Picture-in-picture did not open: {reason}."));
            }
        });
    }
}
