//! A client's view of the network: names by its resolver, addresses by the rules of its node.

use crate::memory::Memory;
use api::ip::Family;
use cluster::{Cluster, Kubelet, Object};
use network::dataplane::{DataPlane, Origin, PacketEnd};
use network::dns::{DnsMessage, NameResult, Nameserver, Question, Resolver, Unreachable};
use network::proxy::ProxyMode;
use network::{Answering, Client, Micros, ObjectKey, Protocol, Reply, Transport, World, keep_from_nameserver};
use std::cell::{OnceCell, RefCell};
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;

/// The network as one client sees it.
pub struct NetworkClient<'a> {
    cluster: &'a Cluster,
    origin: Origin,
    resolver: Resolver,
    /// The addresses of the client's pod; none for others.
    own: Vec<&'a str>,
    proxy: ProxyMode,
    memory: &'a RefCell<Memory>,
    forwards: &'a [Forward],
    api: Option<ApiProxy<'a>>,
    plane: OnceCell<Rc<DataPlane>>,
}

/// A port of the machine outside that `kubectl port-forward` leads to a pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forward {
    /// The port at the machine outside.
    pub local: u16,
    pub pod: ObjectKey,
    /// The port of the pod.
    pub remote: u16,
}

/// `kubectl proxy` on the machine outside.
#[derive(Clone, Copy)]
pub struct ApiProxy<'a> {
    pub port: u16,
    /// The status and the body with which the API server answers a path.
    pub answer: &'a dyn Fn(&str) -> (u16, String),
}

/// The result of a connection or an echo request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reached {
    Pod(ObjectKey),
    /// A process of a node answers: the API server.
    Node,
    /// The machine outside the cluster answers.
    Outside,
    /// `kubectl proxy` answers for the API server.
    Proxy,
    /// Refused at once.
    Refused,
    /// Accepted, and closed before any answer: the far end of a forwarded port refused.
    Closed,
    Silence,
}

impl<'a> NetworkClient<'a> {
    /// For a pod; what nodes remember of earlier connections, and random choices, follow from `memory`.
    pub fn of_pod(cluster: &'a Cluster, pod: &'a Object, proxy: ProxyMode, memory: &'a RefCell<Memory>) -> Self {
        Self {
            cluster,
            origin: Origin::Pod(pod.key.clone()),
            resolver: Resolver::of_pod(pod, cluster.networks().dns()),
            own: api::view::Pod::of(&pod.value).ips().collect(),
            proxy,
            memory,
            forwards: &[],
            api: None,
            plane: OnceCell::new(),
        }
    }

    /// `None` if the client's pod does not exist.
    pub fn of(cluster: &'a Cluster, client: &Client, proxy: ProxyMode, memory: &'a RefCell<Memory>) -> Option<Self> {
        if let Client::Pod(key) = client {
            let pod = cluster.find(api::Kind::Pod, &key.namespace, &key.name)?;
            return Some(Self::of_pod(cluster, pod, proxy, memory));
        }
        Some(Self {
            cluster,
            origin: client.into(),
            resolver: Resolver::of_node(),
            own: Vec::new(),
            proxy,
            memory,
            forwards: &[],
            api: None,
            plane: OnceCell::new(),
        })
    }

    /// With the rules of nodes, where they are not those of the cluster as it is.
    #[must_use]
    pub fn with_plane(self, plane: Option<Rc<DataPlane>>) -> Self {
        let plane = plane.map(OnceCell::from);
        Self {
            plane: plane.unwrap_or_default(),
            ..self
        }
    }

    /// With a port that leads to the API server.
    #[must_use]
    pub fn with_proxy(self, api: Option<ApiProxy<'a>>) -> Self {
        Self { api, ..self }
    }

    /// What the API server answers through `kubectl proxy`.
    pub(crate) fn proxied(&self, path: &str) -> Option<(u16, String)> {
        self.api.map(|api| (api.answer)(path))
    }

    /// The machine outside the cluster, with the ports that are forwarded from it.
    pub fn outside(
        cluster: &'a Cluster,
        proxy: ProxyMode,
        memory: &'a RefCell<Memory>,
        forwards: &'a [Forward],
    ) -> Self {
        Self {
            cluster,
            origin: Origin::Outside,
            resolver: Resolver::of_node(),
            own: Vec::new(),
            proxy,
            memory,
            forwards,
            api: None,
            plane: OnceCell::new(),
        }
    }

    fn is_outside(&self) -> bool {
        self.origin == Origin::Outside
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
        let answer = Nameserver::new(self.cluster).ask(server, question)?;
        if self.cluster.kubelet() == Kubelet::Recorded {
            return Ok(answer);
        }
        Ok(answer.shuffled(self.memory.borrow_mut().draw_question()))
    }

    /// The addresses of a name in the order in which the client tries them.
    pub fn addresses(&self, host: &str) -> Vec<IpAddr> {
        let resolved = self
            .resolver
            .resolve(host, &mut |server, question| self.ask(server, question));
        let mut addresses = resolved.addresses;
        if self.cluster.kubelet() == Kubelet::Programs && (!self.own.is_empty() || self.has_both()) {
            let own = |family| self.plane().address(&self.origin, family);
            self.resolver.nearest_first(&own, &mut addresses);
        }
        addresses
    }

    /// Whether no name server answers to a name.
    pub(crate) fn has_silent_names(&self, host: &str) -> bool {
        let resolved = self
            .resolver
            .resolve(host, &mut |server, question| self.ask(server, question));
        resolved.result == NameResult::Unreachable(Unreachable::TimedOut)
    }

    fn has_both(&self) -> bool {
        self.cluster.networks().pod_families.is_dual()
    }

    /// The address of a name that a client dials which takes but one: of IPv4, else of IPv6 if there is a way to it.
    pub(crate) fn first_v4(&self, host: &str) -> Option<IpAddr> {
        let addresses = self.addresses(host);
        let usable = || addresses.iter().find(|address| self.has_family_of(**address));
        addresses
            .iter()
            .find(|address| address.is_ipv4())
            .or_else(usable)
            .copied()
    }

    /// The address of a name that comes first, if there is a way to it.
    pub(crate) fn first(&self, host: &str) -> Option<IpAddr> {
        let addresses = self.addresses(host);
        addresses
            .into_iter()
            .find(|address| address.is_ipv4() || self.has_family_of(*address))
    }

    /// Whether the client has an address of the family of another.
    pub(crate) fn has_family_of(&self, address: IpAddr) -> bool {
        self.plane().address(&self.origin, Family::of(address)).is_some()
    }

    /// The address of the client's pod by which it reaches another.
    pub(crate) fn own(&self, to: IpAddr) -> &'a str {
        let of_family = |own: &&&str| own.contains(':') == to.is_ipv6();
        self.own
            .iter()
            .find(of_family)
            .or(self.own.first())
            .copied()
            .unwrap_or_default()
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
        let draw = self.memory.borrow().draw_reply(number);
        pod.map(|pod| Answering::of(pod).reply(draw)).unwrap_or_default()
    }

    /// Sends an echo request.
    pub(crate) fn echo(&self, to: IpAddr) -> Reached {
        let reached = self.send(to, 0, Transport::Echo, 1);
        reached.into_iter().next().unwrap_or(Reached::Silence)
    }

    fn send(&self, to: IpAddr, port: u16, transport: Transport, times: u32) -> Vec<Reached> {
        let each = |reached: Reached| (0..times).map(|_| reached.clone()).collect();
        if to.is_ipv6() && !self.has_family_of(to) {
            // There is no way out by a family of which the client has no address.
            return each(Reached::Refused);
        }
        let plane = self.plane();
        let from_itself = || self.memory.borrow_mut().come_from(to);
        if let (true, Origin::Pod(own)) = (to.is_loopback(), &self.origin)
            && !plane.world().pod(own).is_some_and(|pod| pod.host_network)
        {
            from_itself();
            return each(itself(plane.world(), own, port, transport));
        }
        if to.is_loopback() && self.is_outside() {
            from_itself();
            return each(self.forwarded(plane.world(), port, transport));
        }
        let now = Micros::from_seconds(u64::try_from(self.cluster.now()).unwrap_or(0));
        let mut memory = self.memory.borrow_mut();
        let mut ask = || memory.ask(plane, &self.origin, transport, SocketAddr::new(to, port), now);
        (0..times).map(|_| end(ask())).collect()
    }

    /// Opens a connection that another sends, as the ingress controller does for this client.
    pub(crate) fn connect_as(&self, origin: &Origin, to: SocketAddr) -> Reached {
        let now = Micros::from_seconds(u64::try_from(self.cluster.now()).unwrap_or(0));
        let transport = Transport::Port(Protocol::Tcp);
        end(self.memory.borrow_mut().ask(self.plane(), origin, transport, to, now))
    }

    /// Whom the process at the other end of the last connection takes for its client.
    pub(crate) fn source(&self) -> Option<SocketAddr> {
        self.memory.borrow().source()
    }

    /// A random number that the next connection does not share.
    pub(crate) fn draw(&self) -> u64 {
        self.memory.borrow().draw_reply(1) >> 8
    }

    pub(crate) fn world(&self) -> &World {
        self.plane().world()
    }

    fn plane(&self) -> &Rc<DataPlane> {
        self.plane
            .get_or_init(|| Rc::new(DataPlane::new(Rc::new(World::of(self.cluster)), self.proxy)))
    }

    /// What a port of the machine outside leads to: straight to a pod, past Services and kube-proxy.
    fn forwarded(&self, world: &World, port: u16, transport: Transport) -> Reached {
        if transport == Transport::Echo {
            return Reached::Outside;
        }
        let is_tcp = transport == Transport::Port(Protocol::Tcp);
        if self.api.is_some_and(|api| api.port == port && is_tcp) {
            return Reached::Proxy;
        }
        let mut forwards = self.forwards.iter();
        let found = forwards.find(|it| it.local == port && transport == Transport::Port(Protocol::Tcp));
        found.map_or(Reached::Refused, |it| {
            self.memory.borrow_mut().note_forwarded(it, self.cluster.now());
            match itself(world, &it.pod, it.remote, transport) {
                Reached::Refused => Reached::Closed,
                reached => reached,
            }
        })
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
