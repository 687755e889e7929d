//! Jobs: pods that run to their end, until enough succeeded or too many failed.
//!
//! What happens to a job's pods is gathered for a second before its controller looks, as on a real cluster.

mod count;
mod indexes;
mod of_pod;
mod pods;
mod sync;

use crate::controllers::conditions;
use crate::controllers::garbage::{self, Propagation};
use crate::controllers::job_tracking::{finished, has, write};
use crate::store::{Object, ObjectKey, Tools};
use crate::time::{second, timestamp};
use api::{Cursor, Fields, Kind};
use count::push_condition;
use of_pod::COMPONENT;
use serde_json::json;
use std::rc::Rc;
use sync::sync;

/// Models: pkg/controller/job/job_controller.go syncJob (v1.36).
pub(crate) fn reconcile(tools: &mut Tools, key: &ObjectKey) {
    let Some(job) = tools.store.get(Kind::Job, key).cloned() else {
        return;
    };
    let managed = job.spec().field("managedBy");
    if managed.as_text().is_some_and(|by| by != "kubernetes.io/job-controller") {
        return;
    }
    if finished(&job).is_some() {
        remove_if_old(tools, &job);
    } else if is_counting(&job) {
        finish_counting(tools, &job);
    } else {
        sync(tools, &job);
    }
}

/// Deletes a finished job once it has been there for as long as it says.
///
/// Models: pkg/controller/ttlafterfinished (v1.36).
fn remove_if_old(tools: &mut Tools, job: &Rc<Object>) {
    let Some(seconds) = job.spec().field("ttlSecondsAfterFinished").as_number() else {
        return;
    };
    let condition = ["Complete", "Failed"]
        .iter()
        .find_map(|name| conditions::find(job, name));
    let since = condition.and_then(|it| second(it.field("lastTransitionTime").text()));
    let due = since.unwrap_or(0) + seconds;
    if job.is_terminating() {
        return;
    }
    if due <= tools.now() {
        garbage::delete(tools, job, Propagation::Foreground.into());
    } else {
        tools.queue.wake_at(Kind::Job, &job.key, due);
    }
}

fn uncounted<'a>(job: &'a Object, list: &str) -> Cursor<'a> {
    job.status().field("uncountedTerminatedPods").field(list)
}

/// Whether the status names pods that are not counted yet, or why the job ends.
fn is_counting(job: &Object) -> bool {
    ["succeeded", "failed"]
        .iter()
        .any(|list| !uncounted(job, list).is_empty())
        || has(job, "SuccessCriteriaMet")
        || has(job, "FailureTarget")
}

/// Counts the pods that the status names, and says that the job has ended if it says why.
///
/// Models: flushUncountedAndRemoveFinalizers, enactJobFinished, recordJobFinished.
fn finish_counting(tools: &mut Tools, job: &Rc<Object>) {
    let mut status = job.status().value.clone();
    for list in ["succeeded", "failed"] {
        let more = i64::try_from(uncounted(job, list).list().len()).unwrap_or_default();
        let count = job.status().field(list).number() + more;
        if count > 0 {
            status[list] = count.into();
        }
    }
    status["uncountedTerminatedPods"] = json!({});
    let pairs = [("SuccessCriteriaMet", "Complete"), ("FailureTarget", "Failed")];
    let ended = pairs
        .into_iter()
        .find_map(|(why, end)| Some((conditions::find(job, why)?, end)));
    if let Some((why, end)) = ended {
        let [reason, message] = ["reason", "message"].map(|field| why.field(field).text());
        push_condition(&mut status, end, "True", reason, message, tools.now());
        if end == "Complete" {
            status["completionTime"] = timestamp(tools.now()).into();
            tools.event(job, COMPONENT, "Completed", "Job completed");
        } else {
            tools.event_of_type("Warning", job, COMPONENT, reason, message);
        }
    }
    write(tools, job, status);
}
