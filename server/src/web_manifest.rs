//! `/manifest.webmanifest`: the site as an app that can be installed.

use std::sync::Arc;

use serde::Serialize;

use crate::assets::ASSETS;
use crate::catalogue::SiteInfo;
use crate::respond::{Document, Lifetime};

/// Launchers cut what is longer.
const LONGEST_SHORT_NAME: usize = 12;

#[derive(Serialize)]
struct WebManifest<'a> {
    id: &'static str,
    name: &'a str,
    short_name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    start_url: &'static str,
    scope: &'static str,
    display: &'static str,
    theme_color: &'static str,
    background_color: &'static str,
    icons: Vec<Icon>,
}

#[derive(Serialize)]
struct Icon {
    src: &'static str,
    sizes: &'static str,
    r#type: &'static str,
    purpose: &'static str,
}

/// # Errors
/// If it cannot be JSON, which its strings always can.
pub(crate) fn web_manifest(site: &SiteInfo) -> serde_json::Result<Arc<Document>> {
    let png = |name, sizes, purpose| Icon {
        src: ASSETS.url(name),
        sizes,
        r#type: "image/png",
        purpose,
    };
    let manifest = WebManifest {
        id: "/",
        name: &site.name,
        short_name: short_name(&site.name),
        description: site.description.as_deref(),
        start_url: "/",
        scope: "/",
        display: "standalone",
        theme_color: "#0d1013",
        background_color: "#0d1013",
        icons: vec![
            png("icons/icon-192.png", "192x192", "any"),
            png("icons/icon-512.png", "512x512", "any"),
            png("icons/maskable-512.png", "512x512", "maskable"),
            Icon {
                src: ASSETS.url("icons/icon.svg"),
                sizes: "any",
                r#type: "image/svg+xml",
                purpose: "any",
            },
        ],
    };
    let json = serde_json::to_string(&manifest)?;
    Ok(Document::new(
        "application/manifest+json",
        Lifetime::Revalidate,
        json,
    ))
}

/// The whole name where it is short, else its first word.
fn short_name(name: &str) -> &str {
    if name.chars().count() <= LONGEST_SHORT_NAME {
        return name;
    }
    name.split_whitespace().next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_is_shortened_to_its_first_word() {
        assert_eq!(short_name("Kinora"), "Kinora");
        assert_eq!(short_name("Lantern slides of the valley"), "Lantern");
    }
}
