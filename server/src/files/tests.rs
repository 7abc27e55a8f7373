//! Requests through [`respond`] to real files.

mod access;
mod bundle;
mod changes;
mod conditions;
mod ranges;
mod wire;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::response::Response;
use http_body_util::BodyExt;
use tempfile::TempDir;

use super::respond;

/// A content folder of its own for each test.
struct Folder(TempDir);

impl Folder {
    fn new() -> Folder {
        Folder(tempfile::tempdir().unwrap())
    }

    fn root(&self) -> &Path {
        self.0.path()
    }

    /// Writes a file that has been there for a day.
    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.root().join(name);
        fs::write(&path, bytes).unwrap();
        let yesterday = SystemTime::now() - Duration::from_secs(86400);
        let file = fs::File::options().write(true).open(&path).unwrap();
        file.set_modified(yesterday).unwrap();
        path
    }

    async fn ask(&self, path: &Path, method: Method, headers: &[(&str, &str)]) -> Answer {
        Answer::of(respond(path, self.root(), &method, &request(headers)).await).await
    }

    async fn get(&self, path: &Path, headers: &[(&str, &str)]) -> Answer {
        self.ask(path, Method::GET, headers).await
    }
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: io::Result<Bytes>,
}

impl Answer {
    async fn of(response: Response) -> Answer {
        let (head, body) = response.into_parts();
        Answer {
            status: head.status,
            headers: head.headers,
            body: body
                .collect()
                .await
                .map(|all| all.to_bytes())
                .map_err(io::Error::other),
        }
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    fn body(&self) -> &[u8] {
        self.body.as_deref().unwrap()
    }
}

fn request(headers: &[(&str, &str)]) -> HeaderMap {
    let pair = |&(name, value): &(&str, &str)| {
        let name: HeaderName = name.parse().unwrap();
        (name, HeaderValue::from_str(value).unwrap())
    };
    headers.iter().map(pair).collect()
}

/// Bytes of which no stretch looks like its neighbour.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 1_u32;
    let step = |_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    };
    (0..length).map(step).collect()
}
