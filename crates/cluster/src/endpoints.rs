//! Endpoint slices and Endpoints: which pods stand behind a Service.

use crate::cluster::texts;
use crate::object::{Object, at, list, map, set};
use crate::replicas::owner;
use crate::time::timestamp;
use crate::{Cluster, Key};
use api::{Kind, Value};
use serde_json::{Map, json};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// How many endpoints a slice takes.
///
/// Source: kube-controller-manager --max-endpoints-per-slice.
const PER_SLICE: usize = 100;
const MANAGED_BY: &str = "endpointslice.kubernetes.io/managed-by";
const SERVICE_NAME: &str = "kubernetes.io/service-name";
const HEADLESS: &str = "service.kubernetes.io/headless";
const CHANGED: &str = "endpoints.kubernetes.io/last-change-trigger-time";
const SKIP_MIRROR: &str = "endpointslice.kubernetes.io/skip-mirror";
const ENDPOINTS_MANAGED_BY: &str = "endpoints.kubernetes.io/managed-by";

/// The addresses of a subset, each with whether it is ready.
type Addresses = Vec<(bool, Value)>;

/// The number each port of a Service leads to on a pod; none where no container calls a port so.
type Targets = Vec<Option<i64>>;

/// What a slice holds, before it has a name.
#[derive(Clone)]
struct Content {
    ports: Value,
    endpoints: Vec<Value>,
}

impl Cluster {
    /// Brings the slices and Endpoints of a Service in line with its pods.
    pub(crate) fn reconcile_service(&mut self, key: &Key) {
        let Some(service) = self.store.get(Kind::Service, key).cloned() else {
            self.forget_triggers(key);
            return;
        };
        // An external name gets no endpoints, and what it had before it became one stays as it is.
        let external = service.text(&["spec", "type"]) == Some("ExternalName");
        if map(service.at(&["spec", "selector"])).next().is_none() {
            self.mirror(&service);
            return;
        }
        self.erase_mirrored(key);
        if !external {
            let pods = self
                .store
                .selected(service.namespace(), service.at(&["spec", "selector"]));
            let trigger = self.trigger_time(&service, &pods);
            let (beginning, behind) = (self.beginning(&service, &pods, trigger), self.behind(&service));
            if self.back_again(&service, &beginning, &behind) {
                return;
            }
            self.reconcile_slices(&service, &pods, trigger);
            self.reconcile_endpoints(&service, &pods, trigger);
            if behind.is_empty() {
                self.keep_backed(&service, beginning);
            }
        }
    }

    /// Models: staging/src/k8s.io/endpointslice/reconciler.go Reconcile (v1.36).
    fn reconcile_slices(&mut self, service: &Rc<Object>, pods: &[Rc<Object>], trigger: Option<i64>) {
        let families = texts(service.at(&["spec", "ipFamilies"]));
        let existing = self.store.owned(service.uid(), Kind::EndpointSlice);
        for family in ["IPv4", "IPv6"] {
            let of_family: Vec<_> = existing
                .iter()
                .filter(|slice| slice.text(&["addressType"]) == Some(family))
                .cloned()
                .collect();
            if families.iter().any(|wanted| wanted == family) {
                let wanted = self.wanted(service, pods, family);
                self.reconcile_family(service, (family, trigger), wanted, &of_family);
            } else {
                for slice in of_family {
                    self.erase(Kind::EndpointSlice, &slice.key);
                }
            }
        }
    }

    /// The endpoints of a family, by the ports they serve.
    fn wanted(&self, service: &Object, pods: &[Rc<Object>], family: &str) -> Vec<Content> {
        let mut groups: Vec<(Targets, Content)> = Vec::new();
        for pod in pods.iter().filter(|pod| !pod.is_over()) {
            let Some(ip) = address(pod, family) else { continue };
            let targets = targets(service, pod);
            let endpoint = self.endpoint(service, pod, ip);
            if let Some((_, group)) = groups.iter_mut().find(|(known, _)| *known == targets) {
                group.endpoints.push(endpoint);
            } else {
                let ports = slice_ports(service, &targets);
                let endpoints = vec![endpoint];
                groups.push((targets, Content { ports, endpoints }));
            }
        }
        groups.into_iter().map(|(_, group)| group).collect()
    }

    /// Models: staging/src/k8s.io/endpointslice/utils.go podToEndpoint, trafficdist (v1.36).
    fn endpoint(&self, service: &Object, pod: &Object, ip: &str) -> Value {
        let serving = pod.is_ready();
        let terminating = pod.is_terminating();
        let publish = service.at(&["spec", "publishNotReadyAddresses"]) == &Value::Bool(true);
        let ready = publish || serving && !terminating;
        let node = pod.node();
        let mut endpoint = json!({
            "addresses": [ip],
            "conditions": {"ready": ready, "serving": serving, "terminating": terminating},
            "targetRef": {"kind": "Pod", "name": pod.name(), "namespace": pod.namespace(), "uid": pod.uid()},
        });
        let zone = node
            .and_then(|node| self.find(Kind::Node, "", node))
            .and_then(|node| node.label("topology.kubernetes.io/zone"));
        if let Some(node) = node {
            endpoint["nodeName"] = node.into();
        }
        if let Some(zone) = zone {
            endpoint["zone"] = zone.into();
        }
        if let Some(hostname) = hostname(service, pod) {
            endpoint["hostname"] = hostname.into();
        }
        match (service.text(&["spec", "trafficDistribution"]), zone, node) {
            (Some("PreferClose" | "PreferSameZone"), Some(zone), _) if ready => {
                endpoint["hints"] = json!({"forZones": [{"name": zone}]});
            }
            (Some("PreferSameNode"), zone, Some(node)) if ready => {
                endpoint["hints"] = json!({"forNodes": [{"name": node}]});
                if let Some(zone) = zone {
                    endpoint["hints"]["forZones"] = json!([{"name": zone}]);
                }
            }
            _ => {}
        }
        endpoint
    }

    fn reconcile_family(
        &mut self,
        service: &Rc<Object>,
        (family, trigger): (&str, Option<i64>),
        wanted: Vec<Content>,
        existing: &[Rc<Object>],
    ) {
        let mut spare: Vec<Rc<Object>> = Vec::new();
        let mut make: Vec<Content> = Vec::new();
        let mut used = BTreeSet::new();
        for Content { ports, endpoints } in wanted {
            let mut fresh: BTreeMap<String, (usize, Value)> = BTreeMap::new();
            for (place, endpoint) in endpoints.into_iter().enumerate() {
                let uid = at(&endpoint, &["targetRef", "uid"]).as_str().unwrap_or_default();
                fresh.insert(uid.to_owned(), (place, endpoint));
            }
            let mut kept: Vec<(Rc<Object>, Vec<Value>)> = Vec::new();
            for slice in existing.iter().filter(|slice| slice.at(&["ports"]) == &ports) {
                used.insert(slice.key.clone());
                let stay: Vec<Value> = slice
                    .list(&["endpoints"])
                    .iter()
                    .filter_map(|endpoint| fresh.remove(at(endpoint, &["targetRef", "uid"]).as_str()?))
                    .map(|(_, endpoint)| endpoint)
                    .collect();
                kept.push((slice.clone(), stay));
            }
            let mut rest: Vec<(usize, Value)> = fresh.into_values().collect();
            rest.sort_unstable_by_key(|(place, _)| *place);
            let mut rest: Vec<Value> = rest.into_iter().map(|(_, endpoint)| endpoint).collect();
            rest.reverse();
            for (_, stay) in &mut kept {
                while stay.len() < PER_SLICE {
                    let Some(endpoint) = rest.pop() else { break };
                    stay.push(endpoint);
                }
            }
            for (slice, stay) in kept {
                if stay.is_empty() {
                    spare.push(slice);
                } else {
                    let content = Content {
                        ports: ports.clone(),
                        endpoints: stay,
                    };
                    self.write_slice(service, (family, trigger), Some(&slice), content);
                }
            }
            rest.reverse();
            while !rest.is_empty() {
                let beyond = rest.split_off(rest.len().min(PER_SLICE));
                make.push(Content {
                    ports: ports.clone(),
                    endpoints: std::mem::replace(&mut rest, beyond),
                });
            }
        }
        spare.extend(existing.iter().filter(|slice| !used.contains(&slice.key)).cloned());
        if make.is_empty() && spare.len() == existing.len() {
            make.push(Content {
                ports: Value::Null,
                endpoints: Vec::new(),
            });
        }
        let mut spare = spare.into_iter();
        for content in make {
            let reused = spare.next();
            self.write_slice(service, (family, trigger), reused.as_ref(), content);
        }
        for slice in spare {
            self.erase(Kind::EndpointSlice, &slice.key);
        }
    }

    fn write_slice(
        &mut self,
        service: &Rc<Object>,
        (family, trigger): (&str, Option<i64>),
        slice: Option<&Rc<Object>>,
        content: Content,
    ) {
        let labels = slice_labels(service);
        let Content { ports, endpoints } = content;
        if let Some(slice) = slice {
            let same = slice.list(&["endpoints"]) == endpoints.as_slice() && slice.at(&["ports"]) == &ports;
            if same && slice.at(&["metadata", "labels"]) == &labels {
                return;
            }
            let mut value = slice.value.clone();
            value["endpoints"] = endpoints.into();
            value["ports"] = ports;
            set(&mut value, &["metadata", "labels"], labels);
            annotate(&mut value, trigger);
            self.replace(slice, value);
            return;
        }
        let prefix = format!("{}-", service.name());
        let name = self.generated_name(Kind::EndpointSlice, service.namespace(), &prefix);
        let mut value = json!({
            "addressType": family, "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
            "metadata": {"generateName": prefix, "labels": labels, "ownerReferences": owner(service)},
        });
        value["endpoints"] = endpoints.into();
        value["ports"] = ports;
        annotate(&mut value, trigger);
        self.insert(Kind::EndpointSlice, Key::new(service.namespace(), &name), value);
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
        let subsets = subsets(by_port);
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
        annotate(&mut value, trigger);
        if subsets.is_empty() {
            crate::object::remove(&mut value, &["subsets"]);
        } else {
            value["subsets"] = subsets.into();
        }
        match before {
            Some(before) => self.replace(&before, value),
            None => self.insert(Kind::Endpoints, service.key.clone(), value),
        };
    }

    /// A Service that has a selector, again or at last, needs no slices made after its Endpoints.
    fn erase_mirrored(&mut self, service: &Key) {
        let Some(uid) = self
            .store
            .get(Kind::Endpoints, service)
            .map(|endpoints| endpoints.uid().to_owned())
        else {
            return;
        };
        for slice in self.store.owned(&uid, Kind::EndpointSlice) {
            self.erase(Kind::EndpointSlice, &slice.key);
        }
    }

    /// Slices made after the Endpoints of a Service without selector, whether somebody wrote them or a selector that it had.
    ///
    /// Models: pkg/controller/endpointslicemirroring (v1.36).
    fn mirror(&mut self, service: &Rc<Object>) {
        let Some(endpoints) = self.store.get(Kind::Endpoints, &service.key).cloned() else {
            return;
        };
        let kept_by_others = endpoints.label(SKIP_MIRROR) == Some("true")
            || endpoints
                .annotation("control-plane.alpha.kubernetes.io/leader")
                .is_some();
        let mut wanted: Vec<(&str, Content)> = Vec::new();
        if !kept_by_others {
            for subset in endpoints.list(&["subsets"]) {
                for family in ["IPv4", "IPv6"] {
                    let content = mirrored(subset, family);
                    if !content.endpoints.is_empty() {
                        wanted.push((family, content));
                    }
                }
            }
        }
        let mut existing = self.store.owned(endpoints.uid(), Kind::EndpointSlice).into_iter();
        let mut labels = json!({});
        for (key, value) in endpoints.labels() {
            labels[key] = value.into();
        }
        labels[MANAGED_BY] = "endpointslicemirroring-controller.k8s.io".into();
        labels[SERVICE_NAME] = service.name().into();
        for (family, Content { ports, endpoints: list }) in wanted {
            let body = json!({
                "addressType": family, "apiVersion": "discovery.k8s.io/v1", "endpoints": list, "kind": "EndpointSlice",
                "ports": ports,
            });
            if let Some(slice) = existing.next() {
                let mut value = slice.value.clone();
                if let (Value::Object(value), Value::Object(body)) = (&mut value, body) {
                    value.extend(body);
                }
                set(&mut value, &["metadata", "labels"], labels.clone());
                self.replace(&slice, value);
                continue;
            }
            let prefix = format!("{}-", service.name());
            let name = self.generated_name(Kind::EndpointSlice, service.namespace(), &prefix);
            let mut value = body;
            value["metadata"] = json!({"generateName": prefix, "labels": labels, "ownerReferences": owner(&endpoints)});
            self.insert(Kind::EndpointSlice, Key::new(service.namespace(), &name), value);
        }
        for slice in existing {
            self.erase(Kind::EndpointSlice, &slice.key);
        }
    }
}

/// The pod's address of a family.
fn address<'a>(pod: &'a Object, family: &str) -> Option<&'a str> {
    pod.list(&["status", "podIPs"])
        .iter()
        .filter_map(|entry| at(entry, &["ip"]).as_str())
        .find(|ip| ip.contains(':') == (family == "IPv6"))
}

/// Models: pkg/api/v1/endpoints ShouldSetHostname (v1.36).
fn hostname<'a>(service: &Object, pod: &'a Object) -> Option<&'a str> {
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

fn targets(service: &Object, pod: &Object) -> Targets {
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

/// A slice's ports, ordered by their hashes; none where the pod has none of them.
///
/// Models: staging/src/k8s.io/endpointslice/util/controller_utils.go NewPortMapKey, portsInOrder (v1.36).
fn slice_ports(service: &Object, targets: &Targets) -> Value {
    let mut ports: Vec<Value> = ports_of(service, targets).map(Value::Object).collect();
    ports.sort_by_cached_key(|port| port_hash(port, ["(*string)", "(*v1.Protocol)", "(*int32)"]));
    if ports.is_empty() { Value::Null } else { ports.into() }
}

/// Says in an annotation when what the endpoints follow from changed.
fn annotate(value: &mut Value, trigger: Option<i64>) {
    let path = ["metadata", "annotations", CHANGED];
    match trigger {
        Some(second) => set(value, &path, timestamp(second).into()),
        None => crate::object::remove(value, &path),
    }
    if map(at(value, &["metadata", "annotations"])).next().is_none() {
        crate::object::remove(value, &["metadata", "annotations"]);
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
        addresses.sort_by(|(_, a), (_, b)| at(a, &["ip"]).as_str().cmp(&at(b, &["ip"]).as_str()));
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
            ports.sort_by_cached_key(|port| port_hash(port, ["(string)", "(v1.Protocol)", "(int32)"]));
            if !ports.is_empty() {
                subset["ports"] = ports.into();
            }
            subset
        })
        .collect()
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

/// The labels of a Service's slices: its own and those that tie them together.
///
/// Models: staging/src/k8s.io/endpointslice/utils.go setEndpointSliceLabels (v1.36).
fn slice_labels(service: &Object) -> Value {
    let mut labels = json!({});
    for (key, value) in service
        .labels()
        .filter(|(key, _)| ![HEADLESS, MANAGED_BY, SERVICE_NAME].contains(key))
    {
        labels[key] = value.into();
    }
    labels[MANAGED_BY] = "endpointslice-controller.k8s.io".into();
    labels[SERVICE_NAME] = service.name().into();
    if service.text(&["spec", "clusterIP"]) == Some("None") {
        labels[HEADLESS] = "".into();
    }
    labels
}

fn mirrored(subset: &Value, family: &str) -> Content {
    let mut endpoints = Vec::new();
    for (field, ready) in [("addresses", true), ("notReadyAddresses", false)] {
        for entry in list(at(subset, &[field])) {
            let ip = at(entry, &["ip"]).as_str().unwrap_or_default();
            if ip.contains(':') != (family == "IPv6") {
                continue;
            }
            let mut endpoint = json!({"addresses": [ip], "conditions": {"ready": ready}});
            for field in ["hostname", "nodeName", "targetRef"] {
                let value = at(entry, &[field]);
                if !value.is_null() {
                    endpoint[field] = value.clone();
                }
            }
            endpoints.push(endpoint);
        }
    }
    let ports = list(at(subset, &["ports"]))
        .iter()
        .map(|port| {
            let mut port = port.clone();
            if port.get("name").is_none() {
                port["name"] = "".into();
            }
            port
        })
        .collect();
    Content { ports, endpoints }
}
