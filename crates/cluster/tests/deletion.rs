//! Deletion.
#![allow(clippy::unwrap_used, reason = "a test says what it expects")]

use api::Kind;
use cluster::{Cluster, Propagation, Reason, RequestOptions};
use serde_json::{Value, json};
use testing::{Play, cluster, deployment, within, workload};

fn selectorless(metadata: &Value) -> Value {
    json!({"metadata": metadata, "spec": {"ports": [{"port": 80}]}})
}

fn count(cluster: &Cluster, kind: Kind) -> usize {
    cluster.list(kind, Some("default")).len()
}

fn owners(cluster: &Cluster, kind: Kind) -> Vec<String> {
    let objects = cluster.list(kind, Some("default"));
    let references = objects
        .iter()
        .flat_map(|it| it.metadata().field("ownerReferences").list());
    references.map(|it| it["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_namespace_is_erased_some_seconds_after_its_pods() {
    let mut cluster = cluster(1);
    cluster.make(Kind::Namespace, &json!({"metadata": {"name": "x"}}));
    cluster.make(Kind::Deployment, &within("x", deployment("web", 1)));
    cluster.remove(Kind::Namespace, "x", Propagation::Background);
    let pods = |cluster: &Cluster| cluster.list(Kind::Pod, Some("x")).len();
    let refused = cluster.create(
        Kind::Service,
        "x",
        &selectorless(&json!({"name": "a"})),
        RequestOptions::default(),
    );
    assert_eq!(refused.unwrap_err().reason, Reason::Forbidden);
    assert_eq!((pods(&cluster), cluster.next_due()), (1, Some(5)));
    cluster.pass(5);
    cluster.settle();
    assert_eq!(pods(&cluster), 0, "pods go first, and none is made anew");
    assert_eq!(cluster.list(Kind::Deployment, Some("x")).len(), 1);
    let left = cluster.get(Kind::Namespace, "", "x").unwrap();
    assert_eq!(left.status().field("conditions").list().len(), 5);
    cluster.pass(5);
    cluster.settle();
    assert!(cluster.find(Kind::Namespace, "", "x").is_none());
    assert_eq!(cluster.next_due(), None);
}

#[test]
fn a_hastened_namespace_is_erased_at_once() {
    let mut cluster = cluster(1);
    cluster.make(Kind::Namespace, &json!({"metadata": {"name": "x"}}));
    cluster.make(Kind::Deployment, &within("x", deployment("web", 1)));
    cluster.remove(Kind::Namespace, "x", Propagation::Background);
    cluster.hasten("x");
    cluster.settle();
    assert!(cluster.find(Kind::Namespace, "", "x").is_none());
    assert_eq!(cluster.list(Kind::Deployment, Some("x")).len(), 0);
}

#[test]
fn a_finalizer_keeps_a_namespace_and_its_conditions_say_so() {
    let mut cluster = cluster(1);
    cluster.make(Kind::Namespace, &json!({"metadata": {"name": "x"}}));
    let kept = selectorless(&json!({"name": "a", "finalizers": ["example.com/x"]}));
    cluster.make(Kind::Service, &within("x", kept));
    cluster.remove(Kind::Namespace, "x", Propagation::Background);
    cluster.pass(5);
    cluster.settle();
    let left = cluster.get(Kind::Namespace, "", "x").unwrap();
    let said: Vec<&str> = left
        .status()
        .field("conditions")
        .list()
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
fn in_the_foreground_an_owner_is_erased_last() {
    let mut cluster = cluster(1);
    cluster.make(Kind::Deployment, &deployment("web", 1));
    let pod = cluster.list(Kind::Pod, Some("default"))[0].name().to_owned();
    cluster.hold("default", &pod, true);
    cluster.remove(Kind::Deployment, "web", Propagation::Foreground);
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
fn an_object_with_finalizers_waits_for_them() {
    let mut cluster = cluster(1);
    let kept = selectorless(&json!({"name": "a", "finalizers": ["example.com/x"]}));
    cluster.make(Kind::Service, &kept);
    cluster.remove(Kind::Service, "a", Propagation::Background);
    let waiting = cluster.get(Kind::Service, "default", "a").unwrap();
    assert!(waiting.is_terminating());
    cluster.change(Kind::Service, "a", |it| {
        it["metadata"]["finalizers"] = json!([]);
    });
    assert!(cluster.find(Kind::Service, "default", "a").is_none());
}

#[test]
fn an_object_without_any_of_its_owners_is_deleted() {
    let mut cluster = cluster(1);
    cluster.make(Kind::Service, &selectorless(&json!({"name": "a"})));
    cluster.make(Kind::Service, &selectorless(&json!({"name": "b"})));
    let reference = |cluster: &Cluster, name: &str| {
        let owner = cluster.get(Kind::Service, "default", name).unwrap();
        json!({"apiVersion": "v1", "kind": "Service", "name": name, "uid": owner.uid()})
    };
    let both = [reference(&cluster, "a"), reference(&cluster, "b")];
    cluster.make(
        Kind::Service,
        &selectorless(&json!({"name": "c", "ownerReferences": both})),
    );
    cluster.remove(Kind::Service, "a", Propagation::Background);
    assert_eq!(owners(&cluster, Kind::Service), ["b"], "the other is forgotten");
    cluster.remove(Kind::Service, "b", Propagation::Background);
    assert!(cluster.find(Kind::Service, "default", "c").is_none());
    let nobody = json!({"apiVersion": "v1", "kind": "ConfigMap", "name": "a", "uid": "1"});
    cluster.make(
        Kind::Service,
        &selectorless(&json!({"name": "d", "ownerReferences": [nobody]})),
    );
    assert!(
        cluster.find(Kind::Service, "default", "d").is_none(),
        "it never had one"
    );
}

#[test]
fn an_orphaned_replica_set_is_adopted() {
    let mut cluster = cluster(1);
    cluster.make(Kind::Deployment, &deployment("web", 1));
    cluster.remove(Kind::Deployment, "web", Propagation::Orphan);
    assert_eq!(owners(&cluster, Kind::ReplicaSet), [""; 0]);
    assert_eq!(count(&cluster, Kind::Pod), 1);
    cluster.make(Kind::Deployment, &deployment("web", 1));
    assert_eq!(
        owners(&cluster, Kind::ReplicaSet),
        ["web"],
        "the same template needs no other"
    );
    cluster.remove(Kind::Deployment, "web", Propagation::Orphan);
    cluster.make(Kind::Deployment, &workload(Kind::Deployment, "web", 1, "redis"));
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
    let mut cluster = cluster(1);
    cluster.make(Kind::StatefulSet, &workload(Kind::StatefulSet, "db", 1, "nginx"));
    cluster.remove(Kind::StatefulSet, "db", Propagation::Orphan);
    assert_eq!(owners(&cluster, Kind::ControllerRevision), [""; 0]);
    cluster.make(Kind::StatefulSet, &workload(Kind::StatefulSet, "db", 1, "nginx"));
    assert_eq!(owners(&cluster, Kind::ControllerRevision), ["db"]);
    assert_eq!(owners(&cluster, Kind::Pod), ["db"]);
}
