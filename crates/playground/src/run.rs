//! What becomes of a session in time: its epochs as the network sees them, and the requests sent through them.

use crate::containers::Visit;
use crate::limits;
use crate::scenario::{FlowSpec, Proxy};
use crate::traffic;
use base::Order;
use network::dataplane::{DataPlane, Trace};
use network::{Client, Flow, Hop, Micros, ObjectKey, Pace, Request, RequestCounts, Requests, Simulation, World};
use serde::{Deserialize, Serialize};
use std::cell::OnceCell;
use std::rc::Rc;

/// Why the cluster changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Cause {
    /// The text was edited.
    Text,
    /// An act of [`Session::acts`](crate::Session) at that moment.
    Act,
    /// An act was undone.
    Undo,
    /// Something that began earlier was due, such as the end of a namespace.
    Time,
    /// kube-proxy heard of an earlier change on every node.
    Proxy,
}

/// What the reader of a session tells the run, in this order.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Change {
    /// Another session begins.
    Begin {
        /// All random choices follow from it.
        seed: u64,
        /// The mode of kube-proxy.
        proxy: Proxy,
    },
    /// The epochs after the first so many are these.
    Epochs {
        /// How many epochs stay.
        kept: usize,
        /// Those after them.
        #[serde(with = "crate::seam::pooled")]
        epochs: Vec<SeenEpoch>,
        /// Until when it is known what time brings.
        brought: Micros,
    },
    /// These epochs, by their places, have the worlds and caveats of those before them from now on: their own are no longer kept.
    Thinned(Vec<u32>),
    /// From a moment on these flows are sent in place of others.
    Flows {
        /// The moment.
        at: Micros,
        /// The flows.
        flows: Vec<Flow>,
    },
    /// From a moment on these are sent beside the others: what a terminal sent.
    Sends {
        /// The moment.
        at: Micros,
        /// The flows.
        flows: Vec<Flow>,
    },
}

/// An epoch as the network sees it.
#[derive(Clone, Debug)]
pub struct SeenEpoch {
    /// When it begins.
    pub from: Micros,
    /// Why.
    pub cause: Cause,
    /// `None` if it is that of the epoch before.
    pub world: Option<Rc<World>>,
    /// `None` if they are those of the epoch before.
    pub caveats: Option<Rc<[String]>>,
}

/// The epochs of a session and the requests sent through them: all that a moving picture needs.
#[derive(Clone)]
pub struct Run {
    proxy: Proxy,
    epochs: Vec<RunEpoch>,
    brought: Micros,
    simulation: Simulation,
    /// Before this moment some epochs share the state of earlier ones.
    thinned_until: Option<Micros>,
}

#[derive(Clone)]
struct RunEpoch {
    from: Micros,
    cause: Cause,
    world: Rc<World>,
    /// Its rules; of older epochs they are written when somebody looks.
    plane: OnceCell<Rc<DataPlane>>,
    caveats: Rc<[String]>,
    /// Whether somebody watching sees it begin: of what time brings, much changes nothing for the network.
    is_seen: bool,
}

impl Default for Run {
    /// Of an empty world.
    fn default() -> Self {
        Self::new(0, Proxy::default())
    }
}

impl Run {
    fn new(seed: u64, proxy: Proxy) -> Self {
        let plane = Rc::new(DataPlane::new(Rc::default(), proxy.into()));
        Self {
            proxy,
            epochs: vec![RunEpoch {
                from: Micros::ZERO,
                cause: Cause::Text,
                world: Rc::default(),
                plane: plane.clone().into(),
                caveats: Rc::default(),
                is_seen: true,
            }],
            brought: Micros::ZERO,
            thinned_until: None,
            simulation: Simulation::new(seed, Pace::WATCHED, plane).keeping(limits::KEPT),
        }
    }

    /// Takes over what the reader tells.
    pub fn change(&mut self, change: Change) {
        match change {
            Change::Begin { seed, proxy } => {
                let begun = Self::new(seed, proxy);
                let simulation = begun.simulation.instead_of(&self.simulation);
                *self = Self { simulation, ..begun };
            }
            Change::Epochs { kept, epochs, brought } => {
                self.brought = brought;
                self.replace(kept, epochs);
            }
            Change::Thinned(places) => self.thin(&places),
            Change::Flows { at, flows } => {
                self.recall(at, at);
                self.simulation.set_flows(at, flows);
            }
            Change::Sends { at, flows } => {
                self.recall(at, at);
                self.simulation.add_flows(at, flows);
            }
        }
    }

    /// Sends requests once more that are no longer kept, if it takes them to decide again what is sent from a moment on.
    fn recall(&mut self, from: Micros, until: Micros) {
        if !self.simulation.has_forgotten(from) {
            return;
        }
        let mut worlds: Vec<(Micros, Rc<DataPlane>)> = Vec::new();
        for epoch in self
            .epochs
            .iter()
            .filter(|epoch| epoch.from < until || epoch.from <= from)
        {
            if worlds
                .last()
                .is_none_or(|(_, last)| !Rc::ptr_eq(last.world(), &epoch.world))
            {
                worlds.push((epoch.from, self.plane_of(epoch).clone()));
            }
        }
        self.simulation
            .begin_again(worlds, until, limits::REQUESTS_BEFORE_OPENING);
    }

    /// Has epochs share the worlds and rules of those before them.
    fn thin(&mut self, places: &[u32]) {
        let places = places.iter().filter_map(|place| usize::try_from(*place).ok());
        for place in places {
            let before = place.checked_sub(1).and_then(|before| self.epochs.get(before)).cloned();
            let Some((before, epoch)) = before.zip(self.epochs.get_mut(place)) else {
                continue;
            };
            self.thinned_until = self.thinned_until.max(Some(epoch.from));
            *epoch = RunEpoch {
                from: epoch.from,
                cause: epoch.cause,
                is_seen: epoch.is_seen,
                ..before
            };
        }
    }

    fn plane_of<'a>(&self, epoch: &'a RunEpoch) -> &'a Rc<DataPlane> {
        let written = || Rc::new(DataPlane::new(epoch.world.clone(), self.proxy.into()));
        epoch.plane.get_or_init(written)
    }

    /// Replaces all epochs but the first so many, and lets the simulation know of those that it can see.
    fn replace(&mut self, kept: usize, epochs: Vec<SeenEpoch>) {
        let nothing = self.epochs.first().cloned();
        if let Some(first) = epochs.first() {
            self.recall(first.from, first.from);
        }
        self.epochs.truncate(kept);
        let last = self.epochs.last().map(|last| last.from);
        self.thinned_until = self.thinned_until.min(last);
        let mut changes = Vec::new();
        for epoch in epochs {
            let Some(before) = self.epochs.last().or(nothing.as_ref()) else {
                continue;
            };
            let is_seen = epoch.cause != Cause::Time || epoch.world.is_some();
            let (world, plane) = match epoch.world {
                Some(world) => (world, OnceCell::new()),
                None => (before.world.clone(), before.plane.clone()),
            };
            let caveats = epoch.caveats.unwrap_or_else(|| before.caveats.clone());
            let epoch = RunEpoch {
                from: epoch.from,
                cause: epoch.cause,
                world,
                plane,
                caveats,
                is_seen,
            };
            if is_seen {
                changes.push((epoch.from, self.plane_of(&epoch).clone()));
            }
            self.epochs.push(epoch);
        }
        self.simulation.change_all(changes);
        self.drop_old_rules();
    }

    /// Drops the rules of epochs long ago: they are written again if somebody looks.
    fn drop_old_rules(&mut self) {
        let old = self.epochs.len().saturating_sub(limits::KEPT.worlds);
        for epoch in self.epochs.iter_mut().take(old) {
            epoch.plane.take();
        }
    }

    /// A sentence on what is no longer kept of the past; `None` if all is.
    pub fn forgotten(&self) -> Option<String> {
        let requests = self.simulation.kept_since();
        Some(match (requests, self.thinned_until) {
            (Some(since), Some(until)) => format!(
                "Requests before {} are no longer kept, and before {} not every state of the cluster.",
                clock(since),
                clock(until)
            ),
            (Some(since), None) => format!("Requests before {} are no longer kept.", clock(since)),
            (None, Some(until)) => format!("Before {} not every state of the cluster is kept.", clock(until)),
            (None, None) => return None,
        })
    }

    /// From when on all requests are kept; `None` if none was forgotten.
    pub fn requests_kept_since(&self) -> Option<Micros> {
        self.simulation.kept_since()
    }

    /// Sends all requests that are due, up to `until`, or as far as it is known what time brings.
    pub fn run(&mut self, until: Micros) {
        self.simulation.run(until.min(self.brought));
    }

    /// Until when it is known what time brings.
    pub fn brought(&self) -> Micros {
        self.brought
    }

    /// How many epochs have begun by that moment: equal only where the cluster is the same.
    pub fn epochs_by(&self, at: Micros) -> usize {
        self.epochs.partition_point(|epoch| epoch.from <= at)
    }

    /// The rules of all nodes at that moment: see [`DataPlane::rules`].
    pub fn plane(&self, at: Micros) -> &Rc<DataPlane> {
        self.plane_of(self.epoch(at))
    }

    /// The path of a request through the kernels of the nodes, step by step, as the rules decided it; `None` if it
    /// never left its client.
    pub fn trace(&self, number: u64) -> Option<Trace> {
        self.simulation.trace(number)
    }

    /// What the network knows of the cluster at that moment.
    pub fn world(&self, at: Micros) -> &Rc<World> {
        &self.epoch(at).world
    }

    /// When what the network sees of the cluster changed, as far as it is known.
    pub fn changes(&self) -> impl Iterator<Item = Micros> {
        self.epochs
            .iter()
            .skip(1)
            .filter(|epoch| epoch.is_seen)
            .map(|epoch| epoch.from)
    }

    /// Why the cluster became what it is at that moment.
    pub fn cause(&self, at: Micros) -> Cause {
        self.epoch(at).cause
    }

    /// A sentence for each way in which requests behave differently here than on a real cluster.
    pub fn caveats(&self, at: Micros) -> &[String] {
        &self.epoch(at).caveats
    }

    /// The names of all Services at that moment, in kubectl's order.
    pub fn services(&self, at: Micros) -> Vec<ObjectKey> {
        let services = self.world(at).services.iter();
        let mut keys: Vec<ObjectKey> = services.map(|service| service.key.clone()).collect();
        keys.order();
        keys
    }

    /// All requests sent by `at`, in the order of sending, as far as they were sent.
    pub fn requests(&self, at: Micros) -> Requests<'_> {
        self.simulation.requests().until(at)
    }

    /// The request with that number, counted from 1; `None` if it is no longer kept.
    pub fn request(&self, number: u64) -> Option<&Request> {
        let place = usize::try_from(number).ok()?.checked_sub(1)?;
        self.simulation.requests().get(place)
    }

    /// Counts what would become of so many requests, at most [`limits::COUNTED_REQUESTS`], that a flow sends at once at that moment: how
    /// many each endpoint gets and how many the rules make likely, how they end, and how long answers take at the pace of a real
    /// node ([`Pace::UNSTRETCHED`]).
    ///
    /// Changes nothing, not even what rules remember. `None` if the flow cannot be read.
    pub fn tally(&self, at: Micros, flow: &FlowSpec, count: u64) -> Option<RequestCounts> {
        let flow = traffic::flow(flow, at)?;
        let count = count.min(limits::COUNTED_REQUESTS);
        Some(self.simulation.tally(at, &flow, count, Pace::UNSTRETCHED))
    }

    /// The requests that had reached pods by that moment, in order of time.
    pub fn visits(&self, at: Micros) -> Vec<Visit> {
        let visit = |request: Request| {
            if !request.outcome.has_response() {
                return None;
            }
            let arrived = request.legs.iter().find(|leg| leg.hop == Hop::AtBackend)?.from;
            let world = self.world(arrived);
            let from = match &request.client {
                Client::Pod(key) => world.pod(key).and_then(|pod| pod.ip).map(|ip| ip.to_string()),
                Client::Node(name) => Some(name.clone()),
                Client::Outside => Some("outside".to_owned()),
            };
            (arrived <= at).then_some(Visit {
                pod: request.backend?.pod?,
                at: i64::try_from(arrived.seconds()).unwrap_or(i64::MAX),
                from: from.unwrap_or_else(|| "a pod that is gone".to_owned()),
            })
        };
        let requests = self.requests(at);
        let requests = requests.kept().filter_map(|place| requests.tell(place));
        let mut visits: Vec<Visit> = requests.filter_map(visit).collect();
        visits.order_by_key(|visit| visit.at);
        visits
    }

    fn epoch(&self, at: Micros) -> &RunEpoch {
        &self.epochs[self.epochs_by(at).saturating_sub(1)]
    }
}

/// A moment in hours, minutes and seconds.
fn clock(moment: Micros) -> String {
    let seconds = moment.seconds();
    format!("{}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
}
