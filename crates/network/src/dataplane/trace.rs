use super::host::{Host, NAMED_OUTSIDE};
use crate::kernel::{Packet, RuleHit, Transport};
use crate::{Denial, ObjectKey, Protocol};
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;

/// What happened to a packet, step by step.
#[derive(Clone, Debug, PartialEq)]
pub struct Trace {
    pub steps: Vec<TraceStep>,
    pub end: PacketEnd,
    /// Its last source address.
    pub source: IpAddr,
    /// The endpoint that rules chose, if any.
    pub endpoint: Option<SocketAddr>,
}

impl Trace {
    /// The rule that decided: the one that refused or dropped, else the one that chose the endpoint by chance or memory, else the
    /// last that translated the destination.
    pub fn decisive(&self) -> Option<(&Host, &RuleLine)> {
        let rules = || self.steps.iter().filter_map(TraceStep::rule);
        match self.end {
            PacketEnd::Rejected | PacketEnd::Dropped => rules().next_back(),
            _ => rules().rfind(|(_, rule)| rule.hit.chance.is_some()).or_else(|| {
                let translated = |step: &TraceStep| matches!(step.event, Event::NewDestination { .. });
                let place = self.steps.iter().rposition(translated)?;
                self.steps.iter().take(place).rev().find_map(TraceStep::rule)
            }),
        }
    }

    /// Where the packet was, in order, without repetitions in a row.
    pub fn places(&self) -> Vec<Host> {
        let mut places: Vec<Host> = self.steps.iter().map(|step| step.place.clone()).collect();
        places.extend(match &self.end {
            PacketEnd::Pod(key) => Some(Host::Pod(key.clone())),
            PacketEnd::Node(name) => Some(Host::Node(name.clone())),
            PacketEnd::Outside => Some(Host::Outside),
            PacketEnd::NothingListens(place) => Some(place.clone()),
            PacketEnd::Rejected | PacketEnd::Dropped | PacketEnd::Denied(_) | PacketEnd::Nobody | PacketEnd::Closed => {
                None
            }
        });
        places.dedup();
        places
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct TraceStep {
    pub place: Host,
    pub event: Event,
    /// The packet's source after this step.
    pub source: SocketAddr,
    /// The packet's destination after this step.
    pub destination: SocketAddr,
}

impl TraceStep {
    /// The rule that applied in this step, and where.
    pub fn rule(&self) -> Option<(&Host, &RuleLine)> {
        match &self.event {
            Event::Rule(rule) => Some((&self.place, rule)),
            _ => None,
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    Sent,
    /// It reaches a node.
    Arrived,
    Rule(RuleLine),
    /// It belongs to a tracked connection: the same translation applies, and no rule is evaluated.
    Known,
    /// Its destination was translated.
    NewDestination {
        before: SocketAddr,
    },
    /// Its source was translated.
    NewSource {
        before: SocketAddr,
    },
    /// A process passes on what it reads, over a connection of its own: no kernel forwards anything.
    Relayed(Relay),
    Ended,
}

/// The processes between the machine outside and a pod that is asked past Services.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relay {
    ApiServer,
    Kubelet,
    /// The API server, which asks the pod itself.
    Proxy,
}

/// A rule that applied, with its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleLine {
    pub hit: RuleHit,
    /// As the node's tools print it.
    pub text: String,
}

/// How the journey of a packet ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PacketEnd {
    /// A pod answers.
    Pod(ObjectKey),
    /// A process of this node answers.
    Node(String),
    /// The machine outside the cluster answers.
    Outside,
    /// Nothing listens there; the sender is notified.
    NothingListens(Host),
    /// A rule rejected it; the sender is notified.
    Rejected,
    /// A rule dropped it.
    Dropped,
    /// The network plugin dropped it.
    Denied(Rc<Denial>),
    /// Nothing has the address.
    Nobody,
    /// The pod at the other end of the connection is gone.
    Closed,
}

pub(super) fn step(place: Host, event: Event, packet: &Packet) -> TraceStep {
    TraceStep {
        place,
        event,
        source: packet.source,
        destination: packet.destination,
    }
}

impl PacketEnd {
    pub fn is_answer(&self) -> bool {
        matches!(self, Self::Pod(_) | Self::Node(_) | Self::Outside)
    }

    /// The end of a packet that reached a host.
    pub(super) fn at(place: Host, answers: bool) -> Self {
        match place {
            _ if !answers => Self::NothingListens(place),
            Host::Pod(key) => Self::Pod(key),
            Host::Node(name) => Self::Node(name),
            Host::Outside => Self::Outside,
        }
    }
}

/// Outside the cluster only echo requests are answered, except by the machine with a DNS name.
///
/// Differs: that machine answers on every TCP port; the screen says so.
pub(super) fn outside_answers(transport: Transport, to: IpAddr) -> bool {
    transport == Transport::Echo || (to == NAMED_OUTSIDE && transport.is(Protocol::Tcp))
}
