//! The one sort that a client needs: every other is compiled again for its own types and order.

/// The items of pairs of a key and an item, in the order of the pairs.
pub(crate) fn in_order(mut pairs: Vec<(usize, usize)>) -> Vec<usize> {
    pairs.sort_unstable();
    pairs.into_iter().map(|(_, item)| item).collect()
}
