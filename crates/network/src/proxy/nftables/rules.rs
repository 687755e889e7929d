//! The table as nftables keeps it, with just the statements that kube-proxy uses.

use crate::{Cidr, Protocol};
use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, SocketAddrV4};
use std::rc::Rc;

/// kube-proxy's table of one node.
///
/// Its text is what `nft list table ip kube-proxy` prints.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NftTable {
    /// In the order they were made.
    pub sets: Vec<Set>,
    /// In the order they were made.
    pub maps: Vec<Map>,
    /// In the order they were made, those where the kernel enters first.
    pub chains: Vec<NftChain>,
    /// Where each chain is in that order.
    pub(super) places: BTreeMap<Rc<str>, usize>,
}

impl NftTable {
    /// The chain of that name.
    pub fn chain(&self, name: &str) -> Option<&NftChain> {
        self.chains.get(*self.places.get(name)?)
    }

    /// The set of that name.
    pub fn set(&self, name: &str) -> Option<&Set> {
        self.sets.iter().find(|set| &*set.name == name)
    }

    /// The map of that name.
    pub fn map(&self, name: &str) -> Option<&Map> {
        self.maps.iter().find(|map| map.name == name)
    }

    /// The sets of clients.
    pub(crate) fn lists(&self) -> BTreeSet<Rc<str>> {
        let remembers = |set: &&Set| matches!(set.elements, SetElements::Clients { .. });
        self.sets.iter().filter(remembers).map(|set| set.name.clone()).collect()
    }

    /// Makes sure that a chain exists.
    pub(super) fn add(&mut self, name: &str) -> &mut NftChain {
        let place = *self.places.entry(name.into()).or_insert_with(|| {
            self.chains.push(NftChain::named(name));
            self.chains.len() - 1
        });
        &mut self.chains[place]
    }

    /// Appends a rule to a chain.
    pub(super) fn append(&mut self, chain: &str, rule: NftRule) {
        self.add(chain).rules.push(rule);
    }

    /// Enters an element into a map, unless one with its key is there.
    pub(super) fn map_to(&mut self, map: &str, key: NftKey, verdict: Verdict, comment: Option<String>) {
        if let Some(map) = self.maps.iter_mut().find(|known| known.name == map) {
            map.elements.insert(key, MapElement { verdict, comment });
        }
    }
}

/// A set of what packets are compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Set {
    /// Its name.
    pub name: Rc<str>,
    /// What it says of itself.
    pub comment: Option<&'static str>,
    /// What is in it.
    pub elements: SetElements,
}

/// What a set holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SetElements {
    /// Addresses.
    Addresses(BTreeSet<Ipv4Addr>),
    /// Connections of endpoints to themselves: address to the same address, protocol and port.
    Hairpins(BTreeSet<(Ipv4Addr, Protocol, u16)>),
    /// Clients remembered for so many seconds; who they are is the kernel's to know.
    Clients {
        /// How long.
        seconds: u32,
    },
}

/// A map from what packets say to a verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Map {
    /// Its name.
    pub name: &'static str,
    /// What it says of itself.
    pub comment: &'static str,
    /// What its keys are made of.
    pub kind: KeyKind,
    /// By key.
    pub elements: BTreeMap<NftKey, MapElement>,
}

/// What the keys of a map are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// Destination address, protocol, destination port.
    Address,
    /// Protocol, destination port.
    Port,
}

/// A key of a map; the address is absent where keys have none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NftKey {
    /// The destination address.
    pub address: Option<Ipv4Addr>,
    /// The protocol.
    pub protocol: Protocol,
    /// The destination port.
    pub port: u16,
}

/// What a map holds for a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MapElement {
    /// What becomes of the packet.
    pub verdict: Verdict,
    /// The Service port it is of.
    pub comment: Option<String>,
}

/// A chain: its rules in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NftChain {
    /// Its name.
    pub name: Rc<str>,
    /// Where the kernel enters it; none for those that others jump to.
    pub base: Option<BaseChain>,
    /// What it says of itself.
    pub comment: Option<&'static str>,
    /// Its rules.
    pub rules: Vec<NftRule>,
}

impl NftChain {
    fn named(name: &str) -> Self {
        Self {
            name: name.into(),
            base: None,
            comment: None,
            rules: Vec::new(),
        }
    }
}

/// Where the kernel enters a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BaseChain {
    /// At which point of a packet's way.
    pub(crate) hook: Hook,
    /// Whether it translates addresses: such a chain sees only the first packet of a connection.
    pub translates: bool,
    /// When it is entered there: the lowest first.
    pub priority: i32,
}

/// A point of a packet's way through a node's kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Hook {
    /// Come in by an interface.
    Prerouting,
    /// For this node itself.
    Input,
    /// On its way through.
    Forward,
    /// Made by a process of this node.
    Output,
    /// About to leave.
    Postrouting,
}

/// A rule: statements from left to right; one that does not hold ends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NftRule {
    /// The statements.
    pub statements: Vec<Statement>,
    /// What it is for.
    pub comment: Option<&'static str>,
}

impl NftRule {
    /// A rule of these statements.
    pub(super) fn of(statements: impl Into<Vec<Statement>>) -> Self {
        Self {
            statements: statements.into(),
            comment: None,
        }
    }

    /// The same rule with a comment.
    pub(super) fn saying(mut self, comment: &'static str) -> Self {
        self.comment = Some(comment);
        self
    }
}

/// A condition or a deed of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Statement {
    /// Holds for the first packet of a connection.
    StateNew,
    /// Holds where the destination is translated.
    StatusDnat,
    /// Holds for this protocol.
    Protocol(Protocol),
    /// Holds where the destination is in a set.
    DestinationIn(&'static str),
    /// Holds where the destination is in a range.
    DestinationWithin(Cidr),
    /// Holds where the source is in a set of clients.
    SourceRemembered(Rc<str>),
    /// Holds where the source is in a range.
    SourceWithin(Cidr),
    /// Holds where the source is outside a range.
    SourceOutside(Cidr),
    /// Holds where the source is in none of these ranges.
    SourceInNone(Vec<Cidr>),
    /// Holds where the source is an address of this node.
    SourceLocal,
    /// Holds where the packet goes from an endpoint to itself.
    HairpinIn(&'static str),
    /// Holds where the packet is marked for masquerading.
    Marked,
    /// Marks for masquerading.
    SetMark,
    /// Flips the mark.
    FlipMark,
    /// Enters the source into a set of clients, anew.
    Remember(Rc<str>),
    /// Looks a verdict up in a map.
    Lookup(KeyKind, &'static str),
    /// One of these chains, each equally likely.
    RandomChain(Vec<Rc<str>>),
    /// One of these destinations, each equally likely.
    RandomDnat(Vec<SocketAddrV4>),
    /// This destination instead.
    Dnat(SocketAddrV4),
    /// From the address of the interface it leaves by.
    Masquerade,
    /// What becomes of the packet.
    Verdict(Verdict),
}

/// What becomes of a packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Goes through a chain, and comes back where that decides nothing.
    Jump(Rc<str>),
    /// Goes through a chain, and where that decides nothing back to whoever jumped last.
    Goto(Rc<str>),
    /// Is forgotten.
    Drop,
    /// Is answered with an ICMP error: port unreachable.
    Reject,
}
