//! Where the requests are at a moment, and what has just become of them.

use super::geometry::{Path, Point};
use super::scene::{Scene, Station, Who, WireId};
use playground::{Backend, Leg, Micros, Outcome, Request, Road};

/// How long what has happened is still to be seen.
pub const LINGER: Micros = Micros::from_millis(700);
/// Longer than any request is to be seen.
pub const LONGEST: Micros = Micros::from_seconds(8);
/// How long a pod's pulse lasts.
const PULSE: Micros = Micros::from_millis(520);
/// How long a cross stands.
const CROSS: Micros = Micros::from_millis(620);

/// All that moves, at one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Traffic {
    /// The requests under way.
    pub dots: Vec<Dot>,
    /// Pods that have just answered, and how far their pulse has spread, from 0 to 1.
    pub pulses: Vec<(Point, f64, f64)>,
    /// Where something was turned away, and how long ago, from 0 to 1.
    pub crosses: Vec<(Point, f64)>,
    /// Where requests wait in vain, how much of their patience is left, and how many.
    pub rings: Vec<Ring>,
    /// What has become of requests, in a word.
    pub words: Vec<Word>,
}

/// A request under way.
#[derive(Clone, Debug, PartialEq)]
pub struct Dot {
    /// Which request.
    pub number: u64,
    /// Where it is.
    pub at: Point,
    /// Where it has just been, nearest first.
    pub trail: [Point; 3],
    /// How it is drawn.
    pub look: Look,
    /// How much of it is to be seen, from 0 to 1.
    pub fade: f64,
}

/// How a request is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// A disc: on its way.
    Going,
    /// A ring: its answer comes back.
    Returning,
    /// A ring in the colour of what is wrong: a refusal comes back.
    Refused,
    /// A question mark: nobody knows the name.
    Unknown,
}

/// Requests that wait in vain at a place.
#[derive(Clone, Debug, PartialEq)]
pub struct Ring {
    /// Where.
    pub at: Point,
    /// How far around it stands.
    pub radius: f64,
    /// How much is left of the patience of the one that lapses next, from 1 to 0.
    pub left: f64,
    /// How many.
    pub count: usize,
}

/// A word beside a place.
#[derive(Clone, Debug, PartialEq)]
pub struct Word {
    /// The middle of its line.
    pub at: Point,
    /// The word.
    pub text: &'static str,
    /// How much of it is to be seen, from 0 to 1.
    pub fade: f64,
}

/// What is to be seen of these requests, in order of sending, at that moment.
pub fn traffic(scene: &Scene, requests: &[Request], at: Micros, reduced: bool) -> Traffic {
    let first = requests.partition_point(|request| request.sent < at - LONGEST);
    let mut traffic = Traffic::default();
    for request in requests.get(first..).unwrap_or_default() {
        if request.sent <= at && at < request.done + LINGER {
            let journey = Journey::new(scene, request);
            journey.show(&mut traffic, at, reduced);
        }
    }
    traffic
}

struct Journey<'a> {
    scene: &'a Scene,
    request: &'a Request,
    client: Option<&'a Station>,
    /// From the client to the Service.
    ask: Option<Way<'a>>,
    /// From the Service to the endpoint.
    forward: Option<&'a Path>,
    service: Option<Point>,
}

/// A rail, or the straight way where there is none.
enum Way<'a> {
    Rail(&'a Path),
    Straight(Point, Point),
}

impl Way<'_> {
    fn at(&self, share: f64) -> Point {
        match self {
            Self::Rail(path) => path.at(share),
            Self::Straight(from, to) => from.toward(*to, share),
        }
    }

    fn length(&self) -> f64 {
        match self {
            Self::Rail(path) => path.length(),
            Self::Straight(from, to) => from.distance(*to),
        }
    }
}

impl<'a> Journey<'a> {
    fn new(scene: &'a Scene, request: &'a Request) -> Self {
        let who = Who::from(&request.client);
        let client = scene.stations.get(&who);
        let service = scene
            .interchanges
            .get(&request.target.service)
            .map(|interchange| interchange.at);
        let rail = scene.wires.get(&WireId::Ask(who, request.target.service.clone()));
        let ask = match (rail, client, service) {
            (Some(wire), ..) => Some(Way::Rail(&wire.path)),
            (None, Some(client), Some(service)) => Some(Way::Straight(client.at, service)),
            _ => None,
        };
        let forward = request
            .backend
            .as_ref()
            .and_then(|backend| forward(scene, request, backend));
        Self {
            scene,
            request,
            client,
            ask,
            forward,
            service,
        }
    }

    fn show(&self, traffic: &mut Traffic, at: Micros, reduced: bool) {
        if self.client.is_none() {
            return;
        }
        match self.request.leg_at(at) {
            Some(leg) => self.show_leg(traffic, leg, at, reduced),
            None if reduced && self.request.outcome == Outcome::Answered => {
                if let Some(ask) = &self.ask {
                    self.dot(
                        traffic,
                        ask.at(0.0),
                        [ask.at(0.0); 3],
                        Look::Returning,
                        1.0 - since(self.request.done, at, LINGER),
                    );
                }
            }
            None => {}
        }
        self.show_turning_points(traffic, at);
    }

    fn show_leg(&self, traffic: &mut Traffic, leg: &Leg, at: Micros, reduced: bool) {
        let share = share(leg, at);
        let back = match self.request.outcome {
            Outcome::Answered => Look::Returning,
            _ => Look::Refused,
        };
        match leg.road {
            Road::Resolving => {
                if let Some(client) = self.client {
                    let above = Point::new(client.at.x, client.at.y);
                    self.dot(traffic, above, [above; 3], Look::Unknown, 1.0);
                }
            }
            Road::ToService => self.on_ask(traffic, share, false, Look::Going, reduced),
            Road::ToBackend => self.on_forward(traffic, share, false, Look::Going, reduced),
            Road::AtBackend => {
                if let Some(forward) = self.forward {
                    self.dot(traffic, forward.at(1.0), [forward.at(1.0); 3], Look::Going, 1.0);
                }
            }
            Road::FromBackend => self.on_forward(traffic, share, true, back, reduced),
            Road::FromService => self.on_ask(traffic, share, true, back, reduced),
            Road::LostAtService => {
                if let Some(service) = self.service {
                    let half = self
                        .scene
                        .interchanges
                        .get(&self.request.target.service)
                        .map_or(14.0, |i| i.half.w);
                    self.lose(traffic, service, half, share);
                }
            }
            Road::LostAtBackend => {
                let end = self.forward.map(|forward| forward.at(1.0)).or(self.service);
                if let Some(end) = end {
                    let radius = self.backend_station().map_or(9.0, |station| station.radius);
                    self.lose(traffic, end, radius, share);
                }
            }
        }
    }

    fn on_ask(&self, traffic: &mut Traffic, share: f64, back: bool, look: Look, reduced: bool) {
        let Some(ask) = &self.ask else { return };
        let share = if reduced { 0.0 } else { share };
        let length = ask.length();
        self.run(traffic, |share| ask.at(share), length, share, back, look);
    }

    fn on_forward(&self, traffic: &mut Traffic, share: f64, back: bool, look: Look, reduced: bool) {
        let Some(forward) = self.forward else { return };
        let share = if reduced { 0.0 } else { share };
        self.run(traffic, |share| forward.at(share), forward.length(), share, back, look);
    }

    fn run(
        &self,
        traffic: &mut Traffic,
        place: impl Fn(f64) -> Point,
        length: f64,
        share: f64,
        back: bool,
        look: Look,
    ) {
        /// How long a trail is, in CSS pixels.
        const TRAIL: f64 = 24.0;
        let step = TRAIL / 3.0 / length.max(1.0);
        // A trail begins at the edge of the station it comes from.
        let start = 13.0 * self.scene.scale / length.max(1.0);
        let along = |behind: f64| {
            let gone = (share - behind).max(share.min(start));
            place(if back { 1.0 - gone } else { gone })
        };
        let trail = [along(step), along(2.0 * step), along(3.0 * step)];
        self.dot(traffic, along(0.0), trail, look, 1.0);
    }

    fn lose(&self, traffic: &mut Traffic, at: Point, radius: f64, share: f64) {
        if share < 0.12 {
            self.dot(traffic, at, [at; 3], Look::Going, 1.0 - share / 0.12);
        }
        let left = 1.0 - share;
        match traffic.rings.iter_mut().find(|ring| ring.at == at) {
            Some(ring) => {
                ring.count += 1;
                ring.left = ring.left.min(left);
            }
            None => traffic.rings.push(Ring {
                at,
                radius: radius + 7.0 * self.scene.scale,
                left,
                count: 1,
            }),
        }
    }

    fn dot(&self, traffic: &mut Traffic, at: Point, trail: [Point; 3], look: Look, fade: f64) {
        traffic.dots.push(Dot {
            number: self.request.number,
            at,
            trail,
            look,
            fade,
        });
    }

    /// Pulses, crosses and words, where the outcome was decided and shortly after.
    fn show_turning_points(&self, traffic: &mut Traffic, at: Micros) {
        let began = |road: Road| {
            self.request
                .legs
                .iter()
                .find(|leg| leg.road == road)
                .map(|leg| leg.from)
        };
        match self.request.outcome {
            Outcome::Answered => {
                if let (Some(from), Some(station)) = (began(Road::FromBackend), self.backend_station())
                    && from <= at
                    && at < from + PULSE
                {
                    traffic
                        .pulses
                        .push((station.at, station.radius, since(from, at, PULSE)));
                }
            }
            Outcome::RefusedNoEndpoints | Outcome::RefusedNoPort => {
                if let (Some(from), Some(service)) = (began(Road::FromService), self.service) {
                    let interchange = self.scene.interchanges.get(&self.request.target.service);
                    let high = interchange.map_or(28.0, |interchange| interchange.half.h);
                    let wide = interchange.map_or(14.0, |interchange| interchange.half.w);
                    self.turn(
                        traffic,
                        Point::new(service.x + wide + 9.0, service.y),
                        Point::new(service.x, service.y - high - 14.0),
                        from,
                        at,
                    );
                }
            }
            Outcome::RefusedNotListening | Outcome::Closed => {
                if let (Some(from), Some(forward)) = (began(Road::FromBackend), self.forward) {
                    let end = forward.at(1.0);
                    let station = self.backend_station();
                    let radius = station.map_or(9.0, |station| station.radius);
                    let above = Point::new(end.x - 22.0, end.y - radius - 13.0);
                    let below = Point::new(end.x, end.y + radius + 15.0);
                    let taken = station.is_some_and(has_words_above);
                    let cross = Point::new(end.x - radius - 5.0, end.y);
                    self.turn(traffic, cross, if taken { below } else { above }, from, at);
                }
            }
            Outcome::TimedOut => {
                if let Some(client) = self.client.filter(|_| at >= self.request.done) {
                    self.say(traffic, beside(client), self.request.done, at);
                }
            }
            Outcome::NameNotFound => {
                if let Some(client) = self.client {
                    self.say(traffic, beside(client), self.request.sent, at);
                }
            }
        }
    }

    fn turn(&self, traffic: &mut Traffic, cross: Point, word: Point, from: Micros, at: Micros) {
        if from <= at && at < from + CROSS {
            traffic.crosses.push((cross, since(from, at, CROSS)));
        }
        self.say(traffic, word, from, at);
    }

    /// The outcome's word for a while from that moment on; once for all that end alike at the same place.
    fn say(&self, traffic: &mut Traffic, at: Point, from: Micros, now: Micros) {
        let until = self.request.done.max(from) + LINGER;
        if now < from || until <= now {
            return;
        }
        let left = 1.0 - since(until - LINGER, now, LINGER);
        let fade = (left * 3.0).min(1.0);
        let text = self.request.outcome.word();
        match traffic.words.iter_mut().find(|word| word.at == at && word.text == text) {
            Some(word) => word.fade = word.fade.max(fade),
            None => traffic.words.push(Word { at, text, fade }),
        }
    }

    fn backend_station(&self) -> Option<&'a Station> {
        let backend = self.request.backend.as_ref()?;
        Some(self.scene.station_at(backend.ip)?.1)
    }
}

/// Whether a station's name stands over it rather than beside it.
fn has_words_above(station: &Station) -> bool {
    let first = station.labels.first();
    first.is_some_and(|label| label.rect.bottom() <= station.at.y && label.rect.x <= station.at.x)
}

/// A free place for a word by a client: above it, or below where its name stands above.
fn beside(client: &Station) -> Point {
    let above = has_words_above(client);
    let away = client.radius + 14.0;
    Point::new(client.at.x, if above { client.at.y + away } else { client.at.y - away })
}

/// The rail to the endpoint, or the one there was while it had one.
fn forward<'a>(scene: &'a Scene, request: &Request, backend: &Backend) -> Option<&'a Path> {
    let service = &request.target.service;
    let present = scene
        .addresses
        .get(&backend.ip)
        .and_then(|who| scene.wires.get(&WireId::Forward(service.clone(), who.clone())));
    match present {
        Some(wire) => Some(&wire.path),
        None => scene.past.get(&(service.clone(), backend.ip)),
    }
}

/// How much of a span is over, from 0 to 1.
fn since(from: Micros, at: Micros, span: Micros) -> f64 {
    share(
        &Leg {
            road: Road::AtBackend,
            from,
            to: from + span,
        },
        at,
    )
}

/// How much of a leg is done, from 0 to 1.
fn share(leg: &Leg, at: Micros) -> f64 {
    let micros = |span: Micros| u32::try_from(span.0).map_or(f64::from(u32::MAX), f64::from);
    let span = micros(leg.to - leg.from);
    if span <= 0.0 {
        1.0
    } else {
        (micros(at - leg.from) / span).clamp(0.0, 1.0)
    }
}
