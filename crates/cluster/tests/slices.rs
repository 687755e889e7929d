//! The exact content of a Service's slices.
#![allow(clippy::unwrap_used, reason = "a test says what it expects")]

use api::Kind;
use cluster::{Cluster, Object, Propagation};
use serde_json::{Value, json};
use std::rc::Rc;
use testing::{Play, pod, service, with};

const CHANGED: &str = "endpoints.kubernetes.io/last-change-trigger-time";

/// Two pods `web-1` and `web-2`, and a Service of them.
fn cluster(spec: &Value) -> Cluster {
    let mut cluster = testing::cluster(1);
    for name in ["web-1", "web-2"] {
        cluster.make(Kind::Pod, &pod(name, "web"));
    }
    cluster.make(Kind::Service, &with(service("web"), spec));
    cluster
}

fn slice(cluster: &Cluster) -> Rc<Object> {
    let mut slices = cluster.list(Kind::EndpointSlice, Some("default"));
    slices.retain(|slice| slice.label("kubernetes.io/service-name") == Some("web"));
    slices.remove(0)
}

#[test]
fn ports_are_in_the_order_of_their_hashes() {
    let ports = json!([{"name": "c", "port": 3}, {"name": "a", "port": 1}, {"name": "b", "port": 2}]);
    let cluster = cluster(&json!({"ports": ports}));
    let names: Vec<_> = slice(&cluster)
        .field("ports")
        .list()
        .iter()
        .map(|port| port["name"].clone())
        .collect();
    assert_eq!(names, ["b", "c", "a"]);
}

#[test]
fn an_empty_list_is_stored_as_null() {
    let nobody = cluster(&json!({"selector": {"app": "nobody"}}));
    assert_eq!(slice(&nobody).field("endpoints"), &Value::Null);
    assert_eq!(slice(&nobody).field("ports"), &Value::Null);
    let unnamed = cluster(&json!({"ports": [{"port": 80, "targetPort": "nope"}]}));
    assert_eq!(slice(&unnamed).field("endpoints").list().len(), 2);
    assert_eq!(slice(&unnamed).field("ports"), &Value::Null);
}

#[test]
fn the_trigger_is_annotated_only_if_a_pod_was_added() {
    let mut cluster = cluster(&json!({}));
    let service = cluster.get(Kind::Service, "default", "web").unwrap();
    let created = service.metadata().field("creationTimestamp").as_text();
    let endpoints = |cluster: &Cluster| cluster.get(Kind::Endpoints, "default", "web").unwrap();
    assert_eq!(slice(&cluster).annotation(CHANGED), created);
    assert_eq!(endpoints(&cluster).annotation(CHANGED), created);
    cluster.set_now(5);
    cluster.set_ready("default", "web-2", false);
    cluster.settle();
    assert_eq!(
        slice(&cluster).annotation(CHANGED),
        Some(cluster::timestamp(5).as_str())
    );
    cluster
        .delete(Kind::Pod, "default", "web-1", Propagation::Background.into())
        .unwrap();
    cluster.settle();
    assert_eq!(slice(&cluster).metadata().field("annotations"), &Value::Null);
    assert_eq!(endpoints(&cluster).metadata().field("annotations"), &Value::Null);
}

#[test]
fn a_label_counts_up_the_generation_of_a_slice() {
    let mut cluster = cluster(&json!({}));
    let generation = |cluster: &Cluster| slice(cluster).metadata().field("generation").as_number();
    assert_eq!(generation(&cluster), Some(1));
    cluster.change(Kind::Service, "web", |service| {
        service["metadata"]["labels"] = json!({"team": "x"});
    });
    assert_eq!(generation(&cluster), Some(2));
    cluster.change(Kind::Service, "web", |service| {
        service["metadata"]["annotations"] = json!({"note": "x"});
    });
    assert_eq!(generation(&cluster), Some(2));
}

#[test]
fn a_service_that_becomes_an_external_name_keeps_its_slices() {
    let mut cluster = cluster(&json!({}));
    cluster.change(Kind::Service, "web", |service| {
        service["spec"]["type"] = "ExternalName".into();
        service["spec"]["externalName"] = "db.example.com".into();
        for field in ["clusterIP", "clusterIPs"] {
            service["spec"].as_object_mut().unwrap().remove(field);
        }
    });
    assert_eq!(slice(&cluster).field("endpoints").list().len(), 2);
}
