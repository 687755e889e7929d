//! Runs flows over a series of worlds: random streams say when requests are sent, the rules of nodes where they go.

mod checkpoint;
mod chunked;
mod decision_tree;
mod dial;
mod epoch;
mod fate;
mod forwarded;
mod history;
mod ingress_counts;
mod onward;
mod pace;
mod report;
mod request_counts;
mod requests;
mod rewinds;
mod sender;

use crate::dataplane::DataPlane;
use crate::{Flow, Micros, Request, Route};
use checkpoint::Remembering;
use chunked::Chunked;
use epoch::{Dialling, WorldEpoch};
use fate::Fate;
use forwarded::Forwarded;
pub use history::Kept;
use onward::Onward;
pub use pace::Pace;
pub use request_counts::{Latency, RequestCounts, Share};
pub use requests::{Brief, Requests};
pub use rewinds::RewindCount;
use rewinds::Rewinds;
use sender::Sender;
use std::cell::{Cell, OnceCell, RefCell};
use std::cmp::Reverse;
use std::collections::binary_heap::PeekMut;
use std::collections::{BTreeMap, BinaryHeap};
use std::rc::Rc;

/// Runs flows over a series of worlds.
///
/// A request depends on the rules at the moment it reaches them, and on the world at the moments it reaches its endpoint and is
/// done there. Its random numbers follow from flow and moment. So a change leaves everything before it as it was, and results do
/// not depend on the size of the steps.
/// Stored records are small; requests in full and traces are computed on demand.
#[derive(Clone, Debug)]
pub struct Simulation {
    seed: u64,
    pace: Pace,
    epochs: Vec<WorldEpoch>,
    senders: Vec<Sender>,
    /// When each sender's next request is due, earliest first.
    due: BinaryHeap<Reverse<(Micros, u32)>>,
    records: Chunked<RequestRecord>,
    rewinds: Rewinds,
    ran: Micros,
    /// The epoch of the last request, and the clients remembered by then.
    current: usize,
    remembering: Remembering,
    checkpoints: Vec<Checkpoint>,
    /// Requests in full, computed on demand.
    told: Chunked<OnceCell<Box<Request>>>,
    /// How many were computed and are still there.
    told_count: Cell<usize>,
    routes: RefCell<BTreeMap<RouteKey, Rc<Route>>>,
    /// How much of the past is kept.
    most: Kept,
    /// How many requests are no longer kept: those sent first.
    forgotten: usize,
    /// Of those, the ones that opened connections which are still used, by their place in the order of sending.
    openers: BTreeMap<u32, RequestRecord>,
}

/// What is stored for a request.
#[derive(Clone, Copy, Debug)]
struct RequestRecord {
    sent: Micros,
    sender: u32,
    /// The epoch whose rules decided.
    epoch: u32,
    /// The leaf in that epoch's decision tree; [`NO_LEAF`] if no rule was evaluated.
    leaf: u32,
    /// The request that opened its connection, by its place in the order of sending.
    opened_by: u32,
    /// What the ingress controller did, in that epoch; [`NO_LEAF`] if it did not get there.
    onward: u32,
    fate: Fate,
}

/// Epoch, sender, leaf and what the ingress controller did.
type RouteKey = (u32, u32, u32, u32);

const NO_LEAF: u32 = u32::MAX;

/// The remembered clients after a number of requests.
#[derive(Clone, Debug)]
struct Checkpoint {
    records: usize,
    current: usize,
    remembering: Remembering,
}

/// The number of requests between checkpoints.
const SNAPSHOT_EVERY: usize = 8_192;

impl Simulation {
    /// Starts without traffic.
    pub fn new(seed: u64, pace: Pace, plane: Rc<DataPlane>) -> Self {
        Self {
            seed,
            pace,
            epochs: vec![WorldEpoch::new(Micros::ZERO, plane)],
            senders: Vec::new(),
            due: BinaryHeap::new(),
            records: Chunked::default(),
            rewinds: Rewinds::default(),
            ran: Micros::ZERO,
            current: 0,
            remembering: Remembering::default(),
            checkpoints: Vec::new(),
            told: Chunked::default(),
            told_count: Cell::default(),
            routes: RefCell::default(),
            most: Kept::default(),
            forgotten: 0,
            openers: BTreeMap::new(),
        }
    }

    /// Takes the place of another, of which those who count requests know.
    #[must_use]
    pub fn instead_of(self, other: &Self) -> Self {
        Self {
            rewinds: Rewinds::after(&other.rewinds),
            ..self
        }
    }

    /// Replaces the data plane from `at` on and removes later ones; requests not done by then are decided again.
    pub fn change(&mut self, at: Micros, plane: Rc<DataPlane>) {
        self.change_all(vec![(at, plane)]);
    }

    /// As [`Self::change`], at several moments in order of time.
    pub fn change_all(&mut self, changes: Vec<(Micros, Rc<DataPlane>)>) {
        let Some(first) = changes.first().map(|(at, _)| *at) else {
            return;
        };
        self.rewind(first - self.pace.longest());
        self.epochs
            .retain(|epoch| epoch.from < first || epoch.from == Micros::ZERO);
        for (at, plane) in changes {
            match self.epochs.last_mut() {
                Some(last) if last.from == at => *last = WorldEpoch::new(at, plane),
                _ => self.epochs.push(WorldEpoch::new(at, plane)),
            }
        }
        let kept = self.epochs.partition_point(|epoch| epoch.from < first);
        self.routes.get_mut().retain(|(epoch, ..), _| (*epoch as usize) < kept);
        self.current = self.current.min(kept);
        self.run(self.ran);
    }

    /// Replaces the flows from `at` on. Requests sent before stay; a flow that started earlier sends only what is due from
    /// `at` on.
    pub fn set_flows(&mut self, at: Micros, flows: Vec<Flow>) {
        self.rewind(at);
        for sender in &mut self.senders {
            sender.until = sender.until.min(at);
        }
        self.begin(at, flows);
    }

    /// Sends more flows from `at` on, beside all others.
    pub fn add_flows(&mut self, at: Micros, flows: Vec<Flow>) {
        self.rewind(at);
        self.begin(at, flows);
    }

    fn begin(&mut self, at: Micros, flows: Vec<Flow>) {
        for flow in flows {
            let sender = Sender::after(&self.senders, flow, at, self.seed);
            self.senders.push(sender);
        }
        self.line_up();
    }

    /// Sends every request that is due up to and including `until`.
    pub fn run(&mut self, until: Micros) {
        while let Some((sent, sender)) = self.take_due(until) {
            self.send(sent, sender);
        }
        self.told.extend_to(self.records.len(), OnceCell::new);
        self.ran = self.ran.max(until);
        self.enter(until);
        self.forget_told();
    }

    /// The next request due by `until`, and its sender; queues the sender for its following request.
    fn take_due(&mut self, until: Micros) -> Option<(Micros, u32)> {
        let mut first = self.due.peek_mut()?;
        let Reverse((sent, number)) = *first;
        if sent > until {
            return None;
        }
        let next = self.senders.get_mut(number as usize).and_then(Sender::advance);
        match next {
            Some(next) => *first = Reverse((next, number)),
            None => {
                PeekMut::pop(first);
            }
        }
        Some((sent, number))
    }

    /// The number of requests sent.
    pub fn sent(&self) -> usize {
        self.forgotten + self.records.len()
    }

    /// What is stored of a request, by its place in the order of sending.
    fn record(&self, place: usize) -> Option<&RequestRecord> {
        match place.checked_sub(self.forgotten) {
            Some(place) => self.records.get(place),
            None => self.openers.get(&u32::try_from(place).ok()?),
        }
    }

    fn send(&mut self, sent: Micros, number: u32) {
        let place = u32::try_from(self.sent()).unwrap_or(u32::MAX);
        if let Some(record) = self.decide(sent, number, place) {
            self.records.push(record);
            if self.sent().is_multiple_of(SNAPSHOT_EVERY) {
                self.checkpoints.push(Checkpoint {
                    records: self.sent(),
                    current: self.current,
                    remembering: self.remembering.clone(),
                });
            }
            self.forget_requests();
        }
    }

    /// The record of a request; `None` if its sender does not exist at that moment.
    fn decide(&mut self, sent: Micros, number: u32, place: u32) -> Option<RequestRecord> {
        let at_rule = sent + self.pace.hop;
        self.enter(at_rule);
        let alive = self.alive(number);
        let sender = self.senders.get(number as usize)?;
        let epoch = self.epochs.get_mut(self.current)?;
        let mut record = RequestRecord {
            sent,
            sender: number,
            epoch: u32::try_from(self.current).unwrap_or(u32::MAX),
            leaf: NO_LEAF,
            opened_by: place,
            onward: NO_LEAF,
            fate: Fate::NameNotFound,
        };
        let mut leaves_traces = false;
        let dialling = epoch.dialling(number, sender.flow());
        match &*dialling {
            Dialling::NoSender => return None,
            Dialling::Nameless(_) => record.fate = Fate::NoDns,
            Dialling::Forwarded(forwarded) => record.fate = forwarded.fate(&epoch.plane),
            Dialling::Unknown | Dialling::Dials(_) => {}
        }
        if let Some(opened) = alive {
            record = RequestRecord {
                sent,
                fate: Fate::Answered,
                ..opened
            };
        } else if let Dialling::Dials(dials) = &*dialling {
            let draw = sender.draw(sent);
            let (root, draw) = dials.root(draw);
            record.leaf = {
                let asking = self.remembering.at(dials.sender, at_rule);
                epoch.table.decide(&epoch.plane, root, draw, &asking)
            };
            let leaf = epoch.table.leaf(record.leaf)?;
            leaves_traces = leaf.leaves_traces();
            record.fate = dials.fate(leaf);
            let passed_on = if record.fate == Fate::Answered {
                epoch.pass_on(number, sender.flow(), dials, record.leaf, sender.draw(sent))
            } else {
                None
            };
            if let Some((place, onward)) = passed_on.and_then(|place| Some((place, epoch.onwards.get(place)?))) {
                record.onward = place;
                record.fate = onward.fate;
            }
        }
        record.fate = self.later(&record, at_rule);
        if leaves_traces {
            let mut remembering = std::mem::take(&mut self.remembering);
            self.note(&mut remembering, &record);
            self.remembering = remembering;
        }
        // The ingress controller chooses an endpoint for each request, whatever connection brings it.
        let is_open = record.fate.leaves_open() && record.onward == NO_LEAF;
        let sender = self.senders.get_mut(number as usize)?;
        sender.connection = (sender.flow().keep_alive && is_open).then_some(record.opened_by);
        Some(record)
    }

    /// Advances to the epoch of a moment.
    fn enter(&mut self, at: Micros) {
        if self.epochs.get(self.current + 1).is_none_or(|next| next.from > at) {
            return;
        }
        let (mut current, mut remembering) = (self.current, std::mem::take(&mut self.remembering));
        self.enter_from(&mut current, &mut remembering, at);
        (self.current, self.remembering) = (current, remembering);
        self.forget_worlds();
    }

    fn enter_from(&self, current: &mut usize, remembering: &mut Remembering, at: Micros) {
        while let Some(next) = self.epochs.get(*current + 1).filter(|next| next.from <= at) {
            *current += 1;
            remembering.enter(&next.plane);
        }
    }

    /// The request that opened a sender's kept-alive connection, if the pod at its end still runs.
    fn alive(&self, sender: u32) -> Option<RequestRecord> {
        let opened = self.senders.get(sender as usize)?.connection?;
        let opened = self.record(opened as usize)?;
        let then = self.end(opened, opened.epoch as usize)?;
        (Some(then) == self.end(opened, self.current)).then_some(*opened)
    }

    /// The uid of the pod that a request reaches, in an epoch.
    fn end(&self, record: &RequestRecord, epoch: usize) -> Option<&str> {
        let end = self.end_address(record)?;
        let guest = self.epochs.get(epoch)?.plane.fabric.listener(end)?;
        Some(&guest.uid)
    }

    /// The final fate of a request, in the worlds of the moments when it reaches its endpoint and when it is done there.
    fn later(&self, record: &RequestRecord, at_rule: Micros) -> Fate {
        let decided = self.current;
        let onward = self.onward(record);
        let forwarded = self.forwarded(record);
        let seen = |fate: Fate| match (onward, forwarded) {
            (Some(_), _) => fate.through_ingress(),
            (None, Some(forwarded)) => forwarded.seen(fate),
            (None, None) => fate,
        };
        let arrives = at_rule + self.pace.hop + self.detour(record);
        let goes_on = matches!(
            record.fate,
            Fate::Answered
                | Fate::NotListening
                | Fate::NoForward
                | Fate::NoProxy
                | Fate::LostProxy
                | Fate::LostAtBackend
                | Fate::BadGateway
                | Fate::LostUpstream
        );
        if !goes_on || self.stays_usual(decided, arrives + self.pace.work) {
            return record.fate;
        }
        let Some(end) = self.end_address(record) else {
            return record.fate;
        };
        let guest = |epoch: usize| self.epochs.get(epoch)?.plane.fabric.listener(end);
        if guest(decided).is_none()
            && !matches!(record.fate, Fate::LostAtBackend | Fate::LostUpstream | Fate::LostProxy)
        {
            return record.fate;
        }
        let transport = self.transport(record);
        let there = match guest(self.epoch_at(arrives)) {
            None => return seen(Fate::LostAtBackend),
            Some(there) if !there.answers(transport, end.port(), forwarded.is_some_and(Forwarded::is_inside)) => {
                return seen(Fate::NotListening);
            }
            Some(there) => there,
        };
        let sender = self.senders.get(record.sender as usize);
        let reply = sender.map(|sender| there.answering.reply(sender.reply_draw(record.sent)));
        let (fate, work) = Fate::by(reply.unwrap_or_default(), self.pace);
        let stays = guest(self.epoch_at(arrives + work)).is_some_and(|after| after.uid == there.uid);
        seen(if stays { fate } else { Fate::Closed })
    }

    /// What the ingress controller did with a request; `None` if it did not get there.
    fn onward(&self, record: &RequestRecord) -> Option<&Onward> {
        self.epochs.get(record.epoch as usize)?.onwards.get(record.onward)
    }

    /// Where the forwarded port leads that a request goes through.
    fn forwarded(&self, record: &RequestRecord) -> Option<&Forwarded> {
        self.epochs.get(record.epoch as usize)?.forwarded(record.sender)
    }

    /// How much later a request reaches its endpoint because it goes by a pod of the ingress controller.
    fn detour(&self, record: &RequestRecord) -> Micros {
        match self.onward(record) {
            Some(onward) if onward.is_by_pod() => self.pace.hop,
            _ => Micros::ZERO,
        }
    }

    /// How long a request takes until its client knows, if the endpoint handles it for `work`.
    fn span(&self, record: &RequestRecord, work: Micros) -> Micros {
        let detour = self.detour(record);
        record.fate.span(self.pace, work) + detour + detour
    }

    /// Whether the world does not change up to a moment and all pods answer by default.
    fn stays_usual(&self, decided: usize, until: Micros) -> bool {
        let is_usual = |epoch: &WorldEpoch| !epoch.plane.fabric.unusual;
        self.epochs.get(decided).is_some_and(is_usual)
            && self.epochs.get(decided + 1).is_none_or(|next| next.from > until)
    }

    fn epoch_at(&self, moment: Micros) -> usize {
        let after = self.epochs.partition_point(|epoch| epoch.from <= moment);
        after.saturating_sub(1)
    }

    /// Removes all requests sent at `from` or later.
    fn rewind(&mut self, from: Micros) {
        let kept = self.records.partition_point(|record| record.sent < from);
        self.records.truncate(kept);
        self.told.truncate(kept);
        self.rewinds.note(self.sent());
        self.remember_again();
        for (number, sender) in self.senders.iter_mut().enumerate() {
            if sender.rewind(from) && sender.connection.is_some() {
                let mut before = self.records.iter().rev();
                let last = before.find(|record| record.sender as usize == number);
                sender.connection = last
                    .filter(|record| record.fate.leaves_open())
                    .map(|record| record.opened_by);
            }
        }
        self.line_up();
    }

    /// Recomputes the remembered clients after the stored requests.
    fn remember_again(&mut self) {
        let kept = self.sent();
        self.checkpoints.retain(|checkpoint| checkpoint.records <= kept);
        (self.current, self.remembering) = self.remembered_after(kept);
    }

    /// The remembered clients at a moment.
    fn remembering_at(&self, at: Micros) -> Remembering {
        let earlier = self.records.partition_point(|record| record.sent + self.pace.hop <= at);
        let (mut current, mut remembering) = self.remembered_after(self.forgotten + earlier);
        self.enter_from(&mut current, &mut remembering, at);
        remembering
    }

    /// The remembered clients after the first `kept` requests, and the epoch of the last of them.
    fn remembered_after(&self, kept: usize) -> (usize, Remembering) {
        let earlier = self
            .checkpoints
            .partition_point(|checkpoint| checkpoint.records <= kept);
        let checkpoint = earlier.checked_sub(1).and_then(|last| self.checkpoints.get(last));
        let (from, mut current, mut remembering) = match checkpoint {
            Some(checkpoint) => (checkpoint.records, checkpoint.current, checkpoint.remembering.clone()),
            None => (self.forgotten, 0, Remembering::default()),
        };
        let places = from.saturating_sub(self.forgotten)..kept.saturating_sub(self.forgotten);
        for (place, record) in (from..).zip(self.records.range(places)) {
            let at_rule = record.sent + self.pace.hop;
            self.enter_from(&mut current, &mut remembering, at_rule);
            let opened = record.opened_by as usize == place;
            if opened {
                self.note(&mut remembering, record);
            }
        }
        (current, remembering)
    }

    /// Records what kernels remember of a request.
    fn note(&self, remembering: &mut Remembering, record: &RequestRecord) {
        let Some((leaf, address)) = self.leaf_of(record).filter(|(leaf, _)| leaf.leaves_traces()) else {
            return;
        };
        let at_rule = record.sent + self.pace.hop;
        let work = if leaf.scheduled.is_empty() {
            Micros::ZERO
        } else {
            self.work(record)
        };
        remembering.note(leaf, address, at_rule, record.sent + self.span(record, work));
    }

    /// Queues every sender at its next moment.
    fn line_up(&mut self) {
        let senders = (0..).zip(&self.senders);
        self.due = senders
            .filter_map(|(number, sender)| Some(Reverse((sender.next()?, number))))
            .collect();
    }
}
