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

/// The large parts that came, as the wire saw them.
fn parts(round: &Round, subject: &Subject) -> Vec<Range<u64>> {
    let seen = round.wire.seen(&subject.part).into_iter();
    let whole = seen.filter(|seen| seen.range.is_some() && seen.carried as u64 == PART);
    whole.map(|seen| seen.span()).collect()
}

pub(crate) fn a_large_file_comes_in_large_parts(browser: &Browser) -> Result<()> {
    let (round, subjects) = begin(browser, &["plain"], 96 * MIB)?;
    let plain = &subjects[0];
    round.start(browser, plain)?;
    round.arrives(browser, plain, Instant::now() + LONG)?;
    let parts = parts(&round, plain);
    ensure!(!parts.is_empty(), "no part of {PART} bytes came");
    for pair in parts.windows(2) {
        ensure!(pair[0].end <= pair[1].start, "{pair:?} came");
    }
    let twice = round.carried_twice(plain)?;
    ensure!(twice == 0, "{twice} bytes came twice");
    round.trusted(browser, plain)?;
    round.wire.repair();
    round.leaves_nothing(browser, &subjects)
}

/// How an answer to a request for a large part goes wrong.
const FAULTS: [(&str, Option<usize>, Fault); 7] = [
    // The first two are not to wait for others: one ends by a timeout.
    ("stalls", Some(1), Fault::Stalls(5 * MIB)),
    ("changes", None, Fault::Stalls(5 * MIB)),
    ("drops", Some(2), Fault::Drops(5 * MIB)),
    ("fails", Some(1), Fault::Failing),
    ("no-ranges", None, Fault::IgnoresRange),
    ("wrong-range", Some(1), Fault::WrongRange),
    ("slow", Some(1), Fault::Slow(3 * MIB)),
];

pub(crate) fn what_breaks_a_large_part_is_got_over(browser: &Browser) -> Result<()> {
    let names = FAULTS.map(|(name, ..)| name);
    let (round, subjects) = begin(browser, &names, 48 * MIB)?;
    for ((_, times, fault), subject) in FAULTS.into_iter().zip(&subjects) {
        round.wire.disturb_ranges(times, &subject.part, fault);
    }
    for subject in &subjects {
        round.start(browser, subject)?;
    }
    let deadline = Instant::now() + LONG;
    wait_until("a part of the file to be under way", PATIENCE, || {
        let seen = round.wire.seen(&subjects[1].part);
        let part = seen.iter().find(|seen| seen.range.is_some());
        Ok(part.filter(|part| part.carried > 0).map(|_| ()))
    })?;
    change(&round, &subjects[1])?;
    for ((name, times, _), subject) in FAULTS.into_iter().zip(&subjects) {
        round.arrives(browser, subject, deadline)?;
        let asked = round.wire.seen(&subject.part);
        ensure!(
            asked.iter().any(|seen| seen.range.is_some()),
            "{name} was not asked for in parts"
        );
        if let (Some(times), false) = (times, name == "wrong-range") {
            let twice = round.carried_twice(subject)?;
            ensure!(
                twice <= PART * times as u64,
                "{twice} bytes of {name} came twice"
            );
        }
        if name == "slow" {
            let end = format!("-{}", subject.size - 1);
            ensure!(
                asked.iter().any(|seen| seen
                    .range
                    .as_ref()
                    .is_some_and(|range| range.ends_with('-') || range.ends_with(&end))),
                "{name} went on in parts: {asked:?}"
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
    let (round, subjects) = begin(&browser, &["killed"], 192 * MIB)?;
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
