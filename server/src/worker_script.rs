//! `/sw.js`: the shim from `static/`, told what this build and this site consist of. A browser
//! installs a new worker when these bytes change, so everything that an installed worker must not
//! outlive is in them: the assets, the list of pages of the app shell, and the origins of its CSP.

use std::sync::Arc;

use serde::Serialize;

use crate::assets::{ASSETS, STREAM_PLAYER};
use crate::catalogue::Catalogue;
use crate::pages::category_path;
use crate::respond::{Document, Lifetime, hash16};

/// Where the template has its placeholder.
const PLACEHOLDER: &str = "__KINORA__";

#[derive(Serialize)]
struct Facts<'a> {
    version: String,
    glue: &'a str,
    wasm: &'a str,
    /// The pages that work offline after one visit.
    shell: Vec<String>,
    assets: Vec<&'a str>,
    /// What a stored stream needs besides.
    player: &'a str,
    origins: Vec<&'a str>,
}

/// # Errors
/// If the facts cannot be written as JSON, which lists of strings always can.
pub(crate) fn worker_script(catalogue: &Catalogue) -> anyhow::Result<Arc<Document>> {
    let mut shell: Vec<String> = ["/", "/downloads/", "/settings/", "/offline/"]
        .map(str::to_owned)
        .into();
    shell.extend(catalogue.categories.iter().map(category_path));
    let mut assets: Vec<&str> = ASSETS.urls().collect();
    assets.push("/manifest.webmanifest");
    let origins: Vec<&str> = catalogue.media_origins.iter().map(String::as_str).collect();

    let player = ASSETS.url(STREAM_PLAYER);

    let everything = (&ASSETS.worker_script, &shell, &assets, player, &origins);
    let everything = serde_json::to_string(&everything)?;
    let facts = Facts {
        version: hash16(everything.as_bytes()),
        glue: ASSETS.url("kinora.js"),
        wasm: ASSETS.url("kinora_bg.wasm"),
        shell,
        assets,
        player,
        origins,
    };
    let facts = serde_json::to_string(&facts)?;
    let script = ASSETS.worker_script.replace(PLACEHOLDER, &facts);
    Ok(Document::new(
        "text/javascript; charset=utf-8",
        Lifetime::Revalidate,
        script,
    ))
}
