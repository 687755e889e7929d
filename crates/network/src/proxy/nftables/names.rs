use crate::proxy::hash::base32_of_sha256;
use crate::proxy::{EndpointInfo, ServicePortName};
use std::rc::Rc;

pub(super) const SERVICES: &str = "services";
pub(super) const SERVICE_ENDPOINTS_CHECK: &str = "service-endpoints-check";
pub(super) const NODE_PORT_ENDPOINTS_CHECK: &str = "nodeport-endpoints-check";
pub(super) const REJECT_CHAIN: &str = "reject-chain";
pub(super) const CLUSTER_IPS_CHECK: &str = "cluster-ips-check";
pub(super) const FIREWALL_CHECK: &str = "firewall-check";
pub(super) const MASQUERADING: &str = "masquerading";

pub(super) const CLUSTER_IPS: &str = "cluster-ips";
pub(super) const NODE_PORT_IPS: &str = "nodeport-ips";
pub(super) const HAIRPIN_CONNECTIONS: &str = "hairpin-connections";

pub(super) const SERVICE_IPS: &str = "service-ips";
pub(super) const SERVICE_NODE_PORTS: &str = "service-nodeports";
pub(super) const NO_ENDPOINT_SERVICES: &str = "no-endpoint-services";
pub(super) const NO_ENDPOINT_NODE_PORTS: &str = "no-endpoint-nodeports";
pub(super) const FIREWALL_IPS: &str = "firewall-ips";

/// nft allows 256 characters; kube-proxy reserves 16 for a prefix.
const LONGEST_BASE: usize = 240;

/// The chains of one Service port.
///
/// Models: pkg/proxy/nftables/proxier.go servicePortChainNameBase (v1.36).
pub(super) struct NftServiceChains {
    /// Leads to the endpoints of policy Cluster.
    pub cluster: Rc<str>,
    /// Leads to the endpoints of policy Local.
    pub local: Rc<str>,
    /// Drops clients outside `loadBalancerSourceRanges`.
    pub firewall: Rc<str>,
    /// Receives packets sent to external addresses.
    pub external: Rc<str>,
}

impl NftServiceChains {
    pub fn of(name: &ServicePortName) -> Self {
        let base = hashed(&base(name));
        let chain = |prefix: &str| Rc::from(format!("{prefix}-{base}"));
        Self {
            cluster: chain("service"),
            local: chain("local"),
            firewall: chain("firewall"),
            external: chain("external"),
        }
    }
}

/// The chain of an endpoint, and the set of its remembered clients.
pub(super) struct EndpointNames {
    pub chain: Rc<str>,
    pub affinity_set: Rc<str>,
}

impl EndpointNames {
    /// Models: pkg/proxy/nftables/proxier.go servicePortEndpointChainNameBase (v1.36).
    pub fn of(name: &ServicePortName, endpoint: &EndpointInfo) -> Self {
        let (ip, port) = (endpoint.address.ip(), endpoint.address.port());
        // A chain's name has no colons.
        let ip = ip.to_string().replace(':', ".");
        let base = hashed(&format!("{}__{ip}/{port}", base(name)));
        Self {
            chain: Rc::from(format!("endpoint-{base}")),
            affinity_set: Rc::from(format!("affinity-{base}")),
        }
    }
}

fn base(name: &ServicePortName) -> String {
    let (service, protocol) = (&name.service, name.protocol.word());
    format!("{}/{}/{protocol}/{}", service.namespace, service.name, name.port)
}

/// Models: pkg/proxy/nftables/proxier.go hashAndTruncate (v1.36).
fn hashed(name: &str) -> String {
    let whole = format!("{}-{name}", base32_of_sha256(name, 8));
    match whole.get(..LONGEST_BASE - 3) {
        Some(start) if whole.len() > LONGEST_BASE => format!("{start}..."),
        _ => whole,
    }
}
