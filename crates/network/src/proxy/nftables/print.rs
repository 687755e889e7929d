//! Prints a table as nft v1.0.6 does.

use super::rules::{
    BaseChain, Hook, KeyKind, Map, NftChain, NftKey, NftRule, NftTable, Set, SetElements, Statement, Verdict,
};
use crate::Cidr;
use base::Order;
use std::fmt;
use std::net::Ipv4Addr;

impl fmt::Display for NftTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("table ip kube-proxy {\n\tcomment \"rules for kube-proxy\"\n")?;
        let (clients, others): (Vec<&Set>, Vec<&Set>) = self
            .sets
            .iter()
            .partition(|set| matches!(set.elements, SetElements::Clients { .. }));
        let mut blocks: Vec<String> = Vec::new();
        blocks.extend(others.iter().map(ToString::to_string));
        blocks.extend(self.maps.iter().map(ToString::to_string));
        blocks.extend(clients.iter().map(ToString::to_string));
        blocks.extend(self.chains.iter().map(ToString::to_string));
        f.write_str(&blocks.join("\n"))?;
        f.write_str("}\n")
    }
}

impl fmt::Display for Set {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "\tset {} {{", self.name)?;
        let kind = match &self.elements {
            SetElements::Hairpins(_) => "ipv4_addr . ipv4_addr . inet_proto . inet_service",
            SetElements::Addresses(_) | SetElements::Clients { .. } => "ipv4_addr",
        };
        writeln!(f, "\t\ttype {kind}")?;
        if let SetElements::Clients { seconds } = self.elements {
            f.write_str("\t\tsize 65535\n\t\tflags dynamic,timeout\n")?;
            writeln!(f, "\t\ttimeout {}", TimeSpan(seconds))?;
        }
        if let Some(comment) = self.comment {
            writeln!(f, "\t\tcomment \"{comment}\"")?;
        }
        let (elements, in_a_line) = match &self.elements {
            SetElements::Addresses(addresses) => (addresses.iter().map(Ipv4Addr::to_string).collect(), 2),
            SetElements::Hairpins(hairpins) => (hairpins.iter().copied().map(hairpin).collect(), 1),
            SetElements::Clients { .. } => (Vec::new(), 1),
        };
        write_elements(f, &elements, in_a_line)?;
        f.write_str("\t}\n")
    }
}

fn hairpin((address, protocol, port): (Ipv4Addr, crate::Protocol, u16)) -> String {
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

impl fmt::Display for Map {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            KeyKind::Address => "ipv4_addr . inet_proto . inet_service",
            KeyKind::Port => "inet_proto . inet_service",
        };
        writeln!(f, "\tmap {} {{\n\t\ttype {kind} : verdict", self.name)?;
        writeln!(f, "\t\tcomment \"{}\"", self.comment)?;
        let elements: Vec<String> = self
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

impl fmt::Display for NftChain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "\tchain {} {{", self.name)?;
        if let Some(comment) = self.comment {
            writeln!(f, "\t\tcomment \"{comment}\"")?;
        }
        if let Some(base) = self.base {
            let kind = if base.translates { "nat" } else { "filter" };
            let (hook, priority) = (base.hook.word(), priority(base));
            writeln!(f, "\t\ttype {kind} hook {hook} priority {priority}; policy accept;")?;
        }
        for rule in &self.rules {
            writeln!(f, "\t\t{rule}")?;
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

impl fmt::Display for NftRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<String> = self.statements.iter().map(ToString::to_string).collect();
        f.write_str(&words.join(" "))?;
        match self.comment {
            Some(comment) => write!(f, " comment \"{comment}\""),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::StateNew => f.write_str("ct state new"),
            Self::StatusDnat => f.write_str("ct status dnat"),
            Self::Protocol(protocol) => write!(f, "meta l4proto {}", protocol.word()),
            Self::DestinationIn(set) => write!(f, "ip daddr @{set}"),
            Self::DestinationWithin(range) => write!(f, "ip daddr {}", Range::of(*range)),
            Self::SourceRemembered(set) => write!(f, "ip saddr @{set}"),
            Self::SourceWithin(range) => write!(f, "ip saddr {}", Range::of(*range)),
            Self::SourceOutside(range) => write!(f, "ip saddr != {}", Range::of(*range)),
            Self::SourceInNone(ranges) => write!(f, "ip saddr != {}", alternatives(ranges)),
            Self::SourceLocal => f.write_str("fib saddr type local"),
            Self::HairpinIn(set) => {
                write!(f, "ip saddr . ip daddr . meta l4proto . th dport @{set}")
            }
            Self::Marked => f.write_str("meta mark & 0x00004000 != 0x00000000"),
            Self::SetMark => f.write_str("meta mark set meta mark | 0x00004000"),
            Self::FlipMark => f.write_str("meta mark set meta mark ^ 0x00004000"),
            Self::Remember(set) => write!(f, "update @{set} {{ ip saddr }}"),
            Self::Lookup(KeyKind::Address, map) => {
                write!(f, "ip daddr . meta l4proto . th dport vmap @{map}")
            }
            Self::Lookup(KeyKind::Port, map) => write!(f, "meta l4proto . th dport vmap @{map}"),
            Self::RandomChain(chains) => {
                let numbered = numbered(chains.iter().map(|chain| format!("goto {chain}")));
                write!(f, "numgen random mod {} vmap {{ {numbered} }}", chains.len())
            }
            Self::RandomDnat(addresses) => {
                let numbered = numbered(addresses.iter().map(|to| format!("{} . {}", to.ip(), to.port())));
                write!(
                    f,
                    "dnat ip to numgen random mod {} map {{ {numbered} }}",
                    addresses.len()
                )
            }
            Self::Dnat(address) => write!(f, "dnat to {address}"),
            Self::Masquerade => f.write_str("masquerade fully-random"),
            Self::Verdict(verdict) => verdict.fmt(f),
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

#[derive(Clone, Copy)]
struct Range {
    first: u32,
    last: u32,
}

impl Range {
    fn of(range: Cidr) -> Self {
        let (first, last) = range.ends();
        Self {
            first: first.to_bits(),
            last: last.to_bits(),
        }
    }
}

impl fmt::Display for Range {
    /// As one address, a CIDR, or first and last address.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, last) = (Ipv4Addr::from_bits(self.first), Ipv4Addr::from_bits(self.last));
        let bits = (0..=32).find(|bits| Cidr::new(first, *bits).ends() == (first, last));
        match bits {
            Some(32) => write!(f, "{first}"),
            Some(bits) => write!(f, "{first}/{bits}"),
            None => write!(f, "{first}-{last}"),
        }
    }
}

/// An anonymous set: adjacent and overlapping ranges are merged, and a single one needs no braces.
fn alternatives(ranges: &[Cidr]) -> String {
    let mut sorted: Vec<Range> = ranges.iter().copied().map(Range::of).collect();
    sorted.order_by_key(|range| (range.first, range.last));
    let mut merged: Vec<Range> = Vec::new();
    for range in sorted {
        match merged.last_mut() {
            Some(before) if u64::from(range.first) <= u64::from(before.last) + 1 => {
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
