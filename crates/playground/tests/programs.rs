//! Containers live as their programs do, and pods run where the scheduler lets them.
#![allow(clippy::unwrap_used, reason = "a test says what it expects")]

use network::Micros;
use playground::{Scenario, Session};

fn session(text: &str) -> Session {
    Session::new(Scenario {
        text: text.to_owned(),
        ..Scenario::default()
    })
}

fn second(second: u64) -> Micros {
    Micros(second * 1_000_000)
}

/// What a command prints at a second.
fn at(session: &Session, moment: u64, line: &str) -> String {
    let output = session.kubectl(second(moment), &format!("kubectl {line}"));
    format!("{}{}", output.stdout, output.stderr)
}

const CLIENT: &str = "
---
apiVersion: v1
kind: Pod
metadata: {name: client}
spec: {containers: [{name: c, image: busybox, command: [sleep, infinity]}]}
";

#[test]
fn a_pod_on_the_hosts_network_answers_at_its_nodes_address() {
    let text = format!(
        "apiVersion: v1
kind: Pod
metadata: {{name: hn, labels: {{app: hn}}}}
spec: {{hostNetwork: true, containers: [{{name: c, image: nginx}}]}}
---
apiVersion: v1
kind: Service
metadata: {{name: hn}}
spec: {{selector: {{app: hn}}, ports: [{{port: 8080, targetPort: 80}}]}}
{CLIENT}"
    );
    let session = session(&text);
    assert_eq!(
        at(&session, 1, "get pod hn -o jsonpath='{.status.podIP} {.status.hostIP}'"),
        "192.168.49.2 192.168.49.2"
    );
    for target in ["192.168.49.2 80", "hn 8080"] {
        let said = at(&session, 2, &format!("exec client -- nc -zv -w 2 {target}"));
        assert!(said.contains("open") || said.contains("succeeded"), "{target}: {said}");
    }
    let said = at(&session, 2, "exec client -- nc -zv -w 2 192.168.49.2 81");
    assert!(said.contains("refused"), "{said}");
}

#[test]
fn a_host_port_leads_to_its_pod() {
    let text = format!(
        "apiVersion: v1
kind: Pod
metadata: {{name: web}}
spec: {{containers: [{{name: c, image: nginx, ports: [{{containerPort: 80, hostPort: 8080}}]}}]}}
{CLIENT}"
    );
    let session = session(&text);
    let said = at(&session, 2, "exec client -- nc -zv -w 2 192.168.49.2 8080");
    assert!(said.contains("open") || said.contains("succeeded"), "{said}");
    let said = at(&session, 2, "exec client -- nc -zv -w 2 192.168.49.2 80");
    assert!(said.contains("refused"), "{said}");
}

#[test]
fn what_a_pod_waits_for_is_said() {
    let session = session(
        "apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {nodeSelector: {disk: ssd}, containers: [{name: c, image: nginx}]}
",
    );
    assert!(at(&session, 1, "get pod web").contains("Pending"));
    let said = at(&session, 1, "describe pod web");
    assert!(
        said.contains("0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector."),
        "{said}"
    );
}

#[test]
fn the_environment_comes_from_config_maps_secrets_and_fields() {
    let session = session(
        "apiVersion: v1
kind: ConfigMap
metadata: {name: conf}
data: {COLOR: blue, SIZE: \"7\"}
---
apiVersion: v1
kind: Secret
metadata: {name: keys}
stringData: {TOKEN: s3cret}
---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {tier: front}}
spec:
  containers:
  - name: c
    image: nginx
    resources: {limits: {memory: 64Mi}}
    envFrom: [{configMapRef: {name: conf}, prefix: APP_}, {secretRef: {name: gone, optional: true}}]
    env:
    - {name: TOKEN, valueFrom: {secretKeyRef: {name: keys, key: TOKEN}}}
    - {name: TIER, valueFrom: {fieldRef: {fieldPath: \"metadata.labels['tier']\"}}}
    - {name: IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
    - {name: MEMORY, valueFrom: {resourceFieldRef: {resource: limits.memory, divisor: 1Mi}}}
    - {name: GREETING, value: \"hi $(TIER) $$(TIER) $(NOPE)\"}
",
    );
    let env = at(&session, 1, "exec web -- env");
    for line in [
        "APP_COLOR=blue",
        "APP_SIZE=7",
        "TOKEN=s3cret",
        "TIER=front",
        "IP=10.244.0.2",
        "MEMORY=64",
        "GREETING=hi front $(TIER) $(NOPE)",
    ] {
        assert!(env.lines().any(|it| it == line), "{line} in {env}");
    }
}
