//! Executes kube-proxy's rules as a node's kernel does: chains, connection tracking, address translation, session affinity.
//!
//! Execution stops wherever chance or memory decides and continues with the decision. So one path can be followed and
//! explained, and all paths can be laid out in a decision tree.

mod conntrack;
mod dispatch;
mod iptables;
mod ipvs;
mod memory;
mod nftables;
mod packet;
mod walk;

pub(crate) use conntrack::{Conntrack, ConntrackEntry, Tuple};
pub(crate) use dispatch::{base_chains, walk};
pub(crate) use memory::RuleMemory;
pub use packet::{Packet, Transport};
pub(crate) use walk::{ChainResult, ChainWalk, Decision, Interfaces, Locals, Scheduled, WalkLog};
pub use walk::{Chance, RuleHit};
