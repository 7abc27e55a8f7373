//! The server under test: the real binary, as a process that a scenario starts, stops and starts
//! again at the same port.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;

use anyhow::{Context, Result, ensure};

use super::processes::Group;
use super::site::Site;
use super::{PATIENCE, is_new_port, target};

/// What the first line on stdout says before the address.
const GREETING: &str = "Kinora is at ";

/// A server that listens, or did.
#[derive(Debug)]
pub(crate) struct Server {
    site: Site,
    port: u16,
    process: Option<Group>,
    log: Arc<Mutex<String>>,
}

impl Server {
    /// Starts a server of `site` at a port that no server of this run has had.
    pub(crate) fn start(site: &Site) -> Result<Self> {
        let mut server = Self {
            site: site.clone(),
            port: 0,
            process: None,
            log: Arc::default(),
        };
        loop {
            server.port = 0;
            server.start_again()?;
            if is_new_port(server.port) {
                return Ok(server);
            }
            server.stop()?;
        }
    }

    /// Starts the server again after [`Self::stop`], at the same port.
    pub(crate) fn start_again(&mut self) -> Result<()> {
        let listen = format!("127.0.0.1:{}", self.port);
        let mut process = Group::start(
            Command::new(binary()?)
                .arg("--content")
                .arg(self.site.folder())
                .args(["--listen", &listen])
                .stdin(Stdio::null())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped()),
        )?;
        let stdout = process
            .leader()
            .stdout
            .take()
            .context("the server has no stdout")?;
        let stderr = process
            .leader()
            .stderr
            .take()
            .context("the server has no stderr")?;
        keep(stderr, Arc::clone(&self.log));
        let line = first_line(stdout)
            .with_context(|| format!("the server did not start; it says:\n{}", self.log()))?;
        let address = line.strip_prefix(GREETING).with_context(|| {
            format!(
                "the first line is {line:?}; the server says:\n{}",
                self.log()
            )
        })?;
        let port = address
            .trim_end_matches('/')
            .rsplit(':')
            .next()
            .and_then(|port| port.parse().ok());
        self.port = port.with_context(|| format!("no port in {address:?}"))?;
        self.process = Some(process);
        Ok(())
    }

    /// Ends the process, really, and waits for it.
    pub(crate) fn stop(&mut self) -> Result<()> {
        let mut process = self
            .process
            .take()
            .context("the server is already stopped")?;
        process.terminate()?;
        Ok(())
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// The address of `path`, which starts with a slash.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// What it wrote to stderr so far.
    pub(crate) fn log(&self) -> String {
        self.log
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

/// A run of the binary that ends by itself.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs the binary with `arguments` until it ends.
pub(crate) fn run(arguments: &[&str]) -> Result<Run> {
    let mut process = Group::start(
        Command::new(binary()?)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped()),
    )?;
    let (out, err) = (Arc::default(), Arc::default());
    let stdout = process.leader().stdout.take().context("no stdout")?;
    let stderr = process.leader().stderr.take().context("no stderr")?;
    let readers = [
        keep(stdout, Arc::clone(&out)),
        keep(stderr, Arc::clone(&err)),
    ];
    let status = process
        .wait()
        .with_context(|| format!("kinora {} does not end", arguments.join(" ")))?;
    for reader in readers {
        ensure!(reader.join().is_ok(), "cannot read what the process says");
    }
    let text =
        |kept: Arc<Mutex<String>>| kept.lock().unwrap_or_else(PoisonError::into_inner).clone();
    Ok(Run {
        status,
        stdout: text(out),
        stderr: text(err),
    })
}

/// The release binary, which `cargo xtask build` makes; `KINORA_BINARY` names another one.
fn binary() -> Result<PathBuf> {
    let binary = match std::env::var_os("KINORA_BINARY") {
        Some(path) => Path::new(&path).to_path_buf(),
        None => target()?.join("release/kinora"),
    };
    ensure!(
        binary.exists(),
        "{} is missing: `cargo xtask build` makes it",
        binary.display()
    );
    Ok(binary)
}

fn keep(
    mut stream: impl Read + Send + 'static,
    into: Arc<Mutex<String>>,
) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(length @ 1..) = stream.read(&mut buffer) {
            into.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push_str(&String::from_utf8_lossy(&buffer[..length]));
        }
    })
}

/// The first line, or an error if the stream ends or stays silent.
fn first_line(stream: impl Read + Send + 'static) -> Result<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut lines = BufReader::new(stream).lines();
        // The receiver is gone when nobody waits for the line any more.
        let _ = sender.send(lines.next());
        // Kept open, so that the server never writes into a closed pipe.
        lines.for_each(drop);
    });
    let line = receiver
        .recv_timeout(PATIENCE)
        .context("no line on stdout")?;
    Ok(line.context("stdout ended without a line")??)
}
