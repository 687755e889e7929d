//! Hooks of containers and deadlines of pods and rollouts, in virtual time.
#![allow(missing_docs)]

use playground::{Micros, Scenario, Session};

fn session(text: &str) -> Session {
    Session::new(Scenario {
        text: text.to_owned(),
        ..Scenario::default()
    })
}

fn pod(spec: &str) -> Session {
    session(&format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec: {spec}\n"
    ))
}

fn print(session: &mut Session, second: u64, command: &str) -> String {
    let output = session.kubectl(Micros::from_seconds(second), command);
    output.stdout + &output.stderr
}

/// READY, STATUS and RESTARTS of the pod `web`.
fn columns(session: &mut Session, second: u64) -> String {
    let printed = print(session, second, "kubectl get pod web --no-headers");
    let words: Vec<&str> = printed.split_whitespace().skip(1).take(3).collect();
    words.join(" ")
}

#[test]
fn a_container_starts_once_its_hook_is_over() {
    for hook in ["{sleep: {seconds: 8}}", "{exec: {command: [sh, -c, 'sleep 8']}}"] {
        let mut session = pod(&format!(
            "{{containers: [{{name: w, image: nginx, lifecycle: {{postStart: {hook}}}}}, {{name: x, image: redis}}]}}"
        ));
        assert_eq!(columns(&mut session, 7), "0/2 ContainerCreating 0", "{hook}");
        assert_eq!(columns(&mut session, 8), "2/2 Running 0", "{hook}");
        let events = print(&mut session, 9, "kubectl events");
        assert_eq!(events.matches("Container started").count(), 2, "{events}");
    }
}

#[test]
fn a_container_whose_hook_fails_is_killed() {
    let hooks = [
        "{exec: {command: [sh, -c, exit 1]}}",
        "{httpGet: {port: 81}}",
        "{tcpSocket: {port: 80}}",
    ];
    for hook in hooks {
        let mut session = pod(&format!(
            "{{containers: [{{name: w, image: nginx, lifecycle: {{postStart: {hook}}}}}]}}"
        ));
        assert_eq!(columns(&mut session, 5), "0/1 CrashLoopBackOff 1", "{hook}");
        let events = print(&mut session, 5, "kubectl get events");
        for words in [
            "Warning   FailedPostStartHook   pod/web   PostStartHook failed",
            "Killing               pod/web   FailedPostStartHook",
        ] {
            assert!(events.contains(words), "{hook}: {events}");
        }
    }
    let mut well =
        pod("{containers: [{name: w, image: nginx, lifecycle: {postStart: {httpGet: {port: 80, path: /none}}}}]}");
    assert_eq!(
        columns(&mut well, 5),
        "1/1 Running 0",
        "only a missing answer is a failure"
    );
}

#[test]
fn a_hook_before_the_end_takes_its_time() {
    let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, annotations: {playground/answers: 6s}}\nspec: {containers: [{name: w, image: nginx, lifecycle: {preStop: {httpGet: {port: 80}}}}]}\n";
    let mut slow = session(text);
    slow.perform(Micros::from_seconds(10), "kubectl delete pod web --wait=false");
    assert_eq!(columns(&mut slow, 15), "1/1 Terminating 0");
    assert!(print(&mut slow, 18, "kubectl get pods").contains("No resources found"));
    let mut refused = pod("{containers: [{name: w, image: nginx, lifecycle: {preStop: {httpGet: {port: 81}}}}]}");
    refused.perform(Micros::from_seconds(10), "kubectl delete pod web --wait=false");
    let events = print(&mut refused, 20, "kubectl get events");
    assert!(
        events.contains("FailedPreStopHook   pod/web   PreStopHook failed"),
        "{events}"
    );
}

#[test]
fn a_pod_ends_at_its_deadline() {
    let mut session = pod("{activeDeadlineSeconds: 20, containers: [{name: w, image: nginx}]}");
    assert_eq!(columns(&mut session, 19), "1/1 Running 0");
    assert_eq!(columns(&mut session, 20), "0/1 Completed 0");
    let described = print(&mut session, 25, "kubectl describe pod web");
    for words in [
        "Status:           Failed\nReason:           DeadlineExceeded\nMessage:          Pod was active on the node longer than the specified deadline\n",
        "Normal  DeadlineExceeded  5s    kubelet            Pod was active on the node longer than the specified deadline",
        "Normal  Killing           5s    kubelet            spec.containers{w}: Stopping container w",
    ] {
        assert!(described.contains(words), "{words}: {described}");
    }
    let mut deaf = pod(
        "{activeDeadlineSeconds: 20, terminationGracePeriodSeconds: 5, containers: [{name: w, image: busybox, command: [sleep, '999']}]}",
    );
    assert_eq!(columns(&mut deaf, 24), "1/1 Running 0");
    assert_eq!(columns(&mut deaf, 25), "0/1 Error 0");
}

const STUCK: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {progressDeadlineSeconds: 30, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: w, image: nginx, readinessProbe: {httpGet: {port: 81}}}]}}}\n";

#[test]
fn a_rollout_is_given_up_at_its_deadline() {
    let mut session = session(STUCK);
    let progressing = "kubectl get deploy web -o jsonpath='{.status.conditions[?(@.type==\"Progressing\")].reason}'";
    assert_eq!(print(&mut session, 29, progressing), "ReplicaSetUpdated");
    assert_eq!(print(&mut session, 32, progressing), "ProgressDeadlineExceeded");
    let message = progressing.replace("reason}", "message}");
    assert!(print(&mut session, 40, &message).ends_with("has timed out progressing."));
    let (output, _) = session.perform(Micros::from_seconds(40), "kubectl rollout status deploy web");
    assert_eq!(
        (output.stderr.as_str(), output.exit),
        ("error: deployment \"web\" exceeded its progress deadline\n", 1)
    );
}

#[test]
fn a_rollout_that_comes_on_has_no_deadline() {
    let mut session = session(&STUCK.replace("port: 81", "port: 80"));
    let progressing = "kubectl get deploy web -o jsonpath='{.status.conditions[?(@.type==\"Progressing\")].reason}'";
    assert_eq!(print(&mut session, 50, progressing), "NewReplicaSetAvailable");
}

#[test]
fn a_rollout_that_was_complete_is_not_given_up_later() {
    let text = STUCK.replace("port: 81", "port: 80");
    let mut session = session(&text);
    let pod = print(
        &mut session,
        10,
        "kubectl get pods -o jsonpath={.items[0].metadata.name}",
    );
    let act = playground::Act::Ready {
        namespace: "default".to_owned(),
        pod,
        ready: false,
    };
    session.act(Micros::from_seconds(10), act);
    let progressing = "kubectl get deploy web -o jsonpath='{.status.conditions[?(@.type==\"Progressing\")].reason}'";
    assert_eq!(print(&mut session, 700, progressing), "NewReplicaSetAvailable");
}
