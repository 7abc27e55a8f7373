//! Where the links and images of a body lead. A link to another markdown source leads to its page;
//! a file that a link or an image names is published. What is missing here is only worth a warning.

use std::collections::BTreeSet;

use super::address::{Address, Unresolved, scheme};
use super::problems::quote;
use super::publish::Context;

/// The `href` of a link written as `target` on a line.
pub(crate) fn link(context: &mut Context<'_>, target: &str, line: usize) -> String {
    let text = target.trim();
    let leads_elsewhere = matches!(
        scheme(text).as_deref(),
        Some("http" | "https" | "mailto" | "tel")
    );
    if text.is_empty() || text.starts_with('#') || text.starts_with("//") || leads_elsewhere {
        return text.to_owned();
    }
    match context.folder.resolve(context.base, text) {
        Ok(Address::Remote(url)) => url.to_string(),
        Ok(Address::Page(page)) => page,
        Ok(Address::File(file)) => {
            let fragment = text
                .rfind('#')
                .filter(|_| !file.path.contains('#'))
                .map_or("", |start| &text[start..]);
            let address = format!("{}{fragment}", file.address());
            context.publication.publish(context.folder, file);
            address
        }
        // A path of this site, such as `/settings/`, is no file.
        Err(Unresolved::Missing | Unresolved::NotAFile) if is_page_path(text) => text.to_owned(),
        Err(unresolved) => {
            context.report.warn(
                line,
                format!("The link to {} {unresolved}", quote(text)),
                unresolved.advice(),
            );
            text.to_owned()
        }
    }
}

fn is_page_path(text: &str) -> bool {
    text.starts_with('/') && !text.starts_with("/media/")
}

/// The `src` of an image written as `target` on a line; adds those of this site to `images`.
pub(crate) fn image(
    context: &mut Context<'_>,
    target: &str,
    line: usize,
    images: &mut BTreeSet<String>,
) -> String {
    let unresolved = match context.folder.resolve(context.base, target) {
        Ok(Address::Remote(url)) => {
            context
                .publication
                .image_origins
                .insert(url.origin().ascii_serialization());
            return url.to_string();
        }
        Ok(Address::File(file)) => {
            let address = file.address();
            context.publication.publish(context.folder, file);
            images.insert(address.clone());
            return address;
        }
        Ok(Address::Page(_)) => Unresolved::Markdown,
        Err(unresolved) => unresolved,
    };
    context.report.warn(
        line,
        format!("The image {} {unresolved}", quote(target)),
        unresolved.advice(),
    );
    target.to_owned()
}
