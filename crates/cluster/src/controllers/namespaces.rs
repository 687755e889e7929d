//! Deletion of namespaces.

use crate::controllers::garbage;
use crate::store::{Object, ObjectKey, Store, Tools, set};
use crate::time::timestamp;
use api::Kind;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::rc::Rc;

/// How many seconds after its deletion a namespace is emptied.
///
/// Source: pkg/controller/namespace/namespace_controller.go namespaceDeletionGracePeriod (v1.36).
const GRACE: i64 = 5;
/// The conditions of a namespace that waits for its pods: type, reason and message.
const CONDITIONS: [(&str, &str, &str); 5] = [
    (
        "NamespaceDeletionDiscoveryFailure",
        "ResourcesDiscovered",
        "All resources successfully discovered",
    ),
    (
        "NamespaceDeletionGroupVersionParsingFailure",
        "ParsedGroupVersions",
        "All legacy kube types successfully parsed",
    ),
    (
        "NamespaceDeletionContentFailure",
        "ContentDeleted",
        "All content successfully deleted, may be waiting on finalization",
    ),
    (
        "NamespaceContentRemaining",
        "ContentRemoved",
        "All content successfully removed",
    ),
    (
        "NamespaceFinalizersRemaining",
        "ContentHasNoFinalizers",
        "All content-preserving finalizers finished",
    ),
];

/// Marks a namespace as deleted; its content is deleted a little later.
pub(crate) fn delete(tools: &mut Tools, namespace: &Rc<Object>) {
    if namespace.is_terminating() {
        return;
    }
    let mut value = namespace.value.clone();
    let now = timestamp(tools.now());
    set(&mut value, &["metadata", "deletionTimestamp"], now.into());
    set(&mut value, &["status", "phase"], "Terminating".into());
    tools.replace(namespace, value);
    set_timer(tools, namespace.name());
}

fn set_timer(tools: &mut Tools, namespace: &str) {
    let due = tools.now() + GRACE;
    tools
        .queue
        .set_timer(Kind::Namespace, ObjectKey::new("", namespace), due);
}

/// Whether a namespace is being deleted, so that nothing can be created in it.
pub(crate) fn is_closing(store: &Store, namespace: &str) -> bool {
    let namespace = store.find(Kind::Namespace, "", namespace);
    namespace.is_some_and(|it| it.is_terminating())
}

/// Empties a namespace that is being deleted without waiting for its timer.
pub(crate) fn hasten(tools: &mut Tools, namespace: &str) {
    let key = ObjectKey::new("", namespace);
    if tools.queue.stop_timer(Kind::Namespace, &key) {
        delete_pods_of(tools, namespace);
        finish(tools, namespace);
    }
}

/// Empties the namespaces whose timers are due; one with pods is reported, and looked at again later if its report changed.
///
/// Models: pkg/controller/namespace/namespace_controller.go enqueueNamespace (v1.36).
/// Differs: pods that are left then are not polled; the namespace goes on when the last of them is gone.
pub(crate) fn empty_due(tools: &mut Tools) {
    for key in tools.queue.due(Kind::Namespace, tools.now()) {
        let had_pods = delete_pods_of(tools, &key.name);
        if had_pods && report(tools, &key.name, &CONDITIONS.map(unproblematic)) {
            set_timer(tools, &key.name);
        } else {
            tools.queue.stop_timer(Kind::Namespace, &key);
            finish(tools, &key.name);
        }
    }
}

/// Returns whether there were any pods.
fn delete_pods_of(tools: &mut Tools, namespace: &str) -> bool {
    let pods: Vec<_> = tools.store.of_namespace(Kind::Pod, namespace).cloned().collect();
    for pod in &pods {
        garbage::end(tools, pod);
    }
    !pods.is_empty()
}

/// Deletes what else a closing namespace holds once its last pod is gone, and then the namespace.
///
/// Models: namespaced_resources_deleter.go deleteAllContent (v1.36).
pub(crate) fn finish(tools: &mut Tools, name: &str) {
    let key = ObjectKey::new("", name);
    if !is_closing(&tools.store, name) || tools.queue.has_timer(Kind::Namespace, &key) {
        return;
    }
    if tools.store.of_namespace(Kind::Pod, name).next().is_some() {
        report(tools, name, &CONDITIONS.map(unproblematic));
        return;
    }
    let kinds: Vec<Kind> = tools.store.kinds().filter(|kind| kind.namespaced()).collect();
    // While the timer is set, the deletion of an object does not lead back here.
    tools.queue.set_timer(Kind::Namespace, key.clone(), i64::MAX);
    for kind in &kinds {
        let objects: Vec<_> = tools.store.of_namespace(*kind, name).cloned().collect();
        for object in objects {
            garbage::end(tools, &object);
        }
    }
    tools.queue.stop_timer(Kind::Namespace, &key);
    let left = kinds.iter().flat_map(|kind| tools.store.of_namespace(*kind, name));
    let left: Vec<_> = left.cloned().collect();
    if left.is_empty() {
        garbage::erase(tools, Kind::Namespace, &key);
    } else {
        report(tools, name, &remaining(&left));
    }
}

/// Writes a namespace's conditions and returns whether they changed.
fn report(tools: &mut Tools, name: &str, conditions: &[NamespaceCondition]) -> bool {
    let Some(namespace) = tools.store.find(Kind::Namespace, "", name).cloned() else {
        return false;
    };
    let before = namespace.status().field("conditions").list();
    let since = |kind: &str, status: &str| {
        let same = |it: &&Value| it["type"] == kind && it["status"] == status;
        let known = before.iter().find(same).map(|it| it["lastTransitionTime"].clone());
        known.unwrap_or_else(|| timestamp(tools.now()).into())
    };
    let conditions: Vec<Value> = conditions
        .iter()
        .map(|(kind, status, reason, message)| {
            json!({
                "lastTransitionTime": since(kind, status), "message": message, "reason": reason,
                "status": status, "type": kind,
            })
        })
        .collect();
    let mut value = namespace.value.clone();
    set(&mut value, &["status", "conditions"], conditions.into());
    let changed = value != namespace.value;
    tools.replace(&namespace, value);
    changed
}

/// Type, status, reason and message.
type NamespaceCondition = (&'static str, &'static str, &'static str, String);

fn unproblematic((kind, reason, message): (&'static str, &'static str, &str)) -> NamespaceCondition {
    (kind, "False", reason, message.to_owned())
}

/// The conditions of a namespace in which finalizers keep objects.
///
/// Models: pkg/controller/namespace/deletion/status_condition_utils.go ProcessContentTotals (v1.36).
fn remaining(left: &[Rc<Object>]) -> Vec<NamespaceCondition> {
    let (mut kinds, mut finalizers): (BTreeMap<String, usize>, BTreeMap<String, usize>) = Default::default();
    for object in left {
        let group = object.kind.api_version().split_once('/').map_or("", |(group, _)| group);
        *kinds.entry(format!("{}.{group}", object.kind.plural())).or_default() += 1;
        let names = object.metadata().field("finalizers").list().iter();
        for name in names.filter_map(Value::as_str) {
            *finalizers.entry(name.to_owned()).or_default() += 1;
        }
    }
    let list = |counts: &BTreeMap<String, usize>, verb: &str| {
        let each = counts
            .iter()
            .map(|(name, count)| format!("{name} {verb} {count} resource instances"));
        each.collect::<Vec<_>>().join(", ")
    };
    let mut conditions: Vec<NamespaceCondition> = CONDITIONS.iter().take(3).copied().map(unproblematic).collect();
    conditions.push((
        "NamespaceContentRemaining",
        "True",
        "SomeResourcesRemain",
        format!("Some resources are remaining: {}", list(&kinds, "has")),
    ));
    conditions.push((
        "NamespaceFinalizersRemaining",
        "True",
        "SomeFinalizersRemain",
        format!(
            "Some content in the namespace has finalizers remaining: {}",
            list(&finalizers, "in")
        ),
    ));
    conditions
}
