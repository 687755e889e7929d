//! What is read of a single pod of a job.

use crate::controllers::garbage;
use crate::controllers::job_tracking::TRACKING;
use crate::store::{Object, Tools, set};
use crate::time::second;
use api::Value;
use std::rc::Rc;

pub(super) const INDEX: &str = "batch.kubernetes.io/job-completion-index";
pub(super) const COMPONENT: &str = "job-controller";

pub(super) fn is_suspended(job: &Object) -> bool {
    job.spec().field("suspend").flag()
}

pub(super) fn index_of(pod: &Object) -> Option<i64> {
    pod.annotation(INDEX)?.parse().ok()
}

/// When a pod ended, as a virtual second.
pub(super) fn ended(pod: &Object) -> i64 {
    let statuses = pod.status().field("containerStatuses").items();
    let ends = statuses.filter_map(|it| second(it.field("state").field("terminated").field("finishedAt").text()));
    ends.max().unwrap_or_else(|| pod.created())
}

pub(super) fn without_tracking(pod: &Object) -> Value {
    let mut value = pod.value.clone();
    let finalizers = pod.metadata().field("finalizers");
    let left: Vec<Value> = finalizers
        .list()
        .iter()
        .filter(|it| **it != TRACKING)
        .cloned()
        .collect();
    if left.is_empty() {
        crate::store::remove(&mut value, &["metadata", "finalizers"]);
    } else {
        set(&mut value, &["metadata", "finalizers"], left.into());
    }
    value
}

/// Deletes a pod that is not to be counted.
pub(super) fn delete_pod(tools: &mut Tools, job: &Rc<Object>, pod: &Rc<Object>) {
    let untracked = tools.replace(pod, without_tracking(pod));
    garbage::end(tools, &untracked);
    let message = format!("Deleted pod: {}", pod.name());
    tools.event(job, COMPONENT, "SuccessfulDelete", &message);
}
