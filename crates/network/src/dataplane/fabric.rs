//! Who has which address, and which way leads there.

use super::host::{FAR_OUTSIDE, NAMED_OUTSIDE, OUTSIDE, ROUTED_TO_FIRST_NODE};
use crate::kernel::{Locals, Transport};
use crate::proxy::LOOPBACK;
use crate::{Answering, Cidr, Listener, ObjectKey, Pod, Protocol, World};
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

/// The nodes and pods of a world, by their addresses.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fabric {
    pub nodes: Vec<Site>,
    pods: BTreeMap<Ipv4Addr, Guest>,
    addresses: BTreeMap<ObjectKey, Ipv4Addr>,
    /// Whether any pod answers otherwise than as usual.
    pub unusual: bool,
}

/// A node on the network.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    pub name: String,
    /// The range of its pods' addresses; the first of them is the node's own end of the pod network.
    pub pods: Cidr,
    pub locals: Locals,
}

/// A pod on the network.
#[derive(Clone, Debug)]
pub(crate) struct Guest {
    pub key: ObjectKey,
    pub uid: String,
    pub node: usize,
    pub answering: Answering,
    listeners: Vec<Listener>,
}

/// Where a packet goes from a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NextHop {
    /// To the node itself.
    Local,
    /// To a pod of this node, by its address.
    Pod(Ipv4Addr),
    /// To another node.
    Node(usize),
    /// To the machine outside.
    Outside,
    /// Nowhere: nobody has the address.
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
        let pods: BTreeMap<Ipv4Addr, Guest> = guests.collect();
        Self {
            addresses: pods.iter().map(|(ip, guest)| (guest.key.clone(), *ip)).collect(),
            unusual: pods.values().any(|guest| !guest.answering.is_usual()),
            nodes,
            pods,
        }
    }

    pub fn site(&self, name: &str) -> Option<usize> {
        self.nodes.iter().position(|site| site.name == name)
    }

    /// The pod that has an address.
    pub fn pod(&self, address: Ipv4Addr) -> Option<&Guest> {
        self.pods.get(&address)
    }

    /// The address of a pod.
    pub fn address(&self, pod: &ObjectKey) -> Option<Ipv4Addr> {
        self.addresses.get(pod).copied()
    }

    /// Where a node sends a packet for an address.
    pub fn beyond_node(&self, node: usize, to: Ipv4Addr) -> NextHop {
        let own = self.nodes.get(node);
        if own.is_some_and(|own| own.locals.has(to)) {
            return NextHop::Local;
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

    /// Where the machine outside sends a packet for an address.
    pub fn beyond_outside(&self, to: Ipv4Addr) -> NextHop {
        if LOOPBACK.contains(to) || [OUTSIDE, FAR_OUTSIDE, NAMED_OUTSIDE].contains(&to) {
            return NextHop::Outside;
        }
        if ROUTED_TO_FIRST_NODE.contains(to) && !self.nodes.is_empty() {
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

/// Whether something on a node answers at a port: the API server on the first one.
pub(super) fn node_answers(node: usize, transport: Transport, port: u16) -> bool {
    match transport {
        Transport::Echo => true,
        Transport::Port(protocol) => node == 0 && protocol == Protocol::Tcp && port == World::API_SERVER_PORT,
    }
}

impl Guest {
    /// Whether something in the pod answers at a port; what listens on the loopback address alone answers only the pod itself.
    pub fn answers(&self, transport: Transport, port: u16, itself: bool) -> bool {
        match transport {
            Transport::Echo => true,
            Transport::Port(protocol) => self.listeners.iter().any(|listener| {
                listener.port == port && listener.protocol == protocol && (itself || !listener.loopback_only)
            }),
        }
    }
}

/// A node without an IPv4 address is on no road.
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

fn guest(pod: &Pod, node: usize) -> Option<(Ipv4Addr, Guest)> {
    let Some(IpAddr::V4(ip)) = pod.ip else { return None };
    let guest = Guest {
        key: pod.key.clone(),
        uid: pod.uid.clone(),
        node,
        answering: pod.answering.clone(),
        listeners: pod.listeners.clone(),
    };
    Some((ip, guest))
}
