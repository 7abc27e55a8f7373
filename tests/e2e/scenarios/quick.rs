//! Large files on a quick network, which come by many large range requests, and what breaks those.

use std::fs;
use std::ops::Range;
use std::time::Instant;

use anyhow::{Context, Result, ensure};

use super::faults::change;
use super::kills::{Victim, outlive};
use super::rounds::{LONG, Round, Subject, Way};
use crate::harness::browser::Browser;
use crate::harness::drivers::Setup;
use crate::harness::random::{self, Random, noise};
use crate::harness::site::Site;
use crate::harness::wire::Fault;
use crate::harness::{PATIENCE, wait_until};

const MIB: usize = 1024 * 1024;

/// Bytes of a large part.
const PART: u64 = 8 * 1024 * 1024;

/// A site with one large file for each name.
fn begin(browser: &Browser, names: &[&str], size: usize) -> Result<(Round, Vec<Subject>)> {
    let site = Site::empty()?;
    let bytes = noise(size, 1);
    let path = |name: &str| format!("01-large/{name}/film.mp4");
    for name in names {
        site.video(
            &format!("01-large/{name}.md"),
            name,
            &format!("{name}/film.mp4"),
            "video/mp4",
        )?;
        fs::create_dir_all(site.file(&format!("01-large/{name}")))?;
        fs::write(site.file(&path(name)), &bytes)?;
    }
    let round = Round::over(browser, Way::Own, site)?;
    let subject = |name: &&str| {
        let path = path(name);
        round.subject((*name).to_owned(), format!("/{path}"), [path.clone()], path)
    };
    let subjects = names.iter().map(subject).collect::<Result<_>>()?;
    Ok((round, subjects))
}

/// The parts that were asked for one by one on a quick network: as large as the first, and after it.
fn quick_parts(round: &Round, subject: &Subject) -> Vec<Range<u64>> {
    let seen = round.wire.seen(&subject.part).into_iter();
    let quick = seen.filter(|seen| {
        let end = seen
            .range
            .as_ref()
            .and_then(|range| range.split('-').nth(1));
        end == Some(&(seen.start + PART - 1).to_string()) && seen.start >= PART
    });
    quick.map(|seen| seen.span()).collect()
}

/// The machine may be too busy to be quick with the first file.
const CHANCES: [&str; 5] = ["one", "two", "three", "four", "five"];

pub(crate) fn a_large_file_comes_in_large_parts(browser: &Browser) -> Result<()> {
    let (round, subjects) = begin(browser, &CHANCES, 96 * MIB)?;
    let mut quick = Vec::new();
    let mut stored = Vec::new();
    for subject in &subjects {
        round.start(browser, subject)?;
        round.arrives(browser, subject, Instant::now() + LONG)?;
        let twice = round.carried_twice(subject)?;
        ensure!(twice == 0, "{twice} bytes came twice");
        stored.push(subject.clone());
        quick = quick_parts(&round, subject);
        if !quick.is_empty() {
            break;
        }
    }
    ensure!(!quick.is_empty(), "no part of {PART} bytes was asked for");
    for subject in &stored {
        round.trusted(browser, subject)?;
    }
    round.wire.repair();
    round.leaves_nothing(browser, &stored)
}

/// How the answers to the second request for a part, and perhaps to more, go wrong.
const FAULTS: [(&str, usize, Fault); 7] = [
    // The first two are not to wait for others: one ends by a timeout.
    ("stalls", 1, Fault::Stalls(LOST)),
    ("changes", usize::MAX, Fault::Stalls(LOST)),
    ("drops", 2, Fault::Drops(LOST)),
    ("fails", 1, Fault::Failing),
    ("no-ranges", usize::MAX, Fault::IgnoresRange),
    ("wrong-range", 1, Fault::WrongRange),
    ("slow", 1, Fault::Slow(3 * MIB)),
];

/// Bytes of an answer that is broken off.
const LOST: usize = 5 * MIB;

pub(crate) fn what_breaks_a_large_part_is_got_over(browser: &Browser) -> Result<()> {
    let names = FAULTS.map(|(name, ..)| name);
    let (round, subjects) = begin(browser, &names, 48 * MIB)?;
    for ((_, times, fault), subject) in FAULTS.into_iter().zip(&subjects) {
        round.wire.disturb_next_ranges(times, &subject.part, fault);
    }
    for subject in &subjects {
        round.start(browser, subject)?;
    }
    let deadline = Instant::now() + LONG;
    wait_until("the second part to be under way", PATIENCE, || {
        let seen = round.wire.seen(&subjects[1].part);
        let second = seen.iter().find(|seen| seen.start > 0 && seen.carried > 0);
        Ok(second.map(|_| ()))
    })?;
    change(&round, &subjects[1])?;
    for ((name, times, _), subject) in FAULTS.into_iter().zip(&subjects) {
        round.arrives(browser, subject, deadline)?;
        let asked = round.wire.seen(&subject.part);
        ensure!(
            asked.iter().filter(|seen| seen.range.is_some()).count() > 1,
            "{name} was not asked for in parts"
        );
        if ["stalls", "drops", "fails", "slow"].contains(&name) {
            let twice = round.carried_twice(subject)?;
            ensure!(
                twice <= (LOST * times) as u64,
                "{twice} bytes of {name} came twice"
            );
        }
        if name == "slow" {
            ensure!(
                asked.iter().any(|seen| seen.carried as u64 > PART),
                "it went on in parts: {asked:?}"
            );
        }
    }
    for subject in &subjects {
        round.trusted(browser, subject)?;
    }
    round.wire.repair();
    round.leaves_nothing(browser, &subjects)
}

pub(crate) fn a_browser_may_die_while_large_parts_come(setup: Setup) -> Result<()> {
    let seed = random::seed()?;
    let mut random = Random::from(seed);
    let mut browser = Browser::start(setup)?;
    let (round, mut subjects) = begin(&browser, &["killed"], 192 * MIB)?;
    // Early enough that much is left.
    subjects[0].size /= 3;
    outlive(
        &mut browser,
        &round,
        Victim::Browser,
        &subjects,
        &mut random,
    )
    .with_context(|| format!("with KINORA_SEED={seed}"))?;
    round.wire.repair();
    round.leaves_nothing(&browser, &subjects)
}
