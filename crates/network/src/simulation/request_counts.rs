//! Counts of many requests sent at once.

use super::decision_tree::{DecisionTree, Leaf, WHOLE};
use super::epoch::{Dialling, Dials, WorldEpoch};
use super::fate::Fate;
use super::report::backend;
use super::sender::reply_draw;
use super::{Pace, Simulation};
use crate::dataplane::{DataPlane, PacketEnd};
use crate::{Answering, Backend, Flow, Micros, Outcome};
use base::Stream;
use std::collections::BTreeMap;
use std::net::SocketAddr;

/// The outcomes of many requests that one flow sends at one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RequestCounts {
    /// The number sent; 0 if the sender does not exist.
    pub sent: u64,
    pub outcomes: BTreeMap<Outcome, u64>,
    /// For each endpoint that could get requests, in order of address.
    pub shares: Vec<Share>,
    /// Whether all went to one endpoint, because a connection was kept or rules remember the client.
    pub is_sticky: bool,
    /// Of all answered requests; `None` if there were none.
    pub latency: Option<Latency>,
}

/// The share of an endpoint.
#[derive(Clone, Debug, PartialEq)]
pub struct Share {
    pub backend: Backend,
    /// The number of requests it got, answered or not.
    pub got: u64,
    /// The number that the rules make likely for a client that is not remembered.
    pub expected: u64,
    /// `None` if it gave no answer.
    pub latency: Option<Latency>,
}

/// Percentiles of the time to answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Latency {
    pub p50: Micros,
    pub p90: Micros,
    pub p99: Micros,
    pub longest: Micros,
}

impl Latency {
    /// Reorders the spans, each with how many answers took it; `None` if there are none.
    fn of(spans: &mut [(Micros, u64)]) -> Option<Self> {
        spans.sort_unstable();
        let (longest, _) = *spans.last()?;
        let total: u64 = spans.iter().map(|(_, answers)| answers).sum();
        let at_most = |percent: u64| {
            let rank = (total * percent).div_ceil(100).max(1);
            let mut answered = 0;
            let reached = spans.iter().find(|(_, answers)| {
                answered += answers;
                answered >= rank
            });
            reached.map_or(longest, |(span, _)| *span)
        };
        Some(Self {
            p50: at_most(50),
            p90: at_most(90),
            p99: at_most(99),
            longest,
        })
    }
}

impl Simulation {
    /// The outcomes of `count` requests, all sent by one flow at one moment, in addition to the run.
    ///
    /// They follow the rules and the remembered clients of that moment, and change nothing.
    pub fn tally(&self, at: Micros, flow: &Flow, count: u64, pace: Pace) -> RequestCounts {
        let number = self.epochs.partition_point(|epoch| epoch.from <= at).saturating_sub(1);
        let Some(epoch) = self.epochs.get(number) else {
            return RequestCounts::default();
        };
        let mut epoch = WorldEpoch::new(epoch.from, epoch.plane.clone());
        let all = |outcome| RequestCounts {
            sent: count,
            outcomes: BTreeMap::from([(outcome, count)]),
            ..RequestCounts::default()
        };
        match &*epoch.dialling(0, flow) {
            Dialling::NoSender => RequestCounts::default(),
            Dialling::Forwarded(forwarded) => all(forwarded.fate(&epoch.plane).outcome()),
            Dialling::Unknown => all(Outcome::NameNotFound),
            Dialling::Nameless(_) => all(Outcome::TimedOut),
            Dialling::Dials(dials) if is_for_ingress(&epoch, flow) => {
                self.tally_ingress(epoch, dials, at, flow, count, pace)
            }
            Dialling::Dials(dials) => self.tally_dialled(epoch, dials, at, flow, count, pace),
        }
    }

    fn tally_dialled(
        &self,
        epoch: WorldEpoch,
        dials: &Dials,
        at: Micros,
        flow: &Flow,
        count: u64,
        pace: Pace,
    ) -> RequestCounts {
        let WorldEpoch { plane, mut table, .. } = epoch;
        let mut remembering = self.remembering_at(at);
        let draws = draws(self.seed, at, flow);
        let mut ends = EndCounts::default();
        let mut is_sticky = flow.keep_alive;
        let mut kept = None;
        for index in 0..count {
            let number = draws.number(index);
            let end = kept.unwrap_or_else(|| {
                let (root, draw) = dials.root(number);
                table.decide(&plane, root, draw, &remembering.at(dials.sender, at))
            });
            ends.count(end);
            let Some(leaf) = table.leaf(end) else { continue };
            if plane.fabric.unusual || flow.keep_alive {
                let fate = dials.fate(leaf);
                let reply = answering(&plane, leaf, fate).map(|it| it.reply(reply_draw(number)));
                let fate = reply.map_or(fate, |reply| ends.reply(end, Fate::by(reply, pace), pace));
                kept = (flow.keep_alive && fate.leaves_open()).then_some(end);
            }
            if leaf.leaves_traces() {
                is_sticky |= !leaf.remembers.is_empty();
                remembering.note(leaf, dials.sender, at, at + pace.patience);
            }
        }
        let mut tally = RequestCounts {
            sent: count,
            is_sticky,
            ..RequestCounts::default()
        };
        let mut shares = BTreeMap::<SocketAddr, Share>::new();
        let mut spans = Spans::default();
        for way in dials.ways(&plane, &mut table) {
            let Some(leaf) = table.leaf(way.end) else { continue };
            let (got, fate) = (ends.of(way.end), dials.fate(leaf));
            let replies = ends.replies.remove(&way.end);
            let usual = || BTreeMap::from([(fate.outcome(), got)]);
            for (outcome, count) in replies.as_ref().map_or_else(usual, |replies| replies.outcomes.clone()) {
                *tally.outcomes.entry(outcome).or_default() += count;
            }
            let Some(address) = leaf.endpoint.or(way.dialled).filter(|_| fate.has_backend()) else {
                continue;
            };
            let share = shares.entry(address).or_insert_with(|| Share {
                backend: backend(&plane, address, leaf.of.max(dials.addresses.len())),
                got: 0,
                expected: 0,
                latency: None,
            });
            share.got += got;
            share.expected += way.expected(count);
            match replies {
                Some(replies) => spans.extend(address, replies.spans),
                None if fate == Fate::Answered => spans.add(address, fate.span(pace, pace.work), got),
                None => {}
            }
        }
        tally.outcomes.retain(|_, count| *count > 0);
        for (address, share) in &mut shares {
            share.latency = spans.of(*address);
        }
        tally.latency = spans.all();
        tally.shares = shares.into_values().collect();
        tally
    }
}

fn is_for_ingress(epoch: &WorldEpoch, flow: &Flow) -> bool {
    epoch.plane.world().router_behind(&flow.target.service).is_some()
}

/// The answers of the pod at a leaf, if it has an annotation that changes them.
fn answering<'a>(plane: &'a DataPlane, leaf: &Leaf, fate: Fate) -> Option<&'a Answering> {
    let PacketEnd::Pod(key) = &leaf.end else { return None };
    let guest = plane.fabric.guest(key)?;
    Some(&guest.answering).filter(|answering| fate == Fate::Answered && !answering.is_usual())
}

/// The random stream of many requests.
pub(super) fn draws(seed: u64, at: Micros, flow: &Flow) -> Stream {
    let [kind, namespace, name] = flow.client.words();
    let service = &flow.target.service;
    let (port, at) = (flow.target.port.to_string(), at.0.to_string());
    let words = [
        "at once",
        &at,
        &service.namespace,
        &service.name,
        &port,
        kind,
        namespace,
        name,
    ];
    Stream::new(seed, &words)
}

/// Counts of requests, by leaf.
#[derive(Default)]
struct EndCounts {
    counts: Vec<u64>,
    /// Outcomes and times at pods with an annotation that changes their answers.
    replies: BTreeMap<u32, Replies>,
}

#[derive(Default)]
struct Replies {
    outcomes: BTreeMap<Outcome, u64>,
    spans: Vec<(Micros, u64)>,
}

impl EndCounts {
    fn count(&mut self, end: u32) {
        let end = end as usize;
        if self.counts.len() <= end {
            self.counts.resize(end + 1, 0);
        }
        if let Some(counted) = self.counts.get_mut(end) {
            *counted += 1;
        }
    }

    fn reply(&mut self, end: u32, (fate, work): (Fate, Micros), pace: Pace) -> Fate {
        let replies = self.replies.entry(end).or_default();
        *replies.outcomes.entry(fate.outcome()).or_default() += 1;
        if fate == Fate::Answered {
            replies.spans.push((fate.span(pace, work), 1));
        }
        fate
    }

    fn of(&self, end: u32) -> u64 {
        self.counts.get(end as usize).copied().unwrap_or(0)
    }
}

/// A leaf that requests can reach.
struct Possible {
    end: u32,
    /// The contacted address, if that is the endpoint itself.
    dialled: Option<SocketAddr>,
    /// Its probability, out of [`WHOLE`].
    weight: u64,
}

impl Possible {
    fn expected(&self, count: u64) -> u64 {
        let scaled = u128::from(count) * u128::from(self.weight) + u128::from(WHOLE / 2);
        u64::try_from(scaled / u128::from(WHOLE)).unwrap_or(u64::MAX)
    }
}

impl Dials {
    fn ways(&self, plane: &DataPlane, table: &mut DecisionTree) -> Vec<Possible> {
        let each = WHOLE / (self.addresses.len().max(1) as u64);
        let mut ways = Vec::new();
        for (root, address) in &self.addresses {
            ways.extend(
                table
                    .ways(plane, *root, each)
                    .into_iter()
                    .map(|(end, weight)| Possible {
                        end,
                        dialled: self.is_headless.then_some(*address),
                        weight,
                    }),
            );
        }
        ways
    }
}

/// Times to answer, by endpoint.
#[derive(Default)]
pub(super) struct Spans(BTreeMap<SocketAddr, Vec<(Micros, u64)>>);

impl Spans {
    pub fn add(&mut self, endpoint: SocketAddr, span: Micros, answers: u64) {
        if answers > 0 {
            self.0.entry(endpoint).or_default().push((span, answers));
        }
    }

    fn extend(&mut self, endpoint: SocketAddr, spans: Vec<(Micros, u64)>) {
        self.0.entry(endpoint).or_default().extend(spans);
    }

    pub fn of(&mut self, endpoint: SocketAddr) -> Option<Latency> {
        Latency::of(self.0.get_mut(&endpoint)?)
    }

    pub fn all(self) -> Option<Latency> {
        Latency::of(&mut self.0.into_values().flatten().collect::<Vec<_>>())
    }
}
