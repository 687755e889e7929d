//! Replica sets, and what all that make pods have in common.

use crate::controllers::garbage::disown;
use crate::store::object::{Object, at, list, map, set};
use crate::time::second;
use crate::{Cluster, ObjectKey};
use api::{Kind, Value};
use base::Order;
use serde_json::json;
use std::collections::BTreeMap;
use std::rc::Rc;

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

/// How many pods a workload wants.
pub(crate) fn replicas(object: &Object) -> i64 {
    object.number(&["spec", "replicas"]).unwrap_or(1).max(0)
}

fn count(pods: &[Rc<Object>], holds: impl Fn(&Object) -> bool) -> i64 {
    i64::try_from(pods.iter().filter(|pod| holds(pod)).count()).unwrap_or_default()
}

/// Whether a pod neither ends nor has ended.
///
/// Models: pkg/controller/controller_utils.go IsPodActive (v1.36).
fn is_active(pod: &Object) -> bool {
    !pod.is_terminating() && !pod.is_over()
}

impl Cluster {
    /// The pods that are the maker's: takes in those that fit and belong to nobody, lets go of those that no longer fit.
    ///
    /// Models: pkg/controller/controller_ref_manager.go ClaimPods (v1.36).
    pub(crate) fn claim(&mut self, maker: &Rc<Object>, fits: impl Fn(&Object) -> bool) -> Vec<Rc<Object>> {
        let selector = maker.at(&["spec", "selector"]);
        let matches = |pod: &Object| selector_matches(selector, pod) && fits(pod);
        let mut pods = self.store.owned(maker.uid(), Kind::Pod);
        if maker.is_terminating() {
            pods.retain(|pod| matches(pod));
            return pods;
        }
        for pod in pods.extract_if(.., |pod| !matches(pod)) {
            let mut value = pod.value.clone();
            disown(&mut value, maker.uid());
            self.replace(&pod, value);
        }
        for pod in self.candidates(maker.namespace(), selector) {
            if pod.maker().is_none() && !pod.is_terminating() && matches(&pod) {
                pods.push(self.adopt(&pod, maker));
            }
        }
        pods
    }

    fn candidates(&self, namespace: &str, selector: &Value) -> Vec<Rc<Object>> {
        let equalities = at(selector, &["matchLabels"]);
        if map(equalities).next().is_some() {
            self.store.selected(namespace, equalities)
        } else {
            self.store.orphans(Kind::Pod, namespace).cloned().collect()
        }
    }

    /// Makes an object that nobody controls the maker's own.
    pub(crate) fn adopt(&mut self, found: &Rc<Object>, maker: &Rc<Object>) -> Rc<Object> {
        let mut value = found.value.clone();
        let mut owners = found.list(&["metadata", "ownerReferences"]).to_vec();
        owners.extend_from_slice(list(&owner(maker)));
        set(&mut value, &["metadata", "ownerReferences"], owners.into());
        self.replace(found, value)
    }

    /// Whether a pod has been ready for as long as its maker asks.
    ///
    /// Models: pkg/api/v1/pod/util.go IsPodAvailable (v1.36).
    pub(crate) fn is_available(&self, pod: &Object, maker: &Object) -> bool {
        let least = maker.number(&["spec", "minReadySeconds"]).unwrap_or(0);
        let since = || pod.ready_since().and_then(second);
        pod.is_ready() && (least == 0 || since().is_some_and(|since| since + least <= self.now))
    }

    /// Looks again at a maker later, as pods become available by time alone.
    pub(crate) fn wait_for_availability(&mut self, maker: &Object) {
        Rc::make_mut(&mut self.awaiting).insert((maker.kind, maker.key.clone()));
    }

    /// Makes or deletes pods until there are as many as wanted.
    ///
    /// Models: pkg/controller/replicaset/replica_set.go syncReplicaSet, manageReplicas (v1.36).
    pub(crate) fn reconcile_replica_set(&mut self, key: &ObjectKey) {
        let Some(found) = self.store.get(Kind::ReplicaSet, key).cloned() else {
            return;
        };
        let mut pods = self.claim(&found, |_| true);
        let ending = count(&pods, Object::is_terminating);
        pods.retain(|pod| is_active(pod));
        let missing = replicas(&found) - i64::try_from(pods.len()).unwrap_or_default();
        if !found.is_terminating() {
            let closing = missing > 0 && self.is_closing(found.namespace());
            let wanted = if closing { 0 } else { missing.max(0) };
            let made = wanted.min(self.room_for_pods());
            for _ in 0..made {
                self.make_replica(&found);
            }
            self.note_unmade(&found, wanted - made);
            if missing < 0 {
                let surplus = usize::try_from(-missing).unwrap_or_default();
                for pod in self.least_missed(&found, pods.clone()).into_iter().take(surplus) {
                    self.delete_pod(&pod);
                    let message = format!("Deleted pod: {}", pod.name());
                    self.event(&found, "replicaset-controller", "SuccessfulDelete", &message);
                }
            }
        }
        self.report_replica_set(&found, &pods, ending);
    }

    fn make_replica(&mut self, found: &Rc<Object>) {
        let name = self.generated_name(Kind::Pod, found.namespace(), &format!("{}-", found.name()));
        let pod = self.make_pod(found, found.at(&["spec", "template"]), &name, |pod| {
            pod["metadata"]["generateName"] = format!("{}-", found.name()).into();
        });
        let message = format!("Created pod: {}", pod.name());
        self.event(found, "replicaset-controller", "SuccessfulCreate", &message);
    }

    /// The pods in the order in which they go.
    ///
    /// Models: pkg/controller/controller_utils.go ActivePodsWithRanks (v1.36).
    /// Differs: of equals the youngest goes first; there it depends on their uids.
    fn least_missed(&self, found: &Object, mut pods: Vec<Rc<Object>>) -> Vec<Rc<Object>> {
        let mut beside: BTreeMap<Option<String>, usize> = BTreeMap::new();
        for other in self.related_pods(found) {
            *beside.entry(node_of(&other)).or_default() += 1;
        }
        pods.order_by_key(|pod| {
            let node = node_of(pod);
            let cost = pod
                .annotation("controller.kubernetes.io/pod-deletion-cost")
                .and_then(|text| text.parse::<i32>().ok());
            (
                node.is_some(),
                pod.text(&["status", "phase"]) == Some("Running"),
                pod.is_ready(),
                cost.unwrap_or(0),
                std::cmp::Reverse(beside.get(&node).copied()),
                pod.ready_since()
                    .and_then(second)
                    .map(|since| magnitude(self.now - since)),
                magnitude(self.now - pod.created()),
                std::cmp::Reverse(pod.order),
            )
        });
        pods
    }

    /// The running pods of all replica sets that have the same owner.
    ///
    /// Models: pkg/controller/replicaset/replica_set.go getIndirectlyRelatedPods (v1.36).
    fn related_pods(&self, found: &Object) -> Vec<Rc<Object>> {
        let sets = match found.controller_uid() {
            Some(uid) => self.store.owned(uid, Kind::ReplicaSet),
            None => self
                .store
                .get(Kind::ReplicaSet, &found.key)
                .cloned()
                .into_iter()
                .collect(),
        };
        let pods = sets.iter().flat_map(|set| self.store.owned(set.uid(), Kind::Pod));
        pods.filter(|pod| is_active(pod)).collect()
    }

    /// Models: pkg/controller/replicaset/replica_set_utils.go calculateStatus (v1.36).
    fn report_replica_set(&mut self, found: &Rc<Object>, pods: &[Rc<Object>], ending: i64) {
        let template = found.at(&["spec", "template", "metadata", "labels"]);
        let labeled = count(pods, |pod| {
            map(template).all(|(key, value)| pod.label(key) == Some(value))
        });
        let ready = count(pods, Object::is_ready);
        let available = count(pods, |pod| self.is_available(pod, found));
        let mut status = json!({
            "observedGeneration": found.number(&["metadata", "generation"]), "replicas": pods.len(),
            "terminatingReplicas": ending,
        });
        for (field, number) in [
            ("fullyLabeledReplicas", labeled),
            ("readyReplicas", ready),
            ("availableReplicas", available),
        ] {
            if number > 0 {
                status[field] = number.into();
            }
        }
        if ready != available {
            self.wait_for_availability(found);
        }
        let mut value = found.value.clone();
        value["status"] = status;
        self.replace(found, value);
    }

    /// Makes a pod after a template.
    ///
    /// Models: pkg/controller/controller_utils.go GetPodFromTemplate (v1.36).
    pub(crate) fn make_pod(
        &mut self,
        maker: &Rc<Object>,
        template: &Value,
        name: &str,
        adjust: impl FnOnce(&mut Value),
    ) -> Rc<Object> {
        let mut metadata = json!({"ownerReferences": owner(maker)});
        for field in ["labels", "annotations"] {
            let copied = at(template, &["metadata", field]);
            if !copied.is_null() {
                metadata[field] = copied.clone();
            }
        }
        let mut value = json!({
            "apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": at(template, &["spec"]).clone(),
        });
        adjust(&mut value);
        crate::server::admission::fill(&mut value);
        crate::server::registry_strategy::prepare_for_create(Kind::Pod, &mut value);
        self.insert(Kind::Pod, ObjectKey::new(maker.namespace(), name), value)
    }
}

fn node_of(pod: &Object) -> Option<String> {
    pod.node().map(str::to_owned)
}

/// Ages that count as alike: those of the same power of two, in nanoseconds.
///
/// Models: pkg/controller/controller_utils.go logarithmicRankDiff (v1.36).
fn magnitude(seconds: i64) -> Option<u32> {
    u64::try_from(seconds)
        .ok()?
        .saturating_mul(1_000_000_000)
        .checked_ilog2()
}
