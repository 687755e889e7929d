//! [`Tools`], by which everything in the cluster changes the objects, and what they keep beside them.

mod by_hand;
mod memory;
mod names;
mod queueing;
mod recording;
mod writing;

pub(crate) use writing::next_state;

use crate::memo::kubelet_cache::Starts;
use crate::networks::Networks;
use crate::server::managed_fields::entry::FieldManager;
use crate::stand_ins::kubelet::memory::PodMemory;
use crate::stand_ins::setting::{ControlPlane, Kubelet};
use crate::store::events::EventLog;
use crate::store::key::ObjectKey;
use crate::store::pod_budget::{PodBudget, PodLimits};
use crate::store::queue::Queue;
use crate::store::shared::Shared;
use crate::store::sorted_map::SortedMap;
use crate::store::tables::Store;
use crate::time::UPTIME;
use api::Kind;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// What controllers and stand-ins work with: the objects, the clock, random names, events, and what was set by hand.
///
/// Whatever is written here is put into the queue for those who have to look at it.
#[derive(Clone)]
pub(crate) struct Tools {
    pub(crate) store: Store,
    pub(crate) queue: Queue,
    pub(crate) budget: PodBudget,
    seed: u64,
    kubelet: Kubelet,
    control_plane: ControlPlane,
    networks: Networks,
    /// The virtual second.
    now: i64,
    /// How many names were generated for each kind, namespace and prefix.
    generated: SortedMap<(Kind, Rc<str>, Rc<str>), u64>,
    events: EventLog,
    /// The second before which no event was told last that is still there.
    events_kept_from: i64,
    /// The pods that were reported ready or not by hand.
    readiness: Shared<BTreeMap<ObjectKey, bool>>,
    /// The pods whose kubelet was told not to finish a deletion.
    held: Shared<BTreeSet<ObjectKey>>,
    /// The resource version of each Ingress that an ingress controller took up.
    taken_up: Shared<BTreeMap<ObjectKey, String>>,
    /// Who sends the requests of clients.
    pub(crate) field_manager: FieldManager,
    /// What kubelets remember of pods that need more than their status.
    lives: SortedMap<ObjectKey, Rc<PodMemory>>,
    /// What starts of pods came to before.
    pub(crate) starts: Starts,
    /// Whether a program of some pod may ask Services something.
    pub(crate) asks_services: bool,
    /// How often timers were looked at.
    pub(crate) moments: u32,
    /// Whether `minikube tunnel` leads the machine outside to load balancers.
    pub(crate) has_tunnel: bool,
}

impl Tools {
    pub(crate) fn new(
        seed: u64,
        limits: PodLimits,
        kubelet: Kubelet,
        control_plane: ControlPlane,
        networks: Networks,
    ) -> Self {
        Self {
            store: Store::default(),
            queue: Queue::default(),
            budget: PodBudget::new(limits),
            seed,
            kubelet,
            control_plane,
            networks,
            now: -UPTIME,
            generated: SortedMap::default(),
            events: EventLog::default(),
            events_kept_from: -UPTIME,
            readiness: Shared::default(),
            held: Shared::default(),
            taken_up: Shared::default(),
            field_manager: FieldManager::new("kubectl-create"),
            lives: SortedMap::default(),
            starts: Starts::default(),
            asks_services: false,
            moments: 0,
            has_tunnel: false,
        }
    }

    pub(crate) fn networks(&self) -> Networks {
        self.networks
    }

    pub(crate) fn seed(&self) -> u64 {
        self.seed
    }

    pub(crate) fn kubelet(&self) -> Kubelet {
        self.kubelet
    }

    pub(crate) fn control_plane(&self) -> ControlPlane {
        self.control_plane
    }

    pub(crate) fn now(&self) -> i64 {
        self.now
    }

    /// Moves virtual time on; it never goes back.
    pub(crate) fn set_now(&mut self, second: i64) {
        self.now = self.now.max(second);
    }

    /// Whether all but Services, and what is to be done for them, is the same.
    pub(crate) fn is_same_but_for_services(&self, other: &Self) -> bool {
        let Self {
            store,
            queue,
            budget,
            seed,
            kubelet,
            control_plane,
            networks,
            now,
            generated,
            events,
            events_kept_from,
            readiness,
            held,
            taken_up,
            field_manager: _,
            lives,
            starts: _,
            asks_services,
            moments,
            has_tunnel,
        } = self;
        (seed, kubelet, networks, now) == (&other.seed, &other.kubelet, &other.networks, &other.now)
            && control_plane == &other.control_plane
            && (generated, events) == (&other.generated, &other.events)
            && *events_kept_from == other.events_kept_from
            && (readiness, held, budget, lives) == (&other.readiness, &other.held, &other.budget, &other.lives)
            && *asks_services == other.asks_services
            && *moments == other.moments
            && *has_tunnel == other.has_tunnel
            && taken_up == &other.taken_up
            && queue.is_same_but_for_services(&other.queue)
            && store.is_same_but_for_services(&other.store)
    }

    pub(crate) fn has_same_services(&self, other: &Self) -> bool {
        self.store.has_same_services(&other.store) && self.queue.has_same_services(&other.queue)
    }
}
