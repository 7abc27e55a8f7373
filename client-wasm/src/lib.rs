//! The page's behaviour and the service worker, one artefact for both, so that the browser fetches
//! and compiles one. The two shims in `static/` call what stands here.

mod command;
mod ledger;
pub mod page;
mod settings;
mod web;
pub mod worker;
