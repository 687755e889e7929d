use crate::kernel::{Packet, Transport};
use crate::{Cidr, Protocol};
use std::collections::BTreeSet;
use std::fmt;
use std::net::{Ipv4Addr, SocketAddrV4};

/// A set of `ipset`, in which rules look packets up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IpSet {
    /// Its name.
    pub name: &'static str,
    /// What each entry holds, in ipset's word.
    pub kind: &'static str,
    /// What it is for, as rules that name it say.
    pub comment: &'static str,
    /// What is in it.
    pub entries: BTreeSet<SetEntry>,
}

/// An entry of a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SetEntry {
    /// An address.
    Ip(Ipv4Addr),
    /// An address with a port.
    IpPort(SocketAddrV4, Protocol),
    /// An address with a port, asked by that address.
    IpPortIp(SocketAddrV4, Protocol, Ipv4Addr),
    /// An address with a port, asked from that range.
    IpPortNet(SocketAddrV4, Protocol, Cidr),
    /// A port.
    Port(u16),
}

impl IpSet {
    /// Whether it has where a packet goes to and, where its entries say so, comes from.
    pub(crate) fn has(&self, packet: &Packet) -> bool {
        let (to, from) = (packet.destination, *packet.source.ip());
        let Transport::Port(protocol) = packet.transport else {
            return self.entries.contains(&SetEntry::Ip(*to.ip()));
        };
        let fits = |entry: &SetEntry| match entry {
            SetEntry::IpPortNet(address, of, range) => (*address, *of) == (to, protocol) && range.contains(from),
            _ => false,
        };
        let exact = [
            SetEntry::Ip(*to.ip()),
            SetEntry::IpPort(to, protocol),
            SetEntry::IpPortIp(to, protocol, from),
            SetEntry::Port(to.port()),
        ];
        exact.iter().any(|entry| self.entries.contains(entry)) || self.entries.iter().any(fits)
    }
}

impl fmt::Display for IpSet {
    /// As `ipset list` prints it, without what it tells of memory.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Name: {}\nType: {}\nMembers:", self.name, self.kind)?;
        self.entries.iter().try_for_each(|entry| writeln!(f, "{entry}"))
    }
}

impl fmt::Display for SetEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = |address: &SocketAddrV4, protocol: &Protocol| {
            format!("{},{}:{}", address.ip(), protocol.word(), address.port())
        };
        match self {
            Self::Ip(ip) => write!(f, "{ip}"),
            Self::IpPort(address, protocol) => f.write_str(&at(address, protocol)),
            Self::IpPortIp(address, protocol, ip) => write!(f, "{},{ip}", at(address, protocol)),
            Self::IpPortNet(address, protocol, range) => write!(f, "{},{range}", at(address, protocol)),
            Self::Port(port) => write!(f, "{port}"),
        }
    }
}
