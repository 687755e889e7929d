//! Hands a packet to the walker of the node's proxy mode.

use super::walk::{ChainResult, ChainWalk, HostAddresses, Locals, WalkLog};
use super::{Packet, iptables, ipvs, nftables};
use crate::proxy::NodeRules;
use crate::proxy::nftables::Hook;
use std::collections::BTreeSet;
use std::net::IpAddr;

static NONE_BOUND: BTreeSet<IpAddr> = BTreeSet::new();

/// The base chains of a hook, in the order in which packets pass them.
pub(crate) fn base_chains(program: &NodeRules, hook: Hook) -> Vec<ChainWalk> {
    match program {
        NodeRules::Iptables(_) => iptables::base_chains(hook),
        NodeRules::Nftables(table) => nftables::base_chains(table, hook),
        NodeRules::Ipvs(_) => ipvs::base_chains(hook),
    }
}

/// Continues a walk: with the answer it waits for, or from its beginning.
pub(crate) fn walk(
    program: &NodeRules,
    walk: &mut ChainWalk,
    packet: &mut Packet,
    locals: Locals,
    answer: Option<usize>,
    log: &mut WalkLog,
) -> ChainResult {
    match program {
        NodeRules::Iptables(rules) => {
            let bound = &NONE_BOUND;
            iptables::walk(rules, walk, packet, HostAddresses { locals, bound }, answer, log)
        }
        NodeRules::Nftables(table) => nftables::walk(table, walk, packet, locals, answer, log),
        NodeRules::Ipvs(table) => {
            let bound = &table.bound;
            ipvs::walk(table, walk, packet, HostAddresses { locals, bound }, answer, log)
        }
    }
}
