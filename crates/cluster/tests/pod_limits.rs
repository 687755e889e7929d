//! Limits on the pods that controllers make.
#![allow(clippy::unwrap_used, reason = "a test says what it expects")]

use api::Kind;
use cluster::{Cluster, Config, PodLimits, Propagation};
use serde_json::json;
use testing::{Play, deployment, with, workload};

/// A cluster on which controllers make at most 10 pods: 8 for a replica set, 4 for a stateful set.
fn limited() -> Cluster {
    Cluster::new(&Config {
        nodes: 1,
        limits: PodLimits {
            in_all: 10,
            per_replica_set: 8,
            per_stateful_set: 4,
            ..PodLimits::default()
        },
        ..Config::default()
    })
}

fn pods(cluster: &Cluster, prefix: &str) -> usize {
    let pods = cluster.list(Kind::Pod, None);
    pods.iter().filter(|pod| pod.name().starts_with(prefix)).count()
}

/// How many pods each workload lacks, as `web-…: 20`.
fn unmade(cluster: &Cluster) -> Vec<(String, i64)> {
    let unmade = cluster.unmade_pods();
    unmade
        .map(|(_, key, pods)| (key.name.split('-').next().unwrap().to_owned(), pods))
        .collect()
}

#[test]
fn a_deployment_is_stored_as_written_and_its_status_counts_the_pods_that_exist() {
    let mut cluster = limited();
    cluster.make(Kind::Deployment, &deployment("web", 2_147_483_647));
    let web = cluster.get(Kind::Deployment, "default", "web").unwrap();
    assert_eq!(web.spec().field("replicas").as_number(), Some(2_147_483_647));
    assert_eq!(web.status().field("readyReplicas").as_number(), Some(8));
    assert_eq!(pods(&cluster, "web"), 8);
    assert_eq!(unmade(&cluster), [("web".to_owned(), 2_147_483_639)]);
    let events = cluster.list(Kind::Event, None);
    let failed: Vec<_> = events
        .iter()
        .filter(|event| event.field("reason") == "FailedCreate")
        .collect();
    assert_eq!(failed.len(), 1);
    assert_eq!(
        failed[0].field("message").as_text(),
        Some("Error creating: the playground makes at most 8 pods for a replica set")
    );
}

#[test]
fn deployments_share_the_limit_first_come_first_served() {
    let mut cluster = limited();
    cluster.make(Kind::Deployment, &deployment("one", 8));
    cluster.make(Kind::Deployment, &deployment("two", 8));
    assert_eq!((pods(&cluster, "one"), pods(&cluster, "two")), (8, 2));
    assert_eq!(unmade(&cluster), [("two".to_owned(), 6)]);
}

#[test]
fn deleted_pods_make_room_for_missing_ones() {
    let mut cluster = limited();
    cluster.make(Kind::Deployment, &deployment("one", 8));
    cluster.make(Kind::Deployment, &deployment("two", 8));
    cluster.change(Kind::Deployment, "one", |object| object["spec"]["replicas"] = 1.into());
    assert_eq!((pods(&cluster, "one"), pods(&cluster, "two")), (1, 8));
    assert_eq!(unmade(&cluster), []);
}

#[test]
fn a_deleted_workload_lacks_nothing() {
    let mut cluster = limited();
    cluster.make(Kind::Deployment, &deployment("web", 30));
    cluster.remove(Kind::Deployment, "web", Propagation::Background);
    assert_eq!(unmade(&cluster), []);
    assert_eq!(pods(&cluster, "web"), 0);
}

#[test]
fn a_rollout_at_the_limit_ends() {
    let mut cluster = limited();
    cluster.make(Kind::Deployment, &deployment("web", 8));
    cluster.change(Kind::Deployment, "web", |object| {
        object["spec"]["template"]["spec"]["containers"][0]["image"] = "nginx:2".into();
    });
    let web = cluster.get(Kind::Deployment, "default", "web").unwrap();
    assert_eq!(web.status().field("updatedReplicas").as_number(), Some(8));
    assert_eq!(unmade(&cluster), []);
}

#[test]
fn a_stateful_set_has_a_limit_of_its_own() {
    for policy in ["OrderedReady", "Parallel"] {
        let mut cluster = limited();
        let set = workload(Kind::StatefulSet, "db", 2_147_483_647, "nginx");
        let set = with(set, &json!({"serviceName": "db", "podManagementPolicy": policy}));
        cluster.make(Kind::StatefulSet, &set);
        assert_eq!(pods(&cluster, "db"), 4);
        assert_eq!(unmade(&cluster), [("db".to_owned(), 2_147_483_643)]);
        cluster.change(Kind::StatefulSet, "db", |object| object["spec"]["replicas"] = 2.into());
        assert_eq!(pods(&cluster, "db"), 2);
        assert_eq!(unmade(&cluster), []);
    }
}

#[test]
fn a_stateful_set_takes_the_room_that_is_left() {
    for policy in ["OrderedReady", "Parallel"] {
        let mut cluster = limited();
        cluster.make(Kind::Deployment, &deployment("web", 8));
        let set = workload(Kind::StatefulSet, "db", 4, "nginx");
        let set = with(set, &json!({"serviceName": "db", "podManagementPolicy": policy}));
        cluster.make(Kind::StatefulSet, &set);
        assert_eq!(pods(&cluster, "db"), 2);
        assert_eq!(unmade(&cluster), [("db".to_owned(), 2)]);
        cluster.change(Kind::Deployment, "web", |object| object["spec"]["replicas"] = 1.into());
        assert_eq!(pods(&cluster, "db"), 4);
        assert_eq!(unmade(&cluster), []);
    }
}
