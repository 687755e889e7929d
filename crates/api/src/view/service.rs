use super::port_number;
use crate::{Cursor, Value};
use std::fmt;

/// The default of `sessionAffinityConfig.clientIP.timeoutSeconds`: three hours.
///
/// Models: pkg/apis/core/v1 DefaultClientIPServiceAffinitySeconds (v1.36).
pub const AFFINITY_SECONDS: u32 = 10_800;

/// `spec.type` of a Service.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum ServiceType {
    /// Includes headless Services.
    #[default]
    ClusterIp,
    NodePort,
    LoadBalancer,
    ExternalName,
}

impl ServiceType {
    /// Parses `spec.type`; `None` if there is no such type. Empty text means `ClusterIP`.
    pub fn of(word: &str) -> Option<Self> {
        Some(match word {
            "" | "ClusterIP" => Self::ClusterIp,
            "NodePort" => Self::NodePort,
            "LoadBalancer" => Self::LoadBalancer,
            "ExternalName" => Self::ExternalName,
            _ => return None,
        })
    }

    pub const fn word(self) -> &'static str {
        match self {
            Self::ClusterIp => "ClusterIP",
            Self::NodePort => "NodePort",
            Self::LoadBalancer => "LoadBalancer",
            Self::ExternalName => "ExternalName",
        }
    }

    pub const fn has_node_ports(self) -> bool {
        matches!(self, Self::NodePort | Self::LoadBalancer)
    }
}

impl fmt::Display for ServiceType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub enum Protocol {
    #[default]
    Tcp,
    Udp,
    Sctp,
}

impl Protocol {
    /// Parses the `protocol` field of a port; an unknown or absent one means TCP.
    pub fn read(word: Option<&str>) -> Self {
        match word {
            Some("UDP") => Self::Udp,
            Some("SCTP") => Self::Sctp,
            _ => Self::Tcp,
        }
    }

    /// The name in lower case, as in proxy rules and chains.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
            Self::Sctp => "sctp",
        }
    }
}

#[derive(Clone, Copy, Debug)]
pub struct Service<'a> {
    pub spec: Cursor<'a>,
    pub status: Cursor<'a>,
}

impl<'a> Service<'a> {
    pub fn of(object: &'a Value) -> Self {
        let object = Cursor::new(object);
        Self {
            spec: object.field("spec"),
            status: object.field("status"),
        }
    }

    /// A Service of which only the spec is known, as while its addresses are allocated.
    pub fn of_spec(spec: &'a Value) -> Self {
        let spec = Cursor::new(spec);
        Self {
            spec,
            status: Cursor::NULL,
        }
    }

    /// `None` if the type is unknown, which is possible before validation.
    pub fn known_type(self) -> Option<ServiceType> {
        ServiceType::of(self.spec.field("type").text())
    }

    /// `spec.type`; `ClusterIP` if it is absent or unknown.
    pub fn service_type(self) -> ServiceType {
        self.known_type().unwrap_or_default()
    }

    pub fn is_load_balancer(self) -> bool {
        self.service_type() == ServiceType::LoadBalancer
    }

    pub fn is_external_name(self) -> bool {
        self.service_type() == ServiceType::ExternalName
    }

    pub fn is_headless(self) -> bool {
        self.spec.field("clusterIP") == "None"
    }

    pub fn cluster_ip(self) -> &'a str {
        self.spec.field("clusterIP").text()
    }

    /// The virtual addresses. A headless Service has the text `None` here.
    pub fn cluster_ips(self) -> impl Iterator<Item = &'a str> + Clone + use<'a> {
        self.spec.field("clusterIPs").texts()
    }

    pub fn ip_families(self) -> impl Iterator<Item = &'a str> + Clone + use<'a> {
        self.spec.field("ipFamilies").texts()
    }

    pub fn external_ips(self) -> impl Iterator<Item = &'a str> + Clone + use<'a> {
        self.spec.field("externalIPs").texts()
    }

    pub fn source_ranges(self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.spec.field("loadBalancerSourceRanges").texts()
    }

    pub fn external_name(self) -> Option<&'a str> {
        self.spec.field("externalName").as_text()
    }

    pub fn selector(self) -> Cursor<'a> {
        self.spec.field("selector")
    }

    pub fn has_selector(self) -> bool {
        !self.selector().is_empty()
    }

    pub fn publishes_not_ready(self) -> bool {
        self.spec.field("publishNotReadyAddresses").flag()
    }

    pub fn ports(self) -> impl ExactSizeIterator<Item = ServicePort<'a>> + Clone + use<'a> {
        self.spec.field("ports").items().map(ServicePort)
    }

    /// The seconds for which a client stays with its endpoint; `None` without session affinity.
    pub fn affinity_seconds(self) -> Option<u32> {
        let given = || {
            let config = self.spec.field("sessionAffinityConfig").field("clientIP");
            u32::try_from(config.field("timeoutSeconds").as_number()?).ok()
        };
        (self.spec.field("sessionAffinity") == "ClientIP").then(|| given().unwrap_or(AFFINITY_SECONDS))
    }

    /// Models: pkg/api/service ExternallyAccessible (v1.36).
    pub fn is_externally_accessible(self) -> bool {
        self.known_type().is_some_and(ServiceType::has_node_ports)
            || self.known_type() == Some(ServiceType::ClusterIp) && !self.spec.field("externalIPs").is_empty()
    }

    /// Whether external traffic goes only to endpoints on the node where it arrives.
    pub fn is_external_policy_local(self) -> bool {
        self.is_externally_accessible() && self.spec.field("externalTrafficPolicy") == "Local"
    }

    /// Whether traffic from inside the cluster goes only to endpoints on its own node.
    pub fn is_internal_policy_local(self) -> bool {
        self.spec.field("internalTrafficPolicy") == "Local"
    }

    /// Models: pkg/api/service NeedsHealthCheck (v1.36).
    pub fn needs_health_check(self) -> bool {
        self.is_load_balancer() && self.spec.field("externalTrafficPolicy") == "Local"
    }

    pub fn health_check_node_port(self) -> Option<u16> {
        port_number(self.spec.field("healthCheckNodePort"))
    }

    /// Models: pkg/registry/core/service/storage shouldAllocateNodePorts (v1.36).
    pub fn allocates_node_ports(self) -> bool {
        let wanted = || {
            self.spec
                .field("allocateLoadBalancerNodePorts")
                .as_flag()
                .unwrap_or(true)
        };
        match self.service_type() {
            ServiceType::NodePort => true,
            ServiceType::LoadBalancer => wanted(),
            ServiceType::ClusterIp | ServiceType::ExternalName => false,
        }
    }

    /// The addresses that the load balancer assigned.
    pub fn ingress(self) -> impl ExactSizeIterator<Item = LoadBalancerIngress<'a>> + Clone + use<'a> {
        let balancer = self.status.field("loadBalancer");
        balancer.field("ingress").items().map(LoadBalancerIngress)
    }
}

#[derive(Clone, Copy, Debug)]
pub struct ServicePort<'a>(Cursor<'a>);

impl<'a> ServicePort<'a> {
    /// Empty if it has none, which is allowed for the only port of a Service.
    pub fn name(self) -> &'a str {
        self.0.field("name").text()
    }

    pub fn protocol(self) -> Protocol {
        Protocol::read(self.0.field("protocol").as_text())
    }

    pub fn protocol_word(self) -> &'a str {
        self.0.field("protocol").as_text().unwrap_or("TCP")
    }

    pub fn app_protocol(self) -> Option<&'a str> {
        self.0.field("appProtocol").as_text()
    }

    pub fn port(self) -> i64 {
        self.0.field("port").number()
    }

    pub fn node_port(self) -> Option<u16> {
        port_number(self.0.field("nodePort"))
    }

    /// The port on the pod; by default the same number.
    ///
    /// Models: pkg/apis/core/v1 SetDefaults_Service (v1.36).
    pub fn target(self) -> TargetPort<'a> {
        let target = self.0.field("targetPort");
        match (target.text(), target.number()) {
            ("", 0) => TargetPort::Number(self.port()),
            ("", number) => TargetPort::Number(number),
            (name, _) => TargetPort::Name(name),
        }
    }
}

/// The port of a Service's `targetPort`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetPort<'a> {
    Number(i64),
    /// The name of a container's port.
    Name(&'a str),
}

impl fmt::Display for TargetPort<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Name(name) => f.write_str(name),
        }
    }
}

/// An address or a hostname of a load balancer.
#[derive(Clone, Copy, Debug)]
pub struct LoadBalancerIngress<'a>(Cursor<'a>);

impl<'a> LoadBalancerIngress<'a> {
    /// Empty if it has a hostname instead.
    pub fn ip(self) -> &'a str {
        self.0.field("ip").text()
    }

    pub fn hostname(self) -> &'a str {
        self.0.field("hostname").text()
    }

    pub fn ip_mode(self) -> Option<&'a str> {
        self.0.field("ipMode").as_text()
    }

    /// Models: pkg/proxy/util/utils.go IsVIPMode (v1.36): an address without a mode is one.
    pub fn is_vip(self) -> bool {
        matches!(self.ip_mode(), None | Some("VIP"))
    }

    /// The IP address, or else the hostname.
    pub fn address(self) -> &'a str {
        match self.ip() {
            "" => self.hostname(),
            ip => ip,
        }
    }
}
