use std::fmt;
use std::ops::{Add, Sub};

/// A moment of virtual time since the session began, or a time span, in microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct Micros(pub u64);

impl Micros {
    pub const ZERO: Self = Self(0);

    pub const fn from_millis(millis: u64) -> Self {
        Self(millis * 1_000)
    }

    pub const fn from_seconds(seconds: u64) -> Self {
        Self(seconds * 1_000_000)
    }

    /// Rounded down.
    pub const fn seconds(self) -> u64 {
        self.0 / 1_000_000
    }
}

impl Add for Micros {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Micros {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl fmt::Display for Micros {
    /// As the playback bar shows it: `mm:ss.mmm`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = self.0 / 1_000;
        write!(
            f,
            "{:02}:{:02}.{:03}",
            millis / 60_000,
            millis / 1_000 % 60,
            millis % 1_000
        )
    }
}
