//! Which address a client contacts.

use crate::dataplane::DataPlane;
use crate::proxy::{ServicePortInfo, ServicePortName};
use crate::{Client, Door, Endpoint, Protocol, Service, ServiceType, Target};
use api::ip::Family;
use std::net::{IpAddr, SocketAddr};

/// The target with the Service that leads to a router in place of the router's key.
pub(super) fn at_service(plane: &DataPlane, target: &Target) -> Target {
    let world = plane.world();
    let front = world.router(&target.service);
    let service = front.and_then(|router| world.service(&router.front()?));
    let Some(service) = service else {
        return target.clone();
    };
    let port = front.and_then(|router| router.front_port(target.port));
    Target {
        service: service.key.clone(),
        port: port.unwrap_or(target.port),
        ..target.clone()
    }
}

/// The addresses behind the name of a Service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Dialled {
    /// The name has no address.
    Unknown,
    /// One of these addresses, each equally likely; a Service with a cluster IP has only one.
    OneOf(Vec<SocketAddr>, Protocol),
}

impl Dialled {
    /// With the families of the client's own addresses.
    ///
    /// Of two families it is IPv4, as of musl's and Go's resolvers where addresses of IPv6 are local to an organization.
    pub fn of(plane: &DataPlane, client: &Client, families: &[Family], target: &Target) -> Self {
        let router = plane.world().router(&target.service);
        if let Some(ip) = router.and_then(|router| router.node_address()) {
            return Self::OneOf(vec![SocketAddr::new(ip, target.port)], Protocol::Tcp);
        }
        let Some(service) = plane.world().service(&target.service) else {
            // Who dials a node or an address looks up no name.
            let front = through(&target.door, plane, client, None);
            let address = front.map(|front| front.at(target, None));
            return address.map_or(Self::Unknown, |address| Self::OneOf(vec![address], Protocol::Tcp));
        };
        if service.kind == ServiceType::ExternalName {
            return Self::outside(client, families, service, target);
        }
        let port = service.ports.iter().find(|port| port.port == target.port);
        let protocol = port.map_or(Protocol::Tcp, |port| port.protocol);
        let proxied = proxied(plane, service, target);
        if let Some(ip) = through(&target.door, plane, client, proxied) {
            return Self::OneOf(vec![ip.at(target, proxied)], protocol);
        }
        let of_family = |family| service.cluster_ips.iter().find(move |ip| Family::of(**ip) == family);
        if let Some(ip) = families.iter().find_map(|family| of_family(*family)) {
            return Self::OneOf(vec![SocketAddr::new(*ip, target.port)], protocol);
        }
        // The name of a headless Service has the addresses of its ready endpoints, whatever port is asked for.
        let ready = service.ports.iter().take(1).flat_map(|port| &port.endpoints);
        let ready = ready.filter(|endpoint: &&Endpoint| endpoint.ready);
        let of_family = |family| {
            let ips = ready.clone().filter_map(move |endpoint| endpoint.ip_of(family));
            ips.map(|ip| SocketAddr::new(ip, target.port)).collect::<Vec<_>>()
        };
        let found = families
            .iter()
            .map(|family| of_family(*family))
            .find(|it| !it.is_empty());
        found.map_or(Self::Unknown, |addresses| Self::OneOf(addresses, protocol))
    }

    /// For an ExternalName Service: only pods resolve its name, through the cluster's DNS.
    fn outside(client: &Client, families: &[Family], service: &Service, target: &Target) -> Self {
        let usable = service
            .leads_to
            .iter()
            .filter(|ip| families.contains(&Family::of(**ip)));
        let addresses: Vec<SocketAddr> = usable.map(|ip| SocketAddr::new(*ip, target.port)).collect();
        match (client, addresses.is_empty()) {
            (Client::Pod(_), false) => Self::OneOf(addresses, Protocol::Tcp),
            _ => Self::Unknown,
        }
    }
}

fn proxied<'a>(plane: &'a DataPlane, service: &Service, target: &Target) -> Option<&'a ServicePortInfo> {
    let port = service.ports.iter().find(|port| port.port == target.port)?;
    let name = ServicePortName {
        service: service.key.clone(),
        port: port.name.clone(),
        protocol: port.protocol,
    };
    { Family::ALL.iter() }.find_map(|family| plane.services(*family).ports.get(&name))
}

/// An external address with the Service's port or node port.
struct Front {
    ip: IpAddr,
    at_node_port: bool,
}

impl Front {
    fn at(&self, target: &Target, port: Option<&ServicePortInfo>) -> SocketAddr {
        let node_port = port.and_then(|port| port.node_port).filter(|_| self.at_node_port);
        SocketAddr::new(self.ip, node_port.unwrap_or(target.port))
    }
}

/// By default the machine outside contacts the load balancer's address, else the first node's port, else an external
/// address.
fn through(door: &Door, plane: &DataPlane, client: &Client, port: Option<&ServicePortInfo>) -> Option<Front> {
    let at = |ip| Front {
        ip,
        at_node_port: false,
    };
    let node = |name: Option<&str>| {
        let mut nodes = plane.world().nodes.iter();
        let node = nodes.find(|node| name.is_none_or(|name| node.name == name))?;
        Some(Front {
            ip: node.ip,
            at_node_port: true,
        })
    };
    let load_balancer = || port.and_then(|port| port.load_balancer_vips.first()).copied().map(at);
    let external = || port.and_then(|port| port.external_ips.first()).copied().map(at);
    match door {
        Door::Address(ip) => Some(at(*ip)),
        Door::Node(name) => node(Some(name)),
        Door::LoadBalancer => load_balancer(),
        Door::Usual if *client == Client::Outside => load_balancer()
            .or_else(|| port.and_then(|port| port.node_port).and_then(|_| node(None)))
            .or_else(external),
        Door::Usual | Door::Forward { .. } | Door::ApiServer { .. } => None,
    }
}
