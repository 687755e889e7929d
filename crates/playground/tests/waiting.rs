//! Commands that take virtual time.
#![allow(clippy::unwrap_used, reason = "a test says what it expects")]

use playground::{Act, Micros, Scenario, Session, replay};
use serde_json::{Value, json};

const POD: &str =
    "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers: [{ name: web, image: nginx }]\n";

/// What the last of some steps printed: standard output, standard error, exit code.
fn last(steps: &[Value]) -> (String, String, i64) {
    let played = replay(&json!({"name": "wait", "steps": steps})).unwrap();
    let step = played["steps"].as_array().and_then(|steps| steps.last()).unwrap();
    let text = |field: &str| step[field].as_str().unwrap_or_default().to_owned();
    (text("stdout"), text("stderr"), step["exit"].as_i64().unwrap())
}

fn kubectl(line: &str) -> Value {
    json!({"run": format!("kubectl {line}")})
}

fn create() -> Value {
    json!({"run": "kubectl create -f -", "stdin": POD})
}

fn wait(line: &str) -> (String, String, i64) {
    last(&[create(), kubectl(&format!("wait {line}"))])
}

fn said(stdout: &str) -> (String, String, i64) {
    (stdout.to_owned(), String::new(), 0)
}

fn failed(stderr: &str) -> (String, String, i64) {
    (String::new(), format!("error: {stderr}\n"), 1)
}

#[test]
fn what_is_already_so_answers_at_once() {
    for what in [
        "condition=Ready",
        "condition=ready=TRUE",
        "create",
        "jsonpath={.status.phase}=Running",
        "jsonpath=.status.podIP",
    ] {
        assert_eq!(
            wait(&format!("pod/web --for={what}")),
            said("pod/web condition met\n"),
            "{what}"
        );
    }
    assert_eq!(wait("pod/nope --for=delete"), said(""));
    let both = wait("--for=create --for=condition=Ready pod web");
    assert_eq!(both, said("pod/web condition met\npod/web condition met\n"));
}

#[test]
fn what_never_becomes_so_times_out() {
    let late = failed("timed out waiting for the condition on pods/web");
    for what in [
        "condition=Ready=false",
        "delete",
        "jsonpath={.status.phase}=Failed",
        "condition=Shiny",
    ] {
        assert_eq!(wait(&format!("pod web --for={what} --timeout=5s")), late, "{what}");
    }
    assert_eq!(
        wait("svc/x --for=create"),
        failed("timed out waiting for the condition")
    );
    assert_eq!(
        wait("pod/web --for=delete --timeout=0"),
        failed("condition not met for pods/web")
    );
}

#[test]
fn after_one_that_is_late_nothing_more_is_looked_at() {
    let other = json!({"run": "kubectl run other --image=nginx"});
    let steps = [create(), other, json!({"pod": "default/other", "ready": false})];
    let wait = |words: &str| {
        let mut steps = steps.to_vec();
        steps.push(kubectl(&format!("wait {words} --for=condition=Ready --timeout=3s")));
        last(&steps)
    };
    let (stdout, stderr, _) = wait("pod/web pod/other");
    assert_eq!(stdout, "pod/web condition met\n");
    assert_eq!(stderr, "error: timed out waiting for the condition on pods/other\n");
    let (stdout, stderr, _) = wait("pod --all");
    assert_eq!(stdout, "");
    let each = |name| format!("timed out waiting for the condition on pods/{name}\n");
    assert_eq!(stderr, each("other") + &each("web"));
    let (_, stderr, _) = wait("pod/other pod/web pod/nope");
    let missing = "Error from server (NotFound): pods \"nope\" not found\n";
    assert_eq!(stderr, each("other") + &each("web") + missing);
}

#[test]
fn time_passes_until_the_default_service_is_back() {
    let wait = "wait --for=create svc/kubernetes --timeout=";
    let delete = kubectl("delete svc kubernetes");
    assert_eq!(
        last(&[delete.clone(), kubectl(&format!("{wait}5s"))]),
        failed("timed out waiting for the condition")
    );
    assert_eq!(
        last(&[delete.clone(), kubectl(&format!("{wait}15s"))]),
        said("service/kubernetes condition met\n")
    );
    let (stdout, ..) = last(&[delete, kubectl(&format!("{wait}15s")), kubectl("get svc --no-headers")]);
    assert!(stdout.starts_with("kubernetes"), "{stdout}");
}

#[test]
fn wrong_words_are_met_with_kubectls() {
    assert_eq!(wait("pod/web"), failed("unrecognized condition: []"));
    assert_eq!(wait("pod/web --for=ready"), failed("unrecognized condition: \"ready\""));
    assert_eq!(
        wait("--for=delete pod"),
        failed("resource(s) were provided, but no name was specified")
    );
    assert_eq!(
        wait("--for=condition=Ready pod -l a=b"),
        failed("no matching resources found")
    );
    let nested = "jsonpath leads to a nested object or list which is not supported";
    assert_eq!(wait("pod/web --for=jsonpath={.status}=x"), failed(nested));
    let (_, stderr, _) = wait("pod/web --for=delete --timeout=30");
    let words = "error: invalid argument \"30\" for \"--timeout\" flag: time: missing unit in duration \"30\"\nSee 'kubectl wait --help' for usage.\n";
    assert_eq!(stderr, words);
    let (_, stderr, _) = wait("pod/nope --for=condition=Ready");
    assert_eq!(stderr, "Error from server (NotFound): pods \"nope\" not found\n");
}

#[test]
fn a_wait_at_the_terminal_ends_with_the_act_it_waits_for() {
    let mut session = Session::new(Scenario {
        text: POD.to_owned(),
        ..Scenario::default()
    });
    let second = Micros::from_seconds;
    let line = "kubectl wait --for=delete pod/web --timeout=10s";
    let first = session.perform(second(1), line).0;
    assert_eq!((first.stdout.as_str(), first.waits_until), ("", Some(11)));
    session.act(second(4), Act::Kubectl("kubectl delete pod web".to_owned()));
    let then = session.kubectl_since(second(1), second(5), line);
    assert_eq!(
        (then.stdout.as_str(), then.waits_until),
        ("pod/web condition met\n", None)
    );
}

#[test]
fn a_watch_prints_what_there_was_and_what_changes() {
    let mut session = Session::new(Scenario {
        text: POD.to_owned(),
        ..Scenario::default()
    });
    let second = Micros::from_seconds;
    let (began, later) = (second(1), second(9));
    let line = "kubectl get pods -w -o name";
    let first = session.kubectl(began, line);
    assert_eq!(first.stdout, "pod/web\n");
    assert!(first.waits_until.is_some());
    session.perform(second(5), "kubectl run more --image=nginx");
    let then = session.kubectl_since(began, later, line);
    assert_eq!(then.stdout, "pod/web\npod/more\n");
    let status = session.kubectl_since(began, later, "kubectl get pod web -w --no-headers");
    assert_eq!(status.stdout.lines().count(), 1);
}
