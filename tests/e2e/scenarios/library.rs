//! What is on this device stays whole and up to date, and is the person's: looked after, removed after
//! watching, copied, listed by the thousand.

use std::fs;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use media::names;
use serde_json::json;

use super::download::SLOW;
use super::rounds::{LONG, Round, Subject, Way, overwrite};
use super::{set_switch, use_own_transport};
use crate::harness::browser::Browser;
use crate::harness::drivers::Setup;
use crate::harness::server::Server;
use crate::harness::site::{LONG as LONG_VIDEO, SHORT, Site};
use crate::harness::storage::STORE;
use crate::harness::wire::Wire;
use crate::harness::{PATIENCE, wait_until};

/// Videos in a ledger of a heavy user.
const MANY: usize = 1000;

pub(crate) fn what_the_browser_gave_up_is_repaired(setup: Setup) -> Result<()> {
    let mut browser = Browser::start(setup)?;
    let round = Round::begin(&browser, Way::Own, &["lost"])?;
    let subjects = round.subjects("lost")?;
    let deadline = Instant::now() + LONG;
    for subject in &subjects {
        round.start(&browser, subject)?;
        round.arrives(&browser, subject, deadline)?;
    }
    for subject in &subjects {
        lose(&browser, subject)?;
    }
    let ghost = names::video_cache("ghost");
    let forget = format!(
        "{STORE} await (await caches.open(given[0])).put('/offline/ghost/0/0', new Response('boo'));
        await store('settings', 'readwrite', (settings) => settings.delete('library-checked'));"
    );
    let _: () = browser.script(&forget, vec![json!(ghost)])?;
    let held = [
        browser.entries(&subjects[0].id)?,
        browser.entries(&subjects[1].id)?,
    ];
    browser.start_again()?;
    browser.open(&round.wire.url("/"))?;
    for subject in &subjects {
        let control = browser.control(&subject.id);
        control.wait_for("incomplete")?;
        control.shows("Incomplete")?;
    }
    let gone = || {
        let found: bool = browser.script("return caches.has(given[0]);", vec![json!(ghost)])?;
        Ok((!found).then_some(()))
    };
    wait_until("the cache of no video to go", PATIENCE, gone)?;
    let since = Instant::now();
    for (subject, held) in subjects.iter().zip(&held) {
        browser.control(&subject.id).enter("Repair")?;
        round.arrives(&browser, subject, Instant::now() + LONG)?;
        round.spares(subject, held, since)?;
    }
    subjects
        .iter()
        .try_for_each(|subject| round.trusted(&browser, subject))
}

/// Deletes two entries of a video's media, as a browser does that needs the room.
fn lose(browser: &Browser, subject: &Subject) -> Result<()> {
    let script = "
        const cache = await caches.open(given[0]);
        const media = (await cache.keys()).filter(({ url }) => /\\/offline\\/.*\\d$|\\.m4s$/.test(new URL(url).pathname));
        for (const at of [1, media.length - 1]) await cache.delete(media[at]);
        return media.length;";
    let count: usize = browser.script(script, vec![json!(names::video_cache(&subject.id))])?;
    ensure!(count > 3, "{} has only {count} entries", subject.id);
    Ok(())
}

pub(crate) fn a_newer_version_is_offered_and_fetched(browser: &Browser) -> Result<()> {
    let round = Round::begin(browser, Way::Own, &["newer"])?;
    let subjects = round.subjects("newer")?;
    for subject in &subjects {
        round.start(browser, subject)?;
        round.arrives(browser, subject, Instant::now() + LONG)?;
    }
    for subject in &subjects {
        let before = round.plan(subject)?;
        for file in &subject.files {
            overwrite(file)?;
        }
        wait_until("the new plan", PATIENCE, || {
            Ok((round.plan(subject)? != before).then_some(()))
        })?;
        browser.open(&round.wire.url(&format!("/{}/", subject.id)))?;
        let control = browser.control(&subject.id);
        control.shows("Update available")?;
        control.shows("Available offline")?;
        control.press("Update")?;
        browser.wait_for(
            "the update to be there",
            &format!("(({{ dataset, innerText }}) => dataset.state === 'stored' && !innerText.includes('Update available'))(document.querySelector('[data-video={}]'))", subject.id),
        )?;
        round.trusted(browser, subject)?;
        round.wire.repair();
    }
    Ok(())
}

pub(crate) fn a_watched_video_is_removed_with_undo(browser: &Browser) -> Result<()> {
    let mut server = Server::start(&Site::standard()?)?;
    set_switch(browser, &server.url(""), "Remove after watching", true)?;
    let control = browser.open_ready(&server.url("/short/"), SHORT)?;
    control.make_available_offline()?;
    control.wait_for("stored")?;
    server.stop()?;
    browser.open(&server.url("/short/"))?;
    browser.control(SHORT).wait_for("stored")?;
    browser.play()?;
    browser.play_to_the_end()?;
    control.wait_for("removed")?;
    control.press("Undo")?;
    control.wait_for("stored")
}

pub(crate) fn a_copy_is_saved_without_a_network(browser: &Browser) -> Result<()> {
    let site = Site::standard()?;
    let mut server = Server::start(&site)?;
    use_own_transport(browser, &server.url(""))?;
    let control = browser.open_ready(&server.url("/"), LONG_VIDEO)?;
    control.make_available_offline()?;
    control.wait_for("stored")?;
    server.stop()?;
    let folder = browser.downloads()?;
    browser.open(&server.url("/downloads/"))?;
    browser.control(LONG_VIDEO).press("Save a copy")?;
    let wanted = fs::read(site.file("02-longer/long.mp4"))?;
    let mut found = Vec::new();
    let saved = || {
        found = fs::read_dir(&folder)?
            .map(|entry| Ok(entry?.path()))
            .collect::<Result<Vec<_>>>()?;
        let copy = folder.join("A long one.mp4");
        Ok((fs::read(copy)? == wanted).then_some(()))
    };
    wait_until("the copy", PATIENCE, saved).with_context(|| format!("there is {found:?}"))
}

/// As many rows as the first one's copies.
pub(crate) fn a_thousand_downloads_are_listed_and_one_row_follows_one_download(
    browser: &Browser,
) -> Result<()> {
    let server = Server::start(&Site::standard()?)?;
    let wire = Wire::to(server.port())?;
    use_own_transport(browser, &wire.origin())?;
    let control = browser.open_ready(&wire.url("/"), SHORT)?;
    control.make_available_offline()?;
    control.wait_for("stored")?;
    browser.fill_ledger(SHORT, MANY)?;
    wire.disturb("long.mp4", SLOW);
    let control = browser.control(LONG_VIDEO);
    control.make_available_offline()?;
    control.wait_for_any(&["queued", "downloading"])?;
    browser.open(&wire.url("/downloads/"))?;
    let rows = "document.querySelectorAll('[data-download-list] > li').length";
    browser.wait_for("all rows", &format!("{rows} === {}", MANY + 2))?;
    let control = browser.control(LONG_VIDEO);
    let progress = control.wait_for_progress(0.0)?;
    let watch = "
        window.touched = new Set();
        new MutationObserver((changes) => {
          for (const { target } of changes) {
            const element = target.nodeType === Node.ELEMENT_NODE ? target : target.parentElement;
            window.touched.add(element?.closest('li')?.querySelector('[data-video]')?.dataset.video ?? 'the list');
          }
        }).observe(document.querySelector('[data-download-list]'), { subtree: true, childList: true, attributes: true, characterData: true });";
    browser.execute(watch, Vec::new())?;
    let progress = control.wait_for_progress(progress)?;
    control.wait_for_progress(progress)?;
    let touched = browser.execute("return [...window.touched];", Vec::new())?;
    ensure!(touched == json!([LONG_VIDEO]), "rows changed: {touched}");
    Ok(())
}
