//! Workers and browsers that are killed at random moments: the download goes on by itself, no chunk
//! that was stored comes again, and what is stored is what is on the disk.

use std::fmt::Write;
use std::time::Instant;

use anyhow::{Result, bail};

use super::rounds::{LONG, Round, Subject, Way};
use crate::harness::browser::Browser;
use crate::harness::drivers::Setup;
use crate::harness::random::{self, Random};
use crate::harness::wire::Fault;
use crate::harness::{PATIENCE, wait_until};

/// Who dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Victim {
    /// The service worker, while its page stays open; Chromium only.
    Worker,
    /// All processes of the browser.
    Browser,
}

impl Victim {
    /// As the soak's table has it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Victim::Worker => "killed-worker",
            Victim::Browser => "killed-browser",
        }
    }
}

/// Kills in one run of the suite. After one in a background fetch, the browser first looks for what it
/// had, which takes a while.
const ROUNDS: usize = 3;
const BACKGROUND_ROUNDS: usize = 1;

/// How many seconds a download takes that is to be killed.
const SECONDS: usize = 3;

pub(crate) fn a_worker_may_die_at_any_moment(setup: Setup) -> Result<()> {
    survive(setup, Way::Own, Victim::Worker)
}

pub(crate) fn a_browser_may_die_at_any_moment(setup: Setup) -> Result<()> {
    survive(setup, Way::Own, Victim::Browser)
}

pub(crate) fn a_browser_may_die_in_a_background_fetch(setup: Setup) -> Result<()> {
    survive(setup, Way::Background, Victim::Browser)
}

fn survive(setup: Setup, way: Way, victim: Victim) -> Result<()> {
    let seed = random::seed()?;
    let mut browser = Browser::start(setup)?;
    let mut failed = String::new();
    let rounds = match way {
        Way::Own => ROUNDS,
        Way::Background => BACKGROUND_ROUNDS,
    };
    for (number, outcome) in kill(&mut browser, way, victim, rounds, seed)?
        .into_iter()
        .enumerate()
    {
        if let Err(error) = outcome {
            writeln!(failed, "kill {number}: {error:#}")?;
        }
    }
    if !failed.is_empty() {
        bail!("with KINORA_SEED={seed}: {failed}");
    }
    Ok(())
}

/// Kills so many downloads of a file and a stream, one after the other. Says of each how that ended: how
/// many bytes came twice.
pub(crate) fn kill(
    browser: &mut Browser,
    way: Way,
    victim: Victim,
    rounds: usize,
    seed: u64,
) -> Result<Vec<Result<u64>>> {
    let mut random = Random::from(seed);
    let names: Vec<String> = (0..rounds).map(|number| format!("kill{number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let round = Round::begin(browser, way, &names)?;
    let mut outcomes = Vec::new();
    let mut stored = Vec::new();
    for name in names {
        let subjects = round.subjects(name)?;
        let outcome = one(browser, &round, victim, &subjects, &mut random);
        if outcome.is_ok() {
            stored.extend(subjects);
        }
        outcomes.push(outcome);
        round.wire.repair();
    }
    round.leaves_nothing(browser, &stored)?;
    Ok(outcomes)
}

fn one(
    browser: &mut Browser,
    round: &Round,
    victim: Victim,
    subjects: &[Subject; 2],
    random: &mut Random,
) -> Result<u64> {
    for subject in subjects {
        round
            .wire
            .disturb(&subject.part, Fault::Slow(subject.size / SECONDS));
    }
    outlive(browser, round, victim, subjects, random)
}

/// Kills somebody while videos are downloaded. Returns how many bytes came twice.
pub(crate) fn outlive(
    browser: &mut Browser,
    round: &Round,
    victim: Victim,
    subjects: &[Subject],
    random: &mut Random,
) -> Result<u64> {
    for subject in subjects {
        round.start(browser, subject)?;
    }
    // From the first bytes on, up to the last ones.
    let mortal = &subjects[random.below(subjects.len())];
    let moment = random.below(mortal.size) as u64;
    wait_until("the moment of the kill", PATIENCE, || {
        Ok((round.wire.carried(&mortal.part) >= moment).then_some(()))
    })?;
    match victim {
        Victim::Worker => browser.stop_workers()?,
        Victim::Browser => browser.crash(),
    }
    // From here on nothing more comes, so that what there is can be looked at.
    round.wire.cut();
    let since = Instant::now();
    if victim == Victim::Browser {
        browser.start_again()?;
    }
    // Any page of the site is enough for it to go on.
    browser.open(&round.wire.url("/"))?;
    let held = subjects
        .iter()
        .map(|subject| browser.entries(&subject.id))
        .collect::<Result<Vec<_>>>()?;
    round.wire.repair();
    let deadline = Instant::now() + LONG;
    let mut twice = 0;
    for (subject, held) in subjects.iter().zip(&held) {
        round.arrives(browser, subject, deadline)?;
        round.spares(subject, held, since)?;
        twice += round.carried_twice(subject)?;
    }
    for subject in subjects {
        round.trusted(browser, subject)?;
    }
    Ok(twice)
}
