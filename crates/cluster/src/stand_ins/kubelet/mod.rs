//! The kubelets' stand-in: runs pods and reports on them.

pub(crate) mod answer;
pub(crate) mod backoff;
pub(crate) mod conditions;
pub(crate) mod container;
pub(crate) mod deadline;
pub(crate) mod events;
pub(crate) mod hooks;
pub(crate) mod life;
pub(crate) mod memory;
pub(crate) mod phase;
pub(crate) mod pods;
pub(crate) mod probes;
pub(crate) mod programs;
pub(crate) mod recorded;
pub(crate) mod serving;
pub(crate) mod stopping;

use crate::memo::kubelet_cache::PodPlace;
use crate::stand_ins::setting::Kubelet;
use crate::store::{Object, ObjectKey, Tools};
use api::Kind;
pub(crate) use recorded::report_unscheduled;
use std::rc::Rc;

/// Runs a pod at the place that the scheduler chose.
pub(crate) fn start(tools: &mut Tools, pod: &Rc<Object>, place: PodPlace) {
    match tools.kubelet() {
        Kubelet::Recorded => recorded::start(tools, pod, place),
        Kubelet::Programs => pods::start(tools, pod, place),
    }
}

/// Looks after a pod that has changed, or whose time has come.
pub(crate) fn sync(tools: &mut Tools, key: &ObjectKey) {
    if tools.kubelet() == Kubelet::Programs {
        pods::sync(tools, key);
    }
}

/// Whether a pod has not been started yet.
pub(crate) fn is_waiting(tools: &Tools, key: &ObjectKey) -> bool {
    let pod = tools.store.get(Kind::Pod, key);
    pod.is_some_and(|pod| pod.pod_ip().is_none())
}

/// Whether a pod that was waiting has started, so that a second look in the same second would find what the first one found.
pub(crate) fn has_just_started(tools: &Tools, key: &ObjectKey) -> bool {
    let pod = tools.store.get(Kind::Pod, key);
    pod.is_some_and(|pod| pod.pod_ip().is_some() && !programs::reads_others(pod))
}

/// Has the pods looked at again that wait for an object like this one.
pub(crate) fn wake_waiting(tools: &mut Tools, kind: Kind, key: &ObjectKey) {
    match kind {
        Kind::ConfigMap | Kind::Secret => pods::wake_for_config(tools, &key.namespace),
        Kind::Service | Kind::EndpointSlice => pods::wake_for_service(tools),
        _ => {}
    }
}

/// Reports a running pod ready or not, as was told by hand.
pub(crate) fn report(tools: &mut Tools, key: &ObjectKey) {
    match tools.kubelet() {
        Kubelet::Recorded => recorded::report(tools, key),
        Kubelet::Programs => pods::sync(tools, key),
    }
}
