use super::Scheduled;
use crate::Micros;
use crate::proxy::ipvs::Scheduler;
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;

/// The clients that the rules of one node remember: when each was last seen, by list or set.
#[derive(Clone, Debug, Default)]
pub(crate) struct RuleMemory {
    lists: BTreeMap<Rc<str>, BTreeMap<IpAddr, Micros>>,
    served: BTreeMap<Rc<str>, ServerState>,
    /// The first turn of a virtual server that has not forwarded anything yet.
    first_turn: u64,
}

/// What a virtual server has forwarded.
#[derive(Clone, Debug, Default)]
struct ServerState {
    /// The number of turns of its scheduler.
    turns: u64,
    /// When the connections of each real server end, in order of time: a count for each [`SPAN`]. Only the least-connection
    /// scheduler needs it.
    ends: BTreeMap<SocketAddr, Vec<(Micros, usize)>>,
}

/// How long an ended connection counts as inactive: `IP_VS_TCP_S_TIME_WAIT`.
const INACTIVE: Micros = Micros::from_seconds(120);
/// The resolution of the times at which connections end.
const SPAN: Micros = Micros::from_millis(100);

impl ServerState {
    /// Models: net/netfilter/ipvs/ip_vs.h ip_vs_dest_conn_overhead (Linux 6).
    fn overhead(&self, real: SocketAddr, now: Micros) -> usize {
        let ends = self.ends.get(&real).into_iter().flatten();
        ends.map(|(end, count)| match *end {
            end if end > now => count * 256,
            end if end + INACTIVE > now => *count,
            _ => 0,
        })
        .sum()
    }

    fn add(&mut self, real: SocketAddr, now: Micros, end: Micros) {
        let ends = self.ends.entry(real).or_default();
        let end = Micros(end.0.div_ceil(SPAN.0) * SPAN.0);
        match ends.binary_search_by_key(&end, |(end, _)| *end) {
            Ok(place) => {
                if let Some((_, count)) = ends.get_mut(place) {
                    *count += 1;
                }
            }
            Err(place) => {
                ends.insert(place, (end, 1));
                ends.retain(|(end, _)| *end + INACTIVE > now);
            }
        }
    }
}

/// The capacity of a `-m recent` list: `ip_list_tot`.
const RECENT_LIST: usize = 100;

impl RuleMemory {
    /// Remembers no client; the turn of each virtual server starts at `first_turn`.
    pub fn beginning_at(first_turn: u64) -> Self {
        Self {
            first_turn,
            ..Self::default()
        }
    }

    /// Whether a list has seen a client within a time span.
    pub fn has(&self, list: &str, client: IpAddr, within: Micros, now: Micros) -> bool {
        let seen = self.lists.get(list).and_then(|clients| clients.get(&client));
        seen.is_some_and(|seen| now - *seen <= within)
    }

    /// Adds a client to a list or updates its time. In a full `-m recent` list it replaces the one seen longest ago.
    pub fn remember(&mut self, list: &Rc<str>, client: IpAddr, now: Micros, is_recent: bool) {
        let clients = self.lists.entry(list.clone()).or_default();
        if is_recent && clients.len() >= RECENT_LIST && !clients.contains_key(&client) {
            let oldest = clients.iter().min_by_key(|(_, seen)| **seen).map(|(client, _)| *client);
            if let Some(oldest) = oldest {
                clients.remove(&oldest);
            }
        }
        clients.insert(client, now);
    }

    /// The index of the real server that the scheduler chooses.
    ///
    /// Models: net/netfilter/ipvs/ip_vs_rr.c, ip_vs_lc.c (Linux 6); differs: a change of the real servers may skip a turn.
    pub fn scheduled(&self, server: &str, real: &[SocketAddr], scheduler: Scheduler, now: Micros) -> usize {
        let before = self.served.get(server);
        if let (Scheduler::LeastConnection, Some(before)) = (scheduler, before) {
            let places = real.iter().enumerate();
            let least = places.min_by_key(|(_, real)| before.overhead(**real, now));
            return least.map_or(0, |(place, _)| place);
        }
        let turns = before.map_or(0, |before| before.turns) + self.first_turn;
        usize::try_from(turns % (real.len() as u64).max(1)).unwrap_or(0)
    }

    /// Records a connection that a virtual server forwarded, and when it ends.
    pub fn send_on(&mut self, scheduled: &Scheduled, now: Micros, end: Micros) {
        let by = scheduled.by;
        if by == Some(Scheduler::SourceHash) {
            return;
        }
        if !self.served.contains_key(&scheduled.server) {
            self.served.insert(scheduled.server.clone(), ServerState::default());
        }
        let Some(served) = self.served.get_mut(&scheduled.server) else {
            return;
        };
        match by {
            Some(Scheduler::RoundRobin) => served.turns += 1,
            _ => served.add(scheduled.real, now, end),
        }
    }

    /// Removes lists that no rule uses any more.
    pub fn keep(&mut self, named: &BTreeSet<Rc<str>>) {
        self.lists.retain(|list, _| named.contains(list));
    }
}
