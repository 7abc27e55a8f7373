//! Buttons that are pressed: at any moment, from two tabs, on a page that is left.

use std::time::Instant;

use anyhow::{Context, Result, ensure};
use fantoccini::wd::WindowHandle;
use serde_json::{Value, json};

use super::rounds::{LONG, Round, Subject, Way, nothing_is_left};
use crate::harness::browser::Browser;
use crate::harness::random::{self, Random};
use crate::harness::wire::Fault;
use crate::harness::{PATIENCE, wait_until};

/// Presses of two tabs together.
const PRESSES: usize = 40;

pub(crate) fn two_tabs_that_press_everything_end_alike(browser: &Browser) -> Result<()> {
    press_everything(browser, Way::Own)
}

pub(crate) fn two_tabs_press_everything_in_the_background(browser: &Browser) -> Result<()> {
    press_everything(browser, Way::Background)
}

fn press_everything(browser: &Browser, way: Way) -> Result<()> {
    let seed = random::seed()?;
    let mut random = Random::from(seed);
    let round = Round::begin(browser, way, &["press"])?;
    let subjects = round.subjects("press")?;
    for subject in &subjects {
        round
            .wire
            .disturb(&subject.part, Fault::Slow(subject.size / 2));
    }
    let first = browser.tab()?;
    let tabs = [first.clone(), browser.open_tab(&round.wire.url("/"))?];
    for subject in &subjects {
        browser.control(&subject.id).wait_for("none")?;
    }
    for _ in 0..PRESSES {
        browser.switch_to(&tabs[random.below(2)])?;
        press_any(browser, &subjects[random.below(2)], &mut random)?;
    }
    round.wire.repair();
    let outcome = subjects.iter().try_for_each(|subject| {
        let settled = settle(browser, &tabs, subject)?;
        if settled == "stored" {
            round.trusted(browser, subject)?;
            round.wire.repair();
            return Ok(());
        }
        nothing_is_left(browser, std::slice::from_ref(subject))
    });
    outcome.with_context(|| format!("with KINORA_SEED={seed}"))
}

/// Presses one of the buttons that the video's control shows now, as quickly as a script can.
fn press_any(browser: &Browser, subject: &Subject, random: &mut Random) -> Result<()> {
    let script = "
        const buttons = [...document.querySelectorAll(`[data-video='${arguments[0]}'] button`)].filter((button) => button.checkVisibility());
        if (buttons.length) buttons[arguments[1] % buttons.length].click();";
    let given = vec![json!(subject.id), json!(random.below(1000))];
    browser.execute(script, given).map(drop)
}

/// Whether the page prepares to download a video.
const PREPARES: &str =
    "return Boolean(document.querySelector(`[data-video='${arguments[0]}'] [aria-busy=true]`));";

/// Waits until a video is stored or gone, the same in both tabs, and tells which it is.
fn settle(browser: &Browser, tabs: &[WindowHandle], subject: &Subject) -> Result<String> {
    let control = browser.control(&subject.id);
    let look = || {
        let mut states = Vec::new();
        for tab in tabs {
            browser.switch_to(tab)?;
            // What a pause left is gone on with; what failed is not expected.
            control.enter_now("Resume")?;
            // A press that waits for a removal to end is still to come.
            if browser.execute(PREPARES, vec![json!(subject.id)])? == json!(true) {
                return Ok(None);
            }
            states.push(control.state()?);
        }
        let settled = ["stored", "none"].contains(&states[0].as_str()) && states[0] == states[1];
        Ok(settled.then(|| states[0].clone()))
    };
    browser.explained(wait_until(
        &format!("{} to come to an end", subject.id),
        LONG,
        look,
    ))
}

/// Nothing moves away from under a pointer when a download begins, goes on and ends.
pub(crate) fn a_download_moves_no_other_button(browser: &Browser) -> Result<()> {
    let round = Round::begin(browser, Way::Own, &["still"])?;
    let subjects = round.subjects("still")?;
    let places = || {
        let script = "
            const cards = [...document.querySelectorAll('[data-card]')];
            return cards.map((card) => {
              const { x, y } = (card.querySelector('button:not([hidden])') ?? card).getBoundingClientRect();
              return [card.dataset.card, x + scrollX, y + scrollY].join(' ');
            });";
        browser.execute(script, Vec::new())
    };
    let before = places()?;
    for subject in &subjects {
        round
            .wire
            .disturb(&subject.part, Fault::Slow(subject.size / 3));
        let control = browser.control(&subject.id);
        control.press("Make available offline")?;
        control.wait_for("downloading")?;
        control.shows("Downloading")?;
    }
    ensure!(
        places()? == before,
        "{before} became {} at the beginning",
        places()?
    );
    let deadline = Instant::now() + LONG;
    for subject in &subjects {
        round.arrives(browser, subject, deadline)?;
    }
    let after = places()?;
    let heights = |places: &Value| -> Option<Vec<String>> {
        let places = places.as_array()?.iter();
        let height = |place: &Value| Some(place.as_str()?.split(' ').next_back()?.to_owned());
        places.map(height).collect()
    };
    ensure!(
        heights(&after) == heights(&before),
        "{before} became {after} at the end"
    );
    Ok(())
}

pub(crate) fn a_press_is_not_lost_with_its_page(browser: &Browser) -> Result<()> {
    let round = Round::begin(browser, Way::Own, &["leave"])?;
    let subjects = round.subjects("leave")?;
    for subject in &subjects {
        let plan = format!("/{}/offline.json", subject.id);
        round.wire.disturb(&plan, Fault::Stalls(0));
        round.press(browser, subject)?;
        browser
            .control(&subject.id)
            .shows("Preparing the download")?;
    }
    browser.open(&round.wire.url("/downloads/"))?;
    round.wire.repair();
    let deadline = Instant::now() + LONG;
    subjects
        .iter()
        .try_for_each(|subject| round.arrives(browser, subject, deadline))
}

/// A cancel between the note of a download and the start of its background fetch.
pub(crate) fn what_is_cancelled_before_it_begins_is_not_fetched(browser: &Browser) -> Result<()> {
    let round = Round::begin(browser, Way::Background, &["cancel"])?;
    let [file, _] = round.subjects("cancel")?;
    round.wire.disturb(&file.part, Fault::Slow(file.size / 120));
    let hold = "
        const { fetch } = BackgroundFetchManager.prototype;
        BackgroundFetchManager.prototype.fetch = async function (...given) {
          await new Promise((go) => { window.letGo = go; });
          const fetching = await fetch.apply(this, given);
          window.hasBegun = true;
          return fetching;
        };";
    browser.execute(hold, Vec::new())?;
    round.start(browser, &file)?;
    browser.wait_for("the start of the fetch", "window.letGo")?;
    let control = browser.control(&file.id);
    control.press("Cancel")?;
    nothing_is_left(browser, std::slice::from_ref(&file))?;
    browser.execute("window.letGo();", Vec::new())?;
    browser.wait_for("the fetch to begin", "window.hasBegun")?;
    let over = || {
        let running: Vec<String> = browser.script(
            "return (await navigator.serviceWorker.ready).backgroundFetch.getIds();",
            Vec::new(),
        )?;
        Ok(running.is_empty().then_some(()))
    };
    wait_until("the fetch that nobody wants to end", PATIENCE, over)?;
    ensure!(
        round.wire.carried(&file.part) < file.size as u64 / 2,
        "it was fetched all the same"
    );
    nothing_is_left(browser, std::slice::from_ref(&file))
}
