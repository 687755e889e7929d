//! Commands and what they find around them.
#![allow(clippy::unwrap_used, reason = "a test says what it expects")]

use cluster::{Cluster, Config, Object};
use kubectl::{Call, Containers, Ended, LogLine, Output, Surroundings, run, split};
use std::cell::RefCell;
use std::collections::BTreeMap;

struct Nothing;

impl Containers for Nothing {
    fn exec(&self, _: &Cluster, _: &Call<'_>) -> Option<Ended> {
        None
    }

    fn logs(&self, _: &Cluster, _: &Object, _: &str) -> Vec<LogLine> {
        Vec::new()
    }
}

fn fresh() -> Cluster {
    Cluster::new(&Config {
        nodes: 1,
        seed: 0,
        ..Config::default()
    })
}

const WEB: &str =
    r#"{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}, "spec": {"ports": [{"port": 80}]}}"#;
const BAD: &str =
    r#"{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "bad"}, "spec": {"ports": [{"port": 0}]}}"#;

fn play(cluster: &mut Cluster, line: &str) -> Output {
    let files = [("services.yaml", WEB), ("more/bad.yaml", BAD), ("notes.txt", "a: b: c")];
    let files: BTreeMap<String, String> = files.map(|(name, text)| (name.to_owned(), text.to_owned())).into();
    let discovery = RefCell::default();
    let around = Surroundings {
        version: kubectl::KubectlVersion::NEWEST,
        stdin: "",
        files: &files,
        containers: &Nothing,
        before: None,
        edited: None,
        namespace: "",
        discovery: &discovery,
    };
    let output = run(cluster, &split(line), around);
    cluster.settle();
    output
}

fn stderr(line: &str) -> String {
    let output = play(&mut fresh(), line);
    assert_eq!((output.stdout.as_str(), output.exit), ("", 1), "{}", output.stderr);
    output.stderr
}

#[test]
fn a_mistyped_command_is_met_with_a_guess() {
    assert!(stderr("kubectl gt svc").contains("Did you mean this?"));
}

#[test]
fn a_field_is_explained_by_its_path() {
    let output = play(&mut fresh(), "kubectl explain svc.spec.ports.protocol");
    let wanted = "KIND:       Service
VERSION:    v1

FIELD: protocol <string>
ENUM:
    SCTP
    TCP
    UDP

DESCRIPTION:
    TCP, the default, UDP or SCTP.
    \n\n";
    assert_eq!(output.stdout, wanted);
    let slices = play(
        &mut fresh(),
        "kubectl explain endpointslices.discovery.k8s.io.endpoints --recursive",
    );
    let head =
        "GROUP:      discovery.k8s.io\nKIND:       EndpointSlice\nVERSION:    v1\n\nFIELD: endpoints <[]Endpoint>\n";
    assert!(slices.stdout.starts_with(head), "{}", slices.stdout);
    assert!(slices.stdout.contains(
        "\nFIELDS:\n  addresses\t<[]string> -required-\n  conditions\t<EndpointConditions>\n    ready\t<boolean>\n"
    ));
}

#[test]
fn what_cannot_be_explained_is_told_in_kubectls_words() {
    let head = "KIND:       Service\nVERSION:    v1\n\n";
    let output = play(&mut fresh(), "kubectl explain service.spec.nope");
    assert_eq!((output.stdout.as_str(), output.exit), (head, 1));
    assert_eq!(output.stderr, "error: field \"nope\" does not exist\n");
    assert_eq!(
        stderr("kubectl explain nope.x"),
        "the server doesn't have a resource type \"nope\"\n"
    );
    let words = "error: couldn't find resource for \"/v2, Resource=services\"\n";
    assert_eq!(stderr("kubectl explain svc --api-version=v2"), words);
    let words = "error: GVR (/v1, Resource=deployments) not found in OpenAPI schema\n";
    assert_eq!(stderr("kubectl explain deploy --api-version=v1"), words);
}

#[test]
fn a_command_that_only_leads_on_and_one_that_is_not_simulated_say_so() {
    let output = play(&mut fresh(), "kubectl create svc");
    assert!(
        output.stderr.contains("Available Commands:\n  clusterip "),
        "{}",
        output.stderr
    );
    assert_eq!((output.stdout.as_str(), output.exit), ("", 1));
    let output = play(&mut fresh(), "kubectl rollout");
    assert!(
        output.stdout.contains("Available Commands:\n  history "),
        "{}",
        output.stdout
    );
    assert_eq!((output.stderr.as_str(), output.exit), ("", 1));
    assert_eq!(
        stderr("kubectl kuberc view"),
        "error: kuberc is not simulated: kubectl has no preferences here, give flags on the line\n"
    );
    assert_eq!(stderr("kubectl top pods"), "error: Metrics API not available\n");
    let output = play(&mut fresh(), "kubectl get -h");
    assert!(
        output.stdout.starts_with("Show resources in a table"),
        "{}",
        output.stdout
    );
}

#[test]
fn a_file_is_found_by_name_directory_or_pattern() {
    for file in [
        "services.yaml",
        "./services.yaml",
        ".",
        "./",
        "s*.yaml",
        "[rs]ervices.ya?l",
    ] {
        let output = play(&mut fresh(), &format!("kubectl create -f '{file}'"));
        assert_eq!(output.stdout, "service/web created\n", "{file}: {}", output.stderr);
    }
}

#[test]
fn refusals_name_the_file_as_it_was_given() {
    let mut cluster = fresh();
    play(&mut cluster, "kubectl create -f services.yaml");
    let again = play(&mut cluster, "kubectl create -f ./services.yaml");
    let words =
        "Error from server (AlreadyExists): error when creating \"./services.yaml\": services \"web\" already exists\n";
    assert_eq!(again.stderr, words);
    assert_eq!(
        stderr("kubectl create -f notes.txt"),
        "error: error parsing notes.txt: error converting YAML to JSON: yaml: mapping values are not allowed in this context\n"
    );
    assert!(stderr("kubectl create -f more").starts_with("The Service \"bad\" is invalid: "));
}

#[test]
fn one_missing_file_keeps_all_others_from_being_read() {
    let words = "error: the path \"nope.yaml\" does not exist\n";
    assert_eq!(stderr("kubectl apply -f services.yaml -f nope.yaml"), words);
    let words = "the path \"a\" does not exist\nthe path \"b\" does not exist\n";
    assert_eq!(stderr("kubectl apply -f a -f b"), words);
}

#[test]
fn subdirectories_are_read_only_with_recursive() {
    let output = play(&mut fresh(), "kubectl create -R -f .");
    assert_eq!(output.stdout, "service/web created\n");
    assert!(
        output.stderr.contains("Service \"bad\" is invalid"),
        "{}",
        output.stderr
    );
}

#[test]
fn what_is_out_of_reach_is_said_so() {
    assert!(stderr("kubectl apply -f https://example.com/x.yaml").contains("no network"));
    assert!(stderr("kubectl apply -k .").contains("kubectl kustomize DIR"));
    assert_eq!(
        stderr("kubectl apply -k . -f x"),
        "error: only one of -f or -k can be specified\n"
    );
}

#[test]
fn a_patch_is_told_without_its_rehearsal_and_unknown_fields_only_warn() {
    let mut cluster = fresh();
    play(&mut cluster, "kubectl create -f services.yaml");
    let told = play(&mut cluster, r#"kubectl patch svc web -p '{"spec":{"nope":1}}'"#);
    assert_eq!(
        (told.stdout.as_str(), told.stderr.as_str(), told.exit),
        (
            "service/web patched (no change)\n",
            "Warning: unknown field \"spec.nope\"\n",
            0
        )
    );
    for dry in ["client", "server"] {
        let line = format!(r#"kubectl patch svc web -p '{{"spec":{{"type":"NodePort"}}}}' --dry-run={dry}"#);
        assert_eq!(play(&mut cluster, &line).stdout, "service/web patched\n");
    }
    let wrong = play(
        &mut cluster,
        r#"kubectl patch svc web -p '{"spec":{"ports":[{"port":"x"}]}}'"#,
    );
    assert_eq!(
        wrong.stderr,
        "The request is invalid: patch: Invalid value: \"map[spec:map[ports:[map[port:x]]]]\": unrecognized type: int32\n"
    );
}

#[test]
fn a_patch_is_given_once_and_to_what_has_the_subresource() {
    let mut cluster = fresh();
    play(&mut cluster, "kubectl create -f services.yaml");
    for (line, said) in [
        (
            "kubectl patch svc web -p '{}' --patch-file=x",
            "error: cannot specify --patch and --patch-file together\n",
        ),
        (
            "kubectl patch svc web --patch-file=x",
            "error: unable to read patch file: open x: no such file or directory\n",
        ),
        (
            "kubectl patch svc web --subresource=scale -p '{}'",
            "Error from server (NotFound): the server could not find the requested resource\n",
        ),
    ] {
        assert_eq!(play(&mut cluster, line).stderr, said);
    }
}

#[test]
fn what_is_not_here_says_so_by_name_in_the_same_words() {
    for (line, name) in [
        ("kustomize .", "kustomize"),
        ("get pods --as=bob", "--as"),
        ("--as bob get pods", "--as"),
        ("get pods --server=https://1.2.3.4", "--server"),
        ("get pods --token=x", "--token"),
        ("apply -k .", "-k"),
        ("delete -k .", "-k"),
        ("get -k .", "-k"),
        ("completion bash", "completion"),
        ("kuberc view", "kuberc"),
        ("cluster-info dump", "cluster-info dump"),
        ("config set-cluster x", "config set-cluster"),
        ("config unset users.foo", "config unset users.foo"),
        ("get --raw /metrics", "get --raw /metrics"),
        ("get --raw /openapi/v2", "get --raw /openapi/v2"),
        ("get --raw /readyz?verbose", "get --raw /readyz?verbose"),
        ("delete --raw /api/v1/namespaces/x", "delete --raw"),
    ] {
        let said = stderr(&format!("kubectl {line}"));
        assert!(
            said.starts_with(&format!("error: {name} is not simulated: ")),
            "{line}: {said}"
        );
    }
}

#[test]
fn the_api_server_lists_its_groups() {
    let mut cluster = fresh();
    let groups = play(&mut cluster, "kubectl get --raw /apis").stdout;
    assert!(groups.starts_with(
        "{\"kind\":\"APIGroupList\",\"apiVersion\":\"v1\",\"groups\":[{\"name\":\"admissionregistration.k8s.io\""
    ));
    assert_eq!(
        play(&mut cluster, "kubectl get --raw /apis/apps").stdout,
        "{\"kind\":\"APIGroup\",\"apiVersion\":\"v1\",\"name\":\"apps\",\"versions\":[{\"groupVersion\":\"apps/v1\",\"version\":\"v1\"}],\"preferredVersion\":{\"groupVersion\":\"apps/v1\",\"version\":\"v1\"}}\n"
    );
}

#[test]
fn can_i_knows_what_bindings_grant_to_others() {
    let mut cluster = fresh();
    for line in [
        "create role reader --verb=get,list --resource=pods,pods/log",
        "create role one --verb=get --resource=configmaps --resource-name=settings",
        "create rolebinding reader --role=reader --serviceaccount=default:app",
        "create rolebinding one --role=one --user=jane",
        "create rolebinding lost --role=nope --user=joe",
        "create rolebinding boss --clusterrole=cluster-admin --group=bosses",
        "create rolebinding guest --clusterrole=view --user=guest",
    ] {
        assert_eq!(play(&mut cluster, &format!("kubectl {line}")).exit, 0, "{line}");
    }
    let app = "--as=system:serviceaccount:default:app";
    for (line, answer) in [
        (format!("list pods {app}"), "yes\n"),
        (format!("get pods --subresource=log {app}"), "yes\n"),
        (format!("delete pods {app}"), "no\n"),
        (format!("list pods -n kube-system {app}"), "no\n"),
        (format!("list pods -A {app}"), "no\n"),
        (format!("get /healthz {app}"), "yes\n"),
        ("get configmap/settings --as=jane".to_owned(), "yes\n"),
        ("get configmap/other --as=jane".to_owned(), "no\n"),
        (
            "get pods --as=joe".to_owned(),
            "no - RBAC: role.rbac.authorization.k8s.io \"nope\" not found\n",
        ),
        ("delete deploy --as=ann --as-group=bosses".to_owned(), "yes\n"),
        ("delete deploy --as=ann".to_owned(), "no\n"),
    ] {
        let output = play(&mut cluster, &format!("kubectl auth can-i {line}"));
        assert_eq!(output.stdout, answer, "{line}");
        assert_eq!(output.exit, i32::from(answer != "yes\n"), "{line}");
    }
    assert!(
        play(&mut cluster, "kubectl auth can-i get pods --as=guest")
            .stderr
            .starts_with("error: what the ClusterRole view grants is not simulated: ")
    );
}
