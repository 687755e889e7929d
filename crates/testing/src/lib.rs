//! Clusters and objects that the tests of several crates begin with.
//!
//! May import: api, cluster; only tests import it.
//! Invariant: an object says no more than its test needs, and a test adds to it with [`with`].
#![allow(clippy::expect_used, reason = "a test fails where a cluster refuses what it needs")]

use api::Kind;
use cluster::{Cluster, Config, Kubelet, Propagation, RequestOptions};
use serde_json::{Value, json};

/// The seed of every test's cluster: addresses, uids and suffixes that tests expect follow from it.
const SEED: u64 = 0;

/// An empty cluster with that many nodes.
pub fn cluster(nodes: usize) -> Cluster {
    Cluster::new(&Config {
        nodes,
        seed: SEED,
        ..Config::default()
    })
}

/// An empty cluster whose pods live as their programs do.
pub fn living_cluster(nodes: usize) -> Cluster {
    Cluster::new(&Config {
        nodes,
        seed: SEED,
        kubelet: Kubelet::Programs,
        ..Config::default()
    })
}

/// A pod of nginx with the label `app`.
pub fn pod(name: &str, app: &str) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "labels": {"app": app}},
        "spec": {"containers": [{"name": app, "image": "nginx"}]},
    })
}

/// A Service on port 80 for the pods with the label `app`; its name is that label's value.
pub fn service(app: &str) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Service", "metadata": {"name": app},
        "spec": {"selector": {"app": app}, "ports": [{"port": 80}]},
    })
}

/// A Deployment, or another kind of `apps/v1` with a template, of pods with the label `app`; its name is that label's value.
pub fn workload(kind: Kind, app: &str, replicas: usize, image: &str) -> Value {
    json!({
        "apiVersion": "apps/v1", "kind": kind.name(), "metadata": {"name": app},
        "spec": {
            "replicas": replicas, "selector": {"matchLabels": {"app": app}},
            "template": {
                "metadata": {"labels": {"app": app}}, "spec": {"containers": [{"name": app, "image": image}]},
            },
        },
    })
}

/// A Deployment of nginx.
pub fn deployment(app: &str, replicas: usize) -> Value {
    workload(Kind::Deployment, app, replicas, "nginx")
}

/// The object with these fields of its `spec` set.
#[must_use]
pub fn with(mut object: Value, spec: &Value) -> Value {
    for (field, value) in spec.as_object().into_iter().flatten() {
        object["spec"][field] = value.clone();
    }
    object
}

/// The object with that annotation.
#[must_use]
pub fn annotated(mut object: Value, name: &str, value: &str) -> Value {
    object["metadata"]["annotations"][name] = value.into();
    object
}

/// The object in that namespace.
#[must_use]
pub fn within(namespace: &str, mut object: Value) -> Value {
    object["metadata"]["namespace"] = namespace.into();
    object
}

/// What tests do to a cluster; each leaves it settled, and panics where the cluster refuses.
pub trait Play {
    /// Creates an object in the namespace it names, else in `default`.
    fn make(&mut self, kind: Kind, object: &Value);
    /// Changes an object of the namespace `default`.
    fn change(&mut self, kind: Kind, name: &str, edit: impl FnOnce(&mut Value));
    /// Deletes an object, of the namespace `default` where its kind has namespaces.
    fn remove(&mut self, kind: Kind, name: &str, propagation: Propagation);
}

impl Play for Cluster {
    fn make(&mut self, kind: Kind, object: &Value) {
        let namespace = object["metadata"]["namespace"]
            .as_str()
            .unwrap_or(default_namespace(kind));
        self.create(kind, namespace, object, RequestOptions::default())
            .expect("the cluster takes the object");
        self.settle();
    }

    fn change(&mut self, kind: Kind, name: &str, edit: impl FnOnce(&mut Value)) {
        let object = self
            .get(kind, default_namespace(kind), name)
            .expect("the object is there");
        let mut changed = object.value.clone();
        edit(&mut changed);
        self.update(kind, default_namespace(kind), name, &changed, RequestOptions::default())
            .expect("the cluster takes the change");
        self.settle();
    }

    fn remove(&mut self, kind: Kind, name: &str, propagation: Propagation) {
        self.delete(kind, default_namespace(kind), name, propagation.into())
            .expect("the cluster deletes the object");
        self.settle();
    }
}

fn default_namespace(kind: Kind) -> &'static str {
    if kind.namespaced() { "default" } else { "" }
}
