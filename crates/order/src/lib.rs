//! Sorting that weighs little: one sort for all types, where the standard library compiles one for each.
//!
//! May import: nothing of the workspace.
//! Invariant: orders as the standard library's stable sorts do.
#![warn(missing_docs)]

use std::cmp::Ordering;

/// Stable orders for slices.
pub trait Order<T> {
    /// By the items themselves.
    fn order(&mut self)
    where
        T: Ord;
    /// By a key of theirs, asked for once each.
    fn order_by_key<K: Ord>(&mut self, key: impl FnMut(&T) -> K);
    /// By a comparison.
    fn order_by(&mut self, compare: impl FnMut(&T, &T) -> Ordering);
}

impl<T> Order<T> for [T] {
    fn order(&mut self)
    where
        T: Ord,
    {
        self.order_by(T::cmp);
    }

    fn order_by_key<K: Ord>(&mut self, key: impl FnMut(&T) -> K) {
        let keys: Vec<K> = self.iter().map(key).collect();
        let places = places_in(&keys, &mut K::cmp);
        arrange(places, &mut |one, other| self.swap(one, other));
    }

    fn order_by(&mut self, mut compare: impl FnMut(&T, &T) -> Ordering) {
        let places = places_in(self, &mut compare);
        arrange(places, &mut |one, other| self.swap(one, other));
    }
}

fn places_in<T>(items: &[T], compare: &mut dyn FnMut(&T, &T) -> Ordering) -> Vec<usize> {
    places(
        items.len(),
        &mut |one, other| match (items.get(one), items.get(other)) {
            (Some(one), Some(other)) => compare(one, other),
            _ => Ordering::Equal,
        },
    )
}

/// The places of so many items in their order.
#[inline(never)]
fn places(count: usize, compare: &mut dyn FnMut(usize, usize) -> Ordering) -> Vec<usize> {
    let mut places: Vec<usize> = (0..count).collect();
    places.sort_by(|one, other| compare(*one, *other));
    places
}

/// Brings each item to its place by swaps: what is to stand at a place stands at `places[place]`.
#[inline(never)]
fn arrange(mut places: Vec<usize>, swap: &mut dyn FnMut(usize, usize)) {
    for start in 0..places.len() {
        let mut place = start;
        while let Some(from) = places.get_mut(place).map(|from| std::mem::replace(from, place)) {
            if from == start || from == place {
                break;
            }
            swap(place, from);
            place = from;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Order;

    #[test]
    fn equal_items_keep_their_order() {
        let mut items: Vec<(usize, usize)> = (0..200).map(|index| (index * 7 % 13, index)).collect();
        let mut wanted = items.clone();
        wanted.sort_by_key(|(key, _)| *key);
        items.order_by_key(|(key, _)| *key);
        assert_eq!(items, wanted);
    }

    #[test]
    fn all_is_ordered_whatever_its_order_was() {
        for count in 0..40_usize {
            let mut items: Vec<usize> = (0..count).map(|index| index * 17 % 31).collect();
            let mut wanted = items.clone();
            wanted.sort_unstable();
            items.order();
            assert_eq!(items, wanted);
        }
    }
}
