//! From the content folder to the catalogue: first the folders and the names of all pages, then
//! every file with its links to them. Nothing stops at the first problem.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::path::{Path, PathBuf};

use super::address::ContentFolder;
use super::category::{Heading, heading};
use super::entry::entry;
use super::fields::Fields;
use super::folders::{self, CategoryFolder, Index};
use super::problems::{Problem, Report, Severity, quote};
use super::publish::{Context, Publication};
use super::{Catalogue, Category, Entry, SiteInfo, markdown, names};

/// What a content folder holds.
#[derive(Debug)]
pub(crate) struct Loaded {
    /// `None` where any problem is an error.
    pub(crate) catalogue: Option<Catalogue>,
    /// In the order in which they were found; `problems::report` sorts them.
    pub(crate) problems: Vec<Problem>,
}

/// Reads and checks everything in the content folder.
pub(crate) fn load(root: &Path) -> Loaded {
    let mut loader = Loader {
        root,
        folder: ContentFolder::default(),
        publication: Publication::default(),
        problems: Vec::new(),
    };
    let outcome = loader.read();
    if let Err(error) = &outcome {
        let message = format!("The content folder cannot be read: {error}");
        let advice = "Create it, or name another one with --content.";
        loader.fault(root, message, advice);
    }
    let Loader {
        publication,
        mut problems,
        ..
    } = loader;
    problems.extend(publication.problems);
    let is_sound = problems
        .iter()
        .all(|problem| problem.severity != Severity::Error);
    let catalogue = outcome
        .ok()
        .filter(|_| is_sound)
        .map(|(site, categories)| Catalogue {
            site,
            categories,
            published: publication.files,
            media_origins: publication.media_origins,
            image_origins: publication.image_origins,
            streams: publication.streams,
        });
    Loaded {
        catalogue,
        problems,
    }
}

struct Loader<'a> {
    root: &'a Path,
    folder: ContentFolder,
    publication: Publication,
    problems: Vec<Problem>,
}

impl Loader<'_> {
    fn read(&mut self) -> io::Result<(SiteInfo, Vec<Category>)> {
        self.folder = ContentFolder::open(self.root)?;
        let canonical = self.folder.root().to_owned();
        let site_index = folders::index(self.root, "", &canonical, &mut self.problems);
        let mut found = folders::find(self.root, &canonical, &mut self.problems)?;
        let headings = self.headings(&mut found);
        if site_index.is_some() {
            self.folder
                .pages
                .insert("index.md".to_owned(), "/".to_owned());
        }
        self.ids(&found);
        let categories = found.into_iter().zip(headings);
        let categories = categories
            .map(|(found, heading)| self.category(found, heading))
            .collect();
        Ok((self.site(site_index), categories))
    }

    /// Names and slugs of all categories, whose pages are known from then on.
    fn headings(&mut self, found: &mut [CategoryFolder]) -> Vec<Heading> {
        let mut slugs: HashMap<String, String> = HashMap::new();
        let mut headings = Vec::new();
        for (position, category) in found.iter_mut().enumerate() {
            let heading = heading(category, position + 1);
            let index = inside(&category.name, "index.md");
            if let Some(other) = slugs.insert(heading.slug.clone(), category.name.clone()) {
                let (slug, other) = (quote(&heading.slug), quote(&other));
                let message = format!("The slug {slug} is also that of the folder {other}");
                self.fault(
                    &self.root.join(&index),
                    message,
                    "Give one of them another `slug`.",
                );
            }
            self.folder
                .pages
                .insert(index, format!("/category/{}/", heading.slug));
            headings.push(heading);
        }
        headings
    }

    /// Checks the ids of all videos, whose pages are known from then on.
    fn ids(&mut self, found: &[CategoryFolder]) {
        let mut ids: BTreeMap<String, PathBuf> = BTreeMap::new();
        for (category, stem) in found
            .iter()
            .flat_map(|category| category.stems.iter().map(move |stem| (category, stem)))
        {
            let path = inside(&category.name, &format!("{stem}.md"));
            let file = self.root.join(&path);
            let mut report = Report::new(&file);
            if let Some(id) = names::id(stem, &mut report) {
                self.folder.pages.insert(path, format!("/{id}/"));
                if let Some(other) = ids.get(&id) {
                    let message =
                        format!("The id {} is also that of {}", quote(&id), other.display());
                    report.error(1, message, "Rename one of the two files.");
                } else {
                    ids.insert(id, file);
                }
            }
            self.problems.extend(report.into_problems());
        }
        if found.iter().all(|category| category.stems.is_empty()) {
            let mut report = Report::new(self.root);
            let advice = "Add a folder with a file such as `01-first-steps/01-welcome.md`.";
            report.warn(1, "The content folder holds no videos", advice);
            self.problems.extend(report.into_problems());
        }
    }

    fn category(&mut self, found: CategoryFolder, heading: Heading) -> Category {
        let body_html = found
            .index
            .map(|index| self.body(&found.name, index))
            .unwrap_or_default();
        let Heading { name, slug } = heading;
        let mut videos: Vec<Entry> = found
            .stems
            .iter()
            .filter_map(|stem| self.entry(&found.name, stem))
            .collect();
        for entry in &mut videos {
            entry.video.category = Some(name.clone());
        }
        Category {
            slug,
            name,
            body_html,
            videos,
        }
    }

    fn entry(&mut self, base: &str, stem: &str) -> Option<Entry> {
        let file = self.root.join(inside(base, &format!("{stem}.md")));
        let mut context = Context {
            folder: &self.folder,
            base,
            publication: &mut self.publication,
            report: Report::new(&file),
        };
        let entry = entry(&file, names::without_number(stem), &mut context);
        self.problems.extend(context.report.into_problems());
        entry
    }

    fn site(&mut self, index: Option<Index>) -> SiteInfo {
        let mut site = SiteInfo {
            name: "Kinora".to_owned(),
            description: None,
            body_html: String::new(),
        };
        let Some(mut index) = index else { return site };
        let report = &mut index.report;
        let front = index.document.front.as_ref();
        if let Some(fields) = front.and_then(|front| Fields::of(front, "The front matter", report))
        {
            fields.expect(&["name", "description"], report);
            site.name = fields.string("name", report).unwrap_or(site.name);
            site.description = fields.string("description", report);
        }
        site.body_html = self.body("", index);
        site
    }

    fn body(&mut self, base: &str, index: Index) -> String {
        let Index { document, report } = index;
        let mut context = Context {
            folder: &self.folder,
            base,
            publication: &mut self.publication,
            report,
        };
        let body = markdown::render(&document.body, document.body_line, &mut context);
        self.problems.extend(context.report.into_problems());
        body.html
    }

    /// An error about a whole file or folder.
    fn fault(&mut self, path: &Path, message: String, advice: &str) {
        let mut report = Report::new(path);
        report.error(1, message, advice);
        self.problems.extend(report.into_problems());
    }
}

fn inside(folder: &str, name: &str) -> String {
    if folder.is_empty() {
        name.to_owned()
    } else {
        format!("{folder}/{name}")
    }
}

#[cfg(test)]
mod tests;
