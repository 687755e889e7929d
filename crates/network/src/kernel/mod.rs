//! A small machine that executes kube-proxy's rules as a node's kernel does: chains, connection tracking, address translation,
//! and the clients that rules remember.
//!
//! It stops wherever something beyond the packet decides, chance or memory, and goes on with the answer; so one way can be followed
//! and explained, and all ways can be laid out in a table.

mod conntrack;
mod iptables;
mod ipvs;
mod memory;
mod nftables;
mod packet;
mod walk;

pub(crate) use conntrack::{Conntrack, Entry, Tuple};
pub(crate) use memory::Memory;
pub use packet::{Packet, Transport};
pub(crate) use walk::{ChainResult, Choice, Locals, Log, Scheduled, Walk, base_chains, walk};
pub use walk::{Chance, RuleHit};
