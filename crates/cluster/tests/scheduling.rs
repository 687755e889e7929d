//! Which node takes a pod, and why none does.
#![allow(clippy::unwrap_used, reason = "a test says what it expects")]

use api::Kind;
use cluster::{Cluster, Config, Kubelet, Propagation};
use serde_json::{Value, json};
use testing::{Play, pod, with};

fn cluster(nodes: usize) -> Cluster {
    Cluster::new(&Config {
        nodes,
        kubelet: Kubelet::Programs,
        ..Config::default()
    })
}

/// The node of a pod, or why it has none.
fn place(cluster: &Cluster, pod: &str) -> String {
    let pod = cluster.find(Kind::Pod, "default", pod).unwrap();
    let condition = pod.status().field("conditions").find("type", "PodScheduled");
    let why = condition.map(|condition| condition.field("message").text());
    pod.node().or(why).unwrap_or_default().to_owned()
}

/// Where the only pod of a cluster comes to be.
#[track_caller]
fn alone(nodes: usize, spec: &Value) -> String {
    let mut cluster = cluster(nodes);
    cluster.make(Kind::Pod, &with(pod("web", "web"), spec));
    place(&cluster, "web")
}

/// What stands behind the reasons where no other pod could make room.
fn unhelpful(nodes: usize) -> String {
    format!(
        "no new claims to deallocate, preemption: 0/{nodes} nodes are available: {nodes} Preemption is not helpful for scheduling."
    )
}

fn asking(requests: &Value) -> Value {
    json!({"containers": [{"name": "c", "image": "nginx", "resources": {"requests": requests, "limits": requests}}]})
}

#[test]
fn a_pod_waits_for_a_node_with_its_labels() {
    assert_eq!(
        alone(2, &json!({"nodeSelector": {"disk": "ssd"}})),
        format!(
            "0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector. {}",
            unhelpful(2)
        )
    );
    assert_eq!(
        alone(2, &json!({"nodeSelector": {"kubernetes.io/hostname": "node-2"}})),
        "node-2"
    );
    let affinity = |operator: &str, values: &Value| {
        let rule = json!({"key": "topology.kubernetes.io/zone", "operator": operator, "values": values});
        let terms = json!({"nodeSelectorTerms": [{"matchExpressions": [rule]}]});
        json!({"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": terms}}})
    };
    assert_eq!(alone(3, &affinity("In", &json!(["zone-c"]))), "node-3");
    assert_eq!(alone(2, &affinity("NotIn", &json!(["zone-a"]))), "node-2");
    let mut cluster = cluster(1);
    cluster.make(
        Kind::Pod,
        &with(pod("web", "web"), &json!({"nodeSelector": {"disk": "ssd"}})),
    );
    cluster.change(Kind::Node, "minikube", |node| {
        node["metadata"]["labels"]["disk"] = "ssd".into();
    });
    assert_eq!(place(&cluster, "web"), "minikube");
}

#[test]
fn a_pod_waits_for_what_it_asks_for() {
    assert_eq!(
        alone(2, &asking(&json!({"cpu": "200"}))),
        format!("0/2 nodes are available: 2 Insufficient cpu. {}", unhelpful(2))
    );
    assert_eq!(
        alone(
            1,
            &asking(&json!({"cpu": "5", "memory": "900Gi", "nvidia.com/gpu": "1"}))
        ),
        format!(
            "0/1 nodes are available: 1 Insufficient cpu, 1 Insufficient memory, 1 Insufficient nvidia.com/gpu. {}",
            unhelpful(1)
        )
    );
    let mut cluster = cluster(1);
    for name in ["one", "two"] {
        cluster.make(Kind::Pod, &with(pod(name, "web"), &asking(&json!({"cpu": "3"}))));
    }
    assert_eq!(place(&cluster, "one"), "minikube");
    assert_eq!(
        place(&cluster, "two"),
        "0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod."
    );
    cluster.remove(Kind::Pod, "one", Propagation::Background);
    cluster.advance(1);
    assert_eq!(place(&cluster, "two"), "minikube");
}

#[test]
fn a_taint_keeps_pods_off() {
    let mut cluster = cluster(1);
    cluster.change(Kind::Node, "minikube", |node| {
        node["spec"]["taints"] = json!([{"key": "gpu", "value": "yes", "effect": "NoSchedule"}]);
    });
    cluster.make(Kind::Pod, &pod("web", "web"));
    assert_eq!(
        place(&cluster, "web"),
        format!(
            "0/1 nodes are available: 1 node(s) had untolerated taint(s). {}",
            unhelpful(1)
        )
    );
    let tolerates = json!({"tolerations": [{"key": "gpu", "operator": "Exists"}]});
    cluster.make(Kind::Pod, &with(pod("other", "web"), &tolerates));
    assert_eq!(place(&cluster, "other"), "minikube");
}

#[test]
fn pods_keep_apart_and_together() {
    let term = json!([{"topologyKey": "kubernetes.io/hostname", "labelSelector": {"matchLabels": {"app": "web"}}}]);
    let rule = |kind: &str| json!({"affinity": {kind: {"requiredDuringSchedulingIgnoredDuringExecution": term}}});
    let mut cluster = cluster(2);
    for name in ["a", "b", "c"] {
        cluster.make(Kind::Pod, &with(pod(name, "web"), &rule("podAntiAffinity")));
    }
    assert_eq!([place(&cluster, "a"), place(&cluster, "b")], ["node-1", "node-2"]);
    let why = "0/2 nodes are available: 2 node(s) didn't match pod anti-affinity rules. ";
    assert!(place(&cluster, "c").starts_with(why), "{}", place(&cluster, "c"));
    cluster.make(Kind::Pod, &pod("plain", "web"));
    let why = "0/2 nodes are available: 2 node(s) didn't satisfy existing pods anti-affinity rules. ";
    assert!(
        place(&cluster, "plain").starts_with(why),
        "{}",
        place(&cluster, "plain")
    );
    cluster.make(Kind::Pod, &with(pod("near", "cache"), &rule("podAffinity")));
    assert_eq!(place(&cluster, "near"), "node-1");

    let mut cluster = self::cluster(2);
    cluster.make(Kind::Pod, &with(pod("near", "cache"), &rule("podAffinity")));
    let why = "0/2 nodes are available: 2 node(s) didn't match pod affinity rules. ";
    assert!(place(&cluster, "near").starts_with(why), "{}", place(&cluster, "near"));
    cluster.make(Kind::Pod, &with(pod("first", "web"), &rule("podAffinity")));
    assert_eq!(
        [place(&cluster, "first"), place(&cluster, "near")],
        ["node-1", "node-1"]
    );
}

#[test]
fn pods_are_spread_as_evenly_as_they_ask() {
    let rule = json!({
        "maxSkew": 1, "topologyKey": "kubernetes.io/hostname", "whenUnsatisfiable": "DoNotSchedule",
        "labelSelector": {"matchLabels": {"app": "web"}},
    });
    let spread = json!({"topologySpreadConstraints": [rule]});
    let mut cluster = cluster(2);
    cluster.change(Kind::Node, "node-2", |node| node["spec"]["unschedulable"] = true.into());
    for name in ["a", "b"] {
        cluster.make(Kind::Pod, &with(pod(name, "web"), &spread));
    }
    assert_eq!(place(&cluster, "a"), "node-1");
    let why = "0/2 nodes are available: 1 node(s) didn't match pod topology spread constraints, 1 node(s) were unschedulable. ";
    assert!(place(&cluster, "b").starts_with(why), "{}", place(&cluster, "b"));
}

#[test]
fn a_claim_that_is_absent_or_unbound_keeps_its_pod_waiting() {
    let mount = json!({"volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}]});
    let claim = |class: &str| {
        json!({
            "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "data"},
            "spec": {
                "accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}},
                "storageClassName": class,
            },
        })
    };
    let mut first = cluster(1);
    first.make(Kind::Pod, &with(pod("web", "web"), &mount));
    assert_eq!(
        place(&first, "web"),
        "0/1 nodes are available: persistentvolumeclaim \"data\" not found. not found"
    );
    let mut second = first.clone();
    first.make(Kind::PersistentVolumeClaim, &claim("fast"));
    assert_eq!(
        place(&first, "web"),
        "0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found"
    );
    second.make(Kind::PersistentVolumeClaim, &claim("standard"));
    assert_eq!(place(&second, "web"), "minikube");
    let volumes = second.list(Kind::PersistentVolume, None);
    assert_eq!(volumes.len(), 1);
    assert_eq!(volumes[0].status().field("phase"), "Bound");
}

#[test]
fn a_port_of_the_node_is_taken_once() {
    let port =
        json!({"containers": [{"name": "c", "image": "nginx", "ports": [{"containerPort": 80, "hostPort": 8080}]}]});
    let mut cluster = cluster(1);
    for name in ["a", "b"] {
        cluster.make(Kind::Pod, &with(pod(name, "web"), &port));
    }
    assert_eq!(place(&cluster, "a"), "minikube");
    let why = "0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports. ";
    assert!(place(&cluster, "b").starts_with(why), "{}", place(&cluster, "b"));
}

#[test]
fn a_pod_of_another_scheduler_waits_in_silence() {
    assert_eq!(alone(1, &json!({"schedulerName": "mine"})), "");
}

#[test]
fn a_pod_on_the_hosts_network_has_its_nodes_address() {
    let mut cluster = cluster(2);
    cluster.make(Kind::Pod, &with(pod("web", "web"), &json!({"hostNetwork": true})));
    let pod = cluster.find(Kind::Pod, "default", "web").unwrap();
    assert_eq!(pod.pod_ip(), Some("192.168.49.2"));
    assert_eq!(pod.status().field("hostIP"), "192.168.49.2");
}

#[test]
fn a_failure_is_told_once_in_an_event() {
    let mut cluster = cluster(1);
    cluster.make(
        Kind::Pod,
        &with(pod("web", "web"), &json!({"nodeSelector": {"disk": "ssd"}})),
    );
    cluster.make(Kind::Pod, &pod("other", "web"));
    let events = cluster.list(Kind::Event, Some("default"));
    let failed: Vec<_> = events
        .iter()
        .filter(|event| event.field("reason") == "FailedScheduling")
        .collect();
    assert_eq!(failed.len(), 1);
    assert_eq!(failed[0].field("type"), "Warning");
}

#[test]
fn a_node_has_the_old_labels_that_manifests_still_select_by() {
    let selector = json!({"nodeSelector": {"beta.kubernetes.io/os": "linux", "beta.kubernetes.io/arch": "amd64"}});
    assert_eq!(alone(1, &selector), "minikube");
}
