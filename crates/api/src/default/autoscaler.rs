use super::fields::{set, set_null};
use crate::{Fields, Value};
use serde_json::{Map, json};

const UTILIZATION: i64 = 80;

/// Models: pkg/apis/autoscaling/v2/defaults.go SetDefaults_HorizontalPodAutoscaler (v1.36).
pub fn autoscaler(autoscaler: &mut Value) {
    from_v1(autoscaler);
    let spec = &mut autoscaler["spec"];
    set_null(spec, "minReplicas", json!(1));
    if spec["metrics"].as_array().is_none_or(Vec::is_empty) {
        spec["metrics"] = json!([by_utilization(UTILIZATION)]);
    }
    if spec["behavior"].is_object() {
        for (direction, window, policies) in [
            ("scaleUp", Some(0), json!([policy("Pods", 4), policy("Percent", 100)])),
            ("scaleDown", None, json!([policy("Percent", 100)])),
        ] {
            let rules = &mut spec["behavior"][direction];
            set_null(rules, "selectPolicy", json!("Max"));
            if let Some(window) = window {
                set_null(rules, "stabilizationWindowSeconds", json!(window));
            }
            set_null(rules, "policies", policies);
        }
    }
}

fn policy(kind: &str, value: i64) -> Value {
    json!({"type": kind, "value": value, "periodSeconds": 15})
}

fn by_utilization(percent: i64) -> Value {
    json!({"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": percent}}})
}

/// Converts a v1 autoscaler to v2. Annotations carry the fields that v1 does not have.
///
/// Models: pkg/apis/autoscaling/v1/conversion.go Convert_v1_HorizontalPodAutoscaler_To_autoscaling_HorizontalPodAutoscaler
/// (v1.36).
fn from_v1(autoscaler: &mut Value) {
    if autoscaler.field("apiVersion") != "autoscaling/v1" {
        return;
    }
    autoscaler["apiVersion"] = json!("autoscaling/v2");
    let mut metrics = Vec::new();
    if let Some(spec) = autoscaler["spec"].as_object_mut() {
        let percent = spec.remove("targetCPUUtilizationPercentage");
        metrics.extend(percent.as_ref().and_then(Value::as_i64).map(by_utilization));
    }
    let mut annotations = match autoscaler["metadata"]["annotations"].take() {
        Value::Object(annotations) => annotations,
        _ => Map::new(),
    };
    let mut taken = |name: &str| {
        let value = annotations.remove(&format!("autoscaling.alpha.kubernetes.io/{name}"))?;
        serde_json::from_str::<Value>(value.as_str()?).ok()
    };
    if let Some(Value::Array(others)) = taken("metrics") {
        metrics.splice(0..0, others.into_iter().map(metric_from_v1));
    }
    let behavior = taken("behavior");
    let _ = (taken("conditions"), taken("current-metrics"));
    if annotations.is_empty() {
        super::fields::remove(&mut autoscaler["metadata"], "annotations");
    } else {
        autoscaler["metadata"]["annotations"] = Value::Object(annotations);
    }
    if !metrics.is_empty() {
        autoscaler["spec"]["metrics"] = Value::Array(metrics);
    }
    if let Some(behavior) = behavior {
        set(&mut autoscaler["spec"], "behavior", behavior);
    }
}

/// A metric as v1 writes it in an annotation, with its target beside its name, as v2 has it.
///
/// Models: pkg/apis/autoscaling/v1/conversion.go Convert_v1_ResourceMetricSource_To_autoscaling_ResourceMetricSource and
/// those of the other sources (v1.36).
fn metric_from_v1(mut metric: Value) -> Value {
    for source in ["resource", "containerResource", "pods", "object", "external"] {
        let Some(fields) = metric.get_mut(source).and_then(Value::as_object_mut) else {
            continue;
        };
        let average = if source == "object" {
            "averageValue"
        } else {
            "targetAverageValue"
        };
        let amounts = [
            (
                "averageUtilization",
                "Utilization",
                fields.remove("targetAverageUtilization"),
            ),
            ("value", "Value", fields.remove("targetValue")),
            ("averageValue", "AverageValue", fields.remove(average)),
        ];
        let is_given = |it: &Option<Value>| it.as_ref().is_some_and(|it| !it.is_null());
        let [by_share, by_value, by_average] = &amounts;
        let averages = source == "object" && is_given(&by_average.2);
        let chosen = [by_share, by_value].into_iter().find(|it| is_given(&it.2) && !averages);
        let mut target = Map::from_iter([("type".to_owned(), json!(chosen.unwrap_or(by_average).1))]);
        for (field, _, amount) in amounts {
            // An object's value cannot be left out in v1: zero beside an average says nothing.
            let says_nothing = averages && field == "value" && amount.as_ref().is_some_and(|it| it == "0");
            if let Some(amount) = amount.filter(|it| !it.is_null() && !says_nothing) {
                target.insert(field.to_owned(), amount);
            }
        }
        if let Some(described) = fields.remove("target") {
            fields.insert("describedObject".to_owned(), described);
        }
        if let Some(name) = fields.remove("metricName") {
            let mut identity = Map::from_iter([("name".to_owned(), name)]);
            let selector = fields.remove("selector").or_else(|| fields.remove("metricSelector"));
            identity.extend(selector.map(|it| ("selector".to_owned(), it)));
            fields.insert("metric".to_owned(), Value::Object(identity));
        }
        fields.insert("target".to_owned(), Value::Object(target));
    }
    metric
}
