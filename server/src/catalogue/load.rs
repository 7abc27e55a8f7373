//! From the content folder to the catalogue: first the folders and the names of all pages, then
//! every file with its links to them. Nothing stops at the first problem.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::address::{ContentFolder, is_markdown};
use super::document::{self, Document};
use super::fields::Fields;
use super::markdown::{self, Body};
use super::problems::{Problem, Report, Severity, quote};
use super::publish::{Context, Publication};
use super::{Catalogue, Category, Chapter, Entry, SiteInfo};
use super::{dates, names, video, webvtt, yaml};

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
    let mut loader = Loader { root, publication: Publication::default(), problems: Vec::new() };
    let catalogue = loader.catalogue().unwrap_or_else(|error| {
        let mut report = Report::new(root);
        let message = format!("The content folder cannot be read: {error}");
        report.error(1, message, "Create it, or name another one with --content.");
        loader.problems.extend(report.into_problems());
        None
    });
    let Loader { publication, mut problems, .. } = loader;
    problems.extend(publication.problems);
    let broken = problems.iter().any(|problem| problem.severity == Severity::Error);
    let catalogue = catalogue.filter(|_| !broken).map(|catalogue| Catalogue {
        published: publication.files,
        media_origins: publication.media_origins,
        image_origins: publication.image_origins,
        ..catalogue
    });
    Loaded { catalogue, problems }
}

struct Loader<'a> {
    root: &'a Path,
    publication: Publication,
    problems: Vec<Problem>,
}

/// A folder that is a category.
struct CategoryFolder {
    /// Its name; empty for the content folder itself.
    name: String,
    index: Option<(PathBuf, Document, Report)>,
    /// The videos' files without `.md`, in order.
    stems: Vec<String>,
}

impl Loader<'_> {
    fn catalogue(&mut self) -> io::Result<Option<Catalogue>> {
        let mut folder = ContentFolder::open(self.root)?;
        let site_index = self.index("");
        let folders = self.folders()?;
        let mut slugs: HashMap<String, String> = HashMap::new();
        let mut ids: BTreeMap<String, PathBuf> = BTreeMap::new();
        let mut drafts = Vec::new();
        for (position, mut category) in folders.into_iter().enumerate() {
            let (name, slug) = self.heading(&mut category, position);
            if let Some(other) = slugs.insert(slug.clone(), category.name.clone()) {
                let message = format!("The slug {} is also that of the folder {}", quote(&slug), quote(&other));
                self.fault(&self.category_path(&category), message, "Give one of them another `slug`.");
            }
            folder.pages.insert(inside(&category.name, "index.md"), format!("/category/{slug}/"));
            for stem in &category.stems {
                let path = inside(&category.name, &format!("{stem}.md"));
                let file = self.root.join(&path);
                let mut report = Report::new(&file);
                if let Some(id) = names::id(stem, &mut report) {
                    folder.pages.insert(path, format!("/{id}/"));
                    if let Some(other) = ids.get(&id) {
                        let message = format!("The id {} is also that of {}", quote(&id), other.display());
                        report.error(1, message, "Rename one of the two files.");
                    } else {
                        ids.insert(id, file);
                    }
                }
                self.problems.extend(report.into_problems());
            }
            drafts.push((category, name, slug));
        }
        if site_index.is_some() {
            folder.pages.insert("index.md".to_owned(), "/".to_owned());
        }
        if ids.is_empty() && self.problems.is_empty() {
            let mut report = Report::new(self.root);
            let advice = "Add a folder with a file such as `01-first-steps/01-welcome.md`.";
            report.warn(1, "The content folder holds no videos", advice);
            self.problems.extend(report.into_problems());
        }
        let categories = drafts.into_iter().map(|(draft, name, slug)| self.category(&folder, draft, name, slug)).collect();
        let site = self.site(&folder, site_index);
        Ok(Some(Catalogue {
            site,
            categories,
            published: BTreeMap::new(),
            media_origins: Default::default(),
            image_origins: Default::default(),
        }))
    }

    /// All folders with videos or an `index.md`. Videos in the content folder itself come first,
    /// as a category of their own.
    fn folders(&mut self) -> io::Result<Vec<CategoryFolder>> {
        let (mut names, top) = list(self.root)?;
        names.sort_by(|a, b| names::order(a).cmp(&names::order(b)));
        let mut folders = Vec::new();
        // A README beside the categories is no video.
        let is_video = |stem: &String| {
            let text = fs::read(self.root.join(format!("{stem}.md"))).unwrap_or_default();
            text.starts_with(b"---") || text.starts_with("\u{feff}---".as_bytes())
        };
        let (stems, others): (Vec<String>, Vec<String>) = top.into_iter().partition(is_video);
        for stem in others {
            let mut report = Report::new(&self.root.join(format!("{stem}.md")));
            let message = "This file has no front matter and is in no category's folder, so it is left out";
            report.warn(1, message, "Move it out of the content folder, or make it a video.");
            self.problems.extend(report.into_problems());
        }
        if !stems.is_empty() {
            folders.push(CategoryFolder { name: String::new(), index: None, stems: sorted(stems) });
        }
        for name in names {
            match list(&self.root.join(&name)) {
                Ok((_, stems)) => {
                    let index = self.index(&name);
                    let has_index = self.root.join(&name).join("index.md").exists();
                    if has_index || !stems.is_empty() {
                        folders.push(CategoryFolder { name, index, stems: sorted(stems) });
                    }
                }
                Err(error) => {
                    let message = format!("The folder cannot be read: {error}");
                    self.fault(&self.root.join(&name), message, "Check its permissions.");
                }
            }
        }
        Ok(folders)
    }

    /// The `index.md` of a folder, if it has a readable one.
    fn index(&mut self, folder: &str) -> Option<(PathBuf, Document, Report)> {
        let path = self.root.join(folder).join("index.md");
        fs::symlink_metadata(&path).ok()?;
        let mut report = Report::new(&path);
        match document::read(&path, &mut report) {
            Some(document) => Some((path, document, report)),
            None => {
                self.problems.extend(report.into_problems());
                None
            }
        }
    }

    /// Name and slug of a category: as its `index.md` says, else as its folder is called.
    fn heading(&mut self, category: &mut CategoryFolder, position: usize) -> (String, String) {
        let bare = if category.name.is_empty() { "videos" } else { names::without_number(&category.name) };
        let from_folder = (names::readable(bare), Some(names::plain(bare)).filter(|slug| !slug.is_empty()));
        let from_folder = (from_folder.0, from_folder.1.unwrap_or_else(|| format!("category-{}", position + 1)));
        let Some((_, document, report)) = &mut category.index else { return from_folder };
        let empty = yaml::Node { line: 1, value: yaml::Value::Null };
        let front = document.front.as_ref().unwrap_or(&empty);
        let Some(fields) = Fields::of(front, "The front matter", report) else { return from_folder };
        fields.expect(&["name", "slug"], report);
        let name = fields.string("name", report).unwrap_or_else(|| {
            let message = format!("The category has no name, so it is called {}", quote(&from_folder.0));
            report.warn(fields.line_of("name"), message, "Add a line `name: …` to the front matter.");
            from_folder.0
        });
        let slug = match fields.text("slug", report) {
            None => from_folder.1,
            Some(slug) if names::is_plain(&slug.value) => slug.value,
            Some(slug) => {
                let message = format!("The slug {} cannot be part of an address", quote(&slug.value));
                let plain = Some(names::plain(&slug.value)).filter(|plain| !plain.is_empty());
                let plain = plain.unwrap_or(from_folder.1);
                report.warn(slug.line, message, format!("Write `slug: {plain}`, which is used for now."));
                plain
            }
        };
        (name, slug)
    }

    fn category(&mut self, folder: &ContentFolder, draft: CategoryFolder, name: String, slug: String) -> Category {
        let body_html = draft.index.map(|index| self.body(folder, &draft.name, index).html).unwrap_or_default();
        let videos = draft.stems.iter().filter_map(|stem| self.entry(folder, &draft.name, stem)).collect();
        Category { slug, name, body_html, videos }
    }

    fn site(&mut self, folder: &ContentFolder, index: Option<(PathBuf, Document, Report)>) -> SiteInfo {
        let mut site = SiteInfo { name: "Kinora".to_owned(), description: None, body_html: String::new() };
        let Some((path, document, mut report)) = index else { return site };
        let fields = document.front.as_ref().and_then(|front| Fields::of(front, "The front matter", &mut report));
        if let Some(fields) = fields {
            fields.expect(&["name", "description"], &mut report);
            site.name = fields.string("name", &mut report).unwrap_or(site.name);
            site.description = fields.string("description", &mut report);
        }
        site.body_html = self.body(folder, "", (path, document, report)).html;
        site
    }

    fn body(&mut self, folder: &ContentFolder, base: &str, index: (PathBuf, Document, Report)) -> Body {
        let (_, document, report) = index;
        let mut context = Context { folder, base, publication: &mut self.publication, report };
        let body = markdown::render(&document.body, document.body_line, &mut context);
        self.problems.extend(context.report.into_problems());
        body
    }

    /// A video; `None` after an error that leaves nothing to show.
    fn entry(&mut self, folder: &ContentFolder, base: &str, stem: &str) -> Option<Entry> {
        let path = inside(base, &format!("{stem}.md"));
        let file = self.root.join(&path);
        let mut context =
            Context { folder, base, publication: &mut self.publication, report: Report::new(&file) };
        let entry = entry(&path, &file, names::without_number(stem), &mut context);
        self.problems.extend(context.report.into_problems());
        entry
    }

    fn category_path(&self, category: &CategoryFolder) -> PathBuf {
        category.index.as_ref().map_or_else(|| self.root.join(&category.name), |(path, _, _)| path.clone())
    }

    /// An error about a whole file or folder.
    fn fault(&mut self, path: &Path, message: String, advice: &str) {
        let mut report = Report::new(path);
        report.error(1, message, advice);
        self.problems.extend(report.into_problems());
    }
}

fn entry(path: &str, file: &Path, id: &str, context: &mut Context<'_>) -> Option<Entry> {
    // A markdown file that is a link out of the content folder is as foreign as any other.
    let canonical = fs::canonicalize(file).ok().filter(|file| file.starts_with(context.folder.root()));
    if canonical.is_none() {
        let message = format!("{} cannot be read inside the content folder", quote(path));
        context.report.error(1, message, "Put the file itself there, not a link to it.");
        return None;
    }
    let document = document::read(file, &mut context.report)?;
    let missing = yaml::Node { line: 1, value: yaml::Value::Null };
    let video = video::video(id.to_owned(), document.front.as_ref().unwrap_or(&missing), context);
    let body = markdown::render(&document.body, document.body_line, context);
    let modified = fs::metadata(file).and_then(|metadata| metadata.modified());
    Some(Entry {
        body_html: body.html,
        chapters: chapters(&video, context),
        date: video.date.as_deref().and_then(dates::understand),
        body_images: body.images.into_iter().collect(),
        modified: modified.unwrap_or(SystemTime::UNIX_EPOCH),
        video,
    })
}

/// The chapters of the first chapters track that is a file of this site.
fn chapters(video: &media::Video, context: &mut Context<'_>) -> Vec<Chapter> {
    let mut tracks = video.video_subtitles.iter().filter(|subtitle| subtitle.kind == "chapters");
    let file = tracks.find_map(|track| {
        let path = track.src.strip_prefix("/media/")?;
        let path = percent_encoding::percent_decode_str(path).decode_utf8().ok()?;
        context.publication.files.get(path.as_ref()).cloned()
    });
    let Some(file) = file else { return Vec::new() };
    let chapters = fs::read_to_string(&file).ok().and_then(|text| webvtt::chapters(&text)).unwrap_or_default();
    if chapters.is_empty() {
        let mut report = Report::new(&file);
        let message = "No chapters can be read from this file";
        report.warn(1, message, "It starts with `WEBVTT`, then come times such as `00:12.000 --> 00:30.000` with a title below.");
        context.publication.problems.extend(report.into_problems());
    }
    chapters
}

fn inside(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

fn sorted(mut stems: Vec<String>) -> Vec<String> {
    stems.sort_by(|a, b| names::order(a).cmp(&names::order(b)));
    stems
}

/// The folders in a folder, and its markdown files but `index.md`, without `.md`. Hidden ones are
/// left out.
fn list(path: &Path) -> io::Result<(Vec<String>, Vec<String>)> {
    let (mut folders, mut stems) = (Vec::new(), Vec::new());
    for entry in fs::read_dir(path)? {
        let path = entry?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()).filter(|name| !name.starts_with('.')) else {
            continue;
        };
        if path.is_dir() {
            folders.push(name.to_owned());
        } else if is_markdown(&path) && let Some(stem) = name.strip_suffix(".md").filter(|stem| *stem != "index") {
            stems.push(stem.to_owned());
        }
    }
    Ok((folders, stems))
}

#[cfg(test)]
mod tests;
