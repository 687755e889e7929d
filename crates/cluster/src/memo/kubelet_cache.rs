//! What a kubelet made of a pod, kept with the pod.

use crate::store::Object;
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
    /// The node's own address.
    pub(crate) host: String,
    pub(crate) address: String,
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
