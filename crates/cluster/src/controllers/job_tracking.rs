//! What is known of a job and its pods without their controller: deletion needs it too.

use crate::controllers::conditions;
use crate::store::{Object, Tools};
use api::{Fields, Kind, Value};
use std::rc::Rc;

/// The finalizer of a pod that the controller has yet to count.
pub(crate) const TRACKING: &str = "batch.kubernetes.io/job-tracking";

/// The condition of a finished job: `Complete` or `Failed`.
pub(crate) fn finished(job: &Object) -> Option<&'static str> {
    ["Complete", "Failed"].into_iter().find(|name| has(job, name))
}

pub(crate) fn has(job: &Object, condition: &str) -> bool {
    conditions::find(job, condition).is_some_and(|it| it.field("status") == "True")
}

pub(crate) fn write(tools: &mut Tools, job: &Rc<Object>, status: Value) {
    let Some(job) = tools.store.get(Kind::Job, &job.key).cloned() else {
        return;
    };
    tools.replace_status(&job, status);
}

pub(crate) fn is_tracked(pod: &Object) -> bool {
    let finalizers = pod.metadata().field("finalizers");
    finalizers.texts().any(|it| it == TRACKING)
}

pub(crate) fn is_in(pod: &Object, phase: &str) -> bool {
    pod.status().field("phase") == phase
}

/// Counts a pod as failed that somebody deleted before it was counted.
pub(crate) fn note_gone(tools: &mut Tools, pod: &Object) {
    if !is_tracked(pod) {
        return;
    }
    let owner = pod.controller_ref().filter(|owner| owner.kind == Some(Kind::Job));
    let job = owner.and_then(|owner| tools.store.get(Kind::Job, &owner.key)).cloned();
    let Some(job) = job.filter(|job| finished(job).is_none() && !job.is_terminating()) else {
        return;
    };
    let list = if is_in(pod, "Succeeded") { "succeeded" } else { "failed" };
    let mut status = job.status().value.clone();
    if list == "failed" || !is_indexed(&job) {
        status[list] = (job.status().field(list).number() + 1).into();
    }
    write(tools, &job, status);
}

pub(crate) fn is_indexed(job: &Object) -> bool {
    job.spec().field("completionMode") == "Indexed"
}
