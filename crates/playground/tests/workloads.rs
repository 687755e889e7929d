//! Services whose pods are made by other kinds than Deployments.
#![allow(clippy::unwrap_used, reason = "a test says what it expects")]

mod printed;

use printed::last;

const SERVICE: &str = "
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
";
const ENDPOINTS: &str = "get endpointslices -l kubernetes.io/service-name=web --no-headers";

#[test]
fn a_replication_controller_makes_the_endpoints_of_its_service() {
    let controller = "
apiVersion: v1
kind: ReplicationController
metadata: { name: web }
spec: { replicas: 2, template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: c, image: nginx }] } } }
";
    let printed = last(&format!("{controller}{SERVICE}"), &[ENDPOINTS]);
    assert!(printed.contains("10.244.0.2,10.244.0.3"), "{printed}");
}

#[test]
fn a_daemon_set_makes_the_endpoints_of_its_service_and_can_be_rolled_back() {
    let set = "
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: c, image: nginx }] } }
";
    let text = format!("{set}{SERVICE}");
    assert!(last(&text, &[ENDPOINTS]).contains("10.244.0.2"));
    let lines = [
        "set image ds/web c=redis",
        "rollout undo ds/web",
        "rollout status ds/web",
    ];
    assert_eq!(last(&text, &lines), "daemon set \"web\" successfully rolled out\n");
    let image = [
        lines[0],
        lines[1],
        "get pods -o jsonpath={.items[*].spec.containers[0].image}",
    ];
    assert_eq!(last(&text, &image), "nginx");
}

#[test]
fn a_job_that_ended_has_no_endpoint_and_says_that_it_is_complete() {
    let job = "
apiVersion: batch/v1
kind: Job
metadata: { name: once }
spec:
  template:
    metadata: { labels: { app: web } }
    spec: { restartPolicy: Never, containers: [{ name: c, image: busybox, command: [echo, hi] }] }
";
    let text = format!("{job}{SERVICE}");
    assert!(last(&text, &[ENDPOINTS]).contains("<unset>"));
    let printed = last(&text, &["get pods", "get jobs --no-headers"]);
    assert!(printed.starts_with("once   Complete   1/1"), "{printed}");
}
