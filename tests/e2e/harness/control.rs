//! The download controls of one video, wherever on the page they are.

use anyhow::{Context, Result};
use serde_json::json;

use super::browser::Browser;
use super::roles::{Name, Role};
use super::{PATIENCE, wait_until};

/// The element with `data-video="{id}"`.
#[derive(Debug)]
pub(crate) struct Control<'a> {
    browser: &'a Browser,
    scope: String,
}

impl Browser {
    /// The download controls of the video `id` on the current page.
    pub(crate) fn control(&self, id: &str) -> Control<'_> {
        Control {
            browser: self,
            scope: format!("[data-video=\"{id}\"]"),
        }
    }

    /// Opens a video's page and waits until it can be made available offline.
    pub(crate) fn open_ready(&self, address: &str, id: &str) -> Result<Control<'_>> {
        self.open(address)?;
        let control = self.control(id);
        control.wait_for("none")?;
        Ok(control)
    }
}

impl Control<'_> {
    /// The state that the contract's `data-state` names now.
    pub(crate) fn state(&self) -> Result<String> {
        let script = "const found = document.querySelector(arguments[0]); return found && !found.hidden ? found.dataset.state : '';";
        let state = self.browser.execute(script, vec![json!(self.scope)])?;
        Ok(state
            .as_str()
            .context("the page has no such control")?
            .to_owned())
    }

    /// Waits for a state.
    pub(crate) fn wait_for(&self, state: &str) -> Result<()> {
        self.wait_for_any(&[state]).map(drop)
    }

    /// Waits for one of several states and tells which it is.
    pub(crate) fn wait_for_any(&self, states: &[&str]) -> Result<String> {
        let mut last = String::new();
        let look = || {
            last = self.state()?;
            Ok(states.contains(&last.as_str()).then(|| last.clone()))
        };
        let waited = wait_until(
            &format!("{} to be {}", self.scope, states.join(" or ")),
            PATIENCE,
            look,
        );
        self.browser
            .explained(waited)
            .with_context(|| format!("the state is {last:?}"))
    }

    /// Presses **Make available offline**.
    pub(crate) fn make_available_offline(&self) -> Result<()> {
        self.press("Make available offline")
    }

    /// Presses a button whose name begins so: a size or a title may follow.
    pub(crate) fn press(&self, name: &str) -> Result<()> {
        self.browser.press(&self.scope, Name::Starts(name))
    }

    /// The same with the keyboard: a pointer misses a button that other controls, as they grow, move away.
    pub(crate) fn enter(&self, name: &str) -> Result<()> {
        self.browser.press_key(&self.scope, Name::Starts(name))
    }

    /// The same if the button is there now.
    pub(crate) fn enter_now(&self, name: &str) -> Result<()> {
        let found = self
            .browser
            .all_by_role(&self.scope, Role::Button, Name::Starts(name))?;
        found
            .first()
            .map_or(Ok(()), |button| self.browser.enter(button))
    }

    /// Waits until a button of that name is there.
    pub(crate) fn offers(&self, name: &str) -> Result<()> {
        self.browser
            .by_role(&self.scope, Role::Button, Name::Starts(name))
            .map(drop)
    }

    /// Whether a button of that name is there now.
    pub(crate) fn offers_now(&self, name: &str) -> Result<bool> {
        Ok(!self
            .browser
            .all_by_role(&self.scope, Role::Button, Name::Starts(name))?
            .is_empty())
    }

    /// Waits until the text is shown.
    pub(crate) fn shows(&self, text: &str) -> Result<()> {
        let look = || Ok(self.says(text)?.then_some(()));
        let what = format!("{} to say {text:?}", self.scope);
        self.browser.explained(wait_until(&what, PATIENCE, look))
    }

    /// Whether the text is shown now.
    pub(crate) fn says(&self, text: &str) -> Result<bool> {
        let script = "
            const control = document.querySelector(arguments[0]);
            return control?.innerText.includes(arguments[1]) ?? false;";
        let given = vec![json!(self.scope), json!(text)];
        Ok(self.browser.execute(script, given)? == json!(true))
    }

    /// Waits until the progress bar says more than `percent`, and tells what it says.
    pub(crate) fn wait_for_progress(&self, percent: f64) -> Result<f64> {
        let look = || Ok(self.progress()?.filter(|now| *now > percent));
        self.browser.explained(wait_until(
            &format!("more than {percent} % in {}", self.scope),
            PATIENCE,
            look,
        ))
    }

    /// What the progress bar says now, in percent, where there is one.
    pub(crate) fn progress(&self) -> Result<Option<f64>> {
        let bars = self.browser.all_by_role(
            &self.scope,
            Role::Progressbar,
            Name::Is("Download progress"),
        )?;
        let Some(bar) = bars.first() else {
            return Ok(None);
        };
        let value = self.browser.attribute(bar, "aria-valuenow")?;
        value
            .map(|value| {
                value
                    .parse()
                    .with_context(|| format!("aria-valuenow is {value:?}"))
            })
            .transpose()
    }

    /// The alert's words, as soon as there are some.
    pub(crate) fn alert(&self) -> Result<String> {
        let look = || {
            let alerts = self
                .browser
                .all_by_role(&self.scope, Role::Alert, Name::Any)?;
            let Some(alert) = alerts.first() else {
                return Ok(None);
            };
            Ok(Some(self.browser.text(alert)?).filter(|words| !words.is_empty()))
        };
        self.browser.explained(wait_until(
            &format!("an alert in {}", self.scope),
            PATIENCE,
            look,
        ))
    }
}
