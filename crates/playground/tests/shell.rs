//! Shells in containers: `kubectl exec … -- sh -c`, and what is typed into `kubectl exec -it … -- sh`.

use playground::{Micros, Scenario, Session, shell};

const TEXT: &str = r#"
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
---
apiVersion: v1
kind: Pod
metadata: { name: web, labels: { app: web } }
spec: { containers: [{ name: c, image: nginx }] }
---
apiVersion: v1
kind: Pod
metadata: { name: box }
spec: { containers: [{ name: c, image: busybox, command: [sleep, infinity], env: [{ name: COLOUR, value: red }] }] }
---
apiVersion: v1
kind: Pod
metadata: { name: bare }
spec: { containers: [{ name: c, image: "gcr.io/google-samples/hello-app:1.0" }] }
"#;

fn second(second: u64) -> Micros {
    Micros::from_seconds(second)
}

fn session_of(text: &str) -> Session {
    Session::new(Scenario {
        text: text.to_owned(),
        ..Scenario::default()
    })
}

/// What a line prints ten seconds after the beginning, when every pod runs.
fn said(session: &mut Session, line: &str) -> (String, String, i32) {
    let output = session.perform(second(10), line).0;
    (output.stdout, output.stderr, output.exit)
}

fn printed(session: &mut Session, line: &str) -> String {
    let (stdout, stderr, exit) = said(session, line);
    assert_eq!((stderr.as_str(), exit), ("", 0), "{line}");
    stdout
}

#[test]
fn a_script_runs_in_a_pod() {
    let mut session = session_of(TEXT);
    let mut printed = |line| printed(&mut session, line);
    assert_eq!(
        printed("kubectl exec box -- sh -c 'echo $COLOUR; hostname'"),
        "red\nbox\n"
    );
    let loops = "kubectl exec box -- sh -c 'for i in 1 2 3; do wget -qO- web | grep -c Welcome; done | sort | uniq -c'";
    assert!(printed(loops).trim_start().starts_with('3'), "{}", printed(loops));
    assert_eq!(
        printed("kubectl exec web -- /bin/sh -c 'cat /etc/resolv.conf | grep ^nameserver | cut -d\" \" -f2'"),
        "10.96.0.10\n"
    );
    assert_eq!(printed("kubectl exec box -- grep -c . /etc/hostname"), "1\n");
}

#[test]
fn exit_codes_are_those_of_the_script() {
    let mut session = session_of(TEXT);
    let (stdout, stderr, exit) = said(&mut session, "kubectl exec box -- sh -c 'echo a; exit 3'");
    assert_eq!(
        (stdout.as_str(), stderr.as_str(), exit),
        ("a\n", "command terminated with exit code 3\n", 3)
    );
    let (_, stderr, exit) = said(&mut session, "kubectl exec box -- sh -c nothing");
    assert_eq!(
        stderr,
        "sh: nothing: not found\ncommand terminated with exit code 127\n"
    );
    assert_eq!(exit, 127);
}

#[test]
fn an_image_has_the_shells_that_it_ships() {
    let mut session = session_of(TEXT);
    for line in [
        "kubectl exec bare -- sh -c date",
        "kubectl exec -it bare -- sh",
        "kubectl exec -it box -- bash",
    ] {
        let (_, stderr, exit) = said(&mut session, line);
        assert!(
            stderr.contains("executable file not found in $PATH"),
            "{line}: {stderr}"
        );
        assert_eq!(exit, 1);
        assert!(!session.is_in_shell());
    }
}

#[test]
fn what_is_typed_goes_into_the_shell_until_it_is_left() {
    let mut session = session_of(TEXT);
    assert_eq!(session.prompt(), "$");
    assert_eq!(printed(&mut session, "kubectl exec -it box -- sh"), "");
    assert_eq!(session.prompt(), "/ #");
    assert_eq!(
        printed(
            &mut session,
            "wget -S -O /dev/null web 2>&1 | grep -o '200 OK' | head -1"
        ),
        "200 OK\n"
    );
    assert_eq!(printed(&mut session, "X=web; cd /etc"), "");
    assert_eq!(session.prompt(), "/etc #");
    assert_eq!(printed(&mut session, "echo $X $(pwd); cat hostname"), "web /etc\nbox\n");
    // A terminal has one stream, and a line that fails ends nothing.
    assert_eq!(printed(&mut session, "kubectl get pods"), "sh: kubectl: not found\n");
    let (_, stderr, exit) = said(&mut session, "exit");
    assert_eq!(stderr, "command terminated with exit code 127\n");
    assert_eq!((exit, session.prompt().as_str()), (127, "$"));
    assert!(printed(&mut session, "kubectl get pods -o name").contains("pod/box\n"));
}

#[test]
fn each_shell_has_its_sign() {
    let mut session = session_of(TEXT);
    printed(&mut session, "kubectl exec -it web -- bash");
    assert_eq!(session.prompt(), "root@web:/#");
    assert_eq!(printed(&mut session, "nope"), "bash: nope: command not found\n");
    said(&mut session, "exit 0");
    printed(&mut session, "kubectl exec -it web -- sh");
    assert_eq!(session.prompt(), "#");
    assert_eq!(printed(&mut session, "nope"), "sh: 1: nope: not found\n");
}

#[test]
fn a_shell_ends_with_its_pod() {
    let mut session = session_of(TEXT);
    printed(&mut session, "kubectl exec -it box -- sh");
    session.act(
        second(11),
        playground::Act::Kubectl("kubectl delete pod box --grace-period=0 --force".into()),
    );
    let (output, _) = session.perform(second(20), "hostname");
    assert_eq!(output.stderr, "command terminated with exit code 137\n");
    assert!(!session.is_in_shell());
}

#[test]
fn a_loop_that_sleeps_prints_as_time_passes() {
    let mut session = session_of(TEXT);
    let line = "kubectl exec box -- sh -c 'for i in 1 2 3; do echo $i; sleep 2; done'";
    let output = session.perform(second(10), line).0;
    assert_eq!((output.stdout.as_str(), output.waits_until), ("1\n", Some(12)));
    let output = session.kubectl_since(second(10), second(13), line);
    assert_eq!(output.stdout, "1\n2\n");
    let output = session.kubectl_since(second(10), second(16), line);
    assert_eq!(
        (output.stdout.as_str(), output.waits_until, output.exit),
        ("1\n2\n3\n", None, 0)
    );
}

#[test]
fn a_loop_sees_what_happens_meanwhile() {
    let mut session = session_of(TEXT);
    session.perform(second(10), "kubectl exec -it box -- sh");
    let line = "while sleep 1; do wget -qO /dev/null -T 1 web && echo up || echo down; done";
    let begun = session.perform(second(11), line).0;
    assert_eq!(begun.waits_until, Some(12));
    session.act(
        second(13),
        playground::Act::Kubectl("kubectl delete pod web --grace-period=0 --force".into()),
    );
    let output = session.kubectl_since(second(11), second(16), line);
    let lines: Vec<&str> = output
        .stdout
        .lines()
        .filter(|line| ["up", "down"].contains(line))
        .collect();
    assert_eq!(lines.first(), Some(&"up"), "{output:?}");
    assert_eq!(lines.last(), Some(&"down"), "{output:?}");
}

#[test]
fn an_endless_loop_is_stopped() {
    let mut session = session_of(TEXT);
    let (stdout, stderr, _) = said(&mut session, "kubectl exec box -- sh -c 'while true; do echo on; done'");
    assert!(stdout.lines().count() <= 1_000);
    assert!(
        stderr.starts_with("stopped: a line runs no more than 1000 commands here\n"),
        "{stderr}"
    );
}

#[test]
fn a_line_of_a_shell_goes_on_below() {
    assert_eq!(shell::typed_in_shell("for i in 1 2; do"), shell::Typed::Unfinished);
    assert_eq!(
        shell::typed_in_shell("for i in 1 2; do\necho $i\ndone"),
        shell::Typed::Whole
    );
    assert_eq!(shell::typed_in_shell("done"), shell::Typed::Whole);
}

const AFFINE: &str = r#"
apiVersion: v1
kind: Service
metadata: { name: web }
spec:
  sessionAffinity: ClientIP
  sessionAffinityConfig: { clientIP: { timeoutSeconds: 5 } }
  selector: { app: web }
  ports: [{ name: a, port: 80 }, { name: b, port: 81, targetPort: 80 }]
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 6
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: c, image: "registry.k8s.io/e2e-test-images/agnhost:2.45", args: [netexec, --http-port=80] }] }
---
apiVersion: v1
kind: Pod
metadata: { name: c1 }
spec: { containers: [{ name: c, image: busybox, command: [sleep, infinity] }] }
---
apiVersion: v1
kind: Pod
metadata: { name: c2 }
spec: { containers: [{ name: c, image: busybox, command: [sleep, infinity] }] }
"#;

#[test]
fn affinity_is_kept_for_each_client_and_port_and_expires() {
    let mut session = session_of(AFFINE);
    let mut pod = |at: u64, client: &str, port: u16| {
        let line = format!("kubectl exec {client} -- curl -s -w '%{{remote_ip}}' web:{port}/hostname");
        session.perform(second(at), &line).0.stdout
    };
    let mut distinct = std::collections::BTreeSet::new();
    for (client, port) in [("c1", 80), ("c1", 81), ("c2", 80), ("c2", 81)] {
        let first = pod(10, client, port);
        for at in 11..14 {
            assert_eq!(pod(at, client, port), first, "{client}:{port} at {at}");
        }
        distinct.insert(first);
    }
    assert!(distinct.len() > 1, "clients and ports are told apart: {distinct:?}");
    let later: std::collections::BTreeSet<String> = (0..8).map(|turn| pod(30 + turn * 10, "c1", 80)).collect();
    assert!(
        later.len() > 1,
        "after its timeout a client is balanced anew: {later:?}"
    );
}

#[test]
fn a_check_draws_for_each_client_and_port_apart() {
    let indented: String = AFFINE.lines().flat_map(|line| ["  ", line, "\n"]).collect();
    let one = |client: &str, port: u16, by: &str| {
        format!("  - {{ at: 10000000, from: pod/default/{client}, to: 'web:{port}', by: [{by}] }}\n")
    };
    let wrong = |file: &str| playground::check(file).unwrap();
    let answers: Vec<String> = wrong(&format!(
        "text: |\n{indented}check:\n{}{}{}{}",
        one("c1", 80, "nobody"),
        one("c1", 81, "nobody"),
        one("c2", 80, "nobody"),
        one("c1", 80, "nobody")
    ))
    .into_iter()
    .map(|fault| fault.split("answered by ").nth(1).unwrap_or_default().to_owned())
    .collect();
    assert_eq!(answers.len(), 4, "{answers:?}");
    assert_eq!(answers[0], answers[3], "the same client and port");
    assert!(answers[0] != answers[1] || answers[0] != answers[2], "{answers:?}");
}

#[test]
fn files_that_are_written_stay_with_their_container() {
    let mut session = session_of(TEXT);
    let mut said = |line| {
        let (stdout, stderr, _) = said(&mut session, line);
        stdout + &stderr
    };
    assert_eq!(
        said("kubectl exec box -- sh -c 'echo one > /tmp/x; echo two >> /tmp/x'"),
        ""
    );
    assert_eq!(said("kubectl exec box -- cat /tmp/x"), "one\ntwo\n");
    assert_eq!(said("kubectl exec box -- ls /tmp"), "x\n");
    assert!(said("kubectl exec web -- cat /tmp/x").contains("No such file"));
    assert_eq!(
        said("kubectl exec box -- sh -c 'echo one > /no/x'"),
        "sh: can't create /no/x: nonexistent directory\ncommand terminated with exit code 1\n"
    );
    said("kubectl exec -it box -- sh");
    assert_eq!(said("greet() { echo hello $1; }; cd /tmp; rm x"), "");
    assert_eq!(said("greet you; ls; pwd"), "hello you\n/tmp\n");
}
