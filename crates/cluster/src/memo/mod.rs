//! Results kept to avoid repeating work: a session rebuilds its cluster at every keystroke, mostly from the same requests.
//!
//! A kept result is used only if the work would give the same again, so nothing but speed depends on it.

pub(crate) mod create_cache;
pub(crate) mod endpoints_cache;
pub(crate) mod facts;
pub(crate) mod kubelet_cache;
pub(crate) mod settle_cache;

use crate::memo::facts::ObjectFacts;
use crate::store::key::ObjectKey;
use api::Value;
use std::any::Any;
use std::cell::{OnceCell, RefCell};
use std::fmt;
use std::rc::Rc;

/// What was derived from one object; a clone is empty, since a cloned object is about to change.
#[derive(Debug, Default)]
pub(crate) struct ObjectMemo {
    facts: OnceCell<Box<ObjectFacts>>,
    /// What another crate made of the object.
    pub(crate) reading: Slot,
    /// What a kubelet made of a pod.
    pub(crate) kubelet: Slot,
    /// An [`endpoints_cache::EndpointsCache`] of a Service.
    pub(crate) endpoints: Slot,
    /// The IPAddress objects of a Service.
    pub(crate) ip_addresses: Slot,
}

impl Clone for ObjectMemo {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl ObjectMemo {
    pub(crate) fn facts(&self, key: &ObjectKey, value: &Value) -> &ObjectFacts {
        self.facts.get_or_init(|| Box::new(ObjectFacts::new(key, value)))
    }
}

/// A place for one value of any type, so that objects need not know the types that are derived from them.
#[derive(Default)]
pub(crate) struct Slot(RefCell<Option<Rc<dyn Any>>>);

impl Slot {
    pub(crate) fn get<T: 'static>(&self) -> Option<Rc<T>> {
        self.0.borrow().clone()?.downcast().ok()
    }

    pub(crate) fn set<T: 'static>(&self, value: T) -> Rc<T> {
        let value = Rc::new(value);
        *self.0.borrow_mut() = Some(value.clone());
        value
    }

    pub(crate) fn get_or_set<T: 'static>(&self, make: impl FnOnce() -> T) -> Rc<T> {
        self.get().unwrap_or_else(|| self.set(make()))
    }
}

impl fmt::Debug for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let filled = self.0.borrow().is_some();
        f.debug_tuple("Slot").field(&filled).finish()
    }
}
