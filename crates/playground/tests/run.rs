//! `kubectl run -it`: the pod of a command that is asked for once.

use playground::{Micros, Scenario, Session};

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
"#;

fn second(second: u64) -> Micros {
    Micros::from_seconds(second)
}

fn session() -> Session {
    Session::new(Scenario {
        text: TEXT.to_owned(),
        ..Scenario::default()
    })
}

/// What a command has printed when it has ended, and its exit code.
fn ended(session: &mut Session, line: &str) -> (String, String, i32) {
    let began = second(10);
    let mut output = session.perform(began, line).0;
    for later in 11..100 {
        if output.waits_until.is_none() {
            break;
        }
        output = session.kubectl_since(began, second(later), line);
    }
    assert_eq!(output.waits_until, None, "{line}: {output:?}");
    (output.stdout, output.stderr, output.exit)
}

fn pods(session: &mut Session, at: u64) -> String {
    session.perform(second(at), "kubectl get pods -o name").0.stdout
}

#[test]
fn a_program_runs_prints_and_is_gone() {
    let mut session = session();
    let line = "kubectl run tmp -it --rm --restart=Never --image=busybox -- wget -qO- web";
    let (stdout, stderr, exit) = ended(&mut session, line);
    let page = session
        .perform(second(150), "kubectl exec web -- wget -qO- web")
        .0
        .stdout;
    assert_eq!(stdout, page + "pod \"tmp\" deleted from default namespace\n");
    assert_eq!((stderr.as_str(), exit), ("", 0));
    assert_eq!(pods(&mut session, 200), "pod/web\n");
}

#[test]
fn a_program_that_fails_tells_its_exit_code() {
    let mut session = session();
    let line = "kubectl run tmp -i --rm --restart=Never --image=busybox -- nslookup nothing";
    let (stdout, stderr, exit) = ended(&mut session, line);
    assert!(stdout.contains("NXDOMAIN"), "{stdout}");
    assert!(
        stdout.ends_with("pod \"tmp\" deleted from default namespace\n"),
        "{stdout}"
    );
    assert_eq!((stderr.as_str(), exit), ("pod default/tmp terminated (Error)\n", 1));
}

#[test]
fn without_rm_the_pod_stays() {
    let mut session = session();
    let (stdout, ..) = ended(
        &mut session,
        "kubectl run tmp -i --restart=Never --image=busybox -- echo hi",
    );
    assert_eq!(stdout, "hi\n");
    assert_eq!(pods(&mut session, 200), "pod/tmp\npod/web\n");
}

#[test]
fn a_program_that_takes_time_is_attached_to() {
    let mut session = session();
    let line = "kubectl run tmp -it --rm --restart=Never --image=busybox -- sh -c 'echo begun; sleep 30; echo done'";
    let began = second(10);
    let mut output = session.perform(began, line).0;
    output = match output.waits_until {
        Some(_) => session.kubectl_since(began, second(25), line),
        None => output,
    };
    assert_eq!(output.stdout, "begun\n");
    assert!(
        output
            .stderr
            .contains("If you don't see a command prompt, try pressing enter.\n")
    );
    assert!(pods(&mut session, 25).contains("pod/tmp"));
    let output = session.kubectl_since(began, second(60), line);
    assert_eq!(output.waits_until, None, "{output:?}");
    assert!(
        output.stdout.starts_with("begun\ndone\nSession ended, resume using"),
        "{output:?}"
    );
}

#[test]
fn a_shell_opens_in_the_terminal_and_takes_its_pod_along() {
    let mut session = session();
    let line = "kubectl run tmp -it --rm --restart=Never --image=busybox -- sh";
    let (stdout, stderr, _) = ended(&mut session, line);
    assert_eq!(stdout, "");
    assert!(
        stderr.ends_with("If you don't see a command prompt, try pressing enter.\n"),
        "{stderr}"
    );
    assert_eq!(session.prompt(), "/ #");
    let said = session.perform(second(120), "wget -qO- web | wc -l").0.stdout;
    assert_ne!(said, "0\n");
    let output = session.perform(second(121), "exit").0;
    assert_eq!(
        output.stdout,
        "Session ended, resume using 'kubectl attach tmp -c tmp -n default -i -t' command\npod \"tmp\" deleted from default namespace\n"
    );
    assert_eq!((session.prompt().as_str(), output.exit), ("$", 0));
    assert_eq!(pods(&mut session, 300), "pod/web\n");
}

#[test]
fn the_image_alone_opens_its_shell() {
    let mut session = session();
    ended(&mut session, "kubectl run -it --rm box --image=busybox");
    assert_eq!(session.prompt(), "/ #");
}

#[test]
fn what_is_refused_is_refused() {
    let mut session = session();
    let mut said = |line: &str| session.perform(second(10), line).0.stderr;
    assert!(
        said("kubectl run tmp --rm --image=busybox -- date")
            .starts_with("error: --rm should only be used for attached containers\n")
    );
    assert!(
        said("kubectl run tmp -t --image=busybox")
            .starts_with("error: -i/--stdin is required for containers with -t/--tty=true\n")
    );
    assert!(said("kubectl run web -it --rm --image=busybox -- date").contains("pods \"web\" already exists"));
}

#[test]
fn a_link_plays_it_again() {
    let mut session = session();
    ended(
        &mut session,
        "kubectl run tmp -it --rm --restart=Never --image=busybox -- wget -qO- web",
    );
    let again = Session::new(session.scenario(playground::View::default()));
    assert_eq!(again.acts(), session.acts());
    let world = again.world(second(200));
    assert!(world.pods.iter().all(|pod| &*pod.key.name != "tmp"));
}

#[test]
fn a_terminal_without_a_session_runs_it_too() {
    let session = session();
    let mut terminal = session.terminal(second(10), std::collections::BTreeMap::new());
    let output = terminal.run("kubectl run tmp -i --rm --restart=Never --image=busybox -- echo hi", "");
    assert_eq!(output.stdout, "hi\npod \"tmp\" deleted from default namespace\n");
    assert_eq!(
        terminal
            .run("kubectl run tmp -i --rm --image=busybox -- cat", "fed\n")
            .stdout
            .lines()
            .next(),
        Some("fed")
    );
}

#[test]
fn debug_adds_a_container_with_a_shell_to_a_pod_that_has_none() {
    let bare = TEXT.to_owned()
        + "---\napiVersion: v1\nkind: Pod\nmetadata: { name: bare }\nspec: { containers: [{ name: c, image: \"gcr.io/google-samples/hello-app:1.0\" }] }\n";
    let mut session = Session::new(Scenario {
        text: bare,
        ..Scenario::default()
    });
    let began = second(10);
    let mut output = session
        .perform(began, "kubectl debug -it bare --image=busybox --target=c")
        .0;
    for later in 11..20 {
        if output.opens.is_none() {
            output = session.kubectl_since(
                began,
                second(later),
                "kubectl debug -it bare --image=busybox --target=c",
            );
        }
    }
    assert!(
        output
            .stdout
            .starts_with("Targeting container \"c\". If you don't see processes"),
        "{output:?}"
    );
    let name = output.stdout.lines().nth(1).unwrap_or_default();
    let name = name
        .strip_prefix("Defaulting debug container name to ")
        .unwrap_or_default()
        .trim_end_matches('.');
    assert!(name.starts_with("debugger-") && name.len() == 14, "{output:?}");
    assert_eq!(session.prompt(), "/ #");
    assert_eq!(session.perform(second(30), "hostname").0.stdout, "bare\n");
    let left = session.perform(second(31), "exit").0;
    assert!(
        left.stdout
            .starts_with("Session ended, the ephemeral container will not be restarted but may be reattached using"),
        "{left:?}"
    );
    let kept = "kubectl get pod bare -o jsonpath='{.spec.ephemeralContainers[*].name}'";
    assert_eq!(session.perform(second(32), kept).0.stdout, name);
    let twice = format!("kubectl debug bare --image=busybox -c {name}");
    assert!(session.perform(second(33), &twice).0.stderr.contains("Duplicate value"));
    assert_eq!(
        session.perform(second(34), "kubectl debug bare").0.stderr,
        "error: you must specify --image when not using --copy-to.\n"
    );
}

#[test]
fn attach_joins_a_program() {
    let mut session = session();
    let output = session.perform(second(20), "kubectl attach web").0;
    assert!(
        output
            .stderr
            .ends_with("If you don't see a command prompt, try pressing enter.\n"),
        "{output:?}"
    );
    assert_eq!(output.waits_until, Some(i64::MAX));
    let output = session.perform(second(21), "kubectl attach -it web").0;
    assert!(
        output
            .stderr
            .contains("error: Unable to use a TTY - container c did not allocate one\n"),
        "{output:?}"
    );
    assert!(!session.is_in_shell());
    let output = session.perform(second(22), "kubectl attach").0;
    assert_eq!(output.stderr, "error: at least 1 argument is required for attach\n");
}

#[test]
fn logs_tell_what_a_program_was_answered() {
    let mut session = session();
    session.perform(
        second(10),
        "kubectl run once --restart=Never --image=busybox -- nslookup web",
    );
    session.perform(
        second(10),
        "kubectl run often --image=busybox -- sh -c 'while true; do wget -qO /dev/null web && echo up; sleep 5; done'",
    );
    session.perform(
        second(10),
        "kubectl run word --restart=Never --image=busybox -- echo hi",
    );
    let logs =
        |session: &mut Session, at, pod: &str| session.perform(second(at), &format!("kubectl logs {pod}")).0.stdout;
    assert!(logs(&mut session, 20, "once").contains("Name:\tweb.default.svc.cluster.local"));
    assert_eq!(logs(&mut session, 20, "word"), "hi\n");
    let (early, late) = (logs(&mut session, 22, "often"), logs(&mut session, 42, "often"));
    assert!(
        early.lines().count() >= 2 && early.lines().all(|line| line == "up"),
        "{early}"
    );
    assert_eq!(late.lines().count(), early.lines().count() + 4, "{late}");
    let stamped = session.perform(second(42), "kubectl logs often --since=6s").0.stdout;
    assert!((1..=2).contains(&stamped.lines().count()), "{stamped}");
}

#[test]
fn a_terminal_of_its_own_follows_programs_through_time() {
    let text = "
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
---
apiVersion: v1
kind: Pod
metadata: { name: web, labels: { app: web } }
spec: { containers: [{ name: c, image: nginx }] }
";
    let session = Session::new(Scenario {
        text: text.to_owned(),
        ..Scenario::default()
    });
    let mut terminal = session.terminal(second(10), std::collections::BTreeMap::new());
    let mut said = |line: &str| {
        let output = terminal.run(line, "");
        output.stdout + &output.stderr
    };
    let piped = "kubectl run tmp --rm -it --restart=Never --image=busybox -- wget -qO- web | grep title";
    assert!(
        said(piped).starts_with("<title>Welcome to nginx!</title>"),
        "{}",
        said(piped)
    );
    let asks = "while true; do wget -qO- -T 1 web >/dev/null && echo up || echo down; sleep 5; done";
    said(&format!("kubectl run asker --image=busybox -- sh -c '{asks}'"));
    said("kubectl exec asker -- sleep 12");
    said("kubectl delete pod web --now");
    said("kubectl exec asker -- sleep 12");
    let log = said("kubectl logs asker");
    assert!(log.starts_with("up\nup\nup\n") && log.ends_with("down\n"), "{log}");
    assert_eq!(said("nope x"), "bash: nope: command not found\n");
    assert!(said("helm ls").starts_with("helm is not simulated: "));
    assert!(said("get pods -o name").starts_with("pod/asker\n"));
}
