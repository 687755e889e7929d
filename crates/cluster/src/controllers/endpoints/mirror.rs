//! Slices made after Endpoints that somebody wrote for a Service without selector.

use crate::controllers::endpoints::{Addresses, MANAGED_BY, SERVICE_NAME, in_order, repacked};
use crate::controllers::replicas::owner;
use crate::store::object::{Object, at, list, map, remove, set};
use crate::{Cluster, ObjectKey};
use api::{Kind, Value};
use base::Order;
use serde_json::json;
use std::rc::Rc;

const SKIP: &str = "endpointslice.kubernetes.io/skip-mirror";
const LEADER: &str = "control-plane.alpha.kubernetes.io/leader";
const CONTROLLER: &str = "endpointslicemirroring-controller.k8s.io";
const COMPONENT: &str = "endpoint-slice-mirroring-controller";
/// How many addresses of a subset are mirrored.
///
/// Source: kube-controller-manager --mirroring-max-endpoints-per-subset.
const PER_SUBSET: usize = 1000;
/// Annotations that say nothing of what a slice holds.
const OWN: [&str; 2] = [
    "endpoints.kubernetes.io/last-change-trigger-time",
    "kubectl.kubernetes.io/last-applied-configuration",
];

/// What one mirrored slice holds.
struct Mirrored {
    family: &'static str,
    ports: Value,
    endpoints: Vec<Value>,
}

impl Cluster {
    /// Models: pkg/controller/endpointslicemirroring syncEndpoints (v1.36).
    pub(crate) fn mirror(&mut self, service: &Rc<Object>) {
        let Some(endpoints) = self.store.get(Kind::Endpoints, &service.key).cloned() else {
            return;
        };
        let selects = map(service.at(&["spec", "selector"])).next().is_some();
        if !selects && should_mirror(&endpoints) {
            self.mirror_endpoints(&endpoints);
            return;
        }
        for slice in self.mirrored(&endpoints) {
            self.erase(Kind::EndpointSlice, &slice.key);
        }
    }

    fn mirrored(&self, endpoints: &Object) -> Vec<Rc<Object>> {
        let mut slices = self.store.owned(endpoints.uid(), Kind::EndpointSlice);
        slices.retain(|it| it.label(MANAGED_BY) == Some(CONTROLLER));
        slices
    }

    /// Models: pkg/controller/endpointslicemirroring/reconciler.go reconcile, reconcileByPortMapping, finalize (v1.36).
    fn mirror_endpoints(&mut self, endpoints: &Rc<Object>) {
        let (wanted, skipped) = wanted(endpoints);
        if skipped > 0 {
            let message = format!(
                "A max of {PER_SUBSET} addresses can be mirrored to EndpointSlices per Endpoints subset. {skipped} addresses were skipped"
            );
            self.tell("Warning", endpoints, COMPONENT, "TooManyAddressesToMirror", &message);
        }
        let mut spare = self.mirrored(endpoints);
        let mut create = Vec::new();
        for content in wanted {
            let fits = |slice: &Rc<Object>| {
                slice.text(&["addressType"]) == Some(content.family) && slice.at(&["ports"]) == &content.ports
            };
            match spare.iter().position(fits) {
                Some(place) => {
                    let slice = spare.remove(place);
                    self.write_mirrored(endpoints, &slice, content, None);
                }
                None => create.push(content),
            }
        }
        for content in create {
            let of_family = |slice: &Rc<Object>| slice.text(&["addressType"]) == Some(content.family);
            let prefix = format!("{}-", endpoints.name());
            if let Some(place) = spare.iter().position(of_family) {
                let slice = spare.remove(place);
                self.write_mirrored(endpoints, &slice, content, Some(&prefix));
            } else {
                let name = self.generated_name(Kind::EndpointSlice, endpoints.namespace(), &prefix);
                let mut value = json!({"metadata": {"generateName": prefix}});
                fill(&mut value, endpoints, content);
                self.insert(Kind::EndpointSlice, ObjectKey::new(endpoints.namespace(), &name), value);
            }
        }
        for slice in spare {
            self.erase(Kind::EndpointSlice, &slice.key);
        }
    }

    /// An endpoint that stays keeps its place. What was to be created names the prefix of its name, the rest does not.
    fn write_mirrored(&mut self, endpoints: &Object, slice: &Rc<Object>, mut content: Mirrored, prefix: Option<&str>) {
        let place = |endpoint: &Value| {
            let before = slice.list(&["endpoints"]).iter();
            let same = |it: &&Value| at(it, &["addresses"]) == at(endpoint, &["addresses"]);
            { before }.position(|it| same(&it)).unwrap_or(usize::MAX)
        };
        content.endpoints.order_by_key(place);
        let mut value = slice.value.clone();
        fill(&mut value, endpoints, content);
        if value != slice.value {
            match prefix {
                Some(prefix) => set(&mut value, &["metadata", "generateName"], prefix.into()),
                None => remove(&mut value, &["metadata", "generateName"]),
            }
            self.replace(slice, value);
        }
    }
}

/// Models: shouldMirror, skipMirror, hasLeaderElection.
fn should_mirror(endpoints: &Object) -> bool {
    endpoints.label(SKIP) != Some("true") && endpoints.annotation(LEADER).is_none()
}

/// Models: newEndpointSlice.
fn fill(value: &mut Value, endpoints: &Object, content: Mirrored) {
    value["apiVersion"] = "discovery.k8s.io/v1".into();
    value["kind"] = "EndpointSlice".into();
    value["addressType"] = content.family.into();
    value["endpoints"] = content.endpoints.into();
    value["ports"] = content.ports;
    let mut labels = json!({});
    for (key, label) in endpoints.labels() {
        labels[key] = label.into();
    }
    labels[MANAGED_BY] = CONTROLLER.into();
    labels[SERVICE_NAME] = endpoints.name().into();
    set(value, &["metadata", "labels"], labels);
    set(value, &["metadata", "ownerReferences"], owner(endpoints));
    remove(value, &["metadata", "annotations"]);
    for (key, annotation) in map(endpoints.at(&["metadata", "annotations"])) {
        if !OWN.contains(&key) {
            set(value, &["metadata", "annotations", key], annotation.into());
        }
    }
}

/// What the slices should hold, and how many addresses find no room.
fn wanted(endpoints: &Object) -> (Vec<Mirrored>, usize) {
    let mut wanted: Vec<Mirrored> = Vec::new();
    let mut skipped = 0;
    for subset in repacked(endpoints.list(&["subsets"])) {
        let ports = in_order(list(at(&subset, &["ports"])).iter().map(slice_port).collect());
        let lists = [("addresses", true), ("notReadyAddresses", false)];
        let all = lists.iter().flat_map(|(field, ready)| {
            let entries = list(at(&subset, &[field])).iter();
            entries.map(|entry| (*ready, entry.clone()))
        });
        let mut all: Addresses = all.collect();
        skipped += all.len().saturating_sub(PER_SUBSET);
        all.truncate(PER_SUBSET);
        for (ready, entry) in all {
            let ip = at(&entry, &["ip"]).as_str().unwrap_or_default();
            let family = if ip.contains(':') { "IPv6" } else { "IPv4" };
            let endpoint = endpoint(&entry, ip, ready);
            let of_slice = |it: &&mut Mirrored| it.family == family && it.ports == ports;
            match wanted.iter_mut().find(of_slice) {
                Some(slice) => slice.endpoints.push(endpoint),
                None => wanted.push(Mirrored {
                    family,
                    ports: ports.clone(),
                    endpoints: vec![endpoint],
                }),
            }
        }
    }
    (wanted, skipped)
}

/// In slices a port without name has an empty one.
fn slice_port(port: &Value) -> Value {
    let mut port = port.clone();
    if port.get("name").is_none() {
        port["name"] = "".into();
    }
    port
}

/// Models: addressToEndpoint.
fn endpoint(entry: &Value, ip: &str, ready: bool) -> Value {
    let mut endpoint = json!({"addresses": [ip], "conditions": {"ready": ready}});
    for field in ["hostname", "nodeName", "targetRef"] {
        let value = at(entry, &[field]);
        if !value.is_null() {
            endpoint[field] = value.clone();
        }
    }
    endpoint
}
