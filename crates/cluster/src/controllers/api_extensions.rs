//! What the API server says of its own configuration: API services, flow schemas, admission policies.

use crate::store::{Object, ObjectKey, Tools, set};
use crate::time::timestamp;
use api::view::{Endpoint, EndpointSlice};
use api::{Fields, Kind, Value};
use serde_json::json;
use std::rc::Rc;

/// The priority levels that every cluster has, which are not in the store.
///
/// Models: pkg/apis/flowcontrol/internalbootstrap (v1.36).
pub const PRIORITY_LEVELS: [&str; 8] = [
    "catch-all",
    "exempt",
    "global-default",
    "leader-election",
    "node-high",
    "system",
    "workload-high",
    "workload-low",
];

/// Says of each API service that others serve whether it can be reached.
///
/// Models: kube-aggregator/pkg/controllers/status/remote/remote_available_controller.go sync (v1.36).
/// Differs: an API server that its Service leads to is taken to answer, which a caveat says.
pub(crate) fn judge_api_services(tools: &mut Tools) {
    let services: Vec<_> = tools.store.all(Kind::APIService).cloned().collect();
    for service in services {
        let backend = service.spec().field("service");
        if backend.is_set() {
            let [name, namespace] = ["name", "namespace"].map(|it| backend.field(it).text().to_owned());
            let port = backend.field("port").number();
            let (is_available, reason, message) = availability(tools, &namespace, &name, port);
            write_condition(tools, &service, "Available", is_available, reason, &message);
        }
    }
}

fn availability(tools: &Tools, namespace: &str, name: &str, port: i64) -> (bool, &'static str, String) {
    let place = format!("service/{name} in \"{namespace}\"");
    let Some(service) = tools.store.find(Kind::Service, namespace, name) else {
        return (false, "ServiceNotFound", format!("{place} is not present"));
    };
    if service.spec().field("type") != "ClusterIP" {
        return passed();
    }
    let mut ports = service.spec().field("ports").items();
    let Some(found) = ports.find(|it| it.field("port").number() == port) else {
        let message = format!("{place} is not listening on port {port}");
        return (false, "ServicePortError", message);
    };
    let slices = tools.store.of_namespace(Kind::EndpointSlice, namespace);
    let mut slices = slices
        .filter(|it| it.label("kubernetes.io/service-name") == Some(name))
        .peekable();
    if slices.peek().is_none() {
        let message = format!("cannot find endpointslices for {place}");
        return (false, "EndpointsNotFound", message);
    }
    let port = found.field("name").text();
    let has_endpoint = |slice: &Rc<Object>| {
        let mut ports = slice.field("ports").items();
        ports.any(|it| it.field("name").text() == port)
            && EndpointSlice::of(&slice.value).endpoints().any(Endpoint::is_ready)
    };
    if !slices.any(has_endpoint) {
        let message = format!("endpointslices for {place} have no addresses with port name \"{port}\"");
        return (false, "MissingEndpoints", message);
    }
    passed()
}

fn passed() -> (bool, &'static str, String) {
    (true, "Passed", "all checks passed".to_owned())
}

/// Says of flow schemas whether the priority level is there that they name.
///
/// Models: apiserver/pkg/util/flowcontrol/apf_controller.go presyncFlowSchemaStatus (v1.36).
pub(crate) fn judge_flow_schemas(tools: &mut Tools) {
    let schemas: Vec<_> = tools.store.all(Kind::FlowSchema).cloned().collect();
    for schema in schemas {
        let level = schema.spec().field("priorityLevelConfiguration").field("name").text();
        let is_known =
            PRIORITY_LEVELS.contains(&level) || tools.store.find(Kind::PriorityLevelConfiguration, "", level).is_some();
        let (reason, end) = if is_known {
            ("Found", "and it exists")
        } else {
            ("NotFound", "but there is no such object")
        };
        let message =
            format!("This FlowSchema references the PriorityLevelConfiguration object named \"{level}\" {end}");
        write_condition(tools, &schema, "Dangling", !is_known, reason, &message);
    }
}

/// Says that a policy's expressions were looked at.
///
/// Models: pkg/controller/validatingadmissionpolicystatus/controller.go reconcile (v1.36).
/// Differs: the types in expressions are not checked, which a caveat says.
pub(crate) fn check_policy(tools: &mut Tools, key: &ObjectKey) {
    let Some(policy) = tools.store.get(Kind::ValidatingAdmissionPolicy, key).cloned() else {
        return;
    };
    let generation = policy.metadata().field("generation").number();
    let status = json!({"observedGeneration": generation, "typeChecking": {}});
    let mut value = policy.value.clone();
    set(&mut value, &["status"], status);
    tools.replace(&policy, value);
}

/// Writes a condition in place of the one of its type, which keeps its time while its status stays.
fn write_condition(tools: &mut Tools, object: &Rc<Object>, kind: &str, holds: bool, reason: &str, message: &str) {
    let status = if holds { "True" } else { "False" };
    let mut conditions = object.status().field("conditions").list().to_vec();
    let place = conditions.iter().position(|it| it.field("type") == kind);
    let known = place.and_then(|place| conditions.get(place));
    let since = match known {
        Some(known) if known.field("status") == status => known.field("lastTransitionTime").value.clone(),
        _ => timestamp(tools.now()).into(),
    };
    let condition = json!({
        "lastTransitionTime": since, "message": message, "reason": reason, "status": status, "type": kind,
    });
    match place.and_then(|place| conditions.get_mut(place)) {
        Some(known) => *known = condition,
        None => conditions.push(condition),
    }
    let mut value = object.value.clone();
    set(&mut value, &["status", "conditions"], Value::Array(conditions));
    tools.replace(object, value);
}
