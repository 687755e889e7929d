//! How pods live: they start, end, wait and start again, answer probes, and take their time to go.
#![allow(clippy::expect_used, reason = "a test says what it expects")]

use api::{Cursor, Kind, Value};
use cluster::{Cluster, Object, Propagation};
use serde_json::json;
use std::rc::Rc;
use testing::{Play, deployment, living_cluster, pod, service, with};

fn get(cluster: &Cluster, name: &str) -> Rc<Object> {
    cluster.get(Kind::Pod, "default", name).expect("the pod is there")
}

/// Phase, restarts, and the reason of its first container.
fn state(cluster: &Cluster, name: &str) -> (String, i64, String) {
    let pod = get(cluster, name);
    let status = pod.status();
    let container = status.field("containerStatuses").items().next().unwrap_or(Cursor::NULL);
    let state = container.field("state");
    let reason = ["waiting", "terminated"]
        .iter()
        .find_map(|it| state.field(it).field("reason").as_text());
    (
        status.field("phase").text().to_owned(),
        container.field("restartCount").number(),
        reason
            .unwrap_or(if state.field("running").is_set() { "running" } else { "" })
            .to_owned(),
    )
}

fn is(phase: &str, restarts: i64, reason: &str) -> (String, i64, String) {
    (phase.to_owned(), restarts, reason.to_owned())
}

/// The events about a pod, `REASON message xCOUNT`, in the order of their first time.
fn events(cluster: &Cluster, name: &str) -> Vec<String> {
    let all = cluster.by_creation(Kind::Event);
    let about = all.iter().filter(|it| it.field("involvedObject").field("name") == name);
    let told = about.map(|it| {
        let text = |field: &str| it.field(field).text();
        format!("{} {} x{}", text("reason"), text("message"), it.field("count").number())
    });
    told.collect()
}

fn container(spec: &Value) -> Value {
    with(pod("web", "web"), &json!({"containers": [spec]}))
}

#[test]
fn a_server_runs_at_once_and_its_events_say_so() {
    let mut cluster = living_cluster(1);
    cluster.make(Kind::Pod, &container(&json!({"name": "web", "image": "nginx:1.29"})));
    assert_eq!(state(&cluster, "web"), is("Running", 0, "running"));
    assert!(get(&cluster, "web").is_ready());
    assert_eq!(
        events(&cluster, "web"),
        [
            "Scheduled Successfully assigned default/web to minikube x1",
            "Pulled Container image \"nginx:1.29\" already present on machine and can be accessed by the pod x1",
            "Created Container created x1",
            "Started Container started x1",
        ]
    );
}

#[test]
fn a_program_that_ends_is_started_again_after_longer_and_longer_waits() {
    let mut cluster = living_cluster(1);
    cluster.make(Kind::Pod, &container(&json!({"name": "web", "image": "busybox"})));
    assert_eq!(state(&cluster, "web"), is("Running", 1, "CrashLoopBackOff"));
    cluster.advance(9);
    assert_eq!(state(&cluster, "web").1, 1);
    cluster.advance(10);
    assert_eq!(state(&cluster, "web").1, 2);
    cluster.advance(30);
    assert_eq!(state(&cluster, "web").1, 3);
    let pod = get(&cluster, "web");
    let status = pod
        .status()
        .field("containerStatuses")
        .items()
        .next()
        .expect("a status");
    assert_eq!(status.path("lastState.terminated.reason").text(), "Completed");
    let waiting = status.path("state.waiting.message").text();
    assert!(
        waiting.starts_with("back-off 40s restarting failed container=web pod=web_default("),
        "{waiting}"
    );
    assert!(!pod.is_ready());
    cluster.advance(3_000);
    assert_eq!(state(&cluster, "web").1, 14, "at last every five minutes");
}

#[test]
fn a_program_that_ends_is_not_started_again_where_the_policy_says_so() {
    let mut cluster = living_cluster(1);
    let ends = |policy: &str, command: &str| {
        with(
            container(&json!({"name": "web", "image": "busybox", "command": [command]})),
            &json!({"restartPolicy": policy}),
        )
    };
    cluster.make(Kind::Pod, &ends("Never", "true"));
    assert_eq!(state(&cluster, "web"), is("Succeeded", 0, "Completed"));
    cluster.remove(Kind::Pod, "web", Propagation::Background);
    cluster.make(Kind::Pod, &ends("Never", "false"));
    assert_eq!(state(&cluster, "web"), is("Failed", 0, "Error"));
    cluster.remove(Kind::Pod, "web", Propagation::Background);
    cluster.make(Kind::Pod, &ends("OnFailure", "false"));
    assert_eq!(state(&cluster, "web"), is("Running", 1, "CrashLoopBackOff"));
}

#[test]
fn init_containers_run_in_order_and_hold_the_others_back() {
    let mut cluster = living_cluster(1);
    let inits = json!([
        {"name": "one", "image": "busybox", "command": ["true"]},
        {"name": "two", "image": "busybox", "command": ["false"]},
    ]);
    cluster.make(Kind::Pod, &with(pod("web", "web"), &json!({"initContainers": inits})));
    assert_eq!(state(&cluster, "web"), is("Pending", 0, "PodInitializing"));
    let pod = get(&cluster, "web");
    let condition = |name: &str| {
        let found = pod
            .status()
            .field("conditions")
            .find("type", name)
            .expect("the condition");
        (
            found.field("status").text().to_owned(),
            found.field("message").text().to_owned(),
        )
    };
    assert_eq!(
        condition("Initialized"),
        (
            "False".to_owned(),
            "containers with incomplete status: [two]".to_owned()
        )
    );
    let inits: Vec<_> = pod.status().field("initContainerStatuses").items().collect();
    assert_eq!(inits[0].path("state.terminated.reason").text(), "Completed");
    assert_eq!(inits[1].path("state.waiting.reason").text(), "CrashLoopBackOff");
}

#[test]
fn a_sidecar_runs_beside_the_container_it_serves() {
    let mut cluster = living_cluster(1);
    let sidecar = json!([{"name": "proxy", "image": "nginx", "restartPolicy": "Always"}]);
    cluster.make(Kind::Pod, &with(pod("web", "web"), &json!({"initContainers": sidecar})));
    let pod = get(&cluster, "web");
    let sidecar = pod
        .status()
        .field("initContainerStatuses")
        .items()
        .next()
        .expect("a status");
    assert!(sidecar.field("ready").flag() && sidecar.field("started").flag() && pod.is_ready());
}

#[test]
fn a_probe_on_a_port_where_nobody_listens_keeps_a_pod_unready() {
    let mut cluster = living_cluster(1);
    cluster.make(Kind::Service, &service("web"));
    let probe = json!({"httpGet": {"path": "/", "port": 8080}});
    cluster.make(
        Kind::Pod,
        &container(&json!({"name": "web", "image": "nginx", "readinessProbe": probe})),
    );
    assert_eq!(state(&cluster, "web"), is("Running", 0, "running"));
    assert!(!get(&cluster, "web").is_ready());
    cluster.advance(20);
    let told = events(&cluster, "web").pop().expect("an event");
    assert_eq!(
        told,
        "Unhealthy Readiness probe failed: Get \"http://10.244.0.2:8080/\": dial tcp 10.244.0.2:8080: connect: connection refused x3"
    );
}

#[test]
fn a_probe_of_a_page_that_is_not_there_fails() {
    let mut cluster = living_cluster(1);
    let probe = json!({"httpGet": {"path": "/healthz", "port": 80}});
    cluster.make(
        Kind::Pod,
        &container(&json!({"name": "web", "image": "nginx", "readinessProbe": probe})),
    );
    let told = events(&cluster, "web").pop().expect("an event");
    assert_eq!(
        told,
        "Unhealthy Readiness probe failed: HTTP probe failed with statuscode: 404 x1"
    );
}

#[test]
fn a_probe_that_is_answered_waits_for_its_delay() {
    let mut cluster = living_cluster(1);
    let probe = json!({"tcpSocket": {"port": 80}, "initialDelaySeconds": 5, "periodSeconds": 5});
    cluster.make(
        Kind::Pod,
        &container(&json!({"name": "web", "image": "nginx", "readinessProbe": probe})),
    );
    assert!(!get(&cluster, "web").is_ready());
    cluster.advance(5);
    assert!(get(&cluster, "web").is_ready());
    assert_eq!(cluster.next_due(), None, "nothing changes any more");
}

#[test]
fn a_container_that_fails_its_liveness_probe_is_started_again() {
    let mut cluster = living_cluster(1);
    let script = "touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; sleep 600";
    let probe = json!({"exec": {"command": ["cat", "/tmp/healthy"]}, "initialDelaySeconds": 5, "periodSeconds": 5});
    cluster.make(
        Kind::Pod,
        &container(&json!({
            "name": "web", "image": "registry.k8s.io/busybox:1.27.2", "args": ["/bin/sh", "-c", script],
            "livenessProbe": probe,
        })),
    );
    cluster.advance(34);
    assert_eq!(state(&cluster, "web"), is("Running", 0, "running"));
    cluster.advance(69);
    assert_eq!(state(&cluster, "web").1, 0, "the shell takes no notice of SIGTERM");
    cluster.advance(70);
    assert_eq!(state(&cluster, "web"), is("Running", 1, "running"));
    let told = events(&cluster, "web");
    let killing = "Killing Container web failed liveness probe, will be restarted x1";
    assert!(told.iter().any(|it| it == killing), "{told:?}");
    let pod = get(&cluster, "web");
    let status = pod
        .status()
        .field("containerStatuses")
        .items()
        .next()
        .expect("a status");
    assert_eq!(status.path("lastState.terminated.exitCode").number(), 137);
}

#[test]
fn a_container_lives_once_its_startup_probe_succeeds() {
    let mut cluster = living_cluster(1);
    let startup = json!({"tcpSocket": {"port": 80}, "initialDelaySeconds": 10});
    let readiness = json!({"tcpSocket": {"port": 80}});
    cluster.make(
        Kind::Pod,
        &container(&json!({"name": "web", "image": "nginx", "startupProbe": startup, "readinessProbe": readiness})),
    );
    let started = |cluster: &Cluster| {
        let pod = get(cluster, "web");
        let status = pod
            .status()
            .field("containerStatuses")
            .items()
            .next()
            .expect("a status");
        (status.field("started").flag(), status.field("ready").flag())
    };
    assert_eq!(started(&cluster), (false, false));
    cluster.advance(10);
    assert_eq!(started(&cluster), (true, true));
}

#[test]
fn readiness_told_by_hand_wins() {
    let mut cluster = living_cluster(1);
    let probe = json!({"tcpSocket": {"port": 8080}});
    cluster.make(
        Kind::Pod,
        &container(&json!({"name": "web", "image": "nginx", "readinessProbe": probe})),
    );
    cluster.set_ready("default", "web", true);
    assert!(get(&cluster, "web").is_ready());
    cluster.advance(60);
    assert!(get(&cluster, "web").is_ready());
}

#[test]
fn a_deleted_pod_runs_its_hook_before_it_ends() {
    let mut cluster = living_cluster(1);
    cluster.make(Kind::Service, &service("web"));
    let hook = json!({"preStop": {"exec": {"command": ["sleep", "20"]}}});
    cluster.make(
        Kind::Pod,
        &container(&json!({"name": "web", "image": "nginx", "lifecycle": hook})),
    );
    cluster.remove(Kind::Pod, "web", Propagation::Background);
    let pod = get(&cluster, "web");
    assert!(pod.is_terminating() && pod.is_ready());
    let slices = cluster.list(Kind::EndpointSlice, Some("default"));
    let of_web = slices
        .iter()
        .filter(|it| it.label("kubernetes.io/service-name") == Some("web"));
    let endpoint = { of_web }.find_map(|it| it.field("endpoints").items().next().map(|it| it.value.clone()));
    assert_eq!(
        endpoint.expect("an endpoint")["conditions"],
        json!({"ready": false, "serving": true, "terminating": true})
    );
    cluster.advance(20);
    assert!(!get(&cluster, "web").is_ready(), "its server has closed its port");
    cluster.advance(21);
    assert!(cluster.find(Kind::Pod, "default", "web").is_none());
    let told = events(&cluster, "web");
    assert!(
        told.iter().any(|it| it == "Killing Stopping container web x1"),
        "{told:?}"
    );
}

#[test]
fn a_program_that_ignores_the_signal_takes_the_grace_period() {
    let mut cluster = living_cluster(1);
    let sleeps = container(&json!({"name": "web", "image": "busybox", "command": ["sleep", "infinity"]}));
    cluster.make(Kind::Pod, &sleeps);
    cluster.remove(Kind::Pod, "web", Propagation::Background);
    cluster.advance(29);
    assert!(get(&cluster, "web").is_terminating());
    cluster.advance(30);
    assert!(cluster.find(Kind::Pod, "default", "web").is_none());
}

#[test]
fn a_deployment_makes_new_pods_while_the_old_ones_end() {
    let mut cluster = living_cluster(1);
    let hook = json!({"preStop": {"sleep": {"seconds": 20}}});
    let mut web = deployment("web", 2);
    web["spec"]["template"]["spec"]["containers"][0]["lifecycle"] = hook;
    cluster.make(Kind::Deployment, &web);
    for pod in cluster.list(Kind::Pod, Some("default")) {
        cluster.remove(Kind::Pod, pod.name(), Propagation::Background);
    }
    let pods = cluster.list(Kind::Pod, Some("default"));
    let ending = pods.iter().filter(|it| it.is_terminating()).count();
    assert_eq!((pods.len(), ending), (4, 2));
    cluster.advance(21);
    assert_eq!(cluster.list(Kind::Pod, Some("default")).len(), 2);
}
