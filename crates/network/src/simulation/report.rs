//! Requests in full and traces, computed from records.

use super::decision_tree::Leaf;
use super::dial::at_service;
use super::epoch::Dials;
use super::fate::Fate;
use super::{RequestRecord, Simulation};
use crate::dataplane::{DataPlane, Host, PacketEnd, Trace};
use crate::kernel::Transport;
use crate::{Backend, Micros, Protocol, Request, Route};
use api::ip::Family;
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;

impl Simulation {
    /// The trace of a request by number; `None` if it was not sent or never left its client.
    pub fn trace(&self, number: u64) -> Option<Trace> {
        let place = usize::try_from(number).ok()?.checked_sub(1)?;
        let record = self.records.get(place.checked_sub(self.forgotten)?)?;
        let is_first = record.opened_by as usize == place;
        self.trace_of(record, !is_first)
    }

    fn trace_of(&self, record: &RequestRecord, is_known: bool) -> Option<Trace> {
        let epoch = self.epochs.get(record.epoch as usize)?;
        if let Some(forwarded) = epoch.forwarded(record.sender) {
            return forwarded.trace(&epoch.plane);
        }
        let dials = epoch.dialled(record.sender)?;
        let address = self.address(record)?;
        let table = &epoch.table;
        let plane = &epoch.plane;
        let first = table.trace(plane, record.leaf, &dials.origin, dials.transport, address, is_known)?;
        let Some(onward) = epoch.onwards.get(record.onward) else {
            return Some(first);
        };
        let second = onward
            .way
            .and_then(|(endpoint, leaf)| table.trace(plane, leaf, &onward.origin, dials.transport, endpoint, false));
        Some(match second {
            Some(second) => Trace {
                steps: first.steps.into_iter().chain(second.steps).collect(),
                ..second
            },
            None => first,
        })
    }

    /// The number of requests by outcome, of those that are kept.
    pub fn outcomes(&self) -> std::collections::BTreeMap<crate::Outcome, usize> {
        let mut counts = std::collections::BTreeMap::new();
        for record in self.records.iter() {
            *counts.entry(record.fate.outcome()).or_default() += 1;
        }
        counts
    }

    pub(super) fn request(&self, place: usize) -> Option<Request> {
        let record = *self.records.get(place.checked_sub(self.forgotten)?)?;
        let flow = self.senders.get(record.sender as usize)?.flow();
        let epoch = self.epochs.get(record.epoch as usize)?;
        let (client, target) = (flow.client.clone(), at_service(&epoch.plane, &flow.target));
        let connection = flow.keep_alive.then_some(u64::from(record.opened_by) + 1);
        let dialled = self.address(&record);
        let work = self.work(&record);
        Some(Request {
            number: place as u64 + 1,
            client,
            target,
            dialled: dialled.map(|address| (address.ip(), address.port())),
            backend: self.backend(&record),
            outcome: record.fate.outcome(),
            status: record.fate.status(),
            route: self.route(&record),
            connection,
            routed: self.onward(&record).map(|onward| onward.told.clone()),
            legs: record
                .fate
                .legs(record.sent, self.pace, work, self.detour(&record) > Micros::ZERO),
            sent: record.sent,
            done: record.sent + self.span(&record, work),
        })
    }

    /// How long its pod handles a request.
    pub(super) fn work(&self, record: &RequestRecord) -> Micros {
        let arrives = record.sent + self.pace.hop + self.pace.hop + self.detour(record);
        let epoch = self.epochs.get(self.epoch_at(arrives));
        let Some(epoch) = epoch.filter(|epoch| epoch.plane.fabric.unusual) else {
            return self.pace.work;
        };
        let end = self.end_address(record);
        let guest = end.and_then(|end| epoch.plane.fabric.listener(end));
        let sender = self.senders.get(record.sender as usize);
        let reply = guest
            .zip(sender)
            .map(|(guest, sender)| guest.answering.reply(sender.reply_draw(record.sent)));
        Fate::by(reply.unwrap_or_default(), self.pace).1
    }

    /// The moment whose random numbers apply: when the connection was opened.
    fn drawn_at(&self, record: &RequestRecord) -> Micros {
        let opened = self.record(record.opened_by as usize);
        opened.map_or(record.sent, |opened| opened.sent)
    }

    fn dials(&self, record: &RequestRecord) -> Option<&Dials> {
        self.epochs.get(record.epoch as usize)?.dialled(record.sender)
    }

    fn address(&self, record: &RequestRecord) -> Option<SocketAddr> {
        if let Some(forwarded) = self.forwarded(record) {
            return Some(forwarded.dialled());
        }
        let sender = self.senders.get(record.sender as usize)?;
        self.dials(record)?.address(sender.draw(self.drawn_at(record)))
    }

    /// The leaf a request reached, and the address of its sender.
    pub(super) fn leaf_of(&self, record: &RequestRecord) -> Option<(&Leaf, IpAddr)> {
        let epoch = self.epochs.get(record.epoch as usize)?;
        Some((epoch.table.leaf(record.leaf)?, epoch.dialled(record.sender)?.sender))
    }

    pub(super) fn transport(&self, record: &RequestRecord) -> Transport {
        self.dials(record)
            .map_or(Transport::Port(Protocol::Tcp), |dials| dials.transport)
    }

    /// The endpoint's address: that contacted, if no rule translated it.
    pub(super) fn end_address(&self, record: &RequestRecord) -> Option<SocketAddr> {
        if let Some(forwarded) = self.forwarded(record) {
            return Some(forwarded.end);
        }
        let (leaf, _) = self.leaf_of(record)?;
        if let Some(onward) = self.onward(record) {
            let (address, leaf) = onward.way?;
            let translated = self.epochs.get(record.epoch as usize)?.table.leaf(leaf)?.endpoint;
            return Some(translated.unwrap_or(address));
        }
        let is_headless = self.dials(record)?.is_headless;
        leaf.endpoint.or_else(|| is_headless.then(|| self.address(record))?)
    }

    /// The address of the endpoint that a request was forwarded to.
    pub(super) fn backend_address(&self, record: &RequestRecord) -> Option<SocketAddr> {
        self.end_address(record).filter(|_| record.fate.has_backend())
    }

    fn backend(&self, record: &RequestRecord) -> Option<Backend> {
        let address = self.backend_address(record)?;
        let plane = &self.epochs.get(record.epoch as usize)?.plane;
        if self.forwarded(record).is_some() {
            return Some(backend(plane, address, 1));
        }
        let (leaf, _) = self.leaf_of(record)?;
        let drawn_among = match self.onward(record) {
            Some(onward) => return Some(backend(plane, address, onward.of)),
            None => self.dials(record).map_or(1, |dials| dials.addresses.len()),
        };
        Some(backend(plane, address, leaf.of.max(drawn_among)))
    }

    /// The route is the same for all requests of a sender that reach one leaf.
    fn route(&self, record: &RequestRecord) -> Rc<Route> {
        let key = (record.epoch, record.sender, record.leaf, record.onward);
        if let Some(way) = self.routes.borrow().get(&key) {
            return way.clone();
        }
        let nameless = || {
            let epoch = self.epochs.get(record.epoch as usize)?;
            Some(Route {
                denial: Some(epoch.nameless(record.sender)?.clone()),
                ..Route::default()
            })
        };
        let trace = self.trace_of(record, false);
        let way = Rc::new(
            trace
                .map(|trace| Route::of(&trace))
                .or_else(nameless)
                .unwrap_or_default(),
        );
        self.routes.borrow_mut().insert(key, way.clone());
        way
    }
}

pub(super) fn backend(plane: &DataPlane, address: SocketAddr, of: usize) -> Backend {
    let guest = plane.fabric.listener(address).map(|guest| guest.key.clone());
    let listed = || {
        let services = plane.services(Family::of(address.ip()));
        let mut endpoints = services.endpoints.values().flatten();
        endpoints.find(|endpoint| endpoint.address == address)?.pod.clone()
    };
    Backend {
        ip: address.ip(),
        port: address.port(),
        pod: guest.or_else(listed),
        of,
    }
}

impl Route {
    fn of(trace: &Trace) -> Self {
        let rule = trace.decisive().and_then(|(place, rule)| match place {
            Host::Node(node) => Some((node.clone(), rule.hit.clone())),
            _ => None,
        });
        let denial = match &trace.end {
            PacketEnd::Denied(denial) => Some(denial.clone()),
            _ => None,
        };
        let came =
            denial.is_none() && !matches!(trace.end, PacketEnd::Rejected | PacketEnd::Dropped | PacketEnd::Nobody);
        Self {
            places: trace.places(),
            source: came.then_some(trace.source),
            rule,
            denial,
        }
    }
}
