//! The pods of a job: as many as it may have, deleted, made and numbered.

use super::count::push_condition;
use super::of_pod::{COMPONENT, INDEX, delete_pod, ended, index_of, is_suspended};
use super::sync::{End, Sync};
use crate::controllers::job_tracking::{TRACKING, has, is_in, is_indexed};
use crate::controllers::workload::{create_from_template, note_created};
use crate::controllers::{namespaces, pod_limits};
use crate::store::{Tools, set};
use crate::time::timestamp;
use api::{Fields, Kind, Value};
use base::Order;
use serde_json::json;
use std::collections::BTreeSet;

/// How many seconds after a failure the next pod is made, and how many at most as failures go on.
const BACKOFF: (i64, i64) = (10, 600);

impl Sync {
    /// Creates or deletes pods, and says whether the job is complete.
    ///
    /// Models: manageJob.
    pub(super) fn manage(&mut self, tools: &mut Tools, status: &mut Value) -> Option<End> {
        let job = self.job.clone();
        if job.is_terminating() {
            return None;
        }
        let spec = job.spec();
        let completions = spec.field("completions").as_number();
        let parallelism = spec.field("parallelism").as_number().unwrap_or(1);
        let active = i64::try_from(self.active.len()).unwrap_or_default();
        let wanted = match completions {
            _ if is_suspended(&job) => 0,
            None if self.succeeded > 0 => active,
            None => parallelism,
            Some(all) => (all - self.succeeded).min(parallelism).max(0),
        };
        if active > wanted {
            self.delete_surplus(tools, active - wanted);
        } else if active < wanted {
            let terminating = { self.pods.iter() }
                .filter(|pod| pod.is_terminating() && !pod.is_over())
                .count();
            let waits = spec.field("podReplacementPolicy") == "Failed";
            let held = if waits {
                i64::try_from(terminating).unwrap_or_default()
            } else {
                0
            };
            self.create_missing(tools, wanted - active - held);
        }
        let none_left = self.active.is_empty();
        let complete = match completions {
            None => self.succeeded > 0 && none_left,
            Some(all) => self.succeeded >= all && none_left,
        };
        if complete {
            let words = "Reached expected number of succeeded pods";
            return Some(End::succeeded("CompletionsReached", words));
        }
        self.note_suspension(tools, status);
        None
    }

    pub(super) fn note_suspension(&self, tools: &mut Tools, status: &mut Value) {
        let (job, now) = (&self.job, tools.now());
        match (is_suspended(job), has(job, "Suspended")) {
            (true, false) => {
                push_condition(status, "Suspended", "True", "JobSuspended", "Job suspended", now);
                if let Some(status) = status.as_object_mut() {
                    status.remove("startTime");
                }
                tools.event(job, COMPONENT, "Suspended", "Job suspended");
            }
            (false, true) => {
                push_condition(status, "Suspended", "False", "JobResumed", "Job resumed", now);
                status["startTime"] = timestamp(now).into();
                tools.event(job, COMPONENT, "Resumed", "Job resumed");
            }
            _ => {}
        }
    }

    /// Deletes the pods that are furthest from being ready first, of equals the youngest.
    pub(super) fn delete_surplus(&mut self, tools: &mut Tools, count: i64) {
        self.active.order_by_key(|pod| {
            let started = pod.node().is_some();
            (started, pod.is_ready(), std::cmp::Reverse(pod.order))
        });
        let count = usize::try_from(count).unwrap_or_default().min(self.active.len());
        for pod in self.active.drain(..count).collect::<Vec<_>>() {
            delete_pod(tools, &self.job, &pod);
        }
    }

    /// The second until which no pod is made, because some failed lately.
    ///
    /// Models: pkg/controller/job/backoff_utils.go getRemainingTime (v1.36).
    pub(super) fn waits_until(&self) -> Option<i64> {
        let mut over: Vec<_> = self.pods.iter().filter(|pod| pod.is_over()).collect();
        over.order_by_key(|pod| (ended(pod), pod.order));
        let failures = over.iter().rev().take_while(|pod| is_in(pod, "Failed")).count();
        let doubled = u32::try_from(failures).ok()?.checked_sub(1)?;
        let (first, most) = BACKOFF;
        let delay = 2_i64.saturating_pow(doubled).saturating_mul(first).min(most);
        Some(ended(over.last()?) + delay)
    }

    pub(super) fn create_missing(&mut self, tools: &mut Tools, count: i64) {
        let job = self.job.clone();
        if let Some(until) = self.waits_until().filter(|until| *until > tools.now()) {
            tools.queue.wake_at(Kind::Job, &job.key, until);
            return;
        }
        if namespaces::is_closing(&tools.store, job.namespace()) {
            return;
        }
        let room = pod_limits::room_for_replicas(tools, self.active.len());
        pod_limits::note_unmade(tools, &job, (count - room).max(0));
        let count = count.min(room);
        if !is_indexed(&job) {
            for _ in 0..count {
                let prefix = format!("{}-", job.name());
                self.create_pod(tools, &prefix, None);
            }
            return;
        }
        let busy: BTreeSet<i64> = self.active.iter().filter_map(|pod| index_of(pod)).collect();
        let free = |index: &i64| {
            ![&self.indexes, &self.failed_indexes, &busy]
                .iter()
                .any(|it| it.contains(index))
        };
        let all = 0..job.spec().field("completions").number();
        let chosen: Vec<i64> = all
            .filter(free)
            .take(usize::try_from(count).unwrap_or_default())
            .collect();
        for index in chosen {
            let prefix = format!("{}-{index}-", job.name());
            self.create_pod(tools, &prefix, Some(index));
        }
    }

    pub(super) fn create_pod(&mut self, tools: &mut Tools, prefix: &str, index: Option<i64>) {
        let job = self.job.clone();
        let name = tools.generated_name(Kind::Pod, job.namespace(), prefix);
        let template = job.spec().field("template").value;
        let pod = create_from_template(tools, &job, template, &name, |pod| {
            pod["metadata"]["generateName"] = prefix.into();
            pod["metadata"]["finalizers"] = json!([TRACKING]);
            if let Some(index) = index {
                number_pod(pod, job.name(), index);
            }
        });
        self.active.extend(note_created(tools, &job, COMPONENT, pod));
    }
}

/// Gives a pod its index.
///
/// Models: pkg/controller/job/indexed_job_utils.go addCompletionIndexEnvVariables, addCompletionIndexAnnotation (v1.36).
fn number_pod(pod: &mut Value, job: &str, index: i64) {
    let text = index.to_string();
    set(pod, &["metadata", "annotations", INDEX], text.clone().into());
    set(pod, &["metadata", "labels", INDEX], text.into());
    set(pod, &["spec", "hostname"], format!("{job}-{index}").into());
    let variable = json!({
        "name": "JOB_COMPLETION_INDEX",
        "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": format!("metadata.labels['{INDEX}']")}},
    });
    for list in ["initContainers", "containers"] {
        let containers = pod["spec"].get_mut(list).and_then(Value::as_array_mut);
        for container in containers.into_iter().flatten() {
            let mut env = container.field("env").list().to_vec();
            if env.iter().all(|it| it.field("name") != "JOB_COMPLETION_INDEX") {
                env.push(variable.clone());
                container["env"] = env.into();
            }
        }
    }
}
