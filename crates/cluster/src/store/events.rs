//! Events as controllers and kubelets record them.
//!
//! Every pod has several and nearly nobody reads them, so an event is kept as what was told, and becomes JSON when it is read.

use crate::names;
use crate::store::key::ObjectKey;
use crate::store::object::Object;
use crate::store::sorted_map::SortedMap;
use crate::time::timestamp;
use api::{Kind, Value};
use serde_json::json;
use std::rc::Rc;

/// From how many different messages on, events are combined into one.
///
/// Models: client-go/tools/record/events_cache.go defaultAggregateMaxEvents (v1.36).
const MAX_MESSAGES: usize = 10;

/// How many seconds the API server keeps an event after it was told last.
///
/// Models: kube-apiserver's `--event-ttl`, an hour by default (v1.36).
pub(crate) const LIFETIME: i64 = 3_600;

/// Who tells of an event, and of which part of the object.
pub(crate) struct EventSource<'a> {
    pub(crate) component: &'a str,
    /// The node of a kubelet.
    pub(crate) host: &'a str,
    /// The field that it is about.
    pub(crate) path: &'a str,
    /// Which of the first events about an object it is. By it their names follow from the second alone.
    pub(crate) first: Option<usize>,
}

/// An event as it was told.
#[derive(Clone, Debug)]
pub(crate) struct EventRecord {
    pub(crate) key: ObjectKey,
    pub(crate) about: About,
    pub(crate) is_warning: bool,
    pub(crate) reason: Rc<str>,
    pub(crate) message: Rc<str>,
    pub(crate) component: Rc<str>,
    pub(crate) host: Rc<str>,
    pub(crate) path: Rc<str>,
    pub(crate) count: i64,
    /// The seconds of the first time and of the last.
    pub(crate) first: i64,
    pub(crate) last: i64,
    pub(crate) seed: u64,
    /// Its own resource version.
    pub(crate) version: u64,
}

/// The object that an event is about, as it was then.
#[derive(Clone, Debug)]
pub(crate) struct About {
    pub(crate) kind: Kind,
    pub(crate) key: ObjectKey,
    pub(crate) uid: Rc<str>,
    pub(crate) version: Option<u64>,
}

impl About {
    pub(crate) fn of(object: &Object) -> Self {
        let version = object.metadata().field("resourceVersion").as_text();
        Self {
            kind: object.kind,
            key: object.key.clone(),
            uid: object.facts().uid.clone(),
            version: version.and_then(|it| it.parse().ok()),
        }
    }

    /// The namespace of events about it.
    pub(crate) fn namespace(&self) -> Rc<str> {
        if self.key.namespace.is_empty() {
            Rc::from("default")
        } else {
            self.key.namespace.clone()
        }
    }
}

impl EventRecord {
    /// Models: client-go/tools/record/event.go makeEvent (v1.36).
    pub(crate) fn value(&self) -> Value {
        let About {
            kind,
            key,
            uid,
            version,
        } = &self.about;
        let first = timestamp(self.first);
        let own = names::uid(
            self.seed,
            &[
                Kind::Event.name(),
                &self.key.namespace,
                &self.key.name,
                &self.first.to_string(),
            ],
        );
        let mut event = json!({
            "apiVersion": "v1", "kind": "Event", "count": self.count, "eventTime": null, "firstTimestamp": first,
            "involvedObject": {
                "apiVersion": kind.api_version(), "kind": kind.name(), "name": &*key.name, "namespace": &*key.namespace,
                "resourceVersion": version.map(|it| it.to_string()), "uid": &**uid,
            },
            "lastTimestamp": timestamp(self.last), "message": &*self.message,
            "metadata": {
                "creationTimestamp": first, "name": &*self.key.name, "namespace": &*self.key.namespace,
                "resourceVersion": self.version.to_string(), "uid": own,
            },
            "reason": &*self.reason, "reportingComponent": &*self.component, "reportingInstance": &*self.host,
            "source": {"component": &*self.component}, "type": if self.is_warning { "Warning" } else { "Normal" },
        });
        if !self.host.is_empty() {
            event["source"]["host"] = (*self.host).into();
        }
        if !self.path.is_empty() {
            event["involvedObject"]["fieldPath"] = (*self.path).into();
        }
        event
    }
}

/// Which events were recorded, by the uid of the object they are about and their reason.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct EventLog(SortedMap<(Rc<str>, Rc<str>), Rc<EventSeries>>);

/// The events of one reason about one object.
#[derive(Clone, Default)]
struct EventSeries {
    /// The messages that count as different, in order.
    messages: Vec<Rc<str>>,
    /// The path and the message of each event, and its name.
    events: Vec<(Option<Slot>, Rc<str>)>,
    /// The second of the last one.
    last: i64,
}

/// An event of its own; combined ones have none.
pub(crate) type Slot = (Rc<str>, Rc<str>);

impl EventLog {
    /// Where the event belongs, and the name of the one that is there.
    pub(crate) fn note(&mut self, event: &EventRecord) -> (Option<Slot>, Option<Rc<str>>) {
        let id = (event.about.uid.clone(), event.reason.clone());
        self.0.update(id, |series| {
            let series = Rc::make_mut(series);
            series.last = event.last;
            let slot = series.add(&event.path, &event.message);
            let known = series.find(slot.as_ref()).cloned();
            (slot, known)
        })
    }

    /// Keeps the name of the event that is at a place.
    pub(crate) fn keep(&mut self, slot: Option<Slot>, event: &EventRecord) {
        let id = (event.about.uid.clone(), event.reason.clone());
        let name = &event.key.name;
        self.0.update(id, |series| Rc::make_mut(series).keep(slot, name));
    }
}

impl EventLog {
    /// Forgets what was told last before a second.
    ///
    /// Differs: client-go forgets when it knows too many, so that the count of such an event goes on where here it begins again.
    pub(crate) fn forget_before(&mut self, second: i64) {
        let old = self.0.iter().filter(|(_, series)| series.last < second);
        for id in old.map(|(id, _)| id.clone()).collect::<Vec<_>>() {
            self.0.remove(&id);
        }
    }
}

impl EventSeries {
    /// Where this message belongs: `None` if there are too many different ones.
    ///
    /// Models: client-go/tools/record/events_cache.go EventAggregate (v1.36).
    fn add(&mut self, path: &Rc<str>, message: &Rc<str>) -> Option<Slot> {
        if let Err(place) = self.messages.binary_search(message) {
            self.messages.insert(place, message.clone());
        }
        if self.messages.len() >= MAX_MESSAGES {
            self.messages.remove(0);
            return None;
        }
        Some((path.clone(), message.clone()))
    }

    fn find(&self, slot: Option<&Slot>) -> Option<&Rc<str>> {
        let mut events = self.events.iter();
        let known = events.find(|(known, _)| known.as_ref() == slot)?;
        Some(&known.1)
    }

    fn keep(&mut self, slot: Option<Slot>, name: &Rc<str>) {
        match self.events.iter_mut().find(|(known, _)| *known == slot) {
            Some(known) => known.1 = name.clone(),
            None => self.events.push((slot, name.clone())),
        }
    }
}
