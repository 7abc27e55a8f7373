//! Many downloads, and a network that comes and goes: they wait for each other and for it, and go on by
//! themselves.

use std::collections::BTreeSet;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use fantoccini::wd::WindowHandle;
use serde_json::{Value, json};

use super::rounds::{LONG, Round, Subject, Way, nothing_is_left};
use super::trouble::in_words;
use crate::harness::browser::Browser;
use crate::harness::random::{self, Random};
use crate::harness::roles::Name;
use crate::harness::wire::{Fault, Seen};
use crate::harness::{PATIENCE, wait_until};

/// Presses of two tabs together.
const PRESSES: usize = 40;

/// Requests that the app may have under way, and videos.
const REQUESTS: usize = 4;
const VIDEOS: usize = 2;

pub(crate) fn a_stopped_server_is_waited_for(browser: &Browser) -> Result<()> {
    let mut round = Round::begin(browser, Way::Own, &["wait"])?;
    let subjects = round.subjects("wait")?;
    for subject in &subjects {
        round
            .wire
            .disturb(&subject.part, Fault::Slow(subject.size / 8));
        round.start(browser, subject)?;
    }
    for subject in &subjects {
        let some =
            || Ok((round.wire.carried(&subject.part) > subject.size as u64 / 4).then_some(()));
        wait_until("some of it", PATIENCE, some)?;
    }
    round.server.stop()?;
    for subject in &subjects {
        let control = browser.control(&subject.id);
        control.wait_for_any(&["queued", "failed"])?;
    }
    round.wire.repair();
    round.server.start_again()?;
    let deadline = Instant::now() + LONG;
    for subject in &subjects {
        round.arrives(browser, subject, deadline)?;
        round.is_thrifty(subject)?;
    }
    subjects
        .iter()
        .try_for_each(|subject| round.trusted(browser, subject))
}

pub(crate) fn two_videos_come_at_a_time_in_the_order_of_the_presses(
    browser: &Browser,
) -> Result<()> {
    let names = ["one", "two", "three"];
    let round = Round::begin(browser, Way::Own, &names)?;
    let subjects: Vec<Subject> = names
        .into_iter()
        .map(|name| round.subjects(name))
        .collect::<Result<Vec<_>>>()?
        .into_iter()
        .flatten()
        .take(5)
        .collect();
    for subject in &subjects {
        round.wire.disturb(&subject.part, Fault::Slow(subject.size));
        round.start(browser, subject)?;
    }
    let deadline = Instant::now() + LONG;
    for subject in &subjects {
        round.arrives(browser, subject, deadline)?;
    }
    let of = |subject: &Subject| {
        let mut seen = round.wire.seen(&format!("/{}/offline/", subject.id));
        if seen.is_empty() {
            seen = round.wire.seen(&subject.part);
        }
        seen
    };
    let seen: Vec<Vec<Seen>> = subjects.iter().map(of).collect();
    let begun: Vec<Instant> = seen
        .iter()
        .map(|seen| {
            seen.iter()
                .map(|seen| seen.began)
                .min()
                .context("never asked for")
        })
        .collect::<Result<_>>()?;
    ensure!(begun.is_sorted(), "another order than that of the presses");
    for moment in seen.iter().flatten().map(|seen| seen.began) {
        let under_way: Vec<usize> = seen
            .iter()
            .map(|seen| seen.iter().filter(|seen| seen.is_under_way(moment)).count())
            .filter(|requests| *requests > 0)
            .collect();
        ensure!(
            under_way.len() <= VIDEOS && under_way.iter().sum::<usize>() <= REQUESTS,
            "requests under way at one moment, by video: {under_way:?}"
        );
    }
    Ok(())
}

pub(crate) fn all_pause_and_go_on_from_the_downloads_page(browser: &Browser) -> Result<()> {
    let round = Round::begin(browser, Way::Own, &["all", "more"])?;
    let subjects = [round.subjects("all")?, round.subjects("more")?].concat();
    for subject in &subjects {
        round
            .wire
            .disturb(&subject.part, Fault::Slow(subject.size / 12));
        round.start(browser, subject)?;
    }
    let under_way = || Ok((round.wire.carried(&subjects[0].part) > 0).then_some(()));
    wait_until("the first one to be under way", PATIENCE, under_way)?;
    browser.open(&round.wire.url("/downloads/"))?;
    browser.press_key("main", Name::Is("Pause all"))?;
    for subject in &subjects {
        browser.control(&subject.id).wait_for("paused")?;
    }
    let held: Vec<BTreeSet<String>> = subjects
        .iter()
        .map(|subject| browser.entries(&subject.id))
        .collect::<Result<_>>()?;
    let since = Instant::now();
    round.wire.repair();
    browser.press_key("main", Name::Is("Resume all"))?;
    let deadline = Instant::now() + LONG;
    for (subject, held) in subjects.iter().zip(&held) {
        round.arrives(browser, subject, deadline)?;
        round.spares(subject, held, since)?;
    }
    subjects
        .iter()
        .try_for_each(|subject| round.trusted(browser, subject))
}

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

pub(crate) fn a_paused_background_fetch_keeps_what_is_finished(browser: &Browser) -> Result<()> {
    let round = Round::begin(browser, Way::Background, &["pause"])?;
    let [_, stream] = round.subjects("pause")?;
    round
        .wire
        .disturb(&stream.part, Fault::Slow(stream.size / 8));
    round.start(browser, &stream)?;
    let control = browser.control(&stream.id);
    // The sounds, of which there are two, are finished when a second of the pictures is there.
    let sounds = || {
        let seen = round.wire.seen(&format!("/{}/offline/", stream.id));
        let others = seen.iter().filter(|seen| seen.path != stream.part);
        let over = others
            .filter(|seen| !seen.is_under_way(Instant::now()))
            .count();
        let late = round.wire.carried(&stream.part) > stream.size as u64 / 4;
        Ok((over >= 2 && late).then_some(()))
    };
    wait_until("the sounds to be there", PATIENCE, sounds)?;
    control.press("Pause")?;
    control.wait_for("paused")?;
    let mut held = BTreeSet::new();
    let kept = || {
        held = browser.entries(&stream.id)?;
        let segments = held.iter().filter(|key| key.ends_with(".m4s")).count();
        Ok((segments >= 14).then_some(()))
    };
    browser.explained(wait_until("the sounds to be kept", PATIENCE, kept))?;
    ensure!(control.state()? == "paused", "it is {}", control.state()?);
    let since = Instant::now();
    round.wire.repair();
    control.press("Resume")?;
    control.wait_for("stored")?;
    round.spares(&stream, &held, since)?;
    round.trusted(browser, &stream)
}

pub(crate) fn a_category_is_made_available_at_once(browser: &Browser) -> Result<()> {
    let round = Round::begin(browser, Way::Background, &["this", "that"])?;
    let subjects = [round.subjects("this")?, round.subjects("that")?].concat();
    browser.open(&round.wire.url("/category/round/"))?;
    browser.press("main", Name::Starts("Make all available offline"))?;
    let deadline = Instant::now() + LONG;
    for subject in &subjects {
        round.arrives(browser, subject, deadline)?;
    }
    browser.wait_for(
        "the page to say so",
        "document.querySelector('main').innerText.includes('All available offline')",
    )?;
    subjects
        .iter()
        .try_for_each(|subject| round.trusted(browser, subject))
}

pub(crate) fn what_has_no_room_waits_for_a_removal(browser: &Browser) -> Result<()> {
    let round = Round::begin(browser, Way::Own, &["first", "second"])?;
    let [first, _] = round.subjects("first")?;
    let [second, _] = round.subjects("second")?;
    let deadline = Instant::now() + LONG;
    round.start(browser, &first)?;
    round.arrives(browser, &first, deadline)?;
    // Room for a half of the second one.
    let quota = browser.usage()?.unwrap_or_default() + second.size as u64 / 2;
    browser.set_quota(&round.wire.origin(), Some(quota))?;
    round.start(browser, &second)?;
    let control = browser.control(&second.id);
    control.wait_for("paused")?;
    in_words(&control)?;
    let held = browser.entries(&second.id)?;
    let since = Instant::now();
    browser.control(&first.id).enter("Remove download")?;
    round.arrives(browser, &second, deadline)?;
    browser.set_quota(&round.wire.origin(), None)?;
    round.spares(&second, &held, since)?;
    round.trusted(browser, &second)
}

/// The page is told that data are to be saved. The worker is not, so other downloads keep the one that
/// waits from its turn.
pub(crate) fn a_metered_connection_is_asked_about(browser: &Browser) -> Result<()> {
    let round = Round::begin(browser, Way::Own, &["now", "wait"])?;
    let [waits, _] = round.subjects("wait")?;
    let save = |on: bool| {
        let saver = json!({ "dataSaverEnabled": on });
        browser.devtools("Emulation.setDataSaverOverride", saver)
    };
    save(true)?;
    let control = browser.control(&waits.id);
    round.press(browser, &waits)?;
    browser.press("dialog", Name::Is("Cancel"))?;
    control.wait_for("none")?;
    for subject in round.subjects("now")? {
        round
            .wire
            .disturb(&subject.part, Fault::Slow(subject.size / 20));
        round.press(browser, &subject)?;
        browser.press("dialog", Name::Is("Download now"))?;
        browser.control(&subject.id).wait_for("downloading")?;
    }
    round.press(browser, &waits)?;
    browser.press("dialog", Name::Is("Wait"))?;
    control.wait_for("queued")?;
    control.shows("Waiting for an unmetered connection")?;
    control.enter("Download anyway")?;
    control.shows("Waiting for other downloads")?;
    round.wire.repair();
    round.arrives(browser, &waits, Instant::now() + LONG)?;
    save(false)?;
    round.trusted(browser, &waits)
}
