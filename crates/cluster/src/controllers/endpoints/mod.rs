//! The controllers of slices and Endpoints: which pods a Service leads to, and at which ports.

pub(crate) mod hints;
pub(crate) mod mirror;
pub(crate) mod plan;
pub(crate) mod slices;
pub(crate) mod subsets;
pub(crate) mod targets;
pub(crate) mod triggers;

use crate::controllers::endpoints::hints::is_by_topology;
use crate::memo::endpoints_cache::{self, EndpointsInputs};
use crate::store::{ObjectKey, Tools};
use api::Kind;
use api::view::Service;

/// What the controllers of endpoints remember of the Services.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct Endpoints {
    triggers: triggers::Triggers,
    hinted: hints::Hinted,
}

/// Brings the slices and Endpoints of a Service in line with its pods.
pub(crate) fn reconcile(tools: &mut Tools, memory: &mut Endpoints, key: &ObjectKey) {
    let Some(service) = tools.store.get(Kind::Service, key).cloned() else {
        memory.triggers.forget(key);
        tools.budget.forget_endpoints(key);
        return;
    };
    mirror::reconcile(tools, &service);
    let view = Service::of(&service.value);
    // The endpoints of a Service that becomes an external name stay as they are.
    if view.is_external_name() || !view.has_selector() {
        return;
    }
    let selected = tools.store.selected_again(service.namespace(), view.selector());
    let most = tools.budget.list_endpoints(key, selected.len(), view.ports().count());
    let pods = selected.get(..most).unwrap_or(&selected);
    let trigger = memory.triggers.next(&service, pods);
    let inputs = EndpointsInputs::new(tools, &service, pods, trigger);
    let existing = endpoints_cache::existing(tools, &service);
    let by_topology = is_by_topology(&service);
    if !by_topology && endpoints_cache::restore(tools, &service, &inputs, &existing) {
        return;
    }
    slices::reconcile(tools, &mut memory.hinted, &service, pods, trigger);
    subsets::reconcile(tools, &service, pods, trigger);
    if existing.is_empty() && !by_topology {
        endpoints_cache::keep(tools, &service, inputs);
    }
}
