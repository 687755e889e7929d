//! Stable sorting that is compiled once: the standard library compiles a sort for each type, which WebAssembly pays for in
//! bytes.

use std::cmp::Ordering;

/// Stable sorts of slices, with the results of the standard library's.
pub trait Order<T> {
    /// Sorts by the items themselves.
    fn order(&mut self)
    where
        T: Ord;
    /// Sorts by a key, computed once for each item.
    fn order_by_key<K: Ord>(&mut self, key: impl FnMut(&T) -> K);
    /// Sorts by a comparison.
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

/// The indices of `count` items in sorted order.
#[inline(never)]
fn places(count: usize, compare: &mut dyn FnMut(usize, usize) -> Ordering) -> Vec<usize> {
    let mut places: Vec<usize> = (0..count).collect();
    places.sort_by(|one, other| compare(*one, *other));
    places
}

/// Moves each item to its place by swaps; `places[place]` is the index at which the item for `place` was.
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
    fn any_number_of_items_is_sorted() {
        for count in 0..40_usize {
            let mut items: Vec<usize> = (0..count).map(|index| index * 17 % 31).collect();
            let mut wanted = items.clone();
            wanted.sort_unstable();
            items.order();
            assert_eq!(items, wanted);
        }
    }
}
