//! Stateful sets: pods by number, each at the revision of the template it is due.

pub(crate) mod revisions;

use crate::controllers::replicas::replicas;
use crate::store::object::{Object, at, list, set};
use crate::{Cluster, ObjectKey};
use api::{Kind, Value};
use base::Order;
use serde_json::json;
use std::rc::Rc;

/// The label that says which revision of the template a pod was made from.
pub(crate) const REVISION: &str = "controller-revision-hash";

/// A stateful set at work: the revisions of its template and its pods by their place.
pub(crate) struct Members {
    /// The revision that pods are at until a rollout is done.
    pub(crate) current: Rc<Object>,
    /// The revision they are to be at.
    pub(crate) update: Rc<Object>,
    /// The pods within the range, by number; `None` where one is yet to be made.
    replicas: Vec<(i64, Option<Rc<Object>>)>,
    /// The pods beyond the range, the highest number first.
    condemned: Vec<Rc<Object>>,
}

/// How many pods are how far.
#[derive(Default)]
struct Counts {
    replicas: i64,
    ready: i64,
    available: i64,
    current: i64,
    updated: i64,
}

impl Cluster {
    /// Brings a stateful set's pods towards its spec, unless it is `Parallel` one at a time.
    ///
    /// Models: pkg/controller/statefulset/stateful_set_control.go updateStatefulSet (v1.36).
    pub(crate) fn reconcile_stateful_set(&mut self, key: &ObjectKey) {
        let Some(found) = self.store.get(Kind::StatefulSet, key).cloned() else {
            return;
        };
        let pods = self.claim(&found, |pod| ordinal_of(&found, pod).is_some());
        let (current, update) = self.revisions_of(&found);
        let members = sort(&found, pods, current, update, self.pod_limits.per_stateful_set);
        let mut counts = self.count(&found, &members);
        let mut unmade = 0;
        let settled =
            !found.is_terminating() && self.bring_up(&found, &members, &mut unmade) && self.take_down(&found, &members);
        self.note_unmade(&found, unmade);
        if settled && self.replace_stale(&found, &members) {
            counts.current -= 1;
        }
        self.report_stateful_set(&found, &members, &counts);
        self.trim_revisions(&found, &members);
    }

    /// Makes the missing pods, as far as the limits allow, and counts those left out in `unmade`.
    /// Returns whether all pods are available, so that others may be deleted.
    ///
    /// Models: pkg/controller/statefulset/stateful_set_control.go processReplica (v1.36).
    fn bring_up(&mut self, found: &Rc<Object>, members: &Members, unmade: &mut i64) -> bool {
        let orderly = is_orderly(found);
        let beyond = replicas(found) - i64::try_from(members.replicas.len()).unwrap_or_default();
        let mut left =
            i64::try_from(members.replicas.iter().filter(|(_, pod)| pod.is_none()).count()).unwrap_or_default();
        *unmade = beyond;
        for (ordinal, pod) in &members.replicas {
            let Some(pod) = pod else {
                if self.room_for_pods() == 0 {
                    *unmade = beyond + left;
                    return false;
                }
                left -= 1;
                self.make_member(found, members, *ordinal);
                if orderly {
                    return false;
                }
                continue;
            };
            if pod.is_over() {
                if !pod.is_terminating() {
                    self.delete_member(found, pod);
                }
                if orderly {
                    return false;
                }
                continue;
            }
            if orderly && (pod.is_terminating() || !self.is_available(pod, found)) {
                return false;
            }
            self.name_member(found, pod, *ordinal);
        }
        true
    }

    /// Deletes what is too many, the highest number first; whether there was nothing to do.
    ///
    /// Models: pkg/controller/statefulset/stateful_set_control.go processCondemned (v1.36).
    fn take_down(&mut self, found: &Rc<Object>, members: &Members) -> bool {
        let orderly = is_orderly(found);
        let first_unavailable = self.first_unavailable(found, members);
        for pod in &members.condemned {
            let is_first = first_unavailable.as_ref().is_some_and(|first| first.uid() == pod.uid());
            if pod.is_terminating() {
                if orderly {
                    return false;
                }
                continue;
            }
            if !(orderly && !self.is_available(pod, found) && !is_first) {
                self.delete_member(found, pod);
            }
            if orderly {
                return false;
            }
        }
        true
    }

    fn first_unavailable(&self, found: &Object, members: &Members) -> Option<Rc<Object>> {
        let pods = members.replicas.iter().filter_map(|(_, pod)| pod.as_ref());
        pods.chain(members.condemned.iter().rev())
            .find(|pod| pod.is_terminating() || !self.is_available(pod, found))
            .cloned()
    }

    /// Deletes the pod of the highest number that isn't at the revision it is due; whether there was one.
    fn replace_stale(&mut self, found: &Rc<Object>, members: &Members) -> bool {
        if found.text(&["spec", "updateStrategy", "type"]) == Some("OnDelete") {
            return false;
        }
        let partition = partition(found).unwrap_or(0);
        let due = members.replicas.iter().skip(usize::try_from(partition).unwrap_or(0));
        for (_, pod) in due.rev() {
            let Some(pod) = pod else { return false };
            if pod.label(REVISION) != Some(members.update.name()) && !pod.is_terminating() {
                self.delete_member(found, pod);
                return true;
            }
            if pod.is_terminating() || !self.is_available(pod, found) {
                return false;
            }
        }
        false
    }

    fn delete_member(&mut self, found: &Rc<Object>, pod: &Rc<Object>) {
        self.delete_pod(pod);
        let message = format!("Delete Pod {} in StatefulSet {} successful", pod.name(), found.name());
        self.event(found, "statefulset-controller", "SuccessfulDelete", &message);
    }

    /// Models: pkg/controller/statefulset/stateful_set_utils.go newVersionedStatefulSetPod (v1.36).
    fn make_member(&mut self, found: &Rc<Object>, members: &Members, ordinal: i64) {
        if self.is_closing(found.namespace()) {
            return;
        }
        let stays = match partition(found) {
            Some(partition) => ordinal < start(found) + partition,
            None => {
                found.text(&["spec", "updateStrategy", "type"]) != Some("OnDelete")
                    && ordinal < start(found) + found.number(&["status", "currentReplicas"]).unwrap_or(0)
            }
        };
        let revision = if stays { &members.current } else { &members.update };
        let name = format!("{}-{ordinal}", found.name());
        let template = revision.at(&["data", "spec", "template"]).clone();
        self.make_pod(found, &template, &name, |pod| {
            identify(pod, &name, ordinal);
            set(pod, &["metadata", "labels", REVISION], revision.name().into());
            set(pod, &["spec", "hostname"], name.as_str().into());
            claim_storage(found, pod, ordinal);
            if let Some(service) = found.text(&["spec", "serviceName"]) {
                set(pod, &["spec", "subdomain"], service.into());
            }
        });
        let message = format!("Create Pod {name} in StatefulSet {} successful", found.name());
        self.event(found, "statefulset-controller", "SuccessfulCreate", &message);
    }

    /// Gives a pod that was taken in its identity.
    ///
    /// Models: pkg/controller/statefulset/stateful_pod_control.go UpdateStatefulPod (v1.36).
    fn name_member(&mut self, found: &Rc<Object>, pod: &Rc<Object>, ordinal: i64) {
        if pod.label("statefulset.kubernetes.io/pod-name") == Some(pod.name()) {
            return;
        }
        let mut value = pod.value.clone();
        identify(&mut value, pod.name(), ordinal);
        self.replace(pod, value);
        let message = format!("Update Pod {} in StatefulSet {} successful", pod.name(), found.name());
        self.event(found, "statefulset-controller", "SuccessfulUpdate", &message);
    }

    /// Models: pkg/controller/statefulset/stateful_set_control.go computeReplicaStatus (v1.36).
    fn count(&self, found: &Object, members: &Members) -> Counts {
        let mut counts = Counts::default();
        let pods = members.replicas.iter().filter_map(|(_, pod)| pod.as_ref());
        for pod in pods.chain(&members.condemned) {
            counts.replicas += 1;
            if pod.is_ready() {
                counts.ready += 1;
                counts.available += i64::from(self.is_available(pod, found));
            }
            if !pod.is_terminating() {
                counts.current += i64::from(pod.label(REVISION) == Some(members.current.name()));
                counts.updated += i64::from(pod.label(REVISION) == Some(members.update.name()));
            }
        }
        counts
    }

    /// Models: pkg/controller/statefulset/stateful_set_control.go updateStatefulSetStatus, completeRollingUpdate (v1.36).
    fn report_stateful_set(&mut self, found: &Rc<Object>, members: &Members, counts: &Counts) {
        let wanted = replicas(found);
        let done = found.text(&["spec", "updateStrategy", "type"]) != Some("OnDelete")
            && [counts.updated, counts.ready, counts.replicas] == [wanted; 3];
        let (current, revision) = if done {
            (counts.updated, &members.update)
        } else {
            (counts.current, &members.current)
        };
        let mut status = json!({
            "availableReplicas": counts.available, "collisionCount": 0, "currentRevision": revision.name(),
            "observedGeneration": found.number(&["metadata", "generation"]), "replicas": counts.replicas,
            "updateRevision": members.update.name(),
        });
        for (field, number) in [
            ("currentReplicas", current),
            ("readyReplicas", counts.ready),
            ("updatedReplicas", counts.updated),
        ] {
            if number != 0 {
                status[field] = number.into();
            }
        }
        if counts.ready != counts.available {
            self.wait_for_availability(found);
        }
        let Some(now) = self.store.get(Kind::StatefulSet, &found.key).cloned() else {
            return;
        };
        let mut value = now.value.clone();
        value["status"] = status;
        self.replace(&now, value);
    }
}

/// The members by their places, at most so many.
fn sort(found: &Object, pods: Vec<Rc<Object>>, current: Rc<Object>, update: Rc<Object>, at_most: usize) -> Members {
    let range = start(found)..start(found).saturating_add(replicas(found));
    let kept = range.clone().take(at_most);
    let mut members: Vec<(i64, Option<Rc<Object>>)> = kept.map(|ordinal| (ordinal, None)).collect();
    let mut condemned = Vec::new();
    for pod in pods {
        let Some(ordinal) = ordinal_of(found, &pod) else {
            continue;
        };
        if range.contains(&ordinal) {
            let place = usize::try_from(ordinal - range.start).unwrap_or_default();
            if let Some(slot) = members.get_mut(place) {
                slot.1 = Some(pod);
            }
        } else {
            condemned.push((std::cmp::Reverse(ordinal), pod));
        }
    }
    condemned.order_by_key(|(ordinal, _)| *ordinal);
    Members {
        current,
        update,
        replicas: members,
        condemned: condemned.into_iter().map(|(_, pod)| pod).collect(),
    }
}

fn identify(pod: &mut Value, name: &str, ordinal: i64) {
    for (label, text) in [
        ("apps.kubernetes.io/pod-index", ordinal.to_string()),
        ("statefulset.kubernetes.io/pod-name", name.to_owned()),
    ] {
        set(pod, &["metadata", "labels", label], text.into());
    }
}

/// The number a pod has by its name, if the name is one of the set's.
///
/// Models: pkg/controller/statefulset/stateful_set_utils.go getParentNameAndOrdinal (v1.36).
fn ordinal_of(found: &Object, pod: &Object) -> Option<i64> {
    let (parent, digits) = pod.name().rsplit_once('-')?;
    let number = digits.parse::<i32>().ok()?;
    (parent == found.name() && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(i64::from(number))
}

fn start(found: &Object) -> i64 {
    found.number(&["spec", "ordinals", "start"]).unwrap_or(0)
}

/// From which number on pods are replaced; `None` where the strategy says nothing of it.
fn partition(found: &Object) -> Option<i64> {
    let rolling = found.at(&["spec", "updateStrategy", "rollingUpdate"]);
    (!rolling.is_null()).then(|| at(rolling, &["partition"]).as_i64().unwrap_or(0))
}

fn is_orderly(found: &Object) -> bool {
    found.text(&["spec", "podManagementPolicy"]) != Some("Parallel")
}

/// Gives a pod the volumes of the claims made for it, in place of its own of those names.
///
/// Models: pkg/controller/statefulset/stateful_set_utils.go updateStorage (v1.36).
///
/// Differs: the claims themselves are not kept.
fn claim_storage(found: &Object, pod: &mut Value, ordinal: i64) {
    let claims = found.list(&["spec", "volumeClaimTemplates"]);
    let names: Vec<&str> = claims
        .iter()
        .filter_map(|claim| at(claim, &["metadata", "name"]).as_str())
        .collect();
    if names.is_empty() {
        return;
    }
    let claimed = names.iter().map(|name| {
        let claim = format!("{name}-{}-{ordinal}", found.name());
        json!({"name": name, "persistentVolumeClaim": {"claimName": claim}})
    });
    let own = list(at(pod, &["spec", "volumes"])).iter();
    let kept = own.filter(|volume| !at(volume, &["name"]).as_str().is_some_and(|name| names.contains(&name)));
    let volumes: Vec<Value> = claimed.chain(kept.cloned()).collect();
    set(pod, &["spec", "volumes"], volumes.into());
}
