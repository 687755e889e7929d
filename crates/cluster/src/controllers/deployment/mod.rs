//! Deployments: which replica set has their template, and how they move pods to it from the older ones.

pub(crate) mod deployment_revision;
pub(crate) mod fenceposts;
pub(crate) mod proportional_scaling;
pub(crate) mod replica_sets;
pub(crate) mod rollout;
pub(crate) mod status;
pub(crate) mod template;

use crate::controllers::conditions::{self, StatusCondition};
use crate::controllers::deployment::proportional_scaling::{desired, is_saturated, proportions};
use crate::controllers::deployment::replica_sets::{ReplicaSets, claim, cleanup, scale, scale_always};
use crate::controllers::deployment::rollout::{rollout_recreate, rollout_rolling};
use crate::controllers::deployment::status::{has_deadline, write_condition, write_status};
use crate::controllers::deployment::template::replica_sets_of;
use crate::controllers::workload::replicas;
use crate::store::{Object, ObjectKey, Tools};
use api::Kind;
use api::view::Deployment;
use std::rc::Rc;

/// Brings a deployment's replica sets one step closer to its spec; each change queues the deployment again.
///
/// Models: pkg/controller/deployment/deployment_controller.go syncDeployment (v1.36).
pub(crate) fn reconcile(tools: &mut Tools, key: &ObjectKey) {
    let Some(deployment) = tools.store.get(Kind::Deployment, key).cloned() else {
        return;
    };
    claim(tools, &deployment);
    if deployment.is_terminating() {
        let (deployment, sets) = replica_sets_of(tools, &deployment, false);
        write_status(tools, &deployment, &sets);
        return;
    }
    let deployment = write_pause_condition(tools, &deployment);
    let (deployment, sets) = replica_sets_of(tools, &deployment, false);
    if is_paused(&deployment) || is_scaling_event(&deployment, &sets) {
        sync(tools, &deployment, sets);
    } else if Deployment::of(&deployment.value).recreates() {
        rollout_recreate(tools, &deployment, sets);
    } else {
        rollout_rolling(tools, &deployment);
    }
}

/// Models: pkg/controller/deployment/sync.go checkPausedConditions (v1.36).
fn write_pause_condition(tools: &mut Tools, deployment: &Rc<Object>) -> Rc<Object> {
    if !has_deadline(deployment) {
        return deployment.clone();
    }
    let noted = conditions::reason(deployment, "Progressing");
    let (paused, known) = (is_paused(deployment), noted == Some("DeploymentPaused"));
    if paused == known || noted == Some("ProgressDeadlineExceeded") {
        return deployment.clone();
    }
    let (reason, message) = if paused {
        ("DeploymentPaused", "Deployment is paused")
    } else {
        ("DeploymentResumed", "Deployment is resumed")
    };
    write_condition(
        tools,
        deployment,
        &StatusCondition::new("Progressing", "Unknown", reason, message),
        |_| {},
    )
}

/// Brings the replica sets of a resized or paused deployment to its size.
///
/// Models: pkg/controller/deployment/sync.go sync (v1.36).
fn sync(tools: &mut Tools, deployment: &Rc<Object>, sets: ReplicaSets) {
    let mut sets = sets;
    scale_all(tools, deployment, &mut sets);
    if is_paused(deployment) {
        cleanup(tools, deployment, &sets.old);
    }
    write_status(tools, deployment, &sets);
}

/// Models: pkg/controller/deployment/sync.go scale (v1.36).
fn scale_all(tools: &mut Tools, deployment: &Rc<Object>, sets: &mut ReplicaSets) {
    let wanted = replicas(deployment);
    if let Some(only) = sets.active_or_latest() {
        scale(tools, deployment, sets, &only, wanted);
        return;
    }
    if sets.new.as_ref().is_some_and(|new| is_saturated(deployment, new)) {
        for old in sets.old.clone() {
            scale(tools, deployment, sets, &old, 0);
        }
        return;
    }
    if !fenceposts::is_rolling(deployment) {
        return;
    }
    for (replica_set, size) in proportions(deployment, sets.active()) {
        scale_always(tools, deployment, sets, &replica_set, size);
    }
}

fn is_paused(deployment: &Object) -> bool {
    Deployment::of(&deployment.value).is_paused()
}

/// Whether the deployment asks for another number of pods than when it last scaled its replica sets.
///
/// Models: pkg/controller/deployment/sync.go isScalingEvent (v1.36).
fn is_scaling_event(deployment: &Object, sets: &ReplicaSets) -> bool {
    sets.active()
        .iter()
        .filter_map(|set| desired(set))
        .any(|number| number != replicas(deployment))
}
