//! `kubectl edit` opens a text, and sends what is saved.
#![allow(clippy::expect_used, reason = "a test says what it expects")]

use playground::{Act, Edit, Micros, Output, Scenario, Session};

const WEB: &str = "
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: web, image: nginx}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports: [{port: 80}]
";
const EDIT: &str = "kubectl edit deploy/web";

fn session() -> Session {
    Session::new(Scenario {
        text: WEB.to_owned(),
        ..Scenario::default()
    })
}

fn second(second: u64) -> Micros {
    Micros::from_seconds(second)
}

fn opened(session: &mut Session, line: &str) -> Edit {
    let (output, act) = session.perform(second(1), line);
    assert_eq!((output.stdout.as_str(), output.stderr.as_str(), act), ("", "", None));
    output.edit.expect("an editor opens")
}

fn save(session: &mut Session, edit: &Edit, text: &str) -> Output {
    session.save(second(2), EDIT, edit, text).0
}

fn replicas(session: &Session, at: u64) -> String {
    session
        .kubectl(second(at), "kubectl get deploy web -o jsonpath={.spec.replicas}")
        .stdout
}

#[test]
fn what_is_saved_is_sent_and_kept_as_a_patch() {
    let mut session = session();
    let edit = opened(&mut session, EDIT);
    assert_eq!(edit.title, "deployment.apps/web");
    let head = "# Please edit the object below. Lines beginning with a '#' will be ignored,\n# and an empty file will abort the edit. If an error occurs while saving this file will be\n# reopened with the relevant failures.\n#\napiVersion: apps/v1\nkind: Deployment\n";
    assert!(edit.text.starts_with(head), "{}", edit.text);
    let text = edit.text.replace("replicas: 1\n  revision", "replicas: 3\n  revision");
    let (output, act) = session.save(second(2), EDIT, &edit, &text);
    assert_eq!(
        (output.stdout.as_str(), output.stderr.as_str(), output.edit),
        ("deployment.apps/web edited\n", "", None)
    );
    let line =
        "kubectl patch deployments.apps web -n default --field-manager=kubectl-edit -p '{\"spec\":{\"replicas\":3}}'";
    assert_eq!(act.map(|act| act.act), Some(Act::Kubectl(line.to_owned())));
    assert_eq!(replicas(&session, 3), "3");
    assert_eq!(replicas(&session, 1), "1");
    // The text below it may change; the patch stays.
    session.set_text(second(3), WEB.replace("nginx}", "nginx:2}"));
    assert_eq!(replicas(&session, 4), "3");
}

#[test]
fn a_text_that_says_the_same_or_nothing_cancels() {
    let mut session = session();
    let edit = opened(&mut session, EDIT);
    let output = save(&mut session, &edit, &format!("# a remark\n{}", edit.text));
    assert_eq!(
        (output.stderr.as_str(), output.exit, output.edit),
        ("Edit cancelled, no changes made.\n", 0, None)
    );
    let output = save(&mut session, &edit, "# nothing\n");
    assert_eq!(output.stderr, "Edit cancelled, saved file was empty.\n");
    assert_eq!(session.acts(), []);
}

#[test]
fn what_is_refused_opens_again_with_the_reason() {
    let mut session = session();
    let edit = opened(&mut session, EDIT);
    let text = edit.text.replace("replicas: 1\n  revision", "replicas: -1\n  revision");
    let output = save(&mut session, &edit, &text);
    assert_eq!(output.stderr, "error: deployments.apps \"web\" is invalid\n");
    let again = output.edit.expect("the editor opens again");
    let reason = "#\n# deployments.apps \"web\" was not valid:\n# * spec.replicas: Invalid value: -1: must be greater than or equal to 0\n#\napiVersion: apps/v1\n";
    assert!(
        again.text.contains(reason) && again.text.contains("replicas: -1"),
        "{}",
        again.text
    );
    let output = save(&mut session, &again, &again.text);
    assert_eq!(
        (output.stderr.as_str(), output.exit),
        ("error: Edit cancelled, no valid changes were saved.\n", 1)
    );
    let output = save(&mut session, &again, &again.text.replace("replicas: -1", "replicas: 2"));
    assert_eq!(output.stdout, "deployment.apps/web edited\n");
    assert_eq!(replicas(&session, 3), "2");
}

#[test]
fn a_text_that_is_no_yaml_opens_again() {
    let mut session = session();
    let edit = opened(&mut session, EDIT);
    let output = save(
        &mut session,
        &edit,
        &edit.text.replace("kind: Deployment", "kind: Deployment: x"),
    );
    let again = output.edit.expect("the editor opens again");
    let reason = "# deployments.apps \"web\" was not valid:\n# * <nil>: Invalid value: \"The edited file failed validation\": yaml: ";
    assert!(again.text.contains(reason), "{}", again.text);
}

#[test]
fn names_stay_and_several_objects_are_edited_as_a_list() {
    let mut session = session();
    let edit = opened(&mut session, EDIT);
    let output = save(
        &mut session,
        &edit,
        &edit
            .text
            .replace("  name: web\n  namespace", "  name: other\n  namespace"),
    );
    assert_eq!(
        output.stderr,
        "error: At least one of apiVersion, kind and name was changed\n"
    );
    let edit = opened(&mut session, "kubectl edit deploy/web svc/web");
    assert_eq!(edit.title, "deployment.apps/web, service/web");
    let output = save(&mut session, &edit, &edit.text.replace("port: 80\n", "port: 81\n"));
    assert_eq!(output.stdout, "deployment.apps/web skipped\nservice/web edited\n");
    assert_eq!(
        session.perform(second(1), "kubectl edit deploy/nope").0.stderr,
        "Error from server (NotFound): deployments.apps \"nope\" not found\n"
    );
}

#[test]
fn where_there_is_no_editor_that_is_said() {
    let output = session().kubectl(second(1), EDIT);
    assert!(
        output.stderr.starts_with("error: edit is not simulated: "),
        "{}",
        output.stderr
    );
}
