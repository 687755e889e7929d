use crate::{Cidr, Client, ObjectKey};
use std::net::Ipv4Addr;

/// Somewhere on the road.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Host {
    /// A pod.
    Pod(ObjectKey),
    /// A node's kernel and processes, by the node's name.
    Node(String),
    /// The machine outside the cluster.
    Outside,
}

/// Who sends a packet.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// A pod.
    Pod(ObjectKey),
    /// A process of a node, by the node's name.
    Node(String),
    /// The machine outside the cluster, on the nodes' network.
    Outside,
    /// The same machine by its address on a network farther away.
    FarOutside,
}

impl From<&Client> for Origin {
    fn from(client: &Client) -> Self {
        match client {
            Client::Pod(key) => Self::Pod(key.clone()),
            Client::Node(name) => Self::Node(name.clone()),
            Client::Outside => Self::Outside,
        }
    }
}

/// The machine outside: its address on the nodes' network.
pub(super) const OUTSIDE: Ipv4Addr = Ipv4Addr::new(192, 168, 49, 1);
/// The same machine on a network farther away.
pub(super) const FAR_OUTSIDE: Ipv4Addr = Ipv4Addr::new(198, 51, 100, 9);
/// The machine outside that has a name: see [`crate::dns::Nameserver`].
pub(crate) const NAMED_OUTSIDE: Ipv4Addr = Ipv4Addr::new(198, 51, 100, 7);
/// The addresses that the outside sends to the first node, as a router in front of a load balancer's address would.
pub(super) const ROUTED_TO_FIRST_NODE: Cidr = Cidr::new(Ipv4Addr::new(203, 0, 113, 0), 24);

/// Whether the machine outside sends packets for an address to a node, although no node has it.
pub fn reaches_a_node(address: Ipv4Addr) -> bool {
    ROUTED_TO_FIRST_NODE.contains(address)
}
