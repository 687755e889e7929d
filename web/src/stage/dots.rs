//! The positions of requests at a moment, and the marks of outcomes that have just happened.

use super::course::{Course, Courses, share, since};
use super::geometry::Point;
use super::look_up;
use super::scene::Scene;
use super::tubes::{Tube, Tubes};
use crate::hops;
use crate::ingress;
use crate::live::SessionRevision;
use playground::{DecidedBy, Direction, Hop, Leg, Micros, Pace, Request, Requests};
use std::rc::Rc;

/// How long an outcome stays visible.
pub const LINGER: Micros = Micros::from_millis(700);
/// The longest that a request stays visible.
pub const LONGEST: Micros = Micros(Pace::WATCHED.longest().0 + LINGER.0);
/// With more requests than this, they are drawn as specks, without trails, pulses and words.
pub const SPECKS: usize = 400;
const PULSE: Micros = Micros::from_millis(520);
/// How long a cross stays visible.
const CROSS: Micros = Micros::from_millis(620);

/// Everything that moves, at one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TrafficFrame {
    /// The requests under way, unless they are specks.
    pub dots: Vec<Dot>,
    /// The requests under way as specks, by look.
    pub specks: [Vec<Speck>; Look::ALL.len()],
    /// From a client towards the resolver, up to its question or the answer.
    pub threads: Vec<Vec<Point>>,
    /// Kept-alive connections.
    pub tubes: Vec<Tube>,
    /// Pods that have just answered: centre, radius, and the age of the pulse from 0 to 1.
    pub pulses: Vec<(Point, f64, f64)>,
    /// Where a request was refused, and its age from 0 to 1.
    pub crosses: Vec<(Point, f64)>,
    /// Where a connection broke, and its age from 0 to 1.
    pub breaks: Vec<(Point, f64)>,
    /// Where requests wait until they time out.
    pub rings: Vec<Ring>,
    /// The words of outcomes.
    pub words: Vec<OutcomeWord>,
    /// What passes on the streams of forwarded ports, by its name.
    pub stops: Vec<(Point, &'static str)>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Dot {
    pub number: u64,
    pub at: Point,
    /// Its latest positions, nearest first.
    pub trail: [Point; 3],
    pub look: Look,
    /// Opacity, from 0 to 1.
    pub fade: f64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Speck {
    pub number: u64,
    pub at: Point,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// A small ring: the name is being looked up.
    Asking,
    Going,
    Returning,
    /// A ring in the colour of errors: a refusal comes back.
    Refused,
    /// A question mark: the name does not exist.
    Unknown,
}

impl Look {
    /// In drawing order.
    pub const ALL: [Self; 5] = [Self::Asking, Self::Going, Self::Returning, Self::Refused, Self::Unknown];
}

impl TrafficFrame {
    /// Numbers and positions of all requests.
    pub fn places(&self) -> impl Iterator<Item = (u64, Point)> {
        let dots = self.dots.iter().map(|dot| (dot.number, dot.at));
        dots.chain(self.specks.iter().flatten().map(|speck| (speck.number, speck.at)))
    }
}

/// Requests that wait at one place until they time out.
#[derive(Clone, Debug, PartialEq)]
pub struct Ring {
    pub at: Point,
    pub radius: f64,
    /// The remaining wait of the one that times out next, from 1 to 0.
    pub left: f64,
    pub count: usize,
}

#[derive(Clone, Debug, PartialEq)]
pub struct OutcomeWord {
    pub at: WordPlace,
    pub text: &'static str,
    /// Opacity, from 0 to 1.
    pub fade: f64,
}

/// Where a word stands, however long it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum WordPlace {
    /// With its centre there.
    Around(Point),
    /// Beginning there.
    From(Point),
}

/// Keeps the list of visible requests as time passes, so that the cost of a frame depends on the requests under way only.
#[derive(Debug, Default)]
pub struct Follower {
    /// The only request that is shown.
    pub only: Option<u64>,
    revision: SessionRevision,
    at: Micros,
    /// The number of requests examined.
    seen: usize,
    /// The visible requests: index and number of the course.
    alive: Vec<(usize, usize)>,
    tubes: Tubes,
    scene: Rc<Scene>,
    courses: Courses,
}

impl Follower {
    /// The visible traffic of `requests` at `at`.
    pub fn traffic(
        &mut self,
        scene: &Rc<Scene>,
        requests: Requests<'_>,
        at: Micros,
        reduced: bool,
        revision: SessionRevision,
    ) -> TrafficFrame {
        self.follow(scene, requests, at, revision);
        let mut traffic = TrafficFrame {
            tubes: self.tubes.open(scene, requests, at),
            ..TrafficFrame::default()
        };
        let flow = self.alive.len() > SPECKS;
        let only = self.only;
        for (index, course) in &self.alive {
            if let (Some(request), Some(course)) = (requests.get(*index), self.courses.get(*course))
                && only.is_none_or(|only| request.number == only)
            {
                let journey = ShownRequest {
                    request,
                    course,
                    scale: scene.scale,
                    flow,
                };
                journey.show(&mut traffic, at, reduced);
            }
        }
        traffic
    }

    fn follow(&mut self, scene: &Rc<Scene>, requests: Requests<'_>, at: Micros, revision: SessionRevision) {
        let jumped = at < self.at || self.at + LONGEST < at || revision != self.revision;
        (self.at, self.revision) = (at, revision);
        if jumped {
            self.alive.clear();
            self.seen = requests.len() - requests.since(at - LONGEST).len();
            self.tubes = Tubes::before(requests, self.seen);
        }
        let seen = |request: &Request| at < request.done + LINGER;
        self.alive.retain(|(index, _)| requests.get(*index).is_some_and(seen));
        if !Rc::ptr_eq(&self.scene, scene) {
            self.scene = scene.clone();
            self.courses = Courses::default();
            for (index, course) in &mut self.alive {
                if let Some(request) = requests.get(*index) {
                    *course = self.courses.number(scene, request);
                }
            }
        }
        while let Some(request) = requests.get(self.seen).filter(|request| request.sent <= at) {
            self.tubes.note(request);
            if seen(request) {
                self.alive.push((self.seen, self.courses.number(scene, request)));
            }
            self.seen += 1;
        }
    }
}

struct ShownRequest<'a> {
    request: &'a Request,
    course: &'a Course,
    scale: f64,
    /// Whether it is drawn as a speck.
    flow: bool,
}

impl ShownRequest<'_> {
    fn show(&self, traffic: &mut TrafficFrame, at: Micros, reduced: bool) {
        if self.course.client.is_none() {
            return;
        }
        match self.request.leg_at(at) {
            Some(leg) => self.show_leg(traffic, leg, at, reduced),
            None if reduced && !self.request.outcome.is_failure() => {
                if let Some(start) = self.course.start() {
                    let fade = 1.0 - since(self.request.done, at, LINGER);
                    self.rest(traffic, start, Look::Returning, fade);
                }
            }
            None => {}
        }
        self.show_turning_points(traffic, at);
    }

    fn show_leg(&self, traffic: &mut TrafficFrame, leg: &Leg, at: Micros, reduced: bool) {
        let share = share(leg, at);
        let lookup = hops::lookup(self.request);
        if let Some((from, to)) = lookup.filter(|(_, to)| at < *to) {
            self.look_up(traffic, since(from, at, to - from), reduced);
            return;
        }
        let share = match lookup.filter(|(from, _)| *from == leg.from) {
            Some((_, told)) => since(told, at, leg.to - told),
            None => share,
        };
        if let Some(stretch) = self.course.stretch(leg.hop) {
            let look = match leg.hop {
                Hop::ToService | Hop::ToController | Hop::ToBackend => Look::Going,
                _ if self.request.outcome.is_failure() => Look::Refused,
                _ => Look::Returning,
            };
            let share = if reduced { 0.0 } else { share };
            let share = match leg.hop {
                Hop::ToBackend if self.is_kept_out() => share * self.course.barriers.1,
                _ => share,
            };
            self.run(traffic, stretch, share, look);
            return;
        }
        let at_barrier = self
            .course
            .at_barrier(leg.hop)
            .filter(|_| self.request.route.denial.is_some());
        let Some(place) = at_barrier.or_else(|| self.course.place(leg.hop)) else {
            return;
        };
        match leg.hop {
            Hop::Resolving => self.rest(traffic, place, Look::Unknown, 1.0),
            // It has arrived, and its client waits for what will not come in time.
            Hop::AtBackend if self.request.outcome.decided_by() == DecidedBy::Patience => {
                let radius = self.course.backend.map_or(9.0, |backend| backend.radius);
                self.lose(traffic, place, radius, share);
            }
            Hop::AtBackend => self.rest(traffic, place, Look::Going, 1.0),
            Hop::LostAtClient => self.lose(traffic, place, 9.0, share),
            Hop::LostAtService => {
                let radius = self.course.service.map_or(14.0, |service| service.wide);
                self.lose(traffic, place, radius, share);
            }
            Hop::LostAtBackend if self.is_kept_out() => self.lose(traffic, place, 9.0, share),
            Hop::LostAtBackend => {
                let radius = self.course.backend.map_or(9.0, |backend| backend.radius);
                self.lose(traffic, place, radius, share);
            }
            Hop::ToService
            | Hop::ToController
            | Hop::ToBackend
            | Hop::FromBackend
            | Hop::FromController
            | Hop::FromService => {}
        }
    }

    /// Whether policies of its endpoint drop it.
    fn is_kept_out(&self) -> bool {
        let denial = self.request.route.denial.as_ref();
        denial.is_some_and(|denial| denial.direction == Direction::Ingress)
    }

    /// To the resolver and back; a name that does not exist stays there.
    fn look_up(&self, traffic: &mut TrafficFrame, share: f64, reduced: bool) {
        let Some(client) = self.course.client.map(|client| client.at) else {
            return;
        };
        let is_unknown = self.request.outcome.decided_by() == DecidedBy::Resolver;
        let Some(way) = self.course.look_up.as_ref().filter(|_| !self.flow) else {
            let look = if is_unknown { Look::Unknown } else { Look::Asking };
            self.rest(traffic, client, look, 1.0);
            return;
        };
        let gone = match (is_unknown, reduced) {
            (_, true) => 1.0,
            (true, false) => (share * 2.5).min(1.0),
            (false, false) => 1.0 - (2.0 * share - 1.0).abs(),
        };
        let gone = gone * gone * (3.0 - 2.0 * gone);
        let at = way.at(gone);
        traffic.threads.push(look_up::beginning(way, gone));
        let look = if is_unknown && gone >= 1.0 {
            Look::Unknown
        } else {
            Look::Asking
        };
        self.rest(traffic, at, look, 1.0);
    }

    fn run(&self, traffic: &mut TrafficFrame, stretch: super::course::Section, share: f64, look: Look) {
        /// In CSS pixels.
        const TRAIL: f64 = 24.0;
        if self.flow {
            let at = stretch.at(share);
            self.dot(traffic, at, [at; 3], look, 1.0);
            return;
        }
        let length = stretch.length().max(1.0);
        let step = TRAIL / 3.0 / length;
        // A trail begins at the edge of the station it comes from.
        let start = 13.0 * self.scale / length;
        let along = |behind: f64| stretch.at((share - behind).max(share.min(start)));
        let trail = [along(step), along(2.0 * step), along(3.0 * step)];
        self.dot(traffic, along(0.0), trail, look, 1.0);
    }

    fn lose(&self, traffic: &mut TrafficFrame, at: Point, radius: f64, share: f64) {
        if share < 0.12 {
            self.rest(traffic, at, Look::Going, 1.0 - share / 0.12);
        }
        let left = 1.0 - share;
        match traffic.rings.iter_mut().find(|ring| ring.at == at) {
            Some(ring) => {
                ring.count += 1;
                ring.left = ring.left.min(left);
            }
            None => traffic.rings.push(Ring {
                at,
                radius: radius + 7.0 * self.scale,
                left,
                count: 1,
            }),
        }
    }

    fn rest(&self, traffic: &mut TrafficFrame, at: Point, look: Look, fade: f64) {
        self.dot(traffic, at, [at; 3], look, fade);
    }

    fn dot(&self, traffic: &mut TrafficFrame, at: Point, trail: [Point; 3], look: Look, fade: f64) {
        if self.flow {
            if let Some(specks) = traffic.specks.get_mut(look as usize) {
                let number = self.request.number;
                specks.push(Speck { number, at });
            }
            return;
        }
        traffic.dots.push(Dot {
            number: self.request.number,
            at,
            trail,
            look,
            fade,
        });
    }

    /// Adds pulses, crosses and words for an outcome that has just happened.
    fn show_turning_points(&self, traffic: &mut TrafficFrame, at: Micros) {
        let began = |hop: Hop| {
            let mut legs = self.request.legs.iter();
            legs.find(|leg| leg.hop == hop).map(|leg| leg.from)
        };
        let outcome = self.request.outcome;
        match outcome.decided_by() {
            DecidedBy::Endpoint if outcome.is_failure() => {
                if let (Some(from), Some(end)) = (began(Hop::FromBackend), self.course.end()) {
                    self.turn_at_backend(traffic, end, from, at);
                }
            }
            DecidedBy::Endpoint if self.flow => {}
            DecidedBy::Endpoint => {
                if let (Some(from), Some(backend)) = (began(Hop::FromBackend), self.course.backend)
                    && from <= at
                    && at < from + PULSE
                {
                    traffic
                        .pulses
                        .push((backend.at, backend.radius, since(from, at, PULSE)));
                }
            }
            DecidedBy::Rule => {
                if let (Some(from), Some(service)) = (began(Hop::FromService), self.course.service) {
                    let cross = Point::new(service.at.x + service.wide + 9.0, service.at.y);
                    // A Service that refuses has no rails to its right.
                    mark(&mut traffic.crosses, cross, from, at);
                    self.say(traffic, WordPlace::From(behind(cross, self.scale)), from, at);
                }
            }
            DecidedBy::Controller => {
                let own = began(Hop::FromController).zip(self.course.controller.map(|it| (it.at, it.radius)));
                let own = own.or(began(Hop::FromService).zip(self.course.service.map(|it| (it.at, it.wide))));
                if let Some((from, (place, wide))) = own {
                    let cross = Point::new(place.x + wide + 9.0, place.y);
                    if outcome.is_failure() {
                        mark(&mut traffic.crosses, cross, from, at);
                    }
                    self.say(traffic, WordPlace::From(behind(cross, self.scale)), from, at);
                }
            }
            DecidedBy::Patience => {
                if let Some(client) = self.course.client.filter(|_| at >= self.request.done) {
                    self.say(traffic, WordPlace::Around(client.beside()), self.request.done, at);
                }
            }
            DecidedBy::Resolver => {
                let client = self.course.client.map(|client| client.beside());
                let beside = self
                    .course
                    .resolver
                    .map(|at| Point::new(at.x, at.y - 22.0 * self.scale));
                if let Some(place) = beside.or(client) {
                    self.say(traffic, WordPlace::Around(place), self.request.sent, at);
                }
            }
        }
    }

    /// A refusal or a broken connection at the pod.
    fn turn_at_backend(&self, traffic: &mut TrafficFrame, end: Point, from: Micros, at: Micros) {
        let radius = self.course.backend.map_or(9.0, |backend| backend.radius);
        let taken = self.course.backend.is_some_and(|backend| backend.words_above);
        let word = if taken {
            Point::new(end.x, end.y + radius + 15.0)
        } else {
            Point::new(end.x - 22.0, end.y - radius - 13.0)
        };
        let before = Point::new(end.x - radius - 5.0, end.y);
        let marks = if self.request.outcome.breaks() {
            &mut traffic.breaks
        } else {
            &mut traffic.crosses
        };
        mark(marks, before, from, at);
        self.say(traffic, WordPlace::Around(word), from, at);
    }

    /// Shows the word of the outcome for a while; one word for equal outcomes at the same place.
    fn say(&self, traffic: &mut TrafficFrame, at: WordPlace, from: Micros, now: Micros) {
        let until = self.request.done.max(from) + LINGER;
        if now < from || until <= now {
            return;
        }
        let left = 1.0 - since(until - LINGER, now, LINGER);
        let fade = (left * 3.0).min(1.0);
        let text = ingress::outcome_word(self.request);
        match traffic.words.iter_mut().find(|word| word.at == at && word.text == text) {
            Some(word) => word.fade = word.fade.max(fade),
            None => traffic.words.push(OutcomeWord { at, text, fade }),
        }
    }
}

/// Where a word begins that stands to the right of a cross.
fn behind(cross: Point, scale: f64) -> Point {
    Point::new(cross.x + 7.0 + 6.0 * scale, cross.y)
}

/// Adds a mark while it is visible; one for each place, the latest.
fn mark(marks: &mut Vec<(Point, f64)>, place: Point, from: Micros, at: Micros) {
    if at < from || from + CROSS <= at {
        return;
    }
    let age = since(from, at, CROSS);
    match marks.iter_mut().find(|(known, _)| *known == place) {
        Some((_, known)) => *known = known.min(age),
        None => marks.push((place, age)),
    }
}
