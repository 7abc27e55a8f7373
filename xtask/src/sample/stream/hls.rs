//! The HLS playlists (RFC 8216) of a stream.

use super::rendition::{Kind, Rendition};
use super::track::Track;
use crate::sample::film::Layout;

/// The playlist that names all others.
pub(crate) fn multivariant(renditions: &[Rendition]) -> String {
    let mut text = String::from("#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n");
    for Rendition { id, kind, .. } in renditions {
        if let Kind::Voice { language, default } = kind {
            let default = if *default { "YES" } else { "NO" };
            text += &format!(
                "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"voice\",NAME=\"{}\",LANGUAGE=\"{}\",DEFAULT={default},AUTOSELECT=YES,\
                 CHANNELS=\"2\",URI=\"{id}.m3u8\"\n",
                language.name(),
                language.tag()
            );
        }
    }
    let voices = || {
        renditions
            .iter()
            .filter(|rendition| !rendition.is_picture())
    };
    let loudest = |of: fn(&Track) -> u64| voices().map(|voice| of(&voice.track)).fold(0, u64::max);
    let (peak, average) = (
        loudest(Track::peak_bandwidth),
        loudest(Track::average_bandwidth),
    );
    let sound = voices().next().map_or("", |voice| voice.codecs.as_str());
    for Rendition {
        id,
        kind,
        codecs,
        track,
    } in renditions
    {
        if let Kind::Picture {
            size: (width, height),
            rate,
        } = kind
        {
            text += &format!(
                "#EXT-X-STREAM-INF:BANDWIDTH={},AVERAGE-BANDWIDTH={},CODECS=\"{codecs},{sound}\",RESOLUTION={width}x{height},\
                 FRAME-RATE={rate}.000,AUDIO=\"voice\"\n{id}.m3u8\n",
                track.peak_bandwidth() + peak,
                track.average_bandwidth() + average,
            );
        }
    }
    text
}

/// The playlist of one rendition.
pub(crate) fn media(rendition: &Rendition, layout: Layout) -> String {
    let Rendition { id, track, .. } = rendition;
    let target = track.seconds(track.longest()).round();
    let mut text = format!(
        "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:{target}\n#EXT-X-PLAYLIST-TYPE:VOD\n"
    );
    let file = rendition.file();
    text += &match layout {
        Layout::Segments => format!("#EXT-X-MAP:URI=\"{id}/init.mp4\"\n"),
        Layout::OneFile => {
            let length = track.init.len();
            format!("#EXT-X-MAP:URI=\"{file}\",BYTERANGE=\"{length}@0\"\n")
        }
    };
    let mut offset = track.init.len() + track.index().len();
    for (number, segment) in (1..).zip(&track.segments) {
        text += &format!("#EXTINF:{:.6},\n", track.seconds(segment.duration));
        let length = segment.bytes.len();
        text += &match layout {
            Layout::Segments => format!("{id}/{number}.m4s\n"),
            Layout::OneFile => format!("#EXT-X-BYTERANGE:{length}@{offset}\n{file}\n"),
        };
        offset += length;
    }
    text + "#EXT-X-ENDLIST\n"
}

#[cfg(test)]
mod tests {
    use super::super::rendition::tests::renditions;
    use super::*;

    #[test]
    fn ranges_follow_each_other_to_the_end_of_the_file() {
        let rendition = &renditions()[0];
        let text = media(rendition, Layout::OneFile);
        let ranges: Vec<(usize, usize)> = text
            .lines()
            .filter_map(|line| line.strip_prefix("#EXT-X-BYTERANGE:")?.split_once('@'))
            .map(|(length, offset)| (length.parse().unwrap(), offset.parse().unwrap()))
            .collect();
        assert_eq!(ranges[0].0 + ranges[0].1, ranges[1].1);
        assert_eq!(ranges[1].0 + ranges[1].1, rendition.track.one_file().len());
        assert!(text.contains("#EXT-X-TARGETDURATION:4\n"));
    }

    #[test]
    fn a_variant_needs_its_picture_and_its_sound() {
        let renditions = renditions();
        let text = multivariant(&renditions);
        let both = renditions[0].track.peak_bandwidth() + renditions[1].track.peak_bandwidth();
        assert!(text.contains(&format!("STREAM-INF:BANDWIDTH={both},")));
        assert!(text.contains("NAME=\"English\",LANGUAGE=\"en\",DEFAULT=YES"));
    }
}
