//! Plans: which endpoints go into which slices.

use crate::store::Object;
use api::view::{Service, label};
use api::{Fields, Value};
use base::Order;
use serde_json::json;
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

pub(crate) const CONTROLLER: &str = "endpointslice-controller.k8s.io";
/// The most endpoints in a slice.
///
/// Source: kube-controller-manager --max-endpoints-per-slice.
const PER_SLICE: usize = 100;

#[derive(Clone)]
pub(crate) struct SliceContent {
    pub ports: Value,
    pub endpoints: Vec<Value>,
}

impl SliceContent {
    /// Takes as many of the endpoints as there is room for.
    fn fill(&mut self, rest: &mut VecDeque<Value>) {
        let room = PER_SLICE.saturating_sub(self.endpoints.len()).min(rest.len());
        self.endpoints.extend(rest.drain(..room));
    }
}

/// An existing slice and the content it should have.
pub(crate) struct SliceChange {
    pub slice: Rc<Object>,
    pub content: SliceContent,
}

/// What to do with the slices of one IP family.
#[derive(Default)]
pub(crate) struct Plan {
    pub create: Vec<SliceContent>,
    pub update: Vec<SliceChange>,
    /// Slices with the right content but for hints.
    pub unchanged: Vec<SliceChange>,
    pub delete: Vec<Rc<Object>>,
}

/// Models: staging/src/k8s.io/endpointslice/reconciler.go reconcileByAddressType (v1.36).
pub(crate) fn plan(service: &Object, wanted: Vec<SliceContent>, existing: &[Rc<Object>]) -> Plan {
    let mut plan = Plan::default();
    let ports: Vec<Value> = wanted.iter().map(|it| it.ports.clone()).collect();
    for content in wanted {
        let of_ports = existing.iter().filter(|slice| slice.field("ports") == &content.ports);
        let of_ports: Vec<_> = of_ports.cloned().collect();
        pack(service, content, &of_ports, &mut plan);
    }
    let unwanted = existing
        .iter()
        .filter(|slice| !ports.contains(slice.field("ports").value));
    plan.delete.extend(unwanted.cloned());
    if plan.create.is_empty() && plan.delete.len() == existing.len() {
        let is_placeholder =
            |slice: &Rc<Object>| slice.field("endpoints").list().is_empty() && slice.field("ports").list().is_empty();
        if plan.delete.len() == 1 && plan.delete.iter().all(is_placeholder) && !relabelled(service, existing) {
            plan.delete.clear();
        } else {
            let (ports, endpoints) = (Value::Null, Vec::new());
            plan.create.push(SliceContent { ports, endpoints });
        }
    }
    plan
}

fn relabelled(service: &Object, slices: &[Rc<Object>]) -> bool {
    slices
        .iter()
        .any(|slice| slice.metadata().field("labels") != &slice_labels(service))
}

/// Distributes endpoints with the same ports over slices. Slices that change anyway are filled first, the fullest first;
/// the rest goes into the unchanged slice with the least room that is enough, else into new ones.
///
/// Models: staging/src/k8s.io/endpointslice/reconciler.go reconcileByPortMapping (v1.36).
fn pack(service: &Object, SliceContent { ports, endpoints }: SliceContent, existing: &[Rc<Object>], plan: &mut Plan) {
    let (mut update, mut unchanged, mut rest) = keep_placed(service, &ports, endpoints, existing, plan);
    update.order_by_key(|change: &SliceChange| std::cmp::Reverse(change.content.endpoints.len()));
    for change in &mut update {
        change.content.fill(&mut rest);
    }
    while !rest.is_empty() {
        let room = |change: &SliceChange| PER_SLICE.checked_sub(change.content.endpoints.len() + rest.len());
        let fitting = unchanged
            .iter()
            .enumerate()
            .filter_map(|(at, it)| Some((room(it)?, at)));
        let best = fitting.filter(|(room, _)| *room < PER_SLICE).min();
        if let Some((_, at)) = best.filter(|_| rest.len() < PER_SLICE) {
            let mut change: SliceChange = unchanged.remove(at);
            change.content.fill(&mut rest);
            update.push(change);
        } else {
            let mut content = SliceContent {
                ports: ports.clone(),
                endpoints: Vec::new(),
            };
            content.fill(&mut rest);
            plan.create.push(content);
        }
    }
    plan.update.extend(update);
    plan.unchanged.extend(unchanged);
}

/// Keeps endpoints in the slices that have them; returns the slices to update, the unchanged ones and the endpoints that
/// are in none. Slices that become empty are planned to be deleted.
fn keep_placed(
    service: &Object,
    ports: &Value,
    endpoints: Vec<Value>,
    existing: &[Rc<Object>],
    plan: &mut Plan,
) -> (Vec<SliceChange>, Vec<SliceChange>, VecDeque<Value>) {
    if existing.is_empty() {
        return (Vec::new(), Vec::new(), endpoints.into());
    }
    let numbered = endpoints.into_iter().enumerate();
    let mut fresh: BTreeMap<String, (usize, Value)> = numbered
        .map(|(place, endpoint)| (identity(&endpoint), (place, endpoint)))
        .collect();
    let (mut update, mut unchanged) = (Vec::new(), Vec::new());
    for slice in existing {
        let before = slice.field("endpoints").list();
        let kept: Vec<Value> = before
            .iter()
            .filter_map(|endpoint| fresh.remove(&identity(endpoint)))
            .map(|(_, endpoint)| endpoint)
            .collect();
        let same = kept.len() == before.len() && kept.iter().zip(before).all(|(new, old)| is_same(new, old));
        if kept.is_empty() && !same {
            plan.delete.push(slice.clone());
            continue;
        }
        let change = SliceChange {
            slice: slice.clone(),
            content: SliceContent {
                ports: ports.clone(),
                endpoints: kept,
            },
        };
        if same && !has_other_labels(slice, service) {
            unchanged.push(change);
        } else {
            update.push(change);
        }
    }
    let mut left: Vec<(usize, Value)> = fresh.into_values().collect();
    left.order_by_key(|(place, _)| *place);
    (
        update,
        unchanged,
        left.into_iter().map(|(_, endpoint)| endpoint).collect(),
    )
}

/// Equal for endpoints that count as the same.
///
/// Models: staging/src/k8s.io/endpointslice/util/endpointset.go hashEndpoint (v1.36).
fn identity(endpoint: &Value) -> String {
    let (hostname, target) = (endpoint.field("hostname"), endpoint.field("targetRef").field("name"));
    format!(
        "{} {} {}",
        endpoint.field("addresses").value,
        hostname.text(),
        target.text()
    )
}

/// Models: staging/src/k8s.io/endpointslice/util/controller_utils.go EndpointsEqualBeyondHash (v1.36).
fn is_same(one: &Value, other: &Value) -> bool {
    ["conditions", "nodeName", "zone", "targetRef"]
        .iter()
        .all(|field| one.field(field) == other.field(field))
}

const RESERVED: [&str; 3] = [label::HEADLESS, label::SLICE_MANAGED_BY, label::SERVICE_NAME];

fn own_labels(object: &Object) -> impl Iterator<Item = (&str, &str)> {
    object.labels().filter(|(key, _)| !RESERVED.contains(key))
}

fn has_other_labels(slice: &Object, service: &Object) -> bool {
    !own_labels(slice).eq(own_labels(service))
}

/// The labels of a Service's slices: its own, and those that name it and the controller.
///
/// Models: staging/src/k8s.io/endpointslice/utils.go setEndpointSliceLabels (v1.36).
pub(crate) fn slice_labels(service: &Object) -> Value {
    let mut labels = json!({});
    for (key, value) in own_labels(service) {
        labels[key] = value.into();
    }
    labels[label::SLICE_MANAGED_BY] = CONTROLLER.into();
    labels[label::SERVICE_NAME] = service.name().into();
    if Service::of(&service.value).is_headless() {
        labels[label::HEADLESS] = "".into();
    }
    labels
}
