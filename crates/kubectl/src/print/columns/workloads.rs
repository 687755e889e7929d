//! Daemon sets, replication controllers, jobs and cron jobs.

use super::column::{AGE, CONTAINERS, Column, IMAGES, NAME, column, none_if_empty, of_template, or_none, wide};
use crate::print::age::{human, since};
use crate::print::inline;
use api::Cursor;
use cluster::{Cluster, Object, second};

pub(super) const DAEMON_SET: &[Column] = &[
    NAME,
    column("DESIRED", |_, set| status(set, "desiredNumberScheduled")),
    column("CURRENT", |_, set| status(set, "currentNumberScheduled")),
    column("READY", |_, set| status(set, "numberReady")),
    column("UP-TO-DATE", |_, set| status(set, "updatedNumberScheduled")),
    column("AVAILABLE", |_, set| status(set, "numberAvailable")),
    column("NODE SELECTOR", |_, set| {
        inline::labels(set.spec().field("template").spec().field("nodeSelector").value)
    }),
    AGE,
    CONTAINERS,
    IMAGES,
    SELECTOR,
];

pub(in crate::print) const SCALE: &[Column] = &[
    NAME,
    column("DESIRED", |_, it| match it.spec().field("replicas").if_set() {
        None if it.kind.is_custom() => "<none>".to_owned(),
        replicas => replicas.map_or(0, Cursor::number).to_string(),
    }),
    column("AVAILABLE", |_, it| status(it, "replicas")),
    AGE,
];

pub(super) const REPLICATION_CONTROLLER: &[Column] = &[
    NAME,
    column("DESIRED", |_, it| it.spec().field("replicas").number().to_string()),
    column("CURRENT", |_, it| status(it, "replicas")),
    column("READY", |_, it| status(it, "readyReplicas")),
    AGE,
    CONTAINERS,
    IMAGES,
    wide("SELECTOR", |_, it| inline::labels(it.spec().field("selector").value)),
];

pub(super) const JOB: &[Column] = &[
    NAME,
    column("STATUS", |_, job| job_status(job).to_owned()),
    column("COMPLETIONS", |_, job| completions(job)),
    column("DURATION", duration),
    AGE,
    CONTAINERS,
    IMAGES,
    SELECTOR,
];

pub(super) const CRON_JOB: &[Column] = &[
    NAME,
    column("SCHEDULE", |_, job| job.spec().field("schedule").text().to_owned()),
    column("TIMEZONE", |_, job| or_none(job.spec().field("timeZone").value)),
    column("SUSPEND", |_, job| {
        if job.spec().field("suspend").flag() {
            "True"
        } else {
            "False"
        }
        .to_owned()
    }),
    column("ACTIVE", |_, job| job.status().field("active").list().len().to_string()),
    column("LAST SCHEDULE", |cluster, job| {
        let last = job.status().field("lastScheduleTime").as_text();
        last.map_or_else(|| "<none>".to_owned(), |_| since(cluster, last))
    }),
    AGE,
    wide("CONTAINERS", |_, job| {
        of_template(job.spec().field("jobTemplate").spec().field("template"), "name")
    }),
    wide("IMAGES", |_, job| {
        of_template(job.spec().field("jobTemplate").spec().field("template"), "image")
    }),
    wide("SELECTOR", |_, job| {
        none_if_empty(inline::selector(
            job.spec().field("jobTemplate").spec().field("selector").value,
        ))
    }),
];

const SELECTOR: Column = wide("SELECTOR", |_, it| {
    none_if_empty(inline::selector(it.spec().field("selector").value))
});

fn status(object: &Object, field: &str) -> String {
    object.status().field(field).number().to_string()
}

/// Models: printJob.
fn job_status(job: &Object) -> &'static str {
    let conditions = job.status().field("conditions");
    let has = |name: &str| {
        conditions
            .find("type", name)
            .is_some_and(|it| it.field("status") == "True")
    };
    let known = ["Complete", "Failed", "Suspended", "FailureTarget", "SuccessCriteriaMet"];
    match known.into_iter().find(|name| has(name)) {
        Some(end @ ("Complete" | "Failed")) => end,
        _ if job.is_terminating() => "Terminating",
        Some(name) => name,
        None => "Running",
    }
}

fn completions(job: &Object) -> String {
    let done = job.status().field("succeeded").number();
    match job.spec().field("completions").as_number() {
        Some(all) => format!("{done}/{all}"),
        None => match job.spec().field("parallelism").number() {
            at_once @ 2.. => format!("{done}/1 of {at_once}"),
            _ => format!("{done}/1"),
        },
    }
}

fn duration(cluster: &Cluster, job: &Object) -> String {
    let time = |field: &str| job.status().field(field).as_text().and_then(second);
    let end = time("completionTime").unwrap_or_else(|| cluster.now());
    time("startTime").map_or_else(String::new, |start| human(end - start))
}
