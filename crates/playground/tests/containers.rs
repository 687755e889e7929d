//! `kubectl exec` and `kubectl logs`.
#![allow(clippy::unwrap_used, reason = "a test says what it expects")]

use playground::replay;
use serde_json::{Value, json};

const TEXT: &str = "
apiVersion: v1
kind: Service
metadata: { name: back-end }
spec: { selector: { app: back-end }, ports: [{ name: http, port: 80 }, { name: dns, port: 53, protocol: UDP }] }
---
apiVersion: v1
kind: Pod
metadata: { name: web, labels: { app: web } }
spec: { containers: [{ name: web, image: nginx }, { name: side, image: busybox }] }
---
apiVersion: v1
kind: Pod
metadata: { name: lone, labels: { app: web } }
spec: { enableServiceLinks: false, containers: [{ name: web, image: curlimages/curl, env: [{ name: A, value: b }] }] }
---
apiVersion: v1
kind: Service
metadata: { name: later }
spec: { ports: [{ port: 80 }] }
";

/// What a command prints on that cluster: standard output, standard error, exit code.
fn kubectl(line: &str) -> (String, String, i64) {
    let steps = [
        json!({"run": "kubectl create -f -", "stdin": TEXT}),
        json!({"run": format!("kubectl {line}")}),
    ];
    let played = replay(&json!({"name": "exec", "steps": steps})).unwrap();
    let step: &Value = &played["steps"][1];
    let text = |field: &str| step[field].as_str().unwrap_or_default().to_owned();
    (text("stdout"), text("stderr"), step["exit"].as_i64().unwrap())
}

fn stdout(line: &str) -> String {
    let (stdout, stderr, exit) = kubectl(line);
    assert_eq!((stderr.as_str(), exit), ("", 0), "{line}");
    stdout
}

fn stderr(line: &str) -> String {
    let (stdout, stderr, exit) = kubectl(line);
    assert_eq!((stdout.as_str(), exit), ("", 1), "{line}");
    stderr
}

#[test]
fn a_container_knows_its_name_and_its_files() {
    assert_eq!(stdout("exec lone -- hostname"), "lone\n");
    let conf =
        "search default.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n";
    assert_eq!(stdout("exec lone -- cat /etc/resolv.conf"), conf);
    let (_, stderr, exit) = kubectl("exec lone -- cat /etc/nope");
    assert_eq!(
        stderr,
        "cat: /etc/nope: No such file or directory\ncommand terminated with exit code 1\n"
    );
    assert_eq!(exit, 1);
}

#[test]
fn a_container_learns_of_the_services_made_before_it() {
    let env = stdout("exec web -c web -- env");
    for name in [
        "BACK_END_SERVICE_PORT=80",
        "BACK_END_SERVICE_PORT_DNS=53",
        "BACK_END_PORT_53_UDP_PROTO=udp",
        "KUBERNETES_SERVICE_HOST=10.96.0.1",
    ] {
        assert!(env.contains(&format!("{name}\n")), "{name} in {env}");
    }
    assert!(!env.contains("LATER_"), "{env}");
    let env = stdout("exec lone -- env");
    assert!(
        !env.contains("BACK_END") && env.contains("KUBERNETES_PORT=") && env.contains("A=b\n"),
        "{env}"
    );
}

#[test]
fn the_first_container_is_taken_and_told() {
    let (stdout, stderr, _) = kubectl("exec web -- hostname");
    assert_eq!(
        (stdout.as_str(), stderr.as_str()),
        ("web\n", "Defaulted container \"web\" out of: web, side\n")
    );
    assert_eq!(kubectl("exec web -q -- hostname").1, "");
    let words = "error: container x is not valid for pod web out of: web, side\n";
    assert_eq!(self::stderr("exec web -c x -- hostname"), words);
    assert_eq!(self::stderr("logs web -c x"), words);
}

#[test]
fn wrong_words_are_met_with_kubectls() {
    assert_eq!(
        stderr("exec nope -- hostname"),
        "Error from server (NotFound): pods \"nope\" not found\n"
    );
    assert_eq!(
        stderr("exec web hostname"),
        "error: exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead\nSee 'kubectl exec -h' for help and examples\n"
    );
    assert_eq!(
        stderr("exec web"),
        "error: you must specify at least one command for the container\n"
    );
    assert_eq!(
        stderr("exec -- ls"),
        "error: pod, type/name or --filename must be specified\n"
    );
    assert!(stderr("exec lone -- frob").ends_with("exec: \"frob\": executable file not found in $PATH\n"));
    assert_eq!(
        stderr("exec svc/later -- ls"),
        "error: cannot attach to *v1.Service: invalid service 'later': Service is defined without a selector\n"
    );
    assert_eq!(
        stderr("logs nope"),
        "error: error from server (NotFound): pods \"nope\" not found in namespace \"default\"\n"
    );
    assert!(stderr("logs").starts_with("error: expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\n"));
    assert_eq!(
        stderr("logs lone -p"),
        "Error from server (BadRequest): previous terminated container \"web\" in pod \"lone\" not found\n"
    );
}

#[test]
fn a_container_tells_of_its_start() {
    assert_eq!(stdout("logs lone"), "web: started, listens on nothing\n");
    assert_eq!(stdout("logs web web"), "web: started, listens on 80/TCP\n");
    assert_eq!(
        stdout("logs lone --timestamps --prefix"),
        "[pod/lone/web] 2026-01-05T09:00:00.000000000Z web: started, listens on nothing\n"
    );
    assert_eq!(stdout("logs lone --tail=0"), "");
    assert_eq!(stdout("logs -l app=web --prefix --all-containers").lines().count(), 3);
}
