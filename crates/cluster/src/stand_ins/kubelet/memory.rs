//! What a kubelet remembers of a pod besides its status.

/// Lost when the pod goes, as a kubelet's memory of it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct PodMemory {
    pub(crate) uid: String,
    /// The second at which its containers start.
    pub(crate) starts: Option<i64>,
    /// The second at which its end began.
    pub(crate) ending: Option<i64>,
    /// The containers that were told to stop.
    pub(crate) stops: Vec<Stop>,
    pub(crate) probes: Vec<ProbeMemory>,
    /// The containers that do something else before they listen.
    pub(crate) servers: Vec<LateServer>,
    /// The containers whose hook after the start still runs.
    pub(crate) hooks: Vec<Hook>,
    /// Whether it was active for too long.
    pub(crate) is_late: bool,
    /// Whether a container waits for a ConfigMap, a Secret or a key of one.
    pub(crate) waits_for_config: bool,
    /// Whether a program waits for a Service.
    pub(crate) waits_for_service: bool,
}

/// A container whose program does something else before it listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LateServer {
    pub(crate) container: usize,
    /// When the container started.
    pub(crate) since: i64,
    /// When it listens; `None` while it waits for somebody.
    pub(crate) from: Option<i64>,
}

/// A container that was told to stop, and when it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stop {
    pub(crate) container: usize,
    pub(crate) at: i64,
    pub(crate) code: i64,
}

/// A container that has started and whose hook still runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hook {
    pub(crate) container: usize,
    pub(crate) began: i64,
    pub(crate) ends: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProbeKind {
    Startup,
    Liveness,
    Readiness,
}

/// What the probes of one container came to so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ProbeMemory {
    pub(crate) container: usize,
    pub(crate) kind: ProbeKind,
    /// When the container started that is probed.
    pub(crate) since: i64,
    /// When it is asked next.
    pub(crate) next: i64,
    /// Whether the last answer was good, and how many before it were the same.
    pub(crate) last: Option<bool>,
    pub(crate) run: i64,
    /// The verdict once a threshold was reached.
    pub(crate) verdict: Option<bool>,
}

impl PodMemory {
    pub(crate) fn is_empty(&self) -> bool {
        let Self {
            uid: _,
            starts,
            ending,
            stops,
            probes,
            servers,
            hooks,
            is_late,
            waits_for_config,
            waits_for_service,
        } = self;
        starts.is_none()
            && ending.is_none()
            && stops.is_empty()
            && probes.is_empty()
            && servers.is_empty()
            && hooks.is_empty()
            && !is_late
            && !waits_for_config
            && !waits_for_service
    }
}
