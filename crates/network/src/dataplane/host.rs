use crate::{Cidr, Client, ObjectKey};
use std::net::Ipv4Addr;

/// Where a packet is: in the network namespace of a pod, on a node, or outside.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Host {
    Pod(ObjectKey),
    /// A node, by its name.
    Node(String),
    /// The machine outside the cluster.
    Outside,
}

/// The sender of a packet.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    Pod(ObjectKey),
    /// A process of a node, by the node's name.
    Node(String),
    /// The machine outside the cluster, on the nodes' network.
    Outside,
    /// The same machine, with an address on a remote network.
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

/// The machine outside the cluster, on the nodes' network.
pub(crate) const OUTSIDE: Ipv4Addr = Ipv4Addr::new(192, 168, 49, 1);
/// The same machine, on a remote network.
pub(super) const FAR_OUTSIDE: Ipv4Addr = Ipv4Addr::new(198, 51, 100, 9);
/// The external machine with a DNS name: see [`crate::dns::Nameserver`].
pub(crate) const NAMED_OUTSIDE: Ipv4Addr = Ipv4Addr::new(198, 51, 100, 7);
/// Load balancer addresses, which a router outside the cluster sends to the first node.
pub(super) const ROUTED_TO_FIRST_NODE: Cidr = Cidr::new(Ipv4Addr::new(203, 0, 113, 0), 24);

/// Whether the machine outside sends packets for this address to a node although no node has it.
pub fn reaches_a_node(address: Ipv4Addr) -> bool {
    ROUTED_TO_FIRST_NODE.contains(address)
}
