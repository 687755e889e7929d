//! How namespaces go.

use crate::Cluster;
use crate::store::object::{Object, ObjectKey, set};
use crate::time::timestamp;
use api::Kind;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::rc::Rc;

/// How long after its deletion a namespace is looked at.
///
/// Source: pkg/controller/namespace/namespace_controller.go namespaceDeletionGracePeriod (v1.36).
const GRACE: i64 = 5;
/// What is said of a namespace whose pods are still going.
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

impl Cluster {
    /// Closes a namespace; what it holds goes a little later.
    pub(crate) fn delete_namespace(&mut self, namespace: &Rc<Object>) {
        if namespace.is_terminating() {
            return;
        }
        let mut value = namespace.value.clone();
        let now = timestamp(self.now);
        set(&mut value, &["metadata", "deletionTimestamp"], now.into());
        set(&mut value, &["status", "phase"], "Terminating".into());
        self.replace(namespace, value);
        let due = self.now + GRACE;
        Rc::make_mut(&mut self.ending).insert(namespace.key.name.clone(), due);
    }

    /// Whether nothing new may be made in a namespace.
    pub(crate) fn is_closing(&self, namespace: &str) -> bool {
        self.find(Kind::Namespace, "", namespace)
            .is_some_and(|it| it.is_terminating())
    }

    /// Empties a namespace that is being deleted now, for who waits for it.
    pub fn hasten(&mut self, namespace: &str) {
        if Rc::make_mut(&mut self.ending).remove(namespace).is_some() {
            self.delete_pods_of(namespace);
            self.finish_namespace(namespace);
        }
    }

    /// Looks at the namespaces whose time has come: what is said of one is news, after which it is looked at again.
    ///
    /// Models: pkg/controller/namespace/namespace_controller.go enqueueNamespace (v1.36).
    /// Differs: pods that are still there then are not looked for now and then, but told of when they are gone.
    pub(crate) fn empty_due_namespaces(&mut self) {
        let due = self.ending.iter().filter(|(_, due)| **due <= self.now);
        let due: Vec<Rc<str>> = due.map(|(name, _)| name.clone()).collect();
        for name in due {
            let had_pods = self.delete_pods_of(&name);
            if had_pods && self.report_namespace(&name, &CONDITIONS.map(said)) {
                let again = self.now + GRACE;
                Rc::make_mut(&mut self.ending).insert(name.clone(), again);
            } else {
                Rc::make_mut(&mut self.ending).remove(&name);
                self.finish_namespace(&name);
            }
        }
    }

    /// Deletes the pods of a namespace, if there are any.
    fn delete_pods_of(&mut self, namespace: &str) -> bool {
        let pods: Vec<Rc<Object>> = self.store.of_namespace(Kind::Pod, namespace).cloned().collect();
        for pod in &pods {
            self.end(pod);
        }
        !pods.is_empty()
    }

    /// What else a namespace holds goes after its last pod, and it with that.
    ///
    /// Models: namespaced_resources_deleter.go deleteAllContent (v1.36).
    pub(crate) fn finish_namespace(&mut self, name: &str) {
        if !self.is_closing(name) || self.ending.contains_key(name) {
            return;
        }
        if self.store.of_namespace(Kind::Pod, name).next().is_some() {
            self.report_namespace(name, &CONDITIONS.map(said));
            return;
        }
        let kinds: Vec<Kind> = self.store.kinds().filter(|kind| kind.namespaced()).collect();
        // Until all are deleted, none is looked at as the last.
        Rc::make_mut(&mut self.ending).insert(name.into(), i64::MAX);
        for kind in &kinds {
            let objects: Vec<Rc<Object>> = self.store.of_namespace(*kind, name).cloned().collect();
            for object in objects {
                self.end(&object);
            }
        }
        Rc::make_mut(&mut self.ending).remove(name);
        let left: Vec<Rc<Object>> = kinds
            .iter()
            .flat_map(|kind| self.store.of_namespace(*kind, name).cloned().collect::<Vec<_>>())
            .collect();
        if left.is_empty() {
            self.erase(Kind::Namespace, &ObjectKey::new("", name));
        } else {
            self.report_namespace(name, &remaining(&left));
        }
    }

    /// Says how far a namespace is; whether that is news.
    fn report_namespace(&mut self, name: &str, conditions: &[Condition]) -> bool {
        let Some(namespace) = self.find(Kind::Namespace, "", name).cloned() else {
            return false;
        };
        let before = namespace.list(&["status", "conditions"]);
        let since = |kind: &str, status: &str| {
            let same = |it: &&Value| it["type"] == kind && it["status"] == status;
            let known = before.iter().find(same).map(|it| it["lastTransitionTime"].clone());
            known.unwrap_or_else(|| timestamp(self.now).into())
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
        let news = value != namespace.value;
        self.replace(&namespace, value);
        news
    }
}

/// Its type, status, reason and message.
type Condition = (&'static str, &'static str, &'static str, String);

fn said((kind, reason, message): (&'static str, &'static str, &str)) -> Condition {
    (kind, "False", reason, message.to_owned())
}

/// What is said where finalizers keep something.
///
/// Models: pkg/controller/namespace/deletion/status_condition_utils.go ProcessContentTotals (v1.36).
fn remaining(left: &[Rc<Object>]) -> Vec<Condition> {
    let (mut kinds, mut finalizers): (BTreeMap<String, usize>, BTreeMap<String, usize>) = Default::default();
    for object in left {
        let group = object.kind.api_version().split_once('/').map_or("", |(group, _)| group);
        *kinds.entry(format!("{}.{group}", object.kind.plural())).or_default() += 1;
        let names = object.list(&["metadata", "finalizers"]).iter();
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
    let mut conditions: Vec<Condition> = CONDITIONS.iter().take(3).copied().map(said).collect();
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
