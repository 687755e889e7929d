//! The way over the map of what the API server leads to pods, past Services: from the laptop by the API server, and for a port
//! of `kubectl port-forward` on by the kubelet of the pod's node.

use super::geometry::{Point, Polyline};
use super::scene::{Scene, Who};
use crate::say;
use std::net::IpAddr;

/// The way over the map.
#[derive(Clone, Debug, PartialEq)]
pub struct ForwardWay {
    /// From the laptop to the API server.
    pub to_server: Polyline,
    /// On to the pod.
    pub to_pod: Polyline,
    /// The processes that pass the stream on.
    pub stops: Vec<(Point, &'static str)>,
}

/// The radius of its corners.
const CORNER: f64 = 24.0;
/// Between the way and a station that it goes round.
const GAP: f64 = 4.0;

impl ForwardWay {
    /// To the station with an address; `None` if the map has none. The API server asks directly, or by a kubelet.
    pub fn to(scene: &Scene, ip: IpAddr, directly: bool) -> Option<Self> {
        let (who, station) = scene.station_at(ip)?;
        let end = station.at;
        // Where nobody asks from outside, no laptop stands on the map: the line comes in from its edge.
        let laptop = scene.stations.get(&Who::Outside).map(|station| station.at);
        let begin = laptop.unwrap_or(Point::new(0.0, end.y));
        let mut nodes = scene.districts.iter().filter(|district| district.solid);
        let first = nodes.clone().next();
        let home = nodes.find(|district| district.rect.contains(end));
        // Both stand at the edge of their node; on one node a little apart.
        let kubelet = Point::new(home.map_or(end.x, |home| home.rect.x.min(end.x)), end.y);
        let server = match first.filter(|_| first != home) {
            Some(first) => Point::new(first.rect.x, begin.y.clamp(first.rect.y, first.rect.bottom())),
            None => begin.toward(kubelet, 0.5),
        };
        let passed = |from: Point, to: Point| round(scene, [who, &Who::Outside], from, to);
        let inside = passed(kubelet, end);
        let last: Vec<Point> = passed(server, kubelet)
            .into_iter()
            .chain(inside.into_iter().skip(1))
            .collect();
        let mut stops = vec![(server, say::stop_api_server())];
        stops.extend((!directly).then_some((kubelet, "kubelet")));
        Some(Self {
            to_server: line(&passed(begin, server), scene),
            to_pod: line(&last, scene),
            stops,
        })
    }

    pub fn points(&self) -> Vec<Point> {
        let (server, pod) = (self.to_server.points(), self.to_pod.points());
        server.iter().chain(pod).copied().collect()
    }
}

/// A way that goes round stations has tighter corners, which do not lead back to them.
fn line(points: &[Point], scene: &Scene) -> Polyline {
    let corner = if points.len() > 3 {
        GAP * scene.scale / 2.0
    } else {
        CORNER
    };
    Polyline::new(points, corner)
}

/// The way between two points, round the stations that stand between, but for those at its ends.
fn round(scene: &Scene, ends: [&Who; 2], from: Point, to: Point) -> Vec<Point> {
    let length = from.distance(to);
    if length < f64::EPSILON {
        return vec![from, to];
    }
    let along = Point::new((to.x - from.x) / length, (to.y - from.y) / length);
    let across = Point::new(-along.y, along.x);
    let others = scene.stations.iter().filter(|(who, _)| !ends.contains(who));
    // Where each stands along the way, how far beside it, and the distance that it wants.
    let between: Vec<(f64, f64, f64)> = others
        .map(|(_, station)| {
            let (x, y) = (station.at.x - from.x, station.at.y - from.y);
            let wanted = station.radius + GAP * scene.scale;
            (x * along.x + y * along.y, x * across.x + y * across.y, wanted)
        })
        .filter(|(at, beside, wanted)| (0.0..length).contains(at) && beside.abs() < *wanted)
        .collect();
    if between.is_empty() {
        return vec![from, to];
    }
    let least = |values: &mut dyn Iterator<Item = f64>| values.fold(f64::INFINITY, f64::min);
    let most = |values: &mut dyn Iterator<Item = f64>| values.fold(f64::NEG_INFINITY, f64::max);
    let first = least(&mut between.iter().map(|(at, _, wanted)| at - wanted)).max(0.0);
    let last = most(&mut between.iter().map(|(at, _, wanted)| at + wanted)).min(length);
    let [below, above] = [
        most(&mut between.iter().map(|(_, beside, wanted)| beside + wanted)),
        least(&mut between.iter().map(|(_, beside, wanted)| beside - wanted)),
    ];
    // Names stand below stations, so the way goes above where both sides are as near.
    let off = if below < -above { below } else { above };
    let point = |at: f64, off: f64| {
        Point::new(
            from.x + along.x * at + across.x * off,
            from.y + along.y * at + across.y * off,
        )
    };
    vec![
        from,
        point(first, 0.0),
        point(first, off),
        point(last, off),
        point(last, 0.0),
        to,
    ]
}
