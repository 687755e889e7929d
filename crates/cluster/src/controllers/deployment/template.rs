//! Which replica set has the template of a deployment.

use crate::controllers::conditions::{self, StatusCondition};
use crate::controllers::deployment::deployment_revision::{HASH, REVISION, annotate, revision, same_template};
use crate::controllers::deployment::fenceposts;
use crate::controllers::deployment::proportional_scaling::annotate_size;
use crate::controllers::deployment::replica_sets::ReplicaSets;
use crate::controllers::deployment::status::{has_deadline, write_condition};
use crate::controllers::namespaces;
use crate::controllers::workload::{owner_references, replicas};
use crate::names;
use crate::store::{Object, ObjectKey, Tools, remove, set};
use api::{Fields, Kind, Value};
use base::Order;
use serde_json::json;
use std::rc::Rc;

/// The deployment's replica sets, after the new one got the highest revision; creates it if it is missing and `may_create`.
///
/// Models: pkg/controller/deployment/sync.go getAllReplicaSetsAndSyncRevision, getNewReplicaSet (v1.36).
pub(crate) fn replica_sets_of(
    tools: &mut Tools,
    deployment: &Rc<Object>,
    may_create: bool,
) -> (Rc<Object>, ReplicaSets) {
    let mut all = tools.store.owned(deployment.uid(), Kind::ReplicaSet);
    all.order_by(|a, b| (a.created(), a.name()).cmp(&(b.created(), b.name())));
    let new = all
        .iter()
        .find(|replica_set| same_template(replica_set, deployment))
        .cloned();
    all.retain(|replica_set| new.as_ref().is_none_or(|new| new.uid() != replica_set.uid()));
    let old = all;
    let newest = old
        .iter()
        .map(|replica_set| revision(replica_set))
        .max()
        .unwrap_or(0)
        .max(0)
        + 1;
    if let Some(new) = new {
        let (deployment, new) = sync_revision(tools, deployment, &new, newest);
        return (deployment, ReplicaSets { new: Some(new), old });
    }
    if may_create && !namespaces::is_closing(&tools.store, deployment.namespace()) {
        return create_replica_set(tools, deployment, old, newest);
    }
    (deployment.clone(), ReplicaSets { new: None, old })
}

fn sync_revision(
    tools: &mut Tools,
    deployment: &Rc<Object>,
    new: &Rc<Object>,
    newest: i64,
) -> (Rc<Object>, Rc<Object>) {
    // What is to be changed, first of the annotations alone: mostly that is nothing.
    let mut annotations = json!({"metadata": {"annotations": new.metadata().field("annotations").value}});
    annotate(&mut annotations, deployment, newest);
    let seconds = deployment.spec().field("minReadySeconds");
    let annotations = annotations.metadata().field("annotations").value;
    let is_same = new.metadata().field("annotations").value == annotations
        && new.spec().field("minReadySeconds").value == seconds.value;
    let mut value = Value::Null;
    if !is_same {
        value = new.value.clone();
        set(&mut value, &["metadata", "annotations"], annotations.clone());
        if seconds.value.is_null() {
            remove(&mut value, &["spec", "minReadySeconds"]);
        } else {
            set(&mut value, &["spec", "minReadySeconds"], seconds.value.clone());
        }
    }
    if !is_same && new.value != value {
        return (deployment.clone(), tools.replace(new, value));
    }
    let revision = new.annotation(REVISION).unwrap_or_default().to_owned();
    let number = |value: &mut Value| set(value, &["metadata", "annotations", REVISION], revision.into());
    let known = conditions::reason(deployment, "Progressing").is_some();
    if has_deadline(deployment) && !known {
        let message = format!("Found new replica set \"{}\"", new.name());
        let condition = StatusCondition::new("Progressing", "True", "FoundNewReplicaSet", &message);
        return (write_condition(tools, deployment, &condition, number), new.clone());
    }
    if deployment.annotation(REVISION) == new.annotation(REVISION) {
        return (deployment.clone(), new.clone());
    }
    let mut value = deployment.value.clone();
    number(&mut value);
    (tools.replace(deployment, value), new.clone())
}

fn create_replica_set(
    tools: &mut Tools,
    deployment: &Rc<Object>,
    old: Vec<Rc<Object>>,
    newest: i64,
) -> (Rc<Object>, ReplicaSets) {
    let template = deployment.spec().field("template");
    let collisions = deployment.status().field("collisionCount").as_number();
    let hash = names::template_hash(&format!(
        "{}{}",
        template.value,
        collisions.map(|n| n.to_string()).unwrap_or_default()
    ));
    let key = ObjectKey::new(deployment.namespace(), &format!("{}-{hash}", deployment.name()));
    if tools.store.get(Kind::ReplicaSet, &key).is_some() {
        let mut value = deployment.value.clone();
        let counted = collisions.unwrap_or(0) + 1;
        set(&mut value, &["status", "collisionCount"], counted.into());
        return (tools.replace(deployment, value), ReplicaSets { new: None, old });
    }
    let mut template = template.value.clone();
    set(&mut template, &["metadata", "labels", HASH], hash.clone().into());
    let mut selector = deployment.spec().field("selector").value.clone();
    set(&mut selector, &["matchLabels", HASH], hash.into());
    let taken: i64 = old.iter().map(|set| replicas(set)).sum();
    let wanted = fenceposts::room(deployment, taken, 0);
    let mut value = json!({
        "apiVersion": "apps/v1", "kind": "ReplicaSet",
        "metadata": {"labels": template.metadata().field("labels").value.clone(), "ownerReferences": owner_references(deployment)},
        "spec": {"replicas": wanted, "selector": selector, "template": template},
        "status": {"replicas": 0},
    });
    let seconds = deployment.spec().field("minReadySeconds");
    if !seconds.value.is_null() {
        value["spec"]["minReadySeconds"] = seconds.value.clone();
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
        let condition = StatusCondition::new("Progressing", "True", "NewReplicaSetCreated", &message);
        write_condition(tools, deployment, &condition, number)
    } else {
        let mut value = deployment.value.clone();
        number(&mut value);
        tools.replace(deployment, value)
    };
    (deployment, ReplicaSets { new: Some(new), old })
}
