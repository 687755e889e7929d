//! All paths that packets can take, explored on first use. Random numbers choose among them without executing rules again.

use crate::Micros;
use crate::dataplane::{Class, DataPlane, Journey, JourneyContext, JourneyProgress, Origin, PacketEnd, Trace};
use crate::kernel::{Conntrack, Decision, Scheduled, Transport};
use crate::proxy::iptables::Probability;
use crate::proxy::ipvs::Scheduler;
use api::ip::Family;
use base::{Stream, below};
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;

/// The paths through one data plane.
#[derive(Clone, Debug, Default)]
pub(super) struct DecisionTree {
    roots: BTreeMap<(Class, SocketAddr, Transport), u32>,
    branches: Vec<Branch>,
    leaves: Vec<Leaf>,
}

/// A decision, or the end of a path.
#[derive(Clone, Debug)]
enum Branch {
    PacketEnd(u32),
    /// Not explored yet: the waiting packet and its decision.
    Unexplored(Box<Unexplored>),
    /// One of `count` branches starting at `first`, each equally likely.
    OneOf {
        first: u32,
        count: u32,
    },
    /// One of the branches starting at `first`, by cumulative weight.
    Weighted {
        first: u32,
        reaches: Rc<[u64]>,
    },
    /// One branch for each real server.
    Scheduled {
        server: Rc<str>,
        node: usize,
        real: Rc<[SocketAddr]>,
        scheduler: Scheduler,
        first: u32,
    },
    /// One of two branches, by memory.
    Remembered {
        list: Rc<str>,
        node: usize,
        /// The remembered address; `None` if it is the sender's.
        client: Option<IpAddr>,
        seconds: u32,
        no: u32,
        yes: u32,
    },
}

#[derive(Clone, Debug)]
struct Unexplored {
    journey: Journey,
    answer: Option<usize>,
    path: Vec<usize>,
    /// The number of equally likely choices so far.
    of: usize,
}

/// The end of a path.
#[derive(Clone, Debug)]
pub(super) struct Leaf {
    pub end: PacketEnd,
    /// The endpoint that rules chose.
    pub endpoint: Option<SocketAddr>,
    /// The number of endpoints it was chosen from, each equally likely.
    pub of: usize,
    /// Clients that rules remember: node, list, address (`None` if it is the sender's), whether the list is one of
    /// `-m recent`.
    pub remembers: Vec<(usize, Rc<str>, Option<IpAddr>, bool)>,
    /// The virtual servers that forwarded it, each with its node.
    pub scheduled: Vec<(usize, Scheduled)>,
    path: Vec<usize>,
}

/// Answers the decisions that depend on memory.
pub(super) trait Deciding {
    /// Whether a node's list saw a client, or the sender if `None`, within this time.
    fn remembers(&self, node: usize, list: &str, client: Option<IpAddr>, seconds: u32) -> bool;
    /// The index of the real server that the scheduler chooses.
    fn scheduled(&self, node: usize, server: &str, real: &[SocketAddr], scheduler: Scheduler) -> usize;
}

/// The exclusive upper bound of random numbers.
pub(super) const WHOLE: u64 = 1 << 63;

impl DecisionTree {
    /// The root branch for packets of this kind.
    pub fn root(
        &mut self,
        plane: &DataPlane,
        origin: &Origin,
        transport: Transport,
        destination: SocketAddr,
    ) -> Option<u32> {
        let key = (
            plane.class(origin, Family::of(destination.ip()))?,
            destination,
            transport,
        );
        if let Some(root) = self.roots.get(&key) {
            return Some(*root);
        }
        let journey = Journey::start(&around(plane, false), origin, transport, PORT, destination)?;
        let root = self.add(Branch::Unexplored(Box::new(Unexplored {
            journey,
            answer: None,
            path: Vec::new(),
            of: 1,
        })));
        self.roots.insert(key, root);
        Some(root)
    }

    /// The leaf that a random number leads to.
    pub fn decide(&mut self, plane: &DataPlane, root: u32, draw: u64, deciding: &impl Deciding) -> u32 {
        let (mut at, mut draw) = (root, draw);
        loop {
            match self.branches.get(at as usize) {
                Some(Branch::PacketEnd(leaf)) => return *leaf,
                Some(Branch::OneOf { first, count }) => {
                    at = first + u32::try_from(below(draw, u64::from(*count))).unwrap_or(0);
                    draw = Stream::next(draw);
                }
                Some(Branch::Weighted { first, reaches }) => {
                    at = first + reached(reaches, draw >> 1);
                    draw = Stream::next(draw);
                }
                Some(Branch::Scheduled {
                    server,
                    node,
                    real,
                    scheduler,
                    first,
                }) => {
                    let turn = deciding.scheduled(*node, server, real, *scheduler);
                    at = first + u32::try_from(turn).unwrap_or(0);
                }
                Some(Branch::Remembered {
                    list,
                    node,
                    client,
                    seconds,
                    no,
                    yes,
                }) => {
                    let known = deciding.remembers(*node, list, *client, *seconds);
                    at = if known { *yes } else { *no };
                }
                Some(Branch::Unexplored(_)) => self.explore(plane, at),
                None => return 0,
            }
        }
    }

    /// Every reachable leaf, with its share of `weight` while no client is remembered.
    pub fn ways(&mut self, plane: &DataPlane, root: u32, weight: u64) -> Vec<(u32, u64)> {
        let (mut ends, mut open) = (Vec::new(), vec![(root, weight)]);
        while let Some((at, weight)) = open.pop() {
            match self.branches.get(at as usize) {
                Some(Branch::PacketEnd(end)) => ends.push((*end, weight)),
                Some(Branch::OneOf { first, count }) => {
                    let each = weight / u64::from(*count).max(1);
                    open.extend((*first..first + count).map(|way| (way, each)));
                }
                Some(Branch::Weighted { first, reaches }) => {
                    let mut below = 0;
                    for (way, reach) in (*first..).zip(reaches.iter()) {
                        let share = (u128::from(weight) * u128::from(reach - below)) / u128::from(WHOLE);
                        open.push((way, u64::try_from(share).unwrap_or(0)));
                        below = *reach;
                    }
                }
                Some(Branch::Scheduled { first, real, .. }) => {
                    let each = weight / (real.len() as u64).max(1);
                    open.extend((*first..).take(real.len()).map(|way| (way, each)));
                }
                Some(Branch::Remembered { no, yes, .. }) => open.extend([(*no, weight), (*yes, 0)]),
                Some(Branch::Unexplored(_)) => {
                    self.explore(plane, at);
                    open.push((at, weight));
                }
                None => {}
            }
        }
        ends
    }

    pub fn leaf(&self, leaf: u32) -> Option<&Leaf> {
        self.leaves.get(leaf as usize)
    }

    /// The trace of a packet that reaches a leaf; `is_known` if its connection is tracked already.
    pub fn trace(
        &self,
        plane: &DataPlane,
        leaf: u32,
        origin: &Origin,
        transport: Transport,
        destination: SocketAddr,
        is_known: bool,
    ) -> Option<Trace> {
        let leaf = self.leaf(leaf)?;
        let traced = around(plane, true);
        let follow = |around: &JourneyContext<'_>| {
            let mut journey = Journey::start(around, origin, transport, PORT, destination)?;
            let mut answers = leaf.path.iter().copied();
            let mut answer = None;
            loop {
                match journey.advance(around, answer) {
                    JourneyProgress::Ended(_) => return Some(journey),
                    JourneyProgress::Decide(..) => answer = Some(answers.next()?),
                }
            }
        };
        let first = follow(&traced)?;
        if !is_known {
            return Some(first.into_trace());
        }
        let mut tracks = vec![Conntrack::default(); plane.fabric.nodes.len()];
        for (node, original, source, destination) in &first.kept {
            if let Some(track) = tracks.get_mut(*node) {
                track.see(*original, *source, *destination, Micros::ZERO);
            }
        }
        let known = follow(&JourneyContext {
            tracks: &tracks,
            ..traced
        })?;
        Some(known.into_trace())
    }

    fn add(&mut self, branch: Branch) -> u32 {
        self.branches.push(branch);
        u32::try_from(self.branches.len() - 1).unwrap_or(u32::MAX)
    }

    fn put(&mut self, at: u32, branch: Branch) {
        if let Some(place) = self.branches.get_mut(at as usize) {
            *place = branch;
        }
    }

    /// Explores a branch up to the next decision or the end.
    fn explore(&mut self, plane: &DataPlane, at: u32) {
        let Some(Branch::Unexplored(waiting)) = self.branches.get(at as usize) else {
            return;
        };
        let mut waiting = waiting.clone();
        let progress = waiting.journey.advance(&around(plane, false), waiting.answer);
        let explored = match progress {
            JourneyProgress::Ended(end) => {
                let leaf = Leaf::new(*waiting, end);
                self.leaves.push(leaf);
                Branch::PacketEnd(u32::try_from(self.leaves.len() - 1).unwrap_or(u32::MAX))
            }
            JourneyProgress::Decide(_, Decision::OneOf(count)) => {
                let first = self.branches.len();
                for way in 0..count {
                    self.add(waiting.going(way, count));
                }
                Branch::OneOf {
                    first: u32::try_from(first).unwrap_or(u32::MAX),
                    count: u32::try_from(count).unwrap_or(u32::MAX),
                }
            }
            JourneyProgress::Decide(_, Decision::Chance(probability)) => {
                self.explore_chances(plane, *waiting, probability)
            }
            JourneyProgress::Decide(
                node,
                Decision::Scheduled {
                    server,
                    real,
                    scheduler,
                },
            ) => {
                let first = u32::try_from(self.branches.len()).unwrap_or(u32::MAX);
                for place in 0..real.len() {
                    self.add(waiting.going(place, real.len()));
                }
                Branch::Scheduled {
                    server,
                    node,
                    real,
                    scheduler,
                    first,
                }
            }
            JourneyProgress::Decide(node, Decision::Remembered { list, client, seconds }) => Branch::Remembered {
                list,
                node,
                client: waiting.journey.translated_source().map(|_| client),
                seconds,
                no: self.add(waiting.going(0, 1)),
                yes: self.add(waiting.going(1, 1)),
            },
        };
        self.put(at, explored);
    }

    /// Merges consecutive rules that apply by chance into one choice.
    fn explore_chances(&mut self, plane: &DataPlane, waiting: Unexplored, probability: Probability) -> Branch {
        let (mut left, mut reach) = (WHOLE, 0);
        let (mut ways, mut reaches) = (Vec::new(), Vec::new());
        let (mut waiting, mut probability) = (waiting, probability);
        loop {
            let share = (u128::from(left) * u128::from(probability.0)) >> 31;
            let share = u64::try_from(share).unwrap_or(left);
            reach += share;
            left -= share;
            ways.push(waiting.gone(1));
            reaches.push(reach);
            waiting = waiting.gone(0);
            let progress = waiting.journey.advance(&around(plane, false), waiting.answer);
            waiting.answer = None;
            let JourneyProgress::Decide(_, Decision::Chance(next)) = progress else {
                // The last way is open to whatever comes next; it waits just there.
                ways.push(waiting);
                reaches.push(WHOLE);
                break;
            };
            probability = next;
        }
        let count = ways.len();
        let first = self.branches.len();
        for way in ways {
            self.add(Branch::Unexplored(Box::new(Unexplored { of: count, ..way })));
        }
        Branch::Weighted {
            first: u32::try_from(first).unwrap_or(u32::MAX),
            reaches: reaches.into(),
        }
    }
}

/// The source port of explored packets; no rule depends on it.
const PORT: u16 = 40_000;

fn around(plane: &DataPlane, traced: bool) -> JourneyContext<'_> {
    JourneyContext {
        plane,
        tracks: &[],
        now: Micros::ZERO,
        traced,
    }
}

/// The first index whose bound exceeds a number; bounds are about evenly spaced.
fn reached(reaches: &[u64], number: u64) -> u32 {
    let mut place = usize::try_from(below(number << 1, reaches.len() as u64)).unwrap_or(0);
    while place > 0 && reaches.get(place - 1).is_some_and(|reach| number < *reach) {
        place -= 1;
    }
    while place + 1 < reaches.len() && reaches.get(place).is_some_and(|reach| number >= *reach) {
        place += 1;
    }
    u32::try_from(place).unwrap_or(0)
}

impl Unexplored {
    /// The same packet after an answer.
    fn gone(&self, answer: usize) -> Self {
        let mut gone = self.clone();
        gone.answer = Some(answer);
        gone.path.push(answer);
        gone
    }

    fn going(&self, answer: usize, of: usize) -> Branch {
        Branch::Unexplored(Box::new(Self {
            of: self.of.max(of),
            ..self.gone(answer)
        }))
    }
}

impl Leaf {
    /// Whether reaching this leaf changes what kernels remember.
    pub fn leaves_traces(&self) -> bool {
        !self.remembers.is_empty() || !self.scheduled.is_empty()
    }

    fn new(waiting: Unexplored, end: PacketEnd) -> Self {
        let Unexplored { journey, path, of, .. } = waiting;
        let own = journey.sender();
        let remembers = journey.remembered.iter().map(|(node, list, client, recent)| {
            (
                *node,
                list.clone(),
                Some(*client).filter(|client| *client != own),
                *recent,
            )
        });
        Self {
            end,
            endpoint: journey.endpoint,
            of,
            remembers: remembers.collect(),
            scheduled: journey.scheduled,
            path,
        }
    }
}
