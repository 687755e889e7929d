//! The place of a sentence on the map: near the request that it is about, off its way, and over as few words as possible.

use super::camera::Camera;
use super::geometry::{Point, Rect};
use super::scene::{Scene, Size};
use playground::Micros;

/// A sentence about a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caption {
    /// The number of the request.
    pub request: u64,
    /// The span in which the sentence is true.
    pub from: Micros,
    pub until: Micros,
    /// Text between backticks is code.
    pub words: String,
}

/// The distance from the edge of the stage.
const MARGIN: f64 = 8.0;
/// The distance from the way of the request.
const CLEAR: f64 = 18.0;
/// The distance between two places that are tried.
const STEP: f64 = 8.0;
/// What it costs to be one pixel away from the request.
const FAR: f64 = 1.0;
/// What it costs to hide a word, a station, the way of the request, another rail.
const WORD: f64 = 900.0;
const STATION: f64 = 1_200.0;
const WAY: f64 = 2_000.0;
const RAIL: f64 = 60.0;
/// Where the best place costs as much, it hides a word or a station.
pub const LEAST_HIDDEN: f64 = 0.3 * WORD;

/// What is on the stage, in pixels of the view.
#[derive(Clone, Debug, Default)]
pub struct Room {
    pub view: Size,
    words: Vec<Rect>,
    stations: Vec<Rect>,
    rails: Vec<Vec<Point>>,
    /// Where the request is while the sentence stands.
    way: Vec<Point>,
}

impl Room {
    pub fn new(scene: &Scene, camera: Camera, view: Size, way: &[Point]) -> Self {
        let point = |at: Point| Point::new((at.x - camera.at.x) * camera.zoom, (at.y - camera.at.y) * camera.zoom);
        let rect = |it: Rect| {
            let corner = point(Point::new(it.x, it.y));
            Rect::new(corner.x, corner.y, it.w * camera.zoom, it.h * camera.zoom)
        };
        let around = |at: Point, half: Size| rect(Rect::new(at.x - half.w, at.y - half.h, 2.0 * half.w, 2.0 * half.h));
        let stations = scene.stations.values().map(|station| {
            let half = station.radius + 3.0;
            around(station.at, Size { w: half, h: half })
        });
        let interchanges = scene.interchanges.values().map(|it| around(it.at, it.half));
        let grids = scene.grids.iter().map(|grid| rect(grid.rect));
        let rails = scene.wires.values().filter(|wire| wire.drawn);
        Self {
            view,
            words: scene.labels().map(|label| rect(label.rect).grown(2.0)).collect(),
            stations: stations.chain(interchanges).chain(grids).collect(),
            rails: rails
                .map(|wire| wire.path.corners().iter().copied().map(point).collect())
                .collect(),
            way: way.iter().copied().map(point).collect(),
        }
    }

    /// The best upper left corner for a sentence of this size, and its cost.
    pub fn place(&self, size: Size) -> (Point, f64) {
        let (right, low) = (
            (self.view.w - size.w - MARGIN).max(MARGIN),
            (self.view.h - size.h - MARGIN).max(MARGIN),
        );
        let mut best = (Point::new(MARGIN, MARGIN), f64::INFINITY);
        let mut y = MARGIN;
        while y <= low {
            let mut x = MARGIN;
            while x <= right {
                let cost = self.cost(&Rect::new(x, y, size.w, size.h), best.1);
                if cost < best.1 {
                    best = (Point::new(x, y), cost);
                }
                x += STEP;
            }
            y += STEP;
        }
        best
    }

    /// What it costs to stand there; of no interest from `most` on.
    fn cost(&self, there: &Rect, most: f64) -> f64 {
        let near = self.way.iter().map(|at| away(there, *at)).fold(f64::INFINITY, f64::min);
        let mut cost = if near.is_finite() { near * FAR } else { 0.0 };
        let clear = there.grown(CLEAR);
        cost += WAY * count(self.way.iter().filter(|at| clear.contains(**at)).count());
        if cost >= most {
            return cost;
        }
        cost += self.words.iter().map(|word| hidden(there, word, WORD)).sum::<f64>();
        cost += self
            .stations
            .iter()
            .map(|station| hidden(there, station, STATION))
            .sum::<f64>();
        if cost >= most {
            return cost;
        }
        let crosses = |rail: &&Vec<Point>| {
            let mut pairs = rail.windows(2).filter_map(|pair| <[Point; 2]>::try_from(pair).ok());
            pairs.any(|[from, to]| there.is_crossed(from, to))
        };
        cost + RAIL * count(self.rails.iter().filter(crosses).count())
    }
}

/// The distance of a point from a rectangle.
fn away(rect: &Rect, at: Point) -> f64 {
    let across = (rect.x - at.x).max(at.x - rect.right()).max(0.0);
    let along = (rect.y - at.y).max(at.y - rect.bottom()).max(0.0);
    across.hypot(along)
}

/// More, the more of it is hidden.
fn hidden(there: &Rect, it: &Rect, most: f64) -> f64 {
    let wide = (there.right().min(it.right()) - there.x.max(it.x)).max(0.0);
    let high = (there.bottom().min(it.bottom()) - there.y.max(it.y)).max(0.0);
    let share = wide * high / (it.w * it.h).max(1.0);
    if share > 0.0 { most * (0.3 + 0.7 * share) } else { 0.0 }
}

fn count(number: usize) -> f64 {
    u32::try_from(number).map_or(f64::INFINITY, f64::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    const VIEW: Size = Size { w: 900.0, h: 400.0 };

    fn room(words: Vec<Rect>, way: Vec<Point>) -> Room {
        Room {
            view: VIEW,
            words,
            way,
            ..Room::default()
        }
    }

    fn placed(room: &Room, size: Size) -> Rect {
        let (at, _) = room.place(size);
        Rect::new(at.x, at.y, size.w, size.h)
    }

    #[test]
    fn a_sentence_stands_beside_its_request_and_off_its_way() {
        let way: Vec<Point> = (0..6_u32)
            .map(|step| Point::new(200.0 + 40.0 * f64::from(step), 200.0))
            .collect();
        let there = placed(&room(Vec::new(), way.clone()), Size { w: 220.0, h: 60.0 });
        let near = way.iter().map(|at| away(&there, *at)).fold(f64::INFINITY, f64::min);
        assert!((CLEAR..CLEAR + 2.0 * STEP).contains(&near), "{near}");
    }

    #[test]
    fn it_gives_way_to_names_and_stays_on_the_stage() {
        let names: Vec<Rect> = (0..8_u32)
            .map(|row| Rect::new(150.0, 20.0 + 45.0 * f64::from(row), 400.0, 36.0))
            .collect();
        let there = placed(
            &room(names.clone(), vec![Point::new(350.0, 200.0)]),
            Size { w: 220.0, h: 90.0 },
        );
        assert!(names.iter().all(|name| !name.overlaps(&there)), "{there:?}");
        assert!(there.x >= 0.0 && there.right() <= VIEW.w && there.y >= 0.0 && there.bottom() <= VIEW.h);
    }

    #[test]
    fn where_there_is_no_room_rails_are_crossed_before_names_are_hidden() {
        let mut full = room(vec![Rect::new(0.0, 0.0, 900.0, 200.0)], vec![Point::new(450.0, 150.0)]);
        full.rails = vec![vec![Point::new(0.0, 300.0), Point::new(900.0, 300.0)]];
        let there = placed(&full, Size { w: 300.0, h: 150.0 });
        assert!(there.y >= 200.0, "{there:?}");
    }
}
