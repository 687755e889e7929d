//! Recording events: a repeated one is counted, similar ones are combined, old ones go.

use super::Tools;
use crate::store::events::{self, About, EventRecord, EventSource};
use crate::store::key::ObjectKey;
use crate::store::object::Object;
use crate::time::unix;
use api::Kind;
use std::rc::Rc;

impl Tools {
    /// Records an event of type `Normal` about an object.
    pub(crate) fn event(&mut self, about: &Object, component: &str, reason: &str, message: &str) {
        self.event_of_type("Normal", about, component, reason, message);
    }

    /// Records an event about an object: a repeated one is counted, too many different ones are combined.
    ///
    /// Models: client-go/tools/record/events_cache.go EventCorrelate, event.go makeEvent (v1.36).
    pub(crate) fn event_of_type(&mut self, kind: &str, about: &Object, component: &str, reason: &str, message: &str) {
        let source = EventSource {
            component,
            host: "",
            path: "",
            first: None,
        };
        let _ = self.event_from(kind, about, &source, reason, message);
    }

    /// Records an event that another cluster recorded about the same object in the same second.
    pub(crate) fn event_again(&mut self, about: &Object, event: &Rc<Object>) -> Rc<Object> {
        let Some(record) = event.value.event() else {
            return event.clone();
        };
        let about = About::of(about);
        let (slot, _) = self.events.note(record);
        self.events.keep(slot, record);
        if record.about.version == about.version {
            return self.write_cached(event);
        }
        self.write_event(EventRecord {
            about,
            ..record.clone()
        })
    }

    /// As [`Self::event_of_type`], of a source that has more to it than a name; returns the event if there was none like it.
    pub(crate) fn event_from(
        &mut self,
        kind: &str,
        about: &Object,
        source: &EventSource<'_>,
        reason: &str,
        message: &str,
    ) -> Option<Rc<Object>> {
        let about = About::of(about);
        // Names end with the time in nanoseconds, so that they sort by time.
        let within = match source.first {
            Some(place) => i128::try_from(place).unwrap_or(0) - 1_000_000,
            None => i128::from(self.store.version()),
        };
        let nanoseconds = i128::from(unix(self.now)) * 1_000_000_000 + within;
        let mut event = EventRecord {
            key: ObjectKey {
                namespace: about.namespace(),
                name: format!("{}.{nanoseconds:x}", about.key.name).into(),
            },
            about,
            is_warning: kind == "Warning",
            reason: reason.into(),
            message: message.into(),
            component: source.component.into(),
            host: source.host.into(),
            path: source.path.into(),
            count: 1,
            first: self.now,
            last: self.now,
            seed: self.seed,
            version: 0,
        };
        let (slot, known) = self.events.note(&event);
        if slot.is_none() {
            event.message = format!("(combined from similar events): {message}").into();
        }
        let known = known.map(|name| ObjectKey {
            namespace: event.key.namespace.clone(),
            name,
        });
        let known = known.and_then(|key| self.store.get(Kind::Event, &key));
        if let Some(before) = known.and_then(|known| known.value.event()) {
            let again = EventRecord {
                count: before.count + 1,
                last: self.now,
                message: event.message,
                ..before.clone()
            };
            self.write_event(again);
            return None;
        }
        self.events.keep(slot, &event);
        Some(self.write_event(event))
    }

    /// Drops the events that the API server keeps no longer. It looks once a minute.
    pub(crate) fn drop_old_events(&mut self) {
        let kept_from = self.now - events::LIFETIME;
        if kept_from < self.events_kept_from + 60 {
            return;
        }
        self.events_kept_from = kept_from;
        let told = |event: &Object| {
            event
                .value
                .event()
                .map_or_else(|| event.created(), |record| record.last)
        };
        let old = self.store.all(Kind::Event).filter(|event| told(event) < kept_from);
        for key in old.map(|event| event.key.clone()).collect::<Vec<_>>() {
            self.store.remove(Kind::Event, &key);
        }
        self.events.forget_before(kept_from);
    }

    pub(super) fn write_known_event(&mut self, object: &Rc<Object>, record: &EventRecord) -> Rc<Object> {
        let is_next = record.version == self.store.version() + 1;
        if is_next && object.order == self.store.order(Kind::Event, &object.key) {
            self.store.next_version();
            return self.put(object.clone());
        }
        self.write_event(record.clone())
    }

    fn write_event(&mut self, record: EventRecord) -> Rc<Object> {
        let version = self.store.next_version();
        let order = self.store.order(Kind::Event, &record.key);
        self.put(Rc::new(Object::event(EventRecord { version, ..record }, order)))
    }
}
