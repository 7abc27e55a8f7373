//! The DASH manifest (ISO/IEC 23009-1) of a stream.

use super::rendition::{Kind, Rendition};
use super::track::Track;
use crate::sample::film::{ClearKey, Layout};

/// The manifest's text.
pub(crate) fn manifest(renditions: &[Rendition], layout: Layout, key: Option<&ClearKey>) -> String {
    let tracks = renditions.iter().map(|rendition| &rendition.track);
    let longest = tracks.map(|track| track.seconds(track.longest()));
    let buffer = longest.fold(0.0, f64::max).ceil();
    let duration = renditions.first().map_or(0.0, Rendition::seconds);
    let profile = match layout {
        Layout::Segments => "live",
        Layout::OneFile => "on-demand",
    };
    let namespace = match key {
        Some(_) => " xmlns:cenc=\"urn:mpeg:cenc:2013\"",
        None => "",
    };
    let (pictures, voices): (Vec<_>, Vec<_>) = renditions
        .iter()
        .partition(|rendition| rendition.is_picture());
    let sets = std::iter::once(pictures.as_slice()).chain(voices.chunks(1));
    let sets: String = sets.map(|set| adaptation_set(set, layout, key)).collect();
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<MPD xmlns="urn:mpeg:dash:schema:mpd:2011"{namespace} type="static" profiles="urn:mpeg:dash:profile:isoff-{profile}:2011"
     mediaPresentationDuration="PT{duration}S" minBufferTime="PT{buffer}S">
  <Period id="film">
{sets}  </Period>
</MPD>
"#
    )
}

/// Renditions between which a player may change at every segment.
fn adaptation_set(renditions: &[&Rendition], layout: Layout, key: Option<&ClearKey>) -> String {
    let Some(first) = renditions.first() else {
        return String::new();
    };
    let alignment = match layout {
        Layout::Segments => r#"segmentAlignment="true" startWithSAP="1""#,
        Layout::OneFile => r#"subsegmentAlignment="true" subsegmentStartsWithSAP="1""#,
    };
    let protection = key.map(protection).unwrap_or_default();
    let template = match layout {
        Layout::Segments => template(&first.track),
        Layout::OneFile => String::new(),
    };
    let representations = renditions.iter();
    let representations: String = representations
        .map(|rendition| representation(rendition, layout))
        .collect();
    match first.kind {
        Kind::Picture { rate, .. } => format!(
            r#"    <AdaptationSet contentType="video" mimeType="video/mp4" frameRate="{rate}" {alignment}>
{protection}{template}{representations}    </AdaptationSet>
"#
        ),
        Kind::Voice { language, default } => format!(
            r#"    <AdaptationSet contentType="audio" mimeType="audio/mp4" lang="{tag}" audioSamplingRate="{rate}" {alignment}>
      <AudioChannelConfiguration schemeIdUri="urn:mpeg:mpegB:cicp:ChannelConfiguration" value="2"/>
{protection}      <Label>{name}</Label>
      <Role schemeIdUri="urn:mpeg:dash:role:2011" value="{role}"/>
{template}{representations}    </AdaptationSet>
"#,
            tag = language.tag(),
            rate = first.track.timescale,
            name = language.name(),
            role = if default { "main" } else { "dub" },
        ),
    }
}

/// The scheme with the key's id, and the system that takes its keys from the page.
fn protection(key: &ClearKey) -> String {
    let id = key.id.map(|byte| format!("{byte:02x}")).concat();
    let groups = [&id[..8], &id[8..12], &id[12..16], &id[16..20], &id[20..]];
    format!(
        r#"      <ContentProtection schemeIdUri="urn:mpeg:dash:mp4protection:2011" value="cenc" cenc:default_KID="{}"/>
      <ContentProtection schemeIdUri="urn:uuid:e2719d58-a985-b3c9-781a-b030af78d30e" value="ClearKey1.0"/>
"#,
        groups.join("-")
    )
}

/// The names of all segments and when each begins.
fn template(track: &Track) -> String {
    let mut times = String::new();
    for run in track.segments.chunk_by(|a, b| a.duration == b.duration) {
        let repeat = match run.len() - 1 {
            0 => String::new(),
            more => format!(r#" r="{more}""#),
        };
        times += &format!("          <S d=\"{}\"{repeat}/>\n", run[0].duration);
    }
    format!(
        r#"      <SegmentTemplate timescale="{}" initialization="$RepresentationID$/init.mp4" media="$RepresentationID$/$Number$.m4s" startNumber="1">
        <SegmentTimeline>
{times}        </SegmentTimeline>
      </SegmentTemplate>
"#,
        track.timescale
    )
}

fn representation(rendition: &Rendition, layout: Layout) -> String {
    let Rendition {
        id, codecs, track, ..
    } = rendition;
    let size = match rendition.kind {
        Kind::Picture {
            size: (width, height),
            ..
        } => format!(r#" width="{width}" height="{height}" sar="1:1""#),
        Kind::Voice { .. } => String::new(),
    };
    let bandwidth = track.peak_bandwidth();
    let start = format!(
        r#"      <Representation id="{id}" codecs="{codecs}" bandwidth="{bandwidth}"{size}"#
    );
    match layout {
        Layout::Segments => format!("{start}/>\n"),
        Layout::OneFile => {
            let (init, index) = (track.init.len(), track.index().len());
            format!(
                r#"{start}>
        <BaseURL>{file}</BaseURL>
        <SegmentBase timescale="{timescale}" indexRange="{init}-{end}"><Initialization range="0-{last}"/></SegmentBase>
      </Representation>
"#,
                file = rendition.file(),
                timescale = track.timescale,
                last = init - 1,
                end = init + index - 1,
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::rendition::tests::renditions;
    use super::*;

    #[test]
    fn equal_durations_are_written_once() {
        let mut track = super::super::track::tests::track();
        track.segments.insert(
            0,
            super::super::track::Segment {
                bytes: Vec::new(),
                duration: 4000,
            },
        );
        let template = template(&track);
        assert!(template.contains("<S d=\"4000\" r=\"1\"/>\n          <S d=\"1000\"/>"));
    }

    #[test]
    fn one_file_is_named_with_its_index() {
        let renditions = renditions();
        let text = manifest(&renditions, Layout::OneFile, None);
        let (init, file) = (
            renditions[0].track.init.len(),
            renditions[0].track.one_file(),
        );
        let range = format!(r#"indexRange="{init}-{}""#, init + 55);
        assert!(text.contains(&range), "{text}");
        assert_eq!(&file[init + 4..init + 8], b"sidx");
        assert!(text.contains("<BaseURL>720p.mp4</BaseURL>"));
        assert!(text.contains(r#"mediaPresentationDuration="PT5S""#));
    }

    #[test]
    fn the_id_of_the_key_is_grouped() {
        let key = ClearKey {
            id: [0x1f; 16],
            value: [0; 16],
        };
        let text = manifest(&renditions(), Layout::Segments, Some(&key));
        assert!(text.contains(r#"cenc:default_KID="1f1f1f1f-1f1f-1f1f-1f1f-1f1f1f1f1f1f""#));
        assert!(text.contains(r#"xmlns:cenc="urn:mpeg:cenc:2013""#));
    }
}
