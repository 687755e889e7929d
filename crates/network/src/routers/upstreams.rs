use crate::{ObjectKey, Protocol, Service, ServicePort, ServiceType};
use std::net::{IpAddr, SocketAddr};

/// The backend of a rule: a port of a Service, with its endpoints.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Upstream {
    pub service: ObjectKey,
    /// The Service's port as the rule names it: a number or a name.
    pub port: String,
    /// Why it has no endpoints.
    pub lack: Option<Lack>,
    pub endpoints: Vec<UpstreamEndpoint>,
}

#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct UpstreamEndpoint {
    pub address: SocketAddr,
    pub pod: Option<ObjectKey>,
}

/// Why a router has nowhere to send a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Lack {
    /// There is no such Service.
    Service,
    /// The Service has no such port.
    Port,
    /// No endpoint of the port is ready.
    Endpoints,
    /// The external name has no address.
    Name,
}

impl Upstream {
    /// Models: ingress-nginx internal/ingress/controller serviceEndpoints, getServiceClusterEndpoint (1.15).
    pub(super) fn of(services: &[Service], key: ObjectKey, port: String, at_service: bool) -> Self {
        let service = services.iter().find(|service| service.key == key);
        let found = service.map_or(Err(Lack::Service), |service| match service.kind {
            ServiceType::ExternalName => external(service, &port),
            _ if at_service && !service.cluster_ips.is_empty() => virtual_address(service, &port),
            _ => ready(service, &port),
        });
        Self {
            service: key,
            port,
            lack: found.as_ref().err().copied(),
            endpoints: found.unwrap_or_default(),
        }
    }

    /// The Service and its port, as sentences name them.
    pub fn words(&self) -> String {
        format!("{}:{}", self.service.name, self.port)
    }
}

/// nginx also takes the target port for the port.
fn is_named(port: &ServicePort, wanted: &str) -> bool {
    port.port.to_string() == wanted || port.target == wanted || port.name == wanted
}

fn ready(service: &Service, wanted: &str) -> Result<Vec<UpstreamEndpoint>, Lack> {
    let port = service
        .ports
        .iter()
        .find(|port| is_named(port, wanted))
        .ok_or(Lack::Port)?;
    let usable = port
        .endpoints
        .iter()
        .filter(|it| it.ready && port.protocol == Protocol::Tcp);
    let endpoints: Vec<UpstreamEndpoint> = usable
        .map(|it| UpstreamEndpoint {
            address: SocketAddr::new(it.ip, it.port),
            pod: it.pod.clone(),
        })
        .collect();
    if endpoints.is_empty() {
        Err(Lack::Endpoints)
    } else {
        Ok(endpoints)
    }
}

fn virtual_address(service: &Service, wanted: &str) -> Result<Vec<UpstreamEndpoint>, Lack> {
    let number = wanted.parse().ok();
    let named = || {
        service
            .ports
            .iter()
            .find(|port| port.name == wanted)
            .map(|port| port.port)
    };
    let port = number.or_else(named).ok_or(Lack::Port)?;
    let at = |ip: &IpAddr| UpstreamEndpoint {
        address: SocketAddr::new(*ip, port),
        pod: None,
    };
    Ok(service.cluster_ips.iter().take(1).map(at).collect())
}

fn external(service: &Service, wanted: &str) -> Result<Vec<UpstreamEndpoint>, Lack> {
    let named = service.ports.iter().find(|port| is_named(port, wanted));
    let port = named
        .and_then(|port| port.target.parse().ok())
        .or_else(|| wanted.parse().ok());
    let port: u16 = port.ok_or(Lack::Port)?;
    let at = |ip: IpAddr| UpstreamEndpoint {
        address: SocketAddr::new(ip, port),
        pod: None,
    };
    let written = service
        .external_name
        .as_ref()
        .and_then(|name| name.parse::<IpAddr>().ok());
    let endpoints: Vec<UpstreamEndpoint> = match written {
        Some(ip) => vec![at(ip)],
        None => service.leads_to.iter().map(|ip| at(*ip)).collect(),
    };
    if endpoints.is_empty() {
        Err(Lack::Name)
    } else {
        Ok(endpoints)
    }
}
