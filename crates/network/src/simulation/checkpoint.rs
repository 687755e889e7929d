use super::decision_tree::{Deciding, Leaf};
use crate::Micros;
use crate::dataplane::DataPlane;
use crate::kernel::RuleMemory;
use crate::proxy::ipvs::Scheduler;
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};

/// The clients that the rules of each node remember, at one moment of a run.
#[derive(Clone, Debug, Default)]
pub(super) struct Remembering {
    memories: BTreeMap<usize, RuleMemory>,
}

impl Remembering {
    /// Switches to other rules; lists that they do not use are removed.
    pub fn enter(&mut self, plane: &DataPlane) {
        for (node, memory) in &mut self.memories {
            memory.keep(&plane.lists(*node));
        }
    }

    /// Records that a client reached a leaf, over a connection that ends at `end`.
    pub fn note(&mut self, leaf: &Leaf, sender: IpAddr, now: Micros, end: Micros) {
        for (node, scheduled) in &leaf.scheduled {
            self.memory(*node).send_on(scheduled, now, end);
        }
        for (node, list, client, is_recent) in &leaf.remembers {
            self.memory(*node)
                .remember(list, client.unwrap_or(sender), now, *is_recent);
        }
    }

    fn memory(&mut self, node: usize) -> &mut RuleMemory {
        self.memories.entry(node).or_default()
    }

    /// A view for one sender at one moment.
    pub fn at(&self, sender: IpAddr, now: Micros) -> impl Deciding + '_ {
        Asking {
            remembering: self,
            sender,
            now,
        }
    }
}

struct Asking<'a> {
    remembering: &'a Remembering,
    sender: IpAddr,
    now: Micros,
}

impl Deciding for Asking<'_> {
    fn remembers(&self, node: usize, list: &str, client: Option<IpAddr>, seconds: u32) -> bool {
        let within = Micros::from_seconds(u64::from(seconds));
        let memory = self.remembering.memories.get(&node);
        memory.is_some_and(|memory| memory.has(list, client.unwrap_or(self.sender), within, self.now))
    }

    fn scheduled(&self, node: usize, server: &str, real: &[SocketAddr], scheduler: Scheduler) -> usize {
        let memory = self.remembering.memories.get(&node);
        memory.map_or(0, |memory| memory.scheduled(server, real, scheduler, self.now))
    }
}
