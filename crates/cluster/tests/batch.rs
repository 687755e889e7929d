//! Daemon sets, jobs and cron jobs as a user of the cluster sees them.
#![allow(clippy::unwrap_used, reason = "a test says what it expects")]

use api::Kind;
use cluster::{Cluster, Config, RequestOptions};
use serde_json::{Value, json};

fn cluster_of(nodes: usize) -> Cluster {
    Cluster::new(&Config {
        nodes,
        ..Config::default()
    })
}

fn create(cluster: &mut Cluster, kind: Kind, name: &str, spec: &Value) {
    let object = json!({
        "apiVersion": kind.api_version(), "kind": kind.name(), "metadata": {"name": name}, "spec": spec,
    });
    cluster
        .create(kind, "default", &object, RequestOptions::default())
        .unwrap();
    cluster.settle();
}

fn runs(program: &str) -> Value {
    json!({"spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": "busybox", "command": [program]}]}})
}

fn status(cluster: &Cluster, kind: Kind, name: &str, field: &str) -> Value {
    cluster
        .get(kind, "default", name)
        .unwrap()
        .status()
        .field(field)
        .value
        .clone()
}

fn end_of(cluster: &Cluster, job: &str) -> Vec<String> {
    let conditions = status(cluster, Kind::Job, job, "conditions");
    let text = |it: &Value, field: &str| it[field].as_str().unwrap_or_default().to_owned();
    let conditions = conditions.as_array().cloned().unwrap_or_default();
    { conditions.iter() }
        .map(|it| format!("{} {}", text(it, "type"), text(it, "reason")))
        .collect()
}

#[test]
fn a_job_is_complete_once_enough_pods_succeeded() {
    let mut cluster = cluster_of(1);
    create(
        &mut cluster,
        Kind::Job,
        "a",
        &json!({"completions": 3, "parallelism": 2, "template": runs("true")}),
    );
    assert_eq!(status(&cluster, Kind::Job, "a", "active"), 2);
    cluster.advance(10);
    assert_eq!(status(&cluster, Kind::Job, "a", "succeeded"), 3);
    assert_eq!(
        end_of(&cluster, "a"),
        ["SuccessCriteriaMet CompletionsReached", "Complete CompletionsReached"]
    );
    assert_eq!(cluster.list(Kind::Pod, Some("default")).len(), 3);
}

#[test]
fn a_job_tries_again_ever_later_until_its_limit() {
    let mut cluster = cluster_of(1);
    create(
        &mut cluster,
        Kind::Job,
        "a",
        &json!({"backoffLimit": 2, "template": runs("false")}),
    );
    cluster.advance(5);
    assert_eq!(status(&cluster, Kind::Job, "a", "failed"), 1);
    cluster.advance(100);
    assert_eq!(status(&cluster, Kind::Job, "a", "failed"), 3);
    assert_eq!(
        end_of(&cluster, "a"),
        ["FailureTarget BackoffLimitExceeded", "Failed BackoffLimitExceeded"]
    );
}

#[test]
fn an_indexed_job_gives_each_pod_its_number_and_goes_after_its_time() {
    let mut cluster = cluster_of(1);
    let spec = json!({
        "completions": 3, "parallelism": 3, "completionMode": "Indexed", "ttlSecondsAfterFinished": 60,
        "template": runs("true"),
    });
    create(&mut cluster, Kind::Job, "a", &spec);
    cluster.advance(10);
    assert_eq!(status(&cluster, Kind::Job, "a", "completedIndexes"), "0-2");
    cluster.advance(100);
    assert!(cluster.list(Kind::Job, Some("default")).is_empty());
    assert!(cluster.list(Kind::Pod, Some("default")).is_empty());
}

#[test]
fn a_suspended_job_has_no_pods() {
    let mut cluster = cluster_of(1);
    create(
        &mut cluster,
        Kind::Job,
        "a",
        &json!({"suspend": true, "template": runs("true")}),
    );
    assert_eq!(end_of(&cluster, "a"), ["Suspended JobSuspended"]);
    assert!(cluster.list(Kind::Pod, Some("default")).is_empty());
}

#[test]
fn a_cron_job_makes_jobs_by_its_schedule_and_keeps_the_last_three() {
    let mut cluster = cluster_of(1);
    let spec = json!({"schedule": "*/5 * * * *", "jobTemplate": {"spec": {"template": runs("true")}}});
    create(&mut cluster, Kind::CronJob, "often", &spec);
    cluster.advance(299);
    assert!(cluster.list(Kind::Job, Some("default")).is_empty());
    cluster.advance(310);
    assert_eq!(cluster.list(Kind::Job, Some("default")).len(), 1);
    assert_eq!(
        status(&cluster, Kind::CronJob, "often", "lastScheduleTime"),
        "2026-01-05T09:05:00Z"
    );
    cluster.advance(300 * 6 + 10);
    assert_eq!(cluster.list(Kind::Job, Some("default")).len(), 3);
}

#[test]
fn a_daemon_set_has_a_pod_on_each_node_that_it_tolerates() {
    let mut cluster = cluster_of(3);
    let template =
        json!({"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}});
    create(
        &mut cluster,
        Kind::DaemonSet,
        "a",
        &json!({"selector": {"matchLabels": {"a": "b"}}, "template": template}),
    );
    let nodes = |cluster: &Cluster| {
        let pods = cluster.list(Kind::Pod, Some("default"));
        let mut nodes: Vec<String> = pods.iter().map(|pod| pod.node().unwrap().to_owned()).collect();
        nodes.sort();
        nodes
    };
    assert_eq!(nodes(&cluster), ["node-1", "node-2", "node-3"]);
    let mut node = cluster.get(Kind::Node, "", "node-2").unwrap().value.clone();
    node["spec"]["taints"] = json!([{"key": "k", "effect": "NoExecute"}]);
    cluster
        .update(Kind::Node, "", "node-2", &node, RequestOptions::default())
        .unwrap();
    cluster.settle();
    assert_eq!(nodes(&cluster), ["node-1", "node-3"]);
    let mut set = cluster.get(Kind::DaemonSet, "default", "a").unwrap().value.clone();
    set["spec"]["template"]["spec"]["containers"][0]["image"] = "redis".into();
    cluster
        .update(Kind::DaemonSet, "default", "a", &set, RequestOptions::default())
        .unwrap();
    cluster.settle();
    assert_eq!(nodes(&cluster), ["node-1", "node-3"]);
    assert_eq!(status(&cluster, Kind::DaemonSet, "a", "updatedNumberScheduled"), 2);
    assert_eq!(cluster.list(Kind::ControllerRevision, Some("default")).len(), 2);
}
