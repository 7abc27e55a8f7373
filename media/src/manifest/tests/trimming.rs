//! A trimmed manifest has the renditions that were kept, and nothing else has changed.

use proptest::prelude::*;

use super::*;

fn trimmed(text: &str, keep: &[&str]) -> Result<String, ManifestError> {
    let keep: Vec<String> = keep.iter().map(|id| (*id).to_owned()).collect();
    let trimmed = trim("/media/m", text.as_bytes(), &keep)?;
    Ok(String::from_utf8(trimmed).unwrap())
}

#[test]
fn representations_and_emptied_sets_are_cut_out() {
    let text = r#"<MPD mediaPresentationDuration="PT4S"><BaseURL>x.mp4</BaseURL>
<Period><AdaptationSet contentType="video"><Role value="main"/>
 <Representation id="a"/><!-- and -->
 <Representation id="b"><Label>B</Label></Representation>
</AdaptationSet>  <AdaptationSet contentType="audio"><Representation id="c"/></AdaptationSet></Period></MPD>"#;
    let expected = r#"<MPD mediaPresentationDuration="PT4S"><BaseURL>x.mp4</BaseURL>
<Period><AdaptationSet contentType="video"><Role value="main"/>
 <!-- and -->
 <Representation id="b"><Label>B</Label></Representation>
</AdaptationSet>  </Period></MPD>"#;
    assert_eq!(trimmed(text, &["b"]).unwrap(), expected);
    assert_eq!(trimmed(text, &["a", "b", "c"]).unwrap(), text);
}

#[test]
fn lines_of_other_renditions_are_cut_out() {
    let text = "#EXTM3U\r
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"En\",URI=\"en.m3u8\"\r
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"De\",URI=\"de.m3u8\"\r
#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID=\"c\",NAME=\"En\",INSTREAM-ID=\"CC1\"\r
#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID=\"d\",NAME=\"En\",INSTREAM-ID=\"CC1\"\r
# a comment\r
#EXT-X-STREAM-INF:BANDWIDTH=1,AUDIO=\"a\",CLOSED-CAPTIONS=\"c\"\r
\r
1.m3u8\r
#EXT-X-STREAM-INF:BANDWIDTH=2,AUDIO=\"a\",CLOSED-CAPTIONS=\"d\"\r
2.m3u8\r
#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1,URI=\"i.m3u8\"";
    let expected = "#EXTM3U\r
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"De\",URI=\"de.m3u8\"\r
#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID=\"d\",NAME=\"En\",INSTREAM-ID=\"CC1\"\r
# a comment\r
\r
#EXT-X-STREAM-INF:BANDWIDTH=2,AUDIO=\"a\",CLOSED-CAPTIONS=\"d\"\r
2.m3u8\r
";
    assert_eq!(
        trimmed(text, &["audio:a:De", "2.m3u8@a"]).unwrap(),
        expected
    );
}

#[test]
fn a_media_playlist_stays_as_it_is() {
    let text = "#EXTM3U\n#EXTINF:4,\n1.ts\n";
    assert_eq!(trimmed(text, &["media"]).unwrap(), text);
}

#[test]
fn a_rendition_that_is_not_there_is_an_error() {
    let text = r#"<MPD><Period/></MPD>"#;
    let error = trimmed(text, &["v"]).unwrap_err();
    assert_eq!(error.message(), "has no rendition “v”");
}

/// Every fixture, trimmed to the renditions whose bit is set, has exactly these.
fn check_trimming(bits: u64) {
    let folder = folder("manifests");
    for (name, root) in roots(&folder) {
        let whole = read_fixture(&folder, &root).unwrap();
        let kept =
            |(index, rendition): (usize, Rendition)| (bits >> index & 1 == 1).then_some(rendition);
        let single = root.ends_with(".m3u8") && !root.ends_with("main.m3u8");
        let expected: Vec<Rendition> = match single {
            true => whole.renditions,
            false => whole
                .renditions
                .into_iter()
                .enumerate()
                .filter_map(kept)
                .collect(),
        };
        if expected.is_empty() {
            continue;
        }
        let ids: Vec<String> = expected
            .iter()
            .map(|rendition| rendition.description.id.clone())
            .collect();
        let text = fs::read(folder.join(root.strip_prefix(SITE).unwrap())).unwrap();
        let text = trim(&root, &text, &ids).unwrap();
        assert_eq!(trim(&root, &text, &ids).unwrap(), text, "{name}");
        let left = read_with_root(&folder, &root, text).unwrap();
        let left: Vec<Rendition> = left.renditions;
        // What a variant says of the codecs of a group goes with the variant.
        let comparable = |renditions: Vec<Rendition>| {
            let comparable = |mut rendition: Rendition| {
                rendition.description.codecs.clear();
                rendition
            };
            renditions
                .into_iter()
                .map(comparable)
                .collect::<Vec<Rendition>>()
        };
        assert_eq!(comparable(left), comparable(expected), "{name} {bits:b}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_trimmed_manifest_reads_as_what_was_kept(bits in any::<u64>()) {
        check_trimming(bits);
    }
}
