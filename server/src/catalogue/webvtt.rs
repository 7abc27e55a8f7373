//! The cues of a WebVTT chapters file: when each starts, and its first line as the title.

use super::Chapter;

/// Reads the cues in the order of their starts. `None` where the text is not WebVTT; a cue whose
/// timing cannot be read is left out, as browsers do.
pub(crate) fn chapters(text: &str) -> Option<Vec<Chapter>> {
    let text = text
        .strip_prefix('\u{feff}')
        .unwrap_or(text)
        .replace("\r\n", "\n")
        .replace('\r', "\n");
    let rest = text.strip_prefix("WEBVTT")?;
    if !rest.is_empty() && !rest.starts_with([' ', '\t', '\n']) {
        return None;
    }
    let mut chapters: Vec<Chapter> = rest.split("\n\n").filter_map(cue).collect();
    chapters.sort_by(|a, b| a.start.total_cmp(&b.start));
    Some(chapters)
}

fn cue(block: &str) -> Option<Chapter> {
    let mut lines = block.lines().skip_while(|line| !line.contains("-->"));
    let (start, _) = lines.next()?.split_once("-->")?;
    let start = timestamp(start.trim())?;
    let title = plain(lines.next()?.trim());
    (!title.is_empty()).then_some(Chapter { start, title })
}

/// `mm:ss.ttt` or `hh:mm:ss.ttt`, in seconds.
fn timestamp(text: &str) -> Option<f64> {
    let (clock, millis) = text.split_once('.')?;
    let number = |part: &str| {
        let valid = (2..=6).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        valid.then(|| part.parse::<u32>().ok()).flatten()
    };
    let parts = clock.split(':').map(number).collect::<Option<Vec<u32>>>()?;
    let (hours, minutes, seconds) = match parts.as_slice() {
        [minutes, seconds] => (0, *minutes, *seconds),
        [hours, minutes, seconds] => (*hours, *minutes, *seconds),
        _ => return None,
    };
    let millis = (millis.len() == 3).then(|| number(millis)).flatten()?;
    let valid = minutes < 60 && seconds < 60;
    let whole = f64::from(hours) * 3600.0 + f64::from(minutes * 60 + seconds);
    valid.then_some(whole + f64::from(millis) / 1000.0)
}

/// Cue text without its tags and with its escapes resolved.
fn plain(text: &str) -> String {
    let mut bare = String::new();
    let mut in_tag = false;
    for char in text.chars() {
        match char {
            '<' => in_tag = true,
            '>' if in_tag => in_tag = false,
            char if !in_tag => bare.push(char),
            _ => {}
        }
    }
    let bare = bare
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&nbsp;", " ");
    bare.replace("&lrm;", "")
        .replace("&rlm;", "")
        .replace("&amp;", "&")
        .trim()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(f64, String)> {
        let chapters = chapters(text).unwrap();
        chapters
            .into_iter()
            .map(|chapter| (chapter.start, chapter.title))
            .collect()
    }

    #[test]
    fn both_forms_of_timestamps_are_read() {
        let text = "WEBVTT\n\n00:12.500 --> 01:00.000\nSecond\n\n1\n00:00:00.000 --> 00:00:12.500\nFirst\n\n\
                    100:00:01.000 --> 100:00:02.000 align:start\nLast\nmore\n";
        let expected = [(0.0, "First"), (12.5, "Second"), (360_001.0, "Last")];
        assert_eq!(
            read(text),
            expected.map(|(start, title)| (start, title.to_owned()))
        );
    }

    #[test]
    fn windows_line_ends_notes_and_styles_do_no_harm() {
        let text = "\u{feff}WEBVTT - x\r\n\r\nNOTE a\r\n\r\nSTYLE\r\n::cue {}\r\n\r\n00:00.000 --> 00:01.000\r\nOne\r\n";
        assert_eq!(read(text), [(0.0, "One".to_owned())]);
    }

    #[test]
    fn titles_are_plain_text() {
        let text = "WEBVTT\n\n00:00.000 --> 00:01.000\n<v Ann><b>Q &amp; A</b> &lt;live&gt;\n";
        assert_eq!(read(text), [(0.0, "Q & A <live>".to_owned())]);
    }

    #[test]
    fn what_is_not_webvtt_has_no_chapters() {
        assert!(chapters("1\n00:00:00,000 --> 00:00:01,000\nSubRip\n").is_none());
        assert!(chapters("WEBVTTX\n").is_none());
        assert!(chapters("").is_none());
        assert_eq!(
            read(
                "WEBVTT\n\n0:1 --> 2\nx\n\n00:61.000 --> 00:70.000\ny\n\n00:00.000 --> 00:01.000\n"
            ),
            []
        );
    }
}
