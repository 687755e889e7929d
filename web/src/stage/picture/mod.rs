//! Pictures of the map: what the stage paints, as marks and as SVG, still or moving.
//!
//! Pure: colours, fonts and the widths of texts come from outside, so that the page and a program without a browser draw alike.

mod motion;
mod svg;

use super::dots::{Follower, TrafficFrame};
use super::forwards;
use super::highlight::Highlight;
use super::history::{WorldHistory, asks};
use super::layout::{LayoutMemory, Measure, Viewport, layout};
use super::paint::record::Recorder;
use super::paint::{Layer, Palette, Sight, Surface};
use super::scene::Scene;
use super::shares::Shares;
use crate::live::SessionRevision;
use motion::Motion;
use playground::Micros;
use playground::seam::Mirror;
use std::rc::Rc;

pub use super::geometry::Point;
pub use super::paint::record::{Mark, Shape, Step, Stroke, Text};
pub use super::scene::{Face, Size};

/// The longest stretch that a moving picture repeats.
const LOOP: Micros = Micros::from_seconds(10);
/// A stretch that is shorter shows no request on its whole way.
const SHORTEST: Micros = Micros::from_seconds(2);

/// What is drawn with.
pub struct Tools<'a> {
    pub measure: Measure<'a>,
    pub palette: Palette,
}

impl<'a> Tools<'a> {
    /// `token` gives the value of a custom property of the style sheet.
    pub fn new(measure: Measure<'a>, token: &dyn Fn(&str) -> String) -> Self {
        Self {
            measure,
            palette: Palette::read(token),
        }
    }
}

/// What a picture says to those who don't see it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Caption {
    pub title: String,
    pub description: String,
}

/// A session's map at one moment.
pub struct Picture<'a> {
    tools: &'a Tools<'a>,
    scene: Rc<Scene>,
    traffic: TrafficFrame,
    shares: Shares,
    motion: Option<Motion>,
}

impl<'a> Picture<'a> {
    /// At least of that size; larger where the map needs it. `until` is how far the session has run.
    pub fn new(session: &Mirror, at: Micros, until: Micros, size: Size, tools: &'a Tools<'a>) -> Self {
        let world = session.world(at);
        let asks = asks(session.sending(), world);
        let mut memory = LayoutMemory::default();
        WorldHistory::default().follow(session, at, &asks, None, &mut memory);
        let view = Viewport {
            size,
            measure: tools.measure,
            text: 1.0,
            focus: None,
        };
        let scene = Rc::new(layout(world, &asks, &view, &mut memory));
        let mut shares = Shares::default();
        shares.advance(session.requests(at), at, SessionRevision::default());
        let mut traffic = Follower::default().traffic(&scene, session.requests(at), at, false, (0, 1));
        forwards::add(&mut traffic, session, &scene, at);
        let (from, until) = unchanged(session, at, until);
        let motion = (until - from >= SHORTEST).then(|| Motion::new(session, &scene, from, until));
        Self {
            tools,
            scene,
            traffic,
            shares,
            motion,
        }
    }

    pub fn size(&self) -> Size {
        self.scene.size
    }

    /// The colour behind it.
    pub fn ground(&self) -> &str {
        &self.tools.palette.paper
    }

    /// What the map shows, in sentences.
    pub fn description(&self) -> String {
        let services = self.scene.interchanges.values().map(|it| it.described.as_str());
        let stations = self.scene.stations.values().map(|it| it.described.as_str());
        let grids = self.scene.grids.iter().map(|it| it.described.as_str());
        let words: Vec<&str> = services
            .chain(stations)
            .chain(grids)
            .filter(|it| !it.is_empty())
            .collect();
        words.join(". ")
    }

    pub fn paint(&self, to: &dyn Surface) {
        self.layers(to, &[Layer::Still, Layer::Moving]);
    }

    pub fn marks(&self) -> Vec<Mark> {
        self.recorded(&[Layer::Still, Layer::Moving])
    }

    /// As an image of the moment.
    pub fn svg(&self, caption: &Caption) -> String {
        let (size, ground) = (self.size(), self.ground());
        svg::still(size, ground, caption, &self.marks())
    }

    /// As an image that moves, of at most so many bytes; `None` where the map does not stay the same for long enough, or
    /// takes more bytes by itself.
    pub fn moving_svg(&self, caption: &Caption, most: usize) -> Option<String> {
        let mut motion = self.motion.clone()?;
        let still = self.recorded(&[Layer::Still]);
        let moment = self.recorded(&[Layer::Moving]);
        loop {
            let moving = motion.marks(&self.scene, self.tools);
            let written = svg::moving(self.size(), self.ground(), caption, [&still, &moment], &moving);
            if written.len() <= most {
                return Some(written);
            }
            motion = motion.shorter(SHORTEST)?;
        }
    }

    fn recorded(&self, layers: &[Layer]) -> Vec<Mark> {
        let recorder = Recorder::new(self.tools.measure);
        self.layers(&recorder, layers);
        recorder.marks()
    }

    fn layers(&self, to: &dyn Surface, layers: &[Layer]) {
        let sight = Sight {
            scene: &self.scene,
            lit: &Highlight::default(),
            selected: None,
            traffic: &self.traffic,
            shares: &self.shares,
        };
        sight.paint(to, &self.tools.palette, layers);
    }
}

/// The stretch around a moment, up to [`LOOP`] long, in which the cluster stays the same.
fn unchanged(session: &Mirror, at: Micros, until: Micros) -> (Micros, Micros) {
    let after = session.changes().find(|change| *change > at);
    let before = session.changes().filter(|change| *change <= at).last();
    let until = after.map_or(until, |change| change.min(until));
    let from = before.unwrap_or(Micros::ZERO).max(until - LOOP);
    (from, until)
}

#[cfg(test)]
mod tests;
