//! Endpoint slices: how a Service's endpoints are told, and packed into slices of so many.

use crate::cluster::texts;
use crate::controllers::endpoints::{
    HEADLESS, MANAGED_BY, SERVICE_NAME, Targets, address, annotate, hostname, slice_ports, targets,
};
use crate::controllers::replicas::owner;
use crate::store::object::{Object, at, set};
use crate::{Cluster, ObjectKey};
use api::{Kind, Value};
use base::Order;
use serde_json::json;
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

/// How many endpoints a slice takes.
///
/// Source: kube-controller-manager --max-endpoints-per-slice.
const PER_SLICE: usize = 100;
const CONTROLLER: &str = "endpointslice-controller.k8s.io";

/// What a slice holds, before it has a name.
#[derive(Clone)]
pub(crate) struct Content {
    pub ports: Value,
    pub endpoints: Vec<Value>,
}

/// A slice that is there, and what it is to hold.
pub(crate) struct Change {
    pub slice: Rc<Object>,
    pub content: Content,
}

/// What is to become of the slices of one family.
#[derive(Default)]
pub(crate) struct Plan {
    pub create: Vec<Content>,
    pub update: Vec<Change>,
    /// Slices that hold what they should; only hints may still be missing.
    pub unchanged: Vec<Change>,
    delete: Vec<Rc<Object>>,
}

impl Cluster {
    /// Models: staging/src/k8s.io/endpointslice/reconciler.go Reconcile (v1.36).
    pub(crate) fn reconcile_slices(&mut self, service: &Rc<Object>, pods: &[Rc<Object>], trigger: Option<i64>) {
        let families = texts(service.at(&["spec", "ipFamilies"]));
        let mut existing = self.store.owned(service.uid(), Kind::EndpointSlice);
        existing.retain(|slice| {
            let of_service = slice.label(SERVICE_NAME) == Some(service.name());
            of_service && slice.label(MANAGED_BY) == Some(CONTROLLER)
        });
        for family in ["IPv4", "IPv6"] {
            let of_family: Vec<_> = existing
                .iter()
                .filter(|slice| slice.text(&["addressType"]) == Some(family))
                .cloned()
                .collect();
            if families.iter().any(|wanted| wanted == family) {
                let wanted = self.wanted(service, pods, family);
                let mut plan = plan(service, wanted, &of_family);
                self.hint(service, family, &mut plan);
                self.carry_out(service, (family, trigger), plan);
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
        for pod in pods.iter().filter(|pod| !pod.is_over() && pod.pod_ip().is_some()) {
            let targets = targets(service, pod);
            let known = groups.iter().position(|(known, _)| *known == targets);
            let place = known.unwrap_or_else(|| {
                let ports = slice_ports(service, &targets);
                let endpoints = Vec::new();
                groups.push((targets, Content { ports, endpoints }));
                groups.len() - 1
            });
            let endpoint = address(pod, family).map(|ip| self.endpoint(service, pod, ip));
            if let (Some((_, group)), Some(endpoint)) = (groups.get_mut(place), endpoint) {
                group.endpoints.push(endpoint);
            }
        }
        groups.into_iter().map(|(_, group)| group).collect()
    }

    /// Models: staging/src/k8s.io/endpointslice/utils.go podToEndpoint (v1.36).
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
        endpoint
    }

    /// Creates take the slices that would go: Kubernetes' order is the last to be created into the first to go.
    ///
    /// Models: staging/src/k8s.io/endpointslice/reconciler.go finalize (v1.36).
    fn carry_out(&mut self, service: &Rc<Object>, (family, trigger): (&str, Option<i64>), mut plan: Plan) {
        let recycled = plan.create.len().min(plan.delete.len());
        let taken = plan.delete.drain(..recycled).collect::<Vec<_>>();
        for slice in taken {
            if let Some(content) = plan.create.pop() {
                plan.update.push(Change { slice, content });
            }
        }
        for content in plan.create {
            self.make_slice(service, (family, trigger), content);
        }
        for Change { slice, content } in plan.update {
            let mut value = slice.value.clone();
            value["endpoints"] = content.endpoints.into();
            value["ports"] = content.ports;
            set(&mut value, &["metadata", "labels"], slice_labels(service));
            annotate(&mut value, trigger);
            self.replace(&slice, value);
        }
        for slice in plan.delete {
            self.erase(Kind::EndpointSlice, &slice.key);
        }
    }

    fn make_slice(&mut self, service: &Rc<Object>, (family, trigger): (&str, Option<i64>), content: Content) {
        let prefix = format!("{}-", service.name());
        let name = self.generated_name(Kind::EndpointSlice, service.namespace(), &prefix);
        let mut value = json!({
            "addressType": family, "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
            "metadata": {"generateName": prefix, "labels": slice_labels(service), "ownerReferences": owner(service)},
        });
        value["endpoints"] = content.endpoints.into();
        value["ports"] = content.ports;
        annotate(&mut value, trigger);
        self.insert(Kind::EndpointSlice, ObjectKey::new(service.namespace(), &name), value);
    }
}

/// Models: staging/src/k8s.io/endpointslice/reconciler.go reconcileByAddressType (v1.36).
fn plan(service: &Object, wanted: Vec<Content>, existing: &[Rc<Object>]) -> Plan {
    let mut plan = Plan::default();
    let ports: Vec<Value> = wanted.iter().map(|it| it.ports.clone()).collect();
    for content in wanted {
        let of_ports = existing.iter().filter(|slice| slice.at(&["ports"]) == &content.ports);
        let of_ports: Vec<_> = of_ports.cloned().collect();
        pack(service, content, &of_ports, &mut plan);
    }
    let unwanted = existing.iter().filter(|slice| !ports.contains(slice.at(&["ports"])));
    plan.delete.extend(unwanted.cloned());
    if plan.create.is_empty() && plan.delete.len() == existing.len() {
        let is_placeholder =
            |slice: &Rc<Object>| slice.list(&["endpoints"]).is_empty() && slice.list(&["ports"]).is_empty();
        if plan.delete.len() == 1 && plan.delete.iter().all(is_placeholder) && !relabelled(service, existing) {
            plan.delete.clear();
        } else {
            let (ports, endpoints) = (Value::Null, Vec::new());
            plan.create.push(Content { ports, endpoints });
        }
    }
    plan
}

fn relabelled(service: &Object, slices: &[Rc<Object>]) -> bool {
    slices
        .iter()
        .any(|slice| slice.at(&["metadata", "labels"]) != &slice_labels(service))
}

/// Slices that change anyway are filled first, the fullest first; what is left goes into the one that it fits best, else
/// into new ones.
///
/// Models: staging/src/k8s.io/endpointslice/reconciler.go reconcileByPortMapping (v1.36).
fn pack(service: &Object, Content { ports, endpoints }: Content, existing: &[Rc<Object>], plan: &mut Plan) {
    let mut fresh: BTreeMap<String, (usize, Value)> = BTreeMap::new();
    let mut rest: VecDeque<Value> = VecDeque::new();
    if existing.is_empty() {
        rest.extend(endpoints);
    } else {
        for (place, endpoint) in endpoints.into_iter().enumerate() {
            fresh.insert(identity(&endpoint), (place, endpoint));
        }
    }
    let (mut update, mut unchanged) = (Vec::new(), Vec::new());
    for slice in existing {
        let before = slice.list(&["endpoints"]);
        let kept: Vec<Value> = before
            .iter()
            .filter_map(|endpoint| fresh.remove(&identity(endpoint)))
            .map(|(_, endpoint)| endpoint)
            .collect();
        let same = kept.len() == before.len() && kept.iter().zip(before).all(|(new, old)| is_same(new, old));
        let emptied = kept.is_empty() && !same;
        let ports = ports.clone();
        let change = Change {
            slice: slice.clone(),
            content: Content { ports, endpoints: kept },
        };
        if emptied {
            plan.delete.push(change.slice);
        } else if same && !has_other_labels(slice, service) {
            unchanged.push(change);
        } else {
            update.push(change);
        }
    }
    let mut left: Vec<(usize, Value)> = fresh.into_values().collect();
    left.order_by_key(|(place, _)| *place);
    rest.extend(left.into_iter().map(|(_, endpoint)| endpoint));
    let fill = |content: &mut Content, rest: &mut VecDeque<Value>| {
        let room = PER_SLICE.saturating_sub(content.endpoints.len()).min(rest.len());
        content.endpoints.extend(rest.drain(..room));
    };
    update.order_by_key(|change: &Change| std::cmp::Reverse(change.content.endpoints.len()));
    for change in &mut update {
        fill(&mut change.content, &mut rest);
    }
    while !rest.is_empty() {
        let room = |change: &Change| PER_SLICE.checked_sub(change.content.endpoints.len() + rest.len());
        let fitting = unchanged
            .iter()
            .enumerate()
            .filter_map(|(at, it)| Some((room(it)?, at)));
        let best = fitting.filter(|(room, _)| *room < PER_SLICE).min();
        let mut content = Content {
            ports: ports.clone(),
            endpoints: Vec::new(),
        };
        if let Some((_, at)) = best.filter(|_| rest.len() < PER_SLICE) {
            let mut change: Change = unchanged.remove(at);
            fill(&mut change.content, &mut rest);
            update.push(change);
        } else {
            fill(&mut content, &mut rest);
            plan.create.push(content);
        }
    }
    plan.update.extend(update);
    plan.unchanged.extend(unchanged);
}

/// What tells endpoints apart.
///
/// Models: staging/src/k8s.io/endpointslice/util/endpointset.go hashEndpoint (v1.36).
fn identity(endpoint: &Value) -> String {
    let text = |path: &[&str]| at(endpoint, path).as_str().unwrap_or_default();
    let target = text(&["targetRef", "name"]);
    format!("{} {} {target}", at(endpoint, &["addresses"]), text(&["hostname"]))
}

/// Models: staging/src/k8s.io/endpointslice/util/controller_utils.go EndpointsEqualBeyondHash (v1.36).
fn is_same(one: &Value, other: &Value) -> bool {
    ["conditions", "nodeName", "zone", "targetRef"]
        .iter()
        .all(|field| at(one, &[field]) == at(other, &[field]))
}

const RESERVED: [&str; 3] = [HEADLESS, MANAGED_BY, SERVICE_NAME];

fn own_labels(object: &Object) -> impl Iterator<Item = (&str, &str)> {
    object.labels().filter(|(key, _)| !RESERVED.contains(key))
}

fn has_other_labels(slice: &Object, service: &Object) -> bool {
    !own_labels(slice).eq(own_labels(service))
}

/// The labels of a Service's slices: its own and those that tie them together.
///
/// Models: staging/src/k8s.io/endpointslice/utils.go setEndpointSliceLabels (v1.36).
fn slice_labels(service: &Object) -> Value {
    let mut labels = json!({});
    for (key, value) in own_labels(service) {
        labels[key] = value.into();
    }
    labels[MANAGED_BY] = CONTROLLER.into();
    labels[SERVICE_NAME] = service.name().into();
    if service.text(&["spec", "clusterIP"]) == Some("None") {
        labels[HEADLESS] = "".into();
    }
    labels
}
