use super::table::{Deciding, Leaf};
use crate::Micros;
use crate::kernel::Memory;
use crate::proxy::Program;
use crate::road::DataPlane;
use std::net::Ipv4Addr;

/// The clients that the rules of each node remember, at a moment of a run.
#[derive(Clone, Debug, Default)]
pub(super) struct Remembering {
    memories: Vec<Memory>,
    /// Whether anybody was ever remembered.
    used: bool,
}

impl Remembering {
    /// Other rules hold from now on: lists that none of them names are forgotten.
    pub fn enter(&mut self, plane: &DataPlane) {
        if !self.used {
            return;
        }
        for (node, memory) in self.memories.iter_mut().enumerate() {
            memory.keep(&plane.program(node).map(Program::lists).unwrap_or_default());
        }
    }

    /// A client went that way.
    pub fn note(&mut self, leaf: &Leaf, sender: Ipv4Addr, now: Micros) {
        for (node, list, client, is_recent) in &leaf.remembers {
            self.used = true;
            if self.memories.len() <= *node {
                self.memories.resize_with(node + 1, Memory::default);
            }
            if let Some(memory) = self.memories.get_mut(*node) {
                memory.remember(list, client.unwrap_or(sender), now, *is_recent);
            }
        }
    }

    /// What it says to who asks now.
    pub fn at(&self, sender: Ipv4Addr, now: Micros) -> impl Deciding + '_ {
        Asking {
            remembering: self,
            sender,
            now,
        }
    }
}

struct Asking<'a> {
    remembering: &'a Remembering,
    sender: Ipv4Addr,
    now: Micros,
}

impl Deciding for Asking<'_> {
    fn remembers(&self, node: usize, list: &str, client: Option<Ipv4Addr>, seconds: u32) -> bool {
        let within = Micros::from_seconds(u64::from(seconds));
        let memory = self.remembering.memories.get(node);
        memory.is_some_and(|memory| memory.has(list, client.unwrap_or(self.sender), within, self.now))
    }
}
