//! Replica sets, and replication controllers, which are the same under another name.

use crate::controllers::workload::{
    await_availability, await_next_available, claim, create_from_template, is_available, replicas,
};
use crate::controllers::{conditions, garbage, namespaces, pod_limits};
use crate::server::status::Status;
use crate::store::{Object, ObjectKey, Tools};
use crate::time::timestamp;
use api::Kind;
use base::Order;
use serde_json::json;
use std::collections::BTreeMap;
use std::rc::Rc;

fn count(pods: &[Rc<Object>], holds: impl Fn(&Object) -> bool) -> i64 {
    i64::try_from(pods.iter().filter(|pod| holds(pod)).count()).unwrap_or_default()
}

/// Models: pkg/controller/controller_utils.go IsPodActive (v1.36).
fn is_active(pod: &Object) -> bool {
    !pod.is_terminating() && !pod.is_over()
}

/// Creates or deletes pods until there are as many as the spec asks for.
///
/// Models: pkg/controller/replicaset/replica_set.go syncReplicaSet, manageReplicas (v1.36).
pub(crate) fn reconcile(tools: &mut Tools, kind: Kind, key: &ObjectKey) {
    let Some(replica_set) = tools.store.get(kind, key).cloned() else {
        return;
    };
    let mut pods = claim(tools, &replica_set, |_| true);
    let ending = count(&pods, Object::is_terminating);
    pods.retain(|pod| is_active(pod));
    let mut refused = None;
    let missing = replicas(&replica_set) - i64::try_from(pods.len()).unwrap_or_default();
    if !replica_set.is_terminating() {
        let closing = missing > 0 && namespaces::is_closing(&tools.store, replica_set.namespace());
        let wanted = if closing { 0 } else { missing.max(0) };
        let made = wanted.min(pod_limits::room_for_replicas(tools, pods.len()));
        // After a refusal no more pods are tried.
        refused = (0..made).find_map(|_| create_pod(tools, &replica_set).err());
        pod_limits::note_unmade(tools, &replica_set, wanted - made);
        if missing < 0 {
            let surplus = usize::try_from(-missing).unwrap_or_default();
            for pod in by_deletion_order(tools, &replica_set, pods.clone())
                .into_iter()
                .take(surplus)
            {
                garbage::end(tools, &pod);
                let message = format!("Deleted pod: {}", pod.name());
                tools.event(&replica_set, component(kind), "SuccessfulDelete", &message);
            }
        }
    }
    if refused.is_some() {
        await_availability(tools, &replica_set);
    }
    write_status(tools, &replica_set, &pods, ending, refused.as_ref());
}

fn component(kind: Kind) -> &'static str {
    match kind {
        Kind::ReplicationController => "replication-controller",
        _ => "replicaset-controller",
    }
}

fn create_pod(tools: &mut Tools, replica_set: &Rc<Object>) -> Result<(), Status> {
    let name = tools.generated_name(Kind::Pod, replica_set.namespace(), &format!("{}-", replica_set.name()));
    let pod = create_from_template(
        tools,
        replica_set,
        replica_set.spec().field("template").value,
        &name,
        |pod| {
            pod["metadata"]["generateName"] = format!("{}-", replica_set.name()).into();
        },
    );
    match pod {
        Ok(pod) => {
            let message = format!("Created pod: {}", pod.name());
            tools.event(replica_set, component(replica_set.kind), "SuccessfulCreate", &message);
            Ok(())
        }
        Err(refused) => {
            let message = format!("Error creating: {}", refused.message);
            tools.event_of_type(
                "Warning",
                replica_set,
                component(replica_set.kind),
                "FailedCreate",
                &message,
            );
            Err(refused)
        }
    }
}

/// The pods in the order in which they are deleted.
///
/// Models: pkg/controller/controller_utils.go ActivePodsWithRanks (v1.36).
/// Differs: of equals the youngest goes first; Kubernetes decides by their uids.
fn by_deletion_order(tools: &Tools, replica_set: &Object, mut pods: Vec<Rc<Object>>) -> Vec<Rc<Object>> {
    let mut beside: BTreeMap<Option<String>, usize> = BTreeMap::new();
    for other in related_pods(tools, replica_set) {
        *beside.entry(node_of(&other)).or_default() += 1;
    }
    pods.order_by_key(|pod| {
        let node = node_of(pod);
        let cost = pod
            .annotation("controller.kubernetes.io/pod-deletion-cost")
            .and_then(|text| text.parse::<i32>().ok());
        (
            node.is_some(),
            pod.status().field("phase") == "Running",
            pod.is_ready(),
            cost.unwrap_or(0),
            std::cmp::Reverse(beside.get(&node).copied()),
            pod.ready_since().map(|since| magnitude(tools.now() - since)),
            magnitude(tools.now() - pod.created()),
            std::cmp::Reverse(pod.order),
        )
    });
    pods
}

/// The running pods of all replica sets that have the same owner.
///
/// Models: pkg/controller/replicaset/replica_set.go getIndirectlyRelatedPods (v1.36).
fn related_pods(tools: &Tools, replica_set: &Object) -> Vec<Rc<Object>> {
    let sets = match replica_set.controller_uid() {
        Some(uid) => tools.store.owned(uid, Kind::ReplicaSet),
        None => tools
            .store
            .get(replica_set.kind, &replica_set.key)
            .cloned()
            .into_iter()
            .collect(),
    };
    let pods = sets.iter().flat_map(|set| tools.store.owned(set.uid(), Kind::Pod));
    pods.filter(|pod| is_active(pod)).collect()
}

/// Models: pkg/controller/replicaset/replica_set_utils.go calculateStatus (v1.36).
fn write_status(
    tools: &mut Tools,
    replica_set: &Rc<Object>,
    pods: &[Rc<Object>],
    ending: i64,
    refused: Option<&Status>,
) {
    let template = replica_set.spec().field("template").metadata().field("labels");
    let labeled = count(pods, |pod| {
        template
            .text_entries()
            .all(|(key, value)| pod.label(key) == Some(value))
    });
    let ready = count(pods, Object::is_ready);
    let available = count(pods, |pod| is_available(tools, pod, replica_set));
    let mut status = json!({
        "observedGeneration": replica_set.metadata().field("generation").as_number(), "replicas": pods.len(),
    });
    if replica_set.kind == Kind::ReplicaSet {
        status["terminatingReplicas"] = ending.into();
    }
    for (field, number) in [
        ("fullyLabeledReplicas", labeled),
        ("readyReplicas", ready),
        ("availableReplicas", available),
    ] {
        if number > 0 {
            status[field] = number.into();
        }
    }
    if let Some(refused) = refused {
        let known = conditions::find(replica_set, "ReplicaFailure").cloned();
        status["conditions"] = json!([known.unwrap_or_else(|| {
            json!({
                "lastTransitionTime": timestamp(tools.now()), "message": refused.message, "reason": "FailedCreate",
                "status": "True", "type": "ReplicaFailure",
            })
        })]);
    }
    if ready != available {
        await_next_available(tools, replica_set);
    }
    tools.replace_status(replica_set, status);
}

fn node_of(pod: &Object) -> Option<String> {
    pod.node().map(str::to_owned)
}

/// Ages with the same power of two, in nanoseconds, count as equal.
///
/// Models: pkg/controller/controller_utils.go logarithmicRankDiff (v1.36).
fn magnitude(seconds: i64) -> Option<u32> {
    u64::try_from(seconds)
        .ok()?
        .saturating_mul(1_000_000_000)
        .checked_ilog2()
}
