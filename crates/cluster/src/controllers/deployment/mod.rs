//! Deployments: which replica set has their template, and how they move pods to it from the older ones.

pub(crate) mod deployment_revision;
pub(crate) mod fenceposts;
pub(crate) mod proportional_scaling;

use crate::controllers::conditions::{self, Condition};
use crate::controllers::deployment::deployment_revision::{HASH, REVISION, annotate, revision, same_template};
use crate::controllers::deployment::proportional_scaling::{annotate_size, desired, is_saturated, proportions};
use crate::controllers::workload::{adopt, owner_references, replicas, selector_matches};
use crate::controllers::{garbage, namespaces};
use crate::names;
use crate::store::fields::{at, list, remove, set};
use crate::store::key::ObjectKey;
use crate::store::object::Object;
use crate::store::tools::Tools;
use api::{Kind, Value};
use base::Order;
use serde_json::json;
use std::rc::Rc;

/// The value of limits and deadlines that means none.
const NO_LIMIT: i64 = 2_147_483_647;

/// A deployment's replica sets.
struct Sets {
    /// The one with its template.
    new: Option<Rc<Object>>,
    /// The others, from oldest to newest.
    old: Vec<Rc<Object>>,
}

impl Sets {
    fn all(&self) -> impl Iterator<Item = &Rc<Object>> {
        self.old.iter().chain(&self.new)
    }

    /// Those that ask for pods.
    fn active(&self) -> Vec<Rc<Object>> {
        self.all().filter(|set| replicas(set) > 0).cloned().collect()
    }

    fn wanted(&self) -> i64 {
        self.all().map(|set| replicas(set)).sum()
    }

    fn reported(&self, field: &str) -> i64 {
        self.all().map(|set| reported(set, field)).sum()
    }

    /// Replaces the state of one of them.
    fn put(&mut self, set: &Rc<Object>) {
        for known in self.old.iter_mut().chain(&mut self.new) {
            if known.uid() == set.uid() {
                *known = set.clone();
            }
        }
    }

    /// The only one that asks for pods; the newest if none does; `None` if several do.
    ///
    /// Models: pkg/controller/deployment/util/deployment_util.go FindActiveOrLatest (v1.36).
    fn active_or_latest(&self) -> Option<Rc<Object>> {
        let active = self.active();
        match active.as_slice() {
            [] => self.new.clone().or_else(|| self.old.last().cloned()),
            [only] => Some(only.clone()),
            _ => None,
        }
    }
}

/// Brings a deployment's replica sets one step closer to its spec; each change queues the deployment again.
///
/// Models: pkg/controller/deployment/deployment_controller.go syncDeployment (v1.36).
pub(crate) fn reconcile(tools: &mut Tools, key: &ObjectKey) {
    let Some(deployment) = tools.store.get(Kind::Deployment, key).cloned() else {
        return;
    };
    claim_replica_sets(tools, &deployment);
    if deployment.is_terminating() {
        let (deployment, sets) = sets_of(tools, &deployment, false);
        report_size(tools, &deployment, &sets);
        return;
    }
    let deployment = note_pause(tools, &deployment);
    let (deployment, sets) = sets_of(tools, &deployment, false);
    if is_paused(&deployment) || is_resized(&deployment, &sets) {
        resize(tools, &deployment, sets);
    } else if deployment.text(&["spec", "strategy", "type"]) == Some("Recreate") {
        recreate(tools, &deployment, sets);
    } else {
        roll(tools, &deployment);
    }
}

/// Adopts replica sets that match and have no controller, and releases those that no longer match.
///
/// Models: pkg/controller/controller_ref_manager.go ClaimReplicaSets (v1.36).
fn claim_replica_sets(tools: &mut Tools, deployment: &Rc<Object>) {
    let selector = deployment.at(&["spec", "selector"]);
    for found in tools.store.owned(deployment.uid(), Kind::ReplicaSet) {
        if !deployment.is_terminating() && !selector_matches(selector, &found) {
            let mut value = found.value.clone();
            garbage::disown(&mut value, deployment.uid());
            tools.replace(&found, value);
        }
    }
    let sets: Vec<_> = tools
        .store
        .orphans(Kind::ReplicaSet, deployment.namespace())
        .filter(|found| !found.is_terminating() && selector_matches(selector, found))
        .cloned()
        .collect();
    for found in sets {
        adopt(tools, &found, deployment);
    }
}

/// Writes a condition when the deployment was paused or resumed.
///
/// Models: pkg/controller/deployment/sync.go checkPausedConditions (v1.36).
fn note_pause(tools: &mut Tools, deployment: &Rc<Object>) -> Rc<Object> {
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
    note(
        tools,
        deployment,
        &Condition::new("Progressing", "Unknown", reason, message),
        |_| {},
    )
}

/// Writes a condition into the deployment's status, and what `adjust` changes.
fn note(
    tools: &mut Tools,
    deployment: &Rc<Object>,
    condition: &Condition<'_>,
    adjust: impl FnOnce(&mut Value),
) -> Rc<Object> {
    let mut value = deployment.value.clone();
    let mut conditions = deployment.list(&["status", "conditions"]).to_vec();
    conditions::put(&mut conditions, condition, tools.now());
    set(&mut value, &["status", "conditions"], conditions.into());
    adjust(&mut value);
    tools.replace(deployment, value)
}

/// The deployment's replica sets, after the new one got the highest revision; creates it if it is missing and `may_make`.
///
/// Models: pkg/controller/deployment/sync.go getAllReplicaSetsAndSyncRevision, getNewReplicaSet (v1.36).
fn sets_of(tools: &mut Tools, deployment: &Rc<Object>, may_make: bool) -> (Rc<Object>, Sets) {
    let mut all = tools.store.owned(deployment.uid(), Kind::ReplicaSet);
    all.order_by(|a, b| (a.created(), a.name()).cmp(&(b.created(), b.name())));
    let new = all.iter().find(|found| same_template(found, deployment)).cloned();
    all.retain(|found| new.as_ref().is_none_or(|new| new.uid() != found.uid()));
    let old = all;
    let newest = old.iter().map(|found| revision(found)).max().unwrap_or(0).max(0) + 1;
    if let Some(new) = new {
        let (deployment, new) = renumber(tools, deployment, &new, newest);
        return (deployment, Sets { new: Some(new), old });
    }
    if may_make && !namespaces::is_closing(&tools.store, deployment.namespace()) {
        return make_replica_set(tools, deployment, old, newest);
    }
    (deployment.clone(), Sets { new: None, old })
}

fn renumber(tools: &mut Tools, deployment: &Rc<Object>, new: &Rc<Object>, newest: i64) -> (Rc<Object>, Rc<Object>) {
    let mut value = new.value.clone();
    annotate(&mut value, deployment, newest);
    let seconds = deployment.at(&["spec", "minReadySeconds"]);
    if seconds.is_null() {
        remove(&mut value, &["spec", "minReadySeconds"]);
    } else {
        set(&mut value, &["spec", "minReadySeconds"], seconds.clone());
    }
    if value != new.value {
        return (deployment.clone(), tools.replace(new, value));
    }
    let revision = new.annotation(REVISION).unwrap_or_default().to_owned();
    let number = |value: &mut Value| set(value, &["metadata", "annotations", REVISION], revision.into());
    let known = conditions::reason(deployment, "Progressing").is_some();
    if has_deadline(deployment) && !known {
        let message = format!("Found new replica set \"{}\"", new.name());
        let condition = Condition::new("Progressing", "True", "FoundNewReplicaSet", &message);
        return (note(tools, deployment, &condition, number), new.clone());
    }
    let mut value = deployment.value.clone();
    number(&mut value);
    (tools.replace(deployment, value), new.clone())
}

fn make_replica_set(
    tools: &mut Tools,
    deployment: &Rc<Object>,
    old: Vec<Rc<Object>>,
    newest: i64,
) -> (Rc<Object>, Sets) {
    let template = deployment.at(&["spec", "template"]);
    let collisions = deployment.number(&["status", "collisionCount"]);
    let hash = names::template_hash(&format!(
        "{template}{}",
        collisions.map(|n| n.to_string()).unwrap_or_default()
    ));
    let key = ObjectKey::new(deployment.namespace(), &format!("{}-{hash}", deployment.name()));
    if tools.store.get(Kind::ReplicaSet, &key).is_some() {
        let mut value = deployment.value.clone();
        let counted = collisions.unwrap_or(0) + 1;
        set(&mut value, &["status", "collisionCount"], counted.into());
        return (tools.replace(deployment, value), Sets { new: None, old });
    }
    let mut template = template.clone();
    set(&mut template, &["metadata", "labels", HASH], hash.clone().into());
    let mut selector = deployment.at(&["spec", "selector"]).clone();
    set(&mut selector, &["matchLabels", HASH], hash.into());
    let taken: i64 = old.iter().map(|set| replicas(set)).sum();
    let wanted = fenceposts::room(deployment, taken, 0);
    let mut value = json!({
        "apiVersion": "apps/v1", "kind": "ReplicaSet",
        "metadata": {"labels": at(&template, &["metadata", "labels"]).clone(), "ownerReferences": owner_references(deployment)},
        "spec": {"replicas": wanted, "selector": selector, "template": template},
        "status": {"replicas": 0},
    });
    let seconds = deployment.at(&["spec", "minReadySeconds"]);
    if !seconds.is_null() {
        value["spec"]["minReadySeconds"] = seconds.clone();
    }
    annotate(&mut value, deployment, newest);
    annotate_size(&mut value, deployment);
    let new = tools.insert(Kind::ReplicaSet, key, value);
    if wanted > 0 {
        let message = format!("Scaled up replica set {} from 0 to {wanted}", new.name());
        tools.event(deployment, "deployment-controller", "ScalingReplicaSet", &message);
    }
    let number = |value: &mut Value| set(value, &["metadata", "annotations", REVISION], newest.to_string().into());
    let message = format!("Created new replica set \"{}\"", new.name());
    let deployment = if has_deadline(deployment) {
        let condition = Condition::new("Progressing", "True", "NewReplicaSetCreated", &message);
        note(tools, deployment, &condition, number)
    } else {
        let mut value = deployment.value.clone();
        number(&mut value);
        tools.replace(deployment, value)
    };
    (deployment, Sets { new: Some(new), old })
}

/// Brings the replica sets of a resized or paused deployment to its size.
///
/// Models: pkg/controller/deployment/sync.go sync (v1.36).
fn resize(tools: &mut Tools, deployment: &Rc<Object>, sets: Sets) {
    let mut sets = sets;
    share_out(tools, deployment, &mut sets);
    if is_paused(deployment) {
        trim_history(tools, deployment, &sets.old);
    }
    report_size(tools, deployment, &sets);
}

/// Models: pkg/controller/deployment/sync.go scale (v1.36).
fn share_out(tools: &mut Tools, deployment: &Rc<Object>, sets: &mut Sets) {
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
    for (found, size) in proportions(deployment, sets.active()) {
        scale_anyway(tools, deployment, sets, &found, size);
    }
}

/// A step of a rolling update: adds as many new pods as there is room for, else removes old ones that can be spared.
///
/// Models: pkg/controller/deployment/rolling.go rolloutRolling (v1.36).
fn roll(tools: &mut Tools, deployment: &Rc<Object>) {
    let (deployment, mut sets) = sets_of(tools, deployment, true);
    if !grow(tools, &deployment, &mut sets)
        && !shrink(tools, &deployment, &mut sets)
        && is_complete(&deployment, at(&deployment.value, &["status"]))
    {
        trim_history(tools, &deployment, &sets.old);
    }
    report_rollout(tools, &deployment, &sets);
}

/// Models: pkg/controller/deployment/rolling.go reconcileNewReplicaSet (v1.36).
fn grow(tools: &mut Tools, deployment: &Rc<Object>, sets: &mut Sets) -> bool {
    let Some(new) = sets.new.clone() else { return false };
    let (wanted, have) = (replicas(deployment), replicas(&new));
    let size = if have > wanted {
        wanted
    } else {
        fenceposts::room(deployment, sets.wanted(), have)
    };
    scale(tools, deployment, sets, &new, size)
}

/// Models: pkg/controller/deployment/rolling.go reconcileOldReplicaSets (v1.36).
fn shrink(tools: &mut Tools, deployment: &Rc<Object>, sets: &mut Sets) -> bool {
    let Some(new) = sets.new.clone() else { return false };
    let least = replicas(deployment) - fenceposts::unavailable(deployment);
    let missing = replicas(&new) - reported(&new, "availableReplicas");
    let spare = sets.wanted() - least - missing;
    if sets.wanted() == replicas(&new) || spare <= 0 {
        return false;
    }
    let mut unhealthy = spare;
    for old in sets.old.clone() {
        let step = (replicas(&old) - reported(&old, "availableReplicas")).min(unhealthy);
        if replicas(&old) > 0 && step > 0 {
            scale(tools, deployment, sets, &old, replicas(&old) - step);
            unhealthy -= step;
        }
    }
    let mut healthy = sets.reported("availableReplicas") - least;
    let mut scaled = unhealthy < spare;
    for old in sets.old.clone() {
        let step = replicas(&old).min(healthy);
        if step > 0 {
            scaled |= scale(tools, deployment, sets, &old, replicas(&old) - step);
            healthy -= step;
        }
    }
    scaled
}

/// Deletes all old pods before it creates new ones.
///
/// Models: pkg/controller/deployment/recreate.go rolloutRecreate (v1.36).
fn recreate(tools: &mut Tools, deployment: &Rc<Object>, mut sets: Sets) {
    let mut scaled = false;
    for old in sets.old.clone() {
        scaled |= scale(tools, deployment, &mut sets, &old, 0);
    }
    if scaled || has_old_pods(tools, deployment, &sets) {
        report_rollout(tools, deployment, &sets);
        return;
    }
    let (deployment, mut sets) = if sets.new.is_none() {
        sets_of(tools, deployment, true)
    } else {
        (deployment.clone(), sets)
    };
    if let Some(new) = sets.new.clone() {
        scale(tools, &deployment, &mut sets, &new, replicas(&deployment));
    }
    if is_complete(&deployment, at(&deployment.value, &["status"])) {
        trim_history(tools, &deployment, &sets.old);
    }
    report_rollout(tools, &deployment, &sets);
}

/// Models: pkg/controller/deployment/recreate.go oldPodsRunning (v1.36).
fn has_old_pods(tools: &Tools, deployment: &Object, sets: &Sets) -> bool {
    let runs = |pod: &Rc<Object>| !pod.is_over();
    let known = tools.store.owned(deployment.uid(), Kind::ReplicaSet);
    sets.old.iter().any(|old| reported(old, "replicas") > 0)
        || known
            .iter()
            .filter(|found| sets.new.as_ref().is_none_or(|new| new.uid() != found.uid()))
            .any(|found| tools.store.owned(found.uid(), Kind::Pod).iter().any(runs))
}

/// Scales a replica set; returns whether its size changed.
fn scale(tools: &mut Tools, deployment: &Rc<Object>, sets: &mut Sets, found: &Rc<Object>, to: i64) -> bool {
    replicas(found) != to && scale_anyway(tools, deployment, sets, found, to)
}

/// Models: pkg/controller/deployment/sync.go scaleReplicaSet (v1.36).
fn scale_anyway(tools: &mut Tools, deployment: &Rc<Object>, sets: &mut Sets, found: &Rc<Object>, to: i64) -> bool {
    let from = replicas(found);
    let mut value = found.value.clone();
    set(&mut value, &["spec", "replicas"], to.into());
    annotate_size(&mut value, deployment);
    sets.put(&tools.replace(found, value));
    if from == to {
        return false;
    }
    let way = if to > from { "up" } else { "down" };
    let message = format!("Scaled {way} replica set {} from {from} to {to}", found.name());
    tools.event(deployment, "deployment-controller", "ScalingReplicaSet", &message);
    true
}

/// Erases the oldest replica sets beyond the history limit.
///
/// Models: pkg/controller/deployment/sync.go cleanupDeployment (v1.36).
fn trim_history(tools: &mut Tools, deployment: &Object, old: &[Rc<Object>]) {
    let Some(limit) = deployment
        .number(&["spec", "revisionHistoryLimit"])
        .filter(|limit| *limit != NO_LIMIT)
    else {
        return;
    };
    let mut kept: Vec<_> = old.iter().filter(|found| !found.is_terminating()).collect();
    kept.order_by_key(|found| (revision(found), found.created()));
    let surplus = kept.len().saturating_sub(usize::try_from(limit).unwrap_or_default());
    for found in kept.into_iter().take(surplus) {
        let seen = reported(found, "observedGeneration") >= found.number(&["metadata", "generation"]).unwrap_or(0);
        if replicas(found) == 0 && reported(found, "replicas") == 0 && seen {
            garbage::erase(tools, Kind::ReplicaSet, &found.key);
        }
    }
}

/// Models: pkg/controller/deployment/sync.go syncDeploymentStatus (v1.36).
fn report_size(tools: &mut Tools, deployment: &Rc<Object>, sets: &Sets) {
    let mut value = deployment.value.clone();
    value["status"] = deployment_status(tools, deployment, sets);
    tools.replace(deployment, value);
}

/// Models: pkg/controller/deployment/progress.go syncRolloutStatus (v1.36).
fn report_rollout(tools: &mut Tools, deployment: &Rc<Object>, sets: &Sets) {
    let mut status = deployment_status(tools, deployment, sets);
    let mut conditions = list(at(&status, &["conditions"])).to_vec();
    let about = sets.new.as_ref().map_or_else(
        || format!("Deployment \"{}\"", deployment.name()),
        |new| format!("ReplicaSet \"{}\"", new.name()),
    );
    let before = conditions::find(deployment, "Progressing").cloned();
    let number = |status: &Value, field: &str| at(status, &[field]).as_i64().unwrap_or(0);
    let done = number(&status, "replicas") == number(&status, "updatedReplicas")
        && conditions::reason(deployment, "Progressing") == Some("NewReplicaSetAvailable");
    if !has_deadline(deployment) {
        conditions.retain(|condition| at(condition, &["type"]) != "Progressing");
    } else if done {
        // The rollout was complete before: nothing to report.
    } else if is_complete(deployment, &status) {
        let message = format!("{about} has successfully progressed.");
        let condition = Condition::new("Progressing", "True", "NewReplicaSetAvailable", &message);
        conditions::put(&mut conditions, &condition, tools.now());
    } else if progresses(at(&deployment.value, &["status"]), &status) {
        let message = format!("{about} is progressing.");
        conditions.retain(|condition| at(condition, &["type"]) != "Progressing");
        let condition = Condition::new("Progressing", "True", "ReplicaSetUpdated", &message);
        conditions::put_after(&mut conditions, &condition, tools.now(), before.as_ref());
    }
    status["conditions"] = conditions.into();
    let mut value = deployment.value.clone();
    value["status"] = status;
    tools.replace(deployment, value);
}

/// Models: pkg/controller/deployment/sync.go calculateStatus (v1.36).
fn deployment_status(tools: &Tools, deployment: &Object, sets: &Sets) -> Value {
    let available = sets.reported("availableReplicas");
    let mut status = json!({"observedGeneration": deployment.number(&["metadata", "generation"])});
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
        Condition::new(
            "Available",
            "True",
            "MinimumReplicasAvailable",
            "Deployment has minimum availability.",
        )
    } else {
        Condition::new(
            "Available",
            "False",
            "MinimumReplicasUnavailable",
            "Deployment does not have minimum availability.",
        )
    };
    let mut conditions = deployment.list(&["status", "conditions"]).to_vec();
    conditions::put(&mut conditions, &condition, tools.now());
    status["conditions"] = conditions.into();
    status
}

pub(crate) fn reported(object: &Object, field: &str) -> i64 {
    object.number(&["status", field]).unwrap_or(0)
}

fn is_paused(deployment: &Object) -> bool {
    deployment.at(&["spec", "paused"]) == &Value::Bool(true)
}

fn has_deadline(deployment: &Object) -> bool {
    deployment
        .number(&["spec", "progressDeadlineSeconds"])
        .is_some_and(|seconds| seconds != NO_LIMIT)
}

/// Whether the deployment asks for another number of pods than when it last scaled its replica sets.
///
/// Models: pkg/controller/deployment/sync.go isScalingEvent (v1.36).
fn is_resized(deployment: &Object, sets: &Sets) -> bool {
    sets.active()
        .iter()
        .filter_map(|set| desired(set))
        .any(|number| number != replicas(deployment))
}

/// Models: pkg/controller/deployment/util/deployment_util.go DeploymentComplete (v1.36).
fn is_complete(deployment: &Object, status: &Value) -> bool {
    let number = |field: &str| at(status, &[field]).as_i64().unwrap_or(0);
    ["updatedReplicas", "replicas", "availableReplicas"]
        .iter()
        .all(|field| number(field) == replicas(deployment))
        && number("observedGeneration") >= deployment.number(&["metadata", "generation"]).unwrap_or(0)
}

/// Models: pkg/controller/deployment/util/deployment_util.go DeploymentProgressing (v1.36).
fn progresses(before: &Value, status: &Value) -> bool {
    let number = |status: &Value, field: &str| at(status, &[field]).as_i64().unwrap_or(0);
    let old = |status: &Value| number(status, "replicas") - number(status, "updatedReplicas");
    let more = |field: &str| number(status, field) > number(before, field);
    old(status) < old(before) || more("updatedReplicas") || more("readyReplicas") || more("availableReplicas")
}
