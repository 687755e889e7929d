use crate::{Cidr, ObjectKey, Protocol};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::net::{Ipv4Addr, SocketAddrV4};

/// What names a port of a Service: two ports of one number differ by name or protocol.
///
/// Models: pkg/proxy/types.go ServicePortName (v1.36).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ServicePortName {
    /// The Service.
    pub service: ObjectKey,
    /// The port's name; empty when the Service has one port without a name.
    pub port: String,
    /// The port's protocol.
    pub protocol: Protocol,
}

impl fmt::Display for ServicePortName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.service.namespace, self.service.name)?;
        if self.port.is_empty() {
            Ok(())
        } else {
            write!(f, ":{}", self.port)
        }
    }
}

/// A port of a Service as kube-proxy sees it.
///
/// Models: pkg/proxy/serviceport.go BaseServicePortInfo (v1.36).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServicePortInfo {
    /// The Service's IPv4 cluster address.
    pub cluster_ip: Ipv4Addr,
    /// `port`.
    pub port: u16,
    /// `nodePort`, where there is one.
    pub node_port: Option<u16>,
    /// `spec.externalIPs`.
    pub external_ips: Vec<Ipv4Addr>,
    /// The addresses of `status.loadBalancer` whose `ipMode` is VIP.
    pub load_balancer_vips: Vec<Ipv4Addr>,
    /// `spec.loadBalancerSourceRanges`; empty also when one of them holds every address.
    pub source_ranges: Vec<Cidr>,
    /// How many seconds `sessionAffinity: ClientIP` lasts.
    pub affinity_seconds: Option<u32>,
    /// `spec.healthCheckNodePort`, where it is needed.
    pub health_check_node_port: Option<u16>,
    /// Whether traffic from outside goes to endpoints of the node alone.
    pub external_policy_local: bool,
    /// Whether traffic from inside goes to endpoints of the node alone.
    pub internal_policy_local: bool,
}

impl ServicePortInfo {
    /// Whether anything but the cluster address leads to it.
    pub fn externally_accessible(&self) -> bool {
        self.node_port.is_some() || !self.load_balancer_vips.is_empty() || !self.external_ips.is_empty()
    }

    /// Whether any traffic goes to endpoints wherever they are; with both policies Local, that of pods and nodes to outside addresses.
    pub fn uses_cluster_endpoints(&self) -> bool {
        !self.internal_policy_local || self.externally_accessible()
    }

    /// Whether any traffic goes to endpoints of the node alone.
    pub fn uses_local_endpoints(&self) -> bool {
        self.internal_policy_local || (self.external_policy_local && self.externally_accessible())
    }
}

/// An endpoint of a Service port as kube-proxy sees it.
///
/// Models: pkg/proxy/endpoint.go BaseEndpointInfo (v1.36).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointInfo {
    /// Where traffic is sent to.
    pub address: SocketAddrV4,
    /// The node it is on, where the slice says so.
    pub node: Option<String>,
    /// Gets new connections: ready and not terminating, or published although not ready.
    pub ready: bool,
    /// Ready, terminating or not.
    pub serving: bool,
    /// Its pod's deletion has begun.
    pub terminating: bool,
    /// The zones it is meant for.
    pub zone_hints: BTreeSet<String>,
    /// The nodes it is meant for.
    pub node_hints: BTreeSet<String>,
    /// The slice that lists it.
    pub slice: ObjectKey,
    /// The pod behind it, where the slice names one.
    pub pod: Option<ObjectKey>,
}

impl EndpointInfo {
    /// Whether it serves its last requests.
    pub fn is_serving_terminating(&self) -> bool {
        self.serving && self.terminating
    }
}

/// All Service ports that kube-proxy serves, and their endpoints.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Services {
    /// By name.
    pub ports: BTreeMap<ServicePortName, ServicePortInfo>,
    /// By the Service port's name, each list in the order of the endpoints' texts, as kube-proxy sorts them.
    pub endpoints: BTreeMap<ServicePortName, Vec<EndpointInfo>>,
}

impl Services {
    /// The endpoints of a Service port.
    pub fn endpoints(&self, name: &ServicePortName) -> &[EndpointInfo] {
        self.endpoints.get(name).map_or(&[], Vec::as_slice)
    }

    /// How many endpoints all Service ports have together.
    pub fn total_endpoints(&self) -> usize {
        self.ports.keys().map(|name| self.endpoints(name).len()).sum()
    }
}
