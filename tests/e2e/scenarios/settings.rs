//! Settings hold at once, in every tab, and are still there afterwards.

use anyhow::Result;

use super::set_switch;
use crate::harness::browser::Browser;
use crate::harness::roles::{Name, Role};
use crate::harness::server::Server;
use crate::harness::site::{SHORT, Site};

pub(crate) fn offline_content_only_applies_to_all_tabs(browser: &Browser) -> Result<()> {
    let server = Server::start(&Site::standard()?)?;
    let control = browser.open_ready(&server.url("/"), SHORT)?;
    control.make_available_offline()?;
    control.wait_for("stored")?;
    let home = browser.tab()?;
    let settings = browser.open_tab("about:blank")?;
    set_switch(browser, &server.url(""), "Show offline content only", true)?;
    browser.switch_to(&home)?;
    browser.wait_for("the other videos to be hidden", &shown("long", false))?;
    browser.wait_for("the stored video to stay", &shown("short", true))?;
    browser.reload()?;
    browser.wait_for(
        "the other videos to be hidden after a reload",
        &shown("long", false),
    )?;
    browser.switch_to(&settings)?;
    set_switch(browser, &server.url(""), "Show offline content only", false)?;
    browser.switch_to(&home)?;
    browser.wait_for("all videos to come back", &shown("long", true))
}

pub(crate) fn the_theme_applies_to_all_tabs_and_lasts(browser: &Browser) -> Result<()> {
    let server = Server::start(&Site::standard()?)?;
    browser.open(&server.url("/"))?;
    browser.wait_for_worker()?;
    let home = browser.tab()?;
    browser.open_tab(&server.url("/settings/"))?;
    for (choice, scheme) in [("Dark", "dark"), ("Light", "light")] {
        let settings = browser.tab()?;
        let radio = browser.by_role("", Role::Radio, Name::Is(choice))?;
        browser.wait_for(
            "the themes to be usable",
            "!document.querySelector('[data-setting=theme]').disabled",
        )?;
        browser.click(&radio)?;
        let applied = format!("document.documentElement.dataset.theme === '{scheme}'");
        browser.wait_for(&format!("the {scheme} theme here"), &applied)?;
        browser.switch_to(&home)?;
        browser.wait_for(&format!("the {scheme} theme in the other tab"), &applied)?;
        browser.reload()?;
        browser.wait_for(&format!("the {scheme} theme after a reload"), &applied)?;
        browser.switch_to(&settings)?;
    }
    Ok(())
}

pub(crate) fn the_transport_is_chosen_in_all_tabs(browser: &Browser) -> Result<()> {
    let server = Server::start(&Site::standard()?)?;
    let name = "Download videos in the background";
    browser.open(&server.url("/settings/"))?;
    let first = browser.tab()?;
    let on = "document.querySelector('[data-setting=background]').checked && !document.querySelector('[data-setting=background]').disabled";
    browser.wait_for("the background to be the default", on)?;
    browser.open_tab("about:blank")?;
    set_switch(browser, &server.url(""), name, false)?;
    browser.switch_to(&first)?;
    browser.wait_for(
        "the other tab to follow",
        "!document.querySelector('[data-setting=background]').checked",
    )?;
    browser.reload()?;
    browser.wait_for(
        "the choice to last",
        "!document.querySelector('[data-setting=background]').disabled",
    )?;
    browser.wait_for(
        "the choice to last",
        "!document.querySelector('[data-setting=background]').checked",
    )
}

/// An expression for whether a card is to be seen.
fn shown(id: &str, shown: bool) -> String {
    format!("document.querySelector('[data-card=\"{id}\"]').checkVisibility() === {shown}")
}
