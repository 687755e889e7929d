//! A small machine that executes kube-proxy's rules as a node's kernel does: chains, connection tracking, address translation,
//! and the clients that rules remember.
//!
//! It stops wherever something beyond the packet decides, chance or memory, and goes on with the answer; so one way can be followed
//! and explained, and all ways can be laid out in a table.

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
pub(crate) use walk::{ChainResult, ChainWalk, Decision, Locals, Scheduled, WalkLog};
pub use walk::{Chance, RuleHit};
