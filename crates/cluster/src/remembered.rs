//! Work that need not be done twice: what the same request, or the same step of a kubelet, came to before.
//!
//! Whoever edits a text makes a cluster of nearly the same requests with each key.
//! What is remembered is used only where doing the work anew would come to the same, so it can be seen in nothing but speed.

use crate::cluster::Admitted;
use crate::object::{Object, at};
use crate::pods::Start;
use crate::{Cluster, allocate};
use api::{Kind, Value};
use std::cell::RefCell;
use std::rc::Rc;

/// What a request to create an object came to.
#[derive(Clone, Debug)]
pub struct Remembered {
    seed: u64,
    now: i64,
    /// What was sent.
    sent: Rc<Value>,
    /// Services alone: decoded and defaulted, before addresses and node ports were allocated.
    unallocated: Option<Value>,
    /// As it was stored.
    object: Rc<Object>,
    warnings: Vec<String>,
}

/// What a kubelet made of a pod that was started so; a copy of the pod knows nothing of it, as it may be changed.
#[derive(Debug, Default)]
pub(crate) struct Started(RefCell<Option<(Start, Rc<Object>)>>);

impl Started {
    /// The pod as it stood after that start.
    pub(crate) fn after(&self, start: &Start) -> Option<Rc<Object>> {
        let known = self.0.borrow();
        let (_, object) = known.as_ref().filter(|(known, _)| known == start)?;
        Some(object.clone())
    }

    pub(crate) fn keep(&self, start: Start, object: Rc<Object>) {
        *self.0.borrow_mut() = Some((start, object));
    }
}

impl Clone for Started {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Cluster {
    /// What there is to remember of an object just created; none where its name was made up.
    pub fn remember(&mut self, sent: &Rc<Value>, object: &Rc<Object>, warnings: &[String]) -> Option<Remembered> {
        at(sent, &["metadata", "name"])
            .as_str()
            .filter(|name| !name.is_empty())?;
        let unallocated = match object.kind {
            Kind::Service => Some(self.prepared(object.kind, object.namespace(), sent).ok()?),
            _ => None,
        };
        Some(Remembered {
            seed: self.seed,
            now: self.now,
            sent: sent.clone(),
            unallocated,
            object: object.clone(),
            warnings: warnings.to_vec(),
        })
    }

    /// Creates an object as [`Cluster::create`] does, if it would come to what is remembered.
    pub fn create_again(&mut self, sent: &Rc<Value>, known: &mut Remembered) -> Option<Admitted> {
        let Object { kind, key, .. } = &*known.object;
        let alike = Rc::ptr_eq(sent, &known.sent) && known.seed == self.seed && known.now == self.now;
        if !alike || self.store.get(*kind, key).is_some() {
            return None;
        }
        self.admit_namespace(*kind, &key.namespace, sent).ok()?;
        if let Some(unallocated) = &known.unallocated {
            let mut value = unallocated.clone();
            allocate::on_create(self, key, &mut value).ok()?;
            if at(&value, &["spec"]) != known.object.at(&["spec"]) {
                return None;
            }
        }
        known.object = self.write_again(&known.object);
        Some(Admitted {
            object: known.object.clone(),
            warnings: known.warnings.clone(),
        })
    }
}
