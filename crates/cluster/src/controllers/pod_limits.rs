//! Limits on the pods that controllers create, so that one large number in a text cannot freeze the page.
//!
//! Differs: a real cluster has no such limit.
//! The object is stored as written, its status counts the pods that exist, and an event of the workload names the limit.

use crate::store::{Object, ObjectKey, Tools};
use api::Kind;

/// How many more pods the controllers may create.
pub(crate) fn room(tools: &Tools) -> i64 {
    let pods = tools.store.all(Kind::Pod).count();
    let room = tools.budget.limits().in_all.saturating_sub(pods);
    i64::try_from(room).unwrap_or(i64::MAX)
}

/// How many more pods a replica set that has so many may get.
pub(crate) fn room_for_replicas(tools: &Tools, have: usize) -> i64 {
    let own = tools.budget.limits().per_replica_set.saturating_sub(have);
    room(tools).min(i64::try_from(own).unwrap_or(i64::MAX))
}

/// Records how many pods a workload lacks because of the limits, with an event if that is new.
pub(crate) fn note_unmade(tools: &mut Tools, workload: &Object, pods: i64) {
    let before = tools.budget.set_unmade((workload.kind, workload.key.clone()), pods);
    if pods == 0 || pods == before {
        return;
    }
    let limits = tools.budget.limits();
    let (component, of_one, in_one) = match workload.kind {
        Kind::StatefulSet => ("statefulset-controller", " for a stateful set", limits.per_stateful_set),
        _ => ("replicaset-controller", " for a replica set", limits.per_replica_set),
    };
    let message = if room(tools) > 0 {
        format!("Error creating: the playground makes at most {in_one} pods{of_one}")
    } else {
        format!("Error creating: the playground makes at most {} pods", limits.in_all)
    };
    tools.event_of_type("Warning", workload, component, "FailedCreate", &message);
}

/// Forgets an erased workload; an erased pod makes room for the workloads that lack one.
pub(crate) fn note_erased(tools: &mut Tools, kind: Kind, key: &ObjectKey) {
    if tools.budget.unmade().is_empty() {
        return;
    }
    tools.budget.set_unmade((kind, key.clone()), 0);
    // Workloads look once when the first pod makes room, and take all the room there is by then.
    if kind == Kind::Pod && room(tools) == 1 {
        for (kind, key) in tools.budget.unmade().keys() {
            tools.queue.add(*kind, key.clone());
        }
    }
}
