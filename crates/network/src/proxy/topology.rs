use super::{EndpointInfo, ServicePortInfo};
use crate::Cidr;
use crate::World;
use api::ip::Family;
use std::net::IpAddr;

/// The node that a kube-proxy runs on, as it sees it for one family of addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProxyNode {
    pub name: String,
    pub family: Family,
    /// The InternalIP.
    pub ip: IpAddr,
    /// The node's address in the pod network.
    pub bridge: Option<IpAddr>,
    /// The label `topology.kubernetes.io/zone`; empty if it has none.
    pub zone: String,
    /// The range of cluster IPs: the ServiceCIDR named `kubernetes`.
    pub service_cidr: Option<Cidr>,
    /// The addresses of all pods: `--cluster-cidr`.
    pub cluster_cidr: Cidr,
}

impl ProxyNode {
    /// `None` if the world has no such node or it has no address of the family.
    pub fn of(world: &World, name: &str, family: Family) -> Option<Self> {
        let node = world.nodes.iter().find(|node| node.name == name)?;
        Some(Self {
            name: node.name.clone(),
            family,
            ip: node.ip_of(family)?,
            bridge: node.pod_cidr(family).map(|range| range.address(1)),
            zone: node.zone.clone().unwrap_or_default(),
            service_cidr: world.networks.services(family),
            cluster_cidr: world.networks.pods(family),
        })
    }
}

/// The endpoints of a Service port, for one node.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Categories<'a> {
    /// For traffic under policy Cluster.
    pub cluster: Vec<&'a EndpointInfo>,
    /// For traffic under policy Local.
    pub local: Vec<&'a EndpointInfo>,
    /// All endpoints that traffic from this node can reach.
    pub reachable: Vec<&'a EndpointInfo>,
    /// Whether there is a usable endpoint on any node.
    pub has_any: bool,
}

impl<'a> Categories<'a> {
    /// Models: pkg/proxy/topology.go CategorizeEndpoints (v1.36).
    pub fn of(endpoints: &'a [EndpointInfo], port: &ServicePortInfo, node: &ProxyNode) -> Self {
        let mut of_node = Self::default();
        let mut near = None;
        if port.uses_cluster_endpoints() {
            near = Near::of(endpoints, node);
            of_node.cluster = chosen(endpoints, |endpoint| {
                endpoint.ready && near.is_none_or(|near| near.has(endpoint, node))
            });
            if of_node.cluster.is_empty() {
                of_node.cluster = chosen(endpoints, EndpointInfo::is_serving_terminating);
            }
            of_node.has_any = !of_node.cluster.is_empty();
        }
        if !port.uses_local_endpoints() {
            of_node.reachable.clone_from(&of_node.cluster);
            return of_node;
        }
        of_node.has_any = endpoints
            .iter()
            .any(|endpoint| endpoint.ready || endpoint.is_serving_terminating());
        let is_local = |endpoint: &EndpointInfo| endpoint.node.as_deref() == Some(node.name.as_str());
        of_node.local = chosen(endpoints, |endpoint| is_local(endpoint) && endpoint.ready);
        let last_ones = of_node.local.is_empty();
        if last_ones {
            of_node.local = chosen(endpoints, |endpoint| {
                is_local(endpoint) && endpoint.is_serving_terminating()
            });
        }
        of_node.reachable = if !port.uses_cluster_endpoints() {
            of_node.local.clone()
        } else if near.is_none() && (!last_ones || of_node.local.is_empty()) {
            of_node.cluster.clone()
        } else {
            let in_any =
                |endpoint: &&EndpointInfo| of_node.cluster.contains(endpoint) || of_node.local.contains(endpoint);
            endpoints.iter().filter(in_any).collect()
        };
        of_node
    }
}

fn chosen(endpoints: &[EndpointInfo], wanted: impl Fn(&EndpointInfo) -> bool) -> Vec<&EndpointInfo> {
    endpoints.iter().filter(|endpoint| wanted(endpoint)).collect()
}

/// The kind of hints that a node obeys.
#[derive(Clone, Copy)]
enum Near {
    SameNode,
    SameZone,
}

impl Near {
    /// A node obeys hints only if every ready endpoint has some and one of them matches the node.
    ///
    /// Models: pkg/proxy/topology.go topologyModeFromHints (v1.36).
    fn of(endpoints: &[EndpointInfo], node: &ProxyNode) -> Option<Self> {
        [Self::SameNode, Self::SameZone].into_iter().find(|near| {
            let mut ready = endpoints.iter().filter(|endpoint| endpoint.ready);
            let all_hinted = ready.clone().all(|endpoint| near.is_hinted(endpoint));
            all_hinted && ready.any(|endpoint| near.has(endpoint, node))
        })
    }

    fn is_hinted(self, endpoint: &EndpointInfo) -> bool {
        match self {
            Self::SameNode => !endpoint.node_hints.is_empty(),
            Self::SameZone => !endpoint.zone_hints.is_empty(),
        }
    }

    fn has(self, endpoint: &EndpointInfo, node: &ProxyNode) -> bool {
        match self {
            Self::SameNode => endpoint.node_hints.contains(&node.name),
            Self::SameZone => endpoint.zone_hints.contains(&node.zone),
        }
    }
}
