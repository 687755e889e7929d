//! Horizontal pod autoscalers on a cluster without metrics.
//!
//! They keep the number of replicas within their bounds, and report that there are no metrics.

use crate::controllers::workload::replicas;
use crate::store::{Object, ObjectKey, Tools, set};
use crate::time::{second, timestamp};
use api::{Cursor, Kind, Value};
use serde_json::json;
use std::rc::Rc;

/// How many seconds lie between two looks: `--horizontal-pod-autoscaler-sync-period`.
const PERIOD: i64 = 15;

/// What an autoscaler decides at one look.
enum Verdict {
    /// Its target cannot be found; the reason.
    NoTarget(String),
    /// The target has no replicas on purpose.
    Disabled,
    /// The number of replicas is out of bounds: the new one, and why.
    Rescale(i64, &'static str),
    /// No metric of these can be had: for each an event, and what is said of it.
    NoMetrics(Vec<FailedMetric>),
}

struct FailedMetric {
    reason: &'static str,
    error: String,
    /// What stands before the error where all failures are summed up.
    of: String,
}

/// Looks at an autoscaler if it is time to.
///
/// Models: pkg/controller/podautoscaler/horizontal.go reconcileAutoscaler (v1.36).
/// Differs: the events of metrics that fail are recorded once, not at each look.
pub(crate) fn reconcile(tools: &mut Tools, key: &ObjectKey) {
    let Some(autoscaler) = tools.store.get(Kind::HorizontalPodAutoscaler, key).cloned() else {
        return;
    };
    let now = tools.now();
    let created = autoscaler.metadata().field("creationTimestamp").as_text();
    let age = now - created.and_then(second).unwrap_or(now);
    let next = now + PERIOD - age.rem_euclid(PERIOD);
    let has_scaled_now = autoscaler.status().field("lastScaleTime").as_text() == Some(&timestamp(now));
    if age < PERIOD || age % PERIOD != 0 || has_scaled_now {
        tools.queue.wake_at(Kind::HorizontalPodAutoscaler, key, next);
        return;
    }
    look(tools, &autoscaler, next);
}

/// Has the autoscalers of a workload look at it again, if its replicas are not those that they saw.
pub(crate) fn wake(tools: &mut Tools, kind: Kind, key: &ObjectKey) {
    let Some(workload) = tools.store.get(kind, key) else {
        return;
    };
    let seen = |autoscaler: &&Rc<Object>| {
        let target = autoscaler.spec().field("scaleTargetRef");
        target.field("kind").text() == kind.name()
            && target.field("name").text() == workload.name()
            && autoscaler.status().field("currentReplicas").number() != replicas(workload)
    };
    let own = tools.store.of_namespace(Kind::HorizontalPodAutoscaler, &key.namespace);
    let keys: Vec<ObjectKey> = own.filter(seen).map(|it| it.key.clone()).collect();
    for key in keys {
        tools.queue.add(Kind::HorizontalPodAutoscaler, key);
    }
}

fn look(tools: &mut Tools, autoscaler: &Rc<Object>, next: i64) {
    let now = tools.now();
    let target = target(tools, autoscaler);
    let current = target.as_ref().map_or(0, |it| replicas(it));
    let verdict = match target.as_ref() {
        Err(why) => Verdict::NoTarget(why.clone()),
        Ok(target) => judge(autoscaler, replicas(target)),
    };
    let mut conditions = autoscaler.status().field("conditions").list().to_vec();
    let mut put = |kind: &str, status: &str, reason: &str, message: &str| {
        put_condition(&mut conditions, kind, status, reason, message, now);
    };
    let found = "the HPA controller was able to get the target's current scale";
    let mut status = autoscaler.status().value.clone();
    let mut events = Vec::new();
    if !matches!(verdict, Verdict::NoTarget(_)) {
        put("AbleToScale", "True", "SucceededGetScale", found);
        status["currentReplicas"] = current.into();
    }
    match &verdict {
        Verdict::NoTarget(why) => {
            let message = format!("the HPA controller was unable to get the target's current scale: {why}");
            put("AbleToScale", "False", "FailedGetScale", &message);
            events.push(("Warning", "FailedGetScale", why.clone()));
        }
        Verdict::Disabled => {
            let message = "scaling is disabled since the replica count of the target is zero";
            put("ScalingActive", "False", "ScalingDisabled", message);
            status["desiredReplicas"] = current.into();
            status["currentMetrics"] = Value::Null;
        }
        Verdict::Rescale(wanted, why) => {
            let message = format!("the HPA controller was able to update the target scale to {wanted}");
            put("AbleToScale", "True", "SucceededRescale", &message);
            events.push((
                "Normal",
                "SuccessfulRescale",
                format!("New size: {wanted}; reason: {why}"),
            ));
            status["desiredReplicas"] = (*wanted).into();
            status["currentMetrics"] = Value::Null;
            status["lastScaleTime"] = timestamp(now).into();
        }
        Verdict::NoMetrics(failed) => {
            if let Some(first) = failed.first() {
                let message = format!("the HPA was unable to compute the replica count: {}", first.error);
                put("ScalingActive", "False", first.reason, &message);
                let (count, error) = (failed.len(), format!("{}: {}", first.of, first.error));
                let all = format!("invalid metrics ({count} invalid out of {count}), first error is: {error}");
                let each = failed.iter().map(|it| ("Warning", it.reason, it.error.clone()));
                events.extend(each.chain([("Warning", "FailedComputeMetricsReplicas", all)]));
            }
            status["currentMetrics"] = failed.iter().map(|_| json!({"type": ""})).collect();
        }
    }
    status["conditions"] = conditions.into();
    if &status == autoscaler.status().value {
        return;
    }
    let autoscaler = tools.replace_status(autoscaler, status);
    for (kind, reason, message) in events {
        tools.event_of_type(kind, &autoscaler, "horizontal-pod-autoscaler", reason, &message);
    }
    if let (Verdict::Rescale(wanted, _), Ok(target)) = (verdict, target) {
        let mut value = target.value.clone();
        set(&mut value, &["spec", "replicas"], wanted.into());
        let generation = value["metadata"]["generation"].as_i64().unwrap_or(0) + 1;
        set(&mut value, &["metadata", "generation"], generation.into());
        tools.replace(&target, value);
        tools
            .queue
            .wake_at(Kind::HorizontalPodAutoscaler, &autoscaler.key, next);
    }
}

/// Whether a kind has replicas that an autoscaler may change.
pub(crate) fn scales(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Deployment | Kind::ReplicaSet | Kind::StatefulSet | Kind::ReplicationController
    )
}

/// What is to be scaled, or why it cannot be found.
fn target(tools: &Tools, autoscaler: &Object) -> Result<Rc<Object>, String> {
    let reference = autoscaler.spec().field("scaleTargetRef");
    let [version, kind, name] = ["apiVersion", "kind", "name"].map(|it| reference.field(it).text());
    let Some(kind) = Kind::of(version, kind) else {
        let group = version.split_once('/').map_or("", |(group, _)| group);
        return Err(format!("no matches for kind {kind:?} in group {group:?}"));
    };
    if !scales(kind) {
        return Err("the server could not find the requested resource".to_owned());
    }
    let found = tools.store.find(kind, autoscaler.namespace(), name).cloned();
    found.ok_or_else(|| format!("{} {name:?} not found", kind.qualified_resource()))
}

fn judge(autoscaler: &Object, current: i64) -> Verdict {
    let spec = autoscaler.spec();
    let (least, most) = (
        spec.field("minReplicas").as_number().unwrap_or(1),
        spec.field("maxReplicas").number(),
    );
    if current == 0 {
        Verdict::Disabled
    } else if current > most {
        Verdict::Rescale(most, "Current number of replicas above Spec.MaxReplicas")
    } else if current < least {
        Verdict::Rescale(least, "Current number of replicas below Spec.MinReplicas")
    } else {
        let namespace = autoscaler.namespace();
        Verdict::NoMetrics(spec.field("metrics").items().map(|it| failed(it, namespace)).collect())
    }
}

/// How the request for a metric fails where nothing serves metrics.
///
/// Models: computeReplicasForMetric, replica_calculator.go.
fn failed(metric: Cursor<'_>, namespace: &str) -> FailedMetric {
    let none = "the server could not find the requested resource (get pods.metrics.k8s.io)";
    let of_resource = |source: Cursor<'_>| {
        let name = source.field("name").text();
        let what = if source.field("target").field("averageValue").is_set() {
            "usage"
        } else {
            "utilization"
        };
        format!(
            "failed to get {name} {what}: unable to get metrics for resource {name}: unable to fetch metrics from resource metrics API: {none}"
        )
    };
    let unserved = |api: &str| {
        format!(
            "unable to fetch metrics from {api} metrics API: no {api} metrics API ({api}.metrics.k8s.io) registered"
        )
    };
    let named = |source: Cursor<'_>| source.field("metric").field("name").text().to_owned();
    let source = |field: &str| metric.field(field);
    match metric.field("type").text() {
        "ContainerResource" => FailedMetric {
            reason: "FailedGetContainerResourceMetric",
            error: of_resource(source("containerResource")),
            of: format!(
                "failed to get {} container metric value",
                source("containerResource").field("container").text()
            ),
        },
        "Pods" => FailedMetric {
            reason: "FailedGetPodsMetric",
            error: format!("unable to get metric {}: {}", named(source("pods")), unserved("custom")),
            of: "failed to get pods metric value".to_owned(),
        },
        "Object" => {
            let object = source("object").field("describedObject");
            FailedMetric {
                reason: "FailedGetObjectMetric",
                error: format!(
                    "unable to get metric {}: {} on {namespace} {}/{}",
                    named(source("object")),
                    object.field("kind").text(),
                    object.field("name").text(),
                    unserved("custom")
                ),
                of: "failed to get object metric value".to_owned(),
            }
        }
        "External" => {
            let name = named(source("external"));
            FailedMetric {
                reason: "FailedGetExternalMetric",
                error: format!(
                    "unable to get external metric {namespace}/{name}/{}: {}",
                    selector(source("external").field("metric").field("selector")),
                    unserved("external")
                ),
                of: format!("failed to get {name} external metric value"),
            }
        }
        _ => FailedMetric {
            reason: "FailedGetResourceMetric",
            error: of_resource(source("resource")),
            of: format!(
                "failed to get {} resource metric value",
                source("resource").field("name").text()
            ),
        },
    }
}

/// A label selector as Go prints a pointer to one.
fn selector(selector: Cursor<'_>) -> String {
    if !selector.is_set() {
        return "nil".to_owned();
    }
    let labels: Vec<String> = { selector.field("matchLabels").text_entries() }
        .map(|(key, value)| format!("{key}: {value},"))
        .collect();
    format!(
        "&LabelSelector{{MatchLabels:map[string]string{{{}}},MatchExpressions:[]LabelSelectorRequirement{{}},}}",
        labels.join("")
    )
}

/// Models: setConditionInList: a condition stays in its place, and its time changes with its status.
fn put_condition(conditions: &mut Vec<Value>, kind: &str, status: &str, reason: &str, message: &str, now: i64) {
    let place = conditions.iter().position(|it| it["type"] == kind);
    let before = place.and_then(|place| conditions.get(place));
    let since = before.filter(|it| it["status"] == status);
    let since = since.map_or_else(|| timestamp(now).into(), |it| it["lastTransitionTime"].clone());
    let condition = json!({
        "lastTransitionTime": since, "message": message, "reason": reason, "status": status, "type": kind,
    });
    match place.and_then(|place| conditions.get_mut(place)) {
        Some(known) => *known = condition,
        None => conditions.push(condition),
    }
}
