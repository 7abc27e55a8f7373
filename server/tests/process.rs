//! The process as whoever starts it sees it: its log, its signals, its exit codes.

#![expect(
    clippy::unwrap_used,
    reason = "what fails to be set up ends the test, with its line"
)]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

const LONGEST_WAIT: Duration = Duration::from_secs(5);

fn content(title: &str) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    fs::create_dir(root.path().join("01-a")).unwrap();
    fs::write(root.path().join("01-a/one.mp4"), "x").unwrap();
    write_video(root.path(), title);
    root
}

/// With a key that nobody knows, so that there is something to complain about.
fn write_video(root: &Path, title: &str) {
    let text = format!("---\ntitle: {title}\nzebra: 1\nvideo-sources: one.mp4\n---\n");
    fs::write(root.join("01-a/01-one.md"), text).unwrap();
}

fn kinora(arguments: &[&str], content: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kinora"));
    command.args(arguments).arg("--content").arg(content);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// A process that does not outlive its test.
struct Server {
    child: Child,
    /// Host and port from its first line.
    address: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}

fn serve(content: &Path) -> Server {
    let mut child = kinora(&["serve", "--listen", "127.0.0.1:0"], content)
        .spawn()
        .unwrap();
    let mut line = String::new();
    let stdout = child.stdout.as_mut().unwrap();
    BufReader::new(stdout).read_line(&mut line).unwrap();
    let address = line.trim_end().strip_prefix("Kinora is at http://");
    let address = address.unwrap().trim_end_matches('/').to_owned();
    Server { child, address }
}

fn get(address: &str, path: &str) -> String {
    let mut connection = TcpStream::connect(address).unwrap();
    write!(
        connection,
        "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).unwrap();
    answer
}

/// Asks the process to stop, and says how it ended.
fn terminate(mut server: Server) -> Option<i32> {
    let id = server.child.id().to_string();
    Command::new("kill").args(["-TERM", &id]).status().unwrap();
    server.child.wait().unwrap().code()
}

#[test]
fn a_log_that_nobody_reads_any_more_stops_nothing() {
    let content = content("Before");
    let mut server = serve(content.path());
    drop(server.child.stderr.take());
    for title in ["First", "Second"] {
        write_video(content.path(), title);
        let start = Instant::now();
        while !get(&server.address, "/one/").contains(&format!("<h1>{title}</h1>")) {
            assert!(start.elapsed() < LONGEST_WAIT, "{title} never showed");
            thread::sleep(Duration::from_millis(20));
        }
    }
    fs::remove_file(content.path().join("01-a/one.mp4")).unwrap();
    let answer = get(&server.address, "/media/01-a/one.mp4");
    assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
    assert_eq!(terminate(server), Some(0));
}

#[test]
fn a_report_that_nobody_reads_keeps_its_exit_code() {
    let content = content("One");
    for (remove, code) in [(false, 0), (true, 1)] {
        if remove {
            fs::remove_file(content.path().join("01-a/one.mp4")).unwrap();
        }
        let mut child = kinora(&["check"], content.path()).spawn().unwrap();
        drop(child.stderr.take());
        assert_eq!(child.wait().unwrap().code(), Some(code));
    }
}

#[test]
fn a_signal_right_after_the_address_line_ends_the_process_in_order() {
    let content = content("One");
    for _ in 0..5 {
        let server = serve(content.path());
        assert_eq!(terminate(server), Some(0));
    }
}
