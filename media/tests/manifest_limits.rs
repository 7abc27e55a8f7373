//! What reading costs: manifests that are large in one way each, up to what a document may have, stay
//! within 64 MiB, and their work does not explode. A test binary of its own, because its allocator counts.

#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use media::manifest::{Quality, Reading, Wish, choose, read, trim};

/// The system's allocator, with a count of what is in use and of the most that ever was.
struct Counting;

static USED: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call goes to the system's allocator unchanged; only counters are added.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let used = USED.fetch_add(layout.size(), Relaxed) + layout.size();
        MOST.fetch_max(used, Relaxed);
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        USED.fetch_sub(layout.size(), Relaxed);
        // SAFETY: the caller keeps the contract of `dealloc`, and all blocks are the system's.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const MOST_BYTES: usize = 64 * 1024 * 1024;
/// What only work that grows faster than its input takes; the slowest input takes 0.2 s when optimized.
const FAR_TOO_LONG: Duration = Duration::from_secs(60);

/// The time that this thread has run, which other work on the machine does not lengthen.
fn running_time() -> Duration {
    let times = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    let nanoseconds = times.split(' ').next().and_then(|time| time.parse().ok());
    Duration::from_nanos(nanoseconds.unwrap())
}

/// What `work` needs at most beyond what is in use before, and how long it takes.
fn measure<T>(name: &str, work: impl FnOnce() -> T) -> T {
    let before = USED.load(Relaxed);
    MOST.store(before, Relaxed);
    let start = running_time();
    let result = work();
    let (took, bytes) = (running_time() - start, MOST.load(Relaxed) - before);
    println!("{name}: {took:?}, {} KiB", bytes / 1024);
    assert!(took < FAR_TOO_LONG, "{name}: {took:?}");
    assert!(bytes < MOST_BYTES, "{name}: {bytes} bytes");
    result
}

fn survive(name: &str, input: &str) {
    let root = "https://media.example/a/m.m3u8?x=1";
    let bytes = &input.as_bytes()[..input.len().min(16 * 1024 * 1024)];
    let mut documents = BTreeMap::from([(root.to_owned(), bytes.to_vec())]);
    let mut outcome = measure(name, || read(root, &documents));
    if let Ok(Reading::Wants(addresses)) = outcome {
        let playlist = b"#EXTM3U\n#EXTINF:4,\n1.ts\n#EXT-X-ENDLIST\n";
        documents.extend(
            addresses
                .into_iter()
                .map(|address| (address, playlist.to_vec())),
        );
        outcome = measure(&format!("{name}, with playlists"), || {
            read(root, &documents)
        });
    }
    let Ok(Reading::Whole(presentation)) = outcome else {
        return;
    };
    let descriptions = presentation
        .renditions
        .iter()
        .map(|rendition| &rendition.description);
    let wish = Wish {
        quality: Quality::Best,
        languages: &[],
    };
    let chosen = measure(&format!("{name}, choice"), || {
        choose(descriptions, &wish, &|_| true)
    });
    let chosen = chosen.unwrap_or_default().into_iter();
    let ids: Vec<String> = chosen
        .map(|index| presentation.renditions[index].description.id.clone())
        .collect();
    drop(presentation);
    measure(&format!("{name}, trimming"), || trim(root, bytes, &ids)).unwrap();
}

#[test]
fn large_manifests_take_bounded_time_and_memory() {
    let set = |inner: &str, representations: &str| {
        format!(
            "<MPD mediaPresentationDuration=\"PT10000S\"><Period><AdaptationSet mimeType=\"video/mp4\">{inner}{representations}</AdaptationSet></Period></MPD>"
        )
    };
    let many = |count: usize, text: &str| text.repeat(count);
    let template = "<SegmentTemplate media=\"$Number$\" duration=\"1\"/>";
    let representations = |count: usize| -> String {
        (0..count)
            .map(|index| {
                format!(
                    "<Representation id=\"{index}\" dependencyId=\"{}\"/>",
                    index + 1
                )
            })
            .collect()
    };
    let playlist = |lines: &str, count: usize| format!("#EXTM3U\n{}", many(count, lines));
    let long = "a/".repeat(4000);
    let variants: String = (0..20_000)
        .map(|index| format!("#EXT-X-STREAM-INF:BANDWIDTH=1\n{index}.m3u8\n"))
        .collect();
    let keys: String = (0..100_000)
        .map(|index| format!("#EXT-X-KEY:METHOD=AES-128,URI=\"{index}\",KEYFORMAT=\"{index}\"\n"))
        .collect();
    let one = |count: usize| -> String {
        let variant =
            |index: usize| format!("#EXT-X-STREAM-INF:BANDWIDTH=1,AUDIO=\"{index}\"\nv.m3u8\n");
        (0..count).map(variant).collect()
    };
    let inputs = [
        many(1_000_000, "<a/>"),
        many(100_000, "<a>"),
        format!("<MPD {}/>", many(1_000_000, "a=\"\" ")),
        format!("<MPD>{}</MPD>", many(5_000_000, "<!---->")),
        set(
            &format!("<BaseURL>{long}</BaseURL>{template}"),
            &representations(10),
        ),
        set(
            "<SegmentList duration=\"1\"><SegmentURL media=\"a\"/></SegmentList>",
            &representations(10_000),
        ),
        set(
            "<SegmentTemplate media=\"$Number$\"/>",
            &representations(9_999),
        ),
        set(
            &format!("<SegmentTemplate media=\"{long}$Number$\"/>"),
            &representations(9_999),
        ),
        set(
            &format!("{template}<Label>{}</Label>", many(60_000, "x")),
            &representations(9_999),
        ),
        set(
            &format!("{template}{}", many(200_000, "<Role value=\"main\"/>")),
            &representations(9_999),
        ),
        set(
            &format!(
                "{template}{}",
                many(1000, &format!("<x y=\"{}\"/>", many(15_000, "z")))
            ),
            &representations(999),
        ),
        set(
            "",
            &many(100_000, "<EssentialProperty schemeIdUri=\"a\" id=\"b\"/>"),
        ),
        format!(
            "<MPD>{}</MPD>",
            many(200_000, "<Period duration=\"PT1S\"/>")
        ),
        playlist("\n", 16_000_000),
        playlist("#EXTINF:1,\na\n", 99_000),
        playlist("#EXTINF:1,\na\n", 1_000_000),
        playlist(&format!("#EXTINF:1,\n{long}\n"), 1900),
        playlist("#EXT-X-DEFINE:NAME=\"a\",VALUE=\"a\"\n", 500_000),
        format!(
            "#EXTM3U\n#EXT-X-DEFINE:NAME=\"a\",VALUE=\"{long}\"\n{}",
            many(500_000, "#EXTINF:1,\n{$a}\n")
        ),
        format!("#EXTM3U\n#EXT-X-KEY:{}\n", many(2_000_000, "A=\"\",")),
        format!("#EXTM3U\n{keys}"),
        format!("#EXTM3U\n{variants}"),
        format!("#EXTM3U\n{}", one(9_999)),
        format!(
            "#EXTM3U\n{}{}",
            many(50_000, "#EXT-X-SESSION-KEY:METHOD=AES-128,URI=\"k\"\n"),
            one(9_999)
        ),
        set(&format!("<SegmentTemplate media=\"$Time$\" presentationTimeOffset=\"900000000\"><SegmentTimeline>{}</SegmentTimeline></SegmentTemplate>", many(200, "<S d=\"1\" r=\"99999\"/>")), &representations(5000)),
        set(&format!("<SegmentTemplate media=\"$Time$\" endNumber=\"1\"><SegmentTimeline>{}</SegmentTimeline></SegmentTemplate>", many(200_000, "<S d=\"1\"/>")), &representations(5000)),
        set(&format!("<SegmentTemplate media=\"$Time$\"><SegmentTimeline><S d=\"10000\"/>{}</SegmentTimeline></SegmentTemplate>", many(200_000, "<x/>")), &representations(5000)),
        set(&format!("<SegmentList><SegmentTimeline>{}</SegmentTimeline></SegmentList>", many(200, "<S d=\"1\" r=\"400\"/>")), &representations(5000)),
        set(&format!("<SegmentList duration=\"1\"><SegmentURL media=\"a\"/>{}</SegmentList>", many(200_000, "<x/>")), &representations(5000)),
        set(&format!("<SegmentList duration=\"1\">{}</SegmentList>", many(200_000, "<SegmentURL/>")), &representations(5000)),
        set(&format!("<SegmentList duration=\"1\"><Initialization {} range=\"0-1\"/><SegmentURL media=\"a\"/></SegmentList>", many(1500, "a=\"bcdef\" ")), &representations(9_900)),
        format!("<MPD><BaseURL>{}</BaseURL><Period>{}</Period></MPD>", "a/".repeat(3900), many(200_000, "<AdaptationSet/>")),
        format!("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1,AUDIO=\"a\",CODECS=\"{}\"\nv.m3u8\n{}", many(10_000, "mp4a,"),
            (0..9_000).map(|index| format!("#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"{index}\",URI=\"a.m3u8\"\n")).collect::<String>()),
        playlist("#EXT-X-I-FRAME-STREAM-INF\n", 600_000),
        (0..250).map(|index| format!("#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"{}{index}\",NAME=\"a\",URI=\"a.m3u8\"\n", "x".repeat(60_000))).collect(),
    ];
    for (index, input) in inputs.iter().enumerate() {
        survive(&format!("input {index}"), input);
    }
}
