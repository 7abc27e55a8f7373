//! The site map. Every request goes one way: find what is at the path, check the method, answer;
//! around that, a panic becomes the page of a fault, and every response gets the security headers.

use std::any::Any;
use std::borrow::Cow;
use std::sync::Arc;

use arc_swap::ArcSwap;
use axum::Router;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use percent_encoding::percent_decode_str;
use tower_http::catch_panic::CatchPanicLayer;

use crate::assets::ASSETS;
use crate::files;
use crate::respond::{Document, Lifetime};
use crate::security;
use crate::site::{Found, Site};

/// What all requests share: the site as it is now.
pub(crate) type Current = Arc<ArcSwap<Site>>;

pub(crate) fn router(current: Current) -> Router {
    let routes = Router::new()
        .route("/media/{*path}", any(media))
        .route("/assets/{*path}", any(asset))
        .route("/favicon.ico", any(favicon))
        .route("/{id}/offline.json", any(offline_plan))
        .route("/{id}/offline/{stream}/{rendition}", any(bundle))
        // Pages, feeds, the worker's script: whatever the site has made beforehand.
        .fallback(document);
    protected(routes, &current).with_state(current)
}

/// What surrounds every route.
fn protected(routes: Router<Current>, current: &Current) -> Router<Current> {
    let faults = Arc::clone(current);
    // The panic hook has logged the cause by then.
    let on_panic = move |_: Box<dyn Any + Send>| fault(&faults.load());
    routes
        .layer(CatchPanicLayer::custom(on_panic))
        .layer(middleware::from_fn_with_state(Arc::clone(current), protect))
}

async fn document(
    State(current): State<Current>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let site = current.load_full();
    let Some(path) = decode(uri.path()) else {
        return not_found(&site);
    };
    match site.find(&path) {
        Found::Document(document) => send(document, &method, &headers).await,
        Found::WithoutSlash => add_slash(&uri),
        Found::Nothing => not_found(&site),
    }
}

async fn asset(
    State(current): State<Current>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let path = uri.path().strip_prefix("/assets/");
    match path.and_then(|path| ASSETS.at(path)) {
        Some(document) => send(document, &method, &headers).await,
        None => not_found(&current.load()),
    }
}

/// Asked for by browsers and feed readers that read no page.
async fn favicon(State(current): State<Current>, method: Method, headers: HeaderMap) -> Response {
    match ASSETS.get("icons/favicon.ico") {
        Some(document) => send(document, &method, &headers).await,
        None => not_found(&current.load()),
    }
}

/// Media paths are for machines, on any origin: their answers, a 404 too, are made by `files`.
async fn media(
    State(current): State<Current>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let site = current.load_full();
    let path = uri.path().strip_prefix("/media/").unwrap_or_default();
    match files::resolve(&site.catalogue.published, path) {
        Some(file) => files::respond(file, &site.content_root, &method, &headers).await,
        None => files::not_found(),
    }
}

/// Made anew for each request, because it holds the sizes and validators that the files have now.
async fn offline_plan(
    State(current): State<Current>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let site = current.load_full();
    let id = uri
        .path()
        .trim_start_matches('/')
        .trim_end_matches("/offline.json");
    let Some(id) = decode(id).map(Cow::into_owned) else {
        return not_found(&site);
    };
    let planner = Arc::clone(&site);
    match tokio::task::spawn_blocking(move || planner.offline_plan(&id)).await {
        Ok(Some(Ok(json))) => {
            send(
                &Document::new("application/json", Lifetime::Revalidate, json),
                &method,
                &headers,
            )
            .await
        }
        Ok(None) => not_found(&site),
        failed => {
            tracing::error!(path = uri.path(), ?failed, "cannot make the offline plan");
            fault(&site)
        }
    }
}

/// The segments of a rendition as one answer, for the download engine alone.
async fn bundle(
    State(current): State<Current>,
    Path((id, stream, rendition)): Path<(String, usize, usize)>,
    method: Method,
    headers: HeaderMap,
) -> Response {
    let site = current.load_full();
    match site.bundle(&id, stream, rendition) {
        Some(paths) => files::respond_bundle(paths, &site.content_root, &method, &headers).await,
        None => not_found(&site),
    }
}

async fn send(document: &Arc<Document>, method: &Method, headers: &HeaderMap) -> Response {
    if !matches!(*method, Method::GET | Method::HEAD) {
        return (
            StatusCode::METHOD_NOT_ALLOWED,
            [(header::ALLOW, "GET, HEAD")],
        )
            .into_response();
    }
    document.respond(method, headers).await
}

fn not_found(site: &Site) -> Response {
    site.errors.not_found.instead(StatusCode::NOT_FOUND)
}

/// The page of a fault; the cause is in the log.
fn fault(site: &Site) -> Response {
    site.errors
        .internal
        .instead(StatusCode::INTERNAL_SERVER_ERROR)
}

/// 308 keeps the method, and the query stays.
fn add_slash(uri: &Uri) -> Response {
    // `//host` would lead to another site.
    let path = uri.path().trim_start_matches('/');
    let query = uri
        .query()
        .map(|query| format!("?{query}"))
        .unwrap_or_default();
    let location = format!("/{path}/{query}");
    (
        StatusCode::PERMANENT_REDIRECT,
        [(header::LOCATION, location)],
    )
        .into_response()
}

/// The decoded path, where it is text.
fn decode(path: &str) -> Option<Cow<'_, str>> {
    percent_decode_str(path).decode_utf8().ok()
}

async fn protect(State(current): State<Current>, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    security::protect(response, &current.load().policy)
}

#[cfg(test)]
mod tests;
