//! Jobs: pods that run to their end, until enough succeeded or too many failed.
//!
//! What happens to a job's pods is gathered for a second before its controller looks, as on a real cluster.

use crate::controllers::garbage::{self, Propagation};
use crate::controllers::job_tracking::{TRACKING, finished, has, is_in, is_indexed, is_tracked, write};
use crate::controllers::workload::{claim, create_from_template, note_created};
use crate::controllers::{conditions, namespaces, pod_limits};
use crate::store::{Object, ObjectKey, Tools, set};
use crate::time::{second, timestamp};
use api::{Cursor, Fields, Kind, Value};
use base::Order;
use serde_json::json;
use std::collections::BTreeSet;
use std::rc::Rc;

const INDEX: &str = "batch.kubernetes.io/job-completion-index";
const COMPONENT: &str = "job-controller";
/// How many seconds after a failure the next pod is made, and how many at most as failures go on.
const BACKOFF: (i64, i64) = (10, 600);

/// Why a job ends.
struct End {
    /// `SuccessCriteriaMet` or `FailureTarget`, which the last condition follows.
    condition: &'static str,
    reason: &'static str,
    message: String,
}

impl End {
    fn failed(reason: &'static str, message: &str) -> Self {
        Self {
            condition: "FailureTarget",
            reason,
            message: message.to_owned(),
        }
    }

    fn succeeded(reason: &'static str, message: &str) -> Self {
        Self {
            condition: "SuccessCriteriaMet",
            reason,
            message: message.to_owned(),
        }
    }
}

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

fn push_condition(status: &mut Value, name: &str, holds: &str, reason: &str, message: &str, now: i64) {
    let now = timestamp(now);
    let mut conditions = status.field("conditions").list().to_vec();
    conditions.retain(|it| it.field("type") != name);
    conditions.push(json!({
        "lastProbeTime": now, "lastTransitionTime": now, "message": message, "reason": reason, "status": holds,
        "type": name,
    }));
    status["conditions"] = conditions.into();
}

/// A job and its pods while they are looked at.
struct Sync {
    job: Rc<Object>,
    /// All of them, in the order of their creation.
    pods: Vec<Rc<Object>>,
    active: Vec<Rc<Object>>,
    succeeded: i64,
    failed: i64,
    /// The indexes that succeeded, if it has indexes.
    indexes: BTreeSet<i64>,
    /// The indexes that failed for good.
    failed_indexes: BTreeSet<i64>,
}

fn sync(tools: &mut Tools, job: &Rc<Object>) {
    let pods = claim(tools, job, |_| true);
    let now = tools.now();
    let mut status = job.status().value.clone();
    if !job.status().field("startTime").is_set() && !is_suspended(job) {
        status["startTime"] = timestamp(now).into();
    }
    let mut state = Sync::new(job, pods);
    let end = state.end_of_failure(tools, &status);
    let end = end.or_else(|| state.end_by_policy());
    let mut failed_by_end = Vec::new();
    let end = match end {
        Some(end) => {
            for pod in std::mem::take(&mut state.active) {
                if end.condition == "FailureTarget" {
                    failed_by_end.push(Value::from(pod.uid()));
                }
                delete_pod(tools, job, &pod);
            }
            Some(end)
        }
        None => state.manage(tools, &mut status),
    };
    state.count(tools, status, failed_by_end, end);
}

fn is_suspended(job: &Object) -> bool {
    job.spec().field("suspend").flag()
}

fn index_of(pod: &Object) -> Option<i64> {
    pod.annotation(INDEX)?.parse().ok()
}

/// When a pod ended, as a virtual second.
fn ended(pod: &Object) -> i64 {
    let statuses = pod.status().field("containerStatuses").items();
    let ends = statuses.filter_map(|it| second(it.field("state").field("terminated").field("finishedAt").text()));
    ends.max().unwrap_or_else(|| pod.created())
}

fn without_tracking(pod: &Object) -> Value {
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
fn delete_pod(tools: &mut Tools, job: &Rc<Object>, pod: &Rc<Object>) {
    let untracked = tools.replace(pod, without_tracking(pod));
    garbage::end(tools, &untracked);
    let message = format!("Deleted pod: {}", pod.name());
    tools.event(job, COMPONENT, "SuccessfulDelete", &message);
}

/// The indexes in a text such as `0,2-4`.
fn indexes(text: &str) -> BTreeSet<i64> {
    let ranges = text.split(',').filter_map(|range| {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        Some(first.parse().ok()?..=last.parse::<i64>().ok()?)
    });
    ranges.flatten().collect()
}

/// Models: pkg/controller/job/indexed_job_utils.go orderedIntervals String (v1.36).
fn indexes_text(indexes: &BTreeSet<i64>) -> String {
    let mut ranges: Vec<(i64, i64)> = Vec::new();
    for index in indexes {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == *index => *last = *index,
            _ => ranges.push((*index, *index)),
        }
    }
    let texts = ranges.into_iter().map(|(first, last)| match last - first {
        0 => first.to_string(),
        1 => format!("{first},{last}"),
        _ => format!("{first}-{last}"),
    });
    texts.collect::<Vec<_>>().join(",")
}

impl Sync {
    fn new(job: &Rc<Object>, pods: Vec<Rc<Object>>) -> Self {
        let spec = job.spec();
        let active = pods.iter().filter(|pod| !pod.is_over() && !pod.is_terminating());
        let mut state = Self {
            active: active.cloned().collect(),
            succeeded: 0,
            failed: 0,
            indexes: BTreeSet::new(),
            failed_indexes: BTreeSet::new(),
            job: job.clone(),
            pods,
        };
        let new = |phase: &'static str| {
            state
                .pods
                .iter()
                .filter(move |pod| is_tracked(pod) && is_in(pod, phase))
        };
        let counted = |field: &str| job.status().field(field).number();
        let ignored = |pod: &Rc<Object>| state.policy(pod).is_some_and(|(action, _)| action == "Ignore");
        let succeeded = counted("succeeded") + i64::try_from(new("Succeeded").count()).unwrap_or_default();
        let failed =
            counted("failed") + i64::try_from(new("Failed").filter(|pod| !ignored(pod)).count()).unwrap_or_default();
        (state.succeeded, state.failed) = (succeeded, failed);
        if is_indexed(job) {
            let completions = spec.field("completions").number();
            state.indexes = indexes(job.status().field("completedIndexes").text());
            let done = state.pods.iter().filter(|pod| is_in(pod, "Succeeded"));
            state
                .indexes
                .extend(done.filter_map(|pod| index_of(pod)).filter(|it| *it < completions));
            state.indexes.retain(|index| *index < completions);
            state.succeeded = i64::try_from(state.indexes.len()).unwrap_or_default();
            state.failed_indexes = state.failed_indexes();
        }
        state
    }

    fn spec(&self) -> Cursor<'_> {
        self.job.spec()
    }

    /// Models: calculateFailedIndexes, for pods that are still there.
    fn failed_indexes(&self) -> BTreeSet<i64> {
        let mut failed = indexes(self.job.status().field("failedIndexes").text());
        let Some(limit) = self.spec().field("backoffLimitPerIndex").as_number() else {
            return failed;
        };
        for pod in self.pods.iter().filter(|pod| is_in(pod, "Failed")) {
            let Some(index) = index_of(pod) else { continue };
            let same = self
                .pods
                .iter()
                .filter(|it| is_in(it, "Failed") && index_of(it) == Some(index));
            let failures = i64::try_from(same.count()).unwrap_or_default();
            let at_once = self.policy(pod).is_some_and(|(action, _)| action == "FailIndex");
            if failures > limit || at_once {
                failed.insert(index);
            }
        }
        failed
    }

    /// What the pod failure policy says of a failed pod: the action, and the words if the job fails.
    ///
    /// Models: pkg/controller/job/pod_failure_policy.go matchPodFailurePolicy (v1.36).
    fn policy(&self, pod: &Object) -> Option<(&str, String)> {
        let rules = self.job.spec().field("podFailurePolicy").field("rules");
        for (place, rule) in rules.items().enumerate() {
            let action = rule.field("action").text();
            let codes = rule.field("onExitCodes");
            let statuses = pod.status().field("containerStatuses").items();
            let only = codes.field("containerName").as_text();
            let mut named = statuses.filter(|it| only.is_none_or(|name| it.field("name") == name));
            let found = named.find_map(|status| {
                let code = status.field("state").field("terminated").field("exitCode").as_number()?;
                let listed = codes.field("values").items().any(|it| it.number() == code);
                let matches = match codes.field("operator").text() {
                    "In" => listed,
                    "NotIn" => !listed && code != 0,
                    _ => false,
                };
                matches.then(|| {
                    format!(
                        "Container {} for pod {}/{} failed with exit code {code} matching {action} rule at index {place}",
                        status.field("name").text(),
                        pod.namespace(),
                        pod.name(),
                    )
                })
            });
            if let Some(words) = found {
                return Some((action, words));
            }
            let conditions = pod.status().field("conditions");
            for pattern in rule.field("onPodConditions").items() {
                let (kind, status) = (pattern.field("type").text(), pattern.field("status").text());
                if conditions
                    .find("type", kind)
                    .is_some_and(|it| it.field("status") == status)
                {
                    let words = format!(
                        "Pod {}/{} has condition {kind} matching {action} rule at index {place}",
                        pod.namespace(),
                        pod.name(),
                    );
                    return Some((action, words));
                }
            }
        }
        None
    }

    fn end_of_failure(&self, tools: &mut Tools, status: &Value) -> Option<End> {
        let spec = self.spec();
        let failed = self.pods.iter().filter(|pod| is_in(pod, "Failed"));
        let by_rule = { failed }.find_map(|pod| self.policy(pod).filter(|(action, _)| *action == "FailJob"));
        if let Some((_, message)) = by_rule {
            return Some(End::failed("PodFailurePolicy", &message));
        }
        if self.failed > spec.field("backoffLimit").as_number().unwrap_or(6) {
            let words = "Job has reached the specified backoff limit";
            return Some(End::failed("BackoffLimitExceeded", words));
        }
        if let Some(seconds) = spec
            .field("activeDeadlineSeconds")
            .as_number()
            .filter(|_| !is_suspended(&self.job))
        {
            let since = second(status.field("startTime").text()).unwrap_or_else(|| tools.now());
            if since + seconds <= tools.now() {
                let words = "Job was active longer than specified deadline";
                return Some(End::failed("DeadlineExceeded", words));
            }
            tools.queue.wake_at(Kind::Job, &self.job.key, since + seconds);
        }
        if self.failed_indexes.is_empty() {
            return None;
        }
        let most = spec.field("maxFailedIndexes").as_number();
        let count = i64::try_from(self.failed_indexes.len()).unwrap_or_default();
        if most.is_some_and(|most| count > most) {
            let words = "Job has exceeded the specified maximal number of failed indexes";
            return Some(End::failed("MaxFailedIndexesExceeded", words));
        }
        let all = count + self.succeeded >= spec.field("completions").number();
        all.then(|| End::failed("FailedIndexes", "Job has failed indexes"))
    }

    /// Models: pkg/controller/job/success_policy.go matchSuccessPolicy (v1.36).
    fn end_by_policy(&self) -> Option<End> {
        let rules = self.spec().field("successPolicy").field("rules");
        for (place, rule) in rules.items().enumerate() {
            let wanted = rule.field("succeededIndexes").as_text().map(indexes);
            let done = match &wanted {
                Some(wanted) => self.indexes.intersection(wanted).count(),
                None => self.indexes.len(),
            };
            let all = wanted.as_ref().map_or(usize::MAX, BTreeSet::len);
            let count = rule.field("succeededCount").as_number();
            let enough = count.map_or(all, |count| usize::try_from(count).unwrap_or_default());
            if done >= enough {
                return Some(End::succeeded(
                    "SuccessPolicy",
                    &format!("Matched rules at index {place}"),
                ));
            }
        }
        None
    }

    /// Creates or deletes pods, and says whether the job is complete.
    ///
    /// Models: manageJob.
    fn manage(&mut self, tools: &mut Tools, status: &mut Value) -> Option<End> {
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

    fn note_suspension(&self, tools: &mut Tools, status: &mut Value) {
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
    fn delete_surplus(&mut self, tools: &mut Tools, count: i64) {
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
    fn waits_until(&self) -> Option<i64> {
        let mut over: Vec<_> = self.pods.iter().filter(|pod| pod.is_over()).collect();
        over.order_by_key(|pod| (ended(pod), pod.order));
        let failures = over.iter().rev().take_while(|pod| is_in(pod, "Failed")).count();
        let doubled = u32::try_from(failures).ok()?.checked_sub(1)?;
        let (first, most) = BACKOFF;
        let delay = 2_i64.saturating_pow(doubled).saturating_mul(first).min(most);
        Some(ended(over.last()?) + delay)
    }

    fn create_missing(&mut self, tools: &mut Tools, count: i64) {
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

    fn create_pod(&mut self, tools: &mut Tools, prefix: &str, index: Option<i64>) {
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

    /// Writes the status with the pods that are over as yet uncounted, and lets these go.
    ///
    /// Models: trackJobStatusAndRemoveFinalizers.
    fn count(&self, tools: &mut Tools, mut status: Value, failed_by_end: Vec<Value>, end: Option<End>) {
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
