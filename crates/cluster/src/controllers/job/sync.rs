//! A job and its pods while they are looked at, and what ends it.

use super::indexes::indexes;
use super::of_pod::{delete_pod, index_of, is_suspended};
use crate::controllers::job_tracking::{is_in, is_indexed, is_tracked};
use crate::controllers::workload::claim;
use crate::store::{Object, Tools};
use crate::time::{second, timestamp};
use api::{Cursor, Fields, Kind, Value};
use std::collections::BTreeSet;
use std::rc::Rc;

/// Why a job ends.
pub(super) struct End {
    /// `SuccessCriteriaMet` or `FailureTarget`, which the last condition follows.
    pub(super) condition: &'static str,
    pub(super) reason: &'static str,
    pub(super) message: String,
}

impl End {
    pub(super) fn failed(reason: &'static str, message: &str) -> Self {
        Self {
            condition: "FailureTarget",
            reason,
            message: message.to_owned(),
        }
    }

    pub(super) fn succeeded(reason: &'static str, message: &str) -> Self {
        Self {
            condition: "SuccessCriteriaMet",
            reason,
            message: message.to_owned(),
        }
    }
}

/// A job and its pods while they are looked at.
pub(super) struct Sync {
    pub(super) job: Rc<Object>,
    /// All of them, in the order of their creation.
    pub(super) pods: Vec<Rc<Object>>,
    pub(super) active: Vec<Rc<Object>>,
    pub(super) succeeded: i64,
    pub(super) failed: i64,
    /// The indexes that succeeded, if it has indexes.
    pub(super) indexes: BTreeSet<i64>,
    /// The indexes that failed for good.
    pub(super) failed_indexes: BTreeSet<i64>,
}

pub(super) fn sync(tools: &mut Tools, job: &Rc<Object>) {
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

impl Sync {
    pub(super) fn new(job: &Rc<Object>, pods: Vec<Rc<Object>>) -> Self {
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

    pub(super) fn spec(&self) -> Cursor<'_> {
        self.job.spec()
    }

    /// Models: calculateFailedIndexes, for pods that are still there.
    pub(super) fn failed_indexes(&self) -> BTreeSet<i64> {
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
    pub(super) fn policy(&self, pod: &Object) -> Option<(&str, String)> {
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

    pub(super) fn end_of_failure(&self, tools: &mut Tools, status: &Value) -> Option<End> {
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
    pub(super) fn end_by_policy(&self) -> Option<End> {
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
}
