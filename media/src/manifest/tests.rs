mod accepted;
mod choice;
mod hostile;
mod refused;
mod trimming;

use std::fs;
use std::path::{Path, PathBuf};

use super::*;

/// Where fixtures are said to be.
const SITE: &str = "https://media.example/fixtures/";

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(name)
}

/// The addresses of all manifests in a fixture folder, by their names: files, and `main.m3u8` in folders.
fn roots(folder: &Path) -> BTreeMap<String, String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let root = |entry: fs::DirEntry| {
        let file = entry.file_name().into_string().unwrap();
        let name = file.split('.').next().unwrap().to_owned();
        let inner = if entry.path().is_dir() {
            "/main.m3u8"
        } else {
            ""
        };
        (name, format!("{SITE}{file}{inner}"))
    };
    let roots: BTreeMap<String, String> = entries
        .filter(|entry| {
            entry
                .path()
                .extension()
                .is_none_or(|extension| extension != "txt")
        })
        .map(root)
        .collect();
    assert!(roots.len() > 20, "{}", folder.display());
    roots
}

/// Reads a manifest with everything that it wants from a fixture folder.
fn read_fixture(folder: &Path, root: &str) -> Result<Presentation, ManifestError> {
    let path = root.strip_prefix(SITE).unwrap();
    read_with_root(folder, root, fs::read(folder.join(path)).unwrap())
}

/// The same with other bytes for the manifest itself.
fn read_with_root(
    folder: &Path,
    root: &str,
    bytes: Vec<u8>,
) -> Result<Presentation, ManifestError> {
    let mut documents = BTreeMap::from([(root.to_owned(), bytes)]);
    let addresses = match read(root, &documents)? {
        Reading::Whole(presentation) => return Ok(presentation),
        Reading::Wants(addresses) => addresses,
    };
    for address in addresses {
        let path = address
            .strip_prefix(SITE)
            .unwrap_or("none")
            .split('?')
            .next()
            .unwrap();
        let bytes = fs::read(folder.join(path)).unwrap_or_default();
        documents.insert(address, bytes);
    }
    match read(root, &documents)? {
        Reading::Whole(presentation) => Ok(presentation),
        Reading::Wants(addresses) => panic!("{root} still wants {addresses:?}"),
    }
}

/// Reads one document that needs no other.
fn read_one(address: &str, bytes: &[u8]) -> Result<Presentation, ManifestError> {
    match read(
        address,
        &BTreeMap::from([(address.to_owned(), bytes.to_vec())]),
    )? {
        Reading::Whole(presentation) => Ok(presentation),
        Reading::Wants(addresses) => panic!("wants {addresses:?}"),
    }
}

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

#[test]
fn live_streams_are_unfinished() {
    let playlist = "#EXTM3U\n#EXTINF:4,\n1.ts\n";
    assert!(read_one("/a.m3u8", playlist.as_bytes()).unwrap().unfinished);
    let part = format!("{playlist}#EXT-X-PART:DURATION=1,URI=\"2a.ts\"\n#EXT-X-ENDLIST\n");
    assert!(read_one("/a.m3u8", part.as_bytes()).unwrap().unfinished);
    let template =
        r#"<SegmentTemplate duration="2" media="$Number$.m4s"/><Representation id="v"/>"#;
    let mpd = format!(
        r#"<MPD type="dynamic"><Period start="PT0S"><AdaptationSet contentType="video">{template}</AdaptationSet></Period></MPD>"#
    );
    let live = read_one("/a.mpd", mpd.as_bytes()).unwrap();
    assert!(live.unfinished && live.duration.is_none() && live.renditions[0].segments.is_empty());
}

#[test]
fn descriptions_are_stored_without_what_is_unknown() {
    let description = Description {
        id: "v".to_owned(),
        height: 720,
        ..Description::default()
    };
    let json = serde_json::to_string(&description).unwrap();
    assert_eq!(json, r#"{"id":"v","kind":"video","height":720}"#);
    assert_eq!(
        serde_json::from_str::<Description>(&json).unwrap(),
        description
    );
}
