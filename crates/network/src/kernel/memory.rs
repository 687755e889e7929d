use crate::Micros;
use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;
use std::rc::Rc;

/// The clients that one node's rules remember: for each list or set, who was seen when.
#[derive(Clone, Debug, Default)]
pub(crate) struct Memory {
    lists: BTreeMap<Rc<str>, BTreeMap<Ipv4Addr, Micros>>,
}

/// So many addresses a list of `-m recent` holds: `ip_list_tot`.
const RECENT_LIST: usize = 100;

impl Memory {
    /// Whether a list has a client that was seen at most so long ago.
    pub fn has(&self, list: &str, client: Ipv4Addr, within: Micros, now: Micros) -> bool {
        let seen = self.lists.get(list).and_then(|clients| clients.get(&client));
        seen.is_some_and(|seen| now - *seen <= within)
    }

    /// Enters a client into a list, anew; into one of `-m recent` that is full instead of whom it saw longest ago.
    pub fn remember(&mut self, list: &Rc<str>, client: Ipv4Addr, now: Micros, is_recent: bool) {
        let clients = self.lists.entry(list.clone()).or_default();
        if is_recent && clients.len() >= RECENT_LIST && !clients.contains_key(&client) {
            let oldest = clients.iter().min_by_key(|(_, seen)| **seen).map(|(client, _)| *client);
            if let Some(oldest) = oldest {
                clients.remove(&oldest);
            }
        }
        clients.insert(client, now);
    }

    /// Forgets the lists that no rule names any more.
    pub fn keep(&mut self, named: &BTreeSet<Rc<str>>) {
        self.lists.retain(|list, _| named.contains(list));
    }
}
