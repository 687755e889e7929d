//! The lines of ports that `kubectl port-forward` leads to pods.

use super::dots::TrafficFrame;
use super::forward_way::ForwardWay;
use super::scene::{Scene, Who};
use super::tubes::Tube;
use playground::seam::Mirror;
use playground::{Micros, ObjectKey};

/// Adds the lines of all forwarded ports, and the processes that they pass.
pub fn add(traffic: &mut TrafficFrame, session: &Mirror, scene: &Scene, at: Micros) {
    for (tube, way) in forwards(session, scene, at) {
        traffic.tubes.push(tube);
        for stop in way.stops {
            if !traffic.stops.contains(&stop) {
                traffic.stops.push(stop);
            }
        }
    }
}

/// The lines of all forwarded ports.
fn forwards(session: &Mirror, scene: &Scene, at: Micros) -> Vec<(Tube, ForwardWay)> {
    let world = session.world(at);
    let tube = |key: ObjectKey| {
        let ip = world.pod(&key)?.ip?;
        let way = ForwardWay::to(scene, ip, false)?;
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
