//! Jobs and cron jobs.

use super::description::{Description, or};
use super::moment::rfc1123z;
use super::pod::controlled_by;
use super::workload::describe_template;
use crate::print::age::human;
use crate::print::inline;
use api::Cursor;
use cluster::{Object, second};

/// At how many bytes a list of indexes is cut.
const MAX_INDEXES: usize = 50;

/// Models: kubectl/pkg/describe describeJob (v1.36).
pub(super) fn describe_job(out: &mut Description, job: &Object) {
    let (spec, status) = (job.spec(), job.status());
    out.name_and_namespace(&job.value);
    out.field(0, "Selector", inline::selector(spec.field("selector").value));
    out.labels_and_annotations(&job.value);
    if let Some(controlled_by) = controlled_by(job) {
        out.field(0, "Controlled By", controlled_by);
    }
    number(out, "Parallelism", spec.field("parallelism"), None);
    number(out, "Completions", spec.field("completions"), Some("<unset>"));
    out.text_field(0, "Completion Mode", spec.field("completionMode"));
    if let Some(suspend) = spec.field("suspend").as_flag() {
        out.field(0, "Suspend", suspend);
    }
    number(out, "Backoff Limit", spec.field("backoffLimit"), None);
    number(
        out,
        "TTL Seconds After Finished",
        spec.field("ttlSecondsAfterFinished"),
        None,
    );
    let (start, end) = (
        status.field("startTime").as_text(),
        status.field("completionTime").as_text(),
    );
    if start.is_some() {
        out.field(0, "Start Time", rfc1123z(start));
    }
    if end.is_some() {
        out.field(0, "Completed At", rfc1123z(end));
    }
    if let (Some(start), Some(end)) = (start.and_then(second), end.and_then(second)) {
        out.field(0, "Duration", human(end - start));
    }
    if let Some(seconds) = spec.field("activeDeadlineSeconds").as_number() {
        out.field(0, "Active Deadline Seconds", format_args!("{seconds}s"));
    }
    let count = |field: &str| status.field(field).number();
    let ready = status.field("ready").as_number();
    let ready = ready.map_or_else(String::new, |ready| format!(" ({ready} Ready)"));
    out.field(
        0,
        "Pods Statuses",
        format_args!(
            "{} Active{ready} / {} Succeeded / {} Failed",
            count("active"),
            count("succeeded"),
            count("failed")
        ),
    );
    if spec.field("completionMode") == "Indexed" {
        out.field(0, "Completed Indexes", indexes(status.field("completedIndexes").text()));
    }
    describe_template(out, spec.field("template").value);
}

/// Models: kubectl/pkg/describe describeCronJob, describeJobTemplate (v1.36).
pub(super) fn describe_cron_job(out: &mut Description, job: &Object) {
    let (spec, status) = (job.spec(), job.status());
    out.name_and_namespace(&job.value);
    out.labels_and_annotations(&job.value);
    out.field(0, "Schedule", spec.field("schedule").text());
    out.field(0, "Concurrency Policy", spec.field("concurrencyPolicy").text());
    out.field(
        0,
        "Suspend",
        if spec.field("suspend").flag() { "True" } else { "False" },
    );
    out.field(0, "Time Zone", spec.field("timeZone").as_text().unwrap_or("<unset>"));
    for (title, field) in [
        ("Successful Job History Limit", "successfulJobsHistoryLimit"),
        ("Failed Job History Limit", "failedJobsHistoryLimit"),
    ] {
        number(out, title, spec.field(field), Some("<unset>"));
    }
    let deadline = spec.field("startingDeadlineSeconds").as_number();
    let deadline = deadline.map_or_else(|| "<unset>".to_owned(), |seconds| format!("{seconds}s"));
    out.field(0, "Starting Deadline Seconds", deadline);
    let template = spec.field("jobTemplate").spec();
    let selector = template.field("selector");
    if selector.is_set() {
        out.field(0, "Selector", inline::selector(selector.value));
    } else {
        out.field(0, "Selector", "<unset>");
    }
    number(out, "Parallelism", template.field("parallelism"), Some("<unset>"));
    number(out, "Completions", template.field("completions"), Some("<unset>"));
    if let Some(seconds) = template.field("activeDeadlineSeconds").as_number() {
        out.field(0, "Active Deadline Seconds", format_args!("{seconds}s"));
    }
    describe_template(out, template.field("template").value);
    match status.field("lastScheduleTime").as_text() {
        Some(last) => out.field(0, "Last Schedule Time", rfc1123z(Some(last))),
        None => out.field(0, "Last Schedule Time", "<unset>"),
    }
    let active: Vec<&str> = { status.field("active").items() }
        .map(|it| it.field("name").text())
        .collect();
    out.field(0, "Active Jobs", or(&active.join(", "), "<none>"));
}

fn number(out: &mut Description, title: &str, number: Cursor<'_>, otherwise: Option<&str>) {
    match (number.as_number(), otherwise) {
        (Some(number), _) => out.field(0, title, number),
        (None, Some(otherwise)) => out.field(0, title, otherwise),
        (None, None) => {}
    }
}

/// Models: capIndexesListOrNone.
fn indexes(text: &str) -> String {
    let rest = text.get(MAX_INDEXES..).unwrap_or_default();
    match rest.find(',') {
        Some(comma) => format!("{}...", text.get(..=MAX_INDEXES + comma).unwrap_or_default()),
        None => or(text, "<none>").to_owned(),
    }
}
