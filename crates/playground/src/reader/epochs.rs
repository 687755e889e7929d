//! The states of the cluster in order of time: what acts, time and kube-proxy make of it.

use super::{AHEAD, PROXY_LAG, Reader};
use crate::commands::Commands;
use crate::limits;
use crate::run::{Cause, Change, SeenEpoch};
use crate::scenario::Act;
use crate::snapshot::Snapshot;
use cluster::Cluster;
use network::{Micros, World};
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

/// Lets every other of the older epochs that time or an edit brought share the state of the one before, once too many have one of
/// their own.
/// Returns the places of all that do.
fn thin(epochs: &mut [Epoch]) -> Vec<u32> {
    let pairs = epochs.iter().zip(epochs.iter().skip(1));
    let own = pairs.filter(|(before, epoch)| !Rc::ptr_eq(&before.snapshot, &epoch.snapshot));
    if own.count() <= limits::STATES {
        return Vec::new();
    }
    let older = epochs.len().saturating_sub(limits::STATES / 2);
    let mut before: Option<(Rc<Snapshot>, Rc<Snapshot>)> = None;
    let mut is_kept = false;
    let mut thinned = Vec::new();
    for (place, epoch) in (0..).zip(epochs.iter_mut().take(older)) {
        let was = epoch.snapshot.clone();
        if let Some((was_before, now_before)) = &before
            && matches!(epoch.cause, Cause::Text | Cause::Time | Cause::Proxy)
        {
            if !Rc::ptr_eq(&was, was_before) {
                is_kept = !is_kept;
            }
            if Rc::ptr_eq(&was, was_before) || !is_kept {
                epoch.snapshot = now_before.clone();
                thinned.push(place);
            }
        }
        before = Some((was, epoch.snapshot.clone()));
    }
    thinned
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
