//! The nodes, and the scheduler's stand-in that chooses among them.

use crate::controllers::daemon_set;
use crate::controllers::garbage::{self, Deletion};
use crate::controllers::workload::is_rolled_out;
use crate::memo::kubelet_cache::{Addresses, PodPlace};
use crate::networks::Networks;
use crate::server::first_objects::node_lease;
use crate::stand_ins::kubelet;
use crate::stand_ins::scheduler::ledger::Ledger;
use crate::stand_ins::scheduler::node_rules::tolerates;
use crate::stand_ins::scheduler::preemption::{Victims, priority};
use crate::stand_ins::scheduler::{self, Candidate, Unplaced};
use crate::stand_ins::setting::Kubelet;
use crate::store::{Object, ObjectKey, Shared, Store, Tools, UsedBytes, set};
use crate::time::timestamp;
use api::view::Node;
use api::{Fields, Kind, Value};
use base::Order;
use serde_json::json;
use std::collections::BTreeSet;
use std::rc::Rc;

const PODS_PER_NODE: usize = 110;
/// The zones of several nodes, in turn.
const ZONES: [&str; 3] = ["zone-a", "zone-b", "zone-c"];

/// What the scheduler knows of the nodes, and the pods it has yet to start.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct Nodes {
    states: Shared<Vec<NodeState>>,
    /// New pods of rollouts that wait to be started, by their order of creation.
    waiting: BTreeSet<(u64, ObjectKey)>,
    ledger: Shared<Ledger>,
    /// The pods that no node takes: the most important first, else by their order of creation.
    unplaced: BTreeSet<(i64, u64, ObjectKey)>,
    /// Whether something has changed by which one of them may find a node.
    may_fit: bool,
}

#[derive(Clone)]
struct NodeState {
    name: Rc<str>,
    /// Its place among the nodes, from 0.
    number: usize,
    /// The last byte of the address given out last.
    last: u8,
    /// Whether it is deleted.
    gone: bool,
    /// Whether it is cordoned: it takes only pods that name or tolerate it.
    closed: bool,
    taints: Rc<[Value]>,
    /// What the scheduler asks of it.
    candidate: Option<Rc<Candidate>>,
}

impl NodeState {
    /// Models: pkg/scheduler/framework/plugins nodeunschedulable, tainttoleration Filter (v1.36).
    fn admits(&self, pod: &Object) -> bool {
        let keeps_off = |taint: &&Value| taint.field("effect") != "PreferNoSchedule";
        let mut taints = self.taints.iter().filter(keeps_off);
        let cordon = || json!({"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"});
        !self.gone
            && (!self.closed || tolerates(pod.spec(), &cordon()))
            && taints.all(|taint| tolerates(pod.spec(), taint))
    }

    fn pods(&self, store: &Store) -> usize {
        store.pod_addresses(&self.name).map_or(0, UsedBytes::len)
    }

    /// The next free address, or one of each family that have the same place in the node's ranges.
    fn next_addresses(&mut self, networks: &Networks, used: Option<&UsedBytes>) -> Option<Addresses> {
        let upward = (self.last.saturating_add(1).max(2)..255).chain(2..255);
        let last = { upward }.find(|last| !used.is_some_and(|used| used.contains(*last)))?;
        self.last = last;
        let address = |family| {
            Some(
                networks
                    .node_range(self.number, family)?
                    .address(last.into())
                    .to_string(),
            )
        };
        let mut addresses = networks.pod_families.each().filter_map(address);
        Some(Addresses {
            first: addresses.next()?,
            second: addresses.next(),
        })
    }
}

impl Nodes {
    /// Nodes that have these zones in turn, where it is not said which: three if they are several.
    pub(crate) fn new(tools: &mut Tools, count: usize, zones: Option<&[String]>) -> Self {
        let zone = |number: usize| match zones {
            Some(zones) => Some(zones.get(number.checked_rem(zones.len())?)?.as_str()),
            None if count > 1 => ZONES.get(number % ZONES.len()).copied(),
            None => None,
        };
        let mut states = Vec::with_capacity(count);
        for number in 0..count {
            let name = match count {
                1 => "minikube".to_owned(),
                _ => format!("node-{}", number + 1),
            };
            let key = ObjectKey::new("", &name);
            let mut value = node(tools, &name, number, zone(number));
            if tools.kubelet() == Kubelet::Programs {
                add_old_labels(&mut value);
            }
            let node = tools.insert(Kind::Node, key.clone(), value);
            let lease = node_lease(&name, node.uid(), tools.now());
            tools.insert(Kind::Lease, ObjectKey::new("kube-node-lease", &name), lease);
            states.push(NodeState {
                name: key.name,
                number,
                last: 1,
                gone: false,
                closed: false,
                taints: Rc::from([]),
                candidate: None,
            });
        }
        Self {
            states: states.into(),
            ..Self::default()
        }
    }

    /// Starts a pod; one of a rollout waits until the controllers have seen the one before.
    pub(crate) fn schedule(&mut self, tools: &mut Tools, key: &ObjectKey) {
        if tools.kubelet() == Kubelet::Programs && self.ledger.is_outdated(&tools.store, key) {
            self.ledger.edit().note(&tools.store, key);
            self.may_fit = true;
        }
        let Some(pod) = tools.store.get(Kind::Pod, key) else {
            return;
        };
        if pod.node().is_none() && is_rolled_out(&tools.store, pod) {
            self.waiting.insert((pod.order, key.clone()));
        } else {
            self.start(tools, key);
        }
    }

    /// Starts the next of the pods that wait, several at a time if there are many; returns whether there were any.
    pub(crate) fn start_waiting(&mut self, tools: &mut Tools) -> bool {
        let some = self.waiting.len().div_ceil(8);
        for _ in 0..some {
            if let Some((_, key)) = self.waiting.pop_first() {
                self.start(tools, &key);
            }
        }
        if some == 0 && std::mem::take(&mut self.may_fit) && !self.unplaced.is_empty() {
            for (.., key) in std::mem::take(&mut self.unplaced) {
                self.start(tools, &key);
            }
            return true;
        }
        some > 0
    }

    /// Tries again to place the pods that no node took: something else than a pod has changed.
    pub(crate) fn look_again(&mut self) {
        self.may_fit = true;
    }

    /// Gives a pod its node and lets it run.
    fn start(&mut self, tools: &mut Tools, key: &ObjectKey) {
        let Some(pod) = tools.store.get(Kind::Pod, key).cloned() else {
            return;
        };
        if pod.pod_ip().is_some() || pod.is_terminating() || !pod.spec().field("schedulingGates").list().is_empty() {
            return;
        }
        if tools.kubelet() == Kubelet::Programs {
            return self.start_truly(tools, &pod);
        }
        match self.place(&tools.store, &tools.networks(), &pod) {
            Some(place) => kubelet::start(tools, &pod, place),
            None => kubelet::report_unscheduled(tools, &pod),
        }
    }

    /// Lets a pod run where the scheduler puts it, or says why it cannot.
    fn start_truly(&mut self, tools: &mut Tools, pod: &Rc<Object>) {
        let known = |name: &str| self.states.iter().find(|state| *state.name == *name && !state.gone);
        let node = match pod.node() {
            Some(node) => known(node).map(|state| state.name.clone()),
            None if !scheduler::is_ours(pod) => None,
            None => {
                let candidates = self.states.iter().filter_map(|state| state.candidate.as_deref());
                let only = daemon_set::target_node(pod);
                match scheduler::choose(&tools.store, &self.ledger, pod, only, candidates) {
                    Ok(node) => Some(node),
                    Err(unplaced) => {
                        self.unplaced.insert((-priority(pod), pod.order, pod.key.clone()));
                        return report_unplaced(tools, pod, &unplaced);
                    }
                }
            }
        };
        let state = node.and_then(|node| self.states.edit().iter_mut().find(|state| state.name == node));
        let Some(state) = state else {
            return;
        };
        let networks = tools.networks();
        let host = node_addresses(&networks, state.number);
        let addresses = if pod.spec().field("hostNetwork").flag() {
            Some(host.clone())
        } else {
            state.next_addresses(&networks, tools.store.pod_addresses(&state.name))
        };
        let node = state.name.clone();
        if let Some(addresses) = addresses {
            kubelet::start(tools, pod, PodPlace { node, host, addresses });
            if self.ledger.is_outdated(&tools.store, &pod.key) {
                self.ledger.edit().note(&tools.store, &pod.key);
                self.may_fit = true;
            }
        }
    }

    /// The node with the fewest pods, the first of equals, and the next free address there.
    fn place(&mut self, store: &Store, networks: &Networks, pod: &Object) -> Option<PodPlace> {
        let wanted = pod
            .spec()
            .field("nodeSelector")
            .field("kubernetes.io/hostname")
            .as_text();
        let bound = pod.node().or_else(|| daemon_set::target_node(pod));
        let fits = |node: &&mut NodeState| {
            wanted.is_none_or(|name| *node.name == *name)
                && bound.is_none_or(|name| *node.name == *name)
                && (pod.node().is_some() || node.pods(store) < PODS_PER_NODE && node.admits(pod))
        };
        let nodes = self.states.edit().iter_mut().filter(fits);
        let node = { nodes }.min_by_key(|node| node.pods(store))?;
        let addresses = node.next_addresses(networks, store.pod_addresses(&node.name))?;
        Some(PodPlace {
            node: node.name.clone(),
            host: node_addresses(networks, node.number),
            addresses,
        })
    }

    /// Takes note of a changed node, and tries again to place the pods that wait for one.
    pub(crate) fn observe(&mut self, tools: &mut Tools, key: &ObjectKey) {
        let node = tools.store.get(Kind::Node, key);
        let gone = node.is_none();
        let closed = node.is_some_and(|node| Node::of(&node.value).is_unschedulable());
        let taints: Rc<[Value]> = node.map_or_else(|| Rc::from([]), |node| node.spec().field("taints").list().into());
        let known = self.states.iter().position(|state| state.name == key.name);
        let candidate = node.map(|node| Candidate::of(node));
        if let Some(state) = known.and_then(|place| self.states.get(place))
            && state.candidate.as_deref() != candidate.as_ref()
            && let Some(state) = known.and_then(|place| self.states.edit().get_mut(place))
        {
            state.candidate = candidate.map(Rc::new);
        }
        self.look_again();
        let changed = |state: &NodeState| (state.gone, state.closed) != (gone, closed) || state.taints != taints;
        let Some(place) = known.filter(|place| self.states.get(*place).is_some_and(changed)) else {
            return;
        };
        if let Some(state) = self.states.edit().get_mut(place) {
            (state.gone, state.closed, state.taints) = (gone, closed, taints);
        }
        let pods = tools.store.all(Kind::Pod).filter(|pod| pod.node().is_none());
        let mut unscheduled: Vec<_> = pods.cloned().collect();
        unscheduled.order_by_key(|pod| pod.order);
        for pod in unscheduled {
            self.start(tools, &pod.key);
        }
    }
}

fn node_addresses(networks: &Networks, number: usize) -> Addresses {
    let families = networks.pod_families;
    let address = |family| Networks::node_address(number, family).to_string();
    Addresses {
        first: address(families.primary()),
        second: families.is_dual().then(|| address(families.primary().other())),
    }
}

/// Says in the status of a pod why no node takes it, and in an event.
///
/// Models: pkg/scheduler/schedule_one.go handleSchedulingFailure (v1.36).
fn report_unplaced(tools: &mut Tools, pod: &Rc<Object>, unplaced: &Unplaced) {
    if unplaced.waits {
        return;
    }
    if let Some(victims) = &unplaced.victims {
        preempt(tools, pod, victims);
    }
    let why = &*unplaced.words;
    let conditions = pod.status().field("conditions");
    let before = conditions.find("type", "PodScheduled");
    if before.is_some_and(|before| before.field("message") == why) {
        return;
    }
    let now = timestamp(tools.now());
    let since = before.and_then(|before| before.field("lastTransitionTime").as_text());
    let condition = json!({
        "lastProbeTime": null, "lastTransitionTime": since.unwrap_or(&now), "message": why,
        "observedGeneration": pod.metadata().field("generation").value, "reason": "Unschedulable", "status": "False",
        "type": "PodScheduled",
    });
    let mut value = pod.value.clone();
    set(&mut value, &["status", "conditions"], json!([condition]));
    if let Some(victims) = &unplaced.victims {
        set(&mut value, &["status", "nominatedNodeName"], (*victims.node).into());
    }
    let pod = tools.replace(pod, value);
    tools.event_of_type("Warning", &pod, "default-scheduler", "FailedScheduling", why);
}

/// Has pods go that are in the way of another.
///
/// Models: pkg/scheduler/framework/preemption/executor.go newExecutor (v1.36).
fn preempt(tools: &mut Tools, pod: &Object, victims: &Victims) {
    let now = timestamp(tools.now());
    let message = format!("Preempted by pod {} on node {}", pod.uid(), victims.node);
    for victim in victims.pods.iter().filter(|victim| !victim.is_terminating()) {
        let mut conditions = victim.status().field("conditions").list().to_vec();
        conditions.push(json!({
            "lastProbeTime": null, "lastTransitionTime": now,
            "message": "default-scheduler: preempting to accommodate a higher priority pod",
            "observedGeneration": victim.metadata().field("generation").value, "reason": "PreemptionByScheduler",
            "status": "True", "type": "DisruptionTarget",
        }));
        let mut value = victim.value.clone();
        set(&mut value, &["status", "conditions"], conditions.into());
        let victim = tools.replace(victim, value);
        garbage::delete(tools, &victim, Deletion::default());
        tools.event_of_type("Normal", &victim, "default-scheduler", "Preempted", &message);
    }
}

/// Models: pkg/kubelet/kubelet_node_status.go initialNode (v1.36), whose old labels many manifests still select by.
fn add_old_labels(node: &mut Value) {
    for (label, value) in [("beta.kubernetes.io/arch", "amd64"), ("beta.kubernetes.io/os", "linux")] {
        set(node, &["metadata", "labels", label], value.into());
    }
}

fn node(tools: &Tools, name: &str, number: usize, zone: Option<&str>) -> Value {
    let mut labels = json!({
        "kubernetes.io/arch": "amd64", "kubernetes.io/hostname": name, "kubernetes.io/os": "linux",
    });
    if let Some(zone) = zone {
        labels["topology.kubernetes.io/zone"] = zone.into();
    }
    let resources = json!({"cpu": "4", "memory": "8Gi", "pods": "110"});
    let networks = tools.networks();
    let ranges = networks.pod_families.each();
    let ranges: Vec<String> = ranges
        .filter_map(|family| Some(networks.node_range(number, family)?.to_string()))
        .collect();
    let Addresses { first, second } = node_addresses(&networks, number);
    let internal = [Some(first), second].into_iter().flatten();
    let addresses: Vec<Value> = internal
        .map(|address| json!({"address": address, "type": "InternalIP"}))
        .chain([json!({"address": name, "type": "Hostname"})])
        .collect();
    let now = timestamp(tools.now());
    json!({
        "apiVersion": "v1", "kind": "Node",
        "metadata": {"annotations": {"node.alpha.kubernetes.io/ttl": "0"}, "labels": labels},
        "spec": {"podCIDR": ranges.first(), "podCIDRs": ranges},
        "status": {
            "addresses": addresses,
            "allocatable": resources, "capacity": resources,
            "conditions": [{
                "lastHeartbeatTime": now, "lastTransitionTime": now, "message": "kubelet is posting ready status",
                "reason": "KubeletReady", "status": "True", "type": "Ready",
            }],
            "daemonEndpoints": {"kubeletEndpoint": {"Port": 0}},
            "nodeInfo": {
                "architecture": "amd64", "bootID": "", "containerRuntimeVersion": "containerd://2.1.0",
                "kernelVersion": "6.8.0", "kubeProxyVersion": "", "kubeletVersion": "v1.36.2", "machineID": "",
                "operatingSystem": "linux", "osImage": "Debian GNU/Linux 12 (bookworm)", "systemUUID": "",
            },
        },
    })
}
