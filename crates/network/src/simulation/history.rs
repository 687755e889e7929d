//! What is kept of the past: the newest requests, and the worlds that they met.

use super::chunked::Chunked;
use super::epoch::WorldEpoch;
use super::{Checkpoint, Remembering, Simulation};
use crate::Micros;
use crate::dataplane::DataPlane;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// How much of the past is kept at least, if there is so much. Up to a quarter more is there until the oldest part goes.
#[derive(Clone, Copy, Debug)]
pub struct Kept {
    /// The newest requests.
    pub requests: usize,
    /// The newest worlds, with the requests that met them.
    pub worlds: usize,
    /// The pods and endpoints of these worlds, taken together.
    pub places: usize,
}

impl Default for Kept {
    /// All.
    fn default() -> Self {
        Self {
            requests: usize::MAX,
            worlds: usize::MAX,
            places: usize::MAX,
        }
    }
}

/// So many worlds are kept however large they are.
const WORLDS_AT_LEAST: usize = 8;

/// So many requests are kept in full before older ones are computed again when somebody looks.
const TOLD: usize = 4_000;

impl Simulation {
    /// Keeps so much of the past.
    #[must_use]
    pub fn keeping(self, most: Kept) -> Self {
        Self { most, ..self }
    }

    /// From when on all requests are kept; `None` if none was forgotten.
    pub fn kept_since(&self) -> Option<Micros> {
        let first = self.records.first().map_or(self.ran, |first| first.sent);
        (self.forgotten > 0).then_some(first)
    }

    /// Whether it takes requests that are no longer kept to decide again what was sent from a moment on.
    pub fn has_forgotten(&self, from: Micros) -> bool {
        self.kept_since()
            .is_some_and(|since| from - self.pace.longest() <= since)
    }

    /// Sends all requests up to a moment once more, through the worlds given; of very many the last `at_most` alone.
    pub fn begin_again(&mut self, worlds: Vec<(Micros, Rc<DataPlane>)>, until: Micros, at_most: u64) {
        self.epochs = worlds
            .into_iter()
            .map(|(from, plane)| WorldEpoch::new(from, plane))
            .collect();
        self.records = Chunked::default();
        self.rewinds.note(0);
        self.told = Chunked::default();
        self.checkpoints.clear();
        self.openers.clear();
        self.routes.get_mut().clear();
        (self.current, self.remembering) = (0, Remembering::default());
        let start = self.start(until, at_most);
        self.forgotten = usize::try_from(self.due_before(start)).unwrap_or(usize::MAX);
        for sender in &mut self.senders {
            sender.rewind(start);
            sender.connection = None;
        }
        self.line_up();
        let ran = self.ran;
        self.run(until);
        self.ran = ran;
    }

    /// The moment from which on at most so many requests are due until another.
    fn start(&self, until: Micros, at_most: u64) -> Micros {
        let all = self.due_before(until);
        let (mut early, mut late) = (0, until.0);
        while all - self.due_before(Micros(early)) > at_most && early < late {
            let middle = early + (late - early).div_ceil(2);
            if all - self.due_before(Micros(middle)) > at_most {
                early = middle;
            } else {
                late = middle - 1;
            }
        }
        Micros(early)
    }

    fn due_before(&self, moment: Micros) -> u64 {
        self.senders.iter().map(|sender| sender.due_before(moment)).sum()
    }

    /// Forgets the oldest requests once there are too many.
    pub(super) fn forget_requests(&mut self) {
        let most = self.most.requests;
        if self.records.len() >= most.saturating_add(most / 4) {
            self.forget(self.records.len() - most);
        }
    }

    /// Forgets the oldest worlds, and the requests that met them, once there are too many.
    pub(super) fn forget_worlds(&mut self) {
        let Kept { worlds, places, .. } = self.most;
        let past = self.epochs.get(..=self.current).unwrap_or_default();
        let mut held = 0;
        let is_kept = |(age, epoch): &(usize, &WorldEpoch)| {
            held += epoch.places;
            *age < WORLDS_AT_LEAST || *age < worlds && held <= places
        };
        let kept = past.iter().rev().enumerate().take_while(is_kept).count();
        let old = past.get(..past.len() - kept).unwrap_or_default();
        let spared = self
            .openers
            .values()
            .map(|opener| opener.epoch)
            .collect::<BTreeSet<_>>()
            .len()
            + 1;
        let old_places: usize = old.iter().map(|epoch| epoch.places).sum();
        if old.len() <= spared || old.len() - spared <= worlds / 4 && old_places <= places / 4 {
            return;
        }
        let Some(first) = self.epochs.get(past.len() - kept).map(|epoch| epoch.from) else {
            return;
        };
        self.forget(
            self.records
                .partition_point(|record| record.sent + self.pace.hop < first),
        );
    }

    /// Forgets so many of the requests that are kept, and the worlds that nothing refers to any more.
    fn forget(&mut self, count: usize) {
        let forgotten = self.forgotten + count;
        let (current, remembering) = self.remembered_after(forgotten);
        let first = self.records.get(count).map_or(self.ran, |first| first.sent);
        let kept = self.records.range(count..self.records.len());
        let used = kept.map(|record| record.opened_by);
        // Who has stopped before sends nothing more, and what it sent is not decided again.
        let sending = self.senders.iter().filter(|sender| sender.until > first);
        let used = used.chain(sending.filter_map(|sender| sender.connection));
        let used: BTreeSet<u32> = used.filter(|place| (*place as usize) < forgotten).collect();
        let openers = used
            .into_iter()
            .filter_map(|place| Some((place, *self.record(place as usize)?)));
        self.openers = openers.collect();
        self.records.forget_first(count);
        self.told.forget_first(count);
        self.forgotten = forgotten;
        self.checkpoints.retain(|checkpoint| checkpoint.records > forgotten);
        let base = Checkpoint {
            records: forgotten,
            current,
            remembering,
        };
        self.checkpoints.insert(0, base);
        self.forget_unused_worlds(self.epoch_at(first + self.pace.hop));
    }

    /// Forgets the worlds before one of them that neither connections nor the first checkpoint need.
    fn forget_unused_worlds(&mut self, first: usize) {
        let openers = self.openers.values().map(|opener| opener.epoch as usize);
        let base = self.checkpoints.first().map(|checkpoint| checkpoint.current);
        let mut used: BTreeSet<usize> = openers.chain(base).collect();
        used.extend(first.min(self.current)..self.epochs.len());
        let places: BTreeMap<usize, usize> = used.iter().copied().zip(0..).collect();
        let place = |epoch: usize| places.get(&epoch).copied().unwrap_or(0);
        let moved = |epoch: u32| u32::try_from(place(epoch as usize)).unwrap_or(u32::MAX);
        let mut number = 0..;
        self.epochs
            .retain(|_| number.next().is_some_and(|number| used.contains(&number)));
        self.current = place(self.current);
        for record in self.records.iter_mut().chain(self.openers.values_mut()) {
            record.epoch = moved(record.epoch);
        }
        for checkpoint in &mut self.checkpoints {
            checkpoint.current = place(checkpoint.current);
        }
        let routes = std::mem::take(self.routes.get_mut());
        let routes = routes
            .into_iter()
            .filter(|((epoch, ..), _)| used.contains(&(*epoch as usize)));
        *self.routes.get_mut() = routes
            .map(|((epoch, sender, leaf, onward), route)| ((moved(epoch), sender, leaf, onward), route))
            .collect();
    }

    /// Drops requests in full that ended, once many are there.
    pub(super) fn forget_told(&mut self) {
        if self.told_count.get() <= TOLD {
            return;
        }
        let recent = self.ran - self.pace.longest() - self.pace.longest();
        let ended = self.records.partition_point(|record| record.sent < recent);
        for told in self.told.iter_mut().take(ended) {
            told.take();
        }
        let young = self.told.range(ended..self.told.len());
        let left = young.filter(|told| told.get().is_some()).count();
        self.told_count.set(left);
    }
}
