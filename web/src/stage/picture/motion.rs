//! What moves in a picture that repeats itself: where each request is at which share of the time.

use super::super::dots::{Dot, Follower, LONGEST, Look, OutcomeWord, Ring, TrafficFrame};
use super::super::geometry::Point;
use super::super::highlight::Highlight;
use super::super::paint::record::{Mark, Recorder};
use super::super::paint::{Layer, Sight};
use super::super::scene::Scene;
use super::super::shares::Shares;
use super::Tools;
use base::Order;
use playground::seam::Mirror;
use playground::{Micros, Request, Requests};
use std::collections::BTreeMap;
use std::rc::Rc;

/// From one look at the requests to the next.
const STEP: Micros = Micros::from_millis(50);
/// How far a dot may be from where it is, in CSS pixels.
const OFF: f64 = 0.8;
/// With more dots at once each is smaller.
const AT_EASE: usize = 50;

/// The requests sent in a stretch of time; it repeats, so that what is under way at its end goes on at its beginning.
#[derive(Clone)]
pub struct Motion {
    requests: Rc<Vec<Request>>,
    scene: Rc<Scene>,
    from: Micros,
    until: Micros,
}

/// What moves, by its looks.
pub struct Moving {
    /// In milliseconds.
    pub span: u64,
    /// What a dot looks like, around the origin; as many as [`Look::ALL`].
    pub looks: Vec<Vec<Mark>>,
    /// How much smaller than usual the dots are drawn.
    pub small: f64,
    pub dots: Vec<Track>,
    /// What stands at its place while it is shown: words, crosses, rings, pulses.
    pub flashes: Vec<Flash>,
}

/// The way of a dot: shares of the time, from 0 to 1, and places between which it moves evenly.
pub struct Track {
    /// Its place in [`Look::ALL`].
    pub look: usize,
    pub stops: Vec<(f64, Point)>,
}

pub struct Flash {
    pub marks: Vec<Mark>,
    /// From which share of the time until which.
    pub shown: Vec<(f64, f64)>,
}

/// Where a request was at the moments that were looked at.
type Seen = Vec<(Micros, Point)>;

impl Motion {
    pub fn new(session: &Mirror, scene: &Rc<Scene>, from: Micros, until: Micros) -> Self {
        let sent = session.requests(until).since(from).iter();
        let requests = sent.filter(|request| request.sent < until).cloned().collect();
        Self {
            requests: Rc::new(requests),
            scene: scene.clone(),
            from,
            until,
        }
    }

    /// The later two thirds of it; `None` if that is less than `least`.
    pub fn shorter(&self, least: Micros) -> Option<Self> {
        let from = self.until - Micros((self.until - self.from).0 / 3 * 2);
        let requests = self.requests.iter().filter(|request| request.sent >= from);
        (self.until - from >= least).then(|| Self {
            requests: Rc::new(requests.cloned().collect()),
            from,
            ..self.clone()
        })
    }

    pub fn marks(&self, scene: &Scene, tools: &Tools<'_>) -> Moving {
        let mut ways: BTreeMap<(u64, usize), Seen> = BTreeMap::new();
        let mut flashes: Vec<(TrafficFrame, Vec<Micros>)> = Vec::new();
        let mut follower = Follower::default();
        let mut most = 0;
        let mut at = self.from;
        while at < self.until + LONGEST {
            let requests = Requests::from(self.requests.as_slice());
            let frame = follower.traffic(&self.scene, requests, at, false, (0, 1));
            let dots = frame.dots.iter().map(|dot| (dot.number, dot.look as usize, dot.at));
            let specks = frame.specks.iter().enumerate();
            let specks = specks.flat_map(|(look, all)| all.iter().map(move |speck| (speck.number, look, speck.at)));
            let mut count = 0;
            for (number, look, place) in dots.chain(specks) {
                ways.entry((number, look)).or_default().push((at, place));
                count += 1;
            }
            most = most.max(count);
            for alone in apart(frame) {
                match flashes.iter_mut().find(|(known, _)| *known == alone) {
                    Some((_, moments)) => moments.push(at),
                    None => flashes.push((alone, vec![at])),
                }
            }
            at = at + STEP;
        }
        let paint = |traffic: &TrafficFrame| {
            let recorder = Recorder::new(tools.measure);
            let sight = Sight {
                scene,
                lit: &Highlight::default(),
                selected: None,
                traffic,
                shares: &Shares::default(),
            };
            sight.paint(&recorder, &tools.palette, &[Layer::Moving]);
            recorder.marks()
        };
        let dots = ways
            .into_iter()
            .flat_map(|((_, look), seen)| self.tracks(look, &seen))
            .collect();
        let flashes = flashes.iter().map(|(frame, moments)| Flash {
            marks: paint(frame),
            shown: self.shown(moments),
        });
        Moving {
            span: (self.until - self.from).0 / 1_000,
            looks: Look::ALL.map(|look| paint(&single(look))).to_vec(),
            small: (as_number(AT_EASE) / as_number(most.max(AT_EASE))).sqrt().max(0.5),
            dots,
            flashes: flashes.collect(),
        }
    }

    /// What is seen, cut where the stretch repeats and where it was not seen for a while.
    fn tracks(&self, look: usize, seen: &Seen) -> Vec<Track> {
        let mut tracks: Vec<Vec<(f64, Point)>> = Vec::new();
        let mut last: Option<(Micros, u64)> = None;
        for (moment, at) in seen {
            let (share, lap) = self.share(*moment);
            let goes_on = last.is_some_and(|(before, before_lap)| *moment - before <= STEP && before_lap == lap);
            match tracks.last_mut().filter(|_| goes_on) {
                Some(track) => track.push((share, *at)),
                None => tracks.push(vec![(share, *at)]),
            }
            last = Some((*moment, lap));
        }
        tracks
            .into_iter()
            .map(|track| Track {
                look,
                stops: simplified(&track),
            })
            .collect()
    }

    /// Spans of the loop in which something was seen at those moments.
    fn shown(&self, moments: &[Micros]) -> Vec<(f64, f64)> {
        let step = as_share(STEP, self.until - self.from);
        let mut starts: Vec<f64> = moments.iter().map(|moment| self.share(*moment).0).collect();
        starts.order_by(f64::total_cmp);
        let mut spans: Vec<(f64, f64)> = Vec::new();
        for start in starts {
            let end = (start + step).min(1.0);
            match spans.last_mut().filter(|(_, last)| start <= *last + step / 2.0) {
                Some((_, last)) => *last = end,
                None => spans.push((start, end)),
            }
        }
        spans
    }

    /// The share of the loop, from 0 to 1, and in which lap.
    fn share(&self, moment: Micros) -> (f64, u64) {
        let span = (self.until - self.from).0.max(1);
        let past = (moment - self.from).0;
        (as_share(Micros(past % span), Micros(span)), past / span)
    }
}

/// One of each look.
fn single(look: Look) -> TrafficFrame {
    let at = Point::default();
    let dot = Dot {
        number: 0,
        at,
        trail: [at; 3],
        look,
        fade: 1.0,
    };
    TrafficFrame {
        dots: vec![dot],
        ..TrafficFrame::default()
    }
}

/// Each word, cross, broken line, ring and pulse of a frame alone, as it looks in the middle of its time.
fn apart(frame: TrafficFrame) -> Vec<TrafficFrame> {
    let empty = TrafficFrame::default;
    let words = frame.words.into_iter().map(|word| TrafficFrame {
        words: vec![OutcomeWord { fade: 1.0, ..word }],
        ..empty()
    });
    let crosses = frame.crosses.into_iter().map(|(at, _)| TrafficFrame {
        crosses: vec![(at, 0.4)],
        ..empty()
    });
    let breaks = frame.breaks.into_iter().map(|(at, _)| TrafficFrame {
        breaks: vec![(at, 0.4)],
        ..empty()
    });
    let rings = frame.rings.into_iter().map(|ring| TrafficFrame {
        rings: vec![Ring {
            left: 0.9,
            count: 1,
            ..ring
        }],
        ..empty()
    });
    let pulses = frame.pulses.into_iter().map(|(at, radius, _)| TrafficFrame {
        pulses: vec![(at, radius, 0.3)],
        ..empty()
    });
    words.chain(crosses).chain(breaks).chain(rings).chain(pulses).collect()
}

/// As few stops as keep every other within [`OFF`] of its place at its time.
fn simplified(track: &[(f64, Point)]) -> Vec<(f64, Point)> {
    let (Some(first), Some(last)) = (track.first(), track.last()) else {
        return Vec::new();
    };
    if track.len() < 3 {
        return track.to_vec();
    }
    let off = |(share, at): &(f64, Point)| {
        let along = (share - first.0) / (last.0 - first.0).max(f64::EPSILON);
        first.1.toward(last.1, along).distance(*at)
    };
    let farthest = track
        .iter()
        .enumerate()
        .max_by(|one, other| off(one.1).total_cmp(&off(other.1)));
    match farthest {
        Some((place, stop)) if off(stop) > OFF => {
            let (before, after) = (track.get(..=place), track.get(place..));
            let mut stops = before.map(simplified).unwrap_or_default();
            stops.pop();
            stops.extend(after.map(simplified).unwrap_or_default());
            stops
        }
        _ => vec![*first, *last],
    }
}

#[expect(clippy::cast_precision_loss, reason = "a few seconds in microseconds")]
fn as_share(part: Micros, whole: Micros) -> f64 {
    part.0 as f64 / (whole.0 as f64).max(1.0)
}

fn as_number(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::INFINITY, f64::from)
}
