//! Reads a world out of a cluster's objects.

use crate::dns::{CLUSTER_DOMAIN, DnsRecord, Nameserver, Question, RecordData, RecordType};
use crate::proxy::Services;
use crate::{
    Answering, Endpoint, HostPort, Listener, Micros, NamedPort, Node, ObjectKey, Pod, PodStage, Policies, Protocol,
    Router, Service, ServicePort, World,
};
use api::Kind;
use api::ip::Family;
use api::view::{self, label};
use cluster::{Cluster, Object};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::rc::Rc;

impl World {
    pub fn of(cluster: &Cluster) -> Self {
        let slices = slices_by_service(cluster);
        let of_service = |service: &Object| slices.get(&service.key).map_or(&[][..], Vec::as_slice);
        let services: Vec<Service> = cluster
            .by_creation(Kind::Service)
            .iter()
            .map(|service| Service {
                leads_to: leads_to(cluster, service),
                ..self::service(service, of_service(service))
            })
            .collect();
        Self {
            networks: cluster.networks(),
            routers: Router::all(cluster, &services),
            nodes: cluster
                .list(Kind::Node, None)
                .iter()
                .filter_map(|node| self::node(node))
                .collect(),
            pods: cluster
                .by_creation(Kind::Pod)
                .iter()
                .map(|pod| pod.read_once(|pod| self::pod(cluster, pod)))
                .collect(),
            services,
            proxied: Services::of(cluster, Family::V4),
            proxied_v6: Services::of(cluster, Family::V6),
            policies: Policies::of(cluster),
        }
    }
}

type Slices = BTreeMap<ObjectKey, Vec<Rc<Object>>>;

/// The addresses behind an ExternalName Service, as the cluster's DNS gives them to a pod.
///
/// Those of IPv4, or of IPv6 where there are no others.
fn leads_to(cluster: &Cluster, service: &Object) -> Vec<IpAddr> {
    if !view::Service::of(&service.value).is_external_name() {
        return Vec::new();
    }
    let name = format!("{}.{}.svc.{CLUSTER_DOMAIN}", service.name(), service.namespace());
    let addresses = |kind| {
        let name = name.clone();
        let answer = Nameserver::new(cluster).answer(&Question { name, kind }).answer;
        let address = |record: &DnsRecord| match record.data {
            RecordData::Address(address) => Some(address),
            _ => None,
        };
        answer.iter().filter_map(address).collect::<Vec<IpAddr>>()
    };
    let v4 = addresses(RecordType::A);
    if v4.is_empty() { addresses(RecordType::Aaaa) } else { v4 }
}

/// A slice belongs to the Service its label names.
fn slices_by_service(cluster: &Cluster) -> Slices {
    let mut slices = Slices::new();
    for slice in cluster.by_creation(Kind::EndpointSlice) {
        if let Some(name) = slice.label(label::SERVICE_NAME) {
            let key = ObjectKey::new(slice.namespace(), name);
            slices.entry(key).or_default().push(slice);
        }
    }
    slices
}

fn owned((key, value): (&str, &str)) -> (String, String) {
    (key.to_owned(), value.to_owned())
}

fn address(text: &str) -> Option<IpAddr> {
    text.parse().ok()
}

fn node(node: &Object) -> Option<Node> {
    let view = view::Node::of(&node.value);
    let mut internal = view.addresses("InternalIP").filter_map(address);
    let ip = internal.next()?;
    Some(Node {
        name: node.name().to_owned(),
        ip,
        second_ip: internal.find(|second| Family::of(*second) != Family::of(ip)),
        zone: view.zone().map(str::to_owned),
        pod_cidrs: view.pod_cidrs().filter_map(|range| range.parse().ok()).collect(),
    })
}

pub(crate) fn pod(cluster: &Cluster, pod: &Object) -> Pod {
    let listener = |listens: cluster::ListeningPort| Listener {
        port: listens.port,
        protocol: Protocol::read(Some(&listens.protocol)),
        loopback_only: listens.loopback_only,
    };
    Pod {
        key: pod.key.clone(),
        uid: pod.uid().to_owned(),
        ip: pod.pod_ip().and_then(address),
        second_ip: view::Pod::of(&pod.value).ips().nth(1).and_then(address),
        node: pod.node().map(str::to_owned),
        labels: pod.labels().map(owned).collect(),
        ready: pod.is_ready(),
        first_probe: cluster::first_readiness_probe(pod).and_then(first_probe),
        terminating: pod.is_terminating(),
        stage: stage(pod),
        host_network: pod.spec().field("hostNetwork").flag(),
        ports: named_ports(pod),
        listeners: cluster.listening_ports(pod).into_iter().map(listener).collect(),
        is_guess: { cluster.template_listening(pod.namespace(), api::Cursor::new(&pod.value)) }
            .iter()
            .any(|it| it.is_guess),
        host_ports: host_ports(pod),
        answering: Answering::of(pod),
    }
}

fn first_probe((delay, at): (i64, i64)) -> Option<(u32, Micros)> {
    Some((
        u32::try_from(delay).ok()?,
        Micros::from_seconds(u64::try_from(at).ok()?),
    ))
}

/// How far a pod has come, from its phase and what its containers wait for.
fn stage(pod: &Object) -> PodStage {
    let status = pod.status();
    match status.field("phase").text() {
        "Succeeded" => return PodStage::Succeeded,
        "Failed" => return PodStage::Failed,
        _ => {}
    }
    let reasons = |list: &str| {
        let waiting = status.field(list).items();
        let waiting = waiting.map(|it| it.field("state").field("waiting").field("reason").text());
        waiting.filter(|reason| !reason.is_empty()).collect::<Vec<_>>()
    };
    let (inits, mains) = (reasons("initContainerStatuses"), reasons("containerStatuses"));
    let any = |word: &str| inits.iter().chain(&mains).any(|reason| *reason == word);
    if any("CrashLoopBackOff") {
        PodStage::Crashes
    } else if any("CreateContainerConfigError") {
        PodStage::LacksConfig
    } else if any("PodInitializing") {
        PodStage::Initializes
    } else if mains.is_empty() {
        PodStage::Runs
    } else {
        PodStage::Starts
    }
}

/// Of containers that run beside each other: the main ones, and sidecars.
fn named_ports(pod: &Object) -> Vec<NamedPort> {
    let containers = pod.spec().field("containers").items();
    let sidecars = pod.spec().field("initContainers").items();
    let sidecars = sidecars.filter(|it| it.field("restartPolicy").text() == "Always");
    let ports = containers.chain(sidecars).flat_map(|it| it.field("ports").items());
    let named = ports.filter_map(|port| {
        Some(NamedPort {
            name: port.field("name").as_text()?.to_owned(),
            port: u16::try_from(port.field("containerPort").number()).ok()?,
            protocol: Protocol::read(port.field("protocol").as_text()),
        })
    });
    named.collect()
}

/// The `hostPort`s of a pod that has a network of its own.
fn host_ports(pod: &Object) -> Vec<HostPort> {
    if pod.spec().field("hostNetwork").flag() {
        return Vec::new();
    }
    let containers = pod.spec().field("containers").items();
    let ports = containers.flat_map(|container| container.field("ports").items());
    let read = |port: api::Cursor<'_>| {
        let number = |field: &str| u16::try_from(port.field(field).number()).ok().filter(|port| *port > 0);
        let address = port.field("hostIP").as_text().and_then(|address| address.parse().ok());
        Some(HostPort {
            address: address.filter(|address: &IpAddr| !address.is_unspecified()),
            port: number("hostPort")?,
            protocol: Protocol::read(port.field("protocol").as_text()),
            leads_to: number("containerPort")?,
        })
    };
    ports.filter_map(read).collect()
}

fn service(service: &Object, slices: &[Rc<Object>]) -> Service {
    let view = view::Service::of(&service.value);
    let ingress = view.ingress().map(view::LoadBalancerIngress::address);
    let affinity = view.affinity_seconds().map(u64::from);
    Service {
        key: service.key.clone(),
        kind: view.service_type(),
        cluster_ips: view.cluster_ips().filter_map(address).collect(),
        selector: view.selector().text_entries().map(owned).collect(),
        external_name: view.external_name().map(str::to_owned),
        leads_to: Vec::new(),
        ingress: ingress
            .filter(|address| !address.is_empty())
            .map(str::to_owned)
            .collect(),
        affinity: affinity.map(Micros::from_seconds),
        ports: { view.ports() }
            .map(|port| service_port(port, view.ip_families().next(), slices))
            .collect(),
    }
}

fn service_port(port: view::ServicePort<'_>, primary: Option<&str>, slices: &[Rc<Object>]) -> ServicePort {
    ServicePort {
        name: port.name().to_owned(),
        port: u16::try_from(port.port()).unwrap_or_default(),
        target: port.target().to_string(),
        node_port: port.node_port(),
        protocol: port.protocol(),
        endpoints: joined(port.name(), primary, slices),
    }
}

/// The endpoints of a port; a pod that slices of both families list is one, at its address of the Service's primary family.
fn joined(port: &str, primary: Option<&str>, slices: &[Rc<Object>]) -> Vec<Endpoint> {
    let is_second = |slice: &&Rc<Object>| {
        let family = slice.field("addressType").as_text();
        primary.is_some() && family != primary && matches!(family, Some("IPv4" | "IPv6"))
    };
    let of = |slice: &Rc<Object>| endpoints(slice, port);
    let mut all: Vec<Endpoint> = slices.iter().filter(|it| !is_second(it)).flat_map(of).collect();
    let second: Vec<Endpoint> = slices.iter().filter(is_second).flat_map(of).collect();
    if second.is_empty() {
        return all;
    }
    let key = |it: &Endpoint| Some((it.pod.clone()?, it.port));
    let places: BTreeMap<(ObjectKey, u16), usize> = { all.iter().enumerate() }
        .filter_map(|(place, it)| Some((key(it)?, place)))
        .collect();
    for endpoint in second {
        let place = key(&endpoint).and_then(|key| places.get(&key));
        match place.and_then(|place| all.get_mut(*place)) {
            Some(known) => known.second_ip = Some(endpoint.ip),
            None => all.push(endpoint),
        }
    }
    all
}

/// The endpoints of the slice's port of that name; a slice's port joins a Service's by its name alone.
fn endpoints(slice: &Object, name: &str) -> Vec<Endpoint> {
    let view = view::EndpointSlice::of(&slice.value);
    let port = view.ports().find(|port| port.name() == name);
    let Some(number) = port.and_then(view::EndpointPort::number) else {
        return Vec::new();
    };
    view.endpoints()
        .filter_map(|endpoint| self::endpoint(slice, endpoint, number))
        .collect()
}

fn endpoint(slice: &Object, endpoint: view::Endpoint<'_>, port: u16) -> Option<Endpoint> {
    Some(Endpoint {
        ip: endpoint.address().and_then(address)?,
        second_ip: None,
        port,
        pod: pod_behind(slice, endpoint),
        ready: endpoint.is_ready(),
        serving: endpoint.is_serving(),
        terminating: endpoint.is_terminating(),
    })
}

/// The pod that an endpoint of a slice names.
pub(crate) fn pod_behind(slice: &Object, endpoint: view::Endpoint<'_>) -> Option<ObjectKey> {
    let (namespace, name) = endpoint.pod()?;
    let own = slice.key.namespace.clone();
    Some(ObjectKey {
        namespace: namespace.filter(|it| **it != *own).map_or(own.clone(), Rc::from),
        name: name.into(),
    })
}
