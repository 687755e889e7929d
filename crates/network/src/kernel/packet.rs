use crate::Protocol;
use std::net::SocketAddrV4;

/// What a packet carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Transport {
    /// A segment or datagram of a protocol with ports.
    Port(Protocol),
    /// An echo request of ICMP; its ports are zero.
    Echo,
}

impl Transport {
    /// Whether rules for that protocol are about it.
    pub fn is(self, protocol: Protocol) -> bool {
        self == Self::Port(protocol)
    }
}

/// A packet on its way, as one node's kernel sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Packet {
    /// What it carries.
    pub transport: Transport,
    /// Where it comes from.
    pub source: SocketAddrV4,
    /// Where it goes to.
    pub destination: SocketAddrV4,
    /// Whether it is marked for masquerading.
    pub marked: bool,
    /// Whether it is the first of its connection; later ones belong to an established one.
    pub is_new: bool,
    /// Whether this node translated its destination.
    pub is_dnat: bool,
    /// The virtual server of this node that sent it on, in mode ipvs.
    pub virtual_server: Option<SocketAddrV4>,
}
