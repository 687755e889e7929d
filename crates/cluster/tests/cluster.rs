//! Pods, Services and requests as a user of the cluster sees them.
#![allow(clippy::unwrap_used, reason = "a test says what it expects")]

use api::Kind;
use cluster::{Cluster, Propagation, Reason, RequestOptions};
use serde_json::{Value, json};
use testing::{Play, cluster, deployment, pod, service, workload};

/// Each endpoint of the Service `web` as `address ready`.
fn endpoints(cluster: &Cluster) -> Vec<String> {
    let slices = cluster.list(Kind::EndpointSlice, Some("default"));
    slices
        .iter()
        .filter(|slice| slice.label("kubernetes.io/service-name") == Some("web"))
        .flat_map(|slice| slice.field("endpoints").list().to_vec())
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
    cluster.make(Kind::Pod, &pod("web-1", "web"));
    cluster.make(Kind::Service, &service("web"));
    let mut value = cluster.get(Kind::Service, "default", "web").unwrap().value.clone();
    value["spec"]["type"] = "ExternalName".into();
    value["spec"]["externalName"] = "db.example.com".into();
    for field in ["clusterIP", "clusterIPs"] {
        value["spec"].as_object_mut().unwrap().remove(field);
    }
    cluster
        .update(Kind::Service, "default", "web", &value, RequestOptions::default())
        .unwrap();
    cluster.settle();
    cluster.make(Kind::Pod, &pod("web-2", "web"));
    assert_eq!(endpoints(&cluster), ["10.244.0.2 true"]);
}

#[test]
fn a_service_finds_its_pods_and_follows_them() {
    let mut cluster = cluster(1);
    cluster.make(Kind::Service, &service("web"));
    assert_eq!(endpoints(&cluster), [""; 0]);
    cluster.make(Kind::Pod, &pod("a", "web"));
    cluster.make(Kind::Pod, &pod("b", "web"));
    assert_eq!(endpoints(&cluster), ["10.244.0.2 true", "10.244.0.3 true"]);
    cluster.set_ready("default", "a", false);
    cluster.settle();
    assert_eq!(endpoints(&cluster), ["10.244.0.2 false", "10.244.0.3 true"]);
    cluster
        .delete(Kind::Pod, "default", "b", Propagation::Background.into())
        .unwrap();
    cluster.settle();
    assert_eq!(endpoints(&cluster), ["10.244.0.2 false"]);
}

#[test]
fn a_held_pod_stays_terminating_and_is_no_longer_ready_for_traffic() {
    let mut cluster = cluster(1);
    cluster.make(Kind::Service, &service("web"));
    cluster.make(Kind::Pod, &pod("a", "web"));
    cluster.hold("default", "a", true);
    cluster
        .delete(Kind::Pod, "default", "a", Propagation::Background.into())
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
    cluster.make(Kind::Deployment, &deployment("web", 3));
    cluster
        .update(
            Kind::Deployment,
            "default",
            "web",
            &workload(Kind::Deployment, "web", 3, "nginx:2"),
            RequestOptions::default(),
        )
        .unwrap();
    cluster.settle();
    let pods = cluster.list(Kind::Pod, Some("default"));
    assert_eq!(pods.len(), 3);
    assert!(
        pods.iter()
            .all(|pod| pod.spec().field("containers").list()[0]["image"] == "nginx:2")
    );
    assert_eq!(cluster.list(Kind::ReplicaSet, Some("default")).len(), 2);
}

#[test]
fn slices_hold_a_hundred_endpoints() {
    let mut cluster = cluster(10);
    cluster.make(Kind::Service, &service("web"));
    cluster.make(Kind::Deployment, &deployment("web", 250));
    assert_eq!(endpoints(&cluster).len(), 250);
    assert_eq!(cluster.list(Kind::EndpointSlice, Some("default")).len(), 1 + 3);
}

#[test]
fn a_full_node_leaves_the_next_pod_pending() {
    let mut cluster = cluster(1);
    cluster.make(Kind::Deployment, &deployment("web", 111));
    let pods = cluster.list(Kind::Pod, None);
    let pending = pods.iter().filter(|pod| pod.status().field("phase") == "Pending");
    assert_eq!(pending.count(), 1);
}

#[test]
fn names_and_addresses_depend_on_the_seed_and_not_on_other_objects() {
    let address = |before: &[&str]| {
        let mut cluster = cluster(1);
        for name in before {
            let mut value = service("web");
            value["metadata"]["name"] = (*name).into();
            cluster.make(Kind::Service, &value);
        }
        cluster.make(Kind::Service, &service("web"));
        let made = cluster.get(Kind::Service, "default", "web").unwrap();
        made.spec().field("clusterIP").as_text().unwrap().to_owned()
    };
    assert_eq!(address(&[]), address(&["a", "b"]));
}

#[test]
fn changing_a_clone_does_not_change_the_original() {
    let mut first = cluster(1);
    first.make(Kind::Pod, &pod("a", "web"));
    let mut second = first.clone();
    second
        .delete(Kind::Pod, "default", "a", Propagation::Background.into())
        .unwrap();
    assert!(first.find(Kind::Pod, "default", "a").is_some());
    assert!(second.find(Kind::Pod, "default", "a").is_none());
}

#[test]
fn a_dry_run_allocates_nothing_and_checks_less() {
    let mut cluster = cluster(1);
    let mut asking = |spec: Value, dry_run| {
        let service = json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}, "spec": spec});
        let made = cluster.create(
            Kind::Service,
            "default",
            &service,
            RequestOptions {
                dry_run,
                ..RequestOptions::default()
            },
        );
        made.map(|it| it.object.value["spec"].clone())
            .map_err(|status| status.message)
    };
    let node_port = json!({"type": "NodePort", "ports": [{"port": 80}]});
    let spec = asking(node_port, true).unwrap();
    assert_eq!(
        (&spec["clusterIP"], &spec["ports"][0]["nodePort"]),
        (&json!("10.96.0.0"), &json!(32769))
    );
    let taken = json!({"clusterIP": "10.96.0.1", "ports": [{"port": 80}]});
    assert!(asking(taken.clone(), true).is_ok());
    assert_eq!(
        asking(taken, false).unwrap_err(),
        "Service \"web\" is invalid: spec.clusterIPs: Invalid value: [\"10.96.0.1\"]: failed to allocate IP 10.96.0.1: provided IP is already allocated"
    );
    let outside = json!({"clusterIP": "10.0.0.1", "ports": [{"port": 80}]});
    assert_eq!(
        asking(outside, true).unwrap_err(),
        "Service \"web\" is invalid: spec.clusterIPs: Invalid value: [\"10.0.0.1\"]: failed to allocate IP 10.0.0.1: the provided IP (10.0.0.1) is not in the valid range. The range of valid IPs is 10.96.0.0/12"
    );
}

#[test]
fn an_empty_policy_is_invalid() {
    let mut cluster = cluster(1);
    let service = json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"},
        "spec": {"ipFamilyPolicy": "", "ports": [{"port": 80}]}});
    let refused = cluster.create(Kind::Service, "default", &service, RequestOptions::default());
    assert_eq!(
        refused.unwrap_err().message,
        "Service \"web\" is invalid: spec.ipFamilyPolicy: Unsupported value: \"\": supported values: \"PreferDualStack\", \"RequireDualStack\", \"SingleStack\""
    );
}

#[test]
fn two_ports_may_not_get_the_same_node_port() {
    let mut cluster = cluster(1);
    let ports = |ports: Value| {
        json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"},
            "spec": {"type": "NodePort", "ports": ports}})
    };
    cluster.make(Kind::Service, &ports(json!([{"port": 80, "nodePort": 30080}])));
    let twice = ports(json!([{"port": 80}, {"port": 81, "nodePort": 30080}, {"port": 82, "nodePort": 30080}]));
    let refused = cluster.update(Kind::Service, "default", "web", &twice, RequestOptions::default());
    assert_eq!(refused.unwrap_err().message, "duplicate nodePort: {TCP 30080}");
}

#[test]
fn only_admission_sets_a_pods_priority() {
    let mut cluster = cluster(1);
    let with = |field: &str, value: Value| {
        let mut pod = pod("a", "web");
        pod["spec"][field] = value;
        pod
    };
    let mut said = |pod: &Value| match cluster.create(
        Kind::Pod,
        "default",
        pod,
        RequestOptions {
            dry_run: true,
            ..RequestOptions::default()
        },
    ) {
        Ok(made) => made.object.value["spec"]["priority"].to_string(),
        Err(status) => status.message,
    };
    assert_eq!(
        said(&with("priorityClassName", json!("system-node-critical"))),
        "2000001000"
    );
    assert_eq!(
        said(&with("priorityClassName", json!("high"))),
        "pods \"a\" is forbidden: no PriorityClass with name high was found"
    );
    assert_eq!(
        said(&with("priority", json!(5))),
        "pods \"a\" is forbidden: the integer value of priority (5) must not be provided in pod spec; priority admission controller computed 0 from the given PriorityClass name"
    );
    assert_eq!(
        said(&with("runtimeClassName", json!("gvisor"))),
        "pods \"a\" is forbidden: pod rejected: RuntimeClass \"gvisor\" not found"
    );
}

#[test]
fn a_quality_of_service_class_depends_on_processor_and_memory_alone() {
    let mut cluster = cluster(1);
    let mut class = |resources: Value| {
        let mut pod = pod("a", "web");
        pod["spec"]["containers"][0]["resources"] = resources;
        let made = cluster.create(
            Kind::Pod,
            "default",
            &pod,
            RequestOptions {
                dry_run: true,
                ..RequestOptions::default()
            },
        );
        made.unwrap().object.value["status"]["qosClass"].clone()
    };
    assert_eq!(class(json!({"limits": {"ephemeral-storage": "1Gi"}})), "BestEffort");
    assert_eq!(class(json!({"limits": {"cpu": "1", "memory": "1Gi"}})), "Guaranteed");
    assert_eq!(
        class(json!({"limits": {"cpu": "1", "memory": "1Gi"}, "requests": {"cpu": "500m"}})),
        "Burstable"
    );
    assert_eq!(class(json!({"requests": {"cpu": "1"}})), "Burstable");
}

#[test]
fn a_pod_with_scheduling_gates_gets_no_node() {
    let mut cluster = cluster(1);
    let mut held = pod("a", "web");
    held["spec"]["schedulingGates"] = json!([{"name": "example.com/quota"}]);
    cluster.make(Kind::Pod, &held);
    let waiting = cluster.get(Kind::Pod, "default", "a").unwrap();
    assert_eq!(waiting.value["status"]["phase"], "Pending");
    assert_eq!(waiting.value["status"]["conditions"][0]["reason"], "SchedulingGated");
    assert_eq!(waiting.node(), None);
    let mut freed = waiting.value.clone();
    freed["spec"]["schedulingGates"] = json!([]);
    cluster
        .update(Kind::Pod, "default", "a", &freed, RequestOptions::default())
        .unwrap();
    cluster.settle();
    let running = cluster.get(Kind::Pod, "default", "a").unwrap();
    assert_eq!((running.node(), running.is_ready()), (Some("minikube"), true));
}

#[test]
fn a_pod_sent_without_its_node_is_refused() {
    let mut cluster = cluster(1);
    cluster.make(Kind::Pod, &pod("a", "web"));
    let refused = cluster
        .update(Kind::Pod, "default", "a", &pod("a", "web"), RequestOptions::default())
        .unwrap_err();
    assert!(
        refused.message.contains("- \"NodeName\": \"minikube\",\n"),
        "{refused:?}"
    );
}

#[test]
fn endpoints_without_a_service_stay() {
    let mut cluster = cluster(1);
    let endpoints =
        json!({"metadata": {"name": "web"}, "subsets": [{"addresses": [{"ip": "10.1.2.3"}], "ports": [{"port": 80}]}]});
    cluster.make(Kind::Endpoints, &endpoints);
    assert!(cluster.find(Kind::Endpoints, "default", "web").is_some());
    let without_selector = json!({"metadata": {"name": "web"}, "spec": {"ports": [{"port": 80}]}});
    cluster.make(Kind::Service, &without_selector);
    cluster
        .delete(Kind::Service, "default", "web", Propagation::Background.into())
        .unwrap();
    cluster.settle();
    assert!(
        cluster.find(Kind::Endpoints, "default", "web").is_none(),
        "a Service takes them along"
    );
}

#[test]
fn an_update_creates_objects_of_some_kinds() {
    let mut cluster = cluster(1);
    let made = cluster.update(
        Kind::Service,
        "default",
        "web",
        &service("web"),
        RequestOptions::default(),
    );
    assert_eq!(made.unwrap().object.name(), "web");
    let refused = cluster.update(Kind::Pod, "default", "a", &pod("a", "web"), RequestOptions::default());
    assert_eq!(refused.unwrap_err().reason, Reason::NotFound);
}

#[test]
fn an_annotation_counts_up_the_generation_of_a_deployment() {
    let mut cluster = cluster(1);
    cluster.make(Kind::Deployment, &deployment("web", 1));
    let generation = |cluster: &Cluster| {
        let deployment = cluster.get(Kind::Deployment, "default", "web").unwrap();
        deployment.metadata().field("generation").as_number()
    };
    assert_eq!(
        generation(&cluster),
        Some(1),
        "its controller's own annotation counts nothing"
    );
    let mut annotated = cluster.get(Kind::Deployment, "default", "web").unwrap().value.clone();
    annotated["metadata"]["annotations"]["team"] = "a".into();
    cluster
        .update(
            Kind::Deployment,
            "default",
            "web",
            &annotated,
            RequestOptions::default(),
        )
        .unwrap();
    cluster.settle();
    assert_eq!(generation(&cluster), Some(2));
}
