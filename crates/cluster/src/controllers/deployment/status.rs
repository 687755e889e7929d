//! The status of a deployment.

use crate::controllers::conditions::{self, StatusCondition};
use crate::controllers::deployment::fenceposts;
use crate::controllers::deployment::replica_sets::ReplicaSets;
use crate::controllers::workload::{NO_LIMIT, replicas, reported};
use crate::store::{Object, Tools, set};
use crate::time::second;
use api::view::Deployment;
use api::{Fields, Kind, Value};
use serde_json::json;
use std::rc::Rc;

/// Writes a condition into the deployment's status, and what `adjust` changes.
pub(crate) fn write_condition(
    tools: &mut Tools,
    deployment: &Rc<Object>,
    condition: &StatusCondition<'_>,
    adjust: impl FnOnce(&mut Value),
) -> Rc<Object> {
    let mut value = deployment.value.clone();
    let mut conditions = deployment.status().field("conditions").list().to_vec();
    conditions::put(&mut conditions, condition, tools.now());
    set(&mut value, &["status", "conditions"], conditions.into());
    adjust(&mut value);
    tools.replace(deployment, value)
}

/// Models: pkg/controller/deployment/sync.go syncDeploymentStatus (v1.36).
pub(crate) fn write_status(tools: &mut Tools, deployment: &Rc<Object>, sets: &ReplicaSets) {
    let status = calculate_status(tools, deployment, sets);
    tools.replace_status(deployment, status);
}

/// Models: pkg/controller/deployment/progress.go syncRolloutStatus (v1.36).
pub(crate) fn write_rollout_status(tools: &mut Tools, deployment: &Rc<Object>, sets: &ReplicaSets) {
    let mut status = calculate_status(tools, deployment, sets);
    let mut conditions = status.field("conditions").list().to_vec();
    let about = sets.new.as_ref().map_or_else(
        || format!("Deployment \"{}\"", deployment.name()),
        |new| format!("ReplicaSet \"{}\"", new.name()),
    );
    let before = conditions::find(deployment, "Progressing").cloned();
    let number = |status: &Value, field: &str| status.field(field).number();
    let done = number(&status, "replicas") == number(&status, "updatedReplicas")
        && conditions::reason(deployment, "Progressing") == Some("NewReplicaSetAvailable");
    if !has_deadline(deployment) {
        conditions.retain(|condition| condition.field("type") != "Progressing");
    } else if done {
        // The rollout was complete before: nothing to report.
    } else if is_complete(deployment, &status) {
        let message = format!("{about} has successfully progressed.");
        let condition = StatusCondition::new("Progressing", "True", "NewReplicaSetAvailable", &message);
        conditions::put(&mut conditions, &condition, tools.now());
    } else if progresses(deployment.value.field("status").value, &status) {
        let message = format!("{about} is progressing.");
        conditions.retain(|condition| condition.field("type") != "Progressing");
        let condition = StatusCondition::new("Progressing", "True", "ReplicaSetUpdated", &message);
        conditions::put_after(&mut conditions, &condition, tools.now(), before.as_ref());
    } else if is_late(deployment, tools.now()) {
        let message = format!("{about} has timed out progressing.");
        let condition = StatusCondition::new("Progressing", "False", TIMED_OUT, &message);
        conditions::put(&mut conditions, &condition, tools.now());
    }
    report_failure(&mut conditions, sets);
    status["conditions"] = conditions.into();
    let waits = !is_complete(deployment, &status);
    let stored = tools.replace_status(deployment, status);
    check_at_deadline(tools, &stored, waits);
}

const TIMED_OUT: &str = "ProgressDeadlineExceeded";

/// The second after which a rollout that has not moved since is given up.
fn deadline(deployment: &Object) -> Option<i64> {
    let updated = conditions::find(deployment, "Progressing")?
        .field("lastUpdateTime")
        .as_text()?;
    let seconds = Deployment::of(&deployment.value).progress_deadline_seconds();
    Some(second(updated)? + seconds)
}

/// Models: pkg/controller/deployment/util/deployment_util.go DeploymentTimedOut (v1.36).
fn is_late(deployment: &Object, now: i64) -> bool {
    match conditions::reason(deployment, "Progressing") {
        None | Some("NewReplicaSetAvailable") => false,
        Some(TIMED_OUT) => true,
        Some(_) => deadline(deployment).is_some_and(|deadline| deadline < now),
    }
}

/// Has a deployment looked at again when its rollout may have taken too long.
///
/// Models: pkg/controller/deployment/progress.go requeueStuckDeployment (v1.36).
fn check_at_deadline(tools: &mut Tools, deployment: &Object, waits: bool) {
    // A rollout that was complete before is not held to its deadline.
    let reason = conditions::reason(deployment, "Progressing");
    let is_over = [Some(TIMED_OUT), Some("NewReplicaSetAvailable")].contains(&reason);
    let deadline = deadline(deployment).filter(|deadline| *deadline >= tools.now());
    let deadline = deadline.filter(|_| waits && !is_over && has_deadline(deployment));
    match deadline {
        Some(deadline) => tools
            .queue
            .set_timer(Kind::Deployment, deployment.key.clone(), deadline + 1),
        None => drop(tools.queue.stop_timer(Kind::Deployment, &deployment.key)),
    }
}

/// Reports that a replica set cannot create pods: the new one goes first.
///
/// Models: pkg/controller/deployment/progress.go getReplicaFailures (v1.36).
fn report_failure(conditions: &mut Vec<Value>, sets: &ReplicaSets) {
    const FAILURE: &str = "ReplicaFailure";
    let found = sets
        .new
        .iter()
        .chain(&sets.old)
        .find_map(|set| conditions::find(set, FAILURE));
    let known = conditions
        .iter()
        .position(|condition| condition.field("type") == FAILURE);
    let Some(found) = found else {
        conditions.retain(|condition| condition.field("type") != FAILURE);
        return;
    };
    if known.is_none() {
        let mut condition = found.clone();
        condition["lastUpdateTime"] = found.field("lastTransitionTime").value.clone();
        conditions.push(condition);
    }
}

/// Models: pkg/controller/deployment/sync.go calculateStatus (v1.36).
fn calculate_status(tools: &Tools, deployment: &Object, sets: &ReplicaSets) -> Value {
    let available = sets.reported("availableReplicas");
    let mut status = json!({"observedGeneration": deployment.metadata().field("generation").as_number()});
    for (field, number) in [
        ("replicas", sets.reported("replicas")),
        (
            "updatedReplicas",
            sets.new.as_ref().map_or(0, |new| reported(new, "replicas")),
        ),
        ("readyReplicas", sets.reported("readyReplicas")),
        ("availableReplicas", available),
        ("unavailableReplicas", (sets.wanted() - available).max(0)),
        ("collisionCount", reported(deployment, "collisionCount")),
    ] {
        if number > 0 {
            status[field] = number.into();
        }
    }
    status["terminatingReplicas"] = sets.reported("terminatingReplicas").into();
    let enough = available >= replicas(deployment) - fenceposts::unavailable(deployment);
    let condition = if enough {
        StatusCondition::new(
            "Available",
            "True",
            "MinimumReplicasAvailable",
            "Deployment has minimum availability.",
        )
    } else {
        StatusCondition::new(
            "Available",
            "False",
            "MinimumReplicasUnavailable",
            "Deployment does not have minimum availability.",
        )
    };
    let mut conditions = deployment.status().field("conditions").list().to_vec();
    conditions::put(&mut conditions, &condition, tools.now());
    status["conditions"] = conditions.into();
    status
}

pub(crate) fn has_deadline(deployment: &Object) -> bool {
    Deployment::of(&deployment.value).progress_deadline_seconds() != NO_LIMIT
}

/// Models: pkg/controller/deployment/util/deployment_util.go DeploymentComplete (v1.36).
pub(crate) fn is_complete(deployment: &Object, status: &Value) -> bool {
    let number = |field: &str| status.field(field).number();
    ["updatedReplicas", "replicas", "availableReplicas"]
        .iter()
        .all(|field| number(field) == replicas(deployment))
        && number("observedGeneration") >= deployment.metadata().field("generation").number()
}

/// Models: pkg/controller/deployment/util/deployment_util.go DeploymentProgressing (v1.36).
fn progresses(before: &Value, status: &Value) -> bool {
    let number = |status: &Value, field: &str| status.field(field).number();
    let old = |status: &Value| number(status, "replicas") - number(status, "updatedReplicas");
    let more = |field: &str| number(status, field) > number(before, field);
    old(status) < old(before) || more("updatedReplicas") || more("readyReplicas") || more("availableReplicas")
}
