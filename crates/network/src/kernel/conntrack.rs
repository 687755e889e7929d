use super::{Packet, Transport};
use crate::proxy::Services;
use crate::{Micros, Protocol};
use api::ip::Family;
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};

/// Identifies a connection in its original direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Tuple {
    pub transport: Transport,
    pub source: SocketAddr,
    pub destination: SocketAddr,
}

impl Tuple {
    pub fn of(packet: &Packet) -> Self {
        Self {
            transport: packet.transport,
            source: packet.source,
            destination: packet.destination,
        }
    }
}

/// A tracked connection: both ends after translation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ConntrackEntry {
    pub source: SocketAddr,
    pub destination: SocketAddr,
    began: Micros,
    seen: Micros,
}

/// The tracked connections of one node.
#[derive(Clone, Debug, Default)]
pub(crate) struct Conntrack {
    entries: BTreeMap<Tuple, ConntrackEntry>,
}

/// `nf_conntrack_tcp_timeout_established`: five days.
const TCP_ESTABLISHED: Micros = Micros::from_seconds(432_000);
/// `nf_conntrack_udp_timeout`.
const UDP: Micros = Micros::from_seconds(30);
/// `nf_conntrack_udp_timeout_stream`, for connections still in use two seconds after they began.
const UDP_STREAM: Micros = Micros::from_seconds(120);
const UDP_STREAM_AFTER: Micros = Micros::from_seconds(2);

impl ConntrackEntry {
    /// Models: net/netfilter/nf_conntrack_proto_udp.c nf_conntrack_udp_packet (Linux 6).
    fn lasts(&self, transport: Transport) -> Micros {
        match transport {
            Transport::Port(Protocol::Tcp | Protocol::Sctp) => TCP_ESTABLISHED,
            _ if self.seen - self.began > UDP_STREAM_AFTER => UDP_STREAM,
            _ => UDP,
        }
    }
}

impl Conntrack {
    /// The connection of a packet, unless it has expired.
    pub fn find(&self, packet: &Packet, now: Micros) -> Option<ConntrackEntry> {
        let entry = self.entries.get(&Tuple::of(packet))?;
        (now - entry.seen <= entry.lasts(packet.transport)).then_some(*entry)
    }

    /// Tracks a connection, or extends its lifetime: a packet and its reply passed.
    pub fn see(&mut self, original: Tuple, source: SocketAddr, destination: SocketAddr, now: Micros) {
        let fresh = ConntrackEntry {
            source,
            destination,
            began: now,
            seen: now,
        };
        let entry = self.entries.entry(original).or_insert(fresh);
        if now - entry.seen > entry.lasts(original.transport) {
            *entry = fresh;
        }
        entry.seen = now;
    }

    /// Removes UDP connections to endpoints that no longer serve, while the Service port has others that do.
    ///
    /// Models: pkg/proxy/conntrack/cleanup.go CleanStaleEntries (v1.36).
    pub fn clean_stale(&mut self, services: &Services, family: Family) {
        let serving = Serving::of(services);
        self.entries.retain(|original, entry| {
            let is_udp = original.transport.is(Protocol::Udp) && Family::of(original.destination.ip()) == family;
            let endpoints = serving.behind(original.destination).filter(|_| is_udp);
            endpoints.is_none_or(|endpoints| endpoints.contains(&entry.destination))
        });
    }
}

struct Serving {
    by_address: BTreeMap<SocketAddr, BTreeSet<SocketAddr>>,
    by_node_port: BTreeMap<u16, BTreeSet<SocketAddr>>,
}

impl Serving {
    fn of(services: &Services) -> Self {
        let mut serving = Self {
            by_address: BTreeMap::new(),
            by_node_port: BTreeMap::new(),
        };
        let udp = services.ports.iter().filter(|(name, _)| name.protocol == Protocol::Udp);
        for (name, port) in udp {
            let endpoints = services.endpoints(name).iter().filter(|endpoint| endpoint.serving);
            let endpoints: BTreeSet<SocketAddr> = endpoints.map(|endpoint| endpoint.address).collect();
            if endpoints.is_empty() {
                continue;
            }
            let outside = port.load_balancer_vips.iter().chain(&port.external_ips);
            for address in outside.chain([&port.cluster_ip]) {
                let address: IpAddr = *address;
                serving
                    .by_address
                    .insert(SocketAddr::new(address, port.port), endpoints.clone());
            }
            if let Some(node_port) = port.node_port {
                serving.by_node_port.insert(node_port, endpoints);
            }
        }
        serving
    }

    fn behind(&self, destination: SocketAddr) -> Option<&BTreeSet<SocketAddr>> {
        self.by_address
            .get(&destination)
            .or_else(|| self.by_node_port.get(&destination.port()))
    }
}
