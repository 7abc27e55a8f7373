//! A browser with a session: pages, tabs, scripts, and what a failing scenario leaves to look at.
//!
//! Calls block, because a scenario does one thing after another, as a person does.

use std::fs;
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail, ensure};
use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::wd::{TimeoutConfiguration, WebDriverCompatibleCommand, WindowHandle};
use fantoccini::{Client, ClientBuilder};
use http::Method;
use hyper_util::client::legacy::connect::HttpConnector;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use super::drivers::{DOWNLOADS, Driver, Setup};
use super::{PATIENCE, own_folder, wait_until};

/// How long one script may run: it may wait for a seek or hash a whole video.
const SCRIPT_PATIENCE: Duration = Duration::from_secs(60);

/// How long the driver may take over one command, scripts included.
const DRIVER_PATIENCE: Duration = Duration::from_secs(75);

/// Makes an async function of a script's text, and an answer of what it returns or throws.
const ASYNC: &str = "
const done = arguments[arguments.length - 1];
const given = [...arguments].slice(0, -1);
(async (...given) => { BODY })(...given).then(
  (value) => done({ value: value === undefined ? null : value }),
  (error) => done({ error: `${error}` }),
);";

/// A running browser. Dropping it ends every process of it.
#[derive(Debug)]
pub(crate) struct Browser {
    setup: Setup,
    client: Client,
    runtime: Runtime,
    /// The tab that the browser started with. WebKitGTK shows no other: in the rest of them pages
    /// are hidden and frames are not presented.
    first_tab: WindowHandle,
    // In this order: the processes end before their folder goes away.
    /// None after a crash.
    driver: Option<Driver>,
    profile: Rc<TempDir>,
}

/// A command beyond those that the client library names: vendors' own, and the accessibility ones.
#[derive(Debug)]
struct Call {
    method: Method,
    path: String,
    body: Option<Value>,
}

impl WebDriverCompatibleCommand for Call {
    fn endpoint(
        &self,
        base: &url::Url,
        session: Option<&str>,
    ) -> Result<url::Url, url::ParseError> {
        base.join(&format!(
            "session/{}/{}",
            session.unwrap_or_default(),
            self.path
        ))
    }

    fn method_and_body(&self, _: &url::Url) -> (Method, Option<String>) {
        (
            self.method.clone(),
            self.body.as_ref().map(Value::to_string),
        )
    }
}

impl Browser {
    /// Starts a browser with a profile of its own.
    pub(crate) fn start(setup: Setup) -> Result<Self> {
        let profile =
            TempDir::with_prefix("kinora-browser-").context("cannot make a temporary folder")?;
        Self::start_in(setup, Rc::new(profile))
    }

    fn start_in(setup: Setup, profile: Rc<TempDir>) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let driver = setup
            .start(profile.path())
            .with_context(|| format!("cannot start {}", setup.name()))?;
        let capabilities = driver.capabilities.as_object().cloned().unwrap_or_default();
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(capabilities);
        let client = runtime
            .block_on(builder.connect(&driver.address))
            .with_context(|| format!("{} opens no session; see target/e2e/logs", setup.name()))?;
        let timeouts = TimeoutConfiguration::new(
            Some(SCRIPT_PATIENCE),
            Some(SCRIPT_PATIENCE),
            Some(Duration::ZERO),
        );
        runtime.block_on(client.update_timeouts(timeouts))?;
        let first_tab = runtime.block_on(client.window())?;
        Ok(Self {
            setup,
            client,
            runtime,
            first_tab,
            driver: Some(driver),
            profile,
        })
    }

    /// Kills every process of the browser at once, as a crash or an empty battery does.
    pub(crate) fn crash(&mut self) {
        self.driver = None;
    }

    /// Starts it again with the profile that it had.
    pub(crate) fn start_again(&mut self) -> Result<()> {
        self.crash();
        *self = Self::start_in(self.setup, Rc::clone(&self.profile))?;
        Ok(())
    }

    pub(crate) fn setup(&self) -> Setup {
        self.setup
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// Opens an address in the current tab and waits until the page has loaded.
    pub(crate) fn open(&self, address: &str) -> Result<()> {
        self.run(self.client.goto(address))
            .with_context(|| format!("cannot open {address}"))
    }

    /// Reloads the current page.
    pub(crate) fn reload(&self) -> Result<()> {
        self.run(self.client.refresh())
    }

    pub(crate) fn title(&self) -> Result<String> {
        self.run(self.client.title())
    }

    /// Clicks as a person would: scrolled into view, and only if nothing is in front of it.
    pub(crate) fn click(&self, element: &Element) -> Result<()> {
        self.run(element.click())
    }

    /// Presses Enter on an element, which gets the focus.
    pub(crate) fn enter(&self, element: &Element) -> Result<()> {
        self.run(element.send_keys("\u{e007}"))
    }

    /// Types on what has the focus.
    pub(crate) fn type_keys(&self, keys: &str) -> Result<()> {
        self.run(async { self.client.active_element().await?.send_keys(keys).await })
            .with_context(|| format!("cannot type {keys:?}"))
    }

    /// An attribute, where the element has it.
    pub(crate) fn attribute(&self, element: &Element, name: &str) -> Result<Option<String>> {
        self.run(element.attr(name))
    }

    /// The text that the element shows.
    pub(crate) fn text(&self, element: &Element) -> Result<String> {
        self.run(element.text())
    }

    /// The current tab.
    pub(crate) fn tab(&self) -> Result<WindowHandle> {
        self.run(self.client.window())
    }

    /// Opens a tab, makes it the current one and opens `address` in it.
    pub(crate) fn open_tab(&self, address: &str) -> Result<WindowHandle> {
        let tab = self.run(self.client.new_window(true))?.handle;
        self.switch_to(&tab)?;
        self.open(address)?;
        Ok(tab)
    }

    pub(crate) fn switch_to(&self, tab: &WindowHandle) -> Result<()> {
        self.run(self.client.switch_to_window(tab.clone()))
    }

    /// Closes the current tab; `next` becomes the current one.
    pub(crate) fn close_tab(&self, next: &WindowHandle) -> Result<()> {
        self.run(self.client.close_window())?;
        self.switch_to(next)
    }

    /// Runs the body of an async function in the page. Its parameters are `given[0]` and so on.
    pub(crate) fn script<T: DeserializeOwned>(&self, body: &str, given: Vec<Value>) -> Result<T> {
        let answer = self.run(
            self.client
                .execute_async(&ASYNC.replace("BODY", body), given),
        )?;
        if let Some(error) = answer.get("error") {
            bail!("the page's script failed: {error}");
        }
        Ok(serde_json::from_value(answer["value"].clone())?)
    }

    /// Runs a plain script, which may answer with elements.
    pub(crate) fn execute(&self, script: &str, given: Vec<Value>) -> Result<Value> {
        self.run(self.client.execute(script, given))
    }

    /// Waits until `expression` is true in the page.
    pub(crate) fn wait_for(&self, what: &str, expression: &str) -> Result<()> {
        let script = format!("return Boolean({expression});");
        let look = || Ok((self.execute(&script, Vec::new())? == json!(true)).then_some(()));
        self.explained(wait_until(what, PATIENCE, look))
    }

    /// Waits until the page's service worker is active.
    pub(crate) fn wait_for_worker(&self) -> Result<()> {
        let script = "const { active } = await navigator.serviceWorker.ready; return active?.state === 'activated';";
        let look = || Ok(self.script::<bool>(script, Vec::new())?.then_some(()));
        self.explained(wait_until(
            "the service worker to be active",
            PATIENCE,
            look,
        ))
    }

    /// Ends every service worker, as the browser does when memory is short; Chromium only.
    pub(crate) fn stop_workers(&self) -> Result<()> {
        self.devtools("ServiceWorker.enable", json!({}))?;
        self.devtools("ServiceWorker.stopAllWorkers", json!({}))?;
        Ok(())
    }

    /// Opens `address` in a tab of its own and goes back to the first one. WebKitGTK's sessions
    /// under a driver lose the storage of an origin some seconds after its last page has gone.
    pub(crate) fn keep_storage_of(&self, address: &str) -> Result<()> {
        if self.setup == Setup::WebKit {
            self.open_tab(address)?;
            self.switch_to(&self.first_tab)?;
        }
        Ok(())
    }

    /// The folder that the browser saves downloads of the person's own in.
    pub(crate) fn downloads(&self) -> Result<PathBuf> {
        let folder = self.profile.path().join(DOWNLOADS);
        if self.setup != Setup::Firefox {
            self.devtools(
                "Browser.setDownloadBehavior",
                json!({ "behavior": "allow", "downloadPath": folder }),
            )?;
        }
        Ok(folder)
    }

    /// Asks the driver for something below the session.
    pub(crate) fn get(&self, path: &str) -> Result<Value> {
        self.call(Call {
            method: Method::GET,
            path: path.to_owned(),
            body: None,
        })
    }

    /// Sends a command of the DevTools protocol; Chromium only.
    pub(crate) fn devtools(&self, command: &str, parameters: Value) -> Result<Value> {
        let body = json!({ "cmd": command, "params": parameters });
        self.call(Call {
            method: Method::POST,
            path: "goog/cdp/execute".to_owned(),
            body: Some(body),
        })
        .with_context(|| format!("cannot do {command}"))
    }

    /// Waits for the driver's answer, but not for ever: a browser that hangs must not hang the suite.
    fn run<T>(&self, command: impl Future<Output = Result<T, CmdError>>) -> Result<T> {
        let answer = self
            .runtime
            .block_on(async { tokio::time::timeout(DRIVER_PATIENCE, command).await });
        Ok(answer
            .with_context(|| format!("{} does not answer its driver", self.setup.name()))??)
    }

    fn call(&self, call: Call) -> Result<Value> {
        self.run(self.client.issue_cmd(call))
    }

    /// Adds what the page shows to an error.
    pub(crate) fn explained<T>(&self, outcome: Result<T>) -> Result<T> {
        outcome.map_err(|error| anyhow!("{error:#}; {}", self.snapshot()))
    }

    /// What the page shows now, in a line or two.
    fn snapshot(&self) -> String {
        let script =
            "return [location.href, document.title, document.body ? document.body.innerText : ''];";
        match self.execute(script, Vec::new()) {
            Ok(seen) => {
                let part = |index: usize| seen[index].as_str().unwrap_or_default().to_owned();
                let text: String = part(2)
                    .split_whitespace()
                    .collect::<Vec<_>>()
                    .join(" ")
                    .chars()
                    .take(800)
                    .collect();
                format!("the page {} ({:?}) shows: {text}", part(0), part(1))
            }
            Err(error) => format!("the page cannot be asked what it shows: {error:#}"),
        }
    }

    /// Leaves a picture of the page and its markup in `target/e2e/failures`.
    pub(crate) fn leave_evidence(&self, scenario: &str) -> Result<PathBuf> {
        let file = own_folder("failures")?.join(scenario.replace("::", "-"));
        fs::write(file.with_extension("html"), self.run(self.client.source())?)?;
        let picture = file.with_extension("png");
        fs::write(&picture, self.run(self.client.screenshot())?)?;
        Ok(picture)
    }

    /// Closes all tabs but the first and leaves that one empty, for the next scenario.
    pub(crate) fn clear(&self) -> Result<()> {
        for tab in self.run(self.client.windows())? {
            if tab != self.first_tab {
                self.switch_to(&tab)?;
                self.run(self.client.close_window())?;
            }
        }
        self.switch_to(&self.first_tab)?;
        self.open("about:blank")?;
        ensure!(
            self.run(self.client.windows())?.len() == 1,
            "a tab stays open"
        );
        Ok(())
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if self.driver.is_none() {
            return; // Nobody is there to hear it.
        }
        let goodbye = self.client.clone().close();
        // A browser that does not answer is killed right after this.
        let _ = self
            .runtime
            .block_on(async { tokio::time::timeout(Duration::from_secs(5), goodbye).await });
    }
}
