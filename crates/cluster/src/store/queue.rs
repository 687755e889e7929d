use crate::store::key::{Keys, ObjectKey};
use crate::store::sorted_map::SortedMap;
use api::Kind;
use base::Order;
use std::collections::BTreeSet;

/// What the controllers have yet to look at.
#[derive(Clone, Default)]
pub(crate) struct Queue {
    /// Objects that changed, or that something they control did.
    changed: Keys,
    /// Services whose endpoints may have changed.
    services: BTreeSet<ObjectKey>,
    /// Objects whose owners may be gone.
    doubted: Keys,
    /// Workloads whose pods become available by time alone.
    awaiting: Keys,
    /// When to look at an object again, in virtual seconds.
    timers: SortedMap<(Kind, ObjectKey), i64>,
    /// The same in order of time.
    next: SortedMap<(i64, Kind, ObjectKey), ()>,
}

impl Queue {
    pub(crate) fn add(&mut self, kind: Kind, key: ObjectKey) {
        self.changed.insert((kind, key));
    }

    /// Has an object not looked at that was queued.
    pub(crate) fn forget(&mut self, kind: Kind, key: &ObjectKey) {
        self.changed.remove(&(kind, key.clone()));
    }

    pub(crate) fn add_service(&mut self, key: ObjectKey) {
        self.services.insert(key);
    }

    pub(crate) fn doubt_owners(&mut self, kind: Kind, key: ObjectKey) {
        self.doubted.insert((kind, key));
    }

    /// Has a workload looked at whenever the cluster settles next.
    pub(crate) fn await_availability(&mut self, kind: Kind, key: ObjectKey) {
        self.awaiting.insert((kind, key));
    }

    pub(crate) fn add_awaiting(&mut self) {
        self.changed.append(&mut self.awaiting);
    }

    pub(crate) fn take_changed(&mut self) -> Keys {
        std::mem::take(&mut self.changed)
    }

    pub(crate) fn take_services(&mut self) -> BTreeSet<ObjectKey> {
        std::mem::take(&mut self.services)
    }

    pub(crate) fn has_doubted(&self) -> bool {
        !self.doubted.is_empty()
    }

    pub(crate) fn take_doubted(&mut self) -> Keys {
        std::mem::take(&mut self.doubted)
    }

    pub(crate) fn set_timer(&mut self, kind: Kind, key: ObjectKey, second: i64) {
        self.stop_timer(kind, &key);
        self.next.insert((second, kind, key.clone()), ());
        self.timers.insert((kind, key), second);
    }

    /// Has an object looked at again at a second, or earlier if that was asked for before.
    pub(crate) fn wake_at(&mut self, kind: Kind, key: &ObjectKey, second: i64) {
        let known = self.timers.get(&(kind, key.clone()));
        if known.is_none_or(|known| second < *known) {
            self.set_timer(kind, key.clone(), second);
        }
    }

    /// Has the objects of a kind looked at whose timers are due.
    pub(crate) fn wake_due(&mut self, kind: Kind, now: i64) {
        for key in self.due(kind, now) {
            self.stop_timer(kind, &key);
            self.add(kind, key);
        }
    }

    /// Returns whether the timer was set.
    pub(crate) fn stop_timer(&mut self, kind: Kind, key: &ObjectKey) -> bool {
        let timer = (kind, key.clone());
        let Some(second) = self.timers.remove(&timer) else {
            return false;
        };
        self.next.remove(&(second, kind, timer.1));
        true
    }

    pub(crate) fn has_timer(&self, kind: Kind, key: &ObjectKey) -> bool {
        self.timers.contains(&(kind, key.clone()))
    }

    /// The objects of a kind whose timers are due.
    pub(crate) fn due(&self, kind: Kind, now: i64) -> Vec<ObjectKey> {
        let due = self.next.iter().map(|(timer, ())| timer);
        let due = due.take_while(|(second, ..)| *second <= now);
        let mut keys: Vec<ObjectKey> = due
            .filter(|(_, of, _)| *of == kind)
            .map(|(.., key)| key.clone())
            .collect();
        keys.order();
        keys
    }

    pub(crate) fn next_due(&self) -> Option<i64> {
        self.next.iter().next().map(|((second, ..), ())| *second)
    }

    /// Whether all but what is to be done for Services is the same.
    pub(crate) fn is_same_but_for_services(&self, other: &Self) -> bool {
        let Self {
            changed,
            services: _,
            doubted,
            awaiting,
            timers,
            next: _,
        } = self;
        but_services(changed).eq(but_services(&other.changed))
            && (doubted, awaiting) == (&other.doubted, &other.awaiting)
            && timers.iter().eq(other.timers.iter())
    }

    pub(crate) fn has_same_services(&self, other: &Self) -> bool {
        self.services == other.services
    }
}

fn but_services(changed: &Keys) -> impl Iterator<Item = &(Kind, ObjectKey)> {
    changed.iter().filter(|(kind, _)| *kind != Kind::Service)
}
