//! The courses of requests over the map.
//!
//! Requests of one client to one endpoint of one Service share a course. It is computed once for each scene, so that a frame only
//! computes how far along each request is.

use super::forward_way::ForwardWay;
use super::geometry::{Point, Polyline};
use super::look_up;
use super::scene::{BARRIER, Scene, Station, Who, WireId};
use playground::{Hop, Leg, Micros, ObjectKey, Request, Router};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::rc::Rc;

#[derive(Clone, Debug, Default)]
pub struct Course {
    /// `None` if the client is not on the map; its requests are not shown then.
    pub client: Option<Stop>,
    pub service: Option<Junction>,
    pub backend: Option<Stop>,
    /// The pod of the ingress controller, if the request goes by one.
    pub controller: Option<Stop>,
    pub resolver: Option<Point>,
    /// From the client to the resolver.
    pub look_up: Option<Polyline>,
    ask: Option<Track>,
    /// From the Service to the pod of the ingress controller.
    approach: Option<Track>,
    forward: Option<Track>,
    /// The shares of both rails at which the barriers of policies are: at the client, and at the endpoint.
    pub barriers: (f64, f64),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stop {
    pub at: Point,
    /// The radius of its symbol.
    pub radius: f64,
    /// Whether its name is above it, not beside it.
    pub words_above: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Junction {
    pub at: Point,
    pub wide: f64,
    pub high: f64,
}

/// A rail, or a straight line if there is none.
#[derive(Clone, Debug)]
enum Track {
    Rail(Rc<Polyline>),
    Straight(Point, Point),
}

impl Track {
    fn points(&self) -> Vec<Point> {
        match self {
            Self::Rail(path) => path.points().to_vec(),
            Self::Straight(from, to) => vec![*from, *to],
        }
    }
}

/// A part of a course with its direction.
#[derive(Clone, Copy, Debug)]
pub struct Section<'a> {
    way: &'a Track,
    back: bool,
}

impl Section<'_> {
    /// The point at a share (0 to 1) of the section, in its direction.
    pub fn at(self, share: f64) -> Point {
        let share = if self.back { 1.0 - share } else { share };
        match self.way {
            Track::Rail(path) => path.at(share),
            Track::Straight(from, to) => from.toward(*to, share),
        }
    }

    pub fn length(self) -> f64 {
        match self.way {
            Track::Rail(path) => path.length(),
            Track::Straight(from, to) => from.distance(*to),
        }
    }
}

impl Course {
    fn new(scene: &Scene, request: &Request) -> Self {
        let who = Who::from(&request.client);
        let service = &request.target.service;
        let client = scene.stations.get(&who).map(Stop::of);
        let junction = scene.interchanges.get(service).map(|interchange| Junction {
            at: interchange.at,
            wide: interchange.half.w,
            high: interchange.half.h,
        });
        let rail = scene.wires.get(&WireId::Ask(who, service.clone()));
        let ask = match (rail, client, junction) {
            (Some(wire), ..) => Some(Track::Rail(wire.path.clone())),
            (None, Some(client), Some(junction)) => Some(Track::Straight(client.at, junction.at)),
            _ => None,
        };
        let ip = request.backend.as_ref().map(|backend| backend.ip);
        let controller = request.routed.as_ref().and_then(|ingress| ingress.controller.as_ref());
        let backend = ip.and_then(|ip| scene.station_at(ip));
        let backend = backend.map(|(_, station)| Stop::of(station));
        let forwarded = |ip: IpAddr| match controller {
            Some(controller) => by_controller(scene, controller, ip),
            None => forward(scene, service, ip),
        };
        let forward = ip.and_then(forwarded).map(Track::Rail);
        let past = ip.filter(|_| request.target.is_forwarded());
        if let Some(way) = past.and_then(|ip| ForwardWay::to(scene, ip, request.target.is_proxied())) {
            return Self::past_services(client, backend, way);
        }
        let resolver = scene.resolver.as_ref().map(|resolver| resolver.at);
        let barrier = |way: &Option<Track>, stop: Option<Stop>| {
            let away = stop.map_or(0.0, |stop| stop.radius) + BARRIER * scene.scale;
            let length = way.as_ref().map_or(0.0, |way| Section { way, back: false }.length());
            if length > away { away / length } else { 0.5 }
        };
        Self {
            barriers: (barrier(&ask, client), 1.0 - barrier(&forward, backend)),
            approach: controller
                .and_then(|pod| {
                    scene
                        .wires
                        .get(&WireId::Forward(service.clone(), Who::Pod(pod.clone())))
                })
                .map(|wire| Track::Rail(wire.path.clone())),
            controller: controller
                .and_then(|pod| scene.stations.get(&Who::Pod(pod.clone())))
                .map(Stop::of),
            client,
            service: junction,
            backend,
            ask,
            look_up: client
                .zip(resolver)
                .map(|(client, to)| look_up::way(scene, client.at, to)),
            resolver,
            forward,
        }
    }

    /// By a forwarded port; from the edge of the map where no laptop stands on it.
    fn past_services(client: Option<Stop>, backend: Option<Stop>, way: ForwardWay) -> Self {
        let edge = || Stop {
            at: way.to_server.at(0.0),
            radius: 0.0,
            words_above: false,
        };
        Self {
            client: client.or_else(|| Some(edge())),
            backend,
            ask: Some(Track::Rail(Rc::new(way.to_server))),
            forward: Some(Track::Rail(Rc::new(way.to_pod))),
            ..Self::default()
        }
    }

    /// The section that a leg runs along; `None` if it stays in one place or the map has no rail for it.
    pub fn stretch(&self, hop: Hop) -> Option<Section<'_>> {
        let (way, back) = match hop {
            Hop::ToService => (&self.ask, false),
            Hop::FromService => (&self.ask, true),
            Hop::ToController => (&self.approach, false),
            Hop::FromController => (&self.approach, true),
            Hop::ToBackend => (&self.forward, false),
            Hop::FromBackend => (&self.forward, true),
            Hop::Resolving | Hop::AtBackend | Hop::LostAtClient | Hop::LostAtService | Hop::LostAtBackend => {
                return None;
            }
        };
        way.as_ref().map(|way| Section { way, back })
    }

    /// The place of a leg that stays in one place.
    pub fn place(&self, hop: Hop) -> Option<Point> {
        match hop {
            Hop::Resolving => self.resolver.or(self.client.map(|client| client.at)),
            Hop::LostAtClient => self.client.map(|client| client.at),
            Hop::LostAtService => self.service.map(|service| service.at),
            _ => self.end().or(self.service.map(|service| service.at)),
        }
    }

    /// The place of the barrier at which a leg ends.
    pub fn at_barrier(&self, hop: Hop) -> Option<Point> {
        let (way, share) = match hop {
            Hop::LostAtClient => (&self.ask, self.barriers.0),
            Hop::LostAtBackend => (&self.forward, self.barriers.1),
            _ => return None,
        };
        way.as_ref().map(|way| Section { way, back: false }.at(share))
    }

    /// From the client to the endpoint.
    pub fn whole(&self) -> Option<Vec<Point>> {
        let (ask, forward) = (self.ask.as_ref()?, self.forward.as_ref()?);
        let approach = self.approach.iter().flat_map(Track::points);
        Some(
            ask.points()
                .into_iter()
                .chain(approach)
                .chain(forward.points())
                .collect(),
        )
    }

    pub fn end(&self) -> Option<Point> {
        let forward = self.forward.as_ref()?;
        Some(
            Section {
                way: forward,
                back: false,
            }
            .at(1.0),
        )
    }

    pub fn start(&self) -> Option<Point> {
        let ask = self.ask.as_ref()?;
        Some(Section { way: ask, back: false }.at(0.0))
    }
}

impl Stop {
    fn of(station: &Station) -> Self {
        let first = station.labels.first();
        Self {
            at: station.at,
            radius: station.radius,
            words_above: first.is_some_and(|label| label.rect.bottom() <= station.at.y && label.rect.x <= station.at.x),
        }
    }

    /// A free place for a word: above, or below if its name is above.
    pub fn beside(&self) -> Point {
        let away = self.radius + 14.0;
        Point::new(
            self.at.x,
            if self.words_above {
                self.at.y + away
            } else {
                self.at.y - away
            },
        )
    }
}

/// From a pod of the ingress controller to an endpoint, past the junction of its rules.
fn by_controller(scene: &Scene, controller: &ObjectKey, ip: IpAddr) -> Option<Rc<Polyline>> {
    let ask = scene
        .wires
        .get(&WireId::Ask(Who::Pod(controller.clone()), Router::ingress_key()))?;
    let on = forward(scene, &Router::ingress_key(), ip)?;
    let points: Vec<Point> = ask.path.points().iter().chain(on.points()).copied().collect();
    Some(Rc::new(Polyline::new(&points, 0.0)))
}

/// The rail to an endpoint; after it left the EndpointSlices, its former rail as long as its station has not moved.
fn forward(scene: &Scene, service: &ObjectKey, ip: IpAddr) -> Option<Rc<Polyline>> {
    let who = scene.addresses.get(&ip);
    let present = who.and_then(|who| scene.wires.get(&WireId::Forward(service.clone(), who.clone())));
    if let Some(wire) = present {
        return Some(wire.path.clone());
    }
    let station = who.and_then(|who| scene.stations.get(who));
    let past = scene.past.get(&(service.clone(), ip));
    let ends_there = |path: &&Rc<Polyline>| station.is_none_or(|station| path.at(1.0).distance(station.at) < 1.0);
    past.filter(ends_there)
        .cloned()
        .or_else(|| Some(Rc::new(aside(scene, service, station?))))
}

/// From a Service to a station that moved when it left the EndpointSlices.
fn aside(scene: &Scene, service: &ObjectKey, station: &Station) -> Polyline {
    /// The level part at both ends.
    const LEVEL: f64 = 34.0;
    let from = scene.interchanges.get(service).map_or(station.at, |service| service.at);
    let corners = [
        from,
        Point::new(from.x + LEVEL, from.y),
        Point::new(station.at.x - LEVEL, station.at.y),
        station.at,
    ];
    Polyline::new(&corners, LEVEL)
}

/// The client, the Service, the pod of the ingress controller, and the endpoint.
type CourseKey = (Who, ObjectKey, Option<ObjectKey>, Option<IpAddr>);

/// The courses of a scene, computed on demand.
#[derive(Clone, Debug, Default)]
pub struct Courses {
    known: BTreeMap<CourseKey, usize>,
    all: Vec<Course>,
}

impl Courses {
    /// The number of the course of a request.
    pub fn number(&mut self, scene: &Scene, request: &Request) -> usize {
        let ip = request.backend.as_ref().map(|backend| backend.ip);
        let controller = request.routed.as_ref().and_then(|ingress| ingress.controller.clone());
        let ends = (
            Who::from(&request.client),
            request.target.service.clone(),
            controller,
            ip,
        );
        *self.known.entry(ends).or_insert_with(|| {
            self.all.push(Course::new(scene, request));
            self.all.len() - 1
        })
    }

    pub fn get(&self, number: usize) -> Option<&Course> {
        self.all.get(number)
    }
}

/// The elapsed share of a span, from 0 to 1.
pub fn since(from: Micros, at: Micros, span: Micros) -> f64 {
    let micros = |span: Micros| u32::try_from(span.0).map_or(f64::from(u32::MAX), f64::from);
    let whole = micros(span);
    if whole <= 0.0 {
        1.0
    } else {
        (micros(at - from) / whole).clamp(0.0, 1.0)
    }
}

/// The elapsed share of a leg, from 0 to 1.
pub fn share(leg: &Leg, at: Micros) -> f64 {
    since(leg.from, at, leg.to - leg.from)
}
