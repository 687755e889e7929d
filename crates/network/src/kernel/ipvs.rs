//! Forwards packets of virtual servers to real servers.
//!
//! Models: net/netfilter/ipvs/ip_vs_core.c ip_vs_in, ip_vs_schedule, ip_vs_sched_persist, ip_vs_leave (Linux 6).

use super::walk::{ChainResult, ChainWalk, Decision, HostAddresses, RuleHit, Scheduled, WalkLog};
use super::{Packet, Transport, iptables};
use crate::proxy::ipvs::{IpvsTable, Scheduler, VirtualServer};
use crate::proxy::nftables::Hook;

/// The name under which virtual servers appear among tables.
const TABLE: &str = "ipvs";

/// Virtual servers take packets before they reach a process of the node, or when a process sends them.
pub(super) fn base_chains(hook: Hook) -> Vec<ChainWalk> {
    let mut walks = iptables::base_chains(hook);
    let servers = || ChainWalk::new(TABLE, "", true);
    match hook {
        Hook::Input => walks.push(servers()),
        Hook::Output => walks.insert(1, servers()),
        Hook::Prerouting | Hook::Forward | Hook::Postrouting => {}
    }
    walks
}

pub(super) fn walk(
    table: &IpvsTable,
    walk: &mut ChainWalk,
    packet: &mut Packet,
    addresses: HostAddresses<'_>,
    answer: Option<usize>,
    log: &mut WalkLog,
) -> ChainResult {
    if walk.table != TABLE {
        return iptables::walk(&table.rules, walk, packet, addresses, answer, log);
    }
    let Transport::Port(protocol) = packet.transport else {
        return ChainResult::Accept;
    };
    match table.server(packet.destination, protocol) {
        Some(server) => schedule(table.scheduler, server, walk, packet, answer, log),
        None => ChainResult::Accept,
    }
}

/// Asks for each real server whether it remembers the client, then lets the scheduler choose.
fn schedule(
    scheduler: Scheduler,
    server: &VirtualServer,
    walk: &mut ChainWalk,
    packet: &Packet,
    answer: Option<usize>,
    log: &mut WalkLog,
) -> ChainResult {
    let client = packet.source.ip();
    let place = match (walk.waiting, answer) {
        (None, _) | (_, None) => 0,
        (Some(asked), Some(known)) if asked < server.lists.len() => {
            if known == 1 {
                return send_on(server, asked, packet, None, log);
            }
            asked + 1
        }
        (Some(_), Some(chosen)) => return send_on(server, chosen, packet, Some(scheduler), log),
    };
    walk.waiting = Some(place);
    if let (Some(list), Some(seconds)) = (server.lists.get(place), server.persistent) {
        return ChainResult::Decide(Decision::Remembered {
            list: list.clone(),
            client,
            seconds,
        });
    }
    match scheduler {
        _ if server.real.is_empty() => ChainResult::Reject,
        Scheduler::SourceHash => {
            let place = Scheduler::by_source(client, server.real.len());
            send_on(server, place, packet, Some(scheduler), log)
        }
        Scheduler::RoundRobin | Scheduler::LeastConnection => ChainResult::Decide(Decision::Scheduled {
            server: server.name.clone(),
            real: server.real.clone(),
            scheduler,
        }),
    }
}

fn send_on(
    server: &VirtualServer,
    place: usize,
    packet: &Packet,
    by: Option<Scheduler>,
    log: &mut WalkLog,
) -> ChainResult {
    let Some(real) = server.real.get(place) else {
        return ChainResult::Reject;
    };
    if let Some(list) = server.lists.get(place) {
        log.remember.push((list.clone(), packet.source.ip(), false));
    }
    log.scheduled = Some(Scheduled {
        server: server.name.clone(),
        real: *real,
        by,
    });
    log.hits.push(RuleHit {
        table: TABLE,
        chain: server.name.clone(),
        position: place + 1,
        chance: None,
    });
    ChainResult::Dnat(*real)
}
