use super::container::{Statuses, describe_containers, describe_resources};
use super::description::{Description, number, or, text};
use super::moment::rfc1123z;
use super::volume::describe_volumes;
use crate::print::age::since;
use crate::print::inline;
use api::Value;
use base::Order;
use cluster::{Cluster, Object, at, list};

/// Adds what there is to say of a Pod.
///
/// Models: kubectl/pkg/describe describePod (v1.36).
pub(super) fn describe(out: &mut Description, cluster: &Cluster, pod: &Object) {
    let spec = pod.at(&["spec"]);
    let status = pod.at(&["status"]);
    out.name_and_namespace(&pod.value);
    if let Some(priority) = at(spec, &["priority"]).as_i64() {
        out.field(0, "Priority", priority);
    }
    out.text_field(0, "Priority Class Name", spec, &["priorityClassName"]);
    out.text_field(0, "Runtime Class Name", spec, &["runtimeClassName"]);
    out.text_field(0, "Service Account", spec, &["serviceAccountName"]);
    match text(spec, &["nodeName"]) {
        "" => out.field(0, "Node", "<none>"),
        node => out.field(0, "Node", format_args!("{node}/{}", text(status, &["hostIP"]))),
    }
    if let Some(start) = at(status, &["startTime"]).as_str() {
        out.field(0, "Start Time", rfc1123z(Some(start)));
    }
    out.labels_and_annotations(&pod.value);
    describe_phase(out, cluster, pod);
    out.text_field(0, "Reason", status, &["reason"]);
    out.text_field(0, "Message", status, &["message"]);
    let seccomp = at(spec, &["securityContext", "seccompProfile"]);
    if seccomp.is_object() {
        out.field(0, "SeccompProfile", text(seccomp, &["type"]));
        out.text_field(0, "LocalhostProfile", seccomp, &["localhostProfile"]);
    }
    describe_addresses(out, status);
    if let Some(controlled_by) = controlled_by(pod) {
        out.field(0, "Controlled By", controlled_by);
    }
    out.text_field(0, "NominatedNodeName", status, &["nominatedNodeName"]);
    if at(spec, &["resources"]).is_object() {
        out.line(0, "Resources:");
        describe_resources(out, 1, at(spec, &["resources"]));
    }
    for (title, containers, statuses) in [
        ("Init Containers", "initContainers", "initContainerStatuses"),
        ("Containers", "containers", "containerStatuses"),
        (
            "Ephemeral Containers",
            "ephemeralContainers",
            "ephemeralContainerStatuses",
        ),
    ] {
        let containers = list(at(spec, &[containers]));
        if title == "Containers" || !containers.is_empty() {
            let statuses = Statuses::of(pod, list(at(status, &[statuses])));
            describe_containers(out, title, containers, Some(&statuses));
        }
    }
    describe_conditions(out, spec, status);
    describe_volumes(out, "", list(at(spec, &["volumes"])));
    out.field(0, "QoS Class", text(status, &["qosClass"]));
    out.labels("Node-Selectors", at(spec, &["nodeSelector"]));
    describe_tolerations(out, "", spec);
    describe_spread(out, "", spec);
    describe_scheduling_group(out, "", spec);
}

fn describe_phase(out: &mut Description, cluster: &Cluster, pod: &Object) {
    let phase = pod.text(&["status", "phase"]).unwrap_or_default();
    match pod.text(&["metadata", "deletionTimestamp"]) {
        Some(deletion) if !["Failed", "Succeeded"].contains(&phase) => {
            let age = since(cluster, Some(deletion));
            out.field(0, "Status", format_args!("Terminating (lasts {age})"));
            let grace = pod
                .number(&["metadata", "deletionGracePeriodSeconds"])
                .unwrap_or_default();
            out.field(0, "Termination Grace Period", format_args!("{grace}s"));
        }
        _ => out.field(0, "Status", phase),
    }
}

/// Models: kubectl/pkg/describe describePodIPs (v1.36).
fn describe_addresses(out: &mut Description, status: &Value) {
    out.field(0, "IP", text(status, &["podIP"]));
    let addresses = list(at(status, &["podIPs"]));
    if addresses.is_empty() {
        out.field(0, "IPs", "<none>");
    } else {
        out.line(0, "IPs:");
        for address in addresses {
            out.field(1, "IP", text(address, &["ip"]));
        }
    }
}

fn describe_conditions(out: &mut Description, spec: &Value, status: &Value) {
    let conditions = list(at(status, &["conditions"]));
    let gates = list(at(spec, &["readinessGates"]));
    if !gates.is_empty() {
        out.line(0, "Readiness Gates:");
        out.line(1, "Type\tStatus");
    }
    for gate in gates {
        let kind = text(gate, &["conditionType"]);
        let condition = conditions.iter().find(|condition| text(condition, &["type"]) == kind);
        let status = condition.map_or("<none>", |condition| text(condition, &["status"]));
        out.line(1, format_args!("{kind} \t{status} "));
    }
    if !conditions.is_empty() {
        out.line(0, "Conditions:");
        out.line(1, "Type\tStatus");
    }
    for condition in conditions {
        let (kind, status) = (text(condition, &["type"]), text(condition, &["status"]));
        out.line(1, format_args!("{kind} \t{status} "));
    }
}

/// The controller that made an object, as `kind/name`.
///
/// Models: kubectl/pkg/describe printController (v1.36).
pub(super) fn controlled_by(object: &Object) -> Option<String> {
    let controller = object.controller()?;
    Some(format!(
        "{}/{}",
        text(controller, &["kind"]),
        text(controller, &["name"])
    ))
}

/// Adds the tolerations of a pod, by key.
pub(super) fn describe_tolerations(out: &mut Description, space: &str, spec: &Value) {
    let mut tolerations: Vec<_> = list(at(spec, &["tolerations"])).iter().collect();
    tolerations.order_by_key(|toleration| text(toleration, &["key"]));
    out.lines(
        &format!("{space}Tolerations"),
        tolerations.into_iter().map(toleration_text),
    );
}

/// Adds the group that a pod is scheduled with, if there is one.
pub(super) fn describe_scheduling_group(out: &mut Description, space: &str, spec: &Value) {
    let group = at(spec, &["schedulingGroup"]);
    if group.is_object() {
        out.line(0, format_args!("{space}SchedulingGroup:"));
        out.field(1, "PodGroupName", text(group, &["podGroupName"]));
    }
}

/// Adds how a pod is to be spread over the nodes, by topology key.
///
/// Models: kubectl/pkg/describe describeTopologySpreadConstraints (v1.36).
pub(super) fn describe_spread(out: &mut Description, space: &str, spec: &Value) {
    let mut constraints: Vec<_> = list(at(spec, &["topologySpreadConstraints"])).iter().collect();
    constraints.order_by_key(|constraint| text(constraint, &["topologyKey"]));
    for (place, constraint) in constraints.into_iter().enumerate() {
        let title = if place == 0 { "Topology Spread Constraints:" } else { "" };
        let key = text(constraint, &["topologyKey"]);
        let otherwise = text(constraint, &["whenUnsatisfiable"]);
        let skew = number(constraint, &["maxSkew"]);
        let selector = at(constraint, &["labelSelector"]);
        let selector = if selector.is_object() {
            format!(" for selector {}", or(&inline::selector(selector), "<none>"))
        } else {
            String::new()
        };
        out.line(
            0,
            format_args!("{space}{title}\t{key}:{otherwise} when max skew {skew} is exceeded{selector}"),
        );
    }
}

/// Models: kubectl/pkg/describe printTolerationsMultilineWithIndent (v1.36).
fn toleration_text(toleration: &Value) -> String {
    let (key, value) = (text(toleration, &["key"]), text(toleration, &["value"]));
    let effect = text(toleration, &["effect"]);
    let mut written = key.to_owned();
    if !value.is_empty() {
        written.push('=');
        written.push_str(value);
    }
    if !effect.is_empty() {
        written.push(':');
        written.push_str(effect);
    }
    if text(toleration, &["operator"]) == "Exists" && value.is_empty() {
        written.push_str(if written.is_empty() { "op=Exists" } else { " op=Exists" });
    }
    if let Some(seconds) = at(toleration, &["tolerationSeconds"]).as_i64() {
        return format!("{written} for {seconds}s");
    }
    written
}
