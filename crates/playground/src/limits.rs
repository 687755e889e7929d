//! Limits of what a session takes on, so that a page stays responsive. What exceeds one is reported, never dropped silently:
//! see `over_limit`.

use cluster::{Config, ControlPlane, Kubelet, Networks, Plugin, PodLimits};
use network::Kept;

/// Longest text of an editor or a link, in bytes of UTF-8.
pub const TEXT_BYTES: usize = 1_000_000;
/// Most documents of a text; each item of a list counts as one.
pub const DOCUMENTS: usize = 5_000;
/// Most values of a text: keys, items of lists and what they hold.
pub const YAML_NODES: usize = 400_000;
/// Most Services of a text.
pub const SERVICES: usize = 2_000;
/// Most ports of all Services of a text.
pub const SERVICE_PORTS: usize = 5_000;
/// Most endpoints of all Services; each counts once for each port.
pub const ENDPOINTS: usize = 50_000;
/// Most diagnostics listed for a text.
pub const DIAGNOSTICS: usize = 1_000;
/// Most pods that controllers make in a cluster.
pub const PODS: usize = 10_000;
/// Most pods of one replica set: what a number with a digit too many may cost.
pub const REPLICA_SET_PODS: usize = 2_000;
/// Most pods of one stateful set, whose controller looks at all of them for each that it starts.
pub const STATEFUL_SET_PODS: usize = 500;
/// Most nodes of a cluster.
pub const NODES: usize = 100;
/// Longest link fragment that is read, in characters.
pub const LINK_CHARS: usize = 200_000;
/// Most acts of a session.
pub const ACTS: usize = 1_000;
/// Latest moment at which a link opens or an act happens, in hours of virtual time.
pub const PLAYHEAD_HOURS: u64 = 1_000;
/// About how many states of the cluster are kept that time or an edit brought; of older ones ever fewer.
pub const STATES: usize = 48;
/// About how many of these an edit made from the beginning, which share little with those before.
pub const EDITS: usize = 12;
/// What a run keeps of its past: 375,000 requests are 12 MB.
pub const KEPT: Kept = Kept {
    requests: 300_000,
    worlds: 150,
    places: 50_000,
};
/// Most requests played before a link opens, or played again when something changes before those that are kept.
pub const REQUESTS_BEFORE_OPENING: u64 = 2_000_000;
/// Most flows at once.
pub const FLOWS: usize = 200;
/// Highest rate of a flow, in requests per second.
pub const REQUESTS_PER_SECOND: u32 = 1_000;
/// Most requests of one act.
pub const BURST_REQUESTS: u64 = 1_000;
/// Most requests counted at once, of which nothing else is kept.
pub const COUNTED_REQUESTS: u64 = 1_000_000;

/// A cluster as the recorded ones were.
pub(crate) fn recorded(nodes: usize) -> Config {
    Config {
        control_plane: ControlPlane::OpenShift,
        ..config(nodes, 0, Kubelet::Recorded)
    }
}

/// A cluster within the limits.
pub(crate) fn config(nodes: usize, seed: u64, kubelet: Kubelet) -> Config {
    Config {
        nodes: nodes.clamp(1, NODES),
        seed,
        limits: PodLimits {
            in_all: PODS,
            per_replica_set: REPLICA_SET_PODS,
            per_stateful_set: STATEFUL_SET_PODS,
            endpoints: ENDPOINTS,
        },
        kubelet,
        plugin: Plugin::default(),
        control_plane: ControlPlane::default(),
        networks: Networks::default(),
        zones: None,
    }
}
