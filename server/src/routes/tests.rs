//! The site from outside: requests to the whole router, made from the fixture.

use axum::body::Body;
use axum::http::HeaderMap;
use http_body_util::BodyExt;
use tower::ServiceExt;

use super::*;
use crate::catalogue::Catalogue;
use crate::pages::fixture;

mod content;

const BASE: &str = "https://lantern.example";

fn current() -> Current {
    current_of(fixture::catalogue())
}

fn current_of(catalogue: Catalogue) -> Current {
    let base = BASE.parse().unwrap();
    let site = Site::new(catalogue, "/nowhere".into(), &base).unwrap();
    Arc::new(ArcSwap::from_pointee(site))
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Answer {
    fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    fn header(&self, name: impl header::AsHeaderName) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }
}

async fn ask(router: Router, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = router
        .oneshot(request.body(Body::empty()).unwrap())
        .await
        .unwrap();
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes().into();
    Answer {
        status: parts.status,
        headers: parts.headers,
        body,
    }
}

async fn get(path: &str) -> Answer {
    ask(router(current()), "GET", path, &[]).await
}

async fn page(path: &str) -> String {
    let answer = get(path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}");
    answer.text().to_owned()
}

/// What stands between the first `start` and the next `end`.
fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let (_, rest) = text
        .split_once(start)
        .unwrap_or_else(|| panic!("no {start} in {text}"));
    rest.split_once(end).unwrap().0
}

#[tokio::test]
async fn every_address_of_the_contract_answers_with_its_type() {
    for (path, kind) in [
        ("/", "text/html; charset=utf-8"),
        ("/one-file/", "text/html; charset=utf-8"),
        ("/category/first/", "text/html; charset=utf-8"),
        ("/downloads/", "text/html; charset=utf-8"),
        ("/settings/", "text/html; charset=utf-8"),
        ("/offline/", "text/html; charset=utf-8"),
        ("/one-file/offline.json", "application/json"),
        ("/manifest.webmanifest", "application/manifest+json"),
        ("/sw.js", "text/javascript; charset=utf-8"),
        ("/healthz", "text/plain; charset=utf-8"),
        ("/sitemap.xml", "application/xml; charset=utf-8"),
        ("/feed.xml", "application/atom+xml; charset=utf-8"),
        ("/robots.txt", "text/plain; charset=utf-8"),
        ("/favicon.ico", "image/x-icon"),
        (ASSETS.url("app.css"), "text/css; charset=utf-8"),
    ] {
        let answer = get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert_eq!(answer.header(header::CONTENT_TYPE), kind, "{path}");
    }
}

#[tokio::test]
async fn a_page_without_its_slash_redirects_and_keeps_the_query() {
    for (path, location) in [
        ("/one-file", "/one-file/"),
        ("/downloads?a=1&b=2", "/downloads/?a=1&b=2"),
        ("/category/first", "/category/first/"),
        ("/one%2Dfile", "/one%2Dfile/"),
    ] {
        let answer = get(path).await;
        assert_eq!(answer.status, StatusCode::PERMANENT_REDIRECT, "{path}");
        assert_eq!(answer.header(header::LOCATION), location);
    }
}

#[tokio::test]
async fn what_does_not_exist_gets_a_real_page() {
    for path in [
        "/nothing",
        "/nothing/",
        "//one-file",
        "/one-file//",
        "/category/",
        "/category/none/",
        "/nothing/offline.json",
        "/offline.json",
        "/sw.js/",
        "/%ff",
        "/assets/app.css",
        "/assets/0000000000000000/app.css",
        "/index.html",
        "/readyz",
        "/metrics",
    ] {
        let answer = get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(
            answer.text().contains("<h1>This page does not exist</h1>"),
            "{path}"
        );
        assert!(!answer.headers.contains_key(header::ETAG));
    }
    assert_eq!(
        get("/media/nothing.mp4").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn other_methods_are_refused_with_those_that_are_not() {
    for path in [
        "/",
        "/one-file/",
        "/one-file/offline.json",
        "/favicon.ico",
        ASSETS.url("app.css"),
    ] {
        for method in ["POST", "DELETE", "OPTIONS"] {
            let answer = ask(router(current()), method, path, &[]).await;
            assert_eq!(
                answer.status,
                StatusCode::METHOD_NOT_ALLOWED,
                "{method} {path}"
            );
            assert_eq!(answer.header(header::ALLOW), "GET, HEAD");
        }
    }
    assert_eq!(
        ask(router(current()), "POST", "/nothing/", &[])
            .await
            .status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn pages_are_asked_for_again_and_assets_never() {
    for (path, lifetime) in [
        ("/", "no-cache"),
        ("/sw.js", "no-cache"),
        (ASSETS.url("app.css"), "public, max-age=31536000, immutable"),
    ] {
        let first = get(path).await;
        assert_eq!(first.header(header::CACHE_CONTROL), lifetime);
        let etag = [("if-none-match", first.header(header::ETAG))];
        let again = ask(router(current()), "GET", path, &etag).await;
        assert_eq!(again.status, StatusCode::NOT_MODIFIED);
        assert!(again.body.is_empty());
        assert_eq!(again.header("x-content-type-options"), "nosniff");
    }
}

#[tokio::test]
async fn pages_travel_compressed_and_small() {
    let mut bytes = 0;
    for path in ["/", ASSETS.url("app.css")] {
        let answer = ask(
            router(current()),
            "GET",
            path,
            &[("accept-encoding", "gzip, br")],
        )
        .await;
        assert_eq!(answer.header(header::CONTENT_ENCODING), "br");
        bytes += answer.body.len();
    }
    assert!(bytes < 12_000, "{bytes} bytes");
}

#[tokio::test]
async fn every_response_carries_the_security_headers() {
    for path in [
        "/",
        "/nothing",
        "/downloads",
        "/sw.js",
        "/media/nothing",
        "/one-file/offline.json",
    ] {
        let answer = get(path).await;
        for name in [
            "content-security-policy",
            "x-content-type-options",
            "referrer-policy",
            "permissions-policy",
            "cross-origin-opener-policy",
        ] {
            assert!(answer.headers.contains_key(name), "{name} of {path}");
        }
    }
}

#[tokio::test]
async fn the_worker_script_changes_when_the_media_origins_do() {
    let script = page("/sw.js").await;
    assert!(!script.contains("__KINORA__"));
    assert!(script.contains("\"/category/streams/\"") && script.contains("https://cdn.example"));
    assert!(script.contains(ASSETS.url("app.css")));

    let mut catalogue = fixture::catalogue();
    catalogue.media_origins.clear();
    let site = Site::new(catalogue, "/nowhere".into(), &BASE.parse().unwrap()).unwrap();
    let other = ask(
        router(Arc::new(ArcSwap::from_pointee(site))),
        "GET",
        "/sw.js",
        &[],
    )
    .await;
    let version = |script: &str| between(script, "\"version\":\"", "\"").to_owned();
    assert_ne!(version(&script), version(other.text()));
}

#[tokio::test]
async fn a_new_site_is_served_from_the_next_request_on() {
    let current = current();
    let mut catalogue = fixture::catalogue();
    catalogue.site.name = "Another name".into();
    let site = Site::new(catalogue, "/nowhere".into(), &BASE.parse().unwrap()).unwrap();
    let router = router(Arc::clone(&current));
    current.store(Arc::new(site));
    assert!(
        ask(router, "GET", "/", &[])
            .await
            .text()
            .contains("<h1>Another name</h1>")
    );
}

#[tokio::test]
async fn a_panic_becomes_the_page_of_a_fault() {
    async fn fail() -> Response {
        panic!("on purpose")
    }
    let current = current();
    let router = protected(Router::new().route("/", any(fail)), &current).with_state(current);
    let answer = ask(router, "GET", "/", &[]).await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(answer.text().contains("<h1>Something went wrong</h1>"));
    assert!(!answer.text().contains("on purpose"));
    assert!(answer.headers.contains_key(header::CONTENT_SECURITY_POLICY));
}

#[tokio::test]
async fn a_request_for_a_host_is_not_led_anywhere() {
    for target in ["lantern.example", "lantern.example:443"] {
        let answer = ask(router(current()), "GET", target, &[]).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{target}");
    }
}
