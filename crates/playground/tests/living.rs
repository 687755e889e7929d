//! Pods live as their programs do, and requests meet them as they are.
#![allow(clippy::unwrap_used, missing_docs)]

use playground::{FlowSpec, Micros, Outcome, Scenario, Session, Traffic};
use std::collections::BTreeMap;

fn session(text: &str) -> Session {
    Session::new(Scenario {
        text: text.to_owned(),
        ..Scenario::default()
    })
}

fn second(seconds: u64) -> Micros {
    Micros::from_seconds(seconds)
}

fn pod(spec: &str) -> String {
    format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: web, labels: {{app: web}}}}\nspec: {spec}\n")
}

/// READY, STATUS and RESTARTS of the pod `web`.
fn columns(session: &Session, at: Micros) -> String {
    let printed = session.kubectl(at, "kubectl get pod web --no-headers").stdout;
    let words: Vec<&str> = printed.split_whitespace().skip(1).collect();
    words[..words.len() - 1].join(" ")
}

#[test]
fn kubectl_get_pods_tells_what_programs_do() {
    let cases = [
        ("{containers: [{name: w, image: nginx}]}", "1/1 Running 0"),
        (
            "{containers: [{name: w, image: busybox}]}",
            "0/1 CrashLoopBackOff 1 (0s ago)",
        ),
        (
            "{restartPolicy: Never, containers: [{name: w, image: busybox, command: [echo, hi]}]}",
            "0/1 Completed 0",
        ),
        (
            "{restartPolicy: Never, containers: [{name: w, image: busybox, command: ['false']}]}",
            "0/1 Error 0",
        ),
        (
            "{containers: [{name: w, image: nginx, envFrom: [{configMapRef: {name: gone}}]}]}",
            "0/1 CreateContainerConfigError 0",
        ),
        (
            "{volumes: [{name: v, secret: {secretName: gone}}], containers: [{name: w, image: nginx}]}",
            "0/1 ContainerCreating 0",
        ),
        (
            "{initContainers: [{name: i, image: busybox, command: [sh, -c, 'until nslookup db; do sleep 2; done']}], containers: [{name: w, image: nginx}]}",
            "0/1 Init:0/1 0",
        ),
        (
            "{initContainers: [{name: i, image: busybox, command: ['false']}], containers: [{name: w, image: nginx}]}",
            "0/1 Init:CrashLoopBackOff 1 (0s ago)",
        ),
        (
            "{initContainers: [{name: proxy, image: nginx, restartPolicy: Always}], containers: [{name: app, image: 'redis:7'}]}",
            "2/2 Running 0",
        ),
        (
            "{containers: [{name: w, image: nginx, readinessProbe: {httpGet: {path: /, port: 8080}}}]}",
            "0/1 Running 0",
        ),
        (
            "{containers: [{name: w, image: nginx, readinessProbe: {exec: {command: [cat, /nope]}}}]}",
            "0/1 Running 0",
        ),
    ];
    for (spec, told) in cases {
        assert_eq!(columns(&session(&pod(spec)), Micros::ZERO), told, "{spec}");
    }
}

#[test]
fn the_later_of_two_servers_on_one_port_crashes() {
    let session = session(&pod("{containers: [{name: a, image: nginx}, {name: b, image: nginx}]}"));
    assert_eq!(columns(&session, second(4)), "2/2 Running 1 (1s ago)");
    assert_eq!(columns(&session, second(7)), "1/2 CrashLoopBackOff 1 (1s ago)");
}

/// BusyBox from 1.29 on asks for a bare name in all search domains, and fails as two of them do not have it.
#[test]
fn busybox_waits_for_a_bare_name_for_ever() {
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: db}\nspec: {ports: [{port: 5432}]}\n---\n";
    for (image, name, told) in [
        ("busybox", "db", "0/1 Init:0/1 0"),
        ("busybox", "db.default", "0/1 Init:0/1 0"),
        ("busybox", "db.default.svc.cluster.local", "1/1 Running 0"),
        ("'busybox:1.28'", "db", "1/1 Running 0"),
        ("nicolaka/netshoot", "db", "1/1 Running 0"),
    ] {
        let waits = format!(
            "{{initContainers: [{{name: i, image: {image}, command: [sh, -c, 'until nslookup {name}; do sleep 2; done']}}], containers: [{{name: w, image: nginx}}]}}"
        );
        let session = session(&format!("{service}{}", pod(&waits)));
        assert_eq!(columns(&session, second(9)), told, "{image} {name}");
    }
}

#[test]
fn a_pod_goes_on_once_what_it_waits_for_is_there() {
    let waits = pod(
        "{initContainers: [{name: i, image: 'busybox:1.28', command: [sh, -c, 'until nslookup db; do sleep 2; done']}], containers: [{name: w, image: nginx, envFrom: [{configMapRef: {name: late}}]}]}",
    );
    let mut session = session(&waits);
    assert_eq!(columns(&session, second(3)), "0/1 Init:0/1 0");
    session.perform(second(5), "kubectl create service clusterip db --tcp=5432");
    assert_eq!(columns(&session, second(5)), "0/1 CreateContainerConfigError 0");
    session.perform(second(8), "kubectl create configmap late --from-literal=a=b");
    assert_eq!(columns(&session, second(8)), "1/1 Running 0");
    let with_service = format!(
        "apiVersion: v1\nkind: Service\nmetadata: {{name: db}}\nspec: {{ports: [{{port: 5432}}]}}\n---\n{waits}"
    );
    session.set_text(Micros::ZERO, with_service);
    assert_eq!(columns(&session, Micros::ZERO), "0/1 CreateContainerConfigError 0");
    session.set_text(Micros::ZERO, waits);
    assert_eq!(
        columns(&session, Micros::ZERO),
        "0/1 Init:0/1 0",
        "the Service is gone from the text"
    );
}

#[test]
fn a_pod_that_fails_its_probe_gets_no_requests() {
    let text =
        "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n---\n"
            .to_owned()
            + &pod("{containers: [{name: w, image: nginx, readinessProbe: {httpGet: {path: /, port: 8080}}}]}");
    let mut session = session(&text);
    session.run(second(5));
    let requests = session.requests(second(5));
    assert!(!requests.is_empty());
    assert!(requests.iter().all(|it| it.outcome == Outcome::RefusedNoEndpoints));
    let events = session.kubectl(second(5), "kubectl get events").stdout;
    assert!(events.contains("Readiness probe failed: Get \"http://10.244.0.2:8080/\": dial tcp 10.244.0.2:8080: connect: connection refused"), "{events}");
}

#[test]
fn events_of_a_pod_are_described() {
    let session = session(&pod("{containers: [{name: w, image: 'nginx:1.29'}]}"));
    let described = session.kubectl(Micros::ZERO, "kubectl describe pod web").stdout;
    let events = described.split("Events:").nth(1).unwrap_or_default();
    let told = [
        "default-scheduler",
        "kubelet",
        "Successfully assigned default/web to minikube",
        "Container started",
    ];
    assert!(told.iter().all(|it| events.contains(it)), "{events}");
}

/// A Deployment of three replicas behind a Service, asked 20 times a second.
fn asked(hook: &str) -> Session {
    let mut session = session(&format!(
        "apiVersion: v1\nkind: Service\nmetadata: {{name: web}}\nspec: {{selector: {{app: web}}, ports: [{{port: 80}}]}}\n---\napiVersion: v1\nkind: Pod\nmetadata: {{name: client}}\nspec: {{containers: [{{name: c, image: curlimages/curl, command: [sleep, infinity]}}]}}\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\nspec:\n  replicas: 3\n  selector: {{matchLabels: {{app: web}}}}\n  template:\n    metadata: {{labels: {{app: web}}}}\n    spec: {{containers: [{{name: w, image: 'nginx:1.28'{hook}}}]}}\n"
    ));
    let flow = FlowSpec {
        from: "pod/default/client".into(),
        to: "default/web".into(),
        port: 80,
        millihertz: 20_000,
        ..FlowSpec::default()
    };
    session.set_traffic(Micros::ZERO, Traffic::Chosen(vec![flow]));
    session
}

fn ends(session: &mut Session, until: Micros) -> BTreeMap<&'static str, usize> {
    session.run(until);
    let mut ends = BTreeMap::new();
    for request in session.requests(until).iter() {
        *ends.entry(request.outcome.word()).or_insert(0) += 1;
    }
    ends
}

#[test]
fn a_rolling_update_drops_requests_unless_pods_wait_before_they_end() {
    for command in [
        "kubectl set image deployment/web w=nginx:1.29",
        "kubectl rollout restart deployment web",
    ] {
        let mut hasty = asked("");
        hasty.perform(second(5), command);
        let hasty = ends(&mut hasty, second(30));
        let dropped: usize = hasty
            .iter()
            .filter(|(word, _)| **word != "answered")
            .map(|(_, count)| count)
            .sum();
        assert!((1..60).contains(&dropped), "{command}: {hasty:?}");
        for hook in ["exec: {command: [sleep, '5']}", "sleep: {seconds: 5}"] {
            let mut careful = asked(&format!(", lifecycle: {{preStop: {{{hook}}}}}"));
            careful.perform(second(5), command);
            let careful = ends(&mut careful, second(30));
            assert_eq!(
                careful.keys().copied().collect::<Vec<_>>(),
                ["answered"],
                "{command}: {careful:?}"
            );
        }
    }
}

#[test]
fn a_rolling_update_takes_its_time() {
    let mut session = asked("");
    session.perform(second(5), "kubectl set image deployment/web w=nginx:1.29");
    let states = |session: &Session, at| {
        let printed = session.kubectl(at, "kubectl get pods -l app=web --no-headers").stdout;
        let mut states: Vec<String> = printed
            .lines()
            .filter_map(|line| line.split_whitespace().nth(2).map(str::to_owned))
            .collect();
        states.sort();
        states
    };
    assert_eq!(
        states(&session, second(5)),
        ["ContainerCreating", "Running", "Running", "Running"]
    );
    assert_eq!(states(&session, second(10)), ["Running", "Running", "Running"]);
    let told = session
        .kubectl(second(10), "kubectl rollout status deployment web")
        .stdout;
    assert_eq!(told, "deployment \"web\" successfully rolled out\n");
}

#[test]
fn old_pods_end_beside_new_ones() {
    let mut session = asked(", lifecycle: {preStop: {exec: {command: [sleep, '20']}}}");
    session.perform(second(5), "kubectl delete pod -l app=web --wait=false");
    let count = |session: &Session, at, word: &str| {
        let printed = session.kubectl(at, "kubectl get pods -l app=web").stdout;
        printed.matches(word).count()
    };
    assert_eq!(
        (
            count(&session, second(6), "Terminating"),
            count(&session, second(6), "Running")
        ),
        (3, 3)
    );
    assert_eq!(
        (
            count(&session, second(26), "Terminating"),
            count(&session, second(26), "Running")
        ),
        (0, 3)
    );
}

#[test]
fn pods_are_available_after_their_seconds() {
    let mut session = session(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  minReadySeconds: 10\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: w, image: nginx}]}\n",
    );
    let available = |session: &Session, at| {
        session
            .kubectl(at, "kubectl get deployment web -o jsonpath={.status.availableReplicas}")
            .stdout
    };
    session.run(second(1));
    assert_eq!(
        (available(&session, second(9)), available(&session, second(10))),
        (String::new(), "1".to_owned())
    );
}

#[test]
fn a_schedule_does_not_keep_a_session_from_opening() {
    let text = "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: hello}\nspec:\n  schedule: '* * * * *'\n  jobTemplate:\n    spec:\n      template:\n        spec: {restartPolicy: OnFailure, containers: [{name: h, image: busybox, command: [echo, hi]}]}\n";
    let session = session(text);
    let jobs = session.kubectl(second(290), "kubectl get jobs --no-headers").stdout;
    assert_eq!(jobs.lines().count(), 3, "{jobs}");
}

#[test]
fn the_api_server_keeps_events_for_an_hour() {
    let session = session(&pod("{containers: [{name: w, image: nginx}]}"));
    let events = |at| session.kubectl(second(at), "kubectl get events --no-headers").stdout;
    let told = |at: u64| events(at).lines().filter(|line| line.contains("pod/web")).count();
    assert_eq!((told(3_599), told(3_700)), (5, 0), "{}", events(3_599));
}
