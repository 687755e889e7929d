//! A long list in chunks.

use std::collections::VecDeque;
use std::ops::Range;

/// A list that grows at its end and is forgotten from its beginning. To grow it moves nothing and asks for one more chunk, not for
/// twice its size: memory of WebAssembly never shrinks.
#[derive(Clone, Debug)]
pub(super) struct Chunked<T> {
    /// All but the last are full.
    chunks: VecDeque<Vec<T>>,
    /// So many of the first chunk are forgotten.
    gone: usize,
    len: usize,
}

const CHUNK: usize = 8_192;

impl<T> Default for Chunked<T> {
    fn default() -> Self {
        Self {
            chunks: VecDeque::new(),
            gone: 0,
            len: 0,
        }
    }
}

impl<T> Chunked<T> {
    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn push(&mut self, item: T) {
        if self.chunks.back().is_none_or(|last| last.len() >= CHUNK) {
            let room = if self.chunks.is_empty() { 0 } else { CHUNK };
            self.chunks.push_back(Vec::with_capacity(room));
        }
        if let Some(last) = self.chunks.back_mut() {
            last.push(item);
            self.len += 1;
        }
    }

    /// Adds items until there are so many.
    pub(super) fn extend_to(&mut self, len: usize, item: impl Fn() -> T) {
        while self.len < len {
            self.push(item());
        }
    }

    pub(super) fn get(&self, place: usize) -> Option<&T> {
        let place = self.gone + place;
        self.chunks.get(place / CHUNK)?.get(place % CHUNK)
    }

    pub(super) fn first(&self) -> Option<&T> {
        self.get(0)
    }

    /// Those at these places, as far as there are any.
    pub(super) fn range(&self, places: Range<usize>) -> impl DoubleEndedIterator<Item = &T> + Clone {
        (places.start..places.end.min(self.len)).filter_map(|place| self.get(place))
    }

    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = &T> + Clone {
        self.range(0..self.len)
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.chunks.iter_mut().flatten().skip(self.gone)
    }

    /// The first of these places whose item is not `earlier`; all that are stand before it.
    pub(super) fn place_after(&self, places: Range<usize>, earlier: impl Fn(&T) -> bool) -> usize {
        let (mut low, mut high) = (places.start, places.end.min(self.len));
        while low < high {
            let middle = low + (high - low) / 2;
            if self.get(middle).is_some_and(&earlier) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    pub(super) fn partition_point(&self, earlier: impl Fn(&T) -> bool) -> usize {
        self.place_after(0..self.len, earlier)
    }

    pub(super) fn truncate(&mut self, len: usize) {
        if len >= self.len {
            return;
        }
        self.len = len;
        let all = self.gone + len;
        self.chunks.truncate(all.div_ceil(CHUNK));
        let before = self.chunks.len().saturating_sub(1) * CHUNK;
        if let Some(last) = self.chunks.back_mut() {
            last.truncate(all - before);
        }
    }

    pub(super) fn forget_first(&mut self, count: usize) {
        let count = count.min(self.len);
        self.gone += count;
        self.len -= count;
        while self.gone >= CHUNK {
            self.chunks.pop_front();
            self.gone -= CHUNK;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::Stream;

    #[test]
    fn it_holds_what_a_list_in_one_piece_holds() {
        let (mut chunked, mut list) = (Chunked::default(), Vec::new());
        let draws = Stream::new(1, &["chunked"]);
        let below = |draw, most: usize| usize::try_from(draws.at(draw, most as u64)).unwrap();
        for round in 0..200 {
            let added = list.len() + below(round, 12_000);
            let mut next = list.last().copied().unwrap_or(0);
            list.resize_with(added, || {
                next += 1;
                next
            });
            for item in list.iter().skip(chunked.len()) {
                chunked.push(*item);
            }
            match round % 3 {
                0 => {
                    let len = list.len() - below(round + 1_000, 9_000).min(list.len());
                    list.truncate(len);
                    chunked.truncate(len);
                }
                1 => {
                    let count = below(round + 2_000, 10_000).min(list.len());
                    list.drain(..count);
                    chunked.forget_first(count);
                }
                _ => {
                    let from = below(round + 3_000, list.len() + 1);
                    assert!(chunked.range(from..list.len()).eq(list.get(from..).unwrap_or_default()));
                    let item = list.get(from).copied().unwrap_or_default();
                    let place = list.partition_point(|other| *other < item);
                    assert_eq!(chunked.partition_point(|other| *other < item), place);
                }
            }
            assert_eq!((chunked.len(), chunked.first()), (list.len(), list.first()));
            assert!(chunked.iter().rev().eq(list.iter().rev()));
            assert!(chunked.iter_mut().map(|item| *item).eq(list.iter().copied()));
        }
    }

    #[test]
    fn it_never_takes_much_more_room_than_it_needs() {
        let mut chunked = Chunked::default();
        for item in 0..100_000_u32 {
            chunked.push(item);
            chunked.forget_first(chunked.len().saturating_sub(30_000));
            let room: usize = chunked.chunks.iter().map(Vec::capacity).sum();
            assert!(room <= chunked.len() + 2 * CHUNK, "{room} for {}", chunked.len());
        }
    }
}
