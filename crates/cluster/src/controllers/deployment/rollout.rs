//! The strategies by which a deployment moves to a new template.

use crate::controllers::deployment::fenceposts;
use crate::controllers::deployment::replica_sets::{ReplicaSets, cleanup, scale};
use crate::controllers::deployment::status::{is_complete, write_rollout_status};
use crate::controllers::deployment::template::replica_sets_of;
use crate::controllers::workload::{replicas, reported};
use crate::store::{Object, Tools};
use api::{Fields, Kind};
use std::rc::Rc;

/// A step of a rolling update: adds as many new pods as there is room for, else removes old ones that can be spared.
///
/// Models: pkg/controller/deployment/rolling.go rolloutRolling (v1.36).
pub(crate) fn rollout_rolling(tools: &mut Tools, deployment: &Rc<Object>) {
    let (deployment, mut sets) = replica_sets_of(tools, deployment, true);
    if !reconcile_new_replica_set(tools, &deployment, &mut sets)
        && !reconcile_old_replica_sets(tools, &deployment, &mut sets)
        && is_complete(&deployment, deployment.value.field("status").value)
    {
        cleanup(tools, &deployment, &sets.old);
    }
    write_rollout_status(tools, &deployment, &sets);
}

/// Models: pkg/controller/deployment/rolling.go reconcileNewReplicaSet (v1.36).
fn reconcile_new_replica_set(tools: &mut Tools, deployment: &Rc<Object>, sets: &mut ReplicaSets) -> bool {
    let Some(new) = sets.new.clone() else { return false };
    let (wanted, have) = (replicas(deployment), replicas(&new));
    let size = if have > wanted {
        wanted
    } else {
        fenceposts::room(deployment, sets.wanted(), have)
    };
    scale(tools, deployment, sets, &new, size)
}

/// Models: pkg/controller/deployment/rolling.go reconcileOldReplicaSets (v1.36).
fn reconcile_old_replica_sets(tools: &mut Tools, deployment: &Rc<Object>, sets: &mut ReplicaSets) -> bool {
    let Some(new) = sets.new.clone() else { return false };
    let least = replicas(deployment) - fenceposts::unavailable(deployment);
    let missing = replicas(&new) - reported(&new, "availableReplicas");
    let spare = sets.wanted() - least - missing;
    if sets.wanted() == replicas(&new) || spare <= 0 {
        return false;
    }
    let mut unhealthy = spare;
    for old in sets.old.clone() {
        let step = (replicas(&old) - reported(&old, "availableReplicas")).min(unhealthy);
        if replicas(&old) > 0 && step > 0 {
            scale(tools, deployment, sets, &old, replicas(&old) - step);
            unhealthy -= step;
        }
    }
    let mut healthy = sets.reported("availableReplicas") - least;
    let mut scaled = unhealthy < spare;
    for old in sets.old.clone() {
        let step = replicas(&old).min(healthy);
        if step > 0 {
            scaled |= scale(tools, deployment, sets, &old, replicas(&old) - step);
            healthy -= step;
        }
    }
    scaled
}

/// Deletes all old pods before it creates new ones.
///
/// Models: pkg/controller/deployment/recreate.go rolloutRecreate (v1.36).
pub(crate) fn rollout_recreate(tools: &mut Tools, deployment: &Rc<Object>, mut sets: ReplicaSets) {
    let mut scaled = false;
    for old in sets.old.clone() {
        scaled |= scale(tools, deployment, &mut sets, &old, 0);
    }
    if scaled || has_old_pods(tools, deployment, &sets) {
        write_rollout_status(tools, deployment, &sets);
        return;
    }
    let (deployment, mut sets) = if sets.new.is_none() {
        replica_sets_of(tools, deployment, true)
    } else {
        (deployment.clone(), sets)
    };
    if let Some(new) = sets.new.clone() {
        scale(tools, &deployment, &mut sets, &new, replicas(&deployment));
    }
    if is_complete(&deployment, deployment.value.field("status").value) {
        cleanup(tools, &deployment, &sets.old);
    }
    write_rollout_status(tools, &deployment, &sets);
}

/// Models: pkg/controller/deployment/recreate.go oldPodsRunning (v1.36).
fn has_old_pods(tools: &Tools, deployment: &Object, sets: &ReplicaSets) -> bool {
    let runs = |pod: &Rc<Object>| !pod.is_over();
    let known = tools.store.owned(deployment.uid(), Kind::ReplicaSet);
    sets.old.iter().any(|old| reported(old, "replicas") > 0)
        || known
            .iter()
            .filter(|replica_set| sets.new.as_ref().is_none_or(|new| new.uid() != replica_set.uid()))
            .any(|replica_set| tools.store.owned(replica_set.uid(), Kind::Pod).iter().any(runs))
}
