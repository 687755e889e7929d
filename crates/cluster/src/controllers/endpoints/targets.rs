//! The address and the ports at which a Service reaches a pod.

use crate::store::{Object, remove, set};
use crate::time::timestamp;
use api::view::{Container, Pod, Service, ServicePort, TargetPort};
use api::{Fields, Value};
use base::Order;
use serde_json::Map;

const CHANGED: &str = "endpoints.kubernetes.io/last-change-trigger-time";

/// The port number on a pod for each port of a Service; `None` if no container has a port of that name.
pub(crate) type TargetPorts = Vec<Option<i64>>;

pub(crate) fn address<'a>(pod: &'a Object, family: &str) -> Option<&'a str> {
    Pod::of(&pod.value).ip_of_family(family)
}

/// Models: pkg/api/v1/endpoints ShouldSetHostname (v1.36).
pub(crate) fn hostname<'a>(service: &Object, pod: &'a Object) -> Option<&'a str> {
    let hostname = pod.facts().hostname.as_deref()?;
    (*hostname.subdomain == *service.name()).then_some(&*hostname.name)
}

/// The port number on a pod to which a Service's port leads: its `targetPort`, which may name a container's port.
///
/// Models: staging/src/k8s.io/endpointslice/util FindPort (v1.36).
pub fn target_port(port: ServicePort<'_>, pod: &Object) -> Option<i64> {
    let name = match port.target() {
        TargetPort::Number(number) => return Some(number),
        TargetPort::Name(name) => name,
    };
    let mut declared = Pod::of(&pod.value).lasting_containers().flat_map(Container::ports);
    let found = declared.find(|open| open.name() == name && open.protocol_word() == port.protocol_word());
    found?.number().map(i64::from)
}

pub(crate) fn targets(service: &Object, pod: &Object) -> TargetPorts {
    let ports = Service::of(&service.value).ports();
    ports.map(|port| target_port(port, pod)).collect()
}

pub(crate) fn ports_of<'a>(
    service: &'a Object,
    targets: &'a TargetPorts,
) -> impl Iterator<Item = Map<String, Value>> + 'a {
    let ports = Service::of(&service.value).ports();
    ports.zip(targets).filter_map(|(port, target)| {
        let mut entry = Map::new();
        if let Some(protocol) = port.app_protocol() {
            entry.insert("appProtocol".to_owned(), protocol.into());
        }
        entry.insert("name".to_owned(), port.name().into());
        entry.insert("port".to_owned(), (*target)?.into());
        entry.insert("protocol".to_owned(), port.protocol_word().into());
        Some(entry)
    })
}

/// A slice's ports; `Null` if the pod has none of them.
pub(crate) fn slice_ports(service: &Object, targets: &TargetPorts) -> Value {
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
    if value.metadata().field("annotations").is_empty() {
        remove(value, &["metadata", "annotations"]);
    }
}

/// The hash by which ports are ordered: 128-bit FNV-1a of the port as Go dumps it, with these types of its fields.
///
/// Models: pkg/api/v1/endpoints/util.go portsByHash, pkg/util/hash DeepHashObject (v1.36).
pub(crate) fn port_hash(port: &Value, [string, protocol, int]: [&str; 3]) -> u128 {
    let text = |field: &str| port.field(field).text();
    let application = match text("appProtocol") {
        "" => "(*string)<nil>".to_owned(),
        name => format!("(*string){name}"),
    };
    let (name, transport, number) = (text("name"), text("protocol"), port.field("port").value);
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
