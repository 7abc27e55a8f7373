//! Whatever the input: an answer or an error in bounded time and size, never a panic.

use std::time::{Duration, Instant};

use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;

use super::*;

/// What the limits allow, with room for the strings' own overhead.
const MOST_BYTES: usize = 48 * 1024 * 1024;

/// Reads bytes as a manifest in which every playlist has these bytes too.
fn survive(bytes: &[u8]) {
    let root = "https://media.example/a/m.m3u8?x=1";
    let mut documents = BTreeMap::from([(root.to_owned(), bytes.to_vec())]);
    let start = Instant::now();
    let mut outcome = read(root, &documents);
    if let Ok(Reading::Wants(addresses)) = &outcome {
        let playlist = b"#EXTM3U\n#EXTINF:4,\n1.ts\n#EXT-X-ENDLIST\n";
        documents.extend(
            addresses
                .iter()
                .map(|address| (address.clone(), playlist.to_vec())),
        );
        outcome = read(root, &documents);
    }
    match outcome {
        Ok(Reading::Whole(presentation)) => check(&presentation, root, bytes),
        Ok(Reading::Wants(addresses)) => panic!("still wants {addresses:?}"),
        Err(error) => assert!(error.to_string().len() < 1000 && error.line() != Some(0)),
    }
    assert!(
        start.elapsed() < Duration::from_secs(1),
        "{:?}",
        start.elapsed()
    );
}

fn check(presentation: &Presentation, root: &str, bytes: &[u8]) {
    let mut size = 0;
    for rendition in &presentation.renditions {
        for segment in &rendition.segments {
            size += size_of::<Segment>() + segment.url.len();
            assert!(
                segment.duration.is_finite() && segment.duration >= 0.0,
                "{segment:?}"
            );
            assert!(
                segment.range.is_none_or(|span| span.start < span.end),
                "{segment:?}"
            );
            assert!(
                segment.url.starts_with("http") && !segment.url.contains(['#', ' ']),
                "{segment:?}"
            );
        }
    }
    assert!(size < MOST_BYTES, "{size}");
    let ids: Vec<String> = presentation
        .renditions
        .iter()
        .map(|rendition| rendition.description.id.clone())
        .collect();
    let _ = trim(root, bytes, &ids).unwrap();
    let languages = ["en".to_owned()];
    let wish = Wish {
        quality: Quality::Best,
        languages: &languages,
    };
    let _ = choose(
        presentation
            .renditions
            .iter()
            .map(|rendition| &rendition.description),
        &wish,
        &|_| true,
    );
}

/// The bytes of all fixtures, refused ones included.
fn fixtures() -> Vec<Vec<u8>> {
    let mut fixtures = Vec::new();
    for folder in [folder("manifests"), folder("manifests-refused")] {
        for root in roots(&folder).into_values() {
            fixtures.push(fs::read(folder.join(root.strip_prefix(SITE).unwrap())).unwrap());
        }
    }
    fixtures
}

/// Numbers at the edges of what their readers hold.
fn number() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<u64>().prop_map(|number| number.to_string()),
        (0_u64..2000).prop_map(|number| number.to_string()),
        any::<i64>().prop_map(|number| number.to_string()),
        any::<f64>().prop_map(|number| number.to_string()),
        prop::sample::select(vec![
            "0",
            "-1",
            "1",
            "18446744073709551615",
            "4294967296",
            "NaN",
            "",
            "1e999",
            "99999999999999999999999"
        ])
        .prop_map(str::to_owned),
    ]
}

prop_compose! {
    fn mpd()(
        numbers in prop::collection::vec(number(), 16),
        duration in prop::sample::select(vec!["PT10S", "PT0S", "PT1H", "P500Y", "PT0.000000001S", "P1DT", ""]),
        timeline in any::<bool>(),
        kind in prop::sample::select(vec!["static", "dynamic"]),
        template in prop::sample::select(vec!["$Number$", "$Time%020d$/../..", "$Bandwidth%09d$$Number$", "x"]),
    ) -> String {
        let n = |index: usize| &numbers[index];
        let runs = format!(
            "<SegmentTimeline><S t=\"{}\" d=\"{}\" r=\"{}\"/><S t=\"{}\" d=\"{}\" r=\"{}\"/><S d=\"{}\"/></SegmentTimeline>",
            n(0), n(1), n(2), n(3), n(4), n(5), n(6),
        );
        format!(
            "<MPD type=\"{kind}\" mediaPresentationDuration=\"{duration}\"><Period start=\"PT{}S\"><AdaptationSet mimeType=\"video/mp4\">\
            <SegmentTemplate media=\"{template}\" timescale=\"{}\" duration=\"{}\" startNumber=\"{}\" endNumber=\"{}\" presentationTimeOffset=\"{}\">{}</SegmentTemplate>\
            <Representation id=\"v\" bandwidth=\"{}\" width=\"{}\"/></AdaptationSet></Period></MPD>",
            n(7), n(8), n(9), n(10), n(11), n(12), if timeline { &runs } else { "" }, n(13), n(14),
        )
    }
}

fn config(cases: u32) -> ProptestConfig {
    let failure_persistence = Some(Box::new(FileFailurePersistence::Off) as _);
    ProptestConfig {
        cases,
        failure_persistence,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config(2000))]

    #[test]
    fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..400), start in 0_usize..3) {
        survive(&[["", "#EXTM3U\n", "<MPD>"][start].as_bytes(), &bytes].concat());
    }

    #[test]
    fn hostile_numbers_are_survived(mpd in mpd()) {
        survive(mpd.as_bytes());
    }

    #[test]
    fn hostile_playlists_are_survived(numbers in prop::collection::vec(number(), 6)) {
        let [a, b, c, d, e, f] = &numbers[..] else { unreachable!() };
        survive(format!(
            "#EXTM3U\n#EXT-X-MAP:URI=\"i\",BYTERANGE=\"{a}@{b}\"\n#EXTINF:{c},\n#EXT-X-BYTERANGE:{d}@{e}\nx\n\
            #EXTINF:{c},\n#EXT-X-BYTERANGE:{f}\nx\n#EXT-X-ENDLIST\n"
        ).as_bytes());
    }

    #[test]
    fn mutated_fixtures_are_survived(
        index in any::<prop::sample::Index>(),
        other in any::<prop::sample::Index>(),
        cuts in any::<[prop::sample::Index; 4]>(),
        byte in any::<u8>(),
    ) {
        let fixtures = fixtures();
        let (bytes, other) = (index.get(&fixtures), other.get(&fixtures));
        let [from, to, start, end] = cuts;
        let place = |cut: prop::sample::Index, bytes: &[u8]| cut.index(bytes.len() + 1);
        let (from, to) = (place(from, bytes), place(to, bytes));
        let (start, end) = (place(start, other), place(end, other));
        let piece = &other[start.min(end)..start.max(end)];
        survive(&[&bytes[..from.min(to)], piece, &[byte], &bytes[from.max(to)..]].concat());
    }
}

/// One sixty-minute video in five renditions, far within what a page can wait for.
#[test]
fn an_hour_is_read_quickly() {
    let representations: String = (0..5)
        .map(|index| format!("<Representation id=\"v{index}\" bandwidth=\"1\"/>"))
        .collect();
    let timeline = "<S t=\"0\" d=\"180000\"/>".to_owned() + &"<S d=\"180000\"/>".repeat(1799);
    let mpd = format!(
        "<MPD mediaPresentationDuration=\"PT1H\"><Period><AdaptationSet mimeType=\"video/mp4\"><SegmentTemplate timescale=\"90000\" \
        media=\"$RepresentationID$/$Number%05d$.m4s\"><SegmentTimeline>{timeline}</SegmentTimeline></SegmentTemplate>{representations}</AdaptationSet></Period></MPD>"
    );
    let start = Instant::now();
    let presentation = read_one(
        "https://media.example/films/one/manifest.mpd",
        mpd.as_bytes(),
    )
    .unwrap();
    let took = start.elapsed();
    assert_eq!(
        presentation.renditions[4].segments[1799].url,
        "https://media.example/films/one/v4/01800.m4s"
    );
    println!("took {took:?}");
    assert!(took < Duration::from_millis(100), "{took:?}");
}
