//! What tests of descriptions begin with, and the rules that hold for every kind.
#![allow(clippy::needless_raw_string_hashes, reason = "expect-test writes them so")]

use super::{Events, describe};
use crate::client::KubectlVersion;
use api::Kind;
use cluster::{Cluster, Config, RequestOptions};
use expect_test::{Expect, expect};
use serde_json::{Value, json};

pub(in crate::describe) fn cluster(nodes: usize) -> Cluster {
    Cluster::new(&Config {
        nodes,
        seed: 0,
        ..Config::default()
    })
}

pub(in crate::describe) fn create(cluster: &mut Cluster, kind: Kind, value: &Value) {
    let created = cluster.create(kind, "default", value, RequestOptions::default());
    assert!(created.is_ok(), "{created:?}");
    cluster.settle();
}

pub(in crate::describe) fn pod(name: &str) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": name, "labels": {"app": "web"}},
        "spec": {"containers": [{"name": "web", "image": "nginx", "ports": [{"containerPort": 80}]}]},
    })
}

pub(in crate::describe) fn service(spec: &Value) -> Value {
    json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}, "spec": spec})
}

/// Checks the description of the first object of a kind with this name or prefix.
pub(in crate::describe) fn check(cluster: &Cluster, kind: Kind, name: &str, expected: &Expect) {
    let objects = cluster.list(kind, None);
    let object = objects.iter().find(|object| object.name().starts_with(name));
    let text = object.map(|object| describe(cluster, object, Events::Shown, KubectlVersion::NEWEST));
    expected.assert_eq(text.as_deref().unwrap_or("nothing of that name"));
}

/// Checks the lines of a description from one that begins with a text up to another; empty texts mean its ends.
pub(in crate::describe) fn check_part(
    cluster: &Cluster,
    kind: Kind,
    name: &str,
    (from, to): (&str, &str),
    expected: &Expect,
) {
    let object = cluster
        .get(kind, if kind == Kind::Node { "" } else { "default" }, name)
        .unwrap();
    let text = describe(cluster, &object, Events::Shown, KubectlVersion::NEWEST);
    let begins = |line: &&str, with: &str| line.trim_start().starts_with(with);
    let lines = text.lines().skip_while(|line| !begins(line, from));
    let lines: Vec<&str> = lines.take_while(|line| to.is_empty() || !begins(line, to)).collect();
    let indent = lines.first().map_or(0, |line| line.len() - line.trim_start().len());
    let shown = lines.iter().map(|line| line.get(indent..).unwrap_or_default());
    expected.assert_eq(&shown.fold(String::new(), |part, line| part + line + "\n"));
}

#[test]
fn a_kind_without_words_of_its_own_is_told_field_by_field() {
    let mut cluster = cluster(1);
    create(&mut cluster, Kind::Deployment, &workload("Deployment", &json!({})));
    check(
        &cluster,
        Kind::Event,
        "web.",
        &expect![[r#"
            Name:             web.1887ca1be9b3a017
            Namespace:        default
            Labels:           <none>
            Annotations:      <none>
            API Version:      v1
            Count:            1
            Event Time:       <nil>
            First Timestamp:  2026-01-05T09:00:00Z
            Involved Object:
              API Version:       apps/v1
              Kind:              Deployment
              Name:              web
              Namespace:         default
              Resource Version:  22
              UID:               7178ffa7-e3b8-4d0c-9aa0-bf8d9d155996
            Kind:                Event
            Last Timestamp:      2026-01-05T09:00:00Z
            Message:             Scaled up replica set web-6znzhfwxw8 from 0 to 2
            Metadata:
              Creation Timestamp:  2026-01-05T09:00:00Z
              Resource Version:    24
              UID:                 77d9ca67-f613-471d-8c2e-5f6c1dc9c3aa
            Reason:                ScalingReplicaSet
            Reporting Component:   deployment-controller
            Reporting Instance:    
            Source:
              Component:  deployment-controller
            Type:         Normal
            Events:       <none>
        "#]],
    );
}

pub(in crate::describe) fn workload(kind: &str, spec: &Value) -> Value {
    let mut object = json!({
        "apiVersion": "apps/v1", "kind": kind, "metadata": {"name": "web"},
        "spec": {
            "replicas": 2, "selector": {"matchLabels": {"app": "web"}},
            "template": {
                "metadata": {"labels": {"app": "web"}},
                "spec": {"containers": [{"name": "web", "image": "nginx", "ports": [{"containerPort": 80}]}]},
            },
        },
    });
    for (field, value) in spec.as_object().into_iter().flatten() {
        object["spec"][field] = value.clone();
    }
    object
}

/// A pod whose container uses every field that a description shows.
pub(in crate::describe) fn full_pod() -> Cluster {
    let mut cluster = cluster(1);
    let mut full = pod("web-1");
    full["spec"]["nodeSelector"] = json!({"disk": "ssd"});
    full["spec"]["tolerations"] = json!([
        {"key": "dedicated", "operator": "Equal", "value": "web", "effect": "NoSchedule"}, {"operator": "Exists"},
    ]);
    full["spec"]["volumes"] = json!([
        {"name": "cache", "emptyDir": {}}, {"name": "conf", "configMap": {"name": "web"}},
        {"name": "host", "hostPath": {"path": "/var/log"}},
        {"name": "all", "projected": {"sources": [{"secret": {"name": "key"}}, {"downwardAPI": {}}]}},
        {"name": "disk", "fc": {"targetWWNs": ["a", "b"], "lun": 0}},
        {"name": "me", "downwardAPI": {"items": [{"path": "labels", "fieldRef": {"fieldPath": "metadata.labels"}}]}},
    ]);
    full["spec"]["containers"] = json!([{
        "name": "web", "image": "nginx", "command": ["sh", "-c", "echo a\necho b"], "args": ["-v"],
        "ports": [{"name": "http", "containerPort": 80}, {"containerPort": 53, "protocol": "UDP"}],
        "resources": {"requests": {"cpu": "0.1"}, "limits": {"cpu": "1500m", "memory": "128Mi"}},
        "livenessProbe": {"httpGet": {"path": "/healthz?x", "port": "http"}},
        "readinessProbe": {"exec": {"command": ["cat", "/ready"]}, "periodSeconds": 5},
        "startupProbe": {"tcpSocket": {"port": 80}},
        "envFrom": [{"configMapRef": {"name": "web"}}, {"prefix": "KEY_", "secretRef": {"name": "key", "optional": true}}],
        "env": [
            {"name": "PLAIN", "value": "two\nlines"},
            {"name": "NAME", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
            {"name": "ADDRESS", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}},
            {"name": "CPU", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu"}}},
            {"name": "DISK", "valueFrom": {"resourceFieldRef": {"resource": "limits.ephemeral-storage"}}},
            {"name": "PASSWORD", "valueFrom": {"secretKeyRef": {"name": "key", "key": "password"}}},
            {"name": "COLOR", "valueFrom": {"configMapKeyRef": {"name": "web", "key": "color", "optional": true}}},
        ],
        "volumeMounts": [
            {"name": "conf", "mountPath": "/etc/web", "readOnly": true, "subPath": "web.conf"},
            {"name": "cache", "mountPath": "/cache"},
        ],
    }]);
    create(&mut cluster, Kind::Pod, &full);
    cluster
}

#[test]
fn long_annotations_get_lines_of_their_own() {
    let mut cluster = cluster(1);
    let mut object = service(&json!({"ports": [{"port": 80}]}));
    object["metadata"]["annotations"] = json!({
        "a": "one\ntwo\n", "kubectl.kubernetes.io/last-applied-configuration": "{}", "z": "x".repeat(150),
    });
    create(&mut cluster, Kind::Service, &object);
    check(
        &cluster,
        Kind::Service,
        "web",
        &expect![[r#"
        Name:                     web
        Namespace:                default
        Labels:                   <none>
        Annotations:              a:
                                    one
                                    two
                                  z:
                                    xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...
        Selector:                 <none>
        Type:                     ClusterIP
        IP Family Policy:         SingleStack
        IP Families:              IPv4
        IP:                       10.97.63.82
        IPs:                      10.97.63.82
        Port:                     <unset>  80/TCP
        TargetPort:               80/TCP
        Endpoints:                <none>
        Session Affinity:         None
        Internal Traffic Policy:  Cluster
        Events:                   <none>
    "#]],
    );
}
