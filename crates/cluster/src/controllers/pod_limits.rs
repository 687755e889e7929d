//! Limits on the pods that controllers create, so that one large number in a text cannot freeze the page.
//!
//! Differs: a real cluster has no such limit.
//! The object is stored as written, its status counts the pods that exist, and an event of the workload names the limit.

use crate::store::{Object, ObjectKey, Tools};
use api::Kind;
use std::hint::black_box;

/// About what a running pod, its events and its endpoint take, in bytes.
const BYTES_PER_POD: usize = 8 * 1024;
/// As many pods as are worth growing memory for in one step.
const MANY_PODS: usize = 500;

/// Gets memory for many pods in one step.
///
/// In WebAssembly the allocator grows memory by 64 KiB at a time, which for many pods takes the browser longer than creating them
/// (ARCHITECTURE.md, "Where the core runs").
pub(crate) fn reserve_memory(pods: i64) {
    let pods = usize::try_from(pods).unwrap_or_default();
    if pods >= MANY_PODS {
        drop(black_box(Vec::<u8>::with_capacity(pods.saturating_mul(BYTES_PER_POD))));
    }
}

/// How many more pods the controllers may create.
pub(crate) fn room(tools: &Tools) -> i64 {
    let pods = tools.store.table(Kind::Pod).map_or(0, |table| table.len());
    let room = tools.budget.limits().in_all.saturating_sub(pods);
    i64::try_from(room).unwrap_or(i64::MAX)
}

/// Records how many pods a workload lacks because of the limits, with an event if that is new.
pub(crate) fn note_unmade(tools: &mut Tools, workload: &Object, pods: i64) {
    let before = tools.budget.set_unmade((workload.kind, workload.key.clone()), pods);
    if pods == 0 || pods == before {
        return;
    }
    let limits = tools.budget.limits();
    let (component, message) = if workload.kind == Kind::StatefulSet && room(tools) > 0 {
        let most = limits.per_stateful_set;
        let message = format!("Error creating: the playground makes at most {most} pods for a stateful set");
        ("statefulset-controller", message)
    } else {
        let message = format!("Error creating: the playground makes at most {} pods", limits.in_all);
        let stateful = workload.kind == Kind::StatefulSet;
        let component = if stateful {
            "statefulset-controller"
        } else {
            "replicaset-controller"
        };
        (component, message)
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
