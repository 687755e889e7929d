//! Slices that mirror the Endpoints written by hand for a Service without selector.

use crate::controllers::endpoints::subsets::{Addresses, repacked};
use crate::controllers::endpoints::targets::in_order;
use crate::controllers::garbage;
use crate::controllers::workload::owner_references;
use crate::store::{Object, ObjectKey, Tools, remove, set};
use api::view::label;
use api::{Fields, Kind, Value};
use base::Order;
use serde_json::json;
use std::rc::Rc;

const SKIP: &str = "endpointslice.kubernetes.io/skip-mirror";
const LEADER: &str = "control-plane.alpha.kubernetes.io/leader";
const CONTROLLER: &str = "endpointslicemirroring-controller.k8s.io";
const COMPONENT: &str = "endpoint-slice-mirroring-controller";
/// The most addresses of a subset that are mirrored.
///
/// Source: kube-controller-manager --mirroring-max-endpoints-per-subset.
const PER_SUBSET: usize = 1000;
/// The annotations that are not copied to slices.
const OWN: [&str; 2] = [
    "endpoints.kubernetes.io/last-change-trigger-time",
    "kubectl.kubernetes.io/last-applied-configuration",
];

struct Mirrored {
    family: &'static str,
    ports: Value,
    endpoints: Vec<Value>,
}

/// Models: pkg/controller/endpointslicemirroring syncEndpoints (v1.36).
pub(crate) fn reconcile(tools: &mut Tools, service: &Rc<Object>) {
    let Some(endpoints) = tools.store.get(Kind::Endpoints, &service.key).cloned() else {
        return;
    };
    let selects = service.spec().field("selector").text_entries().next().is_some();
    if !selects && should_mirror(&endpoints) {
        mirror_endpoints(tools, &endpoints);
        return;
    }
    for slice in mirrored(tools, &endpoints) {
        garbage::erase(tools, Kind::EndpointSlice, &slice.key);
    }
}

fn mirrored(tools: &Tools, endpoints: &Object) -> Vec<Rc<Object>> {
    let mut slices = tools.store.owned(endpoints.uid(), Kind::EndpointSlice);
    slices.retain(|it| it.label(label::SLICE_MANAGED_BY) == Some(CONTROLLER));
    slices
}

/// Models: pkg/controller/endpointslicemirroring/reconciler.go reconcile, reconcileByPortMapping, finalize (v1.36).
fn mirror_endpoints(tools: &mut Tools, endpoints: &Rc<Object>) {
    let (wanted, skipped) = wanted(endpoints);
    if skipped > 0 {
        let message = format!(
            "A max of {PER_SUBSET} addresses can be mirrored to EndpointSlices per Endpoints subset. {skipped} addresses were skipped"
        );
        tools.event_of_type("Warning", endpoints, COMPONENT, "TooManyAddressesToMirror", &message);
    }
    let mut spare = mirrored(tools, endpoints);
    let mut create = Vec::new();
    for content in wanted {
        let fits =
            |slice: &Rc<Object>| slice.field("addressType") == content.family && slice.field("ports") == &content.ports;
        match spare.iter().position(fits) {
            Some(place) => {
                let slice = spare.remove(place);
                write_mirrored(tools, endpoints, &slice, content, None);
            }
            None => create.push(content),
        }
    }
    for content in create {
        let of_family = |slice: &Rc<Object>| slice.field("addressType") == content.family;
        let prefix = format!("{}-", endpoints.name());
        if let Some(place) = spare.iter().position(of_family) {
            let slice = spare.remove(place);
            write_mirrored(tools, endpoints, &slice, content, Some(&prefix));
        } else {
            let name = tools.generated_name(Kind::EndpointSlice, endpoints.namespace(), &prefix);
            let mut value = json!({"metadata": {"generateName": prefix}});
            fill(&mut value, endpoints, content);
            tools.insert(Kind::EndpointSlice, ObjectKey::new(endpoints.namespace(), &name), value);
        }
    }
    for slice in spare {
        garbage::erase(tools, Kind::EndpointSlice, &slice.key);
    }
}

/// Endpoints that stay keep their places. SliceContent that reuses a slice for another port sets `generateName`; the rest
/// removes it.
fn write_mirrored(
    tools: &mut Tools,
    endpoints: &Object,
    slice: &Rc<Object>,
    mut content: Mirrored,
    prefix: Option<&str>,
) {
    let place = |endpoint: &Value| {
        let before = slice.field("endpoints").list().iter();
        let same = |it: &&Value| it.field("addresses") == endpoint.field("addresses");
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
        tools.replace(slice, value);
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
    labels[label::SLICE_MANAGED_BY] = CONTROLLER.into();
    labels[label::SERVICE_NAME] = endpoints.name().into();
    set(value, &["metadata", "labels"], labels);
    set(value, &["metadata", "ownerReferences"], owner_references(endpoints));
    remove(value, &["metadata", "annotations"]);
    for (key, annotation) in endpoints.metadata().field("annotations").text_entries() {
        if !OWN.contains(&key) {
            set(value, &["metadata", "annotations", key], annotation.into());
        }
    }
}

/// The content the slices should have, and how many addresses are left out.
fn wanted(endpoints: &Object) -> (Vec<Mirrored>, usize) {
    let mut wanted: Vec<Mirrored> = Vec::new();
    let mut skipped = 0;
    for subset in repacked(endpoints.field("subsets").list()) {
        let ports = in_order(subset.field("ports").list().iter().map(slice_port).collect());
        let lists = [("addresses", true), ("notReadyAddresses", false)];
        let all = lists.iter().flat_map(|(field, ready)| {
            let entries = subset.field(field).list().iter();
            entries.map(|entry| (*ready, entry.clone()))
        });
        let mut all: Addresses = all.collect();
        skipped += all.len().saturating_sub(PER_SUBSET);
        all.truncate(PER_SUBSET);
        for (ready, entry) in all {
            let ip = entry.field("ip").text();
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

/// In slices, a port without name has an empty one.
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
        let value = entry.field(field);
        if value.is_set() {
            endpoint[field] = value.value.clone();
        }
    }
    endpoint
}
