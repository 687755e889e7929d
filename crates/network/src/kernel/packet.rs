use crate::Protocol;
use std::net::SocketAddr;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Transport {
    /// A segment or datagram of a protocol with ports.
    Port(Protocol),
    /// An echo request of ICMP; its ports are zero.
    Echo,
}

impl Transport {
    /// Whether rules for a protocol match it.
    pub fn is(self, protocol: Protocol) -> bool {
        self == Self::Port(protocol)
    }
}

/// A packet as one node's kernel sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Packet {
    pub transport: Transport,
    pub source: SocketAddr,
    pub destination: SocketAddr,
    /// Marked for masquerading.
    pub marked: bool,
    /// The first packet of its connection.
    pub is_new: bool,
    /// This node translated its destination.
    pub is_dnat: bool,
    /// The virtual server of this node that forwarded it, in mode ipvs.
    pub virtual_server: Option<SocketAddr>,
}
