//! Installs what the tests need, where it is missing, and says what it does: Debian and Ubuntu
//! packages with apt-get, geckodriver with cargo, everything that is not a package below
//! `target/tools`.

use std::fs;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::run as run_command;

/// Where tools go that no package brings; the end-to-end tests look here first.
const TOOLS: &str = "target/tools";

/// Programs, and the packages that bring them.
const PROGRAMS: [(&str, &str); 3] = [
    ("ffmpeg", "ffmpeg"),
    ("Xvfb", "xvfb"),
    ("WebKitWebDriver", "webkit2gtk-driver"),
];

/// Browsers and drivers: packages on Debian. Ubuntu has snaps of them, which see neither the
/// temporary profiles nor the media of the tests.
const BROWSERS: [(&str, &str); 3] = [
    ("chromium", "chromium"),
    ("chromedriver", "chromium-driver"),
    ("firefox-esr", "firefox-esr"),
];

/// What is no program: WebKitGTK with its MiniBrowser, and the codecs that it plays with. Firefox
/// decodes H.264 with the libraries that ffmpeg brings.
const LIBRARIES: [&str; 4] = [
    "libwebkit2gtk-4.1-0",
    "gstreamer1.0-libav",
    "gstreamer1.0-plugins-good",
    "gstreamer1.0-plugins-bad",
];

/// Names that the tests look for, and the downloads that stand in for Ubuntu's snaps.
const DOWNLOADS: [(&str, &str); 3] = [
    ("chromium", "chrome@stable"),
    ("chromedriver", "chromedriver@stable"),
    ("firefox-esr", "firefox@esr"),
];

/// Installs what is missing.
pub(crate) fn run() -> Result<()> {
    add_components()?;
    let ubuntu = is_ubuntu();
    let mut packages: Vec<&str> = PROGRAMS
        .iter()
        .filter(|(program, _)| !is_program(program))
        .map(|(_, package)| *package)
        .collect();
    packages.extend(LIBRARIES.iter().filter(|package| !is_package(package)));
    if !ubuntu {
        packages.extend(
            BROWSERS
                .iter()
                .filter(|(program, _)| !is_program(program))
                .map(|(_, package)| *package),
        );
    }
    if !packages.is_empty() {
        install_packages(&packages)?;
    }
    if ubuntu {
        for (name, download) in DOWNLOADS.iter().filter(|(name, _)| !tool(name).exists()) {
            install_download(name, download)?;
        }
    }
    if !tool("geckodriver").exists() {
        println!("Installing geckodriver into {TOOLS}, for Firefox.");
        run_command(Command::new("cargo").args([
            "install",
            "geckodriver",
            "--locked",
            "--root",
            TOOLS,
        ]))?;
    }
    Ok(())
}

/// rustup adds the components of `rust-toolchain.toml` to a toolchain that it installs, but not to one
/// that is there already.
fn add_components() -> Result<()> {
    for component in ["rustfmt", "clippy"] {
        let subcommand = if component == "rustfmt" {
            "fmt"
        } else {
            component
        };
        let found = Command::new("cargo")
            .args([subcommand, "--version"])
            .output()?;
        if !found.status.success() {
            run_command(Command::new("rustup").args(["component", "add", component]))?;
        }
    }
    Ok(())
}

/// Installs packages as root, or with sudo.
fn install_packages(packages: &[&str]) -> Result<()> {
    println!(
        "Installing packages that the tests need: {}.",
        packages.join(" ")
    );
    if !is_program("apt-get") {
        bail!(
            "there is no apt-get here; install what brings the same as Debian's {} and start again",
            packages.join(", ")
        );
    }
    let root = is_root()?;
    ensure!(
        root || is_program("sudo"),
        "installing packages needs root or sudo; have someone run: apt-get install {}",
        packages.join(" ")
    );
    let apt = || {
        let mut command = Command::new(if root { "env" } else { "sudo" });
        command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]);
        command
    };
    run_command(apt().args(["--quiet", "update"]))?;
    run_command(
        apt()
            .args(["--quiet", "--yes", "--no-install-recommends", "install"])
            .args(packages),
    )
}

/// Downloads a browser or driver with the tool that its makers publish for tests, and leaves it
/// under the name that the tests look for.
fn install_download(name: &str, download: &str) -> Result<()> {
    println!("Installing {download} into {TOOLS}, because Ubuntu's own is a snap.");
    let folder = Path::new(TOOLS).join("browsers");
    let mut npx = Command::new("npx");
    npx.args([
        "--yes",
        "@puppeteer/browsers",
        "install",
        download,
        "--path",
    ])
    .arg(&folder);
    if is_root()? && name == "chromium" {
        npx.arg("--install-deps");
    }
    let output = npx
        .output()
        .context("npx could not be started; it comes with Node.js")?;
    let says = String::from_utf8_lossy(&output.stdout);
    // The last line is the version and the path.
    let program = says
        .lines()
        .rev()
        .find_map(|line| line.split_once(' '))
        .map(|(_, path)| PathBuf::from(path.trim()));
    let program = program
        .filter(|path| output.status.success() && path.exists())
        .with_context(|| {
            format!(
                "{download} could not be downloaded: {says}{}",
                String::from_utf8_lossy(&output.stderr)
            )
        })?;
    fs::create_dir_all(Path::new(TOOLS).join("bin"))?;
    symlink(fs::canonicalize(program)?, tool(name))
        .with_context(|| format!("cannot leave {name} in {TOOLS}"))
}

fn is_root() -> Result<bool> {
    Ok(fs::metadata("/proc/self")
        .context("/proc is not there")?
        .uid()
        == 0)
}

fn tool(name: &str) -> PathBuf {
    Path::new(TOOLS).join("bin").join(name)
}

fn is_program(name: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    tool(name).exists() || std::env::split_paths(&path).any(|folder| folder.join(name).is_file())
}

fn is_package(name: &str) -> bool {
    let query = Command::new("dpkg-query")
        .args(["--show", "--showformat=${db:Status-Status}", name])
        .output();
    query.is_ok_and(|output| output.stdout == b"installed")
}

fn is_ubuntu() -> bool {
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let is = |line: &str| {
        line.strip_prefix("ID=")
            .or(line.strip_prefix("ID_LIKE="))
            .is_some_and(|value| value.contains("ubuntu"))
    };
    release.lines().any(is)
}
