//! What a client reads off the connection, where the HTTP library has its say, too.

use axum::Router;
use axum::routing::any;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::*;

/// Sends one request for the file to a real server and returns the connection.
async fn connect(folder: &Folder, path: &Path, request: &str) -> TcpStream {
    let (path, root) = (path.to_path_buf(), folder.root().to_path_buf());
    let handler = async move |method: Method, headers: HeaderMap| {
        respond(&path, &root, &method, &headers).await
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().route("/media/{*path}", any(handler));
    tokio::spawn(async move { axum::serve(listener, router).await });
    let mut connection = TcpStream::connect(address).await.unwrap();
    let (first, rest) = request.split_once('\n').unwrap_or((request, ""));
    let request = format!("{first} /media/a HTTP/1.1\nHost: kinora\nConnection: close\n{rest}\n\n");
    let request = request.replace("\n\n\n", "\n\n").replace('\n', "\r\n");
    connection.write_all(request.as_bytes()).await.unwrap();
    connection
}

/// The whole answer, its head in lower case.
async fn exchange(folder: &Folder, path: &Path, request: &str) -> (String, Vec<u8>) {
    let mut answer = Vec::new();
    let mut connection = connect(folder, path, request).await;
    connection.read_to_end(&mut answer).await.unwrap();
    let end = answer
        .windows(4)
        .position(|window| window == b"\r\n\r\n")
        .unwrap();
    let body = answer.split_off(end + 4);
    (
        String::from_utf8(answer).unwrap().to_ascii_lowercase(),
        body,
    )
}

#[tokio::test]
async fn a_part_arrives_with_its_length_and_nothing_else() {
    let folder = Folder::new();
    let path = folder.file("a.mp4", b"0123456789");
    let (head, body) = exchange(&folder, &path, "GET\nRange: bytes=0-1").await;
    assert!(head.starts_with("http/1.1 206 "), "{head}");
    assert!(head.contains("\r\ncontent-length: 2\r\n"), "{head}");
    assert!(!head.contains("transfer-encoding"), "{head}");
    assert_eq!(body, b"01");
}

#[tokio::test]
async fn answers_without_a_body_claim_no_wrong_length() {
    let folder = Folder::new();
    let path = folder.file("a.mp4", b"0123456789");
    let (head, body) = exchange(&folder, &path, "HEAD").await;
    assert!(head.contains("\r\ncontent-length: 10\r\n"), "{head}");
    assert_eq!(body, b"");
    let (head, body) = exchange(&folder, &path, "GET\nIf-None-Match: *").await;
    assert!(head.starts_with("http/1.1 304 "), "{head}");
    assert!(!head.contains("\r\ncontent-length: 0\r\n"), "{head}");
    assert_eq!(body, b"");
    let (head, body) = exchange(&folder, &path, "OPTIONS").await;
    assert!(head.starts_with("http/1.1 204 "), "{head}");
    assert!(!head.contains("\r\ncontent-length:"), "{head}");
    assert_eq!(body, b"");
}

#[tokio::test]
async fn a_file_truncated_while_being_sent_closes_the_connection_early() {
    let folder = Folder::new();
    let path = folder.file("a.mp4", b"");
    // Far more than the buffers of both ends hold.
    let length = 256 * 1024 * 1024;
    let file = fs::File::options().write(true).open(&path).unwrap();
    file.set_len(length).unwrap();
    let mut connection = connect(&folder, &path, "GET").await;
    let mut some = vec![0; 100_000];
    connection.read_exact(&mut some).await.unwrap();
    file.set_len(1000).unwrap();
    let mut rest = Vec::new();
    // Whether the end shows as a reset or as the end of the stream is the system's choice.
    let _ = connection.read_to_end(&mut rest).await;
    assert!(rest.len() + some.len() < usize::try_from(length).unwrap());
}
