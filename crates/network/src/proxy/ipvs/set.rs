use crate::kernel::{Packet, Transport};
use crate::{Cidr, Protocol};
use api::ip::Family;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::net::{IpAddr, SocketAddr};

/// A set of `ipset` that rules match packets against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IpSet {
    /// As it is for IPv4.
    pub name: &'static str,
    pub family: Family,
    /// The type of its entries, in ipset's word.
    pub kind: &'static str,
    /// The comment of rules that use it.
    pub comment: &'static str,
    pub entries: BTreeSet<SetEntry>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SetEntry {
    Ip(IpAddr),
    IpPort(SocketAddr, Protocol),
    /// A destination with a port, and a source.
    IpPortIp(SocketAddr, Protocol, IpAddr),
    /// A destination with a port, and a range of sources.
    IpPortNet(SocketAddr, Protocol, Cidr),
    Port(u16),
}

impl IpSet {
    /// Models: pkg/proxy/ipvs/ipset.go NewIPSet (v1.36).
    pub(crate) fn printed_name(&self) -> Cow<'static, str> {
        const LONGEST: usize = 31;
        match (self.family, self.name.strip_prefix("KUBE-")) {
            (Family::V6, Some(rest)) => format!("KUBE-6-{rest}").chars().take(LONGEST).collect(),
            _ => self.name.into(),
        }
    }

    /// Whether it has an entry for a packet's destination and, if its entries include one, source.
    pub(crate) fn has(&self, packet: &Packet) -> bool {
        let (to, from) = (packet.destination, packet.source.ip());
        let Transport::Port(protocol) = packet.transport else {
            return self.entries.contains(&SetEntry::Ip(to.ip()));
        };
        let fits = |entry: &SetEntry| match entry {
            SetEntry::IpPortNet(address, of, range) => (*address, *of) == (to, protocol) && range.contains(from),
            _ => false,
        };
        let exact = [
            SetEntry::Ip(to.ip()),
            SetEntry::IpPort(to, protocol),
            SetEntry::IpPortIp(to, protocol, from),
            SetEntry::Port(to.port()),
        ];
        exact.iter().any(|entry| self.entries.contains(entry)) || self.entries.iter().any(fits)
    }
}

impl fmt::Display for IpSet {
    /// As `ipset list` prints it, without memory figures.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Name: {}\nType: {}\nMembers:", self.printed_name(), self.kind)?;
        self.entries.iter().try_for_each(|entry| writeln!(f, "{entry}"))
    }
}

impl fmt::Display for SetEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = |address: &SocketAddr, protocol: &Protocol| {
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
