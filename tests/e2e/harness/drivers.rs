//! How each browser is started under its WebDriver server: flags, preferences, surroundings.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::processes::Group;
use super::{own_folder, target, wait_until};

/// A browser, and how it is set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Setup {
    /// No browser at all: the scenario drives the server alone.
    None,
    /// Chromium, with the waits of its Background Fetch cut from 30 s and 20 s to 1 s and 0.5 s.
    Chromium,
    /// Chromium with the waits that people have.
    PatientChromium,
    /// Chromium with JavaScript off for every site.
    ScriptlessChromium,
    Firefox,
    WebKit,
}

/// Where in its profile a browser saves downloads of the person's own.
pub(crate) const DOWNLOADS: &str = "downloads";

/// A WebDriver server that is ready for a session.
#[derive(Debug)]
pub(crate) struct Driver {
    /// The driver first, so that it ends before the display that it shows things on.
    pub(crate) _groups: Vec<Group>,
    pub(crate) address: String,
    pub(crate) capabilities: Value,
}

impl Setup {
    /// As the names of scenarios have it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::None => "server",
            Self::Chromium => "chromium",
            Self::PatientChromium => "patient-chromium",
            Self::ScriptlessChromium => "scriptless-chromium",
            Self::Firefox => "firefox",
            Self::WebKit => "webkit",
        }
    }

    /// Whether the browser has Background Fetch.
    pub(crate) fn has_background_fetch(self) -> bool {
        matches!(self, Self::Chromium | Self::PatientChromium)
    }

    /// Starts the driver; the browser keeps what it writes in `profile`.
    pub(crate) fn start(self, profile: &Path) -> Result<Driver> {
        match self {
            Self::None => anyhow::bail!("this scenario has no browser"),
            Self::Chromium | Self::PatientChromium | Self::ScriptlessChromium => {
                chromium(self, profile)
            }
            Self::Firefox => firefox(profile),
            Self::WebKit => webkit(profile),
        }
    }
}

fn chromium(setup: Setup, profile: &Path) -> Result<Driver> {
    let mut arguments = vec![
        // The old headless shell has no Background Fetch.
        "--headless=new".to_owned(),
        format!("--user-data-dir={}", profile.display()),
        "--window-size=1280,1000".to_owned(),
        // Containers often have a /dev/shm of 64 MiB.
        "--disable-dev-shm-usage".to_owned(),
    ];
    if nix::unistd::geteuid().is_root() {
        arguments.push("--no-sandbox".to_owned());
    }
    if setup == Setup::Chromium {
        arguments.push("--enable-features=DownloadService:navigation_completion_delay_seconds/1/retry_delay_ms/500".to_owned());
    }
    // 1 allows, 2 blocks. A background fetch after the first wants a fresh click otherwise.
    let javascript = if setup == Setup::ScriptlessChromium {
        2
    } else {
        1
    };
    let preferences = json!({
        "profile.default_content_setting_values.automatic_downloads": 1,
        "profile.managed_default_content_settings.javascript": javascript,
    });
    let binary = installed(&["chromium", "chromium-browser", "google-chrome"])?;
    let port = free_port()?;
    let mut command = Command::new(installed(&["chromedriver", "chromium.chromedriver"])?);
    command.arg(format!("--port={port}"));
    driver(
        command,
        port,
        Vec::new(),
        json!({ "goog:chromeOptions": { "binary": binary, "args": arguments, "prefs": preferences } }),
    )
}

fn firefox(profile: &Path) -> Result<Driver> {
    let preferences = json!({
        // Playing needs no click: 0 allows all media.
        "media.autoplay.default": 0,
        "media.autoplay.blocking_policy": 0,
        // 2 is the folder beside it.
        "browser.download.folderList": 2,
        "browser.download.dir": profile.join(DOWNLOADS),
    });
    let binary = installed(&["firefox-esr", "firefox"])?;
    let port = free_port()?;
    let mut command = Command::new(installed(&["geckodriver"])?);
    command.args([
        "--port",
        &port.to_string(),
        "--websocket-port",
        &free_port()?.to_string(),
    ]);
    // Its own would end with it.
    let own = profile.join("profile");
    fs::create_dir_all(&own)?;
    driver(
        command,
        port,
        Vec::new(),
        json!({ "moz:firefoxOptions": { "binary": binary, "args": ["-headless", "-profile", own], "prefs": preferences } }),
    )
}

fn webkit(profile: &Path) -> Result<Driver> {
    let (display, number) = display()?;
    let browser = fs::read_dir("/usr/lib")?
        .flatten()
        .flat_map(|entry| {
            ["webkit2gtk-4.1", "webkitgtk-6.0", "webkit2gtk-4.0"]
                .map(|version| entry.path().join(version).join("MiniBrowser"))
        })
        .find(|path| path.exists())
        .context("WebKitGTK's MiniBrowser is missing: `cargo xtask test` installs it")?;
    let port = free_port()?;
    let mut command = Command::new(installed(&["WebKitWebDriver"])?);
    command
        .arg(format!("--port={port}"))
        .env("DISPLAY", format!(":{number}"))
        // Its sandbox needs user namespaces, which containers seldom allow.
        .env("WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS", "1")
        .env("GDK_BACKEND", "x11")
        .env("LIBGL_ALWAYS_SOFTWARE", "1")
        .env("XDG_DATA_HOME", profile.join("data"))
        .env("XDG_CACHE_HOME", profile.join("cache"))
        .env("XDG_CONFIG_HOME", profile.join("config"));
    driver(
        command,
        port,
        vec![display],
        json!({ "webkitgtk:browserOptions": { "binary": browser, "args": ["--automation"] } }),
    )
}

/// Starts the driver and waits until it listens. What it says goes to a log of its own.
fn driver(
    mut command: Command,
    port: u16,
    others: Vec<Group>,
    capabilities: Value,
) -> Result<Driver> {
    let program = Path::new(command.get_program())
        .file_name()
        .map_or("driver".to_owned(), |name| name.display().to_string());
    let log = own_folder("logs")?.join(format!("{program}.log"));
    let file = fs::File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
    command
        .stdin(Stdio::null())
        .stdout(file.try_clone()?)
        .stderr(file);
    let mut groups = vec![Group::start(&mut command)?];
    groups.extend(others);
    let listens = || Ok(TcpStream::connect(("127.0.0.1", port)).ok());
    wait_until(
        &format!("{program} to listen; its log is {}", log.display()),
        Duration::from_secs(20),
        listens,
    )?;
    Ok(Driver {
        _groups: groups,
        address: format!("http://127.0.0.1:{port}"),
        capabilities,
    })
}

/// A virtual screen, which picks a free number by itself and tells it.
fn display() -> Result<(Group, String)> {
    let mut group = Group::start(
        Command::new("Xvfb")
            .args([
                "-displayfd",
                "1",
                "-screen",
                "0",
                "1280x1000x24",
                "-nolisten",
                "tcp",
            ])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null()),
    )?;
    let stdout = group.leader().stdout.take().context("Xvfb has no stdout")?;
    let mut number = String::new();
    BufReader::new(stdout)
        .read_line(&mut number)
        .context("Xvfb does not say its display")?;
    Ok((group, number.trim().to_owned()))
}

/// The first of `names` that is among our own tools or on the path.
fn installed(names: &[&str]) -> Result<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<_> = [target()?.join("tools/bin")]
        .into_iter()
        .chain(std::env::split_paths(&path))
        .collect();
    let found = names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .find(|file| file.is_file());
    found.with_context(|| {
        format!(
            "{} is not installed: `cargo xtask test` installs it",
            names[0]
        )
    })
}

/// A port that nothing listens at now.
fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}
