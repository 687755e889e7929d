//! Writing and removing objects: resource versions, generations, and who has to look at a change.

use super::Tools;
use super::queueing::is_queued_alike;
use crate::server::managed_fields::entry::{Entry, Managers};
use crate::stand_ins::kubelet::memory::PodMemory;
use crate::stand_ins::setting::Kubelet;
use crate::store::fields::set;
use crate::store::generation::{has_generation, spec, without_empty_lists};
use crate::store::key::ObjectKey;
use crate::store::object::Object;
use crate::store::tables::Store;
use crate::time::timestamp;
use api::{Fields, Kind, Value};
use std::rc::Rc;

impl Tools {
    /// As [`Self::replace`], for a client; who manages the object may change without it.
    pub(crate) fn replace_managed(&mut self, old: &Rc<Object>, value: Value, managers: Managers) -> Rc<Object> {
        match next_state(old, value) {
            Some(value) => self.write_managed(old.kind, old.key.clone(), value, managers),
            None if is_alike(&old.managers, &managers) => old.clone(),
            None => self.write_managed(old.kind, old.key.clone(), old.value.clone(), managers),
        }
    }

    /// Stores a new object; one without a uid gets the metadata that the API server fills in.
    pub(crate) fn insert(&mut self, kind: Kind, key: ObjectKey, mut value: Value) -> Rc<Object> {
        if !value.metadata().field("uid").is_set() {
            let uid = self.uid(kind, &key.namespace, &key.name);
            set(&mut value, &["metadata", "uid"], uid.into());
            let now = timestamp(self.now);
            set(&mut value, &["metadata", "creationTimestamp"], now.into());
            set(&mut value, &["metadata", "name"], (*key.name).into());
            if kind.namespaced() {
                set(&mut value, &["metadata", "namespace"], (*key.namespace).into());
            }
            if has_generation(kind) {
                set(&mut value, &["metadata", "generation"], 1.into());
            }
        }
        self.write(kind, key, value)
    }

    /// Stores a new state of an object if it differs; a new spec counts up the generation.
    pub(crate) fn replace(&mut self, old: &Rc<Object>, value: Value) -> Rc<Object> {
        match next_state(old, value) {
            Some(value) => self.write(old.kind, old.key.clone(), value),
            None => old.clone(),
        }
    }

    /// Stores an object with another status, if it differs.
    pub(crate) fn replace_status(&mut self, old: &Rc<Object>, status: Value) -> Rc<Object> {
        if *old.status().value == status {
            return old.clone();
        }
        let mut value = old.value.clone();
        set(&mut value, &["status"], status);
        self.replace(old, value)
    }

    /// Stores an object with the next resource version, and nothing else added.
    pub(crate) fn write(&mut self, kind: Kind, key: ObjectKey, value: Value) -> Rc<Object> {
        let before = self.store.get(kind, &key);
        let managers = before.map_or_else(Managers::default, |before| before.managers.clone());
        self.write_managed(kind, key, value, managers)
    }

    /// As [`Self::write`], for a client.
    pub(crate) fn write_managed(
        &mut self,
        kind: Kind,
        key: ObjectKey,
        mut value: Value,
        managers: Managers,
    ) -> Rc<Object> {
        if kind == Kind::EndpointSlice {
            without_empty_lists(&mut value);
        }
        let version = self.store.next_version();
        set(&mut value, &["metadata", "resourceVersion"], version.to_string().into());
        let order = self.store.order(kind, &key);
        self.put(Rc::new(Object::new(kind, key, value, order).managed_by(managers)))
    }

    /// Stores an object that another cluster stored; the very same if it gets the same resource version and order here.
    pub(crate) fn write_cached(&mut self, object: &Rc<Object>) -> Rc<Object> {
        if let Some(event) = object.value.event() {
            return self.write_known_event(object, event);
        }
        let version = self.store.next_version().to_string();
        let order = self.store.order(object.kind, &object.key);
        if object.order == order && object.metadata().field("resourceVersion") == version.as_str() {
            return self.put(object.clone());
        }
        let mut value = object.value.clone();
        set(&mut value, &["metadata", "resourceVersion"], version.into());
        let copy = Object::new(object.kind, object.key.clone(), value, order);
        self.put(Rc::new(copy.managed_by(object.managers.clone())))
    }

    /// Stores the Services of another cluster as they are there, for nobody to look at.
    pub(crate) fn copy_services(&mut self, from: &Store) {
        for service in from.all(Kind::Service) {
            let known = self.store.get(Kind::Service, &service.key);
            if known.is_none_or(|known| !Rc::ptr_eq(known, service)) {
                self.store.put(service);
            }
        }
    }

    pub(super) fn put(&mut self, object: Rc<Object>) -> Rc<Object> {
        let before = self.store.put(&object);
        if object.kind == Kind::Event {
            // No controller looks at events.
            return object;
        }
        let alike = before.as_ref().is_some_and(|before| is_queued_alike(before, &object));
        let generation = |object: &Object| object.field("metadata").field("generation").number();
        let is_batched = object.kind == Kind::Job
            && before
                .as_ref()
                .is_some_and(|before| generation(before) == generation(&object));
        if !self.is_left_alone(&object) {
            if let Some(before) = before.filter(|_| !alike) {
                self.enqueue_related(&before);
            }
            self.enqueue_related(&object);
        }
        self.note_owners(&object);
        // No controller has to look at a running pod that keeps its labels and controller.
        if is_batched {
            self.queue.wake_at(object.kind, &object.key, self.now + 1);
        } else if !(alike && object.kind == Kind::Pod && object.pod_ip().is_some()) {
            self.queue.add(object.kind, object.key.clone());
        }
        object
    }

    /// Removes an object, but nothing that depends on it; returns the object.
    pub(crate) fn remove(&mut self, kind: Kind, key: &ObjectKey) -> Option<Rc<Object>> {
        let object = self.store.get(kind, key).cloned()?;
        self.enqueue_related(&object);
        self.store.remove(kind, key);
        self.store.next_version();
        self.queue.add(kind, key.clone());
        if kind == Kind::Service && self.kubelet == Kubelet::Programs {
            self.note_freed(key);
        }
        if kind == Kind::Pod && self.readiness.contains_key(key) {
            self.readiness.edit().remove(key);
        }
        if matches!(kind, Kind::Pod | Kind::Deployment) {
            self.queue.stop_timer(kind, key);
        }
        if kind == Kind::Pod {
            self.remember_life(key, PodMemory::default());
            self.store.set_silent(key, Vec::new());
        }
        if self.store.dependents.contains_key(object.uid()) {
            let dependents = self.store.dependents.edit().remove(object.uid());
            for (kind, key) in dependents.into_iter().flatten() {
                self.queue.doubt_owners(kind, key);
            }
        }
        Some(object)
    }
}

/// Whether two states of who manages an object are the same as far as they were noted.
fn is_alike(before: &Managers, after: &Managers) -> bool {
    match (before, after) {
        (Managers::Known(before), Managers::Known(after)) => before == after,
        // An update that changes nothing adds no manager.
        (_, Managers::Known(after)) => !after.iter().any(Entry::is_applied),
        _ => true,
    }
}

/// An object's new state with its resource version and generation; `None` if nothing changes.
pub(crate) fn next_state(old: &Object, mut value: Value) -> Option<Value> {
    let version = old.value.metadata().field("resourceVersion");
    if version.is_set() {
        set(&mut value, &["metadata", "resourceVersion"], version.value.clone());
    }
    if value == old.value {
        return None;
    }
    if has_generation(old.kind) && spec(old.kind, &value) != spec(old.kind, &old.value) {
        let generation = old.metadata().field("generation").as_number().unwrap_or(1) + 1;
        set(&mut value, &["metadata", "generation"], generation.into());
    }
    Some(value)
}
