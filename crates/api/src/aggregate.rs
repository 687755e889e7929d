//! Total resources of the containers of a pod.
//!
//! Models: component-helpers/resource/helpers.go AggregateContainerRequests, AggregateContainerLimits (v1.36).

use crate::{Value, quantity};
use std::collections::BTreeMap;

/// Amounts by resource.
pub type Amounts = BTreeMap<String, String>;

/// `requests` or `limits` of a pod's containers: the sum over those that run side by side, but at least as much as each
/// container that runs before them.
pub fn aggregate(spec: &Value, list: &str) -> Amounts {
    let containers = |field: &str| spec.get(field).and_then(Value::as_array).into_iter().flatten();
    let mut all = Amounts::new();
    for container in containers("containers") {
        add(&mut all, &amounts(container, list));
    }
    let (mut sidecars, mut before) = (Amounts::new(), Amounts::new());
    for container in containers("initContainers") {
        let mut own = amounts(container, list);
        if container.get("restartPolicy").and_then(Value::as_str) == Some("Always") {
            add(&mut all, &own);
            add(&mut sidecars, &own);
            own.clone_from(&sidecars);
        } else {
            add(&mut own, &sidecars);
        }
        raise(&mut before, &own);
    }
    raise(&mut all, &before);
    all
}

/// `requests` or `limits` of a pod: CPU and memory set on the pod itself replace those of its containers.
///
/// Models: plugin/pkg/admission/limitranger/admission.go podRequests, podLimits (v1.36).
pub fn pod_amounts(spec: &Value, list: &str) -> Amounts {
    let mut all = aggregate(spec, list);
    let whole = amounts(spec, list).into_iter();
    all.extend(whole.filter(|(name, _)| matches!(name.as_str(), "cpu" | "memory")));
    all
}

/// Like [`pod_amounts`], plus the pod's `overhead`.
///
/// Models: component-helpers/resource/helpers.go PodRequests, PodLimits (v1.36).
pub fn pod_amounts_with_overhead(spec: &Value, list: &str) -> Amounts {
    let mut all = aggregate(spec, list);
    let whole = amounts(spec, list).into_iter();
    all.extend(whole.filter(|(name, _)| is_pod_level(name)));
    let overhead = spec.get("overhead").and_then(Value::as_object).into_iter().flatten();
    for (name, amount) in overhead {
        if list == "requests" || all.contains_key(name) {
            let own = Amounts::from([(name.clone(), amount.as_str().unwrap_or_default().to_owned())]);
            add(&mut all, &own);
        }
    }
    all
}

/// Whether a resource can be set on a pod as a whole, not only on its containers.
///
/// Models: SupportedPodLevelResources, IsSupportedPodLevelResource.
pub fn is_pod_level(resource: &str) -> bool {
    matches!(resource, "cpu" | "memory") || resource.starts_with("hugepages-")
}

fn amounts(container: &Value, list: &str) -> Amounts {
    let given = container.get("resources").and_then(|it| it.get(list));
    let entries = given.and_then(Value::as_object).into_iter().flatten();
    entries
        .filter_map(|(name, amount)| Some((name.clone(), quantity::canonical(amount).ok()?)))
        .collect()
}

fn add(to: &mut Amounts, more: &Amounts) {
    for (name, amount) in more {
        let sum = to.get(name).and_then(|it| quantity::sum(it, amount));
        to.insert(name.clone(), sum.unwrap_or_else(|| amount.clone()));
    }
}

fn raise(to: &mut Amounts, least: &Amounts) {
    for (name, amount) in least {
        let lower = to
            .get(name)
            .is_none_or(|it| quantity::nanos(it) < quantity::nanos(amount));
        if lower {
            to.insert(name.clone(), amount.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_runs_before_counts_where_it_needs_more() {
        let asks = |cpu: &str, restart: Option<&str>| json!({"restartPolicy": restart, "resources": {"requests": {"cpu": cpu, "memory": "1Gi"}}});
        let spec = json!({
            "containers": [asks("100m", None), asks("200m", None)],
            "initContainers": [asks("50m", Some("Always")), asks("600m", None), asks("1m", None)],
        });
        let sum = aggregate(&spec, "requests");
        assert_eq!(
            sum.get("cpu").map(String::as_str),
            Some("650m"),
            "600m beside the sidecar's 50m"
        );
        assert_eq!(sum.get("memory").map(String::as_str), Some("3Gi"));
        assert!(aggregate(&spec, "limits").is_empty());
    }
}
