//! Every construct against the list of files that the standards make of it.

use std::fmt::Write;

use super::*;

#[test]
fn every_construct_is_read_as_the_standards_say() {
    let folder = folder("manifests");
    insta::with_settings!({
        snapshot_path => "../../../fixtures/manifests-expected",
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, {
        for (name, root) in roots(&folder) {
            let presentation = read_fixture(&folder, &root);
            let presentation = presentation.unwrap_or_else(|error| panic!("{error}"));
            assert!(!presentation.unfinished, "{name}");
            insta::assert_snapshot!(name, shown(&presentation));
        }
    });
}

/// A line for each rendition and each segment, with addresses as the fixture's folder has them.
fn shown(presentation: &Presentation) -> String {
    let short = |address: &str| address.strip_prefix(SITE).unwrap_or(address).to_owned();
    let mut text = format!("{:?}", presentation.format);
    if let Some(duration) = presentation.duration {
        write!(text, ", {duration} s").unwrap();
    }
    for document in &presentation.documents {
        write!(text, ", {}", short(document)).unwrap();
    }
    for rendition in &presentation.renditions {
        let json = serde_json::to_string(&rendition.description).unwrap();
        write!(text, "\n\n{}", json.replace(SITE, "")).unwrap();
        for segment in &rendition.segments {
            write!(
                text,
                "\n{:<5} {}",
                format!("{:?}", segment.use_),
                short(&segment.url)
            )
            .unwrap();
            if let Some(span) = segment.range {
                write!(text, " [{}-{}]", span.start, span.end - 1).unwrap();
            }
            if segment.use_ == Use::Media {
                write!(text, " {} s", segment.duration).unwrap();
            }
        }
    }
    text
}
