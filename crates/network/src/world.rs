use crate::proxy::Services;
use crate::{Answering, Cidr, Micros};
use api::view::{Protocol, ServiceType};
use cluster::ObjectKey;
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::rc::Rc;

/// What the network sees of a cluster at one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct World {
    /// In the order of their names.
    pub nodes: Vec<Node>,
    /// In the order they were created.
    pub pods: Vec<Rc<Pod>>,
    /// In the order they were created, the default `kubernetes` Service first.
    pub services: Vec<Service>,
    /// The same Services and their slices as kube-proxy reads them.
    pub proxied: Services,
}

impl World {
    /// Where the API server listens on its node: what the default `kubernetes` Service leads to.
    pub const API_SERVER_PORT: u16 = 6443;

    /// The Service of that namespace and name.
    pub fn service(&self, key: &ObjectKey) -> Option<&Service> {
        self.services.iter().find(|service| service.key == *key)
    }

    /// The pod of that namespace and name.
    pub fn pod(&self, key: &ObjectKey) -> Option<&Pod> {
        self.pods.iter().find(|pod| pod.key == *key).map(|pod| &**pod)
    }
}

/// A node: the machine pods run on.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// `metadata.name`.
    pub name: String,
    /// Its InternalIP.
    pub ip: IpAddr,
    /// Its label `topology.kubernetes.io/zone`.
    pub zone: Option<String>,
    /// `spec.podCIDR`: the range of its pods' addresses.
    pub pod_cidr: Option<Cidr>,
}

/// A pod as the network sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Pod {
    /// Its namespace and name.
    pub key: ObjectKey,
    /// `metadata.uid`: tells a pod from a later one of the same name.
    pub uid: String,
    /// Its address, once scheduled.
    pub ip: Option<IpAddr>,
    /// The node it runs on, once scheduled.
    pub node: Option<String>,
    /// `metadata.labels`.
    pub labels: BTreeMap<String, String>,
    /// The condition Ready.
    pub ready: bool,
    /// Deleted but not yet gone.
    pub terminating: bool,
    /// What its containers listen on: known from their images, for `containerPort` opens nothing.
    pub listeners: Vec<Listener>,
    /// How its containers answer: as they say in an annotation of ours.
    pub answering: Answering,
}

/// A port a container listens on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Listener {
    /// The port's number.
    pub port: u16,
    /// Its transport protocol.
    pub protocol: Protocol,
    /// Whether only the pod itself reaches it, at its loopback address.
    pub loopback_only: bool,
}

/// A Service as the network sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Service {
    /// Its namespace and name.
    pub key: ObjectKey,
    /// `spec.type`.
    pub kind: ServiceType,
    /// Its virtual addresses; none when it is headless or an external name.
    pub cluster_ips: Vec<IpAddr>,
    /// `spec.selector`; empty when it has none.
    pub selector: BTreeMap<String, String>,
    /// `spec.externalName`.
    pub external_name: Option<String>,
    /// The addresses that the cluster's DNS gives for an external name; none where it knows none.
    pub leads_to: Vec<Ipv4Addr>,
    /// `status.loadBalancer.ingress`: the addresses and names a load balancer gave it; none while it waits for them.
    pub ingress: Vec<String>,
    /// How long `sessionAffinity: ClientIP` keeps a client on its endpoint; none without affinity.
    pub affinity: Option<Micros>,
    /// Its ports, in the order of `spec.ports`.
    pub ports: Vec<ServicePort>,
}

/// A port of a Service and what its endpoint slices say is behind it.
#[derive(Clone, Debug, PartialEq)]
pub struct ServicePort {
    /// `name`, empty when the Service has one port without a name.
    pub name: String,
    /// `port`.
    pub port: u16,
    /// `targetPort` as written: a number or a name.
    pub target: String,
    /// `nodePort`, where there is one.
    pub node_port: Option<u16>,
    /// `protocol`.
    pub protocol: Protocol,
    /// All endpoints the slices list for this port, in the slices' order.
    pub endpoints: Vec<Endpoint>,
}

/// An endpoint of a Service port.
#[derive(Clone, Debug, PartialEq)]
pub struct Endpoint {
    /// Its address.
    pub ip: IpAddr,
    /// The port traffic is sent to.
    pub port: u16,
    /// The pod behind it, where the slice names one.
    pub pod: Option<ObjectKey>,
    /// Condition `ready`: gets new connections.
    pub ready: bool,
    /// Condition `serving`.
    pub serving: bool,
    /// Condition `terminating`.
    pub terminating: bool,
}
