use super::job::without_selector;
use super::workload::{invalid_selector, not_negative};
use crate::at::At;
use crate::cron::Schedule;
use crate::{Finding, Value};

/// Models: pkg/apis/batch/validation ValidateCronJobCreate (v1.36), without its metadata.
pub fn create(job: &At) -> Vec<Finding> {
    let mut errors = validate(job, None);
    let name = job.field("metadata").field("name");
    if name.text().len() > 52 {
        errors.push(name.invalid("must be no more than 52 characters"));
    }
    errors
}

/// Models: ValidateCronJobUpdate.
pub fn update(job: &At, before: &At) -> Vec<Finding> {
    validate(job, Some(&before.field("spec")))
}

/// Models: validateCronJobSpec.
fn validate(job: &At, old: Option<&At>) -> Vec<Finding> {
    let spec = job.field("spec");
    let (text, zone) = (spec.field("schedule"), spec.field("timeZone"));
    let mut errors = Vec::new();
    if text.text().is_empty() {
        errors.push(text.required(""));
    } else {
        if let Err(why) = Schedule::parse(text.text()) {
            errors.push(text.invalid(why));
        }
        let had_zone = old.is_some_and(|old| old.field("schedule").text().contains("TZ"));
        if text.text().contains("TZ") {
            if had_zone && zone.is_set() {
                errors.push(text.invalid("cannot use both timeZone field and TZ or CRON_TZ in schedule"));
            } else if !had_zone {
                errors.push(text.invalid("cannot use TZ or CRON_TZ in schedule, use timeZone field instead"));
            }
        }
    }
    errors.extend(not_negative(&spec.field("startingDeadlineSeconds")));
    if zone.is_set() && old.is_none_or(|old| old.field("timeZone").value != zone.value) {
        errors.extend(time_zone(&zone));
    }
    errors.extend(spec.field("concurrencyPolicy").one_of(&["Allow", "Forbid", "Replace"]));
    let template = spec.field("jobTemplate").field("spec");
    errors.extend(without_selector(&template));
    let (selector, manual) = (template.field("selector"), template.field("manualSelector"));
    if selector.is_set() {
        errors.push(invalid_selector(&selector, "`selector` will be auto-generated"));
    }
    if manual.value == &Value::Bool(true) {
        errors.push(manual.not_supported(&["nil", "false"]));
    }
    errors.extend(not_negative(&spec.field("successfulJobsHistoryLimit")));
    errors.extend(not_negative(&spec.field("failedJobsHistoryLimit")));
    errors
}

/// Models: validateTimeZone.
/// Differs: the table of zones is not here, so an area of that name is enough.
fn time_zone(zone: &At) -> Vec<Finding> {
    let name = zone.text();
    if name.is_empty() {
        return vec![zone.invalid("timeZone must be nil or non-empty string")];
    }
    let is_part = |part: &str| {
        !matches!(part, "." | "..")
            && !part.starts_with('-')
            && (1..=14).contains(&part.len())
            && part
                .bytes()
                .all(|it| it.is_ascii_alphanumeric() || b".-_+".contains(&it))
    };
    if !name.split('/').all(is_part) {
        return vec![zone.invalid(format!("unknown time zone {name}"))];
    }
    if name.eq_ignore_ascii_case("local") {
        return vec![
            zone.invalid("timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones"),
        ];
    }
    let areas = [
        "Africa",
        "America",
        "Antarctica",
        "Arctic",
        "Asia",
        "Atlantic",
        "Australia",
        "Brazil",
        "Canada",
        "Chile",
        "Etc",
        "Europe",
        "Indian",
        "Mexico",
        "Pacific",
        "US",
    ];
    let alone = [
        "UTC",
        "GMT",
        "UCT",
        "Zulu",
        "Universal",
        "Greenwich",
        "CET",
        "CST6CDT",
        "Cuba",
        "EET",
        "EST",
        "EST5EDT",
        "Egypt",
        "Eire",
        "GB",
        "HST",
        "Hongkong",
        "Iceland",
        "Iran",
        "Israel",
        "Jamaica",
        "Japan",
        "MET",
        "MST",
        "MST7MDT",
        "NZ",
        "PRC",
        "PST8PDT",
        "Poland",
        "Portugal",
        "ROC",
        "ROK",
        "Singapore",
        "Turkey",
        "WET",
    ];
    let is_known = match name.split_once('/') {
        Some((area, _)) => areas.contains(&area),
        None => alone.contains(&name),
    };
    if is_known {
        return Vec::new();
    }
    vec![zone.invalid(format!("unknown time zone {name}"))]
}
