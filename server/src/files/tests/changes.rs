use std::fs::File;
use std::io::Write;

use super::*;

/// More than the chunks that are read ahead.
const LENGTH: usize = 2_000_000;

/// Takes the first chunk of an answer, changes the file, and takes the rest.
async fn change_while_sending(change: impl FnOnce(&mut File)) -> (Vec<u8>, io::Result<Bytes>) {
    let folder = Folder::new();
    let path = folder.file("a.mp4", &noise(LENGTH));
    let response = respond(&path, folder.root(), &Method::GET, &HeaderMap::new()).await;
    let mut body = response.into_body();
    let first = body.frame().await.unwrap().unwrap().into_data().unwrap();
    change(&mut File::options().append(true).open(&path).unwrap());
    let rest = body.collect().await.map(|rest| rest.to_bytes());
    (first.to_vec(), rest.map_err(io::Error::other))
}

#[tokio::test]
async fn a_file_truncated_while_being_sent_ends_in_an_error() {
    let (_, rest) = change_while_sending(|file| file.set_len(300_000).unwrap()).await;
    rest.unwrap_err();
}

#[tokio::test]
async fn a_file_rewritten_in_place_while_being_sent_ends_in_an_error() {
    let rewrite = |file: &mut File| {
        file.set_len(0).unwrap();
        file.write_all(&vec![0; LENGTH]).unwrap();
    };
    let (_, rest) = change_while_sending(rewrite).await;
    rest.unwrap_err();
}

#[tokio::test]
async fn a_file_that_grew_while_being_sent_ends_in_an_error() {
    let (_, rest) = change_while_sending(|file| file.write_all(b"more").unwrap()).await;
    rest.unwrap_err();
}

#[tokio::test]
async fn a_file_replaced_while_being_sent_is_sent_to_its_end() {
    let folder = Folder::new();
    let path = folder.file("a.mp4", &noise(LENGTH));
    let response = respond(&path, folder.root(), &Method::GET, &HeaderMap::new()).await;
    fs::rename(folder.file("b.mp4", b"another file"), &path).unwrap();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    assert!(body == noise(LENGTH));
}

#[tokio::test]
async fn each_kind_of_change_makes_another_entity_tag() {
    let folder = Folder::new();
    let path = folder.file("a.mp4", b"0123456789");
    let file = File::options().write(true).open(&path).unwrap();
    let time = file.metadata().unwrap().modified().unwrap();
    let tag = async || {
        folder
            .get(&path, &[])
            .await
            .header("etag")
            .unwrap()
            .to_owned()
    };
    let mut tags = vec![tag().await];
    assert_eq!(tag().await, tags[0], "an untouched file keeps its tag");
    assert!(tags[0].starts_with('"') && tags[0].ends_with('"'));

    file.set_modified(time + Duration::from_nanos(1)).unwrap();
    tags.push(tag().await);
    file.set_len(9).unwrap();
    file.set_modified(time).unwrap();
    tags.push(tag().await);
    let other = folder.file("b.mp4", b"012345678");
    File::options()
        .write(true)
        .open(&other)
        .unwrap()
        .set_modified(time)
        .unwrap();
    fs::rename(&other, &path).unwrap();
    tags.push(tag().await);

    tags.sort();
    tags.dedup();
    assert_eq!(tags.len(), 4);
}

#[tokio::test]
async fn a_time_that_http_cannot_say_is_left_out() {
    let folder = Folder::new();
    let path = folder.file("a.mp4", b"0123456789");
    let file = File::options().write(true).open(&path).unwrap();
    let day = Duration::from_secs(86400);
    for time in [SystemTime::now() + day, SystemTime::UNIX_EPOCH - day] {
        file.set_modified(time).unwrap();
        let date = "Sun, 06 Nov 1994 08:49:37 GMT";
        let answer = folder.get(&path, &[("if-unmodified-since", date)]).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.header("last-modified"), None);
        assert!(answer.header("etag").is_some());
    }
}
