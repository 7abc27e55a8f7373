//! The pages, each rendered once for a catalogue. A module per page holds what its template shows;
//! the templates are in `server/templates/`.

mod category;
mod device;
mod error;
#[cfg(test)]
pub(crate) mod fixture;
mod frame;
mod home;
mod listing;
mod structured;
mod video;

use std::collections::HashMap;
use std::sync::Arc;

use askama::Template;

use crate::base_url::BaseUrl;
use crate::catalogue::{Catalogue, Category};
use crate::respond::Document;

pub(crate) use error::ErrorPages;

/// The path of a category's page.
pub(crate) fn category_path(category: &Category) -> String {
    format!("/category/{}/", category.slug)
}

/// Every page of the site by its path, which ends with a slash.
///
/// # Errors
/// If a template cannot be rendered.
pub(crate) fn render(
    catalogue: &Catalogue,
    base: &BaseUrl,
) -> anyhow::Result<HashMap<String, Arc<Document>>> {
    let mut pages = HashMap::new();
    let mut add = |path: String, page: &dyn askama::DynTemplate| -> anyhow::Result<()> {
        pages.insert(path, Document::html(page.dyn_render()?));
        Ok(())
    };
    add("/".into(), &home::Home::new(catalogue, base))?;
    add("/downloads/".into(), &device::Downloads::new(catalogue))?;
    add("/settings/".into(), &device::Settings::new(catalogue))?;
    add("/offline/".into(), &device::Offline::new(catalogue))?;
    for category in &catalogue.categories {
        add(
            category_path(category),
            &category::CategoryPage::new(catalogue, category, base),
        )?;
        for entry in &category.videos {
            add(
                entry.video.page(),
                &video::VideoPage::new(catalogue, category, entry, base)?,
            )?;
        }
    }
    Ok(pages)
}

/// The two error pages.
///
/// # Errors
/// If a template cannot be rendered.
pub(crate) fn render_errors(catalogue: &Catalogue) -> anyhow::Result<ErrorPages> {
    let render = |page: error::ErrorPage<'_>| page.render().map(Document::html);
    Ok(ErrorPages {
        not_found: render(error::ErrorPage::not_found(catalogue))?,
        internal: render(error::ErrorPage::internal(catalogue))?,
    })
}
