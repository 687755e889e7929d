//! What limits, quotas and classes make of objects, and of the pods that controllers create.
#![allow(clippy::unwrap_used, reason = "a test says what it expects")]

mod printed;

use printed::last;

const WITHOUT_CLASS: &str = "
apiVersion: apps/v1
kind: Deployment
metadata: { name: pc }
spec:
  selector: { matchLabels: { app: pc } }
  template:
    metadata: { labels: { app: pc } }
    spec: { priorityClassName: gone, containers: [{ name: a, image: nginx }] }
---
apiVersion: v1
kind: Service
metadata: { name: pc }
spec: { selector: { app: pc }, ports: [{ port: 80 }] }
";

#[test]
fn a_deployment_whose_priority_class_is_missing_has_no_pods() {
    let ready = last(WITHOUT_CLASS, &["get deploy pc --no-headers"]);
    assert!(ready.starts_with("pc    0/1   0     0"), "{ready}");
    let why = "{.items[0].status.conditions[0].type} {.items[0].status.conditions[0].message}";
    let said = last(WITHOUT_CLASS, &[&format!("get rs -o jsonpath='{why}'")]);
    assert!(said.starts_with("ReplicaFailure pods \"pc-"), "{said}");
    assert!(
        said.ends_with("-\" is forbidden: no PriorityClass with name gone was found"),
        "{said}"
    );
    let events = last(WITHOUT_CLASS, &["get events"]);
    assert!(
        events.contains("Warning   FailedCreate        replicaset/pc-"),
        "{events}"
    );
    let slices = last(WITHOUT_CLASS, &["get endpoints pc --no-headers"]);
    assert!(slices.starts_with("pc    <none>"), "{slices}");
    let lines = [
        "create priorityclass gone --value=7",
        "get pods -o jsonpath={.items[0].spec.priority}",
    ];
    assert_eq!(last(WITHOUT_CLASS, &lines), "7");
}

#[test]
fn a_missing_runtime_class_keeps_controllers_from_creating_pods_too() {
    let text = WITHOUT_CLASS.replace("priorityClassName", "runtimeClassName");
    let said = last(&text, &["get rs -o jsonpath={.items[0].status.conditions[0].message}"]);
    assert!(
        said.ends_with("is forbidden: pod rejected: RuntimeClass \"gone\" not found"),
        "{said}"
    );
}

#[test]
fn a_quota_counts_and_refuses() {
    let text = "
apiVersion: v1
kind: ResourceQuota
metadata: { name: q }
spec: { hard: { pods: 2, requests.cpu: 1, count/deployments.apps: 1, services.nodeports: 0 } }
";
    let unspecified = "pods \"a\" is forbidden: failed quota: q: must specify requests.cpu for: a";
    assert!(last(text, &["run a --image=nginx"]).contains(unspecified));
    let overrides = |cpu: &str| {
        format!(
            "--overrides='{{\"spec\":{{\"containers\":[{{\"name\":\"a\",\"image\":\"nginx\",\"resources\":{{\"requests\":{{\"cpu\":\"{cpu}\"}}}}}}]}}}}'"
        )
    };
    let too_much = format!("run a --image=nginx {}", overrides("1500m"));
    assert!(
        last(text, &[&too_much]).contains(
            "exceeded quota: q, requested: requests.cpu=1500m, used: requests.cpu=0, limited: requests.cpu=1"
        )
    );
    let fits = format!("run a --image=nginx {}", overrides("250m"));
    let used = last(text, &[&fits, "get quota q -o jsonpath={.status.used}"]);
    assert_eq!(
        used,
        r#"{"count/deployments.apps":"0","pods":"1","requests.cpu":"250m","services.nodeports":"0"}"#
    );
    let lines = [
        "create service clusterip web --tcp=80",
        "patch svc web -p '{\"spec\":{\"type\":\"NodePort\"}}'",
    ];
    assert!(
        last(text, &lines)
            .contains("services \"web\" is forbidden: exceeded quota: q, requested: services.nodeports=1")
    );
}

#[test]
fn a_limit_range_fills_in_and_bounds() {
    let text = "
apiVersion: v1
kind: LimitRange
metadata: { name: limits }
spec: { limits: [{ type: Container, max: { memory: 1Gi }, default: { memory: 512Mi }, defaultRequest: { cpu: 100m } }] }
";
    let resources = "get pods -o jsonpath='{.items[0].spec.containers[0].resources}{.items[0].status.qosClass}'";
    let deployment = "create deployment web --image=nginx";
    assert_eq!(
        last(text, &[deployment, resources]),
        r#"{"limits":{"memory":"512Mi"},"requests":{"cpu":"100m","memory":"512Mi"}}Burstable"#
    );
    let big = "run a --image=nginx --overrides='{\"spec\":{\"containers\":[{\"name\":\"a\",\"image\":\"nginx\",\"resources\":{\"limits\":{\"memory\":\"2Gi\"}}}]}}'";
    assert!(
        last(text, &[big])
            .contains("pods \"a\" is forbidden: maximum memory usage per Container is 1Gi, but limit is 2Gi")
    );
}

#[test]
fn what_a_rendered_chart_brings_besides_workloads_is_kept() {
    let text = "
{ apiVersion: v1, kind: ServiceAccount, metadata: { name: x } }
---
{ apiVersion: v1, kind: ConfigMap, metadata: { name: a }, data: { a: b } }
---
{ apiVersion: v1, kind: Secret, metadata: { name: s }, stringData: { user: admin } }
";
    assert_eq!(
        last(text, &["get sa,cm,secret -o name"]),
        "serviceaccount/default\nserviceaccount/x\nconfigmap/a\nconfigmap/kube-root-ca.crt\nconfigmap/openshift-service-ca.crt\nsecret/s\n"
    );
    assert_eq!(
        last(text, &["delete cm kube-root-ca.crt", "get cm -o name"]),
        "configmap/a\nconfigmap/kube-root-ca.crt\nconfigmap/openshift-service-ca.crt\n"
    );
    assert!(last(text, &["describe cm a"]).contains("Data\n====\na:\n----\nb\n"));
    assert_eq!(last(text, &["auth can-i create cm"]), "yes\n");
}
