//! The states of the cluster in order of time: what acts, time and kube-proxy make of it.

use super::{AHEAD, PROXY_LAG, Reader};
use crate::commands::Commands;
use crate::limits;
use crate::run::{Cause, Change, SeenEpoch};
use crate::scenario::Act;
use crate::snapshot::Snapshot;
use cluster::Cluster;
use network::{Micros, World};
use std::ops::Range;
use std::rc::Rc;

#[derive(Clone)]
pub(super) struct Epoch {
    pub(super) from: Micros,
    pub(super) cause: Cause,
    /// Shared with the epoch before where the state of this one is no longer kept.
    pub(super) snapshot: Rc<Snapshot>,
}

impl Reader {
    /// What the run does not know yet, in order.
    pub fn take_changes(&mut self) -> Vec<Change> {
        std::mem::take(&mut self.changes)
    }

    /// Until when it is known what time brings.
    ///
    /// It is known for some time only, as programs that crash over and over never come to an end.
    pub fn brought(&self) -> Micros {
        self.brought
    }

    /// Adds the epochs that time brings up to a moment.
    pub fn bring(&mut self, until: Micros) {
        self.brought = self.brought.max(until);
        let Some(last) = self.epochs.last().cloned() else {
            return;
        };
        let epochs = with_what_time_brings(vec![last.clone()], until);
        let added = heard_later(&last.snapshot.world, epochs.into_iter().skip(1).collect());
        self.add(added);
    }

    /// Adds epochs, and lets the run know what it sees of them.
    pub(super) fn add(&mut self, epochs: Vec<Epoch>) {
        let mut before = self.epochs.last().map(|epoch| &*epoch.snapshot);
        let mut seen = Vec::with_capacity(epochs.len());
        for epoch in &epochs {
            let now = &*epoch.snapshot;
            seen.push(SeenEpoch {
                from: epoch.from,
                cause: epoch.cause,
                world: (!before.is_some_and(|before| Rc::ptr_eq(&before.world, &now.world))).then(|| now.world.clone()),
                caveats: (!before.is_some_and(|before| Rc::ptr_eq(&before.caveats, &now.caveats)))
                    .then(|| now.caveats.clone()),
            });
            before = Some(now);
        }
        self.changes.push(Change::Epochs {
            kept: self.epochs.len(),
            epochs: seen,
            brought: self.brought,
        });
        self.epochs.extend(epochs);
        let thinned = thin(&mut self.epochs);
        if !thinned.is_empty() {
            self.changes.push(Change::Thinned(thinned));
        }
    }

    /// A copy of the cluster at that moment.
    pub(super) fn cluster(&self, at: Micros) -> Cluster {
        let mut cluster = self.epoch(at).snapshot.cluster.clone();
        cluster.advance(at.seconds());
        cluster
    }

    pub(super) fn epoch(&self, at: Micros) -> &Epoch {
        let after = self.epochs.partition_point(|epoch| epoch.from <= at);
        &self.epochs[after.saturating_sub(1)]
    }

    /// Rebuilds the epochs from `from` on: the base with all acts up to then, then each later act at its moment.
    pub(super) fn rebuild(&mut self, from: Micros, cause: Cause) {
        self.perform_all();
        self.epochs.retain(|epoch| epoch.from < from);
        let earlier = self.scenario.acts.partition_point(|act| act.at <= from.0);
        let after = |acts: usize| {
            acts.checked_sub(1)
                .and_then(|last| self.performed.get(last))
                .unwrap_or(&self.base)
        };
        let mut epochs = vec![Epoch {
            from,
            cause,
            snapshot: Rc::new(after(earlier).clone()),
        }];
        let later = self.scenario.acts.iter().enumerate().skip(earlier);
        for (index, act) in later.filter(|(_, act)| !matches!(act.act, Act::Send { .. })) {
            epochs.push(Epoch {
                from: Micros(act.at),
                cause: Cause::Act,
                snapshot: Rc::new(after(index + 1).clone()),
            });
        }
        let last = epochs.last().map_or(from, |last| last.from);
        self.brought = self.brought.max(last + AHEAD);
        let epochs = with_what_time_brings(epochs, self.brought);
        let before = self.epochs.last().or(epochs.first());
        let before = before.map_or_else(|| self.base.world.clone(), |epoch| epoch.snapshot.world.clone());
        let epochs = heard_later(&before, epochs);
        self.add(epochs);
        self.retarget(from);
    }

    /// Performs the acts that have not been performed on the base.
    pub(super) fn perform_all(&mut self) {
        let commands = Commands {
            version: self.scenario.kubectl_version(),
            ..Commands::with_files(self.files(), self.scenario.proxy.into(), self.scenario.seed)
        };
        for act in self.scenario.acts.iter().skip(self.performed.len()) {
            let next = self.performed.last().unwrap_or(&self.base).after(act, &commands);
            self.performed.push(next);
        }
    }
}

/// Lets some of the older epochs share the state of the one before, once too many have one of their own, or too many edits have.
/// Returns the places of all that do, each after those that it follows from.
fn thin(epochs: &mut [Epoch]) -> Vec<u32> {
    let mut thinned = Vec::new();
    if places_of_own(epochs).count() > limits::STATES {
        let older = epochs.len().saturating_sub(limits::STATES / 2);
        thinned.extend(thin_states(epochs, older));
    }
    let edits = edits(epochs);
    if edits.len() > limits::EDITS {
        for edit in edits.iter().take(edits.len() - limits::EDITS / 2).step_by(2) {
            thinned.extend(edit.clone().filter(|place| share(epochs, *place)));
        }
    }
    thinned
        .into_iter()
        .filter_map(|place| u32::try_from(place).ok())
        .collect()
}

/// Every other of the first so many that time or an edit brought.
fn thin_states(epochs: &mut [Epoch], older: usize) -> Vec<usize> {
    let own: Vec<usize> = places_of_own(epochs).collect();
    let mut is_kept = false;
    let is_thinned = |place: &usize| {
        let by_itself = matches!(epochs[*place].cause, Cause::Text | Cause::Time | Cause::Proxy);
        is_kept ^= by_itself && own.binary_search(place).is_ok();
        by_itself && !is_kept
    };
    let places: Vec<usize> = (1..older).filter(is_thinned).collect();
    places.into_iter().filter(|place| share(epochs, *place)).collect()
}

/// The places of what each edit brought: it and what follows by itself. Each cluster that an edit made is made from the beginning, and
/// shares little with the one before. Without edits whose state is no longer kept.
fn edits(epochs: &[Epoch]) -> Vec<Range<usize>> {
    let own: Vec<usize> = places_of_own(epochs).collect();
    let mut edits: Vec<Range<usize>> = Vec::new();
    for (place, epoch) in epochs.iter().enumerate().skip(1) {
        match (epoch.cause, edits.last_mut()) {
            (Cause::Text, _) => edits.push(place..place + 1),
            (Cause::Time | Cause::Proxy, Some(edit)) if edit.end == place => edit.end = place + 1,
            _ => {}
        }
    }
    edits.retain(|edit| edit.clone().any(|place| own.binary_search(&place).is_ok()));
    edits
}

/// Where the epochs are that have another state than the one before.
fn places_of_own(epochs: &[Epoch]) -> impl Iterator<Item = usize> {
    let pairs = epochs.iter().zip(epochs.iter().skip(1));
    let own = (1..)
        .zip(pairs)
        .filter(|(_, (before, epoch))| !Rc::ptr_eq(&before.snapshot, &epoch.snapshot));
    own.map(|(place, _)| place)
}

/// Has an epoch share the state of the one before.
fn share(epochs: &mut [Epoch], place: usize) -> bool {
    let before = place.checked_sub(1).and_then(|before| epochs.get(before));
    let Some((snapshot, epoch)) = before.map(|before| before.snapshot.clone()).zip(epochs.get_mut(place)) else {
        return false;
    };
    epoch.snapshot = snapshot;
    true
}

/// Has kube-proxy hear of what acts and time change a little later; a text is there with all that follows from it.
fn heard_later(before: &Rc<World>, epochs: Vec<Epoch>) -> Vec<Epoch> {
    let mut all: Vec<Epoch> = Vec::with_capacity(epochs.len());
    let mut before = before.clone();
    let mut epochs = epochs.into_iter().peekable();
    while let Some(epoch) = epochs.next() {
        let next = epochs.peek().map(|next| next.from);
        let unheard = match epoch.cause {
            Cause::Act | Cause::Undo | Cause::Time => epoch.snapshot.unheard(&before),
            Cause::Text | Cause::Proxy => None,
        };
        let Some(snapshot) = unheard else {
            before = epoch.snapshot.world.clone();
            all.push(epoch);
            continue;
        };
        let heard = epoch.from + PROXY_LAG;
        before = snapshot.world.clone();
        all.push(Epoch {
            snapshot: Rc::new(snapshot),
            ..epoch.clone()
        });
        if next.is_none_or(|next| heard < next) {
            before = epoch.snapshot.world.clone();
            all.push(Epoch {
                from: heard,
                cause: Cause::Proxy,
                snapshot: epoch.snapshot,
            });
        }
    }
    all
}

/// Adds what falls due after each of these epochs and before the next, or before `end`; what was due before an epoch has
/// happened in it.
fn with_what_time_brings(epochs: Vec<Epoch>, end: Micros) -> Vec<Epoch> {
    let mut all: Vec<Epoch> = Vec::with_capacity(epochs.len());
    let mut epochs = epochs.into_iter().peekable();
    while let Some(mut epoch) = epochs.next() {
        let until = epochs.peek().map(|next| next.from);
        if epoch.snapshot.due().is_some_and(|due| due <= epoch.from) {
            epoch.snapshot = Rc::new(epoch.snapshot.at(epoch.from));
        }
        let mut last = epoch.snapshot.clone();
        all.push(epoch);
        while let Some(from) = last.due().filter(|due| *due < until.unwrap_or(end + Micros(1))) {
            last = Rc::new(last.at(from));
            all.push(Epoch {
                from,
                cause: Cause::Time,
                snapshot: last.clone(),
            });
            if all.len().is_multiple_of(limits::STATES / 4) {
                thin(&mut all);
            }
        }
    }
    all
}
