use crate::memo::ObjectMemo;
use crate::memo::facts::{self, ControllerRef, Label, ObjectFacts};
use crate::server::managed_fields::entry::Managers;
use crate::store::content::Content;
use crate::store::events::EventRecord;
use crate::store::key::ObjectKey;
use api::{Cursor, Fields, Kind, Value};
use std::rc::Rc;

/// An object in the store: complete, defaulted and valid.
#[derive(Debug)]
pub struct Object {
    pub kind: Kind,
    pub key: ObjectKey,
    /// The whole object, as `-o json` prints it.
    pub value: Content,
    /// Its place in the order of creation, over all kinds.
    pub order: u64,
    pub(crate) managers: Managers,
    /// What was derived from the object; a clone starts without it, as it may be changed.
    pub(crate) memo: ObjectMemo,
}

/// The object that an event is about, as the event says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Involved<'a> {
    pub kind: &'a str,
    pub name: &'a str,
    pub uid: &'a str,
}

impl Clone for Object {
    fn clone(&self) -> Self {
        Self {
            kind: self.kind,
            key: self.key.clone(),
            value: self.value.copy(),
            order: self.order,
            managers: self.managers.clone(),
            memo: ObjectMemo::default(),
        }
    }
}

impl Object {
    pub fn new(kind: Kind, key: ObjectKey, value: Value, order: u64) -> Self {
        Self {
            kind,
            key,
            value: value.into(),
            order,
            managers: Managers::default(),
            memo: ObjectMemo::default(),
        }
    }

    pub(crate) fn event(record: EventRecord, order: u64) -> Self {
        Self {
            kind: Kind::Event,
            key: record.key.clone(),
            value: record.into(),
            order,
            managers: Managers::default(),
            memo: ObjectMemo::default(),
        }
    }

    /// What an event is about.
    pub fn involved(&self) -> Involved<'_> {
        if let Some(EventRecord { about, .. }) = self.value.event() {
            return Involved {
                kind: about.kind.name(),
                name: &about.key.name,
                uid: &about.uid,
            };
        }
        let text = |field: &str| self.field("involvedObject").field(field).text();
        Involved {
            kind: text("kind"),
            name: text("name"),
            uid: text("uid"),
        }
    }

    pub(crate) fn managed_by(self, managers: Managers) -> Self {
        Self { managers, ..self }
    }

    /// The namespace; empty if the kind has none.
    pub fn namespace(&self) -> &str {
        &self.key.namespace
    }

    pub fn name(&self) -> &str {
        &self.key.name
    }

    pub(crate) fn facts(&self) -> &ObjectFacts {
        self.memo.facts(&self.key, &self.value)
    }

    /// What `read` makes of the object, computed once; every caller must pass the same `read`.
    pub fn read_once<T: 'static>(&self, read: impl Fn(&Self) -> T) -> Rc<T> {
        self.memo.reading.get_or_set(|| read(self))
    }

    pub fn uid(&self) -> &str {
        &self.facts().uid
    }

    pub fn labels(&self) -> impl Iterator<Item = (&str, &str)> {
        self.facts().labels.iter().map(Label::split)
    }

    pub fn label(&self, name: &str) -> Option<&str> {
        self.labels().find(|(key, _)| *key == name).map(|(_, value)| value)
    }

    /// The node of a pod that is bound to one.
    pub fn node(&self) -> Option<&str> {
        self.facts().node.as_deref()
    }

    /// The address of a pod that has started.
    pub fn pod_ip(&self) -> Option<&str> {
        self.facts().ip.as_deref()
    }

    pub fn annotation(&self, name: &str) -> Option<&str> {
        self.metadata().field("annotations").field(name).as_text()
    }

    pub fn field(&self, name: &str) -> Cursor<'_> {
        self.value.field(name)
    }

    pub fn metadata(&self) -> Cursor<'_> {
        self.field("metadata")
    }

    pub fn spec(&self) -> Cursor<'_> {
        self.field("spec")
    }

    pub fn status(&self) -> Cursor<'_> {
        self.field("status")
    }

    /// Whether a deletion timestamp is set.
    pub fn is_terminating(&self) -> bool {
        self.facts().terminating
    }

    /// The virtual second of its creation.
    pub fn created(&self) -> i64 {
        self.metadata()
            .field("creationTimestamp")
            .as_text()
            .and_then(crate::time::second)
            .unwrap_or_default()
    }

    /// The owner reference to its controller.
    pub fn controller(&self) -> Option<&Value> {
        facts::controller(self.metadata().value)
    }

    /// An event as it was told has none; to look for it would write its JSON.
    pub(crate) fn controller_ref(&self) -> Option<&ControllerRef> {
        if self.value.event().is_some() {
            return None;
        }
        self.facts().controller.as_ref()
    }

    pub fn controller_uid(&self) -> Option<&str> {
        self.controller_ref().map(|controller| &*controller.uid)
    }

    /// When a ready pod became ready, in virtual seconds.
    pub(crate) fn ready_since(&self) -> Option<i64> {
        let facts = self.facts();
        facts.readiness_since.filter(|_| facts.ready)
    }

    /// When a pod became as ready as it is, in virtual seconds.
    pub(crate) fn readiness_since(&self) -> Option<i64> {
        self.facts().readiness_since
    }

    /// Whether the condition Ready is true.
    pub fn is_ready(&self) -> bool {
        self.facts().ready
    }

    /// Whether a pod succeeded or failed.
    pub(crate) fn is_over(&self) -> bool {
        self.facts().over
    }
}
