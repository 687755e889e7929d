//! What a request to create an object came to, for the same request in another cluster.

use crate::Cluster;
use crate::server::allocations::Allocator;
use crate::server::requests::Admitted;
use crate::server::{admission, allocate, requests};
use crate::store::Object;
use api::{Fields, Finding, Kind, Value};
use std::rc::Rc;

/// A request to create an object, and what it came to.
#[derive(Clone, Debug)]
pub struct CreateCache {
    seed: u64,
    now: i64,
    sent: Rc<Value>,
    /// Of a Service: the decoded and defaulted object before addresses and node ports are allocated.
    unallocated: Option<Value>,
    /// The object as it was stored.
    object: Rc<Object>,
    warnings: Vec<Finding>,
}

impl Cluster {
    /// What to keep of an object that was just created; `None` if its name was generated.
    pub fn cache_create(&mut self, sent: &Rc<Value>, object: &Rc<Object>, warnings: &[Finding]) -> Option<CreateCache> {
        sent.metadata()
            .field("name")
            .as_text()
            .filter(|name| !name.is_empty())?;
        if admission::depends_on_others(&self.tools, object) {
            return None;
        }
        let unallocated = match object.kind {
            Kind::Service => Some(requests::prepare(&mut self.tools, object.kind, object.namespace(), sent).ok()?),
            _ => None,
        };
        Some(CreateCache {
            seed: self.tools.seed(),
            now: self.tools.now(),
            sent: sent.clone(),
            unallocated,
            object: object.clone(),
            warnings: warnings.to_vec(),
        })
    }

    /// Creates an object as [`Cluster::create`] does; `None` if that would not come to what is cached.
    pub fn create_cached(&mut self, sent: &Rc<Value>, known: &mut CreateCache) -> Option<Admitted> {
        let CreateCache {
            seed,
            now,
            sent: known_sent,
            unallocated,
            object,
            warnings,
        } = known;
        let tools = &mut self.tools;
        let alike = Rc::ptr_eq(sent, known_sent) && (*seed, *now) == (tools.seed(), tools.now());
        if !alike || tools.store.get(object.kind, &object.key).is_some() {
            return None;
        }
        if admission::depends_on_others(tools, object) {
            return None;
        }
        requests::admit_namespace(&tools.store, object.kind, object.namespace(), sent).ok()?;
        if let Some(unallocated) = unallocated {
            let mut value = unallocated.clone();
            allocate::on_create(Allocator::new(tools, &object.key, false), &mut value).ok()?;
            if value.spec() != object.spec() {
                return None;
            }
        }
        *object = tools.write_cached(object);
        Some(Admitted {
            object: object.clone(),
            warnings: warnings.clone(),
        })
    }
}
