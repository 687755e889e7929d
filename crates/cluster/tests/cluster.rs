//! What a user of a cluster sees happen.
#![allow(clippy::unwrap_used, reason = "a test says what it expects")]

use api::Kind;
use cluster::{Cluster, Config, Options, Propagation};
use serde_json::{Value, json};

fn cluster(nodes: usize) -> Cluster {
    Cluster::new(&Config { nodes, seed: 7 })
}

fn create(cluster: &mut Cluster, kind: Kind, value: &Value) {
    cluster.create(kind, "default", value, Options::default()).unwrap();
    cluster.settle();
}

fn pod(name: &str) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "labels": {"app": "web"}},
        "spec": {"containers": [{"name": "web", "image": "nginx"}]},
    })
}

fn service() -> Value {
    json!({
        "apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"},
        "spec": {"selector": {"app": "web"}, "ports": [{"port": 80}]},
    })
}

fn deployment(replicas: usize, image: &str) -> Value {
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"},
        "spec": {
            "replicas": replicas, "selector": {"matchLabels": {"app": "web"}},
            "template": {
                "metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "web", "image": image}]},
            },
        },
    })
}

/// Each endpoint of the Service `web` as `address ready`.
fn endpoints(cluster: &Cluster) -> Vec<String> {
    let slices = cluster.list(Kind::EndpointSlice, Some("default"));
    slices
        .iter()
        .filter(|slice| slice.label("kubernetes.io/service-name") == Some("web"))
        .flat_map(|slice| slice.list(&["endpoints"]).to_vec())
        .map(|endpoint| {
            format!(
                "{} {}",
                endpoint["addresses"][0].as_str().unwrap(),
                endpoint["conditions"]["ready"]
            )
        })
        .collect()
}

#[test]
fn a_service_that_becomes_an_external_name_keeps_its_endpoints_as_they_were() {
    let mut cluster = cluster(1);
    create(&mut cluster, Kind::Pod, &pod("web-1"));
    create(&mut cluster, Kind::Service, &service());
    let mut value = cluster.get(Kind::Service, "default", "web").unwrap().value.clone();
    value["spec"]["type"] = "ExternalName".into();
    value["spec"]["externalName"] = "db.example.com".into();
    for field in ["clusterIP", "clusterIPs"] {
        value["spec"].as_object_mut().unwrap().remove(field);
    }
    cluster
        .update(Kind::Service, "default", "web", &value, Options::default())
        .unwrap();
    cluster.settle();
    create(&mut cluster, Kind::Pod, &pod("web-2"));
    assert_eq!(endpoints(&cluster), ["10.244.0.2 true"]);
}

#[test]
fn a_service_finds_its_pods_and_follows_them() {
    let mut cluster = cluster(1);
    create(&mut cluster, Kind::Service, &service());
    assert_eq!(endpoints(&cluster), [""; 0]);
    create(&mut cluster, Kind::Pod, &pod("a"));
    create(&mut cluster, Kind::Pod, &pod("b"));
    assert_eq!(endpoints(&cluster), ["10.244.0.2 true", "10.244.0.3 true"]);
    cluster.set_ready("default", "a", false);
    cluster.settle();
    assert_eq!(endpoints(&cluster), ["10.244.0.2 false", "10.244.0.3 true"]);
    cluster
        .delete(Kind::Pod, "default", "b", Propagation::Background)
        .unwrap();
    cluster.settle();
    assert_eq!(endpoints(&cluster), ["10.244.0.2 false"]);
}

#[test]
fn a_held_pod_stays_terminating_and_is_no_longer_ready_for_traffic() {
    let mut cluster = cluster(1);
    create(&mut cluster, Kind::Service, &service());
    create(&mut cluster, Kind::Pod, &pod("a"));
    cluster.hold("default", "a", true);
    cluster
        .delete(Kind::Pod, "default", "a", Propagation::Background)
        .unwrap();
    cluster.settle();
    assert_eq!(endpoints(&cluster), ["10.244.0.2 false"]);
    assert!(cluster.get(Kind::Pod, "default", "a").unwrap().is_terminating());
    cluster.hold("default", "a", false);
    cluster.settle();
    assert_eq!(endpoints(&cluster), [""; 0]);
}

#[test]
fn a_deployment_rolls_to_its_new_template() {
    let mut cluster = cluster(3);
    create(&mut cluster, Kind::Deployment, &deployment(3, "nginx"));
    cluster
        .update(
            Kind::Deployment,
            "default",
            "web",
            &deployment(3, "nginx:2"),
            Options::default(),
        )
        .unwrap();
    cluster.settle();
    let pods = cluster.list(Kind::Pod, Some("default"));
    assert_eq!(pods.len(), 3);
    assert!(
        pods.iter()
            .all(|pod| pod.list(&["spec", "containers"])[0]["image"] == "nginx:2")
    );
    assert_eq!(cluster.list(Kind::ReplicaSet, Some("default")).len(), 2);
}

#[test]
fn slices_hold_a_hundred_endpoints() {
    let mut cluster = cluster(10);
    create(&mut cluster, Kind::Service, &service());
    create(&mut cluster, Kind::Deployment, &deployment(250, "nginx"));
    assert_eq!(endpoints(&cluster).len(), 250);
    assert_eq!(cluster.list(Kind::EndpointSlice, Some("default")).len(), 1 + 3);
}

#[test]
fn a_full_node_leaves_the_next_pod_pending() {
    let mut cluster = cluster(1);
    create(&mut cluster, Kind::Deployment, &deployment(111, "nginx"));
    let pods = cluster.list(Kind::Pod, None);
    let pending = pods
        .iter()
        .filter(|pod| pod.text(&["status", "phase"]) == Some("Pending"));
    assert_eq!(pending.count(), 1);
}

#[test]
fn names_and_addresses_follow_from_the_seed_and_not_from_what_else_there_is() {
    let address = |before: &[&str]| {
        let mut cluster = cluster(1);
        for name in before {
            let mut value = service();
            value["metadata"]["name"] = (*name).into();
            create(&mut cluster, Kind::Service, &value);
        }
        create(&mut cluster, Kind::Service, &service());
        let made = cluster.get(Kind::Service, "default", "web").unwrap();
        made.text(&["spec", "clusterIP"]).unwrap().to_owned()
    };
    assert_eq!(address(&[]), address(&["a", "b"]));
}

#[test]
fn a_clone_is_a_cluster_of_its_own() {
    let mut first = cluster(1);
    create(&mut first, Kind::Pod, &pod("a"));
    let mut second = first.clone();
    second
        .delete(Kind::Pod, "default", "a", Propagation::Background)
        .unwrap();
    assert!(first.find(Kind::Pod, "default", "a").is_some());
    assert!(second.find(Kind::Pod, "default", "a").is_none());
}
