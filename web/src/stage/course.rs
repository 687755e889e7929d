//! Where the roads of requests lie on the map.
//!
//! Requests of one client to one endpoint of one Service share a course; it is found once for each scene, so that a frame only asks
//! how far along each request is.

use super::geometry::{Point, Polyline};
use super::scene::{Scene, Station, Who, WireId};
use playground::{Hop, Leg, Micros, ObjectKey, Request};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::rc::Rc;

/// The course of requests from one client to one endpoint.
#[derive(Clone, Debug, Default)]
pub struct Course {
    /// Where the client stands; what comes from nobody on the map is not shown.
    pub client: Option<Stop>,
    /// Where the Service stands.
    pub service: Option<Junction>,
    /// Where the endpoint stands.
    pub backend: Option<Stop>,
    /// Where the resolver stands that knows the Service's name.
    pub resolver: Option<Point>,
    /// From the client to the Service.
    ask: Option<Track>,
    /// From the Service to the endpoint.
    forward: Option<Track>,
}

/// A station on a course.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stop {
    /// Its centre.
    pub at: Point,
    /// How far its mark reaches.
    pub radius: f64,
    /// Whether its name stands over it rather than beside it.
    pub words_above: bool,
}

/// A Service on a course.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Junction {
    /// Its centre.
    pub at: Point,
    /// Half its width.
    pub wide: f64,
    /// Half its height.
    pub high: f64,
}

/// A rail, or the straight way where there is none.
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

/// A stretch of a course: which way, and whether it is gone back.
#[derive(Clone, Copy, Debug)]
pub struct Section<'a> {
    way: &'a Track,
    back: bool,
}

impl Section<'_> {
    /// The place at that share of the stretch, in the direction it is gone.
    pub fn at(self, share: f64) -> Point {
        let share = if self.back { 1.0 - share } else { share };
        match self.way {
            Track::Rail(path) => path.at(share),
            Track::Straight(from, to) => from.toward(*to, share),
        }
    }

    /// How long it is.
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
        Self {
            client,
            service: junction,
            backend: ip
                .and_then(|ip| scene.station_at(ip))
                .map(|(_, station)| Stop::of(station)),
            ask,
            resolver: scene.resolver.as_ref().map(|resolver| resolver.at),
            forward: ip.and_then(|ip| forward(scene, service, ip)).map(Track::Rail),
        }
    }

    /// The stretch of the map that a leg goes; none where it stays in a place, or where the map has no way.
    pub fn stretch(&self, hop: Hop) -> Option<Section<'_>> {
        let (way, back) = match hop {
            Hop::ToService => (&self.ask, false),
            Hop::FromService => (&self.ask, true),
            Hop::ToBackend => (&self.forward, false),
            Hop::FromBackend => (&self.forward, true),
            Hop::Resolving | Hop::AtBackend | Hop::LostAtService | Hop::LostAtBackend => return None,
        };
        way.as_ref().map(|way| Section { way, back })
    }

    /// Where a leg that stays in a place stays.
    pub fn place(&self, hop: Hop) -> Option<Point> {
        match hop {
            Hop::Resolving => self.resolver.or(self.client.map(|client| client.at)),
            Hop::LostAtService => self.service.map(|service| service.at),
            _ => self.end().or(self.service.map(|service| service.at)),
        }
    }

    /// The whole way of a connection, from its client to its endpoint.
    pub fn whole(&self) -> Option<Vec<Point>> {
        let (ask, forward) = (self.ask.as_ref()?, self.forward.as_ref()?);
        Some(ask.points().into_iter().chain(forward.points()).collect())
    }

    /// Where the rail to the endpoint ends.
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

    /// Where a request starts from.
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

    /// A free place for a word by it: above it, or below where its name stands above.
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

/// The rail to the endpoint, or the one there was while it had one, as long as it still ends at whoever has the address.
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

/// From a Service to somebody who stands elsewhere since it left the slices.
fn aside(scene: &Scene, service: &ObjectKey, station: &Station) -> Polyline {
    /// How far it runs level at both ends.
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

/// All courses of a scene that anybody took.
#[derive(Clone, Debug, Default)]
pub struct Courses {
    known: BTreeMap<(Who, ObjectKey, Option<IpAddr>), usize>,
    all: Vec<Course>,
}

impl Courses {
    /// The number of that request's course.
    pub fn number(&mut self, scene: &Scene, request: &Request) -> usize {
        let ip = request.backend.as_ref().map(|backend| backend.ip);
        let ends = (Who::from(&request.client), request.target.service.clone(), ip);
        *self.known.entry(ends).or_insert_with(|| {
            self.all.push(Course::new(scene, request));
            self.all.len() - 1
        })
    }

    /// The course of that number.
    pub fn get(&self, number: usize) -> Option<&Course> {
        self.all.get(number)
    }
}

/// How much of a span is over, from 0 to 1.
pub fn since(from: Micros, at: Micros, span: Micros) -> f64 {
    let micros = |span: Micros| u32::try_from(span.0).map_or(f64::from(u32::MAX), f64::from);
    let whole = micros(span);
    if whole <= 0.0 {
        1.0
    } else {
        (micros(at - from) / whole).clamp(0.0, 1.0)
    }
}

/// How much of a leg is done, from 0 to 1.
pub fn share(leg: &Leg, at: Micros) -> f64 {
    since(leg.from, at, leg.to - leg.from)
}
