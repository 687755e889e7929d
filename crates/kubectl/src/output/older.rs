//! Objects in an older version than they are kept in: `get hpa.v1.autoscaling -o yaml`.

use crate::line::args::Args;
use api::{Fields, Kind, Value};
use cluster::Cluster;
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

/// The version that the words of a command name, if it is one beside the preferred one of a kind.
pub(crate) fn version_asked<'a>(cluster: &'a Cluster, args: &Args, kind: Kind) -> Option<&'a str> {
    let custom = cluster.custom_versions(kind).into_iter().skip(1);
    let own = kind.older_version().and_then(|it| it.split_once('/'));
    let mut versions = own.map(|(_, version)| version).into_iter().chain(custom);
    let words = || args.words.iter().flat_map(|word| word.split(','));
    let is_named = |version: &&str| {
        let suffix = format!(".{version}.{}", kind.group());
        let mut types = words().filter_map(|word| word.split('/').next());
        types.any(|word| word.to_lowercase().ends_with(&suffix))
    };
    versions.find(is_named)
}

/// An object in the version that the words of a command name, else in the preferred one.
pub(super) fn in_version(cluster: &Cluster, args: &Args, kind: Kind, value: Value) -> Value {
    let asked = version_asked(cluster, args, kind);
    if !kind.is_custom() {
        return match asked {
            Some(version) => autoscaler(&value, &format!("{}/{version}", kind.group())),
            None => value,
        };
    }
    // Objects are kept as the stored version has them.
    if cluster.custom_versions(kind).len() > 1 {
        return cluster.in_version(kind, asked.unwrap_or(kind.version()), &value);
    }
    value
}

/// An autoscaler as v1 tells it: of the metrics the first utilization of the processor, the rest in annotations.
///
/// Models: pkg/apis/autoscaling/v1/conversion.go Convert_autoscaling_HorizontalPodAutoscaler_To_v1_HorizontalPodAutoscaler
/// (v1.36).
fn autoscaler(value: &Value, version: &str) -> Value {
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
