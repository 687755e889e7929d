//! Scenario files that say what they expect.
#![allow(clippy::unwrap_used, reason = "a test says what it expects")]

use playground::check;

const TEXT: &str = "text: |
  apiVersion: v1
  kind: Pod
  metadata: { name: web-1, labels: { app: web } }
  spec: { containers: [{ name: web, image: nginx }] }
  ---
  apiVersion: v1
  kind: Pod
  metadata: { name: web-2, labels: { app: web } }
  spec: { containers: [{ name: web, image: nginx }] }
  ---
  apiVersion: v1
  kind: Pod
  metadata: { name: client }
  spec: { containers: [{ name: curl, image: curlimages/curl }] }
  ---
  apiVersion: v1
  kind: Service
  metadata: { name: web }
  spec: { selector: { app: web }, ports: [{ port: 80 }] }
acts:
  - { at: 5000000, act: !kubectl kubectl delete pod web-2 }
";

fn faults(checks: &str) -> Vec<String> {
    check(&format!("{TEXT}check:\n{checks}")).unwrap()
}

#[test]
fn what_holds_is_not_told_of() {
    let checks = "
  - { kubectl: kubectl get pods --no-headers, contains: [web-1, web-2], lacks: [web-3] }
  - { at: 6000000, kubectl: kubectl get pod web-2, exit: 1, stderr: \"Error from server (NotFound): pods \\\"web-2\\\" not found\\n\" }
  - { kubectl: kubectl get svc web -o name, stdout: \"service/web\\n\" }
  - { from: pod/default/client, to: web:80, by: [web-1, web-2] }
  - { at: 6000000, from: pod/default/client, to: web:80, by: [web-1] }
  - { from: pod/default/client, to: web:81, outcome: timed out }
  - { from: pod/default/client, to: nope:80, outcome: name not found }
  - { from: node/minikube, to: 10.244.0.2:81, outcome: refused, times: 5 }
";
    assert_eq!(faults(checks), Vec::<String>::new());
}

#[test]
fn what_does_not_hold_is_told_with_its_line() {
    let checks = "  - kubectl: kubectl get pod web-1 -o name
    contains: [web-2]
  - { at: 6000000, from: pod/default/client, to: web:80, by: [web-2] }
  - { from: pod/default/client, to: web:80, outcome: refused }
  - { from: somebody, to: web:80 }
  - { kubectl: kubectl version, from: outside }
";
    let told = faults(checks);
    assert_eq!(
        told,
        [
            "24: kubectl get pod web-1 -o name: does not print \"web-2\", but \"pod/web-1\\n\"",
            "26: pod/default/client to web:80: answered by {\"web-1\"}, not by {\"web-2\"}",
            "27: pod/default/client to web:80: expected refused, but answered 1",
            "28: \"somebody\" is no client: write pod/NAMESPACE/NAME, node/NAME or outside",
            "29: a check has either kubectl, or from and to",
        ]
    );
}

#[test]
fn what_cannot_be_read_is_told_with_its_line() {
    let error = check(&format!("{TEXT}check:\n  - {{ kubctl: x }}\n")).unwrap_err();
    assert!(error.contains("kubctl") && error.contains("line 24"), "{error}");
    let told = check("text: |\n  kind: Pod\n").unwrap();
    assert!(
        told.first()
            .is_some_and(|first| first.starts_with("2: line 1 of the text: ")),
        "{told:?}"
    );
}
