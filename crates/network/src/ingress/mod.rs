//! The ingress controller: which Ingress carries a request by its host and path, and to which endpoints.
//!
//! Its rules are those of ingress-nginx 1.15. It sends to the endpoints of a Service itself, not to the Service's address.

mod pattern;
mod routes;
mod servers;
mod upstreams;

use crate::{Endpoint, ObjectKey, Protocol, Service, ServicePort, ServiceType};
use base::Order;
use cluster::{Cluster, ControllerTemplate, IngressController};
pub use routes::{IngressRoute, RouteRule, Routing, Verdict};
use servers::Servers;
use std::collections::BTreeMap;
use std::net::IpAddr;
pub use upstreams::{Lack, Upstream, UpstreamEndpoint};

/// The ports that nginx serves, without and with TLS.
pub const HTTP: u16 = 80;
pub const HTTPS: u16 = 443;

/// What a client asks a web server for.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct WebAddress {
    /// The `Host` header.
    pub host: String,
    pub path: String,
    pub tls: bool,
}

impl WebAddress {
    /// As a browser shows it, without its scheme.
    pub fn words(&self) -> String {
        let host = if self.host.is_empty() { "any host" } else { &self.host };
        let path = if self.path == "/" { "" } else { &self.path };
        format!("{host}{path}")
    }
}

/// The ingress controller of a world.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Ingress {
    pub place: ControllerPlace,
    /// What its Ingresses say, in the order of hosts and paths.
    pub rules: Vec<IngressRoute>,
    /// The controller as a map shows it among Services: its ports, and the endpoints of all its backends.
    pub junction: Service,
    servers: Servers,
    upstreams: Vec<Upstream>,
}

/// Where an ingress controller runs.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum ControllerPlace {
    /// Built in: a process of this node.
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

impl Ingress {
    /// What flows name as their target to ask the controller, wherever it runs; no Service has a key without a namespace.
    pub fn key() -> ObjectKey {
        ObjectKey::new("", "ingress-nginx")
    }

    pub(crate) fn of(cluster: &Cluster, services: &[Service]) -> Option<Self> {
        let controller = cluster.ingress_controller()?;
        let (servers, upstreams) = servers::build(cluster, &controller, services);
        let place = place(cluster, &controller, services)?;
        Some(Self {
            rules: servers.rules(&upstreams),
            junction: junction(&place, services, &upstreams),
            place,
            servers,
            upstreams,
        })
    }

    /// What becomes of a request.
    pub fn route(&self, address: &WebAddress) -> Routing {
        self.servers.route(address, &self.upstreams)
    }

    pub fn upstream(&self, number: usize) -> Option<&Upstream> {
        self.upstreams.get(number)
    }

    pub fn upstreams(&self) -> &[Upstream] {
        &self.upstreams
    }

    /// The Service that leads to the controller's pods; `None` if none does, or if it is built in.
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

    /// The address of the node whose process it is, if it is built in.
    pub fn node_address(&self) -> Option<IpAddr> {
        match &self.place {
            ControllerPlace::Node { ip, .. } => Some(*ip),
            ControllerPlace::Pods { .. } => None,
        }
    }

    /// Whether requests for a target reach the controller.
    pub fn is_behind(&self, target: &ObjectKey) -> bool {
        *target == Self::key()
            || matches!(&self.place, ControllerPlace::Pods { doors, .. } if doors.iter().any(|door| door.service == *target))
    }

    /// Whether a Service is for the controller's own pods.
    pub fn is_own(&self, service: &ObjectKey) -> bool {
        self.is_behind(service)
            || matches!(&self.place, ControllerPlace::Pods { beside, .. } if beside.contains(service))
    }

    /// Whether a pod is one of the controller's.
    pub fn runs_in(&self, pod: &ObjectKey) -> bool {
        matches!(&self.place, ControllerPlace::Pods { pods, .. } if pods.contains(pod))
    }

    /// Whether a process of a node serves a port for the controller.
    pub fn listens_on(&self, node: &str, port: u16) -> bool {
        matches!(&self.place, ControllerPlace::Node { name, .. } if name == node) && [HTTP, HTTPS].contains(&port)
    }

    /// Whether a Service is asked through the controller.
    pub fn carries_to(&self, service: &ObjectKey) -> bool {
        self.upstreams.iter().any(|upstream| upstream.service == *service)
    }
}

fn junction(place: &ControllerPlace, services: &[Service], upstreams: &[Upstream]) -> Service {
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
    let port = |port: u16, endpoints: Vec<Endpoint>| ServicePort {
        name: port.to_string(),
        port,
        target: port.to_string(),
        node_port: None,
        protocol: Protocol::Tcp,
        endpoints,
    };
    Service {
        key: Ingress::key(),
        kind: ServiceType::ClusterIp,
        cluster_ips: address.into_iter().collect(),
        selector: BTreeMap::new(),
        external_name: None,
        leads_to: Vec::new(),
        ingress: Vec::new(),
        affinity: None,
        ports: vec![port(HTTP, endpoints), port(HTTPS, Vec::new())],
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
