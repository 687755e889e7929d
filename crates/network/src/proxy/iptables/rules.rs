//! iptables rules with the matches and targets that kube-proxy uses, and their text.

use crate::proxy::ipvs::IpSet;
use crate::{Cidr, Protocol};
use api::ip::Family;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::net::SocketAddr;
use std::rc::Rc;

pub(crate) const CHAIN_PREROUTING: &str = "PREROUTING";
pub(crate) const CHAIN_INPUT: &str = "INPUT";
pub(crate) const CHAIN_FORWARD: &str = "FORWARD";
pub(crate) const CHAIN_OUTPUT: &str = "OUTPUT";
pub(crate) const CHAIN_POSTROUTING: &str = "POSTROUTING";

/// The tables of one node, printed as `iptables-save` does with counters at zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ruleset {
    pub family: Family,
    pub nat: IptTable,
    pub filter: IptTable,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IptTable {
    pub name: &'static str,
    /// The base chains, in the kernel's order.
    pub built_in: &'static [&'static str],
    pub chains: BTreeMap<Rc<str>, IptChain>,
}

pub type IptChain = Vec<IptRule>;

impl Ruleset {
    /// The text of a rule by table, chain and index in the chain.
    pub(in crate::proxy) fn text(&self, table: &str, chain: &str, place: usize) -> Option<String> {
        let table = [&self.nat, &self.filter]
            .into_iter()
            .find(|known| known.name == table)?;
        Some(format!("-A {chain}{}", table.rules(chain).get(place)?))
    }

    /// The client lists that rules use.
    pub(crate) fn lists(&self) -> BTreeSet<Rc<str>> {
        let matches = self.nat.chains.values().flatten().flat_map(|rule| &rule.matches);
        let list = |condition: &IptMatch| match condition {
            IptMatch::Recent(Recent::Check { list, .. } | Recent::Set { list, .. }) => Some(list.clone()),
            _ => None,
        };
        matches.filter_map(list).collect()
    }
}

impl IptTable {
    /// A table with empty chains.
    pub(in crate::proxy) fn new(name: &'static str, built_in: &'static [&'static str], others: &[&str]) -> Self {
        let names = built_in.iter().chain(others);
        Self {
            name,
            built_in,
            chains: names.map(|name| (Rc::from(*name), IptChain::new())).collect(),
        }
    }

    /// Adds a chain unless it exists.
    pub(super) fn add(&mut self, chain: &str) {
        self.chains.entry(chain.into()).or_default();
    }

    pub(in crate::proxy) fn append(&mut self, chain: &str, rule: IptRule) {
        self.chains.entry(chain.into()).or_default().push(rule);
    }

    /// Empty if the chain does not exist.
    pub fn rules(&self, chain: &str) -> &[IptRule] {
        self.chains.get(chain).map_or(&[], Vec::as_slice)
    }
}

/// A rule: conditions on a packet, and the target if they hold.
///
/// A rule without a target changes nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IptRule {
    /// `-s`.
    pub source: Option<Negatable<Cidr>>,
    /// `-d`.
    pub destination: Option<Negatable<Cidr>>,
    /// `-p`.
    pub protocol: Option<Protocol>,
    /// `-m …`, in order.
    pub matches: Vec<IptMatch>,
    /// `-j`.
    pub target: Option<IptTarget>,
}

/// A value that a condition may negate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Negatable<T> {
    pub value: T,
    pub negated: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IptMatch {
    /// Always matches.
    Comment(String),
    /// The protocol, and the destination port if given.
    Port(Protocol, Option<u16>),
    /// The state of the connection.
    Conntrack {
        states: &'static [ConntrackState],
        /// If true, matches when none of the states apply (`! --ctstate`).
        negated: bool,
    },
    /// The mark for masquerading.
    Mark {
        negated: bool,
    },
    Statistic(Probability),
    /// The client list of an endpoint.
    Recent(Recent),
    /// This end of the packet is an address of the node.
    AddrTypeLocal(Side),
    /// This end of the packet is not an address of the node.
    AddrTypeNotLocal(Side),
    /// The packet did not enter by a bridge, as packets of pods do.
    /// Those are the pods of this range.
    NotBridged(Cidr),
    /// The packet matches an entry of a set; the directions say which end of the packet each part of an entry is compared with.
    Set {
        set: Rc<IpSet>,
        /// `dst`, `dst,dst`, or `dst,dst,src`.
        directions: &'static str,
    },
    /// A virtual server forwarded it.
    VirtualServer(SocketAddr, Protocol),
    /// Counts for a metric; always matches.
    Nfacct(&'static str),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Source,
    Destination,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConntrackState {
    /// Belongs to no connection.
    Invalid,
    /// The first of its connection.
    New,
    /// Belongs to a connection that has replied.
    Established,
    /// Concerns a connection, as an ICMP error does.
    Related,
    Dnat,
}

/// `-m recent` on an endpoint's list of client addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recent {
    /// Matches if the list saw the client within this time; removes older entries.
    Check {
        /// The name of the endpoint's chain.
        list: Rc<str>,
        seconds: u32,
        family: Family,
    },
    /// Adds the client; always matches.
    Set {
        /// The name of the endpoint's chain.
        list: Rc<str>,
        family: Family,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IptTarget {
    /// Executes another chain and returns if that gives no verdict.
    Jump(Rc<str>),
    Return,
    Accept,
    /// Discards the packet.
    Drop,
    /// Discards the packet and sends an ICMP error of the family: port unreachable.
    Reject(Family),
    /// Sets the destination.
    Dnat(SocketAddr),
    /// Sets the source to the address of the outgoing interface.
    Masquerade,
    SetMark,
    FlipMark,
}

/// A probability in the kernel's unit of 1/2³¹.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Probability(pub u32);

impl Probability {
    /// Probability 1.
    pub const ONE: u32 = 1 << 31;

    /// The probability 1/n, as iptables reads it from the ten digits that kube-proxy writes.
    ///
    /// Models: pkg/proxy/iptables/proxier.go computeProbability (v1.36).
    pub fn one_in(n: usize) -> Self {
        const TEN_DIGITS: u128 = 10_000_000_000;
        let n = (n as u128).max(1);
        let written = rounded(TEN_DIGITS, n);
        let kept = rounded(u128::from(Self::ONE) * written, TEN_DIGITS);
        Self(u32::try_from(kept).unwrap_or(Self::ONE))
    }
}

/// The quotient, rounded to nearest, ties to even, as `printf` does.
fn rounded(numerator: u128, denominator: u128) -> u128 {
    let (quotient, rest) = (numerator / denominator, numerator % denominator);
    let up = match (rest * 2).cmp(&denominator) {
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Equal => quotient % 2 == 1,
        std::cmp::Ordering::Greater => true,
    };
    quotient + u128::from(up)
}

impl fmt::Display for Probability {
    /// With eleven digits, as iptables prints the kernel's value.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const ELEVEN_DIGITS: u128 = 100_000_000_000;
        let digits = rounded(u128::from(self.0) * ELEVEN_DIGITS, u128::from(Self::ONE));
        write!(f, "{}.{:011}", digits / ELEVEN_DIGITS, digits % ELEVEN_DIGITS)
    }
}

impl IptRule {
    /// A rule without conditions.
    pub(in crate::proxy) fn to(target: IptTarget) -> Self {
        Self {
            target: Some(target),
            ..Self::default()
        }
    }

    pub(in crate::proxy) fn jump(chain: &str) -> Self {
        Self::to(IptTarget::Jump(chain.into()))
    }

    pub(in crate::proxy) fn with(mut self, condition: IptMatch) -> Self {
        self.matches.push(condition);
        self
    }

    pub(in crate::proxy) fn saying(self, comment: impl Into<String>) -> Self {
        self.with(IptMatch::Comment(comment.into()))
    }

    pub(in crate::proxy) fn going(mut self, target: IptTarget) -> Self {
        self.target = Some(target);
        self
    }

    pub(in crate::proxy) fn of(mut self, protocol: Protocol) -> Self {
        self.protocol = Some(protocol);
        self
    }

    pub(super) fn at_port(mut self, protocol: Protocol, port: u16) -> Self {
        self.protocol = Some(protocol);
        self.with(IptMatch::Port(protocol, Some(port)))
    }

    pub(super) fn towards(mut self, destination: Cidr) -> Self {
        self.destination = Some(Negatable {
            value: destination,
            negated: false,
        });
        self
    }

    pub(super) fn not_towards(mut self, destination: Cidr) -> Self {
        self.destination = Some(Negatable {
            value: destination,
            negated: true,
        });
        self
    }

    pub(in crate::proxy) fn from(mut self, source: Cidr) -> Self {
        self.source = Some(Negatable {
            value: source,
            negated: false,
        });
        self
    }

    pub(in crate::proxy) fn not_from(mut self, source: Cidr) -> Self {
        self.source = Some(Negatable {
            value: source,
            negated: true,
        });
        self
    }
}

impl fmt::Display for Ruleset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}", self.nat, self.filter)
    }
}

impl fmt::Display for IptTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_built_in = |name: &str| self.built_in.contains(&name);
        writeln!(f, "*{}", self.name)?;
        for name in self.built_in {
            writeln!(f, ":{name} ACCEPT [0:0]")?;
        }
        for name in self.chains.keys().filter(|name| !is_built_in(name)) {
            writeln!(f, ":{name} - [0:0]")?;
        }
        let built_in = self.built_in.iter().filter_map(|name| self.chains.get_key_value(*name));
        let others = self.chains.iter().filter(|(name, _)| !is_built_in(name));
        for (name, rules) in built_in.chain(others) {
            for rule in rules {
                writeln!(f, "-A {name}{rule}")?;
            }
        }
        f.write_str("COMMIT\n")
    }
}

impl fmt::Display for IptRule {
    /// The part after the chain's name; each word follows a space.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(source) = self.source {
            write!(f, "{} -s {}", not(source.negated), source.value)?;
        }
        if let Some(destination) = self.destination {
            write!(f, "{} -d {}", not(destination.negated), destination.value)?;
        }
        if let Some(protocol) = self.protocol {
            write!(f, " -p {}", protocol.word())?;
        }
        for condition in &self.matches {
            write!(f, " {condition}")?;
        }
        match &self.target {
            Some(target) => write!(f, " -j {target}"),
            None => Ok(()),
        }
    }
}

const fn not(negated: bool) -> &'static str {
    if negated { " !" } else { "" }
}

impl fmt::Display for IptMatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Comment(text) => write!(f, "-m comment --comment \"{text}\""),
            Self::Port(protocol, None) => write!(f, "-m {}", protocol.word()),
            Self::Port(protocol, Some(port)) => write!(f, "-m {} --dport {port}", protocol.word()),
            Self::Conntrack { states, negated } => {
                let words: Vec<&str> = states.iter().map(|state| state.word()).collect();
                write!(f, "-m conntrack{} --ctstate {}", not(*negated), words.join(","))
            }
            Self::Mark { negated } => write!(f, "-m mark{} --mark 0x4000/0x4000", not(*negated)),
            Self::Statistic(probability) => {
                write!(f, "-m statistic --mode random --probability {probability}")
            }
            Self::Recent(recent) => recent.fmt(f),
            Self::AddrTypeLocal(Side::Source) => f.write_str("-m addrtype --src-type LOCAL"),
            Self::AddrTypeLocal(Side::Destination) => f.write_str("-m addrtype --dst-type LOCAL"),
            Self::AddrTypeNotLocal(Side::Source) => f.write_str("-m addrtype ! --src-type LOCAL"),
            Self::AddrTypeNotLocal(Side::Destination) => f.write_str("-m addrtype ! --dst-type LOCAL"),
            Self::NotBridged(_) => f.write_str("-m physdev ! --physdev-is-in"),
            Self::Set { set, directions } => write!(f, "-m set --match-set {} {directions}", set.printed_name()),
            Self::VirtualServer(address, protocol) => {
                let number = match protocol {
                    Protocol::Tcp => 6,
                    Protocol::Udp => 17,
                    Protocol::Sctp => 132,
                };
                let (ip, port) = (address.ip(), address.port());
                write!(f, "-m ipvs --vaddr {ip} --vproto {number} --vport {port}")
            }
            Self::Nfacct(counter) => write!(f, "-m nfacct --nfacct-name  {counter}"),
        }
    }
}

impl fmt::Display for Recent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let by = |family: &Family| match family {
            Family::V4 => "--mask 255.255.255.255 --rsource",
            Family::V6 => "--mask ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff --rsource",
        };
        match self {
            Self::Check { list, seconds, family } => {
                let by = by(family);
                write!(f, "-m recent --rcheck --seconds {seconds} --reap --name {list} {by}")
            }
            Self::Set { list, family } => write!(f, "-m recent --set --name {list} {}", by(family)),
        }
    }
}

impl ConntrackState {
    const fn word(self) -> &'static str {
        match self {
            Self::Invalid => "INVALID",
            Self::New => "NEW",
            Self::Established => "ESTABLISHED",
            Self::Related => "RELATED",
            Self::Dnat => "DNAT",
        }
    }
}

impl fmt::Display for IptTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Jump(chain) => f.write_str(chain),
            Self::Return => f.write_str("RETURN"),
            Self::Accept => f.write_str("ACCEPT"),
            Self::Drop => f.write_str("DROP"),
            Self::Reject(Family::V4) => f.write_str("REJECT --reject-with icmp-port-unreachable"),
            Self::Reject(Family::V6) => f.write_str("REJECT --reject-with icmp6-port-unreachable"),
            Self::Dnat(address) => write!(f, "DNAT --to-destination {address}"),
            Self::Masquerade => f.write_str("MASQUERADE --random-fully"),
            Self::SetMark => f.write_str("MARK --set-xmark 0x4000/0x4000"),
            Self::FlipMark => f.write_str("MARK --set-xmark 0x4000/0x0"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_are_what_the_kernel_gives_back() {
        let printed = [1, 2, 3, 5, 6, 7, 9].map(|n| Probability::one_in(n).to_string());
        assert_eq!(
            printed,
            [
                "1.00000000000",
                "0.50000000000",
                "0.33333333349",
                "0.20000000019",
                "0.16666666651",
                "0.14285714272",
                "0.11111111101",
            ]
        );
    }
}
