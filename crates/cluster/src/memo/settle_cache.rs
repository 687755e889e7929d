//! What settling came to, for clusters that differ from it only in their Services.
//!
//! Only the controllers of endpoints read Services, and they run last: if only Services changed, every pod can be reused,
//! unless a program asks Services something.

use crate::Cluster;

/// A cluster before it settled, and after all but the controllers of endpoints had run.
#[derive(Clone)]
pub struct SettleCache {
    before: Cluster,
    after: Cluster,
}

impl Cluster {
    /// Settles as [`Cluster::settle`] does; reuses what is cached if this cluster differs from it only in its Services.
    ///
    /// Returns whether it does not differ from it at all.
    pub fn settle_cached(&mut self, cache: &mut Option<SettleCache>) -> bool {
        let before = self.clone();
        let mut is_same = false;
        if let Some(known) = cache
            .as_ref()
            .filter(|known| !known.after.tools.asks_services && self.is_same_but_for_services(&known.before))
        {
            is_same = self.tools.has_same_services(&known.before.tools);
            let mut after = known.after.clone();
            after.tools.copy_services(&self.tools.store);
            for service in self.tools.queue.take_services() {
                after.tools.queue.add_service(service);
            }
            *self = after;
        } else {
            self.settle_pods();
        }
        *cache = Some(SettleCache {
            before,
            after: self.clone(),
        });
        self.settle();
        is_same
    }

    fn is_same_but_for_services(&self, other: &Self) -> bool {
        let Self {
            tools,
            nodes,
            endpoints,
            plugin,
        } = self;
        tools.is_same_but_for_services(&other.tools)
            && nodes == &other.nodes
            && endpoints == &other.endpoints
            && plugin == &other.plugin
    }
}
