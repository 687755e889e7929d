use crate::store::key::ObjectKey;
use crate::store::object::Object;
use crate::store::shared::Shared;
use std::collections::{BTreeMap, BTreeSet};

/// From how many different messages on, events are combined into one.
///
/// Models: client-go/tools/record/events_cache.go defaultAggregateMaxEvents (v1.36).
const MAX_MESSAGES: usize = 10;

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

/// Which events were recorded, by the uid of the object they are about and their reason.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct EventLog(Shared<BTreeMap<(String, String), EventSeries>>);

/// The events of one reason about one object.
#[derive(Clone, Default)]
pub(crate) struct EventSeries {
    /// The messages that count as different.
    messages: BTreeSet<String>,
    /// The event that holds each message; that of combined messages is at `None`.
    pub(crate) events: BTreeMap<Option<String>, ObjectKey>,
}

impl EventLog {
    pub(crate) fn series(&mut self, about: &Object, reason: &str) -> &mut EventSeries {
        let id = (about.uid().to_owned(), reason.to_owned());
        self.0.edit().entry(id).or_default()
    }
}

impl EventSeries {
    /// Where in `events` this message belongs: `None` if there are too many different ones.
    ///
    /// Models: client-go/tools/record/events_cache.go EventAggregate (v1.36).
    pub(crate) fn add(&mut self, path: &str, message: &str) -> Option<String> {
        self.messages.insert(message.to_owned());
        if self.messages.len() >= MAX_MESSAGES {
            self.messages.pop_first();
            return None;
        }
        Some(format!("{path}{message}"))
    }
}
