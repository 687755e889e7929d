//! kube-proxy: what it reads from the cluster, and the rules it writes on each node.
//!
//! One model of Services and endpoints feeds one generator for each mode. Each generates typed rules: their text is what the
//! node's tools print, and `kernel` executes them.

mod hash;
pub mod iptables;
pub mod ipvs;
mod model;
pub mod nftables;
mod node_rules;
mod services;
mod topology;

pub use model::{EndpointInfo, ServicePortInfo, ServicePortName, Services};
pub use node_rules::NodeRules;
pub use topology::{Categories, ProxyNode};

use crate::Cidr;
use api::ip::Family;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

pub(crate) const fn loopback(family: Family) -> Cidr {
    match family {
        Family::V4 => Cidr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8),
        Family::V6 => Cidr::of(IpAddr::V6(Ipv6Addr::LOCALHOST)),
    }
}

/// The mark bit for masquerading: `--iptables-masquerade-bit` 14.
pub const MASQUERADE_MARK: u32 = 1 << 14;

/// The mode of kube-proxy on every node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProxyMode {
    #[default]
    Iptables,
    Nftables,
    Ipvs(ipvs::Scheduler),
}

impl ProxyMode {
    /// The value of `--proxy-mode`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Iptables => "iptables",
            Self::Nftables => "nftables",
            Self::Ipvs(_) => "ipvs",
        }
    }

    pub fn read(word: &str) -> Option<Self> {
        [Self::Iptables, Self::Nftables, Self::Ipvs(ipvs::Scheduler::default())]
            .into_iter()
            .find(|mode| mode.word() == word)
    }
}
