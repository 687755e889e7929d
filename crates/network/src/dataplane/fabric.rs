//! Which pod or node has which address, and the next hop towards it.

use super::host::{is_outside, reaches_a_node};
use crate::kernel::{Interfaces, Locals, Transport};
use crate::{
    Answering, Cidr, ControllerPlace, HostPort, Listener, ObjectKey, Pod, Protocol, Router, RouterKind, World,
};
use api::ip::Family;
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::rc::Rc;

/// The nodes and pods of a world, by their addresses.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fabric {
    pub nodes: Vec<Site>,
    pods: BTreeMap<IpAddr, Rc<Guest>>,
    /// The pods on the network of their nodes, by the addresses of these.
    residents: Vec<(IpAddr, Rc<Guest>)>,
    /// Ports of nodes that lead to a port of a pod.
    host_ports: Vec<(usize, HostPort, SocketAddr)>,
    addresses: BTreeMap<ObjectKey, Rc<Guest>>,
    /// Whether any pod has an annotation that changes its answers.
    pub unusual: bool,
    /// The routers that are built in, with the index of their node.
    routers: Vec<(usize, Rc<Router>)>,
    /// The cluster IPs that a tunnel leads the machine outside to: those that are their Service's load balancer's, too.
    tunnelled: BTreeSet<IpAddr>,
}

#[derive(Clone, Debug)]
pub(crate) struct Site {
    pub name: String,
    /// The ranges of pod addresses; the first address of each is the node's bridge.
    pods: Vec<Cidr>,
    pub locals: Locals,
}

impl Site {
    /// Whether an address is in the node's ranges of pod addresses.
    pub fn has_pods_at(&self, address: IpAddr) -> bool {
        self.pods.iter().any(|range| range.contains(address))
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Guest {
    pub key: ObjectKey,
    pub uid: String,
    pub node: usize,
    pub answering: Answering,
    /// As the world has it.
    pub pod: Rc<Pod>,
    listeners: Vec<Listener>,
}

/// Where a packet goes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NextHop {
    /// A process of this node.
    Local,
    /// A pod of this node, by its address.
    Pod(IpAddr),
    /// Another node, by its index.
    Node(usize),
    /// The machine outside the cluster.
    Outside,
    /// Nothing has the address.
    Nowhere,
}

impl Fabric {
    pub fn of(world: &World) -> Self {
        let nodes: Vec<Site> = world.nodes.iter().map(site).collect();
        let place = |name: &str| nodes.iter().position(|site| site.name == name);
        let guests = world
            .pods
            .iter()
            .filter_map(|pod| Some(Rc::new(guest(pod, place(pod.node.as_deref()?)?))));
        let at_addresses = |guest: Rc<Guest>| {
            let ips = [guest.pod.ip, guest.pod.second_ip].into_iter().flatten();
            ips.map(move |ip| (ip, guest.clone()))
        };
        let is_resident = |ip: IpAddr| nodes.iter().any(|site| site.locals.is_node(ip));
        let (residents, guests): (Vec<_>, Vec<_>) =
            { guests }.flat_map(at_addresses).partition(|(ip, _)| is_resident(*ip));
        let pods: BTreeMap<IpAddr, Rc<Guest>> = guests.into_iter().collect();
        let all = || pods.values().chain(residents.iter().map(|(_, guest)| guest));
        let host_ports = world.pods.iter().flat_map(|pod| {
            let node = pod.node.as_deref().and_then(place);
            let ips = [pod.ip, pod.second_ip].into_iter().flatten();
            let ports = pod.host_ports.iter();
            ports.flat_map(move |port| {
                let ips = ips.clone();
                ips.filter_map(move |ip| Some((node?, *port, SocketAddr::new(ip, port.leads_to))))
            })
        });
        let ports = [&world.proxied, &world.proxied_v6]
            .into_iter()
            .flat_map(|it| it.ports.values());
        let tunnelled = ports.filter(|port| port.load_balancer_vips.contains(&port.cluster_ip));
        let tunnelled = tunnelled.map(|port| port.cluster_ip).collect();
        Self {
            tunnelled,
            host_ports: host_ports.filter(|(.., to)| !is_resident(to.ip())).collect(),
            addresses: all().map(|guest| (guest.pod.key.clone(), guest.clone())).collect(),
            unusual: all().any(|guest| !guest.pod.answering.is_usual()),
            routers: { world.routers.iter() }
                .filter_map(|router| match &router.place {
                    ControllerPlace::Node { name, .. } => Some((place(name)?, router.clone())),
                    ControllerPlace::Pods { .. } => None,
                })
                .collect(),
            nodes,
            pods,
            residents,
        }
    }

    /// Whether a process of a node listens at an address: the API server on the first node, and routers that are built in.
    pub fn node_answers(&self, node: usize, transport: Transport, to: SocketAddr) -> bool {
        let site = self.nodes.get(node).map(|site| site.name.as_str());
        let mut routers = self.routers.iter();
        match transport {
            Transport::Echo => true,
            Transport::Port(Protocol::Tcp) => {
                let is_own = self.router_at(to.ip()).is_none();
                (node == 0 && is_own && to.port() == World::API_SERVER_PORT)
                    || routers.any(|(_, router)| site.is_some_and(|site| router.listens_at(site, to)))
            }
            Transport::Port(_) => false,
        }
    }

    /// The node where a router with an address of its own runs, by its index.
    fn router_at(&self, address: IpAddr) -> Option<usize> {
        let mut routers = self.routers.iter();
        let is_there =
            |router: &Router| router.kind != RouterKind::IngressController && router.node_address() == Some(address);
        routers.find(|(_, router)| is_there(router)).map(|(node, _)| *node)
    }

    pub fn site(&self, name: &str) -> Option<usize> {
        self.nodes.iter().position(|site| site.name == name)
    }

    pub fn pod(&self, address: IpAddr) -> Option<&Guest> {
        self.pods.get(&address).map(|guest| &**guest)
    }

    /// The pod that listens there.
    pub fn listener(&self, address: SocketAddr) -> Option<&Guest> {
        let listens = |guest: &Guest| {
            guest
                .pod
                .listeners
                .iter()
                .any(|listener| listener.port == address.port())
        };
        let mut residents = self.residents.iter();
        self.pod(address.ip())
            .or_else(|| Some(&*residents.find(|(ip, guest)| *ip == address.ip() && listens(guest))?.1))
    }

    pub fn guest(&self, pod: &ObjectKey) -> Option<&Guest> {
        self.addresses.get(pod).map(|guest| &**guest)
    }

    /// The node whose network a pod is on.
    pub fn home(&self, pod: &ObjectKey) -> Option<usize> {
        let found = self.residents.iter().find(|(_, guest)| guest.pod.key == *pod);
        found.map(|(_, guest)| guest.node)
    }

    /// The pod on a node's network that a packet for a process of the node reaches.
    pub fn resident(&self, node: usize, transport: Transport, port: u16, itself: bool) -> Option<&Guest> {
        let mut residents = self.residents.iter().map(|(_, guest)| &**guest);
        match transport {
            Transport::Echo => None,
            Transport::Port(_) => residents.find(|guest| guest.node == node && guest.answers(transport, port, itself)),
        }
    }

    /// Where a port of a node leads by the `hostPort` of one of its pods.
    pub fn host_port(&self, node: usize, transport: Transport, to: SocketAddr) -> Option<SocketAddr> {
        let leads = |port: &HostPort| {
            let at_address = port.address.is_none_or(|address| address == to.ip());
            transport.is(port.protocol) && port.port == to.port() && at_address
        };
        let mut ports = self.host_ports.iter();
        ports
            .find(|(at, port, pod)| *at == node && pod.is_ipv4() == to.is_ipv4() && leads(port))
            .map(|(.., to)| *to)
    }

    /// The address of a pod, of a family.
    pub fn address(&self, pod: &ObjectKey, family: Family) -> Option<IpAddr> {
        self.addresses.get(pod)?.pod.ip_of(family)
    }

    /// The next hop from a node.
    pub fn beyond_node(&self, node: usize, to: IpAddr) -> NextHop {
        let own = self.nodes.get(node);
        if own.is_some_and(|own| own.locals.has(to)) {
            return NextHop::Local;
        }
        match self.router_at(to) {
            Some(place) if place == node => return NextHop::Local,
            Some(place) => return NextHop::Node(place),
            None => {}
        }
        let mut sites = self.nodes.iter().enumerate();
        let found = sites.find(|(_, site)| site.locals.is_node(to) || site.has_pods_at(to));
        match found {
            Some((place, _)) if place == node => match self.pods.get(&to) {
                Some(_) => NextHop::Pod(to),
                None => NextHop::Nowhere,
            },
            Some((place, _)) => NextHop::Node(place),
            None if is_outside(to) => NextHop::Outside,
            None => NextHop::Nowhere,
        }
    }

    /// The next hop from the machine outside the cluster.
    pub fn beyond_outside(&self, to: IpAddr) -> NextHop {
        if to.is_loopback() || is_outside(to) {
            return NextHop::Outside;
        }
        let leads_in = reaches_a_node(to) || self.tunnelled.contains(&to);
        if leads_in && !self.nodes.is_empty() {
            return NextHop::Node(0);
        }
        let found = self.nodes.iter().position(|site| site.locals.is_node(to));
        found.map_or(NextHop::Nowhere, NextHop::Node)
    }

    /// The address that a node's process sends from.
    pub fn source(&self, node: usize, to: IpAddr) -> Option<IpAddr> {
        if to.is_loopback() {
            return Some(itself(to));
        }
        self.leaving(node, to)
    }

    /// The address of the interface by which a node sends to an address.
    pub fn leaving(&self, node: usize, to: IpAddr) -> Option<IpAddr> {
        let site = self.nodes.get(node)?;
        let own = site.locals.of(Family::of(to))?;
        Some(if site.has_pods_at(to) { own.bridge } else { own.node })
    }
}

impl Guest {
    /// Whether the pod listens on a port; a listener on the loopback address is reachable only from the pod itself.
    pub fn answers(&self, transport: Transport, port: u16, itself: bool) -> bool {
        match transport {
            Transport::Echo => true,
            Transport::Port(protocol) => self.listeners.iter().any(|listener| {
                listener.port == port && listener.protocol == protocol && (itself || !listener.loopback_only)
            }),
        }
    }
}

/// The loopback address of the family of another.
pub(super) const fn itself(address: IpAddr) -> IpAddr {
    match Family::of(address) {
        Family::V4 => IpAddr::V4(Ipv4Addr::LOCALHOST),
        Family::V6 => IpAddr::V6(Ipv6Addr::LOCALHOST),
    }
}

fn site(node: &crate::Node) -> Site {
    let interfaces = |family| {
        let ip = node.ip_of(family)?;
        let range = node.pod_cidr(family);
        let bridge = range.map_or(ip, |range| range.address(1));
        Some((range.unwrap_or(Cidr::of(ip)), Interfaces { node: ip, bridge }))
    };
    let [v4, v6] = Family::ALL.map(interfaces);
    Site {
        name: node.name.clone(),
        pods: [v4, v6].into_iter().flatten().map(|(pods, _)| pods).collect(),
        locals: Locals {
            v4: v4.map(|(_, own)| own),
            v6: v6.map(|(_, own)| own),
        },
    }
}

fn guest(pod: &Rc<Pod>, node: usize) -> Guest {
    Guest {
        key: pod.key.clone(),
        uid: pod.uid.clone(),
        node,
        answering: pod.answering.clone(),
        pod: pod.clone(),
        listeners: pod.listeners.clone(),
    }
}
