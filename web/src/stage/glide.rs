//! Animates between two scenes: what stays glides, what is new appears, what goes fades.

use super::geometry::Point;
use super::layout::CORNER;
use super::scene::{Interchange, MapLabel, Scene, Station};
use std::rc::Rc;

/// In milliseconds of wall time.
pub const GLIDE_MS: f64 = 230.0;
/// Scenes with more objects change without animation.
const MOST: usize = 150;

/// From elapsed milliseconds to an eased share, from 0 to 1.
pub fn eased(elapsed: f64) -> f64 {
    let left = 1.0 - (elapsed / GLIDE_MS).clamp(0.0, 1.0);
    1.0 - left * left * left
}

/// Whether to animate the change.
pub fn is_worth_watching(from: &Scene, to: &Scene) -> bool {
    let large = from.stations.len().max(to.stations.len()) > MOST;
    !large && from != to && !from.stations.is_empty()
}

/// Interpolates: 0 is `from`, 1 is `to`.
pub fn between(from: &Scene, to: &Scene, share: f64) -> Scene {
    let mut scene = to.clone();
    for (who, station) in &mut scene.stations {
        match from.stations.get(who) {
            Some(before) => shift_station(station, &offset(before.at, station.at, share)),
            None => station.presence = share,
        }
    }
    for (who, station) in &from.stations {
        if !to.stations.contains_key(who) {
            let gone = Station {
                presence: 1.0 - share,
                ..station.clone()
            };
            scene.stations.insert(who.clone(), gone);
        }
    }
    for (key, interchange) in &mut scene.interchanges {
        match from.interchanges.get(key) {
            Some(before) => shift_interchange(interchange, &offset(before.at, interchange.at, share)),
            None => interchange.presence = share,
        }
    }
    for (key, interchange) in &from.interchanges {
        if !to.interchanges.contains_key(key) {
            let gone = Interchange {
                presence: 1.0 - share,
                ..interchange.clone()
            };
            scene.interchanges.insert(key.clone(), gone);
        }
    }
    for (id, wire) in &mut scene.wires {
        match from.wires.get(id) {
            Some(before) => wire.path = Rc::new(before.path.toward(&wire.path, share, CORNER * to.scale)),
            None => wire.presence = share,
        }
    }
    for (id, wire) in &from.wires {
        if !to.wires.contains_key(id) {
            let mut gone = wire.clone();
            gone.presence = 1.0 - share;
            scene.wires.insert(id.clone(), gone);
        }
    }
    for (district, before) in scene.districts.iter_mut().zip(&from.districts) {
        if district.node == before.node {
            let corner =
                Point::new(before.rect.x, before.rect.y).toward(Point::new(district.rect.x, district.rect.y), share);
            let size =
                Point::new(before.rect.w, before.rect.h).toward(Point::new(district.rect.w, district.rect.h), share);
            (district.rect.x, district.rect.y, district.rect.w, district.rect.h) = (corner.x, corner.y, size.x, size.y);
        }
    }
    scene
}

fn offset(from: Point, to: Point, share: f64) -> Point {
    let now = from.toward(to, share);
    Point::new(now.x - to.x, now.y - to.y)
}

fn shift_station(station: &mut Station, by: &Point) {
    shift(&mut station.at, by);
    shift_labels(&mut station.labels, by);
    if let Some(bar) = &mut station.bar {
        bar.rect.x += by.x;
        bar.rect.y += by.y;
        if let Some(number) = &mut bar.number {
            shift(number, by);
        }
    }
}

fn shift_interchange(interchange: &mut Interchange, by: &Point) {
    shift(&mut interchange.at, by);
    shift_labels(&mut interchange.labels, by);
}

fn shift(point: &mut Point, by: &Point) {
    point.x += by.x;
    point.y += by.y;
}

fn shift_labels(labels: &mut [MapLabel], by: &Point) {
    for label in labels {
        label.rect.x += by.x;
        label.rect.y += by.y;
    }
}
