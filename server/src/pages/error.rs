//! What a visitor sees when something is not there or went wrong. Causes are for the log.

use std::sync::Arc;

use askama::Template;

use super::frame::{Frame, Section};
use crate::catalogue::Catalogue;
use crate::respond::Document;

/// The pages that stand for a status.
#[derive(Debug)]
pub(crate) struct ErrorPages {
    pub(crate) not_found: Arc<Document>,
    pub(crate) internal: Arc<Document>,
}

#[derive(Template)]
#[template(path = "error.html")]
pub(super) struct ErrorPage<'a> {
    frame: Frame<'a>,
    status: u16,
    advice: &'static str,
}

impl<'a> ErrorPage<'a> {
    pub(super) fn not_found(catalogue: &'a Catalogue) -> Self {
        let heading = "This page does not exist";
        ErrorPage {
            frame: Frame::private(catalogue, Section::Other, heading),
            status: 404,
            advice: "The address may have a typing error, or the video was taken off the site.",
        }
    }

    pub(super) fn internal(catalogue: &'a Catalogue) -> Self {
        let heading = "Something went wrong";
        ErrorPage {
            frame: Frame::private(catalogue, Section::Other, heading),
            status: 500,
            advice: "The fault is ours and has been noted. Try again in a moment.",
        }
    }
}
