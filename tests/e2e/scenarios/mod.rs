//! What people do, and what must then be true. A file per thing that the site promises.

use anyhow::Result;

use crate::harness::browser::Browser;
use crate::harness::drivers::Setup;

/// One scenario in one browser.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scenario {
    pub(crate) setup: Setup,
    pub(crate) name: &'static str,
    pub(crate) act: Act,
}

/// What a scenario does.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Act {
    /// With the binary alone.
    Alone(fn() -> Result<()>),
    /// With a browser that shows an empty page.
    WithBrowser(fn(&Browser) -> Result<()>),
}

pub(crate) fn all() -> Vec<Scenario> {
    [Setup::Chromium, Setup::Firefox, Setup::WebKit].map(|setup| Scenario { setup, name: "smoke", act: Act::WithBrowser(smoke) }).to_vec()
}
fn smoke(browser: &Browser) -> Result<()> {
    use crate::harness::{server::Server, site::*};
    let site = Site::standard()?;
    let mut server = Server::start(&site)?;
    let t = std::time::Instant::now();
    browser.open(&server.url("/short/"))?;
    eprintln!("open {:?}", t.elapsed());
    browser.play()?;
    eprintln!("play {:?}", t.elapsed());
    browser.pause()?;
    browser.seek_ten_times(3.0)?;
    eprintln!("seek {:?}", t.elapsed());
    browser.seek(1.5)?;
    eprintln!("{:?}", browser.execute("return JSON.stringify([...document.querySelector('video').textTracks].map(t=>[t.mode,t.language,t.cues?.length,t.activeCues?.length]))", vec![])?);
    if browser.setup() != Setup::WebKit { browser.wait_for_captions("Two")?; }
    browser.choose_captions("cs")?;
    browser.wait_for_captions("Dvě")?;
    browser.play_to_the_end()?;
    eprintln!("end {:?}", t.elapsed());
    browser.same_bytes("/media/01-shorts/short.mp4", &site.file("01-shorts/short.mp4"))?;
    eprintln!("bytes {:?}", t.elapsed());
    eprintln!("{:?} {:?}", browser.caches()?, browser.usage()?);
    let t1 = browser.tab()?;
    browser.open_tab(&server.url("/long/"))?;
    browser.play()?;
    browser.pause()?;
    browser.seek_ten_times(24.0)?;
    browser.close_tab(&t1)?;
    server.stop()?;
    server.start_again()?;
    browser.reload()?;
    eprintln!("all {:?}", t.elapsed());
    Ok(())
}
