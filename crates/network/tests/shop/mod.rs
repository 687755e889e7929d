//! A Service `web`, the pods behind it, and who asks it.

use api::Kind;
use cluster::Cluster;
use network::{Client, Door, Flow, Micros, ObjectKey, Target};
use serde_json::Value;
use testing::{Play, annotated, pod, service, with};

pub fn key(name: &str) -> ObjectKey {
    ObjectKey::new("default", name)
}

/// These clients, and behind the Service `web`, whose spec has these fields besides, `web-1` and so on: a pod for each text
/// that says how it answers.
pub fn cluster(nodes: usize, clients: &[&str], answers: &[&str], spec: &Value) -> Cluster {
    let mut cluster = testing::cluster(nodes);
    for client in clients {
        cluster.make(Kind::Pod, &pod(client, "client"));
    }
    for (number, answers) in (1..).zip(answers) {
        let pod = pod(&format!("web-{number}"), "web");
        cluster.make(Kind::Pod, &annotated(pod, "playground/answers", answers));
    }
    cluster.make(Kind::Service, &with(service("web"), spec));
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
            web: None,
        },
        start: Micros::ZERO,
        every: Micros::from_millis(100),
        count: None,
        keep_alive: false,
    }
}
