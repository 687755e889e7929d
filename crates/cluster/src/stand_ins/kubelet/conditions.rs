//! The conditions of a pod that has a node.
//!
//! Models: pkg/kubelet/status/generate.go (v1.36).

use super::container::{Container, Role};
use crate::time::timestamp;
use api::{Fields, Value};
use serde_json::json;

/// A condition's reason and message where it does not hold.
type Why = (&'static str, String);

/// The names of containers as Go prints a list.
fn listed<'a>(containers: impl Iterator<Item = &'a Container<'a>>) -> Option<String> {
    let names: Vec<&str> = containers.map(Container::name).collect();
    (!names.is_empty()).then(|| format!("[{}]", names.join(" ")))
}

fn containers_ready(containers: &[Container<'_>], phase: &str) -> Option<Why> {
    match phase {
        "Succeeded" => return Some(("PodCompleted", String::new())),
        "Failed" => return Some(("PodFailed", String::new())),
        _ => {}
    }
    let lasting = |role: Role| containers.iter().filter(move |it| it.role == role && !it.ready);
    let unready = listed(lasting(Role::Sidecar).chain(lasting(Role::Main)))?;
    Some((
        "ContainersNotReady",
        format!("containers with unready status: {unready}"),
    ))
}

fn gates_ready(pod: &Value) -> Option<Why> {
    let conditions = pod.status().field("conditions");
    let gates = pod.spec().field("readinessGates").items();
    let missing = gates.filter_map(|gate| {
        let name = gate.field("conditionType").text();
        match conditions.find("type", name) {
            None => Some(format!(
                "corresponding condition of pod readiness gate \"{name}\" does not exist."
            )),
            Some(found) if found.field("status") != "True" => Some(format!(
                "the status of pod readiness gate \"{name}\" is not \"True\", but {}",
                found.field("status").text()
            )),
            Some(_) => None,
        }
    });
    let missing: Vec<String> = missing.collect();
    (!missing.is_empty()).then(|| ("ReadinessGatesNotReady", missing.join(", ")))
}

fn initialized(containers: &[Container<'_>]) -> Option<Why> {
    if containers.iter().any(|it| it.role == Role::Main && !it.is_new()) {
        return None;
    }
    let incomplete = containers.iter().filter(|it| match it.role {
        Role::Init => !it.is_done(),
        Role::Sidecar => !it.started,
        Role::Main => false,
    });
    let incomplete = listed(incomplete)?;
    Some((
        "ContainersNotInitialized",
        format!("containers with incomplete status: {incomplete}"),
    ))
}

/// All conditions of a pod; those that others wrote stay.
pub(crate) fn conditions(
    pod: &Value,
    containers: &[Container<'_>],
    phase: &str,
    has_sandbox: bool,
    now: i64,
) -> Vec<Value> {
    let unready = containers_ready(containers, phase);
    let own: [(&str, Option<Why>); 5] = [
        ("PodReadyToStartContainers", (!has_sandbox).then(Default::default)),
        ("Initialized", initialized(containers)),
        ("Ready", unready.clone().or_else(|| gates_ready(pod))),
        ("ContainersReady", unready),
        ("PodScheduled", None),
    ];
    let known = pod.status().field("conditions");
    let generation = pod.metadata().field("generation").value;
    let is_own = |condition: &&Value| own.iter().any(|(name, _)| condition.field("type") == *name);
    let others = known.list().iter().filter(|condition| !is_own(condition)).cloned();
    let others: Vec<Value> = others.collect();
    let written = own.into_iter().map(|(name, why)| {
        let status = if why.is_none() { "True" } else { "False" };
        let before = known
            .find("type", name)
            .filter(|before| before.field("status") == status);
        let since = before.map_or_else(
            || timestamp(now).into(),
            |before| before.field("lastTransitionTime").value.clone(),
        );
        let mut condition = json!({
            "lastProbeTime": null, "lastTransitionTime": since, "observedGeneration": generation, "status": status,
            "type": name,
        });
        let (reason, message) = match (why, name, phase) {
            (None, "Initialized", "Succeeded") => ("PodCompleted", String::new()),
            (why, ..) => why.unwrap_or_default(),
        };
        for (field, text) in [("reason", reason), ("message", message.as_str())] {
            if !text.is_empty() {
                condition[field] = text.into();
            }
        }
        condition
    });
    written.chain(others).collect()
}
