//! Requests through a port that `kubectl port-forward` leads to a pod: past Services and kube-proxy, as a stream from the API
//! server to the kubelet of the pod's node, which connects to the port inside the pod.

use super::fate::Fate;
use crate::dataplane::{DataPlane, Event, Host, OUTSIDE, PacketEnd, Relay, Trace, TraceStep};
use crate::kernel::Transport;
use crate::{Flow, ObjectKey, Protocol, World};
use std::net::{Ipv4Addr, SocketAddrV4};

/// The port of kubelets.
const KUBELET: u16 = 10_250;
/// The first port of senders, by `net.ipv4.ip_local_port_range`.
const SENDER: u16 = 32_768;

/// Where a forwarded port leads in one world.
#[derive(Clone, Debug)]
pub(super) struct Forwarded {
    pod: ObjectKey,
    /// The port of the machine outside.
    local: u16,
    /// The address and port of the pod.
    pub end: SocketAddrV4,
}

impl Forwarded {
    /// `None` where the pod is gone.
    pub fn of(plane: &DataPlane, flow: &Flow) -> Option<Self> {
        let crate::Door::Forward { pod, local } = &flow.target.door else {
            return None;
        };
        let ip = plane.world().pod(pod)?.v4()?;
        Some(Self {
            pod: pod.clone(),
            local: *local,
            end: SocketAddrV4::new(ip, flow.target.port),
        })
    }

    /// What the client contacts.
    pub fn dialled(&self) -> SocketAddrV4 {
        SocketAddrV4::new(Ipv4Addr::LOCALHOST, self.local)
    }

    pub fn fate(&self, plane: &DataPlane) -> Fate {
        match self.listens(plane) {
            true => Fate::Answered,
            false => Fate::NoForward,
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
        let local = |port| SocketAddrV4::new(Ipv4Addr::LOCALHOST, port);
        let step = |place: Host, event: Event, (from, to): (Ipv4Addr, SocketAddrV4)| TraceStep {
            place,
            event,
            source: SocketAddrV4::new(from, SENDER),
            destination: to,
        };
        let api_server = SocketAddrV4::new(first.locals.node, World::API_SERVER_PORT);
        let kubelet = SocketAddrV4::new(home.locals.node, KUBELET);
        let pod = Host::Pod(self.pod.clone());
        let steps = vec![
            step(Host::Outside, Event::Sent, (Ipv4Addr::LOCALHOST, self.dialled())),
            step(
                Host::Node(first.name.clone()),
                Event::Relayed(Relay::ApiServer),
                (OUTSIDE, api_server),
            ),
            step(
                Host::Node(home.name.clone()),
                Event::Relayed(Relay::Kubelet),
                (first.locals.node, kubelet),
            ),
            step(pod.clone(), Event::Ended, (Ipv4Addr::LOCALHOST, local(self.end.port()))),
        ];
        Some(Trace {
            steps,
            end: match self.listens(plane) {
                true => PacketEnd::Pod(self.pod.clone()),
                false => PacketEnd::NothingListens(pod),
            },
            source: Ipv4Addr::LOCALHOST,
            endpoint: Some(self.end),
        })
    }
}
