//! What the places of a map follow from: the worlds before it, and who asks whom.

use super::layout::{LayoutMemory, remember};
use super::pace::{Pace, at_once};
use super::plan::AskEdge;
use crate::ingress;
use playground::seam::Mirror;
use playground::{FlowSpec, Micros, ObjectKey, World, read_client};
use std::rc::Rc;

/// The worlds that the layout's memory has seen. It always replays those of the session up to the playhead, so that the map is
/// the same whether the moment was watched, jumped to or opened from a link.
#[derive(Clone, Default)]
pub struct WorldHistory {
    worlds: Vec<Rc<World>>,
    asks: Vec<AskEdge>,
    focus: Option<ObjectKey>,
}

impl WorldHistory {
    /// So many changes are replayed at least, and less than twice as many: those before go together, so that not each new change
    /// has all replayed.
    const FAR: usize = 32;

    /// The worlds that the one at `at` follows.
    pub(super) fn before(session: &Mirror, at: Micros) -> Vec<Rc<World>> {
        let changes = session.changes().filter(|change| *change <= at);
        let mut worlds: Vec<Rc<World>> = std::iter::once(Micros::ZERO)
            .chain(changes)
            .map(|moment| session.world(moment).clone())
            .collect();
        worlds.pop();
        let first = worlds.len().saturating_sub(Self::FAR) / Self::FAR * Self::FAR;
        worlds.split_off(first)
    }

    /// Brings the memory to the state before the world at `at`.
    pub fn follow(
        &mut self,
        session: &Mirror,
        at: Micros,
        asks: &[AskEdge],
        focus: Option<&ObjectKey>,
        memory: &mut LayoutMemory,
    ) {
        let worlds = Self::before(session, at);
        at_once(self.follow_in_slices(worlds, asks, focus, memory, &Pace::default()));
    }

    /// Brings the memory to the state after these worlds.
    pub(super) async fn follow_in_slices(
        &mut self,
        worlds: Vec<Rc<World>>,
        asks: &[AskEdge],
        focus: Option<&ObjectKey>,
        memory: &mut LayoutMemory,
        pace: &Pace,
    ) {
        let pairs = || self.worlds.iter().zip(&worlds);
        let goes_on = self.worlds.len() <= worlds.len()
            && pairs().all(|(known, world)| Rc::ptr_eq(known, world))
            && self.asks == asks
            && self.focus.as_ref() == focus;
        if !goes_on {
            memory.forget_places();
            self.worlds.clear();
            self.asks = asks.to_vec();
            self.focus = focus.cloned();
        }
        for world in worlds.iter().skip(self.worlds.len()) {
            remember(world, asks, focus, memory, pace).await;
        }
        self.worlds = worlds;
    }
}

/// From the session's flows.
pub(super) fn asks(sending: &[FlowSpec], world: &World) -> Vec<AskEdge> {
    let ask = |flow: &FlowSpec| Some((read_client(&flow.from)?, ingress::asked(world, &flow.to)?));
    sending
        .iter()
        .filter_map(ask)
        .chain(ingress::passed_on(world))
        .collect()
}
