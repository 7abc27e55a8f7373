use media::range::{CASES, Selection, Span};

use super::*;

fn cut(bytes: &[u8], span: Span) -> &[u8] {
    &bytes[usize::try_from(span.start).unwrap()..usize::try_from(span.end).unwrap()]
}

/// Takes a multipart body apart the way a client does: by its boundary and each part's headers.
fn parts(answer: &Answer) -> Vec<(String, String, Vec<u8>)> {
    let content_type = answer.header("content-type").unwrap();
    let boundary = content_type
        .strip_prefix("multipart/byteranges; boundary=")
        .unwrap();
    let mut rest = answer.body();
    let mut parts = Vec::new();
    let find = |text: &[u8], wanted: &str| {
        text.windows(wanted.len())
            .position(|window| window == wanted.as_bytes())
            .unwrap()
    };
    rest = rest
        .strip_prefix(format!("--{boundary}").as_bytes())
        .unwrap();
    while let Some(part) = rest.strip_prefix(b"\r\n") {
        let end = find(part, "\r\n\r\n");
        let head = std::str::from_utf8(&part[..end]).unwrap();
        let (kind, range) = head.split_once("\r\n").unwrap();
        let next = find(part, &format!("\r\n--{boundary}"));
        let kind = kind.strip_prefix("Content-Type: ").unwrap().to_owned();
        let range = range.strip_prefix("Content-Range: ").unwrap().to_owned();
        parts.push((kind, range, part[end + 4..next].to_vec()));
        rest = &part[next + 4 + boundary.len()..];
    }
    assert_eq!(rest, b"--\r\n");
    parts
}

#[tokio::test]
async fn every_case_of_the_table_is_answered_with_exactly_its_bytes() {
    let folder = Folder::new();
    for case in CASES {
        let total = usize::try_from(case.total).unwrap();
        let bytes = noise(total);
        let path = folder.file(&format!("{total}.mp4"), &bytes);
        let answer = folder.get(&path, &[("range", case.header)]).await;
        let content_range = answer.header("content-range");
        match case.selection() {
            Selection::Whole => {
                assert_eq!(answer.status, StatusCode::OK, "{case:?}");
                assert_eq!(answer.body(), bytes, "{case:?}");
                assert_eq!(content_range, None, "{case:?}");
            }
            Selection::Part(span) => {
                assert_eq!(answer.status, StatusCode::PARTIAL_CONTENT, "{case:?}");
                assert_eq!(answer.body(), cut(&bytes, span), "{case:?}");
                let said = span.content_range(case.total);
                assert_eq!(content_range, Some(said.as_str()), "{case:?}");
            }
            Selection::Parts(spans) => {
                assert_eq!(answer.status, StatusCode::PARTIAL_CONTENT, "{case:?}");
                assert_eq!(content_range, None, "{case:?}");
                let wanted = spans.iter().map(|&span| {
                    let range = span.content_range(case.total);
                    ("video/mp4".to_owned(), range, cut(&bytes, span).to_vec())
                });
                assert_eq!(parts(&answer), wanted.collect::<Vec<_>>(), "{case:?}");
            }
            Selection::Unsatisfiable => {
                assert_eq!(answer.status, StatusCode::RANGE_NOT_SATISFIABLE, "{case:?}");
                let said = format!("bytes */{total}");
                assert_eq!(content_range, Some(said.as_str()), "{case:?}");
            }
        }
        let length = answer.body().len().to_string();
        assert_eq!(
            answer.header("content-length"),
            Some(length.as_str()),
            "{case:?}"
        );
    }
}

#[tokio::test]
async fn parts_larger_than_a_chunk_are_exact_to_the_byte() {
    let folder = Folder::new();
    let bytes = noise(3_000_000);
    let path = folder.file("large.webm", &bytes);
    let answer = folder
        .get(&path, &[("range", "bytes=1000000-2900000,3-600002")])
        .await;
    let parts = parts(&answer);
    assert_eq!(parts[0].1, "bytes 1000000-2900000/3000000");
    assert!(parts[0].2 == bytes[1_000_000..=2_900_000]);
    assert_eq!(parts[1].1, "bytes 3-600002/3000000");
    assert!(parts[1].2 == bytes[3..=600_002]);
}

#[tokio::test]
async fn a_whole_file_of_many_chunks_arrives_unchanged() {
    let folder = Folder::new();
    let bytes = noise(1_234_567);
    let path = folder.file("large.mp4", &bytes);
    let answer = folder.get(&path, &[]).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.body() == bytes);
}

#[tokio::test]
async fn two_range_headers_are_no_range() {
    let folder = Folder::new();
    let path = folder.file("a.mp4", b"0123456789");
    let answer = folder
        .get(&path, &[("range", "bytes=0-1"), ("range", "bytes=5-6")])
        .await;
    assert_eq!(
        (answer.status, answer.body()),
        (StatusCode::OK, &b"0123456789"[..])
    );
}

#[tokio::test]
async fn a_range_that_is_not_text_is_no_range() {
    let folder = Folder::new();
    let path = folder.file("a.mp4", b"0123456789");
    let mut headers = HeaderMap::new();
    let odd = HeaderValue::from_bytes(b"bytes=0-1\xff").unwrap();
    headers.insert("range", odd);
    let response = respond(&path, folder.root(), &Method::GET, &headers).await;
    assert_eq!(response.status(), StatusCode::OK);
}

#[tokio::test]
async fn head_says_what_get_would_and_sends_nothing() {
    let folder = Folder::new();
    let path = folder.file("a.mp4", b"0123456789");
    let get = folder.get(&path, &[]).await;
    let head = folder.ask(&path, Method::HEAD, &[]).await;
    assert_eq!(head.status, StatusCode::OK);
    assert_eq!(head.headers, get.headers);
    assert_eq!(head.header("content-length"), Some("10"));
    assert_eq!(head.body(), b"");
}

#[tokio::test]
async fn head_ignores_ranges() {
    let folder = Folder::new();
    let path = folder.file("a.mp4", b"0123456789");
    let head = folder
        .ask(&path, Method::HEAD, &[("range", "bytes=0-1")])
        .await;
    assert_eq!(
        (head.status, head.header("content-length")),
        (StatusCode::OK, Some("10"))
    );
    assert_eq!(head.header("content-range"), None);
}
