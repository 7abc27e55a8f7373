//! A site with streams: plain and encrypted.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::cenc::{self, KEY, KEY_ID};
use super::footage::{self, Footage};
use super::site::Site;

/// What a page of a stream begins with.
const PAGES: [(&str, &str, &str, &str); 3] = [
    (
        "dash",
        "A stream",
        "stream/manifest.mpd",
        "application/dash+xml",
    ),
    (
        "hls",
        "The same by HLS",
        "stream/master.m3u8",
        "application/vnd.apple.mpegurl",
    ),
    (
        "locked",
        "An encrypted stream",
        "locked/manifest.mpd",
        "application/dash+xml",
    ),
];

/// Captions that the page brings, and those of the stream itself.
const PAGE_CAPTIONS: &str = "WEBVTT\n\n00:00.000 --> 00:12.000\nFrom the page\n";
const STREAM_CAPTIONS: &str = "WEBVTT\n\n00:00.000 --> 00:12.000\nZ proudu\n";

/// A set for the manifest that ffmpeg does not write.
const CAPTIONS_SET: &str = "<AdaptationSet contentType=\"text\" mimeType=\"text/vtt\" lang=\"cs\"><Role schemeIdUri=\"urn:mpeg:dash:role:2011\" value=\"subtitle\"/><Representation id=\"captions\" bandwidth=\"100\"><BaseURL>captions.vtt</BaseURL></Representation></AdaptationSet></Period>";

impl Site {
    /// One category: `dash`, `hls`, `locked`, and `kino`, an encrypted file.
    pub(crate) fn streams() -> Result<Self> {
        let site = Self::empty()?;
        site.write(
            "01-streams/index.md",
            "---\nname: Streams\nslug: streams\n---\n",
        )?;
        site.write("01-streams/en.vtt", PAGE_CAPTIONS)?;
        for (id, title, src, kind) in PAGES {
            let key = if id == "locked" {
                encryption("")
            } else {
                String::new()
            };
            site.write(
                &format!("01-streams/{id}.md"),
                &format!("---\ntitle: {title}\nvideo-sources:\n  - src: {src}\n    type: {kind}\nvideo-subtitles:\n  - kind: captions\n    label: Page\n    src: en.vtt\n    srclang: en\n{key}---\n"),
            )?;
        }
        site.place("01-streams/clear.mp4", Footage::Short)?;
        let file = encryption(
            "  src: kino.mp4\n  mimeCodec: 'video/mp4; codecs=\"avc1.42C01E, mp4a.40.2\"'\n",
        );
        site.write(
            "01-streams/kino.md",
            &format!("---\ntitle: An encrypted file\nvideo-sources:\n  - src: clear.mp4\n    type: video/mp4\n{file}---\n"),
        )?;
        let fragmented = fs::read(Footage::Fragmented.file()?)?;
        fs::write(
            site.file("01-streams/kino.mp4"),
            cenc::encrypt(&fragmented, &[1])?,
        )?;
        site.place_stream("01-streams/stream", false)?;
        site.place_stream("01-streams/locked", true)?;
        Ok(site)
    }

    /// Copies the stream's files in, with captions that the manifest names.
    pub(crate) fn place_stream(&self, folder: &str, is_encrypted: bool) -> Result<()> {
        self.write(&format!("{folder}/captions.vtt"), STREAM_CAPTIONS)?;
        for entry in fs::read_dir(footage::stream()?)? {
            let path = entry?.path();
            let name = path.file_name().context("a file without a name")?;
            let to = self.file(folder).join(name);
            let is = |extension: &str| path.extension().is_some_and(|found| found == extension);
            if is("mpd") {
                place_manifest(&path, &to, is_encrypted)?;
            } else if is("m4s") && is_encrypted {
                // Streams 0 and 1 have pictures, and each file has one track of its own.
                let stream = name.to_string_lossy().replace("init-", "");
                let pictures: &[u32] = if stream.starts_with(['0', '1']) {
                    &[1]
                } else {
                    &[]
                };
                fs::write(to, cenc::encrypt(&fs::read(&path)?, pictures)?)?;
            } else {
                fs::copy(&path, to)?;
            }
        }
        Ok(())
    }
}

/// Copies a DASH manifest, with captions and, where it is encrypted, the key's id.
fn place_manifest(from: &Path, to: &Path, is_encrypted: bool) -> Result<()> {
    let text = fs::read_to_string(from)?.replace("</Period>", CAPTIONS_SET);
    let id = u128::from_str_radix(KEY_ID, 16)?;
    let id = format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        id >> 96,
        (id >> 80) & 0xffff,
        (id >> 64) & 0xffff,
        (id >> 48) & 0xffff,
        id & 0xffff_ffff_ffff
    );
    let mark = format!(
        "<ContentProtection schemeIdUri=\"urn:mpeg:dash:mp4protection:2011\" value=\"cenc\" cenc:default_KID=\"{id}\" xmlns:cenc=\"urn:mpeg:cenc:2013\"/>\n<Representation id="
    );
    let text = if is_encrypted {
        // The set of captions is not encrypted.
        let (media, captions) = text
            .split_once("contentType=\"text\"")
            .context("no captions")?;
        let sets: Vec<String> = media
            .split("<AdaptationSet")
            .map(|set| set.replacen("<Representation id=", &mark, 1))
            .collect();
        format!(
            "{}contentType=\"text\"{captions}",
            sets.join("<AdaptationSet")
        )
    } else {
        text
    };
    Ok(fs::write(to, text)?)
}

/// The front matter of a ClearKey key; `file` are lines about an encrypted file.
fn encryption(file: &str) -> String {
    format!(
        "encryption:\n  type: org.w3.clearkey\n{file}  mediaKeySystemConfig:\n    initDataTypes: [cenc]\n    videoCapabilities:\n      - contentType: 'video/mp4; codecs=\"avc1.42C01E\"'\n    audioCapabilities:\n      - contentType: 'audio/mp4; codecs=\"mp4a.40.2\"'\n  key:\n    id: '{KEY_ID}'\n    value: '{KEY}'\n"
    )
}
