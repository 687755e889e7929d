//! What the controllers that create pods have in common.

use crate::controllers::garbage::disown;
use crate::server::status::Status;
use crate::server::{admission, registry_strategy};
use crate::stand_ins::setting::Kubelet;
use crate::store::{Object, ObjectKey, Store, Tools, set};
use api::{Fields, Kind, Value};
use serde_json::json;
use std::borrow::Cow;
use std::rc::Rc;

/// Whether a label selector matches an object: all of its `matchLabels` and `matchExpressions`.
///
/// Models: apimachinery/pkg/apis/meta/v1/helpers.go LabelSelectorAsSelector (v1.36).
pub fn selector_matches(selector: &Value, object: &Object) -> bool {
    selector_admits(selector, &|key| object.label(key))
}

/// As [`selector_matches`], for labels that are no object's.
pub fn selector_admits<'a>(selector: &Value, label: &dyn Fn(&str) -> Option<&'a str>) -> bool {
    selector
        .field("matchLabels")
        .text_entries()
        .all(|(key, value)| label(key) == Some(value))
        && selector.field("matchExpressions").list().iter().all(|expression| {
            let label = expression.field("key").as_text().and_then(label);
            let among = label.is_some_and(|label| expression.field("values").list().iter().any(|value| value == label));
            match expression.field("operator").as_text() {
                Some("In") => among,
                Some("NotIn") => !among,
                Some("Exists") => label.is_some(),
                Some("DoesNotExist") => label.is_none(),
                _ => false,
            }
        })
}

/// The label selector of a workload; that of a ReplicationController is a map of labels.
pub fn selector_of(workload: &Object) -> Cow<'_, Value> {
    let selector = workload.spec().field("selector").value;
    match workload.kind {
        Kind::ReplicationController => Cow::Owned(json!({"matchLabels": selector})),
        _ => Cow::Borrowed(selector),
    }
}

pub(crate) fn owner_references(object: &Object) -> Value {
    json!([{
        "apiVersion": object.kind.api_version(), "blockOwnerDeletion": true, "controller": true,
        "kind": object.kind.name(), "name": object.name(), "uid": object.uid(),
    }])
}

/// The value of limits and deadlines that means none.
pub(crate) const NO_LIMIT: i64 = 2_147_483_647;

pub(crate) fn replicas(object: &Object) -> i64 {
    api::view::replicas(object.spec()).max(0)
}

/// A number in the status; 0 if it is missing.
pub(crate) fn reported(object: &Object, field: &str) -> i64 {
    object.status().field(field).number()
}

/// The pods of a workload, after it has adopted those that fit and released those that no longer fit.
///
/// Models: pkg/controller/controller_ref_manager.go ClaimPods (v1.36).
pub(crate) fn claim(tools: &mut Tools, workload: &Rc<Object>, fits: impl Fn(&Object) -> bool) -> Vec<Rc<Object>> {
    let selector = selector_of(workload);
    let matches = |pod: &Object| selector_matches(&selector, pod) && fits(pod);
    let mut pods = tools.store.owned(workload.uid(), Kind::Pod);
    if workload.is_terminating() {
        pods.retain(|pod| matches(pod));
        return pods;
    }
    for pod in pods.extract_if(.., |pod| !matches(pod)) {
        let mut value = pod.value.clone();
        disown(&mut value, workload.uid());
        tools.replace(&pod, value);
    }
    for pod in candidates(&tools.store, workload.namespace(), &selector) {
        if pod.controller_ref().is_none() && !pod.is_terminating() && matches(&pod) {
            pods.push(adopt(tools, &pod, workload));
        }
    }
    pods
}

fn candidates(store: &Store, namespace: &str, selector: &Value) -> Vec<Rc<Object>> {
    let equalities = selector.field("matchLabels");
    if equalities.is_empty() {
        store.orphans(Kind::Pod, namespace).cloned().collect()
    } else {
        store.selected(namespace, equalities)
    }
}

/// Makes the workload the controller of an object that has none.
pub(crate) fn adopt(tools: &mut Tools, orphan: &Rc<Object>, workload: &Rc<Object>) -> Rc<Object> {
    let mut value = orphan.value.clone();
    let mut owners = orphan.metadata().field("ownerReferences").list().to_vec();
    owners.extend(owner_references(workload).as_array().into_iter().flatten().cloned());
    set(&mut value, &["metadata", "ownerReferences"], owners.into());
    tools.replace(orphan, value)
}

/// Whether a pod has been ready for `minReadySeconds`.
///
/// Models: pkg/api/v1/pod/util.go IsPodAvailable (v1.36).
pub(crate) fn is_available(tools: &Tools, pod: &Object, workload: &Object) -> bool {
    let least = workload.spec().field("minReadySeconds").number();
    let since = || pod.ready_since();
    pod.is_ready() && (least == 0 || since().is_some_and(|since| since + least <= tools.now()))
}

/// Has a workload looked at again later, as its pods become available by time alone.
pub(crate) fn await_availability(tools: &mut Tools, workload: &Object) {
    tools.queue.await_availability(workload.kind, workload.key.clone());
}

/// The same, at the second at which the next of its pods becomes available.
pub(crate) fn await_next_available(tools: &mut Tools, workload: &Object) {
    await_availability(tools, workload);
    let least = workload.spec().field("minReadySeconds").number();
    let pods = tools.store.owned(workload.uid(), Kind::Pod);
    let ready = pods.iter().filter_map(|pod| pod.ready_since());
    let next = { ready }
        .map(|since| since + least)
        .filter(|at| *at > tools.now())
        .min();
    if let Some(at) = next.filter(|_| tools.kubelet() == Kubelet::Programs) {
        tools.queue.wake_at(workload.kind, &workload.key, at);
    }
}

/// Whether a pod's deployment has pods of other templates too.
pub(crate) fn is_rolled_out(store: &Store, pod: &Object) -> bool {
    let controller = pod.controller_ref();
    let set = controller.and_then(|controller| store.get(Kind::ReplicaSet, &controller.key));
    let Some(deployment) = set.and_then(|set| set.controller_uid()) else {
        return false;
    };
    let sets = store.owned(deployment, Kind::ReplicaSet);
    sets.iter().filter(|set| replicas(set) > 0).count() > 1
}

/// Creates a pod, or says why the API server refuses it.
///
/// Models: pkg/controller/controller_utils.go GetPodFromTemplate (v1.36).
pub(crate) fn create_from_template(
    tools: &mut Tools,
    workload: &Rc<Object>,
    template: &Value,
    name: &str,
    adjust: impl FnOnce(&mut Value),
) -> Result<Rc<Object>, Status> {
    let mut metadata = json!({"ownerReferences": owner_references(workload)});
    for field in ["labels", "annotations"] {
        let copied = template.metadata().field(field);
        if !copied.value.is_null() {
            metadata[field] = copied.value.clone();
        }
    }
    let mut value = json!({
        "apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template.spec().value.clone(),
    });
    adjust(&mut value);
    let namespace = workload.namespace();
    // The name is not drawn yet when the plugins that change a pod see it.
    let prefix = value
        .metadata()
        .field("generateName")
        .as_text()
        .unwrap_or(name)
        .to_owned();
    api::default_templated_pod(&mut value["spec"]);
    admission::mutate(tools, namespace, name, &mut value).map_err(|it| it.status(Kind::Pod, &prefix))?;
    registry_strategy::prepare_for_create(Kind::Pod, &mut value);
    // The template is valid; only what a limit range fills in can spoil it.
    if tools.store.of_namespace(Kind::LimitRange, namespace).next().is_some() {
        let mut named = value.clone();
        set(&mut named, &["metadata", "name"], name.into());
        set(&mut named, &["metadata", "namespace"], namespace.into());
        let errors = api::validate_create(Kind::Pod, &named);
        if !errors.is_empty() {
            return Err(Status::invalid(Kind::Pod, name, &errors));
        }
    }
    admission::validate(&tools.store, Kind::Pod, namespace, &value, None).map_err(|it| it.status(Kind::Pod, name))?;
    Ok(tools.insert(Kind::Pod, ObjectKey::new(namespace, name), value))
}

/// Tells of a pod that a controller created, or why it could not: then it tries again when the cluster settles next.
///
/// Models: pkg/controller/controller_utils.go createPods (v1.36).
pub(crate) fn note_created(
    tools: &mut Tools,
    workload: &Rc<Object>,
    component: &str,
    created: Result<Rc<Object>, Status>,
) -> Option<Rc<Object>> {
    match created {
        Ok(pod) => {
            let message = format!("Created pod: {}", pod.name());
            tools.event(workload, component, "SuccessfulCreate", &message);
            Some(pod)
        }
        Err(refused) => {
            let message = format!("Error creating: {}", refused.message);
            tools.event_of_type("Warning", workload, component, "FailedCreate", &message);
            await_availability(tools, workload);
            None
        }
    }
}
