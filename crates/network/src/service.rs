//! A Service as the network sees it.

use crate::Micros;
use api::ip::Family;
use api::view::{Protocol, ServiceType};
use cluster::ObjectKey;
use std::collections::BTreeMap;
use std::net::IpAddr;

/// A Service as the network sees it.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Service {
    pub key: ObjectKey,
    /// `spec.type`.
    pub kind: ServiceType,
    /// Empty if it is headless or an external name.
    pub cluster_ips: Vec<IpAddr>,
    pub selector: BTreeMap<String, String>,
    pub external_name: Option<String>,
    /// The addresses that the cluster's DNS gives for its external name.
    pub leads_to: Vec<IpAddr>,
    /// The addresses and names in `status.loadBalancer.ingress`.
    pub ingress: Vec<String>,
    /// How long `sessionAffinity: ClientIP` keeps a client on its endpoint.
    pub affinity: Option<Micros>,
    pub ports: Vec<ServicePort>,
}

/// A port of a Service, with its endpoints.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct ServicePort {
    /// Empty if the port has no name.
    pub name: String,
    pub port: u16,
    /// `targetPort`: a number or a name.
    pub target: String,
    pub node_port: Option<u16>,
    pub protocol: Protocol,
    /// All endpoints that the slices list for this port, in order.
    pub endpoints: Vec<Endpoint>,
}

impl Endpoint {
    pub fn is_at(&self, ip: IpAddr) -> bool {
        self.ip == ip || self.second_ip == Some(ip)
    }

    pub fn ip_of(&self, family: Family) -> Option<IpAddr> {
        let ips = [Some(self.ip), self.second_ip];
        ips.into_iter().flatten().find(|ip| Family::of(*ip) == family)
    }
}

/// An endpoint of a Service port.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Endpoint {
    pub ip: IpAddr,
    /// The address of the same pod in the Service's second family.
    pub second_ip: Option<IpAddr>,
    /// The target port.
    pub port: u16,
    /// The pod, if the slice names one.
    pub pod: Option<ObjectKey>,
    /// Gets new connections.
    pub ready: bool,
    pub serving: bool,
    pub terminating: bool,
}
