//! What an editor learns of a document that a cluster takes or refuses.
#![allow(clippy::unwrap_used, reason = "a test says what it expects")]

use cluster::{Cluster, Config};
use kubectl::admit;
use serde_json::{Value, json};

fn fresh() -> Cluster {
    Cluster::new(&Config {
        nodes: 1,
        seed: 0,
        ..Config::default()
    })
}

fn service(port: &Value) -> Value {
    json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}, "spec": {"ports": [{"port": port}]}})
}

/// The fields that a refusal points at.
fn paths(value: &Value) -> Vec<String> {
    let refusal = admit(&mut fresh(), value, "STDIN").unwrap_err();
    refusal
        .findings
        .into_iter()
        .map(|finding| finding.shown.to_string())
        .collect()
}

#[test]
fn a_document_becomes_an_object() {
    let created = admit(&mut fresh(), &service(&json!(80)), "STDIN").unwrap();
    assert_eq!((created.object.namespace(), created.object.name()), ("default", "web"));
}

#[test]
fn each_gate_points_at_the_field_it_refuses() {
    assert_eq!(paths(&json!({"kind": "Service"})), ["apiVersion"]);
    assert_eq!(paths(&service(&json!("eighty"))), ["spec.ports[0].port"]);
    // targetPort defaults to the port, and is refused as well.
    assert_eq!(
        paths(&service(&json!(0))),
        ["spec.ports[0].port", "spec.ports[0].targetPort"]
    );
    let mut misspelt = service(&json!(80));
    misspelt["spec"]["selectors"] = json!({"app": "web"});
    assert_eq!(paths(&misspelt), ["spec.selectors"]);
    let mut taken = service(&json!(80));
    taken["spec"]["clusterIP"] = "10.96.0.1".into();
    assert_eq!(paths(&taken), ["spec.clusterIPs"]);
}

#[test]
fn a_name_in_use_is_refused_in_kubectls_words() {
    let mut cluster = fresh();
    admit(&mut cluster, &service(&json!(80)), "STDIN").unwrap();
    let refusal = admit(&mut cluster, &service(&json!(80)), "STDIN").unwrap_err();
    let words = "Error from server (AlreadyExists): error when creating \"STDIN\": services \"web\" already exists\n";
    assert_eq!(refusal.stderr(), words);
}
