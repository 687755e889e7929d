//! Requests through a port that `kubectl port-forward` leads to a pod: past Services and kube-proxy, as a stream from the API
//! server to the kubelet of the pod's node, which connects to the port inside the pod.

use super::fate::Fate;
use crate::dataplane::{DataPlane, Event, Host, PacketEnd, Relay, Site, Trace, TraceStep, outside};
use crate::kernel::Transport;
use crate::{Flow, ObjectKey, Protocol, World};
use api::ip::Family;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// The port of kubelets.
const KUBELET: u16 = 10_250;
/// Where `kubectl port-forward` listens on the machine outside.
const LOCALHOST: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
/// The first port of senders, by `net.ipv4.ip_local_port_range`.
const SENDER: u16 = 32_768;

/// Where a forwarded port leads in one world.
#[derive(Clone, Debug)]
pub(super) struct Forwarded {
    pod: ObjectKey,
    /// The port of the machine outside.
    local: u16,
    /// The address and port of the pod.
    pub end: SocketAddr,
}

impl Forwarded {
    /// `None` where the pod is gone.
    pub fn of(plane: &DataPlane, flow: &Flow) -> Option<Self> {
        let crate::Door::Forward { pod, local } = &flow.target.door else {
            return None;
        };
        let ip = plane.world().pod(pod)?.ip?;
        Some(Self {
            pod: pod.clone(),
            local: *local,
            end: SocketAddr::new(ip, flow.target.port),
        })
    }

    /// What the client contacts.
    pub fn dialled(&self) -> SocketAddr {
        SocketAddr::new(LOCALHOST, self.local)
    }

    pub fn fate(&self, plane: &DataPlane) -> Fate {
        if self.listens(plane) {
            Fate::Answered
        } else {
            Fate::NoForward
        }
    }

    fn listens(&self, plane: &DataPlane) -> bool {
        let guest = plane.fabric.guest(&self.pod);
        guest.is_some_and(|guest| guest.answers(Transport::Port(Protocol::Tcp), self.end.port(), true))
    }

    /// The machines that its bytes pass, each over a connection of its own.
    pub fn trace(&self, plane: &DataPlane) -> Option<Trace> {
        let nodes = &plane.fabric.nodes;
        let first = nodes.first()?;
        let home = nodes.get(plane.fabric.guest(&self.pod)?.node)?;
        let (inside, family) = match self.end.ip() {
            IpAddr::V4(_) => (LOCALHOST, Family::V4),
            IpAddr::V6(_) => (IpAddr::V6(Ipv6Addr::LOCALHOST), Family::V6),
        };
        let step = |place: Host, event: Event, (from, to): (IpAddr, SocketAddr)| TraceStep {
            place,
            event,
            source: SocketAddr::new(from, SENDER),
            destination: to,
        };
        let first_address = node_address(first)?;
        let api_server = SocketAddr::new(first_address, World::API_SERVER_PORT);
        let kubelet = SocketAddr::new(node_address(home)?, KUBELET);
        let pod = Host::Pod(self.pod.clone());
        let steps = vec![
            step(Host::Outside, Event::Sent, (LOCALHOST, self.dialled())),
            step(
                Host::Node(first.name.clone()),
                Event::Relayed(Relay::ApiServer),
                (outside(family), api_server),
            ),
            step(
                Host::Node(home.name.clone()),
                Event::Relayed(Relay::Kubelet),
                (first_address, kubelet),
            ),
            step(
                pod.clone(),
                Event::Ended,
                (inside, SocketAddr::new(inside, self.end.port())),
            ),
        ];
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

/// The address by which the other nodes reach a node: IPv4 where it has both.
fn node_address(site: &Site) -> Option<IpAddr> {
    let interfaces = site.locals.of(Family::V4).or_else(|| site.locals.of(Family::V6));
    interfaces.map(|it| it.node)
}
