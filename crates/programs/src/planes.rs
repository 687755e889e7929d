//! The rules of nodes at the moments of a script: kube-proxy hears of a change a little later.

use cluster::{Cluster, Kubelet};
use network::World;
use network::dataplane::DataPlane;
use network::proxy::ProxyMode;
use std::rc::Rc;

/// How many milliseconds kube-proxy takes to hear of a change, on every node.
///
/// Differs: as `PROXY_LAG` of the stage.
const LAG: u16 = 300;

/// The data plane that was asked for last: programs of one moment share it.
#[derive(Default)]
pub struct Planes {
    known: Option<((i64, bool), Rc<DataPlane>)>,
}

impl Planes {
    /// Of a cluster so many milliseconds after its second began; clusters change as a second begins. `before` is the cluster a
    /// second earlier.
    pub fn at(
        &mut self,
        cluster: &Cluster,
        millis: u16,
        proxy: ProxyMode,
        before: &dyn Fn() -> Cluster,
    ) -> Rc<DataPlane> {
        let has_heard = millis >= LAG || cluster.kubelet() == Kubelet::Recorded;
        let moment = (cluster.now(), has_heard);
        if let Some((_, plane)) = self.known.as_ref().filter(|(known, _)| *known == moment) {
            return plane.clone();
        }
        let mut world = World::of(cluster);
        if !has_heard {
            world.proxied = World::of(&before()).proxied;
        }
        let plane = Rc::new(DataPlane::new(Rc::new(world), proxy));
        self.known = Some((moment, plane.clone()));
        plane
    }
}
