//! What is asked of an object again and again, read out of it once.

use crate::store::object::{Object, ObjectKey, at, list, map};
use api::{Kind, Value};
use std::any::Any;
use std::cell::OnceCell;
use std::fmt;
use std::rc::Rc;

/// Found when first asked for; a copy of the object knows nothing of it, as it may be changed.
#[derive(Debug, Default)]
pub(crate) struct Facts(OnceCell<Box<Found>>);

impl Clone for Facts {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Facts {
    pub(crate) fn of(&self, object: &Object) -> &Found {
        self.0.get_or_init(|| Box::new(Found::new(object)))
    }
}

/// What a reader of another crate made of an object; a copy of the object knows nothing of it.
#[derive(Default)]
pub(crate) struct Reading(OnceCell<Rc<dyn Any>>);

impl Clone for Reading {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl fmt::Debug for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.get().is_some() {
            "Reading(known)"
        } else {
            "Reading"
        })
    }
}

impl Reading {
    pub(crate) fn of<T: 'static>(&self, object: &Object, read: impl Fn(&Object) -> T) -> Rc<T> {
        let known = self.0.get_or_init(|| Rc::new(read(object))).clone();
        known.downcast().unwrap_or_else(|_| Rc::new(read(object)))
    }
}

#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) uid: Box<str>,
    pub(crate) labels: Vec<Label>,
    pub(crate) maker: Option<Maker>,
    pub(crate) terminating: bool,
    /// Whether the condition Ready holds.
    pub(crate) ready: bool,
    /// Since when it does.
    pub(crate) ready_since: Option<Box<str>>,
    /// A pod's node.
    pub(crate) node: Option<Box<str>>,
    /// A pod's address.
    pub(crate) ip: Option<Box<str>>,
    /// Whether a pod ran to its end.
    pub(crate) over: bool,
}

/// A label, whole as `key=value`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Label {
    pub(crate) pair: Rc<str>,
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

/// The controller an object belongs to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Maker {
    /// None where it is a kind that is not kept here.
    pub(crate) kind: Option<Kind>,
    pub(crate) key: ObjectKey,
    pub(crate) uid: Box<str>,
}

impl Found {
    fn new(object: &Object) -> Self {
        let metadata = object.at(&["metadata"]);
        let text = |fields: &[&str]| object.text(fields).map(Box::from);
        let ready = list(object.at(&["status", "conditions"]))
            .iter()
            .find(|condition| at(condition, &["type"]) == "Ready" && at(condition, &["status"]) == "True");
        Self {
            uid: at(metadata, &["uid"]).as_str().unwrap_or_default().into(),
            labels: map(at(metadata, &["labels"])).map(Label::new).collect(),
            maker: object.controller().and_then(|owner| maker(object, owner)),
            terminating: at(metadata, &["deletionTimestamp"]).is_string(),
            ready: ready.is_some(),
            ready_since: ready
                .and_then(|ready| at(ready, &["lastTransitionTime"]).as_str())
                .map(Box::from),
            node: text(&["spec", "nodeName"]),
            ip: text(&["status", "podIP"]),
            over: matches!(object.text(&["status", "phase"]), Some("Succeeded" | "Failed")),
        }
    }
}

fn maker(object: &Object, owner: &Value) -> Option<Maker> {
    let text = |field| at(owner, &[field]).as_str();
    let kind = text("kind").and_then(|name| Kind::ALL.into_iter().find(|kind| kind.name() == name));
    Some(Maker {
        kind,
        key: ObjectKey {
            namespace: object.key.namespace.clone(),
            name: text("name")?.into(),
        },
        uid: text("uid")?.into(),
    })
}
