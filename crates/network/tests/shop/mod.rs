//! A Service `web`, the pods behind it, and who asks it.

use api::Kind;
use cluster::{Cluster, Config, Options};
use network::{Client, Door, Flow, Key, Micros, Target};
use serde_json::{Value, json};

pub fn key(name: &str) -> Key {
    Key {
        namespace: "default".into(),
        name: name.into(),
    }
}

/// These clients, and behind the Service `web`, whose spec has these fields besides, `web-1` and so on: a pod for each text
/// that says how it answers.
pub fn cluster(nodes: usize, clients: &[&str], answers: &[&str], spec: &Value) -> Cluster {
    let mut cluster = Cluster::new(&Config { nodes, seed: 0 });
    let mut create = |kind, value: Value| {
        cluster.create(kind, "default", &value, Options::default()).unwrap();
    };
    let pod = |name: &str, app: &str, answers: &str| {
        json!({
            "apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": name, "labels": {"app": app}, "annotations": {"playground/answers": answers}},
            "spec": {"containers": [{"name": "c", "image": "nginx"}]},
        })
    };
    for client in clients {
        create(Kind::Pod, pod(client, "client", ""));
    }
    for (number, answers) in (1..).zip(answers) {
        create(Kind::Pod, pod(&format!("web-{number}"), "web", answers));
    }
    let mut whole = json!({"selector": {"app": "web"}, "ports": [{"port": 80}]});
    for (field, value) in spec.as_object().unwrap() {
        whole[field] = value.clone();
    }
    create(
        Kind::Service,
        json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}, "spec": whole}),
    );
    cluster.settle();
    cluster
}

/// A request every tenth of a second, each on a connection of its own.
pub fn flow(client: &str) -> Flow {
    Flow {
        client: Client::Pod(key(client)),
        target: Target {
            service: key("web"),
            port: 80,
            door: Door::Usual,
        },
        start: Micros::ZERO,
        every: Micros::from_millis(100),
        count: None,
        keep_alive: false,
    }
}
