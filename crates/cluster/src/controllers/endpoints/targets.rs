//! The address and the ports at which a Service reaches a pod.

use crate::store::fields::{at, list, map, remove, set};
use crate::store::object::Object;
use crate::time::timestamp;
use api::Value;
use base::Order;
use serde_json::Map;

pub(crate) const MANAGED_BY: &str = "endpointslice.kubernetes.io/managed-by";
pub(crate) const SERVICE_NAME: &str = "kubernetes.io/service-name";
pub(crate) const HEADLESS: &str = "service.kubernetes.io/headless";
const CHANGED: &str = "endpoints.kubernetes.io/last-change-trigger-time";

/// The port number on a pod for each port of a Service; `None` if no container has a port of that name.
pub(crate) type Targets = Vec<Option<i64>>;

/// The pod's address of an IP family.
pub(crate) fn address<'a>(pod: &'a Object, family: &str) -> Option<&'a str> {
    pod.list(&["status", "podIPs"])
        .iter()
        .filter_map(|entry| at(entry, &["ip"]).as_str())
        .find(|ip| ip.contains(':') == (family == "IPv6"))
}

pub(crate) fn is_headless(service: &Object) -> bool {
    service.text(&["spec", "clusterIP"]) == Some("None")
}

/// Models: pkg/api/v1/endpoints ShouldSetHostname (v1.36).
pub(crate) fn hostname<'a>(service: &Object, pod: &'a Object) -> Option<&'a str> {
    let fits = pod.text(&["spec", "subdomain"]) == Some(service.name());
    pod.text(&["spec", "hostname"]).filter(|name| fits && !name.is_empty())
}

/// The port number on a pod to which a Service's port leads: its `targetPort`, which may name a container's port.
///
/// Models: staging/src/k8s.io/endpointslice/util FindPort (v1.36).
pub fn target_port(port: &Value, pod: &Object) -> Option<i64> {
    let target = at(port, &["targetPort"]);
    let Some(name) = target.as_str() else {
        return target.as_i64();
    };
    let protocol = at(port, &["protocol"]);
    pod.list(&["spec", "containers"])
        .iter()
        .chain(
            pod.list(&["spec", "initContainers"])
                .iter()
                .filter(|container| at(container, &["restartPolicy"]) == "Always"),
        )
        .flat_map(|container| list(at(container, &["ports"])))
        .find(|open| at(open, &["name"]) == name && at(open, &["protocol"]) == protocol)
        .and_then(|open| at(open, &["containerPort"]).as_i64())
}

pub(crate) fn targets(service: &Object, pod: &Object) -> Targets {
    let ports = service.list(&["spec", "ports"]).iter();
    ports.map(|port| target_port(port, pod)).collect()
}

pub(crate) fn ports_of<'a>(service: &'a Object, targets: &'a Targets) -> impl Iterator<Item = Map<String, Value>> + 'a {
    let ports = service.list(&["spec", "ports"]).iter();
    ports.zip(targets).filter_map(|(port, target)| {
        let mut entry = Map::new();
        if let Some(protocol) = at(port, &["appProtocol"]).as_str() {
            entry.insert("appProtocol".to_owned(), protocol.into());
        }
        entry.insert(
            "name".to_owned(),
            at(port, &["name"]).as_str().unwrap_or_default().into(),
        );
        entry.insert("port".to_owned(), (*target)?.into());
        entry.insert("protocol".to_owned(), at(port, &["protocol"]).clone());
        Some(entry)
    })
}

/// A slice's ports; `Null` if the pod has none of them.
pub(crate) fn slice_ports(service: &Object, targets: &Targets) -> Value {
    in_order(ports_of(service, targets).map(Value::Object).collect())
}

/// The ports of a slice in the order that all controllers give them.
///
/// Models: staging/src/k8s.io/endpointslice/util/controller_utils.go NewPortMapKey, portsInOrder (v1.36).
pub(crate) fn in_order(mut ports: Vec<Value>) -> Value {
    ports.order_by_key(|port| port_hash(port, ["(*string)", "(*v1.Protocol)", "(*int32)"]));
    if ports.is_empty() { Value::Null } else { ports.into() }
}

/// Writes the annotation with the time of the change that led to these endpoints.
pub(crate) fn annotate(value: &mut Value, trigger: Option<i64>) {
    let path = ["metadata", "annotations", CHANGED];
    match trigger {
        Some(second) => set(value, &path, timestamp(second).into()),
        None => remove(value, &path),
    }
    if map(at(value, &["metadata", "annotations"])).next().is_none() {
        remove(value, &["metadata", "annotations"]);
    }
}

/// The hash by which ports are ordered: 128-bit FNV-1a of the port as Go dumps it, with these types of its fields.
///
/// Models: pkg/api/v1/endpoints/util.go portsByHash, pkg/util/hash DeepHashObject (v1.36).
pub(crate) fn port_hash(port: &Value, [string, protocol, int]: [&str; 3]) -> u128 {
    let text = |field: &str| at(port, &[field]).as_str().unwrap_or_default();
    let application = match text("appProtocol") {
        "" => "(*string)<nil>".to_owned(),
        name => format!("(*string){name}"),
    };
    let (name, transport, number) = (text("name"), text("protocol"), at(port, &["port"]));
    let fields = if int.starts_with("(*") {
        format!("Name:{string}{name} Protocol:{protocol}{transport} Port:{int}{number}")
    } else {
        format!("Name:{string}{name} Port:{int}{number} Protocol:{protocol}{transport}")
    };
    let dump = format!("(v1.EndpointPort){{{fields} AppProtocol:{application}}}");
    let basis = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d_u128;
    let prime = 0x0000_0000_0100_0000_0000_0000_0000_013b_u128;
    dump.bytes()
        .fold(basis, |hash, byte| (hash ^ u128::from(byte)).wrapping_mul(prime))
}
