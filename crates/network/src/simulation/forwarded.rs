//! Requests that the API server leads to a pod, past Services and kube-proxy: through a port of `kubectl port-forward`, as a
//! stream to the kubelet of the pod's node, which connects to the port inside the pod; or by a path with `/proxy/`, which the
//! API server asks itself.

use super::fate::Fate;
use crate::dataplane::{
    Connections, DataPlane, Event, Host, Origin, PacketEnd, Relay, Site, Trace, TraceStep, outside,
};
use crate::kernel::Transport;
use crate::{Door, Flow, Micros, ObjectKey, Protocol, World};
use api::ip::Family;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::rc::Rc;

/// The port of kubelets.
const KUBELET: u16 = 10_250;
/// Where `kubectl port-forward` listens on the machine outside.
const LOCALHOST: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
/// The first port of senders, by `net.ipv4.ip_local_port_range`.
const SENDER: u16 = 32_768;

/// Where a request leads past Services in one world.
#[derive(Clone, Debug)]
pub(super) struct Forwarded {
    pod: ObjectKey,
    by: By,
    /// What the client contacts.
    dialled: SocketAddr,
    /// The address and port of the pod.
    pub end: SocketAddr,
}

/// Who connects to the pod.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    /// A kubelet, inside the pod.
    PortForward,
    ApiServer,
}

impl Forwarded {
    /// `None` where the pod is gone.
    pub fn of(plane: &DataPlane, flow: &Flow) -> Option<Self> {
        let (pod, by, dialled) = match &flow.target.door {
            Door::Forward { pod, local } => (pod, By::PortForward, SocketAddr::new(LOCALHOST, *local)),
            Door::ApiServer { pod } => (pod, By::ApiServer, api_server(plane)?),
            Door::Usual | Door::Node(_) | Door::LoadBalancer | Door::Address(_) => return None,
        };
        let ip = plane.world().pod(pod)?.ip?;
        Some(Self {
            pod: pod.clone(),
            by,
            dialled,
            end: SocketAddr::new(ip, flow.target.port),
        })
    }

    pub fn dialled(&self) -> SocketAddr {
        self.dialled
    }

    /// Whether the connection is made inside the pod, where it reaches what listens on localhost and no policy applies.
    pub fn is_inside(&self) -> bool {
        self.by == By::PortForward
    }

    pub fn fate(&self, plane: &Rc<DataPlane>) -> Fate {
        match self.by {
            By::PortForward if self.listens(plane) => Fate::Answered,
            By::PortForward => Fate::NoForward,
            By::ApiServer => match self.asked(plane).map(|trace| trace.end) {
                Some(PacketEnd::Pod(_) | PacketEnd::Node(_) | PacketEnd::Outside) => Fate::Answered,
                Some(PacketEnd::NothingListens(_) | PacketEnd::Rejected | PacketEnd::Closed) => Fate::NoProxy,
                Some(PacketEnd::Dropped | PacketEnd::Denied(_) | PacketEnd::Nobody) | None => Fate::LostProxy,
            },
        }
    }

    /// What its client sees of a fate.
    pub fn seen(&self, fate: Fate) -> Fate {
        match self.by {
            By::PortForward => fate.through_forward(),
            By::ApiServer => fate.through_api_server(),
        }
    }

    fn listens(&self, plane: &DataPlane) -> bool {
        let guest = plane.fabric.guest(&self.pod);
        guest.is_some_and(|guest| guest.answers(Transport::Port(Protocol::Tcp), self.end.port(), true))
    }

    /// The packet that the API server sends to the pod.
    fn asked(&self, plane: &Rc<DataPlane>) -> Option<Trace> {
        let first = Origin::Node(plane.fabric.nodes.first()?.name.clone());
        let tcp = Transport::Port(Protocol::Tcp);
        let delivery = Connections::new(plane.clone(), 0).ask(&first, tcp, self.end, Micros::ZERO);
        delivery.map(|delivery| delivery.trace)
    }

    /// The machines that its bytes pass, each over a connection of its own.
    pub fn trace(&self, plane: &Rc<DataPlane>) -> Option<Trace> {
        let first = plane.fabric.nodes.first()?;
        let (family, api_server) = (Family::of(self.end.ip()), api_server(plane)?);
        let from = match self.by {
            By::PortForward => LOCALHOST,
            By::ApiServer => outside(family),
        };
        let mut steps = vec![
            step(Host::Outside, Event::Sent, (from, self.dialled)),
            step(
                Host::Node(first.name.clone()),
                Event::Relayed(match self.by {
                    By::PortForward => Relay::ApiServer,
                    By::ApiServer => Relay::Proxy,
                }),
                (outside(family), api_server),
            ),
        ];
        if self.by == By::ApiServer {
            let asked = self.asked(plane)?;
            // It leaves where the API server was told to.
            steps.extend(asked.steps.into_iter().filter(|step| step.event != Event::Sent));
            return Some(Trace {
                steps,
                end: asked.end,
                source: asked.source,
                endpoint: asked.endpoint,
            });
        }
        let home = plane.fabric.nodes.get(plane.fabric.guest(&self.pod)?.node)?;
        let inside = match family {
            Family::V4 => LOCALHOST,
            Family::V6 => IpAddr::V6(Ipv6Addr::LOCALHOST),
        };
        let kubelet = SocketAddr::new(node_address(home)?, KUBELET);
        let pod = Host::Pod(self.pod.clone());
        steps.push(step(
            Host::Node(home.name.clone()),
            Event::Relayed(Relay::Kubelet),
            (api_server.ip(), kubelet),
        ));
        steps.push(step(
            pod.clone(),
            Event::Ended,
            (inside, SocketAddr::new(inside, self.end.port())),
        ));
        Some(Trace {
            steps,
            end: if self.listens(plane) {
                PacketEnd::Pod(self.pod.clone())
            } else {
                PacketEnd::NothingListens(pod)
            },
            source: LOCALHOST,
            endpoint: Some(self.end),
        })
    }
}

fn step(place: Host, event: Event, (from, to): (IpAddr, SocketAddr)) -> TraceStep {
    TraceStep {
        place,
        event,
        source: SocketAddr::new(from, SENDER),
        destination: to,
    }
}

/// Where the API server listens.
fn api_server(plane: &DataPlane) -> Option<SocketAddr> {
    let address = node_address(plane.fabric.nodes.first()?)?;
    Some(SocketAddr::new(address, World::API_SERVER_PORT))
}

/// The address by which the other nodes reach a node: IPv4 where it has both.
fn node_address(site: &Site) -> Option<IpAddr> {
    let interfaces = site.locals.of(Family::V4).or_else(|| site.locals.of(Family::V6));
    interfaces.map(|it| it.node)
}
