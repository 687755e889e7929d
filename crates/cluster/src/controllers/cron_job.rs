//! Cron jobs: a job whenever the schedule says so.

use crate::controllers::garbage::{self, Propagation};
use crate::controllers::job_tracking::finished;
use crate::controllers::namespaces;
use crate::server::registry_strategy;
use crate::store::{Object, ObjectKey, Tools};
use crate::time::{second, timestamp, unix};
use api::cron::Schedule;
use api::{Cursor, Fields, Kind, Value};
use base::Order;
use serde_json::json;
use std::rc::Rc;

const COMPONENT: &str = "cronjob-controller";

/// The status of a cron job while it is looked at.
struct Sync {
    cron_job: Rc<Object>,
    active: Vec<Value>,
    last_scheduled: Option<i64>,
    last_successful: Option<i64>,
}

/// Models: pkg/controller/cronjob/cronjob_controllerv2.go sync, syncCronJob (v1.36).
pub(crate) fn reconcile(tools: &mut Tools, key: &ObjectKey) {
    let Some(cron_job) = tools.store.get(Kind::CronJob, key).cloned() else {
        tools.queue.stop_timer(Kind::CronJob, key);
        return;
    };
    let status = cron_job.status();
    let time = |field: &str| status.field(field).as_text().and_then(second);
    let mut sync = Sync {
        active: status.field("active").list().to_vec(),
        last_scheduled: time("lastScheduleTime"),
        last_successful: time("lastSuccessfulTime"),
        cron_job: cron_job.clone(),
    };
    let jobs = tools.store.owned(cron_job.uid(), Kind::Job);
    let jobs = sync.clean(tools, jobs);
    sync.observe(tools, &jobs);
    if !cron_job.is_terminating() && !cron_job.spec().field("suspend").flag() {
        sync.schedule(tools);
    }
    sync.write(tools);
}

impl Sync {
    fn event(&self, tools: &mut Tools, kind: &str, reason: &str, message: &str) {
        tools.event_of_type(kind, &self.cron_job, COMPONENT, reason, message);
    }

    fn spec(&self) -> Cursor<'_> {
        self.cron_job.spec()
    }

    fn forget(&mut self, job: &Object) -> bool {
        let before = self.active.len();
        self.active.retain(|it| it.field("uid") != job.uid());
        self.active.len() < before
    }

    fn delete(&mut self, tools: &mut Tools, job: &Rc<Object>) {
        garbage::delete(tools, job, Propagation::Background.into());
        self.forget(job);
        let message = format!("Deleted job {}", job.name());
        self.event(tools, "Normal", "SuccessfulDelete", &message);
    }

    /// Deletes the oldest finished jobs beyond the limits; returns the others.
    ///
    /// Models: cleanupFinishedJobs.
    fn clean(&mut self, tools: &mut Tools, mut jobs: Vec<Rc<Object>>) -> Vec<Rc<Object>> {
        for (end, limit) in [
            ("Complete", "successfulJobsHistoryLimit"),
            ("Failed", "failedJobsHistoryLimit"),
        ] {
            let Some(limit) = self.spec().field(limit).as_number() else {
                continue;
            };
            let mut ended: Vec<_> = jobs.iter().filter(|job| finished(job) == Some(end)).cloned().collect();
            ended.order_by_key(|job| (second(job.status().field("startTime").text()), job.order));
            let surplus = ended.len().saturating_sub(usize::try_from(limit).unwrap_or(usize::MAX));
            for job in ended.into_iter().take(surplus) {
                self.delete(tools, &job);
                jobs.retain(|it| it.key != job.key);
            }
        }
        jobs
    }

    /// Takes note of the jobs that ended, that are gone, or that somebody else made.
    fn observe(&mut self, tools: &mut Tools, jobs: &[Rc<Object>]) {
        for job in jobs {
            let name = job.name();
            let Some(end) = finished(job) else {
                if !self.active.iter().any(|it| it.field("uid") == job.uid()) {
                    let message = format!("Saw a job that the controller did not create or forgot: {name}");
                    self.event(tools, "Warning", "UnexpectedJob", &message);
                }
                continue;
            };
            if self.forget(job) {
                let message = format!("Saw completed job: {name}, condition: {end}");
                self.event(tools, "Normal", "SawCompletedJob", &message);
            }
            if end == "Complete" {
                let completed = second(job.status().field("completionTime").text());
                self.last_successful = self.last_successful.max(completed);
            }
        }
        let is_there = |uid: Cursor<'_>| jobs.iter().any(|job| uid == job.uid());
        let active = std::mem::take(&mut self.active);
        let (there, gone): (Vec<Value>, Vec<Value>) = { active.into_iter() }.partition(|it| is_there(it.field("uid")));
        self.active = there;
        for job in gone {
            let message = format!("Active job went missing: {}", job.field("name").text());
            self.event(tools, "Normal", "MissingJob", &message);
        }
    }

    /// Makes a job if one is due, and has the cron job looked at again when the next one is.
    fn schedule(&mut self, tools: &mut Tools) {
        let text = self.spec().field("schedule").text().to_owned();
        let Ok(schedule) = Schedule::parse(&text) else {
            return;
        };
        // The schedule counts seconds of the Unix epoch, the cluster its own.
        let offset = unix(0);
        let next = |after: i64| schedule.next(after + offset).map(|at| at - offset);
        let now = tools.now();
        if let Some(due) = self.due(&next, now) {
            self.start(tools, due);
        }
        if let Some(at) = next(now) {
            tools.queue.stop_timer(Kind::CronJob, &self.cron_job.key);
            tools.queue.wake_at(Kind::CronJob, &self.cron_job.key, at);
        }
    }

    /// The last second at which a job was due and none was made.
    ///
    /// Models: pkg/controller/cronjob/utils.go mostRecentScheduleTime (v1.36).
    fn due(&self, next: &impl Fn(i64) -> Option<i64>, now: i64) -> Option<i64> {
        let mut since = self.last_scheduled.unwrap_or_else(|| self.cron_job.created());
        if let Some(deadline) = self.spec().field("startingDeadlineSeconds").as_number() {
            since = since.max(now - deadline);
        }
        let first = next(since).filter(|at| *at <= now)?;
        let second = next(first)?;
        // Of many that were missed, only the last matters.
        let missed = (now - first) / (second - first).max(1);
        let mut last = first;
        let mut at = next(first + (missed - 1).max(0) * (second - first)).filter(|_| missed > 0);
        while let Some(due) = at.filter(|due| *due <= now) {
            last = due;
            at = next(due);
        }
        Some(last)
    }

    fn start(&mut self, tools: &mut Tools, due: i64) {
        let name = format!("{}-{}", self.cron_job.name(), unix(due) / 60);
        if self.last_scheduled == Some(due) || self.active.iter().any(|it| it.field("name") == name.as_str()) {
            return;
        }
        match self.spec().field("concurrencyPolicy").text() {
            "Forbid" if !self.active.is_empty() => {
                let message = "Not starting job because prior execution is running and concurrency policy is Forbid";
                self.event(tools, "Normal", "JobAlreadyActive", message);
                return;
            }
            "Replace" => {
                for active in self.active.clone() {
                    let found = tools
                        .store
                        .find(Kind::Job, self.cron_job.namespace(), active.field("name").text());
                    if let Some(job) = found.cloned() {
                        self.delete(tools, &job);
                    }
                }
            }
            _ => {}
        }
        let key = ObjectKey::new(self.cron_job.namespace(), &name);
        if namespaces::is_closing(&tools.store, &key.namespace) || tools.store.get(Kind::Job, &key).is_some() {
            return;
        }
        let job = create_job(tools, &self.cron_job, key, due);
        self.event(tools, "Normal", "SuccessfulCreate", &format!("Created job {name}"));
        self.active.push(json!({
            "apiVersion": "batch/v1", "kind": "Job", "name": name, "namespace": job.namespace(),
            "resourceVersion": job.metadata().field("resourceVersion").text(), "uid": job.uid(),
        }));
        self.last_scheduled = Some(due);
    }

    fn write(self, tools: &mut Tools) {
        let mut status = json!({});
        if !self.active.is_empty() {
            status["active"] = self.active.into();
        }
        let times = [
            ("lastScheduleTime", self.last_scheduled),
            ("lastSuccessfulTime", self.last_successful),
        ];
        for (field, time) in times {
            if let Some(time) = time {
                status[field] = timestamp(time).into();
            }
        }
        tools.replace_status(&self.cron_job, status);
    }
}

/// Models: getJobFromTemplate2.
fn create_job(tools: &mut Tools, cron_job: &Object, key: ObjectKey, due: i64) -> Rc<Object> {
    let template = cron_job.spec().field("jobTemplate");
    let metadata = template.metadata();
    let mut annotations = metadata
        .field("annotations")
        .value
        .as_object()
        .cloned()
        .unwrap_or_default();
    let scheduled = "batch.kubernetes.io/cronjob-scheduled-timestamp".to_owned();
    annotations.insert(scheduled, timestamp(due).into());
    let mut value = json!({
        "apiVersion": "batch/v1", "kind": "Job",
        "metadata": {
            "annotations": annotations, "creationTimestamp": timestamp(tools.now()), "generation": 1,
            "name": &*key.name, "namespace": &*key.namespace,
            "ownerReferences": crate::controllers::workload::owner_references(cron_job),
            "uid": tools.uid(Kind::Job, &key.namespace, &key.name),
        },
        "spec": template.spec().value,
    });
    if metadata.field("labels").value.is_object() {
        value["metadata"]["labels"] = metadata.field("labels").value.clone();
    }
    api::default(Kind::Job, &mut value);
    registry_strategy::prepare_for_create(Kind::Job, &mut value);
    registry_strategy::without_unread_fields(Kind::Job, &mut value);
    tools.insert(Kind::Job, key, value)
}
