//! Namespaces whose labels ask for a Pod Security Standard. The words are those that an API server of v1.36.2 gave.
#![allow(clippy::unwrap_used, reason = "a test says what it expects")]

mod printed;

use playground::{Micros, Scenario, Session};
use printed::last;

fn labelled(label: &str) -> String {
    format!(
        "{{apiVersion: v1, kind: Namespace, metadata: {{name: team, labels: {{pod-security.kubernetes.io/{label}}}}}}}\n"
    )
}

const PLAIN: &str = "allowPrivilegeEscalation != false (container \"x\" must set securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (container \"x\" must set securityContext.capabilities.drop=[\"ALL\"]), runAsNonRoot != true (pod or container \"x\" must set securityContext.runAsNonRoot=true), seccompProfile (pod or container \"x\" must set securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\")";

#[test]
fn a_pod_that_breaks_the_enforced_standard_is_refused() {
    let said = last(&labelled("enforce: restricted"), &["run x --image=nginx -n team"]);
    assert_eq!(
        said,
        format!(
            "Error from server (Forbidden): pods \"x\" is forbidden: violates PodSecurity \"restricted:latest\": {PLAIN}\n"
        )
    );
    let baseline = last(&labelled("enforce: baseline"), &["run x --image=nginx -n team"]);
    assert_eq!(baseline, "pod/x created\n");
}

#[test]
fn a_pod_that_breaks_the_standard_of_warn_is_made_with_a_warning() {
    let said = last(&labelled("warn: restricted"), &["run x --image=nginx -n team"]);
    assert_eq!(
        said,
        format!("pod/x created\nWarning: would violate PodSecurity \"restricted:latest\": {PLAIN}\n")
    );
}

#[test]
fn a_deployment_is_warned_of_and_its_pods_are_refused_until_the_label_is_gone() {
    let text = labelled("enforce: restricted");
    let create = "create deployment x --image=nginx -n team";
    let warned = last(&text, &[create]).replace("\"nginx\"", "\"x\"");
    assert_eq!(
        warned,
        format!("deployment.apps/x created\nWarning: would violate PodSecurity \"restricted:latest\": {PLAIN}\n")
    );
    let events = last(&text, &[create, "get events -n team"]);
    let refused = |line: &&str| line.contains("FailedCreate") && line.contains("replicaset/x-");
    let event = events.lines().find(refused).unwrap_or_else(|| panic!("{events}"));
    assert!(event.contains("Error creating: pods \"x-"), "{event}");
    assert!(event.contains("\" is forbidden: violates PodSecurity \"restricted:latest\": allowPrivilegeEscalation != false (container \"nginx\""), "{event}");

    let scaled = last(&text, &[create, "scale deployment x --replicas=2 -n team"]);
    assert_eq!(
        scaled, "deployment.apps/x scaled\n",
        "the subresource brings no template"
    );

    let relax = "label ns team pod-security.kubernetes.io/enforce-";
    let ready = last(&text, &[create, relax, "get deploy x -n team --no-headers"]);
    assert!(ready.starts_with("x     1/1"), "{ready}");
}

#[test]
fn each_kind_that_makes_pods_is_warned_of() {
    let text = labelled("warn: baseline");
    let template = "{metadata: {labels: {a: b}}, spec: {restartPolicy: RESTART, hostPID: true, containers: [{name: x, image: nginx}]}}";
    let selector = "selector: {matchLabels: {a: b}}, ";
    for (kind, version, before, after, restart) in [
        ("ReplicaSet", "apps/v1", selector, "", "Always"),
        (
            "StatefulSet",
            "apps/v1",
            "serviceName: x, selector: {matchLabels: {a: b}}, ",
            "",
            "Always",
        ),
        ("DaemonSet", "apps/v1", selector, "", "Always"),
        ("Job", "batch/v1", "", "", "Never"),
        (
            "CronJob",
            "batch/v1",
            "schedule: '* * * * *', jobTemplate: {spec: {",
            "}}",
            "Never",
        ),
        ("ReplicationController", "v1", "", "", "Always"),
    ] {
        let template = template.replace("RESTART", restart);
        let workload = format!(
            "{text}---\n{{apiVersion: {version}, kind: {kind}, metadata: {{name: x, namespace: team}}, spec: {{{before}template: {template}{after}}}}}\n"
        );
        let said = last(&workload, &[]);
        let warning = "Warning: would violate PodSecurity \"baseline:latest\": host namespaces (hostPID=true)\n";
        assert!(said.ends_with(warning), "{kind}: {said}");
    }
}

#[test]
fn a_stricter_label_warns_of_the_pods_that_are_there() {
    let text = labelled("enforce: privileged");
    let lines = [
        "run b --image=nginx -n team",
        "run a --image=nginx -n team",
        "run p --image=nginx -n team --privileged",
        "label ns team --overwrite pod-security.kubernetes.io/enforce=restricted",
    ];
    let reasons = "allowPrivilegeEscalation != false, unrestricted capabilities, runAsNonRoot != true, seccompProfile";
    assert_eq!(
        last(&text, &lines),
        format!(
            "namespace/team labeled\nWarning: existing pods in namespace \"team\" violate the new PodSecurity enforce level \"restricted:latest\"\nWarning: a (and 1 other pod): {reasons}\nWarning: p: privileged, {reasons}\n"
        )
    );
    let mut relaxed = lines.to_vec();
    relaxed.push("label ns team --overwrite pod-security.kubernetes.io/enforce=privileged");
    assert_eq!(last(&text, &relaxed), "namespace/team labeled\n");
}

#[test]
fn labels_that_say_no_level_or_version_are_refused() {
    let said = last(&labelled("enforce: strict"), &[]);
    assert_eq!(
        said,
        "The Namespace \"team\" is invalid: metadata.labels[pod-security.kubernetes.io/enforce]: Invalid value: \"strict\": must be one of privileged, baseline, restricted\n"
    );
    let said = last(
        "{apiVersion: v1, kind: Namespace, metadata: {name: team}}",
        &["label ns team pod-security.kubernetes.io/warn-version=1.30"],
    );
    assert!(
        said.ends_with("metadata.labels[pod-security.kubernetes.io/warn-version]: Invalid value: \"1.30\": must be \"latest\" or \"v1.x\"\n"),
        "{said}"
    );
}

#[test]
fn a_container_for_debugging_is_judged_as_well() {
    let text = labelled("enforce: privileged");
    let lines = [
        "run x --image=nginx -n team",
        "label ns team --overwrite pod-security.kubernetes.io/enforce=baseline",
        "debug x -n team --image=busybox --profile=sysadmin -c d",
    ];
    let said = last(&text, &lines);
    assert!(
        said.contains("pods \"x\" is forbidden: violates PodSecurity \"baseline:latest\": privileged (container \"d\" must not set securityContext.privileged=true)"),
        "{said}"
    );
}

#[test]
fn an_edit_of_the_label_reaches_what_is_remembered_of_pods() {
    let text = |level: &str| {
        format!(
            "{{apiVersion: v1, kind: Namespace, metadata: {{name: team, labels: {{pod-security.kubernetes.io/enforce: {level}}}}}}}\n---\n\
             {{apiVersion: v1, kind: Pod, metadata: {{name: alone, namespace: team}}, spec: {{containers: [{{name: c, image: nginx}}]}}}}\n---\n\
             {{apiVersion: apps/v1, kind: Deployment, metadata: {{name: web, namespace: team}}, spec: {{selector: {{matchLabels: {{app: web}}}}, template: {{metadata: {{labels: {{app: web}}}}, spec: {{containers: [{{name: c, image: nginx}}]}}}}}}}}\n"
        )
    };
    let mut session = Session::new(Scenario {
        text: text("privileged"),
        ..Scenario::default()
    });
    let rules = |session: &Session| -> Vec<&str> { session.diagnostics().iter().map(|it| it.code.word()).collect() };
    assert_eq!(rules(&session), [""; 0]);
    for level in ["restricted", "privileged", "restricted"] {
        session.set_text(Micros::ZERO, text(level));
        let expected: &[&str] = match level {
            "restricted" => &["pod-security", "pod-security-warning"],
            _ => &[],
        };
        assert_eq!(rules(&session), expected);
    }
    session.set_text(Micros::ZERO, text("baseline"));
    let pods = session
        .kubectl(Micros::from_seconds(10), "kubectl get pods -n team --no-headers")
        .stdout;
    assert_eq!(pods.lines().filter(|it| it.contains("1/1")).count(), 2, "{pods}");
}
