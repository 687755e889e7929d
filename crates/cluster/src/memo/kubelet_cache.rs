//! What a kubelet made of a pod, kept with the pod.

use crate::stand_ins::kubelet::memory::PodMemory;
use crate::store::{Object, ObjectKey, set};
use api::{Cursor, Value};
use serde_json::json;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// What a pod becomes when it starts follows from this and the pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Start {
    pub(crate) place: PodPlace,
    pub(crate) now: i64,
    pub(crate) ready: bool,
}

/// Where a pod runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PodPlace {
    pub(crate) node: Rc<str>,
    /// The node's own.
    pub(crate) host: Addresses,
    pub(crate) addresses: Addresses,
}

/// The addresses of a pod or a node, that of the primary family first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Addresses {
    pub(crate) first: String,
    pub(crate) second: Option<String>,
}

impl Addresses {
    /// As `status.podIPs` has them.
    pub(crate) fn listed(&self) -> Value {
        match &self.second {
            None => json!([{"ip": self.first}]),
            Some(second) => json!([{"ip": self.first}, {"ip": second}]),
        }
    }
}

impl PodPlace {
    /// Writes the addresses of the node into a pod.
    ///
    /// Models: pkg/kubelet/kubelet_pods.go generateAPIPodStatus (v1.36).
    pub(crate) fn write_hosts(&self, pod: &mut Value) {
        set(pod, &["status", "hostIP"], self.host.first.as_str().into());
        set(pod, &["status", "hostIPs"], self.host.listed());
    }

    pub(crate) fn write_addresses(&self, pod: &mut Value) {
        self.write_hosts(pod);
        set(pod, &["status", "podIP"], self.addresses.first.as_str().into());
        set(pod, &["status", "podIPs"], self.addresses.listed());
    }
}

struct KubeletCache {
    start: Start,
    started: Rc<Object>,
}

/// The pod as it was stored after the same start.
pub(crate) fn find(pod: &Object, start: &Start) -> Option<Rc<Object>> {
    let known = pod.memo.kubelet.get::<KubeletCache>()?;
    (known.start == *start).then(|| known.started.clone())
}

pub(crate) fn keep(pod: &Object, start: Start, started: Rc<Object>) {
    pod.memo.kubelet.set(KubeletCache { start, started });
}

/// What the start of a pod came to whose programs live.
pub(crate) struct StartCache {
    pub(crate) pod: Rc<Object>,
    pub(crate) start: Start,
    pub(crate) started: Rc<Object>,
    pub(crate) events: Vec<Rc<Object>>,
    pub(crate) next: Option<i64>,
    pub(crate) memory: PodMemory,
    /// The containers that run but do not listen yet.
    pub(crate) silent: Vec<Box<str>>,
}

/// The starts of pods, shared by all clones of a cluster: the pods of controllers are made anew whenever a text changes, mostly
/// the same.
#[derive(Clone, Default)]
pub(crate) struct Starts(Rc<RefCell<Known>>);

#[derive(Default)]
struct Known {
    /// Those of the first second, in which a text is read.
    first: BTreeMap<ObjectKey, Rc<StartCache>>,
    /// Those of acts, and of what time brings, such as the pods of a job of every minute.
    later: BTreeMap<ObjectKey, Rc<StartCache>>,
}

/// More than that are forgotten, to begin anew.
const MOST: usize = 20_000;
const MOST_LATER: usize = 200;

impl Starts {
    /// The same start of the same pod, if there was one.
    pub(crate) fn find(&self, pod: &Rc<Object>, start: &Start) -> Option<Rc<StartCache>> {
        let known = self.0.borrow();
        let of = if start.now > 0 { &known.later } else { &known.first };
        let known = of.get(&pod.key)?;
        let is_same = known.start == *start && (Rc::ptr_eq(&known.pod, pod) || is_alike(&known.pod, pod));
        is_same.then(|| known.clone())
    }

    pub(crate) fn keep(&self, start: StartCache) {
        let mut known = self.0.borrow_mut();
        let (of, most) = if start.start.now > 0 {
            (&mut known.later, MOST_LATER)
        } else {
            (&mut known.first, MOST)
        };
        if of.len() >= most {
            of.clear();
        }
        of.insert(start.pod.key.clone(), Rc::new(start));
    }
}

/// Whether two pods differ in nothing but their versions.
fn is_alike(one: &Object, other: &Object) -> bool {
    one.uid() == other.uid()
        && one.spec() == other.spec()
        && one.status() == other.status()
        && same_fields(one.metadata(), other.metadata())
}

fn same_fields(one: Cursor<'_>, other: Cursor<'_>) -> bool {
    let counted = |(name, _): &(&str, Cursor<'_>)| *name != "resourceVersion";
    one.entries().filter(counted).eq(other.entries().filter(counted))
}
