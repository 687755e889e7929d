//! Stands in for the cluster until it lands.
#![allow(missing_docs, clippy::pedantic)]
use crate::diagnostic::{Diagnostic, Severity};
use network::*;
use serde::Deserialize;
use serde_json::Value;
use std::net::{IpAddr, Ipv4Addr};

#[derive(Clone, Default)]
pub struct Cluster {
    now: u64,
    next: u8,
    pods: Vec<Pod>,
    services: Vec<Service>,
}
pub struct Config {
    pub nodes: usize,
    pub seed: u64,
}
pub struct Output {
    pub stdout: String,
    pub stderr: String,
    pub exit: i32,
}
#[derive(Clone, Default)]
pub struct Reading {
    pub diagnostics: Vec<Diagnostic>,
    pub objects: usize,
}
impl Reading {
    pub fn errors(&self) -> usize {
        self.diagnostics.iter().filter(|d| d.severity.is_error()).count()
    }
}
impl Cluster {
    pub fn new(_: Config) -> Self {
        let endpoint = Endpoint {
            ip: IpAddr::V4(Ipv4Addr::new(192, 168, 49, 2)),
            port: 6443,
            pod: None,
            ready: true,
            serving: true,
            terminating: false,
        };
        let mut c = Self {
            now: 0,
            next: 2,
            ..Self::default()
        };
        c.services.push(Service {
            key: Key {
                namespace: "default".into(),
                name: "kubernetes".into(),
            },
            kind: ServiceType::ClusterIp,
            cluster_ips: vec![IpAddr::V4(Ipv4Addr::new(10, 96, 0, 1))],
            selector: Default::default(),
            external_name: None,
            affinity: None,
            ports: vec![ServicePort {
                name: "https".into(),
                port: 443,
                target: "6443".into(),
                node_port: None,
                protocol: Protocol::Tcp,
                endpoints: vec![endpoint],
            }],
        });
        c
    }
    pub fn set_now(&mut self, now: u64) {
        self.now = now;
    }
    pub fn set_ready(&mut self, namespace: &str, name: &str, ready: bool) {
        for p in &mut self.pods {
            if p.key.namespace == namespace && p.key.name == name {
                p.ready = ready;
            }
        }
    }
    pub fn settle(&mut self) {
        let pods = self.pods.clone();
        for s in &mut self.services {
            if s.selector.is_empty() {
                continue;
            }
            for port in &mut s.ports {
                port.endpoints = pods
                    .iter()
                    .filter(|p| s.selector.iter().all(|(k, v)| p.labels.get(k) == Some(v)))
                    .filter_map(|p| {
                        Some(Endpoint {
                            ip: p.ip?,
                            port: port.target.parse().unwrap_or(port.port),
                            pod: Some(p.key.clone()),
                            ready: p.ready,
                            serving: p.ready,
                            terminating: false,
                        })
                    })
                    .collect();
            }
        }
    }
    fn add(&mut self, v: &Value) {
        let s = |p: &str| v.pointer(p).and_then(Value::as_str).map(str::to_owned);
        let map = |p: &str| {
            v.pointer(p)
                .and_then(Value::as_object)
                .into_iter()
                .flatten()
                .filter_map(|(k, v)| Some((k.clone(), v.as_str()?.to_owned())))
                .collect::<std::collections::BTreeMap<_, _>>()
        };
        let key = Key {
            namespace: s("/metadata/namespace").unwrap_or("default".into()),
            name: s("/metadata/name").unwrap_or_default(),
        };
        match s("/kind").as_deref() {
            Some("Pod") => self.pod(key, map("/metadata/labels"), &v["spec"]),
            Some("Deployment") => {
                for i in 0..v.pointer("/spec/replicas").and_then(Value::as_u64).unwrap_or(1) {
                    let key = Key {
                        name: format!("{}-7d4b9c6f5d-{i}xk2p", key.name),
                        ..key.clone()
                    };
                    self.pod(
                        key,
                        map("/spec/template/metadata/labels"),
                        &v["spec"]["template"]["spec"],
                    );
                }
            }
            Some("Service") => {
                let kind = match s("/spec/type").as_deref() {
                    Some("NodePort") => ServiceType::NodePort,
                    Some("LoadBalancer") => ServiceType::LoadBalancer,
                    Some("ExternalName") => ServiceType::ExternalName,
                    _ => ServiceType::ClusterIp,
                };
                let ip = s("/spec/clusterIP").unwrap_or("10.100.7.7".into());
                self.services.push(Service {
                    key,
                    kind,
                    cluster_ips: ip.parse().ok().into_iter().collect(),
                    selector: map("/spec/selector"),
                    external_name: s("/spec/externalName"),
                    affinity: None,
                    ports: v["spec"]["ports"]
                        .as_array()
                        .into_iter()
                        .flatten()
                        .map(|p| {
                            let port = p["port"].as_u64().unwrap_or(0) as u16;
                            ServicePort {
                                name: p["name"].as_str().unwrap_or("").into(),
                                port,
                                target: if p["targetPort"].is_null() {
                                    port.to_string()
                                } else {
                                    p["targetPort"].to_string()
                                },
                                node_port: p["nodePort"].as_u64().map(|n| n as u16),
                                protocol: Protocol::Tcp,
                                endpoints: vec![],
                            }
                        })
                        .collect(),
                });
            }
            _ => {}
        }
    }
    fn pod(&mut self, key: Key, labels: std::collections::BTreeMap<String, String>, spec: &Value) {
        let port = match spec["containers"][0]["image"]
            .as_str()
            .unwrap_or("")
            .split(':')
            .next()
            .unwrap_or("")
        {
            "nginx" => Some(80),
            "redis" => Some(6379),
            "mysql" => Some(3306),
            _ => None,
        };
        self.pods.push(Pod {
            uid: key.name.clone(),
            key,
            ip: Some(IpAddr::V4(Ipv4Addr::new(10, 244, 0, self.next))),
            node: Some("minikube".into()),
            labels,
            ready: true,
            terminating: false,
            listeners: port
                .map(|port| Listener {
                    port,
                    protocol: Protocol::Tcp,
                })
                .into_iter()
                .collect(),
        });
        self.next = self.next.saturating_add(1);
    }
}
pub fn world(c: &Cluster) -> World {
    World {
        nodes: vec![Node {
            name: "minikube".into(),
            ip: IpAddr::V4(Ipv4Addr::new(192, 168, 49, 2)),
            zone: None,
        }],
        pods: c.pods.clone(),
        services: c.services.clone(),
    }
}
pub fn apply(mut cluster: Cluster, text: &str) -> (Cluster, Reading) {
    let mut reading = Reading::default();
    for (document, d) in serde_yaml::Deserializer::from_str(text).enumerate() {
        match Value::deserialize(d) {
            Ok(Value::Null) => {}
            Ok(v) => {
                cluster.add(&v);
                reading.objects += 1;
            }
            Err(e) => {
                let start = e.location().map_or(0, |l| l.index()).min(text.len().saturating_sub(1));
                reading.diagnostics.push(Diagnostic {
                    severity: Severity::Syntax,
                    range: start..text.len().min(start + 1),
                    document,
                    message: e.to_string(),
                    meaning: Some("This is not YAML as kubectl reads it.".into()),
                    fix: None,
                });
                break;
            }
        }
    }
    cluster.settle();
    (cluster, reading)
}
pub fn kubectl(c: &mut Cluster, line: &str, _stdin: &str) -> Output {
    let words: Vec<&str> = line.split_whitespace().collect();
    let mut out = String::new();
    match words.get(1..) {
        Some(["delete", "pod", name, ..]) => c.pods.retain(|p| p.key.name != *name),
        Some(["describe", _, name, ..]) => {
            for s in c.services.iter().filter(|s| s.key.name == *name) {
                out += &format!(
                    "Name:                     {}\nNamespace:                {}\nType:                     {:?}\n",
                    s.key.name, s.key.namespace, s.kind
                );
                for p in &s.ports {
                    let e: Vec<_> = p
                        .endpoints
                        .iter()
                        .filter(|e| e.ready)
                        .map(|e| format!("{}:{}", e.ip, e.port))
                        .collect();
                    out += &format!(
                        "Port:                     <unset>  {}/TCP\nTargetPort:               {}/TCP\nEndpoints:                {}\n",
                        p.port,
                        p.target,
                        e.join(",")
                    );
                }
            }
        }
        Some(["get", "svc", ..]) => c
            .services
            .iter()
            .for_each(|s| out += &format!("{:15}{:?}\n", s.key.name, s.cluster_ips)),
        Some(["get", "pods", ..]) => c
            .pods
            .iter()
            .for_each(|p| out += &format!("{:15}{}/1  Running  {:?}\n", p.key.name, u8::from(p.ready), p.ip)),
        _ => {}
    }
    Output {
        stdout: out,
        stderr: String::new(),
        exit: 0,
    }
}
