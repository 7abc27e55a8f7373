//! The boxes of the ISO base media file format (ISO/IEC 14496-12), read in place and written again.

/// One box of at most 4 GiB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Box<'a> {
    pub(crate) kind: [u8; 4],
    /// With its header of eight bytes.
    pub(crate) whole: &'a [u8],
    pub(crate) body: &'a [u8],
}

/// The boxes that lie one after another in `bytes`, up to the first that is cut off.
pub(crate) fn boxes(bytes: &[u8]) -> impl Iterator<Item = Box<'_>> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let (header, _) = rest.split_first_chunk::<8>()?;
        let [a, b, c, d, kind @ ..] = *header;
        let size = u32::from_be_bytes([a, b, c, d]) as usize;
        let (whole, behind) = rest.split_at_checked(size.max(8))?;
        rest = behind;
        Some(Box {
            kind,
            whole,
            body: &whole[8..],
        })
    })
}

/// The body of the first box at `path`.
pub(crate) fn find<'a>(bytes: &'a [u8], path: &[&[u8; 4]]) -> Option<&'a [u8]> {
    let (kind, rest) = path.split_first()?;
    let body = boxes(bytes).find(|found| found.kind == **kind)?.body;
    if rest.is_empty() {
        Some(body)
    } else {
        find(body, rest)
    }
}

/// A box from the parts of its body.
pub(crate) fn make(kind: &[u8; 4], parts: &[&[u8]]) -> Vec<u8> {
    let size: usize = 8 + parts.iter().map(|part| part.len()).sum::<usize>();
    let mut bytes = Vec::with_capacity(size);
    bytes.extend((size as u32).to_be_bytes());
    bytes.extend(kind);
    parts.iter().for_each(|part| bytes.extend(*part));
    bytes
}

/// A copy of `bytes` in which `change` has made the body of every box at `path` anew.
pub(crate) fn edit(bytes: &[u8], path: &[&[u8; 4]], change: &dyn Fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
    let Some((kind, rest)) = path.split_first() else {
        return change(bytes);
    };
    let mut edited = Vec::with_capacity(bytes.len());
    for found in boxes(bytes) {
        if found.kind == **kind {
            edited.extend(make(kind, &[&edit(found.body, rest, change)]));
        } else {
            edited.extend(found.whole);
        }
    }
    edited
}

/// The big-endian number at `at`.
pub(crate) fn number(bytes: &[u8], at: usize) -> Option<u32> {
    let bytes = bytes.get(at..)?.first_chunk::<4>()?;
    Some(u32::from_be_bytes(*bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edited_box_changes_the_sizes_of_those_around_it() {
        let inner = make(b"trun", &[b"abc"]);
        let other = make(b"mfhd", &[]);
        let bytes = make(b"moof", &[&other, &make(b"traf", &[&inner])]);
        let edited = edit(&bytes, &[b"moof", b"traf", b"trun"], &|body| {
            [body, b"defg"].concat()
        });
        assert_eq!(edited.len(), bytes.len() + 4);
        assert_eq!(
            find(&edited, &[b"moof", b"traf", b"trun"]),
            Some(&b"abcdefg"[..])
        );
        assert_eq!(find(&edited, &[b"moof", b"mfhd"]), Some(&b""[..]));
    }

    #[test]
    fn a_box_that_is_cut_off_is_none() {
        let bytes = make(b"mdat", &[b"12345"]);
        assert_eq!(boxes(&bytes[..bytes.len() - 1]).count(), 0);
        assert_eq!(boxes(&bytes).count(), 1);
    }
}
