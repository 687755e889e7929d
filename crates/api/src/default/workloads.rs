//! Defaults of DaemonSets, ReplicationControllers, Jobs and CronJobs.

use super::fields::{given, list, put, set, set_null};
use crate::{Fields, Map, Value};
use serde_json::json;

/// Models: pkg/apis/apps/v1 SetDefaults_DaemonSet (v1.36).
pub fn daemon_set(spec: &mut Value) {
    let strategy = &mut spec["updateStrategy"];
    set(strategy, "type", json!("RollingUpdate"));
    if strategy.field("type") == "RollingUpdate" {
        set_null(strategy, "rollingUpdate", json!({}));
        set_null(&mut strategy["rollingUpdate"], "maxUnavailable", json!(1));
        set_null(&mut strategy["rollingUpdate"], "maxSurge", json!(0));
    }
    set_null(spec, "revisionHistoryLimit", json!(10));
}

/// Selector and labels default to the labels of the template.
///
/// Models: pkg/apis/core/v1 SetDefaults_ReplicationController (v1.36).
pub fn replication_controller(object: &mut Value) {
    let spec = &mut object["spec"];
    set_null(spec, "replicas", json!(1));
    if given(spec, "template").is_none() {
        return;
    }
    if let Some(labels) = template_labels(spec) {
        set_if_empty(spec, "selector", labels.clone());
        set_if_empty(&mut object["metadata"], "labels", labels);
    }
}

/// Models: pkg/apis/batch/v1 SetDefaults_Job (v1.36).
pub fn job(object: &mut Value) {
    let spec = &mut object["spec"];
    if given(spec, "completions").is_none() && given(spec, "parallelism").is_none() {
        put(spec, "completions", json!(1));
    }
    set_null(spec, "parallelism", json!(1));
    let by_index = given(spec, "backoffLimitPerIndex").is_some();
    set_null(spec, "backoffLimit", json!(if by_index { i32::MAX } else { 6 }));
    set_null(spec, "completionMode", json!("NonIndexed"));
    set_null(spec, "suspend", json!(false));
    let replaces = if given(spec, "podFailurePolicy").is_some() {
        "Failed"
    } else {
        "TerminatingOrFailed"
    };
    set_null(spec, "podReplacementPolicy", json!(replaces));
    set_null(spec, "manualSelector", json!(false));
    job_template(spec);
    if let Some(labels) = template_labels(spec) {
        set_if_empty(&mut object["metadata"], "labels", labels);
    }
}

/// The job template of a CronJob gets none of the defaults of a Job.
///
/// Models: pkg/apis/batch/v1 SetDefaults_CronJob (v1.36).
pub fn cron_job(spec: &mut Value) {
    set(spec, "concurrencyPolicy", json!("Allow"));
    set_null(spec, "suspend", json!(false));
    set_null(spec, "successfulJobsHistoryLimit", json!(3));
    set_null(spec, "failedJobsHistoryLimit", json!(1));
    job_template(&mut spec["jobTemplate"]["spec"]);
}

/// Models: SetDefaults_PodFailurePolicyOnPodConditionsPattern.
fn job_template(spec: &mut Value) {
    if let Some(policy) = given(spec, "podFailurePolicy") {
        for rule in list(policy, "rules") {
            for pattern in list(rule, "onPodConditions") {
                set(pattern, "status", json!("True"));
            }
        }
    }
}

fn template_labels(spec: &Value) -> Option<Value> {
    let labels = spec.pointer("/template/metadata/labels")?;
    labels.is_object().then(|| labels.clone())
}

fn set_if_empty(object: &mut Value, field: &str, labels: Value) {
    let given = object.get(field).and_then(Value::as_object);
    if given.is_none_or(Map::is_empty) {
        put(object, field, labels);
    }
}
