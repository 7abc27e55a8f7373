//! The headers that every response carries. The policy starts from nothing and adds what a page
//! uses; the only hosts besides this one are those that the content names.

use std::collections::BTreeSet;

use axum::http::header::{self, HeaderName, HeaderValue};
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use crate::catalogue::Catalogue;

/// What does not depend on the content. The permissions that stay unmentioned keep their defaults:
/// playing, full screen, picture in picture and casting need them.
const FIXED: [(HeaderName, HeaderValue); 4] = [
    (
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    ),
    (
        header::REFERRER_POLICY,
        HeaderValue::from_static("strict-origin-when-cross-origin"),
    ),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static(
            "camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=(), midi=(), browsing-topics=()",
        ),
    ),
];

/// Adds the headers to any response, whatever made it.
pub(crate) fn protect(mut response: Response, policy: &HeaderValue) -> Response {
    let headers = response.headers_mut();
    for (name, value) in FIXED {
        headers.insert(name, value);
    }
    // Media files bring a policy that allows them less than a page.
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert_with(|| policy.clone());
    response
}

/// The Content Security Policy of a site whose pages carry `inline_script` and no other.
///
/// # Errors
/// If the policy cannot be a header, which the choice of characters excludes.
pub(crate) fn content_security_policy(
    catalogue: &Catalogue,
    inline_script: &str,
) -> anyhow::Result<HeaderValue> {
    let script = STANDARD.encode(Sha256::digest(inline_script));
    let media = join(catalogue.media_origins.iter());
    let pictures: BTreeSet<&String> = catalogue
        .media_origins
        .union(&catalogue.image_origins)
        .collect();
    let pictures = join(pictures.into_iter());
    let policy = [
        "default-src 'none'".to_owned(),
        format!("script-src 'self' 'wasm-unsafe-eval' 'sha256-{script}'"),
        "style-src 'self'".to_owned(),
        format!("img-src 'self'{pictures}"),
        // Shaka Player feeds the video from a blob, and shows a stream's captions in tracks that it makes
        // of empty data: URLs.
        format!("media-src 'self' blob: data:{media}"),
        format!("connect-src 'self'{media}"),
        "manifest-src 'self'".to_owned(),
        "font-src 'self'".to_owned(),
        "worker-src 'self'".to_owned(),
        "object-src 'none'".to_owned(),
        "base-uri 'none'".to_owned(),
        "form-action 'self'".to_owned(),
        "frame-ancestors 'none'".to_owned(),
    ];
    Ok(HeaderValue::try_from(policy.join("; "))?)
}

/// Each origin after a space. A host may hold characters such as `;` that would end a directive;
/// an origin with one of them is left out, and its files simply do not load.
fn join<'a>(origins: impl Iterator<Item = &'a String>) -> String {
    let is_plain = |origin: &&String| {
        origin
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._:/[]".contains(&byte))
    };
    origins
        .filter(is_plain)
        .map(|origin| format!(" {origin}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::fixture;

    #[test]
    fn the_policy_names_the_origins_of_the_content_where_they_are_used() {
        let mut catalogue = fixture::catalogue();
        catalogue.media_origins =
            ["https://cdn.example".into(), "https://x;script-src".into()].into();
        catalogue.image_origins = ["https://pictures.example".into()].into();
        let policy = content_security_policy(&catalogue, "1").unwrap();
        let policy = policy.to_str().unwrap();
        for directive in [
            "default-src 'none';",
            "script-src 'self' 'wasm-unsafe-eval' 'sha256-a4ayc/80/OGda4BO/1o/V0etpOqiLx1JwB5S3beHW0s=';",
            "img-src 'self' https://cdn.example https://pictures.example;",
            "media-src 'self' blob: data: https://cdn.example;",
            "connect-src 'self' https://cdn.example;",
            "frame-ancestors 'none'",
        ] {
            assert!(policy.contains(directive), "{directive} in {policy}");
        }
        for unsafe_word in ["unsafe-inline", "'unsafe-eval'", "https://x"] {
            assert!(!policy.contains(unsafe_word), "{unsafe_word} in {policy}");
        }
    }
}
