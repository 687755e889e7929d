//! Objects in an older version than they are kept in: `get hpa.v1.autoscaling -o yaml`.

use crate::line::args::Args;
use api::{Fields, Kind, Value};
use serde_json::json;

/// The fields of conditions and metrics in the order of Go's structs.
const FIELDS: [&str; 22] = [
    "type",
    "status",
    "lastTransitionTime",
    "reason",
    "message",
    "object",
    "pods",
    "resource",
    "containerResource",
    "external",
    "target",
    "kind",
    "name",
    "apiVersion",
    "metricName",
    "metricSelector",
    "targetAverageUtilization",
    "targetValue",
    "targetAverageValue",
    "selector",
    "averageValue",
    "container",
];

/// The version that the words of a command name, if it is the older one of a kind.
pub(super) fn version_asked(args: &Args, kind: Kind) -> Option<&'static str> {
    let older = kind.older_version()?;
    let (group, version) = older.split_once('/')?;
    let suffix = format!(".{version}.{group}");
    let words = args.words.iter().flat_map(|word| word.split(','));
    let mut types = words.filter_map(|word| word.split('/').next());
    types
        .any(|word| word.to_lowercase().ends_with(&suffix))
        .then_some(older)
}

/// An autoscaler as v1 tells it: of the metrics the first utilization of the processor, the rest in annotations.
///
/// Models: pkg/apis/autoscaling/v1/conversion.go Convert_autoscaling_HorizontalPodAutoscaler_To_v1_HorizontalPodAutoscaler
/// (v1.36).
pub(super) fn autoscaler(value: &Value, version: &str) -> Value {
    let mut older = value.clone();
    older["apiVersion"] = version.into();
    let mut notes: Vec<(&str, Value)> = Vec::new();
    let is_processor = |it: &Value| {
        let resource = it.field("resource");
        resource.field("name") == "cpu" && resource.field("target").field("type") == "Utilization"
    };
    let mut metrics = value.field("spec").field("metrics").list().to_vec();
    let place = metrics.iter().position(is_processor);
    let first = place.map(|place| metrics.remove(place));
    if let Some(spec) = older.get_mut("spec").and_then(Value::as_object_mut) {
        spec.remove("metrics");
        if let Some(behavior) = spec.remove("behavior") {
            notes.push(("behavior", behavior));
        }
        if let Some(first) = first {
            let percent = first
                .field("resource")
                .field("target")
                .field("averageUtilization")
                .value;
            spec.insert("targetCPUUtilizationPercentage".to_owned(), percent.clone());
        }
    }
    if !metrics.is_empty() {
        notes.push(("metrics", metrics.iter().map(metric).collect()));
    }
    if let Some(status) = older.get_mut("status").and_then(Value::as_object_mut) {
        status.remove("currentMetrics");
        status.entry("currentReplicas").or_insert_with(|| 0.into());
        if let Some(conditions) = status.remove("conditions") {
            notes.push(("conditions", conditions));
        }
    }
    for (name, note) in notes {
        if !older["metadata"]["annotations"].is_object() {
            older["metadata"]["annotations"] = json!({});
        }
        let text = ordered(&note);
        older["metadata"]["annotations"][format!("autoscaling.alpha.kubernetes.io/{name}")] = text.into();
    }
    older
}

/// A metric with its target beside its name.
fn metric(metric: &Value) -> Value {
    let mut older = metric.clone();
    for source in ["resource", "containerResource", "pods", "object", "external"] {
        let Some(fields) = older.get_mut(source).and_then(Value::as_object_mut) else {
            continue;
        };
        let target = fields.remove("target").unwrap_or_default();
        let average = if source == "object" {
            "averageValue"
        } else {
            "targetAverageValue"
        };
        for (now, then) in [
            ("averageUtilization", "targetAverageUtilization"),
            ("value", "targetValue"),
            ("averageValue", average),
        ] {
            if let Some(amount) = target.get(now) {
                fields.insert(then.to_owned(), amount.clone());
            }
        }
        let selector = if source == "external" {
            "metricSelector"
        } else {
            "selector"
        };
        if let Some(identity) = fields.remove("metric") {
            for (now, then) in [("name", "metricName"), ("selector", selector)] {
                if let Some(part) = identity.get(now) {
                    fields.insert(then.to_owned(), part.clone());
                }
            }
        }
        if let Some(described) = fields.remove("describedObject") {
            fields.insert("target".to_owned(), described);
        }
        if source == "object" {
            fields.entry("targetValue").or_insert_with(|| "0".into());
        }
    }
    older
}

/// A note as JSON, with the fields of conditions and metrics in the order of Go's structs.
fn ordered(note: &Value) -> String {
    match note {
        Value::Array(items) => format!("[{}]", items.iter().map(ordered).collect::<Vec<_>>().join(",")),
        Value::Object(fields) if fields.keys().all(|it| FIELDS.contains(&it.as_str())) => {
            let fields = FIELDS.iter().filter_map(|field| {
                let value = fields.get(*field)?;
                Some(format!("\"{field}\":{}", ordered(value)))
            });
            format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
        }
        other => api::go::json(other),
    }
}
