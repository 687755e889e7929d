//! Endpoints, and what they have in common with slices: which pods stand behind a Service, and at which ports.

pub(crate) mod hints;
pub(crate) mod mirror;
pub(crate) mod slices;
pub(crate) mod triggers;

use crate::cluster::texts;
use crate::controllers::endpoints::hints::is_by_topology;
use crate::store::object::{Object, at, list, map, set};
use crate::time::timestamp;
use crate::{Cluster, ObjectKey};
use api::{Kind, Value};
use base::Order;
use serde_json::{Map, json};
use std::rc::Rc;

pub(crate) const MANAGED_BY: &str = "endpointslice.kubernetes.io/managed-by";
pub(crate) const SERVICE_NAME: &str = "kubernetes.io/service-name";
pub(crate) const HEADLESS: &str = "service.kubernetes.io/headless";
const CHANGED: &str = "endpoints.kubernetes.io/last-change-trigger-time";
const ENDPOINTS_MANAGED_BY: &str = "endpoints.kubernetes.io/managed-by";

const OVER_CAPACITY: &str = "endpoints.kubernetes.io/over-capacity";
/// How many addresses Endpoints hold.
const CAPACITY: usize = 1000;

/// The addresses of a subset, each with whether it is ready.
pub(crate) type Addresses = Vec<(bool, Value)>;

/// The number each port of a Service leads to on a pod; none where no container calls a port so.
pub(crate) type Targets = Vec<Option<i64>>;

impl Cluster {
    /// Brings the slices and Endpoints of a Service in line with its pods.
    pub(crate) fn reconcile_service(&mut self, key: &ObjectKey) {
        let Some(service) = self.store.get(Kind::Service, key).cloned() else {
            self.forget_triggers(key);
            return;
        };
        // An external name gets no endpoints, and what it had before it became one stays as it is.
        let external = service.text(&["spec", "type"]) == Some("ExternalName");
        self.mirror(&service);
        if map(service.at(&["spec", "selector"])).next().is_none() {
            return;
        }
        if !external {
            let pods = self
                .store
                .selected(service.namespace(), service.at(&["spec", "selector"]));
            let trigger = self.trigger_time(&service, &pods);
            let (beginning, behind) = (self.beginning(&service, &pods, trigger), self.behind(&service));
            let by_topology = is_by_topology(&service);
            if !by_topology && self.back_cached(&service, &beginning, &behind) {
                return;
            }
            self.reconcile_slices(&service, &pods, trigger);
            self.reconcile_endpoints(&service, &pods, trigger);
            if behind.is_empty() && !by_topology {
                self.keep_backed(&service, beginning);
            }
        }
    }

    /// Models: pkg/controller/endpoint/endpoints_controller.go syncService (v1.36).
    fn reconcile_endpoints(&mut self, service: &Rc<Object>, pods: &[Rc<Object>], trigger: Option<i64>) {
        let publish = service.at(&["spec", "publishNotReadyAddresses"]) == &Value::Bool(true);
        let family = texts(service.at(&["spec", "ipFamilies"]))
            .into_iter()
            .next()
            .unwrap_or_else(|| "IPv4".to_owned());
        let headless = service.text(&["spec", "clusterIP"]) == Some("None");
        let mut by_port: Vec<(Value, Addresses)> = Vec::new();
        let mut places: Vec<(Targets, Vec<usize>)> = Vec::new();
        for pod in pods
            .iter()
            .filter(|pod| !pod.is_over() && (publish || !pod.is_terminating()))
        {
            let Some(ip) = address(pod, &family) else { continue };
            let mut entry = json!({
                "ip": ip,
                "targetRef": {"kind": "Pod", "name": pod.name(), "namespace": pod.namespace(), "uid": pod.uid()},
            });
            if let Some(node) = pod.node() {
                entry["nodeName"] = node.into();
            }
            if let Some(hostname) = hostname(service, pod) {
                entry["hostname"] = hostname.into();
            }
            let targets = targets(service, pod);
            if !places.iter().any(|(known, _)| *known == targets) {
                let mut ports = endpoint_ports(service, &targets);
                if headless && service.list(&["spec", "ports"]).is_empty() {
                    ports.push(Value::Null);
                }
                let place = |port: Value| {
                    by_port.iter().position(|(known, _)| *known == port).unwrap_or_else(|| {
                        by_port.push((port, Vec::new()));
                        by_port.len() - 1
                    })
                };
                let of_ports = ports.into_iter().map(place).collect();
                places.push((targets.clone(), of_ports));
            }
            let known = places.iter().filter(|(known, _)| *known == targets);
            for place in known.flat_map(|(_, places)| places) {
                if let Some((_, addresses)) = by_port.get_mut(*place) {
                    addresses.push((publish || pod.is_ready(), entry.clone()));
                }
            }
        }
        let mut subsets = subsets(by_port);
        let truncated = truncate(&mut subsets);
        let mut labels = json!({});
        for (key, value) in service.labels() {
            labels[key] = value.into();
        }
        labels[ENDPOINTS_MANAGED_BY] = "endpoint-controller".into();
        if headless {
            labels[HEADLESS] = "".into();
        } else if let Value::Object(labels) = &mut labels {
            labels.remove(HEADLESS);
        }
        let before = self.store.get(Kind::Endpoints, &service.key).cloned();
        let same = |before: &Rc<Object>| {
            before.list(&["subsets"]) == subsets.as_slice() && before.at(&["metadata", "labels"]) == &labels
        };
        if before.as_ref().is_some_and(same) {
            return;
        }
        let mut value = before.as_ref().map_or_else(
            || json!({"apiVersion": "v1", "kind": "Endpoints", "metadata": {}}),
            |before| before.value.clone(),
        );
        set(&mut value, &["metadata", "labels"], labels);
        let over = ["metadata", "annotations", OVER_CAPACITY];
        if truncated {
            set(&mut value, &over, "truncated".into());
        } else {
            crate::store::object::remove(&mut value, &over);
        }
        annotate(&mut value, trigger);
        if subsets.is_empty() {
            crate::store::object::remove(&mut value, &["subsets"]);
        } else {
            value["subsets"] = subsets.into();
        }
        match before {
            Some(before) => self.replace(&before, value),
            None => self.insert(Kind::Endpoints, service.key.clone(), value),
        };
    }
}

/// The pod's address of a family.
pub(crate) fn address<'a>(pod: &'a Object, family: &str) -> Option<&'a str> {
    pod.list(&["status", "podIPs"])
        .iter()
        .filter_map(|entry| at(entry, &["ip"]).as_str())
        .find(|ip| ip.contains(':') == (family == "IPv6"))
}

/// Models: pkg/api/v1/endpoints ShouldSetHostname (v1.36).
pub(crate) fn hostname<'a>(service: &Object, pod: &'a Object) -> Option<&'a str> {
    let fits = pod.text(&["spec", "subdomain"]) == Some(service.name());
    pod.text(&["spec", "hostname"]).filter(|name| fits && !name.is_empty())
}

/// Where a Service's port leads on a pod: a number, or what a container calls so.
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

fn ports_of<'a>(service: &'a Object, targets: &'a Targets) -> impl Iterator<Item = Map<String, Value>> + 'a {
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

/// A slice's ports; none where the pod has none of them.
pub(crate) fn slice_ports(service: &Object, targets: &Targets) -> Value {
    in_order(ports_of(service, targets).map(Value::Object).collect())
}

/// The ports of a slice as every controller sorts them.
///
/// Models: staging/src/k8s.io/endpointslice/util/controller_utils.go NewPortMapKey, portsInOrder (v1.36).
pub(crate) fn in_order(mut ports: Vec<Value>) -> Value {
    ports.order_by_key(|port| port_hash(port, ["(*string)", "(*v1.Protocol)", "(*int32)"]));
    if ports.is_empty() { Value::Null } else { ports.into() }
}

/// Says in an annotation when what the endpoints follow from changed.
pub(crate) fn annotate(value: &mut Value, trigger: Option<i64>) {
    let path = ["metadata", "annotations", CHANGED];
    match trigger {
        Some(second) => set(value, &path, timestamp(second).into()),
        None => crate::store::object::remove(value, &path),
    }
    if map(at(value, &["metadata", "annotations"])).next().is_none() {
        crate::store::object::remove(value, &["metadata", "annotations"]);
    }
}

/// In Endpoints an empty name is left out.
fn endpoint_ports(service: &Object, targets: &Targets) -> Vec<Value> {
    ports_of(service, targets)
        .map(|mut port| {
            if port.get("name").is_some_and(|name| name == "") {
                port.remove("name");
            }
            Value::Object(port)
        })
        .collect()
}

/// One subset for each set of addresses that serve the same ports.
///
/// Models: pkg/api/v1/endpoints/util.go RepackSubsets (v1.36).
fn subsets(by_port: Vec<(Value, Addresses)>) -> Vec<Value> {
    let mut grouped: Vec<(Addresses, Vec<Value>)> = Vec::new();
    for (port, mut addresses) in by_port {
        addresses.order_by(|(_, a), (_, b)| at(a, &["ip"]).as_str().cmp(&at(b, &["ip"]).as_str()));
        match grouped.iter_mut().find(|(known, _)| *known == addresses) {
            Some((_, ports)) => ports.push(port),
            None => grouped.push((addresses, vec![port])),
        }
    }
    grouped
        .into_iter()
        .map(|(addresses, ports)| {
            let (ready, not_ready): (Addresses, Addresses) = addresses.into_iter().partition(|(ready, _)| *ready);
            let entries = |list: Addresses| -> Vec<Value> { list.into_iter().map(|(_, entry)| entry).collect() };
            let mut subset = json!({});
            for (field, list) in [("addresses", entries(ready)), ("notReadyAddresses", entries(not_ready))] {
                if !list.is_empty() {
                    subset[field] = list.into();
                }
            }
            let mut ports: Vec<Value> = ports.into_iter().filter(|port| !port.is_null()).collect();
            ports.order_by_key(|port| port_hash(port, ["(string)", "(v1.Protocol)", "(int32)"]));
            if !ports.is_empty() {
                subset["ports"] = ports.into();
            }
            subset
        })
        .collect()
}

/// The same subsets in the one form that says it shortest.
///
/// Models: pkg/api/v1/endpoints/util.go RepackSubsets, mapAddressByPort (v1.36): not ready trumps ready.
pub(crate) fn repacked(given: &[Value]) -> Vec<Value> {
    let mut by_port: Vec<(Value, Addresses)> = Vec::new();
    for subset in given {
        let ports = list(at(subset, &["ports"]));
        let ports = if ports.is_empty() { &[Value::Null] } else { ports };
        for port in ports {
            let place = by_port.iter().position(|(known, _)| known == port).unwrap_or_else(|| {
                by_port.push((port.clone(), Vec::new()));
                by_port.len() - 1
            });
            let Some((_, addresses)) = by_port.get_mut(place) else {
                continue;
            };
            for (field, ready) in [("addresses", true), ("notReadyAddresses", false)] {
                for entry in list(at(subset, &[field])) {
                    let id = |it: &Value| (at(it, &["ip"]).clone(), at(it, &["targetRef", "uid"]).clone());
                    match addresses.iter_mut().find(|(_, known)| id(known) == id(entry)) {
                        Some((known, _)) => *known &= ready,
                        None => addresses.push((ready, entry.clone())),
                    }
                }
            }
        }
    }
    subsets(by_port)
}

/// Takes what is beyond the capacity out of each subset by its share, what is not ready first; whether anything was.
///
/// Models: pkg/controller/endpoint/endpoints_controller.go truncateEndpoints (v1.36).
fn truncate(subsets: &mut [Value]) -> bool {
    let count = |subset: &Value, field: &str| list(at(subset, &[field])).len();
    let total = |field: &str| -> usize { subsets.iter().map(|it| count(it, field)).sum() };
    let (ready, not_ready) = (total("addresses"), total("notReadyAddresses"));
    if ready + not_ready <= CAPACITY {
        return false;
    }
    let (field, of, room) = if ready > CAPACITY {
        ("addresses", ready, CAPACITY)
    } else {
        ("notReadyAddresses", not_ready, CAPACITY - ready)
    };
    let mut left = room;
    for subset in subsets {
        let share = (count(subset, field) * room).div_ceil(of.max(1)).min(left);
        if let Some(Value::Array(addresses)) = subset.get_mut(field) {
            addresses.truncate(share);
            left -= addresses.len();
        }
        if let (true, Value::Object(subset)) = (field == "addresses", subset) {
            subset.remove("notReadyAddresses");
        }
    }
    true
}

/// What ports are ordered by: FNV-1a over 128 bits of the port as Go dumps it, the types of its fields given.
///
/// Models: pkg/api/v1/endpoints/util.go portsByHash, pkg/util/hash DeepHashObject (v1.36).
fn port_hash(port: &Value, [string, protocol, int]: [&str; 3]) -> u128 {
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
