//! Stateful sets: numbered pods, each of the revision of the template that it should have.

mod claims;
pub(crate) mod revisions;

use crate::controllers::stateful_set::revisions::{revisions_of, truncate_history};
use crate::controllers::workload::{
    await_availability, await_next_available, claim, create_from_template, is_available, replicas,
};
use crate::controllers::{garbage, namespaces, pod_limits};
use crate::store::{Object, ObjectKey, Tools, set};
use api::{Fields, Kind, Value};
use base::Order;
use serde_json::json;
use std::rc::Rc;

/// The label that names the revision of the template that a pod was created from.
pub(crate) const REVISION: &str = "controller-revision-hash";

/// A stateful set's revisions and pods.
pub(crate) struct Members {
    /// The revision that pods have until a rollout is complete.
    pub(crate) current: Rc<Object>,
    /// The revision of the template.
    pub(crate) update: Rc<Object>,
    /// The pods within the range, by number; `None` if one is missing.
    replicas: Vec<(i64, Option<Rc<Object>>)>,
    /// The pods outside the range, the highest number first.
    condemned: Vec<Rc<Object>>,
}

#[derive(Default)]
struct Counts {
    replicas: i64,
    ready: i64,
    available: i64,
    current: i64,
    updated: i64,
}

/// Brings a stateful set's pods closer to its spec: one at a time, unless it is `Parallel`.
///
/// Models: pkg/controller/statefulset/stateful_set_control.go updateStatefulSet (v1.36).
pub(crate) fn reconcile(tools: &mut Tools, key: &ObjectKey) {
    let Some(stateful_set) = tools.store.get(Kind::StatefulSet, key).cloned() else {
        return;
    };
    let pods = claim(tools, &stateful_set, |pod| ordinal_of(&stateful_set, pod).is_some());
    let (current, update) = revisions_of(tools, &stateful_set);
    let members = sort(
        &stateful_set,
        pods,
        current,
        update,
        tools.budget.limits().per_stateful_set,
    );
    let mut counts = count(tools, &stateful_set, &members);
    let mut unmade = 0;
    let settled = !stateful_set.is_terminating()
        && create_missing(tools, &stateful_set, &members, &mut unmade)
        && delete_condemned(tools, &stateful_set, &members);
    pod_limits::note_unmade(tools, &stateful_set, unmade);
    if settled && delete_outdated(tools, &stateful_set, &members) {
        counts.current -= 1;
    }
    write_status(tools, &stateful_set, &members, &counts);
    truncate_history(tools, &stateful_set, &members);
}

/// Creates the missing pods, as far as the limits allow, and counts those left out in `unmade`.
/// Returns whether all pods are available, so that others may be deleted.
///
/// Models: pkg/controller/statefulset/stateful_set_control.go processReplica (v1.36).
fn create_missing(tools: &mut Tools, stateful_set: &Rc<Object>, members: &Members, unmade: &mut i64) -> bool {
    let orderly = is_orderly(stateful_set);
    let number = |count: usize| i64::try_from(count).unwrap_or_default();
    let beyond = replicas(stateful_set) - number(members.replicas.len());
    let mut left = number(members.replicas.iter().filter(|(_, pod)| pod.is_none()).count());
    *unmade = beyond;
    for (ordinal, pod) in &members.replicas {
        let Some(pod) = pod else {
            if pod_limits::room(tools) == 0 {
                *unmade = beyond + left;
                return false;
            }
            left -= 1;
            create_member(tools, stateful_set, members, *ordinal);
            if orderly {
                return false;
            }
            continue;
        };
        if pod.is_over() {
            if !pod.is_terminating() {
                delete_member(tools, stateful_set, pod);
            }
            if orderly {
                return false;
            }
            continue;
        }
        if orderly && (pod.is_terminating() || !is_available(tools, pod, stateful_set)) {
            return false;
        }
        label_member(tools, stateful_set, pod, *ordinal);
    }
    true
}

/// Deletes the condemned pods, the highest number first; returns whether there was nothing to do.
///
/// Models: pkg/controller/statefulset/stateful_set_control.go processCondemned (v1.36).
fn delete_condemned(tools: &mut Tools, stateful_set: &Rc<Object>, members: &Members) -> bool {
    let orderly = is_orderly(stateful_set);
    let first_unavailable = first_unavailable(tools, stateful_set, members);
    for pod in &members.condemned {
        let is_first = first_unavailable.as_ref().is_some_and(|first| first.uid() == pod.uid());
        if pod.is_terminating() {
            if orderly {
                return false;
            }
            continue;
        }
        if !(orderly && !is_available(tools, pod, stateful_set) && !is_first) {
            delete_member(tools, stateful_set, pod);
        }
        if orderly {
            return false;
        }
    }
    true
}

fn first_unavailable(tools: &Tools, stateful_set: &Object, members: &Members) -> Option<Rc<Object>> {
    let pods = members.replicas.iter().filter_map(|(_, pod)| pod.as_ref());
    pods.chain(members.condemned.iter().rev())
        .find(|pod| pod.is_terminating() || !is_available(tools, pod, stateful_set))
        .cloned()
}

/// Deletes the pod with the highest number that has another revision than it should; returns whether there was one.
fn delete_outdated(tools: &mut Tools, stateful_set: &Rc<Object>, members: &Members) -> bool {
    if stateful_set.spec().field("updateStrategy").field("type") == "OnDelete" {
        return false;
    }
    let partition = partition(stateful_set).unwrap_or(0);
    let due = members.replicas.iter().skip(usize::try_from(partition).unwrap_or(0));
    for (_, pod) in due.rev() {
        let Some(pod) = pod else { return false };
        if pod.label(REVISION) != Some(members.update.name()) && !pod.is_terminating() {
            delete_member(tools, stateful_set, pod);
            return true;
        }
        if pod.is_terminating() || !is_available(tools, pod, stateful_set) {
            return false;
        }
    }
    false
}

fn delete_member(tools: &mut Tools, stateful_set: &Rc<Object>, pod: &Rc<Object>) {
    garbage::end(tools, pod);
    let message = format!(
        "Delete Pod {} in StatefulSet {} successful",
        pod.name(),
        stateful_set.name()
    );
    tools.event(stateful_set, "statefulset-controller", "SuccessfulDelete", &message);
}

/// Models: pkg/controller/statefulset/stateful_set_utils.go newVersionedStatefulSetPod (v1.36).
fn create_member(tools: &mut Tools, stateful_set: &Rc<Object>, members: &Members, ordinal: i64) {
    if namespaces::is_closing(&tools.store, stateful_set.namespace()) {
        return;
    }
    let stays = match partition(stateful_set) {
        Some(partition) => ordinal < start(stateful_set) + partition,
        None => {
            stateful_set.spec().field("updateStrategy").field("type") != "OnDelete"
                && ordinal < start(stateful_set) + stateful_set.status().field("currentReplicas").number()
        }
    };
    let revision = if stays { &members.current } else { &members.update };
    let name = format!("{}-{ordinal}", stateful_set.name());
    claims::create(tools, stateful_set, &name, ordinal);
    let template = revision.field("data").spec().field("template").value.clone();
    let made = create_from_template(tools, stateful_set, &template, &name, |pod| {
        label(pod, &name, ordinal);
        set(pod, &["metadata", "labels", REVISION], revision.name().into());
        set(pod, &["spec", "hostname"], name.as_str().into());
        update_storage(stateful_set, pod, ordinal);
        if let Some(service) = stateful_set.spec().field("serviceName").as_text() {
            set(pod, &["spec", "subdomain"], service.into());
        }
    });
    let what = format!("Create Pod {name} in StatefulSet {}", stateful_set.name());
    let component = "statefulset-controller";
    match made {
        Ok(_) => tools.event(
            stateful_set,
            component,
            "SuccessfulCreate",
            &format!("{what} successful"),
        ),
        Err(refused) => {
            let message = format!("{what} failed error: {}", refused.message);
            tools.event_of_type("Warning", stateful_set, component, "FailedCreate", &message);
            await_availability(tools, stateful_set);
        }
    }
}

/// Gives an adopted pod its labels.
///
/// Models: pkg/controller/statefulset/stateful_pod_control.go UpdateStatefulPod (v1.36).
fn label_member(tools: &mut Tools, stateful_set: &Rc<Object>, pod: &Rc<Object>, ordinal: i64) {
    if pod.label("statefulset.kubernetes.io/pod-name") == Some(pod.name()) {
        return;
    }
    let mut value = pod.value.clone();
    label(&mut value, pod.name(), ordinal);
    tools.replace(pod, value);
    let message = format!(
        "Update Pod {} in StatefulSet {} successful",
        pod.name(),
        stateful_set.name()
    );
    tools.event(stateful_set, "statefulset-controller", "SuccessfulUpdate", &message);
}

/// Models: pkg/controller/statefulset/stateful_set_control.go computeReplicaStatus (v1.36).
fn count(tools: &Tools, stateful_set: &Object, members: &Members) -> Counts {
    let mut counts = Counts::default();
    let pods = members.replicas.iter().filter_map(|(_, pod)| pod.as_ref());
    for pod in pods.chain(&members.condemned) {
        counts.replicas += 1;
        if pod.is_ready() {
            counts.ready += 1;
            counts.available += i64::from(is_available(tools, pod, stateful_set));
        }
        if !pod.is_terminating() {
            counts.current += i64::from(pod.label(REVISION) == Some(members.current.name()));
            counts.updated += i64::from(pod.label(REVISION) == Some(members.update.name()));
        }
    }
    counts
}

/// Models: pkg/controller/statefulset/stateful_set_control.go updateStatefulSetStatus, completeRollingUpdate (v1.36).
fn write_status(tools: &mut Tools, stateful_set: &Rc<Object>, members: &Members, counts: &Counts) {
    let wanted = replicas(stateful_set);
    let done = stateful_set.spec().field("updateStrategy").field("type") != "OnDelete"
        && [counts.updated, counts.ready, counts.replicas] == [wanted; 3];
    let (current, revision) = if done {
        (counts.updated, &members.update)
    } else {
        (counts.current, &members.current)
    };
    let mut status = json!({
        "availableReplicas": counts.available, "collisionCount": 0, "currentRevision": revision.name(),
        "observedGeneration": stateful_set.metadata().field("generation").as_number(), "replicas": counts.replicas,
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
        await_next_available(tools, stateful_set);
    }
    let Some(now) = tools.store.get(Kind::StatefulSet, &stateful_set.key).cloned() else {
        return;
    };
    tools.replace_status(&now, status);
}

/// Sorts pods into replicas, of which there are `at_most` so many, and condemned ones.
fn sort(
    stateful_set: &Object,
    pods: Vec<Rc<Object>>,
    current: Rc<Object>,
    update: Rc<Object>,
    at_most: usize,
) -> Members {
    let range = start(stateful_set)..start(stateful_set).saturating_add(replicas(stateful_set));
    let kept = range.clone().take(at_most);
    let mut members: Vec<(i64, Option<Rc<Object>>)> = kept.map(|ordinal| (ordinal, None)).collect();
    let mut condemned = Vec::new();
    for pod in pods {
        let Some(ordinal) = ordinal_of(stateful_set, &pod) else {
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

fn label(pod: &mut Value, name: &str, ordinal: i64) {
    for (label, text) in [
        ("apps.kubernetes.io/pod-index", ordinal.to_string()),
        ("statefulset.kubernetes.io/pod-name", name.to_owned()),
    ] {
        set(pod, &["metadata", "labels", label], text.into());
    }
}

/// The number in a pod's name, if the name is one of the set's.
///
/// Models: pkg/controller/statefulset/stateful_set_utils.go getParentNameAndOrdinal (v1.36).
fn ordinal_of(stateful_set: &Object, pod: &Object) -> Option<i64> {
    let (parent, digits) = pod.name().rsplit_once('-')?;
    let number = digits.parse::<i32>().ok()?;
    (parent == stateful_set.name() && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(i64::from(number))
}

fn start(stateful_set: &Object) -> i64 {
    stateful_set.spec().field("ordinals").field("start").number()
}

/// The number from which on pods are replaced; `None` if the strategy does not say.
fn partition(stateful_set: &Object) -> Option<i64> {
    let rolling = stateful_set.spec().field("updateStrategy").field("rollingUpdate");
    (!rolling.value.is_null()).then(|| rolling.field("partition").number())
}

fn is_orderly(stateful_set: &Object) -> bool {
    stateful_set.spec().field("podManagementPolicy") != "Parallel"
}

/// Gives a pod volumes for its claims, in place of its own volumes of the same names.
///
/// Models: pkg/controller/statefulset/stateful_set_utils.go updateStorage (v1.36).
fn update_storage(stateful_set: &Object, pod: &mut Value, ordinal: i64) {
    let claims = stateful_set.spec().field("volumeClaimTemplates").list();
    let names: Vec<&str> = claims
        .iter()
        .filter_map(|claim| claim.metadata().field("name").as_text())
        .collect();
    if names.is_empty() {
        return;
    }
    let claimed = names.iter().map(|name| {
        let claim = format!("{name}-{}-{ordinal}", stateful_set.name());
        json!({"name": name, "persistentVolumeClaim": {"claimName": claim}})
    });
    let own = pod.spec().field("volumes").list().iter();
    let kept = own.filter(|volume| !volume.field("name").as_text().is_some_and(|name| names.contains(&name)));
    let volumes: Vec<Value> = claimed.chain(kept.cloned()).collect();
    set(pod, &["spec", "volumes"], volumes.into());
}
