//! What the ingress controller and Gateways do with the requests that reach them.

use super::decision_tree::{DecisionTree, WHOLE};
use super::epoch::{Dials, WorldEpoch};
use super::fate::Fate;
use crate::dataplane::{DataPlane, Host, Origin, PacketEnd};
use crate::kernel::Transport;
use crate::routers::chosen;
use crate::{Flow, Protocol, Router, Routing, ThroughRouter, WebAddress};
use base::{Stream, below};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::rc::Rc;

/// `proxy-next-upstream-tries`: how many connections nginx tries for one request.
const TRIES: usize = 3;

/// How the controller passes a request on, or answers it.
#[derive(Clone, Debug)]
pub(super) struct Onward {
    pub told: Rc<ThroughRouter>,
    pub fate: Fate,
    /// Where it goes, and the leaf of the controller's own packet.
    pub way: Option<(SocketAddr, u32)>,
    pub origin: Origin,
    /// The number of endpoints it was chosen from.
    pub of: usize,
}

impl Onward {
    /// Whether the controller is a pod behind a Service, not a process of the node that was contacted.
    pub fn is_by_pod(&self) -> bool {
        self.told.controller.is_some()
    }
}

/// What happened to requests of one sender that reached a router one way.
#[derive(Clone, Debug)]
struct Plan {
    router: Rc<Router>,
    reached: Reached,
    address: WebAddress,
    /// What it makes of them, each with its weight.
    routings: Rc<Vec<(u32, Routing)>>,
    /// The onward ways known so far, by routing and by the endpoint that is tried first.
    known: BTreeMap<(usize, usize), u32>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Onwards {
    all: Vec<Onward>,
    /// By sender and leaf.
    plans: BTreeMap<(u32, u32), Option<Plan>>,
}

impl Onwards {
    pub fn get(&self, number: u32) -> Option<&Onward> {
        self.all.get(number as usize)
    }
}

impl WorldEpoch {
    /// The number of the onward way of a request that reached a leaf; `None` if that is no router.
    pub fn pass_on(&mut self, number: u32, flow: &Flow, dials: &Dials, leaf: u32, draw: u64) -> Option<u32> {
        if self.plane.world().routers.is_empty() {
            return None;
        }
        if !self.onwards.plans.contains_key(&(number, leaf)) {
            let plan = self.plan(flow, dials, leaf);
            self.onwards.plans.insert((number, leaf), plan);
        }
        let plan = self.onwards.plans.get(&(number, leaf))?.as_ref()?;
        let routing = chosen(&plan.routings, Stream::next(draw.rotate_left(41)));
        let upstream = plan.routings.get(routing).and_then(|(_, routing)| routing.upstream());
        let upstream = upstream.and_then(|number| plan.router.upstream(number));
        let of = upstream.map_or(0, |upstream| upstream.endpoints.len());
        let first = usize::try_from(below(Stream::next(draw.rotate_left(17)), of.max(1) as u64)).unwrap_or(0);
        if let Some(known) = plan.known.get(&(routing, first)) {
            return Some(*known);
        }
        let plan = plan.clone();
        let onward = self.onward(&plan, routing, first)?;
        let place = u32::try_from(self.onwards.all.len()).unwrap_or(u32::MAX);
        self.onwards.all.push(onward);
        if let Some(Some(plan)) = self.onwards.plans.get_mut(&(number, leaf)) {
            plan.known.insert((routing, first), place);
        }
        Some(place)
    }

    fn plan(&self, flow: &Flow, dials: &Dials, leaf: u32) -> Option<Plan> {
        let routers = &self.plane.world().routers;
        let (router, reached) = routers
            .iter()
            .find_map(|router| Some((router, self.reached(router, dials, leaf)?)))?;
        let address = asked(flow, dials, router.ends_tls(reached.port));
        Some(Plan {
            routings: Rc::new(router.routings(&address, reached.port)),
            router: router.clone(),
            reached,
            address,
            known: BTreeMap::new(),
        })
    }

    /// The router at a leaf.
    fn reached(&self, router: &Router, dials: &Dials, leaf: u32) -> Option<Reached> {
        let leaf = self.table.leaf(leaf)?;
        let dialled = || dials.addresses.first().map(|(_, address)| *address);
        let address = leaf.endpoint.or_else(dialled)?;
        let port = address.port();
        let origin = match &leaf.end {
            PacketEnd::Pod(key) if router.runs_in(key) && router.has_port(port) => Origin::Pod(key.clone()),
            PacketEnd::Node(name) if router.listens_at(name, address) => Origin::Node(name.clone()),
            _ => return None,
        };
        Some(Reached { origin, port })
    }

    fn onward(&mut self, plan: &Plan, routing: usize, first: usize) -> Option<Onward> {
        let origin = plan.reached.origin.clone();
        let (_, routing) = plan.routings.get(routing)?.clone();
        let upstream = routing
            .upstream()
            .and_then(|number| plan.router.upstream(number))
            .cloned();
        let mut told = ThroughRouter {
            router: plan.router.key.clone(),
            controller: match &origin {
                Origin::Pod(key) => Some(key.clone()),
                _ => None,
            },
            address: plan.address.clone(),
            upstream,
            routing,
            tries: 0,
        };
        let endpoints: Vec<SocketAddr> = told
            .upstream
            .iter()
            .flat_map(|it| &it.endpoints)
            .map(|it| it.address)
            .collect();
        if let Some(status) = told.routing.own_status() {
            let fate = if (300..400).contains(&status) {
                Fate::Redirected(status)
            } else {
                Fate::OwnAnswer(status)
            };
            return Some(Onward {
                told: Rc::new(told),
                fate,
                way: None,
                origin,
                of: 0,
            });
        }
        let mut last = (Fate::OwnAnswer(502), None);
        for turn in 0..TRIES.min(endpoints.len().max(1)) {
            let Some(endpoint) = endpoints.get((first + turn) % endpoints.len().max(1)) else {
                break;
            };
            told.tries += 1;
            let Some(leaf) = end_of(&self.plane, &mut self.table, &origin, *endpoint) else {
                break;
            };
            let fate = self.table.leaf(leaf).map_or(Fate::LostUpstream, |leaf| fate(&leaf.end));
            last = (fate, Some((*endpoint, leaf)));
            if fate == Fate::Answered {
                break;
            }
        }
        Some(Onward {
            told: Rc::new(told),
            fate: last.0,
            way: last.1,
            origin,
            of: endpoints.len(),
        })
    }
}

#[derive(Clone, Debug)]
struct Reached {
    origin: Origin,
    port: u16,
}

/// What the flow asks for; the address that it dials, if it says nothing.
fn asked(flow: &Flow, dials: &Dials, tls: bool) -> WebAddress {
    let dialled = || dials.addresses.first().map(|(_, address)| address.ip().to_string());
    match &flow.target.web {
        Some(web) => WebAddress { tls, ..web.clone() },
        None => WebAddress {
            host: dialled().unwrap_or_default(),
            path: "/".to_owned(),
            tls,
            ..WebAddress::default()
        },
    }
}

/// The leaf of a packet from the controller to an endpoint.
fn end_of(plane: &DataPlane, table: &mut DecisionTree, origin: &Origin, endpoint: SocketAddr) -> Option<u32> {
    let root = table.root(plane, origin, Transport::Port(Protocol::Tcp), endpoint)?;
    let ways = table.ways(plane, root, WHOLE);
    ways.first().map(|(leaf, _)| *leaf)
}

fn fate(end: &PacketEnd) -> Fate {
    match end {
        PacketEnd::Pod(_) | PacketEnd::Node(_) | PacketEnd::Outside => Fate::Answered,
        PacketEnd::NothingListens(Host::Pod(_) | Host::Node(_) | Host::Outside) | PacketEnd::Rejected => {
            Fate::BadGateway
        }
        PacketEnd::Closed => Fate::CutUpstream,
        PacketEnd::Nobody | PacketEnd::Dropped | PacketEnd::Denied(_) => Fate::LostUpstream,
    }
}
