//! What nodes remember between the commands of one terminal.

use base::Stream;
use network::Micros;
use network::Transport;
use network::dataplane::{Connections, DataPlane, Origin, PacketEnd};
use std::net::SocketAddrV4;
use std::rc::Rc;

/// The connections and clients that nodes remember of the commands so far, and the draws that chance has made.
///
/// Virtual time that goes back forgets them.
#[derive(Clone, Debug)]
pub struct Memory {
    seed: u64,
    nodes: Option<(Rc<DataPlane>, Connections)>,
    last: Micros,
    asked: u64,
}

impl Memory {
    /// Nothing is remembered; random choices follow from the seed.
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            nodes: None,
            last: Micros::ZERO,
            asked: 0,
        }
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
