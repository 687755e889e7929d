use super::{ProxyMode, ProxyNode, Services, iptables, ipvs, nftables};
use std::collections::BTreeSet;
use std::fmt;
use std::net::IpAddr;
use std::rc::Rc;

/// The rules that kube-proxy wrote on one node for one family of addresses, printed as the node's tools do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NodeRules {
    /// Printed as `iptables-save` does.
    Iptables(iptables::Ruleset),
    /// Printed as `nft list table` does.
    Nftables(nftables::NftTable),
    /// Printed as `ipvsadm -Ln` does, with the sets and rules around the virtual servers.
    Ipvs(Box<ipvs::IpvsTable>),
}

impl NodeRules {
    pub fn new(mode: ProxyMode, services: &Services, node: &ProxyNode) -> Self {
        match mode {
            ProxyMode::Iptables => Self::Iptables(iptables::Ruleset::new(services, node)),
            ProxyMode::Nftables => Self::Nftables(nftables::NftTable::new(services, node)),
            ProxyMode::Ipvs(scheduler) => Self::Ipvs(Box::new(ipvs::IpvsTable::new(services, node, scheduler))),
        }
    }

    /// The text of a rule by table, chain and position in the chain from 1.
    pub fn text(&self, table: &str, chain: &str, position: usize) -> Option<String> {
        let place = position.checked_sub(1)?;
        match self {
            Self::Iptables(rules) => rules.text(table, chain, place),
            Self::Ipvs(servers) if table == "ipvs" => servers.text(chain, position),
            Self::Ipvs(servers) => servers.rules.text(table, chain, place),
            Self::Nftables(table) => table.text(chain, place),
        }
    }

    /// Whether the node treats an address as its own because a virtual server has it.
    pub(crate) fn binds(&self, address: IpAddr) -> bool {
        matches!(self, Self::Ipvs(table) if table.bound.contains(&address))
    }

    pub(crate) fn lists(&self) -> BTreeSet<Rc<str>> {
        match self {
            Self::Iptables(rules) => rules.lists(),
            Self::Nftables(table) => table.lists(),
            Self::Ipvs(table) => table.lists(),
        }
    }
}

impl fmt::Display for NodeRules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Iptables(rules) => rules.fmt(f),
            Self::Nftables(table) => table.fmt(f),
            Self::Ipvs(table) => table.fmt(f),
        }
    }
}
