//! Mode ipvs: virtual servers of the kernel, and sets and rules around them.
//!
//! Modelled after kube-proxy's source, not recorded: no kernel with IPVS was at hand.

mod set;
mod sync;
mod virtual_server;

pub use set::{IpSet, SetEntry};
pub use virtual_server::{IpvsTable, Scheduler, VirtualServer};
