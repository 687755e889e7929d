//! Which pod or node has which address, and the next hop towards it.

use super::host::{FAR_OUTSIDE, NAMED_OUTSIDE, OUTSIDE, ROUTED_TO_FIRST_NODE};
use crate::kernel::{Locals, Transport};
use crate::proxy::LOOPBACK;
use crate::{
    Answering, Cidr, ControllerPlace, HostPort, Listener, ObjectKey, Pod, Protocol, Router, RouterKind, World,
};
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, SocketAddrV4};
use std::rc::Rc;

/// The nodes and pods of a world, by their addresses.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fabric {
    pub nodes: Vec<Site>,
    pods: BTreeMap<Ipv4Addr, Guest>,
    /// The pods on the network of their nodes, by the addresses of these.
    residents: Vec<(Ipv4Addr, Guest)>,
    /// Ports of nodes that lead to a port of a pod.
    host_ports: Vec<(usize, HostPort, SocketAddrV4)>,
    addresses: BTreeMap<ObjectKey, Ipv4Addr>,
    /// Whether any pod has an annotation that changes its answers.
    pub unusual: bool,
    /// The routers that are built in, with the index of their node.
    routers: Vec<(usize, Rc<Router>)>,
    /// The cluster IPs that a tunnel leads the machine outside to: those that are their Service's load balancer's, too.
    tunnelled: BTreeSet<Ipv4Addr>,
}

#[derive(Clone, Debug)]
pub(crate) struct Site {
    pub name: String,
    /// The pod address range; its first address is the node's bridge.
    pub pods: Cidr,
    pub locals: Locals,
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
    Pod(Ipv4Addr),
    /// Another node, by its index.
    Node(usize),
    /// The machine outside the cluster.
    Outside,
    /// Nothing has the address.
    Nowhere,
}

impl Fabric {
    pub fn of(world: &World) -> Self {
        let nodes: Vec<Site> = world.nodes.iter().filter_map(site).collect();
        let place = |name: &str| nodes.iter().position(|site| site.name == name);
        let guests = world
            .pods
            .iter()
            .filter_map(|pod| guest(pod, place(pod.node.as_deref()?)?));
        let is_resident = |ip: Ipv4Addr| nodes.iter().any(|site| site.locals.node == ip);
        let (residents, guests): (Vec<_>, Vec<_>) = { guests }.partition(|(ip, _)| is_resident(*ip));
        let pods: BTreeMap<Ipv4Addr, Guest> = guests.into_iter().collect();
        let all = || {
            pods.iter()
                .map(|(ip, guest)| (*ip, guest))
                .chain(residents.iter().map(|(ip, guest)| (*ip, guest)))
        };
        let host_ports = world.pods.iter().flat_map(|pod| {
            let node = pod.node.as_deref().and_then(place);
            let ports = pod.host_ports.iter();
            ports.filter_map(move |port| Some((node?, *port, SocketAddrV4::new(pod.v4()?, port.leads_to))))
        });
        let ports = world.proxied.ports.values();
        let tunnelled = ports.filter(|port| port.load_balancer_vips.contains(&port.cluster_ip));
        let tunnelled = tunnelled.map(|port| port.cluster_ip).collect();
        Self {
            tunnelled,
            host_ports: host_ports.filter(|(.., to)| !is_resident(*to.ip())).collect(),
            addresses: all().map(|(ip, guest)| (guest.pod.key.clone(), ip)).collect(),
            unusual: all().any(|(_, guest)| !guest.pod.answering.is_usual()),
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
    pub fn node_answers(&self, node: usize, transport: Transport, to: SocketAddrV4) -> bool {
        let site = self.nodes.get(node).map(|site| site.name.as_str());
        let mut routers = self.routers.iter();
        match transport {
            Transport::Echo => true,
            Transport::Port(Protocol::Tcp) => {
                let is_own = self.router_at(*to.ip()).is_none();
                (node == 0 && is_own && to.port() == World::API_SERVER_PORT)
                    || routers.any(|(_, router)| site.is_some_and(|site| router.listens_at(site, to.into())))
            }
            Transport::Port(_) => false,
        }
    }

    /// The node where a router with an address of its own runs, by its index.
    fn router_at(&self, address: Ipv4Addr) -> Option<usize> {
        let mut routers = self.routers.iter();
        let is_there = |router: &Router| {
            router.kind != RouterKind::IngressController && router.node_address() == Some(IpAddr::V4(address))
        };
        routers.find(|(_, router)| is_there(router)).map(|(node, _)| *node)
    }

    pub fn site(&self, name: &str) -> Option<usize> {
        self.nodes.iter().position(|site| site.name == name)
    }

    pub fn pod(&self, address: Ipv4Addr) -> Option<&Guest> {
        self.pods.get(&address)
    }

    /// The pod that listens there.
    pub fn listener(&self, address: SocketAddrV4) -> Option<&Guest> {
        let listens = |guest: &Guest| {
            guest
                .pod
                .listeners
                .iter()
                .any(|listener| listener.port == address.port())
        };
        let mut residents = self.residents.iter();
        self.pod(*address.ip())
            .or_else(|| Some(&residents.find(|(ip, guest)| ip == address.ip() && listens(guest))?.1))
    }

    pub fn guest(&self, pod: &ObjectKey) -> Option<&Guest> {
        let mut residents = self.residents.iter();
        let found = self.address(pod).and_then(|address| self.pod(address));
        found.or_else(|| Some(&residents.find(|(_, guest)| guest.pod.key == *pod)?.1))
    }

    /// The node whose network a pod is on.
    pub fn home(&self, pod: &ObjectKey) -> Option<usize> {
        let found = self.residents.iter().find(|(_, guest)| guest.pod.key == *pod);
        found.map(|(_, guest)| guest.node)
    }

    /// The pod on a node's network that a packet for a process of the node reaches.
    pub fn resident(&self, node: usize, transport: Transport, port: u16, itself: bool) -> Option<&Guest> {
        let mut residents = self.residents.iter().map(|(_, guest)| guest);
        match transport {
            Transport::Echo => None,
            Transport::Port(_) => residents.find(|guest| guest.node == node && guest.answers(transport, port, itself)),
        }
    }

    /// Where a port of a node leads by the `hostPort` of one of its pods.
    pub fn host_port(&self, node: usize, transport: Transport, to: SocketAddrV4) -> Option<SocketAddrV4> {
        let leads = |port: &HostPort| {
            let at_address = port.address.is_none_or(|address| address == *to.ip());
            transport.is(port.protocol) && port.port == to.port() && at_address
        };
        let mut ports = self.host_ports.iter();
        ports
            .find(|(at, port, _)| *at == node && leads(port))
            .map(|(.., to)| *to)
    }

    pub fn address(&self, pod: &ObjectKey) -> Option<Ipv4Addr> {
        self.addresses.get(pod).copied()
    }

    /// The next hop from a node.
    pub fn beyond_node(&self, node: usize, to: Ipv4Addr) -> NextHop {
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
        let found = sites.find(|(_, site)| site.locals.node == to || site.pods.contains(to));
        match found {
            Some((place, _)) if place == node => match self.pods.get(&to) {
                Some(_) => NextHop::Pod(to),
                None => NextHop::Nowhere,
            },
            Some((place, _)) => NextHop::Node(place),
            None if [OUTSIDE, FAR_OUTSIDE, NAMED_OUTSIDE].contains(&to) => NextHop::Outside,
            None => NextHop::Nowhere,
        }
    }

    /// The next hop from the machine outside the cluster.
    pub fn beyond_outside(&self, to: Ipv4Addr) -> NextHop {
        if LOOPBACK.contains(to) || [OUTSIDE, FAR_OUTSIDE, NAMED_OUTSIDE].contains(&to) {
            return NextHop::Outside;
        }
        let leads_in = ROUTED_TO_FIRST_NODE.contains(to) || self.tunnelled.contains(&to);
        if leads_in && !self.nodes.is_empty() {
            return NextHop::Node(0);
        }
        let found = self.nodes.iter().position(|site| site.locals.node == to);
        found.map_or(NextHop::Nowhere, NextHop::Node)
    }

    /// The address that a node's process sends from.
    pub fn source(&self, node: usize, to: Ipv4Addr) -> Option<Ipv4Addr> {
        let site = self.nodes.get(node)?;
        Some(if LOOPBACK.contains(to) {
            Ipv4Addr::LOCALHOST
        } else if site.pods.contains(to) {
            site.locals.bridge
        } else {
            site.locals.node
        })
    }

    /// The address of the interface by which a node sends to an address.
    pub fn leaving(&self, node: usize, to: Ipv4Addr) -> Option<Ipv4Addr> {
        let site = self.nodes.get(node)?;
        let locals = site.locals;
        Some(if site.pods.contains(to) {
            locals.bridge
        } else {
            locals.node
        })
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

/// `None` if the node has no IPv4 address.
fn site(node: &crate::Node) -> Option<Site> {
    let IpAddr::V4(ip) = node.ip else { return None };
    let pods = node.pod_cidr.unwrap_or(Cidr::of(ip));
    let bridge = Ipv4Addr::from_bits(pods.network().to_bits() | 1);
    Some(Site {
        name: node.name.clone(),
        pods,
        locals: Locals { node: ip, bridge },
    })
}

fn guest(pod: &Rc<Pod>, node: usize) -> Option<(Ipv4Addr, Guest)> {
    let Some(IpAddr::V4(ip)) = pod.ip else { return None };
    let guest = Guest {
        key: pod.key.clone(),
        uid: pod.uid.clone(),
        node,
        answering: pod.answering.clone(),
        pod: pod.clone(),
        listeners: pod.listeners.clone(),
    };
    Some((ip, guest))
}
