//! What the films show. A module for each film; the things that several of them use are in `props`.

pub(crate) mod autoplay;
pub(crate) mod byte_ranges;
pub(crate) mod captions;
pub(crate) mod chapters;
pub(crate) mod listen;
pub(crate) mod locked_box;
pub(crate) mod long_way;
pub(crate) mod one_file;
pub(crate) mod picture_in_picture;
pub(crate) mod props;
pub(crate) mod quality_ladder;
pub(crate) mod several_sources;
pub(crate) mod take_it_with_you;
