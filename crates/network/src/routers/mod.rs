//! Routers: what carries requests by host and path to endpoints. The ingress controller does by Ingresses, a Gateway by HTTPRoutes.
//!
//! The rules of the ingress controller are those of ingress-nginx 1.15, those of Gateways the specification's. Both send to the
//! endpoints of a Service themselves, not to the Service's address.

mod address;
mod gateways;
mod http_match;
mod nginx;
mod pattern;
mod routes;
mod upstreams;

use crate::{Endpoint, ObjectKey, Protocol, Service, ServicePort, ServiceType};
pub use address::{HTTP, HTTPS, RouterPort, WebAddress};
use base::{Order, below};
use cluster::{Cluster, ControllerTemplate, IngressController};
use gateways::HttpRoutes;
use nginx::Servers;
pub use routes::{HeaderChanges, RouteRule, RouterRule, Routing, Verdict};
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;
pub use upstreams::{Lack, Upstream, UpstreamEndpoint};

/// What carries requests by host and path in a world.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Router {
    /// What flows name as their target; no Service has a key without a namespace.
    pub key: ObjectKey,
    pub kind: RouterKind,
    pub place: ControllerPlace,
    pub doors: Vec<RouterPort>,
    /// What its Ingresses or HTTPRoutes say, in the order of hosts and paths.
    pub rules: Vec<RouterRule>,
    /// The router as a map shows it among Services: its ports, and the endpoints of all its backends.
    pub junction: Service,
    routes: Routes,
    upstreams: Vec<Upstream>,
}

#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum RouterKind {
    IngressController,
    Gateway {
        gateway: ObjectKey,
        /// `spec.controllerName` of its class.
        controller: String,
    },
}

#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
enum Routes {
    Nginx(Servers),
    Http(HttpRoutes),
}

/// Where a router runs.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum ControllerPlace {
    /// Built in: a process of this node, at this address.
    Node { name: String, ip: IpAddr },
    /// Pods, whether they run or not.
    Pods {
        /// Those that run.
        pods: Vec<ObjectKey>,
        /// The Services that lead to the ports of theirs which nginx serves.
        doors: Vec<FrontDoor>,
        /// The Services that lead to other ports of theirs, such as that of the admission webhook.
        beside: Vec<ObjectKey>,
    },
}

/// A Service that leads to the controller's pods.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct FrontDoor {
    pub service: ObjectKey,
    /// Pairs of nginx' port and the Service's port that leads there.
    ports: Vec<(u16, u16)>,
}

impl Router {
    /// The key of the ingress controller, wherever it runs.
    pub fn ingress_key() -> ObjectKey {
        ObjectKey::new("", "ingress-nginx")
    }

    /// The key of a Gateway.
    pub fn gateway_key(gateway: &ObjectKey) -> ObjectKey {
        ObjectKey::new("", &format!("gateway/{}/{}", gateway.namespace, gateway.name))
    }

    pub(crate) fn all(cluster: &Cluster, services: &[Service]) -> Vec<Rc<Self>> {
        let ingress = Self::of_ingresses(cluster, services).into_iter();
        ingress
            .chain(Self::of_gateways(cluster, services))
            .map(Rc::new)
            .collect()
    }

    fn of_ingresses(cluster: &Cluster, services: &[Service]) -> Option<Self> {
        let controller = cluster.ingress_controller()?;
        let (servers, upstreams) = nginx::build(cluster, &controller, services);
        let place = place(cluster, &controller, services)?;
        let doors = vec![
            RouterPort { port: HTTP, tls: false },
            RouterPort { port: HTTPS, tls: true },
        ];
        Some(Self {
            key: Self::ingress_key(),
            kind: RouterKind::IngressController,
            rules: servers.rules(&upstreams),
            junction: junction(Self::ingress_key(), &place, &doors, services, &upstreams),
            place,
            doors,
            routes: Routes::Nginx(servers),
            upstreams,
        })
    }

    fn of_gateways(cluster: &Cluster, services: &[Service]) -> Vec<Self> {
        let first = cluster.list(api::Kind::Node, None).into_iter().next();
        let Some(node) = first.map(|node| node.name().to_owned()) else {
            return Vec::new();
        };
        let router = |gateway: cluster::Gateway| {
            let key = Self::gateway_key(&gateway.object.key);
            let (routes, upstreams) = gateways::build(cluster, &gateway, services);
            let place = ControllerPlace::Node {
                name: node.clone(),
                ip: IpAddr::V4(gateway.address?),
            };
            let doors = routes.doors();
            Some(Self {
                kind: RouterKind::Gateway {
                    gateway: gateway.object.key.clone(),
                    controller: gateway.controller.clone(),
                },
                rules: routes.rules(&upstreams),
                junction: junction(key.clone(), &place, &doors, services, &upstreams),
                key,
                place,
                doors,
                routes: Routes::Http(routes),
                upstreams,
            })
        };
        cluster.gateways().into_iter().filter_map(router).collect()
    }

    /// What becomes of a request that reaches it at a port; each answer with its weight.
    pub fn routings(&self, address: &WebAddress, port: u16) -> Vec<(u32, Routing)> {
        match &self.routes {
            Routes::Nginx(servers) => vec![(1, servers.route(address, &self.upstreams))],
            Routes::Http(routes) => routes.route(address, port, &self.upstreams),
        }
    }

    /// What becomes of a request, with what chance draws.
    pub fn route(&self, address: &WebAddress, port: u16, draw: u64) -> Routing {
        let mut routings = self.routings(address, port);
        let place = chosen(&routings, draw);
        if place < routings.len() {
            routings.swap_remove(place).1
        } else {
            Routing::not_found()
        }
    }

    pub fn upstream(&self, number: usize) -> Option<&Upstream> {
        self.upstreams.get(number)
    }

    pub fn upstreams(&self) -> &[Upstream] {
        &self.upstreams
    }

    /// Its name on the map.
    pub fn name(&self) -> &str {
        match &self.kind {
            RouterKind::IngressController => "ingress-nginx",
            RouterKind::Gateway { gateway, .. } => &gateway.name,
        }
    }

    /// What it is.
    pub fn kind_word(&self) -> &'static str {
        match &self.kind {
            RouterKind::IngressController => "Ingress controller",
            RouterKind::Gateway { .. } => "Gateway",
        }
    }

    /// The Service that leads to the router's pods; `None` if none does, or if it is built in.
    pub fn front(&self) -> Option<ObjectKey> {
        match &self.place {
            ControllerPlace::Node { .. } => None,
            ControllerPlace::Pods { doors, .. } => doors.first().map(|door| door.service.clone()),
        }
    }

    /// The port of [`Self::front`] that leads to a port of nginx.
    pub fn front_port(&self, port: u16) -> Option<u16> {
        let ControllerPlace::Pods { doors, .. } = &self.place else {
            return None;
        };
        let mut ports = doors.first()?.ports.iter();
        ports.find(|(inside, _)| *inside == port).map(|(_, port)| *port)
    }

    /// The address at which it is asked, if it is built in.
    pub fn node_address(&self) -> Option<IpAddr> {
        match &self.place {
            ControllerPlace::Node { ip, .. } => Some(*ip),
            ControllerPlace::Pods { .. } => None,
        }
    }

    /// Whether requests for a target reach the router.
    pub fn is_behind(&self, target: &ObjectKey) -> bool {
        *target == self.key
            || matches!(&self.place, ControllerPlace::Pods { doors, .. } if doors.iter().any(|door| door.service == *target))
    }

    /// Whether a Service is for the router's own pods.
    pub fn is_own(&self, service: &ObjectKey) -> bool {
        self.is_behind(service)
            || matches!(&self.place, ControllerPlace::Pods { beside, .. } if beside.contains(service))
    }

    /// Whether a pod is one of the router's.
    pub fn runs_in(&self, pod: &ObjectKey) -> bool {
        matches!(&self.place, ControllerPlace::Pods { pods, .. } if pods.contains(pod))
    }

    /// Whether a process of a node serves an address for the router: the ingress controller at all addresses of its node, a
    /// Gateway at its own.
    pub fn listens_at(&self, node: &str, address: SocketAddr) -> bool {
        let is_there = match (&self.place, &self.kind) {
            (ControllerPlace::Node { name, .. }, RouterKind::IngressController) => name == node,
            (ControllerPlace::Node { name, ip }, RouterKind::Gateway { .. }) => name == node && *ip == address.ip(),
            (ControllerPlace::Pods { .. }, _) => false,
        };
        is_there && self.has_port(address.port())
    }

    pub fn has_port(&self, port: u16) -> bool {
        self.doors.iter().any(|door| door.port == port)
    }

    pub fn ends_tls(&self, port: u16) -> bool {
        self.doors.iter().any(|door| door.port == port && door.tls)
    }

    /// Whether a Service is asked through the router.
    pub fn carries_to(&self, service: &ObjectKey) -> bool {
        self.upstreams.iter().any(|upstream| upstream.service == *service)
    }
}

/// The place of a routing that a random number picks by weight.
pub(crate) fn chosen(routings: &[(u32, Routing)], draw: u64) -> usize {
    let all: u64 = routings.iter().map(|(weight, _)| u64::from(*weight)).sum();
    let mut left = below(draw, all.max(1));
    for (place, (weight, _)) in routings.iter().enumerate() {
        match left.checked_sub(u64::from(*weight)) {
            None => return place,
            Some(rest) => left = rest,
        }
    }
    0
}

fn junction(
    key: ObjectKey,
    place: &ControllerPlace,
    doors: &[RouterPort],
    services: &[Service],
    upstreams: &[Upstream],
) -> Service {
    let address = match place {
        ControllerPlace::Node { ip, .. } => Some(*ip),
        ControllerPlace::Pods { .. } => None,
    };
    let ports = services.iter().flat_map(|service| &service.ports);
    let all: Vec<&Endpoint> = ports.flat_map(|port| &port.endpoints).collect();
    let mut endpoints: Vec<Endpoint> = Vec::new();
    for own in upstreams.iter().flat_map(|upstream| &upstream.endpoints) {
        let is_own = |it: &&&Endpoint| it.ip == own.address.ip() && it.port == own.address.port();
        if let Some(endpoint) = all.iter().find(is_own)
            && !endpoints.contains(endpoint)
        {
            endpoints.push((*endpoint).clone());
        }
    }
    let port = |door: &RouterPort| ServicePort {
        name: door.port.to_string(),
        port: door.port,
        target: door.port.to_string(),
        node_port: None,
        protocol: Protocol::Tcp,
        endpoints: Vec::new(),
    };
    let mut ports: Vec<ServicePort> = doors.iter().map(port).collect();
    if let Some(first) = ports.first_mut() {
        first.endpoints = endpoints;
    }
    Service {
        key,
        kind: ServiceType::ClusterIp,
        cluster_ips: address.into_iter().collect(),
        selector: BTreeMap::new(),
        external_name: None,
        leads_to: Vec::new(),
        ingress: Vec::new(),
        affinity: None,
        ports,
    }
}

fn place(cluster: &Cluster, controller: &IngressController, services: &[Service]) -> Option<ControllerPlace> {
    let Some(pods) = &controller.pods else {
        let node = cluster.list(api::Kind::Node, None).into_iter().next()?;
        let ip = api::view::Node::of(&node.value).internal_ip()?.parse().ok()?;
        return Some(ControllerPlace::Node {
            name: node.name().to_owned(),
            ip,
        });
    };
    let pods: Vec<ObjectKey> = pods.iter().map(|pod| pod.key.clone()).collect();
    let template = controller.template.as_ref();
    let is_found = |service: &&Service| {
        let mut behind = service.ports.iter().flat_map(|port| &port.endpoints).peekable();
        let by_selector = |it: &ControllerTemplate| it.is_selected(&service.key.namespace, &service.selector);
        let by_hand = |it: &Endpoint| it.pod.as_ref().is_some_and(|pod| pods.contains(pod));
        template.is_some_and(by_selector) || (behind.peek().is_some() && behind.all(by_hand))
    };
    let (mut found, mut beside) = (Vec::new(), Vec::new());
    for service in services.iter().filter(is_found) {
        match inner_ports(service, template) {
            none if none.is_empty() => beside.push(service.key.clone()),
            ports => found.push((service, ports)),
        }
    }
    // The one that opens ports to the outside comes first.
    found.order_by_key(|(service, _)| service.ports.iter().all(|port| port.node_port.is_none()));
    let door = |(service, ports): (&Service, Vec<(u16, u16)>)| FrontDoor {
        service: service.key.clone(),
        ports,
    };
    Some(ControllerPlace::Pods {
        doors: found.into_iter().map(door).collect(),
        pods,
        beside,
    })
}

/// Pairs of nginx' port and the port of a Service that leads there.
fn inner_ports(service: &Service, template: Option<&ControllerTemplate>) -> Vec<(u16, u16)> {
    let inner = |port: &ServicePort| {
        let listed = port.endpoints.first().map(|endpoint| endpoint.port);
        let inner = listed.or_else(|| template?.port(&port.target))?;
        [HTTP, HTTPS].contains(&inner).then_some((inner, port.port))
    };
    service.ports.iter().filter_map(inner).collect()
}
