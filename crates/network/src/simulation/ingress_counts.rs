//! Counts of many requests that go by the ingress controller.

use super::epoch::{Dials, WorldEpoch};
use super::fate::Fate;
use super::report::backend;
use super::request_counts::{RequestCounts, Share, Spans, draws};
use super::sender::reply_draw;
use super::{Pace, Simulation};
use crate::{Flow, Micros, Reply};
use std::collections::BTreeMap;
use std::net::SocketAddr;

impl Simulation {
    pub(super) fn tally_ingress(
        &self,
        mut epoch: WorldEpoch,
        dials: &Dials,
        at: Micros,
        flow: &Flow,
        count: u64,
        pace: Pace,
    ) -> RequestCounts {
        let remembering = self.remembering_at(at);
        let draws = draws(self.seed, at, flow);
        let mut tally = RequestCounts {
            sent: count,
            ..RequestCounts::default()
        };
        let (mut shares, mut spans) = (BTreeMap::<SocketAddr, Share>::new(), Spans::default());
        for index in 0..count {
            let number = draws.number(index);
            let (root, draw) = dials.root(number);
            let leaf = epoch
                .table
                .decide(&epoch.plane, root, draw, &remembering.at(dials.sender, at));
            let onward = epoch.pass_on(0, flow, dials, leaf, number);
            let onward = onward.and_then(|place| epoch.onwards.get(place));
            let direct = epoch
                .table
                .leaf(leaf)
                .map_or(Fate::NameNotFound, |leaf| dials.fate(leaf));
            let mut fate = onward.map_or(direct, |onward| onward.fate);
            let mut work = pace.work;
            let address = onward.and_then(|onward| onward.way).map(|(address, _)| address);
            if let Some(address) = address.filter(|_| fate.has_backend()) {
                if let Some(guest) = epoch.plane.fabric.pod(address.ip()).filter(|_| fate == Fate::Answered) {
                    let reply: Reply = guest.answering.reply(reply_draw(number));
                    let (answer, took) = Fate::by(reply, pace);
                    (fate, work) = (answer.through_ingress(), took);
                }
                let of = onward.map_or(1, |onward| onward.of);
                let share = shares.entry(address).or_insert_with(|| Share {
                    backend: backend(&epoch.plane, address, of),
                    got: 0,
                    expected: count / (of.max(1) as u64),
                    latency: None,
                });
                share.got += 1;
                if fate == Fate::Answered {
                    let detour = if onward.is_some_and(super::Onward::is_by_pod) {
                        pace.hop
                    } else {
                        Micros::ZERO
                    };
                    spans.add(address, fate.span(pace, work) + detour + detour, 1);
                }
            }
            *tally.outcomes.entry(fate.outcome()).or_default() += 1;
        }
        for (address, share) in &mut shares {
            share.latency = spans.of(*address);
        }
        tally.latency = spans.all();
        tally.shares = shares.into_values().collect();
        tally
    }
}
