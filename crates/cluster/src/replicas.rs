//! Deployments, replica sets and stateful sets, and the pods they make.

use crate::object::{Object, at, list, map, remove, set};
use crate::pods::disown;
use crate::time::timestamp;
use crate::{Cluster, Key, names};
use api::{Kind, Value};
use serde_json::json;
use std::rc::Rc;

/// The label that tells a deployment's replica sets apart.
const HASH: &str = "pod-template-hash";
/// The annotation that numbers a deployment's templates.
pub(crate) const REVISION: &str = "deployment.kubernetes.io/revision";

/// Whether a label selector holds: all of `matchLabels` and `matchExpressions`.
///
/// Models: apimachinery/pkg/apis/meta/v1/helpers.go LabelSelectorAsSelector (v1.36).
pub fn selector_matches(selector: &Value, object: &Object) -> bool {
    map(at(selector, &["matchLabels"])).all(|(key, value)| object.label(key) == Some(value))
        && list(at(selector, &["matchExpressions"])).iter().all(|expression| {
            let label = at(expression, &["key"]).as_str().and_then(|key| object.label(key));
            let among = label.is_some_and(|label| list(at(expression, &["values"])).iter().any(|value| value == label));
            match at(expression, &["operator"]).as_str() {
                Some("In") => among,
                Some("NotIn") => !among,
                Some("Exists") => label.is_some(),
                Some("DoesNotExist") => label.is_none(),
                _ => false,
            }
        })
}

/// A reference from what an object makes to the object.
pub(crate) fn owner(object: &Object) -> Value {
    json!([{
        "apiVersion": object.kind.api_version(), "blockOwnerDeletion": true, "controller": true,
        "kind": object.kind.name(), "name": object.name(), "uid": object.uid(),
    }])
}

fn replicas(object: &Object) -> i64 {
    object.number(&["spec", "replicas"]).unwrap_or(1).max(0)
}

fn count(pods: &[Rc<Object>], holds: impl Fn(&Object) -> bool) -> i64 {
    i64::try_from(pods.iter().filter(|pod| holds(pod)).count()).unwrap_or_default()
}

fn is_active(pod: &Object) -> bool {
    !pod.is_terminating() && !matches!(pod.text(&["status", "phase"]), Some("Succeeded" | "Failed"))
}

impl Cluster {
    /// Takes in pods that fit and belong to nobody, and lets go of those that no longer fit.
    ///
    /// Models: pkg/controller/controller_ref_manager.go ClaimPods (v1.36).
    fn claim(&mut self, maker: &Rc<Object>) {
        let selector = maker.at(&["spec", "selector"]);
        for pod in self.store.owned(maker.uid(), Kind::Pod) {
            if !selector_matches(selector, &pod) {
                let mut value = pod.value.clone();
                disown(&mut value, maker.uid());
                self.replace(&pod, value);
            }
        }
        for pod in self.store.selected(maker.namespace(), at(selector, &["matchLabels"])) {
            if pod.controller().is_none() && is_active(&pod) && selector_matches(selector, &pod) {
                let mut value = pod.value.clone();
                set(&mut value, &["metadata", "ownerReferences"], owner(maker));
                self.replace(&pod, value);
            }
        }
    }

    /// Makes or deletes pods until there are as many as wanted.
    ///
    /// Models: pkg/controller/replicaset/replica_set.go syncReplicaSet (v1.36).
    pub(crate) fn reconcile_replica_set(&mut self, key: &Key) {
        let Some(set) = self.store.get(Kind::ReplicaSet, key).cloned() else {
            return;
        };
        self.claim(&set);
        let mut pods = self.store.owned(set.uid(), Kind::Pod);
        pods.retain(|pod| is_active(pod));
        let missing = replicas(&set) - i64::try_from(pods.len()).unwrap_or_default();
        for _ in 0..missing {
            let name = self.generated_name(Kind::Pod, set.namespace(), &format!("{}-", set.name()));
            let pod = self.make_pod(&set, &name, |_| {});
            self.event(
                &set,
                "replicaset-controller",
                "SuccessfulCreate",
                &format!("Created pod: {}", pod.name()),
            );
        }
        if missing < 0 {
            pods.sort_by_key(|pod| {
                (
                    pod.text(&["status", "podIP"]).is_some(),
                    pod.is_ready(),
                    std::cmp::Reverse(pod.order),
                )
            });
            let surplus = usize::try_from(-missing).unwrap_or_default();
            for pod in pods.iter().take(surplus) {
                self.event(
                    &set,
                    "replicaset-controller",
                    "SuccessfulDelete",
                    &format!("Deleted pod: {}", pod.name()),
                );
                self.delete_pod(pod);
            }
        }
        self.report_replica_set(&set);
    }

    /// Models: pkg/controller/replicaset/replica_set_utils.go calculateStatus (v1.36).
    fn report_replica_set(&mut self, set: &Rc<Object>) {
        let mut pods = self.store.owned(set.uid(), Kind::Pod);
        pods.retain(|pod| is_active(pod));
        let ready = count(&pods, Object::is_ready);
        let template = set.at(&["spec", "template", "metadata", "labels"]);
        let labeled = count(&pods, |pod| {
            map(template).all(|(key, value)| pod.label(key) == Some(value))
        });
        let mut status = json!({"observedGeneration": set.number(&["metadata", "generation"]), "replicas": pods.len()});
        for (field, number) in [
            ("fullyLabeledReplicas", labeled),
            ("readyReplicas", ready),
            ("availableReplicas", ready),
        ] {
            if number > 0 {
                status[field] = number.into();
            }
        }
        let mut value = set.value.clone();
        value["status"] = status;
        self.replace(set, value);
    }

    fn make_pod(&mut self, maker: &Rc<Object>, name: &str, adjust: impl FnOnce(&mut Value)) -> Rc<Object> {
        let template = maker.at(&["spec", "template"]);
        let mut metadata = json!({"ownerReferences": owner(maker)});
        for field in ["labels", "annotations"] {
            let copied = at(template, &["metadata", field]);
            if !copied.is_null() {
                metadata[field] = copied.clone();
            }
        }
        if maker.kind != Kind::Deployment {
            metadata["generateName"] = format!("{}-", maker.name()).into();
        }
        let mut value = json!({
            "apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": at(template, &["spec"]).clone(),
        });
        adjust(&mut value);
        crate::cluster::admission_defaults(Kind::Pod, &mut value);
        crate::cluster::prepare_for_create(Kind::Pod, &mut value);
        self.insert(Kind::Pod, Key::new(maker.namespace(), name), value)
    }

    /// Moves a deployment's replica sets towards its template, a step at a time.
    ///
    /// Models: pkg/controller/deployment/deployment_controller.go syncDeployment (v1.36).
    pub(crate) fn reconcile_deployment(&mut self, key: &Key) {
        let Some(deployment) = self.store.get(Kind::Deployment, key).cloned() else {
            return;
        };
        self.claim_replica_sets(&deployment);
        let sets = self.store.owned(deployment.uid(), Kind::ReplicaSet);
        let paused = deployment.at(&["spec", "paused"]) == &Value::Bool(true);
        let current = sets.iter().find(|set| same_template(set, &deployment)).cloned();
        let old: Vec<_> = sets
            .into_iter()
            .filter(|set| current.as_ref().is_none_or(|new| new.uid() != set.uid()))
            .collect();
        let current = match current {
            Some(set) => Some(self.renumber(&deployment, &set, &old)),
            None if paused => None,
            None => Some(self.make_replica_set(&deployment, &old)),
        };
        if let Some(new) = &current {
            self.roll(&deployment, new, &old, paused);
            self.trim_history(&deployment, &old);
        }
        self.report_deployment(key);
    }

    fn claim_replica_sets(&mut self, deployment: &Rc<Object>) {
        let selector = deployment.at(&["spec", "selector"]);
        let sets: Vec<_> = self
            .store
            .of_namespace(Kind::ReplicaSet, deployment.namespace())
            .cloned()
            .collect();
        for found in sets {
            if found.controller().is_none() && selector_matches(selector, &found) {
                let mut value = found.value.clone();
                set(&mut value, &["metadata", "ownerReferences"], owner(deployment));
                self.replace(&found, value);
            }
        }
    }

    fn make_replica_set(&mut self, deployment: &Rc<Object>, old: &[Rc<Object>]) -> Rc<Object> {
        let template = deployment.at(&["spec", "template"]);
        let hash = names::template_hash(&template.to_string());
        let name = format!("{}-{hash}", deployment.name());
        let key = Key::new(deployment.namespace(), &name);
        if let Some(found) = self.store.get(Kind::ReplicaSet, &key) {
            return found.clone();
        }
        let mut template = template.clone();
        set(&mut template, &["metadata", "labels", HASH], hash.clone().into());
        let mut selector = deployment.at(&["spec", "selector"]).clone();
        set(&mut selector, &["matchLabels", HASH], hash.into());
        let revision = old.iter().map(revision).max().unwrap_or(0) + 1;
        let mut annotations = copied_annotations(deployment);
        annotations[REVISION] = revision.to_string().into();
        let value = json!({
            "apiVersion": "apps/v1", "kind": "ReplicaSet",
            "metadata": {
                "annotations": annotations, "labels": at(&template, &["metadata", "labels"]).clone(),
                "ownerReferences": owner(deployment),
            },
            "spec": {"replicas": 0, "selector": selector, "template": template},
            "status": {"replicas": 0},
        });
        let made = self.insert(Kind::ReplicaSet, key, value);
        self.number(deployment, revision);
        made
    }

    /// The newest replica set has the highest revision, also when an old template comes back.
    fn renumber(&mut self, deployment: &Rc<Object>, new: &Rc<Object>, old: &[Rc<Object>]) -> Rc<Object> {
        let wanted = old.iter().map(revision).max().unwrap_or(0) + 1;
        if revision(new) >= wanted {
            self.number(deployment, revision(new));
            return new.clone();
        }
        let mut value = new.value.clone();
        set(
            &mut value,
            &["metadata", "annotations", REVISION],
            wanted.to_string().into(),
        );
        self.number(deployment, wanted);
        self.replace(new, value)
    }

    fn number(&mut self, deployment: &Rc<Object>, revision: i64) {
        let Some(now) = self.store.get(Kind::Deployment, &deployment.key).cloned() else {
            return;
        };
        let mut value = now.value.clone();
        set(
            &mut value,
            &["metadata", "annotations", REVISION],
            revision.to_string().into(),
        );
        self.replace(&now, value);
    }

    /// One step of a rollout; the change wakes the controller again.
    ///
    /// Models: pkg/controller/deployment/rolling.go, recreate.go, sync.go scale (v1.36).
    fn roll(&mut self, deployment: &Rc<Object>, new: &Rc<Object>, old: &[Rc<Object>], paused: bool) {
        let wanted = replicas(deployment);
        let old_wanted: i64 = old.iter().map(|set| replicas(set)).sum();
        if paused {
            if old_wanted == 0 {
                self.scale_set(deployment, new, wanted);
            }
            return;
        }
        if deployment.text(&["spec", "strategy", "type"]) == Some("Recreate") {
            if old_wanted > 0 {
                for set in old {
                    self.scale_set(deployment, set, 0);
                }
            } else if old.iter().all(|set| self.store.owned(set.uid(), Kind::Pod).is_empty()) {
                self.scale_set(deployment, new, wanted);
            }
            return;
        }
        let (surge, unavailable) = rolling_limits(deployment, wanted);
        let have = replicas(new) + old_wanted;
        if replicas(new) > wanted {
            self.scale_set(deployment, new, wanted);
            return;
        }
        if replicas(new) < wanted && have < wanted + surge {
            let up = (wanted + surge - have).min(wanted - replicas(new));
            self.scale_set(deployment, new, replicas(new) + up);
            return;
        }
        let available = |set: &Rc<Object>| set.number(&["status", "availableReplicas"]).unwrap_or(0);
        let mut down = have - (wanted - unavailable) - (replicas(new) - available(new)).max(0);
        if old_wanted == 0 || down <= 0 {
            return;
        }
        for set in old {
            let unhealthy = (replicas(set) - available(set)).clamp(0, down.max(0));
            if unhealthy > 0 {
                self.scale_set(deployment, set, replicas(set) - unhealthy);
                down -= unhealthy;
            }
        }
        let available_now: i64 = old.iter().map(available).sum::<i64>() + available(new);
        let mut down = (available_now - (wanted - unavailable)).min(down);
        for set in old {
            let Some(set) = self.store.get(Kind::ReplicaSet, &set.key).cloned() else {
                continue;
            };
            let step = replicas(&set).min(down);
            if step > 0 {
                self.scale_set(deployment, &set, replicas(&set) - step);
                down -= step;
            }
        }
    }

    fn scale_set(&mut self, deployment: &Rc<Object>, found: &Rc<Object>, to: i64) {
        let from = replicas(found);
        let wanted = replicas(deployment);
        let surge = rolling_limits(deployment, wanted).0;
        let mut value = found.value.clone();
        set(&mut value, &["spec", "replicas"], to.into());
        let annotations = ["metadata", "annotations"];
        let mut with = |name: &str, number: i64| {
            set(
                &mut value,
                &[annotations[0], annotations[1], name],
                number.to_string().into(),
            );
        };
        with("deployment.kubernetes.io/desired-replicas", wanted);
        with("deployment.kubernetes.io/max-replicas", wanted + surge);
        self.replace(found, value);
        if from != to {
            let way = if to > from { "up" } else { "down" };
            let message = format!("Scaled {way} replica set {} from {from} to {to}", found.name());
            self.event(deployment, "deployment-controller", "ScalingReplicaSet", &message);
        }
    }

    /// Forgets the oldest templates beyond the limit.
    fn trim_history(&mut self, deployment: &Object, old: &[Rc<Object>]) {
        let limit = deployment.number(&["spec", "revisionHistoryLimit"]).unwrap_or(10);
        let mut idle: Vec<_> = old
            .iter()
            .filter(|set| replicas(set) == 0 && set.number(&["status", "replicas"]).unwrap_or(0) == 0)
            .collect();
        idle.sort_by_key(|set| revision(set));
        let surplus = idle.len().saturating_sub(usize::try_from(limit).unwrap_or_default());
        for set in idle.into_iter().take(surplus) {
            self.erase(Kind::ReplicaSet, &set.key);
        }
    }

    /// Models: pkg/controller/deployment/sync.go calculateStatus, progress.go syncRolloutStatus (v1.36).
    fn report_deployment(&mut self, key: &Key) {
        let Some(deployment) = self.store.get(Kind::Deployment, key).cloned() else {
            return;
        };
        let sets = self.store.owned(deployment.uid(), Kind::ReplicaSet);
        let sum = |field: &str| {
            sets.iter()
                .map(|set| set.number(&["status", field]).unwrap_or(0))
                .sum::<i64>()
        };
        let new = sets.iter().find(|set| same_template(set, &deployment));
        let updated = new.map_or(0, |set| set.number(&["status", "replicas"]).unwrap_or(0));
        let (total, available, wanted) = (sum("replicas"), sum("availableReplicas"), replicas(&deployment));
        let mut status = json!({"observedGeneration": deployment.number(&["metadata", "generation"])});
        for (field, number) in [
            ("replicas", total),
            ("updatedReplicas", updated),
            ("readyReplicas", sum("readyReplicas")),
            ("availableReplicas", available),
            ("unavailableReplicas", (wanted.max(total) - available).max(0)),
        ] {
            if number > 0 {
                status[field] = number.into();
            }
        }
        let mut conditions = deployment.list(&["status", "conditions"]).to_vec();
        let enough = available >= wanted - rolling_limits(&deployment, wanted).1;
        let (status_word, reason, message) = if enough {
            (
                "True",
                "MinimumReplicasAvailable",
                "Deployment has minimum availability.",
            )
        } else {
            (
                "False",
                "MinimumReplicasUnavailable",
                "Deployment does not have minimum availability.",
            )
        };
        self.put_condition(&mut conditions, "Available", status_word, reason, message);
        let complete = updated == wanted && total == wanted && available == wanted;
        let name = new.map_or(deployment.name(), |set| set.name()).to_owned();
        if complete {
            let message = format!("ReplicaSet \"{name}\" has successfully progressed.");
            self.put_condition(
                &mut conditions,
                "Progressing",
                "True",
                "NewReplicaSetAvailable",
                &message,
            );
        } else if !conditions.iter().any(|condition| {
            at(condition, &["type"]) == "Progressing" && at(condition, &["reason"]) == "NewReplicaSetAvailable"
        }) || updated < wanted
        {
            let message = format!("ReplicaSet \"{name}\" is progressing.");
            self.put_condition(&mut conditions, "Progressing", "True", "ReplicaSetUpdated", &message);
        }
        status["conditions"] = conditions.into();
        let mut value = deployment.value.clone();
        value["status"] = status;
        self.replace(&deployment, value);
    }

    /// A condition that changes goes to the end, as the controller appends it.
    fn put_condition(&self, conditions: &mut Vec<Value>, name: &str, status: &str, reason: &str, message: &str) {
        let same = |condition: &Value| {
            at(condition, &["type"]) == name
                && at(condition, &["status"]) == status
                && at(condition, &["reason"]) == reason
        };
        if conditions.iter().any(same) {
            return;
        }
        conditions.retain(|condition| at(condition, &["type"]) != name);
        let now = timestamp(self.now);
        conditions.push(json!({
            "lastTransitionTime": now, "lastUpdateTime": now, "message": message, "reason": reason, "status": status,
            "type": name,
        }));
    }

    /// Pods by number, each after the one before is ready.
    ///
    /// Models: pkg/controller/statefulset/stateful_set_control.go updateStatefulSet (v1.36).
    pub(crate) fn reconcile_stateful_set(&mut self, key: &Key) {
        let Some(found) = self.store.get(Kind::StatefulSet, key).cloned() else {
            return;
        };
        self.claim(&found);
        let pods = self.store.owned(found.uid(), Kind::Pod);
        let wanted = replicas(&found);
        let start = found.number(&["spec", "ordinals", "start"]).unwrap_or(0);
        let parallel = found.text(&["spec", "podManagementPolicy"]) == Some("Parallel");
        let hash = format!(
            "{}-{}",
            found.name(),
            names::template_hash(&found.at(&["spec", "template"]).to_string())
        );
        let named = |ordinal: i64| format!("{}-{ordinal}", found.name());
        for ordinal in start..start + wanted {
            let name = named(ordinal);
            match pods.iter().find(|pod| pod.name() == name) {
                None => {
                    self.make_ordinal(&found, &name, ordinal, &hash);
                    let message = format!("Create Pod {name} in StatefulSet {} successful", found.name());
                    self.event(&found, "statefulset-controller", "SuccessfulCreate", &message);
                }
                Some(pod) if pod.is_ready() && !pod.is_terminating() => continue,
                Some(_) => {}
            }
            if !parallel {
                break;
            }
        }
        let number = |pod: &Object| {
            pod.name()
                .rsplit('-')
                .next()
                .and_then(|number| number.parse::<i64>().ok())
        };
        let surplus: Vec<_> = pods
            .iter()
            .filter(|pod| number(pod).is_none_or(|number| number >= start + wanted))
            .collect();
        if let Some(last) = surplus
            .iter()
            .max_by_key(|pod| number(pod))
            .filter(|pod| !pod.is_terminating())
        {
            let message = format!("Delete Pod {} in StatefulSet {} successful", last.name(), found.name());
            self.event(&found, "statefulset-controller", "SuccessfulDelete", &message);
            self.delete_pod(last);
        } else if surplus.is_empty() {
            self.update_ordinals(&found, &pods, &hash);
        }
        self.report_stateful_set(key, &hash);
    }

    /// Replaces pods of an older template from the highest number down.
    fn update_ordinals(&mut self, found: &Rc<Object>, pods: &[Rc<Object>], hash: &str) {
        let healthy = pods.iter().all(|pod| pod.is_ready() && !pod.is_terminating());
        let rolling = found.text(&["spec", "updateStrategy", "type"]) != Some("OnDelete");
        let stale = pods
            .iter()
            .rev()
            .find(|pod| pod.label("controller-revision-hash") != Some(hash));
        if let (true, true, Some(pod)) = (healthy, rolling, stale) {
            let message = format!("Delete Pod {} in StatefulSet {} successful", pod.name(), found.name());
            self.event(found, "statefulset-controller", "SuccessfulDelete", &message);
            self.delete_pod(pod);
        }
    }

    fn make_ordinal(&mut self, found: &Rc<Object>, name: &str, ordinal: i64, hash: &str) {
        self.make_pod(found, name, |pod| {
            set(
                pod,
                &["metadata", "labels", "apps.kubernetes.io/pod-index"],
                ordinal.to_string().into(),
            );
            set(pod, &["metadata", "labels", "controller-revision-hash"], hash.into());
            set(
                pod,
                &["metadata", "labels", "statefulset.kubernetes.io/pod-name"],
                name.into(),
            );
            set(pod, &["spec", "hostname"], name.into());
            if let Some(service) = found.text(&["spec", "serviceName"]) {
                set(pod, &["spec", "subdomain"], service.into());
            }
        });
    }

    fn report_stateful_set(&mut self, key: &Key, hash: &str) {
        let Some(found) = self.store.get(Kind::StatefulSet, key).cloned() else {
            return;
        };
        let pods = self.store.owned(found.uid(), Kind::Pod);
        let ready = count(&pods, Object::is_ready);
        let updated = count(&pods, |pod| pod.label("controller-revision-hash") == Some(hash));
        let mut status = json!({
            "availableReplicas": ready, "collisionCount": 0, "currentRevision": hash,
            "observedGeneration": found.number(&["metadata", "generation"]), "replicas": pods.len(), "updateRevision": hash,
        });
        for (field, number) in [
            ("currentReplicas", updated),
            ("readyReplicas", ready),
            ("updatedReplicas", updated),
        ] {
            if number > 0 {
                status[field] = number.into();
            }
        }
        let mut value = found.value.clone();
        value["status"] = status;
        self.replace(&found, value);
    }
}

/// The revision of a replica set's template.
fn revision(set: &Rc<Object>) -> i64 {
    set.annotation(REVISION).and_then(|text| text.parse().ok()).unwrap_or(0)
}

fn same_template(found: &Object, deployment: &Object) -> bool {
    let mut template = found.at(&["spec", "template"]).clone();
    remove(&mut template, &["metadata", "labels", HASH]);
    let bare = |template: &Value| {
        let mut template = template.clone();
        remove(&mut template, &["metadata", "creationTimestamp"]);
        template
    };
    bare(&template) == bare(deployment.at(&["spec", "template"]))
}

fn copied_annotations(deployment: &Object) -> Value {
    let mut annotations = json!({});
    for (key, value) in map(deployment.at(&["metadata", "annotations"])) {
        if key != "kubectl.kubernetes.io/last-applied-configuration" && !key.starts_with("deployment.kubernetes.io/") {
            annotations[key] = value.into();
        }
    }
    annotations
}

/// How many pods beyond the wanted, and how many of them unavailable, a rollout may have.
///
/// Models: pkg/controller/deployment/util/deployment_util.go ResolveFenceposts (v1.36).
fn rolling_limits(deployment: &Object, wanted: i64) -> (i64, i64) {
    if deployment.text(&["spec", "strategy", "type"]) == Some("Recreate") {
        return (0, 0);
    }
    let limit = |field: &str, up: bool| {
        let value = deployment.at(&["spec", "strategy", "rollingUpdate", field]);
        match value
            .as_str()
            .and_then(|text| text.strip_suffix('%'))
            .and_then(|text| text.parse::<i64>().ok())
        {
            Some(percent) => (percent * wanted + if up { 99 } else { 0 }) / 100,
            None => value.as_i64().unwrap_or(0),
        }
    };
    let (surge, unavailable) = (limit("maxSurge", true), limit("maxUnavailable", false));
    if surge == 0 && unavailable == 0 {
        (0, 1)
    } else {
        (surge, unavailable.min(wanted))
    }
}
