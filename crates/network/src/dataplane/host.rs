use crate::{Cidr, Client, ObjectKey};
use api::ip::Family;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

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
pub(crate) const fn outside(family: Family) -> IpAddr {
    match family {
        Family::V4 => IpAddr::V4(Ipv4Addr::new(192, 168, 49, 1)),
        Family::V6 => IpAddr::V6(Ipv6Addr::new(0xfd00, 0x192, 0x168, 0x49, 0, 0, 0, 1)),
    }
}

/// The same machine, on a remote network.
pub(super) const fn far_outside(family: Family) -> IpAddr {
    match family {
        Family::V4 => IpAddr::V4(Ipv4Addr::new(198, 51, 100, 9)),
        Family::V6 => IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0x198, 0x51, 0, 0, 0, 9)),
    }
}

/// The external machine with a DNS name: see [`crate::dns::Nameserver`].
pub(crate) const NAMED_OUTSIDE: IpAddr = IpAddr::V4(Ipv4Addr::new(198, 51, 100, 7));

/// Whether an address is one of the machines outside the cluster.
pub(super) fn is_outside(address: IpAddr) -> bool {
    let family = Family::of(address);
    [outside(family), far_outside(family), NAMED_OUTSIDE].contains(&address)
}

/// Load balancer addresses, which a router outside the cluster sends to the first node.
const fn routed_to_first_node(family: Family) -> Cidr {
    match family {
        Family::V4 => Cidr::new(IpAddr::V4(Ipv4Addr::new(203, 0, 113, 0)), 24),
        Family::V6 => Cidr::new(IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0x203, 0x113, 0, 0, 0, 0)), 64),
    }
}

/// Whether the machine outside sends packets for this address to a node although no node has it.
pub fn reaches_a_node(address: IpAddr) -> bool {
    routed_to_first_node(Family::of(address)).contains(address)
}
