//! What a program in a pod reaches over the network: names by the pod's resolver, addresses by the rules of its node.

use cluster::{Cluster, Object};
use network::dns::{Message, Nameserver, Question, Resolver, Unreachable};
use network::proxy::ProxyMode;
use network::road::{DataPlane, End, Origin, Roads};
use network::{Key, Micros, Protocol, Transport, World};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, SocketAddrV4};
use std::rc::Rc;

/// A pod's place in the network.
pub(super) struct Wire<'a> {
    cluster: &'a Cluster,
    pod: &'a Object,
    draw: u64,
}

/// What came of a connection, or of an echo request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reached {
    /// A pod answers.
    Pod(Key),
    /// A process of a node answers: the API server.
    Node,
    /// The machine outside answers an echo request.
    Outside,
    /// Told at once that there is nobody.
    Refused,
    /// Nothing comes back.
    Silence,
}

impl<'a> Wire<'a> {
    /// The network as a pod of that cluster has it; what chance decides follows from `draw`.
    pub(super) fn new(cluster: &'a Cluster, pod: &'a Object, draw: u64) -> Self {
        Self { cluster, pod, draw }
    }

    /// A question to a name server.
    pub(super) fn ask(&self, server: SocketAddr, question: &Question) -> Result<Message, Unreachable> {
        Nameserver::new(self.cluster).ask(server, question)
    }

    /// The addresses of a name, IPv4 first; none where it has none.
    pub(super) fn addresses(&self, host: &str) -> Vec<IpAddr> {
        let resolver = Resolver::of_pod(self.pod);
        resolver
            .resolve(host, &mut |server, question| self.ask(server, question))
            .addresses
    }

    /// The pod's own address.
    pub(super) fn own(&self) -> &'a str {
        self.pod.text(&["status", "podIP"]).unwrap_or_default()
    }

    /// Opens a connection to a port.
    pub(super) fn connect(&self, to: IpAddr, port: u16, protocol: Protocol) -> Reached {
        match to {
            IpAddr::V4(to) => self.send(to, port, Transport::Port(protocol)),
            // Pods have IPv4 addresses only: there is no way out by the other family.
            IpAddr::V6(_) => Reached::Refused,
        }
    }

    /// Sends an echo request.
    pub(super) fn echo(&self, to: IpAddr) -> Reached {
        match to {
            IpAddr::V4(to) => self.send(to, 0, Transport::Echo),
            IpAddr::V6(_) => Reached::Refused,
        }
    }

    fn send(&self, to: Ipv4Addr, port: u16, transport: Transport) -> Reached {
        let own = Key {
            namespace: self.pod.namespace().to_owned(),
            name: self.pod.name().to_owned(),
        };
        let world = World::of(self.cluster);
        if to.is_loopback() {
            let listens = |pod: &network::Pod| {
                let mut listeners = pod.listeners.iter();
                transport == Transport::Echo
                    || listeners.any(|it| it.port == port && transport == Transport::Port(it.protocol))
            };
            return match world.pod(&own).filter(|pod| listens(pod)) {
                Some(_) => Reached::Pod(own),
                None => Reached::Refused,
            };
        }
        // A client that a Service keeps with its pod is sent there each time.
        let keeps =
            |service: &&network::Service| service.affinity.is_some() && service.cluster_ips.contains(&IpAddr::V4(to));
        let draw = if world.services.iter().any(|service| keeps(&service)) {
            0
        } else {
            self.draw
        };
        let plane = DataPlane::new(Rc::new(world), ProxyMode::default());
        let now = Micros::from_seconds(u64::try_from(self.cluster.now()).unwrap_or(0));
        let answer =
            Roads::new(Rc::new(plane), draw).ask(&Origin::Pod(own), transport, SocketAddrV4::new(to, port), now);
        match answer.map(|answer| answer.trace.end) {
            Some(End::Pod(key)) => Reached::Pod(key),
            Some(End::Node(_)) => Reached::Node,
            Some(End::Outside) => Reached::Outside,
            Some(End::NothingListens(_) | End::Rejected) => Reached::Refused,
            Some(End::Dropped | End::Nobody | End::Closed) | None => Reached::Silence,
        }
    }
}
