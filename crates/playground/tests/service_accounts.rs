//! The account that a pod acts for, as its namespace has it.
#![allow(missing_docs)]

use playground::{Micros, Scenario, Session};

const ACCOUNT: &str = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: builder}\n";

fn session(text: &str) -> Session {
    Session::new(Scenario {
        text: text.to_owned(),
        ..Scenario::default()
    })
}

fn pod(spec: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec: {{{spec}containers: [{{name: w, image: nginx}}]}}\n---\n"
    )
}

fn messages(session: &Session) -> Vec<&str> {
    session.diagnostics().iter().map(|it| &*it.message).collect()
}

fn print(session: &Session, command: &str) -> String {
    let output = session.kubectl(Micros::from_seconds(20), command);
    output.stdout + &output.stderr
}

/// What stands in a description from one title to the next.
fn part<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    let part = text.split_once(from).and_then(|(_, rest)| rest.split_once(to));
    part.map_or("", |(part, _)| part)
}

#[test]
fn a_pod_that_names_an_absent_account_is_forbidden() {
    let session = session(&pod("serviceAccountName: builder, "));
    let told = messages(&session).concat();
    let words = "pods \"web\" is forbidden: error looking up service account default/builder: serviceaccount \"builder\" not found";
    assert!(told.contains(words), "{told}");
    let mended = self::session(&format!("{ACCOUNT}---\n{}", pod("serviceAccountName: builder, ")));
    assert_eq!(messages(&mended), [""; 0]);
    let account = print(
        &mended,
        "kubectl get pod web -o jsonpath={.spec.serviceAccountName}/{.spec.serviceAccount}",
    );
    assert_eq!(account, "builder/builder");
}

#[test]
fn a_controller_says_that_the_account_of_its_pods_is_absent() {
    let text = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {serviceAccountName: builder, containers: [{name: w, image: nginx}]}}}\n";
    let mut session = session(text);
    let events = print(&session, "kubectl get events");
    let words = "is forbidden: error looking up service account default/builder: serviceaccount \"builder\" not found";
    assert!(events.contains("FailedCreate") && events.contains(words), "{events}");
    session.perform(Micros::from_seconds(5), "kubectl create serviceaccount builder");
    assert!(print(&session, "kubectl get pods").contains("1/1     Running"));
}

#[test]
fn every_container_mounts_the_token_of_its_account() {
    let text = pod("initContainers: [{name: i, image: busybox, command: ['true']}], ");
    let session = session(&text);
    let description = print(&session, "kubectl describe pod web");
    assert!(description.contains("\nService Account:  default\n"), "{description}");
    let volumes = part(&description, "\nVolumes:\n", "QoS Class:");
    let name = volumes.trim_start().split(':').next().unwrap_or_default();
    let suffix = name.strip_prefix("kube-api-access-").unwrap_or_default();
    assert_eq!(suffix.len(), 5, "{volumes}");
    let expected = format!(
        "  {name}:
    Type:                    Projected (a volume that contains injected data from multiple sources)
    TokenExpirationSeconds:  3607
    ConfigMapName:           kube-root-ca.crt
    Optional:                false
    DownwardAPI:             true
"
    );
    assert_eq!(volumes, expected);
    let mounted = format!("    Mounts:\n      /var/run/secrets/kubernetes.io/serviceaccount from {name} (ro)\n");
    assert_eq!(description.matches(&mounted).count(), 2, "{description}");
    let status = print(
        &session,
        "kubectl get pod web -o jsonpath={.status.containerStatuses[0].volumeMounts}",
    );
    let wanted = format!(
        "[{{\"mountPath\":\"/var/run/secrets/kubernetes.io/serviceaccount\",\"name\":\"{name}\",\"readOnly\":true,\"recursiveReadOnly\":\"Disabled\"}}]"
    );
    assert_eq!(status, wanted);
    let managed = print(&session, "kubectl get pod web -o yaml --show-managed-fields");
    assert!(!managed.contains("f:volumes"), "admission manages no field: {managed}");
}

#[test]
fn pod_and_account_say_whether_the_token_is_mounted() {
    let volumes = |account: &str, spec: &str| {
        let account = format!("{ACCOUNT}{account}\n---\n");
        let session = session(&(account + &pod(&format!("serviceAccountName: builder, {spec}"))));
        print(&session, "kubectl get pod web -o jsonpath={.spec.volumes[*].name}")
    };
    assert!(volumes("", "").starts_with("kube-api-access-"));
    assert_eq!(volumes("automountServiceAccountToken: false", ""), "");
    assert_eq!(volumes("", "automountServiceAccountToken: false, "), "");
    let wins = volumes(
        "automountServiceAccountToken: false",
        "automountServiceAccountToken: true, ",
    );
    assert!(wins.starts_with("kube-api-access-"));
}

#[test]
fn an_account_gives_its_pods_the_secrets_for_pulling() {
    let account = format!("{ACCOUNT}imagePullSecrets: [{{name: registry}}]\n---\n");
    let secrets = |spec: &str| {
        let session = session(&(account.clone() + &pod(&format!("serviceAccountName: builder, {spec}"))));
        print(
            &session,
            "kubectl get pod web -o jsonpath={.spec.imagePullSecrets[*].name}",
        )
    };
    assert_eq!(secrets(""), "registry");
    assert_eq!(secrets("imagePullSecrets: [{name: own}], "), "own");
}

#[test]
fn an_edited_account_changes_a_pod_that_stays_as_written() {
    let text = |account: &str| format!("{ACCOUNT}{account}\n---\n{}", pod("serviceAccountName: builder, "));
    let mut session = session(&text(""));
    session.set_text(Micros::ZERO, text("imagePullSecrets: [{name: registry}]"));
    let name = "kubectl get pod web -o jsonpath={.spec.imagePullSecrets[*].name}";
    assert_eq!(print(&session, name), "registry");
    session.set_text(Micros::ZERO, text(""));
    assert_eq!(print(&session, name), "");
    session.set_text(Micros::ZERO, pod("serviceAccountName: builder, "));
    assert!(messages(&session).concat().contains("\"builder\" not found"));
}

#[test]
fn the_account_default_of_a_new_namespace_is_waited_for() {
    let namespace = "apiVersion: v1\nkind: Namespace\nmetadata: {name: blue}\n---\n";
    let session = session(&(namespace.to_owned() + &pod("").replace("{name: web}", "{name: web, namespace: blue}")));
    assert_eq!(messages(&session), [""; 0]);
    assert!(print(&session, "kubectl get pods -n blue").contains("1/1     Running"));
}
