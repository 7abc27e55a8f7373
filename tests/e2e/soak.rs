//! What `cargo xtask soak` runs instead of the scenarios: faults and kills, again and again, each time
//! with another seed. A round that fails does not end it.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};

use crate::harness::browser::Browser;
use crate::harness::drivers::Setup;
use crate::harness::random;
use crate::scenarios::faults;
use crate::scenarios::kills::{self, Victim};
use crate::scenarios::rounds::Way;

/// What is done in every round.
#[derive(Clone, Copy)]
enum Job {
    Faults,
    Kill(Victim),
}

const JOBS: [(Setup, Way, Job); 7] = [
    (Setup::Chromium, Way::Own, Job::Faults),
    (Setup::Chromium, Way::Own, Job::Kill(Victim::Worker)),
    (Setup::Chromium, Way::Own, Job::Kill(Victim::Browser)),
    (Setup::Chromium, Way::Background, Job::Faults),
    (Setup::Chromium, Way::Background, Job::Kill(Victim::Browser)),
    (Setup::Firefox, Way::Own, Job::Faults),
    (Setup::Firefox, Way::Own, Job::Kill(Victim::Browser)),
];

/// How one kind of round went.
#[derive(Default)]
struct Tally {
    rounds: usize,
    passed: usize,
    /// Bytes that came twice, of kills.
    twice: Vec<u64>,
}

type Table = BTreeMap<(&'static str, &'static str, &'static str), Tally>;

/// Runs as many rounds as `words` say: `rounds=N`, `seed=N`, and a part of what `only` is to be done.
pub(crate) fn run(words: impl Iterator<Item = String>) -> Result<()> {
    let (mut rounds, mut seed, mut only) = (100, random::seed()?, String::new());
    for word in words {
        match word.split_once('=') {
            Some(("rounds", number)) => rounds = number.parse()?,
            Some(("seed", number)) => seed = number.parse()?,
            Some(("only", part)) => part.clone_into(&mut only),
            _ => bail!("{word} is not known"),
        }
    }
    let named = JOBS.map(|job @ (setup, way, what)| {
        let name = format!("{} {} {}", setup.name(), way.name(), what.name());
        (name, job)
    });
    let is_meant = |(name, _): &&(String, _)| name.contains(&only);
    if !named.iter().any(|job| is_meant(&job)) {
        let names = named.map(|(name, _)| name).join(", ");
        bail!("“{only}” is no part of any of these: {names}");
    }
    println!("{rounds} rounds from the seed {seed}");
    let mut table = Table::new();
    for (name, (setup, way, job)) in named.iter().filter(is_meant) {
        let mut browser = None;
        for seed in seed..seed + rounds {
            for (kind, outcome) in job.run(&mut browser, *setup, *way, seed) {
                let tally = table.entry((setup.name(), way.name(), kind)).or_default();
                tally.rounds += 1;
                match outcome {
                    Ok(twice) => {
                        tally.passed += 1;
                        tally.twice.extend(twice);
                    }
                    Err(error) => {
                        println!(
                            "{name}: {kind} failed; `cargo xtask soak --rounds 1 --seed {seed} --only \"{name}\"` repeats it: {error:#}"
                        );
                        // It may be of no more use.
                        browser = None;
                    }
                }
            }
        }
    }
    print(&table);
    println!("from the seed {seed}");
    let failed: usize = table
        .values()
        .map(|tally| tally.rounds - tally.passed)
        .sum();
    if failed > 0 {
        bail!("{failed} rounds failed");
    }
    Ok(())
}

type Outcomes = Vec<(&'static str, Result<Option<u64>>)>;

impl Job {
    fn name(self) -> &'static str {
        match self {
            Job::Faults => "faults",
            Job::Kill(victim) => victim.name(),
        }
    }

    /// One round, in a browser that is started if there is none.
    fn run(self, browser: &mut Option<Browser>, setup: Setup, way: Way, seed: u64) -> Outcomes {
        let started = match browser.take() {
            Some(browser) => Ok(browser),
            None => Browser::start(setup),
        };
        let browser = match started {
            Ok(started) => browser.insert(started),
            Err(error) => return vec![(self.name(), Err(error))],
        };
        match self {
            Job::Faults => match faults::suffer(browser, way, seed) {
                Ok(outcomes) => outcomes
                    .into_iter()
                    .map(|(trouble, outcome)| (trouble.name(), outcome.map(|()| None)))
                    .collect(),
                Err(error) => vec![(self.name(), Err(error))],
            },
            Job::Kill(victim) => {
                let outcome = kills::kill(browser, way, victim, 1, seed)
                    .and_then(|mut outcomes| outcomes.pop().context("nobody was killed")?);
                vec![(self.name(), outcome.map(Some))]
            }
        }
    }
}

fn print(table: &Table) {
    println!("engine    transport   kind            rounds  passed  bytes twice: median      max");
    for ((engine, transport, kind), tally) in table {
        let mut twice = tally.twice.clone();
        twice.sort_unstable();
        let figures = twice.last().map_or(String::new(), |most| {
            format!("{:>21} {most:>8}", twice[twice.len() / 2])
        });
        println!(
            "{engine:<9} {transport:<11} {kind:<15} {:>6}  {:>6}{figures}",
            tally.rounds, tally.passed
        );
    }
}
