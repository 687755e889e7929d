//! What controllers have to say.

use crate::store::object::{Object, set};
use crate::time::{timestamp, unix};
use crate::{Cluster, ObjectKey};
use api::Kind;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// From how many different messages on, events are told as one.
///
/// Models: client-go/tools/record/events_cache.go defaultAggregateMaxEvents (v1.36).
const ALIKE: usize = 10;

/// The events of one reason about one object.
#[derive(Clone, Default)]
pub(crate) struct Told {
    /// The messages that count as different.
    messages: BTreeSet<String>,
    /// The event that each message is in; that of the combined ones has none.
    events: BTreeMap<Option<String>, ObjectKey>,
}

impl Cluster {
    /// Records that all is well with an object.
    pub(crate) fn event(&mut self, about: &Object, component: &str, reason: &str, message: &str) {
        self.tell("Normal", about, component, reason, message);
    }

    /// Records an event about an object: one told before is counted, too many different ones are combined.
    ///
    /// Models: client-go/tools/record/events_cache.go EventCorrelate, event.go makeEvent (v1.36).
    pub(crate) fn tell(&mut self, kind: &str, about: &Object, component: &str, reason: &str, message: &str) {
        let told = Rc::make_mut(&mut self.told)
            .entry((about.uid().to_owned(), reason.to_owned()))
            .or_default();
        told.messages.insert(message.to_owned());
        let combined = told.messages.len() >= ALIKE;
        if combined {
            told.messages.pop_first();
        }
        let slot = (!combined).then(|| message.to_owned());
        let known = told.events.get(&slot).and_then(|key| self.store.get(Kind::Event, key));
        let message = if combined {
            format!("(combined from similar events): {message}")
        } else {
            message.to_owned()
        };
        let now = timestamp(self.now);
        if let Some(before) = known.cloned() {
            let mut value = before.value.clone();
            let count = before.number(&["count"]).unwrap_or(1) + 1;
            set(&mut value, &["count"], count.into());
            set(&mut value, &["lastTimestamp"], now.into());
            set(&mut value, &["message"], message.into());
            self.replace(&before, value);
            return;
        }
        let namespace = if about.namespace().is_empty() {
            "default"
        } else {
            about.namespace()
        };
        // Names end with the time in nanoseconds, so that they sort as things happened.
        let nanoseconds = i128::from(unix(self.now)) * 1_000_000_000 + i128::from(self.store.version());
        let key = ObjectKey::new(namespace, &format!("{}.{nanoseconds:x}", about.name()));
        told.events.insert(slot, key.clone());
        self.insert(
            Kind::Event,
            key,
            json!({
                "apiVersion": "v1", "kind": "Event", "count": 1, "eventTime": null, "firstTimestamp": now,
                "involvedObject": {
                    "apiVersion": about.kind.api_version(), "kind": about.kind.name(), "name": about.name(),
                    "namespace": about.namespace(), "resourceVersion": about.text(&["metadata", "resourceVersion"]),
                    "uid": about.uid(),
                },
                "lastTimestamp": now, "message": message, "metadata": {}, "reason": reason,
                "reportingComponent": component, "reportingInstance": "", "source": {"component": component},
                "type": kind,
            }),
        );
    }
}
