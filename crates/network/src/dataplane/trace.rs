use super::host::{Host, NAMED_OUTSIDE};
use crate::kernel::{Packet, RuleHit, Transport};
use crate::{ObjectKey, Protocol};
use std::net::{Ipv4Addr, SocketAddrV4};

/// What happened to a packet on its way, step by step.
#[derive(Clone, Debug, PartialEq)]
pub struct Trace {
    /// In the order of the way.
    pub steps: Vec<TraceStep>,
    /// How the way ended.
    pub end: PacketEnd,
    /// The address that it came from in the end.
    pub source: Ipv4Addr,
    /// The endpoint that rules chose, if they did.
    pub endpoint: Option<SocketAddrV4>,
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

    /// Where the packet was, in order, each place once in a row.
    pub fn places(&self) -> Vec<Host> {
        let mut places: Vec<Host> = self.steps.iter().map(|step| step.place.clone()).collect();
        places.extend(match &self.end {
            PacketEnd::Pod(key) => Some(Host::Pod(key.clone())),
            PacketEnd::Node(name) => Some(Host::Node(name.clone())),
            PacketEnd::Outside => Some(Host::Outside),
            PacketEnd::NothingListens(place) => Some(place.clone()),
            PacketEnd::Rejected | PacketEnd::Dropped | PacketEnd::Nobody | PacketEnd::Closed => None,
        });
        places.dedup();
        places
    }
}

/// A step of a packet's way.
#[derive(Clone, Debug, PartialEq)]
pub struct TraceStep {
    /// Where.
    pub place: Host,
    /// What happened there.
    pub event: Event,
    /// Where the packet comes from, after that.
    pub source: SocketAddrV4,
    /// Where it goes to, after that.
    pub destination: SocketAddrV4,
}

impl TraceStep {
    /// The rule that applied in it, and where.
    pub fn rule(&self) -> Option<(&Host, &RuleLine)> {
        match &self.event {
            Event::Rule(rule) => Some((&self.place, rule)),
            _ => None,
        }
    }
}

/// What happens to a packet.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// It leaves its sender.
    Sent,
    /// It comes to a node.
    Arrived,
    /// A rule applies.
    Rule(RuleLine),
    /// It belongs to a connection that the kernel knows: what was translated then is translated now, and no rule is asked.
    Known,
    /// It goes on to another destination.
    NewDestination {
        /// Where it went to before.
        before: SocketAddrV4,
    },
    /// It goes on from another source.
    NewSource {
        /// Where it came from before.
        before: SocketAddrV4,
    },
    /// It goes no farther.
    Ended,
}

/// A rule that applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleLine {
    /// Where it stands.
    pub hit: RuleHit,
    /// Its text, as the node's tools print it.
    pub text: String,
}

/// How a packet's way ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PacketEnd {
    /// A pod answers.
    Pod(ObjectKey),
    /// A process of a node answers.
    Node(String),
    /// The machine outside answers, as it does an echo request.
    Outside,
    /// The packet arrived where nothing listens: the sender is told.
    NothingListens(Host),
    /// A rule refused it: the sender is told.
    Rejected,
    /// A rule dropped it.
    Dropped,
    /// Nobody has the address.
    Nobody,
    /// The pod that the connection was with has ended, and the connection with it.
    Closed,
}

/// What a trace says of a packet.
pub(super) fn step(place: Host, event: Event, packet: &Packet) -> TraceStep {
    TraceStep {
        place,
        event,
        source: packet.source,
        destination: packet.destination,
    }
}

impl PacketEnd {
    /// Whether somebody answers.
    pub fn is_answer(&self) -> bool {
        matches!(self, Self::Pod(_) | Self::Node(_) | Self::Outside)
    }

    /// What becomes of a packet that came to someone who answers or does not.
    pub(super) fn at(place: Host, answers: bool) -> Self {
        match place {
            _ if !answers => Self::NothingListens(place),
            Host::Pod(key) => Self::Pod(key),
            Host::Node(name) => Self::Node(name),
            Host::Outside => Self::Outside,
        }
    }
}

/// Outside nothing listens, so that only echo requests are answered; but for the one machine that has a name there.
///
/// Differs: that machine answers at every port of TCP, whatever it is asked; the screen says so.
pub(super) fn outside_answers(transport: Transport, to: Ipv4Addr) -> bool {
    transport == Transport::Echo || (to == NAMED_OUTSIDE && transport.is(Protocol::Tcp))
}
