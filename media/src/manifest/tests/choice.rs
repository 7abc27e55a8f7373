//! Which renditions are chosen, as a table.

use super::*;

/// A description from words: an id, a kind, and what else differs from the default.
fn described(text: &str) -> Description {
    let mut words = text.split(' ');
    let id = words.next().unwrap();
    let mut description = Description {
        id: id.to_owned(),
        kind: match id.as_bytes()[0] {
            b'v' => Kind::Video,
            b'a' => Kind::Audio,
            b't' => Kind::Text,
            _ => Kind::Image,
        },
        ..Description::default()
    };
    for word in words {
        let (key, value) = word.split_once('=').unwrap_or((word, ""));
        match key {
            "period" => description.period = value.parse().unwrap(),
            "size" => {
                let (width, height) = value.split_once('x').unwrap();
                (description.width, description.height) =
                    (width.parse().unwrap(), height.parse().unwrap());
            }
            "rate" => description.bandwidth = value.parse().unwrap(),
            "codecs" => description.codecs = value.to_owned(),
            "lang" => description.language = value.to_owned(),
            "role" => description.roles.push(value.to_owned()),
            "label" => description.label = value.replace('_', " "),
            "group" => description.audio_group = Some(value.to_owned()),
            "variant" => description.variant = true,
            "auxiliary" => description.auxiliary = true,
            "on" => description.dependencies.push(value.to_owned()),
            _ => panic!("{word}"),
        }
    }
    description
}

/// The ids chosen with a quality, for someone who speaks Czech and then English, on a device that
/// plays everything but `no`.
fn chosen(quality: Quality, offered: &[&str]) -> Result<String, ChoiceError> {
    let descriptions: Vec<Description> = offered.iter().map(|text| described(text)).collect();
    let languages = ["cs".to_owned(), "en-GB".to_owned()];
    let wish = Wish {
        quality,
        languages: &languages,
    };
    let chosen = choose(&descriptions, &wish, &|description| {
        description.codecs != "no"
    })?;
    let ids: Vec<&str> = chosen
        .into_iter()
        .map(|index| &*descriptions[index].id)
        .collect();
    Ok(ids.join(" "))
}

use Quality::{Best, DataSaver, Standard};

#[test]
fn the_quality_decides_the_lines() {
    let ladder = [
        "v240 size=426x240",
        "v480 size=854x480",
        "v720 size=1280x720",
        "v1080 size=1920x1080",
    ];
    let large = ["v1080 size=1920x1080", "v2160 size=3840x2160"];
    let upright = ["v720 size=720x1280", "v480 size=480x854"];
    let wide = ["v800 size=1920x800", "v534 size=1280x534"];
    for (quality, offered, expected) in [
        (DataSaver, &ladder[..], "v480"),
        (Standard, &ladder, "v720"),
        (Best, &ladder, "v1080"),
        (DataSaver, &large, "v1080"),
        (Standard, &large, "v1080"),
        (Best, &large, "v2160"),
        (DataSaver, &upright, "v480"),
        (Standard, &upright, "v720"),
        (Standard, &wide, "v534"),
    ] {
        assert_eq!(
            chosen(quality, offered).as_deref(),
            Ok(expected),
            "{quality:?}"
        );
    }
}

#[test]
fn of_equal_lines_the_bandwidth_decides() {
    let offered = [
        "v-h264 size=1280x720 rate=3000",
        "v-av1 size=1280x720 rate=1000 codecs=no",
        "v-vp9 size=1280x720 rate=2000",
    ];
    assert_eq!(chosen(Standard, &offered).as_deref(), Ok("v-vp9"));
    assert_eq!(chosen(Best, &offered).as_deref(), Ok("v-h264"));
    let sizeless = ["v1 rate=3000", "v2 rate=1000"];
    assert_eq!(chosen(DataSaver, &sizeless).as_deref(), Ok("v2"));
    assert_eq!(chosen(Best, &sizeless).as_deref(), Ok("v1"));
}

#[test]
fn every_language_and_all_text_is_kept() {
    let offered = [
        "v1 size=640x360",
        "a-en lang=en rate=64",
        "a-en-high lang=en rate=128",
        "a-cs lang=cs rate=96",
        "a-cs-51 lang=cs rate=384",
        "a-described lang=en role=description rate=64",
        "a-director lang=en label=Director rate=64",
        "a-bad lang=fr codecs=no",
        "t-en lang=en",
        "t-de lang=de",
        "i-tiles",
    ];
    let rest = "t-en t-de";
    let high = format!("v1 a-cs-51 a-en-high a-described a-director {rest}");
    assert_eq!(chosen(Best, &offered), Ok(high.clone()));
    assert_eq!(chosen(Standard, &offered), Ok(high));
    let low = format!("v1 a-cs a-en a-described a-director {rest}");
    assert_eq!(chosen(DataSaver, &offered), Ok(low));
}

#[test]
fn channels_in_a_label_make_no_other_audio() {
    let offered = [
        "a1 label=English_(5.1) rate=384",
        "a2 label=English_stereo rate=96",
        "a3 label=Commentary rate=64",
    ];
    assert_eq!(chosen(Best, &offered).as_deref(), Ok("a1 a3"));
    assert_eq!(chosen(DataSaver, &offered).as_deref(), Ok("a2 a3"));
}

#[test]
fn audio_of_hls_comes_from_the_group_of_the_variant() {
    let offered = [
        "a-low lang=en group=low",
        "a-high lang=en group=high codecs=no",
        "a-high-cs lang=cs group=high codecs=no",
        "v-high size=1280x720 variant group=high rate=2",
        "v-low size=1280x720 variant group=low rate=3",
        "a-alone variant rate=1",
    ];
    assert_eq!(chosen(Standard, &offered).as_deref(), Ok("v-low a-low"));
    assert_eq!(chosen(Standard, &offered[1..4]), Err(ChoiceError::Audio));
    let muxed = ["v1 size=640x360 variant rate=2", "a-alone variant rate=1"];
    assert_eq!(chosen(Standard, &muxed).as_deref(), Ok("v1"));
    let sound = [
        "a1 variant rate=1",
        "a2 variant rate=2 group=g",
        "a-cs lang=cs group=g",
    ];
    assert_eq!(chosen(Best, &sound).as_deref(), Ok("a2 a-cs"));
    assert_eq!(chosen(DataSaver, &sound).as_deref(), Ok("a1"));
}

#[test]
fn plain_video_comes_before_special_ones() {
    let offered = [
        "v-trick size=1280x720 auxiliary",
        "v-sign size=1280x720 role=sign rate=1",
        "v-main size=1280x720 rate=9",
    ];
    assert_eq!(chosen(Standard, &offered).as_deref(), Ok("v-main"));
}

#[test]
fn what_a_rendition_depends_on_comes_with_it() {
    let offered = [
        "v-base size=640x360",
        "v-more size=1280x720 on=v-base",
        "v-most size=1920x1080 on=v-more on=v-base on=gone",
    ];
    assert_eq!(
        chosen(Best, &offered).as_deref(),
        Ok("v-most v-more v-base")
    );
    assert_eq!(chosen(DataSaver, &offered).as_deref(), Ok("v-base"));
    assert_eq!(
        chosen(Best, &["v1 on=v2", "v2 on=v1 rate=1"]).as_deref(),
        Ok("v2 v1")
    );
}

#[test]
fn every_period_has_its_own() {
    let offered = [
        "v1 size=640x360",
        "a1",
        "v2 size=320x180 period=1",
        "v3 size=640x360 period=1",
        "t1 period=1",
    ];
    assert_eq!(chosen(Best, &offered).as_deref(), Ok("v1 a1 v3 t1"));
}

#[test]
fn what_does_not_play_is_said_in_words() {
    assert_eq!(chosen(Best, &[]), Err(ChoiceError::Empty));
    assert_eq!(chosen(Best, &["t1"]), Err(ChoiceError::Empty));
    assert_eq!(
        chosen(Best, &["v1 codecs=no", "a1"]),
        Err(ChoiceError::Video)
    );
    assert_eq!(
        chosen(Best, &["v1", "a1 codecs=no"]),
        Err(ChoiceError::Audio)
    );
    assert_eq!(chosen(Best, &["a1 codecs=no"]), Err(ChoiceError::Audio));
    assert_eq!(chosen(Best, &["v1"]).as_deref(), Ok("v1"));
}
