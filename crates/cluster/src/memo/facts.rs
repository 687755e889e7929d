//! What is asked of an object most often, read from its JSON once.

use crate::store::key::ObjectKey;
use crate::time::second;
use api::view::Pod;
use api::{Fields, Kind, Value};
use std::rc::Rc;

#[derive(Debug)]
pub(crate) struct ObjectFacts {
    pub(crate) uid: Rc<str>,
    pub(crate) labels: Vec<Label>,
    pub(crate) controller: Option<ControllerRef>,
    pub(crate) terminating: bool,
    /// Whether the condition Ready is true.
    pub(crate) ready: bool,
    /// When the condition Ready became what it is, in virtual seconds.
    pub(crate) readiness_since: Option<i64>,
    pub(crate) node: Option<Box<str>>,
    pub(crate) ip: Option<Box<str>>,
    /// Whether a pod succeeded or failed.
    pub(crate) over: bool,
    /// The name that a pod has below a Service.
    pub(crate) hostname: Option<Box<Hostname>>,
}

/// The name that a pod has below the Service of its subdomain.
#[derive(Debug)]
pub(crate) struct Hostname {
    pub(crate) subdomain: Box<str>,
    pub(crate) name: Box<str>,
}

impl Hostname {
    fn of(spec: api::Cursor<'_>) -> Option<Box<Self>> {
        let subdomain = spec.field("subdomain").as_text()?;
        let name = spec.field("hostname").as_text().filter(|name| !name.is_empty())?;
        Some(Box::new(Self {
            subdomain: subdomain.into(),
            name: name.into(),
        }))
    }
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

impl ObjectFacts {
    pub(crate) fn new(key: &ObjectKey, value: &Value) -> Self {
        let metadata = value.metadata();
        let pod = Pod::of(value);
        let condition = pod.condition("Ready");
        Self {
            uid: metadata.field("uid").text().into(),
            labels: metadata.field("labels").text_entries().map(Label::new).collect(),
            controller: controller(metadata.value).and_then(|owner| controller_ref(&key.namespace, owner)),
            terminating: metadata.field("deletionTimestamp").value.is_string(),
            ready: condition.is_some_and(|ready| ready.field("status") == "True"),
            readiness_since: condition
                .and_then(|ready| ready.field("lastTransitionTime").as_text())
                .and_then(second),
            node: pod.node_name().map(Box::from),
            ip: pod.ip().map(Box::from),
            over: pod.is_over(),
            hostname: Hostname::of(value.spec()),
        }
    }
}

/// The owner reference to the controller.
pub(crate) fn controller(metadata: &Value) -> Option<&Value> {
    let mut owners = metadata.field("ownerReferences").list().iter();
    owners.find(|owner| owner.get("controller") == Some(&Value::Bool(true)))
}

fn controller_ref(namespace: &Rc<str>, owner: &Value) -> Option<ControllerRef> {
    let text = |field| owner.field(field).as_text();
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
