//! Prints a table as nft v1.0.6 does.

use super::rules::{
    BaseChain, Hook, KeyKind, Map, NftChain, NftKey, NftRule, NftTable, Set, SetElements, Statement, Verdict,
};
use crate::Cidr;
use api::ip::Family;
use base::Order;
use std::fmt;
use std::net::IpAddr;

/// A part of a table, which is printed in the words of the table's family.
struct InFamily<'a, T>(&'a T, Family);

const fn ip_word(family: Family) -> &'static str {
    match family {
        Family::V4 => "ip",
        Family::V6 => "ip6",
    }
}

const fn address_type(family: Family) -> &'static str {
    match family {
        Family::V4 => "ipv4_addr",
        Family::V6 => "ipv6_addr",
    }
}

impl NftTable {
    /// The text of a rule by chain and index in the chain.
    pub(in crate::proxy) fn text(&self, chain: &str, place: usize) -> Option<String> {
        let rule = self.chain(chain)?.rules.get(place)?;
        Some(InFamily(rule, self.family).to_string())
    }
}

impl fmt::Display for NftTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let family = self.family;
        let ip = ip_word(family);
        writeln!(f, "table {ip} kube-proxy {{\n\tcomment \"rules for kube-proxy\"")?;
        let (clients, others): (Vec<&Set>, Vec<&Set>) = self
            .sets
            .iter()
            .partition(|set| matches!(set.elements, SetElements::Clients { .. }));
        let mut blocks: Vec<String> = Vec::new();
        blocks.extend(others.iter().map(|set| InFamily(*set, family).to_string()));
        blocks.extend(self.maps.iter().map(|map| InFamily(map, family).to_string()));
        blocks.extend(clients.iter().map(|set| InFamily(*set, family).to_string()));
        blocks.extend(self.chains.iter().map(|chain| InFamily(chain, family).to_string()));
        f.write_str(&blocks.join("\n"))?;
        f.write_str("}\n")
    }
}

impl fmt::Display for InFamily<'_, Set> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "\tset {} {{", self.0.name)?;
        let address = address_type(self.1);
        match &self.0.elements {
            SetElements::Hairpins(_) => writeln!(f, "\t\ttype {address} . {address} . inet_proto . inet_service")?,
            SetElements::Addresses(_) | SetElements::Clients { .. } => writeln!(f, "\t\ttype {address}")?,
        }
        if let SetElements::Clients { seconds } = self.0.elements {
            f.write_str("\t\tsize 65535\n\t\tflags dynamic,timeout\n")?;
            writeln!(f, "\t\ttimeout {}", TimeSpan(seconds))?;
        }
        if let Some(comment) = self.0.comment {
            writeln!(f, "\t\tcomment \"{comment}\"")?;
        }
        let (elements, in_a_line) = match &self.0.elements {
            SetElements::Addresses(addresses) => (addresses.iter().map(ToString::to_string).collect(), 2),
            SetElements::Hairpins(hairpins) => (hairpins.iter().copied().map(hairpin).collect(), 1),
            SetElements::Clients { .. } => (Vec::new(), 1),
        };
        write_elements(f, &elements, in_a_line)?;
        f.write_str("\t}\n")
    }
}

fn hairpin((address, protocol, port): (IpAddr, crate::Protocol, u16)) -> String {
    format!("{address} . {address} . {} . {port}", protocol.word())
}

fn write_elements(f: &mut fmt::Formatter<'_>, elements: &[String], in_a_line: usize) -> fmt::Result {
    if elements.is_empty() {
        return Ok(());
    }
    let lines: Vec<String> = elements.chunks(in_a_line).map(|line| line.join(", ")).collect();
    writeln!(f, "\t\telements = {{ {} }}", lines.join(",\n\t\t\t     "))
}

/// A time span in seconds, printed as nft does: `1d3h`.
struct TimeSpan(u32);

impl fmt::Display for TimeSpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [
            (self.0 / 86_400, 'd'),
            (self.0 / 3_600 % 24, 'h'),
            (self.0 / 60 % 60, 'm'),
            (self.0 % 60, 's'),
        ];
        for (count, unit) in parts.into_iter().filter(|(count, _)| *count > 0) {
            write!(f, "{count}{unit}")?;
        }
        Ok(())
    }
}

impl fmt::Display for InFamily<'_, Map> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "\tmap {} {{", self.0.name)?;
        match self.0.kind {
            KeyKind::Address => writeln!(
                f,
                "\t\ttype {} . inet_proto . inet_service : verdict",
                address_type(self.1)
            )?,
            KeyKind::Port => writeln!(f, "\t\ttype inet_proto . inet_service : verdict")?,
        }
        writeln!(f, "\t\tcomment \"{}\"", self.0.comment)?;
        let elements: Vec<String> = self
            .0
            .elements
            .iter()
            .map(|(key, element)| {
                let comment = element.comment.as_ref();
                let comment = comment.map(|text| format!(" comment \"{text}\"")).unwrap_or_default();
                format!("{key}{comment} : {}", element.verdict)
            })
            .collect();
        write_elements(f, &elements, 1)?;
        f.write_str("\t}\n")
    }
}

impl fmt::Display for NftKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(address) = self.address {
            write!(f, "{address} . ")?;
        }
        write!(f, "{} . {}", self.protocol.word(), self.port)
    }
}

impl fmt::Display for InFamily<'_, NftChain> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "\tchain {} {{", self.0.name)?;
        if let Some(comment) = self.0.comment {
            writeln!(f, "\t\tcomment \"{comment}\"")?;
        }
        if let Some(base) = self.0.base {
            let kind = if base.translates { "nat" } else { "filter" };
            let (hook, priority) = (base.hook.word(), priority(base));
            writeln!(f, "\t\ttype {kind} hook {hook} priority {priority}; policy accept;")?;
        }
        for rule in &self.0.rules {
            writeln!(f, "\t\t{}", InFamily(rule, self.1))?;
        }
        f.write_str("\t}\n")
    }
}

/// Some priorities have names; nearby ones are printed relative to them.
fn priority(base: BaseChain) -> String {
    match (base.hook, base.priority) {
        (Hook::Prerouting, -100) => "dstnat".to_owned(),
        (Hook::Prerouting, -110) => "dstnat - 10".to_owned(),
        (Hook::Postrouting, 100) => "srcnat".to_owned(),
        (_, 0) => "filter".to_owned(),
        (_, number) => number.to_string(),
    }
}

impl Hook {
    const fn word(self) -> &'static str {
        match self {
            Self::Prerouting => "prerouting",
            Self::Input => "input",
            Self::Forward => "forward",
            Self::Output => "output",
            Self::Postrouting => "postrouting",
        }
    }
}

impl fmt::Display for InFamily<'_, NftRule> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let statements = self.0.statements.iter();
        let words: Vec<String> = statements.map(|it| InFamily(it, self.1).to_string()).collect();
        f.write_str(&words.join(" "))?;
        match self.0.comment {
            Some(comment) => write!(f, " comment \"{comment}\""),
            None => Ok(()),
        }
    }
}

impl fmt::Display for InFamily<'_, Statement> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ip = ip_word(self.1);
        match self.0 {
            Statement::StateNew => f.write_str("ct state new"),
            Statement::StatusDnat => f.write_str("ct status dnat"),
            Statement::Protocol(protocol) => write!(f, "meta l4proto {}", protocol.word()),
            Statement::DestinationIn(set) => write!(f, "{ip} daddr @{set}"),
            Statement::DestinationWithin(range) => write!(f, "{ip} daddr {}", Range::of(*range)),
            Statement::SourceRemembered(set) => write!(f, "{ip} saddr @{set}"),
            Statement::SourceWithin(range) => write!(f, "{ip} saddr {}", Range::of(*range)),
            Statement::SourceOutside(range) => write!(f, "{ip} saddr != {}", Range::of(*range)),
            Statement::SourceInNone(ranges) => write!(f, "{ip} saddr != {}", alternatives(ranges)),
            Statement::SourceLocal => f.write_str("fib saddr type local"),
            Statement::HairpinIn(set) => {
                write!(f, "{ip} saddr . {ip} daddr . meta l4proto . th dport @{set}")
            }
            Statement::Marked => f.write_str("meta mark & 0x00004000 != 0x00000000"),
            Statement::SetMark => f.write_str("meta mark set meta mark | 0x00004000"),
            Statement::FlipMark => f.write_str("meta mark set meta mark ^ 0x00004000"),
            Statement::Remember(set) => write!(f, "update @{set} {{ {ip} saddr }}"),
            Statement::Lookup(KeyKind::Address, map) => {
                write!(f, "{ip} daddr . meta l4proto . th dport vmap @{map}")
            }
            Statement::Lookup(KeyKind::Port, map) => write!(f, "meta l4proto . th dport vmap @{map}"),
            Statement::RandomChain(chains) => {
                let numbered = numbered(chains.iter().map(|chain| format!("goto {chain}")));
                write!(f, "numgen random mod {} vmap {{ {numbered} }}", chains.len())
            }
            Statement::RandomDnat(addresses) => {
                let numbered = numbered(addresses.iter().map(|to| format!("{} . {}", to.ip(), to.port())));
                write!(
                    f,
                    "dnat {ip} to numgen random mod {} map {{ {numbered} }}",
                    addresses.len()
                )
            }
            Statement::Dnat(address) => write!(f, "dnat to {address}"),
            Statement::Masquerade => f.write_str("masquerade fully-random"),
            Statement::Verdict(verdict) => verdict.fmt(f),
        }
    }
}

fn numbered(values: impl Iterator<Item = String>) -> String {
    let numbered: Vec<String> = values
        .enumerate()
        .map(|(number, value)| format!("{number} : {value}"))
        .collect();
    numbered.join(", ")
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Jump(chain) => write!(f, "jump {chain}"),
            Self::Goto(chain) => write!(f, "goto {chain}"),
            Self::Drop => f.write_str("drop"),
            Self::Reject => f.write_str("reject"),
        }
    }
}

/// From one address to another of the same family.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Range {
    first: IpAddr,
    last: IpAddr,
}

impl Range {
    fn of(range: Cidr) -> Self {
        let (first, last) = range.ends();
        Self { first, last }
    }

    /// Whether another range that begins no earlier overlaps or follows at once.
    fn meets(self, later: Self) -> bool {
        later.first <= self.last || Cidr::of(self.last).address(1) == later.first
    }
}

impl fmt::Display for Range {
    /// As one address, a CIDR, or first and last address.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { first, last } = *self;
        let whole = Family::of(first).bits();
        let bits = (0..=whole).find(|bits| Cidr::new(first, *bits).ends() == (first, last));
        match bits {
            Some(bits) if bits == whole => write!(f, "{first}"),
            Some(bits) => write!(f, "{first}/{bits}"),
            None => write!(f, "{first}-{last}"),
        }
    }
}

/// An anonymous set: adjacent and overlapping ranges are merged, and a single one needs no braces.
fn alternatives(ranges: &[Cidr]) -> String {
    let mut sorted: Vec<Range> = ranges.iter().copied().map(Range::of).collect();
    sorted.order_by_key(|range| *range);
    let mut merged: Vec<Range> = Vec::new();
    for range in sorted {
        match merged.last_mut() {
            Some(before) if before.meets(range) => {
                before.last = before.last.max(range.last);
            }
            _ => merged.push(range),
        }
    }
    match merged.as_slice() {
        [range] => range.to_string(),
        ranges => {
            let words: Vec<String> = ranges.iter().map(ToString::to_string).collect();
            format!("{{ {} }}", words.join(", "))
        }
    }
}
