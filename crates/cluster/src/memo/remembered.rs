//! Work that need not be done twice: what the same request, or the same step of a kubelet, came to before.
//!
//! Whoever edits a text makes a cluster of nearly the same requests with each key.
//! What is remembered is used only where doing the work anew would come to the same, so it can be seen in nothing but speed.

use crate::Cluster;
use crate::cluster::Admitted;
use crate::server::allocate;
use crate::server::allocations::Claims;
use crate::stand_ins::pods::Start;
use crate::store::Table;
use crate::store::object::{Object, at};
use api::{Finding, Kind, Value};
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
    warnings: Vec<Finding>,
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

/// What a Service without slices and Endpoints was given, and from what; a copy of the Service knows nothing of it.
#[derive(Debug, Default)]
pub(crate) struct Backed(RefCell<Option<(Beginning, Vec<Rc<Object>>)>>);

impl Clone for Backed {
    fn clone(&self) -> Self {
        Self::default()
    }
}

/// What the first slices and Endpoints of a Service follow from, besides the Service.
#[derive(Clone, Debug)]
pub(crate) struct Beginning {
    seed: u64,
    now: i64,
    /// How many slices of the Service's name there were before.
    drawn: u64,
    nodes: Option<Rc<Table>>,
    pods: Vec<Rc<Object>>,
    /// The moment of the change that is answered.
    trigger: Option<i64>,
}

impl Beginning {
    /// Whether it is the very same but for the names drawn.
    fn is_like(&self, other: &Self) -> bool {
        let same_nodes = match (&self.nodes, &other.nodes) {
            (Some(nodes), Some(others)) => Rc::ptr_eq(nodes, others),
            (nodes, others) => nodes.is_none() && others.is_none(),
        };
        (self.seed, self.now) == (other.seed, other.now) && same_nodes && are_same(&self.pods, &other.pods)
    }
}

/// Whether these are the very same objects.
fn are_same(objects: &[Rc<Object>], others: &[Rc<Object>]) -> bool {
    objects.len() == others.len() && objects.iter().zip(others).all(|(one, other)| Rc::ptr_eq(one, other))
}

impl Cluster {
    /// What a Service's slices and Endpoints follow from, where it has none yet.
    pub(crate) fn beginning(&self, service: &Object, pods: &[Rc<Object>], trigger: Option<i64>) -> Beginning {
        Beginning {
            seed: self.seed,
            now: self.now,
            drawn: self.drawn(Kind::EndpointSlice, service.namespace(), &prefix(service)),
            nodes: self.store.table(Kind::Node).cloned(),
            pods: pods.to_vec(),
            trigger,
        }
    }

    /// A Service's slices in the order they were made, and its Endpoints.
    pub(crate) fn behind(&self, service: &Object) -> Vec<Rc<Object>> {
        let mut behind = self.store.owned(service.uid(), Kind::EndpointSlice);
        behind.extend(self.store.get(Kind::Endpoints, &service.key).cloned());
        behind
    }

    /// Remembers what a Service was given that had nothing, if each slice got the first name drawn for it.
    pub(crate) fn keep_backed(&self, service: &Object, beginning: Beginning) {
        let given = self.behind(service);
        let slices = given.iter().filter(|object| object.kind == Kind::EndpointSlice).count();
        let drawn = self.drawn(Kind::EndpointSlice, service.namespace(), &prefix(service)) - beginning.drawn;
        if u64::try_from(slices) == Ok(drawn) {
            *service.backed.0.borrow_mut() = Some((beginning, given));
        }
    }

    /// Sees to it that a Service has the slices and Endpoints it was given before, if it is to have the same; whether it is.
    pub(crate) fn back_cached(&mut self, service: &Object, beginning: &Beginning, behind: &[Rc<Object>]) -> bool {
        let mut backed = service.backed.0.borrow_mut();
        let Some((before, given)) = backed.as_mut().filter(|(before, _)| before.is_like(beginning)) else {
            return false;
        };
        if are_same(given, behind) {
            return true;
        }
        let free = |object: &Rc<Object>| self.store.get(object.kind, &object.key).is_none();
        let alike = before.trigger == beginning.trigger;
        if !alike || !behind.is_empty() || before.drawn != beginning.drawn || !given.iter().all(free) {
            return false;
        }
        for object in given {
            if object.kind == Kind::EndpointSlice {
                self.generated_name(Kind::EndpointSlice, service.namespace(), &prefix(service));
            }
            *object = self.write_cached(object);
        }
        true
    }

    /// What there is to remember of an object just created; none where its name was made up.
    pub fn remember(&mut self, sent: &Rc<Value>, object: &Rc<Object>, warnings: &[Finding]) -> Option<Remembered> {
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
    pub fn create_cached(&mut self, sent: &Rc<Value>, known: &mut Remembered) -> Option<Admitted> {
        let Object { kind, key, .. } = &*known.object;
        let alike = Rc::ptr_eq(sent, &known.sent) && known.seed == self.seed && known.now == self.now;
        if !alike || self.store.get(*kind, key).is_some() {
            return None;
        }
        self.admit_namespace(*kind, &key.namespace, sent).ok()?;
        if let Some(unallocated) = &known.unallocated {
            let mut value = unallocated.clone();
            allocate::on_create(Claims::new(self, key, false), &mut value).ok()?;
            if at(&value, &["spec"]) != known.object.at(&["spec"]) {
                return None;
            }
        }
        known.object = self.write_cached(&known.object);
        Some(Admitted {
            object: known.object.clone(),
            warnings: known.warnings.clone(),
        })
    }
}

/// What the names of a Service's slices begin with.
fn prefix(service: &Object) -> String {
    format!("{}-", service.name())
}
