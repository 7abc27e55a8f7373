//! Several files as one.

use axum::http::Method;

use super::super::open::open_bundle;
use super::super::{answer, respond_bundle};
use super::*;

async fn ask(folder: &Folder, paths: &[PathBuf], headers: &[(&str, &str)]) -> Answer {
    let headers = request(headers);
    let response = respond_bundle(paths.to_vec(), folder.root(), &Method::GET, &headers).await;
    Answer::of(response).await
}

fn three(folder: &Folder) -> (Vec<PathBuf>, Vec<u8>) {
    let bytes = noise(700_000);
    let parts = [
        &bytes[..10],
        &bytes[10..10],
        &bytes[10..600_000],
        &bytes[600_000..],
    ];
    let paths = parts.iter().enumerate();
    let paths = paths.map(|(at, part)| folder.file(&format!("{at}.m4s"), part));
    (paths.collect(), bytes)
}

#[tokio::test]
async fn all_files_come_end_to_end() {
    let folder = Folder::new();
    let (paths, bytes) = three(&folder);
    let whole = ask(&folder, &paths, &[]).await;
    assert_eq!(whole.status, StatusCode::OK);
    assert_eq!(whole.header("content-length"), Some("700000"));
    assert!(whole.body() == bytes);
}

#[tokio::test]
async fn a_range_may_begin_and_end_in_any_of_them() {
    let folder = Folder::new();
    let (paths, bytes) = three(&folder);
    for (start, end) in [
        (0, 9),
        (9, 10),
        (10, 599_999),
        (5, 650_000),
        (699_999, 699_999),
    ] {
        let part = ask(
            &folder,
            &paths,
            &[("range", &format!("bytes={start}-{end}"))],
        )
        .await;
        assert_eq!(part.status, StatusCode::PARTIAL_CONTENT);
        assert!(part.body() == &bytes[start..=end], "{start} to {end}");
    }
}

#[tokio::test]
async fn a_change_of_any_file_is_another_version() {
    let folder = Folder::new();
    let (paths, _) = three(&folder);
    let etag = ask(&folder, &paths, &[])
        .await
        .header("etag")
        .unwrap()
        .to_owned();
    let resume = [("range", "bytes=600000-"), ("if-range", etag.as_str())];
    assert_eq!(
        ask(&folder, &paths, &resume).await.status,
        StatusCode::PARTIAL_CONTENT
    );
    fs::write(&paths[0], b"0123456789").unwrap();
    let answer = ask(&folder, &paths, &resume).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_ne!(answer.header("etag"), Some(etag.as_str()));
}

#[tokio::test]
async fn a_file_that_changes_while_it_is_sent_breaks_the_answer() {
    let folder = Folder::new();
    let (paths, _) = three(&folder);
    let opened = open_bundle(paths.clone(), folder.root()).await;
    folder.file("2.m4s", &noise(589_990));
    let response = answer(opened, &paths[0], &Method::GET, &request(&[]));
    assert!(Answer::of(response).await.body.is_err());
}
