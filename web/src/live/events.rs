//! The moments to step to, and those to mark.

use super::{LOOKAHEAD, Live};
use base::Order;
use playground::{Cause, Micros, Pace, Request};

impl Live {
    /// `None` if nothing happens within [`LOOKAHEAD`].
    pub fn next_event(&self) -> Option<Micros> {
        let at = self.at();
        self.events(at + LOOKAHEAD).into_iter().find(|moment| *moment > at)
    }

    /// The beginning if nothing happened before.
    pub fn previous_event(&self) -> Micros {
        let at = self.at();
        let before = self.events(at).into_iter().rev().find(|moment| *moment < at);
        before.unwrap_or(Micros::ZERO)
    }

    /// When the cluster changed or a request failed, up to `until`, in order.
    pub fn marks_until(&self, until: Micros) -> Vec<Micros> {
        let session = self.session.borrow();
        let failed = session
            .requests(until)
            .briefs()
            .filter(|request| request.outcome.is_failure())
            .map(|request| request.done);
        let changes = session
            .changes()
            .filter(|moment| session.cause(*moment) != Cause::Proxy);
        let mut all: Vec<Micros> = failed.chain(changes).filter(|moment| *moment <= until).collect();
        all.order();
        all.dedup();
        all
    }

    /// When a request starts a leg or ends, or the cluster changes, up to `until`, in order.
    ///
    /// Ignores requests sent so long ago that they have ended.
    fn events(&self, until: Micros) -> Vec<Micros> {
        let session = self.session.borrow();
        let from = self.at() - WINDOW;
        let of_requests = session.requests(until).since(from).iter().flat_map(moments);
        let mut all: Vec<Micros> = of_requests
            .chain(session.changes())
            .filter(|moment| *moment <= until)
            .collect();
        all.order();
        all.dedup();
        all
    }
}

/// How far back a request that is under way can have been sent.
const WINDOW: Micros = Pace::WATCHED.longest();

fn moments(request: &Request) -> impl Iterator<Item = Micros> {
    let legs = request.legs.iter().map(|leg| leg.from);
    legs.chain(std::iter::once(request.done))
}
