//! The Endpoints objects of Services.

use crate::controllers::endpoints::targets::{TargetPorts, address, annotate, hostname, port_hash, ports_of, targets};
use crate::store::{Object, Tools, remove, set};
use api::view::{Service, label};
use api::{Fields, Kind, Value};
use base::Order;
use serde_json::json;
use std::rc::Rc;

const ENDPOINTS_MANAGED_BY: &str = "endpoints.kubernetes.io/managed-by";

const OVER_CAPACITY: &str = "endpoints.kubernetes.io/over-capacity";
/// The most addresses in one Endpoints object.
const CAPACITY: usize = 1000;

/// The addresses of a subset, each with whether it is ready.
pub(crate) type Addresses = Vec<(bool, Value)>;

/// Models: pkg/controller/endpoint/endpoints_controller.go syncService (v1.36).
pub(crate) fn reconcile(tools: &mut Tools, service: &Rc<Object>, pods: &[Rc<Object>], trigger: Option<i64>) {
    let mut subsets = subsets(addresses_by_port(service, pods));
    let truncated = truncate(&mut subsets);
    let labels = labels(service);
    let before = tools.store.get(Kind::Endpoints, &service.key).cloned();
    let same = |before: &Rc<Object>| {
        before.field("subsets").list() == subsets.as_slice() && before.metadata().field("labels") == &labels
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
        remove(&mut value, &over);
    }
    annotate(&mut value, trigger);
    if subsets.is_empty() {
        remove(&mut value, &["subsets"]);
    } else {
        value["subsets"] = subsets.into();
    }
    match before {
        Some(before) => tools.replace(&before, value),
        None => tools.insert(Kind::Endpoints, service.key.clone(), value),
    };
}

/// The pods' addresses by each port of the Service; a headless Service without ports has the port `Null`.
fn addresses_by_port(service: &Object, pods: &[Rc<Object>]) -> Vec<(Value, Addresses)> {
    let view = Service::of(&service.value);
    let publish = view.publishes_not_ready();
    let family = view.ip_families().next().unwrap_or("IPv4");
    let portless = view.is_headless() && view.ports().len() == 0;
    let mut by_port: Vec<(Value, Addresses)> = Vec::new();
    let mut places: Vec<(TargetPorts, Vec<usize>)> = Vec::new();
    let pods = pods
        .iter()
        .filter(|pod| !pod.is_over() && (publish || !pod.is_terminating()));
    for pod in pods {
        let Some(address) = endpoint_address(service, pod, family) else {
            continue;
        };
        let targets = targets(service, pod);
        let known = places.iter().position(|(known, _)| *known == targets);
        let place = known.unwrap_or_else(|| {
            let mut ports = endpoint_ports(service, &targets);
            if portless {
                ports.push(Value::Null);
            }
            let of_ports = ports.into_iter().map(|port| place_of(&mut by_port, &port));
            places.push((targets, of_ports.collect()));
            places.len() - 1
        });
        for place in places.get(place).iter().flat_map(|(_, places)| places) {
            if let Some((_, addresses)) = by_port.get_mut(*place) {
                addresses.push((publish || pod.is_ready(), address.clone()));
            }
        }
    }
    by_port
}

/// The index of a port, which is added if it is new.
fn place_of(by_port: &mut Vec<(Value, Addresses)>, port: &Value) -> usize {
    by_port.iter().position(|(known, _)| known == port).unwrap_or_else(|| {
        by_port.push((port.clone(), Vec::new()));
        by_port.len() - 1
    })
}

/// Models: pkg/controller/endpoint/endpoints_controller.go podToEndpointAddressForService (v1.36).
fn endpoint_address(service: &Object, pod: &Object, family: &str) -> Option<Value> {
    let mut entry = json!({
        "ip": address(pod, family)?,
        "targetRef": {"kind": "Pod", "name": pod.name(), "namespace": pod.namespace(), "uid": pod.uid()},
    });
    if let Some(node) = pod.node() {
        entry["nodeName"] = node.into();
    }
    if let Some(hostname) = hostname(service, pod) {
        entry["hostname"] = hostname.into();
    }
    Some(entry)
}

fn labels(service: &Object) -> Value {
    let mut labels = json!({});
    for (key, value) in service.labels().filter(|(key, _)| *key != label::HEADLESS) {
        labels[key] = value.into();
    }
    labels[ENDPOINTS_MANAGED_BY] = "endpoint-controller".into();
    if Service::of(&service.value).is_headless() {
        labels[label::HEADLESS] = "".into();
    }
    labels
}

/// In Endpoints, an empty name is left out.
fn endpoint_ports(service: &Object, targets: &TargetPorts) -> Vec<Value> {
    ports_of(service, targets)
        .map(|mut port| {
            if port.get("name").is_some_and(|name| name == "") {
                port.remove("name");
            }
            Value::Object(port)
        })
        .collect()
}

/// One subset for each group of ports that the same addresses serve.
///
/// Models: pkg/api/v1/endpoints/util.go RepackSubsets (v1.36).
fn subsets(by_port: Vec<(Value, Addresses)>) -> Vec<Value> {
    let mut grouped: Vec<(Addresses, Vec<Value>)> = Vec::new();
    for (port, mut addresses) in by_port {
        addresses.order_by(|(_, a), (_, b)| a.field("ip").as_text().cmp(&b.field("ip").as_text()));
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

/// The same subsets in Kubernetes' canonical form.
///
/// Models: pkg/api/v1/endpoints/util.go RepackSubsets, mapAddressByPort (v1.36): not ready trumps ready.
pub(crate) fn repacked(given: &[Value]) -> Vec<Value> {
    let mut by_port: Vec<(Value, Addresses)> = Vec::new();
    for subset in given {
        let ports = subset.field("ports").list();
        let ports = if ports.is_empty() { &[Value::Null] } else { ports };
        for port in ports {
            let place = place_of(&mut by_port, port);
            let Some((_, addresses)) = by_port.get_mut(place) else {
                continue;
            };
            for (field, ready) in [("addresses", true), ("notReadyAddresses", false)] {
                for entry in subset.field(field).list() {
                    let id = |it: &Value| {
                        (
                            it.field("ip").value.clone(),
                            it.field("targetRef").field("uid").value.clone(),
                        )
                    };
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

/// Cuts addresses beyond the capacity, those not ready first, in proportion from each subset; returns whether it cut any.
///
/// Models: pkg/controller/endpoint/endpoints_controller.go truncateEndpoints (v1.36).
fn truncate(subsets: &mut [Value]) -> bool {
    let count = |subset: &Value, field: &str| subset.field(field).list().len();
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
