use crate::memo::facts::{Facts, Found, Label, Maker, Reading};
use crate::memo::remembered::{Backed, Started};
use api::{Kind, Value};
use std::rc::Rc;

/// Where an object is: its namespace (empty for kinds without) and its name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectKey {
    /// The namespace; empty where the kind has none.
    pub namespace: Rc<str>,
    /// The name.
    pub name: Rc<str>,
}

impl ObjectKey {
    /// The key of that namespace and name.
    pub fn new(namespace: &str, name: &str) -> Self {
        Self {
            namespace: namespace.into(),
            name: name.into(),
        }
    }

    /// The shortest name by which a client in a namespace reaches a Service of this key.
    pub fn name_from(&self, namespace: &str) -> String {
        if *self.namespace == *namespace {
            self.name.to_string()
        } else {
            format!("{}.{}", self.name, self.namespace)
        }
    }
}

/// An object as it stands in the store: complete, defaulted and valid.
#[derive(Clone, Debug)]
pub struct Object {
    /// What it is.
    pub kind: Kind,
    /// Where it is.
    pub key: ObjectKey,
    /// All of it, as `-o json` prints it.
    pub value: Value,
    /// The place in the order of creation over all kinds.
    pub order: u64,
    facts: Facts,
    reading: Reading,
    /// What a kubelet made of it last.
    pub(crate) started: Started,
    /// What stood behind it first.
    pub(crate) backed: Backed,
}

impl Object {
    /// An object of that content.
    pub fn new(kind: Kind, key: ObjectKey, value: Value, order: u64) -> Self {
        Self {
            kind,
            key,
            value,
            order,
            facts: Facts::default(),
            reading: Reading::default(),
            started: Started::default(),
            backed: Backed::default(),
        }
    }

    /// The namespace; empty where the kind has none.
    pub fn namespace(&self) -> &str {
        &self.key.namespace
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.key.name
    }

    pub(crate) fn facts(&self) -> &Found {
        self.facts.of(self)
    }

    /// What follows from the object alone, made when it is first asked for; all are to ask for the same.
    pub fn read_once<T: 'static>(&self, read: impl Fn(&Self) -> T) -> Rc<T> {
        self.reading.of(self, read)
    }

    /// The uid.
    pub fn uid(&self) -> &str {
        &self.facts().uid
    }

    /// The labels, by name.
    pub fn labels(&self) -> impl Iterator<Item = (&str, &str)> {
        self.facts().labels.iter().map(Label::split)
    }

    /// One label.
    pub fn label(&self, name: &str) -> Option<&str> {
        self.labels().find(|(key, _)| *key == name).map(|(_, value)| value)
    }

    /// A pod's node, once it has one.
    pub fn node(&self) -> Option<&str> {
        self.facts().node.as_deref()
    }

    /// A pod's address, once it has one.
    pub fn pod_ip(&self) -> Option<&str> {
        self.facts().ip.as_deref()
    }

    /// One annotation.
    pub fn annotation(&self, name: &str) -> Option<&str> {
        self.text(&["metadata", "annotations", name])
    }

    /// The value below these fields, `Null` where there is none.
    pub fn at(&self, fields: &[&str]) -> &Value {
        at(&self.value, fields)
    }

    /// The text below these fields.
    pub fn text(&self, fields: &[&str]) -> Option<&str> {
        self.at(fields).as_str()
    }

    /// The list below these fields; empty where there is none.
    pub fn list(&self, fields: &[&str]) -> &[Value] {
        list(self.at(fields))
    }

    /// The whole number below these fields.
    pub fn number(&self, fields: &[&str]) -> Option<i64> {
        self.at(fields).as_i64()
    }

    /// Whether its deletion has begun.
    pub fn is_terminating(&self) -> bool {
        self.facts().terminating
    }

    /// The virtual second of its creation.
    pub fn created(&self) -> i64 {
        self.text(&["metadata", "creationTimestamp"])
            .and_then(crate::time::second)
            .unwrap_or_default()
    }

    /// The reference to the controller that made it.
    pub fn controller(&self) -> Option<&Value> {
        self.list(&["metadata", "ownerReferences"])
            .iter()
            .find(|owner| owner.get("controller") == Some(&Value::Bool(true)))
    }

    /// The controller it belongs to.
    pub(crate) fn maker(&self) -> Option<&Maker> {
        self.facts().maker.as_ref()
    }

    /// The uid of the controller that made it.
    pub fn controller_uid(&self) -> Option<&str> {
        self.maker().map(|maker| &*maker.uid)
    }

    /// Since when a pod is ready, if it is.
    pub(crate) fn ready_since(&self) -> Option<&str> {
        self.facts().ready_since.as_deref()
    }

    /// Whether a pod's Ready condition holds.
    pub fn is_ready(&self) -> bool {
        self.facts().ready
    }

    /// Whether a pod ran to its end.
    pub(crate) fn is_over(&self) -> bool {
        self.facts().over
    }
}

/// The value below these fields, `Null` where there is none.
pub fn at<'a>(value: &'a Value, fields: &[&str]) -> &'a Value {
    static NULL: Value = Value::Null;
    fields
        .iter()
        .try_fold(value, |value, field| value.get(field))
        .unwrap_or(&NULL)
}

/// The items of a list; none where it is no list.
pub fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// The texts of a map by name; none where it is no map.
pub fn map(value: &Value) -> impl Iterator<Item = (&str, &str)> {
    value
        .as_object()
        .into_iter()
        .flatten()
        .filter_map(|(key, value)| Some((key.as_str(), value.as_str()?)))
}

/// Sets the value below these fields, making the objects on the way.
pub(crate) fn set(value: &mut Value, fields: &[&str], to: Value) {
    let Some((last, before)) = fields.split_last() else {
        return;
    };
    let mut place = value;
    for field in before {
        if !place.get(field).is_some_and(Value::is_object) {
            if !place.is_object() {
                return;
            }
            place[*field] = Value::Object(api::Map::new());
        }
        place = &mut place[*field];
    }
    if place.is_object() {
        place[*last] = to;
    }
}

/// Removes the value below these fields.
pub(crate) fn remove(value: &mut Value, fields: &[&str]) {
    let Some((last, before)) = fields.split_last() else {
        return;
    };
    let place = before.iter().try_fold(value, |value, field| value.get_mut(*field));
    if let Some(Value::Object(map)) = place {
        map.remove(*last);
    }
}
