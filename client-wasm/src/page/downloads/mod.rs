//! The Downloads page. Its list stands on the offline page, too.

mod copy;
mod list;
mod selection;
mod space;
mod tools;

pub(super) use copy::{note as copy_note, save as save_copy};
pub(super) use list::show_one;

/// Makes what stands around the list work.
pub(super) fn start() {
    list::start();
    selection::start();
    space::start();
    tools::start();
}

/// Shows the whole page as it is now.
pub(super) fn show() {
    list::show();
    tools::show();
    space::show_soon();
}

/// Shows what sums up all rows.
pub(super) fn show_sums() {
    tools::show();
    selection::show();
    space::show_soon();
}
