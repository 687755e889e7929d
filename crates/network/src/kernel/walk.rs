use crate::Cidr;
use crate::proxy::iptables::Probability;
use crate::proxy::ipvs::Scheduler;
use api::ip::Family;
use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;

/// The execution of a chain, with the chains that jumped to it.
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

/// The addresses of the node that executes the rules.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Locals {
    pub v4: Option<Interfaces>,
    pub v6: Option<Interfaces>,
}

/// The addresses of a node of one family.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Interfaces {
    pub node: IpAddr,
    pub bridge: IpAddr,
}

impl Locals {
    pub const fn of(self, family: Family) -> Option<Interfaces> {
        match family {
            Family::V4 => self.v4,
            Family::V6 => self.v6,
        }
    }

    pub fn has(self, address: IpAddr) -> bool {
        let own = self.of(Family::of(address));
        own.is_some_and(|own| address == own.node || address == own.bridge) || address.is_loopback()
    }

    /// Whether it is the node's InternalIP.
    pub fn is_node(self, address: IpAddr) -> bool {
        self.of(Family::of(address)).is_some_and(|own| own.node == address)
    }
}

/// The addresses of a node, including those of its virtual servers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HostAddresses<'a> {
    pub locals: Locals,
    pub bound: &'a BTreeSet<IpAddr>,
}

impl HostAddresses<'_> {
    pub fn has(self, address: IpAddr) -> bool {
        self.locals.has(address) || self.bound.contains(&address)
    }
}

/// The result of executing a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ChainResult {
    /// Execution waits for a decision.
    Decide(Decision),
    /// The packet continues.
    Accept,
    /// The packet is discarded.
    Drop,
    /// The packet is discarded; the sender gets "port unreachable".
    Reject,
    /// The packet goes on to another destination.
    Dnat(SocketAddr),
    /// Its source becomes the address of the interface it leaves by.
    Masquerade,
}

/// A decision that does not follow from the packet; the answer is a number from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// By chance: 1 if the rule applies, else 0.
    Chance(Probability),
    /// One of this many, each equally likely.
    OneOf(usize),
    /// By memory: 1 if the list has the client, else 0.
    Remembered {
        list: Rc<str>,
        client: IpAddr,
        seconds: u32,
    },
    /// By the scheduler of a virtual server: the index of the real server.
    Scheduled {
        server: Rc<str>,
        real: Rc<[SocketAddr]>,
        scheduler: Scheduler,
    },
}

/// The effects of executing chains.
#[derive(Clone, Debug, Default)]
pub(crate) struct WalkLog {
    /// The rules that applied, in order.
    pub hits: Vec<RuleHit>,
    /// The clients to remember: list, client, and whether the list is one of `-m recent`.
    pub remember: Vec<(Rc<str>, IpAddr, bool)>,
    /// The virtual server that forwarded the packet.
    pub scheduled: Option<Scheduled>,
}

/// A connection that a virtual server forwarded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Scheduled {
    pub server: Rc<str>,
    pub real: SocketAddr,
    /// `None` if the virtual server remembered the client.
    pub by: Option<Scheduler>,
}

/// A rule that applied to a packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleHit {
    /// `nat` or `filter`; with nftables always `kube-proxy`.
    pub table: &'static str,
    pub chain: Rc<str>,
    /// Its number in the chain, from 1.
    pub position: usize,
    /// `None` if chance did not decide.
    pub chance: Option<Chance>,
}

/// The probability that a rule applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chance {
    /// As the rule states it.
    Probability(Probability),
    /// One of this many outcomes, each equally likely.
    OneIn(usize),
}

/// Whether an address matches a range that may be negated.
pub(super) fn within(range: Cidr, address: IpAddr, negated: bool) -> bool {
    range.contains(address) != negated
}
