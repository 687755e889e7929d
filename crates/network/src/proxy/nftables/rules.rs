//! An nftables table with the statements that kube-proxy uses.

use crate::{Cidr, Protocol};
use api::ip::Family;
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;

/// kube-proxy's table of one family on one node, printed as `nft list table ip kube-proxy` does, or `ip6`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NftTable {
    pub family: Family,
    /// In order of creation.
    pub sets: Vec<Set>,
    /// In order of creation.
    pub maps: Vec<Map>,
    /// In order of creation, base chains first.
    pub chains: Vec<NftChain>,
    /// The index of each chain.
    pub(super) places: BTreeMap<Rc<str>, usize>,
}

impl NftTable {
    pub fn chain(&self, name: &str) -> Option<&NftChain> {
        self.chains.get(*self.places.get(name)?)
    }

    pub fn set(&self, name: &str) -> Option<&Set> {
        self.sets.iter().find(|set| &*set.name == name)
    }

    pub fn map(&self, name: &str) -> Option<&Map> {
        self.maps.iter().find(|map| map.name == name)
    }

    /// The sets of remembered clients.
    pub(crate) fn lists(&self) -> BTreeSet<Rc<str>> {
        let remembers = |set: &&Set| matches!(set.elements, SetElements::Clients { .. });
        self.sets.iter().filter(remembers).map(|set| set.name.clone()).collect()
    }

    /// Adds a chain unless it exists.
    pub(super) fn add(&mut self, name: &str) -> &mut NftChain {
        let place = *self.places.entry(name.into()).or_insert_with(|| {
            self.chains.push(NftChain::named(name));
            self.chains.len() - 1
        });
        &mut self.chains[place]
    }

    pub(super) fn append(&mut self, chain: &str, rule: NftRule) {
        self.add(chain).rules.push(rule);
    }

    /// Adds an element to a map unless its key exists.
    pub(super) fn map_to(&mut self, map: &str, key: NftKey, verdict: Verdict, comment: Option<String>) {
        if let Some(map) = self.maps.iter_mut().find(|known| known.name == map) {
            map.elements.insert(key, MapElement { verdict, comment });
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Set {
    pub name: Rc<str>,
    pub comment: Option<&'static str>,
    pub elements: SetElements,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SetElements {
    Addresses(BTreeSet<IpAddr>),
    /// Connections of endpoints to themselves: address, protocol and port.
    Hairpins(BTreeSet<(IpAddr, Protocol, u16)>),
    /// Remembered clients; `RuleMemory` holds them.
    Clients {
        seconds: u32,
    },
}

/// A map from packet fields to a verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Map {
    pub name: &'static str,
    pub comment: &'static str,
    pub kind: KeyKind,
    pub elements: BTreeMap<NftKey, MapElement>,
}

/// The fields in the keys of a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// Destination address, protocol, destination port.
    Address,
    /// Protocol, destination port.
    Port,
}

/// A key of a map; the address is absent in maps by port.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NftKey {
    pub address: Option<IpAddr>,
    pub protocol: Protocol,
    pub port: u16,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MapElement {
    pub verdict: Verdict,
    pub comment: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NftChain {
    pub name: Rc<str>,
    /// `None` for chains that others jump to.
    pub base: Option<BaseChain>,
    pub comment: Option<&'static str>,
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

/// Where the kernel enters a base chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BaseChain {
    pub(crate) hook: Hook,
    /// If true, the chain sees only the first packet of each connection.
    pub translates: bool,
    /// Lower ones run first.
    pub priority: i32,
}

/// A point in a packet's path through a node's kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Hook {
    /// Received from an interface.
    Prerouting,
    /// For this node itself.
    Input,
    /// For another host.
    Forward,
    /// Sent by a process of this node.
    Output,
    Postrouting,
}

/// A rule: its statements run in order until a condition does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NftRule {
    pub statements: Vec<Statement>,
    pub comment: Option<&'static str>,
}

impl NftRule {
    pub(super) fn of(statements: impl Into<Vec<Statement>>) -> Self {
        Self {
            statements: statements.into(),
            comment: None,
        }
    }

    pub(super) fn saying(mut self, comment: &'static str) -> Self {
        self.comment = Some(comment);
        self
    }
}

/// A condition or an action of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Statement {
    /// Matches the first packet of a connection.
    StateNew,
    /// Matches a translated destination.
    StatusDnat,
    Protocol(Protocol),
    /// Matches a destination in a set.
    DestinationIn(&'static str),
    DestinationWithin(Cidr),
    /// Matches a source in a set of remembered clients.
    SourceRemembered(Rc<str>),
    SourceWithin(Cidr),
    SourceOutside(Cidr),
    SourceInNone(Vec<Cidr>),
    /// Matches a source address of this node.
    SourceLocal,
    /// Matches packets from an endpoint to itself.
    HairpinIn(&'static str),
    /// Matches the masquerade mark.
    Marked,
    /// Sets the masquerade mark.
    SetMark,
    FlipMark,
    /// Adds the source to a set of clients, or renews it.
    Remember(Rc<str>),
    Lookup(KeyKind, &'static str),
    /// Jumps to one of these chains, each equally likely.
    RandomChain(Vec<Rc<str>>),
    /// Sets one of these destinations, each equally likely.
    RandomDnat(Vec<SocketAddr>),
    /// Sets the destination.
    Dnat(SocketAddr),
    /// Sets the source to the address of the outgoing interface.
    Masquerade,
    Verdict(Verdict),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Executes a chain and returns if that gives no verdict.
    Jump(Rc<str>),
    /// Executes a chain; if that gives no verdict, returns to the last jump.
    Goto(Rc<str>),
    /// Discards the packet.
    Drop,
    /// Discards the packet and sends an ICMP error: port unreachable.
    Reject,
}
