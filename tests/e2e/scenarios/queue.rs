//! Many downloads, and a network that comes and goes: they wait for each other and for it, and go on by
//! themselves.

use std::collections::BTreeSet;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use serde_json::json;

use super::rounds::{LONG, Round, Subject, Way};
use super::trouble::in_words;
use crate::harness::browser::Browser;
use crate::harness::roles::Name;
use crate::harness::wire::{Fault, Seen};
use crate::harness::{PATIENCE, wait_until};

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
