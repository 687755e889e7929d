//! Reads a world out of a cluster's objects.

use crate::dns::{CLUSTER_DOMAIN, DnsRecord, Nameserver, Question, RecordData, RecordType};
use crate::proxy::Services;
use crate::{
    Answering, Endpoint, Listener, Micros, Node, ObjectKey, Pod, Protocol, Service, ServicePort, ServiceType, World,
};
use api::{Kind, Value};
use cluster::{Cluster, Object, at, list, map};
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

impl World {
    /// What the network sees of a cluster now.
    pub fn of(cluster: &Cluster) -> Self {
        let slices = slices_by_service(cluster);
        let of_service = |service: &Object| slices.get(&service.key).map_or(&[][..], Vec::as_slice);
        Self {
            nodes: cluster
                .list(Kind::Node, None)
                .iter()
                .filter_map(|node| self::node(node))
                .collect(),
            pods: cluster
                .by_creation(Kind::Pod)
                .iter()
                .map(|pod| pod.read_once(self::pod))
                .collect(),
            services: cluster
                .by_creation(Kind::Service)
                .iter()
                .map(|service| Service {
                    leads_to: leads_to(cluster, service),
                    ..self::service(service, of_service(service))
                })
                .collect(),
            proxied: Services::of(cluster),
        }
    }
}

type Slices = BTreeMap<ObjectKey, Vec<std::rc::Rc<Object>>>;

/// Where the name of a Service leads that stands for a name outside: asked of the cluster's DNS, as a pod would.
fn leads_to(cluster: &Cluster, service: &Object) -> Vec<Ipv4Addr> {
    if service.text(&["spec", "type"]) != Some("ExternalName") {
        return Vec::new();
    }
    let name = format!("{}.{}.svc.{CLUSTER_DOMAIN}", service.name(), service.namespace());
    let kind = RecordType::A;
    let answer = Nameserver::new(cluster).answer(&Question { name, kind }).answer;
    let address = |record: &DnsRecord| match record.data {
        RecordData::Address(IpAddr::V4(address)) => Some(address),
        _ => None,
    };
    answer.iter().filter_map(address).collect()
}

/// A slice belongs to the Service its label names.
fn slices_by_service(cluster: &Cluster) -> Slices {
    let mut slices = Slices::new();
    for slice in cluster.by_creation(Kind::EndpointSlice) {
        if let Some(name) = slice.label("kubernetes.io/service-name") {
            let key = ObjectKey::new(slice.namespace(), name);
            slices.entry(key).or_default().push(slice);
        }
    }
    slices
}

fn texts(value: &Value) -> BTreeMap<String, String> {
    map(value).map(owned).collect()
}

fn owned((key, value): (&str, &str)) -> (String, String) {
    (key.to_owned(), value.to_owned())
}

fn address(value: &Value) -> Option<IpAddr> {
    value.as_str()?.parse().ok()
}

fn number(value: &Value) -> Option<u16> {
    u16::try_from(value.as_u64()?).ok()
}

fn node(node: &Object) -> Option<Node> {
    let internal = list(node.at(&["status", "addresses"]))
        .iter()
        .find(|entry| at(entry, &["type"]) == "InternalIP")?;
    Some(Node {
        name: node.name().to_owned(),
        ip: address(at(internal, &["address"]))?,
        zone: node.label("topology.kubernetes.io/zone").map(str::to_owned),
        pod_cidr: node.text(&["spec", "podCIDR"]).and_then(|range| range.parse().ok()),
    })
}

fn pod(pod: &Object) -> Pod {
    let listener = |listens: cluster::ListeningPort| Listener {
        port: listens.port,
        protocol: Protocol::read(Some(&listens.protocol)),
        loopback_only: listens.loopback_only,
    };
    Pod {
        key: pod.key.clone(),
        uid: pod.uid().to_owned(),
        ip: pod.pod_ip().and_then(|ip| ip.parse().ok()),
        node: pod.node().map(str::to_owned),
        labels: pod.labels().map(owned).collect(),
        ready: pod.is_ready(),
        terminating: pod.is_terminating(),
        listeners: cluster::listening_ports(pod).into_iter().map(listener).collect(),
        answering: Answering::of(pod),
    }
}

fn service(service: &Object, slices: &[std::rc::Rc<Object>]) -> Service {
    let spec = |field: &'static str| service.at(&["spec", field]);
    let timeout = at(spec("sessionAffinityConfig"), &["clientIP", "timeoutSeconds"]).as_u64();
    Service {
        key: service.key.clone(),
        kind: match spec("type").as_str() {
            Some("NodePort") => ServiceType::NodePort,
            Some("LoadBalancer") => ServiceType::LoadBalancer,
            Some("ExternalName") => ServiceType::ExternalName,
            _ => ServiceType::ClusterIp,
        },
        cluster_ips: list(spec("clusterIPs")).iter().filter_map(address).collect(),
        selector: texts(spec("selector")),
        external_name: spec("externalName").as_str().map(str::to_owned),
        leads_to: Vec::new(),
        ingress: service
            .list(&["status", "loadBalancer", "ingress"])
            .iter()
            .filter_map(|ingress| at(ingress, &["ip"]).as_str().or(at(ingress, &["hostname"]).as_str()))
            .map(str::to_owned)
            .collect(),
        affinity: (spec("sessionAffinity") == "ClientIP").then(|| Micros::from_seconds(timeout.unwrap_or(10_800))),
        ports: list(spec("ports"))
            .iter()
            .map(|port| service_port(port, slices))
            .collect(),
    }
}

fn service_port(port: &Value, slices: &[std::rc::Rc<Object>]) -> ServicePort {
    let name = at(port, &["name"]).as_str().unwrap_or_default();
    let target = match at(port, &["targetPort"]) {
        Value::String(name) => name.clone(),
        Value::Null => String::new(),
        number => number.to_string(),
    };
    ServicePort {
        name: name.to_owned(),
        port: number(at(port, &["port"])).unwrap_or_default(),
        target,
        node_port: number(at(port, &["nodePort"])).filter(|port| *port != 0),
        protocol: Protocol::read(at(port, &["protocol"]).as_str()),
        endpoints: slices.iter().flat_map(|slice| endpoints(slice, name)).collect(),
    }
}

/// The endpoints of the slice's port of that name; a slice's port joins a Service's by its name alone.
fn endpoints(slice: &Object, name: &str) -> Vec<Endpoint> {
    let named = |port: &&Value| at(port, &["name"]).as_str().unwrap_or_default() == name;
    let Some(port) = slice
        .list(&["ports"])
        .iter()
        .find(named)
        .and_then(|port| number(at(port, &["port"])))
    else {
        return Vec::new();
    };
    slice
        .list(&["endpoints"])
        .iter()
        .filter_map(|endpoint| self::endpoint(slice, endpoint, port))
        .collect()
}

/// A condition that is not set counts as `ready` and `serving`, and not as `terminating`, as consumers read it.
fn endpoint(slice: &Object, endpoint: &Value, port: u16) -> Option<Endpoint> {
    let condition = |name| at(endpoint, &["conditions", name]).as_bool();
    let ready = condition("ready").unwrap_or(true);
    let target = at(endpoint, &["targetRef"]);
    let pod = (at(target, &["kind"]) == "Pod").then(|| {
        let text = |field| at(target, &[field]).as_str();
        ObjectKey::new(
            text("namespace").unwrap_or(slice.namespace()),
            text("name").unwrap_or_default(),
        )
    });
    Some(Endpoint {
        ip: list(at(endpoint, &["addresses"])).first().and_then(address)?,
        port,
        pod,
        ready,
        serving: condition("serving").unwrap_or(ready),
        terminating: condition("terminating").unwrap_or(false),
    })
}
