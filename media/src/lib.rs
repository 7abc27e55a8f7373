//! What server, page and worker share, free of I/O: the vocabulary of a video, DASH and HLS
//! manifests, byte ranges as RFC 9110 has them, the offline plan, the download ledger's rows, and
//! every name that two sides must agree on. All of it is tested natively.
#![warn(missing_docs)]

pub mod cut;
pub mod json;
pub mod ledger;
pub mod manifest;
pub mod names;
mod order;
pub mod pace;
pub mod plan;
pub mod range;
pub mod retry;
pub mod text;
pub mod video;

pub use plan::{OfflinePlan, PlannedFile, Role};
pub use video::Video;
