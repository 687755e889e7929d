//! What controllers have to say.

use crate::object::{Object, set};
use crate::time::timestamp;
use crate::{Cluster, Key, names};
use api::Kind;
use serde_json::json;
use std::rc::Rc;

/// From how many alike on, events are told as one.
///
/// Models: client-go/tools/record/events_cache.go defaultAggregateMaxEvents (v1.36).
const ALIKE: u64 = 10;

impl Cluster {
    /// Records an event about an object.
    pub(crate) fn event(&mut self, about: &Object, component: &str, reason: &str, message: &str) {
        let alike = names::hash(0, &[about.uid(), reason]);
        let counts = Rc::make_mut(&mut self.event_counts);
        let count = counts.entry(alike).or_insert(0);
        *count += 1;
        let combined = *count >= ALIKE;
        let word = if combined { "combined" } else { message };
        let message = if combined {
            format!("(combined from similar events): {message}")
        } else {
            message.to_owned()
        };
        let name = format!(
            "{}.{:016x}",
            about.name(),
            names::hash(self.seed, &[about.uid(), reason, word])
        );
        let namespace = if about.namespace().is_empty() {
            "default"
        } else {
            about.namespace()
        };
        let key = Key::new(namespace, &name);
        let now = timestamp(self.now);
        if let Some(before) = self.store.get(Kind::Event, &key).cloned() {
            let mut value = before.value.clone();
            set(
                &mut value,
                &["count"],
                (before.number(&["count"]).unwrap_or(1) + 1).into(),
            );
            set(&mut value, &["lastTimestamp"], now.into());
            set(&mut value, &["message"], message.into());
            self.replace(&before, value);
            return;
        }
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
                "type": "Normal",
            }),
        );
    }
}
