//! The EndpointSlices of Services with a selector.

use crate::controllers::endpoints::hints::{Hinted, add_hints};
use crate::controllers::endpoints::plan::{CONTROLLER, Plan, SliceChange, SliceContent, plan, slice_labels};
use crate::controllers::endpoints::targets::{TargetPorts, address, annotate, hostname, slice_ports, targets};
use crate::controllers::garbage;
use crate::controllers::workload::owner_references;
use crate::store::{Object, ObjectKey, Store, Tools, set};
use api::view::{Service, label};
use api::{Kind, Value};
use serde_json::json;
use std::rc::Rc;

/// Models: staging/src/k8s.io/endpointslice/reconciler.go Reconcile (v1.36).
pub(crate) fn reconcile(
    tools: &mut Tools,
    hinted: &mut Hinted,
    service: &Rc<Object>,
    pods: &[Rc<Object>],
    trigger: Option<i64>,
) {
    let families = Service::of(&service.value).ip_families();
    let mut existing = tools.store.owned(service.uid(), Kind::EndpointSlice);
    existing.retain(|slice| {
        let of_service = slice.label(label::SERVICE_NAME) == Some(service.name());
        of_service && slice.label(label::SLICE_MANAGED_BY) == Some(CONTROLLER)
    });
    for family in ["IPv4", "IPv6"] {
        let of_family: Vec<_> = existing
            .iter()
            .filter(|slice| slice.field("addressType") == family)
            .cloned()
            .collect();
        if families.clone().any(|wanted| wanted == family) {
            let wanted = wanted(&tools.store, service, pods, family);
            let mut plan = plan(service, wanted, &of_family);
            add_hints(tools, hinted, service, family, &mut plan);
            execute(tools, service, (family, trigger), plan);
        } else {
            for slice in of_family {
                garbage::erase(tools, Kind::EndpointSlice, &slice.key);
            }
        }
    }
}

/// The endpoints of an IP family, grouped by the ports they serve.
fn wanted(store: &Store, service: &Object, pods: &[Rc<Object>], family: &str) -> Vec<SliceContent> {
    let mut groups: Vec<(TargetPorts, SliceContent)> = Vec::new();
    for pod in pods.iter().filter(|pod| !pod.is_over() && pod.pod_ip().is_some()) {
        let targets = targets(service, pod);
        let known = groups.iter().position(|(known, _)| *known == targets);
        let place = known.unwrap_or_else(|| {
            let ports = slice_ports(service, &targets);
            let endpoints = Vec::new();
            groups.push((targets, SliceContent { ports, endpoints }));
            groups.len() - 1
        });
        let endpoint = address(pod, family).map(|ip| endpoint(store, service, pod, ip));
        if let (Some((_, group)), Some(endpoint)) = (groups.get_mut(place), endpoint) {
            group.endpoints.push(endpoint);
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

/// Models: staging/src/k8s.io/endpointslice/utils.go podToEndpoint (v1.36).
fn endpoint(store: &Store, service: &Object, pod: &Object, ip: &str) -> Value {
    let serving = pod.is_ready();
    let terminating = pod.is_terminating();
    let publish = service.spec().field("publishNotReadyAddresses").flag();
    let ready = publish || serving && !terminating;
    let node = pod.node();
    let mut endpoint = json!({
        "addresses": [ip],
        "conditions": {"ready": ready, "serving": serving, "terminating": terminating},
        "targetRef": {"kind": "Pod", "name": pod.name(), "namespace": pod.namespace(), "uid": pod.uid()},
    });
    let zone = node
        .and_then(|node| store.find(Kind::Node, "", node))
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
    endpoint
}

/// Writes a plan; contents to create reuse slices to delete, the last content the first slice.
///
/// Models: staging/src/k8s.io/endpointslice/reconciler.go finalize (v1.36).
fn execute(tools: &mut Tools, service: &Rc<Object>, (family, trigger): (&str, Option<i64>), mut plan: Plan) {
    let recycled = plan.create.len().min(plan.delete.len());
    let taken = plan.delete.drain(..recycled).collect::<Vec<_>>();
    for slice in taken {
        if let Some(content) = plan.create.pop() {
            plan.update.push(SliceChange { slice, content });
        }
    }
    for content in plan.create {
        create_slice(tools, service, (family, trigger), content);
    }
    for SliceChange { slice, content } in plan.update {
        let mut value = slice.value.clone();
        value["endpoints"] = content.endpoints.into();
        value["ports"] = content.ports;
        set(&mut value, &["metadata", "labels"], slice_labels(service));
        annotate(&mut value, trigger);
        tools.replace(&slice, value);
    }
    for slice in plan.delete {
        garbage::erase(tools, Kind::EndpointSlice, &slice.key);
    }
}

fn create_slice(
    tools: &mut Tools,
    service: &Rc<Object>,
    (family, trigger): (&str, Option<i64>),
    content: SliceContent,
) {
    let prefix = format!("{}-", service.name());
    let name = tools.generated_name(Kind::EndpointSlice, service.namespace(), &prefix);
    let mut value = json!({
        "addressType": family, "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
        "metadata": {"generateName": prefix, "labels": slice_labels(service), "ownerReferences": owner_references(service)},
    });
    value["endpoints"] = content.endpoints.into();
    value["ports"] = content.ports;
    annotate(&mut value, trigger);
    tools.insert(Kind::EndpointSlice, ObjectKey::new(service.namespace(), &name), value);
}
