//! Which requests stay as they were while others are decided again.

use std::collections::VecDeque;

/// How often requests had been decided again at one time: see [`Requests::unchanged_since`](super::Requests::unchanged_since).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct RewindCount(u64);

/// Of more rewinds than these it is no longer known which requests stayed.
const KNOWN: usize = 64;

#[derive(Clone, Debug, Default)]
pub(super) struct Rewinds {
    count: RewindCount,
    /// The place from which on requests were decided again, for each rewind that no later one went further back than: in order of
    /// both.
    known: VecDeque<(RewindCount, usize)>,
    /// The last one that is no longer known.
    forgotten: RewindCount,
}

impl Rewinds {
    pub(super) fn count(&self) -> RewindCount {
        self.count
    }

    /// From this place on, in the order of sending, requests are decided again.
    pub(super) fn note(&mut self, place: usize) {
        self.count.0 += 1;
        while self.known.back().is_some_and(|(_, other)| *other >= place) {
            self.known.pop_back();
        }
        self.known.push_back((self.count, place));
        if self.known.len() > KNOWN
            && let Some((count, _)) = self.known.pop_front()
        {
            self.forgotten = count;
        }
    }

    /// Of a simulation that takes another's place: none of its requests stays.
    pub(super) fn after(other: &Self) -> Self {
        let mut rewinds = other.clone();
        rewinds.note(0);
        rewinds
    }

    /// How many of the requests sent first have not been decided again since.
    pub(super) fn unchanged_since(&self, count: RewindCount) -> usize {
        if count < self.forgotten {
            return 0;
        }
        let later = self.known.partition_point(|(known, _)| *known <= count);
        self.known.get(later).map_or(usize::MAX, |(_, place)| *place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_rewind_since_then_reached_is_unchanged() {
        let mut rewinds = Rewinds::default();
        let counts = [10, 30, 20, 40].map(|place| {
            rewinds.note(place);
            rewinds.count()
        });
        let unchanged = |count| rewinds.unchanged_since(count);
        assert_eq!(unchanged(RewindCount::default()), 10);
        assert_eq!(counts.map(unchanged), [20, 20, 40, usize::MAX]);
    }

    #[test]
    fn of_many_rewinds_ago_nothing_is_known() {
        let mut rewinds = Rewinds::default();
        (1..=KNOWN + 1).for_each(|place| rewinds.note(place));
        assert_eq!(rewinds.unchanged_since(RewindCount(0)), 0);
        assert_eq!(rewinds.unchanged_since(RewindCount(1)), 2);
    }

    #[test]
    fn of_another_simulation_none_stays() {
        let mut rewinds = Rewinds::default();
        rewinds.note(5);
        let count = rewinds.count();
        assert_eq!(Rewinds::after(&rewinds).unchanged_since(count), 0);
    }
}
