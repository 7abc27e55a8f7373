//! The line between a browser and a server, which a scenario can slow, cut, falsify and read along.
//!
//! It forwards HTTP/1.1 with one request per connection, so that an answer ends where the
//! connection does and nothing here has to understand bodies.

mod faults;
mod head;

use std::io::{BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

pub(crate) use faults::Fault;
use head::Head;

use super::{GLANCE, is_new_port};

/// Bytes that a slowed answer sends at once.
const SLICE: usize = 16 * 1024;

/// A request that came along.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) path: String,
    /// The `Range` header.
    pub(crate) range: Option<String>,
    /// The `If-Range` header.
    pub(crate) if_range: Option<String>,
    /// The answer's status, once there is one.
    pub(crate) status: Option<u16>,
    /// Where in the file the answer's body begins.
    pub(crate) start: u64,
    /// Bytes of the answer's body that were carried so far.
    pub(crate) carried: usize,
    pub(crate) began: Instant,
    ended: Option<Instant>,
}

impl Seen {
    /// The bytes of the file that were carried.
    pub(crate) fn span(&self) -> Range<u64> {
        self.start..self.start + self.carried as u64
    }

    /// Whether its answer was under way at that moment.
    pub(crate) fn is_under_way(&self, at: Instant) -> bool {
        self.began <= at && self.ended.is_none_or(|ended| ended > at)
    }
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
    rules: Mutex<Vec<Rule>>,
    /// With a number each, by which an answer finds its request again.
    seen: Mutex<Vec<(usize, Seen)>>,
    count: AtomicUsize,
    cut: AtomicBool,
    over: AtomicBool,
    /// Connections that are open now, to break them when the line is cut.
    open: Mutex<Vec<TcpStream>>,
}

/// A fault, and whom it strikes.
#[derive(Debug)]
struct Rule {
    part: String,
    /// Only those that ask for a part of a file, but not the first one.
    ranges: bool,
    /// Whether that first one has come, by address.
    begun: Vec<String>,
    fault: Fault,
    /// How many requests of each address; all of them, where there is no number.
    times: Option<usize>,
    /// Those that it struck: address and number.
    struck: Vec<(String, usize)>,
}

impl Rule {
    fn is_about(&self, request: &Request) -> bool {
        request.path.contains(&self.part) && (request.has_range || !self.ranges)
    }

    fn strikes(&self, request: &Request) -> bool {
        self.is_about(request)
            && (self.times.is_none()
                || self
                    .struck
                    .iter()
                    .any(|(_, number)| *number == request.number))
    }

    /// Takes in a request that has just come.
    fn meet(&mut self, request: &Request) {
        if self.ranges && self.is_about(request) && !self.begun.contains(&request.path) {
            self.begun.push(request.path.clone());
            return;
        }
        let known = |(path, _): &&(String, usize)| *path == request.path;
        let before = self.struck.iter().filter(known).count();
        if self.times.is_some_and(|times| before < times) && self.is_about(request) {
            self.struck.push((request.path.clone(), request.number));
        }
    }
}

/// What tells a request from others.
#[derive(Debug)]
struct Request {
    number: usize,
    path: String,
    /// Whether it asks for a part of a file.
    has_range: bool,
}

impl Wire {
    /// A line to the server at the local port `upstream`.
    pub(crate) fn to(upstream: u16) -> Result<Self> {
        loop {
            let wire = Self::listen(0, Some(upstream))?;
            if is_new_port(wire.port) {
                return Ok(wire);
            }
        }
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
        self.add(part, fault, None, false);
    }

    /// The next so many answers for each such address have this fault, and then all is well.
    pub(crate) fn disturb_first(&self, times: usize, part: &str, fault: Fault) {
        self.add(part, fault, Some(times), false);
    }

    /// The second and so many more answers in all for each such address have this fault, of those where
    /// a part of the file was asked for.
    pub(crate) fn disturb_next_ranges(&self, times: usize, part: &str, fault: Fault) {
        self.add(part, fault, Some(times), true);
    }

    fn add(&self, part: &str, fault: Fault, times: Option<usize>, ranges: bool) {
        lock(&self.shared.rules).push(Rule {
            part: part.to_owned(),
            ranges,
            begun: Vec::new(),
            fault,
            times,
            struck: Vec::new(),
        });
    }

    /// All is well again for addresses with `part` in them.
    pub(crate) fn calm(&self, part: &str) {
        lock(&self.shared.rules).retain(|rule| rule.part != part);
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

    /// Bytes of bodies that were carried so far for addresses that contain `part`.
    pub(crate) fn carried(&self, part: &str) -> u64 {
        let seen = self.seen(part);
        seen.iter().map(|seen| seen.carried as u64).sum()
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
        let head = Head::read(&mut BufReader::new(browser.try_clone()?))?;
        if head.word().is_empty() {
            return Ok(()); // Browsers also open connections that they then do not need.
        }
        let request = self.note(&head);
        let answered = self.answer(&request, head, &browser);
        self.noted(&request, |seen| seen.ended = Some(Instant::now()));
        // The browser may have gone first.
        let _ = browser.shutdown(Shutdown::Both);
        answered
    }

    fn answer(&self, request: &Request, mut head: Head, browser: &TcpStream) -> Result<()> {
        let Some(upstream) = self.upstream else {
            return Ok(());
        };
        if let Some(answer) = self.struck(request, |fault| fault.answer(request)) {
            return send(browser, answer.as_bytes());
        }
        let server = TcpStream::connect(("127.0.0.1", upstream))?;
        head.replace("connection", "close");
        for fault in self.faults(request) {
            fault.change_request(&mut head);
        }
        send(&server, head.text().as_bytes())?;
        let mut answer = BufReader::new(server);
        let mut head = Head::read(&mut answer)?;
        self.noted(request, |seen| {
            seen.status = head.word().parse().ok();
            seen.start = head.range().map_or(0, |(start, _)| start);
        });
        for fault in self.faults(request) {
            fault.change_answer(&mut head);
        }
        send(browser, head.text().as_bytes())?;
        self.carry_body(request, answer, browser)
    }

    /// Notes a request, and lets the rules see it.
    fn note(&self, head: &Head) -> Request {
        let field = |name: &str| head.field(name).map(str::to_owned);
        let request = Request {
            number: self.count.fetch_add(1, Ordering::Relaxed),
            path: head.word().to_owned(),
            has_range: head.field("range").is_some(),
        };
        let seen = Seen {
            path: request.path.clone(),
            range: field("range"),
            if_range: field("if-range"),
            status: None,
            start: 0,
            carried: 0,
            began: Instant::now(),
            ended: None,
        };
        lock(&self.seen).push((request.number, seen));
        for rule in lock(&self.rules).iter_mut() {
            rule.meet(&request);
        }
        request
    }

    fn noted(&self, request: &Request, change: impl FnOnce(&mut Seen)) {
        let mut all = lock(&self.seen);
        // It may have been forgotten meanwhile.
        if let Some((_, seen)) = all.iter_mut().find(|(of, _)| *of == request.number) {
            change(seen);
        }
    }

    /// Carries a body; the rules may change while it runs.
    fn carry_body(
        &self,
        request: &Request,
        mut answer: impl Read,
        browser: &TcpStream,
    ) -> Result<()> {
        let mut buffer = [0; SLICE];
        let mut sent = 0;
        loop {
            let end = self.struck(request, |fault| match fault {
                Fault::Drops(end) | Fault::Stalls(end) => Some((fault, end)),
                Fault::Missing => Some((fault, 0)),
                _ => None,
            });
            let room = end.map_or(SLICE, |(_, end)| end.saturating_sub(sent).min(SLICE));
            if room == 0 {
                match end {
                    Some((Fault::Stalls(_), _)) if !self.cut.load(Ordering::Relaxed) => {
                        thread::sleep(GLANCE);
                        continue;
                    }
                    _ => return Ok(()),
                }
            }
            let rate = self.struck(request, |fault| match fault {
                Fault::Slow(rate) => Some(rate),
                _ => None,
            });
            if let Some(rate) = rate {
                // What a slice takes at that rate.
                thread::sleep(Duration::from_secs_f64(SLICE as f64 / rate as f64));
            }
            let length = answer.read(&mut buffer[..room])?;
            if length == 0 {
                return Ok(());
            }
            send(browser, &buffer[..length])?;
            sent += length;
            self.noted(request, |seen| seen.carried = sent);
        }
    }

    /// The faults of the answer to a request, the newest first.
    fn faults(&self, request: &Request) -> Vec<Fault> {
        let rules = lock(&self.rules);
        let strikes = rules.iter().rev().filter(|rule| rule.strikes(request));
        strikes.map(|rule| rule.fault).collect()
    }

    /// What the newest fault brings that is about this.
    fn struck<T>(&self, request: &Request, about: impl FnMut(Fault) -> Option<T>) -> Option<T> {
        self.faults(request).into_iter().find_map(about)
    }
}

fn send(mut to: &TcpStream, bytes: &[u8]) -> Result<()> {
    Ok(to.write_all(bytes)?)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
