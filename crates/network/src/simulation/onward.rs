//! What the ingress controller does with the requests that reach it.

use super::decision_tree::{DecisionTree, WHOLE};
use super::epoch::{Dials, WorldEpoch};
use super::fate::Fate;
use crate::dataplane::{DataPlane, Host, Origin, PacketEnd};
use crate::kernel::Transport;
use crate::{Flow, HTTP, HTTPS, Ingress, Protocol, ThroughIngress, WebAddress};
use base::{Stream, below};
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr, SocketAddrV4};
use std::rc::Rc;

/// `proxy-next-upstream-tries`: how many connections nginx tries for one request.
const TRIES: usize = 3;

/// How the controller passes a request on, or answers it.
#[derive(Clone, Debug)]
pub(super) struct Onward {
    pub told: Rc<ThroughIngress>,
    pub fate: Fate,
    /// Where it goes, and the leaf of the controller's own packet.
    pub way: Option<(SocketAddrV4, u32)>,
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

/// What happened to requests of one sender that reached the controller one way.
#[derive(Clone, Debug)]
struct Plan {
    /// How many endpoints there are to choose from.
    of: usize,
    /// The onward ways known so far, by the endpoint that is tried first.
    known: BTreeMap<usize, u32>,
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
    /// The number of the onward way of a request that reached a leaf; `None` if that is not the ingress controller.
    pub fn pass_on(&mut self, number: u32, flow: &Flow, dials: &Dials, leaf: u32, draw: u64) -> Option<u32> {
        let ingress = self.plane.world().ingress.clone()?;
        let known = self.onwards.plans.get(&(number, leaf)).cloned();
        let plan = known.unwrap_or_else(|| {
            let plan = self.plan(&ingress, flow, dials, leaf);
            self.onwards.plans.insert((number, leaf), plan.clone());
            plan
        })?;
        let first = usize::try_from(below(Stream::next(draw.rotate_left(17)), plan.of.max(1) as u64)).unwrap_or(0);
        if let Some(known) = plan.known.get(&first) {
            return Some(*known);
        }
        let onward = self.onward(&ingress, flow, dials, leaf, first)?;
        let place = u32::try_from(self.onwards.all.len()).unwrap_or(u32::MAX);
        self.onwards.all.push(onward);
        if let Some(Some(plan)) = self.onwards.plans.get_mut(&(number, leaf)) {
            plan.known.insert(first, place);
        }
        Some(place)
    }

    fn plan(&self, ingress: &Ingress, flow: &Flow, dials: &Dials, leaf: u32) -> Option<Plan> {
        let reached = self.controller(ingress, dials, leaf)?;
        let routing = ingress.route(&asked(flow, dials, reached.tls));
        let upstream = routing.upstream().and_then(|number| ingress.upstream(number));
        Some(Plan {
            of: upstream.map_or(0, |upstream| upstream.endpoints.len()),
            known: BTreeMap::new(),
        })
    }

    /// The controller at a leaf.
    fn controller(&self, ingress: &Ingress, dials: &Dials, leaf: u32) -> Option<Reached> {
        let leaf = self.table.leaf(leaf)?;
        let dialled = || dials.addresses.first().map(|(_, address)| *address);
        let port = leaf.endpoint.or_else(dialled)?.port();
        let origin = match &leaf.end {
            PacketEnd::Pod(key) if ingress.runs_in(key) && [HTTP, HTTPS].contains(&port) => Origin::Pod(key.clone()),
            PacketEnd::Node(name) if ingress.listens_on(name, port) => Origin::Node(name.clone()),
            _ => return None,
        };
        Some(Reached {
            origin,
            tls: port == HTTPS,
        })
    }

    fn onward(&mut self, ingress: &Ingress, flow: &Flow, dials: &Dials, leaf: u32, first: usize) -> Option<Onward> {
        let Reached { origin, tls } = self.controller(ingress, dials, leaf)?;
        let address = asked(flow, dials, tls);
        let routing = ingress.route(&address);
        let upstream = routing.upstream().and_then(|number| ingress.upstream(number)).cloned();
        let mut told = ThroughIngress {
            controller: match &origin {
                Origin::Pod(key) => Some(key.clone()),
                _ => None,
            },
            address,
            upstream,
            routing,
            tries: 0,
        };
        let endpoints: Vec<SocketAddrV4> = told
            .upstream
            .iter()
            .flat_map(|it| &it.endpoints)
            .filter_map(|it| v4(it.address))
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

struct Reached {
    origin: Origin,
    tls: bool,
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
        },
    }
}

fn v4(address: SocketAddr) -> Option<SocketAddrV4> {
    match address.ip() {
        IpAddr::V4(ip) => Some(SocketAddrV4::new(ip, address.port())),
        IpAddr::V6(_) => None,
    }
}

/// The leaf of a packet from the controller to an endpoint.
fn end_of(plane: &DataPlane, table: &mut DecisionTree, origin: &Origin, endpoint: SocketAddrV4) -> Option<u32> {
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
