use crate::{Cidr, ObjectKey, Protocol};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::net::{IpAddr, SocketAddr};

/// Identifies a port of a Service: ports with the same number differ in name or protocol.
///
/// Models: pkg/proxy/types.go ServicePortName (v1.36).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct ServicePortName {
    pub service: ObjectKey,
    /// Empty if the port has no name.
    pub port: String,
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
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ServicePortInfo {
    pub cluster_ip: IpAddr,
    pub port: u16,
    pub node_port: Option<u16>,
    pub external_ips: Vec<IpAddr>,
    /// The addresses of `status.loadBalancer` with `ipMode: VIP`.
    pub load_balancer_vips: Vec<IpAddr>,
    /// Empty also if one range includes every address.
    pub source_ranges: Vec<Cidr>,
    /// The timeout of `sessionAffinity: ClientIP`.
    pub affinity_seconds: Option<u32>,
    /// `None` if it is not needed.
    pub health_check_node_port: Option<u16>,
    /// Whether traffic from outside goes only to endpoints of the node.
    pub external_policy_local: bool,
    /// Whether traffic from inside goes only to endpoints of the node.
    pub internal_policy_local: bool,
}

impl ServicePortInfo {
    /// Whether it has an address besides the cluster IP.
    pub fn externally_accessible(&self) -> bool {
        self.node_port.is_some() || !self.load_balancer_vips.is_empty() || !self.external_ips.is_empty()
    }

    /// Whether any traffic goes to endpoints of all nodes; with both policies Local, that of pods and nodes to external addresses.
    pub fn uses_cluster_endpoints(&self) -> bool {
        !self.internal_policy_local || self.externally_accessible()
    }

    /// Whether any traffic goes only to endpoints of the node.
    pub fn uses_local_endpoints(&self) -> bool {
        self.internal_policy_local || (self.external_policy_local && self.externally_accessible())
    }
}

/// An endpoint of a Service port as kube-proxy sees it.
///
/// Models: pkg/proxy/endpoint.go BaseEndpointInfo (v1.36).
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct EndpointInfo {
    pub address: SocketAddr,
    /// The node, if the slice names one.
    pub node: Option<String>,
    /// Gets new connections: ready and not terminating, or published although it is not ready.
    pub ready: bool,
    /// Ready, terminating or not.
    pub serving: bool,
    /// The pod is being deleted.
    pub terminating: bool,
    /// The zones that should use it.
    pub zone_hints: BTreeSet<String>,
    /// The nodes that should use it.
    pub node_hints: BTreeSet<String>,
    pub slice: ObjectKey,
    /// The pod, if the slice names one.
    pub pod: Option<ObjectKey>,
}

impl EndpointInfo {
    /// Whether it still serves while it terminates.
    pub fn is_serving_terminating(&self) -> bool {
        self.serving && self.terminating
    }
}

/// All Service ports that kube-proxy serves, and their endpoints.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Services {
    pub ports: BTreeMap<ServicePortName, ServicePortInfo>,
    /// Each list is sorted by the text of the address, as in kube-proxy.
    pub endpoints: BTreeMap<ServicePortName, Vec<EndpointInfo>>,
}

impl Services {
    pub fn endpoints(&self, name: &ServicePortName) -> &[EndpointInfo] {
        self.endpoints.get(name).map_or(&[], Vec::as_slice)
    }

    /// Whether every node sends to the same endpoints and admits the same senders: no traffic policy is Local, no source range
    /// may have the node's address, and no endpoint is for some nodes.
    pub fn are_alike_on_nodes(&self) -> bool {
        let is_for_some = |endpoint: &EndpointInfo| !(endpoint.node_hints.is_empty() && endpoint.zone_hints.is_empty());
        let is_alike = |port: &ServicePortInfo| !port.uses_local_endpoints() && port.source_ranges.is_empty();
        self.ports.values().all(is_alike) && !self.endpoints.values().flatten().any(is_for_some)
    }

    /// The number of endpoints of all Service ports.
    pub fn total_endpoints(&self) -> usize {
        self.ports.keys().map(|name| self.endpoints(name).len()).sum()
    }
}
