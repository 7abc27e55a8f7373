//! The end-to-end suite: the release binary, real media, real browsers, the names that people and
//! assistive technology read. `cargo xtask test` builds what it needs and runs it.
//!
//! Scenarios run one after the other, sorted by browser, and each browser is started once. They do
//! not disturb each other because every scenario has a server of its own at a port that no other
//! has had, hence an origin of its own with its own storage.

mod figures;
mod harness;
mod scenarios;
mod soak;

use std::cell::RefCell;
use std::process::ExitCode;

use anyhow::Result;
use libtest_mimic::{Arguments, Failed, Trial};

use harness::browser::Browser;
use harness::drivers::Setup;
use harness::processes;
use scenarios::{Act, Scenario};

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    match words.next().as_deref() {
        Some("figures") => return instead(|| figures::run(words.next().as_deref())),
        Some("soak") => return instead(|| soak::run(words)),
        _ => {}
    }
    let mut arguments = Arguments::from_args();
    // One at a time, on this thread: a browser is shared, and two cores are soon busy.
    arguments.test_threads = Some(1);
    if let Err(error) = processes::end_with_the_suite() {
        eprintln!("cannot listen for signals: {error:#}");
        return ExitCode::FAILURE;
    }
    let conclusion = libtest_mimic::run(&arguments, trials());
    // Ends the last browser: what is in statics is never dropped.
    BROWSER.with(|slot| slot.borrow_mut().take());
    conclusion.exit_code()
}

/// Runs something in place of the scenarios.
fn instead(run: impl FnOnce() -> Result<()>) -> ExitCode {
    match processes::end_with_the_suite().and_then(|()| run()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn trials() -> Vec<Trial> {
    let mut scenarios = scenarios::all();
    scenarios.sort_by_key(|scenario| scenario.setup);
    scenarios
        .into_iter()
        .map(|scenario| {
            let name = format!("{}::{}", scenario.setup.name(), scenario.name);
            Trial::test(name.clone(), move || play(&name, &scenario))
        })
        .collect()
}

thread_local! {
    /// The browser that runs now. Trials must be `Send`, a browser need not be: they all run here.
    static BROWSER: RefCell<Option<Browser>> = const { RefCell::new(None) };
}

fn play(name: &str, scenario: &Scenario) -> Result<(), Failed> {
    let outcome = match scenario.act {
        Act::Alone(act) => act(),
        Act::WithOwnBrowser(act) => act(scenario.setup),
        Act::WithBrowser(act) => BROWSER
            .with(|slot| play_with_browser(name, scenario.setup, act, &mut slot.borrow_mut())),
    };
    outcome.map_err(|error| Failed::from(format!("{error:#}")))
}

fn play_with_browser(
    name: &str,
    setup: Setup,
    act: fn(&Browser) -> Result<()>,
    slot: &mut Option<Browser>,
) -> Result<()> {
    // A browser of another kind, or one that the last scenario left unusable, ends before the next
    // one starts.
    let running = slot
        .take()
        .filter(|running| running.setup() == setup && running.clear().is_ok());
    let browser = slot.insert(running.map_or_else(|| Browser::start(setup), Ok)?);
    let outcome = act(browser);
    if let Err(error) = &outcome {
        // Where it happens too: the summary at the end may be cut off.
        eprintln!("{error:#}");
        match browser.leave_evidence(name) {
            Ok(picture) => eprintln!("what the browser showed: {}", picture.display()),
            Err(error) => eprintln!("the browser shows nothing: {error:#}"),
        }
    }
    outcome
}
