//! What goes, what stays and what waits when something is deleted.
#![allow(clippy::unwrap_used, reason = "a test says what it expects")]

use api::Kind;
use cluster::{Cluster, Config, Options, Propagation};
use serde_json::{Value, json};

fn cluster() -> Cluster {
    Cluster::new(&Config { nodes: 1, seed: 7 })
}

fn create_in(cluster: &mut Cluster, namespace: &str, kind: Kind, value: &Value) {
    cluster.create(kind, namespace, value, Options::default()).unwrap();
    cluster.settle();
}

fn create(cluster: &mut Cluster, kind: Kind, value: &Value) {
    create_in(cluster, "default", kind, value);
}

fn change(cluster: &mut Cluster, kind: Kind, name: &str, edit: impl Fn(&mut Value)) {
    let mut value = cluster.get(kind, "default", name).unwrap().value.clone();
    edit(&mut value);
    cluster
        .update(kind, "default", name, &value, Options::default())
        .unwrap();
    cluster.settle();
}

fn delete(cluster: &mut Cluster, kind: Kind, name: &str, propagation: Propagation) {
    let namespace = if kind.namespaced() { "default" } else { "" };
    cluster.delete(kind, namespace, name, propagation).unwrap();
    cluster.settle();
}

fn workload(name: &str, image: &str) -> Value {
    json!({"metadata": {"name": name}, "spec": {"replicas": 1, "selector": {"matchLabels": {"app": name}},
        "template": {"metadata": {"labels": {"app": name}}, "spec": {"containers": [{"name": "x", "image": image}]}}}})
}

fn service(metadata: &Value) -> Value {
    json!({"metadata": metadata, "spec": {"ports": [{"port": 80}]}})
}

fn count(cluster: &Cluster, kind: Kind) -> usize {
    cluster.list(kind, Some("default")).len()
}

fn owners(cluster: &Cluster, kind: Kind) -> Vec<String> {
    let objects = cluster.list(kind, Some("default"));
    let references = objects.iter().flat_map(|it| it.list(&["metadata", "ownerReferences"]));
    references.map(|it| it["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_namespace_goes_a_while_after_its_pods() {
    let mut cluster = cluster();
    create_in(&mut cluster, "", Kind::Namespace, &json!({"metadata": {"name": "x"}}));
    create_in(&mut cluster, "x", Kind::Deployment, &workload("web", "nginx"));
    delete(&mut cluster, Kind::Namespace, "x", Propagation::Background);
    let pods = |cluster: &Cluster| cluster.list(Kind::Pod, Some("x")).len();
    let refused = cluster.create(Kind::Service, "x", &service(&json!({"name": "a"})), Options::default());
    assert_eq!(refused.unwrap_err().reason, "Forbidden");
    assert_eq!((pods(&cluster), cluster.next_due()), (1, Some(5)));
    cluster.pass(5);
    cluster.settle();
    assert_eq!(pods(&cluster), 0, "pods go first, and none is made anew");
    assert_eq!(cluster.list(Kind::Deployment, Some("x")).len(), 1);
    let left = cluster.get(Kind::Namespace, "", "x").unwrap();
    assert_eq!(left.list(&["status", "conditions"]).len(), 5);
    cluster.pass(5);
    cluster.settle();
    assert!(cluster.find(Kind::Namespace, "", "x").is_none());
    assert_eq!(cluster.next_due(), None);
}

#[test]
fn who_waits_for_a_namespace_finds_it_gone() {
    let mut cluster = cluster();
    create_in(&mut cluster, "", Kind::Namespace, &json!({"metadata": {"name": "x"}}));
    create_in(&mut cluster, "x", Kind::Deployment, &workload("web", "nginx"));
    delete(&mut cluster, Kind::Namespace, "x", Propagation::Background);
    cluster.hasten("x");
    cluster.settle();
    assert!(cluster.find(Kind::Namespace, "", "x").is_none());
    assert_eq!(cluster.list(Kind::Deployment, Some("x")).len(), 0);
}

#[test]
fn a_finalizer_keeps_a_namespace_and_says_so() {
    let mut cluster = cluster();
    create_in(&mut cluster, "", Kind::Namespace, &json!({"metadata": {"name": "x"}}));
    let kept = service(&json!({"name": "a", "finalizers": ["example.com/x"]}));
    create_in(&mut cluster, "x", Kind::Service, &kept);
    delete(&mut cluster, Kind::Namespace, "x", Propagation::Background);
    cluster.pass(5);
    cluster.settle();
    let left = cluster.get(Kind::Namespace, "", "x").unwrap();
    let said: Vec<&str> = left
        .list(&["status", "conditions"])
        .iter()
        .filter(|it| it["status"] == "True")
        .map(|it| it["message"].as_str().unwrap())
        .collect();
    assert_eq!(
        said,
        [
            "Some resources are remaining: services. has 1 resource instances",
            "Some content in the namespace has finalizers remaining: example.com/x in 1 resource instances"
        ]
    );
}

#[test]
fn in_the_foreground_an_owner_goes_last() {
    let mut cluster = cluster();
    create(&mut cluster, Kind::Deployment, &workload("web", "nginx"));
    let pod = cluster.list(Kind::Pod, Some("default"))[0].name().to_owned();
    cluster.hold("default", &pod, true);
    delete(&mut cluster, Kind::Deployment, "web", Propagation::Foreground);
    for kind in [Kind::Deployment, Kind::ReplicaSet] {
        let waiting = &cluster.list(kind, Some("default"))[0];
        assert_eq!(waiting.value["metadata"]["finalizers"], json!(["foregroundDeletion"]));
        assert!(waiting.is_terminating());
    }
    cluster.hold("default", &pod, false);
    cluster.settle();
    let left = [Kind::Deployment, Kind::ReplicaSet, Kind::Pod].map(|kind| count(&cluster, kind));
    assert_eq!(left, [0, 0, 0]);
}

#[test]
fn finalizers_are_waited_for() {
    let mut cluster = cluster();
    let kept = service(&json!({"name": "a", "finalizers": ["example.com/x"]}));
    create(&mut cluster, Kind::Service, &kept);
    delete(&mut cluster, Kind::Service, "a", Propagation::Background);
    let waiting = cluster.get(Kind::Service, "default", "a").unwrap();
    assert!(waiting.is_terminating());
    change(&mut cluster, Kind::Service, "a", |it| {
        it["metadata"]["finalizers"] = json!([]);
    });
    assert!(cluster.find(Kind::Service, "default", "a").is_none());
}

#[test]
fn what_lost_all_its_owners_goes() {
    let mut cluster = cluster();
    create(&mut cluster, Kind::Service, &service(&json!({"name": "a"})));
    create(&mut cluster, Kind::Service, &service(&json!({"name": "b"})));
    let reference = |cluster: &Cluster, name: &str| {
        let owner = cluster.get(Kind::Service, "default", name).unwrap();
        json!({"apiVersion": "v1", "kind": "Service", "name": name, "uid": owner.uid()})
    };
    let both = [reference(&cluster, "a"), reference(&cluster, "b")];
    create(
        &mut cluster,
        Kind::Service,
        &service(&json!({"name": "c", "ownerReferences": both})),
    );
    delete(&mut cluster, Kind::Service, "a", Propagation::Background);
    assert_eq!(owners(&cluster, Kind::Service), ["b"], "the other is forgotten");
    delete(&mut cluster, Kind::Service, "b", Propagation::Background);
    assert!(cluster.find(Kind::Service, "default", "c").is_none());
    let nobody = json!({"apiVersion": "v1", "kind": "ConfigMap", "name": "a", "uid": "1"});
    create(
        &mut cluster,
        Kind::Service,
        &service(&json!({"name": "d", "ownerReferences": [nobody]})),
    );
    assert!(
        cluster.find(Kind::Service, "default", "d").is_none(),
        "it never had one"
    );
}

#[test]
fn an_orphaned_replica_set_is_adopted() {
    let mut cluster = cluster();
    create(&mut cluster, Kind::Deployment, &workload("web", "nginx"));
    delete(&mut cluster, Kind::Deployment, "web", Propagation::Orphan);
    assert_eq!(owners(&cluster, Kind::ReplicaSet), [""; 0]);
    assert_eq!(count(&cluster, Kind::Pod), 1);
    create(&mut cluster, Kind::Deployment, &workload("web", "nginx"));
    assert_eq!(
        owners(&cluster, Kind::ReplicaSet),
        ["web"],
        "the same template needs no other"
    );
    delete(&mut cluster, Kind::Deployment, "web", Propagation::Orphan);
    create(&mut cluster, Kind::Deployment, &workload("web", "redis"));
    assert_eq!(
        owners(&cluster, Kind::ReplicaSet),
        ["web", "web"],
        "another template comes beside it"
    );
    let revision = cluster.get(Kind::Deployment, "default", "web").unwrap();
    assert_eq!(revision.annotation("deployment.kubernetes.io/revision"), Some("2"));
}

#[test]
fn orphaned_revisions_are_adopted() {
    let mut cluster = cluster();
    create(&mut cluster, Kind::StatefulSet, &workload("db", "nginx"));
    delete(&mut cluster, Kind::StatefulSet, "db", Propagation::Orphan);
    assert_eq!(owners(&cluster, Kind::ControllerRevision), [""; 0]);
    create(&mut cluster, Kind::StatefulSet, &workload("db", "nginx"));
    assert_eq!(owners(&cluster, Kind::ControllerRevision), ["db"]);
    assert_eq!(owners(&cluster, Kind::Pod), ["db"]);
}
