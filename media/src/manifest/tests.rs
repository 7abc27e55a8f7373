use super::*;

#[test]
fn a_playlist_that_is_not_at_hand_is_asked_for() {
    let playlist = "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nv/1.m3u8#t\n";
    let documents = BTreeMap::from([("/media/x.m3u8".to_owned(), playlist.into())]);
    let wants = |address: &str| Ok(Reading::Wants(vec![address.to_owned()]));
    assert_eq!(
        read("/media/x.m3u8", &BTreeMap::new()),
        wants("/media/x.m3u8")
    );
    assert_eq!(read("/media/x.m3u8", &documents), wants("/media/v/1.m3u8"));
}
