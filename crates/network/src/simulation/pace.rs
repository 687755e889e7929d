use crate::Micros;

/// Durations.
///
/// On a real node a hop takes microseconds. The stage stretches it, and says so on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// From client to rule, from rule to endpoint, and each way back.
    pub hop: Micros,
    /// How long a pod handles a request.
    pub work: Micros,
    /// How long a client waits before it gives up.
    pub patience: Micros,
}

impl Pace {
    /// Slow enough for an eye to follow.
    pub const WATCHED: Self = Self {
        hop: Micros::from_millis(420),
        work: Micros::from_millis(160),
        patience: Micros::from_millis(3_000),
    };
    /// About as on a real node, for statistics.
    pub const UNSTRETCHED: Self = Self {
        hop: Micros(50),
        work: Micros(200),
        patience: Micros::from_millis(3_000),
    };
    /// No duration, for benchmarks.
    pub const INSTANT: Self = Self {
        hop: Micros::ZERO,
        work: Micros::ZERO,
        patience: Micros::ZERO,
    };
}
