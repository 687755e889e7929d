use super::host::Origin;
use super::journey::{Journey, JourneyContext, JourneyProgress};
use super::plane::DataPlane;
use super::trace::{PacketEnd, Trace};
use crate::kernel::{Conntrack, Decision, RuleMemory, Transport};
use crate::proxy::iptables::Probability;
use crate::proxy::{ServicePortName, Services};
use crate::{Micros, ObjectKey, Protocol};
use api::ip::Family;
use base::Stream;
use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::rc::Rc;

/// The first source port, by `net.ipv4.ip_local_port_range`; senders use the ports in turn.
const FIRST_PORT: u16 = 32_768;
const PORTS: u64 = 28_232;

/// What persists between packets while rules change: each node's tracked connections and remembered clients.
#[derive(Clone, Debug)]
pub struct Connections {
    plane: Rc<DataPlane>,
    tracks: Vec<Conntrack>,
    memories: Vec<RuleMemory>,
    chance: Stream,
    drawn: u64,
    sent: u64,
}

/// An open connection.
#[derive(Clone, Debug)]
pub struct Connection {
    origin: Origin,
    transport: Transport,
    port: u16,
    destination: SocketAddr,
    /// The pod at the other end, with its uid.
    with: Option<(ObjectKey, String)>,
}

/// The result of sending a request.
#[derive(Clone, Debug)]
pub struct Delivery {
    pub trace: Trace,
    pub connection: Connection,
}

impl Connections {
    /// Starts without any tracked connection.
    pub fn new(plane: Rc<DataPlane>, seed: u64) -> Self {
        let nodes = plane.fabric.nodes.len();
        let turns = Stream::new(seed, &["ipvs"]);
        Self {
            tracks: vec![Conntrack::default(); nodes],
            memories: vec![RuleMemory::beginning_at(turns.at(0, u64::from(u32::MAX))); nodes],
            plane,
            chance: Stream::new(seed, &["kube-proxy"]),
            drawn: 0,
            sent: 0,
        }
    }

    /// Replaces the world and its rules.
    ///
    /// Models: pkg/proxy/endpointschangetracker.go Update, pkg/proxy/conntrack/cleanup.go CleanStaleEntries (v1.36): where the
    /// endpoints of a UDP Service changed, each node removes entries of endpoints that no longer serve.
    pub fn change(&mut self, plane: Rc<DataPlane>) {
        let nodes = plane.fabric.nodes.len();
        self.tracks.resize_with(nodes, Conntrack::default);
        self.memories.resize_with(nodes, RuleMemory::default);
        for family in Family::ALL {
            if udp_endpoints_changed(self.plane.services(family), plane.services(family)) {
                for track in &mut self.tracks {
                    track.clean_stale(plane.services(family), family);
                }
            }
        }
        for (node, memory) in self.memories.iter_mut().enumerate() {
            memory.keep(&plane.lists(node));
        }
        self.plane = plane;
    }

    /// Opens a connection and sends a request over it; `None` if the sender has no address.
    pub fn ask(
        &mut self,
        origin: &Origin,
        transport: Transport,
        destination: SocketAddr,
        now: Micros,
    ) -> Option<Delivery> {
        let port = match transport {
            Transport::Echo => 0,
            Transport::Port(_) => FIRST_PORT + u16::try_from(self.sent % PORTS).unwrap_or(0),
        };
        self.sent += 1;
        let connection = Connection {
            origin: origin.clone(),
            transport,
            port,
            destination,
            with: None,
        };
        self.send(connection, now)
    }

    /// Sends another request over an open connection.
    pub fn again(&mut self, connection: &Connection, now: Micros) -> Option<Delivery> {
        let has_ended = |(key, uid): &(ObjectKey, String)| {
            let pod = self.plane.fabric.guest(key);
            pod.is_none_or(|pod| pod.uid != *uid)
        };
        let is_stream = !connection.transport.is(Protocol::Udp) && connection.transport != Transport::Echo;
        if is_stream && connection.with.as_ref().is_some_and(has_ended) {
            return Some(Delivery {
                trace: Trace {
                    steps: Vec::new(),
                    end: PacketEnd::Closed,
                    source: connection.destination.ip(),
                    endpoint: None,
                },
                connection: connection.clone(),
            });
        }
        self.send(connection.clone(), now)
    }

    fn send(&mut self, connection: Connection, now: Micros) -> Option<Delivery> {
        let plane = self.plane.clone();
        let tracks = std::mem::take(&mut self.tracks);
        let around = JourneyContext {
            plane: &plane,
            tracks: &tracks,
            now,
            traced: true,
        };
        let Connection {
            origin,
            transport,
            port,
            destination,
            ..
        } = &connection;
        let arrived = Journey::start(&around, origin, *transport, *port, *destination).map(|mut journey| {
            let end = self.follow(&around, &mut journey, now);
            (journey, end)
        });
        self.tracks = tracks;
        let (journey, end) = arrived?;
        self.take_note(&journey, &end, now);
        let pod = match &end {
            PacketEnd::Pod(key) => Some(key.clone()),
            _ => None,
        };
        let with = pod.and_then(|key| {
            let guest = plane.fabric.guest(&key)?;
            Some((key, guest.uid.clone()))
        });
        Some(Delivery {
            trace: journey.into_trace(),
            connection: Connection {
                with: with.or_else(|| connection.with.clone()),
                ..connection
            },
        })
    }

    /// Follows a packet to its end; makes the decisions that depend on memory and chance.
    fn follow(&mut self, around: &JourneyContext<'_>, journey: &mut Journey, now: Micros) -> PacketEnd {
        let mut answer = None;
        loop {
            match journey.advance(around, answer) {
                JourneyProgress::Ended(end) => return end,
                JourneyProgress::Decide(node, choice) => answer = Some(self.decide(node, &choice, now)),
            }
        }
    }

    fn decide(&mut self, node: usize, choice: &Decision, now: Micros) -> usize {
        match choice {
            Decision::Chance(probability) => {
                usize::from(self.draw(u64::from(Probability::ONE)) < u64::from(probability.0))
            }
            Decision::OneOf(ways) => usize::try_from(self.draw(*ways as u64)).unwrap_or(0),
            Decision::Remembered { list, client, seconds } => {
                let within = Micros::from_seconds(u64::from(*seconds));
                let memory = self.memories.get(node);
                usize::from(memory.is_some_and(|memory| memory.has(list, *client, within, now)))
            }
            Decision::Scheduled {
                server,
                real,
                scheduler,
            } => {
                let memory = self.memories.get(node);
                memory.map_or(0, |memory| memory.scheduled(server, real, *scheduler, now))
            }
        }
    }

    fn draw(&mut self, bound: u64) -> u64 {
        self.drawn += 1;
        self.chance.at(self.drawn, bound)
    }

    /// Stores what kernels remember of a packet: the connection, and the client for session affinity.
    fn take_note(&mut self, journey: &Journey, end: &PacketEnd, now: Micros) {
        for (node, list, client, is_recent) in &journey.remembered {
            if let Some(memory) = self.memories.get_mut(*node) {
                memory.remember(list, *client, now, *is_recent);
            }
        }
        for (node, scheduled) in &journey.scheduled {
            if let Some(memory) = self.memories.get_mut(*node) {
                memory.send_on(scheduled, now, now);
            }
        }
        if !end.is_answer() {
            return;
        }
        for (node, original, source, destination) in &journey.kept {
            if let Some(track) = self.tracks.get_mut(*node) {
                track.see(*original, *source, *destination, now);
            }
        }
    }
}

/// Whether the endpoints of any Service with UDP ports differ between the two.
fn udp_endpoints_changed(before: &Services, now: &Services) -> bool {
    let of = |services: &Services| -> BTreeMap<ObjectKey, BTreeSet<ServicePortName>> {
        let mut names = BTreeMap::<ObjectKey, BTreeSet<ServicePortName>>::new();
        for name in services.endpoints.keys() {
            names.entry(name.service.clone()).or_default().insert(name.clone());
        }
        names
    };
    let (earlier, later) = (of(before), of(now));
    let services: BTreeSet<&ObjectKey> = earlier.keys().chain(later.keys()).collect();
    services.into_iter().any(|service| {
        let names: BTreeSet<&ServicePortName> = [&earlier, &later]
            .into_iter()
            .filter_map(|names| names.get(service))
            .flatten()
            .collect();
        names.iter().any(|name| name.protocol == Protocol::Udp)
            && names.iter().any(|name| before.endpoints(name) != now.endpoints(name))
    })
}
