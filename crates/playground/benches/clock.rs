//! The processor's time of this program.

use std::time::{Duration, Instant};

/// As Linux counts it; elsewhere the time of the wall.
pub fn processor_time() -> Duration {
    let counted = std::fs::read_to_string("/proc/self/schedstat").ok();
    let counted = counted.and_then(|text| text.split(' ').next()?.parse().ok());
    counted.map_or_else(wall, Duration::from_nanos)
}

#[allow(clippy::disallowed_methods, reason = "a bench measures time")]
fn wall() -> Duration {
    static BEGIN: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    BEGIN.get_or_init(Instant::now).elapsed()
}
