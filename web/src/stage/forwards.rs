//! Ports that `kubectl port-forward` leads to pods: a line from the laptop by the API server and the kubelet of the pod's node,
//! past Services.

use super::geometry::{Point, Polyline};
use super::scene::{Scene, Who};
use super::tubes::Tube;
use crate::say;
use playground::seam::Mirror;
use playground::{Micros, ObjectKey};
use std::net::IpAddr;

/// The way of a forwarded port over the map.
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

impl ForwardWay {
    /// To the station with an address; `None` if the map has none.
    pub fn to(scene: &Scene, ip: IpAddr) -> Option<Self> {
        let end = scene.station_at(ip)?.1.at;
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
        Some(Self {
            to_server: Polyline::new(&[begin, server], CORNER),
            to_pod: Polyline::new(&[server, kubelet, end], CORNER),
            stops: vec![(server, say::stop_api_server()), (kubelet, "kubelet")],
        })
    }

    fn points(&self) -> Vec<Point> {
        let (server, pod) = (self.to_server.points(), self.to_pod.points());
        server.iter().chain(pod).copied().collect()
    }
}

/// The lines of all forwarded ports.
pub fn forwards(session: &Mirror, scene: &Scene, at: Micros) -> Vec<(Tube, ForwardWay)> {
    let world = session.world(at);
    let tube = |key: ObjectKey| {
        let ip = world.pod(&key)?.ip?;
        let way = ForwardWay::to(scene, ip)?;
        let tube = Tube {
            client: Who::Outside,
            service: ObjectKey::new("", ""),
            ip,
            way: way.points(),
            listed: true,
            forwarded: true,
        };
        Some((tube, way))
    };
    let mut pods: Vec<ObjectKey> = Vec::new();
    for port in session.forwards(at) {
        let key = ObjectKey::new(&port.namespace, &port.pod);
        if !pods.contains(&key) {
            pods.push(key);
        }
    }
    pods.into_iter().filter_map(tube).collect()
}
