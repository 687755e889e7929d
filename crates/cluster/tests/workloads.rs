//! Deployments and stateful sets as a user of the cluster sees them.
#![allow(clippy::unwrap_used, reason = "a test says what it expects")]

use api::Kind;
use cluster::{Cluster, Object};
use serde_json::{Value, json};
use std::rc::Rc;
use testing::{Play, cluster, with, workload};

/// Changes a spec a second later.
fn change(cluster: &mut Cluster, kind: Kind, name: &str, edit: impl FnOnce(&mut Value)) {
    cluster.set_now(u64::try_from(cluster.now()).unwrap() + 1);
    cluster.change(kind, name, |object| edit(&mut object["spec"]));
}

fn set_image(spec: &mut Value, image: &str) {
    spec["template"]["spec"]["containers"][0]["image"] = image.into();
}

/// The replica sets by revision, each as `revision: wanted/ready`.
fn sets(cluster: &Cluster) -> Vec<String> {
    let mut sets: Vec<String> = cluster
        .list(Kind::ReplicaSet, Some("default"))
        .iter()
        .map(|set| {
            let revision = set.annotation("deployment.kubernetes.io/revision").unwrap();
            let ready = set.status().field("readyReplicas").number();
            format!("{revision}: {}/{ready}", set.spec().field("replicas").number())
        })
        .collect();
    sets.sort();
    sets
}

fn events(cluster: &Cluster, about: Kind) -> Vec<String> {
    let mut events = cluster.list(Kind::Event, Some("default"));
    events.sort_by_key(|event| event.order);
    events
        .iter()
        .filter(|event| event.field("involvedObject").field("kind") == about.name())
        .map(|event| event.field("message").as_text().unwrap().to_owned())
        .collect()
}

/// The conditions in their order, each as `type status reason`.
fn conditions(object: &Object) -> Vec<String> {
    let text = |condition: &Value, field: &str| condition[field].as_str().unwrap().to_owned();
    object
        .status()
        .field("conditions")
        .list()
        .iter()
        .map(|it| format!("{} {} {}", text(it, "type"), text(it, "status"), text(it, "reason")))
        .collect()
}

/// The pods of the stateful set `db`, each as `name image ready`.
fn members(cluster: &Cluster) -> Vec<String> {
    let ready = |pod: &Rc<Object>| if pod.is_ready() { "ready" } else { "unready" };
    cluster
        .list(Kind::Pod, Some("default"))
        .iter()
        .map(|pod| {
            let image = pod.spec().field("containers").list()[0]["image"].as_str().unwrap();
            format!("{} {image} {}", pod.name(), ready(pod))
        })
        .collect()
}

#[test]
fn a_replica_set_is_created_with_its_size() {
    let mut cluster = cluster(1);
    cluster.make(Kind::Deployment, &workload(Kind::Deployment, "web", 3, "nginx"));
    let sets = cluster.list(Kind::ReplicaSet, Some("default"));
    assert_eq!(sets[0].metadata().field("generation").as_number(), Some(1));
    assert_eq!(sets[0].status().field("terminatingReplicas"), &json!(0));
    let message = format!("Scaled up replica set {} from 0 to 3", sets[0].name());
    assert_eq!(events(&cluster, Kind::Deployment), [message]);
    let deployment = cluster.get(Kind::Deployment, "default", "web").unwrap();
    assert_eq!(
        conditions(&deployment),
        [
            "Available True MinimumReplicasAvailable",
            "Progressing True NewReplicaSetAvailable"
        ]
    );
}

#[test]
fn a_paused_deployment_is_scaled_but_not_rolled_out() {
    let mut cluster = cluster(1);
    cluster.make(Kind::Deployment, &workload(Kind::Deployment, "web", 3, "nginx"));
    change(&mut cluster, Kind::Deployment, "web", |spec| {
        spec["paused"] = true.into();
    });
    let deployment = cluster.get(Kind::Deployment, "default", "web").unwrap();
    assert_eq!(
        conditions(&deployment),
        [
            "Available True MinimumReplicasAvailable",
            "Progressing Unknown DeploymentPaused"
        ]
    );
    change(&mut cluster, Kind::Deployment, "web", |spec| {
        set_image(spec, "nginx:2");
    });
    assert_eq!(sets(&cluster), ["1: 3/3"]);
    change(&mut cluster, Kind::Deployment, "web", |spec| {
        spec["replicas"] = 5.into();
    });
    assert_eq!(sets(&cluster), ["1: 5/5"]);
    change(&mut cluster, Kind::Deployment, "web", |spec| {
        spec["paused"] = false.into();
    });
    assert_eq!(sets(&cluster), ["1: 0/0", "2: 5/5"]);
}

#[test]
fn a_stuck_rollout_is_scaled_in_proportion() {
    let mut cluster = cluster(1);
    let spec = json!({"strategy": {"rollingUpdate": {"maxSurge": 2, "maxUnavailable": 0}}});
    cluster.make(
        Kind::Deployment,
        &with(workload(Kind::Deployment, "web", 4, "nginx"), &spec),
    );
    // The names of new pods depend on their set; two of them are kept from becoming ready.
    change(&mut cluster, Kind::Deployment, "web", |spec| {
        spec["paused"] = true.into();
        set_image(spec, "nginx:2");
    });
    let mut ahead = cluster.clone();
    change(&mut ahead, Kind::Deployment, "web", |spec| {
        spec["paused"] = false.into();
    });
    for pod in ahead.list(Kind::Pod, Some("default")) {
        cluster.set_ready("default", pod.name(), false);
    }
    change(&mut cluster, Kind::Deployment, "web", |spec| {
        spec["paused"] = false.into();
    });
    assert_eq!(sets(&cluster), ["1: 4/4", "2: 2/0"]);
    change(&mut cluster, Kind::Deployment, "web", |spec| {
        spec["replicas"] = 10.into();
    });
    assert_eq!(sets(&cluster), ["1: 8/8", "2: 4/0"]);
}

#[test]
fn recreate_deletes_all_old_pods_before_it_creates_a_new_set() {
    let mut cluster = cluster(1);
    let spec = json!({"strategy": {"type": "Recreate"}});
    cluster.make(
        Kind::Deployment,
        &with(workload(Kind::Deployment, "web", 2, "nginx"), &spec),
    );
    let held = cluster.list(Kind::Pod, Some("default"))[0].name().to_owned();
    cluster.hold("default", &held, true);
    change(&mut cluster, Kind::Deployment, "web", |spec| {
        set_image(spec, "nginx:2");
    });
    assert_eq!(sets(&cluster), ["1: 0/0"]);
    cluster.hold("default", &held, false);
    cluster.settle();
    assert_eq!(sets(&cluster), ["1: 0/0", "2: 2/2"]);
}

#[test]
fn a_template_that_is_used_again_keeps_its_earlier_numbers() {
    let mut cluster = cluster(1);
    cluster.make(Kind::Deployment, &workload(Kind::Deployment, "web", 1, "nginx"));
    for image in ["nginx:2", "nginx", "nginx:2", "nginx"] {
        change(&mut cluster, Kind::Deployment, "web", |spec| set_image(spec, image));
    }
    let sets = cluster.list(Kind::ReplicaSet, Some("default"));
    let mut numbers: Vec<_> = sets
        .iter()
        .map(|set| set.annotation("deployment.kubernetes.io/revision-history").unwrap())
        .collect();
    numbers.sort_unstable();
    assert_eq!(numbers, ["1,3", "2"]);
}

#[test]
fn a_pod_is_available_only_after_min_ready_seconds() {
    let mut cluster = cluster(1);
    let spec = json!({"minReadySeconds": 5});
    cluster.make(
        Kind::Deployment,
        &with(workload(Kind::Deployment, "web", 1, "nginx"), &spec),
    );
    let available = |cluster: &Cluster| {
        let deployment = cluster.get(Kind::Deployment, "default", "web").unwrap();
        deployment.status().field("availableReplicas").as_number()
    };
    assert_eq!(available(&cluster), None);
    cluster.set_now(4);
    cluster.settle();
    assert_eq!(available(&cluster), None);
    cluster.set_now(5);
    cluster.settle();
    assert_eq!(available(&cluster), Some(1));
}

#[test]
fn a_stateful_set_waits_for_each_pod() {
    let mut cluster = cluster(1);
    cluster.set_ready("default", "db-1", false);
    cluster.make(Kind::StatefulSet, &workload(Kind::StatefulSet, "db", 3, "nginx"));
    assert_eq!(members(&cluster), ["db-0 nginx ready", "db-1 nginx unready"]);
    // Only the first unready pod may be deleted.
    change(&mut cluster, Kind::StatefulSet, "db", |spec| {
        spec["replicas"] = 1.into();
    });
    assert_eq!(members(&cluster), ["db-0 nginx ready"]);
}

#[test]
fn a_stateful_set_deletes_no_pod_while_another_is_unready() {
    let mut cluster = cluster(1);
    cluster.make(Kind::StatefulSet, &workload(Kind::StatefulSet, "db", 3, "nginx"));
    cluster.set_ready("default", "db-0", false);
    change(&mut cluster, Kind::StatefulSet, "db", |spec| {
        spec["replicas"] = 1.into();
    });
    assert_eq!(members(&cluster).len(), 3);
    cluster.set_ready("default", "db-0", true);
    cluster.settle();
    assert_eq!(members(&cluster), ["db-0 nginx ready"]);
}

#[test]
fn below_the_partition_pods_are_created_from_the_old_template() {
    let mut cluster = cluster(1);
    let spec = json!({"updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 2}}});
    cluster.make(
        Kind::StatefulSet,
        &with(workload(Kind::StatefulSet, "db", 3, "nginx"), &spec),
    );
    change(&mut cluster, Kind::StatefulSet, "db", |spec| {
        set_image(spec, "nginx:2");
    });
    let expected = ["db-0 nginx ready", "db-1 nginx ready", "db-2 nginx:2 ready"];
    assert_eq!(members(&cluster), expected);
    cluster
        .delete(Kind::Pod, "default", "db-0", cluster::Propagation::Background.into())
        .unwrap();
    cluster.settle();
    assert_eq!(members(&cluster), expected);
    let set = cluster.get(Kind::StatefulSet, "default", "db").unwrap();
    assert_ne!(
        set.status().field("currentRevision").as_text(),
        set.status().field("updateRevision").as_text()
    );
    let revisions = cluster.list(Kind::ControllerRevision, Some("default"));
    let mut numbers: Vec<_> = revisions.iter().map(|it| it.field("revision").as_number()).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, [Some(1), Some(2)]);
}

#[test]
fn a_stateful_set_adopts_only_pods_with_its_names() {
    let mut cluster = cluster(1);
    for name in ["db-0", "other"] {
        let pod = json!({
            "apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "labels": {"app": "db"}},
            "spec": {"containers": [{"name": "it", "image": "redis"}]},
        });
        cluster.make(Kind::Pod, &pod);
    }
    cluster.make(Kind::StatefulSet, &workload(Kind::StatefulSet, "db", 1, "nginx"));
    let controlled = |name: &str| cluster.get(Kind::Pod, "default", name).unwrap().controller().is_some();
    assert!(controlled("db-0"));
    assert!(!controlled("other"));
    // It has no revision and is replaced by a pod that has one.
    assert_eq!(members(&cluster), ["db-0 nginx ready", "other redis ready"]);
}

#[test]
fn pods_of_a_rollout_start_one_after_another() {
    let mut cluster = cluster(1);
    let spec = json!({"strategy": {"rollingUpdate": {"maxSurge": 2, "maxUnavailable": 0}}});
    cluster.make(
        Kind::Deployment,
        &with(workload(Kind::Deployment, "web", 2, "nginx"), &spec),
    );
    change(&mut cluster, Kind::Deployment, "web", |spec| {
        set_image(spec, "nginx:2");
    });
    let steps: Vec<String> = events(&cluster, Kind::Deployment)
        .iter()
        .map(|message| {
            let words: Vec<&str> = message.split(' ').collect();
            format!("{} {} {}", words[1], words[6], words[8])
        })
        .collect();
    assert_eq!(steps, ["up 0 2", "up 0 2", "down 2 1", "down 1 0"]);
}

#[test]
fn events_are_listed_in_the_order_they_happened() {
    let mut cluster = cluster(1);
    cluster.make(Kind::StatefulSet, &workload(Kind::StatefulSet, "db", 3, "nginx"));
    let listed: Vec<_> = cluster
        .list(Kind::Event, Some("default"))
        .iter()
        .map(|event| event.field("message").as_text().unwrap().to_owned())
        .collect();
    let made = |number: usize| format!("Create Pod db-{number} in StatefulSet db successful");
    assert_eq!(listed, [made(0), made(1), made(2)]);
}

#[test]
fn a_repeated_event_is_counted_and_too_many_different_ones_are_combined() {
    let mut cluster = cluster(1);
    cluster.make(Kind::StatefulSet, &workload(Kind::StatefulSet, "db", 11, "nginx"));
    let told = events(&cluster, Kind::StatefulSet);
    assert_eq!(told.len(), 10);
    assert_eq!(
        told[9],
        "(combined from similar events): Create Pod db-10 in StatefulSet db successful"
    );
    cluster
        .delete(Kind::Pod, "default", "db-3", cluster::Propagation::Background.into())
        .unwrap();
    cluster.settle();
    assert_eq!(events(&cluster, Kind::StatefulSet), told);
}

#[test]
fn only_a_change_of_its_spec_counts_up_the_generation_of_a_pod() {
    let mut cluster = cluster(1);
    cluster.make(Kind::Deployment, &workload(Kind::Deployment, "web", 1, "nginx"));
    let pod = cluster.list(Kind::Pod, Some("default")).remove(0);
    assert_eq!(pod.metadata().field("generation").as_number(), Some(1));
    cluster.hold("default", pod.name(), true);
    cluster
        .delete(
            Kind::Pod,
            "default",
            pod.name(),
            cluster::Propagation::Background.into(),
        )
        .unwrap();
    let pod = cluster.get(Kind::Pod, "default", pod.name()).unwrap();
    assert_eq!(pod.metadata().field("generation").as_number(), Some(2));
}

/// Models: SetDefaults_Pod (v1.36): a template has none of these.
#[test]
fn pods_of_a_template_get_what_only_pods_have() {
    let mut cluster = cluster(1);
    let mut deployment = workload(Kind::Deployment, "web", 1, "nginx");
    deployment["spec"]["template"]["spec"]["containers"][0]["resources"] = json!({"limits": {"cpu": "200m"}});
    cluster.make(Kind::Deployment, &deployment);
    let pods = cluster.list(Kind::Pod, Some("default"));
    let spec = pods[0].spec();
    assert_eq!(spec.field("enableServiceLinks"), &json!(true));
    assert_eq!(
        spec.field("containers").list()[0]["resources"],
        json!({"limits": {"cpu": "200m"}, "requests": {"cpu": "200m"}})
    );
    let deployment = cluster.get(Kind::Deployment, "default", "web").unwrap();
    assert_eq!(
        deployment
            .spec()
            .field("template")
            .field("spec")
            .field("containers")
            .list()[0]["resources"],
        json!({"limits": {"cpu": "200m"}})
    );
}

#[test]
fn a_limit_range_that_spoils_a_template_lets_no_pod_be_made() {
    let mut cluster = cluster(1);
    cluster.make(
        Kind::LimitRange,
        &json!({"apiVersion": "v1", "kind": "LimitRange", "metadata": {"name": "l", "namespace": "default"},
            "spec": {"limits": [{"type": "Container", "default": {"cpu": "100m"}, "defaultRequest": {"cpu": "50m"}}]}}),
    );
    let mut deployment = workload(Kind::Deployment, "web", 1, "nginx");
    deployment["spec"]["template"]["spec"]["containers"][0]["resources"] = json!({"requests": {"cpu": "1"}});
    cluster.make(Kind::Deployment, &deployment);
    assert!(cluster.list(Kind::Pod, Some("default")).is_empty());
    let told = events(&cluster, Kind::ReplicaSet);
    let end =
        "spec.containers[0].resources.requests: Invalid value: \"1\": must be less than or equal to cpu limit of 100m";
    assert!(
        told.iter()
            .any(|it| it.starts_with("Error creating: Pod \"web-") && it.ends_with(end)),
        "{told:#?}"
    );
}
