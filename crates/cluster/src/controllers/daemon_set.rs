//! Daemon sets: a pod on each node that they ask for and whose taints they tolerate.

use crate::controllers::stateful_set::revisions::{adopt_revisions, known_revisions, number, revision_data};
use crate::controllers::workload::{
    await_next_available, claim, create_from_template, is_available, note_created, owner_references,
};
use crate::controllers::{garbage, namespaces, node_fit, pod_limits};
use crate::names;
use crate::server::registry_strategy::template_generation;
use crate::stand_ins::scheduler::node_rules::tolerates;
use crate::store::{Object, ObjectKey, Tools, set};
use api::{Cursor, Fields, Kind, Value};
use base::Order;
use serde_json::json;
use std::collections::BTreeMap;
use std::rc::Rc;

const COMPONENT: &str = "daemonset-controller";
/// The label of pods and revisions that names the revision of the template.
const REVISION: &str = "controller-revision-hash";
const GENERATION: &str = "pod-template-generation";
const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";
/// The taints that pods of daemon sets tolerate: key and effect.
///
/// Models: pkg/controller/daemon/util AddOrUpdateDaemonPodTolerations (v1.36).
const TOLERATED: [(&str, &str); 6] = [
    ("node.kubernetes.io/not-ready", "NoExecute"),
    ("node.kubernetes.io/unreachable", "NoExecute"),
    ("node.kubernetes.io/disk-pressure", "NoSchedule"),
    ("node.kubernetes.io/memory-pressure", "NoSchedule"),
    ("node.kubernetes.io/pid-pressure", "NoSchedule"),
    ("node.kubernetes.io/unschedulable", "NoSchedule"),
];
const ON_HOST_NETWORK: (&str, &str) = ("node.kubernetes.io/network-unavailable", "NoSchedule");

/// A node, with the pods of the set that run or are to run there, the oldest first.
struct Place {
    node: Rc<Object>,
    pods: Vec<Rc<Object>>,
    /// Whether a pod may start there.
    starts: bool,
    /// Whether a pod may stay there.
    stays: bool,
}

/// Has all daemon sets looked at, because nodes changed.
pub(crate) fn wake_all(tools: &mut Tools) {
    let keys: Vec<ObjectKey> = { tools.store.all(Kind::DaemonSet) }
        .map(|set| set.key.clone())
        .collect();
    for key in keys {
        tools.queue.add(Kind::DaemonSet, key);
    }
}

/// The node that a pod's affinity names, as the controller of daemon sets writes it.
///
/// Models: pkg/controller/daemon/util GetTargetNodeName (v1.36).
pub(crate) fn target_node(pod: &Object) -> Option<&str> {
    let affinity = pod.spec().field("affinity").field("nodeAffinity");
    let mut terms = affinity.field(REQUIRED).field("nodeSelectorTerms").items();
    let named = |field: Cursor<'_>| field.field("key") == "metadata.name" && field.field("operator") == "In";
    terms.find_map(|term| {
        let field = term.field("matchFields").items().find(|field| named(*field))?;
        field.field("values").texts().next()
    })
}

/// Models: pkg/controller/daemon/daemon_controller.go syncDaemonSet (v1.36).
pub(crate) fn reconcile(tools: &mut Tools, key: &ObjectKey) {
    let Some(set) = tools.store.get(Kind::DaemonSet, key).cloned() else {
        return;
    };
    let pods = claim(tools, &set, |_| true);
    if set.is_terminating() {
        return;
    }
    let revision = current_revision(tools, &set);
    let hash = revision.label(REVISION).unwrap_or_default().to_owned();
    let mut maker = Maker {
        template: pod_template(&set, &hash),
        set,
        hash,
    };
    let places = places(tools, &maker, &pods);
    let closing = namespaces::is_closing(&tools.store, maker.set.namespace());
    let (missing, surplus) = maker.differences(tools, &places);
    let is_settled = missing.is_empty() && surplus.is_empty();
    if !closing {
        maker.change(tools, missing, surplus);
        if is_settled && maker.set.spec().field("updateStrategy").field("type") != "OnDelete" {
            let (missing, surplus) = maker.replacements(tools, &places);
            maker.change(tools, missing, surplus);
        }
    }
    clean_history(tools, &maker.set, &revision);
    write_status(tools, &maker);
}

/// A daemon set, and what its pods are made of.
struct Maker {
    set: Rc<Object>,
    hash: String,
    template: Value,
}

impl Maker {
    /// Creates pods on these nodes, and deletes these pods.
    ///
    /// Models: syncNodes.
    fn change(&mut self, tools: &mut Tools, missing: Vec<Rc<Object>>, surplus: Vec<Rc<Object>>) {
        let room = pod_limits::room(tools);
        let (count, room) = (missing.len(), usize::try_from(room).unwrap_or(usize::MAX));
        for node in missing.into_iter().take(room) {
            self.create_pod(tools, &node);
        }
        if count > 0 {
            let unmade = i64::try_from(count.saturating_sub(room)).unwrap_or_default();
            pod_limits::note_unmade(tools, &self.set, unmade);
        }
        for pod in surplus {
            garbage::end(tools, &pod);
            let message = format!("Deleted pod: {}", pod.name());
            tools.event(&self.set, COMPONENT, "SuccessfulDelete", &message);
        }
    }

    fn create_pod(&self, tools: &mut Tools, node: &Object) {
        let prefix = format!("{}-", self.set.name());
        let name = tools.generated_name(Kind::Pod, self.set.namespace(), &prefix);
        let pod = create_from_template(tools, &self.set, &self.template, &name, |pod| {
            pod["metadata"]["generateName"] = prefix.into();
            bind_to(pod, node.name());
        });
        note_created(tools, &self.set, COMPONENT, pod);
    }

    fn is_updated(&self, pod: &Object) -> bool {
        let generation = template_generation(&self.set.value).to_string();
        pod.label(REVISION) == Some(&self.hash) || pod.label(GENERATION) == Some(&generation)
    }

    fn limit(&self, field: &str, nodes: usize) -> usize {
        let rolling = self.set.spec().field("updateStrategy").field("rollingUpdate");
        let limit = rolling.field(field);
        let percent = limit
            .as_text()
            .and_then(|text| text.strip_suffix('%')?.parse::<usize>().ok());
        let number = || usize::try_from(limit.number()).unwrap_or_default();
        percent.map_or_else(number, |percent| (nodes * percent).div_ceil(100))
    }

    /// The nodes that lack a pod, and the pods that are too many.
    ///
    /// Models: podsShouldBeOnNode.
    fn differences(&self, tools: &mut Tools, places: &[Place]) -> (Vec<Rc<Object>>, Vec<Rc<Object>>) {
        let surges = self.limit("maxSurge", 100) > 0;
        let (mut missing, mut surplus) = (Vec::new(), Vec::new());
        for place in places {
            let pods = || place.pods.iter().filter(|pod| !pod.is_terminating());
            if !place.stays {
                surplus.extend(pods().cloned());
                continue;
            }
            let over: Vec<_> = pods().filter(|pod| pod.is_over()).cloned().collect();
            for pod in over {
                self.note_over(tools, &pod, place.node.name());
                surplus.push(pod);
            }
            let running: Vec<_> = pods().filter(|pod| !pod.is_over()).collect();
            if place.pods.is_empty() || surges && running.is_empty() {
                if place.starts {
                    missing.push(place.node.clone());
                }
            } else if !surges {
                surplus.extend(running.into_iter().skip(1).cloned());
            } else {
                surplus.extend(self.surplus_of_surge(tools, &running));
            }
        }
        (missing, surplus)
    }

    /// A new pod beside an old one: the old one goes once the new one is available or it is itself no longer ready.
    fn surplus_of_surge(&self, tools: &Tools, running: &[&Rc<Object>]) -> Vec<Rc<Object>> {
        let is_new = |pod: &&Rc<Object>| pod.label(REVISION) == Some(&self.hash);
        let (new, old): (Vec<&Rc<Object>>, Vec<_>) = running.iter().copied().partition(is_new);
        let surplus = new.iter().skip(1).chain(old.iter().skip(1)).map(|pod| (*pod).clone());
        let mut surplus: Vec<Rc<Object>> = surplus.collect();
        if let (Some(new), Some(old)) = (new.first(), old.first())
            && (!old.is_ready() || is_available(tools, new, &self.set))
        {
            surplus.push((*old).clone());
        }
        surplus
    }

    fn note_over(&self, tools: &mut Tools, pod: &Object, node: &str) {
        let pod_name = format!("{}/{}", pod.namespace(), pod.name());
        if pod.status().field("phase") == "Failed" {
            let message = format!("Found failed daemon pod {pod_name} on node {node}, will try to kill it");
            tools.event_of_type("Warning", &self.set, COMPONENT, "FailedDaemonPod", &message);
        } else {
            let message = format!("Found succeeded daemon pod {pod_name} on node {node}, will try to delete it");
            tools.event(&self.set, COMPONENT, "SucceededDaemonPod", &message);
        }
    }

    /// The nodes that get a new pod beside the old one, and the old pods that go now.
    ///
    /// Models: pkg/controller/daemon/update.go rollingUpdate (v1.36).
    fn replacements(&self, tools: &Tools, places: &[Place]) -> (Vec<Rc<Object>>, Vec<Rc<Object>>) {
        let desired = places.iter().filter(|place| place.starts).count();
        let surge = self.limit("maxSurge", desired);
        let unavailable = self.limit("maxUnavailable", desired);
        let unavailable = if surge == 0 { unavailable.max(1) } else { unavailable };
        let (mut must, mut may, mut busy) = (Vec::new(), Vec::new(), 0);
        for place in places.iter().filter(|place| !place.pods.is_empty()) {
            let running = place.pods.iter().filter(|pod| !pod.is_terminating());
            let (new, old): (Vec<_>, Vec<_>) = running.partition(|pod| self.is_updated(pod));
            let ready = |pods: &[&Rc<Object>]| pods.first().is_some_and(|pod| is_available(tools, pod, &self.set));
            match (new.is_empty(), old.first()) {
                (true, Some(pod)) if ready(&old) => may.push((place, *pod)),
                (true, Some(pod)) => must.push((place, *pod)),
                _ if !ready(&new) => busy += 1,
                _ => {}
            }
        }
        if surge > 0 {
            let room = surge.saturating_sub(busy);
            let chosen = must.into_iter().chain(may.into_iter().take(room));
            return (chosen.map(|(place, _)| place.node.clone()).collect(), Vec::new());
        }
        let room = unavailable.saturating_sub(busy + must.len());
        let chosen = must.into_iter().chain(may.into_iter().take(room));
        (Vec::new(), chosen.map(|(_, pod)| pod.clone()).collect())
    }
}

/// Models: getNodesToDaemonPods, NodeShouldRunDaemonPod.
fn places(tools: &Tools, maker: &Maker, pods: &[Rc<Object>]) -> Vec<Place> {
    let mut by_node: BTreeMap<&str, Vec<Rc<Object>>> = BTreeMap::new();
    for pod in pods {
        if let Some(node) = pod.node().or_else(|| target_node(pod)) {
            by_node.entry(node).or_default().push(pod.clone());
        }
    }
    let spec = maker.template.spec();
    let named = spec.field("nodeName").text();
    let nodes = tools.store.all(Kind::Node);
    let places = nodes.map(|node| {
        let mut pods = by_node.remove(node.name()).unwrap_or_default();
        pods.order_by_key(|pod| (pod.node().is_none(), pod.order));
        let wanted = (named.is_empty() || named == node.name()) && node_fit::is_wanted(spec, node);
        let untolerated = |effect: &str| {
            let taints = node.spec().field("taints").list().iter();
            { taints }.any(|taint| taint.field("effect") == effect && !tolerates(spec, taint))
        };
        let executes = untolerated("NoExecute");
        Place {
            node: node.clone(),
            pods,
            starts: wanted && !executes && !untolerated("NoSchedule"),
            stays: wanted && !executes,
        }
    });
    places.collect()
}

/// Models: pkg/controller/daemon/util CreatePodTemplate (v1.36).
fn pod_template(set_: &Object, hash: &str) -> Value {
    let mut template = set_.spec().field("template").value.clone();
    let mut tolerations = template.spec().field("tolerations").list().to_vec();
    let on_host = template.spec().field("hostNetwork").flag().then_some(ON_HOST_NETWORK);
    for (key, effect) in TOLERATED.into_iter().chain(on_host) {
        let toleration = json!({"effect": effect, "key": key, "operator": "Exists"});
        let same = |it: &&mut Value| {
            it.field("key") == key
                && it.field("effect") == effect
                && it.field("value").text().is_empty()
                && it.field("operator") == "Exists"
        };
        match tolerations.iter_mut().find(same) {
            Some(known) => *known = toleration,
            None => tolerations.push(toleration),
        }
    }
    set(&mut template, &["spec", "tolerations"], tolerations.into());
    let generation = template_generation(&set_.value).to_string();
    set(&mut template, &["metadata", "labels", GENERATION], generation.into());
    set(&mut template, &["metadata", "labels", REVISION], hash.into());
    template
}

/// Has a pod's affinity name its node.
///
/// Models: pkg/controller/daemon/util ReplaceDaemonSetPodNodeNameNodeAffinity (v1.36).
fn bind_to(pod: &mut Value, node: &str) {
    let fields = json!([{"key": "metadata.name", "operator": "In", "values": [node]}]);
    let path = ["spec", "affinity", "nodeAffinity", REQUIRED, "nodeSelectorTerms"];
    let affinity = pod.spec().field("affinity").field("nodeAffinity");
    let mut terms = affinity.field(REQUIRED).field("nodeSelectorTerms").list().to_vec();
    if terms.is_empty() {
        terms.push(json!({}));
    }
    for term in &mut terms {
        term["matchFields"] = fields.clone();
    }
    set(pod, &path, terms.into());
}

/// The revision of the template, which is created if the template is new.
///
/// Models: pkg/controller/daemon/update.go constructHistory, snapshot (v1.36).
fn current_revision(tools: &mut Tools, set_: &Rc<Object>) -> Rc<Object> {
    adopt_revisions(tools, set_);
    let known = known_revisions(tools, set_);
    let data = revision_data(set_);
    let last = known.last().map_or(0, |last| number(last));
    let equal = known.iter().rev().find(|known| known.field("data") == &data).cloned();
    match equal {
        Some(equal) if number(&equal) == last => equal,
        Some(equal) => {
            let mut value = equal.value.clone();
            value["revision"] = (last + 1).into();
            tools.replace(&equal, value)
        }
        None => {
            let hash = names::template_hash(&data.to_string());
            let key = ObjectKey::new(set_.namespace(), &format!("{}-{hash}", set_.name()));
            let metadata = set_.metadata();
            let mut value = json!({
                "apiVersion": "apps/v1", "data": data, "kind": "ControllerRevision",
                "metadata": {
                    "annotations": metadata.field("annotations").value,
                    "labels": set_.spec().field("template").metadata().field("labels").value,
                    "ownerReferences": owner_references(set_),
                },
                "revision": last + 1,
            });
            set(&mut value, &["metadata", "labels", REVISION], hash.into());
            tools.insert(Kind::ControllerRevision, key, value)
        }
    }
}

/// Models: cleanupHistory.
fn clean_history(tools: &mut Tools, set_: &Rc<Object>, current: &Object) {
    let limit = set_.spec().field("revisionHistoryLimit").as_number().unwrap_or(10);
    let pods = tools.store.owned(set_.uid(), Kind::Pod);
    let mut old = known_revisions(tools, set_);
    old.retain(|revision| revision.name() != current.name());
    let surplus = old.len().saturating_sub(usize::try_from(limit).unwrap_or(usize::MAX));
    let is_live = |revision: &Object| pods.iter().any(|pod| pod.label(REVISION) == revision.label(REVISION));
    let gone: Vec<_> = { old.iter() }
        .filter(|it| !is_live(it))
        .take(surplus)
        .cloned()
        .collect();
    for revision in gone {
        garbage::erase(tools, Kind::ControllerRevision, &revision.key);
    }
}

/// Models: updateDaemonSetStatus.
fn write_status(tools: &mut Tools, maker: &Maker) {
    let Some(set_) = tools.store.get(Kind::DaemonSet, &maker.set.key).cloned() else {
        return;
    };
    let pods = tools.store.owned(set_.uid(), Kind::Pod);
    let (mut desired, mut current, mut stray, mut ready, mut updated, mut available) = (0, 0, 0, 0, 0, 0);
    for place in places(tools, maker, &pods) {
        if !place.starts {
            stray += i64::from(!place.pods.is_empty());
            continue;
        }
        desired += 1;
        if let Some(pod) = place.pods.first() {
            current += 1;
            ready += i64::from(pod.is_ready());
            available += i64::from(is_available(tools, pod, &set_));
            updated += i64::from(maker.is_updated(pod));
        }
    }
    if ready != available {
        await_next_available(tools, &set_);
    }
    let mut status = json!({
        "currentNumberScheduled": current, "desiredNumberScheduled": desired, "numberMisscheduled": stray,
        "numberReady": ready, "observedGeneration": set_.metadata().field("generation").number(),
    });
    for (field, number) in [
        ("updatedNumberScheduled", updated),
        ("numberAvailable", available),
        ("numberUnavailable", desired - available),
    ] {
        if number != 0 {
            status[field] = number.into();
        }
    }
    tools.replace_status(&set_, status);
}
