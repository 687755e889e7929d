//! The columns of each kind, and their cells.
//!
//! Models: pkg/printers/internalversion/printers.go (v1.36). The API server fills the wide columns always; kubectl hides them.

mod access;
mod column;
mod configuration;
mod custom;
mod policies;
mod storage;
mod workloads;

use crate::print::inline;
use api::view::{LoadBalancerIngress, Node, Service, ServicePort, ServiceType};
use api::{Fields, Kind, Value};
use cluster::Object;
use column::{AGE, CONTAINERS, IMAGES, NAME, column, none_if_empty, or_none, wide};
use std::collections::BTreeSet;

pub(super) use column::{Column, NAME as NAMES};
pub(super) use custom::{CustomColumn, of as of_custom};
pub(super) use workloads::SCALE;

/// The columns of a kind.
pub(super) fn of(kind: Kind) -> &'static [Column] {
    match kind {
        Kind::Pod => POD,
        Kind::Service => SERVICE,
        Kind::Deployment => DEPLOYMENT,
        Kind::ReplicaSet => REPLICA_SET,
        Kind::StatefulSet => STATEFUL_SET,
        Kind::DaemonSet => workloads::DAEMON_SET,
        Kind::ReplicationController => workloads::REPLICATION_CONTROLLER,
        Kind::Job => workloads::JOB,
        Kind::CronJob => workloads::CRON_JOB,
        Kind::Namespace => NAMESPACE,
        Kind::Node => NODE,
        Kind::Endpoints => ENDPOINTS,
        Kind::EndpointSlice => ENDPOINT_SLICE,
        Kind::Ingress => INGRESS,
        Kind::ControllerRevision => CONTROLLER_REVISION,
        Kind::Event | Kind::EventsEvent => EVENT,
        Kind::ConfigMap => configuration::CONFIG_MAP,
        Kind::HorizontalPodAutoscaler => policies::HORIZONTAL_POD_AUTOSCALER,
        Kind::IngressClass => policies::INGRESS_CLASS,
        Kind::IPAddress => configuration::IP_ADDRESS,
        Kind::Lease => configuration::LEASE,
        Kind::NetworkPolicy => policies::NETWORK_POLICY,
        Kind::PersistentVolume => storage::PERSISTENT_VOLUME,
        Kind::PersistentVolumeClaim => storage::PERSISTENT_VOLUME_CLAIM,
        Kind::PodDisruptionBudget => policies::POD_DISRUPTION_BUDGET,
        Kind::PodTemplate => configuration::POD_TEMPLATE,
        Kind::PriorityClass => configuration::PRIORITY_CLASS,
        Kind::ResourceQuota => configuration::RESOURCE_QUOTA,
        Kind::RuntimeClass => configuration::RUNTIME_CLASS,
        Kind::Secret => configuration::SECRET,
        Kind::ServiceCIDR => configuration::SERVICE_CIDR,
        Kind::ClusterRole | Kind::CustomResourceDefinition | Kind::LimitRange | Kind::Role => column::WITHOUT_PRINTER,
        Kind::RoleBinding | Kind::ClusterRoleBinding => access::BINDING,
        Kind::MutatingWebhookConfiguration | Kind::ValidatingWebhookConfiguration => access::WEBHOOKS,
        Kind::ValidatingAdmissionPolicy => access::VALIDATING_POLICY,
        Kind::MutatingAdmissionPolicy => access::MUTATING_POLICY,
        Kind::ValidatingAdmissionPolicyBinding | Kind::MutatingAdmissionPolicyBinding => access::POLICY_BINDING,
        Kind::CertificateSigningRequest => access::CERTIFICATE_REQUEST,
        Kind::FlowSchema => access::FLOW_SCHEMA,
        Kind::PriorityLevelConfiguration => access::PRIORITY_LEVEL,
        Kind::CSINode => access::CSI_NODE,
        Kind::CSIDriver => access::CSI_DRIVER,
        Kind::CSIStorageCapacity => access::CSI_STORAGE_CAPACITY,
        Kind::VolumeAttachment => access::VOLUME_ATTACHMENT,
        Kind::VolumeAttributesClass => access::VOLUME_ATTRIBUTES_CLASS,
        Kind::ResourceClaim => access::RESOURCE_CLAIM,
        Kind::ResourceSlice => access::RESOURCE_SLICE,
        Kind::APIService => access::API_SERVICE,
        Kind::StorageClass => storage::STORAGE_CLASS,
        _ => column::DEFAULT,
    }
}

const POD: &[Column] = &[
    NAME,
    column("READY", |_, pod| crate::print::pods::ready(pod)),
    column("STATUS", |_, pod| crate::print::pods::status(pod)),
    column("RESTARTS", crate::print::pods::restarts),
    AGE,
    wide("IP", |_, pod| {
        or_none(
            pod.status()
                .field("podIPs")
                .list()
                .first()
                .unwrap_or(&Value::Null)
                .field("ip")
                .value,
        )
    }),
    wide("NODE", |_, pod| or_none(pod.spec().field("nodeName").value)),
    wide("NOMINATED NODE", |_, pod| {
        or_none(pod.status().field("nominatedNodeName").value)
    }),
    wide("READINESS GATES", |_, pod| crate::print::pods::readiness_gates(pod)),
];

const SERVICE: &[Column] = &[
    NAME,
    column("TYPE", |_, service| service.spec().field("type").text().to_owned()),
    column("CLUSTER-IP", |_, service| {
        or_none(
            service
                .spec()
                .field("clusterIPs")
                .list()
                .first()
                .unwrap_or(&Value::Null),
        )
    }),
    column("EXTERNAL-IP", |_, service| external_ip(service)),
    column("PORT(S)", |_, service| service_ports(service)),
    AGE,
    wide("SELECTOR", |_, service| {
        inline::labels(service.spec().field("selector").value)
    }),
];

const DEPLOYMENT: &[Column] = &[
    NAME,
    column("READY", |_, deployment| ready_of_desired(deployment)),
    column("UP-TO-DATE", |_, deployment| {
        deployment.status().field("updatedReplicas").number().to_string()
    }),
    column("AVAILABLE", |_, deployment| {
        deployment.status().field("availableReplicas").number().to_string()
    }),
    AGE,
    CONTAINERS,
    IMAGES,
    wide("SELECTOR", |_, deployment| {
        inline::selector(deployment.spec().field("selector").value)
    }),
];

const REPLICA_SET: &[Column] = &[
    NAME,
    column("DESIRED", |_, set| set.spec().field("replicas").number().to_string()),
    column("CURRENT", |_, set| set.status().field("replicas").number().to_string()),
    column("READY", |_, set| {
        set.status().field("readyReplicas").number().to_string()
    }),
    AGE,
    CONTAINERS,
    IMAGES,
    wide("SELECTOR", |_, set| {
        none_if_empty(inline::selector(set.spec().field("selector").value))
    }),
];

const STATEFUL_SET: &[Column] = &[
    NAME,
    column("READY", |_, set| ready_of_desired(set)),
    AGE,
    CONTAINERS,
    IMAGES,
];

const NAMESPACE: &[Column] = &[
    NAME,
    column("STATUS", |_, namespace| {
        namespace.status().field("phase").text().to_owned()
    }),
    AGE,
];

const NODE: &[Column] = &[
    NAME,
    column("STATUS", |_, node| node_status(node)),
    column("ROLES", |_, node| node_roles(node)),
    AGE,
    column("VERSION", |_, node| {
        node.status()
            .field("nodeInfo")
            .field("kubeletVersion")
            .text()
            .to_owned()
    }),
    wide("INTERNAL-IP", |_, node| node_address(node, "InternalIP")),
    wide("EXTERNAL-IP", |_, node| node_address(node, "ExternalIP")),
    wide("OS-IMAGE", |_, node| node_info(node, "osImage")),
    wide("KERNEL-VERSION", |_, node| kernel_version(node)),
    wide("CONTAINER-RUNTIME", |_, node| {
        node_info(node, "containerRuntimeVersion")
    }),
];

const ENDPOINTS: &[Column] = &[NAME, column("ENDPOINTS", |_, endpoints| addresses(endpoints)), AGE];

const ENDPOINT_SLICE: &[Column] = &[
    NAME,
    column("ADDRESSTYPE", |_, slice| slice.field("addressType").text().to_owned()),
    column("PORTS", |_, slice| slice_ports(slice)),
    column("ENDPOINTS", |_, slice| slice_endpoints(slice)),
    AGE,
];

const INGRESS: &[Column] = &[
    NAME,
    column("CLASS", |_, ingress| {
        or_none(ingress.spec().field("ingressClassName").value)
    }),
    column("HOSTS", |_, ingress| ingress_hosts(ingress)),
    column("ADDRESS", |_, ingress| given_addresses(ingress).join(",")),
    column("PORTS", |_, ingress| {
        let encrypted = !ingress.spec().field("tls").list().is_empty();
        if encrypted { "80, 443" } else { "80" }.to_owned()
    }),
    AGE,
];

const CONTROLLER_REVISION: &[Column] = &[
    NAME,
    column("CONTROLLER", |_, revision| revision_controller(revision)),
    column("REVISION", |_, revision| {
        revision.field("revision").number().to_string()
    }),
    AGE,
];

const EVENT: &[Column] = &[
    column("LAST SEEN", crate::print::events::last_seen),
    column("TYPE", |_, event| event.field("type").text().to_owned()),
    column("REASON", |_, event| event.field("reason").text().to_owned()),
    column("OBJECT", |_, event| crate::print::events::object(event)),
    wide("SUBOBJECT", |_, event| crate::print::events::subobject(event)),
    wide("SOURCE", |_, event| crate::print::events::source(event)),
    column("MESSAGE", |_, event| crate::print::events::message(event)),
    wide("FIRST SEEN", crate::print::events::first_seen),
    wide("COUNT", |_, event| crate::print::events::count(event)),
    Column { wide: true, ..NAME },
];

fn ready_of_desired(object: &Object) -> String {
    let ready = object.status().field("readyReplicas").number().to_string();
    format!("{ready}/{}", object.spec().field("replicas").number())
}

/// Models: getServiceExternalIP and loadBalancerStatusStringer, never shortened, as the API server asks for wide cells.
fn external_ip(service: &Object) -> String {
    let view = Service::of(&service.value);
    let external = view.external_ips();
    match view.known_type() {
        Some(ServiceType::ClusterIp | ServiceType::NodePort) => none_if_empty(external.collect::<Vec<_>>().join(",")),
        Some(ServiceType::LoadBalancer) => {
            let given = given_addresses(service);
            let all: Vec<_> = given.into_iter().chain(external).collect();
            if all.is_empty() {
                "<pending>".to_owned()
            } else {
                all.join(",")
            }
        }
        Some(ServiceType::ExternalName) => view.external_name().unwrap_or_default().to_owned(),
        None => "<unknown>".to_owned(),
    }
}

/// The addresses that a load balancer was given, sorted.
fn given_addresses(object: &Object) -> Vec<&str> {
    let given = Service::of(&object.value).ingress().map(LoadBalancerIngress::address);
    let addresses: BTreeSet<_> = given.filter(|address| !address.is_empty()).collect();
    addresses.into_iter().collect()
}

/// Models: formatHosts, which counts rules as more, not hosts.
fn ingress_hosts(ingress: &Object) -> String {
    let rules = ingress.spec().field("rules").list();
    let hosts = || {
        let hosts = rules.iter().filter_map(|rule| rule.field("host").as_text());
        hosts.filter(|host| !host.is_empty())
    };
    let shown = hosts().take(SHOWN).collect::<Vec<_>>().join(",");
    let third = rules
        .iter()
        .enumerate()
        .filter(|(_, rule)| !rule.field("host").text().is_empty());
    let has_more = third
        .map(|(index, _)| index)
        .nth(SHOWN - 1)
        .is_some_and(|index| index + 1 < rules.len());
    match shown.as_str() {
        "" => "*".to_owned(),
        _ if has_more => format!("{shown} + {} more...", rules.len() - SHOWN),
        _ => shown,
    }
}

fn service_ports(service: &Object) -> String {
    let ports: Vec<_> = Service::of(&service.value).ports().map(service_port).collect();
    none_if_empty(ports.join(","))
}

fn service_port(port: ServicePort<'_>) -> String {
    let (number, protocol) = (port.port(), port.protocol_word());
    match port.node_port() {
        Some(node_port) => format!("{number}:{node_port}/{protocol}"),
        None => format!("{number}/{protocol}"),
    }
}

fn node_status(node: &Object) -> String {
    let conditions = node.status().field("conditions").list().iter();
    let ready = conditions.rev().find(|condition| condition.field("type") == "Ready");
    let mut status = match ready {
        Some(condition) if condition.status() == "True" => "Ready",
        Some(_) => "NotReady",
        None => "Unknown",
    }
    .to_owned();
    if Node::of(&node.value).is_unschedulable() {
        status.push_str(",SchedulingDisabled");
    }
    status
}

/// Models: findNodeRoles.
fn node_roles(node: &Object) -> String {
    let role = |(name, value): (&'_ str, &'_ str)| match name.strip_prefix("node-role.kubernetes.io/") {
        Some(role) => Some(role.to_owned()),
        None => (name == "kubernetes.io/role").then(|| value.to_owned()),
    };
    let roles: BTreeSet<_> = node.labels().filter_map(role).filter(|role| !role.is_empty()).collect();
    none_if_empty(roles.into_iter().collect::<Vec<_>>().join(","))
}

fn node_address(node: &Object, of_type: &str) -> String {
    let address = Node::of(&node.value).address(of_type);
    none_if_empty(address.unwrap_or_default().to_owned())
}

fn node_info(node: &Object, field: &str) -> String {
    match node.status().field("nodeInfo").field(field).as_text() {
        None | Some("") => "<unknown>".to_owned(),
        Some(text) => text.to_owned(),
    }
}

fn kernel_version(node: &Object) -> String {
    let version = node_info(node, "kernelVersion");
    match node.status().field("nodeInfo").field("architecture").as_text() {
        None | Some("") => version,
        Some(architecture) => format!("{version} ({architecture})"),
    }
}

const SHOWN: usize = 3;

/// Models: formatEndpoints: three of the addresses that are ready.
fn addresses(endpoints: &Object) -> String {
    let subsets = endpoints.field("subsets").list();
    if subsets.is_empty() {
        return "<none>".to_owned();
    }
    first_ones(&subsets.iter().flat_map(subset_addresses).collect::<Vec<_>>())
}

fn subset_addresses(subset: &Value) -> Vec<String> {
    let ips = || {
        subset
            .field("addresses")
            .list()
            .iter()
            .filter_map(|address| address.field("ip").as_text())
    };
    let ports = subset.field("ports").list();
    if ports.is_empty() {
        return ips().map(str::to_owned).collect();
    }
    let numbers = ports.iter().map(|port| port.field("port").number());
    numbers
        .flat_map(|port| ips().map(move |ip| inline::host_port(ip, port)))
        .collect()
}

fn first_ones(all: &[String]) -> String {
    let shown = all.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(",");
    match all.len().checked_sub(SHOWN) {
        None | Some(0) => shown,
        Some(more) => format!("{shown} + {more} more..."),
    }
}

fn first_ones_or_unset(all: &[String]) -> String {
    let shown = first_ones(all);
    if shown.is_empty() { "<unset>".to_owned() } else { shown }
}

/// Models: formatDiscoveryPorts.
fn slice_ports(slice: &Object) -> String {
    let port = |port: &Value| {
        let number = port.field("port").as_number().map(|number| number.to_string());
        let name = || port.field("name").as_text().map(str::to_owned);
        number.or_else(name).unwrap_or_else(|| "*".to_owned())
    };
    first_ones_or_unset(&slice.field("ports").list().iter().map(port).collect::<Vec<_>>())
}

/// Models: formatDiscoveryEndpoints.
fn slice_endpoints(slice: &Object) -> String {
    let endpoints = slice.field("endpoints").list().iter();
    let addresses = endpoints.flat_map(|endpoint| endpoint.field("addresses").list());
    first_ones_or_unset(
        &addresses
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect::<Vec<_>>(),
    )
}

/// Models: pkg/printers/internalversion/printers.go printControllerRevision, formatResourceName (v1.36).
fn revision_controller(revision: &Object) -> String {
    let Some(owner) = revision.controller() else {
        return "<none>".to_owned();
    };
    let word = |field: &str| owner.field(field).text();
    let name = word("name");
    match Kind::of_name(word("kind")) {
        Some(kind) => format!("{}/{name}", kind.resource_name()),
        None => name.to_owned(),
    }
}
