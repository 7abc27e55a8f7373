//! Everything that servers, proxies and networks do wrong, done to downloads: they end stored by
//! themselves, and what is stored is what is on the disk.

use std::time::Instant;

use anyhow::{Context, Result, bail};

use super::rounds::{LONG, Round, Subject, Way, overwrite};
use super::trouble::{again, explains};
use crate::harness::browser::Browser;
use crate::harness::random::{self, Random};
use crate::harness::wire::{Fault, Wire};
use crate::harness::{PATIENCE, wait_until};

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// The connection breaks off, twice.
    Drops,
    /// The connection stays open, and nothing more comes.
    Stalls,
    /// `Content-Length` is larger than the body.
    SaysMore,
    /// `Content-Length` is smaller than the body.
    SaysLess,
    /// 500, twice.
    Fails,
    /// 429, with a wish for a pause.
    Busy,
    /// A page in place of the file, twice.
    Page,
    /// A redirect elsewhere, and from there back.
    Detour,
    /// The connection breaks off, and the server has no ranges.
    NoRanges,
    /// The connection breaks off, and the rest is said to be another part.
    WrongRange,
    /// The file changes while it is sent.
    Changes,
    /// It is slow.
    Trickles,
}

use Trouble::{
    Busy, Changes, Detour, Drops, Fails, NoRanges, Page, SaysLess, SaysMore, Stalls, Trickles,
    WrongRange,
};

impl Trouble {
    /// As the soak's table and the videos have it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Drops => "drops",
            Stalls => "stalls",
            SaysMore => "says-more",
            SaysLess => "says-less",
            Fails => "fails",
            Busy => "busy",
            Page => "page",
            Detour => "detour",
            NoRanges => "no-ranges",
            WrongRange => "wrong-range",
            Changes => "changes",
            Trickles => "trickles",
        }
    }

    /// Lets it happen to addresses with `part` in them, `at` so many bytes.
    fn strike(self, wire: &Wire, Subject { part, size, .. }: &Subject, at: usize) {
        match self {
            Drops => wire.disturb_first(2, part, Fault::Drops(at)),
            Stalls => wire.disturb_first(1, part, Fault::Stalls(at)),
            SaysMore => wire.disturb_first(1, part, Fault::SaysMore),
            SaysLess => wire.disturb_first(1, part, Fault::SaysLess),
            Fails => wire.disturb_first(2, part, Fault::Failing),
            Busy => wire.disturb_first(1, part, Fault::Busy),
            Page => wire.disturb_first(2, part, Fault::Page),
            Detour => wire.disturb_first(1, part, Fault::Detour),
            NoRanges => {
                wire.disturb_first(1, part, Fault::Drops(at));
                wire.disturb(part, Fault::IgnoresRange);
            }
            WrongRange => {
                wire.disturb_first(1, part, Fault::Drops(at));
                wire.disturb_first(2, part, Fault::WrongRange);
            }
            Changes => wire.disturb(part, Fault::Stalls(at)),
            Trickles => wire.disturb(part, Fault::Slow(size / 4)),
        }
    }

    /// Whether what was stored before it happened is good afterwards.
    fn keeps_what_arrived(self) -> bool {
        matches!(
            self,
            Drops | Stalls | Fails | Busy | Page | Detour | Trickles
        )
    }
}

/// The first two are not to wait for others: they end by a timeout.
const ALL: [Trouble; 12] = [
    Changes, Stalls, Drops, SaysMore, SaysLess, Fails, Busy, Page, Detour, NoRanges, WrongRange,
    Trickles,
];

pub(crate) fn downloads_get_over_everything(browser: &Browser) -> Result<()> {
    survive(browser, Way::Own)
}

pub(crate) fn background_fetches_get_over_everything(browser: &Browser) -> Result<()> {
    survive(browser, Way::Background)
}

fn survive(browser: &Browser, way: Way) -> Result<()> {
    let seed = random::seed()?;
    let outcomes = suffer(browser, way, seed)?;
    let failed: Vec<String> = outcomes
        .into_iter()
        .filter_map(|(trouble, outcome)| Some(format!("{}: {:#}", trouble.name(), outcome.err()?)))
        .collect();
    if !failed.is_empty() {
        bail!("with KINORA_SEED={seed}: {}", failed.join("\n"));
    }
    Ok(())
}

/// Lets everything happen to a file and a stream each, and says of each how that ended.
pub(crate) fn suffer(browser: &Browser, way: Way, seed: u64) -> Result<Vec<(Trouble, Result<()>)>> {
    let mut random = Random::from(seed);
    let names: Vec<&str> = ALL.iter().map(|trouble| trouble.name()).collect();
    let round = Round::begin(browser, way, &names)?;
    let mut outcomes = Vec::new();
    // Chromium takes no more than five background fetches at a time.
    let at_once = if way == Way::Own { ALL.len() } else { 2 };
    for some in ALL.chunks(at_once) {
        let mut begun = Vec::new();
        for trouble in some {
            let subjects = round.subjects(trouble.name())?;
            for subject in &subjects {
                let tenth = subject.size / 10;
                trouble.strike(&round.wire, subject, tenth + random.below(8 * tenth));
                round.start(browser, subject)?;
            }
            begun.push((*trouble, subjects));
        }
        let deadline = Instant::now() + LONG;
        for (trouble, subjects) in begun {
            let ended = subjects
                .iter()
                .try_for_each(|subject| end(browser, &round, way, trouble, subject, deadline));
            outcomes.push((trouble, ended));
        }
    }
    for (trouble, outcome) in &mut outcomes {
        if outcome.is_ok() {
            let subjects = round.subjects(trouble.name())?;
            *outcome = subjects
                .iter()
                .try_for_each(|subject| round.trusted(browser, subject));
        }
    }
    round.wire.repair();
    let stored: Vec<Subject> = outcomes
        .iter()
        .filter(|(_, outcome)| outcome.is_ok())
        .map(|(trouble, _)| round.subjects(trouble.name()))
        .collect::<Result<Vec<_>>>()?
        .into_iter()
        .flatten()
        .collect();
    round.leaves_nothing(browser, &stored)?;
    Ok(outcomes)
}

/// Waits for the end of one download.
fn end(
    browser: &Browser,
    round: &Round,
    way: Way,
    trouble: Trouble,
    subject: &Subject,
    deadline: Instant,
) -> Result<()> {
    if trouble == Changes {
        change(round, subject)?;
    }
    round.arrives(browser, subject, deadline)?;
    // What Background Fetch fetches again inside is the browser's.
    if way == Way::Own && trouble.keeps_what_arrived() {
        round.is_thrifty(subject)?;
    }
    Ok(())
}

/// Changes what is on the disk while it is under way.
pub(crate) fn change(round: &Round, subject: &Subject) -> Result<()> {
    let under_way = || Ok((round.wire.carried(&subject.part) > 0).then_some(()));
    wait_until("the file to be under way", PATIENCE, under_way)?;
    let before = round.plan(subject)?;
    for file in &subject.files {
        overwrite(file)?;
    }
    wait_until("the new plan", PATIENCE, || {
        Ok((round.plan(subject)? != before).then_some(()))
    })?;
    round.wire.calm(&subject.part);
    Ok(())
}

/// What does not pass is said in words, and a press is enough once it has passed.
pub(crate) fn what_stays_wrong_is_explained(browser: &Browser) -> Result<()> {
    let faults = [
        ("missing", Fault::Missing),
        ("fails", Fault::Failing),
        ("page", Fault::Page),
    ];
    let round = Round::begin(browser, Way::Own, &faults.map(|(name, _)| name))?;
    let mut subjects = Vec::new();
    for (name, fault) in faults {
        for subject in round.subjects(name)? {
            round.wire.disturb(&subject.part, fault);
            round.start(browser, &subject)?;
            subjects.push(subject);
        }
    }
    for subject in &subjects {
        explains(&browser.control(&subject.id)).with_context(|| subject.id.clone())?;
    }
    round.wire.repair();
    for subject in &subjects {
        again(&browser.control(&subject.id))?;
        round.arrives(browser, subject, Instant::now() + LONG)?;
    }
    subjects
        .iter()
        .try_for_each(|subject| round.trusted(browser, subject))
}
