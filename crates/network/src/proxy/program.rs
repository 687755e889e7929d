use super::{ProxyMode, ProxyNode, Services, iptables, nftables};
use std::collections::BTreeSet;
use std::fmt;
use std::rc::Rc;

/// What kube-proxy wrote on one node; its text is what the node's own tools print of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Program {
    /// The tables nat and filter, as `iptables-save` prints them.
    Iptables(iptables::Ruleset),
    /// The table `ip kube-proxy`, as `nft list table` prints it.
    Nftables(nftables::Table),
}

impl Program {
    /// What kube-proxy in that mode writes on a node.
    pub fn new(mode: ProxyMode, services: &Services, node: &ProxyNode) -> Self {
        match mode {
            ProxyMode::Iptables => Self::Iptables(iptables::Ruleset::new(services, node)),
            ProxyMode::Nftables => Self::Nftables(nftables::Table::new(services, node)),
        }
    }

    /// The text of a rule: its table, its chain, its place in the chain from 1.
    pub fn text(&self, table: &str, chain: &str, position: usize) -> Option<String> {
        let place = position.checked_sub(1)?;
        match self {
            Self::Iptables(rules) => {
                let table = [&rules.nat, &rules.filter]
                    .into_iter()
                    .find(|known| known.name == table)?;
                Some(format!("-A {chain}{}", table.rules(chain).get(place)?))
            }
            Self::Nftables(table) => Some(table.chain(chain)?.rules.get(place)?.to_string()),
        }
    }

    /// The lists and sets in which rules remember clients.
    pub(crate) fn lists(&self) -> BTreeSet<Rc<str>> {
        match self {
            Self::Iptables(rules) => rules.lists(),
            Self::Nftables(table) => table.lists(),
        }
    }
}

impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Iptables(rules) => rules.fmt(f),
            Self::Nftables(table) => table.fmt(f),
        }
    }
}
