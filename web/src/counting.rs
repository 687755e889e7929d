//! Requests that are counted as they end. An edit has those counted again that it has decided again, and no others: there may be
//! hundreds of thousands.

use crate::live::SessionRevision;
use playground::{Brief, Micros, Requests, RewindCount};

/// So many of those counted last can be taken back.
const RECENT: usize = 16_384;

/// What becomes of a count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<T> {
    /// It begins again.
    Anew,
    More(T),
    Less(T),
}

/// How far requests are counted, by what is counted of each.
#[derive(Clone, Debug)]
pub struct Counting<T> {
    generation: u32,
    rewinds: RewindCount,
    at: Micros,
    /// The number of requests examined.
    seen: usize,
    /// The places of examined requests under way.
    under_way: Vec<usize>,
    /// Those counted last, by their places.
    recent: Vec<(usize, T)>,
    /// No request from this place on is counted but the recent ones.
    settled: usize,
}

impl<T> Default for Counting<T> {
    fn default() -> Self {
        Self {
            generation: 0,
            rewinds: RewindCount::default(),
            at: Micros::ZERO,
            seen: 0,
            under_way: Vec::new(),
            recent: Vec::new(),
            settled: 0,
        }
    }
}

impl<T: Clone> Counting<T> {
    /// Goes on to `at` with the requests sent by then. `of` says what is counted of a request that ended, if anything; `tell` hears
    /// of each step.
    pub fn advance(
        &mut self,
        requests: Requests<'_>,
        at: Micros,
        (generation, _): SessionRevision,
        of: impl Fn(&Brief<'_>) -> Option<T>,
        mut tell: impl FnMut(Step<T>),
    ) {
        let goes_on = at >= self.at && generation == self.generation;
        let unchanged = if goes_on {
            requests.unchanged_since(self.rewinds)
        } else {
            0
        };
        if unchanged < self.settled || !goes_on {
            *self = Self::default();
            tell(Step::Anew);
        } else if unchanged < self.seen {
            self.take_back(unchanged, &mut tell);
        }
        (self.generation, self.rewinds, self.at) = (generation, requests.rewinds(), at);
        let first = self.seen.max(requests.kept().start);
        self.under_way.extend(first..requests.len());
        self.seen = self.seen.max(requests.len());
        let recent = &mut self.recent;
        self.under_way.retain(|place| {
            let Some(request) = requests.brief(*place) else {
                return false;
            };
            let is_done = request.done <= at;
            if let Some(counted) = of(&request).filter(|_| is_done) {
                tell(Step::More(counted.clone()));
                recent.push((*place, counted));
            }
            !is_done
        });
        self.settle();
    }

    /// Forgets all from a place on.
    fn take_back(&mut self, from: usize, tell: &mut impl FnMut(Step<T>)) {
        self.under_way.retain(|place| *place < from);
        for (_, counted) in self.recent.extract_if(.., |(place, _)| *place >= from) {
            tell(Step::Less(counted));
        }
        self.seen = from;
    }

    /// Keeps the half that was counted last, once there are too many.
    fn settle(&mut self) {
        if self.recent.len() > RECENT {
            let older = self.recent.drain(..RECENT / 2);
            let last = older.map(|(place, _)| place + 1).max();
            self.settled = self.settled.max(last.unwrap_or(0));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::live::Live;
    use crate::scenarios;
    use playground::Act;
    use playground::seam::Task;
    use std::cell::Cell;
    use std::collections::BTreeMap;

    /// Outcomes that are counted, and how many requests were looked at for it the last time.
    #[derive(Default)]
    struct Tally {
        counting: Counting<&'static str>,
        counts: BTreeMap<&'static str, usize>,
        looked_at: Cell<usize>,
    }

    impl Tally {
        fn advance(&mut self, live: &Live) {
            let session = live.session.borrow();
            let (counts, looked_at) = (&mut self.counts, &self.looked_at);
            looked_at.set(0);
            let word = |request: &Brief<'_>| {
                looked_at.set(looked_at.get() + 1);
                Some(crate::outcome_word::outcome_word(request.outcome))
            };
            self.counting.advance(
                session.requests(live.at()),
                live.at(),
                live.revision(),
                word,
                |step| match step {
                    Step::Anew => counts.clear(),
                    Step::More(word) => *counts.entry(word).or_default() += 1,
                    Step::Less(word) => *counts.entry(word).or_default() -= 1,
                },
            );
            counts.retain(|_, count| *count > 0);
        }
    }

    fn second(second: u64) -> Micros {
        Micros::from_seconds(second)
    }

    #[test]
    fn what_an_act_decides_again_is_counted_again_and_no_more() {
        let live = Live::here();
        live.open(scenarios::ALL[0].scenario());
        live.seek(second(300));
        let mut kept = Tally::default();
        kept.advance(&live);
        let all = kept.looked_at.get();
        live.send(Task::Act(Act::Kubectl("kubectl delete service back-end".to_owned())));
        for at in [300, 301, 310] {
            live.seek(second(at));
            kept.advance(&live);
            assert!(kept.looked_at.get() < all / 4, "{} of {all}", kept.looked_at.get());
            let mut anew = Tally::default();
            anew.advance(&live);
            assert_eq!(kept.counts, anew.counts, "at {at} s");
        }
        live.send(Task::Undo);
        kept.advance(&live);
        assert_eq!(kept.counts.len(), 1, "all are answered again: {:?}", kept.counts);
    }

    #[test]
    fn where_time_goes_back_or_another_scenario_is_opened_all_are_counted_anew() {
        let live = Live::here();
        live.open(scenarios::ALL[0].scenario());
        let mut tally = Tally::default();
        let mut count = |live: &Live, at| {
            live.seek(second(at));
            tally.advance(live);
            tally.counts.values().sum::<usize>()
        };
        let (late, early) = (count(&live, 60), count(&live, 30));
        assert!(early < late && early > 0);
        assert_eq!(count(&live, 60), late);
        live.open(scenarios::ALL[0].scenario());
        assert_eq!(count(&live, 30), early);
    }
}
