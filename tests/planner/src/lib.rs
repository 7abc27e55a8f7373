//! What the client does between a manifest's bytes and the choice of renditions, for the bench, which
//! measures it in a browser's wasm engine. The bytes come through a buffer in this module's memory.

use std::cell::RefCell;
use std::collections::BTreeMap;

use media::manifest::{self, Quality, Reading, Wish};

thread_local! {
    static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Makes room for so many bytes; returns where they go.
// SAFETY: no other symbol of this module or of what it links has this name.
#[unsafe(no_mangle)]
pub extern "C" fn room(length: usize) -> *mut u8 {
    BUFFER.with_borrow_mut(|buffer| {
        buffer.resize(length, 0);
        buffer.as_mut_ptr()
    })
}

/// Reads the DASH manifest in the buffer and chooses renditions. Returns how many files they have, 0
/// where that fails.
// SAFETY: no other symbol of this module or of what it links has this name.
#[unsafe(no_mangle)]
pub extern "C" fn plan() -> usize {
    let documents = BTreeMap::from([("/film.mpd".to_owned(), BUFFER.with_borrow(Clone::clone))]);
    let Ok(Reading::Whole(presentation)) = manifest::read("/film.mpd", &documents) else {
        return 0;
    };
    let wish = Wish {
        quality: Quality::Best,
        languages: &[],
    };
    let descriptions = presentation
        .renditions
        .iter()
        .map(|rendition| &rendition.description);
    let Ok(chosen) = manifest::choose(descriptions, &wish, &|_| true) else {
        return 0;
    };
    let files = chosen
        .iter()
        .map(|number| presentation.renditions[*number].urls().len());
    files.sum()
}
