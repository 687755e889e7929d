//! What kubectl remembers of the kinds that a cluster serves.
//!
//! Models: client-go/discovery/cached/disk CachedDiscoveryClient, client-go/restmapper DeferredDiscoveryRESTMapper (v1.36).

use api::Kind;
use cluster::Cluster;
use std::cell::RefCell;

/// How many seconds kubectl trusts its cache.
///
/// Models: cli-runtime/pkg/genericclioptions/config_flags.go ToDiscoveryClient (v1.36).
const LIFETIME: i64 = 6 * 60 * 60;

/// The custom kinds that a cluster served when kubectl last asked, which its cache on disk keeps from one command to the next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Discovery {
    /// The virtual second at which it asked.
    asked: Option<i64>,
    kinds: Vec<Kind>,
}

impl Discovery {
    /// Asks the cluster, whatever is remembered.
    pub(crate) fn ask(&mut self, cluster: &Cluster) {
        self.asked = Some(cluster.now());
        self.kinds = cluster.custom_kinds().collect();
    }

    /// Asks for groups and versions alone: what is remembered of a version that is still there stays.
    pub(crate) fn ask_groups(&mut self, cluster: &Cluster) {
        let is_served = |kind: &Kind| cluster.custom_kinds().any(|it| it.api_version() == kind.api_version());
        self.kinds.retain(is_served);
    }

    fn is_fresh(&self, now: i64) -> bool {
        self.asked.is_some_and(|asked| now.saturating_sub(asked) <= LIFETIME)
    }
}

/// Finds kinds as kubectl does: in its memory, and in the cluster where that knows none.
#[derive(Clone, Copy)]
pub(crate) struct Mapper<'a> {
    pub(crate) cluster: &'a Cluster,
    pub(crate) memory: &'a RefCell<Discovery>,
}

impl Mapper<'_> {
    /// The custom kinds that are remembered; some may be gone meanwhile.
    pub(crate) fn custom_kinds(self) -> Vec<Kind> {
        let mut memory = self.memory.borrow_mut();
        if !memory.is_fresh(self.cluster.now()) {
            memory.ask(self.cluster);
        }
        memory.kinds.iter().map(|kind| self.as_served(*kind)).collect()
    }

    /// A custom kind that fits.
    pub(crate) fn find(self, fits: &dyn Fn(Kind) -> bool) -> Option<Kind> {
        let known = self.custom_kinds().into_iter().find(|kind| fits(*kind));
        known.or_else(|| {
            self.memory.borrow_mut().ask(self.cluster);
            self.cluster.custom_kinds().find(|kind| fits(*kind))
        })
    }

    /// The custom kind of an object's `apiVersion` and `kind`.
    pub(crate) fn of_object(self, api_version: &str, name: &str) -> Option<Kind> {
        let served = self.cluster.custom_kind(api_version, name);
        let is_same = |kind: Kind| kind.api_version() == api_version && kind.name() == name;
        let fits = |kind: &Kind| served.map_or_else(|| is_same(*kind), |served| served == *kind);
        let remembered = self.custom_kinds().into_iter().find(fits);
        if remembered.is_none() {
            self.memory.borrow_mut().ask(self.cluster);
        }
        served.or(remembered)
    }

    /// A remembered kind with the names that its definition has now.
    fn as_served(self, kind: Kind) -> Kind {
        let is_same = |it: &Kind| it.api_version() == kind.api_version() && it.plural() == kind.plural();
        self.cluster.custom_kinds().find(is_same).unwrap_or(kind)
    }
}
