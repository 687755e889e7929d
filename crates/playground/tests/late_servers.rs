//! Servers that a script starts later: nobody listens before.
#![allow(clippy::unwrap_used, missing_docs)]

use playground::{Micros, Outcome, Scenario, Session};

fn second(seconds: u64) -> Micros {
    Micros::from_seconds(seconds)
}

/// A Service `web` before a pod whose container has these fields, and a client.
fn session(container: &str) -> Session {
    let text = format!(
        "apiVersion: v1
kind: Service
metadata: {{name: web}}
spec: {{selector: {{app: web}}, ports: [{{port: 80, targetPort: 80}}]}}
---
apiVersion: v1
kind: Pod
metadata: {{name: web, labels: {{app: web}}}}
spec: {{containers: [{{name: w, {container}}}]}}
---
apiVersion: v1
kind: Pod
metadata: {{name: client}}
spec: {{containers: [{{name: c, image: curlimages/curl, command: [sleep, infinity]}}]}}
"
    );
    Session::new(Scenario {
        text,
        ..Scenario::default()
    })
}

fn curl(session: &mut Session, at: u64) -> i32 {
    let line = "kubectl exec client -- curl -sS -m 1 -o /dev/null web";
    session.perform(second(at), line).0.exit
}

fn ready(session: &Session, at: u64) -> String {
    let line = "kubectl get pod web -o jsonpath='{.status.containerStatuses[0].ready}'";
    session.kubectl(second(at), line).stdout
}

/// curl: connection refused.
const REFUSED: i32 = 7;

#[test]
fn a_server_started_after_a_sleep_listens_only_then() {
    let mut session = session(r#"image: nginx, command: [sh, -c, "sleep 20; nginx -g 'daemon off;'"]"#);
    assert_eq!(ready(&session, 1), "true", "nothing asks whether it is");
    let exits: Vec<i32> = [2, 19, 20, 60].map(|at| curl(&mut session, at)).to_vec();
    assert_eq!(exits, [REFUSED, REFUSED, 0, 0]);
    session.run(second(40));
    let requests = session.requests(second(40)).to_vec();
    let to_web = |from: u64, to: u64| {
        let sent = requests.iter().filter(|it| *it.target.service.name == *"web");
        let sent = sent.filter(|it| (from..to).contains(&it.sent.seconds()));
        sent.map(|it| it.outcome).collect::<Vec<_>>()
    };
    let before = to_web(1, 18);
    assert!(!before.is_empty() && before.iter().all(|it| *it == Outcome::RefusedNotListening));
    let after = to_web(21, 39);
    assert!(!after.is_empty() && after.iter().all(|it| *it == Outcome::Answered));
}

#[test]
fn probes_are_refused_until_then() {
    let probed = |probe: &str| {
        session(&format!(
            r#"image: nginx, command: [sh, -c, "sleep 20; exec nginx -g 'daemon off;'"], {probe}: {{tcpSocket: {{port: 80}}, periodSeconds: 5}}"#
        ))
    };
    let of = probed("readinessProbe");
    assert_eq!([1, 19, 21].map(|at| ready(&of, at)), ["false", "false", "true"]);
    let events = of.kubectl(second(18), "kubectl describe pod web").stdout;
    assert!(events.contains("Readiness probe failed: dial tcp"), "{events}");
    let restarts = "kubectl get pod web -o jsonpath='{.status.containerStatuses[0].restartCount}'";
    let of = probed("livenessProbe");
    let counted = [14, 44, 46].map(|at| of.kubectl(second(at), restarts).stdout);
    assert_eq!(
        counted,
        ["0", "0", "1"],
        "the shell is deaf to SIGTERM, and killed after 30 seconds"
    );
}

#[test]
fn a_server_that_waits_for_a_name_listens_once_it_is_there() {
    let script = "until nslookup db; do sleep 2; done; exec python -m http.server 80";
    let mut session = session(&format!(r#"image: "python:3", command: [sh, -c, "{script}"]"#));
    assert_eq!(curl(&mut session, 10), REFUSED);
    session.perform(second(30), "kubectl create service clusterip db --tcp=5432");
    assert_eq!([29, 32].map(|at| curl(&mut session, at)), [REFUSED, 0]);
    session.perform(second(40), "kubectl delete service db");
    assert_eq!(curl(&mut session, 42), 0, "it does not look again");
}

#[test]
fn a_server_that_is_started_beside_listens_at_once() {
    let script = "redis-server --port 80 & sleep 30; echo still there; wait";
    let mut session = session(&format!(r#"image: redis, command: [sh, -c, "{script}"]"#));
    let line = "kubectl exec client -- nc -z -w 1 web 80";
    assert_eq!(session.perform(second(2), line).0.exit, 0);
}

#[test]
fn a_container_that_starts_again_waits_again() {
    let mut session = session(
        r#"image: nginx, command: [sh, -c, "sleep 20; nginx -g 'daemon off;'"], livenessProbe: {exec: {command: ["false"]}, initialDelaySeconds: 60, failureThreshold: 1}"#,
    );
    let exits: Vec<i32> = [58, 95, 130].map(|at| curl(&mut session, at)).to_vec();
    assert_eq!(exits, [0, REFUSED, 0]);
}
