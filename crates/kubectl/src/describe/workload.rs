//! Deployments, ReplicaSets and StatefulSets.

use super::container::describe_containers;
use super::description::{Description, int_or_string, joined, or};
use super::moment::rfc1123z;
use super::pod::{controlled_by, describe_scheduling_group, describe_spread, describe_tolerations};
use super::volume::{describe_volumes, storage_class};
use crate::client::KubectlVersion;
use crate::print::inline;
use api::{Fields, Kind, Value};
use base::Order;
use cluster::{Cluster, Object, selector_matches, selector_of};
use std::fmt::Display;
use std::rc::Rc;

/// The label that distinguishes the ReplicaSets of a Deployment.
const TEMPLATE_HASH: &str = "pod-template-hash";

/// Models: kubectl/pkg/describe describeDeployment (v1.36).
pub(super) fn describe_deployment(out: &mut Description, cluster: &Cluster, deployment: &Object) {
    let (spec, status) = (deployment.spec(), deployment.field("status"));
    out.name_and_namespace(&deployment.value);
    describe_creation(out, deployment);
    out.labels_and_annotations(&deployment.value);
    out.field(0, "Selector", inline::selector(spec.field("selector").value));
    let count = |field: &str| status.field(field).number();
    out.field(
        0,
        "Replicas",
        format_args!(
            "{} desired | {} updated | {} total | {} available | {} unavailable",
            spec.field("replicas").number(),
            count("updatedReplicas"),
            count("replicas"),
            count("availableReplicas"),
            count("unavailableReplicas"),
        ),
    );
    out.field(0, "StrategyType", spec.field("strategy").field("type").text());
    out.field(0, "MinReadySeconds", spec.field("minReadySeconds").number());
    let rolling = spec.field("strategy").field("rollingUpdate");
    if rolling.is_set() {
        let unavailable = int_or_string(rolling.field("maxUnavailable").value);
        let surge = int_or_string(rolling.field("maxSurge").value);
        out.field(
            0,
            "RollingUpdateStrategy",
            format_args!("{unavailable} max unavailable, {surge} max surge"),
        );
    }
    describe_template(out, spec.field("template").value);
    describe_conditions(out, status.value);
    let (new, old) = replica_sets(cluster, deployment);
    if new.is_some() || !old.is_empty() {
        out.field(0, "OldReplicaSets", replica_sets_text(&old));
        out.field(0, "NewReplicaSet", replica_sets_text(new.as_slice()));
    }
}

/// Models: kubectl/pkg/describe describeReplicaSet (v1.36).
pub(super) fn describe_replica_set(out: &mut Description, cluster: &Cluster, set: &Object) {
    let spec = set.spec();
    out.name_and_namespace(&set.value);
    let selector = inline::selector(spec.field("selector").value);
    out.field(0, "Selector", or(&selector, "<none>"));
    out.labels_and_annotations(&set.value);
    if let Some(controlled_by) = controlled_by(set) {
        out.field(0, "Controlled By", controlled_by);
    }
    let current = set.status().field("replicas").number();
    let desired = spec.field("replicas").number();
    out.field(0, "Replicas", format_args!("{current} current / {desired} desired"));
    out.field(0, "Pods Status", pod_status(cluster, set));
    describe_template(out, spec.field("template").value);
    describe_conditions(out, set.field("status").value);
}

/// Models: kubectl/pkg/describe describeReplicationController (v1.36).
pub(super) fn describe_replication_controller(out: &mut Description, cluster: &Cluster, controller: &Object) {
    let spec = controller.spec();
    out.name_and_namespace(&controller.value);
    out.field(0, "Selector", inline::labels(spec.field("selector").value));
    out.labels_and_annotations(&controller.value);
    let current = controller.status().field("replicas").number();
    let desired = spec.field("replicas").number();
    out.field(0, "Replicas", format_args!("{current} current / {desired} desired"));
    out.field(0, "Pods Status", pod_status(cluster, controller));
    describe_template(out, spec.field("template").value);
    describe_conditions(out, controller.field("status").value);
}

/// Models: kubectl/pkg/describe describeDaemonSet (v1.36).
pub(super) fn describe_daemon_set(out: &mut Description, cluster: &Cluster, set: &Object) {
    let template = set.spec().field("template");
    out.name_and_namespace(&set.value);
    out.field(0, "Selector", inline::selector(set.spec().field("selector").value));
    out.field(
        0,
        "Node-Selector",
        inline::labels(template.spec().field("nodeSelector").value),
    );
    out.labels_and_annotations(&set.value);
    for (title, field) in [
        ("Desired Number of Nodes Scheduled", "desiredNumberScheduled"),
        ("Current Number of Nodes Scheduled", "currentNumberScheduled"),
        (
            "Number of Nodes Scheduled with Up-to-date Pods",
            "updatedNumberScheduled",
        ),
        ("Number of Nodes Scheduled with Available Pods", "numberAvailable"),
        ("Number of Nodes Misscheduled", "numberMisscheduled"),
    ] {
        // A blank, not a tab: these lines are no columns.
        out.line(0, format_args!("{title}: {}", set.status().field(field).number()));
    }
    out.field(0, "Pods Status", pod_status(cluster, set));
    describe_template(out, template.value);
}

/// Models: kubectl/pkg/describe describeStatefulSet (v1.36).
pub(super) fn describe_stateful_set(out: &mut Description, cluster: &Cluster, set: &Object) {
    let spec = set.spec();
    out.name_and_namespace(&set.value);
    describe_creation(out, set);
    out.field(0, "Selector", inline::selector(spec.field("selector").value));
    out.labels_and_annotations(&set.value);
    let desired = spec.field("replicas").number();
    let total = set.status().field("replicas").number();
    out.field(0, "Replicas", format_args!("{desired} desired | {total} total"));
    out.field(0, "Update Strategy", spec.field("updateStrategy").field("type").text());
    let rolling = spec.field("updateStrategy").field("rollingUpdate");
    if let Some(partition) = rolling.field("partition").as_number() {
        out.field(1, "Partition", partition);
        let unavailable = rolling.field("maxUnavailable");
        if !unavailable.value.is_null() {
            out.field(1, "MaxUnavailable", int_or_string(unavailable.value));
        }
    }
    out.field(0, "Pods Status", pod_status(cluster, set));
    describe_template(out, spec.field("template").value);
    describe_claims(out, spec.field("volumeClaimTemplates").list());
}

fn describe_creation(out: &mut Description, object: &Object) {
    let creation = object.metadata().field("creationTimestamp").as_text();
    out.field(0, "CreationTimestamp", rfc1123z(creation));
}

/// A pod template with tabs between its cells, for commands that do not align them.
///
/// Models: kubectl/pkg/polymorphichelpers/history.go printTemplate (v1.36).
pub(crate) fn template_text(template: &Value) -> String {
    let mut out = Description::default();
    describe_template(&mut out, template);
    out.bare()
}

/// Models: kubectl/pkg/describe DescribePodTemplate (v1.36).
pub(super) fn describe_template(out: &mut Description, template: &Value) {
    let spec = template.spec();
    out.line(0, "Pod Template:");
    out.labels("  Labels", template.metadata().field("labels"));
    let annotations = template.metadata().field("annotations");
    if annotations
        .value
        .as_object()
        .is_some_and(|annotations| !annotations.is_empty())
    {
        out.annotations("  Annotations", annotations);
    }
    out.text_field(1, "Service Account", spec.field("serviceAccountName"));
    let first = spec.field("initContainers").list();
    if !first.is_empty() {
        describe_containers(out, "Init Containers", first, None);
    }
    describe_containers(out, "Containers", spec.field("containers").list(), None);
    describe_volumes(out, "  ", spec.field("volumes").list());
    describe_spread(out, "  ", spec.value);
    out.text_field(1, "Priority Class Name", spec.field("priorityClassName"));
    if out.version > KubectlVersion::V1_29 {
        out.labels("  Node-Selectors", spec.field("nodeSelector"));
        describe_tolerations(out, "  ", spec.value);
    }
    describe_scheduling_group(out, "  ", spec.value);
}

fn describe_conditions(out: &mut Description, status: &Value) {
    let conditions = status.field("conditions").list();
    if conditions.is_empty() {
        return;
    }
    out.line(0, "Conditions:");
    out.line(1, "Type\tStatus\tReason");
    out.line(1, "----\t------\t------");
    for condition in conditions {
        let (kind, status) = (condition.field("type").text(), condition.field("status").text());
        out.line(
            1,
            format_args!("{kind} \t{status}\t{}", condition.field("reason").text()),
        );
    }
}

/// The ReplicaSet with the Deployment's template, and the others, oldest first.
///
/// Models: kubectl/pkg/util/deployment GetAllReplicaSetsInChunks (v1.36).
pub(crate) fn replica_sets(cluster: &Cluster, deployment: &Object) -> (Option<Rc<Object>>, Vec<Rc<Object>>) {
    let mut sets = controlled(cluster, deployment, Kind::ReplicaSet);
    sets.order_by_key(|set| set.created());
    let wanted = without_hash(deployment.spec().field("template").value);
    let new = sets
        .iter()
        .position(|set| without_hash(set.spec().field("template").value) == wanted)
        .map(|place| sets.remove(place));
    (new, sets)
}

/// A template without the hash label of its ReplicaSet.
pub(crate) fn without_hash(template: &Value) -> Value {
    let mut template = template.clone();
    let labels = template.pointer_mut("/metadata/labels");
    if let Some(labels) = labels.and_then(Value::as_object_mut) {
        labels.remove(TEMPLATE_HASH);
    }
    template
}

fn replica_sets_text(sets: &[Rc<Object>]) -> String {
    let texts: Vec<_> = sets
        .iter()
        .map(|set| {
            let created = set.status().field("replicas").number();
            let desired = set.spec().field("replicas").number();
            format!("{} ({created}/{desired} replicas created)", set.name())
        })
        .collect();
    or(&texts.join(", "), "<none>").to_owned()
}

/// The number of pods of a controller in each phase.
///
/// Models: kubectl/pkg/describe getPodStatusForController (v1.36).
fn pod_status(cluster: &Cluster, controller: &Object) -> impl Display {
    let pods = controlled(cluster, controller, Kind::Pod);
    let count = |phase: &str| {
        let in_phase = pods.iter().filter(|pod| pod.status().field("phase") == phase);
        in_phase.count()
    };
    format!(
        "{} Running / {} Waiting / {} Succeeded / {} Failed",
        count("Running"),
        count("Pending"),
        count("Succeeded"),
        count("Failed")
    )
}

/// The pods that a controller selects and owns, by name.
fn controlled(cluster: &Cluster, controller: &Object, kind: Kind) -> Vec<Rc<Object>> {
    let mut objects = cluster.list(kind, Some(controller.namespace()));
    let selector = selector_of(controller);
    objects.retain(|object| object.controller_uid() == Some(controller.uid()) && selector_matches(&selector, object));
    objects
}

/// Models: kubectl/pkg/describe describeVolumeClaimTemplates (v1.36).
fn describe_claims(out: &mut Description, claims: &[Value]) {
    if claims.is_empty() {
        out.field(0, "Volume Claims", "<none>");
        return;
    }
    out.line(0, "Volume Claims:");
    for claim in claims {
        out.field(1, "Name", claim.metadata().field("name").text());
        out.field(1, "StorageClass", storage_class(claim));
        out.labels("  Labels", claim.metadata().field("labels"));
        out.labels("  Annotations", claim.metadata().field("annotations"));
        let capacity = claim.spec().field("resources").field("requests").field("storage");
        if capacity.value.is_null() {
            out.field(1, "Capacity", "<default>");
        } else {
            out.field(1, "Capacity", int_or_string(capacity.value));
        }
        let modes = joined(claim.spec().field("accessModes"), " ");
        out.field(1, "Access Modes", format_args!("[{modes}]"));
    }
}

#[cfg(test)]
mod tests;
