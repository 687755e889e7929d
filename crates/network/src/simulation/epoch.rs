use super::decision_tree::{DecisionTree, Leaf};
use super::dial::{Dialled, at_service};
use super::fate::Fate;
use super::forwarded::Forwarded;
use super::onward::Onwards;
use crate::dataplane::{DataPlane, Host, Origin, PacketEnd};
use crate::kernel::Transport;
use crate::{Client, Denial, Direction, Door, Flow, Micros, Protocol, Service};
use api::ip::Family;
use base::{Stream, below};
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;

/// A time span in which the world does not change.
#[derive(Clone, Debug)]
pub(super) struct WorldEpoch {
    pub from: Micros,
    pub plane: Rc<DataPlane>,
    pub table: DecisionTree,
    pub onwards: Onwards,
    diallings: Diallings,
    /// About how much it holds: its pods and endpoints.
    pub places: usize,
}

/// What each sender contacts, computed on first use. Of the many senders of a long run only a few neighbours send in one epoch, so
/// that the list begins with the first of them.
#[derive(Clone, Debug, Default)]
struct Diallings {
    first: usize,
    known: Vec<Option<Rc<Dialling>>>,
}

impl Diallings {
    fn get(&self, number: u32) -> Option<&Rc<Dialling>> {
        let place = (number as usize).checked_sub(self.first)?;
        self.known.get(place)?.as_ref()
    }

    fn keep(&mut self, number: u32, dialling: Rc<Dialling>) {
        let number = number as usize;
        if self.known.is_empty() {
            self.first = number;
        }
        let before = self.first.saturating_sub(number);
        self.known.splice(0..0, std::iter::repeat_n(None, before));
        self.first -= before;
        let place = number - self.first;
        if self.known.len() <= place {
            self.known.resize(place + 1, None);
        }
        if let Some(slot) = self.known.get_mut(place) {
            *slot = Some(dialling);
        }
    }
}

#[derive(Debug)]
pub(super) enum Dialling {
    /// The sender does not exist.
    NoSender,
    /// The name has no address.
    Unknown,
    /// Policies keep the sender from the cluster's DNS.
    Nameless(Rc<Denial>),
    /// A port of the machine outside leads there.
    Forwarded(Forwarded),
    Dials(Dials),
}

/// The addresses that a sender contacts, with their roots in the decision tree.
#[derive(Debug)]
pub(super) struct Dials {
    pub origin: Origin,
    pub sender: IpAddr,
    pub transport: Transport,
    pub addresses: Vec<(u32, SocketAddr)>,
    /// Whether the Service has the port.
    has_port: bool,
    /// Whether the addresses are those of pods.
    pub is_headless: bool,
}

/// How many pods and endpoints a world holds.
fn places(plane: &DataPlane) -> usize {
    let endpoints = Family::ALL.map(|family| plane.services(family).endpoints.values().map(Vec::len).sum::<usize>());
    plane.world().pods.len() + endpoints.iter().sum::<usize>()
}

impl WorldEpoch {
    pub fn new(from: Micros, plane: Rc<DataPlane>) -> Self {
        Self {
            from,
            places: places(&plane),
            plane,
            table: DecisionTree::default(),
            onwards: Onwards::default(),
            diallings: Diallings::default(),
        }
    }

    pub fn dialling(&mut self, number: u32, flow: &Flow) -> Rc<Dialling> {
        if let Some(known) = self.diallings.get(number) {
            return known.clone();
        }
        let looked_up = Rc::new(self.look_up(flow));
        self.diallings.keep(number, looked_up.clone());
        looked_up
    }

    /// `None` unless [`Self::dialling`] ran before.
    pub fn dialled(&self, number: u32) -> Option<&Dials> {
        match &**self.diallings.get(number)? {
            Dialling::Dials(dials) => Some(dials),
            Dialling::NoSender | Dialling::Unknown | Dialling::Nameless(_) | Dialling::Forwarded(_) => None,
        }
    }

    /// Where a sender's forwarded port leads; `None` unless [`Self::dialling`] ran before.
    pub fn forwarded(&self, number: u32) -> Option<&Forwarded> {
        match &**self.diallings.get(number)? {
            Dialling::Forwarded(forwarded) => Some(forwarded),
            _ => None,
        }
    }

    /// Why a sender's names have no answer; `None` unless [`Self::dialling`] ran before.
    pub fn nameless(&self, number: u32) -> Option<&Rc<Denial>> {
        match &**self.diallings.get(number)? {
            Dialling::Nameless(denial) => Some(denial),
            _ => None,
        }
    }

    /// Why the sender cannot look up the name that it asks by.
    fn dns_denial(&self, flow: &Flow) -> Option<Denial> {
        let world = self.plane.world();
        match (&flow.client, &flow.target.door) {
            (Client::Pod(key), Door::Usual) if world.policies.decide() => {
                world.policies.dns_denial(world.pod(key)?, Protocol::Udp)
            }
            _ => None,
        }
    }

    fn look_up(&mut self, flow: &Flow) -> Dialling {
        let origin = Origin::from(&flow.client);
        let families = Family::ALL.map(|family| self.plane.address(&origin, family));
        let families: Vec<Family> = families.into_iter().flatten().map(Family::of).collect();
        if families.is_empty() {
            return Dialling::NoSender;
        }
        if flow.target.is_forwarded() {
            let forwarded = Forwarded::of(&self.plane, flow);
            return forwarded.map_or(Dialling::NoSender, Dialling::Forwarded);
        }
        if let Some(denial) = self.dns_denial(flow) {
            return Dialling::Nameless(Rc::new(denial));
        }
        let target = at_service(&self.plane, &flow.target);
        let Dialled::OneOf(addresses, protocol) = Dialled::of(&self.plane, &flow.client, &families, &target) else {
            return Dialling::Unknown;
        };
        let transport = Transport::Port(protocol);
        let roots = addresses.into_iter().filter_map(|address| {
            let root = self.table.root(&self.plane, &origin, transport, address)?;
            Some((root, address))
        });
        let addresses: Vec<(u32, SocketAddr)> = roots.collect();
        // None of a family that the sender has.
        let Some((_, dialled)) = addresses.first() else {
            return Dialling::Unknown;
        };
        let Some(sender) = self.plane.address(&origin, Family::of(dialled.ip())) else {
            return Dialling::NoSender;
        };
        let world = self.plane.world();
        let service = world.service(&target.service);
        // An external name may lead to another Service.
        let is_dialled = |ip: &IpAddr| addresses.iter().any(|(_, address)| address.ip() == *ip);
        let at_its_address = |service: &&Service| service.cluster_ips.iter().any(is_dialled);
        let dialled: Vec<&Service> = world.services.iter().filter(at_its_address).collect();
        let is_own = service.is_some_and(|service| !service.cluster_ips.is_empty());
        let is_virtual = is_own || !dialled.is_empty();
        let mut ports = service.into_iter().chain(dialled).flat_map(|service| &service.ports);
        Dialling::Dials(Dials {
            origin,
            sender,
            transport,
            has_port: ports.any(|port| port.port == target.port)
                || world
                    .router(&target.service)
                    .is_some_and(|router| router.has_port(target.port)),
            is_headless: service.is_some() && !is_virtual,
            addresses,
        })
    }
}

impl Dials {
    /// The index of the chosen address, and the random number left for the rules.
    fn place(&self, draw: u64) -> (usize, u64) {
        if self.addresses.len() < 2 {
            return (0, draw);
        }
        let place = below(draw, self.addresses.len() as u64);
        (usize::try_from(place).unwrap_or(0), Stream::next(draw))
    }

    /// The root of the chosen address, and the random number left for the rules.
    pub fn root(&self, draw: u64) -> (u32, u64) {
        let (place, draw) = self.place(draw);
        (self.addresses.get(place).map_or(u32::MAX, |(root, _)| *root), draw)
    }

    /// The chosen address.
    pub fn address(&self, draw: u64) -> Option<SocketAddr> {
        self.addresses.get(self.place(draw).0).map(|(_, address)| *address)
    }

    /// The fate of a request that reaches a leaf.
    pub fn fate(&self, leaf: &Leaf) -> Fate {
        let is_sent_on = leaf.endpoint.is_some() || self.is_headless;
        match &leaf.end {
            PacketEnd::Pod(_) | PacketEnd::Node(_) | PacketEnd::Outside => Fate::Answered,
            PacketEnd::NothingListens(Host::Pod(_)) => Fate::NotListening,
            PacketEnd::NothingListens(_) if is_sent_on => Fate::NotListening,
            PacketEnd::NothingListens(_) => Fate::NothingOnNode,
            PacketEnd::Rejected if self.has_port => Fate::NoEndpoints,
            PacketEnd::Rejected => Fate::NoSuchPort,
            PacketEnd::Nobody if is_sent_on => Fate::LostAtBackend,
            PacketEnd::Nobody | PacketEnd::Dropped => Fate::LostAtService,
            PacketEnd::Denied(denial) if denial.direction == Direction::Egress => Fate::DeniedOut,
            PacketEnd::Denied(_) => Fate::DeniedIn,
            PacketEnd::Closed => Fate::Closed,
        }
    }
}
