use super::*;

const LONG_AGO: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
const RANGE: (&str, &str) = ("range", "bytes=2-3");

/// Asks for the file with `headers`, in which `{etag}` and `{date}` stand for its validators.
async fn status(method: Method, headers: &[(&str, &str)]) -> (u16, Vec<u8>) {
    let folder = Folder::new();
    let path = folder.file("a.mp4", b"0123456789");
    let plain = folder.get(&path, &[]).await;
    let (etag, date) = (
        plain.header("etag").unwrap(),
        plain.header("last-modified").unwrap(),
    );
    let fill = |value: &str| value.replace("{etag}", etag).replace("{date}", date);
    let filled: Vec<_> = headers
        .iter()
        .map(|(name, value)| (*name, fill(value)))
        .collect();
    let headers: Vec<_> = filled
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let answer = folder.ask(&path, method, &headers).await;
    assert_eq!(answer.header("etag"), Some(etag));
    assert_eq!(answer.header("last-modified"), Some(date));
    (answer.status.as_u16(), answer.body().to_vec())
}

async fn get(headers: &[(&str, &str)]) -> u16 {
    status(Method::GET, headers).await.0
}

#[tokio::test]
async fn if_none_match_is_compared_weakly() {
    assert_eq!(
        status(Method::GET, &[("if-none-match", "{etag}")]).await,
        (304, vec![])
    );
    assert_eq!(get(&[("if-none-match", "W/{etag}")]).await, 304);
    assert_eq!(
        get(&[("if-none-match", "\"a,b\", W/{etag}, \"c\"")]).await,
        304
    );
    assert_eq!(get(&[("if-none-match", "*")]).await, 304);
    assert_eq!(get(&[("if-none-match", "\"other\"")]).await, 200);
    assert_eq!(get(&[("if-none-match", "junk")]).await, 200);
    assert_eq!(
        status(Method::HEAD, &[("if-none-match", "{etag}")]).await.0,
        304
    );
}

#[tokio::test]
async fn if_modified_since_counts_only_alone() {
    assert_eq!(get(&[("if-modified-since", "{date}")]).await, 304);
    assert_eq!(get(&[("if-modified-since", LONG_AGO)]).await, 200);
    assert_eq!(get(&[("if-modified-since", "yesterday")]).await, 200);
    let other = ("if-none-match", "\"other\"");
    assert_eq!(get(&[other, ("if-modified-since", "{date}")]).await, 200);
    assert_eq!(
        get(&[("if-none-match", "{etag}"), ("if-modified-since", LONG_AGO)]).await,
        304
    );
}

#[tokio::test]
async fn if_match_is_compared_strongly() {
    assert_eq!(get(&[("if-match", "{etag}")]).await, 200);
    assert_eq!(get(&[("if-match", "\"other\", {etag}")]).await, 200);
    assert_eq!(get(&[("if-match", "*")]).await, 200);
    assert_eq!(get(&[("if-match", "W/{etag}")]).await, 412);
    assert_eq!(get(&[("if-match", "\"other\"")]).await, 412);
}

#[tokio::test]
async fn if_unmodified_since_counts_only_without_if_match() {
    assert_eq!(get(&[("if-unmodified-since", "{date}")]).await, 200);
    assert_eq!(get(&[("if-unmodified-since", LONG_AGO)]).await, 412);
    assert_eq!(get(&[("if-unmodified-since", "yesterday")]).await, 200);
    assert_eq!(
        get(&[("if-match", "{etag}"), ("if-unmodified-since", LONG_AGO)]).await,
        200
    );
}

#[tokio::test]
async fn failed_preconditions_come_before_304_and_both_before_ranges() {
    let (same, other) = (("if-none-match", "{etag}"), ("if-match", "\"other\""));
    assert_eq!(get(&[same, other, RANGE]).await, 412);
    assert_eq!(get(&[same, RANGE]).await, 304);
    assert_eq!(get(&[same, ("range", "bytes=99-")]).await, 304);
    assert_eq!(get(&[other, ("range", "bytes=99-")]).await, 412);
}

#[tokio::test]
async fn if_range_lets_a_range_count_only_for_the_same_version() {
    let part = (206, b"23".to_vec());
    let whole = (200, b"0123456789".to_vec());
    let get = async |if_range| status(Method::GET, &[RANGE, ("if-range", if_range)]).await;
    assert_eq!(get("{etag}").await, part);
    assert_eq!(get("{date}").await, part);
    assert_eq!(get("W/{etag}").await, whole);
    assert_eq!(get("\"other\"").await, whole);
    assert_eq!(get(LONG_AGO).await, whole);
    assert_eq!(get("junk").await, whole);
}

#[tokio::test]
async fn of_another_version_a_range_behind_the_end_gets_the_whole_file() {
    let behind = ("range", "bytes=99-");
    assert_eq!(get(&[behind, ("if-range", "\"other\"")]).await, 200);
    assert_eq!(get(&[behind, ("if-range", "{etag}")]).await, 416);
}
