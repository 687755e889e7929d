//! What nodes remember between the commands of one terminal.

use crate::disk::Disk;
use base::Stream;
use network::Micros;
use network::Transport;
use network::dataplane::{Connections, DataPlane, Origin, PacketEnd};
use std::collections::BTreeMap;
use std::net::SocketAddrV4;
use std::rc::Rc;

/// The connections and clients that nodes remember of the commands so far, the draws that chance has made, and the files that
/// were written into containers.
///
/// Virtual time that goes back forgets connections and clients.
#[derive(Clone, Debug)]
pub struct Memory {
    seed: u64,
    nodes: Option<(Rc<DataPlane>, Connections)>,
    last: Micros,
    asked: u64,
    /// By container.
    disks: BTreeMap<String, Disk>,
}

impl Memory {
    /// Nothing is remembered; random choices follow from the seed.
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            nodes: None,
            last: Micros::ZERO,
            asked: 0,
            disks: BTreeMap::new(),
        }
    }

    /// The files that were written into a container: `UID/NAME`.
    pub(crate) fn disk(&self, container: &str) -> Option<&Disk> {
        self.disks.get(container)
    }

    pub(crate) fn disk_mut(&mut self, container: &str) -> &mut Disk {
        self.disks.entry(container.to_owned()).or_default()
    }

    pub(crate) fn ask(
        &mut self,
        plane: &Rc<DataPlane>,
        origin: &Origin,
        transport: Transport,
        to: SocketAddrV4,
        now: Micros,
    ) -> Option<PacketEnd> {
        if now < self.last {
            self.nodes = None;
        }
        self.last = now;
        self.asked += 1;
        let seed = Stream::new(self.seed, &["terminal"]).at(self.asked, u64::MAX);
        let (known, connections) = self
            .nodes
            .get_or_insert_with(|| (plane.clone(), Connections::new(plane.clone(), seed)));
        if !Rc::ptr_eq(known, plane) {
            connections.change(plane.clone());
            *known = plane.clone();
        }
        let answer = connections.ask(origin, transport, to, now);
        answer.map(|answer| answer.trace.end)
    }

    pub(crate) fn draw_reply(&self, number: u64) -> u64 {
        Stream::new(self.seed, &["reply"]).at(self.asked.wrapping_add(number), u64::MAX)
    }
}
