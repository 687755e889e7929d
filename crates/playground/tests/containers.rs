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
---
apiVersion: v1
kind: Pod
metadata: { name: back, labels: { app: back-end } }
spec: { containers: [{ name: nginx, image: nginx }] }
---
apiVersion: v1
kind: Service
metadata: { name: deaf }
spec: { selector: { app: back-end }, ports: [{ port: 81 }] }
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
fn a_containers_log_is_what_its_program_says() {
    assert_eq!(
        stdout("logs lone"),
        "curl: (2) no URL specified\ncurl: try 'curl --help' or 'curl --manual' for more information\n"
    );
    let said = stdout("logs web web");
    assert!(
        said.ends_with("2026/01/05 09:00:00 [notice] 1#1: start worker processes\n"),
        "{said}"
    );
    assert_eq!(
        stdout("logs lone --timestamps --prefix"),
        "[pod/lone/web] 2026-01-05T09:00:00.000000000Z curl: (2) no URL specified\n\
         [pod/lone/web] 2026-01-05T09:00:00.000000000Z curl: try 'curl --help' or 'curl --manual' for more information\n"
    );
    assert_eq!(stdout("logs lone --tail=0"), "");
    assert_eq!(stdout("logs -l app=web --prefix --all-containers").lines().count(), 6);
}

/// What a command run in the pod `lone` prints: standard output, standard error without kubectl's line, exit code.
fn exec(command: &str) -> (String, String, i64) {
    let (stdout, stderr, exit) = kubectl(&format!("exec lone -- {command}"));
    let of_kubectl = format!("command terminated with exit code {exit}\n");
    let stderr = stderr.strip_suffix(&of_kubectl).unwrap_or(&stderr).to_owned();
    (stdout, stderr, exit)
}

fn fails(command: &str, words: &str, code: i64) {
    let (stdout, stderr, exit) = exec(command);
    assert_eq!((stdout.as_str(), stderr.as_str(), exit), ("", words, code), "{command}");
}

const PAGE: &str = "<title>Welcome to nginx!</title>";

#[test]
fn curl_asks_a_service_and_is_answered_by_its_pod() {
    for url in [
        "back-end",
        "http://back-end.default.svc.cluster.local:80/index.html",
        "back-end.default",
        "10.244.0.4",
    ] {
        let (page, said, code) = exec(&format!("curl -s {url}"));
        assert!(page.contains(PAGE), "{url}: {page}");
        assert_eq!((said.as_str(), code), ("", 0), "{url}");
    }
    assert!(exec("curl -s back-end/x").0.contains("<h1>404 Not Found</h1>"));
    assert_eq!(
        exec("curl -so /dev/null -w '%{http_code} %{size_download}\\n' back-end").0,
        "200 615\n"
    );
    let (head, ..) = exec("curl -sI back-end");
    assert!(
        head.starts_with("HTTP/1.1 200 OK\r\nServer: nginx/1.29.4\r\nDate: Mon, 05 Jan 2026 09:00:01 GMT\r\n")
            && !head.contains("Welcome"),
        "{head}"
    );
    let (_, told, _) = exec("curl -sv back-end");
    assert!(
        told.contains("> GET / HTTP/1.1\n> Host: back-end\n> User-Agent: curl/8.14.1\n"),
        "{told}"
    );
    assert!(exec("curl back-end").1.starts_with("  % Total "));
}

#[test]
fn curl_tells_how_a_request_failed() {
    fails("curl -s nope", "", 6);
    fails("curl -sS nope", "curl: (6) Could not resolve host: nope\n", 6);
    fails(
        "curl later",
        "curl: (7) Failed to connect to later port 80 after 0 ms: Could not connect to server\n",
        7,
    );
    fails(
        "curl deaf:81",
        "curl: (7) Failed to connect to deaf port 81 after 0 ms: Could not connect to server\n",
        7,
    );
    fails(
        "curl -m 3 back-end:8080",
        "curl: (28) Connection timed out after 3000 milliseconds\n",
        28,
    );
    fails("curl -s back-end:8080", "", 28);
    fails(
        "curl -sS https://back-end:80",
        "curl: (35) TLS connect error: error:0A00010B:SSL routines::wrong version number\n",
        35,
    );
    fails("curl -sS ftp://x", "curl: (1) Protocol \"ftp\" not supported\n", 1);
    assert_eq!(
        exec("curl -s http://kubernetes:443").0,
        "Client sent an HTTP request to an HTTPS server.\n"
    );
    assert_eq!(exec("curl --frob x").2, 2);
}

/// What a command in the pod `web` prints where `back` answers so.
fn exec_where(answers: &str, command: &str) -> (String, String, i64) {
    let steps = [
        json!({"run": "kubectl create -f -", "stdin": TEXT}),
        json!({"run": format!("kubectl annotate pod back playground/answers='{answers}'")}),
        json!({"run": format!("kubectl exec web -c side -- {command}")}),
    ];
    let played = replay(&json!({"name": "exec", "steps": steps})).unwrap();
    let step: &Value = &played["steps"][2];
    let text = |field: &str| step[field].as_str().unwrap_or_default().to_owned();
    let stderr = text("stderr").replace("command terminated with exit code", "exit");
    (text("stdout"), stderr, step["exit"].as_i64().unwrap())
}

#[test]
fn curl_and_wget_notice_a_pod_that_is_slow_or_fails() {
    let code = "curl -so /dev/null -w '%{http_code} %{time_total}' back-end";
    assert_eq!(exec_where("2500ms", code).0, "200 2.501000");
    assert_eq!(exec_where("503", code).0, "503 0.001000");
    assert_eq!(exec_where("503", "curl -s back-end").0, "503 Service Unavailable\n");
    let told = |answers, command| {
        let (stdout, stderr, exit) = exec_where(answers, command);
        assert_eq!(stdout, "", "{command}");
        (stderr, exit)
    };
    assert_eq!(
        told("500", "curl -sSf back-end"),
        (
            "curl: (22) The requested URL returned error: 500\nexit 22\n".to_owned(),
            22
        )
    );
    assert_eq!(
        told("closes", "curl -sS back-end"),
        ("curl: (52) Empty reply from server\nexit 52\n".to_owned(), 52)
    );
    let slow = "curl: (28) Operation timed out after 2000 milliseconds with 0 bytes received\nexit 28\n";
    for answers in ["3s", "never"] {
        assert_eq!(told(answers, "curl -sS -m 2 back-end"), (slow.to_owned(), 28));
        assert_eq!(
            told(answers, "wget -qO- -T 2 back-end"),
            ("wget: download timed out\nexit 1\n".to_owned(), 1)
        );
    }
    assert_eq!(
        told("502", "wget -qO- back-end").0,
        "wget: server returned error: HTTP/1.1 502 Bad Gateway\nexit 1\n"
    );
    assert_eq!(told("never", "curl -s back-end").1, 2);
}

#[test]
fn wget_nc_and_ping_speak_for_themselves() {
    assert!(exec("wget -qO- http://back-end").0.contains(PAGE));
    fails("wget -qO- nope", "wget: bad address 'nope'\n", 1);
    fails("wget -qT 2 -O - back-end:8080", "wget: download timed out\n", 1);
    assert!(exec("wget -qO- later").1.ends_with("): Connection refused\n"));
    assert_eq!(exec("nc -z back-end 80").2, 0);
    assert!(exec("nc -zv back-end 80").1.ends_with(" 80 port [tcp/*] succeeded!\n"));
    fails("nc -z deaf 81", "", 1);
    let (told, _, exit) = exec("ping -c 2 10.244.0.4");
    assert!(
        told.contains("2 packets transmitted, 2 received, 0% packet loss, time 1000ms"),
        "{told}"
    );
    assert_eq!(exit, 0);
    assert!(
        exec("ping -c 1 back-end")
            .0
            .contains("1 packets transmitted, 0 received, 100% packet loss")
    );
}

#[test]
fn names_are_looked_up_as_the_pod_would() {
    let (told, _, exit) = exec("nslookup back-end.default.svc.cluster.local");
    assert!(
        told.starts_with("Server:\t\t10.96.0.10\nAddress:\t10.96.0.10:53\n")
            && told.contains("Name:\tback-end.default.svc.cluster.local"),
        "{told}"
    );
    assert_eq!(exit, 0);
    assert_eq!(exec("nslookup nope").2, 1);
    let (told, _, _) = exec("dig +search +noall +question back-end");
    assert_eq!(told, ";back-end.default.svc.cluster.local. IN\tA\n");
}

#[test]
fn a_request_without_answer_takes_its_time() {
    let steps = [
        json!({"run": "kubectl create -f -", "stdin": TEXT}),
        json!({"run": "kubectl exec lone -- curl -sm 5 back-end:8080"}),
        json!({"run": "kubectl get pod lone --no-headers"}),
    ];
    let played = replay(&json!({"name": "exec", "steps": steps})).unwrap();
    let row = played["steps"][2]["stdout"].as_str().unwrap().to_owned();
    assert!(row.trim_end().ends_with("7s"), "{row}");
}
