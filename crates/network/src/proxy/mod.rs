//! kube-proxy: what it reads from the cluster, and the rules it writes on each node.
//!
//! One model of Services and endpoints feeds three writers, one for each mode; each makes a typed program whose text is what the
//! node's tools print and whose meaning `kernel` executes.

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
use std::net::Ipv4Addr;

/// The range of all pods' addresses: `--cluster-cidr`.
pub const CLUSTER_CIDR: Cidr = Cidr::new(Ipv4Addr::new(10, 244, 0, 0), 16);

/// The range of Services' addresses: the `kubernetes` `ServiceCIDR`.
pub const SERVICE_CIDR: Cidr = Cidr::new(Ipv4Addr::new(10, 96, 0, 0), 12);

/// The addresses of the machine itself.
pub const LOOPBACK: Cidr = Cidr::new(Ipv4Addr::new(127, 0, 0, 0), 8);

/// The bit of a packet's mark that asks for masquerading: `--iptables-masquerade-bit` 14.
pub const MASQUERADE_MARK: u32 = 1 << 14;

/// How kube-proxy works on every node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProxyMode {
    /// Rules of iptables, the default.
    #[default]
    Iptables,
    /// Rules of nftables.
    Nftables,
    /// Virtual servers of IPVS, which choose in that way.
    Ipvs(ipvs::Scheduler),
}

impl ProxyMode {
    /// Its word in `--proxy-mode`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Iptables => "iptables",
            Self::Nftables => "nftables",
            Self::Ipvs(_) => "ipvs",
        }
    }

    /// The mode that `--proxy-mode` names so.
    pub fn read(word: &str) -> Option<Self> {
        [Self::Iptables, Self::Nftables, Self::Ipvs(ipvs::Scheduler::default())]
            .into_iter()
            .find(|mode| mode.word() == word)
    }
}
