//! Nodes, and stand-ins for the scheduler and the kubelets.

use crate::Cluster;
use crate::store::object::{Object, ObjectKey, at, list, set};
use crate::time::timestamp;
use api::{Kind, Value};
use base::Order;
use serde_json::json;
use std::rc::Rc;

/// How many pods a node takes.
const PODS_PER_NODE: usize = 110;

/// What the scheduler and the kubelet of a node remember.
#[derive(Clone, Debug)]
pub(crate) struct NodeState {
    name: Rc<str>,
    number: usize,
    pods: usize,
    /// The last part of the address given out last.
    last: u8,
    used: std::collections::BTreeSet<u8>,
    /// Whether pods are kept off it unless they name it: cordoned, or gone.
    closed: bool,
    /// What keeps pods off it that do not tolerate it.
    taints: Rc<[Value]>,
}

impl NodeState {
    /// Whether the scheduler may put a pod there.
    ///
    /// Models: pkg/scheduler/framework/plugins nodeunschedulable, tainttoleration Filter (v1.36).
    fn admits(&self, pod: &Object) -> bool {
        let keeps_off = |taint: &&Value| at(taint, &["effect"]) != "PreferNoSchedule";
        let mut taints = self.taints.iter().filter(keeps_off);
        !self.closed && taints.all(|taint| tolerates(pod, taint))
    }

    fn next_address(&mut self) -> Option<String> {
        let upward = (self.last.saturating_add(1).max(2)..255).chain(2..255);
        let last = { upward }.find(|last| !self.used.contains(last))?;
        self.last = last;
        self.used.insert(last);
        Some(format!("10.244.{}.{last}", self.number))
    }
}

/// What a pod becomes when it starts follows from this and the pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Start {
    place: Place,
    now: i64,
    ready: bool,
}

/// Where a pod runs.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    node: Rc<str>,
    /// The node's own address.
    host: String,
    /// The pod's.
    address: String,
}

/// The address of a node by its number, from 0.
fn node_address(number: usize) -> String {
    let last = number + 2;
    format!("192.168.{}.{}", 49 + last / 256, last % 256)
}

impl Cluster {
    pub(crate) fn add_nodes(&mut self, count: usize) {
        let mut states = Vec::with_capacity(count);
        for number in 0..count {
            let name = if count == 1 {
                "minikube".to_owned()
            } else {
                format!("node-{}", number + 1)
            };
            let key = ObjectKey::new("", &name);
            let node = node(self, &name, number, count);
            self.insert(Kind::Node, key.clone(), node);
            states.push(NodeState {
                name: key.name,
                number,
                pods: 0,
                last: 1,
                used: std::collections::BTreeSet::new(),
                closed: false,
                taints: Rc::from([]),
            });
        }
        self.nodes = Rc::new(states);
    }

    /// Gives a pod its node and lets it run.
    pub(crate) fn start_pod(&mut self, key: &ObjectKey) {
        let Some(pod) = self.store.get(Kind::Pod, key).cloned() else {
            return;
        };
        if pod.pod_ip().is_some() || pod.is_terminating() || !pod.list(&["spec", "schedulingGates"]).is_empty() {
            return;
        }
        let Some(place) = self.place(&pod) else {
            let mut value = pod.value.clone();
            set(
                &mut value,
                &["status", "conditions"],
                json!([condition("PodScheduled", false, self.now, &pod)]),
            );
            self.replace(&pod, value);
            return;
        };
        let start = Start {
            place,
            now: self.now,
            ready: self.is_reported_ready(&pod),
        };
        let started = match pod.started.after(&start) {
            Some(started) => self.write_cached(&started),
            None => self.run_pod(&pod, &start.place),
        };
        pod.started.keep(start, started);
    }

    fn run_pod(&mut self, pod: &Rc<Object>, Place { node, host, address }: &Place) -> Rc<Object> {
        let mut value = pod.value.clone();
        set(&mut value, &["spec", "nodeName"], (**node).into());
        set(&mut value, &["status", "phase"], "Running".into());
        set(&mut value, &["status", "hostIP"], host.as_str().into());
        set(&mut value, &["status", "hostIPs"], json!([{"ip": host}]));
        set(&mut value, &["status", "podIP"], address.as_str().into());
        set(&mut value, &["status", "podIPs"], json!([{"ip": address}]));
        set(&mut value, &["status", "startTime"], timestamp(self.now).into());
        self.write_readiness(pod, &mut value);
        // Being bound to a node is no change of the spec's generation.
        self.write(Kind::Pod, pod.key.clone(), value)
    }

    /// Ready, unless it was said otherwise by hand.
    fn is_reported_ready(&self, pod: &Object) -> bool {
        self.readiness.get(&pod.key).copied().unwrap_or(true)
    }

    /// The kubelet's report of a pod, anew.
    pub(crate) fn report(&mut self, key: &ObjectKey) {
        let Some(pod) = self.store.get(Kind::Pod, key).cloned() else {
            return;
        };
        if pod.pod_ip().is_none() {
            return;
        }
        let mut value = pod.value.clone();
        self.write_readiness(&pod, &mut value);
        self.replace(&pod, value);
    }

    fn write_readiness(&self, pod: &Object, value: &mut Value) {
        let ready = self.is_reported_ready(pod);
        let named = [
            "PodReadyToStartContainers",
            "Initialized",
            "Ready",
            "ContainersReady",
            "PodScheduled",
        ];
        let conditions: Vec<Value> = named
            .iter()
            .map(|name| condition(name, ready || !name.ends_with("eady"), self.now, pod))
            .collect();
        set(value, &["status", "conditions"], conditions.into());
        let started = at(value, &["status", "startTime"]).clone();
        let statuses: Vec<Value> = list(at(value, &["spec", "containers"]))
            .iter()
            .map(|container| {
                let image = container.get("image").cloned().unwrap_or_default();
                json!({
                    "containerID": "containerd://0", "image": image, "imageID": image, "lastState": {},
                    "name": container.get("name"), "ready": ready, "restartCount": 0, "started": true,
                    "state": {"running": {"startedAt": started}},
                })
            })
            .collect();
        set(value, &["status", "containerStatuses"], statuses.into());
    }

    /// The node with the fewest pods, the first of equals, and the next free address there.
    fn place(&mut self, pod: &Object) -> Option<Place> {
        let wanted = pod.text(&["spec", "nodeSelector", "kubernetes.io/hostname"]);
        let bound = pod.node();
        let fits = |node: &&mut NodeState| {
            wanted.is_none_or(|name| *node.name == *name)
                && bound.is_none_or(|name| *node.name == *name)
                && (bound.is_some() || node.pods < PODS_PER_NODE && node.admits(pod))
        };
        let node = Rc::make_mut(&mut self.nodes)
            .iter_mut()
            .filter(fits)
            .min_by_key(|node| node.pods)?;
        let address = node.next_address()?;
        node.pods += 1;
        Some(Place {
            node: node.name.clone(),
            host: node_address(node.number),
            address,
        })
    }

    /// The scheduler looks at a node that was changed, and again at the pods that wait for one.
    pub(crate) fn observe_node(&mut self, key: &ObjectKey) {
        let node = self.store.get(Kind::Node, key).cloned();
        let closed = node
            .as_ref()
            .is_none_or(|node| node.at(&["spec", "unschedulable"]) == &Value::Bool(true));
        let taints: Rc<[Value]> = node.map_or_else(|| Rc::from([]), |node| node.list(&["spec", "taints"]).into());
        let known = self.nodes.iter().find(|state| state.name == key.name);
        if known.is_none_or(|state| state.closed == closed && state.taints == taints) {
            return;
        }
        if let Some(state) = Rc::make_mut(&mut self.nodes)
            .iter_mut()
            .find(|state| state.name == key.name)
        {
            (state.closed, state.taints) = (closed, taints);
        }
        let mut waiting = self.list(Kind::Pod, None);
        waiting.retain(|pod| pod.node().is_none());
        waiting.order_by_key(|pod| pod.order);
        for pod in waiting {
            self.start_pod(&pod.key);
        }
    }

    pub(crate) fn leave_node(&mut self, pod: &Object) {
        let (Some(name), Some(address)) = (pod.node(), pod.pod_ip()) else {
            return;
        };
        let last = address.rsplit('.').next().and_then(|last| last.parse::<u8>().ok());
        if let Some(node) = Rc::make_mut(&mut self.nodes)
            .iter_mut()
            .find(|node| *node.name == *name)
        {
            node.pods = node.pods.saturating_sub(1);
            if let Some(last) = last {
                node.used.remove(&last);
            }
        }
    }

    /// Ends a pod: gone at once, unless its kubelet is held back.
    pub(crate) fn delete_pod(&mut self, pod: &Rc<Object>) {
        let grace = pod.number(&["spec", "terminationGracePeriodSeconds"]).unwrap_or(30);
        if self.held.contains(&pod.key) {
            self.mark_deleted(pod, pod.value.clone(), grace);
        } else {
            self.finish(pod, 0);
        }
    }
}

/// Models: staging/src/k8s.io/component-helpers/scheduling/corev1 ToleratesTaint (v1.36).
fn tolerates(pod: &Object, taint: &Value) -> bool {
    pod.list(&["spec", "tolerations"]).iter().any(|toleration| {
        let of = |field: &str| at(toleration, &[field]).as_str().unwrap_or_default();
        let taints = |field: &str| at(taint, &[field]).as_str().unwrap_or_default();
        let any = of("operator") == "Exists";
        (of("effect").is_empty() || of("effect") == taints("effect"))
            && (of("key") == taints("key") || of("key").is_empty() && any)
            && (any || of("value") == taints("value"))
    })
}

fn condition(name: &str, holds: bool, now: i64, pod: &Object) -> Value {
    let status = if holds { "True" } else { "False" };
    let before = pod
        .list(&["status", "conditions"])
        .iter()
        .find(|condition| at(condition, &["type"]) == name && at(condition, &["status"]) == status);
    let since = before.map_or_else(
        || timestamp(now).into(),
        |before| at(before, &["lastTransitionTime"]).clone(),
    );
    json!({"lastProbeTime": null, "lastTransitionTime": since, "status": status, "type": name})
}

/// How a pod's resources are guaranteed.
///
/// Models: pkg/apis/core/v1/helper/qos/qos.go ComputePodQOS (v1.36).
pub(crate) fn qos_class(pod: &Value) -> &'static str {
    let whole = at(pod, &["spec", "resources"]);
    let owners: Vec<&Value> = if whole.is_null() {
        let lists = ["containers", "initContainers"];
        lists
            .iter()
            .flat_map(|it| list(at(pod, &["spec", it])))
            .map(|container| at(container, &["resources"]))
            .collect()
    } else {
        vec![whole]
    };
    let amount = |resources: &Value, part: &str, name: &str| {
        let text = at(resources, &[part, name]).as_str();
        text.and_then(api::quantity::nanos).filter(|it| *it > 0)
    };
    let mut parts = owners.iter().map(|resources| {
        ["cpu", "memory"].map(|name| (amount(resources, "requests", name), amount(resources, "limits", name)))
    });
    let amounts: Vec<_> = parts.by_ref().flatten().collect();
    if amounts.iter().all(|it| *it == (None, None)) {
        return "BestEffort";
    }
    let asked = |of: usize| -> i128 { amounts.iter().skip(of).step_by(2).filter_map(|it| it.0).sum() };
    let allowed = |of: usize| -> i128 { amounts.iter().skip(of).step_by(2).filter_map(|it| it.1).sum() };
    let limited = amounts.iter().all(|(_, limit)| limit.is_some());
    let equal = [0, 1].into_iter().all(|of| asked(of) == allowed(of));
    if limited && equal { "Guaranteed" } else { "Burstable" }
}

fn node(cluster: &Cluster, name: &str, number: usize, count: usize) -> Value {
    let mut labels = json!({
        "kubernetes.io/arch": "amd64", "kubernetes.io/hostname": name, "kubernetes.io/os": "linux",
    });
    if count > 1 {
        let zone = ["zone-a", "zone-b", "zone-c"]
            .get(number % 3)
            .copied()
            .unwrap_or("zone-a");
        labels["topology.kubernetes.io/zone"] = zone.into();
    }
    let resources = json!({"cpu": "4", "memory": "8Gi", "pods": "110"});
    let cidr = format!("10.244.{number}.0/24");
    let now = timestamp(cluster.now);
    json!({
        "apiVersion": "v1", "kind": "Node",
        "metadata": {"annotations": {"node.alpha.kubernetes.io/ttl": "0"}, "labels": labels},
        "spec": {"podCIDR": cidr, "podCIDRs": [cidr]},
        "status": {
            "addresses": [
                {"address": node_address(number), "type": "InternalIP"}, {"address": name, "type": "Hostname"},
            ],
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

/// A port that a container listens on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listens {
    /// The port.
    pub port: u16,
    /// `TCP`, `UDP` or `SCTP`.
    pub protocol: String,
    /// Whether it listens on the loopback address alone, so that nobody but the pod itself reaches it.
    pub loopback_only: bool,
}

/// Our annotation that says what a pod's containers listen on: `8080,9090/UDP,127.0.0.1:6060`.
pub const LISTENS: &str = "playground/listens";

/// What a pod's containers listen on: what its annotation says, else what their images are known for.
///
/// Differs: a real cluster can't tell; `containerPort` opens nothing here as there.
pub fn listens(pod: &Object) -> Vec<Listens> {
    if let Some(text) = pod.annotation(LISTENS) {
        return text.split(',').filter_map(|word| listen(word.trim())).collect();
    }
    let containers = pod.list(&["spec", "containers"]).iter();
    containers
        .filter_map(|container| at(container, &["image"]).as_str())
        .flat_map(of_image)
        .collect()
}

fn listen(word: &str) -> Option<Listens> {
    let (address, protocol) = word.split_once('/').unwrap_or((word, "TCP"));
    let (loopback_only, port) = match address.trim().split_once(':') {
        Some((host, port)) => (["127.0.0.1", "localhost"].contains(&host), port),
        None => (false, address),
    };
    Some(Listens {
        port: port.trim().parse().ok()?,
        protocol: protocol.trim().to_uppercase(),
        loopback_only,
    })
}

fn of_image(image: &str) -> Vec<Listens> {
    let path = image.split('@').next().unwrap_or_default();
    let name = path
        .rsplit('/')
        .next()
        .unwrap_or_default()
        .split(':')
        .next()
        .unwrap_or_default();
    let words: &[&str] = match name {
        "nginx" => &["80"],
        "redis" => &["6379"],
        "mysql" => &["3306"],
        "coredns" => &["53", "53/UDP"],
        _ => &[],
    };
    words.iter().filter_map(|word| listen(word)).collect()
}
