//! What is asked of an object most often, read from its JSON once.

use crate::store::fields::{at, list, map};
use crate::store::key::ObjectKey;
use api::{Kind, Value};
use std::rc::Rc;

#[derive(Debug)]
pub(crate) struct Facts {
    pub(crate) uid: Box<str>,
    pub(crate) labels: Vec<Label>,
    pub(crate) controller: Option<ControllerRef>,
    pub(crate) terminating: bool,
    /// Whether the condition Ready is true.
    pub(crate) ready: bool,
    /// When Ready became true, as a timestamp.
    pub(crate) ready_since: Option<Box<str>>,
    /// A pod's node.
    pub(crate) node: Option<Box<str>>,
    /// A pod's address.
    pub(crate) ip: Option<Box<str>>,
    /// Whether a pod succeeded or failed.
    pub(crate) over: bool,
}

/// A label as `key=value`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Label {
    pub(crate) pair: Rc<str>,
    /// The length of the key.
    key: usize,
}

impl Label {
    fn new((key, value): (&str, &str)) -> Self {
        Self {
            pair: format!("{key}={value}").into(),
            key: key.len(),
        }
    }

    pub(crate) fn split(&self) -> (&str, &str) {
        let (key, value) = self.pair.split_at(self.key);
        (key, value.get(1..).unwrap_or_default())
    }
}

/// The controller that an object belongs to, from its owner references.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ControllerRef {
    /// `None` if it is of a kind that the playground does not keep.
    pub(crate) kind: Option<Kind>,
    pub(crate) key: ObjectKey,
    pub(crate) uid: Box<str>,
}

impl Facts {
    pub(crate) fn new(key: &ObjectKey, value: &Value) -> Self {
        let metadata = at(value, &["metadata"]);
        let text = |fields: &[&str]| at(value, fields).as_str().map(Box::from);
        let ready = list(at(value, &["status", "conditions"]))
            .iter()
            .find(|condition| at(condition, &["type"]) == "Ready" && at(condition, &["status"]) == "True");
        let phase = at(value, &["status", "phase"]).as_str();
        Self {
            uid: text(&["metadata", "uid"]).unwrap_or_default(),
            labels: map(at(metadata, &["labels"])).map(Label::new).collect(),
            controller: controller(metadata).and_then(|owner| controller_ref(&key.namespace, owner)),
            terminating: at(metadata, &["deletionTimestamp"]).is_string(),
            ready: ready.is_some(),
            ready_since: ready
                .and_then(|ready| at(ready, &["lastTransitionTime"]).as_str())
                .map(Box::from),
            node: text(&["spec", "nodeName"]),
            ip: text(&["status", "podIP"]),
            over: matches!(phase, Some("Succeeded" | "Failed")),
        }
    }
}

/// The owner reference to the controller.
pub(crate) fn controller(metadata: &Value) -> Option<&Value> {
    let mut owners = list(at(metadata, &["ownerReferences"])).iter();
    owners.find(|owner| owner.get("controller") == Some(&Value::Bool(true)))
}

fn controller_ref(namespace: &Rc<str>, owner: &Value) -> Option<ControllerRef> {
    let text = |field| at(owner, &[field]).as_str();
    let kind = text("kind").and_then(|name| Kind::ALL.into_iter().find(|kind| kind.name() == name));
    Some(ControllerRef {
        kind,
        key: ObjectKey {
            namespace: namespace.clone(),
            name: text("name")?.into(),
        },
        uid: text("uid")?.into(),
    })
}
