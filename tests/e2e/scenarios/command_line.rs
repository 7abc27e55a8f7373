//! The binary without a browser: what it says, when it refuses, how it follows edits.

use std::net::TcpListener;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::harness::footage::Footage;
use crate::harness::server::{Server, run};
use crate::harness::site::Site;
use crate::harness::{PATIENCE, http, wait_until};

/// How soon an edit is on the site.
const SOON: Duration = Duration::from_secs(1);

pub(crate) fn the_address_is_the_first_line() -> Result<()> {
    let mut server = Server::start(&Site::standard()?)?;
    ensure!(
        http::get(server.port(), "/healthz")?.status == 200,
        "/healthz does not answer"
    );
    let home = http::get(server.port(), "/")?;
    ensure!(
        home.status == 200 && home.text().contains("A short one"),
        "the home page says {}",
        home.text()
    );
    ensure!(
        http::get(server.port(), "/short")?.header("location") == Some("/short/"),
        "a missing last slash does not redirect"
    );
    ensure!(
        http::get(server.port(), "/nothing/")?.status == 404,
        "an unknown page is there"
    );
    let port = server.port();
    server.stop()?;
    server.start_again()?;
    ensure!(
        server.port() == port,
        "the server came back at port {}",
        server.port()
    );
    Ok(())
}

pub(crate) fn check_reports_every_problem_with_file_and_line() -> Result<()> {
    let site = broken_site()?;
    let check = run(&["check", "--content", &site.folder().display().to_string()])?;
    ensure!(
        check.status.code() == Some(1),
        "check of a broken folder ends with {}",
        check.status
    );
    let report = format!("{}{}", check.stdout, check.stderr);
    reports_all(&report)?;

    let fine = Site::standard()?;
    let check = run(&["check", "--content", &fine.folder().display().to_string()])?;
    ensure!(
        check.status.success(),
        "check of a good folder ends with {}: {}{}",
        check.status,
        check.stdout,
        check.stderr
    );
    Ok(())
}

pub(crate) fn a_broken_folder_does_not_start() -> Result<()> {
    let site = broken_site()?;
    let serve = run(&[
        "--content",
        &site.folder().display().to_string(),
        "--listen",
        "127.0.0.1:0",
    ])?;
    ensure!(
        serve.status.code() == Some(1),
        "a broken folder ends with {}",
        serve.status
    );
    ensure!(
        serve.stdout.is_empty(),
        "stdout is for the address alone, yet says {}",
        serve.stdout
    );
    reports_all(&serve.stderr)
}

pub(crate) fn a_taken_port_is_named() -> Result<()> {
    let taken = TcpListener::bind(("127.0.0.1", 0))?;
    let address = taken.local_addr()?.to_string();
    let site = Site::standard()?;
    let serve = run(&[
        "--content",
        &site.folder().display().to_string(),
        "--listen",
        &address,
    ])?;
    ensure!(
        serve.status.code() == Some(1),
        "a taken port ends with {}",
        serve.status
    );
    ensure!(
        serve.stderr.contains(&address),
        "which port is taken is not said: {}",
        serve.stderr
    );
    Ok(())
}

pub(crate) fn an_edit_appears_within_a_second() -> Result<()> {
    let site = Site::standard()?;
    let server = Server::start(&site)?;
    site.video(
        "01-shorts/02-webm.md",
        "A renamed one",
        "clip.webm",
        "video/webm",
    )?;
    let renamed = || {
        Ok(http::get(server.port(), "/webm/")?
            .text()
            .contains("A renamed one")
            .then_some(()))
    };
    wait_until("the edit", SOON, renamed)?;
    site.video(
        "01-shorts/04-added.md",
        "An added one",
        "clip.webm",
        "video/webm",
    )?;
    let added = || Ok((http::get(server.port(), "/added/")?.status == 200).then_some(()));
    wait_until("the new page", SOON, added)
}

pub(crate) fn a_broken_edit_keeps_the_last_good_site() -> Result<()> {
    let site = Site::standard()?;
    let server = Server::start(&site)?;
    site.video(
        "01-shorts/02-webm.md",
        "A lost one",
        "nowhere.webm",
        "video/webm",
    )?;
    let logged = || Ok(server.log().contains("nowhere.webm").then_some(()));
    wait_until("the log to say why", PATIENCE, logged)?;
    ensure!(
        http::get(server.port(), "/webm/")?
            .text()
            .contains("A free one"),
        "the last good page is gone"
    );
    site.video(
        "01-shorts/02-webm.md",
        "A mended one",
        "clip.webm",
        "video/webm",
    )?;
    let mended = || {
        Ok(http::get(server.port(), "/webm/")?
            .text()
            .contains("A mended one")
            .then_some(()))
    };
    wait_until("the mended page", SOON, mended)
}

/// Front matter with every key that Kino's own pages have, among them a `srclang` that is none.
pub(crate) fn content_in_the_form_of_kino_is_served() -> Result<()> {
    let site = Site::empty()?;
    site.write(
        "01-apis/index.md",
        "---\nname: Web APIs\nslug: web-apis\n---\n\nWhat browsers can do.\n",
    )?;
    site.write("01-apis/02-streams.md", KINO_PAGE)?;
    let server = Server::start(&site)?;
    let page = http::get(server.port(), "/streams/")?;
    ensure!(
        page.status == 200,
        "the page is answered with {}",
        page.status
    );
    for part in [
        "Streams, explained",
        "May 3, 2021",
        "https://media.example/streams/manifest.mpd",
        "<code",
        "type=\"application/x-mpegURL\"",
    ] {
        ensure!(
            page.text().contains(part),
            "the page lacks {part:?}: {}",
            page.text()
        );
    }
    let policy = page.header("content-security-policy").context("no CSP")?;
    ensure!(
        policy.contains("https://media.example"),
        "the CSP forbids the page's own media: {policy}"
    );
    ensure!(
        server.log().contains("cz"),
        "no warning of a doubtful srclang: {}",
        server.log()
    );
    Ok(())
}

const KINO_PAGE: &str = "---
title: Streams, explained
description: |
  How bytes flow
  without waiting for the last one.
date: May 3, 2021
length: '2:10'
video-sources:
  - src: https://media.example/streams/manifest.mpd
    type: application/dash+xml
    cast: true
  - src: https://media.example/streams/master.m3u8
    type: application/x-mpegURL
video-subtitles:
  - default: true
    kind: captions
    label: English
    src: https://media.example/streams/cap-en.vtt
    srclang: en
  - default: false
    kind: captions
    label: Česky
    src: https://media.example/streams/cap-cs.vtt
    srclang: cz
thumbnail:
  - src: https://media.example/streams/thumbnail.avif
    type: image/avif
  - src: https://media.example/streams/thumbnail.png
    type: image/png
    default: true
media-session-artwork:
  - sizes: 96x96
    src: https://media.example/streams/artwork-96x96.png
    type: image/png
url-rewrites:
  - online: https://media.example/streams/manifest.mpd
    offline: https://media.example/streams/manifest-offline.mpd
autoplay: true
pip: true
cast: true
stats: true
---

## Introduction

A [stream] hands over what it has.

```js
for await (const part of response.body) {
  // One part at a time.
}
```

[stream]: https://media.example/spec
";

/// Three mistakes in three files.
fn broken_site() -> Result<Site> {
    let site = Site::standard()?;
    site.write(
        "01-shorts/05-untitled.md",
        "---\nvideo-sources:\n  - src: clip.webm\n    type: video/webm\n---\n",
    )?;
    site.video(
        "01-shorts/06-lost.md",
        "A lost one",
        "nowhere.webm",
        "video/webm",
    )?;
    site.write(
        "01-shorts/07-torn.md",
        "---\ntitle: A torn one\nvideo-sources:\n  - src: [clip.webm\n---\n",
    )?;
    site.place("01-shorts/unused.png", Footage::Poster)?;
    Ok(site)
}

/// Every mistake of [`broken_site`], with the line where one can be named.
fn reports_all(report: &str) -> Result<()> {
    for part in [
        "05-untitled.md",
        "06-lost.md:4",
        "nowhere.webm",
        "07-torn.md",
    ] {
        ensure!(
            report.contains(part),
            "the report does not mention {part}:\n{report}"
        );
    }
    Ok(())
}
