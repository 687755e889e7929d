//! The kubelets' stand-in: runs pods and reports on them.

use crate::memo::kubelet_cache::{self, PodPlace, Start};
use crate::stand_ins::ending::exit_code;
use crate::store::{Object, ObjectKey, Tools, set};
use crate::time::timestamp;
use api::{Fields, Kind, Value};
use serde_json::json;
use std::rc::Rc;

/// The conditions of a pod that has started.
const CONDITIONS: [&str; 5] = [
    "PodReadyToStartContainers",
    "Initialized",
    "Ready",
    "ContainersReady",
    "PodScheduled",
];

/// Runs a pod at the place that the scheduler chose.
pub(crate) fn start(tools: &mut Tools, pod: &Rc<Object>, place: PodPlace) {
    let start = Start {
        place,
        now: tools.now(),
        ready: tools.is_reported_ready(&pod.key),
    };
    let known = kubelet_cache::find(pod, &start);
    let started = match &known {
        Some(started) => tools.write_cached(started),
        None => run(tools, pod, &start.place),
    };
    if known.is_none_or(|known| !Rc::ptr_eq(&known, &started)) {
        kubelet_cache::keep(pod, start, started);
    }
}

fn run(tools: &mut Tools, pod: &Rc<Object>, place: &PodPlace) -> Rc<Object> {
    let mut value = pod.value.clone();
    set(&mut value, &["spec", "nodeName"], (*place.node).into());
    let ended = exit_code(&value);
    let phase = match ended {
        None => "Running",
        Some(0) => "Succeeded",
        Some(_) => "Failed",
    };
    set(&mut value, &["status", "phase"], phase.into());
    place.write_addresses(&mut value);
    set(&mut value, &["status", "startTime"], timestamp(tools.now()).into());
    match ended {
        None => write_readiness(tools, pod, &mut value),
        Some(code) => write_end(tools, pod, &mut value, code),
    }
    // Being bound to a node does not count up the generation.
    tools.write(Kind::Pod, pod.key.clone(), value)
}

/// Says in the status of a pod that no node takes it.
pub(crate) fn report_unscheduled(tools: &mut Tools, pod: &Rc<Object>) {
    let mut value = pod.value.clone();
    let condition = condition("PodScheduled", false, tools.now(), pod);
    set(&mut value, &["status", "conditions"], json!([condition]));
    tools.replace(pod, value);
}

/// Reports a running pod ready or not.
pub(crate) fn report(tools: &mut Tools, key: &ObjectKey) {
    let pod = tools.store.get(Kind::Pod, key);
    let Some(pod) = pod.filter(|pod| pod.pod_ip().is_some() && !pod.is_over()).cloned() else {
        return;
    };
    let mut value = pod.value.clone();
    write_readiness(tools, &pod, &mut value);
    tools.replace(&pod, value);
}

fn write_readiness(tools: &Tools, pod: &Object, value: &mut Value) {
    let ready = tools.is_reported_ready(&pod.key);
    let conditions: Vec<Value> = CONDITIONS
        .iter()
        .map(|name| condition(name, ready || !name.ends_with("eady"), tools.now(), pod))
        .collect();
    set(value, &["status", "conditions"], conditions.into());
    let started = value.status().field("startTime").value.clone();
    let statuses: Vec<Value> = value
        .spec()
        .field("containers")
        .list()
        .iter()
        .map(|container| {
            let image = container.get("image").cloned().unwrap_or_default();
            json!({
                "containerID": "containerd://0", "image": image, "imageID": image, "lastState": {},
                "name": container.get("name"), "ready": ready, "restartCount": 0, "started": true,
                "state": {"running": {"startedAt": started}},
            })
        })
        .collect();
    set(value, &["status", "containerStatuses"], statuses.into());
}

/// Says in the status of a pod that all its containers ended with an exit code.
fn write_end(tools: &Tools, pod: &Object, value: &mut Value, code: i64) {
    let conditions: Vec<Value> = CONDITIONS
        .iter()
        .map(|name| condition(name, matches!(*name, "Initialized" | "PodScheduled"), tools.now(), pod))
        .collect();
    set(value, &["status", "conditions"], conditions.into());
    let now = timestamp(tools.now());
    let reason = if code == 0 { "Completed" } else { "Error" };
    let statuses: Vec<Value> = value
        .field("spec")
        .field("containers")
        .items()
        .map(|container| {
            let image = container.field("image").value;
            json!({
                "containerID": "containerd://0", "image": image, "imageID": image, "lastState": {},
                "name": container.field("name").value, "ready": false, "restartCount": 0, "started": false,
                "state": {"terminated": {
                    "containerID": "containerd://0", "exitCode": code, "finishedAt": now, "reason": reason,
                    "startedAt": now,
                }},
            })
        })
        .collect();
    set(value, &["status", "containerStatuses"], statuses.into());
}

fn condition(name: &str, holds: bool, now: i64, pod: &Object) -> Value {
    let status = if holds { "True" } else { "False" };
    let before = pod
        .status()
        .field("conditions")
        .list()
        .iter()
        .find(|condition| condition.field("type") == name && condition.field("status") == status);
    let since = before.map_or_else(
        || timestamp(now).into(),
        |before| before.field("lastTransitionTime").value.clone(),
    );
    json!({"lastProbeTime": null, "lastTransitionTime": since, "status": status, "type": name})
}
