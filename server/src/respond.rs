//! Documents that are made once and sent often: pages, feeds, scripts, icons. Each is compressed at
//! most once per coding, when somebody first asks for that coding, and carries a strong ETag that
//! differs from coding to coding, because the bytes do (RFC 9110, section 8.8.3.3).

mod coding;

use std::sync::{Arc, OnceLock};

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use bytes::Bytes;
use headers::{ETag, HeaderMapExt, IfNoneMatch};
use sha2::{Digest, Sha256};

use coding::Coding;

/// How long a browser may use a document without asking again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lifetime {
    /// Ask every time; the ETag makes that cheap.
    Revalidate,
    /// For ever: the address names the content.
    Immutable,
}

/// Bytes with everything that a response says of them.
#[derive(Debug)]
pub(crate) struct Document {
    content_type: &'static str,
    lifetime: Lifetime,
    hash: String,
    plain: Bytes,
    /// One slot for each of [`Coding::ALL`]; `None` inside where coding would not make it smaller.
    coded: [OnceLock<Option<Bytes>>; Coding::ALL.len()],
}

impl Document {
    pub(crate) fn new(
        content_type: &'static str,
        lifetime: Lifetime,
        content: impl Into<Bytes>,
    ) -> Arc<Self> {
        let plain = content.into();
        Arc::new(Document {
            content_type,
            lifetime,
            hash: hash16(&plain),
            plain,
            coded: Default::default(),
        })
    }

    pub(crate) fn html(content: String) -> Arc<Self> {
        Document::new("text/html; charset=utf-8", Lifetime::Revalidate, content)
    }

    /// The first 16 hexadecimal digits of the content's SHA-256.
    pub(crate) fn hash(&self) -> &str {
        &self.hash
    }

    /// The document in place of something that is not there or went wrong: whole, plain and
    /// without a validator, so that no cache takes it for the thing itself.
    pub(crate) fn instead(&self, status: StatusCode) -> Response {
        let mut response = Response::new(Body::from(self.plain.clone()));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static(self.content_type),
        );
        response
    }

    /// Answers a GET or HEAD.
    pub(crate) async fn respond(
        self: &Arc<Self>,
        method: &Method,
        request: &HeaderMap,
    ) -> Response {
        let (coding, body) = self.coded_for(request).await;
        let etag = match coding {
            None => format!("\"{}\"", self.hash),
            Some(coding) => format!("\"{}-{}\"", self.hash, coding.name()),
        };

        let mut response = Response::new(Body::empty());
        let headers = response.headers_mut();
        headers.insert(
            header::CACHE_CONTROL,
            HeaderValue::from_static(match self.lifetime {
                Lifetime::Revalidate => "no-cache",
                Lifetime::Immutable => "public, max-age=31536000, immutable",
            }),
        );
        if self.is_compressible() {
            headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        }
        if let Ok(value) = HeaderValue::from_str(&etag) {
            headers.insert(header::ETAG, value);
        }
        if is_known(&etag, request) {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            return response;
        }

        if let Some(coding) = coding {
            headers.insert(
                header::CONTENT_ENCODING,
                HeaderValue::from_static(coding.name()),
            );
        }
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static(self.content_type),
        );
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
        if method != Method::HEAD {
            *response.body_mut() = Body::from(body);
        }
        response
    }

    /// The content in the coding that the request likes best, with that coding; `None` is plain.
    async fn coded_for(self: &Arc<Self>, request: &HeaderMap) -> (Option<Coding>, Bytes) {
        let plain = (None, self.plain.clone());
        if !self.is_compressible() {
            return plain;
        }
        let Some(coding) = coding::negotiate(request) else {
            return plain;
        };
        let content = match self.coded[coding as usize].get() {
            Some(content) => content.clone(),
            // The best levels take up to seconds for the largest files: never on a thread that
            // answers requests.
            None => {
                let document = Arc::clone(self);
                let made = tokio::task::spawn_blocking(move || document.code(coding)).await;
                made.ok().flatten()
            }
        };
        content.map_or(plain, |content| (Some(coding), content))
    }

    /// Compresses it before anybody asks, in the coding that browsers like best.
    pub(crate) fn compress_ahead(&self) {
        if self.is_compressible() {
            self.code(Coding::Brotli);
        }
    }

    fn code(&self, coding: Coding) -> Option<Bytes> {
        let make = || {
            let content = coding.compress(&self.plain).ok()?;
            (content.len() < self.plain.len()).then(|| Bytes::from(content))
        };
        self.coded[coding as usize].get_or_init(make).clone()
    }

    fn is_compressible(&self) -> bool {
        let is_picture = self.content_type.starts_with("image/");
        let is_font = self.content_type.starts_with("font/");
        !is_font && (!is_picture || self.content_type == "image/svg+xml")
    }
}

/// The first 16 hexadecimal digits of the SHA-256 of `content`.
pub(crate) fn hash16(content: &[u8]) -> String {
    let digest = Sha256::digest(content);
    digest
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn is_known(etag: &str, request: &HeaderMap) -> bool {
    let Ok(etag) = etag.parse::<ETag>() else {
        return false;
    };
    match request.typed_get::<IfNoneMatch>() {
        Some(condition) => !condition.precondition_passes(&etag),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::BodyExt;

    fn request(headers: &[(&'static str, &str)]) -> HeaderMap {
        let pairs = headers.iter();
        pairs
            .map(|(name, value)| {
                (
                    header::HeaderName::from_static(name),
                    value.parse().unwrap(),
                )
            })
            .collect()
    }

    async fn get(document: &Arc<Document>, headers: &[(&'static str, &str)]) -> Response {
        document.respond(&Method::GET, &request(headers)).await
    }

    async fn body(response: Response) -> Bytes {
        response.into_body().collect().await.unwrap().to_bytes()
    }

    fn page() -> Arc<Document> {
        Document::html("<p>Hello, hello, hello, hello, hello</p>".repeat(20))
    }

    #[tokio::test]
    async fn each_coding_has_its_own_etag_and_matches_only_that() {
        let page = page();
        let mut etags = Vec::new();
        for coding in ["identity", "gzip", "br", "zstd"] {
            let response = get(&page, &[("accept-encoding", coding)]).await;
            let etag = response.headers()[header::ETAG]
                .to_str()
                .unwrap()
                .to_owned();
            let again = [
                ("accept-encoding", coding),
                ("if-none-match", etag.as_str()),
            ];
            let again = get(&page, &again).await;
            assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
            assert_eq!(again.headers()[header::ETAG], etag.as_str());
            assert_eq!(again.headers()[header::VARY], "accept-encoding");
            assert!(body(again).await.is_empty());
            etags.push(etag);
        }
        etags.dedup();
        assert_eq!(etags.len(), 4);
        let other = [
            ("accept-encoding", "br"),
            ("if-none-match", etags[1].as_str()),
        ];
        assert_eq!(get(&page, &other).await.status(), StatusCode::OK);
    }

    #[tokio::test]
    async fn every_coding_decodes_to_the_same_bytes() {
        let page = page();
        for name in ["gzip", "br", "zstd"] {
            let response = get(&page, &[("accept-encoding", name)]).await;
            assert_eq!(response.headers()[header::CONTENT_ENCODING], name);
            let length = response.headers()[header::CONTENT_LENGTH].clone();
            let coded = body(response).await;
            assert_eq!(length, coded.len().to_string().as_str());
            assert_eq!(coding::tests::decompress(name, &coded), page.plain);
        }
    }

    #[tokio::test]
    async fn a_head_request_tells_the_length_and_sends_nothing() {
        let page = page();
        let response = page.respond(&Method::HEAD, &HeaderMap::new()).await;
        assert_eq!(
            response.headers()[header::CONTENT_LENGTH],
            page.plain.len().to_string().as_str()
        );
        assert!(body(response).await.is_empty());
    }

    #[tokio::test]
    async fn what_would_not_shrink_is_sent_plain() {
        let tiny = Document::html("ok".into());
        let response = get(&tiny, &[("accept-encoding", "gzip")]).await;
        assert!(!response.headers().contains_key(header::CONTENT_ENCODING));
        assert_eq!(body(response).await, "ok");
    }

    #[tokio::test]
    async fn an_error_page_carries_no_validator() {
        let response = page().instead(StatusCode::NOT_FOUND);
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
        assert!(!response.headers().contains_key(header::ETAG));
        assert_eq!(body(response).await, page().plain);
    }
}
