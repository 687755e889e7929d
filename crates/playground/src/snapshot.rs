//! The cluster at a moment of a session, with what the page derives from it.

use crate::caveat;
use crate::commands::Commands;
use crate::scenario::{Act, Proxy, TimedAct};
use cluster::Cluster;
use kubectl::Output;
use network::proxy::ProxyMode;
use network::{Micros, World};
use std::cell::OnceCell;
use std::rc::Rc;

/// A cluster with what the page derives from it; cheap to clone.
#[derive(Clone)]
pub struct Snapshot {
    pub cluster: Cluster,
    pub world: Rc<World>,
    mode: ProxyMode,
    pub caveats: Rc<[String]>,
    /// What has no part in traffic; listed when it is first asked for.
    pub bystanders: OnceCell<Rc<[String]>>,
    /// The output of the act that led to it.
    pub said: Output,
}

impl Snapshot {
    pub fn new(cluster: Cluster, world: Rc<World>, proxy: Proxy) -> Self {
        Self {
            world,
            mode: proxy.into(),
            caveats: caveat::caveats(&cluster, proxy.into()).into(),
            bystanders: OnceCell::new(),
            said: Output::default(),
            cluster,
        }
    }

    /// The snapshot after an act.
    pub fn after(&self, act: &TimedAct, commands: &Commands) -> Self {
        let mut cluster = self.cluster.clone();
        let said = perform(&mut cluster, commands, act);
        self.of(cluster, said)
    }

    /// The next moment at which something is due in the cluster.
    pub fn due(&self) -> Option<Micros> {
        let due = u64::try_from(self.cluster.next_due()?).ok()?;
        Some(Micros::from_seconds(due))
    }

    /// The snapshot of a later moment.
    pub fn at(&self, moment: Micros) -> Self {
        let mut cluster = self.cluster.clone();
        cluster.advance(moment.seconds());
        self.of(cluster, Output::default())
    }

    /// The snapshot of a later state of the cluster; it has the same world if the network sees no difference.
    fn of(&self, cluster: Cluster, said: Output) -> Self {
        let same = cluster.version() == self.cluster.version();
        let world = if same { None } else { Some(World::of(&cluster)) };
        let world = world.filter(|world| world != &*self.world);
        Self {
            world: world.map_or_else(|| self.world.clone(), Rc::new),
            mode: self.mode,
            caveats: if same {
                self.caveats.clone()
            } else {
                caveat::caveats(&cluster, self.mode).into()
            },
            bystanders: OnceCell::new(),
            said,
            cluster,
        }
    }

    /// Before kube-proxy hears of what changed since `before`: the network of now, with the rules of then. `None` if there is
    /// nothing to hear of.
    pub fn unheard(&self, before: &World) -> Option<Self> {
        if self.world.proxied == before.proxied && self.world.proxied_v6 == before.proxied_v6 {
            return None;
        }
        let world = World {
            proxied: before.proxied.clone(),
            proxied_v6: before.proxied_v6.clone(),
            ..World::clone(&self.world)
        };
        Some(Self {
            world: Rc::new(world),
            ..self.clone()
        })
    }
}

/// Performs an act and returns its output; an act that no longer fits, as its pod is gone from the text, changes nothing.
fn perform(cluster: &mut Cluster, commands: &Commands<'_>, TimedAct { at, act }: &TimedAct) -> Output {
    cluster.advance(Micros(*at).seconds());
    let output = match act {
        Act::Kubectl(line) => typed(cluster, commands, line),
        Act::Ready { namespace, pod, ready } => {
            cluster.set_ready(namespace, pod, *ready);
            Output::default()
        }
        Act::Send { .. } => Output::default(),
    };
    cluster.settle();
    output
}

/// Runs a command line; one that waits and changes nothing is run to its end, as if nothing else happened meanwhile.
fn typed(cluster: &mut Cluster, commands: &Commands<'_>, line: &str) -> Output {
    let before = cluster.clone();
    let output = commands.typed(cluster, line, None);
    let ends = output.waits_until.filter(|end| *end < i64::MAX);
    let ends = ends.and_then(|end| u64::try_from(end).ok());
    let Some(end) = ends.filter(|_| cluster.version() == before.version() && !output.goes_on_behind()) else {
        return output;
    };
    let mut later = before.clone();
    later.advance(end);
    commands.typed(&mut later, line, Some(&before))
}
