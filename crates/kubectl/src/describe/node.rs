use super::description::{Description, joined};
use super::moment::rfc1123z;
use super::resources::{Resources, pod_limits, pod_requests};
use crate::print::age::since;
use api::view::Pod;
use api::{Fields, Kind, Value};
use base::Order;
use cluster::{Cluster, Object};
use std::collections::BTreeSet;
use std::rc::Rc;

const ROLE_PREFIX: &str = "node-role.kubernetes.io/";
const ROLE: &str = "kubernetes.io/role";
/// How often a kubelet renews the lease of its node, in seconds.
///
/// Models: pkg/kubelet/kubelet.go nodeLeaseRenewIntervalFraction of NodeLeaseDurationSeconds 40 (v1.36).
const RENEWAL: i64 = 10;

/// Models: kubectl/pkg/describe describeNode (v1.36).
pub(super) fn describe(out: &mut Description, cluster: &Cluster, node: &Object) {
    let (spec, status) = (node.spec(), node.field("status"));
    out.field(0, "Name", node.name());
    out.field(0, "Roles", roles(node));
    out.labels_and_annotations(&node.value);
    let creation = node.metadata().field("creationTimestamp").as_text();
    out.field(0, "CreationTimestamp", rfc1123z(creation));
    describe_taints(out, spec.value);
    out.field(0, "Unschedulable", spec.field("unschedulable").flag());
    describe_lease(out, cluster, node);
    describe_conditions(out, status.value);
    out.line(0, "Addresses:");
    for address in status.field("addresses").list() {
        out.field(1, address.field("type").text(), address.field("address").text());
    }
    for (title, field) in [("Capacity", "capacity"), ("Allocatable", "allocatable")] {
        let amounts = Resources::of(status.field(field).value);
        if !amounts.is_empty() {
            out.line(0, format_args!("{title}:"));
        }
        for (name, amount) in amounts.iter() {
            out.field(1, name, amount);
        }
    }
    describe_system(out, status.value);
    out.text_field(0, "PodCIDR", spec.field("podCIDR"));
    if !spec.field("podCIDRs").list().is_empty() {
        out.field(0, "PodCIDRs", joined(spec.field("podCIDRs"), ","));
    }
    out.text_field(0, "ProviderID", spec.field("providerID"));
    describe_pods(out, cluster, node);
}

/// The roles in a node's labels.
///
/// Models: kubectl/pkg/describe findNodeRoles (v1.36).
fn roles(node: &Object) -> String {
    let roles: BTreeSet<_> = node
        .labels()
        .filter_map(|(key, value)| match key.strip_prefix(ROLE_PREFIX) {
            Some(role) => Some(role),
            None => (key == ROLE).then_some(value),
        })
        .filter(|role| !role.is_empty())
        .collect();
    if roles.is_empty() {
        return "<none>".to_owned();
    }
    roles.into_iter().collect::<Vec<_>>().join(",")
}

/// Models: kubectl/pkg/describe printTaintsMultilineWithIndent, Taint.ToString (v1.36).
fn describe_taints(out: &mut Description, spec: &Value) {
    let mut taints: Vec<_> = spec.field("taints").list().iter().collect();
    taints.order_by_key(|taint| format!("{},{}", taint.field("effect").text(), taint.field("key").text()));
    let texts = taints.into_iter().map(|taint| {
        let field = |name: &str| taint.field(name).text();
        match (field("key"), field("value"), field("effect")) {
            (key, "", "") => key.to_owned(),
            (key, value, "") => format!("{key}={value}:"),
            (key, "", effect) => format!("{key}:{effect}"),
            (key, value, effect) => format!("{key}={value}:{effect}"),
        }
    });
    out.lines("Taints", texts);
}

/// The lease of the node's kubelet.
///
/// Differs: leases aren't kept as objects, so this says what the kubelet would have written.
/// Models: kubectl/pkg/describe describeNodeLease (v1.36).
fn describe_lease(out: &mut Description, cluster: &Cluster, node: &Object) {
    let age = cluster.now().saturating_sub(node.created());
    let renewed = cluster::timestamp(cluster.now() - age.rem_euclid(RENEWAL));
    out.line(0, "Lease:");
    out.field(1, "HolderIdentity", node.name());
    out.field(1, "AcquireTime", "<unset>");
    out.field(1, "RenewTime", rfc1123z(Some(&renewed)));
}

fn describe_conditions(out: &mut Description, status: &Value) {
    let conditions = status.field("conditions").list();
    if !conditions.is_empty() {
        out.line(0, "Conditions:");
        out.line(
            1,
            "Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage",
        );
        out.line(
            1,
            "----\t------\t-----------------\t------------------\t------\t-------",
        );
    }
    for condition in conditions {
        let field = |name: &str| condition.field(name).text();
        let moment = |name: &str| rfc1123z(condition.field(name).as_text());
        out.line(
            1,
            format_args!(
                "{} \t{} \t{} \t{} \t{} \t{}",
                field("type"),
                field("status"),
                moment("lastHeartbeatTime"),
                moment("lastTransitionTime"),
                field("reason"),
                field("message"),
            ),
        );
    }
}

fn describe_system(out: &mut Description, status: &Value) {
    out.line(0, "System Info:");
    for (title, field) in [
        ("Machine ID", "machineID"),
        ("System UUID", "systemUUID"),
        ("Boot ID", "bootID"),
        ("Kernel Version", "kernelVersion"),
        ("OS Image", "osImage"),
        ("Operating System", "operatingSystem"),
        ("Architecture", "architecture"),
        ("Container Runtime Version", "containerRuntimeVersion"),
        ("Kubelet Version", "kubeletVersion"),
    ] {
        out.field(1, title, status.field("nodeInfo").field(field).text());
    }
}

/// Adds the pods of a node and their requests.
///
/// Models: kubectl/pkg/describe describeNodeResource (v1.36).
fn describe_pods(out: &mut Description, cluster: &Cluster, node: &Object) {
    let pods = running_pods(cluster, node);
    let allocatable = Resources::of(node.status().field("allocatable").value);
    let allocatable = if allocatable.is_empty() {
        Resources::of(node.status().field("capacity").value)
    } else {
        allocatable
    };
    let share = |amounts: &Resources, name: &str| {
        let amount = amounts.get(name);
        format!("{amount} ({}%)", amount.percent_of(allocatable.get(name), name))
    };
    out.field(0, "Non-terminated Pods", format_args!("({} in total)", pods.len()));
    out.line(
        1,
        "Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge",
    );
    out.line(
        1,
        "---------\t----\t\t------------\t----------\t---------------\t-------------\t---",
    );
    let (mut requests, mut limits) = (Resources::default(), Resources::default());
    for pod in &pods {
        let (requested, limited) = (pod_requests(pod), pod_limits(pod));
        out.line(
            1,
            format_args!(
                "{}\t{}\t\t{}\t{}\t{}\t{}\t{}",
                pod.namespace(),
                pod.name(),
                share(&requested, "cpu"),
                share(&limited, "cpu"),
                share(&requested, "memory"),
                share(&limited, "memory"),
                since(cluster, pod.metadata().field("creationTimestamp").as_text()),
            ),
        );
        requests.add(&requested);
        limits.add(&limited);
    }
    out.line(0, "Allocated resources:");
    out.line(1, "(Total limits may be over 100 percent, i.e., overcommitted.)");
    out.line(1, "Resource\tRequests\tLimits");
    out.line(1, "--------\t--------\t------");
    let is_huge_page = |name: &&str| name.starts_with("hugepages-");
    let names: Vec<_> = allocatable.iter().map(|(name, _)| name).collect();
    let huge_pages = names.iter().copied().filter(is_huge_page);
    for name in ["cpu", "memory", "ephemeral-storage"].into_iter().chain(huge_pages) {
        out.line(
            1,
            format_args!("{name}\t{}\t{}", share(&requests, name), share(&limits, name)),
        );
    }
    let standard = ["cpu", "memory", "ephemeral-storage", "pods"];
    let extended = names
        .iter()
        .filter(|name| !is_huge_page(name) && !standard.contains(name));
    for name in extended {
        out.line(1, format_args!("{name}\t{}\t{}", requests.get(name), limits.get(name)));
    }
}

fn running_pods(cluster: &Cluster, node: &Object) -> Vec<Rc<Object>> {
    let mut pods = cluster.list(Kind::Pod, None);
    pods.retain(|pod| {
        let pod = Pod::of(&pod.value);
        pod.node_name() == Some(node.name()) && !pod.is_over()
    });
    pods
}

#[cfg(test)]
mod tests;
