//! What a job tells of its pods in its status.

use super::indexes::indexes_text;
use super::of_pod::without_tracking;
use super::sync::{End, Sync};
use crate::controllers::garbage;
use crate::controllers::job_tracking::{is_in, is_indexed, is_tracked, write};
use crate::store::{Object, Tools};
use crate::time::timestamp;
use api::{Fields, Kind, Value};
use serde_json::json;
use std::rc::Rc;

impl Sync {
    /// Writes the status with the pods that are over as yet uncounted, and lets these go.
    ///
    /// Models: trackJobStatusAndRemoveFinalizers.
    pub(super) fn count(&self, tools: &mut Tools, mut status: Value, failed_by_end: Vec<Value>, end: Option<End>) {
        let over = self.pods.iter().filter(|pod| pod.is_over() && is_tracked(pod));
        let over: Vec<&Rc<Object>> = over.collect();
        let indexed = is_indexed(&self.job);
        let ignored = |pod: &Object| self.policy(pod).is_some_and(|(action, _)| action == "Ignore");
        let mut lists = [Vec::new(), failed_by_end];
        for pod in &over {
            let uid = Value::from(pod.uid());
            if is_in(pod, "Failed") {
                if !ignored(pod) {
                    lists[1].push(uid);
                }
            } else if !indexed {
                lists[0].push(uid);
            }
        }
        let ready = self.active.iter().filter(|pod| pod.is_ready()).count();
        let terminating = self.pods.iter().filter(|pod| pod.is_terminating() && !pod.is_over());
        let terminating = terminating
            .filter(|pod| tools.store.get(Kind::Pod, &pod.key).is_some())
            .count();
        if let Some(status) = status.as_object_mut() {
            status.remove("active");
        }
        if !self.active.is_empty() {
            status["active"] = self.active.len().into();
        }
        status["ready"] = ready.into();
        status["terminating"] = terminating.into();
        status["uncountedTerminatedPods"] = json!({});
        for (name, list) in ["succeeded", "failed"].into_iter().zip(lists) {
            if !list.is_empty() {
                status["uncountedTerminatedPods"][name] = list.into();
            }
        }
        if indexed {
            let text = indexes_text(&self.indexes);
            if !text.is_empty() {
                status["completedIndexes"] = text.into();
            }
            if self.succeeded > 0 {
                status["succeeded"] = self.succeeded.into();
            }
            if self.spec().field("backoffLimitPerIndex").is_set() {
                status["failedIndexes"] = indexes_text(&self.failed_indexes).into();
            }
        }
        let counts = ["succeeded", "failed"]
            .iter()
            .any(|list| !status["uncountedTerminatedPods"][list].is_null());
        if counts || end.is_some() {
            tools.queue.add(Kind::Job, self.job.key.clone());
        }
        if let Some(end) = end {
            push_condition(
                &mut status,
                end.condition,
                "True",
                end.reason,
                &end.message,
                tools.now(),
            );
        }
        write(tools, &self.job, status);
        for pod in over {
            if let Some(pod) = tools.store.get(Kind::Pod, &pod.key).cloned() {
                let freed = tools.replace(&pod, without_tracking(&pod));
                garbage::finish_finalized(tools, &freed);
            }
        }
    }
}

pub(super) fn push_condition(status: &mut Value, name: &str, holds: &str, reason: &str, message: &str, now: i64) {
    let now = timestamp(now);
    let mut conditions = status.field("conditions").list().to_vec();
    conditions.retain(|it| it.field("type") != name);
    conditions.push(json!({
        "lastProbeTime": now, "lastTransitionTime": now, "message": message, "reason": reason, "status": holds,
        "type": name,
    }));
    status["conditions"] = conditions.into();
}
