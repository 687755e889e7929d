use crate::Cidr;
use crate::proxy::LOOPBACK;
use crate::proxy::iptables::Probability;
use crate::proxy::ipvs::Scheduler;
use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::rc::Rc;

/// A chain being gone through, with the chains that jumped to it.
#[derive(Clone, Debug)]
pub(crate) struct ChainWalk {
    pub table: &'static str,
    pub translates: bool,
    pub stack: Vec<ChainFrame>,
    /// The condition or statement of the current rule that waits for an answer.
    pub waiting: Option<usize>,
}

#[derive(Clone, Debug)]
pub(crate) struct ChainFrame {
    pub chain: Rc<str>,
    pub next: usize,
}

impl ChainWalk {
    pub fn new(table: &'static str, chain: &str, translates: bool) -> Self {
        Self {
            table,
            translates,
            stack: vec![ChainFrame {
                chain: chain.into(),
                next: 0,
            }],
            waiting: None,
        }
    }
}

/// The addresses of the node that goes through the rules.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Locals {
    pub node: Ipv4Addr,
    pub bridge: Ipv4Addr,
}

impl Locals {
    pub fn has(self, address: Ipv4Addr) -> bool {
        address == self.node || address == self.bridge || LOOPBACK.contains(address)
    }
}

/// The addresses of a node, those of its virtual servers among them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HostAddresses<'a> {
    pub locals: Locals,
    pub bound: &'a BTreeSet<Ipv4Addr>,
}

impl HostAddresses<'_> {
    pub fn has(self, address: Ipv4Addr) -> bool {
        self.locals.has(address) || self.bound.contains(&address)
    }
}

/// How far a chain was gone through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ChainResult {
    /// Up to where something else decides.
    Decide(Decision),
    /// Through: the packet goes on.
    Accept,
    /// The packet is forgotten.
    Drop,
    /// The sender is told: port unreachable.
    Reject,
    /// The packet goes on to another destination.
    Dnat(SocketAddrV4),
    /// The packet goes on, from the address of the interface it leaves by.
    Masquerade,
}

/// What decides beyond the packet itself; the answer is a number from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// By chance: 1 where the rule applies, else 0.
    Chance(Probability),
    /// One of so many, each equally likely.
    OneOf(usize),
    /// By memory: 1 where the list has the client, else 0.
    Remembered {
        list: Rc<str>,
        client: Ipv4Addr,
        seconds: u32,
    },
    /// By a virtual server's scheduler: the place of the real server.
    Scheduled {
        server: Rc<str>,
        real: Rc<[SocketAddrV4]>,
        scheduler: Scheduler,
    },
}

/// What a walk did.
#[derive(Clone, Debug, Default)]
pub(crate) struct WalkLog {
    /// The rules that applied, in order.
    pub hits: Vec<RuleHit>,
    /// The clients to remember: list, client, and whether the list is one of `-m recent`.
    pub remember: Vec<(Rc<str>, Ipv4Addr, bool)>,
    /// The virtual server that sent the packet on.
    pub scheduled: Option<Scheduled>,
}

/// That a virtual server sent a connection on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Scheduled {
    pub server: Rc<str>,
    /// To which real server.
    pub real: SocketAddrV4,
    /// How it chose; none where it remembered the client.
    pub by: Option<Scheduler>,
}

/// A rule that applied to a packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleHit {
    /// `nat` or `filter`; of nftables' one table, `kube-proxy`.
    pub table: &'static str,
    /// Its chain.
    pub chain: Rc<str>,
    /// Its place in the chain, from 1.
    pub position: usize,
    /// How likely it was to apply, where chance decided.
    pub chance: Option<Chance>,
}

/// How likely a rule was to apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chance {
    /// The probability that the rule names.
    Probability(Probability),
    /// One of so many ways, each equally likely.
    OneIn(usize),
}

/// Whether a range has an address, or must not have it and has not.
pub(super) fn within(range: Cidr, address: Ipv4Addr, negated: bool) -> bool {
    range.contains(address) != negated
}
