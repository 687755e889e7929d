//! The first slices and Endpoints that a Service was given, kept with the Service.

use crate::store::{Object, ObjectTable, Tools};
use api::Kind;
use std::rc::Rc;

/// What the first slices and Endpoints of a Service follow from, besides the Service.
#[derive(Clone)]
pub(crate) struct EndpointsInputs {
    seed: u64,
    now: i64,
    /// How many slice names were generated for the Service before.
    generated: u64,
    nodes: Option<ObjectTable>,
    pods: Vec<Rc<Object>>,
    /// The second of the change that led here.
    trigger: Option<i64>,
}

struct EndpointsCache {
    inputs: EndpointsInputs,
    /// The slices in order of creation, then the Endpoints.
    given: Vec<Rc<Object>>,
}

impl EndpointsInputs {
    pub(crate) fn new(tools: &Tools, service: &Object, pods: &[Rc<Object>], trigger: Option<i64>) -> Self {
        Self {
            seed: tools.seed(),
            now: tools.now(),
            generated: generated(tools, service),
            nodes: tools.store.table(Kind::Node).cloned(),
            pods: pods.to_vec(),
            trigger,
        }
    }

    /// Whether the same endpoints follow from both; the objects that hold them may have other names and triggers.
    fn give_same_endpoints(&self, other: &Self) -> bool {
        let Self {
            seed,
            now,
            generated: _,
            nodes,
            pods,
            trigger: _,
        } = self;
        (seed, now, nodes) == (&other.seed, &other.now, &other.nodes) && are_same(pods, &other.pods)
    }
}

/// A Service's slices in the order of creation, then its Endpoints.
pub(crate) fn existing(tools: &Tools, service: &Object) -> Vec<Rc<Object>> {
    let mut existing = tools.store.owned(service.uid(), Kind::EndpointSlice);
    existing.extend(tools.store.get(Kind::Endpoints, &service.key).cloned());
    existing
}

/// Keeps what a Service without slices and Endpoints was given, if each slice got the first name generated for it.
pub(crate) fn keep(tools: &Tools, service: &Object, inputs: EndpointsInputs) {
    let given = existing(tools, service);
    let slices = given.iter().filter(|object| object.kind == Kind::EndpointSlice).count();
    if u64::try_from(slices) == Ok(generated(tools, service) - inputs.generated) {
        service.memo.endpoints.set(EndpointsCache { inputs, given });
    }
}

/// Gives a Service the slices and Endpoints it was given for the same inputs; returns whether it has them now.
pub(crate) fn restore(tools: &mut Tools, service: &Object, inputs: &EndpointsInputs, existing: &[Rc<Object>]) -> bool {
    let known = service.memo.endpoints.get::<EndpointsCache>();
    let Some(known) = known.filter(|known| known.inputs.give_same_endpoints(inputs)) else {
        return false;
    };
    if are_same(&known.given, existing) {
        return true;
    }
    let is_free = |object: &Rc<Object>| tools.store.get(object.kind, &object.key).is_none();
    let alike = (known.inputs.trigger, known.inputs.generated) == (inputs.trigger, inputs.generated);
    if !alike || !existing.is_empty() || !known.given.iter().all(is_free) {
        return false;
    }
    let mut stored = Vec::with_capacity(known.given.len());
    for object in &known.given {
        if object.kind == Kind::EndpointSlice {
            tools.generated_name(Kind::EndpointSlice, service.namespace(), &prefix(service));
        }
        stored.push(tools.write_cached(object));
    }
    if !are_same(&known.given, &stored) {
        let inputs = known.inputs.clone();
        service.memo.endpoints.set(EndpointsCache { inputs, given: stored });
    }
    true
}

/// Whether these are the very same objects.
fn are_same(objects: &[Rc<Object>], others: &[Rc<Object>]) -> bool {
    objects.len() == others.len() && objects.iter().zip(others).all(|(one, other)| Rc::ptr_eq(one, other))
}

fn generated(tools: &Tools, service: &Object) -> u64 {
    tools.generated(Kind::EndpointSlice, service.namespace(), &prefix(service))
}

fn prefix(service: &Object) -> String {
    format!("{}-", service.name())
}
