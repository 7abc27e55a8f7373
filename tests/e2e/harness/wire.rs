//! The line between a browser and a server, which a scenario can slow, cut, falsify and read along.
//!
//! It forwards HTTP/1.1 with one request per connection, so that an answer ends where the
//! connection does and nothing here has to understand bodies.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};

/// Bytes that a slowed answer sends at once.
const SLICE: usize = 16 * 1024;

/// What happens to the answers for addresses that contain a text.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fault {
    /// They come at so many bytes a second.
    Slow(usize),
    /// Nothing is there: 404, for other origins too, and what is on its way breaks off.
    Missing,
    /// So many requests for each address are answered with 500 before it is there.
    Failing(usize),
    /// Other origins may not read it: its CORS headers are left out.
    NotShared,
}

/// A request that came along.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) path: String,
    /// The `Range` header.
    pub(crate) range: Option<String>,
    /// The `If-Range` header.
    pub(crate) if_range: Option<String>,
    /// Bytes of the answer's body that were carried so far.
    pub(crate) carried: usize,
}

/// A listening socket in front of a server, or of nothing.
#[derive(Debug)]
pub(crate) struct Wire {
    port: u16,
    shared: Arc<Shared>,
    accepting: Option<thread::JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Shared {
    /// The server behind it; none closes every connection after its request was read.
    upstream: Option<u16>,
    rules: Mutex<Vec<(String, Fault)>>,
    /// With a number each, by which an answer finds its request again.
    seen: Mutex<Vec<(usize, Seen)>>,
    count: AtomicUsize,
    cut: AtomicBool,
    over: AtomicBool,
    /// Connections that are open now, to break them when the line is cut.
    open: Mutex<Vec<TcpStream>>,
}

impl Wire {
    /// A line to the server at the local port `upstream`.
    pub(crate) fn to(upstream: u16) -> Result<Self> {
        Self::listen(0, Some(upstream))
    }

    /// A socket at `port`, where a server has been, which notes who comes and answers nothing.
    pub(crate) fn dead_end(port: u16) -> Result<Self> {
        Self::listen(port, None)
    }

    fn listen(port: u16, upstream: Option<u16>) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", port))
            .with_context(|| format!("cannot listen at port {port}"))?;
        let shared = Shared {
            upstream,
            ..Shared::default()
        };
        let (port, shared) = (listener.local_addr()?.port(), Arc::new(shared));
        let accepting = thread::spawn({
            let shared = Arc::clone(&shared);
            move || {
                for connection in listener.incoming().flatten() {
                    if shared.over.load(Ordering::Relaxed) {
                        return;
                    }
                    let shared = Arc::clone(&shared);
                    // A broken connection is what half of the scenarios are about.
                    thread::spawn(move || shared.carry(connection));
                }
            }
        });
        Ok(Self {
            port,
            shared,
            accepting: Some(accepting),
        })
    }

    /// The address of `path` on this side of the line.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    pub(crate) fn origin(&self) -> String {
        self.url("")
    }

    /// From now on, answers for addresses with `part` in them have this fault.
    pub(crate) fn disturb(&self, part: &str, fault: Fault) {
        lock(&self.shared.rules).push((part.to_owned(), fault));
    }

    /// All is well again.
    pub(crate) fn repair(&self) {
        lock(&self.shared.rules).clear();
        self.shared.cut.store(false, Ordering::Relaxed);
    }

    /// Breaks all connections, and every new one at once.
    pub(crate) fn cut(&self) {
        self.shared.cut.store(true, Ordering::Relaxed);
        for connection in lock(&self.shared.open).drain(..) {
            // It may have ended by itself.
            let _ = connection.shutdown(Shutdown::Both);
        }
    }

    /// All requests so far whose address contains `part`.
    pub(crate) fn seen(&self, part: &str) -> Vec<Seen> {
        lock(&self.shared.seen)
            .iter()
            .map(|(_, seen)| seen)
            .filter(|seen| seen.path.contains(part))
            .cloned()
            .collect()
    }

    /// Forgets the requests so far.
    pub(crate) fn forget(&self) {
        lock(&self.shared.seen).clear();
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.cut();
        self.shared.over.store(true, Ordering::Relaxed);
        // Wakes the accepting thread, which then frees the port.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
        if let Some(accepting) = self.accepting.take() {
            let _ = accepting.join();
        }
    }
}

impl Shared {
    /// Carries one request and its answer.
    fn carry(&self, browser: TcpStream) -> Result<()> {
        lock(&self.open).push(browser.try_clone()?);
        if self.cut.load(Ordering::Relaxed) {
            return Ok(browser.shutdown(Shutdown::Both)?);
        }
        let mut reader = BufReader::new(browser.try_clone()?);
        let head = read_head(&mut reader)?;
        let path = head
            .first()
            .and_then(|line| line.split(' ').nth(1))
            .unwrap_or_default()
            .to_owned();
        let header = |name: &str| {
            let fields = head.iter().skip(1).filter_map(|line| line.split_once(':'));
            fields
                .into_iter()
                .find(|(key, _)| key.eq_ignore_ascii_case(name))
                .map(|(_, value)| value.trim().to_owned())
        };
        if path.is_empty() {
            return Ok(()); // Browsers also open connections that they then do not need.
        }
        let number = self.note(Seen {
            path: path.clone(),
            range: header("range"),
            if_range: header("if-range"),
            carried: 0,
        });
        let Some(upstream) = self.upstream else {
            return Ok(browser.shutdown(Shutdown::Both)?);
        };
        if let Some(Fault::Missing) = self.fault(&path) {
            return send(
                &browser,
                b"HTTP/1.1 404 Not Found\r\nAccess-Control-Allow-Origin: *\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
            );
        }
        if let Some(Fault::Failing(times)) = self.fault(&path)
            && self.count_of(&path) <= times
        {
            return send(
                &browser,
                b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
            );
        }
        let Ok(server) = TcpStream::connect(("127.0.0.1", upstream)) else {
            return Ok(browser.shutdown(Shutdown::Both)?);
        };
        let kept = head
            .iter()
            .filter(|line| !line.to_ascii_lowercase().starts_with("connection:"));
        let request: String = kept
            .map(|line| format!("{line}\r\n"))
            .chain(["Connection: close\r\n\r\n".to_owned()])
            .collect();
        send(&server, request.as_bytes())?;
        let mut answer = BufReader::new(server);
        let head = read_head(&mut answer)?;
        let shared = !matches!(self.fault(&path), Some(Fault::NotShared));
        let kept = head
            .iter()
            .filter(|line| shared || !line.to_ascii_lowercase().starts_with("access-control-"));
        let head: String = kept
            .map(|line| format!("{line}\r\n"))
            .chain(["\r\n".to_owned()])
            .collect();
        send(&browser, head.as_bytes())?;
        self.carry_body(number, &path, answer, &browser)?;
        Ok(browser.shutdown(Shutdown::Both)?)
    }

    fn note(&self, seen: Seen) -> usize {
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        lock(&self.seen).push((number, seen));
        number
    }

    /// How many requests for this address came so far.
    fn count_of(&self, path: &str) -> usize {
        let seen = lock(&self.seen);
        seen.iter().filter(|(_, seen)| seen.path == path).count()
    }

    /// Carries a body; the rules may change while it runs.
    fn carry_body(
        &self,
        number: usize,
        path: &str,
        mut answer: impl Read,
        browser: &TcpStream,
    ) -> Result<()> {
        let mut buffer = [0; SLICE];
        let mut sent = 0;
        loop {
            let most = match self.fault(path) {
                Some(Fault::Missing) => return Ok(browser.shutdown(Shutdown::Both)?),
                Some(Fault::Slow(rate)) => {
                    // What a slice takes at that rate.
                    thread::sleep(Duration::from_secs_f64(SLICE as f64 / rate as f64));
                    SLICE
                }
                _ => SLICE,
            };
            let length = answer.read(&mut buffer[..most])?;
            if length == 0 {
                return Ok(());
            }
            send(browser, &buffer[..length])?;
            sent += length;
            if let Some((_, seen)) = lock(&self.seen).iter_mut().find(|(of, _)| *of == number) {
                seen.carried = sent;
            }
        }
    }

    fn fault(&self, path: &str) -> Option<Fault> {
        lock(&self.rules)
            .iter()
            .rev()
            .find(|(part, _)| path.contains(part))
            .map(|(_, fault)| *fault)
    }
}

/// The lines of a head, without the empty one at its end.
fn read_head(reader: &mut impl BufRead) -> Result<Vec<String>> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        match line.trim_end() {
            "" => return Ok(lines),
            line => lines.push(line.to_owned()),
        }
    }
}

fn send(mut to: &TcpStream, bytes: &[u8]) -> Result<()> {
    Ok(to.write_all(bytes)?)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
