//! Budgets of disruptions: how many pods may go.

use crate::store::{Object, ObjectKey, Tools, set};
use crate::time::timestamp;
use api::{Cursor, Kind, Value};
use serde_json::json;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Models: pkg/controller/disruption/disruption.go trySync, updatePdbStatus (v1.36).
pub(crate) fn reconcile(tools: &mut Tools, key: &ObjectKey) {
    let Some(budget) = tools.store.get(Kind::PodDisruptionBudget, key).cloned() else {
        return;
    };
    let selector = budget.spec().field("selector");
    let pods = tools.store.of_namespace(Kind::Pod, &key.namespace);
    let chosen =
        |pod: &&Rc<Object>| selector.is_set() && crate::controllers::workload::selector_matches(selector.value, pod);
    let pods: Vec<_> = pods.filter(chosen).filter(|pod| !pod.is_over()).cloned().collect();
    if pods.is_empty() {
        tools.event(&budget, "controllermanager", "NoPods", "No matching pods found");
    }
    let (expected, desired) = wanted(tools, &budget, &pods);
    let healthy = pods
        .iter()
        .filter(|pod| pod.is_ready() && !pod.is_terminating())
        .count();
    let healthy = i64::try_from(healthy).unwrap_or_default();
    let allowed = if expected <= 0 { 0 } else { (healthy - desired).max(0) };
    write(tools, &budget, [allowed, healthy, desired, expected]);
}

/// The pods that there should be, and how many of them must be healthy.
///
/// Models: getExpectedPodCount, getExpectedScale.
fn wanted(tools: &Tools, budget: &Object, pods: &[Rc<Object>]) -> (i64, i64) {
    let (min, max) = (
        budget.spec().field("minAvailable"),
        budget.spec().field("maxUnavailable"),
    );
    let count = i64::try_from(pods.len()).unwrap_or_default();
    if max.is_set() {
        let expected = scale(tools, pods);
        return (expected, (expected - part(max, expected)).max(0));
    }
    match min.as_number() {
        Some(min) => (count, min),
        None if min.is_set() => {
            let expected = scale(tools, pods);
            (expected, part(min, expected))
        }
        None => (0, 0),
    }
}

/// A number, or a percentage of all, rounded up.
fn part(amount: Cursor<'_>, all: i64) -> i64 {
    let percent = amount.text().strip_suffix('%').and_then(|it| it.parse::<i64>().ok());
    percent.map_or_else(|| amount.number(), |percent| (percent * all + 99).div_euclid(100))
}

/// The replicas of the workloads behind pods; a replica set counts as its deployment.
fn scale(tools: &Tools, pods: &[Rc<Object>]) -> i64 {
    let mut counts = BTreeMap::new();
    for pod in pods {
        let mut workload = above(tools, pod);
        while let Some(next) = workload.as_ref().and_then(|it| above(tools, it)) {
            workload = Some(next);
        }
        if let Some(workload) = workload {
            let replicas = workload.spec().field("replicas").as_number().unwrap_or_default();
            counts.insert(workload.uid().to_owned(), replicas);
        }
    }
    counts.values().sum()
}

fn above(tools: &Tools, object: &Object) -> Option<Rc<Object>> {
    let controller = object.controller_ref()?;
    tools.store.get(controller.kind?, &controller.key).cloned()
}

fn write(tools: &mut Tools, budget: &Rc<Object>, [allowed, healthy, desired, expected]: [i64; 4]) {
    let generation = budget.metadata().field("generation").number();
    let (status, reason) = if allowed > 0 {
        ("True", "SufficientPods")
    } else {
        ("False", "InsufficientPods")
    };
    let before = budget.status().field("conditions").find("type", "DisruptionAllowed");
    let since = before
        .filter(|it| it.field("status") == status)
        .map(|it| it.field("lastTransitionTime").text());
    let since = since.map_or_else(|| timestamp(tools.now()), str::to_owned);
    let conditions: Value = json!([{
        "lastTransitionTime": since, "message": "", "observedGeneration": generation, "reason": reason,
        "status": status, "type": "DisruptionAllowed",
    }]);
    let mut value = budget.value.clone();
    set(
        &mut value,
        &["status"],
        json!({
            "conditions": conditions, "currentHealthy": healthy, "desiredHealthy": desired,
            "disruptionsAllowed": allowed, "expectedPods": expected, "observedGeneration": generation,
        }),
    );
    tools.replace(budget, value);
}
