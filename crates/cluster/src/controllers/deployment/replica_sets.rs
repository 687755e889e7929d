//! The replica sets of a deployment.

use crate::controllers::deployment::deployment_revision::revision;
use crate::controllers::deployment::proportional_scaling::annotate_size;
use crate::controllers::garbage;
use crate::controllers::workload::{NO_LIMIT, adopt, replicas, reported, selector_matches};
use crate::store::{Object, Tools, set};
use api::Kind;
use api::view::Deployment;
use base::Order;
use std::rc::Rc;

pub(crate) struct ReplicaSets {
    /// The one with its template.
    pub(crate) new: Option<Rc<Object>>,
    /// The others, from oldest to newest.
    pub(crate) old: Vec<Rc<Object>>,
}

impl ReplicaSets {
    pub(crate) fn all(&self) -> impl Iterator<Item = &Rc<Object>> {
        self.old.iter().chain(&self.new)
    }

    /// Those that ask for pods.
    pub(crate) fn active(&self) -> Vec<Rc<Object>> {
        self.all().filter(|set| replicas(set) > 0).cloned().collect()
    }

    pub(crate) fn wanted(&self) -> i64 {
        self.all().map(|set| replicas(set)).sum()
    }

    pub(crate) fn reported(&self, field: &str) -> i64 {
        self.all().map(|set| reported(set, field)).sum()
    }

    /// Replaces the state of one of them.
    pub(crate) fn put(&mut self, set: &Rc<Object>) {
        for known in self.old.iter_mut().chain(&mut self.new) {
            if known.uid() == set.uid() {
                *known = set.clone();
            }
        }
    }

    /// The only one that asks for pods; the newest if none does; `None` if several do.
    ///
    /// Models: pkg/controller/deployment/util/deployment_util.go FindActiveOrLatest (v1.36).
    pub(crate) fn active_or_latest(&self) -> Option<Rc<Object>> {
        let active = self.active();
        match active.as_slice() {
            [] => self.new.clone().or_else(|| self.old.last().cloned()),
            [only] => Some(only.clone()),
            _ => None,
        }
    }
}

/// Adopts replica sets that match and have no controller, and releases those that no longer match.
///
/// Models: pkg/controller/controller_ref_manager.go ClaimReplicaSets (v1.36).
pub(crate) fn claim(tools: &mut Tools, deployment: &Rc<Object>) {
    let selector = deployment.spec().field("selector");
    for replica_set in tools.store.owned(deployment.uid(), Kind::ReplicaSet) {
        if !deployment.is_terminating() && !selector_matches(selector.value, &replica_set) {
            let mut value = replica_set.value.clone();
            garbage::disown(&mut value, deployment.uid());
            tools.replace(&replica_set, value);
        }
    }
    let sets: Vec<_> = tools
        .store
        .orphans(Kind::ReplicaSet, deployment.namespace())
        .filter(|replica_set| !replica_set.is_terminating() && selector_matches(selector.value, replica_set))
        .cloned()
        .collect();
    for replica_set in sets {
        adopt(tools, &replica_set, deployment);
    }
}

/// Scales a replica set; returns whether its size changed.
pub(crate) fn scale(
    tools: &mut Tools,
    deployment: &Rc<Object>,
    sets: &mut ReplicaSets,
    replica_set: &Rc<Object>,
    to: i64,
) -> bool {
    replicas(replica_set) != to && scale_always(tools, deployment, sets, replica_set, to)
}

/// Models: pkg/controller/deployment/sync.go scaleReplicaSet (v1.36).
pub(crate) fn scale_always(
    tools: &mut Tools,
    deployment: &Rc<Object>,
    sets: &mut ReplicaSets,
    replica_set: &Rc<Object>,
    to: i64,
) -> bool {
    let from = replicas(replica_set);
    let mut value = replica_set.value.clone();
    set(&mut value, &["spec", "replicas"], to.into());
    annotate_size(&mut value, deployment);
    sets.put(&tools.replace(replica_set, value));
    if from == to {
        return false;
    }
    let way = if to > from { "up" } else { "down" };
    let message = format!("Scaled {way} replica set {} from {from} to {to}", replica_set.name());
    tools.event(deployment, "deployment-controller", "ScalingReplicaSet", &message);
    true
}

/// Erases the oldest replica sets beyond the history limit.
///
/// Models: pkg/controller/deployment/sync.go cleanupDeployment (v1.36).
pub(crate) fn cleanup(tools: &mut Tools, deployment: &Object, old: &[Rc<Object>]) {
    let limit = Deployment::of(&deployment.value).revision_history_limit();
    if limit == NO_LIMIT {
        return;
    }
    let mut kept: Vec<_> = old.iter().filter(|replica_set| !replica_set.is_terminating()).collect();
    kept.order_by_key(|replica_set| (revision(replica_set), replica_set.created()));
    let surplus = kept.len().saturating_sub(usize::try_from(limit).unwrap_or_default());
    for replica_set in kept.into_iter().take(surplus) {
        let seen = reported(replica_set, "observedGeneration") >= replica_set.metadata().field("generation").number();
        if replicas(replica_set) == 0 && reported(replica_set, "replicas") == 0 && seen {
            garbage::erase(tools, Kind::ReplicaSet, &replica_set.key);
        }
    }
}
