//! Commands and what they find around them.
#![allow(clippy::unwrap_used, reason = "a test says what it expects")]

use api::Value;
use cluster::{Cluster, Config, Object};
use kubectl::{Call, Containers, Ended, Line, ManifestReader, Output, Surroundings, run, split};
use std::collections::BTreeMap;

struct Json;

impl ManifestReader for Json {
    fn read(&self, text: &str) -> Vec<Result<Value, String>> {
        vec![serde_json::from_str(text).map_err(|_| "no JSON".to_owned())]
    }
}

struct Nothing;

impl Containers for Nothing {
    fn exec(&self, _: &Cluster, _: &Call<'_>) -> Option<Ended> {
        None
    }

    fn logs(&self, _: &Cluster, _: &Object, _: &str) -> Vec<Line> {
        Vec::new()
    }
}

fn fresh() -> Cluster {
    Cluster::new(&Config { nodes: 1, seed: 0 })
}

const WEB: &str =
    r#"{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}, "spec": {"ports": [{"port": 80}]}}"#;
const BAD: &str =
    r#"{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "bad"}, "spec": {"ports": [{"port": 0}]}}"#;

fn play(cluster: &mut Cluster, line: &str) -> Output {
    let files = [("services.yaml", WEB), ("more/bad.yaml", BAD), ("notes.txt", "?")];
    let files: BTreeMap<String, String> = files.map(|(name, text)| (name.to_owned(), text.to_owned())).into();
    let around = Surroundings {
        stdin: "",
        files: &files,
        reader: &Json,
        containers: &Nothing,
        before: None,
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
        "error: error parsing notes.txt: no JSON\n"
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
    assert!(stderr("kubectl apply -k .").contains("kustomization"));
    assert_eq!(
        stderr("kubectl apply -k . -f x"),
        "error: only one of -f or -k can be specified\n"
    );
}
