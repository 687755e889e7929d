//! A client's view of the network: names by its resolver, addresses by the rules of its node.

use base::Stream;
use cluster::{Cluster, Object};
use network::dataplane::{Connections, DataPlane, Origin, PacketEnd};
use network::dns::{DnsMessage, Nameserver, Question, Resolver, Unreachable};
use network::proxy::ProxyMode;
use network::{Answering, Client, Micros, ObjectKey, Protocol, Reply, Transport, World, keep_from_nameserver};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, SocketAddrV4};
use std::rc::Rc;

/// The network as one client sees it.
pub struct NetworkClient<'a> {
    cluster: &'a Cluster,
    origin: Origin,
    resolver: Resolver,
    own: &'a str,
    proxy: ProxyMode,
    draw: u64,
}

/// The result of a connection or an echo request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reached {
    Pod(ObjectKey),
    /// A process of a node answers: the API server.
    Node,
    /// The machine outside the cluster answers.
    Outside,
    /// Refused at once.
    Refused,
    Silence,
}

impl<'a> NetworkClient<'a> {
    /// For a pod; random choices follow from `draw`.
    pub fn of_pod(cluster: &'a Cluster, pod: &'a Object, proxy: ProxyMode, draw: u64) -> Self {
        Self {
            cluster,
            origin: Origin::Pod(pod.key.clone()),
            resolver: Resolver::of_pod(pod),
            own: pod.status().field("podIP").text(),
            proxy,
            draw,
        }
    }

    /// `None` if the client's pod does not exist.
    pub fn of(cluster: &'a Cluster, client: &Client, proxy: ProxyMode, draw: u64) -> Option<Self> {
        if let Client::Pod(key) = client {
            let pod = cluster.find(api::Kind::Pod, &key.namespace, &key.name)?;
            return Some(Self::of_pod(cluster, pod, proxy, draw));
        }
        Some(Self {
            cluster,
            origin: client.into(),
            resolver: Resolver::of_node(),
            own: "",
            proxy,
            draw,
        })
    }

    /// Asks a name server.
    pub(crate) fn ask(&self, server: SocketAddr, question: &Question) -> Result<DnsMessage, Unreachable> {
        let pod = match &self.origin {
            Origin::Pod(key) => self.cluster.find(api::Kind::Pod, &key.namespace, &key.name),
            _ => None,
        };
        if pod.is_some_and(|pod| keep_from_nameserver(self.cluster, pod, server)) {
            return Err(Unreachable::TimedOut);
        }
        Nameserver::new(self.cluster).ask(server, question)
    }

    /// The addresses of a name, IPv4 first.
    pub fn addresses(&self, host: &str) -> Vec<IpAddr> {
        self.resolver
            .resolve(host, &mut |server, question| self.ask(server, question))
            .addresses
    }

    /// The address of the client's pod.
    pub(crate) fn own(&self) -> &'a str {
        self.own
    }

    pub(crate) fn connect(&self, to: IpAddr, port: u16, protocol: Protocol) -> Reached {
        let reached = self.send(to, port, Transport::Port(protocol), 1);
        reached.into_iter().next().unwrap_or(Reached::Silence)
    }

    /// Opens TCP connections, one after the other.
    pub fn connect_often(&self, to: IpAddr, port: u16, times: u32) -> Vec<Reached> {
        self.send(to, port, Transport::Port(Protocol::Tcp), times)
    }

    /// How the reached pod answers a request by number; nodes answer at once.
    pub fn reply(&self, reached: &Reached, number: u64) -> Reply {
        let Reached::Pod(key) = reached else {
            return Reply::default();
        };
        let pod = self.cluster.find(api::Kind::Pod, &key.namespace, &key.name);
        let draw = Stream::new(self.draw, &["reply"]).at(number, u64::MAX);
        pod.map(|pod| Answering::of(pod).reply(draw)).unwrap_or_default()
    }

    /// Sends an echo request.
    pub(crate) fn echo(&self, to: IpAddr) -> Reached {
        let reached = self.send(to, 0, Transport::Echo, 1);
        reached.into_iter().next().unwrap_or(Reached::Silence)
    }

    fn send(&self, to: IpAddr, port: u16, transport: Transport, times: u32) -> Vec<Reached> {
        let each = |reached: Reached| (0..times).map(|_| reached.clone()).collect();
        let IpAddr::V4(to) = to else {
            // Pods have IPv4 addresses only: there is no way out by the other family.
            return each(Reached::Refused);
        };
        let world = World::of(self.cluster);
        if let (true, Origin::Pod(own)) = (to.is_loopback(), &self.origin) {
            return each(itself(&world, own, port, transport));
        }
        let draw = if is_kept(&world, to) { 0 } else { self.draw };
        let mut connections = Connections::new(Rc::new(DataPlane::new(Rc::new(world), self.proxy)), draw);
        let now = Micros::from_seconds(u64::try_from(self.cluster.now()).unwrap_or(0));
        let mut ask = || {
            let answer = connections.ask(&self.origin, transport, SocketAddrV4::new(to, port), now);
            answer.map(|answer| answer.trace.end)
        };
        (0..times).map(|_| end(ask())).collect()
    }
}

fn itself(world: &World, own: &ObjectKey, port: u16, transport: Transport) -> Reached {
    let listens = |pod: &network::Pod| {
        let mut listeners = pod.listeners.iter();
        transport == Transport::Echo || listeners.any(|it| it.port == port && transport == Transport::Port(it.protocol))
    };
    match world.pod(own).filter(|pod| listens(pod)) {
        Some(_) => Reached::Pod(own.clone()),
        None => Reached::Refused,
    }
}

/// Whether the Service with this address has session affinity.
///
/// Differs: affinity is not remembered between commands; instead, all commands use the same random number.
fn is_kept(world: &World, to: Ipv4Addr) -> bool {
    let mut services = world.services.iter();
    services.any(|service| service.affinity.is_some() && service.cluster_ips.contains(&IpAddr::V4(to)))
}

fn end(end: Option<PacketEnd>) -> Reached {
    match end {
        Some(PacketEnd::Pod(key)) => Reached::Pod(key),
        Some(PacketEnd::Node(_)) => Reached::Node,
        Some(PacketEnd::Outside) => Reached::Outside,
        Some(PacketEnd::NothingListens(_) | PacketEnd::Rejected) => Reached::Refused,
        Some(PacketEnd::Dropped | PacketEnd::Denied(_) | PacketEnd::Nobody | PacketEnd::Closed) | None => {
            Reached::Silence
        }
    }
}
