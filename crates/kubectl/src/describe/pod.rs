use super::container::{Statuses, describe_containers, describe_resources};
use super::description::{Description, or};
use super::moment::rfc1123z;
use super::volume::describe_volumes;
use crate::print::age::since;
use crate::print::inline;
use api::{Fields, Value};
use base::Order;
use cluster::{Cluster, Object};

/// Models: kubectl/pkg/describe describePod (v1.36).
pub(super) fn describe(out: &mut Description, cluster: &Cluster, pod: &Object) {
    let spec = pod.spec();
    let status = pod.field("status");
    out.name_and_namespace(&pod.value);
    if let Some(priority) = spec.field("priority").as_number() {
        out.field(0, "Priority", priority);
    }
    out.text_field(0, "Priority Class Name", spec.field("priorityClassName"));
    out.text_field(0, "Runtime Class Name", spec.field("runtimeClassName"));
    out.text_field(0, "Service Account", spec.field("serviceAccountName"));
    match spec.field("nodeName").text() {
        "" => out.field(0, "Node", "<none>"),
        node => out.field(0, "Node", format_args!("{node}/{}", status.field("hostIP").text())),
    }
    if let Some(start) = status.field("startTime").as_text() {
        out.field(0, "Start Time", rfc1123z(Some(start)));
    }
    out.labels_and_annotations(&pod.value);
    describe_phase(out, cluster, pod);
    out.text_field(0, "Reason", status.field("reason"));
    out.text_field(0, "Message", status.field("message"));
    let seccomp = spec.field("securityContext").field("seccompProfile");
    if seccomp.is_set() {
        out.field(0, "SeccompProfile", seccomp.field("type").text());
        out.text_field(0, "LocalhostProfile", seccomp.field("localhostProfile"));
    }
    describe_addresses(out, status.value);
    if let Some(controlled_by) = controlled_by(pod) {
        out.field(0, "Controlled By", controlled_by);
    }
    out.text_field(0, "NominatedNodeName", status.field("nominatedNodeName"));
    if spec.field("resources").is_set() {
        out.line(0, "Resources:");
        describe_resources(out, 1, spec.field("resources").value);
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
        let containers = spec.field(containers).list();
        if title == "Containers" || !containers.is_empty() {
            let statuses = Statuses::of(pod, status.field(statuses).list());
            describe_containers(out, title, containers, Some(&statuses));
        }
    }
    describe_conditions(out, spec.value, status.value);
    describe_volumes(out, "", spec.field("volumes").list());
    out.field(0, "QoS Class", status.field("qosClass").text());
    out.labels("Node-Selectors", spec.field("nodeSelector"));
    describe_tolerations(out, "", spec.value);
    describe_spread(out, "", spec.value);
    describe_scheduling_group(out, "", spec.value);
}

fn describe_phase(out: &mut Description, cluster: &Cluster, pod: &Object) {
    let phase = pod.status().field("phase").text();
    match pod.metadata().field("deletionTimestamp").as_text() {
        Some(deletion) if !["Failed", "Succeeded"].contains(&phase) => {
            let age = since(cluster, Some(deletion));
            out.field(0, "Status", format_args!("Terminating (lasts {age})"));
            let grace = pod.metadata().field("deletionGracePeriodSeconds").number();
            out.field(0, "Termination Grace Period", format_args!("{grace}s"));
        }
        _ => out.field(0, "Status", phase),
    }
}

/// Models: kubectl/pkg/describe describePodIPs (v1.36).
fn describe_addresses(out: &mut Description, status: &Value) {
    out.field(0, "IP", status.field("podIP").text());
    let addresses = status.field("podIPs").list();
    if addresses.is_empty() {
        out.field(0, "IPs", "<none>");
    } else {
        out.line(0, "IPs:");
        for address in addresses {
            out.field(1, "IP", address.field("ip").text());
        }
    }
}

fn describe_conditions(out: &mut Description, spec: &Value, status: &Value) {
    let conditions = status.field("conditions").list();
    let gates = spec.field("readinessGates").list();
    if !gates.is_empty() {
        out.line(0, "Readiness Gates:");
        out.line(1, "Type\tStatus");
    }
    for gate in gates {
        let kind = gate.field("conditionType").text();
        let condition = conditions
            .iter()
            .find(|condition| condition.field("type").text() == kind);
        let status = condition.map_or("<none>", |condition| condition.field("status").text());
        out.line(1, format_args!("{kind} \t{status} "));
    }
    if !conditions.is_empty() {
        out.line(0, "Conditions:");
        out.line(1, "Type\tStatus");
    }
    for condition in conditions {
        let (kind, status) = (condition.field("type").text(), condition.field("status").text());
        out.line(1, format_args!("{kind} \t{status} "));
    }
}

/// The controller of an object, as `kind/name`.
///
/// Models: kubectl/pkg/describe printController (v1.36).
pub(super) fn controlled_by(object: &Object) -> Option<String> {
    let controller = object.controller()?;
    Some(format!(
        "{}/{}",
        controller.field("kind").text(),
        controller.field("name").text()
    ))
}

pub(super) fn describe_tolerations(out: &mut Description, space: &str, spec: &Value) {
    let mut tolerations: Vec<_> = spec.field("tolerations").list().iter().collect();
    tolerations.order_by_key(|toleration| toleration.field("key").text());
    out.lines(
        &format!("{space}Tolerations"),
        tolerations.into_iter().map(toleration_text),
    );
}

pub(super) fn describe_scheduling_group(out: &mut Description, space: &str, spec: &Value) {
    let group = spec.field("schedulingGroup");
    if group.is_set() {
        out.line(0, format_args!("{space}SchedulingGroup:"));
        out.field(1, "PodGroupName", group.field("podGroupName").text());
    }
}

/// Adds the topology spread constraints, by key.
///
/// Models: kubectl/pkg/describe describeTopologySpreadConstraints (v1.36).
pub(super) fn describe_spread(out: &mut Description, space: &str, spec: &Value) {
    let mut constraints: Vec<_> = spec.field("topologySpreadConstraints").list().iter().collect();
    constraints.order_by_key(|constraint| constraint.field("topologyKey").text());
    for (place, constraint) in constraints.into_iter().enumerate() {
        let title = if place == 0 { "Topology Spread Constraints:" } else { "" };
        let key = constraint.field("topologyKey").text();
        let otherwise = constraint.field("whenUnsatisfiable").text();
        let skew = constraint.field("maxSkew").number();
        let selector = constraint.field("labelSelector");
        let selector = if selector.is_set() {
            format!(" for selector {}", or(&inline::selector(selector.value), "<none>"))
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
    let (key, value) = (toleration.field("key").text(), toleration.field("value").text());
    let effect = toleration.field("effect").text();
    let mut written = key.to_owned();
    if !value.is_empty() {
        written.push('=');
        written.push_str(value);
    }
    if !effect.is_empty() {
        written.push(':');
        written.push_str(effect);
    }
    if toleration.field("operator").text() == "Exists" && value.is_empty() {
        written.push_str(if written.is_empty() { "op=Exists" } else { " op=Exists" });
    }
    if let Some(seconds) = toleration.field("tolerationSeconds").as_number() {
        return format!("{written} for {seconds}s");
    }
    written
}

#[cfg(test)]
mod tests;
