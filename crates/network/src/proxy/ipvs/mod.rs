//! Mode `ipvs`: virtual servers in the kernel, with sets and rules around them.
//!
//! Modelled after kube-proxy's source, without recordings: no kernel with IPVS was available.

mod set;
mod sync;
mod virtual_server;

pub use set::{IpSet, SetEntry};
pub use virtual_server::{IpvsTable, Scheduler, VirtualServer};
