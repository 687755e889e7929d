use crate::proxy::hash::base32_of_sha256;
use crate::proxy::{EndpointInfo, ServicePortName};

pub(super) const SERVICES: &str = "KUBE-SERVICES";
pub(super) const EXTERNAL_SERVICES: &str = "KUBE-EXTERNAL-SERVICES";
pub(super) const NODE_PORTS: &str = "KUBE-NODEPORTS";
pub(super) const POSTROUTING: &str = "KUBE-POSTROUTING";
pub(super) const MARK_MASQ: &str = "KUBE-MARK-MASQ";
pub(super) const FORWARD: &str = "KUBE-FORWARD";
pub(super) const PROXY_FIREWALL: &str = "KUBE-PROXY-FIREWALL";
pub(super) const PROXY_CANARY: &str = "KUBE-PROXY-CANARY";
pub(super) const KUBELET_FIREWALL: &str = "KUBE-FIREWALL";

/// The chains of one Service port.
///
/// Models: pkg/proxy/iptables/proxier.go portProtoHash, servicePortPolicyClusterChain (v1.36) and their neighbours.
pub(super) struct IptServiceChains {
    /// Leads to the endpoints of policy Cluster.
    pub cluster: String,
    /// Leads to the endpoints of policy Local.
    pub local: String,
    /// Admits clients within `loadBalancerSourceRanges`.
    pub firewall: String,
    /// Receives packets sent to external addresses.
    pub external: String,
}

impl IptServiceChains {
    pub fn of(name: &ServicePortName) -> Self {
        let hash = base32_of_sha256(&format!("{name}{}", name.protocol.word()), 16);
        Self {
            cluster: format!("KUBE-SVC-{hash}"),
            local: format!("KUBE-SVL-{hash}"),
            firewall: format!("KUBE-FW-{hash}"),
            external: format!("KUBE-EXT-{hash}"),
        }
    }
}

/// Models: pkg/proxy/iptables/proxier.go servicePortEndpointChainName (v1.36).
pub(super) fn endpoint_chain(name: &ServicePortName, endpoint: &EndpointInfo) -> String {
    let hash = base32_of_sha256(&format!("{name}{}{}", name.protocol.word(), endpoint.address), 16);
    format!("KUBE-SEP-{hash}")
}
